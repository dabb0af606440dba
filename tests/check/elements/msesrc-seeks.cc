// SPDX-License-Identifier: LGPL-2.1-or-later
// Seeks of the less usual kinds: to a stop, in segments, without a flush, of
// the rate alone, and those that are refused.
#include "support/playback.hh"

using namespace webmedia::test;

namespace {

constexpr int64_t kMs = 1000000;
constexpr auto kFlush =
    GstSeekFlags (GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE);

// The first `count` seconds of cmaf-v.mp4, 25 pictures each, and a pipeline
// that plays them.
struct Fixture {
  explicit Fixture (size_t count, const char *sink = "fakesink name=out")
      : owner ("mse://t"),
        parts (split_mp4 (media_bytes ("cmaf-v.mp4"))),
        pipeline (std::string ("webmsesrc name=src uri=mse://t ! ") + sink),
        out (pipeline.get ("out"))
  {
    pipeline.set_state (GST_STATE_READY);
    buffer = owner.add ("video/mp4");
    for (size_t i = 0; i <= count; i++)
      owner.append (buffer, parts[i]);
    pipeline.set_state (GST_STATE_PAUSED);
    out.clear ();
  }

  bool seek (double rate, int flags, GstSeekType start_type, int64_t start,
      GstSeekType stop_type, int64_t stop)
  {
    return gst_element_seek (*pipeline, rate, GST_FORMAT_TIME,
        GstSeekFlags (flags), start_type, start, stop_type, stop);
  }
  bool seek (int flags, int64_t start, int64_t stop)
  {
    return seek (1, flags, GST_SEEK_TYPE_SET, start, GST_SEEK_TYPE_SET, stop);
  }

  Owner owner;
  std::vector<Bytes> parts;
  Pipeline pipeline;
  Recorder out;
  GstWebSourceBuffer *buffer;
};

size_t
count_between (Recorder &out, int64_t start, int64_t stop)
{
  size_t count = 0;
  for (const Output &output : out.outputs ())
    count += output.pts >= start && output.pts < stop;
  return count;
}

} // namespace

// The media source has not ended, and the next picture is not there.
GST_START_TEST (a_stop_where_the_buffered_pictures_end_does_not_wait)
{
  Fixture t (3);
  fail_unless (t.seek (kFlush, 1000 * kMs, 3000 * kMs));
  t.pipeline.play ();
  fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int (t.out.count (), 50);
}
GST_END_TEST;

GST_START_TEST (a_stop_after_the_buffered_pictures_waits_for_the_rest)
{
  Fixture t (3);
  fail_unless (t.seek (kFlush, 1000 * kMs, 3500 * kMs));
  t.pipeline.play ();
  t.out.wait_count (50);
  t.owner.append (t.buffer, t.parts[4]);
  fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int (count_between (t.out, 1000 * kMs, 3500 * kMs), 63);
}
GST_END_TEST;

// Three rounds of one second, of which the second and the third follow without
// a flush: they begin where the one before them has ended, to the nanosecond.
GST_START_TEST (a_segment_is_played_in_a_loop)
{
  Fixture t (4);
  fail_unless (t.seek (kFlush | GST_SEEK_FLAG_SEGMENT, 1000 * kMs, 2000 * kMs));
  t.pipeline.play ();
  for (int round = 1; round <= 3; round++) {
    GstMessage *done = t.pipeline.wait (GstMessageType (
        GST_MESSAGE_SEGMENT_DONE | GST_MESSAGE_EOS | GST_MESSAGE_ERROR));
    fail_unless_equals_string (GST_MESSAGE_TYPE_NAME (done), "segment-done");
    gst_message_unref (done);
    fail_unless_equals_int (t.out.count (), 25 * round);
    fail_unless_equals_uint64 (
        t.out.segment ().base, uint64_t (round - 1) * 1000 * kMs);
    if (round < 3)
      fail_unless (t.seek (GST_SEEK_FLAG_ACCURATE | GST_SEEK_FLAG_SEGMENT,
          1000 * kMs, 2000 * kMs));
  }
  std::string events = t.out.events ();
  fail_unless (events.find ("eos") == std::string::npos, "%s", events.c_str ());
}
GST_END_TEST;

GST_START_TEST (a_segment_without_a_stop_is_done_when_the_source_ends)
{
  Fixture t (4);
  fail_unless (t.seek (1, kFlush | GST_SEEK_FLAG_SEGMENT, GST_SEEK_TYPE_SET,
      2000 * kMs, GST_SEEK_TYPE_NONE, -1));
  t.pipeline.play ();
  t.out.wait_count (50);
  t.owner.end ();
  GstMessage *done = t.pipeline.wait (
      GstMessageType (GST_MESSAGE_SEGMENT_DONE | GST_MESSAGE_EOS));
  fail_unless_equals_string (GST_MESSAGE_TYPE_NAME (done), "segment-done");
  gint64 position;
  gst_message_parse_segment_done (done, nullptr, &position);
  fail_unless_equals_int64 (position, 4000 * kMs);
  gst_message_unref (done);
}
GST_END_TEST;

GST_START_TEST (a_seek_without_a_flush_goes_on_in_running_time)
{
  Fixture t (8);
  t.pipeline.play ();
  t.out.wait_count (199); // one was out already
  t.out.clear ();
  fail_unless (t.seek (1, GST_SEEK_FLAG_ACCURATE, GST_SEEK_TYPE_SET, 6000 * kMs,
      GST_SEEK_TYPE_NONE, -1));
  t.owner.end ();
  fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
  fail_unless_equals_string (t.out.events ().c_str (), "segment eos");
  fail_unless_equals_int (t.out.count (), 50);
  fail_unless_equals_uint64 (t.out.segment ().start, 6000 * kMs);
  fail_unless (t.out.segment ().base >= uint64_t (7900 * kMs));
}
GST_END_TEST;

