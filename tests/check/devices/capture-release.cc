// SPDX-License-Identifier: LGPL-2.1-or-later
// A device that no track needs is let go of, and taken again.
// https://www.w3.org/TR/mediacapture-streams/#track-enabled
#include "devices/capture.hh"

#include "devices/capture-caps.hh"
#include "stream/frame-reader.hh"
#include "support/capture-fixture.hh"
#include "support/clocks.hh"

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

namespace {

// With the device released.
void
release (CaptureFixture &f, const TrackPtr &track)
{
  track->set_enabled (false);
  f.wait_timer ();
  f.advance (3 * kSecond);
  f.wait_released ();
}

// Has seen to what was done before: a clone has data by then, which its branch
// gives it that is made meanwhile, and what is applied after that has its turn
// after that.
void
settle (CaptureFixture &f, const TrackPtr &track)
{
  auto clone = track->clone ();
  Taker taker (clone);
  taker.next ();
  clone->stop ();
  f.apply (track, "{}");
}

guint
timers (const CaptureFixture &f)
{
  return gst_test_clock_peek_id_count (GST_TEST_CLOCK (f.clock.get ()));
}

} // namespace

GST_START_TEST (a_device_is_released_when_no_track_is_enabled)
{
  CaptureFixture f;
  auto track = f.open ();
  auto clone = track->clone ();
  TrackLog log (track);
  Taker taker (track);
  taker.next ();
  track->set_enabled (false);
  settle (f, clone);
  fail_unless_equals_int (int (timers (f)), 0); // for the clone
  clone->set_enabled (false);
  f.wait_timer ();
  f.advance (kSecond);
  fail_unless_equals_int (int (timers (f)), 1); // not due yet
  fail_unless_equals_int (int (sources_now ().size ()), 1);
  f.advance (2 * kSecond);
  f.wait_released ();
  // Those who consume go on: with black.
  for (int i = 0; i < 8; i++)
    fail_unless_equals_int (pixel (taker.next (), 640, 100, 100), 0);
  fail_if (track->muted ());
  fail_if (track->is_ended ());
  log.expect_nothing ();
}
GST_END_TEST

GST_START_TEST (a_clock_without_timers_releases_at_once)
{
  CaptureFixture f;
  f.registry = CaptureRegistry::create (make_plain_clock ());
  auto track = f.open ();
  track->set_enabled (false);
  f.wait_released ();
  fail_if (track->is_ended ());
}
GST_END_TEST

GST_START_TEST (it_is_taken_again_and_muted_until_data_comes)
{
  CaptureFixture f;
  auto track = f.open ();
  TrackLog log (track);
  release (f, track);
  Taker taker (track);
  taker.next ();
  fail_unless_equals_int (f.opened (), 1);
  track->set_enabled (true);
  log.wait_last ("unmute ");
  fail_unless_equals_int (f.opened (), 2);
  int byte = 0;
  while (byte < 100) // white, at the left
    byte = pixel (taker.next (), 640, 10, 100);
}
GST_END_TEST

// Also while it is still being released, and what is blank begins.
GST_START_TEST (who_enables_a_track_finds_it_muted_or_the_device_back)
{
  CaptureFixture f;
  auto track = f.open ();
  TrackLog log (track);
  for (int opened = 2; opened < 22; opened++) {
    release (f, track);
    track->set_enabled (true);
    fail_unless (track->muted () || f.opened () == opened);
    log.wait_last ("unmute ");
    fail_unless_equals_int (f.opened (), opened);
  }
}
GST_END_TEST

// It is taken again, and has given nothing yet.
GST_START_TEST (who_enables_a_track_before_data_comes_finds_it_muted)
{
  CaptureFixture f;
  auto track = f.open ();
  TrackLog log (track);
  release (f, track);
  make_silent (true);
  track->set_enabled (true);
  fail_unless (track->muted ());
  wait_sources_made (f.made_before + 2);
  f.apply (track, "{}"); // it is open by then
  track->set_enabled (false);
  log.wait_last ("unmute "); // nobody wants it
  track->set_enabled (true);
  fail_unless (track->muted ());
  make_silent (false);
}
GST_END_TEST

// At whatever moment of that.
GST_START_TEST (who_enables_a_track_keeps_the_device_or_is_told)
{
  CaptureFixture f;
  f.registry = CaptureRegistry::create (make_plain_clock ());
  auto track = f.open ();
  int told = 0;
  for (int i = 0; i < 200; i++) {
    TrackLog log (track);
    track->set_enabled (false);
    for (int turns = i % 20; turns > 0; turns--)
      g_thread_yield ();
    track->set_enabled (true);
    if (log.has_any ()) {
      log.wait_last ("unmute ");
      told++;
    }
  }
  settle (f, track);
  fail_unless_equals_int (f.opened (), 1 + told);
}
GST_END_TEST

