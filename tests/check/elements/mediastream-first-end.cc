// SPDX-License-Identifier: LGPL-2.1-or-later
// What ends in PAUSED, where a sink has the first picture and the thread.
#include "support/screen.hh"

#include <thread>

using namespace webmedia::test;

static constexpr int64_t kMs = 1000000;

namespace {

const char kLine[] = "mediastreamsrc name=m uri=mediastream://first ! "
                     "fakesink name=out signal-handoffs=true";

// As whoever uses it alone.
void
stop_source (Consumer &consumer)
{
  auto source = GST_ELEMENT (gst_object_ref (consumer.get ("m")));
  gst_element_set_locked_state (source, TRUE);
  fail_unless_equals_int (
      gst_element_set_state (source, GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
  gst_bin_remove (GST_BIN (*consumer), source);
  gst_object_unref (source);
}

bool
has_stats (Consumer &consumer)
{
  GstStructure *all;
  g_object_get (consumer.get ("m"), "stats", &all, nullptr);
  bool has = gst_structure_has_field (all, "video_0");
  gst_structure_free (all);
  return has;
}

bool
is_live (Consumer &consumer)
{
  GstQuery *query = gst_query_new_latency ();
  gboolean live = FALSE;
  fail_unless (gst_pad_peer_query (consumer.pad (), query));
  gst_query_parse_latency (query, &live, nullptr, nullptr);
  gst_query_unref (query);
  return live;
}

} // namespace

// The sink has the thread: the application's does not wait for it.
GST_START_TEST (an_end_in_paused_waits_for_nobody)
{
  for (bool is_shown : {true, false}) {
    LiveClock clock;
    Feed feed ("mediastreamsink uri=mediastream://first", clock);
    Consumer consumer (kLine, clock);
    Screen screen (consumer);
    pause (consumer);
    consumer.wait_joined ();
    if (is_shown) {
      feed.push_picture (0);
      consumer.next ();
      screen.wait ("p");
    }
    fail_unless (gst_element_send_event (*consumer, gst_event_new_eos ()));
    consumer.play ();
    fail_unless_equals_string (consumer.wait_end ().c_str (), "");
    fail_unless_equals_string (screen.shown ().c_str (), is_shown ? "pr" : "");
  }
}
GST_END_TEST

GST_START_TEST (an_element_that_stops_alone_does_not_wait_for_a_paused_sink)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://first", clock);
  feed.push_picture (0);
  Consumer consumer (kLine, clock);
  Screen screen (consumer);
  pause (consumer);
  screen.wait ("p");
  stop_source (consumer);
}
GST_END_TEST

// What waits in the queues behind it is played.
GST_START_TEST (an_element_that_stops_alone_in_playing_flushes_nothing)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://first", clock);
  Consumer consumer (kLine, clock);
  int flushes = 0;
  gst_pad_add_probe (
      consumer.pad (), GST_PAD_PROBE_TYPE_EVENT_FLUSH,
      [] (GstPad *, GstPadProbeInfo *, gpointer count) {
        ++*static_cast<int *> (count);
        return GST_PAD_PROBE_OK;
      },
      &flushes, nullptr);
  consumer.play ();
  consumer.wait_joined ();
  feed.push_picture (0);
  consumer.next ();
  GstState state;
  gst_element_get_state (*consumer, &state, nullptr, GST_CLOCK_TIME_NONE);
  fail_unless_equals_int (state, GST_STATE_PLAYING);
  stop_source (consumer);
  fail_unless_equals_int (flushes, 0);
}
GST_END_TEST

GST_START_TEST (a_flush_in_paused_takes_the_end_back)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://first", clock);
  Consumer consumer (kLine, clock);
  Screen screen (consumer);
  pause (consumer);
  feed.push_picture (0);
  consumer.next ();
  screen.wait ("p");
  GstElement *source = consumer.get ("m");
  fail_unless (gst_element_send_event (source, gst_event_new_eos ()));
  fail_unless (gst_element_send_event (source, gst_event_new_flush_start ()));
  fail_unless (
      gst_element_send_event (source, gst_event_new_flush_stop (TRUE)));
  feed.push_picture (40 * kMs);
  consumer.play ();
  consumer.next ();
}
GST_END_TEST

// Its EOS comes when the sink lets go of the thread: until then its pipeline
// has the latency of a live one.
GST_START_TEST (a_track_that_is_removed_in_paused_is_live_to_its_end)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://first", clock);
  GstWebMediaStream *stream =
      gst_web_media_stream_lookup ("mediastream://first");
  Consumer consumer (kLine, clock);
  Screen screen (consumer);
  pause (consumer);
  feed.push_picture (0);
  screen.wait ("p");
  fail_unless (is_live (consumer));
  GPtrArray *tracks = gst_web_media_stream_get_tracks (stream);
  gst_web_media_stream_remove_track (
      stream, GST_WEB_MEDIA_STREAM_TRACK (g_ptr_array_index (tracks, 0)));
  g_ptr_array_unref (tracks);
  while (has_stats (consumer))
    std::this_thread::yield ();
  fail_unless (is_live (consumer));
  consumer.play ();
  fail_unless_equals_string (consumer.wait_end ().c_str (), "");
  gst_object_unref (stream);
}
GST_END_TEST

static Suite *
mediastream_first_end_suite ()
{
  Suite *suite = suite_create ("mediastream-first-end");
  TCase *all = tcase_create ("all");
  suite_add_tcase (suite, all);
  tcase_add_test (all, an_end_in_paused_waits_for_nobody);
  tcase_add_test (
      all, an_element_that_stops_alone_does_not_wait_for_a_paused_sink);
  tcase_add_test (all, an_element_that_stops_alone_in_playing_flushes_nothing);
  tcase_add_test (all, a_flush_in_paused_takes_the_end_back);
  tcase_add_test (all, a_track_that_is_removed_in_paused_is_live_to_its_end);
  return suite;
}

GST_CHECK_MAIN (mediastream_first_end)
