// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/track-reader.hh"

#include "mse/wvtt.hh"

namespace webmedia::mse {

TrackReader::TrackReader (
    std::shared_ptr<Track> track, Time time, std::shared_ptr<ReaderWatch> watch)
    : track_ (std::move (track)),
      watch_ (std::move (watch))
{
  seek (time);
}

TrackReader::~TrackReader ()
{
  set_starving (false);
}

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
  tell_position (time);
}

void
TrackReader::skip (Time time)
{
  tell_position (time);
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
        .cuts = faded.cuts,
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
        .cuts = buffer.cuts_locked (frame),
    });
  }
  cursor_.advance ();
}

bool
TrackReader::waits ()
{
  // What was taken needs no lock: only this thread has it.
  if (next_taken_ < taken_.size ())
    return false;
  TrackBuffer &buffer = track_->buffer;
  MutexLocker locker (buffer.lock_);
  return !flushing_ && !buffer.closed_locked ()
         && buffer.seek_next_locked (cursor_, track_->kind == TrackKind::text)
                == TrackBuffer::Next::missing;
}

void
TrackReader::tell_position (Time time)
{
  if (watch_)
    watch_->on_position (time);
}

void
TrackReader::set_starving (bool starving)
{
  if (std::exchange (starving_, starving) != starving && watch_)
    watch_->on_starving (starving);
}

// Takes the next frame, from the track buffer where a group was read to its
// end. Waits for it, but not before it was told that this track starves: then
// the result is null.
std::optional<Reader::Status>
TrackReader::take (Taken &taken)
{
  TrackBuffer &buffer = track_->buffer;
  bool sparse = track_->kind == TrackKind::text;
  MutexLocker locker (buffer.lock_);
  for (;;) {
    if (flushing_)
      return Status::flushing;
    if (buffer.closed_locked ())
      return Status::closed;
    if (next_taken_ < taken_.size ())
      break;
    TrackBuffer::Next next = buffer.seek_next_locked (cursor_, sparse);
    if (next == TrackBuffer::Next::end)
      return Status::end;
    if (next == TrackBuffer::Next::frame)
      take_group_locked (buffer);
    else if (!starving_ && !sparse)
      return std::nullopt;
    else
      buffer.changed_.wait (buffer.lock_);
  }
  taken = std::move (taken_[next_taken_++]);
  return Status::frame;
}

// What read() returns where there is no frame.
Reader::Read
TrackReader::no_frame (Status status) const
{
  Read read{.status = status};
  if (status == Status::closed) {
    MutexLocker locker (track_->buffer.lock_);
    read.error = *track_->buffer.closed_locked ();
  }
  return read;
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
    auto status = take (taken);
    if (!status) {
      set_starving (true);
      status = take (taken);
    }
    set_starving (false);
    if (*status != Status::frame)
      return no_frame (*status);
    // What comes before that is for decoding only.
    tell_position (std::max (taken.frame.pts, taken.anchor));
    buffer = make_buffer (taken);
  } while (!buffer);

  Read read{.status = Status::frame};
  if (taken.config != config_) {
    read.caps = taken.config->caps;
    // Those that were told of stay.
    auto is_told = [this] (const ProtectionSystem &system) {
      return config_
             && std::find (config_->protection.begin (),
                    config_->protection.end (), system)
                    != config_->protection.end ();
    };
    for (const ProtectionSystem &system : taken.config->protection)
      if (!is_told (system))
        read.events.push_back (Ptr<GstEvent>::adopt (
            gst_event_new_protection (system.system_id.c_str (),
                system.init_data.get (), system.origin)));
    config_ = std::move (taken.config);
  }
  read.splice = taken.splice;
  read.splice_end = taken.splice_end;
  Time faded = std::exchange (fading_, taken.splice);
  if (faded != kTimeNone && faded != taken.splice)
    discont_ = true;
  // What is cut does not go on with its neighbour there.
  if (std::exchange (discont_, taken.cuts.after > 0) || taken.cuts.before > 0)
    GST_BUFFER_FLAG_SET (buffer.get (), GST_BUFFER_FLAG_DISCONT);
  read.pts = taken.frame.pts;
  read.dts = taken.frame.dts;
  read.cut_before = taken.cuts.before;
  read.cut_after = taken.cuts.after;
  read.duration = Time (taken.frame.duration);
  read.buffer = std::move (buffer);
  return read;
}

} // namespace webmedia::mse
