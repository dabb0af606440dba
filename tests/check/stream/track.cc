// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/track.hh"

#include "support/check.hh"

#include <optional>
#include <thread>

using namespace webmedia;
using namespace webmedia::stream;

namespace {

constexpr Time kFrame = 40 * kMillisecond;

struct Log final : TrackListener, TrackObserver, Producer {
  void on_event (TrackEvent event) override
  {
    text += event == TrackEvent::mute     ? "mute "
            : event == TrackEvent::unmute ? "unmute "
            : event == TrackEvent::ended  ? "ended "
                                          : "configurationchange ";
  }
  void on_track_ended () override { text += "over "; }
  bool query (GstQuery *) override { return false; }
  void send_event (Ptr<GstEvent>) override {}
  void stop () override { text += "stop "; }
  void on_wanted () override { wanted = of && of->is_wanted (); }
  std::shared_ptr<Source> source_of_clone () override { return for_clones; }

  std::string text;
  std::shared_ptr<Source> for_clones; // null: the same
  Source *of = nullptr;
  std::optional<bool> wanted; // as it was told last
};

struct Fixture {
  explicit Fixture (Kind kind = Kind::video)
      : source (std::make_shared<Source> (
          SourceInfo{.kind = kind, .label = "a camera"})),
        input (source->open (log)),
        track (Track::create (source))
  {
    track->replace_listener (nullptr, log);
    track->add_observer (log);
  }

  void expect (const char *text)
  {
    std::string all = std::exchange (log->text, "");
    fail_unless_equals_string (all.c_str (), text);
  }

  void put_caps (const char *text)
  {
    auto caps = Ptr<GstCaps>::adopt (gst_caps_from_string (text));
    input->put (Ptr<GstEvent>::adopt (gst_event_new_caps (caps.get ())));
  }

  void put (int frames, gsize size = 4)
  {
    for (int i = 0; i < frames; i++) {
      auto buffer = Ptr<GstBuffer>::adopt (
          gst_buffer_new_allocate (nullptr, size, nullptr));
      GST_BUFFER_PTS (buffer.get ()) = GstClockTime (next++ * kFrame);
      GST_BUFFER_DURATION (buffer.get ()) = kFrame;
      input->put (std::move (buffer));
    }
  }

  uint64_t delivered () const { return track->stats ().delivered; }

  std::shared_ptr<Log> log = std::make_shared<Log> ();
  std::shared_ptr<Source> source;
  std::unique_ptr<Input> input;
  std::shared_ptr<Track> track;
  Time next = 0;
};

} // namespace

// WPT: MediaStreamTrack-id
GST_START_TEST (an_id_is_a_uuid_of_its_own)
{
  Fixture f;
  fail_unless_equals_int (f.track->id.size (), 36);
  fail_unless (g_uuid_string_is_valid (f.track->id.c_str ()));
  fail_unless (f.track->clone ()->id != f.track->id);
  fail_unless (Track::create (f.source)->id != f.track->id);
}
GST_END_TEST

// WPT: MediaStreamTrack-init
GST_START_TEST (a_new_track_is_live_and_enabled)
{
  Fixture f (Kind::audio);
  fail_unless (f.track->kind () == Kind::audio);
  fail_unless (f.track->state () == TrackState::live);
  fail_unless (f.track->enabled ());
  fail_unless (!f.track->muted ());
  fail_unless_equals_string (f.track->content_hint (), "");
  TrackView::Info info = f.track->info ();
  fail_unless (info.kind == Kind::audio && info.id == f.track->id);
  fail_unless_equals_string (info.label.c_str (), "a camera");
}
GST_END_TEST

GST_START_TEST (a_track_of_a_muted_source_is_muted_from_the_start)
{
  Fixture f;
  f.input->set_muted (true);
  f.expect ("mute ");
  auto other = Track::create (f.source);
  fail_unless (other->muted () && f.track->clone ()->muted ());
  f.input->set_muted (true);
  f.expect ("");
  f.input->set_muted (false);
  f.expect ("unmute ");
  fail_unless (!other->muted ());
}
GST_END_TEST

