// SPDX-License-Identifier: LGPL-2.1-or-later
// A track that is read buffer by buffer.
#include "stream/frame-reader.hh"

#include "support/fan-out.hh"

#include <thread>

using namespace webmedia;
using namespace webmedia::stream;
using namespace webmedia::test;

namespace {

// Buffers are numbered by the size that they have, from 1 on. They are of a
// moment to come, so that none was before the reader.
struct Fixture {
  explicit Fixture (size_t most = 0, Kind kind = Kind::video) : fan_out (kind)
  {
    auto clock = Ptr<GstClock>::adopt (gst_system_clock_obtain ());
    begin = Time (gst_clock_get_time (clock.get ())) + 3600 * kSecond;
    fan_out.set_clock (clock, begin);
    reader = FrameReader::create (fan_out.track, most);
  }

  void put (int count = 1)
  {
    for (; count > 0; count--, last++)
      fan_out.put (FanOut::make_frame (Time (last) * FanOut::kFrame, last + 1));
  }
  uint64_t request ()
  {
    uint64_t id = reader->new_id ();
    reader->request (id, [this] (Ptr<GstSample> frame) {
      got += std::to_string (number_of (frame)) + " ";
    });
    return id;
  }
  static size_t number_of (const Ptr<GstSample> &frame)
  {
    return frame ? gst_buffer_get_size (gst_sample_get_buffer (frame.get ()))
                 : 0;
  }
  // 0: the end.
  size_t read ()
  {
    auto frame = reader->read ([] { return false; });
    fail_unless (bool (frame));
    return number_of (*frame);
  }
  void expect (const char *numbers)
  {
    while (g_main_context_iteration (nullptr, FALSE)) {
    }
    fail_unless_equals_string (got.c_str (), numbers);
    got.clear ();
  }

  FanOut fan_out;
  Time begin;
  std::shared_ptr<FrameReader> reader;
  size_t last = 0;
  std::string got;
};

} // namespace

// WPT: MediaStreamTrackProcessor-backpressure
GST_START_TEST (a_slow_reader_gets_the_newest_picture)
{
  Fixture f;
  f.put (5);
  fail_unless_equals_int (int (f.read ()), 5);
  f.put ();
  fail_unless_equals_int (int (f.read ()), 6);
}
GST_END_TEST

GST_START_TEST (as_many_are_kept_as_were_asked_for)
{
  Fixture f (3);
  f.put (5);
  for (size_t number : {3, 4, 5})
    fail_unless_equals_int (int (f.read ()), int (number));
}
GST_END_TEST

GST_START_TEST (sound_is_kept_for_a_fifth_of_a_second)
{
  Fixture f (0, Kind::audio);
  f.put (20); // of 40 ms
  fail_unless_equals_int (int (f.read ()), 16);
  Fixture one (1, Kind::audio);
  one.put (20);
  fail_unless_equals_int (int (one.read ()), 20);
}
GST_END_TEST

// Each needs the one before it.
GST_START_TEST (what_is_encoded_is_not_skipped_picture_by_picture)
{
  Fixture f;
  f.fan_out.put_caps ("video/x-vp8");
  f.put (5);
  for (size_t number : {1, 2, 3, 4, 5})
    fail_unless_equals_int (int (f.read ()), int (number));
}
GST_END_TEST

GST_START_TEST (a_request_waits_for_a_frame)
{
  Fixture f;
  f.request ();
  f.request ();
  f.expect ("");
  f.put ();
  f.expect ("1 ");
  f.put ();
  f.expect ("2 ");
  f.put ();
  f.expect ("");
  f.request ();
  f.expect ("3 ");
}
GST_END_TEST

GST_START_TEST (a_request_that_is_cancelled_takes_nothing)
{
  Fixture f;
  uint64_t first = f.request ();
  f.request ();
  fail_unless (f.reader->cancel (first));
  fail_if (f.reader->cancel (first));
  f.put ();
  f.expect ("1 ");
}
GST_END_TEST

GST_START_TEST (the_end_comes_after_what_is_there)
{
  Fixture f (2);
  f.put (2);
  f.fan_out.input->end ();
  for (int i = 0; i < 4; i++)
    f.request ();
  f.expect ("1 2 0 0 ");
  fail_unless_equals_int (int (f.read ()), 0);
}
GST_END_TEST

GST_START_TEST (the_end_comes_to_who_waits)
{
  Fixture f;
  f.request ();
  f.expect ("");
  f.fan_out.track->stop ();
  f.expect ("0 ");
}
GST_END_TEST

