// SPDX-License-Identifier: LGPL-2.1-or-later
// Tracks of a camera that changes its size by itself, and clones that come
// while it is changed: nothing is scaled up.
#include "support/fed-pictures.hh"

#include <thread>

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

namespace {

// At such a rate, nobody takes it to be muted soon.
constexpr TestDeviceSpec kGrabber{.classes = "Video/Source",
    .label = "Grabber",
    .caps = "video/x-raw, format=GRAY8, width=640, height=48, framerate=1/1; "
            "video/x-raw, format=GRAY8, width=1000, height=100, framerate=1/1",
    .properties = "props, device.path=(string)/dev/video9"};
constexpr TestDeviceSpec kSmall{.classes = "Video/Source",
    .label = "Small",
    .caps = "video/x-raw, format=GRAY8, width=320, height=24, framerate=1/1",
    .properties = "props, device.path=(string)/dev/video9"};
constexpr TestDeviceSpec kTest{.classes = "Video/Source",
    .label = "Test picture",
    .caps = "video/x-raw, format=GRAY8, width=640, height=48, framerate=30/1",
    .properties = "props, device.path=(string)/dev/video9"};

struct FedCamera : FedPictures, CaptureFixture {
  explicit FedCamera (const TestDeviceSpec &spec = kGrabber)
      : CaptureFixture (spec)
  {}
};

// Its surface is of any size again, at the end.
struct TestCamera : CaptureFixture {
  TestCamera () : CaptureFixture (kTest) {}
  ~TestCamera () { set_surface (0, 0); }
};

// Each size, and what is made of it with the constraints of kTracks.
struct Case {
  Size picture;
  Size made[4];
};
constexpr const char *kTracks[] = {R"({"width":640,"height":48})",
    R"({"width":{"max":320}})",
    R"({"width":{"exact":200},"height":{"exact":40}})",
    R"({"height":{"min":40}})"};
constexpr Size kWhole{640, 48};
constexpr Case kCases[] = {
    // Selected of all modes: of the other one, that is nearer to 480 lines.
    {kWhole, {kWhole, {320, 32}, {200, 40}, kWhole}},
    {{400, 400}, {{400, 48}, {320, 320}, {200, 40}, {400, 400}}},
    // They can't be that high: nothing is scaled up.
    {{100, 20}, {{100, 20}, {100, 20}, {100, 20}, {100, 20}}},
    {{300, 30}, {{300, 30}, {300, 30}, {200, 20}, {300, 30}}},
    {kWhole, {kWhole, {320, 24}, {200, 40}, kWhole}},
};

std::string
resize_mode (const TrackPtr &track)
{
  return std::get<std::string> (
      CaptureFixture::of (track)->settings ()[Property::resize_mode]);
}

// What the device gives out.
int
device_width ()
{
  auto pad = Ptr<GstPad>::adopt (
      gst_element_get_static_pad (sources_now ().front ().get (), "src"));
  auto caps = Ptr<GstCaps>::adopt (gst_pad_get_current_caps (pad.get ()));
  int width = 0;
  gst_structure_get_int (
      gst_caps_get_structure (caps.get (), 0), "width", &width);
  return width;
}

} // namespace

