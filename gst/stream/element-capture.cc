// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/element-capture.hh"

#include <algorithm>

namespace webmedia::stream {

static Ptr<GstElement>
find_top (GstElement *element)
{
  auto top = Ptr<GstElement>::share (element);
  while (auto parent = Ptr<GstObject>::adopt (
             gst_object_get_parent (GST_OBJECT_CAST (top.get ()))))
    top = Ptr<GstElement>::share (GST_ELEMENT_CAST (parent.get ()));
  return top;
}

// A seek takes the state away for a while, and pauses nothing.
static bool
plays (GstState now, GstState next)
{
  return now == GST_STATE_PLAYING
         || (now == GST_STATE_PAUSED && next == GST_STATE_PLAYING);
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
  return made;
}

ElementCapture::ElementCapture (GstElement *bin, GstElement *top,
    Ptr<GstBus> bus, std::weak_ptr<MediaStream> stream)
    : bin_ (WeakRef<GstElement>::create (bin)),
      top_ (top),
      bus_ (std::move (bus)),
      stream_ (std::move (stream)),
      is_playing_ (plays (GST_STATE (top), GST_STATE_PENDING (top)))
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

// Signals first: what comes meanwhile is found twice, not missed.
void
ElementCapture::watch_bin ()
{
  auto bin = bin_->lock ();
  if (!bin)
    return;
  gst_bus_enable_sync_message_emission (bus_.get ());
  message_ = connect (
      bus_.get (), "sync-message::state-changed", G_CALLBACK (on_message));
  added_ = connect (bin.get (), "deep-element-added", G_CALLBACK (on_added));
  removed_ =
      connect (bin.get (), "deep-element-removed", G_CALLBACK (on_removed));
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
  if (auto bin = bin_->lock ()) {
    g_signal_handler_disconnect (bin.get (), added_);
    g_signal_handler_disconnect (bin.get (), removed_);
  }
  g_signal_handler_disconnect (bus_.get (), message_);
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
  if (auto self = static_cast<Weak *> (weak)->lock ())
    self->on_state (message);
}

// Sinks

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
  for (const auto &pad : found)
    watch_pad (pad.get ());
}

void
ElementCapture::watch_pad (GstPad *pad)
{
  bool playing;
  {
    MutexLocker locker (lock_);
    for (const auto &known : pads_)
      if (known->pad () == pad)
        return;
    playing = is_playing_;
  }
  auto made = PadCapture::create (pad, shared_from_this (), playing);
  {
    MutexLocker locker (lock_);
    pads_.push_back (made);
    if (playing == is_playing_)
      return;
    playing = is_playing_;
  }
  made->set_playing (playing);
}

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
    each->stop ();
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
  if (GST_MESSAGE_SRC (message) != top_)
    return;
  GstState before, now, next;
  gst_message_parse_state_changed (message, &before, &now, &next);
  if (before == now)
    return; // it is lost for a while
  bool playing = plays (now, next);
  {
    MutexLocker locker (lock_);
    is_playing_ = playing;
  }
  for (const auto &each : pads ()) {
    each->set_playing (playing);
    if (before == GST_STATE_PAUSED && now == GST_STATE_READY)
      each->stop ();
  }
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

void
ElementCapture::add (const std::shared_ptr<Track> &track)
{
  if (auto known = stream_.lock ())
    known->MediaStream::add ({track}, Cause::user_agent);
}

void
ElementCapture::remove (const std::shared_ptr<Track> &track)
{
  if (auto known = stream_.lock ())
    known->MediaStream::remove (track, Cause::user_agent);
}

} // namespace webmedia::stream
