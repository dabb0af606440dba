// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/element-capture.hh"

#include "base/find-top.hh"

#include <algorithm>

namespace webmedia::stream {

// A seek takes the state away for a while, and pauses nothing.
static bool
plays (GstState now, GstState next)
{
  return now == GST_STATE_PLAYING
         || (now == GST_STATE_PAUSED && next == GST_STATE_PLAYING);
}

static PadCapture::Playback
playback_of (GstElement *top, bool playing)
{
  GST_OBJECT_LOCK (top);
  auto clock = Ptr<GstClock>::share (GST_ELEMENT_CLOCK (top));
  GST_OBJECT_UNLOCK (top);
  return {.is_playing = playing, .clock = std::move (clock)};
}

Result<std::shared_ptr<ElementCapture>>
ElementCapture::create (
    GstElement *element, const std::shared_ptr<MediaStream> &stream)
{
  if (!GST_IS_BIN (element))
    return make_error (ErrorCode::not_supported,
        "What a pipeline or another bin plays can be captured; %s is none.",
        GST_ELEMENT_NAME (element));
  auto top = find_top (element);
  auto bus = Ptr<GstBus>::adopt (gst_element_get_bus (top.get ()));
  if (!bus)
    return make_error (ErrorCode::invalid_state,
        "%s is in no pipeline. Put it into one before it is captured.",
        GST_ELEMENT_NAME (element));
  std::shared_ptr<ElementCapture> made (
      new ElementCapture (element, top.get (), std::move (bus), stream));
  made->watch_bin ();
  made->tell_first ();
  return made;
}

ElementCapture::ElementCapture (GstElement *bin, GstElement *top,
    Ptr<GstBus> bus, std::weak_ptr<MediaStream> stream)
    : bin_ (WeakRef<GstElement>::create (bin)),
      top_ (WeakRef<GstElement>::create (top)),
      bus_ (std::move (bus)),
      stream_ (std::move (stream))
{}

gulong
ElementCapture::connect (
    gpointer object, const char *signal, GCallback callback)
{
  return g_signal_connect_data (
      object, signal, callback, new Weak (weak_from_this ()),
      [] (gpointer weak, GClosure *) { delete static_cast<Weak *> (weak); },
      GConnectFlags (0));
}

// Signals first: what comes meanwhile is found twice, not missed. They are the
// pipeline's, which tells of the bin, too.
void
ElementCapture::watch_bin ()
{
  auto bin = bin_->lock ();
  auto top = top_->lock ();
  if (!bin || !top)
    return;
  gst_bus_enable_sync_message_emission (bus_.get ());
  for (const char *signal : {"sync-message::state-changed",
           "sync-message::streams-selected", "sync-message::stream-collection"})
    messages_.push_back (
        connect (bus_.get (), signal, G_CALLBACK (on_message)));
  added_ = connect (top.get (), "deep-element-added", G_CALLBACK (on_added));
  removed_ =
      connect (top.get (), "deep-element-removed", G_CALLBACK (on_removed));
  auto playback = playback_of (top.get (),
      plays (GST_STATE (top.get ()), GST_STATE_PENDING (top.get ())));
  {
    MutexLocker locker (lock_);
    if (!std::exchange (knows_state_, true))
      std::swap (playback_, playback);
  }
  GstIterator *all = gst_bin_iterate_recurse (GST_BIN (bin.get ()));
  auto watch = [] (const GValue *item, gpointer self) {
    static_cast<ElementCapture *> (self)->watch_element (
        GST_ELEMENT (g_value_get_object (item)));
  };
  while (gst_iterator_foreach (all, watch, this) == GST_ITERATOR_RESYNC)
    gst_iterator_resync (all);
  gst_iterator_free (all);
}

ElementCapture::~ElementCapture ()
{
  if (auto top = top_->lock (); top && added_) {
    g_signal_handler_disconnect (top.get (), added_);
    g_signal_handler_disconnect (top.get (), removed_);
  }
  if (messages_.empty ())
    return;
  for (gulong message : messages_)
    g_signal_handler_disconnect (bus_.get (), message);
  gst_bus_disable_sync_message_emission (bus_.get ());
}

void
ElementCapture::on_added (
    GstBin *, GstBin *, GstElement *element, gpointer weak)
{
  if (auto self = static_cast<Weak *> (weak)->lock ())
    self->watch_element (element);
}

void
ElementCapture::on_removed (
    GstBin *, GstBin *, GstElement *element, gpointer weak)
{
  if (auto self = static_cast<Weak *> (weak)->lock ())
    self->forget_element (element);
}

void
ElementCapture::on_message (GstBus *, GstMessage *message, gpointer weak)
{
  auto self = static_cast<Weak *> (weak)->lock ();
  if (!self)
    return;
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_STATE_CHANGED)
    self->on_state (message);
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_STREAMS_SELECTED)
    self->on_selected (message);
  else
    self->on_collection (message);
}

// Sinks

bool
ElementCapture::has (GstElement *element)
{
  auto bin = bin_->lock ();
  return bin
         && gst_object_has_as_ancestor (
             GST_OBJECT_CAST (element), GST_OBJECT_CAST (bin.get ()));
}

