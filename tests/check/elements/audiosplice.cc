// SPDX-License-Identifier: LGPL-2.1-or-later
// Crossfades of raw sound, sample by sample.
#include "support/playback.hh"

#include <algorithm>
#include <cmath>
#include <gst/audio/audio.h>
#include <gst/check/gstharness.h>

namespace {

struct Format {
  GstAudioFormat format;
  int rate;
  int channels;
  bool interleaved = true;
  double precision = 1e-6; // of a sample
};

// A tone; its channels differ in their sign.
struct Tone {
  double frequency, amplitude, phase;

  double value (double time, int channel) const
  {
    double sample = amplitude * sin (2 * G_PI * frequency * time + phase);
    return channel % 2 ? -sample : sample;
  }
  double largest_step (int rate) const
  {
    return amplitude * 2 * sin (G_PI * frequency / rate);
  }
};

constexpr Tone kOld = {440, 0.5, 0};
constexpr Tone kNew = {600, 0.8, 2};

GstAudioInfo
make_info (const Format &format)
{
  GstAudioInfo info;
  gst_audio_info_set_format (
      &info, format.format, format.rate, format.channels, nullptr);
  if (!format.interleaved)
    info.layout = GST_AUDIO_LAYOUT_NON_INTERLEAVED;
  return info;
}

// Between doubles and any other format.
void
convert (const GstAudioInfo &from, gpointer *in, const GstAudioInfo &to,
    gpointer *out, size_t frames)
{
  GstAudioInfo in_info = from, out_info = to;
  auto converter = gst_audio_converter_new (
      GST_AUDIO_CONVERTER_FLAG_NONE, &in_info, &out_info, nullptr);
  fail_unless (converter != nullptr);
  fail_unless (gst_audio_converter_samples (
      converter, GST_AUDIO_CONVERTER_FLAG_NONE, in, frames, out, frames));
  gst_audio_converter_free (converter);
}

GstAudioInfo
doubles (const GstAudioInfo &like)
{
  GstAudioInfo info;
  gst_audio_info_set_format (
      &info, GST_AUDIO_FORMAT_F64, like.rate, like.channels, like.position);
  return info;
}

constexpr Format kPlain = {GST_AUDIO_FORMAT_F32, 48000, 1};

double
largest_step (const std::vector<double> &samples)
{
  double largest = 0;
  for (size_t i = 1; i < samples.size (); i++)
    largest = std::max (largest, fabs (samples[i] - samples[i - 1]));
  return largest;
}

// Frame `i` of a crossfade of `length` frames at frame `splice`.
double
mixed (
    const Format &format, size_t i, size_t splice, size_t length, int channel)
{
  double time = double (i) / format.rate;
  double gain = i < splice             ? 0
                : i >= splice + length ? 1
                                       : double (i - splice) / double (length);
  return kOld.value (time, channel) * (1 - gain)
         + kNew.value (time, channel) * gain;
}

void
check_mixed (const std::vector<double> &samples, const Format &format,
    size_t splice, size_t length, int channel = 0, size_t start = 0)
{
  for (size_t i = 0; i < samples.size (); i++) {
    double wanted = mixed (format, start + i, splice, length, channel);
    fail_unless (fabs (samples[i] - wanted) <= format.precision,
        "%zu of %d Hz: %g instead of %g", start + i, format.rate, samples[i],
        wanted);
  }
  double step = std::max (
      kOld.largest_step (format.rate), kNew.largest_step (format.rate));
  // Where both are steep, the fade may add a little.
  fail_unless (largest_step (samples) <= 1.01 * step + 2 * format.precision,
      "a step of %g", largest_step (samples));
}

size_t
fade_length (const Format &format)
{
  return size_t (lround (format.rate * 0.005));
}

struct Fixture {
  explicit Fixture (const Format &first = kPlain)
      : harness (gst_harness_new ("audiosplice"))
  {
    gst_harness_use_systemclock (harness);
    set_format (first);
  }
  ~Fixture () { gst_harness_teardown (harness); }

  void set_format (const Format &value)
  {
    format = value;
    info = make_info (value);
    GstCaps *caps = gst_audio_info_to_caps (&info);
    if (!is_started)
      gst_harness_set_src_caps (harness, caps);
    else
      fail_unless (gst_harness_push_event (harness, gst_event_new_caps (caps)));
    if (is_started)
      gst_caps_unref (caps);
    is_started = true;
  }