// WPT: MediaStreamTrack-end-manual
GST_START_TEST (the_end_of_the_source_is_told_once)
{
  Fixture f;
  f.input->end ();
  f.expect ("ended over ");
  fail_unless (f.track->is_ended ());
  f.track->stop ();
  f.input->set_muted (true);
  f.input.reset ();
  f.expect ("");
}
GST_END_TEST

// Also while another thread is about it.
GST_START_TEST (after_the_end_of_the_source_all_its_tracks_have_ended)
{
  struct Observer final : TrackObserver {
    void on_track_ended () override
    {
      std::thread ([this] {
        input->end ();
        is_ended = other->is_ended ();
      }).join ();
    }

    Input *input;
    std::shared_ptr<Track> other;
    bool is_ended = false;
  };
  Fixture f;
  auto observer = std::make_shared<Observer> ();
  observer->input = f.input.get ();
  observer->other = f.track->clone ();
  f.track->add_observer (observer);
  f.input->end ();
  fail_unless (observer->is_ended);
}
GST_END_TEST

GST_START_TEST (who_lets_go_of_the_input_ends_the_track)
{
  Fixture f;
  f.input.reset ();
  f.expect ("ended over ");
}
GST_END_TEST

GST_START_TEST (stop_fires_nothing)
{
  Fixture f;
  fail_unless (f.track->stop ());
  f.expect ("over stop ");
  fail_unless (!f.track->stop ());
  f.input->end ();
  f.expect ("");
}
GST_END_TEST

GST_START_TEST (the_source_stops_with_the_last_of_its_tracks)
{
  Fixture f;
  auto clone = f.track->clone ();
  f.track->stop ();
  f.expect ("over ");
  fail_unless (!clone->is_ended ());
  clone.reset ();
  f.expect ("stop ");
  fail_unless (Track::create (f.source)->is_ended ());
}
GST_END_TEST

GST_START_TEST (a_clone_of_what_has_ended_is_ended)
{
  Fixture f;
  auto live = f.track->clone ();
  f.track->stop ();
  fail_unless (f.track->clone ()->is_ended ());
  f.expect ("over ");
  fail_unless (!live->clone ()->is_ended ());
  f.input->end ();
  fail_unless (live->clone ()->is_ended ());
}
GST_END_TEST

GST_START_TEST (a_clone_has_the_settings_of_then)
{
  Fixture f;
  f.track->set_enabled (false);
  f.track->set_content_hint ("text");
  auto clone = f.track->clone ();
  fail_unless (!clone->enabled ());
  fail_unless_equals_string (clone->content_hint (), "text");
  f.track->set_enabled (true);
  f.track->set_content_hint ("");
  fail_unless (!clone->enabled ());
  fail_unless_equals_string (clone->content_hint (), "text");
}
GST_END_TEST

GST_START_TEST (enabled_is_still_set_after_the_end)
{
  Fixture f;
  f.track->stop ();
  fail_unless (f.track->set_enabled (false));
  fail_unless (!f.track->enabled ());
  fail_unless (f.track->set_enabled (true));
  fail_unless (!f.track->set_enabled (true));
  fail_unless (f.track->enabled ());
}
GST_END_TEST

// WPT: mst-content-hint, MediaStreamTrack-contentHint
GST_START_TEST (a_hint_is_one_of_its_kind)
{
  Fixture sound (Kind::audio), pictures (Kind::video);
  const char *of_sound[] = {"speech", "speech-recognition", "music"};
  const char *of_pictures[] = {"motion", "detail", "text"};
  for (const char *hint : of_sound) {
    fail_unless (sound.track->set_content_hint (hint));
    fail_unless_equals_string (sound.track->content_hint (), hint);
    fail_unless (!pictures.track->set_content_hint (hint));
    fail_unless_equals_string (pictures.track->content_hint (), "");
  }
  for (const char *hint : of_pictures) {
    fail_unless (!sound.track->set_content_hint (hint));
    fail_unless_equals_string (sound.track->content_hint (), "music");
  }
  fail_unless (!sound.track->set_content_hint ("Speech"));
  fail_unless (sound.track->set_content_hint (""));
  for (const char *hint : of_pictures) {
    fail_unless (pictures.track->set_content_hint (hint));
    fail_unless_equals_string (pictures.track->content_hint (), hint);
  }
}
GST_END_TEST

