// SPDX-License-Identifier: LGPL-2.1-or-later
// Tracks of devices: what each of them gets, and what one does to another.
#include "devices/capture.hh"

#include "support/capture-fixture.hh"

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

namespace {

constexpr TestDeviceSpec kSlowWhenLarge{.classes = "Video/Source",
    .label = "Slow when large",
    .caps = "video/x-raw, format=GRAY8, width=640, height=480, framerate=30/1; "
            "video/x-raw, format=GRAY8, width=1280, height=720, framerate=10/1",
    .properties = "props, device.path=(string)/dev/video8"};

// Between frames, by their own times.
Time
interval (Taker &taker)
{
  Time first = Time (GST_BUFFER_PTS (taker.next ().get ()));
  Time second = Time (GST_BUFFER_PTS (taker.next ().get ()));
  return (second - first) / kMillisecond;
}

} // namespace

GST_START_TEST (a_track_has_exactly_what_was_asked_for)
{
  CaptureFixture f;
  auto track = f.open (R"({"width":{"exact":320},"height":{"exact":240},
      "frameRate":{"exact":30}})");
  Taker taker (track);
  auto buffer = taker.next ();
  fail_unless_equals_int (taker.number ("width"), 320);
  fail_unless_equals_int (taker.number ("height"), 240);
  fail_unless_equals_string (taker.frame_rate ().c_str (), "30/1");
  fail_unless_equals_int (int (gst_buffer_get_size (buffer.get ())), 320 * 240);
  fail_unless_equals_int (int (interval (taker)), 33);
  fail_unless (f.setting (track, Property::width) == 320);
  fail_unless (f.setting (track, Property::height) == 240);
  fail_unless (f.setting (track, Property::frame_rate) == 30);
  fail_unless (f.of (track)->constraints ().basic.size () == 3);
  fail_unless (
      f.of (track)->capabilities ()[Property::width].range->high == 640);
  fail_if (track->muted ());
}
GST_END_TEST

GST_START_TEST (what_is_cropped_and_scaled_shows_the_middle)
{
  CaptureFixture f;
  auto all = f.open (R"({"width":{"exact":640},"height":{"exact":480}})");
  auto part = f.open (R"({"width":{"exact":120},"height":{"exact":240}})");
  fail_unless_equals_int (f.opened (), 1);
  Taker takes_all (all), takes_part (part);
  auto whole = takes_all.next ();
  auto scaled = takes_part.next ();
  fail_unless_equals_int (takes_part.number ("width"), 120);
  fail_unless_equals_int (takes_part.number ("height"), 240);
  // 240 x 480 from the middle, by a half; away from where bars meet.
  int differences = 0;
  for (int x : {5, 15, 25, 50, 60, 75, 95, 105, 115}) {
    int wanted = pixel (whole, 640, 200 + 2 * x, 200);
    fail_unless (abs (pixel (scaled, 120, x, 100) - wanted) <= 1,
        "%d: %d is not %d", x, pixel (scaled, 120, x, 100), wanted);
    differences += wanted != pixel (whole, 640, 2 * x, 200);
  }
  fail_unless (differences > 3);
}
GST_END_TEST

GST_START_TEST (frames_are_left_out_for_a_lower_rate)
{
  CaptureFixture f;
  auto track = f.open (R"({"frameRate":{"exact":10}})");
  Taker taker (track);
  auto buffer = taker.next ();
  fail_unless_equals_string (taker.frame_rate ().c_str (), "10/1");
  fail_unless_equals_int (
      int (GST_BUFFER_DURATION (buffer.get ()) / GST_MSECOND), 100);
  for (int i = 0; i < 3; i++)
    fail_unless_equals_int (int (interval (taker)), 100);
  stream::TrackStats stats = track->stats ();
  fail_unless (stats.discarded >= 2 * (stats.delivered - 1)
                   && stats.discarded <= 2 * stats.delivered,
      "%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT, stats.discarded,
      stats.total);
  fail_unless_equals_uint64 (stats.total, stats.delivered + stats.discarded);
}
GST_END_TEST

