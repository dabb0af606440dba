// SPDX-License-Identifier: LGPL-2.1-or-later
// Tracks of a display whose size changes, as that of a window does.
// https://w3c.github.io/mediacapture-screen-share/#constrainable-properties
#include "devices/frame-size.hh"
#include "support/fed-pictures.hh"
#include "support/panel-fixture.hh"

#include <thread>

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

namespace {

// At such a rate, nobody takes it to be muted soon.
constexpr TestDeviceSpec kFedPanel{.classes = "Video/Source/Screen",
    .label = "Fed panel",
    .caps = "video/x-raw, format=GRAY8, width=640, height=48, framerate=1/1"};

// Its surface is of any size again, at the end.
struct DisplayFixture : PanelFixture {
  using PanelFixture::PanelFixture;
  ~DisplayFixture () { set_surface (0, 0); }
};

struct FedFixture : FedPictures, DisplayFixture {
  FedFixture () : DisplayFixture (kFedPanel) {}
};

// Each surface, and what is made of it with the constraints of kTracks.
struct Case {
  Size surface;
  Size made[4];
};
constexpr const char *kTracks[] = {"{}", R"({"width":{"max":320}})",
    R"({"height":{"exact":40}})", R"({"width":200})"};
constexpr Case kCases[] = {
    {{640, 48}, {{640, 48}, {320, 24}, {539, 40}, {200, 15}}},
    {{400, 400}, {{400, 400}, {320, 320}, {40, 40}, {200, 200}}},
    // It can't be that high: nothing is scaled up.
    {{100, 20}, {{100, 20}, {100, 20}, {100, 20}, {100, 20}}},
    {{60, 640}, {{60, 640}, {60, 640}, {4, 40}, {60, 640}}},
    {{640, 480}, {{640, 480}, {320, 240}, {53, 40}, {200, 150}}},
};

// Takes one size only, and says so.
class Narrow final : public stream::Consumer {
public:
  bool query (GstQuery *query) override
  {
    if (GST_QUERY_TYPE (query) != GST_QUERY_CAPS)
      return false;
    auto caps = Ptr<GstCaps>::adopt (
        gst_caps_from_string ("video/x-raw,width=640,height=48"));
    gst_query_set_caps_result (query, caps.get ());
    was_asked = true;
    return true;
  }

  std::atomic<bool> was_asked{false};
};

} // namespace

// "Update all affected constrainable properties at the same time", "ignore the
// culprit constraints for as long as they overconstrain"
GST_START_TEST (every_picture_has_what_its_surface_makes_of_it)
{
  FedFixture f;
  std::vector<TrackPtr> tracks;
  for (const char *json : kTracks)
    tracks.push_back (f.open (json));
  tracks.push_back (tracks[1]->clone ());
  f.apply (tracks[0], "{}"); // by then the clone is there
  std::vector<std::unique_ptr<TrackLog>> logs;
  std::vector<std::unique_ptr<Taker>> takers;
  for (const auto &track : tracks) {
    logs.push_back (std::make_unique<TrackLog> (track));
    takers.push_back (std::make_unique<Taker> (track));
  }
  Size before = kCases[0].surface;
  for (const Case &each : kCases) {
    for (int times = 0; times < 3; times++) {
      int shade = f.give (each.surface.width, each.surface.height);
      for (size_t i = 0; i < tracks.size (); i++)
        fail_unless_size (
            next_size (*takers[i], shade), each.made[i < 4 ? i : 1]);
    }
    for (const auto &log : logs)
      log->wait (each.surface == before ? "" : "configurationchange ");
    before = each.surface;
    for (size_t i = 0; i < tracks.size (); i++) {
      fail_unless_size (size_of (tracks[i]), each.made[i < 4 ? i : 1]);
      Capabilities can = f.of (tracks[i])->capabilities ();
      fail_unless (can[Property::width].range->high == each.surface.width);
      fail_unless (can[Property::height].range->high == each.surface.height);
      Size now = size_of (tracks[i]);
      Interval ratio = *can[Property::aspect_ratio].range;
      fail_unless (ratio.low == aspect_ratio (now.width, now.height)
                   && ratio.high == ratio.low);
      fail_unless (f.of (tracks[i])->constraints ()
                   == constraints (kTracks[i < 4 ? i : 1]));
    }
  }
  fail_unless_equals_int (f.opened (), 1);
}
GST_END_TEST