// WPT: MediaStreamTrack-video-stats
GST_START_TEST (pictures_are_counted_without_a_consumer)
{
  Fixture f;
  fail_unless_equals_uint64 (f.delivered (), 0);
  f.put (3);
  TrackStats stats = f.track->stats ();
  fail_unless_equals_uint64 (stats.delivered, 3);
  fail_unless_equals_uint64 (stats.discarded, 0);
  fail_unless_equals_uint64 (stats.total, 3);
  fail_unless_equals_int64 (stats.delivered_duration, 3 * kFrame);
  fail_unless_equals_int64 (stats.total_duration, 3 * kFrame);
}
GST_END_TEST

GST_START_TEST (sound_is_counted_by_samples_of_one_channel)
{
  Fixture f (Kind::audio);
  f.put_caps ("audio/x-raw,format=S16LE,layout=interleaved,rate=48000,"
              "channels=2");
  f.put (2, 1920 * 4);
  fail_unless_equals_uint64 (f.delivered (), 2 * 1920);
  fail_unless_equals_int64 (f.track->stats ().total_duration, 2 * kFrame);
}
GST_END_TEST

GST_START_TEST (counters_stand_still_while_disabled)
{
  Fixture f;
  f.put (2);
  f.track->set_enabled (false);
  f.put (3);
  fail_unless_equals_uint64 (f.delivered (), 2);
  f.track->set_enabled (true);
  fail_unless_equals_uint64 (f.delivered (), 2);
  f.put (1);
  fail_unless_equals_uint64 (f.delivered (), 3);
}
GST_END_TEST

GST_START_TEST (counters_stand_still_while_muted)
{
  Fixture f;
  f.put (2);
  f.input->set_muted (true);
  f.track->set_enabled (false);
  f.put (3);
  f.track->set_enabled (true);
  f.put (3);
  fail_unless_equals_uint64 (f.delivered (), 2);
  f.input->set_muted (false);
  f.put (1);
  fail_unless_equals_uint64 (f.delivered (), 3);
}
GST_END_TEST

GST_START_TEST (counters_stay_after_the_end)
{
  Fixture f;
  auto clone = f.track->clone ();
  f.put (2);
  f.track->stop ();
  f.put (3);
  fail_unless_equals_uint64 (f.delivered (), 2);
  fail_unless_equals_uint64 (clone->stats ().delivered, 5);
  f.input->end ();
  fail_unless_equals_uint64 (clone->stats ().delivered, 5);
}
GST_END_TEST

// https://w3c.github.io/mediacapture-extensions/#exposing-change-of-mediastreamtrack-configuration
GST_START_TEST (other_caps_are_a_change_of_configuration)
{
  Fixture f;
  f.put_caps ("video/x-raw,format=I420,width=64,height=48");
  f.put_caps ("video/x-raw,format=I420,width=64,height=48");
  f.expect ("");
  f.put_caps ("video/x-raw,format=I420,width=32,height=24");
  f.expect ("configurationchange ");
  f.put_caps ("video/x-raw,format=I420,width=32,height=24,framerate=25/1");
  f.expect ("configurationchange ");
  // Of these there is no setting.
  f.put_caps ("video/x-raw,format=NV12,width=32,height=24,framerate=25/1");
  f.put_caps ("video/x-raw,format=NV12,width=32,height=24,framerate=25/1,"
              "colorimetry=bt709");
  f.expect ("");
}
GST_END_TEST

GST_START_TEST (other_caps_of_sound_are_a_change_of_configuration)
{
  Fixture f (Kind::audio);
  const char *all[] = {
      "format=S16LE,rate=48000,channels=2,channel-mask=(bitmask)3",
      "format=S16LE,rate=44100,channels=2,channel-mask=(bitmask)3",
      "format=S16LE,rate=44100,channels=1",
      "format=S32LE,rate=44100,channels=1"};
  for (const char *each : all) {
    std::string caps = "audio/x-raw,layout=interleaved," + std::string (each);
    f.put_caps (caps.c_str ());
    f.expect (each == all[0] ? "" : "configurationchange ");
    f.put_caps (caps.c_str ());
    f.expect ("");
  }
  f.put_caps ("audio/x-raw,layout=interleaved,format=S32BE,rate=44100,"
              "channels=1");
  f.expect ("");
}
GST_END_TEST

