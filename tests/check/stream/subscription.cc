// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/subscription.hh"

#include "support/fan-out.hh"

#include <thread>

using namespace webmedia;
using namespace webmedia::stream;
using namespace webmedia::test;

namespace {

constexpr Time kFrame = FanOut::kFrame;
constexpr const char *kEncoded = "video/x-vp8,width=4,height=4,framerate=25/1";

} // namespace

// Time

// The clock shows when a picture was captured, wherever the consumer starts.
GST_START_TEST (a_joiner_at_any_moment_has_small_times_that_are_right)
{
  FanOut camera;
  camera.set_clock (make_clock (1000 * kSecond), 990 * kSecond);
  for (int frame = 0; frame < 50; frame++) {
    Time now = 20 * kSecond + frame * kFrame;
    camera.set_now (now);
    Reader reader (camera.track);
    reader.play (camera.clock, camera.base_time + now);
    fail_if (frame > 0 && reader.next ()->due != 0); // the last picture
    Time captured = now + kFrame;
    camera.set_now (captured);
    camera.put_frame (captured);
    fail_unless_equals_int64 (reader.next ()->due, kFrame);
  }
}
GST_END_TEST

GST_START_TEST (two_tracks_keep_their_offset)
{
  for (bool one_clock : {true, false}) {
    auto clock = make_clock (50 * kSecond);
    auto other = one_clock ? clock : make_clock (7000 * kSecond);
    FanOut camera, microphone (Kind::audio);
    camera.set_clock (clock, 40 * kSecond);
    microphone.set_clock (clock, 40 * kSecond);
    GstSegment late{};
    gst_segment_init (&late, GST_FORMAT_TIME);
    late.start = 3 * GST_SECOND; // its own way to count
    microphone.set_segment (late);
    Reader picture (camera.track), sound (microphone.track);
    Time base = Time (gst_clock_get_time (other.get ())) - 2 * kSecond;
    picture.play (other, base);
    sound.play (other, base);
    camera.put_frame (11 * kSecond);
    microphone.put (FanOut::make_frame (
        3 * kSecond + 11 * kSecond - 7 * kMillisecond, 640));
    Time seen = picture.next ()->due;
    fail_unless_equals_int64 (seen, 3 * kSecond);
    fail_unless_equals_int64 (sound.next ()->due, seen - 7 * kMillisecond);
  }
}
GST_END_TEST

GST_START_TEST (a_buffer_without_a_time_is_of_now)
{
  for (bool one_clock : {true, false}) {
    FanOut camera;
    camera.set_clock (make_clock (100 * kSecond), 90 * kSecond);
    Reader reader (camera.track);
    auto other = one_clock ? camera.clock : make_clock (100 * kSecond);
    reader.play (other, 95 * kSecond);
    // The segment does not begin at 0, and ends: it says nothing here.
    GstSegment segment{};
    gst_segment_init (&segment, GST_FORMAT_TIME);
    segment.start = GST_SECOND;
    segment.stop = 2 * GST_SECOND;
    camera.set_segment (segment);
    for (int i = 0; i < 3; i++) {
      camera.set_now (10 * kSecond + i * kFrame);
      set_time (other, 100 * kSecond + i * kFrame);
      auto buffer = FanOut::make_frame (0);
      GST_BUFFER_PTS (buffer.get ()) = GST_CLOCK_TIME_NONE;
      camera.put (buffer);
      auto seen = reader.next ();
      fail_unless (bool (seen));
      fail_unless_equals_int64 (seen->due, 5 * kSecond + i * kFrame);
      fail_if (GST_BUFFER_PTS_IS_VALID (buffer.get ()));
    }
    fail_unless_equals_int (reader.segments, 1);
  }
}
GST_END_TEST

GST_START_TEST (a_buffer_with_a_decoding_time_alone_is_of_that)
{
  FanOut camera;
  camera.put_caps (kEncoded);
  Reader reader (camera.track);
  reader.play (camera.clock, 0);
  auto buffer = FanOut::make_frame (0);
  GST_BUFFER_PTS (buffer.get ()) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DTS (buffer.get ()) = GST_SECOND;
  camera.put (buffer);
  fail_unless_equals_int64 (reader.next ()->due, kSecond);
}
GST_END_TEST

