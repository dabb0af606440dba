// SPDX-License-Identifier: LGPL-2.1-or-later
// What of a canvas its tracks capture, by a clock that the test moves.
#include "stream/canvas.hh"

#include "support/fan-out.hh"

#include <cmath>
#include <thread>

using namespace webmedia;
using namespace webmedia::stream;
using namespace webmedia::test;

static constexpr const char *kCaps =
    "video/x-raw,format=RGBA,width=4,height=2,framerate=30/1";

namespace {

struct CanvasFixture {
  Ptr<GstClock> clock = make_clock (5 * kSecond);
  std::shared_ptr<Canvas> canvas = Canvas::create (clock);

  void move_to (Time time) { set_time (clock, 5 * kSecond + time); }
  // Of one color.
  void paint (uint8_t color, const char *caps = kCaps, gsize size = 32)
  {
    auto picture = Ptr<GstBuffer>::adopt (
        gst_buffer_new_allocate (nullptr, size, nullptr));
    gst_buffer_memset (picture.get (), 0, color, size);
    GST_BUFFER_PTS (picture.get ()) = 77; // which means nothing here
    auto painted = canvas->paint (std::move (picture), make_caps (caps));
    fail_unless (bool (painted));
  }
  std::shared_ptr<Track> capture (double rate)
  {
    auto track = canvas->capture (rate);
    fail_unless (bool (track));
    return *track;
  }
  // The timer fires, if there is one.
  void fire () const
  {
    auto test_clock = GST_TEST_CLOCK (clock.get ());
    while (gst_test_clock_peek_next_pending_id (test_clock, nullptr)) {
      GstClockID id = gst_test_clock_process_next_clock_id (test_clock);
      if (!id)
        return;
      gst_clock_id_unref (id);
    }
  }
  guint timers () const
  {
    return gst_test_clock_peek_id_count (GST_TEST_CLOCK (clock.get ()));
  }
};

// What a consumer of a track gets: colors, and when.
struct Watcher {
  Watcher (const CanvasFixture &f, const std::shared_ptr<Track> &track)
      : reader (track)
  {
    reader.play (f.clock, 5 * kSecond);
  }

  void expect (int color, Time due)
  {
    auto seen = reader.next ();
    fail_unless (seen.has_value (), "no picture of %d", color);
    uint8_t byte;
    gst_buffer_extract (seen->buffer.get (), 0, &byte, 1);
    fail_unless_equals_int (byte, color);
    last = std::max (due, last + 1); // no two are of one time
    fail_unless_equals_int64 (seen->due, last);
  }
  void expect_nothing () { fail_if (reader.next ().has_value ()); }

  Reader reader;
  Time last = -1;
};

} // namespace

static constexpr double kAll = Canvas::kEveryPainting;

GST_START_TEST (without_a_rate_each_painting_is_a_frame)
{
  for (double rate : {kAll, 1e308}) { // the clock can't tell them apart
    CanvasFixture f;
    Watcher watcher (f, f.capture (rate));
    watcher.expect_nothing ();
    for (int i = 0; i < 5; i++) {
      f.move_to (i * kMillisecond);
      f.paint (uint8_t (i));
      watcher.expect (i, i * kMillisecond);
    }
    fail_unless_equals_int (f.timers (), 0);
  }
}
GST_END_TEST

GST_START_TEST (what_was_painted_before_is_the_first_frame)
{
  CanvasFixture f;
  f.paint (1);
  f.move_to (kSecond);
  Watcher all (f, f.capture (kAll)), some (f, f.capture (10)),
      manual (f, f.capture (0));
  all.expect (1, kSecond);
  some.expect (1, kSecond);
  manual.expect (1, kSecond);
  f.paint (2);
  all.expect (2, kSecond);
  manual.expect_nothing ();
}
GST_END_TEST

GST_START_TEST (at_rate_zero_frames_come_on_request)
{
  CanvasFixture f;
  auto track = f.capture (0);
  Watcher watcher (f, track);
  f.paint (1); // the one that is requested when a track is made
  watcher.expect (1, 0);
  f.paint (2);
  watcher.expect_nothing ();
  track->source->canvas->request_frame ();
  watcher.expect_nothing (); // before something new is painted
  f.move_to (kSecond);
  f.paint (3);
  watcher.expect (3, kSecond);
  f.paint (4);
  watcher.expect_nothing ();
  // Two requests are one.
  track->source->canvas->request_frame ();
  track->source->canvas->request_frame ();
  f.paint (5);
  f.paint (6);
  watcher.expect (5, kSecond);
  watcher.expect_nothing ();
  fail_unless_equals_int (f.timers (), 0);
}
GST_END_TEST

GST_START_TEST (a_rate_is_the_most_that_comes)
{
  CanvasFixture f;
  Watcher watcher (f, f.capture (10));
  int frames = 0;
  for (int ms = 0; ms < 1000; ms += 10) {
    f.move_to (ms * kMillisecond);
    f.fire ();
    f.paint (uint8_t (ms / 10));
    while (watcher.reader.next ())
      frames++;
  }
  fail_unless_equals_int (frames, 10);
}
GST_END_TEST

