// SPDX-License-Identifier: LGPL-2.1-or-later
// What a mediastreamsrc tells downstream of its streams, and what it does with
// what downstream asks of it.
#include "support/live.hh"

#include <gst/app/gstappsrc.h>
#include <map>

using namespace webmedia::test;

namespace {

constexpr const char *kBoth =
    "mediastreamsink name=k uri=mediastream://1 "
    "videotestsrc is-live=true ! video/x-raw,width=16,height=16 ! k. "
    "audiotestsrc is-live=true ! k.";

// What a pad's sticky stream-start says.
struct StreamStart {
  explicit StreamStart (GstElement *sink)
  {
    GstPad *pad = gst_element_get_static_pad (sink, "sink");
    GstEvent *event = gst_pad_get_sticky_event (pad, GST_EVENT_STREAM_START, 0);
    fail_unless (event != nullptr);
    const char *text;
    GstStream *stream = nullptr;
    gst_event_parse_stream_start (event, &text);
    gst_event_parse_stream (event, &stream);
    fail_unless (stream != nullptr);
    fail_unless (gst_event_parse_group_id (event, &group));
    id = text;
    id_of_stream = gst_stream_get_stream_id (stream);
    type = gst_stream_get_stream_type (stream);
    gst_object_unref (stream);
    gst_event_unref (event);
    event = gst_pad_get_sticky_event (pad, GST_EVENT_STREAM_COLLECTION, 0);
    fail_unless (event != nullptr);
    GstStreamCollection *collection;
    gst_event_parse_stream_collection (event, &collection);
    streams = gst_stream_collection_get_size (collection);
    gst_object_unref (collection);
    gst_event_unref (event);
    gst_object_unref (pad);
  }

  std::string id, id_of_stream;
  guint group;
  GstStreamType type;
  guint streams; // of the collection
};

// The tracks of a published stream: their kinds, by their ids.
std::map<std::string, std::string>
tracks_of (const char *uri)
{
  GstWebMediaStream *stream = gst_web_media_stream_lookup (uri);
  GPtrArray *all = gst_web_media_stream_get_tracks (stream);
  std::map<std::string, std::string> kinds;
  for (guint i = 0; i < all->len; i++) {
    auto track = GST_WEB_MEDIA_STREAM_TRACK (g_ptr_array_index (all, i));
    kinds[gst_web_media_stream_track_get_id (track)] =
        gst_web_media_stream_track_get_kind (track);
  }
  g_ptr_array_unref (all);
  gst_object_unref (stream);
  return kinds;
}

std::string
kind_of (GstStreamType type)
{
  return type == GST_STREAM_TYPE_AUDIO   ? "audio"
         : type == GST_STREAM_TYPE_VIDEO ? "video"
                                         : "neither";
}

// The events of that type that come to a source's pad from downstream.
class Upstream {
public:
  Upstream (GstElement *source, GstEventType type)
      : pad_ (gst_element_get_static_pad (source, "src")),
        type_ (type),
        probe_ (gst_pad_add_probe (
            pad_, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_event, this, nullptr))
  {}
  ~Upstream ()
  {
    gst_pad_remove_probe (pad_, probe_);
    gst_object_unref (pad_);
    for (GstEvent *event : events)
      gst_event_unref (event);
  }

  std::vector<GstEvent *> events;

private:
  static GstPadProbeReturn on_event (
      GstPad *, GstPadProbeInfo *info, gpointer data)
  {
    auto self = static_cast<Upstream *> (data);
    GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
    if (GST_EVENT_TYPE (event) == self->type_)
      self->events.push_back (gst_event_ref (event));
    return GST_PAD_PROBE_OK;
  }

  GstPad *const pad_;
  const GstEventType type_;
  const gulong probe_;
};

bool
send_upstream (GstElement *sink, GstEvent *event)
{
  GstPad *pad = gst_element_get_static_pad (sink, "sink");
  bool sent = gst_pad_push_event (pad, event);
  gst_object_unref (pad);
  return sent;
}

GstEvent *
seek_event ()
{
  return gst_event_new_seek (1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
      GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, 0);
}

} // namespace

