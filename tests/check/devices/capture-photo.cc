// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames of another size than their track's, for photos: nothing else changes.
#include "devices/capture.hh"

#include "support/capture-fixture.hh"

#include <thread>

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

namespace {

// Its largest mode is so slow that nobody would have it for a moving picture.
constexpr TestDeviceSpec kSlowCamera{.classes = "Video/Source",
    .label = "Slow Camera",
    .caps = "video/x-raw, format=GRAY8, width=640, height=480, framerate=30/1; "
            "video/x-raw, format=GRAY8, width=1920, height=1080, framerate=5/1",
    .properties = "props, device.path=(string)/dev/video7"};

struct Fixture : CaptureFixture {
  Fixture () : CaptureFixture (kSlowCamera) {}
  ~Fixture () { make_silent (false); }

  Result<Ptr<GstSample>> take (const TrackPtr &track, const char *json)
  {
    return of (track)->take_frame (constraints (json), track->enabled (),
        [this] { return is_cancelled.load (); });
  }
  int width_of (const TrackPtr &track, const char *json)
  {
    auto frame = take (track, json);
    fail_unless (
        bool (frame), "%s", frame ? "" : frame.error ().message.c_str ());
    return number_in (gst_sample_get_caps (frame->get ()), "width");
  }
  void cancel ()
  {
    is_cancelled = true;
    wake_open_waits ();
  }
  static int number_in (GstCaps *caps, const char *field)
  {
    int number = -1;
    gst_structure_get_int (gst_caps_get_structure (caps, 0), field, &number);
    return number;
  }
  // Of the device itself, as soon as it gives out anything.
  static int device_width ()
  {
    for (;;) {
      auto sources = sources_now ();
      auto pad = Ptr<GstPad>::adopt (
          gst_element_get_static_pad (sources.back ().get (), "src"));
      auto caps = Ptr<GstCaps>::adopt (gst_pad_get_current_caps (pad.get ()));
      if (caps)
        return number_in (caps.get (), "width");
      g_thread_yield ();
    }
  }

  std::atomic<bool> is_cancelled{false};
};

constexpr const char *kLarge =
    R"({"width":{"ideal":1920},"height":{"ideal":1080}})";
constexpr const char *kSmall =
    R"({"width":{"ideal":32},"height":{"ideal":24}})";

} // namespace

// https://w3c.github.io/mediacapture-image/#dom-imagecapture-takephoto
GST_START_TEST (a_photo_changes_no_track)
{
  Fixture f;
  auto track = f.open ();
  auto other = f.open (R"({"width":{"exact":320}})");
  Settings before = f.of (track)->settings ();
  Settings others = f.of (other)->settings ();
  TrackLog log (track), own (other);
  fail_unless_equals_int (f.width_of (track, kLarge), 1920);
  fail_unless_equals_int (f.opened (), 3); // for it, and again after it
  fail_unless_equals_int (f.device_width (), 640);
  Taker taker (track);
  do // the last one of before may be there still
    taker.next_of_width (640);
  while (taker.frame_rate () != "30/1");
  f.apply (other, R"({"width":{"exact":320}})"); // after the task, too
  fail_unless (f.of (track)->settings () == before);
  fail_unless (f.of (other)->settings () == others);
  log.expect_nothing ();
  own.expect_nothing ();
  fail_unless_equals_int (f.opened (), 3);
}
GST_END_TEST

GST_START_TEST (what_the_mode_has_interrupts_nobody)
{
  Fixture f;
  auto track = f.open ();
  fail_unless_equals_int (f.width_of (track, kSmall), 32);
  fail_unless_equals_int (f.opened (), 1);
  auto large = f.open (R"({"width":{"exact":1920}})");
  fail_unless_equals_int (f.width_of (track, kLarge), 1920);
  fail_unless_equals_int (f.opened (), 2);
}
GST_END_TEST

GST_START_TEST (what_others_require_holds_for_that_moment)
{
  Fixture f;
  auto track = f.open ();
  auto fast = f.open (R"({"frameRate":{"min":20}})");
  fail_unless_equals_int (f.width_of (track, kLarge), 640);
  fail_unless_equals_int (f.opened (), 1);
}
GST_END_TEST

GST_START_TEST (a_camera_that_is_not_had_back_ends)
{
  Fixture f;
  auto track = f.open ();
  make_busy (true);
  auto failed = f.take (track, kLarge);
  make_busy (false);
  fail_if (bool (failed));
  // It could not be had back either.
  while (!track->is_ended ())
    g_thread_yield ();
  auto again = f.open ();
  fail_unless_equals_int (f.width_of (again, kLarge), 1920);
}
GST_END_TEST