GST_START_TEST (tracks_of_one_device_open_it_once)
{
  CaptureFixture f;
  std::vector<TrackPtr> tracks{
      f.open (R"({"width":{"exact":640},"frameRate":{"exact":60}})")};
  for (int i = 1; i < 8; i++)
    tracks.push_back (f.open (
        "{\"width\":{\"exact\":" + std::to_string (600 - 40 * i) + "}}"));
  fail_unless_equals_int (f.opened (), 1);
  for (int i = 1; i < 8; i++) {
    Taker taker (tracks[size_t (i)]);
    fail_unless (bool (taker.next ()));
    fail_unless_equals_int (taker.number ("width"), 600 - 40 * i);
  }
}
GST_END_TEST

GST_START_TEST (a_larger_track_changes_the_mode_and_ends_none)
{
  CaptureFixture f;
  auto small = f.open (R"({"width":{"exact":320},"height":{"exact":240}})");
  TrackLog log (small);
  Taker takes_small (small);
  takes_small.next ();
  auto large = f.open (R"({"width":{"exact":640},"height":{"exact":480}})");
  fail_unless_equals_int (f.opened (), 2);
  Taker takes_large (large);
  takes_large.next_of_width (640);
  auto before = takes_small.output->stats ().delivered;
  while (takes_small.output->stats ().delivered < before + 4)
    takes_small.next_of_width (320);
  fail_if (small->is_ended ());
  fail_unless (f.setting (small, Property::width) == 320);
  // Neither muted nor ended; but it is scaled now.
  log.wait ("configurationchange ");
  fail_unless (f.of (small)->settings ()[Property::resize_mode]
               == Value (std::string ("crop-and-scale")));
}
GST_END_TEST

GST_START_TEST (a_busy_device_is_not_readable)
{
  CaptureFixture f;
  make_busy (true);
  auto refused = f.try_open ("{}");
  make_busy (false);
  fail_if (bool (refused));
  fail_unless (refused.error ().code == ErrorCode::not_readable);
  // It was let go of, and can be opened when it is free.
  Taker taker (f.open ());
  fail_unless (bool (taker.next ()));
}
GST_END_TEST

GST_START_TEST (a_device_that_is_gone_ends_its_tracks)
{
  CaptureFixture f;
  auto track = f.open ();
  auto clone = track->clone ();
  TrackLog log (track), log_of_clone (clone);
  f.set_devices ({f.device});
  fail_if (track->is_ended ());
  f.set_devices ({});
  log.wait ("ended ");
  log_of_clone.wait ("ended ");
  f.wait_released ();
  Settings settings = f.of (track)->settings ();
  fail_unless (settings.contains (Property::device_id));
  fail_if (settings.contains (Property::width));
  fail_unless (bool (
      f.of (track)->apply (constraints (R"({"width":{"exact":1}})"), {})));
}
GST_END_TEST

// Lists are told from several threads.
GST_START_TEST (an_older_list_of_devices_ends_nothing)
{
  CaptureFixture f;
  auto none = f.share ({}), one = f.share ({f.device});
  f.registry->set_devices ({.version = 2, .devices = one});
  auto track = f.open ();
  TrackLog log (track);
  f.registry->set_devices ({.version = 1, .devices = none});
  f.registry->set_devices ({.version = 2, .devices = none});
  // An end would be there by the time that this is.
  f.apply (track, R"({"width":{"exact":100}})");
  fail_if (track->is_ended ());
  fail_unless (f.setting (track, Property::width) == 100);
  f.registry->set_devices ({.version = 3, .devices = none});
  log.wait ("ended ");
}
GST_END_TEST

GST_START_TEST (a_device_that_fails_ends_its_tracks)
{
  CaptureFixture f;
  for (bool by_error : {true, false}) {
    auto track = f.open ();
    TrackLog log (track);
    {
      auto source = sources_now ().front ();
      if (by_error)
        GST_ELEMENT_ERROR (source.get (), RESOURCE, READ, ("gone"), (nullptr));
      else
        gst_element_send_event (source.get (), gst_event_new_eos ());
    }
    log.wait ("ended ");
    f.wait_released ();
  }
  Taker taker (f.open ()); // it may come back
  fail_unless (bool (taker.next ()));
}
GST_END_TEST

