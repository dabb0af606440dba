// SPDX-License-Identifier: LGPL-2.1-or-later
// Splices as an application hears them: appended, decoded, crossfaded.
#include "support/playback.hh"

#include <algorithm>
#include <cmath>
#include <gst/audio/audio.h>

using namespace webmedia::test;

namespace {

constexpr int64_t kRate = 48000;
constexpr int64_t kFade = 5 * kRate / 1000;

struct Media {
  const char *type;
  const char *file;
};
constexpr Media kFlac = {"audio/mp4; codecs=\"flac\"", "flac.mp4"};
constexpr Media kAac = {"audio/mp4; codecs=\"mp4a.40.2\"", "a.mp4"};
constexpr Media kOpus = {"audio/mp4; codecs=\"opus\"", "opus.mp4"};
constexpr Media kWebm = {"audio/webm; codecs=\"opus\"", "opus.webm"};

// Sound of 48 kHz as it reaches the sink: the left channel, in the order
// of the buffers.
struct Heard {
  std::vector<double> samples;
  int64_t largest_gap = 0; // or overlap, by the buffers' times

  double largest_step (int64_t from, int64_t to) const
  {
    double largest = 0;
    for (auto i = size_t (from); i < size_t (to); i++)
      largest = std::max (largest, fabs (samples[i] - samples[i - 1]));
    return largest;
  }
};

GstPadProbeReturn
hear (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  auto heard = static_cast<Heard *> (data);
  GstBuffer *buffer = gst_pad_probe_info_get_buffer (info);
  GstCaps *caps = gst_pad_get_current_caps (pad);
  GstAudioInfo audio;
  fail_unless (gst_audio_info_from_caps (&audio, caps));
  gst_caps_unref (caps);
  auto at = size_t (
      gst_util_uint64_scale_round (GST_BUFFER_PTS (buffer), kRate, GST_SECOND));
  if (heard->samples.empty ())
    heard->samples.resize (at); // what a codec's delay leaves out
  auto late = int64_t (at) - int64_t (heard->samples.size ());
  heard->largest_gap = std::max (heard->largest_gap, int64_t (ABS (late)));
  GstMapInfo map;
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  auto values = reinterpret_cast<const float *> (map.data);
  auto channels = size_t (audio.channels);
  for (size_t i = 0; i < map.size / sizeof (float) / channels; i++)
    heard->samples.push_back (double (values[i * channels]));
  gst_buffer_unmap (buffer, &map);
  return GST_PAD_PROBE_OK;
}

constexpr const char *kSink =
    "audioconvert ! audioresample ! "
    "audio/x-raw,format=F32LE,rate=48000,layout=interleaved ! "
    "fakesink name=out sync=false";
const std::string kPlain =
    std::string ("webmsesrc uri=mse://t ! decodebin3 ! ") + kSink;
const std::string kSpliced =
    std::string ("webmsesrc uri=mse://t ! decodebin3 ! audiosplice ! ") + kSink;
// Its sink is set.
const std::string kPlaybin = "playbin3 uri=mse://t audio-filter=audiosplice";

// The sound of `first` and, from `offset` on, that of `second`, from `start`.
Heard
play (const std::string &player, const Media &first,
    const Media *second = nullptr, int64_t offset = 0, int64_t start = 0)
{
  Owner owner ("mse://t");
  Pipeline pipeline (player);
  Heard heard;
  GstElement *out;
  if (player == kPlaybin) {
    GstElement *sink = gst_parse_bin_from_description (kSink, TRUE, nullptr);
    out = gst_bin_get_by_name (GST_BIN (sink), "out");
    gst_object_unref (out); // the bin's
    g_object_set (*pipeline, "audio-sink", sink, nullptr);
  } else {
    out = pipeline.get ("out");
  }
  GstPad *pad = gst_element_get_static_pad (out, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, hear, &heard, nullptr);
  gst_object_unref (pad);
  pipeline.set_state (GST_STATE_PAUSED, false);
  auto buffer = owner.add (first.type);
  owner.append (buffer, media_bytes (first.file));
  if (second) {
    fail_unless (
        gst_web_source_buffer_change_type (buffer, second->type, nullptr));
    gst_web_source_buffer_set_timestamp_offset (buffer, offset, nullptr);
    owner.append (buffer, media_bytes (second->file));
  }
  owner.end ();
  // From the start: what was read while the pipeline was made had nobody yet to
  // crossfade it.
  pipeline.set_state (GST_STATE_PAUSED);
  heard.samples.clear ();
  fail_unless (pipeline.seek (
      start, GstSeekFlags (GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE)));
  pipeline.play ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  return heard;
}

// That each sample is that of `alone`, faded into itself at frame `splice`.
void
check_exact (
    const Heard &heard, const Heard &alone, int64_t splice, size_t from)
{
  fail_unless_equals_int64 (heard.largest_gap, 0);
  fail_unless_equals_int64 (
      heard.samples.size (), splice + int64_t (alone.samples.size ()));
  for (size_t i = from; i < heard.samples.size (); i++) {
    int64_t done = int64_t (i) - splice;
    double gain = std::clamp (double (done) / kFade, 0.0, 1.0);
    double wanted = (gain < 1 ? alone.samples[i] * (1 - gain) : 0)
                    + (done >= 0 ? alone.samples[size_t (done)] * gain : 0);
    fail_unless (fabs (heard.samples[i] - wanted) < 1.0 / 16384,
        "%zu: %g instead of %g", i, heard.samples[i], wanted);
  }
  double before = alone.largest_step (splice - 2000, splice + 2000);
  double after = alone.largest_step (1, 4000);
  double step = heard.largest_step (splice - 2000, splice + 4000);
  fail_unless (step <= std::max (before, after), "a step of %g", step);
}

int64_t
time_of (int64_t frame)
{
  return int64_t (gst_util_uint64_scale (guint64 (frame), GST_SECOND, kRate));
}

} // namespace