GST_START_TEST (what_a_sibling_can_not_have_is_nothing_to_heed)
{
  FedFixture f;
  auto exact = f.open (R"({"height":{"exact":40}})");
  auto other = f.open ();
  TrackLog log (exact);
  f.give (100, 20);
  log.wait ("configurationchange ");
  f.apply (other, R"({"width":{"exact":50}})");
  fail_unless_size (size_of (other), (Size{50, 10}));
  fail_unless_size (size_of (exact), (Size{100, 20}));
  // But it is asked anew of what can be.
  auto refused =
      f.of (exact)->apply (constraints (R"({"height":{"exact":40}})"), {});
  fail_if (bool (refused));
  fail_unless_equals_string (
      constraint_in_message (refused.error ().message.c_str ()), "height");
  log.expect_nothing ();
}
GST_END_TEST

GST_START_TEST (a_track_is_scaled_from_what_it_is_when_it_is_applied_to)
{
  FedFixture f;
  auto track = f.open ();
  Taker taker (track);
  int shade = f.give (1000, 800);
  fail_unless_size (next_size (taker, shade), (Size{1000, 800}));
  f.apply (track, R"({"width":{"exact":900}})"); // right after the picture
  fail_unless_size (size_of (track), (Size{900, 720}));
  shade = f.give (1000, 800);
  fail_unless_size (next_size (taker, shade), (Size{900, 720}));
}
GST_END_TEST

GST_START_TEST (siblings_go_on_while_branches_are_exchanged)
{
  FedFixture f;
  auto busy = f.open ();
  auto calm = f.open (R"({"width":{"max":320}})");
  Taker takes (busy), takes_calm (calm);
  std::atomic<bool> is_over{false};
  std::thread applies ([&] {
    for (int i = 0; i < 60; i++)
      f.apply (busy, i % 3 == 0   ? R"({"width":{"max":320}})"
                     : i % 3 == 1 ? R"({"width":{"max":160}})"
                                  : "{}");
    is_over = true;
  });
  constexpr Size kSurfaces[] = {{640, 48}, {400, 400}, {1600, 480}};
  constexpr Size kMade[][3] = {{{640, 48}, {320, 24}, {160, 12}},
      {{400, 400}, {320, 320}, {160, 160}},
      {{1600, 480}, {320, 96}, {160, 48}}};
  for (int i = 0; !is_over || i % 3 != 0; i++) {
    int shade = f.give (kSurfaces[i % 3].width, kSurfaces[i % 3].height);
    fail_unless_size (next_size (takes_calm, shade), kMade[i % 3][1]);
    for (auto taken = takes.output->try_take ();
         taken.status != stream::Output::Status::none;
         taken = takes.output->try_take ()) {
      if (taken.status == stream::Output::Status::event
          && GST_EVENT_TYPE (taken.event.get ()) == GST_EVENT_CAPS) {
        GstCaps *caps;
        gst_event_parse_caps (taken.event.get (), &caps);
        takes.caps = Ptr<GstCaps>::share (caps);
      }
      if (taken.status != stream::Output::Status::buffer
          || pixel (taken.buffer, 4, 0, 0) != shade)
        continue;
      Size size{takes.number ("width"), takes.number ("height")};
      fail_unless (size == kMade[i % 3][0] || size == kMade[i % 3][1]
                       || size == kMade[i % 3][2],
          "%dx%d", size.width, size.height);
    }
  }
  applies.join ();
  fail_if (busy->is_ended () || calm->is_ended ());
  fail_unless_equals_int (f.opened (), 1);
}
GST_END_TEST

GST_START_TEST (a_consumer_of_one_size_holds_nobody_to_it)
{
  DisplayFixture f;
  auto track = f.open ();
  auto narrow = std::make_shared<Narrow> ();
  auto output = track->subscribe (stream::Delivery::live, narrow);
  auto clone = track->clone ();
  Taker taker (track), takes_clone (clone);
  takes_clone.next_of_width (640);
  set_surface (400, 300);
  taker.next_of_width (400);
  takes_clone.next_of_width (400);
  fail_unless (narrow->was_asked);
  fail_if (track->is_ended ());
}
GST_END_TEST