GST_START_TEST (close_drops_what_is_there_and_ends_reads)
{
  Fixture f;
  f.request ();
  f.expect ("");
  f.reader->close ();
  f.expect ("0 ");
  f.put ();
  fail_unless_equals_int (int (f.read ()), 0);
  Fixture g;
  g.put ();
  g.reader->close ();
  fail_unless_equals_int (int (g.read ()), 0);
}
GST_END_TEST

GST_START_TEST (a_frame_has_its_caps_and_its_time)
{
  Fixture f;
  f.put ();
  auto frame = f.reader->read ([] { return false; });
  auto expected =
      make_caps ("video/x-raw,format=GRAY8,width=4,height=4,framerate=25/1");
  fail_unless (
      gst_caps_is_equal (gst_sample_get_caps (frame->get ()), expected.get ()));
  auto due = gst_segment_to_running_time (
      gst_sample_get_segment (frame->get ()), GST_FORMAT_TIME,
      GST_BUFFER_PTS (gst_sample_get_buffer (frame->get ())));
  fail_unless_equals_int64 (int64_t (due), f.begin);
  // Other caps come with the first frame that has them.
  f.fan_out.put_caps (
      "video/x-raw,format=GRAY8,width=8,height=4,framerate=25/1");
  f.put ();
  frame = f.reader->read ([] { return false; });
  GstStructure *structure =
      gst_caps_get_structure (gst_sample_get_caps (frame->get ()), 0);
  int width = 0;
  gst_structure_get_int (structure, "width", &width);
  fail_unless_equals_int (width, 8);
}
GST_END_TEST

GST_START_TEST (a_disabled_track_gives_black)
{
  Fixture f;
  f.fan_out.track->set_enabled (false);
  f.put ();
  auto frame = f.reader->read ([] { return false; });
  uint8_t byte = 1;
  gst_buffer_extract (gst_sample_get_buffer (frame->get ()), 0, &byte, 1);
  fail_unless_equals_int (byte, 0);
}
GST_END_TEST

GST_START_TEST (a_wait_ends_by_a_frame_the_end_or_its_caller)
{
  Fixture f;
  std::thread producer ([&] { f.put (); });
  fail_unless_equals_int (int (f.read ()), 1);
  producer.join ();
  std::atomic<bool> cancelled{false};
  std::thread canceller ([&] {
    cancelled = true;
    f.reader->wake_waits ();
  });
  auto frame = f.reader->read ([&] { return cancelled.load (); });
  fail_unless (!frame && frame.error ().code == ErrorCode::abort);
  canceller.join ();
  std::thread ender ([&] { f.fan_out.input->end (); });
  fail_unless_equals_int (int (f.read ()), 0);
  ender.join ();
}
GST_END_TEST

// A producer, two threads that wait, and requests: each frame goes to one, and
// each reader sees them in their order.
GST_START_TEST (many_read_at_once)
{
  Fixture f (100000);
  std::vector<size_t> seen[3];
  auto wait = [&] (int i) {
    while (size_t number = f.read ())
      seen[i].push_back (number);
  };
  std::thread one (wait, 0), two (wait, 1);
  std::thread producer ([&] {
    f.put (3000);
    f.fan_out.input->end ();
  });
  bool is_over = false;
  std::function<void ()> next = [&] {
    f.reader->request (f.reader->new_id (), [&] (Ptr<GstSample> frame) {
      is_over = !frame;
      if (is_over)
        return;
      seen[2].push_back (Fixture::number_of (frame));
      next ();
    });
  };
  next ();
  while (!is_over)
    g_main_context_iteration (nullptr, TRUE);
  one.join ();
  two.join ();
  producer.join ();
  size_t all = 0;
  for (const auto &each : seen) {
    all += each.size ();
    fail_unless (std::is_sorted (each.begin (), each.end ()));
  }
  fail_unless_equals_int (int (all), 3000);
}
GST_END_TEST

// What came first

namespace {

// Of a camera, not what FanOut is.
struct Camera {
  Camera ()
      : source (std::make_shared<Source> (SourceInfo{
          .kind = Kind::video, .label = "camera", .is_device = true})),
        input (source->open (producer)),
        track (Track::create (source))
  {
    input->put (Ptr<GstEvent>::adopt (gst_event_new_caps (
        make_caps ("video/x-raw,format=GRAY8,width=4,height=4,framerate=0/1")
            .get ())));
  }
  void put (gsize number)
  {
    input->put (FanOut::make_frame (Time (number), number));
  }
  size_t read_one (const std::function<void ()> &feed)
  {
    auto reader = FrameReader::create (track, 1);
    size_t number = 0;
    reader->request (reader->new_id (),
        [&] (Ptr<GstSample> frame) { number = Fixture::number_of (frame); });
    while (g_main_context_iteration (nullptr, FALSE)) {
    }
    fail_unless_equals_int (int (number), 0);
    feed ();
    while (g_main_context_iteration (nullptr, FALSE)) {
    }
    return number;
  }

