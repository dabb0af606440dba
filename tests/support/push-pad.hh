// SPDX-License-Identifier: LGPL-2.1-or-later
// A pad that a test pushes by hand, into a request pad of an element.
#pragma once

#include "support/check.hh"

#include <utility>

namespace webmedia::test {

// Its stream begins with the first push; pictures are 16 x 16, 25 a second.
// Threads: thread-safe, as a pad is.
class PushPad {
public:
  PushPad (GstElement *element, const char *name, bool is_live = false)
      : element_ (element),
        sink_ (gst_element_request_pad_simple (element, name)),
        pad_ (gst_pad_new ("src", GST_PAD_SRC))
  {
    if (is_live)
      gst_pad_set_query_function (pad_, answer_live);
    gst_pad_set_active (pad_, TRUE);
    fail_unless_equals_int (gst_pad_link (pad_, sink_), GST_PAD_LINK_OK);
  }
  ~PushPad ()
  {
    release ();
    gst_pad_set_active (pad_, FALSE);
    gst_object_unref (pad_);
  }
  PushPad (const PushPad &) = delete;
  PushPad &operator= (const PushPad &) = delete;

  GstPad *operator* () { return pad_; }
  // The element's pad goes, whoever pushes.
  void release ()
  {
    if (!sink_)
      return;
    gst_element_release_request_pad (element_, sink_);
    gst_object_unref (std::exchange (sink_, nullptr));
  }

  bool push (GstEvent *event) { return gst_pad_push_event (pad_, event); }
  void begin (const char *caps = kPictures)
  {
    push (gst_event_new_stream_start ("pushed"));
    push_caps (caps);
    push_segment ();
  }
  void push_caps (const char *text)
  {
    GstCaps *caps = gst_caps_from_string (text);
    push (gst_event_new_caps (caps));
    gst_caps_unref (caps);
  }
  void push_segment ()
  {
    GstSegment segment;
    gst_segment_init (&segment, GST_FORMAT_TIME);
    push (gst_event_new_segment (&segment));
  }
  GstFlowReturn push_picture (int64_t pts, gsize size = 256)
  {
    GstBuffer *picture = gst_buffer_new_allocate (nullptr, size, nullptr);
    gst_buffer_memset (picture, 0, 0, size);
    GST_BUFFER_PTS (picture) = GstClockTime (pts);
    GST_BUFFER_DURATION (picture) = 40 * GST_MSECOND;
    return gst_pad_push (pad_, picture);
  }

  static constexpr const char *kPictures =
      "video/x-raw,format=GRAY8,width=16,height=16,framerate=25/1";

private:
  static gboolean answer_live (GstPad *pad, GstObject *parent, GstQuery *query)
  {
    if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY)
      return gst_pad_query_default (pad, parent, query);
    gst_query_set_latency (query, TRUE, 0, GST_CLOCK_TIME_NONE);
    return TRUE;
  }

  GstElement *const element_;
  GstPad *sink_;
  GstPad *const pad_;
};

} // namespace webmedia::test
