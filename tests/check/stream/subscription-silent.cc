// SPDX-License-Identifier: LGPL-2.1-or-later
// What a consumer gets of a track of sound that is muted, as nothing comes.
// https://w3c.github.io/mediacapture-main/#track-enabled and what follows
#include "stream/subscription.hh"
#include "support/hearer.hh"

using namespace webmedia;
using namespace webmedia::stream;
using namespace webmedia::test;

namespace {

constexpr Time kFrame = FanOut::kFrame;
constexpr Time kPiece = 20 * kMillisecond;
constexpr gsize kSize = 640; // of a frame, at 8 kHz

// Each at its time, until there is none.
void
fire_timers (FanOut &camera)
{
  auto *clock = GST_TEST_CLOCK (camera.clock.get ());
  GstClockID id;
  while (gst_test_clock_peek_next_pending_id (clock, &id)) {
    set_time (camera.clock, Time (gst_clock_id_get_time (id)));
    gst_clock_id_unref (id);
    gst_clock_id_unref (gst_test_clock_process_next_clock_id (clock));
  }
}

} // namespace

// By the consumer's clock, from what came last on, in its segment.
GST_START_TEST (a_muted_track_is_silent)
{
  Sound camera;
  Reader reader (camera.track);
  reader.play (camera.clock, 0);
  camera.put_sound (0);
  fail_unless (is_all (take (reader), 0x55));
  camera.set_now (kFrame + 2 * kPiece);
  camera.input->set_muted (true);
  expect_silence (take (reader), kFrame);
  expect_silence (take (reader), kFrame + kPiece);
  fail_unless_equals_int (reader.segments, 1);
  camera.input->set_muted (false);
  camera.put_sound (kFrame + 2 * kPiece);
  auto seen = take (reader);
  fail_unless (is_all (seen, 0x55));
  fail_unless_equals_int64 (seen->due, kFrame + 2 * kPiece);
  fail_if (seen->has (GST_BUFFER_FLAG_DISCONT));
  fail_unless_equals_int (reader.segments, 1);
}
GST_END_TEST

// It waits in its mailbox, and its clock wakes it when what is captured then
// would have to be there. It may look more often than once.
GST_START_TEST (a_piece_comes_as_what_is_captured_would)
{
  Sound camera;
  camera.producer->latency = 100 * kMillisecond;
  Reader reader (camera.track);
  auto clock = make_clock ();
  reader.play (clock, 0);
  auto next = std::async (std::launch::async, [&] { return take (reader); });
  camera.input->set_muted (true);
  for (Time begin = 0; begin < 3 * kPiece; begin += kPiece) {
    Time time = begin + 100 * kMillisecond;
    await_timer (clock, time);
    fail_unless (next.wait_for (std::chrono::seconds (0))
                 == std::future_status::timeout);
    set_time (clock, time);
    crank (clock, next);
    expect_silence (next.get (), begin);
    next = std::async (std::launch::async, [&] { return take (reader); });
  }
  camera.input->set_muted (false);
  camera.input->end ();
  fail_if (next.get ());
}
GST_END_TEST

// Also where its clock runs on while the producer's stands.
GST_START_TEST (the_silence_of_a_pause_is_as_long_as_the_pause)
{
  Sound played;
  auto clock = make_clock (kSecond * 1000);
  Reader reader (played.track);
  reader.play (clock, kSecond * 1000);
  for (Time pts = 0; pts < 5 * kFrame; pts += kFrame)
    played.put_sound (pts);
  for (Time end = 0; end < 5 * kFrame - kPiece;) {
    auto seen = take (reader);
    fail_unless (bool (seen));
    end = seen->due + Time (GST_BUFFER_DURATION (seen->buffer.get ()));
  }
  played.input->set_muted (true);
  set_time (clock, kSecond * 1001);
  Time due = 0;
  int pieces = 0;
  for (; due < kSecond - 2 * kPiece; pieces++) {
    auto seen = take (reader);
    fail_unless (is_all (seen, 0));
    fail_unless (pieces == 0 || seen->due == due + kPiece);
    due = seen->due;
  }
  fail_unless (std::abs (pieces - 40) <= 1, "%d", pieces);
}
GST_END_TEST

GST_START_TEST (a_source_that_stalls_is_silent)
{
  Sound camera;
  camera.input->set_watch (true);
  Reader reader (camera.track);
  reader.play (camera.clock, 0);
  camera.put_sound (0);
  fail_unless (is_all (take (reader), 0x55));
  // What is hidden comes all the same.
  camera.input->set_muted (true);
  fail_if (camera.source->is_silent ());
  camera.put_sound (kFrame);
  auto hidden = take (reader);
  fail_unless (is_all (hidden, 0));
  fail_unless_equals_int (
      int (gst_buffer_get_size (hidden->buffer.get ())), int (kSize));
  camera.input->set_muted (false);
  fire_timers (camera);
  fail_unless (camera.source->is_silent ());
  expect_silence (take (reader), 2 * kFrame);
}
GST_END_TEST

