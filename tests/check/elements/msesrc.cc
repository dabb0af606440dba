// SPDX-License-Identifier: LGPL-2.1-or-later
// One track that does not change: seeks, waits, ends.
#include "support/playback.hh"

#include <algorithm>
#include <ctime>
#include <gst/app/gstappsrc.h>

using namespace webmedia::test;

namespace {

constexpr int64_t kMs = 1000000;
constexpr auto kAccurate =
    GstSeekFlags (GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE);
constexpr const char *kType = "video/mp4; codecs=\"avc1.64000c\"";

// An owner with the pictures of cmaf-v.mp4 (B-frames, PTS from 0, a keyframe
// each second), and a pipeline that plays them.
struct Fixture {
  Fixture ()
      : owner ("mse://t"),
        parts (split_mp4 (media_bytes ("cmaf-v.mp4"))),
        pipeline ("webmsesrc name=src uri=mse://t track=video ! "
                  "fakesink name=out sync=false"),
        out (pipeline.get ("out"))
  {
    pipeline.set_state (GST_STATE_READY);
    buffer = owner.add (kType);
  }

  // The segments [from, to), after the initialization segment.
  void append (size_t from, size_t to)
  {
    owner.append (buffer, parts[0]);
    for (size_t i = from; i < to; i++)
      owner.append (buffer, parts[i + 1]);
  }

  Owner owner;
  std::vector<Bytes> parts;
  Pipeline pipeline;
  Recorder out;
  GstWebSourceBuffer *buffer;
};

} // namespace

GST_START_TEST (it_is_an_appsrc)
{
  GstElement *element = gst_element_factory_make ("webmsesrc", nullptr);
  fail_unless (GST_IS_APP_SRC (element));
  fail_unless_equals_string (G_OBJECT_TYPE_NAME (element), "GstWebMseSrc");
  gst_object_unref (element);
}
GST_END_TEST;

GST_START_TEST (it_fails_without_anything_to_play)
{
  Pipeline pipeline ("webmsesrc ! fakesink");
  fail_unless (gst_element_set_state (*pipeline, GST_STATE_READY)
               == GST_STATE_CHANGE_FAILURE);
  fail_unless (pipeline.wait_end ().find ("handle") != std::string::npos);
}
GST_END_TEST;

GST_START_TEST (the_source_opens_in_ready_and_closes_in_null)
{
  Owner owner ("mse://t");
  Pipeline pipeline ("webmsesrc uri=mse://t ! fakesink");
  auto state = [&] {
    return gst_web_media_source_get_ready_state (owner.source ());
  };
  fail_unless_equals_int (state (), GST_WEB_READY_STATE_CLOSED);
  pipeline.set_state (GST_STATE_READY);
  fail_unless_equals_int (state (), GST_WEB_READY_STATE_OPEN);
  pipeline.set_state (GST_STATE_NULL);
  fail_unless_equals_int (state (), GST_WEB_READY_STATE_CLOSED);
}
GST_END_TEST;

GST_START_TEST (a_missing_track_is_an_error_that_names_those_there_are)
{
  Fixture t;
  g_object_set (t.pipeline.get ("src"), "track", "audio", nullptr);
  t.pipeline.set_state (GST_STATE_NULL);
  t.pipeline.set_state (GST_STATE_READY);
  t.buffer = t.owner.add (kType);
  t.pipeline.play ();
  t.append (0, 1);
  t.owner.end ();
  std::string error = t.pipeline.wait_end ();
  fail_unless (
      error.find ("video:0") != std::string::npos, "%s", error.c_str ());
}
GST_END_TEST;

// A B-frame's decode time before zero stays what it is.
GST_START_TEST (negative_decode_times_are_exact)
{
  Owner owner ("mse://t");
  Pipeline pipeline ("webmsesrc name=src uri=mse://t ! fakesink name=out");
  Recorder out (pipeline.get ("out"));
  pipeline.set_state (GST_STATE_READY);
  auto buffer = owner.add (kType);
  gst_web_source_buffer_set_timestamp_offset (buffer, -80 * kMs, nullptr);
  // v.mp4 begins with PTS 80 ms and DTS 0.
  owner.append (buffer, media_bytes ("v.mp4"));
  owner.end ();
  pipeline.play ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  auto outputs = out.outputs ();
  fail_unless_equals_int (outputs.size (), 200);
  fail_unless_equals_int64 (outputs[0].pts, 0);
  fail_unless_equals_int64 (outputs[0].dts, -80 * kMs);
  fail_unless_equals_int64 (outputs[199].dts, -80 * kMs + 199 * 40 * kMs);
  fail_unless_equals_uint64 (out.segment ().time, 0);
  // A seek starts a plain segment again.
  out.clear ();
  fail_unless (pipeline.seek (4000 * kMs, kAccurate));
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  fail_unless_equals_uint64 (out.segment ().start, 4000 * kMs);
}
GST_END_TEST;