// https://w3c.github.io/mediacapture-main/#mediastreams-in-media-elements
GST_START_TEST (its_streams_are_the_tracks)
{
  Pipeline producer (kBoth);
  producer.play ();
  gst_element_get_state (*producer, nullptr, nullptr, GST_CLOCK_TIME_NONE);
  auto tracks = tracks_of ("mediastream://1");
  fail_unless_equals_int (int (tracks.size ()), 2);
  Pipeline consumer ("mediastreamsrc name=m uri=mediastream://1 "
                     "m.video_0 ! fakesink name=video "
                     "m.audio_0 ! fakesink name=audio");
  Recorder video (consumer.get ("video")), audio (consumer.get ("audio"));
  consumer.play ();
  GstMessage *message = consumer.wait (GST_MESSAGE_STREAM_COLLECTION);
  GstStreamCollection *collection;
  gst_message_parse_stream_collection (message, &collection);
  fail_unless_equals_int (int (gst_stream_collection_get_size (collection)), 2);
  std::map<std::string, std::string> told;
  for (guint i = 0; i < 2; i++) {
    GstStream *stream = gst_stream_collection_get_stream (collection, i);
    told[gst_stream_get_stream_id (stream)] =
        kind_of (gst_stream_get_stream_type (stream));
    fail_unless (gst_stream_get_stream_flags (stream) & GST_STREAM_FLAG_SELECT);
  }
  fail_unless (told == tracks);
  gst_object_unref (collection);
  gst_message_unref (message);
  video.wait_count (1);
  audio.wait_count (1);
  const StreamStart starts[] = {StreamStart (consumer.get ("video")),
      StreamStart (consumer.get ("audio"))};
  for (const StreamStart &start : starts) {
    fail_unless_equals_string (
        kind_of (start.type).c_str (), tracks[start.id].c_str ());
    fail_unless_equals_string (start.id.c_str (), start.id_of_stream.c_str ());
    fail_unless_equals_int (int (start.streams), 2);
  }
  fail_unless (starts[0].id != starts[1].id);
  fail_unless_equals_int (int (starts[0].group), int (starts[1].group));
  consumer.set_state (GST_STATE_NULL); // before what records it goes
}
GST_END_TEST

// "seekable: ... MUST return an empty TimeRanges", "duration: ... +Infinity"
static std::string
next_progress (Pipeline &pipeline, GstProgressType expected)
{
  GstMessage *message = pipeline.wait (GST_MESSAGE_PROGRESS);
  GstProgressType type;
  gchar *text;
  gst_message_parse_progress (message, &type, nullptr, &text);
  fail_unless_equals_int (type, expected);
  std::string copy = text;
  g_free (text);
  gst_message_unref (message);
  return copy;
}

// So that a name that is spelt in another way is not a silent stop.
GST_START_TEST (who_waits_for_the_first_track_says_so)
{
  LiveClock clock;
  Pipeline consumer ("mediastreamsrc uri=mediastream://nobody ! fakesink");
  for (bool comes : {false, true}) {
    consumer.play ();
    std::string text = next_progress (consumer, GST_PROGRESS_TYPE_START);
    fail_unless (
        text.find ("mediastream://nobody") != text.npos, "%s", text.c_str ());
    if (comes) {
      Feed feed ("mediastreamsink uri=mediastream://nobody", clock);
      next_progress (consumer, GST_PROGRESS_TYPE_COMPLETE);
    }
    consumer.set_state (GST_STATE_READY);
    if (!comes)
      next_progress (consumer, GST_PROGRESS_TYPE_CANCELED);
  }
}
GST_END_TEST

GST_START_TEST (it_is_not_seekable_and_has_no_duration)
{
  for (bool lossless : {false, true}) {
    std::string is = lossless ? " lossless=true" : "";
    Pipeline producer (
        "videotestsrc num-buffers=25 ! video/x-raw,width=16,height=16 ! "
        "mediastreamsink uri=mediastream://1"
        + is);
    Pipeline consumer (
        "mediastreamsrc uri=mediastream://1" + is + " ! fakesink name=out");
    Recorder out (consumer.get ("out"));
    consumer.play ();
    producer.play ();
    out.wait_count (1);
    GstQuery *seeking = gst_query_new_seeking (GST_FORMAT_TIME);
    gboolean can = FALSE;
    if (gst_element_query (*consumer, seeking))
      gst_query_parse_seeking (seeking, nullptr, &can, nullptr, nullptr);
    fail_if (can);
    gst_query_unref (seeking);
    gint64 duration = -1;
    gst_element_query_duration (*consumer, GST_FORMAT_TIME, &duration);
    fail_unless_equals_int64 (duration, -1);
    consumer.set_state (GST_STATE_NULL); // before what records it goes
  }
}
GST_END_TEST