// https://w3c.github.io/mediacapture-main/#dfn-source: "the tracks related to
// the affected source might not satisfy the set constraints any longer"
GST_START_TEST (every_track_has_what_its_camera_makes_of_it)
{
  FedCamera f;
  std::vector<TrackPtr> tracks;
  for (const char *json : kTracks)
    tracks.push_back (f.open (json));
  auto any = f.open ();
  std::vector<std::unique_ptr<TrackLog>> logs;
  std::vector<std::unique_ptr<Taker>> takers;
  for (const auto &track : tracks) {
    logs.push_back (std::make_unique<TrackLog> (track));
    takers.push_back (std::make_unique<Taker> (track));
  }
  Taker takes_any (any);
  Size before = kWhole;
  for (const Case &each : kCases) {
    // Who asked for no size has it at once; others wait for a branch of theirs.
    if (each.picture != before) {
      int shade = f.give (each.picture.width, each.picture.height);
      fail_unless_size (next_size (takes_any, shade), each.picture);
      for (const auto &log : logs)
        log->wait ("configurationchange ");
      f.apply (any, "{}"); // after that
      before = each.picture;
    }
    int shade = f.give (each.picture.width, each.picture.height);
    fail_unless_size (next_size (takes_any, shade), each.picture);
    for (size_t i = 0; i < tracks.size (); i++) {
      fail_unless_size (next_size (*takers[i], shade), each.made[i]);
      fail_unless_size (size_of (tracks[i]), each.made[i]);
      fail_unless_equals_string (resize_mode (tracks[i]).c_str (),
          each.made[i] == each.picture ? "none" : "crop-and-scale");
      fail_unless (
          f.of (tracks[i])->constraints () == constraints (kTracks[i]));
      // In one of its own modes it can do the others, too.
      fail_unless (
          f.of (tracks[i])->capabilities ()[Property::width].range->high
          == (each.picture == kWhole ? 1000 : each.picture.width));
    }
    for (const auto &log : logs)
      log->expect_nothing ();
  }
  fail_unless_equals_int (f.opened (), 1);
}
GST_END_TEST

GST_START_TEST (it_is_asked_for_what_it_can_do_by_then)
{
  FedCamera f;
  auto track = f.open ();
  auto other = f.open (R"({"width":{"exact":200}})");
  TrackLog log (track);
  f.give (100, 20);
  log.wait ("configurationchange ");
  auto refused =
      f.of (track)->apply (constraints (R"({"width":{"min":101}})"), {});
  fail_if (bool (refused));
  fail_unless_equals_string (
      constraint_in_message (refused.error ().message.c_str ()), "width");
  // What a sibling can't have is nothing to heed.
  f.apply (track, R"({"width":{"exact":50}})");
  fail_unless_size (size_of (other), (Size{100, 20}));
  f.give (640, 48);
  while (size_of (other).width != 200)
    g_thread_yield ();
  f.apply (track, R"({"width":{"exact":640}})");
  fail_unless_equals_int (f.opened (), 1);
}
GST_END_TEST

GST_START_TEST (a_camera_may_give_out_another_size_than_it_said)
{
  FedCamera f (kSmall); // 640x48 comes
  auto track = f.open (R"({"height":{"min":20}})");
  fail_unless_size (size_of (track), kWhole);
  auto scaled = f.open (R"({"width":{"exact":500}})");
  Taker takes_scaled (scaled);
  int shade = f.give (640, 48);
  fail_unless_equals_int (next_size (takes_scaled, shade).width, 500);
  fail_unless_equals_int (f.opened (), 1);
}
GST_END_TEST

GST_START_TEST (a_camera_may_change_its_rate)
{
  FedCamera f;
  auto track = f.open ();
  TrackLog log (track);
  f.give (640, 48, 4);
  log.wait ("configurationchange ");
  fail_unless (f.setting (track, Property::frame_rate) == 4);
  fail_unless_size (size_of (track), kWhole);
  fail_unless (
      f.of (track)->capabilities ()[Property::frame_rate].range->high == 4);
  f.apply (track, R"({"frameRate":{"max":2}})");
  fail_unless (f.setting (track, Property::frame_rate) == 2);
}
GST_END_TEST