// Not the black of the time without the device.
GST_START_TEST (a_reader_waits_for_what_the_device_sees_then)
{
  CaptureFixture f;
  auto track = f.open ();
  release (f, track);
  Taker taker (track);
  fail_unless_equals_int (pixel (taker.next (), 640, 10, 100), 0);
  track->set_enabled (true);
  auto reader = stream::FrameReader::create (track, 1);
  auto frame = reader->read ([] { return false; });
  fail_unless (frame && *frame);
  auto seen = Ptr<GstBuffer>::share (gst_sample_get_buffer (frame->get ()));
  fail_unless (pixel (seen, 640, 10, 100) >= 100); // white, at the left
}
GST_END_TEST

// "The User Agent (on behalf of the user) mutes": its tracks are so at once.
// https://w3c.github.io/mediacapture-main/#track-muted
GST_START_TEST (a_device_that_the_user_mutes_is_released)
{
  CaptureFixture f;
  auto track = f.open ();
  auto clone = track->clone ();
  TrackLog log (track);
  Taker taker (track);
  taker.next ();
  f.registry->mute (DeviceKind::audioinput, true); // not this one
  fail_if (track->muted ());
  f.registry->mute (DeviceKind::videoinput, true);
  fail_unless (track->muted () && clone->muted ());
  fail_unless (track->clone ()->muted ());
  while (pixel (taker.next (), 640, 10, 100) != 0) { // of before
  }
  fail_unless_equals_int (pixel (taker.next (), 640, 10, 100), 0);
  f.wait_timer ();
  f.advance (3 * kSecond);
  f.wait_released ();
  for (int i = 0; i < 4; i++)
    fail_unless_equals_int (pixel (taker.next (), 640, 10, 100), 0);
  // Who enables a track does not bring it back.
  track->set_enabled (false);
  track->set_enabled (true);
  fail_if (track->is_ended ());
  log.wait ("mute ");
  f.registry->mute (DeviceKind::videoinput, false);
  log.wait_last ("unmute ");
  fail_unless_equals_int (f.opened (), 2);
  while (pixel (taker.next (), 640, 10, 100) < 100) { // white, at the left
  }
  fail_if (track->muted () || clone->muted ());
}
GST_END_TEST

GST_START_TEST (a_device_that_is_unmuted_in_time_is_kept)
{
  CaptureFixture f;
  auto track = f.open ();
  TrackLog log (track);
  f.registry->mute (DeviceKind::videoinput, true);
  f.wait_timer ();
  f.registry->mute (DeviceKind::videoinput, false);
  log.wait_last ("unmute ");
  f.advance (10 * kSecond);
  Taker taker (track);
  while (pixel (taker.next (), 640, 10, 100) < 100) { // white, at the left
  }
  fail_unless_equals_int (f.opened (), 1);
}
GST_END_TEST

GST_START_TEST (what_is_opened_while_the_user_mutes_it_is_muted)
{
  CaptureFixture f;
  f.registry->mute (DeviceKind::videoinput, true);
  auto track = f.open ();
  fail_unless (track->muted ());
  TrackLog log (track);
  Taker taker (track);
  f.wait_timer ();
  f.advance (3 * kSecond);
  f.wait_released ();
  // So is another track, for which it is opened again.
  auto another = f.open (R"({"width":{"exact":100}})");
  fail_unless (another->muted ());
  f.wait_timer ();
  f.advance (3 * kSecond);
  f.wait_released ();
  fail_unless_equals_int (pixel (taker.next (), 640, 10, 100), 0);
  log.expect_nothing ();
  f.registry->mute (DeviceKind::videoinput, false);
  log.wait_last ("unmute ");
  while (pixel (taker.next (), 640, 10, 100) < 100) { // white, at the left
  }
}
GST_END_TEST

GST_START_TEST (what_cannot_be_taken_again_ends)
{
  CaptureFixture f;
  auto track = f.open ();
  TrackLog log (track);
  release (f, track);
  make_busy (true);
  track->set_enabled (true);
  log.wait ("mute ended ");
  make_busy (false);
}
GST_END_TEST

GST_START_TEST (who_is_enabled_in_time_keeps_the_device)
{
  CaptureFixture f;
  auto track = f.open ();
  track->set_enabled (false);
  f.wait_timer ();
  track->set_enabled (true);
  // Nothing waits for the clock any more, once that was seen to.
  Taker taker (track);
  while (gst_test_clock_peek_id_count (GST_TEST_CLOCK (f.clock.get ())) > 0)
    taker.next ();
  f.advance (10 * kSecond);
  for (int i = 0; i < 3; i++)
    taker.next ();
  fail_unless_equals_int (f.opened (), 1);
  fail_unless_equals_int (int (sources_now ().size ()), 1);
}
GST_END_TEST

GST_START_TEST (who_opens_a_released_device_takes_it_again)
{
  CaptureFixture f;
  auto track = f.open ();
  release (f, track);
  auto another = f.open (R"({"width":{"exact":100}})");
  fail_unless_equals_int (f.opened (), 2);
  Taker taker (another);
  taker.next ();
  fail_unless_equals_int (taker.number ("width"), 100);
  fail_if (another->muted ());
}
GST_END_TEST