// Nor does it go to the producer, which others consume, too: it is refused, and
// all goes on.
GST_START_TEST (a_seek_of_a_consumer_is_refused)
{
  for (bool lossless : {false, true}) {
    std::string is = lossless ? " lossless=true" : "";
    Pipeline producer ("videotestsrc name=in num-buffers=25 ! "
                       "video/x-raw,width=16,height=16 ! "
                       "mediastreamsink uri=mediastream://1"
                       + is);
    Pipeline consumer (
        "mediastreamsrc uri=mediastream://1" + is + " ! fakesink name=out");
    Recorder out (consumer.get ("out"));
    Upstream seeks (producer.get ("in"), GST_EVENT_SEEK);
    consumer.play ();
    producer.play ();
    out.wait_count (1);
    fail_if (send_upstream (consumer.get ("out"), seek_event ()));
    fail_if (consumer.seek (0, GST_SEEK_FLAG_FLUSH));
    fail_unless_equals_int (int (seeks.events.size ()), 0);
    fail_unless_equals_int (int (out.flushes ()), 0);
    fail_unless_equals_string (consumer.wait_end ().c_str (), "");
    if (lossless)
      fail_unless_equals_int (int (out.count ()), 25);
  }
}
GST_END_TEST

// A time of the consumer's would mean nothing to the producer.
GST_START_TEST (a_key_frame_that_downstream_asks_for_is_wanted_at_once)
{
  LiveClock clock;
  Pipeline producer ("appsrc name=in is-live=true format=time "
                     "caps=video/x-raw,format=GRAY8,width=16,height=16,"
                     "framerate=25/1 ! "
                     "mediastreamsink uri=mediastream://1");
  gst_pipeline_use_clock (GST_PIPELINE (*producer), clock.get ());
  producer.play ();
  Consumer consumer (
      "mediastreamsrc uri=mediastream://1 ! fakesink name=out", clock);
  consumer.play ();
  GstBuffer *picture = gst_buffer_new_allocate (nullptr, 256, nullptr);
  GST_BUFFER_PTS (picture) = 0;
  gst_app_src_push_buffer (GST_APP_SRC (producer.get ("in")), picture);
  consumer.take (); // so there is a way from the one to the other
  Upstream asked (producer.get ("in"), GST_EVENT_CUSTOM_UPSTREAM);
  struct {
    gboolean headers;
    guint count;
  } const all[] = {{TRUE, 3}, {FALSE, 4}};
  for (const auto &each : all) {
    asked.events.clear ();
    fail_unless (send_upstream (consumer.get ("out"),
        gst_event_new_custom (GST_EVENT_CUSTOM_UPSTREAM,
            gst_structure_new ("GstForceKeyUnit", "running-time", G_TYPE_UINT64,
                7 * GST_SECOND, "all-headers", G_TYPE_BOOLEAN, each.headers,
                "count", G_TYPE_UINT, each.count, nullptr))));
    fail_unless_equals_int (int (asked.events.size ()), 1);
    const GstStructure *wanted =
        gst_event_get_structure (asked.events.front ());
    GstClockTime time = 0;
    gboolean headers = !each.headers;
    guint count = 0;
    fail_unless (gst_structure_has_name (wanted, "GstForceKeyUnit"));
    fail_unless (gst_structure_get (wanted, "running-time", G_TYPE_UINT64,
        &time, "all-headers", G_TYPE_BOOLEAN, &headers, "count", G_TYPE_UINT,
        &count, nullptr));
    fail_unless_equals_uint64 (time, GST_CLOCK_TIME_NONE);
    fail_unless_equals_int (headers, each.headers);
    fail_unless_equals_int (int (count), int (each.count));
    gst_event_unref (asked.events.front ());
    asked.events.clear ();
  }
}
GST_END_TEST

static Suite *
mediastream_events_suite (void)
{
  Suite *suite = suite_create ("mediastream-events");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, its_streams_are_the_tracks);
  tcase_add_test (tc, who_waits_for_the_first_track_says_so);
  tcase_add_test (tc, it_is_not_seekable_and_has_no_duration);
  tcase_add_test (tc, a_seek_of_a_consumer_is_refused);
  tcase_add_test (tc, a_key_frame_that_downstream_asks_for_is_wanted_at_once);
  return suite;
}

GST_CHECK_MAIN (mediastream_events);
