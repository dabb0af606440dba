// SPDX-License-Identifier: LGPL-2.1-or-later
// Whether what a sink plays is selected.
#include "stream/pad-capture.hh"

#include <algorithm>

namespace webmedia::stream {

namespace {

bool
has (GstStreamCollection *collection, const std::string &id)
{
  for (guint i = 0; i < gst_stream_collection_get_size (collection); i++)
    if (id
        == gst_stream_get_stream_id (
            gst_stream_collection_get_stream (collection, i)))
      return true;
  return false;
}

std::string
id_of (GstStreamCollection *collection)
{
  const char *id = gst_stream_collection_get_upstream_id (collection);
  return id ? id : "";
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

void
PadCapture::forget_stream_locked ()
{
  collection_id_.clear ();
  is_at_end_ = false;
  is_chosen_ = true;
  is_flagged_ = true;
  is_removed_ = false;
}

void
PadCapture::watch_flags (Ptr<GstStream> stream)
{
  std::unique_ptr<Flags> gone; // without the lock
  if (stream)
    gone = std::make_unique<Flags> (std::move (stream), weak_from_this ());
  MutexLocker locker (lock_);
  flags_.swap (gone);
}

// What has none at all plays: few elements say what is selected.
void
PadCapture::on_flags (GstStream *stream)
{
  Selection selection;
  {
    MutexLocker locker (lock_);
    if (!flags_ || flags_->stream () != stream)
      return;
    bool is_flagged =
        gst_stream_get_stream_flags (stream) & GST_STREAM_FLAG_SELECT;
    selection = select_locked (is_flagged_, is_flagged);
  }
  follow (std::move (selection));
}

void
PadCapture::select (
    GstStreamCollection *collection, const std::vector<std::string> &ids)
{
  Selection selection;
  {
    MutexLocker locker (lock_);
    if (!has (collection, stream_id_))
      return;
    bool is_chosen = std::ranges::find (ids, stream_id_) != ids.end ();
    selection = select_locked (is_chosen_, is_chosen);
  }
  follow (std::move (selection));
}

PadCapture::Selection
PadCapture::select_locked (bool &by, bool is_selected)
{
  bool was_selected = is_selected_locked ();
  by = is_selected;
  Selection selection{.ends = was_selected && !is_selected_locked (),
      .begins = !was_selected && is_selected_locked () && !is_at_end_};
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

// Which one it is of, as its own events say.
void
PadCapture::on_collection (GstStreamCollection *collection)
{
  {
    MutexLocker locker (lock_);
    if (has (collection, stream_id_))
      collection_id_ = id_of (collection);
  }
  follow (collection);
}

void
PadCapture::follow (GstStreamCollection *collection)
{
  {
    MutexLocker locker (lock_);
    if (collection_id_.empty () || collection_id_ != id_of (collection))
      return;
    is_removed_ = !has (collection, stream_id_);
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
    if (!is_removed_ || !is_at_end_)
      return;
    gone = take_locked ();
  }
  end (std::move (gone));
}

} // namespace webmedia::stream
