// SPDX-License-Identifier: LGPL-2.1-or-later
// The append window as an application hears it: appended, decoded, cut to the
// sample.
#include "support/playback.hh"

#include <algorithm>
#include <cmath>
#include <gst/audio/audio.h>

using namespace webmedia::test;

namespace {

constexpr int64_t kRate = 48000;
constexpr int64_t kFade = 5 * kRate / 1000;
constexpr int64_t kEnd = INT64_MAX;
constexpr const char *kFlac = "audio/mp4; codecs=\"flac\"";

int64_t
time_of (int64_t sample)
{
  return int64_t (gst_util_uint64_scale (guint64 (sample), GST_SECOND, kRate));
}

// Sound of 48 kHz as it reaches the sink: its left channel.
struct Heard {
  std::vector<int16_t> samples;
  int64_t start = -1;      // in samples
  int64_t largest_gap = 0; // or overlap, by the buffers' times
  unsigned disconts = 0;   // but for the first buffer
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
  auto at = int64_t (
      gst_util_uint64_scale_round (GST_BUFFER_PTS (buffer), kRate, GST_SECOND));
  if (heard->start < 0)
    heard->start = at;
  else if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DISCONT))
    heard->disconts++;
  auto late = at - heard->start - int64_t (heard->samples.size ());
  heard->largest_gap = std::max (heard->largest_gap, int64_t (ABS (late)));
  GstMapInfo map;
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  auto values = reinterpret_cast<const int16_t *> (map.data);
  auto channels = size_t (audio.channels);
  for (size_t i = 0; i < map.size / sizeof (int16_t) / channels; i++)
    heard->samples.push_back (values[i * channels]);
  gst_buffer_unmap (buffer, &map);
  return GST_PAD_PROBE_OK;
}

const std::string kSink =
    " ! audioconvert dithering=none ! audio/x-raw,format=S16LE,rate=48000 ! "
    "fakesink name=out sync=false";
const std::string kSource = "webmsesrc uri=mse://t ! ";
const std::string kAuto = kSource + "decodebin3 ! audiosplice" + kSink;
const std::string kPlayers[] = {
    kAuto,
    kSource + "decodebin ! audiosplice" + kSink,
    kSource + "flacparse ! flacdec ! audiosplice" + kSink,
    kSource + "flacdec ! audiosplice" + kSink,
    kSource + "queue ! flacparse ! avdec_flac ! queue ! audiosplice" + kSink,
};

// A file, or what is in the window of it, with its sample `from` at `at`.
struct Part {
  const char *file;
  const char *type;
  int64_t first = 0;
  int64_t last = kEnd;
  int64_t offset = 0;
};

struct Player {
  explicit Player (const std::string &description)
      : owner ("mse://t"),
        pipeline (description)
  {
    GstElement *out = pipeline.get ("out");
    GstPad *pad = gst_element_get_static_pad (out, "sink");
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, hear, &heard, nullptr);
    gst_object_unref (pad);
    pipeline.set_state (GST_STATE_PAUSED, false);
  }

  void append (const Part &part)
  {
    if (!buffer)
      buffer = owner.add (part.type);
    else
      fail_unless (
          gst_web_source_buffer_change_type (buffer, part.type, nullptr));
    fail_unless (gst_web_source_buffer_set_append_window_end (
        buffer, GST_WEB_CLOCK_TIME_INFINITE, nullptr));
    fail_unless (gst_web_source_buffer_set_append_window_start (
        buffer, GstClockTime (time_of (part.first)), nullptr));
    if (part.last != kEnd)
      fail_unless (gst_web_source_buffer_set_append_window_end (
          buffer, GstClockTime (time_of (part.last)), nullptr));
    int64_t offset =
        part.offset < 0 ? -time_of (-part.offset) : time_of (part.offset);
    fail_unless (
        gst_web_source_buffer_set_timestamp_offset (buffer, offset, nullptr));
    owner.append (buffer, media_bytes (part.file));
  }

  // From the start: what was read while the pipeline was made had nobody yet to
  // cut it.
  void play ()
  {
    pipeline.set_state (GST_STATE_PAUSED);
    heard = {};
    fail_unless (pipeline.seek (
        0, GstSeekFlags (GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE)));
    pipeline.play ();
    fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  }

  Owner owner;
  Pipeline pipeline;
  GstWebSourceBuffer *buffer = nullptr;
  Heard heard;
};

Heard
play (const std::string &description, const std::vector<Part> &parts)
{
  Player player (description);
  for (const Part &part : parts)
    player.append (part);
  player.owner.end ();
  player.play ();
  return player.heard;
}

// The samples of a file, of which each decoder of FLAC makes the same.
const std::vector<int16_t> &
reference ()
{
  static const std::vector<int16_t> samples =
      play (kAuto, {{"flac.mp4", kFlac}}).samples;
  return samples;
}

