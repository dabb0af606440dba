// SPDX-License-Identifier: LGPL-2.1-or-later
// What goes wrong for one track, and what is not live.
#include "devices/capture-branch-gst.hh"

#include "devices/capture.hh"
#include "support/capture-fixture.hh"

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

// The voice processor has nobody to hear.
GST_START_TEST (a_track_that_cannot_be_made_is_not_silent)
{
  CaptureFixture f (kMicrophone);
  f.registry->set_echo_probe ("nobody's");
  constexpr const char *cancels = R"({"echoCancellation":{"exact":true}})";
  auto refused = f.try_open (cancels);
  fail_if (bool (refused));
  fail_unless (refused.error ().message.find ("nobody's") != std::string::npos,
      "%s", refused.error ().message.c_str ());
  auto track = f.open (R"({"echoCancellation":{"exact":false}})");
  auto applied = f.of (track)->apply (constraints (cancels), {});
  fail_if (bool (applied));
  Taker taker (track);
  fail_unless (bool (taker.next ()));
  fail_unless (
      f.of (track)->settings ()[Property::echo_cancellation] == Value (false));
}
GST_END_TEST

// What is played has another rate than the voice processor can hear, which it
// finds out as it goes on: the device is none the worse for it.
GST_START_TEST (a_track_that_fails_ends_alone)
{
  auto probe = Ptr<GstElement>::adopt (GST_ELEMENT (gst_object_ref_sink (
      gst_element_factory_make ("webrtcechoprobe", "heard"))));
  gst_element_set_state (probe.get (), GST_STATE_PLAYING);
  auto played = Ptr<GstCaps>::adopt (gst_caps_from_string (
      "audio/x-raw,format=S16LE,layout=interleaved,channels=1,rate=32000"));
  auto pad =
      Ptr<GstPad>::adopt (gst_element_get_static_pad (probe.get (), "sink"));
  gst_pad_send_event (pad.get (), gst_event_new_stream_start ("played"));
  gst_pad_send_event (pad.get (), gst_event_new_caps (played.get ()));
  CaptureFixture f (kMicrophone);
  f.registry->set_echo_probe ("heard");
  auto plain = f.open (R"({"echoCancellation":{"exact":false}})");
  auto clone = plain->clone ();
  TrackLog log (plain), log_of_clone (clone);
  f.apply (clone, R"({"echoCancellation":{"exact":true}})");
  log_of_clone.wait ("ended ");
  Taker taker (plain);
  for (int i = 0; i < 20; i++)
    fail_unless (bool (taker.next ()));
  fail_if (plain->is_ended ());
  log.expect_nothing ();
  fail_unless_equals_int (f.opened (), 1);
  gst_element_set_state (probe.get (), GST_STATE_NULL);
}
GST_END_TEST

GST_START_TEST (an_error_is_of_the_branch_that_it_comes_from)
{
  auto inner = Ptr<GstElement>::adopt (GST_ELEMENT (
      gst_object_ref_sink (gst_element_factory_make ("identity", nullptr))));
  auto other = Ptr<GstElement>::adopt (GST_ELEMENT (
      gst_object_ref_sink (gst_element_factory_make ("identity", nullptr))));
  int told = 0;
  auto health = std::make_shared<BranchHealth> ([&told] { told++; });
  auto bin = make_branch_bin (health);
  gst_bin_add (GST_BIN (bin.get ()), inner.get ());
  fail_unless (BranchHealth::of (GST_OBJECT (inner.get ())) == health);
  fail_unless (BranchHealth::of (GST_OBJECT (other.get ())) == nullptr);
  health->fail (make_error (ErrorCode::abort, "first"));
  health->fail (make_error (ErrorCode::abort, "second"));
  fail_unless_equals_int (told, 1);
  fail_unless_equals_string (health->failure ()->message.c_str (), "first");
}
GST_END_TEST

