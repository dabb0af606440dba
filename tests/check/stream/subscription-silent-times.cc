// SPDX-License-Identifier: LGPL-2.1-or-later
// The times of a silence, as clocks stand, differ, or begin anew.
#include "support/hearer.hh"

using namespace webmedia;
using namespace webmedia::stream;
using namespace webmedia::test;

namespace {

constexpr Time kFrame = FanOut::kFrame;
constexpr Time kPiece = 20 * kMillisecond;

auto
take_later (Reader &reader)
{
  return std::async (std::launch::async, [&] { return take (reader); });
}

// Counts how often it has looked around.
struct Looking final : Consumer {
  bool query (GstQuery *) override { return false; }
  void tell_clock (Output &) override { looks++; }
  std::atomic<int> looks{0};
};

// Fires what is due, until the consumer waits for that time.
void
move_timer (const Ptr<GstClock> &clock, Time time,
    const std::future<std::optional<Seen>> &next)
{
  auto *test_clock = GST_TEST_CLOCK (clock.get ());
  for (Time pending = kTimeNone; pending != time;) {
    fail_unless (next.wait_for (std::chrono::milliseconds (1))
                 == std::future_status::timeout);
    if (GstClockID id = gst_test_clock_process_next_clock_id (test_clock))
      gst_clock_id_unref (id);
    GstClockID id = nullptr;
    if (!gst_test_clock_peek_next_pending_id (test_clock, &id))
      continue;
    pending = Time (gst_clock_id_get_time (id));
    gst_clock_id_unref (id);
  }
}

void
expect_sound (const std::optional<Seen> &seen, Time due)
{
  fail_unless (is_all (seen, 0x55));
  fail_unless_equals_int64 (seen->due, due);
  fail_if (seen->has (GST_BUFFER_FLAG_DISCONT));
}

// Sound up to 40 ms, of which the last is silent from there on.
void
fall_silent (Sound &camera, Reader &reader)
{
  reader.play (camera.clock, 0);
  camera.put_sound (0);
  fail_unless (is_all (take (reader), 0x55));
  camera.set_now (kFrame + kPiece);
  camera.input->set_muted (true);
  expect_silence (take (reader), kFrame);
}

} // namespace

// A clock that stands would wake its thread again and again.
GST_START_TEST (in_a_pause_no_timer_waits)
{
  Sound camera;
  Reader reader (camera.track);
  fall_silent (camera, reader);
  auto next = take_later (reader);
  Time time = kFrame + 2 * kPiece;
  await_timer (camera.clock, time);
  reader.output->set_held (true);
  fail_unless_equals_int (
      int (gst_test_clock_peek_id_count (GST_TEST_CLOCK (camera.clock.get ()))),
      0);
  reader.output->set_held (false);
  await_timer (camera.clock, time);
  camera.set_now (time);
  crank (camera.clock, next);
  expect_silence (next.get (), kFrame + kPiece);
}
GST_END_TEST

// Its pipeline was told to begin in a second.
GST_START_TEST (a_silence_begins_with_the_running_time)
{
  Sound camera;
  Reader reader (camera.track);
  reader.play (camera.clock, kSecond);
  camera.input->set_muted (true);
  auto next = take_later (reader);
  await_timer (camera.clock, kSecond + kPiece);
  camera.set_now (kSecond + kPiece);
  crank (camera.clock, next);
  expect_silence (next.get (), 0);
}
GST_END_TEST

GST_START_TEST (a_silence_goes_on_after_a_pause)
{
  Sound camera;
  Reader reader (camera.track);
  fall_silent (camera, reader);
  auto next = take_later (reader);
  await_timer (camera.clock, kFrame + 2 * kPiece);
  reader.output->set_held (true);
  camera.set_now (10 * kSecond);
  reader.play (camera.clock, 10 * kSecond - kFrame - 2 * kPiece);
  reader.output->set_held (false);
  auto seen = next.get ();
  expect_silence (seen, kFrame + kPiece);
  fail_if (seen->has (GST_BUFFER_FLAG_DISCONT));
}
GST_END_TEST

