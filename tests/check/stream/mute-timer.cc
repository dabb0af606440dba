// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/mute-timer.hh"

#include "support/fan-out.hh"

#include <future>
#include <thread>

using namespace webmedia;
using namespace webmedia::stream;
using namespace webmedia::test;

namespace {

constexpr Time kFrame = FanOut::kFrame;

// Time passes, and the timers of that time fire.
void
pass (FanOut &camera, Time until)
{
  auto test_clock = GST_TEST_CLOCK (camera.clock.get ());
  GstClockID id;
  while (gst_test_clock_peek_next_pending_id (test_clock, &id)) {
    auto time = Time (gst_clock_id_get_time (id));
    gst_clock_id_unref (id);
    if (time > camera.base_time + until)
      break;
    Time now = Time (gst_clock_get_time (camera.clock.get ()));
    set_time (camera.clock, std::max (now, time));
    gst_clock_id_unref (gst_test_clock_process_next_clock_id (test_clock));
  }
  camera.set_now (until);
}

// The next timer fires at this time, whenever it was due.
void
wake_at (FanOut &camera, Time time)
{
  camera.set_now (time);
  gst_clock_id_unref (gst_test_clock_process_next_clock_id (
      GST_TEST_CLOCK (camera.clock.get ())));
}

guint
count_timers (const FanOut &camera)
{
  return gst_test_clock_peek_id_count (GST_TEST_CLOCK (camera.clock.get ()));
}

} // namespace

GST_START_TEST (after_25_frames_that_did_not_come_a_source_is_muted)
{
  FanOut camera;
  camera.input->set_watch (true);
  for (int i = 0; i < 100; i++) {
    pass (camera, i * kFrame);
    camera.put_frame (i * kFrame);
  }
  pass (camera, 99 * kFrame + 25 * kFrame - 1);
  fail_if (camera.track->muted ());
  pass (camera, 99 * kFrame + 25 * kFrame);
  fail_unless (camera.track->muted ());
  fail_unless (camera.source->is_muted ());
}
GST_END_TEST

GST_START_TEST (the_next_buffer_unmutes_it)
{
  FanOut camera;
  camera.input->set_watch (true);
  pass (camera, kSecond);
  fail_unless (camera.track->muted ());
  camera.put_frame (kSecond);
  fail_if (camera.track->muted ());
  pass (camera, 2 * kSecond);
  fail_unless (camera.track->muted ());
}
GST_END_TEST

// A frame costs a look at the clock.
GST_START_TEST (a_timer_is_not_set_for_each_frame)
{
  FanOut camera;
  camera.input->set_watch (true);
  GstClockID before, after;
  auto test_clock = GST_TEST_CLOCK (camera.clock.get ());
  gst_test_clock_peek_next_pending_id (test_clock, &before);
  for (int i = 0; i < 20; i++) {
    camera.set_now (i * kFrame);
    camera.put_frame (i * kFrame);
    fail_unless_equals_int (int (count_timers (camera)), 1);
  }
  gst_test_clock_peek_next_pending_id (test_clock, &after);
  fail_unless (before == after);
  gst_clock_id_unref (before);
  gst_clock_id_unref (after);
  // Then it is set by what came since.
  wake_at (camera, 20 * kFrame);
  fail_if (camera.track->muted ());
  fail_unless_equals_uint64 (
      gst_test_clock_get_next_entry_time (test_clock), (19 + 20) * kFrame);
}
GST_END_TEST

// Which stands still for all threads at once: who is first when it goes on is
// nobody's rule.
GST_START_TEST (a_process_that_stood_still_mutes_nothing)
{
  FanOut camera;
  camera.input->set_watch (true);
  camera.put_frame (0);
  wake_at (camera, 10 * kSecond);
  fail_if (camera.track->muted ());
  wake_at (camera, 20 * kSecond); // it stood still once more
  fail_if (camera.track->muted ());
  Time next = 20 * kSecond + 5 * kFrame;
  pass (camera, next - 1);
  camera.put_frame (next - 1);
  pass (camera, next - 1 + 25 * kFrame - 1);
  fail_if (camera.track->muted ());
  pass (camera, next - 1 + 25 * kFrame);
  fail_unless (camera.track->muted ());
}
GST_END_TEST

// From then on it has as long as the last look.
GST_START_TEST (a_process_that_stood_still_mutes_what_gives_nothing_then)
{
  FanOut camera;
  camera.input->set_watch (true);
  camera.put_frame (0);
  camera.set_now (10 * kSecond);
  pass (camera, 10 * kSecond + 5 * kFrame - 1);
  fail_if (camera.track->muted ());
  pass (camera, 10 * kSecond + 5 * kFrame);
  fail_unless (camera.track->muted ());
}
GST_END_TEST