GST_START_TEST (a_change_of_configuration_waits_for_unmute)
{
  Fixture f;
  f.source->set_configuration ("a", ChangedBy::source);
  f.expect ("configurationchange ");
  f.input->set_muted (true);
  f.source->set_configuration ("b", ChangedBy::source);
  f.source->set_configuration ("c", ChangedBy::source);
  f.expect ("mute ");
  f.input->set_muted (false);
  f.expect ("unmute configurationchange ");
  f.track->stop ();
  f.source->set_configuration ("d", ChangedBy::source);
  f.expect ("over stop ");
}
GST_END_TEST

// "If track's capabilities and settings are matching source configuration,
// abort these steps"
GST_START_TEST (what_is_as_the_application_knows_it_is_no_change)
{
  Fixture f;
  f.source->set_configuration ("a", ChangedBy::application);
  f.source->set_configuration ("a", ChangedBy::source);
  f.expect ("");
  f.input->set_muted (true);
  f.source->set_configuration ("b", ChangedBy::source);
  f.source->set_configuration ("a", ChangedBy::source);
  f.input->set_muted (false);
  f.expect ("mute unmute ");
  f.input->set_muted (true);
  f.source->set_configuration ("b", ChangedBy::source);
  f.source->set_configuration ("c", ChangedBy::application);
  f.input->set_muted (false);
  f.expect ("mute unmute ");
  // A clone knows what there is when it is made.
  auto clone = f.track->clone ();
  clone->replace_listener (nullptr, f.log);
  f.source->set_configuration ("c", ChangedBy::source);
  f.expect ("");
  f.source->set_configuration ("b", ChangedBy::source);
  f.expect ("configurationchange configurationchange ");
  clone->replace_listener (f.log, nullptr);
}
GST_END_TEST

// Of two changes at once, none is told of after the newer one.
GST_START_TEST (a_configuration_is_the_newest_one)
{
  struct Interrupter final : TrackListener {
    void on_event (TrackEvent) override
    {
      if (auto gone = std::exchange (first, nullptr)) {
        gone->source->remove (gone); // it is not told once more
        gone->source->set_configuration ("b", ChangedBy::source);
      }
    }
    Track *first = nullptr;
  };
  Fixture f;
  auto clone = f.track->clone ();
  clone->replace_listener (nullptr, f.log);
  auto interrupter = std::make_shared<Interrupter> ();
  interrupter->first = f.track.get ();
  f.track->replace_listener (f.log, interrupter);
  f.source->set_configuration ("a", ChangedBy::source);
  f.expect ("configurationchange ");
  f.source->set_configuration ("b", ChangedBy::source);
  f.expect ("");
  clone->replace_listener (f.log, nullptr);
  f.track->replace_listener (interrupter, nullptr);
}
GST_END_TEST

GST_START_TEST (a_clone_counts_from_zero)
{
  Fixture f;
  f.put (2);
  auto clone = f.track->clone ();
  fail_unless_equals_uint64 (clone->stats ().total, 0);
  f.track->set_enabled (false);
  f.put (1);
  fail_unless_equals_uint64 (clone->stats ().total, 1);
  fail_unless_equals_uint64 (f.delivered (), 2);
}
GST_END_TEST

GST_START_TEST (what_is_left_out_counts_as_discarded)
{
  Fixture f;
  f.put (2);
  f.input->count_discarded (3);
  fail_unless_equals_uint64 (f.track->stats ().discarded, 3);
  fail_unless_equals_uint64 (f.track->stats ().total, 5);
  fail_unless_equals_uint64 (f.delivered (), 2);
  auto clone = f.track->clone ();
  f.track->set_enabled (false);
  f.input->count_discarded (1);
  fail_unless_equals_uint64 (f.track->stats ().discarded, 3);
  fail_unless_equals_uint64 (clone->stats ().discarded, 1);
}
GST_END_TEST