GST_START_TEST (the_last_track_that_stops_closes_the_device)
{
  CaptureFixture f;
  auto one = f.open (), other = f.open ();
  one->stop ();
  Taker taker (other);
  for (int i = 0; i < 3; i++)
    fail_unless (bool (taker.next ()));
  fail_unless_equals_int (int (sources_now ().size ()), 1);
  other->stop ();
  f.wait_released ();
  fail_unless_equals_int (f.opened (), 1);
}
GST_END_TEST

GST_START_TEST (a_track_outlives_the_registry)
{
  CaptureFixture f;
  auto track = f.open ();
  f.registry.reset ();
  Taker taker (track);
  fail_unless (bool (taker.next ()));
  track->stop ();
  f.wait_released ();
}
GST_END_TEST

GST_START_TEST (a_clone_has_constraints_of_its_own)
{
  CaptureFixture f;
  auto track = f.open (R"({"width":{"exact":640},"height":{"exact":480}})");
  auto clone = track->clone ();
  fail_unless (f.of (clone)->constraints () == f.of (track)->constraints ());
  fail_unless (f.of (clone)->settings () == f.of (track)->settings ());
  fail_unless (clone->source->label == track->source->label);
  f.apply (clone, R"({"width":{"exact":160},"frameRate":{"exact":10}})");
  Taker takes (track), takes_clone (clone);
  takes_clone.next_of_width (160);
  fail_unless_equals_string (takes_clone.frame_rate ().c_str (), "10/1");
  for (int i = 0; i < 4; i++)
    takes.next ();
  fail_unless_equals_int (takes.number ("width"), 640);
  fail_unless_equals_string (takes.frame_rate ().c_str (), "30/1");
  fail_unless_equals_uint64 (track->stats ().discarded, 0);
  fail_unless_equals_int (f.opened (), 1);
  track->stop ();
  fail_unless (bool (takes_clone.next ()));
}
GST_END_TEST

// It is "attached to a live MediaStreamTrack", so its permission is not asked
// for again.
GST_START_TEST (a_device_is_captured_as_long_as_a_clone_lives)
{
  CaptureFixture f;
  fail_if (f.registry->is_captured (f.device));
  auto track = f.open ();
  fail_unless (f.registry->is_captured (f.device));
  auto clone = track->clone ();
  track->stop ();
  fail_unless (f.registry->is_captured (f.device));
  clone->stop ();
  fail_if (f.registry->is_captured (f.device));
}
GST_END_TEST

GST_START_TEST (what_cannot_be_applied_changes_nothing)
{
  CaptureFixture f;
  auto track = f.open (R"({"width":{"exact":320}})");
  auto refused =
      f.of (track)->apply (constraints (R"({"width":{"exact":5000}})"), {});
  fail_if (bool (refused));
  fail_unless (refused.error ().code == ErrorCode::overconstrained);
  fail_unless_equals_string (
      constraint_in_message (refused.error ().message.c_str ()), "width");
  fail_unless (f.setting (track, Property::width) == 320);
  fail_unless (f.of (track)->constraints ()
               == constraints (R"({"width":{"exact":320}})"));
  // What is ideal is no reason, and another device can't be had.
  f.apply (track, R"({"width":{"ideal":5000}})");
  fail_unless (f.setting (track, Property::width) == 640);
  refused = f.of (track)->apply (
      constraints (R"({"deviceId":{"exact":"another"}})"), {});
  fail_unless_equals_string (
      constraint_in_message (refused.error ().message.c_str ()), "deviceId");
}
GST_END_TEST

GST_START_TEST (a_required_conflict_with_a_sibling_changes_nothing)
{
  CaptureFixture f (kSlowWhenLarge);
  auto track = f.open (R"({"width":{"exact":640},"frameRate":{"min":20}})");
  auto clone = track->clone ();
  auto refused =
      f.of (clone)->apply (constraints (R"({"width":{"exact":1280}})"), {});
  fail_if (bool (refused));
  fail_unless_equals_string (
      constraint_in_message (refused.error ().message.c_str ()), "width");
  fail_unless (f.setting (clone, Property::width) == 640);
  fail_unless (f.setting (track, Property::frame_rate) == 30);
  fail_unless_equals_int (f.opened (), 1);
  // What is not required gives way.
  f.apply (track, R"({"width":{"exact":640}})");
  TrackLog log (track);
  f.apply (clone, R"({"width":{"exact":1280}})");
  fail_unless (f.setting (track, Property::frame_rate) == 10);
  log.wait ("configurationchange ");
  Taker takes (track), takes_clone (clone);
  takes_clone.next_of_width (1280);
  takes.next ();
  fail_unless_equals_int (takes.number ("width"), 640);
}
GST_END_TEST

