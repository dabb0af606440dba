// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/time-map.hh"

#include "stream/clamped-time.hh"

#include "support/fan-out.hh"

#include <cmath>
#include <random>

using namespace webmedia;
using namespace webmedia::stream;
using namespace webmedia::test;

namespace {

constexpr Time kFrame = FanOut::kFrame;

// A map, with a producer's segment in front of it.
struct Mapped {
  explicit Mapped (Delivery delivery = Delivery::live) : map (delivery)
  {
    gst_segment_init (&segment, GST_FORMAT_TIME);
  }

  void set_producer (Ptr<GstClock> clock, Time base)
  {
    base_time = base;
    map.set_timeline (std::make_shared<Timeline> (
        Timeline{segment, std::move (clock), base_time}));
  }
  // When it is due, by the segment that the consumer was told.
  Time due (Ptr<GstBuffer> &buffer)
  {
    guint64 running;
    int sign = gst_segment_to_running_time_full (
        &segment, GST_FORMAT_TIME, GST_BUFFER_PTS (buffer.get ()), &running);
    Time time = base_time + sign * Time (running);
    segments += map.stamp (buffer, map.running_time (time)) != nullptr;
    sign = gst_segment_to_running_time_full (&map.segment (), GST_FORMAT_TIME,
        GST_BUFFER_PTS (buffer.get ()), &running);
    return sign * Time (running);
  }
  Time due (Time pts)
  {
    auto buffer = FanOut::make_frame (pts);
    return due (buffer);
  }

  TimeMap map;
  GstSegment segment{};
  Time base_time = 0;
  int segments = 0;
};

} // namespace

// The consumer began when its clock said `base`, whenever that was.
GST_START_TEST (a_buffer_keeps_its_capture_time_for_any_start_of_both)
{
  auto clock = make_clock (10000 * kSecond);
  for (Time start : {Time (0), 7 * kSecond, 3600 * kSecond}) {
    for (Time producer : {Time (0), 100 * kSecond, 9000 * kSecond}) {
      for (Time consumer : {Time (0), 50 * kSecond, 9001 * kSecond}) {
        Mapped mapped;
        mapped.segment.start = guint64 (start);
        mapped.set_producer (clock, producer);
        mapped.map.set_clock (clock, consumer);
        for (int i = 250; i < 350; i++) {
          Time captured = producer + i * kFrame;
          if (captured >= consumer)
            fail_unless_equals_int64 (
                mapped.due (start + i * kFrame), captured - consumer);
        }
        fail_unless (mapped.segments <= 1);
      }
    }
  }
}
GST_END_TEST

GST_START_TEST (with_one_clock_a_shared_buffer_stays_as_it_is)
{
  Mapped mapped;
  auto clock = make_clock ();
  mapped.set_producer (clock, 5 * kSecond);
  mapped.map.set_clock (clock, 2 * kSecond);
  auto buffer = FanOut::make_frame (kSecond);
  auto shared = buffer;
  fail_unless_equals_int64 (mapped.due (buffer), 4 * kSecond);
  fail_unless (buffer == shared);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer.get ()), GST_SECOND);
}
GST_END_TEST

// Where it begins much later than its segment, videorate fills the time.
GST_START_TEST (a_segment_begins_with_its_first_buffer)
{
  Mapped mapped;
  auto clock = make_clock ();
  mapped.set_producer (clock, 0);
  mapped.map.set_clock (clock, 0);
  mapped.due (1000 * kSecond);
  fail_unless_equals_uint64 (mapped.map.segment ().start, 1000 * GST_SECOND);
  fail_unless_equals_uint64 (mapped.map.segment ().base, 1000 * GST_SECOND);
}
GST_END_TEST