// Caps and data that nobody takes.
GST_START_TEST (who_pushes_into_a_branch_is_not_refused)
{
  auto health = std::make_shared<BranchHealth> ([] {});
  auto bin = make_branch_bin (health);
  GstElement *filter = gst_element_factory_make ("capsfilter", nullptr);
  auto caps = Ptr<GstCaps>::adopt (gst_caps_from_string ("audio/x-raw"));
  g_object_set (filter, "caps", caps.get (), nullptr);
  GstElement *sink = gst_element_factory_make ("fakesink", nullptr);
  g_object_set (sink, "async", FALSE, nullptr);
  gst_bin_add_many (GST_BIN (bin.get ()), filter, sink, nullptr);
  fail_unless (gst_element_link (filter, sink));
  auto into = Ptr<GstPad>::adopt (gst_element_get_static_pad (filter, "sink"));
  fail_unless (add_gate (bin.get (), into.get ()));
  gst_element_set_state (bin.get (), GST_STATE_PLAYING);
  auto gate =
      Ptr<GstPad>::adopt (gst_element_get_static_pad (bin.get (), "sink"));
  auto from = Ptr<GstPad>::adopt (
      GST_PAD (gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC))));
  gst_pad_set_active (from.get (), TRUE);
  fail_unless_equals_int (
      gst_pad_link (from.get (), gate.get ()), GST_PAD_LINK_OK);
  auto other = Ptr<GstCaps>::adopt (gst_caps_new_empty_simple ("video/x-raw"));
  gst_check_setup_events (
      from.get (), bin.get (), other.get (), GST_FORMAT_TIME);
  for (int i = 0; i < 2; i++)
    fail_unless_equals_int (
        gst_pad_push (from.get (), gst_buffer_new ()), GST_FLOW_OK);
  fail_unless (health->has_failed ());
  gst_element_set_state (bin.get (), GST_STATE_NULL);
  gst_pad_set_active (from.get (), FALSE);
}
GST_END_TEST

GST_START_TEST (what_is_not_live_is_held_to_the_clock)
{
  make_not_live (true);
  CaptureFixture f;
  auto track = f.open (R"({"frameRate":{"exact":60}})");
  Taker taker (track);
  auto clock = Ptr<GstClock>::adopt (gst_system_clock_obtain ());
  auto before = gst_clock_get_time (clock.get ());
  for (int i = 0; i < 16; i++) // two of them may have waited
    fail_unless (bool (taker.next ()));
  fail_unless (gst_clock_get_time (clock.get ()) - before > 200 * GST_MSECOND);
  track->stop ();
  f.wait_released ();
  make_not_live (false);
}
GST_END_TEST

// It waits for its next picture, a quarter of an hour away.
GST_START_TEST (what_is_stopped_in_a_gap_is_let_go_of_at_once)
{
  make_not_live (true);
  CaptureFixture f ({.classes = "Video/Source",
      .label = "Slow",
      .caps = "video/x-raw, format=GRAY8, width=64, height=48, "
              "framerate=1/1000"});
  auto track = f.open ();
  auto clone = track->clone ();
  track->stop ();
  f.apply (clone, R"({"width":{"exact":32}})"); // with the other's branch gone
  clone->stop ();
  f.wait_released ();
  make_not_live (false);
}
GST_END_TEST

static Suite *
capture_branch_gst_suite (void)
{
  Suite *suite = suite_create ("capture-branch-gst");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, a_track_that_cannot_be_made_is_not_silent);
  tcase_add_test (tc, a_track_that_fails_ends_alone);
  tcase_add_test (tc, an_error_is_of_the_branch_that_it_comes_from);
  tcase_add_test (tc, who_pushes_into_a_branch_is_not_refused);
  tcase_add_test (tc, what_is_not_live_is_held_to_the_clock);
  tcase_add_test (tc, what_is_stopped_in_a_gap_is_let_go_of_at_once);
  return suite;
}

GST_CHECK_MAIN (capture_branch_gst);