// As what the user has muted is opened.
GST_START_TEST (who_plays_later_hears_silence_from_then_on)
{
  Sound camera;
  camera.input->set_muted (true);
  camera.set_now (kSecond);
  Reader reader (camera.track);
  reader.play (camera.clock, 0);
  camera.set_now (kSecond + kPiece);
  auto seen = take (reader);
  expect_silence (seen, kSecond);
}
GST_END_TEST

// Caps come late where the producer begins later than its track.
GST_START_TEST (caps_that_come_while_it_is_muted_begin_a_silence)
{
  auto clock = make_clock ();
  auto source =
      std::make_shared<Source> (SourceInfo{.kind = Kind::audio, .label = ""});
  auto producer = std::make_shared<TestProducer> ();
  auto input = source->open (producer);
  auto track = Track::create (source);
  input->set_muted (true);
  Reader reader (track);
  reader.play (clock, 0);
  auto next = std::async (std::launch::async, [&] { return take (reader); });
  set_time (clock, kPiece);
  input->put (Ptr<GstEvent>::adopt (gst_event_new_caps (make_caps (
      "audio/x-raw,format=S16LE,rate=8000,channels=1,layout=interleaved")
                                                            .get ())));
  expect_silence (next.get (), 0);
}
GST_END_TEST

// A burst of what was held up: a consumer never goes back.
GST_START_TEST (what_is_of_the_time_of_a_silence_is_lost)
{
  Sound camera;
  Reader reader (camera.track);
  reader.play (camera.clock, 0);
  camera.put_sound (0);
  take (reader);
  camera.set_now (3 * kFrame);
  camera.input->set_muted (true);
  for (Time due = kFrame; due < 3 * kFrame; due += kPiece)
    expect_silence (take (reader), due);
  camera.input->set_muted (false);
  for (Time pts = kFrame; pts < 5 * kFrame; pts += kFrame)
    camera.put_sound (pts);
  auto seen = take (reader);
  fail_unless (is_all (seen, 0x55));
  fail_unless_equals_int64 (seen->due, 3 * kFrame);
  fail_unless_equals_int64 (take (reader)->due, 4 * kFrame);
}
GST_END_TEST

// However long it was held up.
GST_START_TEST (a_burst_after_a_long_stall_does_not_take_time_back)
{
  Sound camera;
  Reader reader (camera.track);
  reader.play (camera.clock, 0);
  camera.put_sound (0);
  take (reader);
  camera.input->set_muted (true);
  Time end = kFrame;
  for (; end < 3 * kSecond; end += kPiece) {
    camera.set_now (end + kPiece);
    expect_silence (take (reader), end);
  }
  camera.input->set_muted (false);
  for (Time pts : {kFrame, kSecond, 2 * kSecond, end - kFrame, end})
    camera.put_sound (pts);
  auto seen = take (reader);
  fail_unless (is_all (seen, 0x55));
  fail_unless_equals_int64 (seen->due, end);
}
GST_END_TEST

// Those of a device that is opened again, and what it captured until then.
GST_START_TEST (caps_and_gaps_do_not_take_time_back)
{
  for (bool has_caps : {false, true}) {
    Sound camera;
    Reader reader (camera.track);
    reader.play (camera.clock, 0);
    camera.put_sound (0);
    take (reader);
    camera.set_now (4 * kFrame);
    camera.input->set_muted (true);
    for (Time due = kFrame; due < 4 * kFrame; due += kPiece)
      expect_silence (take (reader), due);
    camera.input->set_muted (false);
    if (has_caps)
      camera.put_caps ("audio/x-raw,format=U16LE,rate=8000,channels=1,"
                       "layout=interleaved");
    else
      camera.input->put (Ptr<GstEvent>::adopt (
          gst_event_new_gap (GstClockTime (kFrame), GstClockTime (kFrame))));
    camera.put_sound (2 * kFrame);
    camera.put_sound (3 * kFrame);
    camera.put_sound (4 * kFrame);
    auto seen = take (reader);
    fail_unless (is_all (seen, 0x55));
    fail_unless_equals_int64 (seen->due, 4 * kFrame);
  }
}
GST_END_TEST

// To the sample, and before it, as the consumer takes what has come.
GST_START_TEST (between_a_silence_and_what_comes_nothing_is_missing)
{
  Sound camera;
  Reader reader (camera.track);
  reader.play (camera.clock, 0);
  camera.put_sound (0);
  take (reader);
  camera.set_now (kFrame + kPiece);
  camera.input->set_muted (true);
  expect_silence (take (reader), kFrame);
  camera.input->set_muted (false);
  camera.put_sound (4 * kFrame + 5 * kMillisecond);
  expect_silence (take (reader), kFrame + kPiece, 100 * kMillisecond);
  expect_silence (take (reader), 4 * kFrame, 5 * kMillisecond);
  auto seen = take (reader);
  fail_unless (is_all (seen, 0x55));
  fail_unless_equals_int64 (seen->due, 4 * kFrame + 5 * kMillisecond);
  fail_if (seen->has (GST_BUFFER_FLAG_DISCONT));
  fail_unless_equals_int (reader.segments, 1);
  fail_unless_equals_int (int (reader.output->stats ().delivered), 2);
}
GST_END_TEST

