// SPDX-License-Identifier: LGPL-2.1-or-later
// What the streaming thread of a track does.
#include "base/progress.hh"
#include "track-name.hh"
#include "track-stream.hh"

#include <algorithm>

GST_DEBUG_CATEGORY_EXTERN (gst_web_mse_src_debug);
#define GST_CAT_DEFAULT gst_web_mse_src_debug

namespace webmedia::elements {

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

// Before the end: where the media was cut to end before where playback stands,
// a seek to the end comes first. Returns whether there was such a wait.
bool
TrackStream::wait_for_cut ()
{
  PlayerHub &hub = *source_.hub;
  bool waited = false;
  auto client = source_.client.lock ();
  while (client && client->cut ()) {
    waited = true;
    unsigned generation = hub.generation ();
    if (is_interrupted () || !client->cut ())
      break;
    hub.wait_change (generation);
  }
  return waited;
}

// Waits for the track.
GstFlowReturn
TrackStream::find ()
{
  PlayerHub &hub = *source_.hub;
  Progress progress (element_);
  while (!is_interrupted ()) {
    unsigned generation = hub.generation ();
    bool ended = hub.player ().is_ended ();
    auto error = hub.error ();
    auto tracks = hub.player ().tracks ();
    if (const mse::TrackInfo *info = find_track (tracks, source_.track)) {
      start (*info);
      progress.end ();
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
          (source_.track.empty ()
                  ? "the media source has ended without any track: "
                  : "the media source has ended without a track \""
                        + source_.track + "\": ")
              + describe_tracks (tracks)});
    if (is_interrupted ())
      break;
    progress.begin ("waiting for somebody to append to " + hub.name ());
    hub.wait_change (generation);
  }
  return GST_FLOW_FLUSHING;
}

void
TrackStream::start (const mse::TrackInfo &info)
{
  info_ = info;
  std::shared_ptr<mse::Reader> reader =
      source_.hub->player ().open (info.id, position_);
  if (!reader)
    return;             // the track went again: it is waited for
  auto before = reader; // which goes after the lock
  {
    MutexLocker locker (lock_);
    reader_.swap (before);
    caps_ = info.caps;
    if (is_interrupted ())
      reader->set_flushing (true);
  }
  announce ();
}

// Begins the stream, once.
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
    {
      MutexLocker locker (lock_);
      std::swap (collection_, collection);
    }
    follow_selection (*source_.hub, stream_.get ());
  }
  GstEvent *event =
      gst_event_new_stream_start (gst_stream_get_stream_id (stream_.get ()));
  gst_event_set_stream (event, stream_.get ());
  gst_event_set_stream_flags (
      event, gst_stream_get_stream_flags (stream_.get ()));
  gst_event_set_group_id (event, source_.hub->group_id ());
  gst_pad_push_event (GST_BASE_SRC_PAD (element_), event);
}

// GStreamer's decodebin3 (1.26) throws its parser away where another media type
// begins, with what that holds: the last frame of FLAC. The same segment again
// takes it out, and changes nothing else. Returns whether there is another one.
bool
TrackStream::drain_parser (GstCaps *next)
{
  Ptr<GstCaps> last;
  {
    MutexLocker locker (lock_);
    last = caps_;
  }
  auto type = [] (GstCaps *caps) {
    return gst_structure_get_name_id (gst_caps_get_structure (caps, 0));
  };
  if (!sent_ || !last || type (last.get ()) == type (next))
    return false;
  gst_pad_push_event (
      GST_BASE_SRC_PAD (element_), gst_event_new_segment (&element_->segment));
  return true;
}