GST_START_TEST (an_accurate_seek_decodes_from_the_keyframe_before)
{
  Fixture t;
  t.append (0, 8);
  t.owner.end ();
  t.pipeline.set_state (GST_STATE_PAUSED);
  t.out.clear ();
  fail_unless (t.pipeline.seek (3500 * kMs, kAccurate));
  t.pipeline.play ();
  fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
  auto outputs = t.out.outputs ();
  fail_unless_equals_uint64 (t.out.segment ().start, 3500 * kMs);
  fail_unless_equals_int64 (
      outputs[0].pts + int64_t (t.out.segment ().start - t.out.segment ().time),
      3000 * kMs);
  fail_unless (outputs[0].keyframe);
  fail_unless_equals_int (outputs.size (), 125);
}
GST_END_TEST;

GST_START_TEST (a_key_unit_seek_starts_at_a_keyframe)
{
  static const struct {
    int flags;
    int64_t start;
  } kSnaps[] = {
      {GST_SEEK_FLAG_SNAP_BEFORE, 3000 * kMs},
      {GST_SEEK_FLAG_SNAP_AFTER, 4000 * kMs},
      {GST_SEEK_FLAG_SNAP_NEAREST, 4000 * kMs},
  };
  Fixture t;
  t.append (0, 8);
  t.owner.end ();
  t.pipeline.set_state (GST_STATE_PAUSED);
  for (auto &snap : kSnaps) {
    fail_unless (t.pipeline.seek (3700 * kMs,
        GstSeekFlags (
            GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_KEY_UNIT | snap.flags)));
    gst_element_get_state (*t.pipeline, nullptr, nullptr, GST_CLOCK_TIME_NONE);
    fail_unless_equals_uint64 (t.out.segment ().start, snap.start);
  }
}
GST_END_TEST;

GST_START_TEST (a_stop_ends_after_all_frames_that_are_shown_before_it)
{
  Fixture t;
  t.append (0, 8);
  t.pipeline.set_state (GST_STATE_PAUSED);
  t.out.clear ();
  fail_unless (t.pipeline.seek (1000 * kMs, kAccurate, 2500 * kMs));
  t.pipeline.play ();
  fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
  std::vector<int64_t> shown;
  for (const Output &output : t.out.outputs ())
    if (output.pts >= 1000 * kMs && output.pts < 2500 * kMs)
      shown.push_back (output.pts);
  std::sort (shown.begin (), shown.end ());
  fail_unless_equals_int (shown.size (), 38);
  fail_unless (t.out.count () < 48);
}
GST_END_TEST;

GST_START_TEST (a_seek_to_what_is_not_buffered_waits_for_it)
{
  Fixture t;
  t.append (0, 2);
  t.pipeline.set_state (GST_STATE_PAUSED);
  t.out.clear ();
  fail_unless (t.pipeline.seek (5000 * kMs, kAccurate));
  t.append (5, 8);
  t.pipeline.set_state (GST_STATE_PAUSED);
  t.owner.end ();
  t.pipeline.play ();
  fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int (t.out.count (), 75);
}
GST_END_TEST;

GST_START_TEST (fifty_quick_seeks_end_at_the_last_one)
{
  Fixture t;
  t.append (0, 8);
  t.owner.end ();
  t.pipeline.set_state (GST_STATE_PAUSED);
  for (int i = 0; i < 50; i++)
    fail_unless (t.pipeline.seek (i * 37 % 80 * 100 * kMs, kAccurate));
  t.out.clear ();
  fail_unless (t.pipeline.seek (6000 * kMs, kAccurate));
  t.pipeline.play ();
  fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
  auto outputs = t.out.outputs ();
  fail_unless_equals_int64 (outputs.back ().dts < 8000 * kMs, 1);
  fail_unless_equals_uint64 (t.out.segment ().start, 6000 * kMs);
}
GST_END_TEST;

GST_START_TEST (negative_rates_are_refused)
{
  Fixture t;
  t.append (0, 2);
  t.pipeline.set_state (GST_STATE_PAUSED);
  fail_if (gst_element_seek (*t.pipeline, -1, GST_FORMAT_TIME, kAccurate,
      GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_SET, 1000 * kMs));
  fail_unless (gst_element_seek (*t.pipeline, 2, GST_FORMAT_TIME, kAccurate,
      GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, -1));
}
GST_END_TEST;

GST_START_TEST (a_stall_waits_without_work_and_goes_on)
{
  Fixture t;
  t.append (0, 2);
  t.pipeline.play ();
  t.out.wait_count (50);
  // Nothing is to come on the bus; the thread that waits takes no time.
  GstBus *bus = gst_element_get_bus (*t.pipeline);
  clock_t before = clock ();
  GstMessage *end = gst_bus_timed_pop_filtered (
      bus, 300 * kMs, GstMessageType (GST_MESSAGE_EOS | GST_MESSAGE_ERROR));
  fail_unless (end == nullptr);
  fail_unless (clock () - before < CLOCKS_PER_SEC / 10);
  gst_object_unref (bus);
  fail_unless_equals_int (t.out.count (), 50);
  t.append (2, 8);
  t.owner.end ();
  fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int (t.out.count (), 200);
}
GST_END_TEST;