GST_START_TEST (an_instant_change_of_the_rate_keeps_the_stream)
{
  Fixture t (8, "fakesink name=out sync=true");
  t.pipeline.play ();
  t.out.wait_count (5);
  t.owner.end ();
  fail_unless (t.seek (100, GST_SEEK_FLAG_INSTANT_RATE_CHANGE,
      GST_SEEK_TYPE_NONE, -1, GST_SEEK_TYPE_NONE, -1));
  fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
  std::string events = t.out.events ();
  fail_unless (events.starts_with ("instant-rate-change"));
  fail_unless (events.find ("segment") == std::string::npos);
  fail_unless (t.out.count () >= 199); // one was out before clear ()
}
GST_END_TEST;

GST_START_TEST (a_seek_beyond_the_duration_waits_at_the_duration)
{
  Fixture t (4);
  auto position = [&t] {
    gint64 time = -1;
    fail_unless (
        gst_element_query_position (*t.pipeline, GST_FORMAT_TIME, &time));
    return time;
  };
  fail_unless (gst_web_media_source_set_duration (
      t.owner.source (), 4000 * kMs, nullptr));
  fail_unless (t.seek (kFlush, 20000 * kMs, -1));
  t.out.wait_segment (4000 * kMs);
  fail_unless_equals_int64 (position (), 4000 * kMs);
  // What is appended there completes it, and so does the end.
  t.pipeline.play ();
  t.owner.append (t.buffer, t.parts[5]);
  t.out.wait_count (25);
  fail_unless_equals_int64 (t.out.outputs ()[0].pts, 4000 * kMs);
  t.owner.end ();
  fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
  fail_unless (t.seek (kFlush, 20000 * kMs, -1));
  fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int64 (position (), 5000 * kMs);
  fail_unless_equals_int (t.out.count (), 25);
}
GST_END_TEST;

// Also where nothing is buffered yet, and the first one has not ended.
GST_START_TEST (a_seek_to_the_same_time_is_one_like_any_other)
{
  Fixture t (3);
  for (unsigned round = 1; round <= 3; round++) {
    t.out.clear ();
    fail_unless (t.seek (kFlush, 1000 * kMs, -1));
    t.pipeline.set_state (GST_STATE_PAUSED); // when it is done
    fail_unless_equals_int (t.out.flushes (), round);
    fail_unless_equals_string (t.out.events ().c_str (), "segment");
    fail_unless_equals_int64 (t.out.outputs ()[0].pts, 1000 * kMs);
  }
  t.pipeline.play ();
  t.out.wait_count (50);
  for (unsigned round = 4; round <= 5; round++) {
    fail_unless (t.seek (kFlush, 3000 * kMs, -1));
    t.out.wait_flush (round);
  }
  t.out.clear ();
  t.owner.append (t.buffer, t.parts[4]);
  t.owner.end ();
  fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int (t.out.count (), 25);
  fail_unless_equals_int (count_between (t.out, 3000 * kMs, 4000 * kMs), 25);
}
GST_END_TEST;

// A seek that is refused leaves everything as it was.
GST_START_TEST (what_can_not_be_done_is_refused_and_changes_nothing)
{
  static const struct {
    double rate;
    int flags;
    GstSeekType start_type;
    int64_t start;
    GstSeekType stop_type;
    int64_t stop;
  } kRefused[] = {
      {-1, kFlush, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_SET, 1000 * kMs},
      {-2, 0, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_SET, 1000 * kMs},
      {1, kFlush, GST_SEEK_TYPE_SET, 2000 * kMs, GST_SEEK_TYPE_SET, 1000 * kMs},
      {-1, GST_SEEK_FLAG_INSTANT_RATE_CHANGE, GST_SEEK_TYPE_NONE, -1,
          GST_SEEK_TYPE_NONE, -1},
  };
  Fixture t (8);
  t.owner.end ();
  fail_unless (t.seek (kFlush, 1000 * kMs, 5000 * kMs));
  t.pipeline.set_state (GST_STATE_PAUSED);
  std::string before = t.out.events ();
  for (auto &each : kRefused)
    fail_if (t.seek (each.rate, each.flags, each.start_type, each.start,
        each.stop_type, each.stop));
  fail_if (gst_element_seek (*t.pipeline, 1, GST_FORMAT_BYTES, kFlush,
      GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, -1));
  fail_unless_equals_string (t.out.events ().c_str (), before.c_str ());
  t.pipeline.play ();
  fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int (count_between (t.out, 1000 * kMs, 5000 * kMs), 100);
}
GST_END_TEST;

static Suite *
msesrc_seeks_suite (void)
{
  Suite *suite = suite_create ("msesrc-seeks");
  TCase *tcase = tcase_create ("seeks");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_stop_where_the_buffered_pictures_end_does_not_wait);
  tcase_add_test (tcase, a_stop_after_the_buffered_pictures_waits_for_the_rest);
  tcase_add_test (tcase, a_segment_is_played_in_a_loop);
  tcase_add_test (tcase, a_segment_without_a_stop_is_done_when_the_source_ends);
  tcase_add_test (tcase, a_seek_without_a_flush_goes_on_in_running_time);
  tcase_add_test (tcase, an_instant_change_of_the_rate_keeps_the_stream);
  tcase_add_test (tcase, a_seek_beyond_the_duration_waits_at_the_duration);
  tcase_add_test (tcase, a_seek_to_the_same_time_is_one_like_any_other);
  tcase_add_test (tcase, what_can_not_be_done_is_refused_and_changes_nothing);
  return suite;
}

GST_CHECK_MAIN (msesrc_seeks)
