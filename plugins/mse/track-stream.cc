// SPDX-License-Identifier: LGPL-2.1-or-later
#include "track-stream.hh"

#include <algorithm>

namespace webmedia::elements {

bool
is_own_stream_start (GstEvent *event)
{
  GstStream *stream = nullptr;
  gst_event_parse_stream (event, &stream);
  return bool (Ptr<GstStream>::adopt (stream));
}

static GstStreamType
stream_type (mse::TrackKind kind)
{
  switch (kind) {
  case mse::TrackKind::video:
    return GST_STREAM_TYPE_VIDEO;
  case mse::TrackKind::audio:
    return GST_STREAM_TYPE_AUDIO;
  case mse::TrackKind::text:
    return GST_STREAM_TYPE_TEXT;
  }
  return GST_STREAM_TYPE_UNKNOWN;
}

void
set_stream_caps (GstStream *stream, GstCaps *caps)
{
  const char *clear = gst_structure_get_string (
      gst_caps_get_structure (caps, 0), "original-media-type");
  if (!clear) {
    gst_stream_set_caps (stream, caps);
    return;
  }
  auto copy = Ptr<GstCaps>::adopt (gst_caps_copy (caps));
  GstStructure *structure = gst_caps_get_structure (copy.get (), 0);
  gst_structure_set_name (structure, clear);
  gst_structure_remove_fields (structure, "original-media-type",
      "protection-system", "cipher-mode", "encryption-algorithm",
      "encoding-scope", nullptr);
  gst_stream_set_caps (stream, copy.get ());
}

static GstStreamFlags
stream_flags (const mse::TrackInfo &info)
{
  return info.selected ? GST_STREAM_FLAG_SELECT : GST_STREAM_FLAG_NONE;
}

static std::string
stream_id (const PlayerHub &hub, const std::string &track)
{
  return hub.name () + "/" + track;
}

// The id of the track that a stream of the hub is made of.
static std::string
track_of (const PlayerHub &hub, const std::string &id)
{
  std::string prefix = stream_id (hub, "");
  return id.starts_with (prefix) ? id.substr (prefix.size ()) : "";
}

// What plays is what is linked: the owner hears of it, and what it appends may
// change with it.
void
select_streams (const PlayerHub &hub, GstEvent *event)
{
  GList *wanted = nullptr;
  gst_event_parse_select_streams (event, &wanted);
  std::vector<std::string> ids;
  for (GList *each = wanted; each; each = each->next)
    ids.push_back (track_of (hub, static_cast<const char *> (each->data)));
  g_list_free_full (wanted, g_free);
  hub.player ().select (ids);
}

// Until nothing is new: another thread may do the same, with what it knew
// before.
void
follow_selection (const PlayerHub &hub, GstStream *stream)
{
  std::string id = track_of (hub, gst_stream_get_stream_id (stream));
  for (;;) {
    auto tracks = hub.player ().tracks ();
    auto track = std::find_if (tracks.begin (), tracks.end (),
        [&id] (const mse::TrackInfo &each) { return each.id == id; });
    if (track == tracks.end ()
        || gst_stream_get_stream_flags (stream) == stream_flags (*track))
      return;
    gst_stream_set_stream_flags (stream, stream_flags (*track));
  }
}

Ptr<GstStream>
make_stream (const PlayerHub &hub, const mse::TrackInfo &info)
{
  auto stream =
      Ptr<GstStream>::adopt (gst_stream_new (stream_id (hub, info.id).c_str (),
          nullptr, stream_type (info.kind), stream_flags (info)));
  set_stream_caps (stream.get (), info.caps.get ());
  auto tags = Ptr<GstTagList>::adopt (gst_tag_list_new_empty ());
  if (!info.language.empty ())
    gst_tag_list_add (tags.get (), GST_TAG_MERGE_REPLACE, GST_TAG_LANGUAGE_CODE,
        info.language.c_str (), nullptr);
  if (!info.label.empty ())
    gst_tag_list_add (tags.get (), GST_TAG_MERGE_REPLACE, GST_TAG_TITLE,
        info.label.c_str (), nullptr);
  if (!info.web_kind.empty ())
    gst_tag_list_add (tags.get (), GST_TAG_MERGE_REPLACE,
        GST_TAG_EXTENDED_COMMENT, ("kind=" + info.web_kind).c_str (), nullptr);
  if (!gst_tag_list_is_empty (tags.get ()))
    gst_stream_set_tags (stream.get (), tags.get ());
  return stream;
}

void
TrackStream::set_source (Source source)
{
  {
    MutexLocker locker (lock_);
    std::swap (source_, source);
  }
  position_ = source_.read_from;
}

// The next frame is the first of a segment.
void
TrackStream::begin_anew ()
{
  restart_ = true;
  segment_sent_ = false;
  rewound_ = false;
  gap_end_ = kTimeNone;
  shift_ = 0;
  forget_sent ();
}

// Reading has gone elsewhere.
void
TrackStream::forget_sent ()
{
  complete_ = false;
  splice_ = kTimeNone;
  seamless_ = false;
  has_splicer_ = false;
  left_out_ = false;
  sent_pts_ = kTimeNone;
  sent_times_.clear ();
}

void
TrackStream::stop ()
{
  std::shared_ptr<mse::Reader> reader; // what these end with calls out
  Ptr<GstStreamCollection> collection;
  {
    MutexLocker locker (lock_);
    reader_.swap (reader);
    std::swap (collection_, collection);
    caps_ = nullptr;
  }
  tell_no_wait ();
  stream_ = nullptr;
  sent_ = nullptr;
  begin_anew ();
  linked_ = true;
  asked_ = false;
  leaving_ = false;
  seek_base_ = GST_CLOCK_TIME_NONE;
  position_ = 0;
  end_ = 0;
  stop_ = kTimeNone;
}

std::shared_ptr<mse::Reader>
TrackStream::reader () const
{
  MutexLocker locker (lock_);
  return reader_;
}

Ptr<GstCaps>
TrackStream::caps () const
{
  MutexLocker locker (lock_);
  return caps_;
}

Time
TrackStream::key_unit (Time time, bool after) const
{
  auto known = reader ();
  return known ? known->key_unit (time, after) : time;
}

void
TrackStream::wake ()
{
  std::shared_ptr<Playback> playback;
  {
    MutexLocker locker (lock_);
    if (reader_)
      reader_->set_flushing (true);
    if (linked_)
      return; // it pushes anyway
    playback = source_.playback;
  }
  if (playback)
    playback->pacer->wake ();
}

void
TrackStream::set_flushing (bool flushing)
{
  interrupt (flushing_, flushing);
}

void
TrackStream::set_pausing (bool pausing)
{
  interrupt (pausing_, pausing);
}

void
TrackStream::interrupt (std::atomic<bool> &reason, bool set)
{
  std::shared_ptr<PlayerHub> hub;
  std::shared_ptr<Playback> playback;
  {
    MutexLocker locker (lock_);
    reason = set;
    if (reader_)
      reader_->set_flushing (is_interrupted ());
    hub = source_.hub;
    playback = source_.playback;
  }
  if (set && hub) {
    hub->wake ();
    playback->pacer->wake ();
  }
}

// Wakes the streaming thread, to push it.
Ptr<GstStreamCollection>
TrackStream::collection () const
{
  MutexLocker locker (lock_);
  return collection_;
}

void
TrackStream::set_collection (Ptr<GstStreamCollection> collection)
{
  MutexLocker locker (lock_);
  std::swap (collection_, collection); // the old one goes after the lock
  if (reader_)
    reader_->set_flushing (true);
}

// After a wait that was ended by somebody: false when it was set_flushing().
bool
TrackStream::wait_is_over ()
{
  MutexLocker locker (lock_);
  if (is_interrupted ())
    return false;
  reader_->set_flushing (false);
  return true;
}

void
TrackStream::leave ()
{
  leaving_ = true;
  std::shared_ptr<PlayerHub> hub;
  std::shared_ptr<Playback> playback;
  {
    MutexLocker locker (lock_);
    hub = source_.hub;
    playback = source_.playback;
  }
  if (!hub)
    return;
  hub->wake ();
  playback->pacer->wake ();
}

void
TrackStream::seek (GstSegment &segment)
{
  set_pausing (false); // before the thread runs again
  GstClockTime base = seek_base_.exchange (GST_CLOCK_TIME_NONE);
  if (base != GST_CLOCK_TIME_NONE)
    segment.base = base;
  // A seek that comes from a pad may be late: there may be no source any more.
  std::shared_ptr<Playback> playback;
  {
    MutexLocker locker (lock_);
    playback = source_.playback;
    position_ = std::max (Time (segment.position), source_.read_from);
    source_.read_from = 0;
  }
  stop_ = segment.stop == GST_CLOCK_TIME_NONE ? kTimeNone : Time (segment.stop);
  begin_anew ();
  end_ = Time (segment.position);
  waits_ = true; // what it does next is told, whatever it did
  if (playback)
    playback->pacer->restart (position_);
  if (auto known = reader ())
    known->seek (position_);
}

} // namespace webmedia::elements