  // Frames [from, to) of a tone that began at zero.
  GstBuffer *make (const Tone &tone, size_t from, size_t to)
  {
    size_t frames = to - from;
    auto channels = size_t (format.channels);
    std::vector<double> samples (frames * channels);
    for (size_t i = 0; i < frames; i++)
      for (size_t channel = 0; channel < channels; channel++)
        samples[i * channels + channel] =
            tone.value (double (from + i) / format.rate, int (channel));
    GstBuffer *buffer =
        gst_buffer_new_allocate (nullptr, frames * size_t (info.bpf), nullptr);
    if (!format.interleaved)
      gst_buffer_add_audio_meta (buffer, &info, frames, nullptr);
    GstAudioBuffer map;
    fail_unless (gst_audio_buffer_map (&map, &info, buffer, GST_MAP_WRITE));
    gpointer in = samples.data ();
    convert (doubles (info), &in, info, map.planes, frames);
    gst_audio_buffer_unmap (&map);
    GST_BUFFER_PTS (buffer) =
        gst_util_uint64_scale (from, GST_SECOND, guint64 (format.rate));
    GST_BUFFER_DURATION (buffer) =
        gst_util_uint64_scale (frames, GST_SECOND, guint64 (format.rate));
    return buffer;
  }

  void push (GstBuffer *buffer)
  {
    fail_unless_equals_int (gst_harness_push (harness, buffer), GST_FLOW_OK);
  }

  // Frames [from, to), in buffers of `size`, new sound.
  void push_new (const Tone &tone, size_t from, size_t to, size_t size)
  {
    for (size_t at = from; at < to; at += size) {
      GstBuffer *buffer = make (tone, at, std::min (at + size, to));
      if (at == from)
        GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
      push (buffer);
    }
  }

  void push_old (const Tone &tone, size_t from, size_t to, size_t size)
  {
    for (size_t at = from; at < to; at += size)
      push (make (tone, at, std::min (at + size, to)));
  }

  GstClockTime time (size_t frame) const
  {
    return gst_util_uint64_scale_round (
        frame, GST_SECOND, guint64 (format.rate));
  }

  // What msesrc says: new sound comes at frame `start`, the old ends at `end`.
  void push_splice (size_t start, size_t end)
  {
    fail_unless (gst_harness_push_event (
        harness, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
                     gst_structure_new ("GstWebAudioSplice", "time",
                         G_TYPE_INT64, gint64 (time (start)), "end",
                         G_TYPE_INT64, gint64 (time (end)), nullptr))));
  }

  // Takes what came out, one channel of it, and checks that it is gapless.
  std::vector<double> pull (int channel = 0, size_t start = 0)
  {
    std::vector<double> all;
    while (GstBuffer *buffer = gst_harness_try_pull (harness)) {
      GstClockTime wanted = time (start + all.size ());
      GstClockTimeDiff late = GST_CLOCK_DIFF (wanted, GST_BUFFER_PTS (buffer));
      fail_unless (ABS (late) <= 2, "%d ns", int (late));
      fail_unless (
          all.empty ()
          || !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DISCONT));
      GstAudioBuffer map;
      fail_unless (gst_audio_buffer_map (&map, &info, buffer, GST_MAP_READ));
      auto channels = size_t (format.channels);
      std::vector<double> samples (map.n_samples * channels);
      gpointer out = samples.data ();
      convert (info, map.planes, doubles (info), &out, map.n_samples);
      for (size_t i = 0; i < map.n_samples; i++)
        all.push_back (samples[i * channels + size_t (channel)]);
      gst_audio_buffer_unmap (&map);
      gst_buffer_unref (buffer);
    }
    return all;
  }

  // Frames [start, end) came out, with a crossfade of `length` at `splice`.
  std::vector<double> expect (size_t end, size_t splice, size_t length,
      int channel = 0, size_t start = 0)
  {
    auto samples = pull (channel, start);
    fail_unless_equals_int (start + samples.size (), end);
    check_mixed (samples, format, splice, length, channel, start);
    return samples;
  }
  // Old sound alone did.
  void expect_old (size_t end, size_t start = 0)
  {
    expect (end, SIZE_MAX, 0, 0, start);
  }

  GstHarness *harness;
  Format format{};
  GstAudioInfo info{};
  bool is_started = false;
};

} // namespace

GST_START_TEST (sound_without_a_splice_passes_untouched)
{
  Fixture f;
  for (size_t i = 0; i < 4; i++) {
    GstBuffer *buffer = f.make (kOld, i * 1024, (i + 1) * 1024);
    f.push (gst_buffer_ref (buffer));
    GstBuffer *out = gst_harness_pull (f.harness);
    fail_unless (out == buffer);
    gst_buffer_unref (out);
    gst_buffer_unref (buffer);
  }
}
GST_END_TEST

GST_START_TEST (it_says_that_it_crossfades)
{
  Fixture f;
  for (const char *name : {"GstWebAudioSplice", "Another"}) {
    GstQuery *query =
        gst_query_new_custom (GST_QUERY_CUSTOM, gst_structure_new_empty (name));
    bool answer = gst_pad_peer_query (f.harness->srcpad, query);
    fail_unless (answer == g_str_equal (name, "GstWebAudioSplice"));
    gst_query_unref (query);
  }
}
GST_END_TEST