// Shown backwards, a frame begins where it ends.
GST_START_TEST (a_negative_rate_goes_on_forward)
{
  FanOut file;
  Reader reader (file.track);
  reader.play (file.clock, 0);
  GstSegment segment{};
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.rate = -2.0;
  segment.start = 0;
  segment.stop = 10 * GST_SECOND;
  file.set_segment (segment);
  file.put_frame (10 * kSecond - kFrame);
  file.put_frame (10 * kSecond - 2 * kFrame);
  fail_unless_equals_int64 (reader.next ()->due, 0);
  auto next = reader.next ();
  fail_unless_equals_int64 (next->due, kFrame / 2);
  fail_unless_equals_uint64 (
      GST_BUFFER_DURATION (next->buffer.get ()), kFrame / 2);
}
GST_END_TEST

GST_START_TEST (a_pause_of_the_consumer_is_no_part_of_its_time)
{
  FanOut camera;
  camera.set_clock (make_clock (100 * kSecond), 100 * kSecond);
  Reader reader (camera.track);
  reader.play (camera.clock, 100 * kSecond);
  camera.put_frame (0);
  fail_unless_equals_int64 (reader.next ()->due, 0);
  camera.set_now (60 * kSecond);
  reader.play (camera.clock, 160 * kSecond - kFrame);
  camera.put_frame (60 * kSecond);
  fail_unless_equals_int64 (reader.next ()->due, kFrame);
}
GST_END_TEST

// Its pipeline was told to begin in a second.
GST_START_TEST (before_its_running_time_a_consumer_sees_one_picture)
{
  FanOut camera;
  Reader reader (camera.track);
  reader.play (camera.clock, kSecond);
  for (Time now = 0; now < kSecond; now += kFrame) {
    camera.set_now (now);
    camera.put_frame (now);
    auto seen = reader.next ();
    fail_unless (bool (seen) == (now == 0));
    if (seen)
      fail_unless_equals_int64 (seen->due, 0);
  }
  camera.set_now (kSecond);
  camera.put_frame (kSecond);
  fail_unless_equals_int64 (reader.next ()->due, 1); // after the one of 0
  camera.put_frame (kSecond + kFrame);
  fail_unless_equals_int64 (reader.next ()->due, kFrame);
}
GST_END_TEST

GST_START_TEST (before_its_running_time_a_consumer_hears_nothing)
{
  FanOut microphone (Kind::audio);
  Reader reader (microphone.track);
  reader.play (microphone.clock, kSecond);
  for (Time now = 0; now < kSecond; now += kFrame) {
    microphone.set_now (now);
    microphone.put (FanOut::make_frame (now, 640));
    fail_if (reader.next ());
  }
  microphone.set_now (kSecond);
  microphone.put (FanOut::make_frame (kSecond, 640));
  fail_unless_equals_int64 (reader.next ()->due, 0);
}
GST_END_TEST

// Its pipeline's running time begins anew, and nobody says when.
GST_START_TEST (another_base_time_holds_from_the_next_buffer_on)
{
  struct Pipeline final : stream::Consumer {
    bool query (GstQuery *) override { return false; }
    void tell_clock (Output &output) override
    {
      if (std::exchange (told, base_time) != base_time)
        output.change_clock (clock.get (), base_time);
    }
    Ptr<GstClock> clock;
    Time base_time = 0, told = 0;
  };
  FanOut camera;
  auto pipeline = std::make_shared<Pipeline> ();
  pipeline->clock = camera.clock;
  Reader reader (camera.track);
  reader.output = camera.track->subscribe (Delivery::live, pipeline);
  reader.play (camera.clock, 0);
  camera.put_frame (5 * kSecond);
  fail_unless_equals_int64 (reader.next ()->due, 5 * kSecond);
  camera.put_frame (5 * kSecond + kFrame);
  pipeline->base_time = 5 * kSecond;
  fail_unless_equals_int64 (reader.next ()->due, kFrame);
}
GST_END_TEST

