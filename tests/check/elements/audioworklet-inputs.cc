// SPDX-License-Identifier: LGPL-2.1-or-later
// Inputs that are joined in time.
#include "support/worklet-mixer.hh"

#include <gst/controller/gstdirectcontrolbinding.h>
#include <gst/controller/gstinterpolationcontrolsource.h>

using namespace webmedia::test;

GST_START_TEST (inputs_are_joined_frame_by_frame)
{
  Mixer mixer (2);
  // However each of them is cut.
  mixer.push (0, 0, 1000, 1);
  mixer.push (1, 0, 300, 2);
  mixer.push (1, 300, 1700, 2);
  mixer.push (0, 1000, 1000, 1);
  mixer.end (0);
  mixer.end (1);
  const auto sound = mixer.take ();
  fail_unless_equals_int (sound.size (), 2000);
  check_values (sound, 0, 2000, 3);
}
GST_END_TEST

// Times of buffers are rounded: the more there are, the more that would be.
GST_START_TEST (inputs_that_are_cut_otherwise_stay_together)
{
  constexpr size_t kLong = 4800, kAll = 8 * kLong;
  Mixer mixer (2);
  for (size_t from = 0; from < kAll; from += kLong) {
    mixer.push (0, from, kLong, 1);
    for (size_t i = from; i < from + kLong; i++)
      mixer.push (1, i, 1, 2);
  }
  mixer.end (0);
  mixer.end (1);
  const auto sound = mixer.take ();
  fail_unless_equals_int (sound.size (), kAll);
  check_values (sound, 0, kAll, 3);
}
GST_END_TEST

GST_START_TEST (an_input_that_begins_later_is_silent_before)
{
  Mixer mixer (2);
  mixer.push (0, 0, 1024, 1);
  mixer.push (1, 4800, 1024, 2);
  mixer.push (0, 1024, 3776 + 1024, 1);
  mixer.end (0);
  mixer.end (1);
  const auto sound = mixer.take ();
  fail_unless_equals_int (sound.size (), 5824);
  check_values (sound, 0, 4800, 1);
  check_values (sound, 4800, 5824, 3);
}
GST_END_TEST

// What comes before its segment has no time among the others.
GST_START_TEST (an_input_is_clipped_to_its_segment)
{
  for (bool is_gap : {false, true}) {
    Mixer mixer (2);
    mixer.begin_flush (1);
    mixer.end_flush (1, time_of (4800));
    if (is_gap) {
      mixer.push_gap (1, 0, 2400);
      mixer.push_gap (1, 2400, 2400 + 24);
    } else {
      mixer.push (1, 0, 4800, 8);
    }
    mixer.push (0, 0, 1024, 1);
    mixer.push (1, is_gap ? 4824 : 4000, is_gap ? 1000 : 800 + 1024, 2);
    mixer.end (0);
    mixer.end (1);
    const size_t skipped = is_gap ? 24 : 0;
    const auto sound = mixer.take ();
    fail_unless_equals_int (sound.size (), 1024);
    check_values (sound, 0, skipped, 1);
    check_values (sound, skipped, 1024 - skipped, 3);
  }
}
GST_END_TEST

// By the frames that a buffer has, not by what it says.
GST_START_TEST (an_input_that_says_too_long_durations_is_clipped)
{
  Mixer mixer (2);
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.stop = time_of (1500);
  mixer.begin_segment (1, segment);
  mixer.push (0, 0, 2048, 1);
  mixer.push_lasting (1, 0, 1024, 2, GST_SECOND);
  mixer.push_lasting (1, 1024, 1024, 2, GST_SECOND);
  mixer.end (1);
  mixer.end (0);
  const auto sound = mixer.take ();
  fail_unless_equals_int (sound.size (), 2048);
  check_values (sound, 0, 1500, 3);
  check_values (sound, 1500, 2048, 1);
}
GST_END_TEST

// As flitetestsrc has it.
GST_START_TEST (an_input_without_times_begins_at_once)
{
  Mixer mixer (2);
  mixer.push_untimed (0, 4800, 1);
  mixer.push (1, 4800, 1024, 2);
  mixer.push_untimed (0, 1024, 1);
  mixer.end (0);
  mixer.end (1);
  const auto sound = mixer.take ();
  fail_unless_equals_int (sound.size (), 5824);
  check_values (sound, 0, 4800, 1);
  check_values (sound, 4800, 5824, 3);
  fail_unless_equals_uint64 (mixer.first_pts (), 0);
}
GST_END_TEST