GST_START_TEST (a_consumer_of_one_size_holds_no_camera_to_it)
{
  struct Narrow final : stream::Consumer {
    bool query (GstQuery *query) override
    {
      if (GST_QUERY_TYPE (query) != GST_QUERY_CAPS)
        return false;
      auto caps = Ptr<GstCaps>::adopt (gst_caps_from_string (
          "video/x-raw,width=640,height=48,framerate=30/1"));
      gst_query_set_caps_result (query, caps.get ());
      was_asked = true;
      return true;
    }
    std::atomic<bool> was_asked{false};
  };
  TestCamera f;
  auto track = f.open ();
  auto narrow = std::make_shared<Narrow> ();
  auto output = track->subscribe (stream::Delivery::live, narrow);
  auto part = f.open (R"({"width":{"exact":100},"height":{"exact":48}})");
  Taker taker (track), takes_part (part);
  takes_part.next_of_width (100);
  set_surface (60, 48); // narrower than what is cut off
  taker.next_of_width (60);
  takes_part.next_of_width (60);
  set_surface (400, 300);
  takes_part.next_of_width (100);
  fail_unless (narrow->was_asked);
  fail_if (track->is_ended () || part->is_ended ());
  fail_unless_equals_int (f.opened (), 1);
}
GST_END_TEST

GST_START_TEST (a_camera_may_come_back_with_another_size)
{
  TestCamera f;
  auto track = f.open (R"({"width":{"max":320}})");
  TrackLog log (track);
  track->set_enabled (false);
  f.wait_timer ();
  f.advance (3 * kSecond);
  f.wait_released ();
  set_surface (400, 400);
  Taker taker (track);
  track->set_enabled (true);
  taker.next_of_width (320);
  while (taker.number ("height") != 320)
    taker.next ();
  fail_unless_size (size_of (track), (Size{320, 320}));
}
GST_END_TEST

// The mode that is made less counts those that are there when that begins.
GST_START_TEST (a_clone_that_comes_meanwhile_is_not_scaled_up)
{
  CaptureFixture f;
  auto track = f.open (R"({"width":{"exact":640},"height":{"exact":480}})");
  hold_open (true);
  std::thread lowers ([&] {
    f.apply (track, R"({"width":{"exact":320},"height":{"exact":240}})");
  });
  wait_held ();
  auto clone = track->clone ();
  hold_open (false);
  lowers.join ();
  Taker taker (clone);
  taker.next_of_width (640);
  fail_unless_equals_int (device_width (), 640);
  fail_unless_size (size_of (clone), (Size{640, 480}));
  fail_unless_size (size_of (track), (Size{320, 240}));
  Taker takes_track (track);
  takes_track.next_of_width (320);
}
GST_END_TEST

GST_START_TEST (a_clone_has_what_there_is_where_others_require_that)
{
  CaptureFixture f;
  auto track = f.open (R"({"width":{"exact":640},"height":{"exact":480}})");
  hold_open (true);
  std::thread lowers ([&] {
    f.apply (track, R"({"width":{"exact":320},"height":{"exact":240},
        "resizeMode":{"exact":"none"}})");
  });
  wait_held ();
  auto clone = track->clone ();
  hold_open (false);
  lowers.join ();
  Taker taker (clone);
  taker.next_of_width (320);
  fail_unless_equals_int (device_width (), 320);
  fail_unless_size (size_of (clone), (Size{320, 240}));
  fail_unless_size (size_of (track), (Size{320, 240}));
}
GST_END_TEST

static Suite *
capture_size_suite ()
{
  Suite *suite = suite_create ("devices/capture-size");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, every_track_has_what_its_camera_makes_of_it);
  tcase_add_test (tcase, it_is_asked_for_what_it_can_do_by_then);
  tcase_add_test (tcase, a_camera_may_give_out_another_size_than_it_said);
  tcase_add_test (tcase, a_camera_may_change_its_rate);
  tcase_add_test (tcase, a_consumer_of_one_size_holds_no_camera_to_it);
  tcase_add_test (tcase, a_camera_may_come_back_with_another_size);
  tcase_add_test (tcase, a_clone_that_comes_meanwhile_is_not_scaled_up);
  tcase_add_test (tcase, a_clone_has_what_there_is_where_others_require_that);
  return suite;
}
GST_CHECK_MAIN (capture_size)
