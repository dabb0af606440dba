// SPDX-License-Identifier: LGPL-2.1-or-later
// What consumers and their producer agree on, and pads that nobody takes from.
#include "support/dmabuf-pool.hh"
#include "support/live.hh"
#include "support/push-pad.hh"

#include <atomic>
#include <thread>

using namespace webmedia::test;

static constexpr int64_t kMs = 1000000;

namespace {

std::string
current_format (GstPad *pad)
{
  GstCaps *caps = gst_pad_get_current_caps (pad);
  std::string format =
      gst_structure_get_string (gst_caps_get_structure (caps, 0), "format");
  gst_caps_unref (caps);
  return format;
}

GstPadProbeReturn
propose_pool (GstPad *, GstPadProbeInfo *info, gpointer pool)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);
  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return GST_PAD_PROBE_OK;
  gst_query_add_allocation_pool (query, GST_BUFFER_POOL (pool), 256, 3, 0);
  gst_query_add_allocation_meta (
      query, GST_REFERENCE_TIMESTAMP_META_API_TYPE, nullptr);
  return GST_PAD_PROBE_HANDLED;
}

GstPadProbeReturn
count (GstPad *, GstPadProbeInfo *, gpointer counter)
{
  ++*static_cast<std::atomic<int> *> (counter);
  return GST_PAD_PROBE_OK;
}

} // namespace

// It comes to what the first one takes, but not to what it takes itself.
GST_START_TEST (a_late_consumer_gets_caps_that_it_takes)
{
  Pipeline producer ("videotestsrc is-live=true ! mediastreamsink "
                     "uri=mediastream://caps");
  producer.play ();
  LiveClock clock;
  Consumer first ("mediastreamsrc uri=mediastream://caps ! "
                  "video/x-raw,format=(string){I420,RGB},width=16,height=16 ! "
                  "fakesink name=out",
      clock);
  first.play ();
  first.take ();
  fail_unless_equals_string (current_format (first.pad ()).c_str (), "RGB");
  Consumer late ("mediastreamsrc uri=mediastream://caps ! "
                 "video/x-raw,format=I420 ! fakesink name=out",
      clock);
  late.play ();
  late.take ();
  fail_unless_equals_string (current_format (late.pad ()).c_str (), "I420");
  first.take ();
}
GST_END_TEST

GST_START_TEST (caps_that_no_producer_has_are_an_error)
{
  LiveClock clock;
  Pipeline producer ("videotestsrc is-live=true ! "
                     "video/x-raw,format=I420,width=16,height=16 ! "
                     "mediastreamsink uri=mediastream://caps");
  producer.play ();
  Consumer consumer ("mediastreamsrc uri=mediastream://caps ! "
                     "video/x-raw,format=RGB ! fakesink name=out",
      clock);
  consumer.play ();
  fail_if (consumer.wait_end ().empty ());
}
GST_END_TEST

// Its consumer stops it when it stops.
GST_START_TEST (a_consumers_pool_is_not_the_producers)
{
  LiveClock clock;
  Pipeline producer ("tee mediastreamsink name=s uri=mediastream://pool");
  gst_pipeline_use_clock (GST_PIPELINE (*producer), clock.get ());
  PushPad pad (producer.get ("s"), "video_%u", true);
  producer.play ();
  Consumer consumer (
      "mediastreamsrc uri=mediastream://pool ! fakesink name=out", clock);
  GstBufferPool *pool = gst_buffer_pool_new ();
  gst_pad_add_probe (consumer.pad (), GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM,
      propose_pool, pool, nullptr);
  consumer.play ();
  consumer.wait_joined ();
  pad.begin ();
  fail_unless_equals_int (pad.push_picture (0), GST_FLOW_OK);
  consumer.take ();
  GstCaps *caps = gst_pad_get_current_caps (*pad);
  GstQuery *query = gst_query_new_allocation (caps, TRUE);
  fail_unless (gst_pad_peer_query (*pad, query));
  fail_unless_equals_int (int (gst_query_get_n_allocation_pools (query)), 1);
  GstBufferPool *given;
  guint size, min, max;
  gst_query_parse_nth_allocation_pool (query, 0, &given, &size, &min, &max);
  fail_unless (given == nullptr);
  fail_unless_equals_int (int (size), 256);
  fail_unless_equals_int (int (min), 3 + 2 + 1); // held here, and kept
  fail_unless (gst_query_find_allocation_meta (
      query, GST_REFERENCE_TIMESTAMP_META_API_TYPE, nullptr));
  gst_query_unref (query);
  gst_caps_unref (caps);
  gst_object_unref (pool);
}
GST_END_TEST