// It waits for it in PAUSED: the producer's times are none of its own.
GST_START_TEST (before_it_plays_time_counts_from_the_first_buffer)
{
  for (bool is_kept : {true, false}) {
    FanOut camera;
    if (is_kept)
      camera.put_frame (kSecond);
    Reader reader (camera.track);
    if (!is_kept)
      camera.put_frame (7 * kSecond);
    fail_unless_equals_int64 (reader.next ()->due, 0);
    camera.put_frame (7 * kSecond + kFrame);
    fail_unless_equals_int64 (reader.next ()->due, is_kept ? 1 : kFrame);
    // Nothing goes back, as it plays.
    camera.set_now (7 * kSecond + kFrame);
    reader.play (camera.clock, 7 * kSecond + kFrame);
    camera.put_frame (7 * kSecond + kFrame);
    fail_unless_equals_int64 (reader.next ()->due, is_kept ? 2 : kFrame + 1);
    camera.put_frame (7 * kSecond + 3 * kFrame);
    fail_unless_equals_int64 (reader.next ()->due, 2 * kFrame);
  }
}
GST_END_TEST

GST_START_TEST (gaps_have_the_consumers_time)
{
  FanOut camera;
  camera.set_clock (make_clock (100 * kSecond), 90 * kSecond);
  auto reader = camera.track->subscribe (Delivery::live, {});
  reader->set_clock (camera.clock, 95 * kSecond);
  GstSegment segment{};
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.rate = 2.0;
  camera.set_segment (segment);
  camera.put_frame (20 * kSecond);
  camera.input->put (Ptr<GstEvent>::adopt (
      gst_event_new_gap (22 * GST_SECOND, GstClockTime (kFrame))));
  for (;;) {
    Output::Taken taken = reader->take ();
    if (!taken.event || GST_EVENT_TYPE (taken.event.get ()) != GST_EVENT_GAP)
      continue;
    GstClockTime pts, duration;
    gst_event_parse_gap (taken.event.get (), &pts, &duration);
    fail_unless_equals_uint64 (pts, 6 * GST_SECOND);
    fail_unless_equals_uint64 (duration, kFrame / 2);
    break;
  }
}
GST_END_TEST

// A newer timeline replaces the one that stood before the gap.
GST_START_TEST (a_gap_that_comes_before_all_timelines_is_none)
{
  FanOut camera;
  auto reader = camera.track->subscribe (Delivery::live, {});
  GstSegment segment{};
  gst_segment_init (&segment, GST_FORMAT_TIME);
  camera.set_segment (segment);
  camera.input->put (
      Ptr<GstEvent>::adopt (gst_event_new_gap (0, GstClockTime (kFrame))));
  camera.set_segment (segment);
  camera.put_frame (kFrame);
  Output::Taken taken = reader->take ();
  while (taken.event) {
    fail_if (GST_EVENT_TYPE (taken.event.get ()) == GST_EVENT_GAP);
    taken = reader->take ();
  }
  fail_unless (bool (taken.buffer));
}
GST_END_TEST

GST_START_TEST (the_latency_reaches_as_far_as_a_mailbox_holds)
{
  auto held = [] (FanOut &from) {
    from.producer->latency = 30 * kMillisecond;
    Reader reader (from.track);
    auto query = Ptr<GstQuery>::adopt (gst_query_new_latency ());
    fail_unless (reader.output->query (query.get ()));
    GstClockTime min, max;
    gst_query_parse_latency (query.get (), nullptr, &min, &max);
    fail_unless_equals_uint64 (min, 30 * GST_MSECOND);
    return Time (max - min);
  };
  FanOut camera, encoded, microphone (Kind::audio);
  encoded.put_caps (kEncoded);
  fail_unless_equals_int64 (held (camera), 2 * kFrame);
  fail_unless_equals_int64 (held (encoded), kSecond);
  fail_unless_equals_int64 (held (microphone), 200 * kMillisecond);
}
GST_END_TEST

// Who comes late

GST_START_TEST (who_comes_late_knows_caps_tags_and_the_last_picture)
{
  FanOut camera;
  camera.producer->latency = 30 * kMillisecond;
  camera.input->put (
      Ptr<GstEvent>::adopt (gst_event_new_tag (gst_tag_list_new_empty ())));
  camera.input->put (Ptr<GstEvent>::adopt (gst_event_new_tag (
      gst_tag_list_new (GST_TAG_TITLE, "a camera", nullptr))));
  camera.put_frame (0);
  auto last = FanOut::make_frame (kSecond);
  camera.put (last);
  camera.set_now (5 * kSecond);
  Reader reader (camera.track);
  reader.play (camera.clock, kSecond);
  auto seen = reader.next ();
  fail_unless (bool (seen));
  fail_unless (gst_buffer_peek_memory (seen->buffer.get (), 0)
               == gst_buffer_peek_memory (last.get (), 0));
  // A sink adds the latency: so it is shown at once.
  fail_unless_equals_int64 (seen->due, 4 * kSecond - 30 * kMillisecond);
  fail_unless (reader.events == std::vector<std::string> ({"caps", "tag"}));
  fail_if (bool (reader.next ()));
}
GST_END_TEST

