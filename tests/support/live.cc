// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/live.hh"

#include <algorithm>
#include <gst/app/gstappsrc.h>
#include <thread>

namespace webmedia::test {

// Feed

Feed::Feed (const std::string &sink, LiveClock &clock, int64_t latency)
    : pipeline_ ("appsrc name=in is-live=true format=time min-latency="
                 + std::to_string (latency)
                 + " caps=video/x-raw,format=GRAY8,width=16,height=16,"
                   "framerate=25/1 ! "
                 + sink)
{
  gst_pipeline_use_clock (GST_PIPELINE (*pipeline_), clock.get ());
  pipeline_.play ();
}

Feed::~Feed () = default;

GstBuffer *
Feed::push_picture (int64_t pts)
{
  GstBuffer *picture = gst_buffer_new_allocate (nullptr, 256, nullptr);
  gst_buffer_memset (picture, 0, kByte, 256);
  GST_BUFFER_PTS (picture) = GstClockTime (pts);
  GST_BUFFER_DURATION (picture) = 40 * GST_MSECOND;
  gst_app_src_push_buffer (GST_APP_SRC (pipeline_.get ("in")), picture);
  return picture;
}

void
Feed::wait_arrived ()
{
  GstPad *pad = gst_element_get_static_pad (pipeline_.get ("in"), "src");
  GstPad *peer = gst_pad_get_peer (pad);
  GST_PAD_STREAM_LOCK (peer);
  GST_PAD_STREAM_UNLOCK (peer);
  gst_object_unref (peer);
  gst_object_unref (pad);
}

// Consumer

Consumer::Consumer (const std::string &description, LiveClock &clock)
    : pipeline_ (description)
{
  gst_pipeline_use_clock (GST_PIPELINE (*pipeline_), clock.get ());
  pad_ = gst_element_get_static_pad (pipeline_.get ("out"), "sink");
  gst_pad_add_probe (pad_, GST_PAD_PROBE_TYPE_BUFFER, probe, this, nullptr);
}

Consumer::~Consumer ()
{
  gst_element_set_state (*pipeline_, GST_STATE_NULL);
  gst_object_unref (pad_);
}

GstPadProbeReturn
Consumer::probe (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  auto self = static_cast<Consumer *> (data);
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  GstEvent *event = gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  const GstSegment *segment;
  gst_event_parse_segment (event, &segment);
  auto running_time = int64_t (gst_segment_to_running_time (
      segment, GST_FORMAT_TIME, GST_BUFFER_PTS (buffer)));
  gst_event_unref (event);
  GstMapInfo map;
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  uint8_t first = map.size > 0 ? map.data[0] : 0;
  bool is_even = std::all_of (map.data, map.data + map.size,
      [first] (uint8_t byte) { return byte == first; });
  gst_buffer_unmap (buffer, &map);
  std::lock_guard<std::mutex> locker (self->lock_);
  self->seen_.push_back ({buffer, running_time, first, is_even});
  self->added_.notify_all ();
  return GST_PAD_PROBE_OK;
}

// A source of a `mediastreamsrc` that is not in its state yet.
static gint
find_late (gconstpointer item, gconstpointer pipeline)
{
  auto element =
      GST_ELEMENT (g_value_get_object (static_cast<const GValue *> (item)));
  auto parent = GST_ELEMENT_CAST (GST_OBJECT_PARENT (element));
  bool is_late = GST_OBJECT_FLAG_IS_SET (element, GST_ELEMENT_FLAG_SOURCE)
                 && parent && parent != pipeline
                 && GST_STATE (element) != GST_STATE (parent);
  return is_late ? 0 : 1;
}

void
Consumer::wait_joined ()
{
  gst_message_unref (pipeline_.wait (GST_MESSAGE_STREAM_COLLECTION));
  for (bool any_late = true; any_late; std::this_thread::yield ()) {
    GstIterator *all = gst_bin_iterate_recurse (GST_BIN (*pipeline_));
    GValue late = G_VALUE_INIT;
    any_late = gst_iterator_find_custom (all, find_late, &late, *pipeline_);
    if (any_late)
      g_value_unset (&late);
    gst_iterator_free (all);
  }
}

Consumer::Seen
Consumer::take ()
{
  std::unique_lock<std::mutex> locker (lock_);
  added_.wait (locker, [this] { return !seen_.empty (); });
  Seen first = seen_.front ();
  seen_.pop_front ();
  return first;
}

GstBuffer *
Consumer::next ()
{
  return take ().buffer;
}

int64_t
Consumer::next_running_time ()
{
  return take ().running_time;
}

} // namespace webmedia::test
