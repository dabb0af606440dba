// SPDX-License-Identifier: LGPL-2.1-or-later
// What is heard is the same however upstream cuts it, and comes out in the
// buffers that it came in.
#include "support/worklet-reference.hh"

using namespace webmedia::test;

namespace {

// Under every split, in both layouts.
void
check_splits (const char *description, const Sound &sound,
    const Sound &expected, double tolerance)
{
  for (bool is_planar : {false, true})
    for (size_t split : kSplits) {
      WorkletHarness harness (description, sound.size (), is_planar);
      harness.push_all (sound, split);
      harness.end ();
      check_equal (harness.take (), expected, tolerance);
      size_t at = 0;
      for (size_t i = 0; at < sound[0].size (); i++) {
        const auto &piece = harness.pieces[i];
        fail_unless_equals_uint64 (piece.pts, time_of (at));
        fail_unless_equals_int (
            piece.frames, std::min (split, sound[0].size () - at));
        at += piece.frames;
      }
      // So does the tail.
      at = 0;
      for (const auto &piece : harness.pieces) {
        fail_unless (std::abs (GST_CLOCK_DIFF (piece.pts, time_of (at))) <= 2);
        at += piece.frames;
      }
    }
}

GstClockTime
latency_of (WorkletHarness &harness)
{
  guint64 latency;
  g_object_get (harness.element (), "latency", &latency, nullptr);
  return latency;
}

} // namespace

GST_START_TEST (a_gain_is_the_same_under_every_split)
{
  const Sound noise = make_noise (2, 10000);
  check_splits ("audioworklet processor=gain gain::value=0.5", noise,
      amplify (noise, 0.5f), 0);
}
GST_END_TEST

GST_START_TEST (a_biquad_is_the_same_under_every_split)
{
  const Sound noise = make_noise (2, 10000);
  check_splits ("audioworklet processor=biquad frequency::value=1000 "
                "Q::value=6",
      noise, lowpass (noise, 1000, 6), 1e-6);
}
GST_END_TEST

// The tail is as long as the delay, to the frame.
GST_START_TEST (a_delay_is_the_same_under_every_split)
{
  const Sound noise = make_noise (2, 10000);
  check_splits ("audioworklet processor=delay delayTime::value=0.5", noise,
      delay (noise, 24000), 1e-6);
}
GST_END_TEST

// But the delay, which is longer by itself.
GST_START_TEST (as_many_frames_come_out_as_went_in)
{
  const Sound noise = make_noise (2, 10000);
  for (const char *processor : {"bit-crusher", "biquad", "compressor", "gain",
           "meter", "mixer", "noise-gate", "panner", "splitter"})
    for (size_t split : kSplits) {
      WorkletHarness harness (
          std::string ("audioworklet processor=") + processor, 2);
      harness.push_all (noise, split);
      harness.end ();
      const Sound sound = harness.take ();
      fail_unless (sound[0].size () == 10000, "%s gives %zu", processor,
          sound[0].size ());
    }
}
GST_END_TEST

GST_START_TEST (a_tail_has_a_limit)
{
  const Sound noise = make_noise (1, 10000);
  WorkletHarness harness ("audioworklet processor=delay delayTime::value=0.5 "
                          "max-tail-time=100000000",
      1);
  harness.push_all (noise, 480);
  harness.end ();
  fail_unless_equals_int (harness.take ()[0].size (), 10000 + 4800);
}
GST_END_TEST

GST_START_TEST (a_limit_of_the_tail_may_be_raised_up_to_the_end)
{
  const Sound noise = make_noise (1, 10000);
  WorkletHarness harness (
      "audioworklet processor=delay delayTime::value=0.5 max-tail-time=0", 1);
  harness.push_all (noise, 480);
  g_object_set (harness.element (), "max-tail-time", GST_SECOND, nullptr);
  harness.end ();
  const Sound sound = harness.take ();
  fail_unless_equals_int (sound[0].size (), 34000);
  fail_unless (
      std::equal (noise[0].begin (), noise[0].end (), sound[0].end () - 10000));
}
GST_END_TEST