GST_START_TEST (the_newest_painting_of_a_period_comes_at_its_end)
{
  CanvasFixture f;
  Watcher watcher (f, f.capture (10));
  f.paint (1);
  watcher.expect (1, 0);
  f.move_to (20 * kMillisecond);
  f.paint (2);
  f.move_to (30 * kMillisecond);
  f.paint (3);
  watcher.expect_nothing ();
  fail_unless_equals_int (f.timers (), 1);
  f.move_to (100 * kMillisecond);
  f.fire ();
  watcher.expect (3, 100 * kMillisecond);
  // Nothing new, no frame, and no timer.
  f.move_to (500 * kMillisecond);
  f.fire ();
  watcher.expect_nothing ();
  fail_unless_equals_int (f.timers (), 0);
}
GST_END_TEST

// Whoever is first in a period, timer or painting, is alone.
GST_START_TEST (a_late_timer_makes_no_second_frame_of_a_period)
{
  CanvasFixture f;
  Watcher watcher (f, f.capture (10));
  f.paint (1);
  f.paint (2);
  f.move_to (120 * kMillisecond);
  f.paint (3); // before the timer
  f.paint (4);
  watcher.expect (1, 0);
  watcher.expect (3, 120 * kMillisecond);
  f.fire ();
  watcher.expect_nothing ();
  f.move_to (200 * kMillisecond);
  f.fire ();
  watcher.expect (4, 200 * kMillisecond);
}
GST_END_TEST

GST_START_TEST (a_request_does_not_wait_for_the_period)
{
  CanvasFixture f;
  auto track = f.capture (1);
  Watcher watcher (f, track);
  f.paint (1);
  watcher.expect (1, 0);
  f.move_to (300 * kMillisecond);
  f.paint (2);
  track->source->canvas->request_frame ();
  watcher.expect_nothing ();
  f.move_to (400 * kMillisecond);
  f.paint (3);
  watcher.expect (3, 400 * kMillisecond);
  f.move_to (kSecond);
  f.fire ();
  watcher.expect_nothing ();
}
GST_END_TEST

GST_START_TEST (who_comes_late_gets_the_last_frame)
{
  CanvasFixture f;
  auto track = f.capture (kAll);
  f.paint (1);
  f.paint (2);
  f.move_to (3600 * kSecond);
  Watcher late (f, track);
  late.expect (2, 3600 * kSecond);
}
GST_END_TEST

GST_START_TEST (tracks_are_independent)
{
  CanvasFixture f;
  auto one = f.capture (0), other = f.capture (0);
  Watcher first (f, one), second (f, other);
  f.paint (1);
  first.expect (1, 0);
  second.expect (1, 0);
  other->source->canvas->request_frame ();
  f.paint (2);
  first.expect_nothing ();
  second.expect (2, 0);
  // A clone has requests of its own.
  auto clone = one->clone ();
  Watcher third (f, clone);
  third.expect (2, 0);
  clone->source->canvas->request_frame ();
  f.paint (3);
  third.expect (3, 0);
  first.expect_nothing ();
  one->stop ();
  fail_if (clone->is_ended ());
  clone->source->canvas->request_frame ();
  f.paint (4);
  third.expect (4, 0);
}
GST_END_TEST

GST_START_TEST (alpha_and_the_size_are_kept)
{
  CanvasFixture f;
  auto track = f.capture (kAll);
  Watcher watcher (f, track);
  f.paint (1);
  auto caps = track->source->caps ();
  auto expected =
      make_caps ("video/x-raw,format=RGBA,width=4,height=2,framerate=0/1");
  fail_unless (gst_caps_is_subset (caps.get (), expected.get ()));
  fail_unless (f.canvas->size () == (Canvas::Size{4, 2}));
  f.paint (2, "video/x-raw,format=BGRA,width=8,height=8", 256);
  expected =
      make_caps ("video/x-raw,format=BGRA,width=8,height=8,framerate=0/1");
  caps = track->source->caps ();
  fail_unless (gst_caps_is_subset (caps.get (), expected.get ()));
  fail_unless (f.canvas->size () == (Canvas::Size{8, 8}));
  watcher.expect (1, 0);
  watcher.expect (2, 0);
}
GST_END_TEST

GST_START_TEST (the_picture_is_not_copied)
{
  CanvasFixture f;
  Watcher watcher (f, f.capture (kAll));
  auto picture =
      Ptr<GstBuffer>::adopt (gst_buffer_new_allocate (nullptr, 32, nullptr));
  GST_BUFFER_PTS (picture.get ()) = 77;
  fail_unless (bool (f.canvas->paint (picture, make_caps (kCaps))));
  auto seen = watcher.reader.next ();
  fail_unless (gst_buffer_peek_memory (seen->buffer.get (), 0)
               == gst_buffer_peek_memory (picture.get (), 0));
  fail_unless_equals_uint64 (GST_BUFFER_PTS (picture.get ()), 77);
}
GST_END_TEST

