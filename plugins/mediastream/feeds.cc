// SPDX-License-Identifier: LGPL-2.1-or-later
#include "feeds.hh"

#include "gstwebmediastreamsink.hh"

#include <algorithm>

namespace webmedia::elements {

void
Feeds::Change::make ()
{
  gst_web_track_sink_set_input (sink.get (), std::move (input));
  if (removed)
    tracks->remove (removed);
  if (added)
    tracks->add (added);
}

void
Feeds::make (std::vector<Change> changes)
{
  for (Change &change : changes)
    change.make ();
}

bool
Feeds::open (const Settings &settings)
{
  auto stream = find_stream (GST_ELEMENT (bin_), settings);
  if (!stream)
    return false;
  std::shared_ptr<stream::TrackSet> tracks;
  gst_web_bridge_track_set (stream.get (), &tracks);
  MutexLocker locker (lock_);
  settings_ = settings;
  stream_ = std::move (stream);
  tracks_ = std::move (tracks);
  return true;
}

void
Feeds::close ()
{
  Ptr<GstWebMediaStream> stream;
  std::shared_ptr<stream::TrackSet> tracks;
  MutexLocker locker (lock_);
  std::swap (stream, stream_);
  std::swap (tracks, tracks_);
}

// In place of the one that it had, if any.
Feeds::Change
Feeds::begin_locked (Feed &feed)
{
  CString name (gst_object_get_name (GST_OBJECT (bin_)));
  gst_web_track_sink_set_lossless (feed.sink.get (), settings_.lossless);
  NewTrack made;
  gst_web_bridge_new_track ({.kind = feed.kind,
                                .label = name.get (),
                                .delivery = settings_.delivery ()},
      gst_web_track_sink_get_producer (feed.sink.get ()), &made);
  return {
      .sink = feed.sink,
      .input = std::move (made.input),
      .tracks = tracks_,
      .removed = std::exchange (feed.track, made.track),
      .added = made.track,
  };
}

Feeds::Change
Feeds::end_locked (Feed &feed)
{
  return {
      .sink = feed.sink,
      .input = nullptr,
      .tracks = tracks_,
      .removed = std::move (feed.track),
      .added = nullptr,
  };
}

void
Feeds::start ()
{
  std::vector<Change> changes;
  {
    MutexLocker locker (lock_);
    started_ = true;
    for (Feed &feed : feeds_)
      changes.push_back (begin_locked (feed));
  }
  make (std::move (changes));
}

void
Feeds::stop ()
{
  std::vector<Change> changes;
  {
    MutexLocker locker (lock_);
    started_ = false;
    for (Feed &feed : feeds_)
      changes.push_back (end_locked (feed));
  }
  make (std::move (changes));
}

// GStreamer refuses what the template does not have, and says no more than that
// it is not negotiated. It links what does not say before it plays what it
// gives (an appsrc) to the first template: the kind may be the other one.
static GstPadProbeReturn
check_caps (GstPad *pad, GstPadProbeInfo *info, gpointer)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
    return GST_PAD_PROBE_OK;
  GstCaps *caps;
  gst_event_parse_caps (event, &caps);
  auto taken = Ptr<GstCaps>::adopt (gst_pad_get_pad_template_caps (pad));
  if (gst_caps_can_intersect (caps, taken.get ()))
    return GST_PAD_PROBE_REMOVE;
  auto element = Ptr<GstElement>::adopt (gst_pad_get_parent_element (pad));
  if (element)
    GST_ELEMENT_ERROR (element.get (), STREAM, WRONG_TYPE,
        ("The pad %s takes no %s.", GST_PAD_NAME (pad),
            gst_structure_get_name (gst_caps_get_structure (caps, 0))),
        ("a pad takes what its name says: link pictures to video_%%u, as in "
         "\"! s.video_0\", and sound to audio_%%u"));
  return GST_PAD_PROBE_OK;
}

Ptr<GstPad>
Feeds::add (const char *name, GstPadTemplate *pad_template, stream::Kind kind)
{
  auto sink = Ptr<GstWebTrackSink>::adopt (GST_WEB_TRACK_SINK (
      gst_object_ref_sink (g_object_new (GST_TYPE_WEB_TRACK_SINK, nullptr))));
  gst_web_track_sink_set_renew (sink.get (), gst_web_media_stream_sink_renew);
  gst_bin_add (bin_, GST_ELEMENT (sink.get ()));
  auto pad = Ptr<GstPad>::adopt (
      GST_PAD (gst_object_ref_sink (gst_ghost_pad_new_from_template (
          name, GST_BASE_SINK_PAD (sink.get ()), pad_template))));
  gst_web_track_sink_set_ghost (sink.get (), pad.get ());
  gst_pad_add_probe (pad.get (), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      check_caps, nullptr, nullptr);
  std::vector<Change> changes;
  {
    MutexLocker locker (lock_);
    Feed &feed = feeds_.emplace_back (Feed{kind, pad, sink});
    if (started_)
      changes.push_back (begin_locked (feed));
  }
  make (std::move (changes));
  gst_pad_set_active (pad.get (), TRUE);
  gst_element_add_pad (GST_ELEMENT (bin_), pad.get ());
  gst_element_sync_state_with_parent (GST_ELEMENT (sink.get ()));
  return pad;
}

void
Feeds::remove (GstPad *pad)
{
  Ptr<GstWebTrackSink> sink;
  Change change;
  {
    MutexLocker locker (lock_);
    auto found = std::find_if (feeds_.begin (), feeds_.end (),
        [pad] (const Feed &feed) { return feed.pad.get () == pad; });
    if (found == feeds_.end ())
      return;
    sink = found->sink;
    change = end_locked (*found);
    feeds_.erase (found);
  }
  change.make ();
  auto element = GST_ELEMENT (sink.get ());
  gst_element_set_locked_state (element, TRUE);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_pad_set_active (pad, FALSE);
  gst_element_remove_pad (GST_ELEMENT (bin_), pad);
  // At its end, a bin has let go of its elements before its pads.
  if (GST_OBJECT_PARENT (element) == GST_OBJECT (bin_))
    gst_bin_remove (bin_, element);
}

void
Feeds::renew (GstWebTrackSink *sink)
{
  std::vector<Change> changes;
  {
    MutexLocker locker (lock_);
    auto found = std::find_if (feeds_.begin (), feeds_.end (),
        [sink] (const Feed &feed) { return feed.sink.get () == sink; });
    if (found != feeds_.end () && started_)
      changes.push_back (begin_locked (*found));
  }
  make (std::move (changes));
}

} // namespace webmedia::elements