// A segment that ends with the input would cut the tail off.
GST_START_TEST (a_tail_is_in_its_segment)
{
  const Sound noise = make_noise (1, 1280);
  WorkletHarness harness (
      "audioworklet processor=delay delayTime::value=0.5", 1);
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.stop = time_of (1280);
  gst_harness_push_event (*harness, gst_event_new_segment (&segment));
  harness.push_all (noise, 128);
  harness.end ();
  harness.take ();
  GstEvent *event =
      gst_pad_get_sticky_event ((*harness)->sinkpad, GST_EVENT_SEGMENT, 0);
  gst_event_copy_segment (event, &segment);
  gst_event_unref (event);
  const auto &last = harness.pieces.back ();
  fail_unless (gst_segment_clip (&segment, GST_FORMAT_TIME, last.pts,
      last.pts + time_of (last.frames), nullptr, nullptr));
}
GST_END_TEST

GST_START_TEST (the_latency_is_exact)
{
  const Sound noise = make_noise (2, 4096);
  WorkletHarness harness ("audioworklet processor=gain", 2);
  harness.push (noise, 0, 1024);
  harness.push (noise, 1024, 128);
  fail_unless_equals_uint64 (latency_of (harness), 0);
  fail_unless_equals_uint64 (gst_harness_query_latency (*harness), 0);
  harness.push (noise, 1152, 100);
  fail_unless_equals_uint64 (latency_of (harness),
      gst_util_uint64_scale_ceil (127, GST_SECOND, kRate));
  fail_unless_equals_uint64 (
      gst_harness_query_latency (*harness), latency_of (harness));
}
GST_END_TEST

// With quanta as long as the buffers nothing has to wait.
GST_START_TEST (a_quantum_that_fits_adds_no_latency)
{
  const Sound noise = make_noise (1, 4800);
  WorkletHarness harness (
      "audioworklet processor=gain render-quantum-size=480", 1);
  harness.push_all (noise, 480);
  fail_unless_equals_uint64 (latency_of (harness), 0);
  check_equal (harness.take (), noise, 0);
}
GST_END_TEST

GST_START_TEST (a_writable_buffer_is_rendered_in_place)
{
  const Sound noise = make_noise (2, 1024);
  WorkletHarness harness ("audioworklet processor=gain gain::value=2", 2);
  GstBuffer *buffer = harness.make_buffer (noise, 0, 1024);
  GstMemory *memory = gst_buffer_peek_memory (buffer, 0);
  gst_harness_push (*harness, buffer);
  GstBuffer *out = gst_harness_pull (*harness);
  fail_unless (gst_buffer_peek_memory (out, 0) == memory);
  gst_buffer_unref (out);

  // One that another one holds too stays as it is.
  buffer = harness.make_buffer (noise, 0, 1024);
  GST_BUFFER_PTS (buffer) = time_of (1024);
  gst_harness_push (*harness, gst_buffer_ref (buffer));
  Sound expected = amplify (noise, 2);
  check_equal (harness.take (), expected, 0);
  GstMapInfo map;
  gst_buffer_map (buffer, &map, GST_MAP_READ);
  fail_unless (reinterpret_cast<float *> (map.data)[0] == noise[0][0]);
  gst_buffer_unmap (buffer, &map);
  gst_buffer_unref (buffer);
}
GST_END_TEST