GST_START_TEST (what_is_no_picture_is_refused)
{
  CanvasFixture f;
  auto buffer =
      Ptr<GstBuffer>::adopt (gst_buffer_new_allocate (nullptr, 8, nullptr));
  auto expect_type = [&] (Ptr<GstCaps> caps, const char *says) {
    auto painted = f.canvas->paint (buffer, std::move (caps));
    fail_if (bool (painted));
    fail_unless (painted.error ().code == ErrorCode::type);
    fail_unless (painted.error ().message.find (says) != std::string::npos,
        "%s", painted.error ().message.c_str ());
  };
  expect_type (nullptr, "fixed");
  expect_type (make_caps ("video/x-raw,format=RGBA"), "height");
  expect_type (make_caps ("video/x-raw,width=[1,2]"), "fixed");
  expect_type (make_caps ("image/png,width=1,height=1"), "image/png");
  expect_type (make_caps (kCaps), "32 bytes, this one has 8");
  // Nor is one that says that it is somewhere else.
  gst_buffer_add_video_meta (
      buffer.get (), GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_RGBA, 4, 2);
  expect_type (make_caps (kCaps), "16 bytes apart");
  fail_unless (f.canvas->size () == (Canvas::Size{}));
}
GST_END_TEST

GST_START_TEST (a_rate_below_zero_is_not_supported)
{
  CanvasFixture f;
  auto track = f.canvas->capture (-1);
  fail_unless (!track && track.error ().code == ErrorCode::not_supported);
  // A double of the IDL is finite.
  for (double rate : {std::nan (""), HUGE_VAL, -HUGE_VAL}) {
    track = f.canvas->capture (rate);
    fail_unless (!track && track.error ().code == ErrorCode::type);
  }
}
GST_END_TEST

GST_START_TEST (the_last_track_that_stops_ends_the_capture)
{
  CanvasFixture f;
  auto track = f.capture (1);
  std::weak_ptr<CanvasCapture> capture = track->source->canvas;
  f.paint (1);
  f.paint (2);
  fail_unless_equals_int (f.timers (), 1);
  track->stop ();
  fail_unless_equals_int (f.timers (), 0);
  track.reset ();
  fail_unless (capture.expired ());
  // Or the last one that goes.
  track = f.capture (1);
  capture = track->source->canvas;
  track.reset ();
  fail_unless (capture.expired ());
}
GST_END_TEST

GST_START_TEST (a_canvas_that_goes_ends_its_tracks)
{
  CanvasFixture f;
  auto track = f.capture (1);
  f.canvas.reset ();
  fail_unless (track->is_ended ());
  fail_if (bool (track->source->canvas->canvas ()));
  fail_unless (track->clone ()->is_ended ());
}
GST_END_TEST

// Painted by two threads, captured and cloned by a third: each frame comes in
// the order of its time.
GST_START_TEST (threads_paint_and_capture)
{
  auto clock = Ptr<GstClock>::adopt (gst_system_clock_obtain ());
  auto canvas = Canvas::create (clock);
  auto caps = make_caps (kCaps);
  auto every = *canvas->capture (kAll);
  std::atomic<bool> is_over{false};
  auto paint = [&] {
    while (!is_over)
      fail_unless (
          bool (canvas->paint (Ptr<GstBuffer>::adopt (gst_buffer_new_allocate (
                                   nullptr, 32, nullptr)),
              caps)));
  };
  std::thread painter (paint), other (paint);
  Reader reader (every);
  reader.play (clock, 0);
  Time last = 0;
  for (int i = 0; i < 300; i++) {
    auto track = *canvas->capture (i % 3 ? kAll : 100000);
    auto clone = track->clone ();
    track->source->canvas->request_frame ();
    track->stop ();
    while (auto seen = reader.next ()) {
      fail_unless (seen->due >= last);
      last = seen->due;
    }
  }
  is_over = true;
  painter.join ();
  other.join ();
}
GST_END_TEST

static Suite *
canvas_suite (void)
{
  Suite *suite = suite_create ("canvas");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, without_a_rate_each_painting_is_a_frame);
  tcase_add_test (tc, what_was_painted_before_is_the_first_frame);
  tcase_add_test (tc, at_rate_zero_frames_come_on_request);
  tcase_add_test (tc, a_rate_is_the_most_that_comes);
  tcase_add_test (tc, the_newest_painting_of_a_period_comes_at_its_end);
  tcase_add_test (tc, a_late_timer_makes_no_second_frame_of_a_period);
  tcase_add_test (tc, a_request_does_not_wait_for_the_period);
  tcase_add_test (tc, who_comes_late_gets_the_last_frame);
  tcase_add_test (tc, tracks_are_independent);
  tcase_add_test (tc, alpha_and_the_size_are_kept);
  tcase_add_test (tc, the_picture_is_not_copied);
  tcase_add_test (tc, what_is_no_picture_is_refused);
  tcase_add_test (tc, a_rate_below_zero_is_not_supported);
  tcase_add_test (tc, the_last_track_that_stops_ends_the_capture);
  tcase_add_test (tc, a_canvas_that_goes_ends_its_tracks);
  tcase_add_test (tc, threads_paint_and_capture);
  return suite;
}

GST_CHECK_MAIN (canvas);