bool
TrackStream::push_caps (GstCaps *caps)
{
  {
    MutexLocker locker (lock_);
    caps_ = Ptr<GstCaps>::share (caps);
  }
  set_stream_caps (stream_.get (), caps);
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

// Where no frame is there to come with it, so that sinks know where playback
// stands. GstBaseSrc sends it again with the first frame.
void
TrackStream::push_segment ()
{
  if (!restart_ || std::exchange (segment_sent_, true))
    return;
  gst_pad_push_event (
      GST_BASE_SRC_PAD (element_), gst_event_new_segment (&element_->segment));
}

// A text track may have nothing for minutes, and nobody shall wait for it: it
// keeps a step ahead of where the others are. Its reader is woken for that.
void
TrackStream::push_gap (const std::shared_ptr<mse::Reader> &reader)
{
  constexpr Time step = kSecond / 4;
  GstPad *pad = GST_BASE_SRC_PAD (element_);
  if (gap_end_ == kTimeNone) {
    push_caps (info_.caps.get ());
    push_segment ();
    gst_pad_push_event (
        pad, gst_event_new_gap (GstClockTime (position_), GST_CLOCK_TIME_NONE));
    gap_end_ = position_;
  }
  Pacer &pacer = *source_.playback->pacer;
  Time now = pacer.position ();
  if (now == kTimeInfinite)
    return; // the others have ended
  bool tries = !linked_ && asked_.exchange (false);
  if (now >= gap_end_ || tries) {
    Time start = std::exchange (
        gap_end_, add_saturated (std::max (now, gap_end_), step));
    gst_pad_push_event (pad, gst_event_new_gap (GstClockTime (start + shift_),
                                 GstClockTime (gap_end_ - start)));
    reader->skip (now);
  }
  pacer.interrupt_at (gap_end_, reader);
}

// A GstBuffer has no time before zero, but B-frames give decode times before
// it: the whole segment is moved up then, which no stream time and no running
// time shows.
void
TrackStream::begin_segment (const mse::Reader::Read &read)
{
  restart_ = false;
  late_ = 0;
  Time early = read.cut_before + (read.cut_before > 0 ? kMicrosecond : 0);
  shift_ = std::max<Time> (0, early - read.dts);
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
  // Nothing ends with what is faded out: other frames begin before its end.
  if (stop_ == kTimeNone || read.splice != kTimeNone)
    return false;
  late_ = std::max (late_, read.dts - read.pts);
  if (read.dts - late_ >= stop_)
    return true;
  // The next frame may not be there yet, and is not needed where all times are.
  if (info_.kind == mse::TrackKind::video) {
    sent_times_.add (read.pts, read.pts + read.duration);
    complete_ = sent_times_.reach (position_) >= stop_ - kMicrosecond;
  } else {
    complete_ = read.dts == read.pts && read.pts + read.duration >= stop_;
  }
  return false;
}

// All of the segment was sent. What follows without a flush begins where it
// ends, for all tracks alike, and not where the last frame did.
GstFlowReturn
TrackStream::finish ()
{
  const mse::Player &player = source_.hub->player ();
  Time duration = player.is_ended () ? player.duration () : kTimeNone;
  GST_OBJECT_LOCK (element_);
  GstSegment &segment = element_->segment;
  if (segment.stop != GST_CLOCK_TIME_NONE)
    segment.position = segment.stop;
  else if (duration >= 0 && duration != kTimeInfinite)
    segment.position = MAX (segment.position, GstClockTime (duration + shift_));
  GST_OBJECT_UNLOCK (element_);
  return GST_FLOW_EOS;
}

// To try to go on with what all frames after it need. False: it is flushing.
bool
TrackStream::rewind (mse::Reader &reader)
{
  Pacer &pacer = *source_.playback->pacer;
  if (delay_ > 0) {
    pacer.pause (delay_,
        [this] { return is_interrupted () || leaving_ || delay_ == 0; });
    delay_ = 0;
  }
  if (is_interrupted ())
    return false;
  Time now = pacer.position ();
  rewound_ = now != kTimeInfinite;
  if (!rewound_) { // all has been played: what is left is tried in turn
    asked_ = false;
    return true;
  }
  reader.seek (now);
  forget_sent ();
  return true;
}

// A track that nobody takes keeps beside the others, and only tries what could
// be taken: what depends on a frame that was dropped is dropped, too.
TrackStream::Turn
TrackStream::wait_for_turn (const mse::Reader::Read &read)
{
  Pacer &pacer = *source_.playback->pacer;
  bool tries = std::exchange (rewound_, false);
  if (!linked_ && !tries) {
    pacer.wait (
        read.pts, [this] { return is_interrupted () || leaving_ || asked_; });
    if (is_interrupted ())
      return Turn::flushing;
    if (asked_
        || GST_BUFFER_FLAG_IS_SET (
            read.buffer.get (), GST_BUFFER_FLAG_DELTA_UNIT))
      return Turn::skip;
  }
  // Cues are read long before they are shown.
  if (linked_ && info_.kind != mse::TrackKind::text)
    pacer.advance (read.pts);
  asked_ = false; // this is it
  return Turn::push;
}

// Whether somebody is linked, also to the ghost pad of a bin.
bool
TrackStream::has_peer () const
{
  auto peer =
      Ptr<GstPad>::adopt (gst_pad_get_peer (GST_BASE_SRC_PAD (element_)));
  if (!peer || !GST_IS_PROXY_PAD (peer.get ()))
    return bool (peer);
  auto ghost = Ptr<GstProxyPad>::adopt (
      gst_proxy_pad_get_internal (GST_PROXY_PAD (peer.get ())));
  return ghost && gst_pad_is_linked (GST_PAD (ghost.get ()));
}

// That it has nothing to send, for as long as what was sent is shown.
void
TrackStream::tell_wait ()
{
  GST_OBJECT_LOCK (element_);
  const GstSegment &segment = element_->segment;
  GstClockTime end = gst_segment_to_running_time (&segment, GST_FORMAT_TIME,
      std::clamp (GstClockTime (end_ + shift_), segment.start, segment.stop));
  GST_OBJECT_UNLOCK (element_);
  if (end == GST_CLOCK_TIME_NONE)
    return;
  waits_ = true;
  source_.playback->buffering->wait (this, end);
}

void
TrackStream::tell_no_wait ()
{
  if (std::exchange (waits_, false))
    source_.playback->buffering->go_on (this);
}

mse::Reader::Read
TrackStream::read (mse::Reader &reader)
{
  // Others do not wait for cues, nor for what nobody sees.
  if (linked_ && info_.kind != mse::TrackKind::text && reader.waits ()) {
    if (has_peer ())
      tell_wait ();
    else
      tell_no_wait (); // nobody is there any more, or yet
  }
  mse::Reader::Read result = reader.read ();
  if (result.status != mse::Reader::Status::flushing)
    tell_no_wait ();
  return result;
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
    if (!linked_ && asked_ && !rewind (*known))
      return GST_FLOW_FLUSHING;
    if (complete_)
      return finish ();
    if (info_.kind == mse::TrackKind::text)
      push_gap (known);
    if (restart_ && sent_ && known->waits ())
      push_segment ();

    mse::Reader::Read read = this->read (*known);
    if (read.status == Status::flushing) {
      if (!wait_is_over ())
        return GST_FLOW_FLUSHING;
      continue;
    }
    if (read.status == Status::closed)
      return fail (read.error);
    if (read.status == Status::end) {
      if (wait_for_cut ()) {
        if (is_interrupted ())
          return GST_FLOW_FLUSHING;
        continue;
      }
      if (!sent_)
        push_caps (info_.caps.get ());
      push_segment ();
      // Not where only this track was removed.
      if (linked_ && info_.kind != mse::TrackKind::text
          && source_.hub->player ().is_ended ())
        source_.playback->pacer->advance (kTimeInfinite);
      return finish ();
    }

    bool begins = restart_;
    if (begins)
      begin_segment (read);
    if (is_past_stop (read))
      return finish ();
    GstPad *pad = GST_BASE_SRC_PAD (element_);
    other_type_ = false;
    if (read.caps && !begins) {
      // Nobody answers while a decoder is replaced.
      if (read.cut_before > 0 || read.cut_after > 0)
        (void)finds_audiosplice ();
      other_type_ = drain_parser (read.caps.get ());
    }
    if (read.caps && !push_caps (read.caps.get ()))
      return GST_FLOW_FLUSHING;
    for (Ptr<GstEvent> &event : read.events)
      gst_pad_push_event (pad, event.release ());

    if (!announce_splice (read, begins) || !announce_cuts (read, begins))
      continue;
    Turn turn = wait_for_turn (read);
    if (turn == Turn::flushing)
      return GST_FLOW_FLUSHING;
    if (turn == Turn::skip)
      continue;
    gap_end_ = std::max (gap_end_, read.pts + read.duration);
    end_ = std::max (end_, read.pts + read.duration);
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