static GstPadProbeReturn
keep_buffer (GstPad *, GstPadProbeInfo *info, gpointer queue)
{
  g_async_queue_push (static_cast<GAsyncQueue *> (queue),
      gst_buffer_ref (GST_PAD_PROBE_INFO_BUFFER (info)));
  return GST_PAD_PROBE_OK;
}

// What is in a DMABuf is handed on in it, and black in another one of its pool.
GST_START_TEST (pictures_in_dmabufs_stay_there)
{
  const char *caps = "video/x-raw(memory:DMABuf),format=NV12,width=16,"
                     "height=16,framerate=25/1";
  LiveClock clock;
  Pipeline producer ("tee mediastreamsink name=s uri=mediastream://dmabuf");
  gst_pipeline_use_clock (GST_PIPELINE (*producer), clock.get ());
  PushPad pad (producer.get ("s"), "video_%u", true);
  producer.play ();
  Consumer consumer (
      "mediastreamsrc uri=mediastream://dmabuf ! fakesink name=out", clock);
  GAsyncQueue *seen = g_async_queue_new ();
  gst_pad_add_probe (
      consumer.pad (), GST_PAD_PROBE_TYPE_BUFFER, keep_buffer, seen, nullptr);
  consumer.play ();
  consumer.wait_joined ();
  pad.begin (caps);
  GstBufferPool *pool = make_dma_buf_pool (caps);
  GstWebMediaStream *stream =
      gst_web_media_stream_lookup ("mediastream://dmabuf");
  GPtrArray *tracks = gst_web_media_stream_get_video_tracks (stream);
  auto track = GST_WEB_MEDIA_STREAM_TRACK (g_ptr_array_index (tracks, 0));
  for (bool enabled : {true, false, true}) {
    gst_web_media_stream_track_set_enabled (track, enabled);
    GstBuffer *picture = take_dma_buf (pool, 0);
    GstMemory *memory = gst_memory_ref (gst_buffer_peek_memory (picture, 0));
    fail_unless_equals_int (gst_pad_push (*pad, picture), GST_FLOW_OK);
    auto shown = static_cast<GstBuffer *> (g_async_queue_pop (seen));
    fail_unless (is_dma_buf (shown));
    fail_unless ((gst_buffer_peek_memory (shown, 0) == memory) == enabled);
    uint8_t byte = 0;
    gst_buffer_extract (shown, 0, &byte, 1);
    fail_unless_equals_int (byte, enabled ? 0x80 : 16);
    gst_buffer_unref (shown);
    gst_memory_unref (memory);
  }
  g_ptr_array_unref (tracks);
  g_object_unref (stream);
  g_async_queue_unref (seen);
  stop_pool (pool);
}
GST_END_TEST

namespace {

// A thread that is about to push its caps, until its pad is stopped.
struct HeldCaps {
  static GstPadProbeReturn hold (GstPad *, GstPadProbeInfo *info, gpointer data)
  {
    auto self = static_cast<HeldCaps *> (data);
    if (GST_QUERY_TYPE (GST_PAD_PROBE_INFO_QUERY (info))
        != GST_QUERY_ACCEPT_CAPS)
      return GST_PAD_PROBE_OK;
    self->holds = true;
    GstElement *source = nullptr;
    while (!(source = self->source))
      std::this_thread::yield ();
    GstPad *pad = gst_element_get_static_pad (source, "src");
    for (bool stops = false; !stops; std::this_thread::yield ()) {
      GST_OBJECT_LOCK (pad);
      stops = GST_PAD_IS_FLUSHING (pad);
      GST_OBJECT_UNLOCK (pad);
    }
    gst_object_unref (pad);
    return GST_PAD_PROBE_OK;
  }

  std::atomic<bool> holds{false};
  std::atomic<GstElement *> source{nullptr}; // which is stopped
};

} // namespace