std::vector<int16_t>
slice (int64_t from, int64_t to)
{
  const std::vector<int16_t> &all = reference ();
  auto end = std::min (to, int64_t (all.size ()));
  return {all.begin () + from, all.begin () + end};
}

std::vector<int16_t>
operator+ (std::vector<int16_t> a, const std::vector<int16_t> &b)
{
  a.insert (a.end (), b.begin (), b.end ());
  return a;
}

void
check (const Heard &heard, int64_t start, const std::vector<int16_t> &wanted)
{
  fail_unless_equals_int64 (heard.start, start);
  fail_unless_equals_int64 (heard.samples.size (), wanted.size ());
  auto differs =
      std::mismatch (wanted.begin (), wanted.end (), heard.samples.begin ());
  fail_unless (differs.first == wanted.end (), "sample %d is %d, not %d",
      int (differs.first - wanted.begin ()),
      differs.second == heard.samples.end () ? 0 : *differs.second,
      differs.first == wanted.end () ? 0 : *differs.first);
  fail_unless_equals_int64 (heard.largest_gap, 0);
  fail_unless_equals_int (int (heard.disconts), 0);
}

} // namespace

// Frames have 4608 samples.
GST_START_TEST (the_samples_in_the_window_are_heard_and_no_others)
{
  const struct {
    int64_t first, last;
  } windows[] = {
      {30007, 120003}, // inside of frames
      {30007, 30107},  // inside of one frame
      {27648, 32256},  // a frame
      {30007, kEnd},
  };
  for (const std::string &player : kPlayers)
    for (const auto &window : windows) {
      // This needs a frame that is not cut to make a decoder for.
      bool is_late = player.find ("decodebin") != std::string::npos;
      if (is_late && window.last - window.first < 4608)
        continue;
      Part part = {"flac.mp4", kFlac, window.first, window.last};
      check (play (player, {part}), window.first,
          slice (window.first, window.last));
    }
}
GST_END_TEST

// Where each part is cut at one time.
GST_START_TEST (parts_join_at_the_window_edge_to_the_sample)
{
  for (const std::string &player : kPlayers)
    for (int64_t edge : {50007, 50688, 50689})
      for (int64_t from : {0, 1000, 4608, 9999}) {
        Heard heard =
            play (player, {{"flac.mp4", kFlac, 0, edge},
                              {"flac.mp4", kFlac, edge, kEnd, edge - from}});
        check (heard, 0, slice (0, edge) + slice (from, kEnd));
      }
}
GST_END_TEST

GST_START_TEST (a_file_that_is_appended_in_windows_is_whole)
{
  for (const std::string &player : kPlayers) {
    std::vector<Part> parts;
    int64_t last = 0;
    // Two of them in one frame.
    for (int64_t edge : {int64_t (30000), int64_t (50007), int64_t (50108),
             int64_t (50209), kEnd}) {
      parts.push_back ({"flac.mp4", kFlac, last, edge});
      last = edge;
    }
    check (play (player, parts), 0, reference ());
    std::reverse (parts.begin (), parts.end ());
    check (play (player, parts), 0, reference ());
  }
}
GST_END_TEST

GST_START_TEST (sound_that_is_cut_fades_in)
{
  const int64_t splice = 70001, from = 3000;
  Heard heard =
      play (kAuto, {{"flac.mp4", kFlac, 0, 100000},
                       {"flac.mp4", kFlac, splice, kEnd, splice - from}});
  const std::vector<int16_t> &all = reference ();
  auto wanted = slice (0, splice) + slice (from, kEnd);
  for (int64_t i = 0; i < kFade; i++) {
    double gain = double (i) / kFade;
    wanted[size_t (splice + i)] = int16_t (lround (
        all[size_t (splice + i)] * (1 - gain) + all[size_t (from + i)] * gain));
  }
  fail_unless_equals_int64 (heard.samples.size (), wanted.size ());
  for (size_t i = 0; i < wanted.size (); i++)
    fail_unless (abs (heard.samples[i] - wanted[i]) <= 1, "%d: %d, not %d",
        int (i), heard.samples[i], wanted[i]);
  fail_unless_equals_int64 (heard.largest_gap, 0);
}
GST_END_TEST

