// SPDX-License-Identifier: LGPL-2.1-or-later
// What an msesink waits for, and what ends the wait.
#include "support/playback.hh"

#include <thread>

using namespace webmedia::test;

static const char kFeed[] = "appsrc name=in ! msesink name=sink uri=mse://t ";
static const char kPlay[] = "webmsesrc uri=mse://t ! fakesink name=out";

static GstWebSourceBuffer *
first_buffer (Owner &owner)
{
  GstWebSourceBuffer *buffer = gst_web_source_buffer_list_get (
      gst_web_media_source_get_source_buffers (owner.source ()), 0);
  fail_unless (buffer != nullptr);
  return buffer;
}

// Two seconds of cmaf-v.mp4 fit in; a second is 20 kB.
static constexpr guint64 kQuota = 50000;

// More is on its way than fits in, while a player is paused.
struct Full {
  Full () : player (kPlay), feeder (kFeed), out (player.get ("out"))
  {
    player.set_state (GST_STATE_PAUSED, false);
    feeder.play ();
    auto parts = split_mp4 (media_bytes ("cmaf-v.mp4"));
    feeder.push (parts[0]);
    feeder.push (parts[1]);
    out.wait_count (1);
    buffer = first_buffer (owner);
    gst_web_source_buffer_set_quota (buffer, kQuota);
    for (size_t i = 2; i < parts.size (); i++)
      feeder.push (parts[i]);
  }

  Owner owner{"mse://t"};
  Pipeline player, feeder;
  Recorder out;
  GstWebSourceBuffer *buffer;
};

GST_START_TEST (a_full_source_buffer_takes_more_as_playback_advances)
{
  Full t;
  t.feeder.end_input ();
  t.player.play ();
  fail_unless_equals_string (t.feeder.wait_end ().c_str (), "");
  fail_unless_equals_string (t.player.wait_end ().c_str (), "");
  fail_unless_equals_int (t.out.count (), 200);
  // What was played has made room.
  GstWebTimeRanges *ranges =
      gst_web_source_buffer_get_buffered (t.buffer, nullptr);
  GstClockTime start = gst_web_time_ranges_start (ranges, 0);
  fail_unless (start >= 4 * GST_SECOND);
  gst_web_time_ranges_unref (ranges);
}
GST_END_TEST;

GST_START_TEST (a_stop_ends_the_wait_for_room)
{
  Full t;
  t.feeder.set_state (__i__ ? GST_STATE_NULL : GST_STATE_READY);
}
GST_END_TEST;

GST_START_TEST (a_flush_ends_the_wait_for_room)
{
  Owner owner ("mse://t");
  Pipeline player (kPlay),
      feeder ("msesink name=sink uri=mse://t fakesrc num-buffers=0 ! fakesink");
  Recorder out (player.get ("out"));
  player.set_state (GST_STATE_PAUSED, false);
  feeder.play ();
  GstPad *pad = gst_element_get_static_pad (feeder.get ("sink"), "sink");
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_BYTES);
  gst_pad_send_event (pad, gst_event_new_stream_start ("test"));
  gst_pad_send_event (pad, gst_event_new_segment (&segment));
  auto parts = split_mp4 (media_bytes ("cmaf-v.mp4"));
  auto chain = [pad] (const Bytes &bytes) {
    return gst_pad_chain (
        pad, gst_buffer_new_memdup (bytes.data (), bytes.size ()));
  };
  fail_unless_equals_int (chain (parts[0]), GST_FLOW_OK);
  fail_unless_equals_int (chain (parts[1]), GST_FLOW_OK);
  out.wait_count (1);
  gst_web_source_buffer_set_quota (first_buffer (owner), kQuota);
  GstFlowReturn flow = GST_FLOW_OK;
  std::thread thread ([&] {
    for (size_t i = 2; i < parts.size () && flow == GST_FLOW_OK; i++)
      flow = chain (parts[i]);
  });
  gst_pad_send_event (pad, gst_event_new_flush_start ());
  thread.join ();
  fail_unless_equals_int (flow, GST_FLOW_FLUSHING);
  gst_pad_send_event (pad, gst_event_new_flush_stop (TRUE));
  gst_object_unref (pad);
}
GST_END_TEST;