GST_START_TEST (caps_of_who_stops_are_no_error)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://stop", clock);
  Consumer consumer (
      "mediastreamsrc name=m uri=mediastream://stop ! fakesink name=out",
      clock);
  HeldCaps held;
  gulong probe = gst_pad_add_probe (consumer.pad (),
      GstPadProbeType (
          GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM | GST_PAD_PROBE_TYPE_PUSH),
      HeldCaps::hold, &held, nullptr);
  consumer.play ();
  consumer.wait_joined ();
  feed.push_picture (0);
  while (!held.holds)
    std::this_thread::yield ();
  GstElement *source =
      gst_bin_get_by_name (GST_BIN (consumer.get ("m")), "video_0");
  held.source = source;
  gst_element_set_state (consumer.get ("m"), GST_STATE_READY);
  GstBus *bus = gst_pipeline_get_bus (GST_PIPELINE (*consumer));
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR) == nullptr);
  gst_object_unref (bus);
  gst_object_unref (source);
  gst_pad_remove_probe (consumer.pad (), probe);
}
GST_END_TEST

GST_START_TEST (media_without_times_is_an_error_that_says_so)
{
  Pipeline producer ("tee mediastreamsink name=s uri=mediastream://bytes");
  PushPad pad (producer.get ("s"), "video_%u");
  producer.play ();
  pad.push (gst_event_new_stream_start ("bytes"));
  pad.push_caps (PushPad::kPictures);
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_BYTES);
  pad.push (gst_event_new_segment (&segment));
  fail_if (pad.push_picture (0) == GST_FLOW_OK);
  GstMessage *message = producer.wait (GST_MESSAGE_ERROR);
  gchar *debug;
  gst_message_parse_error (message, nullptr, &debug);
  fail_unless (g_strstr_len (debug, -1, "bytes") != nullptr);
  fail_unless (g_strstr_len (debug, -1, "format=time") != nullptr);
  g_free (debug);
  gst_message_unref (message);
}
GST_END_TEST

// What says too late what it gives is linked to the first pad.
GST_START_TEST (caps_of_another_kind_are_an_error_that_says_so)
{
  Pipeline producer ("appsrc name=in format=time ! "
                     "mediastreamsink name=s uri=mediastream://kind");
  GstCaps *caps = gst_caps_from_string (
      "audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved");
  g_object_set (producer.get ("in"), "caps", caps, nullptr);
  gst_caps_unref (caps);
  producer.play ();
  producer.push (Bytes (960));
  GstMessage *message = producer.wait (GST_MESSAGE_ERROR);
  GError *error;
  gchar *debug;
  gst_message_parse_error (message, &error, &debug);
  fail_unless_equals_string (
      error->message, "The pad video_0 takes no audio/x-raw.");
  fail_unless (g_strstr_len (debug, -1, "audio_%u") != nullptr);
  g_error_free (error);
  g_free (debug);
  gst_message_unref (message);
}
GST_END_TEST

// Raw, what is before the segment is nothing; encoded, the rest needs it.
GST_START_TEST (what_is_encoded_keeps_its_key_frame_before_the_segment)
{
  for (bool is_raw : {false, true}) {
    LiveClock clock;
    Pipeline producer ("tee mediastreamsink name=s uri=mediastream://key");
    gst_pipeline_use_clock (GST_PIPELINE (*producer), clock.get ());
    PushPad pad (producer.get ("s"), "video_%u", true);
    producer.play ();
    Consumer consumer (
        "mediastreamsrc uri=mediastream://key ! fakesink name=out", clock);
    consumer.play ();
    consumer.wait_joined ();
    pad.begin (is_raw ? PushPad::kPictures
                      : "video/x-vp8,width=16,height=16,framerate=25/1");
    fail_unless_equals_int (pad.push_picture (0), GST_FLOW_OK);
    consumer.take ();
    clock.advance (5000 * kMs);
    GstSegment segment;
    gst_segment_init (&segment, GST_FORMAT_TIME);
    segment.start = segment.time = 2 * GST_SECOND;
    segment.base = 5 * GST_SECOND;
    pad.push (gst_event_new_segment (&segment));
    fail_unless_equals_int (pad.push_picture (1960 * kMs), GST_FLOW_OK);
    fail_unless_equals_int (pad.push_picture (2000 * kMs), GST_FLOW_OK);
    if (!is_raw)
      fail_unless_equals_int64 (consumer.next_running_time (), 4960 * kMs);
    fail_unless_equals_int64 (consumer.next_running_time (), 5000 * kMs);
  }
}
GST_END_TEST