// However short the last look is.
GST_START_TEST (a_thread_that_waits_its_turn_did_not_stand_still)
{
  FanOut camera;
  camera.put_caps (
      "video/x-raw,format=GRAY8,width=4,height=4,framerate=2147483647/1");
  camera.input->set_watch (true);
  camera.put_frame (0);
  wake_at (camera, kSecond);
  wake_at (camera, kSecond + kTurnOfThread);
  fail_unless (camera.track->muted ());
}
GST_END_TEST

GST_START_TEST (what_is_on_its_way_is_not_missing)
{
  FanOut camera;
  camera.input->set_watch (true);
  camera.put_frame (0);
  camera.producer->is_on_its_way = true;
  pass (camera, 10 * kSecond);
  fail_if (camera.track->muted ());
  camera.producer->is_on_its_way = false;
  pass (camera, 12 * kSecond);
  fail_unless (camera.track->muted ());
}
GST_END_TEST

GST_START_TEST (what_waits_for_a_consumer_has_come)
{
  FanOut player (Kind::video, Delivery::lossless); // without a consumer
  player.input->set_watch (true);
  std::thread streaming ([&player] { player.put_frame (0); });
  while (!player.source->mute_timer->is_arriving ())
    g_thread_yield ();
  pass (player, 10 * kSecond);
  fail_if (player.track->muted ());
  player.input->set_flushing (true);
  streaming.join ();
  pass (player, 12 * kSecond);
  fail_unless (player.track->muted ());
}
GST_END_TEST

GST_START_TEST (sound_has_25_buffers_and_a_quarter_of_a_second)
{
  for (auto [duration, patience] :
      {std::pair (10 * kMillisecond, 250 * kMillisecond),
          std::pair (5 * kMillisecond, 250 * kMillisecond),
          std::pair (20 * kMillisecond, 500 * kMillisecond)}) {
    FanOut microphone (Kind::audio);
    microphone.input->set_watch (true);
    auto sound = FanOut::make_frame (0);
    GST_BUFFER_DURATION (sound.get ()) = GstClockTime (duration);
    microphone.put (sound);
    pass (microphone, patience - 1);
    fail_if (microphone.track->muted ());
    pass (microphone, patience);
    fail_unless (microphone.track->muted ());
  }
}
GST_END_TEST

GST_START_TEST (a_variable_rate_is_never_muted)
{
  for (const char *caps :
      {"video/x-raw,format=GRAY8,width=4,height=4,framerate=0/1",
          "video/x-vp8,width=4,height=4"}) {
    FanOut canvas;
    canvas.put_caps (caps);
    canvas.input->set_watch (true);
    canvas.put_frame (0);
    fail_unless_equals_int (int (count_timers (canvas)), 0);
    pass (canvas, 3600 * kSecond);
    fail_if (canvas.track->muted ());
  }
}
GST_END_TEST

GST_START_TEST (a_rate_of_one_picture_in_68_years_does_no_harm)
{
  FanOut canvas;
  canvas.put_caps (
      "video/x-raw,format=GRAY8,width=4,height=4,framerate=1/2147483647");
  canvas.input->set_watch (true);
  canvas.put_frame (0);
  pass (canvas, 3600 * kSecond);
  fail_if (canvas.track->muted ());
}
GST_END_TEST

GST_START_TEST (a_rate_that_changes_counts_at_once)
{
  FanOut camera;
  camera.put_caps ("video/x-raw,format=GRAY8,width=4,height=4,framerate=1/1");
  camera.input->set_watch (true);
  camera.put_frame (0);
  camera.put_caps ("video/x-raw,format=GRAY8,width=4,height=4,framerate=25/1");
  pass (camera, kSecond);
  fail_unless (camera.track->muted ());
  camera.put_frame (kSecond);
  camera.put_caps ("video/x-raw,format=GRAY8,width=4,height=4,framerate=0/1");
  pass (camera, 100 * kSecond);
  fail_if (camera.track->muted ());
}
GST_END_TEST

GST_START_TEST (a_paused_producer_is_not_muted)
{
  FanOut camera;
  camera.put_frame (0);
  pass (camera, 10 * kSecond);
  fail_if (camera.track->muted ());
  camera.input->set_watch (true);
  camera.put_frame (10 * kSecond);
  camera.input->set_watch (false);
  fail_unless_equals_int (int (count_timers (camera)), 0);
  pass (camera, 20 * kSecond);
  fail_if (camera.track->muted ());
  // It counts from where it plays again.
  camera.input->set_watch (true);
  pass (camera, 20 * kSecond + 25 * kFrame - 1);
  fail_if (camera.track->muted ());
  pass (camera, 20 * kSecond + 25 * kFrame);
  fail_unless (camera.track->muted ());
}
GST_END_TEST