// Known first, so that who removes it forgets it: it may be gone by now.
void
ElementCapture::watch_element (GstElement *element)
{
  if (GST_IS_BIN (element)
      || !GST_OBJECT_FLAG_IS_SET (element, GST_ELEMENT_FLAG_SINK))
    return;
  std::vector<Ptr<GstPad>> found;
  GST_OBJECT_LOCK (element);
  for (GList *each = element->sinkpads; each; each = each->next)
    found.push_back (Ptr<GstPad>::share (GST_PAD_CAST (each->data)));
  GST_OBJECT_UNLOCK (element);
  Pads known;
  for (const auto &pad : found)
    if (auto made = know (pad.get ()))
      known.push_back (std::move (made));
  if (!has (element))
    return forget_element (element);
  for (const auto &each : known)
    each->start ();
}

// Null: it is known already.
std::shared_ptr<PadCapture>
ElementCapture::know (GstPad *pad)
{
  MutexLocker locker (lock_);
  for (const auto &known : pads_)
    if (known->pad () == pad)
      return nullptr;
  pads_.push_back (PadCapture::create (pad, shared_from_this (), playback_));
  return pads_.back ();
}

// The others may have come to their end before.
void
ElementCapture::forget_element (GstElement *element)
{
  Pads gone;
  {
    MutexLocker locker (lock_);
    std::erase_if (pads_, [&] (const std::shared_ptr<PadCapture> &each) {
      bool is_its = GST_PAD_PARENT (each->pad ()) == element;
      if (is_its)
        gone.push_back (each);
      return is_its;
    });
  }
  for (const auto &each : gone)
    each->leave ();
  if (!gone.empty ())
    on_end ();
}

ElementCapture::Pads
ElementCapture::pads () const
{
  MutexLocker locker (lock_);
  return pads_;
}

// The pipeline

void
ElementCapture::on_state (GstMessage *message)
{
  auto top = top_->lock ();
  if (!top || GST_MESSAGE_SRC (message) != GST_OBJECT_CAST (top.get ()))
    return;
  GstState before, now, next;
  gst_message_parse_state_changed (message, &before, &now, &next);
  if (before == now)
    return; // it is lost for a while
  const auto playback = playback_of (top.get (), plays (now, next));
  auto before_it = playback; // goes without the lock
  {
    MutexLocker locker (lock_);
    std::swap (playback_, before_it);
    knows_state_ = true;
  }
  for (const auto &each : pads ()) {
    each->set_playback (playback);
    if (before == GST_STATE_PAUSED && now == GST_STATE_READY)
      each->stop ();
  }
}

// Whoever selects says so, wherever in the pipeline.
void
ElementCapture::on_selected (GstMessage *message)
{
  GstStreamCollection *parsed;
  gst_message_parse_streams_selected (message, &parsed);
  auto collection = Ptr<GstStreamCollection>::adopt (parsed);
  std::vector<Ptr<GstStream>> selected;
  for (guint i = 0; i < gst_message_streams_selected_get_size (message); i++)
    selected.push_back (Ptr<GstStream>::adopt (
        gst_message_streams_selected_get_stream (message, i)));
  for (const auto &each : pads ())
    each->select (collection.get (), selected);
}

void
ElementCapture::on_collection (GstMessage *message)
{
  GstStreamCollection *parsed;
  gst_message_parse_stream_collection (message, &parsed);
  auto collection = Ptr<GstStreamCollection>::adopt (parsed);
  for (const auto &each : pads ())
    each->follow (collection.get ());
}

// https://html.spec.whatwg.org/multipage/media.html#ended-playback
// What ends before the rest is muted until then.
void
ElementCapture::on_end ()
{
  Pads all = pads ();
  if (!std::ranges::all_of (
          all, [] (const auto &each) { return each->is_at_end (); }))
    return;
  for (const auto &each : all)
    each->end_playback ();
}

// The stream

// https://w3c.github.io/mediacapture-fromelement/#dom-htmlmediaelement-capturestream
// Events are of what changes afterwards.
void
ElementCapture::tell_first ()
{
  for (;;) {
    std::vector<Change> first;
    {
      MutexLocker locker (lock_);
      is_out_ = first_.empty ();
      first.swap (first_);
    }
    if (first.empty ())
      return;
    for (const Change &each : first)
      change (each, Cause::application);
  }
}

// Whether that is left to tell_first().
bool
ElementCapture::waits (const std::shared_ptr<Track> &track, bool is_added)
{
  MutexLocker locker (lock_);
  if (!is_out_)
    first_.push_back ({track, is_added});
  return !is_out_;
}

void
ElementCapture::change (const Change &change, Cause cause)
{
  auto known = stream_.lock ();
  if (known && change.is_added)
    known->MediaStream::add ({change.track}, cause);
  else if (known)
    known->MediaStream::remove (change.track, cause);
}

void
ElementCapture::add (const std::shared_ptr<Track> &track)
{
  if (!waits (track, true))
    change ({track, true}, Cause::user_agent);
}

void
ElementCapture::remove (const std::shared_ptr<Track> &track)
{
  if (!waits (track, false))
    change ({track, false}, Cause::user_agent);
}

} // namespace webmedia::stream
