// SPDX-License-Identifier: LGPL-2.1-or-later
#include "cut.hh"

#include "base/find-top.hh"
#include "src-seek.hh"

#include <algorithm>

namespace webmedia::elements {

// How far frames were sent. Elements that share a pacer seek one after the
// other, and the first takes it back for all.
static Time
sent_position (GstBaseSrc *track, const Pacer &pacer)
{
  gint64 own;
  bool known =
      gst_element_query_position (GST_ELEMENT (track), GST_FORMAT_TIME, &own);
  return known ? std::max (Time (own), pacer.position ()) : pacer.position ();
}

// The web's current playback position. Sinks know it, as what was sent may wait
// in queues; but where they starve, the clock takes them beyond what was sent.
static Time
playback_position (GstElement *pipeline, GstBaseSrc *track, const Pacer &pacer)
{
  Time sent = sent_position (track, pacer);
  gint64 shown;
  bool known = gst_element_query_position (pipeline, GST_FORMAT_TIME, &shown)
               && shown >= 0;
  return known ? std::min (Time (shown), sent) : sent;
}

// https://html.spec.whatwg.org/multipage/media.html#offsets-into-the-media-resource
// Where a change of the duration leaves the current playback position beyond
// the end, a seek to the end follows. Media Source Extensions' duration change
// runs it in step 6.2.
void
follow_cut (GstElement *element, HubClient &client,
    const std::function<Ptr<GstBaseSrc> ()> &find_track)
{
  Time end = client.cut ();
  if (end == kTimeInfinite)
    return;
  // The locks that an application's seek has: sinks that lose their state while
  // the pipeline changes its own might never get it back. See docs/threads.md.
  auto pipeline = find_top (element);
  GST_STATE_LOCK (pipeline.get ());
  GST_STATE_LOCK (element);
  end = client.cut (); // another thread may have seen to it
  auto track = find_track ();
  if (track
      && playback_position (pipeline.get (), track.get (), *client.pacer ())
             > end)
    gst_element_send_event (
        element, make_seek_to (track.get (), end).release ());
  client.see_to_cut (end);
  GST_STATE_UNLOCK (element);
  GST_STATE_UNLOCK (pipeline.get ());
}

} // namespace webmedia::elements