GST_START_TEST (sound_is_converted_for_each_track)
{
  CaptureFixture f (kMicrophone);
  auto mono =
      f.open (R"({"sampleRate":{"exact":48000},"channelCount":{"exact":1}})");
  auto stereo =
      f.open (R"({"sampleRate":{"exact":44100},"channelCount":{"exact":2}})");
  Taker takes_mono (mono), takes_stereo (stereo);
  takes_mono.next ();
  takes_stereo.next ();
  fail_unless_equals_int (takes_mono.number ("rate"), 48000);
  fail_unless_equals_int (takes_mono.number ("channels"), 1);
  fail_unless_equals_int (takes_stereo.number ("rate"), 44100);
  fail_unless_equals_int (takes_stereo.number ("channels"), 2);
  fail_unless (f.setting (stereo, Property::sample_rate) == 44100);
}
GST_END_TEST

GST_START_TEST (an_encoded_mode_is_decoded)
{
  CaptureFixture f ({.classes = "Video/Source",
      .label = "Camera of JPEG",
      .caps = "image/jpeg, width=320, height=240, framerate=30/1"});
  auto track = f.open (R"({"width":{"exact":160},"height":{"exact":120}})");
  Taker taker (track);
  fail_unless (bool (taker.next ()));
  fail_unless_equals_int (taker.number ("width"), 160);
  fail_unless (gst_structure_has_name (
      gst_caps_get_structure (taker.caps.get (), 0), "video/x-raw"));
}
GST_END_TEST

GST_START_TEST (a_voice_can_be_processed)
{
  CaptureFixture f (kMicrophone);
  auto offers = [&f] (Property property) {
    return find_domain (f.registry->space_of (f.device)->common, property)
        ->values.size ();
  };
  fail_unless_equals_int (int (offers (Property::echo_cancellation)), 1);
  fail_unless_equals_int (int (offers (Property::noise_suppression)), 2);
  auto plain = f.open ("{}");
  auto track = plain->clone ();
  f.apply (track, R"({"noiseSuppression":{"exact":true},
      "autoGainControl":{"exact":true}})");
  Taker taker (track);
  fail_unless (bool (taker.next ()));
  fail_unless (
      f.of (track)->settings ()[Property::noise_suppression] == Value (true));
  fail_unless (
      f.of (plain)->settings ()[Property::noise_suppression] == Value (false));
  fail_unless_equals_int (f.opened (), 1);
  // Of a microphone that is opened from then on.
  plain->stop ();
  track->stop ();
  f.wait_released ();
  f.registry->set_echo_probe ("what is played");
  while (offers (Property::echo_cancellation) != 2) // once it is closed
    g_thread_yield ();
}
GST_END_TEST

// Nobody who consumes a track may end it for all.
GST_START_TEST (who_takes_other_caps_only_does_not_stop_the_device)
{
  struct Alien final : stream::Consumer {
    bool query (GstQuery *query) override
    {
      if (GST_QUERY_TYPE (query) != GST_QUERY_CAPS)
        return false;
      gst_query_set_caps_result (query, caps.get ());
      return true;
    }
    Ptr<GstCaps> caps = Ptr<GstCaps>::adopt (
        gst_caps_from_string ("video/x-raw,format=RGB,width=17"));
  };
  CaptureFixture f;
  auto track = f.open ();
  auto alien = std::make_shared<Alien> ();
  auto output = track->subscribe (stream::Delivery::live, alien);
  Taker taker (track);
  for (int i = 0; i < 6; i++)
    fail_unless (bool (taker.next ()));
  auto another = f.open (R"({"width":{"exact":100}})");
  Taker takes_another (another);
  fail_unless (bool (takes_another.next ()));
}
GST_END_TEST