GST_START_TEST (five_rounds_between_ready_and_playing_are_alike)
{
  Fixture t;
  t.append (0, 8);
  t.owner.end ();
  for (int i = 0; i < 5; i++) {
    t.out.clear ();
    t.pipeline.play ();
    fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
    fail_unless_equals_int (t.out.count (), 200);
    t.pipeline.set_state (GST_STATE_READY);
  }
}
GST_END_TEST;

GST_START_TEST (the_loss_of_the_owner_is_one_error_message)
{
  Fixture t;
  t.append (0, 2);
  t.pipeline.play ();
  t.out.wait_count (50);
  t.owner.drop ();
  fail_unless (t.pipeline.wait_end ().find ("owner") != std::string::npos);
  t.pipeline.set_state (GST_STATE_READY);
  GstBus *bus = gst_element_get_bus (*t.pipeline);
  GstMessage *again = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (again == nullptr);
  gst_object_unref (bus);
}
GST_END_TEST;

GST_START_TEST (queries_are_answered_from_the_media_source)
{
  Fixture t;
  t.append (0, 2);
  t.append (4, 5);
  t.owner.end ();
  t.pipeline.set_state (GST_STATE_PAUSED);
  gint64 time;
  fail_unless (
      gst_element_query_duration (*t.pipeline, GST_FORMAT_TIME, &time));
  fail_unless_equals_int64 (time, 5000 * kMs);
  fail_unless (gst_element_query_position (
      t.pipeline.get ("src"), GST_FORMAT_TIME, &time));
  GstQuery *query = gst_query_new_seeking (GST_FORMAT_TIME);
  gboolean seekable;
  fail_unless (gst_element_query (*t.pipeline, query));
  gst_query_parse_seeking (query, nullptr, &seekable, nullptr, &time);
  fail_unless (seekable);
  fail_unless_equals_int64 (time, 5000 * kMs);
  gst_query_unref (query);
  query = gst_query_new_buffering (GST_FORMAT_TIME);
  fail_unless (gst_element_query (t.pipeline.get ("src"), query));
  fail_unless_equals_int (gst_query_get_n_buffering_ranges (query), 2);
  gint64 start, stop;
  gst_query_parse_nth_buffering_range (query, 1, &start, &stop);
  fail_unless_equals_int64 (start, 4000 * kMs);
  fail_unless_equals_int64 (stop, 5000 * kMs);
  gst_query_unref (query);
}
GST_END_TEST;

GST_START_TEST (a_live_presentation_is_seekable_in_its_range)
{
  Fixture t;
  gint64 start, end;
  auto ask = [&] {
    GstQuery *query = gst_query_new_seeking (GST_FORMAT_TIME);
    fail_unless (gst_element_query (*t.pipeline, query));
    gst_query_parse_seeking (query, nullptr, nullptr, &start, &end);
    gst_query_unref (query);
  };
  t.append (2, 3);
  GstWebMediaSource *source = t.owner.source ();
  fail_unless (gst_web_media_source_set_duration (
      source, GST_WEB_CLOCK_TIME_INFINITE, nullptr));
  fail_unless (gst_web_media_source_set_live_seekable_range (
      source, 5 * GST_SECOND, 60 * GST_SECOND, nullptr));
  ask ();
  fail_unless_equals_int64 (start, 2000 * kMs);
  fail_unless_equals_int64 (end, 60000 * kMs);
  fail_unless (
      gst_web_media_source_clear_live_seekable_range (source, nullptr));
  ask ();
  fail_unless_equals_int64 (start, 0);
  fail_unless_equals_int64 (end, 3000 * kMs);
}
GST_END_TEST;

static Suite *
msesrc_suite (void)
{
  Suite *suite = suite_create ("msesrc");
  TCase *tcase = tcase_create ("track");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, it_is_an_appsrc);
  tcase_add_test (tcase, it_fails_without_anything_to_play);
  tcase_add_test (tcase, the_source_opens_in_ready_and_closes_in_null);
  tcase_add_test (
      tcase, a_missing_track_is_an_error_that_names_those_there_are);
  tcase_add_test (tcase, negative_decode_times_are_exact);
  tcase_add_test (tcase, an_accurate_seek_decodes_from_the_keyframe_before);
  tcase_add_test (tcase, a_key_unit_seek_starts_at_a_keyframe);
  tcase_add_test (tcase, a_stop_ends_after_all_frames_that_are_shown_before_it);
  tcase_add_test (tcase, a_seek_to_what_is_not_buffered_waits_for_it);
  tcase_add_test (tcase, fifty_quick_seeks_end_at_the_last_one);
  tcase_add_test (tcase, negative_rates_are_refused);
  tcase_add_test (tcase, a_stall_waits_without_work_and_goes_on);
  tcase_add_test (tcase, five_rounds_between_ready_and_playing_are_alike);
  tcase_add_test (tcase, the_loss_of_the_owner_is_one_error_message);
  tcase_add_test (tcase, queries_are_answered_from_the_media_source);
  tcase_add_test (tcase, a_live_presentation_is_seekable_in_its_range);
  return suite;
}

GST_CHECK_MAIN (msesrc)