// Where the running time goes on, there was something up to then.
GST_START_TEST (after_a_flush_it_is_silent_from_then_on)
{
  Sound camera;
  Reader reader (camera.track);
  reader.play (camera.clock, 0);
  camera.input->set_muted (true);
  camera.set_now (2 * kPiece);
  expect_silence (take (reader), 0);
  expect_silence (take (reader), kPiece);
  auto next = take_later (reader);
  await_timer (camera.clock, 3 * kPiece);
  reader.output->set_flushing (true);
  fail_if (next.get ());
  camera.set_now (kSecond);
  reader.output->set_flushing (false);
  next = take_later (reader);
  move_timer (camera.clock, kSecond + kPiece, next);
  camera.set_now (kSecond + kPiece);
  crank (camera.clock, next);
  auto seen = next.get ();
  expect_silence (seen, kSecond);
  fail_unless (seen->has (GST_BUFFER_FLAG_DISCONT));
}
GST_END_TEST

// As long as that is short: 20 ms would be late.
GST_START_TEST (a_piece_is_no_longer_than_the_latency)
{
  constexpr Time kLatency = 10 * kMillisecond;
  Sound camera;
  camera.producer->latency = kLatency;
  Reader reader (camera.track);
  reader.play (camera.clock, 0);
  camera.put_sound (0);
  take (reader);
  camera.set_now (kFrame + kLatency);
  camera.input->set_muted (true);
  expect_silence (take (reader), kFrame, kLatency);
  auto next = take_later (reader);
  await_timer (camera.clock, kFrame + 2 * kLatency);
  camera.set_now (kFrame + 2 * kLatency);
  crank (camera.clock, next);
  expect_silence (next.get (), kFrame + kLatency, kLatency);
}
GST_END_TEST

// Its consumer asks as its pipeline does.
GST_START_TEST (a_latency_that_is_told_in_a_silence_holds_from_then_on)
{
  Sound camera;
  Reader reader (camera.track);
  fall_silent (camera, reader);
  auto next = take_later (reader);
  await_timer (camera.clock, kFrame + 2 * kPiece);
  camera.producer->latency = 100 * kMillisecond;
  auto query = Ptr<GstQuery>::adopt (gst_query_new_latency ());
  fail_unless (reader.output->query (query.get ()));
  camera.set_now (kFrame + 2 * kPiece);
  Time time = kFrame + kPiece + 100 * kMillisecond;
  move_timer (camera.clock, time, next);
  camera.set_now (time);
  crank (camera.clock, next);
  expect_silence (next.get (), kFrame + kPiece);
}
GST_END_TEST

// To the sample of the consumer's clock, as the sound before and behind it.
GST_START_TEST (between_two_clocks_nothing_is_missing)
{
  constexpr Time kBase = 1000 * kSecond;
  Sound camera;
  auto clock = make_clock (kBase);
  auto set_now = [&] (Time now) {
    camera.set_now (now);
    set_time (clock, kBase + now);
  };
  Reader reader (camera.track);
  reader.play (clock, kBase);
  Time end = 0;
  auto follow = [&] (uint8_t value) {
    auto seen = take (reader);
    fail_unless (is_all (seen, value) || value != 0);
    fail_unless (end == 0 || !seen->has (GST_BUFFER_FLAG_DISCONT));
    // What the resampler keeps back at its end is not missing.
    fail_unless (end == 0 || seen->due == end, "%" G_GINT64_FORMAT,
        gint64 (seen->due - end));
    end = seen->due + Time (GST_BUFFER_DURATION (seen->buffer.get ()));
  };
  for (Time pts = 0; pts < 5 * kFrame; pts += kFrame) {
    set_now (pts + kFrame);
    camera.put_sound (pts);
  }
  for (int i = 0; i < 5; i++)
    follow (0x55);
  set_now (15 * kFrame);
  camera.input->set_muted (true);
  while (end < 15 * kFrame - kPiece)
    follow (0);
  camera.input->set_muted (false);
  for (Time pts = 15 * kFrame; pts < 20 * kFrame; pts += kFrame) {
    set_now (pts + kFrame);
    camera.put_sound (pts);
  }
  while (end < 19 * kFrame)
    follow (0x55);
}
GST_END_TEST