GST_START_TEST (what_is_applied_while_it_is_released_holds_from_then_on)
{
  CaptureFixture f;
  auto track = f.open ();
  release (f, track);
  f.apply (track, R"({"width":{"exact":320},"height":{"exact":240}})");
  fail_unless_equals_int (f.opened (), 1);
  Taker taker (track);
  taker.next_of_width (320);
  track->set_enabled (true);
  taker.next ();
  fail_unless_equals_int (taker.number ("width"), 320);
}
GST_END_TEST

GST_START_TEST (sound_that_is_disabled_is_released_as_well)
{
  CaptureFixture f (kMicrophone);
  auto track = f.open ();
  TrackLog log (track);
  release (f, track);
  Taker taker (track);
  fail_unless (bool (taker.next ()));
  track->set_enabled (true);
  log.wait_last ("unmute ");
  fail_unless_equals_int (f.opened (), 2);
}
GST_END_TEST

GST_START_TEST (a_released_device_is_closed_by_stop)
{
  CaptureFixture f;
  auto track = f.open ();
  release (f, track);
  track->stop ();
  Taker taker (f.open ());
  fail_unless (bool (taker.next ()));
  fail_unless_equals_int (f.opened (), 2);
}
GST_END_TEST

GST_START_TEST (who_cannot_even_have_black_is_muted)
{
  CaptureFixture f;
  auto track = f.open ();
  TrackLog log (track);
  GstRegistry *registry = gst_registry_get ();
  auto black = Ptr<GstPluginFeature>::adopt (
      gst_registry_lookup_feature (registry, "videotestsrc"));
  gst_registry_remove_feature (registry, black.get ());
  release (f, track);
  log.wait ("mute ");
  fail_unless (track->clone ()->muted ()); // not only once it has waited
  gst_registry_add_feature (registry, black.get ());
  track->set_enabled (true);
  log.wait_last ("unmute ");
}
GST_END_TEST

GST_START_TEST (what_stands_in_for_a_device_is_plain_and_has_a_rate)
{
  auto is = [] (const char *of, const char *expected) {
    auto caps = Ptr<GstCaps>::adopt (gst_caps_from_string (of));
    auto wanted = Ptr<GstCaps>::adopt (gst_caps_from_string (expected));
    auto made = blank_caps (caps);
    fail_unless (gst_caps_is_equal (made.get (), wanted.get ()),
        "%" GST_PTR_FORMAT, made.get ());
  };
  is ("video/x-raw(memory:DMABuf), format=NV12, width=64, framerate=15/1",
      "video/x-raw, format=NV12, width=64, framerate=15/1");
  is ("video/x-raw(memory:DMABuf), format=DMA_DRM, "
      "drm-format=NV12:0x0100000000000002, framerate=15/1",
      "video/x-raw, framerate=15/1");
  is ("video/x-raw, format=NV12, framerate=0/1",
      "video/x-raw, format=NV12, framerate=30/1");
  is ("audio/x-raw, format=S16LE, rate=8000",
      "audio/x-raw, format=S16LE, rate=8000");
}
GST_END_TEST

static Suite *
capture_release_suite (void)
{
  Suite *suite = suite_create ("capture-release");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, a_device_is_released_when_no_track_is_enabled);
  tcase_add_test (tc, a_clock_without_timers_releases_at_once);
  tcase_add_test (tc, it_is_taken_again_and_muted_until_data_comes);
  tcase_add_test (tc, who_enables_a_track_finds_it_muted_or_the_device_back);
  tcase_add_test (tc, who_enables_a_track_before_data_comes_finds_it_muted);
  tcase_add_test (tc, who_enables_a_track_keeps_the_device_or_is_told);
  tcase_add_test (tc, a_reader_waits_for_what_the_device_sees_then);
  tcase_add_test (tc, a_device_that_the_user_mutes_is_released);
  tcase_add_test (tc, a_device_that_is_unmuted_in_time_is_kept);
  tcase_add_test (tc, what_is_opened_while_the_user_mutes_it_is_muted);
  tcase_add_test (tc, what_cannot_be_taken_again_ends);
  tcase_add_test (tc, who_is_enabled_in_time_keeps_the_device);
  tcase_add_test (tc, who_opens_a_released_device_takes_it_again);
  tcase_add_test (tc, what_is_applied_while_it_is_released_holds_from_then_on);
  tcase_add_test (tc, sound_that_is_disabled_is_released_as_well);
  tcase_add_test (tc, a_released_device_is_closed_by_stop);
  tcase_add_test (tc, who_cannot_even_have_black_is_muted);
  tcase_add_test (tc, what_stands_in_for_a_device_is_plain_and_has_a_rate);
  return suite;
}

GST_CHECK_MAIN (capture_release);