GST_START_TEST (a_pad_that_is_not_linked_stops_no_other)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://loose", clock);
  Feed other ("mediastreamsink uri=mediastream://loose", clock);
  Consumer consumer ("mediastreamsrc name=m uri=mediastream://loose "
                     "m.video_0 ! fakesink name=out",
      clock);
  consumer.play ();
  consumer.wait_joined ();
  GstPad *loose = nullptr;
  while (!loose)
    loose = gst_element_get_static_pad (consumer.get ("m"), "video_1");
  std::atomic<int> tried = 0;
  gst_pad_add_probe (loose, GST_PAD_PROBE_TYPE_BUFFER, count, &tried, nullptr);
  for (int i = 0; i < 5; i++) {
    feed.push_picture (i * 40 * kMs);
    consumer.take ();
    other.push_picture (i * 40 * kMs);
    while (tried <= i)
      std::this_thread::yield ();
    clock.advance (40 * kMs);
  }
  GstBus *bus = gst_pipeline_get_bus (GST_PIPELINE (*consumer));
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR) == nullptr);
  gst_object_unref (bus);
  gst_object_unref (loose);
}
GST_END_TEST

GST_START_TEST (with_no_pad_linked_it_fails)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://loose", clock);
  Feed other ("mediastreamsink uri=mediastream://loose", clock);
  Consumer consumer ("mediastreamsrc uri=mediastream://loose name=m "
                     "videotestsrc num-buffers=1 ! fakesink name=out",
      clock);
  consumer.play ();
  consumer.wait_joined ();
  feed.push_picture (0);
  feed.push_picture (0);
  other.push_picture (0);
  other.push_picture (0);
  GstBus *bus = gst_pipeline_get_bus (GST_PIPELINE (*consumer));
  gst_message_unref (
      gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_ERROR));
  gst_object_unref (bus);
}
GST_END_TEST

// By a slip of a name, it gets its own track: nothing comes, and what either
// end asks goes round once.
GST_START_TEST (a_consumer_that_feeds_its_own_stream_does_no_harm)
{
  for (const char *lossless : {"false", "true"}) {
    Pipeline loop (std::string ("mediastreamsrc uri=mediastream://loop "
                                "lossless=")
                   + lossless
                   + " ! identity name=i ! mediastreamsink "
                     "uri=mediastream://loop lossless="
                   + lossless);
    loop.play ();
    GstPad *in = gst_element_get_static_pad (loop.get ("i"), "sink");
    GstPad *out = gst_element_get_static_pad (loop.get ("i"), "src");
    // It is linked when there is a track, and joins it as it starts.
    gst_message_unref (loop.wait (GST_MESSAGE_STREAM_COLLECTION));
    while (!gst_pad_is_linked (in))
      std::this_thread::yield ();
    for (GstPad *each : {in, out})
      gst_caps_unref (gst_pad_peer_query_caps (each, nullptr));
    GstCaps *caps = gst_caps_from_string (PushPad::kPictures);
    gst_pad_peer_query_accept_caps (out, caps);
    GstQuery *queries[] = {
        gst_query_new_allocation (caps, TRUE), gst_query_new_latency ()};
    gst_pad_peer_query (out, queries[0]);
    gst_pad_peer_query (in, queries[1]);
    for (GstQuery *query : queries)
      gst_query_unref (query);
    gst_caps_unref (caps);
    gst_pad_push_event (in, gst_event_new_reconfigure ());
    gst_pad_push_event (
        in, gst_event_new_custom (GST_EVENT_CUSTOM_UPSTREAM,
                gst_structure_new ("GstForceKeyUnit", "running-time",
                    GST_TYPE_CLOCK_TIME, GST_CLOCK_TIME_NONE, "all-headers",
                    G_TYPE_BOOLEAN, TRUE, "count", G_TYPE_UINT, 0, nullptr)));
    for (bool starts : {true, false})
      gst_pad_push_event (out, starts ? gst_event_new_flush_start ()
                                      : gst_event_new_flush_stop (TRUE));
    gst_object_unref (in);
    gst_object_unref (out);
  }
}
GST_END_TEST