GST_START_TEST (it_can_be_cancelled)
{
  Fixture f;
  auto track = f.open ();
  make_silent (true);
  std::thread canceller ([&f] {
    wait_sources_made (f.made_before + 2);
    f.cancel ();
  });
  auto cancelled = f.take (track, kLarge);
  canceller.join ();
  fail_unless (!cancelled && cancelled.error ().code == ErrorCode::abort);
  make_silent (false);
  f.apply (track, "{}"); // when that is undone
  fail_unless_equals_int (f.device_width (), 640);
  fail_if (track->is_ended ());
}
GST_END_TEST

// Without a restart it waits for a frame, not for the device.
GST_START_TEST (a_wait_for_a_frame_can_be_cancelled)
{
  Fixture f;
  auto track = f.open ();
  make_silent (true);
  std::thread canceller ([&f] { f.cancel (); });
  auto cancelled = f.take (track, kSmall);
  canceller.join ();
  // One may have been on its way.
  fail_unless (cancelled || cancelled.error ().code == ErrorCode::abort);
  make_silent (false);
  f.apply (track, "{}");
  fail_unless_equals_int (f.opened (), 1);
}
GST_END_TEST

GST_START_TEST (a_track_that_ends_has_none)
{
  Fixture f;
  auto track = f.open ();
  make_silent (true);
  std::thread stopper ([&] {
    wait_sources_made (f.made_before + 2);
    track->stop ();
  });
  auto constrainable = f.of (track);
  auto ended = f.take (track, kLarge);
  stopper.join ();
  fail_unless (!ended && ended.error ().code == ErrorCode::unknown);
  auto after = constrainable->take_frame (constraints (kSmall), true, {});
  fail_unless (!after && after.error ().code == ErrorCode::unknown);
  f.wait_released ();
}
GST_END_TEST

// It does not keep the turn until it is unmuted, which needs that.
GST_START_TEST (there_is_none_of_what_the_user_has_muted)
{
  Fixture f;
  auto track = f.open ();
  make_silent (true);
  std::thread muter ([&] {
    wait_sources_made (f.made_before + 2);
    f.registry->mute (DeviceKind::videoinput, true);
    make_silent (false);
  });
  auto muted = f.take (track, kLarge);
  muter.join ();
  fail_unless (!muted && muted.error ().code == ErrorCode::unknown);
  muted = f.take (track, kSmall);
  fail_unless (!muted && muted.error ().code == ErrorCode::unknown);
  fail_unless (
      muted.error ().message.find ("The user has muted") != std::string::npos);
  f.registry->mute (DeviceKind::videoinput, false);
  f.apply (track, "{}");
  while (track->muted ())
    g_thread_yield ();
  fail_unless_equals_int (f.width_of (track, kSmall), 32);
}
GST_END_TEST

GST_START_TEST (one_of_a_device_that_is_released_is_black)
{
  Fixture f;
  auto track = f.open ();
  track->set_enabled (false);
  f.wait_timer ();
  f.advance (3 * kSecond);
  f.wait_released ();
  auto frame = f.take (track, kSmall);
  fail_unless (bool (frame));
  auto buffer = Ptr<GstBuffer>::share (gst_sample_get_buffer (frame->get ()));
  fail_unless_equals_int (pixel (buffer, 32, 16, 12), 0);
  fail_unless_equals_int (f.opened (), 1);
}
GST_END_TEST

static Suite *
capture_photo_suite (void)
{
  Suite *suite = suite_create ("capture-photo");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_photo_changes_no_track);
  tcase_add_test (tcase, what_the_mode_has_interrupts_nobody);
  tcase_add_test (tcase, what_others_require_holds_for_that_moment);
  tcase_add_test (tcase, a_camera_that_is_not_had_back_ends);
  tcase_add_test (tcase, it_can_be_cancelled);
  tcase_add_test (tcase, a_wait_for_a_frame_can_be_cancelled);
  tcase_add_test (tcase, a_track_that_ends_has_none);
  tcase_add_test (tcase, there_is_none_of_what_the_user_has_muted);
  tcase_add_test (tcase, one_of_a_device_that_is_released_is_black);
  return suite;
}

GST_CHECK_MAIN (capture_photo)
