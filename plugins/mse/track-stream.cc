// SPDX-License-Identifier: LGPL-2.1-or-later
#include "track-stream.hh"

#include "track-name.hh"

GST_DEBUG_CATEGORY_EXTERN (gst_web_mse_src_debug);
#define GST_CAT_DEFAULT gst_web_mse_src_debug

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

Ptr<GstStream>
make_stream (const PlayerHub &hub, const mse::TrackInfo &info)
{
  auto stream = Ptr<GstStream>::adopt (
      gst_stream_new ((hub.name () + "/" + info.id).c_str (), info.caps.get (),
          stream_type (info.kind), GST_STREAM_FLAG_SELECT));
  auto tags = Ptr<GstTagList>::adopt (gst_tag_list_new_empty ());
  if (!info.language.empty ())
    gst_tag_list_add (tags.get (), GST_TAG_MERGE_REPLACE, GST_TAG_LANGUAGE_CODE,
        info.language.c_str (), nullptr);
  if (!info.label.empty ())
    gst_tag_list_add (tags.get (), GST_TAG_MERGE_REPLACE, GST_TAG_TITLE,
        info.label.c_str (), nullptr);
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

void
TrackStream::stop ()
{
  std::shared_ptr<mse::Reader> reader; // its end calls out
  {
    MutexLocker locker (lock_);
    reader = std::move (reader_);
    collection_ = nullptr;
    caps_ = nullptr;
  }
  stream_ = nullptr;
  sent_ = nullptr;
  restart_ = true;
  complete_ = false;
  position_ = 0;
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
TrackStream::set_linked (bool linked)
{
  if (linked_.exchange (linked) != linked && source_.playback)
    source_.playback->pacer.wake ();
}

void
TrackStream::set_flushing (bool flushing)
{
  std::shared_ptr<PlayerHub> hub;
  std::shared_ptr<Playback> playback;
  {
    MutexLocker locker (lock_);
    flushing_ = flushing;
    if (reader_)
      reader_->set_flushing (flushing);
    hub = source_.hub;
    playback = source_.playback;
  }
  if (flushing && hub) {
    hub->wake ();
    playback->pacer.wake ();
  }
}

// Wakes the streaming thread, to push it.
void
TrackStream::set_collection (Ptr<GstStreamCollection> collection)
{
  MutexLocker locker (lock_);
  collection_ = std::move (collection);
  if (reader_)
    reader_->set_flushing (true);
}

// After a wait that was ended by somebody: false when it was set_flushing().
bool
TrackStream::wait_is_over ()
{
  MutexLocker locker (lock_);
  if (flushing_)
    return false;
  reader_->set_flushing (false);
  return true;
}

void
TrackStream::seek (const GstSegment &segment)
{
  // A seek that comes from a pad may be late: there may be no source any more.
  std::shared_ptr<Playback> playback;
  {
    MutexLocker locker (lock_);
    playback = source_.playback;
    position_ = std::max (Time (segment.position), source_.read_from);
    source_.read_from = 0;
  }
  stop_ = segment.stop == GST_CLOCK_TIME_NONE ? kTimeNone : Time (segment.stop);
  restart_ = true;
  complete_ = false;
  if (playback)
    playback->pacer.restart (position_);
  if (auto known = reader ())
    known->seek (position_);
}

// One message for all elements of the player; none by GstBaseSrc, which posts
// its own for every other error.
GstFlowReturn
TrackStream::fail (const Error &error)
{
  GST_DEBUG_OBJECT (
      element_, "playback can't go on: %s", error.message.c_str ());
  if (source_.playback->errors.claim ())
    post_error (GST_ELEMENT (element_), error);
  return GST_FLOW_FLUSHING;
}

// Waits for the track.
GstFlowReturn
TrackStream::find ()
{
  PlayerHub &hub = *source_.hub;
  while (!flushing_) {
    unsigned generation = hub.generation ();
    bool ended = hub.player ().is_ended ();
    auto error = hub.error ();
    auto tracks = hub.player ().tracks ();
    if (const mse::TrackInfo *info = find_track (tracks, source_.track)) {
      start (*info);
      return GST_FLOW_OK;
    }
    if (error)
      return fail (*error);
    if (source_.stream) {
      announce (); // it was removed before it was read
      return GST_FLOW_EOS;
    }
    if (ended)
      return fail ({ErrorCode::not_found,
          "the media source has ended without a track \"" + source_.track
              + "\": " + describe_tracks (tracks)});
    if (!flushing_)
      hub.wait_change (generation);
  }
  return GST_FLOW_FLUSHING;
}

void
TrackStream::start (const mse::TrackInfo &info)
{
  info_ = info;
  std::shared_ptr<mse::Reader> reader = source_.hub->player ().open (info.id);
  if (!reader)
    return; // the track went again: it is waited for
  reader->seek (position_);
  {
    MutexLocker locker (lock_);
    reader_ = reader;
    caps_ = info.caps;
    if (flushing_)
      reader->set_flushing (true);
  }
  announce ();
}

void
TrackStream::announce ()
{
  if (stream_)
    return;
  stream_ = source_.stream;
  if (!stream_) {
    stream_ = make_stream (*source_.hub, info_);
    auto collection = Ptr<GstStreamCollection>::adopt (
        gst_stream_collection_new (source_.hub->name ().c_str ()));
    gst_stream_collection_add_stream (
        collection.get (), Ptr<GstStream> (stream_).release ());
    MutexLocker locker (lock_);
    collection_ = std::move (collection);
  }
  GstEvent *event =
      gst_event_new_stream_start (gst_stream_get_stream_id (stream_.get ()));
  gst_event_set_stream (event, stream_.get ());
  gst_event_set_stream_flags (event, GST_STREAM_FLAG_SELECT);
  gst_event_set_group_id (event, source_.hub->group_id ());
  gst_pad_push_event (GST_BASE_SRC_PAD (element_), event);
}

bool
TrackStream::push_caps (GstCaps *caps)
{
  {
    MutexLocker locker (lock_);
    caps_ = Ptr<GstCaps>::share (caps);
  }
  gst_stream_set_caps (stream_.get (), caps);
  // Downstream's opinion comes with the first frame: this fails by a flush.
  if (!gst_base_src_set_caps (element_, caps))
    return false;
  push_collection ();
  return true;
}

void
TrackStream::push_collection ()
{
  Ptr<GstStreamCollection> collection;
  {
    MutexLocker locker (lock_);
    collection = collection_;
  }
  if (!collection || collection == sent_)
    return;
  gst_pad_push_event (GST_BASE_SRC_PAD (element_),
      gst_event_new_stream_collection (collection.get ()));
  sent_ = std::move (collection);
}

// A text track may have nothing for minutes: nobody shall wait for it.
// GstBaseSrc sends the segment again with the first frame.
void
TrackStream::push_first_gap ()
{
  push_caps (info_.caps.get ());
  GstPad *pad = GST_BASE_SRC_PAD (element_);
  gst_pad_push_event (pad, gst_event_new_segment (&element_->segment));
  gst_pad_push_event (
      pad, gst_event_new_gap (GstClockTime (position_), GST_CLOCK_TIME_NONE));
}

// A GstBuffer has no time before zero, but B-frames give decode times before
// it: the whole segment is moved up then, which no stream time and no running
// time shows.
void
TrackStream::begin_segment (const mse::Reader::Read &read)
{
  restart_ = false;
  late_ = 0;
  shift_ = std::max<Time> (0, -read.dts);
  if (shift_ == 0)
    return;
  // GstBaseSrc is about to send it: it always is after a start or a seek.
  GST_OBJECT_LOCK (element_);
  GstSegment &segment = element_->segment;
  segment.start += GstClockTime (shift_);
  segment.position += GstClockTime (shift_);
  if (segment.stop != GST_CLOCK_TIME_NONE)
    segment.stop += GstClockTime (shift_);
  GST_OBJECT_UNLOCK (element_);
}

// Whether no frame from this one on is shown before the segment's end: frames
// that come later in decode order may be shown earlier.
bool
TrackStream::is_past_stop (const mse::Reader::Read &read)
{
  if (stop_ == kTimeNone)
    return false;
  late_ = std::max (late_, read.dts - read.pts);
  if (read.dts - late_ >= stop_)
    return true;
  // The next frame may not be there yet; what is all in order needs none.
  complete_ = info_.kind != mse::TrackKind::video && read.dts == read.pts
              && read.pts + read.duration >= stop_;
  return false;
}

GstFlowReturn
TrackStream::create (GstBuffer **buffer)
{
  using Status = mse::Reader::Status;
  for (;;) {
    auto known = reader ();
    if (!known) {
      if (GstFlowReturn flow = find (); flow != GST_FLOW_OK)
        return flow;
      continue;
    }
    if (sent_)
      push_collection ();
    if (complete_)
      return GST_FLOW_EOS;
    if (restart_ && info_.kind == mse::TrackKind::text)
      push_first_gap ();

    mse::Reader::Read read = known->read ();
    if (read.status == Status::flushing) {
      if (!wait_is_over ())
        return GST_FLOW_FLUSHING;
      continue;
    }
    if (read.status == Status::closed)
      return fail (read.error);
    if (read.status == Status::end) {
      if (!sent_)
        push_caps (info_.caps.get ());
      if (linked_)
        source_.playback->pacer.advance (kTimeInfinite);
      return GST_FLOW_EOS;
    }

    if (restart_)
      begin_segment (read);
    if (is_past_stop (read))
      return GST_FLOW_EOS;
    GstPad *pad = GST_BASE_SRC_PAD (element_);
    for (Ptr<GstEvent> &event : read.events)
      gst_pad_push_event (pad, event.release ());
    if (read.caps && !push_caps (read.caps.get ()))
      return GST_FLOW_FLUSHING;

    Pacer &pacer = source_.playback->pacer;
    if (linked_) {
      pacer.advance (read.pts);
    } else {
      pacer.wait (read.pts, [this] { return flushing_ || linked_; });
      if (flushing_)
        return GST_FLOW_FLUSHING;
    }
    auto to_clock_time = [this] (Time time) {
      time += shift_;
      return time < 0 ? GST_CLOCK_TIME_NONE : GstClockTime (time);
    };
    GST_BUFFER_PTS (read.buffer.get ()) = to_clock_time (read.pts);
    GST_BUFFER_DTS (read.buffer.get ()) = to_clock_time (read.dts);
    GST_BUFFER_DURATION (read.buffer.get ()) = GstClockTime (read.duration);
    *buffer = read.buffer.release ();
    return GST_FLOW_OK;
  }
}

} // namespace webmedia::elements