GST_START_TEST (a_source_is_wanted_while_a_live_track_is_enabled)
{
  Fixture f;
  f.log->of = f.source.get ();
  fail_unless (f.source->is_wanted ());
  auto clone = f.track->clone ();
  clone->set_enabled (false);
  fail_unless (f.log->wanted == true);
  f.track->set_enabled (false);
  fail_unless (f.log->wanted == false);
  clone->set_enabled (true);
  fail_unless (f.log->wanted == true);
  clone->stop (); // the other one is still disabled
  fail_unless (f.log->wanted == false);
  f.track->set_enabled (true);
  f.input->end ();
  fail_if (f.source->is_wanted ());
}
GST_END_TEST

GST_START_TEST (a_clone_is_of_the_source_that_the_producer_gives)
{
  Fixture f;
  auto other = std::make_shared<Source> (
      SourceInfo{.kind = Kind::video, .label = "another"});
  f.log->for_clones = other;
  auto clone = f.track->clone ();
  fail_unless (clone->source == other);
  f.track->stop ();
  fail_if (clone->is_ended ());
  f.expect ("over stop ");
  // Of what has ended, it has ended, too.
  fail_unless (f.track->clone ()->source == f.source);
}
GST_END_TEST

GST_START_TEST (a_source_can_hold_its_producer)
{
  auto source = std::make_shared<Source> (
      SourceInfo{.kind = Kind::video, .label = "a camera"});
  auto producer = std::make_shared<Log> ();
  std::weak_ptr<Log> weak = producer;
  auto input = source->open_and_hold (std::move (producer));
  fail_unless (source->producer () == weak.lock ());
  input.reset ();
  fail_if (weak.expired ());
  source.reset ();
  fail_unless (weak.expired ());
}
GST_END_TEST

static Suite *
track_suite (void)
{
  Suite *suite = suite_create ("track");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, an_id_is_a_uuid_of_its_own);
  tcase_add_test (tc, a_new_track_is_live_and_enabled);
  tcase_add_test (tc, a_track_of_a_muted_source_is_muted_from_the_start);
  tcase_add_test (tc, the_end_of_the_source_is_told_once);
  tcase_add_test (tc, after_the_end_of_the_source_all_its_tracks_have_ended);
  tcase_add_test (tc, who_lets_go_of_the_input_ends_the_track);
  tcase_add_test (tc, stop_fires_nothing);
  tcase_add_test (tc, the_source_stops_with_the_last_of_its_tracks);
  tcase_add_test (tc, a_clone_of_what_has_ended_is_ended);
  tcase_add_test (tc, a_clone_has_the_settings_of_then);
  tcase_add_test (tc, enabled_is_still_set_after_the_end);
  tcase_add_test (tc, a_hint_is_one_of_its_kind);
  tcase_add_test (tc, pictures_are_counted_without_a_consumer);
  tcase_add_test (tc, sound_is_counted_by_samples_of_one_channel);
  tcase_add_test (tc, counters_stand_still_while_disabled);
  tcase_add_test (tc, counters_stand_still_while_muted);
  tcase_add_test (tc, counters_stay_after_the_end);
  tcase_add_test (tc, a_clone_counts_from_zero);
  tcase_add_test (tc, what_is_left_out_counts_as_discarded);
  tcase_add_test (tc, a_source_is_wanted_while_a_live_track_is_enabled);
  tcase_add_test (tc, a_clone_is_of_the_source_that_the_producer_gives);
  tcase_add_test (tc, a_source_can_hold_its_producer);
  tcase_add_test (tc, other_caps_are_a_change_of_configuration);
  tcase_add_test (tc, other_caps_of_sound_are_a_change_of_configuration);
  tcase_add_test (tc, a_change_of_configuration_waits_for_unmute);
  tcase_add_test (tc, what_is_as_the_application_knows_it_is_no_change);
  tcase_add_test (tc, a_configuration_is_the_newest_one);
  return suite;
}

GST_CHECK_MAIN (track);
