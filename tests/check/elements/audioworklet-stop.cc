// SPDX-License-Identifier: LGPL-2.1-or-later
// Handlers, on the thread that renders, that stop the element or release an
// input.
#include "support/worklet-handlers.hh"

using namespace webmedia::test;

GST_START_TEST (a_handler_stops_it_while_another_input_waits)
{
  for (const Way &way : kWays) {
    g_debug ("%s", way.name);
    Joined joined;
    act_in_handler (joined, way, [&joined] {
      fail_unless_equals_int (
          gst_element_set_state (joined.element.get (), GST_STATE_NULL),
          GST_STATE_CHANGE_SUCCESS);
    });
    fail_unless_equals_int (joined.playing.push (1024), GST_FLOW_FLUSHING);
  }
}
GST_END_TEST

// A thread of the pool goes on for it.
GST_START_TEST (a_handler_stops_it_after_an_input_was_unlinked)
{
  Joined joined;
  const Own<GstPad> pad (gst_pad_get_peer (*joined.other));
  bool is_stopped = false;
  AtMessage at_message (joined.element.get (), [&] {
    fail_unless (gst_pad_unlink (*joined.other, pad.get ()));
    gst_element_set_state (joined.element.get (), GST_STATE_NULL);
    is_stopped = true;
  });
  joined.playing.push (1024);
  fail_unless (is_stopped);
}
GST_END_TEST

// The first one goes on without it.
GST_START_TEST (a_handler_releases_an_input_that_waits)
{
  for (const Way &way : kWays) {
    g_debug ("%s", way.name);
    Joined joined;
    act_in_handler (joined, way, [&joined] { joined.other.release (); });
    joined.pull ();
    fail_unless_equals_int (joined.playing.push (1024), GST_FLOW_OK);
    joined.pull ();
  }
}
GST_END_TEST

// On its own thread GStreamer refuses it: then another one can.
GST_START_TEST (a_source_can_be_stopped_after_a_handler_could_not)
{
  const auto worklet = make_worklet ();
  register_processor<Chatty> (worklet.get (), "chatty");
  const auto node =
      make_node (worklet.get (), "chatty", "{'numberOfInputs': <uint32 0>}");
  const auto element = make_worklet_element (node.get ());
  std::binary_semaphore is_playing{0}, is_tried{0};
  AtMessage at_message (element.get (), [&] {
    is_playing.acquire ();
    g_test_expect_message (
        "GStreamer", G_LOG_LEVEL_WARNING, "*Trying to join task*");
    g_test_expect_message (
        "GStreamer", G_LOG_LEVEL_CRITICAL, "*Failed to deactivate pad*");
    fail_unless_equals_int (
        gst_element_set_state (element.get (), GST_STATE_NULL),
        GST_STATE_CHANGE_FAILURE);
    g_test_assert_expected_messages ();
    is_tried.release ();
  });
  GstHarness *harness =
      gst_harness_new_with_element (element.get (), nullptr, "src");
  gst_harness_play (harness);
  is_playing.release ();
  is_tried.acquire ();
  fail_unless_equals_int (
      gst_element_set_state (element.get (), GST_STATE_NULL),
      GST_STATE_CHANGE_SUCCESS);
  while (GstBuffer *buffer = gst_harness_try_pull (harness))
    gst_buffer_unref (buffer);
  fail_unless_equals_int (
      gst_element_set_state (element.get (), GST_STATE_PLAYING),
      GST_STATE_CHANGE_SUCCESS);
  GstBuffer *again = gst_harness_pull (harness);
  fail_unless (again != nullptr);
  gst_buffer_unref (again);
  gst_harness_teardown (harness);
}
GST_END_TEST

static Suite *
audioworklet_stop_suite (void)
{
  Suite *suite = suite_create ("audioworklet-stop");
  TCase *chain = tcase_create ("general");
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, a_handler_stops_it_while_another_input_waits);
  tcase_add_test (chain, a_handler_stops_it_after_an_input_was_unlinked);
  tcase_add_test (chain, a_handler_releases_an_input_that_waits);
  tcase_add_test (chain, a_source_can_be_stopped_after_a_handler_could_not);
  return suite;
}

GST_CHECK_MAIN (audioworklet_stop)