// A GstAudioMeta says where the input's channels lie, which the output may not
// have, and some metas are about the input's memory. What else is said of a
// buffer is handed on.
GST_START_TEST (fewer_channels_come_out_of_each_layout)
{
  const Sound noise = make_noise (2, 10000);
  const Sound left = {noise[0]};
  Sound mean (1, std::vector<float> (10000));
  for (size_t i = 0; i < 10000; i++)
    mean[0][i] = (noise[0][i] + noise[1][i]) / 2;
  check_splits ("audioworklet processor=splitter", noise, left, 0);
  check_splits ("audioworklet processor=gain node-options={\"channelCount\":1,"
                "\"channelCountMode\":\"explicit\","
                "\"outputChannelCount\":[1]}",
      noise, mean, 1e-6);

  WorkletHarness harness ("audioworklet processor=splitter", 2, true);
  GstBuffer *buffer = harness.make_buffer (noise, 0, 1024);
  GstCaps *reference = gst_caps_new_empty_simple ("timestamp/x-test");
  gst_buffer_add_reference_timestamp_meta (buffer, reference, 77, 1);
  const gchar *tags[] = {GST_META_TAG_MEMORY_STR, nullptr};
  gst_meta_register_custom (
      "WebmediaTestMemory", tags, nullptr, nullptr, nullptr);
  gst_buffer_add_custom_meta (buffer, "WebmediaTestMemory");
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  gst_harness_push (*harness, buffer);
  GstBuffer *out = gst_harness_pull (*harness);
  auto *meta = gst_buffer_get_reference_timestamp_meta (out, reference);
  fail_unless (meta && meta->timestamp == 77);
  fail_if (gst_buffer_get_custom_meta (out, "WebmediaTestMemory"));
  fail_unless (GST_BUFFER_FLAG_IS_SET (out, GST_BUFFER_FLAG_DISCONT));
  fail_unless_equals_int (gst_buffer_get_size (out), 1024 * sizeof (float));
  fail_unless_equals_int (gst_buffer_get_audio_meta (out)->samples, 1024);
  gst_caps_unref (reference);
  gst_buffer_unref (out);
}
GST_END_TEST

GST_START_TEST (silence_is_handed_on_as_silence)
{
  const Sound noise = make_noise (2, 1024);
  WorkletHarness harness ("audioworklet processor=gain", 2);
  harness.push (noise, 0, 256);
  GstBuffer *gap = harness.make_buffer (noise, 256, 256);
  GST_BUFFER_FLAG_SET (gap, GST_BUFFER_FLAG_GAP);
  gst_harness_push (*harness, gap);
  gst_harness_push_event (
      *harness, gst_event_new_gap (time_of (512), time_of (480)));
  harness.take ();
  fail_unless (!harness.pieces[0].is_gap);
  fail_unless (harness.pieces[1].is_gap);
  // 480 frames end within a quantum, so they wait for what completes it.
  fail_unless_equals_int (harness.pieces.size (), 2);
  harness.end ();
  harness.take ();
  fail_unless_equals_int (harness.pieces.size (), 3);
  fail_unless_equals_int (harness.pieces[2].frames, 480);
  fail_unless (harness.pieces[2].is_gap);
}
GST_END_TEST

GST_START_TEST (a_flush_forgets_what_waits)
{
  const Sound noise = make_noise (1, 4096);
  WorkletHarness harness ("audioworklet processor=gain", 1);
  harness.push (noise, 0, 1000);
  fail_unless (harness.take ().empty ());
  gst_harness_push_event (*harness, gst_event_new_flush_start ());
  gst_harness_push_event (*harness, gst_event_new_flush_stop (TRUE));
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (*harness, gst_event_new_segment (&segment));
  harness.pieces.clear ();
  harness.push (noise, 0, 1024);
  Sound expected = noise;
  expected[0].resize (1024);
  check_equal (harness.take (), expected, 0);
  fail_unless_equals_uint64 (harness.pieces[0].pts, 0);
}
GST_END_TEST

// What is before a gap in time does not wait for what is behind it.
GST_START_TEST (a_gap_in_time_completes_what_waits)
{
  const Sound noise = make_noise (1, 48000);
  WorkletHarness harness ("audioworklet processor=gain", 1);
  harness.push (noise, 0, 100);
  fail_unless (harness.take ().empty ());
  harness.push (noise, 24000, 128);
  const Sound heard = harness.take ();
  fail_unless_equals_int (harness.pieces.size (), 2);
  fail_unless_equals_uint64 (harness.pieces[1].pts, time_of (24000));
  fail_unless (heard[0][99] == noise[0][99]);
  fail_unless (heard[0][100] == noise[0][24000]);
}
GST_END_TEST