GST_START_TEST (the_last_picture_is_never_due_in_the_future)
{
  FanOut file;
  file.put_frame (3600 * kSecond); // no live producer does so
  file.set_now (5 * kSecond);
  Reader reader (file.track);
  reader.play (file.clock, 0);
  fail_unless_equals_int64 (reader.next ()->due, 5 * kSecond);
}
GST_END_TEST

GST_START_TEST (a_paused_producers_picture_is_seen)
{
  FanOut camera;
  camera.input->preroll (FanOut::make_frame (7 * kSecond));
  camera.set_now (2 * kSecond);
  Reader reader (camera.track);
  reader.play (camera.clock, kSecond);
  fail_unless_equals_int64 (reader.next ()->due, kSecond);
}
GST_END_TEST

GST_START_TEST (each_picture_is_due_after_the_last_one)
{
  FanOut camera;
  camera.put_frame (0);
  camera.set_now (kSecond);
  Reader reader (camera.track);
  reader.play (camera.clock, 0);
  fail_unless_equals_int64 (reader.next ()->due, kSecond);
  // Captured before the consumer began, and put after that.
  for (int i = 1; i <= 2; i++) {
    camera.put_frame (kSecond - 3 * kFrame + i * kFrame);
    fail_unless_equals_int64 (reader.next ()->due, kSecond + i);
  }
  camera.put_frame (kSecond + kFrame / 2);
  fail_unless_equals_int64 (reader.next ()->due, kSecond + kFrame / 2);
}
GST_END_TEST

// A canvas that was drawn once, while the consumer was paused.
GST_START_TEST (the_last_picture_before_playing_is_the_first_to_see)
{
  FanOut canvas;
  Reader reader (canvas.track);
  for (int i = 0; i < 10; i++)
    canvas.put_frame (i * kFrame);
  canvas.set_now (5 * kSecond);
  reader.play (canvas.clock, 0);
  auto seen = reader.next ();
  fail_unless (bool (seen));
  fail_unless_equals_int64 (seen->due, 5 * kSecond);
  fail_if (bool (reader.next ()));
  canvas.set_now (6 * kSecond);
  canvas.put_frame (6 * kSecond);
  fail_unless_equals_int64 (reader.next ()->due, 6 * kSecond);
}
GST_END_TEST

// Its element is flushing until it plays again.
GST_START_TEST (what_comes_while_it_is_paused_is_the_newest_then)
{
  FanOut canvas;
  Reader reader (canvas.track);
  reader.play (canvas.clock, 0);
  canvas.put_frame (0);
  reader.next ();
  reader.output->set_flushing (true);
  canvas.put_frame (kSecond);
  reader.output->set_flushing (false);
  canvas.set_now (10 * kSecond);
  reader.play (canvas.clock, 9 * kSecond);
  fail_unless_equals_int64 (reader.next ()->due, kSecond);
}
GST_END_TEST

GST_START_TEST (sound_of_before_playing_is_not_heard)
{
  FanOut microphone (Kind::audio);
  Reader reader (microphone.track);
  for (int i = 0; i < 5; i++)
    microphone.put_frame (i * kFrame);
  microphone.set_now (3 * kFrame + kFrame / 2);
  reader.play (microphone.clock, kFrame);
  auto seen = reader.next (); // it has begun, and goes on
  fail_unless_equals_int64 (seen->due, 2 * kFrame);
  fail_unless (seen->has (GST_BUFFER_FLAG_DISCONT));
  fail_unless_equals_int64 (reader.next ()->due, 3 * kFrame);
}
GST_END_TEST

GST_START_TEST (what_is_encoded_begins_with_a_key_frame)
{
  for (Delivery delivery : {Delivery::live, Delivery::lossless}) {
    FanOut camera (Kind::video, delivery);
    camera.put_caps (kEncoded);
    Reader other (camera.track, Delivery::live);
    camera.put_frame (0);
    camera.put_frame (kFrame, false);
    Reader reader (camera.track, delivery);
    reader.play (camera.clock, 0);
    camera.put_frame (2 * kFrame, false);
    camera.put_frame (3 * kFrame);
    camera.put_frame (4 * kFrame, false);
    fail_unless_equals_int64 (reader.next ()->due, 3 * kFrame);
    fail_unless_equals_int64 (reader.next ()->due, 4 * kFrame);
    fail_if (bool (reader.next ()));
  }
}
GST_END_TEST