// ximagesrc would take the question for the answer.
GST_START_TEST (a_display_is_not_asked_what_it_can_do)
{
  DisplayFixture f;
  auto track = f.open (R"({"width":{"max":320}})");
  auto whole = f.open ();
  Taker taker (track), takes_whole (whole);
  takes_whole.next ();
  auto pad = Ptr<GstPad>::adopt (
      gst_element_get_static_pad (sources_now ().front ().get (), "src"));
  std::atomic<int> questions{0};
  gulong probe = gst_pad_add_probe (
      pad.get (), GST_PAD_PROBE_TYPE_QUERY_UPSTREAM,
      [] (GstPad *, GstPadProbeInfo *, gpointer number) {
        ++*static_cast<std::atomic<int> *> (number);
        return GST_PAD_PROBE_OK;
      },
      &questions, nullptr);
  auto possible = takes_whole.output->possible_caps (nullptr);
  gst_pad_remove_probe (pad.get (), probe);
  fail_unless_equals_int (questions, 0);
  int width = 0;
  gst_structure_get_int (
      gst_caps_get_structure (possible.get (), 0), "width", &width);
  fail_unless_equals_int (width, 640);
}
GST_END_TEST

// What a consumer may ask the producer for: nothing is scaled up, and nothing
// to another size than the settings say.
GST_START_TEST (a_consumer_can_have_no_other_size_than_the_settings)
{
  FedFixture f;
  auto track = f.open (R"({"width":{"max":320}})");
  Taker taker (track);
  auto expect = [&] (Size surface, Size made) {
    fail_unless_size (
        next_size (taker, f.give (surface.width, surface.height)), made);
    auto all = taker.output->possible_caps (nullptr);
    fail_unless (gst_caps_get_size (all.get ()) > 0);
    for (guint i = 0; i < gst_caps_get_size (all.get ()); i++) {
      Size can{0, 0};
      const GstStructure *each = gst_caps_get_structure (all.get (), i);
      gst_structure_get_int (each, "width", &can.width);
      gst_structure_get_int (each, "height", &can.height);
      fail_unless_size (can, made);
    }
  };
  expect ({640, 48}, {320, 24});
  expect ({300, 60}, {300, 60});
  expect ({200, 60}, {200, 60});
  expect ({400, 400}, {320, 320});
}
GST_END_TEST

GST_START_TEST (a_surface_that_has_changed_before_it_is_opened_counts)
{
  set_surface (500, 400);
  DisplayFixture f;
  auto track = f.open (R"({"width":{"max":250}})");
  fail_unless_size (size_of (track), (Size{250, 200}));
  Taker taker (track);
  taker.next ();
  fail_unless_equals_int (taker.number ("height"), 200);
  auto whole = f.open ();
  fail_unless_size (size_of (whole), (Size{500, 400}));
  fail_unless_equals_int (f.opened (), 1);
}
GST_END_TEST

GST_START_TEST (a_surface_may_change_while_the_display_is_released)
{
  DisplayFixture f;
  auto track = f.open (R"({"width":{"max":320}})");
  TrackLog log (track);
  track->set_enabled (false);
  f.wait_timer ();
  f.advance (3 * kSecond);
  f.wait_released ();
  set_surface (400, 400);
  log.expect_nothing ();
  fail_unless_size (size_of (track), (Size{320, 24}));
  Taker taker (track);
  track->set_enabled (true);
  taker.next_of_width (320);
  while (taker.number ("height") != 320)
    taker.next ();
  f.apply (track, R"({"width":{"max":200}})");
  fail_unless_size (size_of (track), (Size{200, 200}));
}
GST_END_TEST

static Suite *
display_resize_suite ()
{
  Suite *suite = suite_create ("devices/display-resize");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, every_picture_has_what_its_surface_makes_of_it);
  tcase_add_test (tcase, what_a_sibling_can_not_have_is_nothing_to_heed);
  tcase_add_test (
      tcase, a_track_is_scaled_from_what_it_is_when_it_is_applied_to);
  tcase_add_test (tcase, siblings_go_on_while_branches_are_exchanged);
  tcase_add_test (tcase, a_consumer_of_one_size_holds_nobody_to_it);
  tcase_add_test (tcase, a_display_is_not_asked_what_it_can_do);
  tcase_add_test (tcase, a_consumer_can_have_no_other_size_than_the_settings);
  tcase_add_test (tcase, a_surface_that_has_changed_before_it_is_opened_counts);
  tcase_add_test (tcase, a_surface_may_change_while_the_display_is_released);
  return suite;
}
GST_CHECK_MAIN (display_resize)