// Channels and layout change between two buffers; nothing is lost.
GST_START_TEST (caps_may_change)
{
  const Sound stereo = make_noise (2, 1024 + 100);
  const Sound mono = make_noise (1, 1000);
  WorkletHarness harness ("audioworklet processor=gain", 2);
  harness.push (stereo, 0, 1024);
  harness.take ();
  harness.push (stereo, 1024, 100);
  harness.set_format (1, true);
  GstBuffer *last = gst_harness_pull (*harness);
  fail_unless_equals_int (gst_buffer_get_size (last), 100 * 2 * sizeof (float));
  float samples[200];
  gst_buffer_extract (last, 0, samples, sizeof samples);
  for (size_t i = 0; i < 100; i++)
    fail_unless (samples[2 * i] == stereo[0][1024 + i]
                 && samples[2 * i + 1] == stereo[1][1024 + i]);
  gst_buffer_unref (last);
  harness.push (mono, 0, 1000);
  harness.end ();
  check_equal (harness.take (), mono, 0);
}
GST_END_TEST

// A tag does not overtake the sound before it.
GST_START_TEST (events_stay_in_order)
{
  const Sound noise = make_noise (1, 256);
  WorkletHarness harness ("audioworklet processor=gain", 1);
  harness.push (noise, 0, 100);
  gst_harness_push_event (*harness, gst_event_new_tag (gst_tag_list_new (
                                        GST_TAG_TITLE, "behind 100", nullptr)));
  fail_unless (
      !gst_pad_get_sticky_event ((*harness)->sinkpad, GST_EVENT_TAG, 0));
  harness.push (noise, 100, 156);
  GstEvent *event =
      gst_pad_get_sticky_event ((*harness)->sinkpad, GST_EVENT_TAG, 0);
  fail_unless (event != nullptr);
  gst_event_unref (event);
}
GST_END_TEST

GST_START_TEST (a_live_stream_tells_its_latency)
{
  const Sound noise = make_noise (1, 1000);
  WorkletHarness harness ("audioworklet processor=gain", 1);
  gst_harness_set_upstream_latency (*harness, 10 * GST_MSECOND);
  harness.push (noise, 0, 1000);
  fail_unless_equals_uint64 (gst_harness_query_latency (*harness),
      10 * GST_MSECOND + gst_util_uint64_scale_ceil (127, GST_SECOND, kRate));
}
GST_END_TEST

static Suite *
audioworklet_sound_suite (void)
{
  Suite *suite = suite_create ("audioworklet-sound");
  TCase *chain = tcase_create ("general");
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, a_gain_is_the_same_under_every_split);
  tcase_add_test (chain, a_biquad_is_the_same_under_every_split);
  tcase_add_test (chain, a_delay_is_the_same_under_every_split);
  tcase_add_test (chain, as_many_frames_come_out_as_went_in);
  tcase_add_test (chain, a_tail_has_a_limit);
  tcase_add_test (chain, a_limit_of_the_tail_may_be_raised_up_to_the_end);
  tcase_add_test (chain, a_tail_is_in_its_segment);
  tcase_add_test (chain, the_latency_is_exact);
  tcase_add_test (chain, a_quantum_that_fits_adds_no_latency);
  tcase_add_test (chain, a_writable_buffer_is_rendered_in_place);
  tcase_add_test (chain, fewer_channels_come_out_of_each_layout);
  tcase_add_test (chain, silence_is_handed_on_as_silence);
  tcase_add_test (chain, a_flush_forgets_what_waits);
  tcase_add_test (chain, a_gap_in_time_completes_what_waits);
  tcase_add_test (chain, caps_may_change);
  tcase_add_test (chain, events_stay_in_order);
  tcase_add_test (chain, a_live_stream_tells_its_latency);
  return suite;
}

GST_CHECK_MAIN (audioworklet_sound)
