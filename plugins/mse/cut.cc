// SPDX-License-Identifier: LGPL-2.1-or-later
#include "cut.hh"

#include "base/find-top.hh"
#include "src-seek.hh"

#include <algorithm>

namespace webmedia::elements {

// The web's current playback position. Sinks know it, as what was sent may wait
// in queues; but where they starve, the clock takes them beyond what was sent.
static Time
playback_position (GstElement *pipeline, const Pacer &pacer)
{
  Time sent = pacer.position ();
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
  if (!client.cut ())
    return;
  // The locks that an application's seek has: sinks that lose their state while
  // the pipeline changes its own might never get it back. See docs/threads.md.
  auto pipeline = find_top (element);
  GST_STATE_LOCK (pipeline.get ());
  GST_STATE_LOCK (element);
  auto cut = client.cut (); // another thread may have seen to it
  auto track = find_track ();
  auto position = [&] {
    return playback_position (pipeline.get (), *client.pacer ());
  };
  // An application may have sought to before the end since another element did.
  if (cut && track && cut->is_passed (position)
      && client.pacer ()->position () >= cut->end ())
    gst_element_send_event (
        element, make_seek_to (track.get (), cut->end ()).release ());
  client.see_to_cut (cut);
  GST_STATE_UNLOCK (element);
  GST_STATE_UNLOCK (pipeline.get ());
}

} // namespace webmedia::elements