// And as gst_pad_set_offset() delays it.
GST_START_TEST (an_input_without_times_begins_with_its_segment)
{
  Mixer mixer (2);
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.base = time_of (4800);
  mixer.begin_segment (1, segment);
  mixer.push (0, 0, 9600, 1);
  mixer.push_untimed (1, 1000, 2);
  mixer.push_untimed (1, 1000, 2);
  mixer.end (1);
  mixer.end (0);
  const auto sound = mixer.take ();
  fail_unless_equals_int (sound.size (), 9600);
  check_values (sound, 0, 4800, 1);
  check_values (sound, 4800, 6800, 3);
  check_values (sound, 6800, 9600, 1);
}
GST_END_TEST

// Running time passes at another speed than frames do.
GST_START_TEST (inputs_that_are_played_at_another_rate_lose_nothing)
{
  for (double rate : {0.5, 1.5, 2.0, 8.0}) {
    Mixer mixer (2);
    GstSegment segment;
    gst_segment_init (&segment, GST_FORMAT_TIME);
    segment.rate = rate;
    segment.base = GST_SECOND;
    mixer.begin_segment (0, segment);
    mixer.begin_segment (1, segment);
    constexpr size_t kAll = 48000;
    for (size_t from = 0; from < kAll; from += 1600) {
      mixer.push (0, from, 1600, 1);
      for (size_t i = from; i < from + 1600; i += 160)
        mixer.push (1, i, 160, 2);
    }
    fail_unless_equals_int (mixer.take ().size (), kAll);
    fail_unless_equals_uint64 (mixer.first_pts (), 0);
    // Where one has ended the other's times are counted.
    mixer.end (0);
    mixer.push (1, kAll, 1024, 2);
    fail_unless_equals_int (mixer.take ().size (), 1024);
    fail_unless (
        std::abs (GST_CLOCK_DIFF (mixer.first_pts (), time_of (kAll))) < 10);
    mixer.end (1);
  }
}
GST_END_TEST

// The segment of the first one is the outputs', which has an end in a file.
GST_START_TEST (an_input_that_lasts_longer_has_times)
{
  Mixer mixer (2);
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.stop = time_of (2048);
  mixer.begin_segment (0, segment);
  mixer.push (0, 0, 2048, 1);
  mixer.push (1, 0, 2048, 2);
  mixer.end (0);
  check_values (mixer.take (), 0, 2048, 3);
  for (size_t from : {2048, 3072}) {
    mixer.push (1, from, 1024, 2);
    check_values (mixer.take (), 0, 1024, 2);
    fail_unless_equals_uint64 (mixer.first_pts (), time_of (from));
  }
  fail_if (GST_CLOCK_TIME_IS_VALID (mixer.segment ().stop));
  mixer.end (1);
}
GST_END_TEST

GST_START_TEST (an_input_that_goes_on_alone_keeps_the_time)
{
  Mixer mixer (2);
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = segment.time = 10 * GST_SECOND;
  mixer.begin_segment (0, segment);
  mixer.push_at (0, 10 * GST_SECOND, 1024, 1);
  mixer.push (1, 0, 1024, 2);
  check_values (mixer.take (), 0, 1024, 3);
  fail_unless_equals_uint64 (mixer.first_pts (), 10 * GST_SECOND);
  mixer.unlink (0);
  mixer.push (1, 1024, 1024, 2);
  check_values (mixer.take (), 0, 1024, 2);
  fail_unless_equals_uint64 (
      mixer.first_pts (), 10 * GST_SECOND + time_of (1024));
  // Until it says itself where it is.
  mixer.begin_flush (1);
  mixer.end_flush (1, 5 * GST_SECOND);
  mixer.push_at (1, 5 * GST_SECOND, 1024, 2);
  check_values (mixer.take (), 0, 1024, 2);
  fail_unless_equals_uint64 (mixer.first_pts (), 5 * GST_SECOND);
  mixer.end (1);
}
GST_END_TEST