GST_START_TEST (a_segment_is_new_only_where_the_offset_is)
{
  Mapped mapped;
  auto clock = make_clock ();
  mapped.set_producer (clock, 0);
  mapped.map.set_clock (clock, 0);
  for (int i = 0; i < 100; i++)
    mapped.due (i * kFrame);
  fail_unless_equals_int (mapped.segments, 1);
  // Another segment that says the same.
  mapped.segment.start = mapped.segment.base = GST_SECOND;
  mapped.set_producer (clock, 0);
  fail_unless_equals_int64 (mapped.due (5 * kSecond), 5 * kSecond);
  fail_unless_equals_int (mapped.segments, 1);
  // The consumer was paused for a second.
  mapped.map.set_clock (clock, kSecond);
  fail_unless_equals_int64 (mapped.due (6 * kSecond), 5 * kSecond);
  fail_unless_equals_int64 (mapped.due (7 * kSecond), 6 * kSecond);
  fail_unless_equals_int (mapped.segments, 2);
  // The producer has jumped.
  mapped.segment.base = 9 * GST_SECOND;
  mapped.set_producer (clock, 0);
  fail_unless_equals_int64 (mapped.due (kSecond), 8 * kSecond);
  fail_unless_equals_int (mapped.segments, 3);
}
GST_END_TEST

// An hour with another clock, that runs by another speed.
GST_START_TEST (other_clocks_are_followed)
{
  for (double skew : {0.0, 200e-6, -200e-6}) {
    auto from = make_clock (1000 * kSecond);
    auto to = make_clock (7 * kSecond);
    Mapped mapped;
    mapped.set_producer (from, 900 * kSecond);
    mapped.map.set_clock (to, 6 * kSecond);
    Time last = -1;
    for (Time time = 0; time < 3600 * kSecond; time += kFrame) {
      Time other = time + Time (std::lround (double (time) * skew));
      set_time (from, 1000 * kSecond + time);
      set_time (to, 7 * kSecond + other);
      Time due = mapped.due (100 * kSecond + time);
      Time error = std::abs (due - (kSecond + other));
      fail_unless (error <= (time > kSecond ? kMicrosecond : kMillisecond),
          "%" G_GINT64_FORMAT " off", error);
      fail_unless (due > last);
      last = due;
    }
    fail_unless_equals_int (mapped.segments, 1);
  }
}
GST_END_TEST

GST_START_TEST (with_two_clocks_memory_is_shared_and_the_buffer_is_not)
{
  Mapped mapped;
  mapped.set_producer (make_clock (5 * kSecond), 0);
  mapped.map.set_clock (make_clock (2 * kSecond), 0);
  auto shared = FanOut::make_frame (6 * kSecond);
  auto buffer = shared;
  fail_unless_equals_int64 (mapped.due (buffer), 3 * kSecond);
  fail_if (buffer == shared);
  fail_unless (gst_buffer_peek_memory (buffer.get (), 0)
               == gst_buffer_peek_memory (shared.get (), 0));
  fail_unless_equals_uint64 (GST_BUFFER_PTS (shared.get ()), 6 * GST_SECOND);
}
GST_END_TEST

GST_START_TEST (a_buffer_of_ones_own_is_not_copied)
{
  auto buffer = FanOut::make_frame (0);
  GstBuffer *before = buffer.get ();
  buffer = make_own (std::move (buffer));
  fail_unless (buffer.get () == before);
}
GST_END_TEST

// It could be filled anew while it is still seen. Whether the pool takes it
// back with its memory depends on the version of GStreamer: 1.22 lets go of a
// copy's memory behind its metas.
GST_START_TEST (a_pooled_buffer_returns_when_all_copies_have_gone)
{
  auto pool = Ptr<GstBufferPool>::adopt (gst_buffer_pool_new ());
  GstStructure *config = gst_buffer_pool_get_config (pool.get ());
  gst_buffer_pool_config_set_params (config, nullptr, 16, 1, 1);
  fail_unless (gst_buffer_pool_set_config (pool.get (), config));
  fail_unless (gst_buffer_pool_set_active (pool.get (), TRUE));
  GstBufferPoolAcquireParams params{};
  params.flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT;
  auto acquire = [&] {
    GstBuffer *buffer = nullptr;
    gst_buffer_pool_acquire_buffer (pool.get (), &buffer, &params);
    return Ptr<GstBuffer>::adopt (buffer);
  };
  auto pooled = acquire ();
  GstMemory *memory = gst_buffer_peek_memory (pooled.get (), 0);
  std::vector<Ptr<GstBuffer>> copies = {make_own (pooled), make_own (pooled)};
  for (const auto &copy : copies) {
    fail_if (copy == pooled);
    fail_unless (gst_buffer_peek_memory (copy.get (), 0) == memory);
  }
  pooled.reset ();
  fail_if (bool (acquire ()));
  copies.clear ();
  fail_unless (bool (acquire ()));
  gst_buffer_pool_set_active (pool.get (), FALSE);
}
GST_END_TEST