// When it waits for one, and not before: it may be paused for hours.
GST_START_TEST (who_waits_for_a_key_frame_asks_for_it_once)
{
  FanOut camera;
  camera.put_caps (kEncoded);
  camera.put_frame (0);
  Reader reader (camera.track);
  fail_unless_equals_int (camera.producer->keys, 0);
  for (int i = 0; i < 5; i++)
    camera.put_frame (i * kFrame, false);
  camera.input->end ();
  fail_unless (reader.drain ().empty ());
  fail_unless_equals_int (camera.producer->keys, 0); // it has ended

  FanOut lasting;
  lasting.put_caps (kEncoded);
  Reader waiting (lasting.track);
  std::thread consumer ([&waiting] {
    while (waiting.output->take ().status != Output::Status::flushing) {
    }
  });
  while (lasting.producer->keys == 0)
    std::this_thread::yield ();
  lasting.put_frame (0, false);
  waiting.output->set_flushing (true);
  consumer.join ();
  fail_unless_equals_int (lasting.producer->keys, 1);
}
GST_END_TEST

GST_START_TEST (a_key_frame_of_before_playing_is_asked_for_again)
{
  FanOut camera;
  camera.put_caps (kEncoded);
  Reader reader (camera.track);
  camera.put_frame (0);
  camera.put_frame (kFrame, false);
  camera.set_now (2 * kFrame);
  reader.play (camera.clock, 0);
  camera.put_frame (2 * kFrame, false);
  camera.put_frame (3 * kFrame, false);
  camera.put_frame (4 * kFrame);
  auto seen = reader.next ();
  fail_unless_equals_int64 (seen->due, 4 * kFrame);
  fail_unless (seen->has (GST_BUFFER_FLAG_DISCONT));
  fail_unless_equals_int (camera.producer->keys, 1);
}
GST_END_TEST

static Suite *
subscription_suite ()
{
  Suite *suite = suite_create ("stream/subscription");
  TCase *time = tcase_create ("time");
  suite_add_tcase (suite, time);
  tcase_add_test (time, a_joiner_at_any_moment_has_small_times_that_are_right);
  tcase_add_test (time, two_tracks_keep_their_offset);
  tcase_add_test (time, a_buffer_without_a_time_is_of_now);
  tcase_add_test (time, a_buffer_with_a_decoding_time_alone_is_of_that);
  tcase_add_test (time, a_negative_rate_goes_on_forward);
  tcase_add_test (time, a_pause_of_the_consumer_is_no_part_of_its_time);
  tcase_add_test (time, before_its_running_time_a_consumer_sees_one_picture);
  tcase_add_test (time, before_its_running_time_a_consumer_hears_nothing);
  tcase_add_test (time, another_base_time_holds_from_the_next_buffer_on);
  tcase_add_test (time, before_it_plays_time_counts_from_the_first_buffer);
  tcase_add_test (time, gaps_have_the_consumers_time);
  tcase_add_test (time, a_gap_that_comes_before_all_timelines_is_none);
  tcase_add_test (time, the_latency_reaches_as_far_as_a_mailbox_holds);
  TCase *late = tcase_create ("late");
  suite_add_tcase (suite, late);
  tcase_add_test (late, who_comes_late_knows_caps_tags_and_the_last_picture);
  tcase_add_test (late, the_last_picture_is_never_due_in_the_future);
  tcase_add_test (late, a_paused_producers_picture_is_seen);
  tcase_add_test (late, each_picture_is_due_after_the_last_one);
  tcase_add_test (late, the_last_picture_before_playing_is_the_first_to_see);
  tcase_add_test (late, what_comes_while_it_is_paused_is_the_newest_then);
  tcase_add_test (late, sound_of_before_playing_is_not_heard);
  tcase_add_test (late, what_is_encoded_begins_with_a_key_frame);
  tcase_add_test (late, who_waits_for_a_key_frame_asks_for_it_once);
  tcase_add_test (late, a_key_frame_of_before_playing_is_asked_for_again);
  return suite;
}
GST_CHECK_MAIN (subscription)
