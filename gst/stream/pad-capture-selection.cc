// SPDX-License-Identifier: LGPL-2.1-or-later
// Whether what a sink plays is selected.
#include "stream/pad-capture.hh"

#include <algorithm>

namespace webmedia::stream {

namespace {

// Several elements have collections of one id, and streams of one id in them:
// what is the same stream is the same object.
bool
is_successor (GstStreamCollection *next, GstStreamCollection *before)
{
  if (g_strcmp0 (gst_stream_collection_get_upstream_id (next),
          gst_stream_collection_get_upstream_id (before))
      != 0)
    return false;
  for (guint i = 0; i < gst_stream_collection_get_size (next); i++)
    for (guint k = 0; k < gst_stream_collection_get_size (before); k++)
      if (gst_stream_collection_get_stream (next, i)
          == gst_stream_collection_get_stream (before, k))
        return true;
  return false;
}

} // namespace

// It hears of a stream's flags for as long as it is there.
class PadCapture::Flags {
public:
  Flags (Ptr<GstStream> stream, std::weak_ptr<PadCapture> told)
      : stream_ (std::move (stream)),
        handler_ (g_signal_connect_data (
            stream_.get (), "notify::stream-flags", G_CALLBACK (on_change),
            new Told (std::move (told)),
            [] (gpointer gone, GClosure *) {
              delete static_cast<Told *> (gone);
            },
            GConnectFlags (0)))
  {}
  ~Flags () { g_signal_handler_disconnect (stream_.get (), handler_); }
  Flags (const Flags &) = delete;
  Flags &operator= (const Flags &) = delete;

  GstStream *stream () const { return stream_.get (); }

private:
  using Told = std::weak_ptr<PadCapture>;

  static void on_change (GstStream *stream, GParamSpec *, gpointer told)
  {
    if (auto self = static_cast<Told *> (told)->lock ())
      self->on_flags (stream);
  }

  const Ptr<GstStream> stream_;
  const gulong handler_;
};

PadCapture::PadCapture (
    GstPad *pad, const std::shared_ptr<Owner> &owner, Playback playback)
    : pad_ (Ptr<GstPad>::share (pad)),
      owner_ (owner),
      playback_ (std::move (playback))
{}

PadCapture::~PadCapture ()
{
  if (probe_)
    gst_pad_remove_probe (pad_.get (), probe_);
}

// By its id where its events did not say more.
bool
PadCapture::Stream::is (GstStream *stream) const
{
  return flags ? flags->stream () == stream
               : id == gst_stream_get_stream_id (stream);
}

bool
PadCapture::Stream::is_in (GstStreamCollection *streams) const
{
  for (guint i = 0; i < gst_stream_collection_get_size (streams); i++)
    if (is (gst_stream_collection_get_stream (streams, i)))
      return true;
  return false;
}

std::shared_ptr<PadCapture::Flags>
PadCapture::watch_flags (const Ptr<GstStream> &stream)
{
  return stream ? std::make_shared<Flags> (stream, weak_from_this ()) : nullptr;
}

// https://w3c.github.io/mediacapture-fromelement/#dom-htmlmediaelement-capturestream
// "a track that is enabled, disabled and re-enabled will be captured as two".
void
PadCapture::on_stream (const char *id, const Ptr<GstStream> &stream)
{
  Feed gone;
  Stream other{.id = id, .flags = watch_flags (stream)};
  {
    MutexLocker locker (lock_);
    if (stream_.id == id) {
      if (!stream_.flags || stream_.flags->stream () != stream.get ())
        stream_.is_flagged = stream_.is_chosen = true; // nobody knows this one
      stream_.flags.swap (other.flags);
      return;
    }
    gone = take_locked ();
    std::swap (stream_, other);
  }
  end (std::move (gone));
  if (auto bypass = update_bypass (true))
    bypass->skip_to (id);
}

// What has none at all plays: few elements say what is selected.
void
PadCapture::on_flags (GstStream *stream)
{
  Selection selection;
  {
    MutexLocker locker (lock_);
    if (!stream_.flags || stream_.flags->stream () != stream)
      return;
    bool is_flagged =
        gst_stream_get_stream_flags (stream) & GST_STREAM_FLAG_SELECT;
    selection = select_locked (stream_.is_flagged, is_flagged);
  }
  follow (std::move (selection));
}

void
PadCapture::select (GstStreamCollection *collection,
    const std::vector<Ptr<GstStream>> &selected)
{
  Selection selection;
  {
    MutexLocker locker (lock_);
    if (!stream_.is_in (collection))
      return;
    bool is_chosen = std::ranges::any_of (selected,
        [this] (const auto &each)
            REQUIRES (lock_) { return stream_.is (each.get ()); });
    selection = select_locked (stream_.is_chosen, is_chosen);
  }
  follow (std::move (selection));
}

PadCapture::Selection
PadCapture::select_locked (bool &by, bool is_selected)
{
  bool was_selected = stream_.is_selected ();
  by = is_selected;
  Selection selection{.ends = was_selected && !stream_.is_selected (),
      .begins = !was_selected && stream_.is_selected () && !stream_.is_at_end};
  if (selection.ends)
    selection.gone = take_locked ();
  return selection;
}

// https://w3c.github.io/mediacapture-fromelement/#dom-htmlmediaelement-capturestream
// A track ends when "the track that it captures is no longer selected or
// enabled"; "re-enabled", it is another one. It does not hold up the end.
void
PadCapture::follow (Selection selection)
{
  auto owner = owner_.lock ();
  if (selection.ends) {
    end (std::move (selection.gone));
    if (owner)
      owner->on_end ();
  }
  auto caps = selection.begins
                  ? Ptr<GstCaps>::adopt (gst_pad_get_current_caps (pad_.get ()))
                  : nullptr;
  if (caps)
    begin (caps.get ());
}

// Which one it is in, as its own events say.
void
PadCapture::on_collection (GstStreamCollection *collection)
{
  auto before = Ptr<GstStreamCollection>::share (collection);
  {
    MutexLocker locker (lock_);
    if (stream_.is_in (collection))
      std::swap (stream_.collection, before);
  }
  follow (collection);
}

void
PadCapture::follow (GstStreamCollection *collection)
{
  auto before = Ptr<GstStreamCollection>::share (collection);
  {
    MutexLocker locker (lock_);
    if (!stream_.collection
        || !is_successor (collection, stream_.collection.get ()))
      return;
    std::swap (stream_.collection, before);
    stream_.is_removed = !stream_.is_in (collection);
  }
  end_removed ();
}

// What was sent of it by then is played.
void
PadCapture::end_removed ()
{
  Feed gone;
  {
    MutexLocker locker (lock_);
    if (!stream_.is_removed || !stream_.is_at_end)
      return;
    gone = take_locked ();
  }
  end (std::move (gone));
}

} // namespace webmedia::stream