  std::shared_ptr<TestProducer> producer = std::make_shared<TestProducer> ();
  std::shared_ptr<Source> source;
  std::unique_ptr<Input> input;
  std::shared_ptr<Track> track;
};

} // namespace

GST_START_TEST (of_a_device_it_begins_with_what_comes_from_then_on)
{
  Camera camera;
  camera.put (1);
  size_t number = camera.read_one ([&] { camera.put (2); });
  fail_unless_equals_int (int (number), 2);
}
GST_END_TEST

// What it gives before its first frame is not what it sees.
GST_START_TEST (of_a_device_that_is_muted_nothing_comes)
{
  Camera camera;
  camera.input->set_muted (true);
  size_t number = camera.read_one ([&] {
    camera.put (1);
    camera.input->set_muted (false);
  });
  fail_unless_equals_int (int (number), 0);
  camera.input->set_muted (true);
  number = camera.read_one ([&] {
    camera.put (2);
    camera.input->set_muted (false);
    camera.put (3);
  });
  fail_unless_equals_int (int (number), 3);
}
GST_END_TEST

// A canvas that was painted long ago.
GST_START_TEST (the_last_picture_has_the_time_at_which_it_was_captured)
{
  FanOut canvas;
  auto clock = Ptr<GstClock>::adopt (gst_system_clock_obtain ());
  canvas.set_clock (clock, 0);
  Time painted = Time (gst_clock_get_time (clock.get ())) / 2;
  canvas.put_frame (painted);
  auto reader = FrameReader::create (canvas.track, 1);
  for (Time time : {painted, painted + kSecond}) {
    auto frame = reader->read ([] { return false; });
    fail_unless (frame && *frame);
    guint64 due = gst_segment_to_running_time (
        gst_sample_get_segment (frame->get ()), GST_FORMAT_TIME,
        GST_BUFFER_PTS (gst_sample_get_buffer (frame->get ())));
    fail_unless_equals_uint64 (due, guint64 (time));
    if (time == painted)
      canvas.put_frame (painted + kSecond);
  }
}
GST_END_TEST

// Pictures are not moved apart for it, as for a recorder.
GST_START_TEST (times_that_repeat_or_go_back_are_told_as_captured)
{
  FanOut camera;
  auto clock = Ptr<GstClock>::adopt (gst_system_clock_obtain ());
  camera.set_clock (clock, 0);
  auto reader = FrameReader::create (camera.track, 3);
  Time begin = Time (gst_clock_get_time (clock.get ()));
  for (Time time : {begin, begin, begin - kMillisecond})
    camera.put_frame (time);
  for (Time time : {begin, begin, begin - kMillisecond}) {
    auto frame = reader->read ([] { return false; });
    fail_unless (frame && *frame);
    guint64 due = gst_segment_to_running_time (
        gst_sample_get_segment (frame->get ()), GST_FORMAT_TIME,
        GST_BUFFER_PTS (gst_sample_get_buffer (frame->get ())));
    fail_unless_equals_uint64 (due, guint64 (time));
  }
}
GST_END_TEST

static Suite *
frame_reader_suite (void)
{
  Suite *suite = suite_create ("frame-reader");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, a_slow_reader_gets_the_newest_picture);
  tcase_add_test (tc, as_many_are_kept_as_were_asked_for);
  tcase_add_test (tc, sound_is_kept_for_a_fifth_of_a_second);
  tcase_add_test (tc, what_is_encoded_is_not_skipped_picture_by_picture);
  tcase_add_test (tc, a_request_waits_for_a_frame);
  tcase_add_test (tc, a_request_that_is_cancelled_takes_nothing);
  tcase_add_test (tc, the_end_comes_after_what_is_there);
  tcase_add_test (tc, the_end_comes_to_who_waits);
  tcase_add_test (tc, close_drops_what_is_there_and_ends_reads);
  tcase_add_test (tc, a_frame_has_its_caps_and_its_time);
  tcase_add_test (tc, a_disabled_track_gives_black);
  tcase_add_test (tc, a_wait_ends_by_a_frame_the_end_or_its_caller);
  tcase_add_test (tc, many_read_at_once);
  tcase_add_test (tc, of_a_device_it_begins_with_what_comes_from_then_on);
  tcase_add_test (tc, of_a_device_that_is_muted_nothing_comes);
  tcase_add_test (tc, the_last_picture_has_the_time_at_which_it_was_captured);
  tcase_add_test (tc, times_that_repeat_or_go_back_are_told_as_captured);
  return suite;
}

GST_CHECK_MAIN (frame_reader);