// What is before the frames that went out is not heard.
GST_START_TEST (an_input_that_comes_too_late_is_cut)
{
  Mixer mixer (2);
  mixer.push (0, 0, 4800, 1);
  mixer.push (1, 0, 4800, 2);
  mixer.push (1, 2400, 4800, 5); // of which a half is in time
  mixer.push (0, 4800, 2400, 1);
  mixer.end (1);
  mixer.push (0, 7200, 1000, 1);
  mixer.end (0);
  const auto sound = mixer.take ();
  fail_unless_equals_int (sound.size (), 8200);
  check_values (sound, 0, 4800, 3);
  check_values (sound, 4800, 7200, 6);
  check_values (sound, 7200, 8200, 1);
}
GST_END_TEST

GST_START_TEST (an_input_that_has_ended_is_not_waited_for)
{
  Mixer mixer (2);
  mixer.push (0, 0, 1024, 1);
  mixer.push (1, 0, 512, 2);
  mixer.end (1);
  mixer.push (0, 1024, 1024, 1);
  mixer.end (0);
  const auto sound = mixer.take ();
  fail_unless_equals_int (sound.size (), 2048);
  check_values (sound, 0, 512, 3);
  check_values (sound, 512, 2048, 1);
}
GST_END_TEST

GST_START_TEST (inputs_that_end_together_end_once)
{
  for (int i = 0; i < 50; i++) {
    Mixer sink (2, "recorder");
    GstBus *bus = gst_bus_new ();
    gst_element_set_bus (sink.element (), bus);
    MessageGate gate (sink.element ());
    sink.push (1, 0, 1024, 2);
    std::thread last ([&] {
      sink.push (0, 0, 1024, 1);
      sink.end (0);
    });
    gate.wait_until_reached ();
    std::thread waiting ([&] { sink.end (1); });
    // It waits for the one that renders, as its pad has seen the end.
    while (!sink.is_ending (1))
      std::this_thread::yield ();
    gate.open ();
    last.join ();
    waiting.join ();
    int ends = 0;
    while (GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_EOS)) {
      ends++;
      gst_message_unref (message);
    }
    fail_unless_equals_int (ends, 1);
    gst_element_set_bus (sink.element (), nullptr);
    gst_object_unref (bus);
  }
}
GST_END_TEST

// Only that input's own: others wait, and lose no source for it.
GST_START_TEST (a_flush_of_one_input_is_not_the_others)
{
  Mixer mixer (2);
  // It begins while the other one's thread pushes.
  mixer.flush_in_push (1);
  mixer.push (1, 0, 1024, 2);
  mixer.push (0, 0, 1024, 1);
  mixer.end_flush (1);
  fail_unless (mixer.take ().empty ());
  mixer.push (1, 1024, 1024, 2);
  mixer.push (0, 1024, 1024, 1);
  check_values (mixer.take (), 0, 1024, 3);
  // What comes into a flush is refused as that, and is no error.
  mixer.begin_flush (0);
  fail_unless_equals_int (mixer.push_tag (0), GST_FLOW_FLUSHING);
  mixer.end_flush (0);
  fail_unless_equals_int (mixer.push_tag (0), GST_FLOW_OK);
  // And where nothing is awaited.
  mixer.end (1);
  mixer.begin_flush (1);
  mixer.push (0, 2048, 1024, 1);
  mixer.end_flush (1);
  mixer.push (1, 2048, 1024, 2);
  const auto sound = mixer.take ();
  fail_unless_equals_int (sound.size (), 1024);
  check_values (sound, 0, 1024, 3);
}
GST_END_TEST

// Values are those of each frame, also where the first input, by which they go,
// is cut or silent.
GST_START_TEST (parameters_go_by_the_frames_of_all_inputs)
{
  constexpr size_t kStep = 4410;
  Mixer mixer (2);
  GstControlSource *source = gst_interpolation_control_source_new ();
  g_object_set (source, "mode", GST_INTERPOLATION_MODE_NONE, nullptr);
  auto timed = GST_TIMED_VALUE_CONTROL_SOURCE (source);
  gst_timed_value_control_source_set (timed, 0, 1);
  gst_timed_value_control_source_set (timed, time_of (kStep), 0.5);
  GstObject *child = GST_OBJECT (gst_child_proxy_get_child_by_name (
      GST_CHILD_PROXY (mixer.element ()), "gain1"));
  fail_unless (gst_object_add_control_binding (
      child, gst_direct_control_binding_new_absolute (child, "value", source)));
  mixer.push (0, 0, 1001, 1);
  for (size_t i = 0; i < 6006; i += 77) {
    mixer.push (1, i, 77, 2);
    if (i == 924) // it has 1001 frames
      mixer.push (0, 1001, 1001, 1);
    if (i == 1925)
      mixer.push_gap (0, 2002, 2002);
    if (i == 3927)
      mixer.push (0, 4004, 2002, 1);
  }
  mixer.end (0);
  mixer.end (1);
  const auto sound = mixer.take ();
  fail_unless_equals_int (sound.size (), 6006);
  check_values (sound, 0, 2002, 3);
  check_values (sound, 2002, 4004, 2);
  check_values (sound, 4004, kStep, 3);
  check_values (sound, kStep, 6006, 2);
  gst_object_unref (child);
  gst_object_unref (source);
}
GST_END_TEST