GST_START_TEST (old_sound_fades_out_while_new_sound_fades_in)
{
  const Format formats[] = {
      kPlain,
      {GST_AUDIO_FORMAT_F32, 44100, 2},
      {GST_AUDIO_FORMAT_F64, 48000, 6, true, 1e-9},
      {GST_AUDIO_FORMAT_S16, 48000, 2, true, 1.0 / 16384},
      {GST_AUDIO_FORMAT_S24, 96000, 1, true, 1.0 / 4194304},
      {GST_AUDIO_FORMAT_S32, 22050, 2, true, 1e-8},
      {GST_AUDIO_FORMAT_U8, 8000, 1, true, 1.0 / 64},
      {GST_AUDIO_FORMAT_F32, 48000, 2, false},
      {GST_AUDIO_FORMAT_S16, 44100, 2, false, 1.0 / 16384},
  };
  for (const Format &format : formats)
    for (int channel : {0, format.channels - 1}) {
      Fixture f (format);
      const size_t splice = 2 * 1024 + 300;
      f.push_old (kOld, 0, 2 * 1024, 1024);
      f.push_splice (splice, 3 * 1024);
      f.push_old (kOld, 2 * 1024, 3 * 1024, 1024);
      f.push_new (kNew, splice, splice + 3 * 1024, 1024);
      f.expect (splice + 3 * 1024, splice, fade_length (format), channel);
    }
}
GST_END_TEST

// The event comes before frames that a decoder still has.
GST_START_TEST (an_early_event_waits_for_its_time)
{
  Fixture f;
  f.push_splice (2 * 1024, 3 * 1024);
  f.push_old (kOld, 0, 3 * 1024, 512);
  f.push_new (kNew, 2 * 1024, 4 * 1024, 1024);
  f.expect (4 * 1024, 2 * 1024, 240);
}
GST_END_TEST

GST_START_TEST (short_buffers_fade_together)
{
  Fixture f;
  f.push_old (kOld, 0, 960, 96);
  f.push_splice (1000, 960 + 4 * 96);
  f.push_old (kOld, 960, 960 + 4 * 96, 96);
  f.push_new (kNew, 1000, 3000, 64);
  f.expect (3000, 1000, 240);
}
GST_END_TEST

GST_START_TEST (a_fade_is_as_long_as_there_is_old_sound)
{
  Fixture f;
  f.push_splice (1000, 1100);
  f.push_old (kOld, 0, 1100, 550);
  f.push_new (kNew, 1000, 3000, 500);
  f.expect (3000, 1000, 100);
}
GST_END_TEST

GST_START_TEST (sound_that_fades_in_fades_out_again)
{
  Fixture f;
  f.push_splice (1000, 2048);
  f.push_old (kOld, 0, 2048, 1024);
  f.push_splice (1100, 2024);
  f.push_new (kNew, 1000, 2024, 1024);
  f.push_new (kOld, 1100, 3000, 950);
  auto samples = f.pull ();
  fail_unless_equals_int (samples.size (), 3000);
  double step = std::max (kOld.largest_step (48000), kNew.largest_step (48000));
  fail_unless (largest_step (samples) <= step);
  samples.resize (1100);
  check_mixed (samples, kPlain, 1000, 240);
}
GST_END_TEST

// Whatever the old sound was, it becomes what the new sound is.
GST_START_TEST (rates_and_channels_become_those_of_new_sound)
{
  const Format formats[] = {
      kPlain,
      {GST_AUDIO_FORMAT_S16, 44100, 1, true, 1.0 / 16384},
      {GST_AUDIO_FORMAT_F32, 32000, 1},
      {GST_AUDIO_FORMAT_F32, 96000, 1, false},
  };
  for (const Format &from : formats)
    for (const Format &to : formats) {
      Fixture f (from);
      // Half a second, in the middle of a buffer.
      size_t splice = size_t (from.rate) / 2;
      f.push_splice (splice, splice + size_t (from.rate) / 50);
      f.push_old (kOld, splice - 2000, splice + 1000, 3000);
      f.expect_old (splice, splice - 2000);
      Format rough = to;
      rough.precision =
          std::max ({from.precision, to.precision, 2e-5}); // of the cubic
      f.set_format (rough);
      splice = size_t (to.rate) / 2;
      f.push_new (kNew, splice, splice + 2000, 1000);
      f.expect (splice + 2000, splice, fade_length (to), 0, splice);
    }
}
GST_END_TEST