// By less than two seconds, too.
GST_START_TEST (a_running_time_that_begins_anew_is_heard)
{
  for (bool flushes : {false, true}) {
    Sound camera;
    camera.set_now (2 * kSecond);
    Reader reader (camera.track);
    reader.play (camera.clock, 0);
    camera.input->set_muted (true);
    camera.set_now (2 * kSecond + kPiece);
    expect_silence (take (reader), 2 * kSecond);
    if (flushes) {
      reader.output->set_flushing (true);
      reader.output->set_flushing (false);
      reader.play (camera.clock, kSecond);
    } else {
      reader.output->change_clock (camera.clock.get (), kSecond);
    }
    camera.input->set_muted (false);
    camera.put_sound (2 * kSecond);
    auto seen = take (reader);
    fail_unless (is_all (seen, 0x55));
    fail_unless_equals_int64 (seen->due, kSecond);
  }
}
GST_END_TEST

// A device that is released has none.
GST_START_TEST (the_latency_is_that_of_when_it_gave_something)
{
  Sound camera;
  camera.producer->latency = 100 * kMillisecond;
  Reader reader (camera.track);
  reader.play (camera.clock, 0);
  camera.put_sound (0);
  take (reader);
  camera.producer->latency = 0;
  camera.set_now (kFrame + 100 * kMillisecond);
  camera.input->set_muted (true);
  expect_silence (take (reader), kFrame);
  auto next = std::async (std::launch::async, [&] { return take (reader); });
  await_timer (camera.clock, kFrame + kPiece + 100 * kMillisecond);
  camera.input->set_muted (false);
  camera.put_sound (kFrame + kPiece);
  auto seen = next.get ();
  fail_unless (is_all (seen, 0x55));
  fail_unless_equals_int64 (seen->due, kFrame + kPiece);
}
GST_END_TEST

GST_START_TEST (what_is_muted_and_not_watched_any_more_is_silent)
{
  Sound camera;
  camera.input->set_watch (true);
  Reader reader (camera.track);
  reader.play (camera.clock, 0);
  camera.put_sound (0);
  take (reader);
  camera.set_now (kFrame + kPiece);
  camera.input->set_muted (true);
  auto next = std::async (std::launch::async, [&] { return take (reader); });
  camera.input->set_watch (false);
  expect_silence (next.get (), kFrame);
}
GST_END_TEST

// Its timer keeps nothing: the clock's thread may be the last to have it.
GST_START_TEST (a_timer_keeps_no_mailbox)
{
  std::shared_ptr<Rouse> rouse;
  {
    Mailbox mailbox ({Overflow::oldest});
    rouse = mailbox.rouser ();
    (*rouse) ();
    fail_unless (mailbox.take ().status == Mailbox::Status::roused);
  }
  (*rouse) ();
}
GST_END_TEST

// Who reads is told of what was captured alone.
GST_START_TEST (who_reads_gets_nothing_instead)
{
  Sound camera;
  auto output = camera.track->subscribe (Queue{.as_captured = true});
  output->set_clock (camera.clock, 0);
  camera.put_sound (0);
  while (output->try_take ().status != Output::Status::buffer) {
  }
  camera.set_now (kSecond);
  camera.input->set_muted (true);
  fail_unless (output->try_take ().status == Output::Status::none);
}
GST_END_TEST

static Suite *
subscription_silent_suite ()
{
  Suite *suite = suite_create ("stream/subscription-silent");
  TCase *silent = tcase_create ("silent");
  suite_add_tcase (suite, silent);
  tcase_add_test (silent, a_muted_track_is_silent);
  tcase_add_test (silent, a_piece_comes_as_what_is_captured_would);
  tcase_add_test (silent, the_silence_of_a_pause_is_as_long_as_the_pause);
  tcase_add_test (silent, a_source_that_stalls_is_silent);
  tcase_add_test (silent, who_plays_later_hears_silence_from_then_on);
  tcase_add_test (silent, caps_that_come_while_it_is_muted_begin_a_silence);
  tcase_add_test (silent, what_is_of_the_time_of_a_silence_is_lost);
  tcase_add_test (silent, a_burst_after_a_long_stall_does_not_take_time_back);
  tcase_add_test (silent, caps_and_gaps_do_not_take_time_back);
  tcase_add_test (silent, between_a_silence_and_what_comes_nothing_is_missing);
  tcase_add_test (silent, a_running_time_that_begins_anew_is_heard);
  tcase_add_test (silent, the_latency_is_that_of_when_it_gave_something);
  tcase_add_test (silent, what_is_muted_and_not_watched_any_more_is_silent);
  tcase_add_test (silent, a_timer_keeps_no_mailbox);
  tcase_add_test (silent, who_reads_gets_nothing_instead);
  return suite;
}
GST_CHECK_MAIN (subscription_silent)