GST_START_TEST (a_gap_before_the_segment_is_of_no_time)
{
  for (const char *lossless : {"false", "true"}) {
    Pipeline producer ((std::string ("tee mediastreamsink name=s "
                                     "uri=mediastream://gap lossless=")
                        + lossless)
                           .c_str ());
    PushPad pad (producer.get ("s"), "video_%u", true);
    producer.play ();
    pad.push (gst_event_new_stream_start ("gap"));
    pad.push_caps (PushPad::kPictures);
    pad.push (gst_event_new_gap (0, GST_SECOND));
  }
}
GST_END_TEST

// What came in the pause is GstBaseSink's, and what follows is not.
GST_START_TEST (the_position_of_a_producer_goes_on_after_a_pause)
{
  LiveClock clock;
  Pipeline producer ("tee mediastreamsink name=s uri=mediastream://position");
  gst_pipeline_use_clock (GST_PIPELINE (*producer), clock.get ());
  PushPad pad (producer.get ("s"), "video_%u", true);
  producer.play ();
  pad.begin ();
  fail_unless_equals_int (pad.push_picture (0), GST_FLOW_OK);
  producer.set_state (GST_STATE_PAUSED, false);
  std::thread pusher ([&] { pad.push_picture (40 * kMs); });
  producer.play ();
  pusher.join ();
  fail_unless_equals_int (pad.push_picture (80 * kMs), GST_FLOW_OK);
  gint64 position;
  fail_unless (gst_element_query_position (
      producer.get ("s"), GST_FORMAT_TIME, &position));
  fail_unless_equals_int64 (position, 80 * kMs);
}
GST_END_TEST

GST_START_TEST (behind_a_flush_there_is_no_position_until_the_next_segment)
{
  LiveClock clock;
  Pipeline producer ("tee mediastreamsink name=s uri=mediastream://flush");
  gst_pipeline_use_clock (GST_PIPELINE (*producer), clock.get ());
  PushPad pad (producer.get ("s"), "video_%u", true);
  producer.play ();
  pad.begin ();
  fail_unless_equals_int (pad.push_picture (0), GST_FLOW_OK);
  pad.push (gst_event_new_flush_start ());
  pad.push (gst_event_new_flush_stop (TRUE));
  gint64 position;
  fail_if (gst_element_query_position (
      producer.get ("s"), GST_FORMAT_TIME, &position));
  pad.push_segment ();
  fail_unless_equals_int (pad.push_picture (40 * kMs), GST_FLOW_OK);
  fail_unless (gst_element_query_position (
      producer.get ("s"), GST_FORMAT_TIME, &position));
  fail_unless_equals_int64 (position, 40 * kMs);
}
GST_END_TEST

static Suite *
mediastream_caps_suite ()
{
  Suite *suite = suite_create ("mediastream-caps");
  TCase *all = tcase_create ("all");
  suite_add_tcase (suite, all);
  tcase_add_test (all, a_late_consumer_gets_caps_that_it_takes);
  tcase_add_test (all, caps_that_no_producer_has_are_an_error);
  tcase_add_test (all, a_consumers_pool_is_not_the_producers);
  tcase_add_test (all, pictures_in_dmabufs_stay_there);
  tcase_add_test (all, caps_of_who_stops_are_no_error);
  tcase_add_test (all, media_without_times_is_an_error_that_says_so);
  tcase_add_test (all, caps_of_another_kind_are_an_error_that_says_so);
  tcase_add_test (all, what_is_encoded_keeps_its_key_frame_before_the_segment);
  tcase_add_test (all, a_pad_that_is_not_linked_stops_no_other);
  tcase_add_test (all, with_no_pad_linked_it_fails);
  tcase_add_test (all, a_consumer_that_feeds_its_own_stream_does_no_harm);
  tcase_add_test (all, a_gap_before_the_segment_is_of_no_time);
  tcase_add_test (all, the_position_of_a_producer_goes_on_after_a_pause);
  tcase_add_test (
      all, behind_a_flush_there_is_no_position_until_the_next_segment);
  return suite;
}

GST_CHECK_MAIN (mediastream_caps)