// As of PipeWire 0.3.65 for a virtual source.
GST_START_TEST (a_device_that_is_a_sink_is_not_readable)
{
  CaptureFixture f ({.classes = "Audio/Source/Virtual",
      .label = "Loopback",
      .caps = kMicrophone.caps});
  auto refused = f.try_open ("{}");
  fail_if (bool (refused));
  fail_unless (refused.error ().code == ErrorCode::not_readable);
  fail_unless_equals_string (refused.error ().message.c_str (),
      "Loopback can't be read from: what GStreamer has for it (fakesink) is no "
      "source");
}
GST_END_TEST

GST_START_TEST (who_is_cancelled_before_opens_nothing)
{
  CaptureFixture f;
  auto space = f.registry->space_of (f.device);
  auto opened =
      open_track (*f.registry, {.device = f.device,
                                   .selection = *select_settings (*space, {}),
                                   .constraints = {},
                                   .cancelled = [] {
                                     return true;
                                   }});
  fail_if (bool (opened));
  fail_unless (opened.error ().code == ErrorCode::abort);
  fail_unless_equals_int (f.opened (), 0);
}
GST_END_TEST

GST_START_TEST (a_device_that_changes_keeps_its_tracks)
{
  CaptureFixture f;
  auto track = f.open ();
  TrackLog log (track);
  Device changed = f.device;
  changed.label = "Another label";
  changed.is_default = !changed.is_default;
  changed.space = std::make_shared<const SettingsSpace> ();
  changed.modes.clear ();
  f.set_devices ({changed});
  Taker taker (track);
  taker.next ();
  // It goes on as what it was opened as.
  f.apply (track, R"({"width":{"exact":100}})");
  taker.next_of_width (100);
  fail_unless (track->info ().label == "Gray Camera");
  log.expect_nothing ();
}
GST_END_TEST

GST_START_TEST (a_rate_that_is_not_known_is_lowered_as_well)
{
  CaptureFixture f ({.classes = "Video/Source",
      .label = "Camera of no rate",
      .caps = "video/x-raw, format=GRAY8, width=64, height=48"});
  auto track = f.open (R"({"frameRate":{"exact":10}})");
  fail_unless (f.setting (track, Property::frame_rate) == 10);
  Taker taker (track);
  taker.next (); // what there is
  auto first = taker.next ();
  auto second = taker.next ();
  fail_unless (GST_BUFFER_PTS (second.get ()) - GST_BUFFER_PTS (first.get ())
               > 60 * GST_MSECOND);
}
GST_END_TEST

static Suite *
capture_suite (void)
{
  Suite *suite = suite_create ("capture");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, a_track_has_exactly_what_was_asked_for);
  tcase_add_test (tc, what_is_cropped_and_scaled_shows_the_middle);
  tcase_add_test (tc, frames_are_left_out_for_a_lower_rate);
  tcase_add_test (tc, tracks_of_one_device_open_it_once);
  tcase_add_test (tc, a_larger_track_changes_the_mode_and_ends_none);
  tcase_add_test (tc, a_busy_device_is_not_readable);
  tcase_add_test (tc, a_device_that_is_gone_ends_its_tracks);
  tcase_add_test (tc, an_older_list_of_devices_ends_nothing);
  tcase_add_test (tc, a_device_that_fails_ends_its_tracks);
  tcase_add_test (tc, the_last_track_that_stops_closes_the_device);
  tcase_add_test (tc, a_track_outlives_the_registry);
  tcase_add_test (tc, a_clone_has_constraints_of_its_own);
  tcase_add_test (tc, a_device_is_captured_as_long_as_a_clone_lives);
  tcase_add_test (tc, what_cannot_be_applied_changes_nothing);
  tcase_add_test (tc, a_required_conflict_with_a_sibling_changes_nothing);
  tcase_add_test (tc, sound_is_converted_for_each_track);
  tcase_add_test (tc, an_encoded_mode_is_decoded);
  tcase_add_test (tc, a_voice_can_be_processed);
  tcase_add_test (tc, who_takes_other_caps_only_does_not_stop_the_device);
  tcase_add_test (tc, a_device_that_is_a_sink_is_not_readable);
  tcase_add_test (tc, who_is_cancelled_before_opens_nothing);
  tcase_add_test (tc, a_rate_that_is_not_known_is_lowered_as_well);
  tcase_add_test (tc, a_device_that_changes_keeps_its_tracks);
  return suite;
}

GST_CHECK_MAIN (capture);