// A consumer plays at its own rate: what lasts 40 ms at twice the speed, 20.
GST_START_TEST (a_rate_is_the_producers)
{
  for (double rate : {2.0, 0.5}) {
    Mapped mapped;
    auto clock = make_clock ();
    mapped.segment.rate = rate;
    mapped.set_producer (clock, 5 * kSecond);
    mapped.map.set_clock (clock, 4 * kSecond);
    for (int i = 0; i < 10; i++) {
      auto buffer = FanOut::make_frame (i * kFrame);
      auto shared = buffer;
      Time scaled = Time (double (kFrame) / rate);
      fail_unless_equals_int64 (mapped.due (buffer), kSecond + i * scaled);
      fail_unless_equals_int64 (
          int64_t (GST_BUFFER_DURATION (buffer.get ())), scaled);
    }
    fail_unless (mapped.map.segment ().rate == 1.0);
    fail_unless_equals_int (mapped.segments, 1);
  }
}
GST_END_TEST

GST_START_TEST (a_decoding_time_keeps_its_distance)
{
  for (bool one_clock : {true, false}) {
    auto clock = make_clock (100 * kSecond);
    Mapped mapped;
    mapped.set_producer (clock, 100 * kSecond);
    mapped.map.set_clock (
        one_clock ? clock : make_clock (50 * kSecond), kSecond);
    // I P B B, in decoding order.
    int order[] = {2, 5, 3, 4};
    for (int i = 0; i < 4; i++) {
      auto buffer = FanOut::make_frame (10 * kSecond + order[i] * kFrame);
      GST_BUFFER_DTS (buffer.get ()) = GstClockTime (10 * kSecond + i * kFrame);
      auto shared = buffer;
      Time due = mapped.due (buffer);
      guint64 running;
      int sign = gst_segment_to_running_time_full (&mapped.map.segment (),
          GST_FORMAT_TIME, GST_BUFFER_DTS (buffer.get ()), &running);
      fail_unless_equals_int64 (
          due - sign * Time (running), (order[i] - i) * kFrame);
    }
    fail_unless_equals_int (mapped.segments, 1);
  }
}
GST_END_TEST

GST_START_TEST (a_decoding_time_is_never_negative)
{
  Mapped mapped;
  mapped.set_producer (make_clock (), 0);
  mapped.map.set_clock (make_clock (), 0);
  auto buffer = FanOut::make_frame (10 * kSecond);
  auto shared = buffer;
  GST_BUFFER_DTS (buffer.get ()) = 9 * GST_SECOND;
  mapped.map.stamp (buffer, kMillisecond);
  fail_unless_equals_uint64 (GST_BUFFER_DTS (buffer.get ()), 0);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer.get ()), GST_MSECOND);
}
GST_END_TEST

GST_START_TEST (what_was_captured_before_the_start_is_of_negative_time)
{
  auto clock = make_clock (10 * kSecond);
  Mapped mapped;
  mapped.set_producer (clock, kSecond);
  mapped.map.set_clock (clock, 5 * kSecond);
  fail_unless_equals_int64 (
      mapped.map.running_time (2 * kSecond), -3 * kSecond);
}
GST_END_TEST

// Whatever their clocks and base times.
GST_START_TEST (lossless_counts_from_the_start_of_both)
{
  Mapped mapped (Delivery::lossless);
  mapped.set_producer (make_clock (500 * kSecond), 400 * kSecond);
  mapped.map.set_clock (make_clock (7 * kSecond), 3 * kSecond);
  auto buffer = FanOut::make_frame (2 * kSecond);
  auto shared = buffer;
  fail_unless_equals_int64 (mapped.due (buffer), 2 * kSecond);
  fail_unless (buffer == shared);
}
GST_END_TEST

