// SPDX-License-Identifier: LGPL-2.1-or-later
// What a consumer gets that does not play, and how it goes on from there.
#include "stream/subscription.hh"

#include "support/fan-out.hh"

using namespace webmedia;
using namespace webmedia::stream;
using namespace webmedia::test;

namespace {

constexpr Time kFrame = FanOut::kFrame;
constexpr const char *kEncoded = "video/x-vp8,width=4,height=4,framerate=25/1";

// As a pad does it.
void
show_one (Reader &reader, Time running_time, Time expected)
{
  fail_unless (reader.output->pause (running_time));
  reader.output->set_held (false);
  auto seen = reader.next ();
  fail_unless (bool (seen));
  fail_unless_equals_int64 (seen->due, expected);
  reader.output->set_held (true);
}

void
play (Reader &reader, const Ptr<GstClock> &clock, Time base_time)
{
  reader.play (clock, base_time);
  reader.output->set_held (false);
}

} // namespace

// Its time is the consumer's, whenever it was captured.
GST_START_TEST (a_picture_in_a_pause_is_of_the_time_that_stands)
{
  for (Time at : {Time (0), 3 * kSecond}) {
    for (bool is_kept : {true, false}) {
      FanOut camera;
      camera.set_clock (make_clock (900 * kSecond), 850 * kSecond);
      if (is_kept)
        camera.put_frame (20 * kSecond);
      Reader reader (camera.track);
      if (!is_kept)
        camera.put_frame (40 * kSecond);
      show_one (reader, at, at);
    }
  }
}
GST_END_TEST

GST_START_TEST (what_follows_is_due_later)
{
  for (bool one_clock : {true, false}) {
    FanOut camera;
    camera.set_clock (make_clock (100 * kSecond), 100 * kSecond);
    camera.producer->latency = kSecond;
    Reader reader (camera.track);
    camera.put_frame (0);
    show_one (reader, 2 * kSecond, 2 * kSecond);
    for (int i = 1; i < 10; i++)
      camera.put_frame (i * kFrame);
    camera.set_now (9 * kFrame);
    auto clock = one_clock ? camera.clock : make_clock (7000 * kSecond);
    Time base = Time (gst_clock_get_time (clock.get ())) - 2 * kSecond;
    play (reader, clock, base);
    // The newest, which was captured before it played.
    auto newest = reader.next ();
    fail_unless_equals_int64 (newest->due, 2 * kSecond + 1);
    fail_unless (newest->has (GST_BUFFER_FLAG_DISCONT));
    fail_if (bool (reader.next ()));
    camera.put_frame (10 * kFrame);
    fail_unless_equals_int64 (reader.next ()->due, 2 * kSecond + kFrame);
  }
}
GST_END_TEST

// By as much as it is late, it would be before what was shown.
GST_START_TEST (a_pause_takes_no_time_back)
{
  FanOut camera;
  camera.producer->latency = 3 * kFrame;
  Reader reader (camera.track);
  camera.set_now (kSecond);
  play (reader, camera.clock, 0);
  camera.put_frame (kSecond); // earlier than its latency says
  fail_unless_equals_int64 (reader.next ()->due, kSecond);
  reader.output->set_held (true);
  camera.put_frame (5 * kSecond);
  camera.set_now (10 * kSecond);
  play (reader, camera.clock, 9 * kSecond);
  fail_unless_equals_int64 (reader.next ()->due, kSecond + 1);
}
GST_END_TEST

// A flush of another branch, in the pause.
GST_START_TEST (a_running_time_that_begins_anew_is_followed)
{
  FanOut camera;
  Reader reader (camera.track);
  play (reader, camera.clock, 0);
  camera.put_frame (5 * kSecond);
  fail_unless_equals_int64 (reader.next ()->due, 5 * kSecond);
  reader.output->set_held (true);
  camera.set_now (8 * kSecond);
  play (reader, camera.clock, 8 * kSecond);
  camera.put_frame (8 * kSecond + kFrame);
  fail_unless_equals_int64 (reader.next ()->due, kFrame);
}
GST_END_TEST

// Of one consumer, which gives its pad another track.
GST_START_TEST (another_track_goes_on_behind_what_was_shown)
{
  FanOut camera, late;
  late.producer->latency = 10 * kFrame;
  auto consumer = std::make_shared<TestConsumer> ();
  Reader before (camera.track, Delivery::live, consumer);
  camera.put_frame (0);
  late.put_frame (0);
  show_one (before, kSecond, kSecond);
  Reader after (late.track, Delivery::live, consumer);
  camera.set_now (5 * kSecond);
  late.set_now (5 * kSecond);
  play (after, late.clock, 4 * kSecond);
  fail_unless_equals_int64 (after.next ()->due, kSecond + 1);
  late.put_frame (5 * kSecond);
  fail_unless_equals_int64 (after.next ()->due, kSecond + 2);
  late.put_frame (5 * kSecond + kFrame);
  fail_unless_equals_int64 (after.next ()->due, kSecond + kFrame);
}
GST_END_TEST

// Frames behind it that depend on it are of before it plays.
GST_START_TEST (of_what_is_encoded_it_is_a_key_frame)
{
  FanOut camera;
  camera.put_caps (kEncoded);
  Reader reader (camera.track);
  camera.put_frame (0, false);
  camera.put_frame (kFrame);
  show_one (reader, 0, 0);
  camera.put_frame (2 * kFrame, false);
  camera.set_now (3 * kFrame);
  play (reader, camera.clock, 3 * kFrame);
  fail_if (bool (reader.next ()));
  camera.put_frame (3 * kFrame, false);
  fail_if (bool (reader.next ()));
  fail_unless_equals_int (camera.producer->keys, 1);
  camera.put_frame (3 * kFrame);
  fail_unless_equals_int64 (reader.next ()->due, 1);
  camera.put_frame (4 * kFrame, false);
  fail_unless_equals_int64 (reader.next ()->due, kFrame);
}
GST_END_TEST

GST_START_TEST (sound_and_what_is_lossless_have_none)
{
  FanOut microphone (Kind::audio), file (Kind::video, Delivery::lossless);
  Reader heard (microphone.track), read (file.track, Delivery::lossless);
  fail_if (heard.output->pause (0));
  fail_if (read.output->pause (0));
}
GST_END_TEST

static Suite *
subscription_paused_suite ()
{
  Suite *suite = suite_create ("stream/subscription-paused");
  TCase *all = tcase_create ("all");
  suite_add_tcase (suite, all);
  tcase_add_test (all, a_picture_in_a_pause_is_of_the_time_that_stands);
  tcase_add_test (all, what_follows_is_due_later);
  tcase_add_test (all, a_pause_takes_no_time_back);
  tcase_add_test (all, a_running_time_that_begins_anew_is_followed);
  tcase_add_test (all, another_track_goes_on_behind_what_was_shown);
  tcase_add_test (all, of_what_is_encoded_it_is_a_key_frame);
  tcase_add_test (all, sound_and_what_is_lossless_have_none);
  return suite;
}
GST_CHECK_MAIN (subscription_paused)
