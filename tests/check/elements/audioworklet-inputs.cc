// SPDX-License-Identifier: LGPL-2.1-or-later
// Inputs that are joined in time.
#include "support/worklet-mixer.hh"

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
  tcase_add_test (chain, an_input_without_times_begins_at_once);
  tcase_add_test (chain, an_input_that_comes_too_late_is_cut);
  tcase_add_test (chain, an_input_that_has_ended_is_not_waited_for);
  tcase_add_test (chain, inputs_that_end_together_end_once);
  tcase_add_test (chain, a_flush_of_one_input_is_not_the_others);
  return suite;
}

GST_CHECK_MAIN (audioworklet_inputs)