GST_START_TEST (without_a_clock_both_count_alike)
{
  Mapped mapped;
  mapped.set_producer (nullptr, 0);
  mapped.map.set_clock (make_clock (7 * kSecond), 3 * kSecond);
  fail_if (mapped.map.is_timed ());
  fail_unless_equals_int64 (mapped.due (2 * kSecond), 2 * kSecond);
}
GST_END_TEST

// What a file or an element says may be anything.
GST_START_TEST (any_times_stay_times)
{
  std::mt19937_64 random (7);
  auto any = [&random] {
    guint64 time = random ();
    switch (random () % 6) {
    case 0:
      return time;
    case 1:
      return time >> 1;
    case 2:
      return guint64 (G_MAXINT64) - 8 + time % 16;
    case 3:
      return guint64 (kTimeLimit) - 8 + time % 16;
    case 4:
      return GST_CLOCK_TIME_NONE - time % 16;
    default:
      return time >> (20 + time % 40);
    }
  };
  constexpr double kRates[] = {1, 1, -1, 0.001, 1000, -1000, 1e-9, 1e9};
  const Ptr<GstClock> clocks[] = {make_clock (), make_clock (7 * kSecond)};
  for (int i = 0; i < 20000; i++) {
    Mapped mapped (random () % 4 ? Delivery::live : Delivery::lossless);
    mapped.segment.rate = kRates[random () % std::size (kRates)];
    mapped.set_producer (clocks[0], to_time (random () % 2 ? any () : 0));
    mapped.map.set_clock (
        clocks[random () % 2], to_time (random () % 2 ? any () : 0));
    auto buffer = FanOut::make_frame (0);
    for (int k = 0; k < 3; k++) {
      buffer = make_own (std::move (buffer));
      guint64 pts = GST_BUFFER_PTS (buffer.get ()) = any ();
      guint64 dts = GST_BUFFER_DTS (buffer.get ()) = any ();
      GST_BUFFER_DURATION (buffer.get ()) = any ();
      mapped.map.running_time (clamp_time (Time (any ())));
      Time due = to_time (any ());
      mapped.map.stamp (buffer, due);
      guint64 now = GST_BUFFER_PTS (buffer.get ()), running = 0;
      fail_unless (now <= guint64 (kTimeLimit));
      if (now >= mapped.map.segment ().start) {
        gst_segment_to_running_time_full (
            &mapped.map.segment (), GST_FORMAT_TIME, now, &running);
        fail_unless_equals_uint64 (running, guint64 (due));
      }
      if (now == pts)
        continue; // it is shared
      guint64 moved = GST_BUFFER_DTS (buffer.get ());
      fail_unless (
          !GST_CLOCK_TIME_IS_VALID (moved) || (moved <= now) == (dts <= pts));
      guint64 lasts = GST_BUFFER_DURATION (buffer.get ());
      fail_unless (
          !GST_CLOCK_TIME_IS_VALID (lasts) || lasts <= guint64 (kTimeLimit));
    }
  }
}
GST_END_TEST

static Suite *
time_map_suite ()
{
  Suite *suite = suite_create ("stream/time-map");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_buffer_keeps_its_capture_time_for_any_start_of_both);
  tcase_add_test (tcase, with_one_clock_a_shared_buffer_stays_as_it_is);
  tcase_add_test (tcase, a_segment_begins_with_its_first_buffer);
  tcase_add_test (tcase, a_segment_is_new_only_where_the_offset_is);
  tcase_add_test (tcase, other_clocks_are_followed);
  tcase_add_test (
      tcase, with_two_clocks_memory_is_shared_and_the_buffer_is_not);
  tcase_add_test (tcase, a_buffer_of_ones_own_is_not_copied);
  tcase_add_test (tcase, a_pooled_buffer_returns_when_all_copies_have_gone);
  tcase_add_test (tcase, a_rate_is_the_producers);
  tcase_add_test (tcase, a_decoding_time_keeps_its_distance);
  tcase_add_test (tcase, a_decoding_time_is_never_negative);
  tcase_add_test (
      tcase, what_was_captured_before_the_start_is_of_negative_time);
  tcase_add_test (tcase, lossless_counts_from_the_start_of_both);
  tcase_add_test (tcase, without_a_clock_both_count_alike);
  tcase_add_test (tcase, any_times_stay_times);
  return suite;
}
GST_CHECK_MAIN (time_map)