GST_START_TEST (a_clone_is_muted_as_well)
{
  FanOut camera;
  camera.input->set_watch (true);
  auto before = camera.track->clone ();
  pass (camera, kSecond);
  auto after = camera.track->clone ();
  fail_unless (before->muted () && after->muted ());
  camera.put_frame (kSecond);
  fail_if (before->muted () || after->muted ());
}
GST_END_TEST

GST_START_TEST (what_the_producer_says_holds_until_it_says_otherwise)
{
  FanOut camera;
  camera.input->set_watch (true);
  camera.input->set_muted (true);
  camera.put_frame (0);
  fail_unless (camera.track->muted ());
  camera.input->set_muted (false);
  fail_if (camera.track->muted ());
}
GST_END_TEST

GST_START_TEST (a_gap_of_sound_is_something_that_comes)
{
  FanOut microphone (Kind::audio);
  microphone.input->set_watch (true);
  pass (microphone, 200 * kMillisecond);
  microphone.input->put (
      Ptr<GstEvent>::adopt (gst_event_new_gap (0, 200 * GST_MSECOND)));
  pass (microphone, 449 * kMillisecond);
  fail_if (microphone.track->muted ());
  pass (microphone, 450 * kMillisecond);
  fail_unless (microphone.track->muted ());
}
GST_END_TEST

GST_START_TEST (another_clock_has_its_own_timer)
{
  FanOut camera;
  camera.input->set_watch (true);
  auto before = camera.clock;
  camera.set_clock (make_clock (500 * kSecond), 500 * kSecond);
  fail_unless_equals_int (
      int (gst_test_clock_peek_id_count (GST_TEST_CLOCK (before.get ()))), 0);
  pass (camera, 25 * kFrame);
  fail_unless (camera.track->muted ());
}
GST_END_TEST

GST_START_TEST (with_its_end_the_timer_goes)
{
  FanOut camera;
  camera.input->set_watch (true);
  camera.input->end ();
  fail_unless_equals_int (int (count_timers (camera)), 0);
  FanOut other;
  auto clock = other.clock;
  other.input->set_watch (true);
  other.input.reset ();
  fail_unless_equals_int (int (count_timers (other)), 0);
}
GST_END_TEST

// The end of a system clock waits for its thread.
GST_START_TEST (a_clock_does_not_end_on_its_own_thread)
{
  struct Owner final : MuteTimer::Target {
    void on_silence_changed () override
    {
      clock_thread = std::this_thread::get_id ();
      timer.reset ();
    }
    bool is_delivering () override { return false; }

    std::shared_ptr<MuteTimer> timer = std::make_shared<MuteTimer> ();
    std::atomic<std::thread::id> clock_thread{};
  };
  std::promise<std::thread::id> ended;
  auto owner = std::make_shared<Owner> ();
  {
    auto clock = Ptr<GstClock>::adopt (GST_CLOCK (
        gst_object_ref_sink (g_object_new (GST_TYPE_SYSTEM_CLOCK, nullptr))));
    g_object_weak_ref (
        G_OBJECT (clock.get ()),
        [] (gpointer told, GObject *) {
          static_cast<std::promise<std::thread::id> *> (told)->set_value (
              std::this_thread::get_id ());
        },
        &ended);
    owner->timer->set_target (owner);
    owner->timer->set_clock (clock);
    owner->timer->set_patience (kMillisecond);
    owner->timer->set_watch (true);
  }
  std::thread::id on_thread = ended.get_future ().get ();
  fail_unless (owner->clock_thread.load () != std::thread::id ());
  fail_unless (on_thread != owner->clock_thread.load ());
}
GST_END_TEST

// What a pipeline plays: a seek takes a while.
static FanOut
play (Kind kind)
{
  return FanOut (SourceInfo{.kind = kind, .label = "", .is_played = true});
}

GST_START_TEST (what_is_played_has_a_second)
{
  for (Kind kind : {Kind::video, Kind::audio}) {
    FanOut player = play (kind);
    if (kind == Kind::video)
      player.put_caps (
          "video/x-raw,format=GRAY8,width=4,height=4,framerate=100/1");
    player.input->set_watch (true);
    auto piece = FanOut::make_frame (0);
    GST_BUFFER_DURATION (piece.get ()) = 10 * GST_MSECOND;
    player.put (piece);
    pass (player, kSecond - 1);
    fail_if (player.track->muted ());
    pass (player, kSecond);
    fail_unless (player.track->muted ());
  }
}
GST_END_TEST