// The thread that feeds both can't wait in one of them for the other: neither
// for small buffers, nor when all comes in one.
GST_START_TEST (sinks_behind_a_tee_do_not_wait_for_each_other)
{
  static const char *const kBlock[] = {"4096", "10000000", "5"};
  Pipeline pipeline (
      std::string ("filesrc blocksize=") + kBlock[__i__]
      + " location=" + media_path ("cmaf-v.mp4")
      + " ! tee name=t t. ! msesink uri=mse://t t. ! msesink uri=mse://t "
        "msebin name=m uri=mse://t m.video_0 ! fakesink name=a "
        "m.video_1 ! fakesink name=b");
  Recorder a (pipeline.get ("a")), b (pipeline.get ("b"));
  pipeline.play ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int (a.count (), 200);
  fail_unless_equals_int (b.count (), 200);
}
GST_END_TEST;

// Nothing comes after the one buffer: what the first sink kept is appended all
// the same.
GST_START_TEST (a_tee_with_one_buffer_and_no_end_feeds_both)
{
  Pipeline feeder ("appsrc name=in ! tee name=t t. ! msesink uri=mse://t "
                   "t. ! msesink uri=mse://t");
  Pipeline player ("msebin name=m uri=mse://t m.video_0 ! fakesink name=a "
                   "m.video_1 ! fakesink name=b");
  Recorder a (player.get ("a")), b (player.get ("b"));
  feeder.set_state (GST_STATE_READY);
  player.play ();
  feeder.play ();
  feeder.push (media_bytes ("cmaf-v.mp4"));
  a.wait_count (200);
  b.wait_count (200);
}
GST_END_TEST;

// The next PROGRESS message: its type, and what it says.
static std::string
wait_progress (Pipeline &pipeline)
{
  GstMessage *message = pipeline.wait (GST_MESSAGE_PROGRESS);
  GstProgressType type;
  gchar *text;
  gst_message_parse_progress (message, &type, nullptr, &text);
  std::string said =
      std::string (type == GST_PROGRESS_TYPE_START ? "start: " : "end: ")
      + text;
  g_free (text);
  gst_message_unref (message);
  return said;
}

GST_START_TEST (who_waits_for_another_element_says_so)
{
  Pipeline feeder (kFeed);
  feeder.play ();
  feeder.push (media_bytes ("cmaf-v.mp4"));
  fail_unless_equals_string (wait_progress (feeder).c_str (),
      "start: waiting for an element that plays mse://t");
  Pipeline player (
      __i__ ? kPlay : "msebin name=m uri=mse://t m. ! fakesink name=out");
  Recorder out (player.get ("out"));
  player.play ();
  fail_unless_equals_string (wait_progress (feeder).c_str (),
      "end: waiting for an element that plays mse://t: done");
  out.wait_count (1);
}
GST_END_TEST;

GST_START_TEST (who_waits_for_media_says_so)
{
  Pipeline player (__i__ ? kPlay : "msebin name=m uri=mse://t m. ! fakesink");
  player.play ();
  fail_unless_equals_string (wait_progress (player).c_str (),
      "start: waiting for somebody to append to mse://t");
  Pipeline feeder (kFeed);
  feeder.play ();
  feeder.push (media_bytes ("cmaf-v.mp4"));
  fail_unless_equals_string (wait_progress (player).c_str (),
      "end: waiting for somebody to append to mse://t: done");
}
GST_END_TEST;

GST_START_TEST (a_quota_is_set_by_a_property)
{
  Owner owner ("mse://t");
  Pipeline player (kPlay),
      feeder ("appsrc name=in ! msesink uri=mse://t quota=50000");
  player.set_state (GST_STATE_PAUSED, false);
  feeder.play ();
  feeder.push (split_mp4 (media_bytes ("cmaf-v.mp4"))[0]);
  feeder.end_input ();
  fail_unless_equals_string (feeder.wait_end ().c_str (), "");
  fail_unless_equals_uint64 (
      gst_web_source_buffer_get_quota (first_buffer (owner)), kQuota);
}
GST_END_TEST;

static Suite *
msesink_waits_suite (void)
{
  Suite *suite = suite_create ("msesink-waits");
  TCase *tcase = tcase_create ("waits");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_full_source_buffer_takes_more_as_playback_advances);
  tcase_add_loop_test (tcase, a_stop_ends_the_wait_for_room, 0, 2);
  tcase_add_test (tcase, a_flush_ends_the_wait_for_room);
  tcase_add_loop_test (
      tcase, sinks_behind_a_tee_do_not_wait_for_each_other, 0, 3);
  tcase_add_test (tcase, a_tee_with_one_buffer_and_no_end_feeds_both);
  tcase_add_loop_test (tcase, who_waits_for_another_element_says_so, 0, 2);
  tcase_add_loop_test (tcase, who_waits_for_media_says_so, 0, 2);
  tcase_add_test (tcase, a_quota_is_set_by_a_property);
  return suite;
}

GST_CHECK_MAIN (msesink_waits)