// A second of running time has two of samples.
GST_START_TEST (of_another_rate_only_what_is_whole_follows)
{
  Sound camera;
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.rate = 2;
  camera.set_segment (segment);
  Reader reader (camera.track);
  reader.play (camera.clock, 0);
  camera.put_sound (0);
  take (reader); // up to 20 ms
  camera.set_now (3 * kPiece);
  camera.input->set_muted (true);
  expect_silence (take (reader), kPiece);
  expect_silence (take (reader), 2 * kPiece);
  camera.input->set_muted (false);
  camera.put_sound (100 * kMillisecond); // from 50 ms on
  camera.put_sound (140 * kMillisecond); // from 70 ms on
  expect_silence (take (reader), 3 * kPiece, 10 * kMillisecond);
  auto seen = take (reader);
  expect_sound (seen, 70 * kMillisecond);
  fail_unless_equals_int64 (
      Time (GST_BUFFER_DURATION (seen->buffer.get ())), kPiece);
}
GST_END_TEST

// Its times are its own: the consumer's clock says nothing of them.
GST_START_TEST (what_has_no_clock_has_no_silence)
{
  Sound file;
  file.set_clock (nullptr, 0);
  auto clock = make_clock (15 * kSecond);
  Reader reader (file.track);
  auto consumer = std::make_shared<Looking> ();
  reader.output = file.track->subscribe (Delivery::live, consumer);
  reader.play (clock, 0);
  file.put_sound (15 * kSecond);
  take (reader);
  set_time (clock, 25 * kSecond);
  file.input->set_muted (true);
  int before = consumer->looks;
  auto next = take_later (reader);
  while (consumer->looks < before + 2) { // of the first one all is done
    file.source->rouse_consumers ();
    fail_unless (next.wait_for (std::chrono::milliseconds (1))
                 == std::future_status::timeout);
  }
  file.input->set_muted (false);
  file.put_sound (15 * kSecond + kFrame);
  expect_sound (next.get (), 15 * kSecond + kFrame);
}
GST_END_TEST

// What came before it is of the consumer's time alone.
GST_START_TEST (what_has_no_clock_is_not_lost_after_a_silence)
{
  Sound file;
  file.set_clock (nullptr, 0);
  Reader reader (file.track);
  auto clock = make_clock (kPiece);
  reader.play (clock, 0);
  file.input->set_muted (true);
  set_time (clock, 4 * kPiece);
  for (Time due = kPiece; due < 4 * kPiece; due += kPiece)
    expect_silence (take (reader), due);
  file.input->set_muted (false);
  file.put_sound (kPiece);
  auto seen = take (reader);
  fail_unless (is_all (seen, 0x55));
  fail_unless_equals_int64 (seen->due, kPiece);
}
GST_END_TEST

static Suite *
subscription_silent_times_suite ()
{
  Suite *suite = suite_create ("stream/subscription-silent-times");
  TCase *times = tcase_create ("times");
  suite_add_tcase (suite, times);
  tcase_add_test (times, in_a_pause_no_timer_waits);
  tcase_add_test (times, a_silence_begins_with_the_running_time);
  tcase_add_test (times, a_silence_goes_on_after_a_pause);
  tcase_add_test (times, after_a_flush_it_is_silent_from_then_on);
  tcase_add_test (times, a_piece_is_no_longer_than_the_latency);
  tcase_add_test (
      times, a_latency_that_is_told_in_a_silence_holds_from_then_on);
  tcase_add_test (times, between_two_clocks_nothing_is_missing);
  tcase_add_test (times, of_another_rate_only_what_is_whole_follows);
  tcase_add_test (times, what_has_no_clock_has_no_silence);
  tcase_add_test (times, what_has_no_clock_is_not_lost_after_a_silence);
  return suite;
}
GST_CHECK_MAIN (subscription_silent_times)