GST_START_TEST (seeks_that_do_not_flush_hear_it_again)
{
  const int64_t begin = 30007, edge = 40011;
  auto sound = slice (begin, edge) + slice (edge - 20000, 30000);
  for (const std::string &player : kPlayers) {
    // Where its flacparse began with a later frame, it drops an earlier one:
    // that of decodebin, and from 1.24 on that of decodebin3, too.
    if (player == kPlayers[1]
        || (gstreamer_is_after_1_22 () && player == kPlayers[0]))
      continue;
    Player t (player);
    t.append ({"flac.mp4", kFlac, begin, edge});
    t.append ({"flac.mp4", kFlac, edge, 50000, 20000});
    t.owner.end ();
    t.pipeline.set_state (GST_STATE_PAUSED);
    auto flags = GstSeekFlags (GST_SEEK_FLAG_ACCURATE | GST_SEEK_FLAG_SEGMENT);
    auto start = time_of (begin - 100);
    Recorder out (t.pipeline.get ("out"));
    t.heard = {};
    fail_unless (
        t.pipeline.seek (start, GstSeekFlags (flags | GST_SEEK_FLAG_FLUSH)));
    t.pipeline.play ();
    for (int round = 0; round < 3; round++) {
      out.wait_event ("segment-done");
      out.clear ();
      fail_unless_equals_int64 (t.heard.start, begin);
      fail_unless_equals_int64 (t.heard.largest_gap, 0);
      fail_unless (t.heard.samples == sound, "round %d: %d samples, not %d",
          round, int (t.heard.samples.size ()), int (sound.size ()));
      t.heard = {};
      if (round < 2)
        fail_unless (t.pipeline.seek (start, flags));
    }
  }
}
GST_END_TEST

GST_START_TEST (every_decoder_s_sound_is_cut)
{
  const struct {
    const char *file, *type;
    int64_t precision; // of its timestamps, in samples
  } files[] = {
      {"a.mp4", "audio/mp4; codecs=\"mp4a.40.2\"", 0},
      {"opus.mp4", "audio/mp4; codecs=\"opus\"", 0},
      {"opus.webm", "audio/webm; codecs=\"opus\"", 48},
      {"ac3.mp4", "audio/mp4; codecs=\"ac-3\"", 0},
  };
  const int64_t first = 30007, last = 120003;
  for (const auto &file : files) {
    Heard heard = play (kAuto, {{file.file, file.type, first, last}});
    fail_unless (ABS (heard.start - first) <= file.precision, "%s: from %d",
        file.file, int (heard.start));
    auto samples = int64_t (heard.samples.size ());
    fail_unless (ABS (samples - (last - first)) <= 2 * file.precision,
        "%s: %d samples", file.file, int (samples));
    // And behind another codec's.
    heard = play (kAuto, {{"flac.mp4", kFlac, 0, first},
                             {file.file, file.type, first, last, -999}});
    auto wanted = slice (0, first);
    fail_unless (heard.samples.size () > wanted.size ());
    fail_unless (
        std::equal (wanted.begin (), wanted.end (), heard.samples.begin ()),
        "%s", file.file);
    samples = int64_t (heard.samples.size ());
    fail_unless (ABS (samples - last) <= 2 * file.precision, "%s: %d samples",
        file.file, int (samples));
    fail_unless (heard.largest_gap <= file.precision, "%s: %d samples",
        file.file, int (heard.largest_gap));
  }
}
GST_END_TEST

// It is the one decoder that does, where there is no audiosplice.
GST_START_TEST (opusdec_cuts_by_itself)
{
  const int64_t first = 30007, last = 120003;
  for (const char *decoder :
      {"opusdec", "queue ! opusparse ! opusdec", "decodebin3", "decodebin"}) {
    Heard heard = play (kSource + decoder + kSink,
        {{"opus.mp4", "audio/mp4; codecs=\"opus\"", first, last}});
    fail_unless (
        heard.start == first, "%s: from %d", decoder, int (heard.start));
    fail_unless (int64_t (heard.samples.size ()) == last - first,
        "%s: %d samples", decoder, int (heard.samples.size ()));
    fail_unless (heard.largest_gap == 0, "%s: %d samples", decoder,
        int (heard.largest_gap));
  }
}
GST_END_TEST

// Without a seek: what is read first finds no audiosplice yet.
GST_START_TEST (what_is_cut_before_zero_is_heard_at_the_start)
{
  for (const std::string &player :
      {kAuto, kSource + "decodebin3" + kSink, kPlayers[3]}) {
    (void)reference ();
    Player t (player);
    t.append ({"flac.mp4", kFlac, 0, kEnd, -1000});
    t.owner.end ();
    t.pipeline.play ();
    fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
    // The segment begins there.
    check (t.heard, 1000, slice (1000, kEnd));
  }
}
GST_END_TEST

static Suite *
audiosplice_trim_play_suite ()
{
  Suite *suite = suite_create ("elements/audiosplice-trim-play");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, the_samples_in_the_window_are_heard_and_no_others);
  tcase_add_test (tcase, parts_join_at_the_window_edge_to_the_sample);
  tcase_add_test (tcase, a_file_that_is_appended_in_windows_is_whole);
  tcase_add_test (tcase, sound_that_is_cut_fades_in);
  tcase_add_test (tcase, seeks_that_do_not_flush_hear_it_again);
  tcase_add_test (tcase, every_decoder_s_sound_is_cut);
  tcase_add_test (tcase, opusdec_cuts_by_itself);
  tcase_add_test (tcase, what_is_cut_before_zero_is_heard_at_the_start);
  return suite;
}
GST_CHECK_MAIN (audiosplice_trim_play)