// Lossless: each sample is known.
GST_START_TEST (a_splice_of_flac_is_exact)
{
  Heard alone = play (kPlain, kFlac);
  // Inside of a frame of 96 ms, and where one begins.
  for (int64_t splice : {2050 * kRate / 1000 + 7, 20 * 96 * kRate / 1000})
    for (int64_t start : {int64_t (0), kRate}) {
      Heard heard =
          play (kSpliced, kFlac, &kFlac, time_of (splice), time_of (start));
      // Some of what comes before the place that was sought was heard, too.
      check_exact (heard, alone, splice, size_t (start ? start + 5000 : 0));
    }
}
GST_END_TEST

GST_START_TEST (playbin3_takes_it_as_its_filter)
{
  Heard alone = play (kPlain, kFlac);
  const int64_t splice = 3000 * kRate / 1000 + 7;
  Heard heard = play (kPlaybin, kFlac, &kFlac, time_of (splice));
  check_exact (heard, alone, splice, 0);
}
GST_END_TEST

// Of codecs that are not exact.
GST_START_TEST (a_splice_has_no_gap_and_no_click)
{
  const struct {
    Media first, second;
    bool begins_anew = true; // opusdec does so for other caps alone
  } pairs[] = {
      {kAac, kAac},
      {kFlac, kOpus},
      {kFlac, kAac},
      {kOpus, kOpus, false},
      {kWebm, kWebm, false},
  };
  for (const auto &pair : pairs) {
    Heard first = play (kPlain, pair.first);
    Heard second = play (kPlain, pair.second);
    const int64_t splice = 2050 * kRate / 1000 + 7;
    Heard heard = play (kSpliced, pair.first, &pair.second, time_of (splice));
    double step = heard.largest_step (splice - 4000, splice + 4000);
    double largest =
        std::max (first.largest_step (splice - 4000, splice + 4000),
            second.largest_step (1, 8000));
    // Their own timestamps are rounded.
    fail_unless (heard.largest_gap <= first.largest_gap + second.largest_gap,
        "%s, %s: %d samples", pair.first.file, pair.second.file,
        int (heard.largest_gap));
    fail_unless (step <= largest || !pair.begins_anew,
        "%s, %s: a step of %g, not %g", pair.first.file, pair.second.file, step,
        largest);
  }
}
GST_END_TEST

static Suite *
audiosplice_play_suite ()
{
  Suite *suite = suite_create ("elements/audiosplice-play");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_splice_of_flac_is_exact);
  tcase_add_test (tcase, playbin3_takes_it_as_its_filter);
  tcase_add_test (tcase, a_splice_has_no_gap_and_no_click);
  return suite;
}
GST_CHECK_MAIN (audiosplice_play)