GST_START_TEST (an_input_that_is_not_linked_has_no_rate)
{
  Mixer mixer (2);
  mixer.push (0, 0, 1024, 1);
  mixer.push (1, 0, 1024, 2);
  mixer.unlink (1);
  mixer.set_rate (0, 44100);
  mixer.push (0, 1024, 1024, 1);
  fail_unless_equals_int (mixer.rate (), 44100);
  // Once it is, it has to be that of the others.
  mixer.relink (1);
  fail_unless_equals_int (mixer.try_push (1), GST_FLOW_NOT_NEGOTIATED);
  mixer.set_rate (1, 44100);
  mixer.push (1, 1024, 1024, 2);
  // And what it has is still that where they come back to it.
  mixer.unlink (1);
  mixer.set_rate (0, 48000);
  mixer.push (0, 2048, 1024, 1);
  mixer.set_rate (0, 44100);
  mixer.relink (1);
  mixer.push (1, 2048, 1024, 2);
}
GST_END_TEST

// As where a segment is played again and again.
GST_START_TEST (what_downstream_had_enough_of_ends_with_the_segment)
{
  Mixer mixer (2);
  mixer.refuse_next ();
  mixer.push (0, 0, 1024, 1);
  fail_unless_equals_int (mixer.try_push (1), GST_FLOW_EOS);
  for (int input : {0, 1})
    mixer.begin_segment (input);
  mixer.push (0, 0, 1024, 1);
  mixer.push (1, 0, 1024, 2);
  check_values (mixer.take (), 0, 1024, 3);
}
GST_END_TEST

// A pipeline seeks by its sinks.
GST_START_TEST (a_sink_is_sought_by_all_inputs)
{
  Mixer sink (2, "recorder");
  fail_unless (gst_element_seek_simple (
      sink.element (), GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, GST_SECOND));
  for (int i : {0, 1}) {
    fail_unless (sink.has_seek (i));
    fail_if (sink.has_seek (i));
  }
  // With none there is nobody to take it.
  sink.unlink (0);
  sink.unlink (1);
  fail_if (gst_element_seek_simple (
      sink.element (), GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, GST_SECOND));
}
GST_END_TEST

static Suite *
audioworklet_inputs_suite (void)
{
  Suite *suite = suite_create ("audioworklet-inputs");
  TCase *chain = tcase_create ("general");
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, inputs_are_joined_frame_by_frame);
  tcase_add_test (chain, inputs_that_are_cut_otherwise_stay_together);
  tcase_add_test (chain, an_input_that_begins_later_is_silent_before);
  tcase_add_test (chain, an_input_is_clipped_to_its_segment);
  tcase_add_test (chain, an_input_that_says_too_long_durations_is_clipped);
  tcase_add_test (chain, an_input_without_times_begins_at_once);
  tcase_add_test (chain, an_input_without_times_begins_with_its_segment);
  tcase_add_test (chain, inputs_that_are_played_at_another_rate_lose_nothing);
  tcase_add_test (chain, an_input_that_lasts_longer_has_times);
  tcase_add_test (chain, an_input_that_goes_on_alone_keeps_the_time);
  tcase_add_test (chain, an_input_that_comes_too_late_is_cut);
  tcase_add_test (chain, an_input_that_has_ended_is_not_waited_for);
  tcase_add_test (chain, inputs_that_end_together_end_once);
  tcase_add_test (chain, a_flush_of_one_input_is_not_the_others);
  tcase_add_test (chain, parameters_go_by_the_frames_of_all_inputs);
  tcase_add_test (chain, an_input_that_is_not_linked_has_no_rate);
  tcase_add_test (chain, what_downstream_had_enough_of_ends_with_the_segment);
  tcase_add_test (chain, a_sink_is_sought_by_all_inputs);
  return suite;
}

GST_CHECK_MAIN (audioworklet_inputs)