GST_START_TEST (stereo_becomes_mono_and_mono_stereo)
{
  for (int channels : {1, 2}) {
    Fixture f ({GST_AUDIO_FORMAT_F32, 48000, 3 - channels});
    f.push_splice (1000, 2000);
    // Of equal channels in both.
    f.push_old ({440, 0, 0}, 0, 2000, 1000);
    fail_unless_equals_int (f.pull ().size (), 1000);
    f.set_format ({GST_AUDIO_FORMAT_F32, 48000, channels});
    f.push_new (kNew, 1000, 2000, 1000);
    auto samples = f.pull (channels - 1, 1000);
    fail_unless_equals_int (samples.size (), 1000);
    for (size_t i = 0; i < 1000; i++) {
      double gain = std::min (1.0, double (i) / 240);
      double wanted =
          kNew.value (double (1000 + i) / 48000, channels - 1) * gain;
      fail_unless (fabs (samples[i] - wanted) < 1e-6);
    }
  }
}
GST_END_TEST

GST_START_TEST (what_is_held_comes_out_where_nothing_fades_in)
{
  for (bool ends : {false, true}) {
    Fixture f;
    f.push_splice (1000, 2048);
    f.push_old (kOld, 0, 2048, 1024);
    f.expect_old (1000);
    GstEvent *event = ends ? gst_event_new_eos ()
                           : gst_event_new_gap (f.time (1242), GST_SECOND);
    fail_unless (gst_harness_push_event (f.harness, event));
    // Five milliseconds, and what a cubic looks at behind them.
    f.expect_old (1242, 1000);
  }
}
GST_END_TEST

GST_START_TEST (new_sound_that_comes_later_fades_in_there)
{
  Fixture f;
  f.push_splice (1000, 2048);
  f.push_old (kOld, 0, 2048, 1024);
  f.push_new (kNew, 1140, 2000, 860);
  f.expect (2000, 1140, 102);
}
GST_END_TEST

GST_START_TEST (a_flush_forgets_what_is_held)
{
  Fixture f;
  f.push_splice (1000, 2048);
  f.push_splice (1500, 2048);
  f.push_old (kOld, 0, 2048, 1024);
  f.expect_old (1000);
  // With the caps of new sound on their way.
  f.set_format ({GST_AUDIO_FORMAT_S16, 48000, 1, true, 1.0 / 16384});
  gst_harness_push_event (f.harness, gst_event_new_flush_start ());
  gst_harness_push_event (f.harness, gst_event_new_flush_stop (TRUE));
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (f.harness, gst_event_new_segment (&segment));
  f.push_old (kOld, 0, 2048, 1024);
  f.expect_old (2048);
  GstCaps *caps = gst_pad_get_current_caps (f.harness->sinkpad);
  GstAudioInfo info;
  fail_unless (gst_audio_info_from_caps (&info, caps));
  fail_unless_equals_int (GST_AUDIO_INFO_FORMAT (&info), GST_AUDIO_FORMAT_S16);
  gst_caps_unref (caps);
}
GST_END_TEST

GST_START_TEST (a_splice_that_is_told_again_is_one)
{
  Fixture f;
  f.push_splice (1000, 2048);
  f.push_splice (2100, 3072);
  f.push_splice (1000, 2048);
  f.push_old (kOld, 0, 2048, 1024);
  f.push_new (kNew, 1000, 4000, 500);
  f.expect (4000, 1000, 240);
}
GST_END_TEST

GST_START_TEST (a_splice_that_nothing_comes_for_is_forgotten)
{
  Fixture f;
  f.push_splice (500, 1000);
  f.push_old (kOld, 1024, 4096, 1024);
  f.expect_old (4096, 1024);
}
GST_END_TEST

static Suite *
audiosplice_suite ()
{
  Suite *suite = suite_create ("elements/audiosplice");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, sound_without_a_splice_passes_untouched);
  tcase_add_test (tcase, it_says_that_it_crossfades);
  tcase_add_test (tcase, old_sound_fades_out_while_new_sound_fades_in);
  tcase_add_test (tcase, an_early_event_waits_for_its_time);
  tcase_add_test (tcase, short_buffers_fade_together);
  tcase_add_test (tcase, a_fade_is_as_long_as_there_is_old_sound);
  tcase_add_test (tcase, sound_that_fades_in_fades_out_again);
  tcase_add_test (tcase, rates_and_channels_become_those_of_new_sound);
  tcase_add_test (tcase, stereo_becomes_mono_and_mono_stereo);
  tcase_add_test (tcase, what_is_held_comes_out_where_nothing_fades_in);
  tcase_add_test (tcase, new_sound_that_comes_later_fades_in_there);
  tcase_add_test (tcase, a_flush_forgets_what_is_held);
  tcase_add_test (tcase, a_splice_that_is_told_again_is_one);
  tcase_add_test (tcase, a_splice_that_nothing_comes_for_is_forgotten);
  return suite;
}
GST_CHECK_MAIN (audiosplice)