GST_START_TEST (durations_tell_where_what_is_played_has_no_rate)
{
  FanOut player = play (Kind::video);
  player.put_caps ("video/x-raw,format=GRAY8,width=4,height=4,framerate=0/1");
  player.input->set_watch (true);
  auto piece = FanOut::make_frame (0);
  GST_BUFFER_DURATION (piece.get ()) = 100 * GST_MSECOND;
  player.put (piece);
  pass (player, 2500 * kMillisecond - 1);
  fail_if (player.track->muted ());
  pass (player, 2500 * kMillisecond);
  fail_unless (player.track->muted ());
}
GST_END_TEST

GST_START_TEST (what_is_played_with_neither_is_never_muted)
{
  FanOut player = play (Kind::video);
  player.put_caps ("video/x-raw,format=GRAY8,width=4,height=4,framerate=0/1");
  player.input->set_watch (true);
  auto piece = FanOut::make_frame (0);
  GST_BUFFER_DURATION (piece.get ()) = GST_CLOCK_TIME_NONE;
  player.put (piece);
  pass (player, 3600 * kSecond);
  fail_if (player.track->muted ());
}
GST_END_TEST

// By the clock that it is told of then.
GST_START_TEST (what_is_played_and_has_not_begun_is_muted_in_a_second)
{
  FanOut player = play (Kind::video);
  player.input->set_clock (player.clock);
  player.input->set_watch (true);
  pass (player, kSecond);
  fail_unless (player.track->muted ());
}
GST_END_TEST

// In a pause, in which it is muted all the same.
GST_START_TEST (what_is_played_goes_on_with_its_preroll)
{
  FanOut player = play (Kind::video);
  player.input->set_watch (true);
  pass (player, kSecond);
  fail_unless (player.track->muted ());
  player.input->set_watch (false);
  player.input->set_muted (true);
  player.input->preroll (FanOut::make_frame (kSecond));
  fail_unless (player.source->mute_timer->is_muted ());
  player.input->set_watch (true);
  player.input->set_muted (false);
  fail_if (player.track->muted ());
}
GST_END_TEST

// As after a seek, and then nothing comes.
GST_START_TEST (what_has_played_is_no_preroll)
{
  FanOut player = play (Kind::video);
  player.input->set_watch (true);
  player.input->preroll (FanOut::make_frame (0));
  player.put_frame (0);
  pass (player, 2 * kSecond);
  fail_unless (player.track->muted ());
  player.input->set_watch (false);
  player.input->set_watch (true);
  fail_unless (player.track->muted ());
}
GST_END_TEST

static Suite *
mute_timer_suite ()
{
  Suite *suite = suite_create ("stream/mute-timer");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, after_25_frames_that_did_not_come_a_source_is_muted);
  tcase_add_test (tcase, the_next_buffer_unmutes_it);
  tcase_add_test (tcase, a_timer_is_not_set_for_each_frame);
  tcase_add_test (tcase, a_process_that_stood_still_mutes_nothing);
  tcase_add_test (
      tcase, a_process_that_stood_still_mutes_what_gives_nothing_then);
  tcase_add_test (tcase, a_thread_that_waits_its_turn_did_not_stand_still);
  tcase_add_test (tcase, what_is_on_its_way_is_not_missing);
  tcase_add_test (tcase, what_waits_for_a_consumer_has_come);
  tcase_add_test (tcase, sound_has_25_buffers_and_a_quarter_of_a_second);
  tcase_add_test (tcase, a_variable_rate_is_never_muted);
  tcase_add_test (tcase, a_rate_of_one_picture_in_68_years_does_no_harm);
  tcase_add_test (tcase, a_rate_that_changes_counts_at_once);
  tcase_add_test (tcase, a_paused_producer_is_not_muted);
  tcase_add_test (tcase, a_clone_is_muted_as_well);
  tcase_add_test (tcase, what_the_producer_says_holds_until_it_says_otherwise);
  tcase_add_test (tcase, a_gap_of_sound_is_something_that_comes);
  tcase_add_test (tcase, another_clock_has_its_own_timer);
  tcase_add_test (tcase, with_its_end_the_timer_goes);
  tcase_add_test (tcase, a_clock_does_not_end_on_its_own_thread);
  tcase_add_test (tcase, what_is_played_has_a_second);
  tcase_add_test (tcase, durations_tell_where_what_is_played_has_no_rate);
  tcase_add_test (tcase, what_is_played_with_neither_is_never_muted);
  tcase_add_test (tcase, what_is_played_and_has_not_begun_is_muted_in_a_second);
  tcase_add_test (tcase, what_is_played_goes_on_with_its_preroll);
  tcase_add_test (tcase, what_has_played_is_no_preroll);
  return suite;
}
GST_CHECK_MAIN (mute_timer)
