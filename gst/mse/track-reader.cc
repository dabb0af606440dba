// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/track-reader.hh"

#include "mse/wvtt.hh"

namespace webmedia::mse {

TrackReader::TrackReader (
    std::shared_ptr<Track> track, std::function<void (Time)> on_position)
    : track_ (std::move (track)),
      on_position_ (std::move (on_position))
{
  seek (0);
}

TrackReader::~TrackReader () = default;

void
TrackReader::seek (Time time)
{
  cursor_ = {};
  taken_.clear ();
  next_taken_ = 0;
  cursor_.time = clamp_time (time);
  cursor_.slack = time == 0 ? kStartSlack : 0;
  config_ = nullptr;
  discont_ = true;
  fading_ = kTimeNone;
  on_position_ (time);
}

void
TrackReader::skip (Time time)
{
  on_position_ (time);
}

Time
TrackReader::key_unit (Time time, bool after)
{
  return track_->buffer.random_access_point (time, after);
}

void
TrackReader::set_flushing (bool flushing)
{
  TrackBuffer &buffer = track_->buffer;
  {
    MutexLocker locker (buffer.lock_);
    flushing_ = flushing;
  }
  buffer.changed_.notify_all ();
}

void
TrackReader::take_faded (const Splice &splice)
{
  for (const Splice::Frame &faded : splice.faded)
    taken_.push_back ({
        .frame = faded.frame,
        .block = faded.block,
        .protection = faded.protection,
        .config = faded.config,
        .anchor = cursor_.anchor,
        .splice = splice.time,
        .splice_end = splice.faded.back ().frame.end (),
    });
}

// Copies the group that the cursor stands at, and what is faded out there.
void
TrackReader::take_group_locked (TrackBuffer &buffer)
{
  const Chunk &chunk = *cursor_.chunk;
  taken_.clear ();
  next_taken_ = 0;
  for (size_t i = cursor_.frame; i < cursor_.frame + cursor_.group; i++) {
    const CodedFrame &frame = chunk.frames[i];
    if (frame.pts >= cursor_.anchor)
      if (auto replaced = buffer.splice_locked (frame.pts, frame.pts))
        take_faded (*replaced);
    if (auto cut = buffer.splice_locked (frame.pts, frame.end ())) {
      take_faded (*cut); // the whole frame is one of these
      continue;
    }
    taken_.push_back ({
        .frame = frame,
        .block = chunk.blocks[frame.block],
        .protection = chunk.protection.empty () ? nullptr : chunk.protection[i],
        .config = chunk.config,
        .anchor = cursor_.anchor,
    });
  }
  cursor_.advance ();
}

bool
TrackReader::waits ()
{
  TrackBuffer &buffer = track_->buffer;
  MutexLocker locker (buffer.lock_);
  return !flushing_ && !buffer.closed_locked () && next_taken_ == taken_.size ()
         && buffer.seek_next_locked (cursor_, track_->kind == TrackKind::text)
                == TrackBuffer::Next::missing;
}

// Takes the next frame, from the track buffer where a group was read to its
// end, waiting for it.
std::optional<Reader::Read>
TrackReader::take (Taken &taken)
{
  TrackBuffer &buffer = track_->buffer;
  MutexLocker locker (buffer.lock_);
  for (;;) {
    if (flushing_)
      return Read{};
    if (const Error *error = buffer.closed_locked ())
      return Read{.status = Status::closed, .error = *error};
    if (next_taken_ < taken_.size ())
      break;
    TrackBuffer::Next next =
        buffer.seek_next_locked (cursor_, track_->kind == TrackKind::text);
    if (next == TrackBuffer::Next::end)
      return Read{.status = Status::end};
    if (next == TrackBuffer::Next::frame)
      take_group_locked (buffer);
    else
      buffer.changed_.wait (buffer.lock_);
  }
  taken = std::move (taken_[next_taken_++]);
  return std::nullopt;
}

// A buffer over the frame's bytes; null where it stands for a gap.
Ptr<GstBuffer>
TrackReader::make_buffer (const Taken &taken)
{
  const CodedFrame &frame = taken.frame;
  if (taken.config->format == SampleFormat::wvtt)
    return make_wvtt_buffer (*taken.block, frame.offset, frame.size);

  auto buffer = taken.block->make_buffer (frame.offset, frame.size);
  GstBuffer *output = buffer.get ();
  if (!frame.keyframe)
    GST_BUFFER_FLAG_SET (output, GST_BUFFER_FLAG_DELTA_UNIT);
  // Its whole interval was played already, from frames that this one
  // replaces: it is there for those that refer to it.
  if (frame.duration > 0 && frame.end () <= taken.anchor)
    GST_BUFFER_FLAG_SET (output, GST_BUFFER_FLAG_DECODE_ONLY);
  if (taken.protection)
    gst_buffer_add_protection_meta (
        output, gst_structure_copy (taken.protection.get ()));
  return buffer;
}

Reader::Read
TrackReader::read ()
{
  Taken taken;
  Ptr<GstBuffer> buffer;
  do {
    if (auto no_frame = take (taken))
      return *no_frame;
    on_position_ (taken.frame.pts);
    buffer = make_buffer (taken);
  } while (!buffer);

  Read read{.status = Status::frame};
  if (taken.config != config_) {
    read.caps = taken.config->caps;
    for (const ProtectionSystem &system : taken.config->protection)
      read.events.push_back (Ptr<GstEvent>::adopt (gst_event_new_protection (
          system.system_id.c_str (), system.init_data.get (), "isobmff/moov")));
    config_ = std::move (taken.config);
  }
  read.splice = taken.splice;
  read.splice_end = taken.splice_end;
  Time faded = std::exchange (fading_, taken.splice);
  if (faded != kTimeNone && faded != taken.splice)
    discont_ = true;
  if (std::exchange (discont_, false))
    GST_BUFFER_FLAG_SET (buffer.get (), GST_BUFFER_FLAG_DISCONT);
  read.pts = taken.frame.pts;
  read.dts = taken.frame.dts;
  read.duration = Time (taken.frame.duration);
  read.buffer = std::move (buffer);
  return read;
}

} // namespace webmedia::mse
