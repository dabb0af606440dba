// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/track-reader.hh"

namespace webmedia::mse {

// Playback from zero begins with data that begins a little later: encoders
// and muxers leave such gaps. https://www.w3.org/TR/media-source-2/ suggests
// that implementations bridge about a second.
static constexpr Time kStartSlack = kSecond;

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
  cursor_.time = time;
  cursor_.slack = time == 0 ? kStartSlack : 0;
  config_ = nullptr;
  discont_ = true;
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

Reader::Read
TrackReader::read ()
{
  TrackBuffer &buffer = track_->buffer;
  CodedFrame frame;
  Ptr<Block> block;
  SampleProtection protection;
  std::shared_ptr<const TrackConfig> config;
  Time anchor;
  {
    MutexLocker locker (buffer.lock_);
    for (;;) {
      if (flushing_)
        return {};
      if (const Error *error = buffer.closed_locked ())
        return {.status = Status::closed, .error = *error};
      TrackBuffer::Next next =
          buffer.seek_next_locked (cursor_, track_->kind == TrackKind::text);
      if (next == TrackBuffer::Next::end)
        return {.status = Status::end};
      if (next == TrackBuffer::Next::frame)
        break;
      buffer.changed_.wait (buffer.lock_);
    }
    const Chunk &chunk = *cursor_.chunk;
    frame = chunk.frames[cursor_.frame];
    block = chunk.blocks[frame.block];
    if (!chunk.protection.empty ())
      protection = chunk.protection[cursor_.frame];
    config = chunk.config;
    anchor = cursor_.anchor;
    cursor_.frame++;
    cursor_.time = std::max (cursor_.time, frame.end ());
  }

  Read read{.status = Status::frame};
  if (config != config_) {
    read.caps = config->caps;
    for (const ProtectionSystem &system : config->protection)
      read.events.push_back (Ptr<GstEvent>::adopt (gst_event_new_protection (
          system.system_id.c_str (), system.init_data.get (), "isobmff/moov")));
    config_ = std::move (config);
  }
  read.pts = frame.pts;
  read.dts = frame.dts;
  read.duration = Time (frame.duration);
  read.buffer = block->make_buffer (frame.offset, frame.size);
  GstBuffer *output = read.buffer.get ();
  if (!frame.keyframe)
    GST_BUFFER_FLAG_SET (output, GST_BUFFER_FLAG_DELTA_UNIT);
  if (std::exchange (discont_, false))
    GST_BUFFER_FLAG_SET (output, GST_BUFFER_FLAG_DISCONT);
  // Its whole interval was played already, from frames that this one
  // replaces: it is there for those that refer to it.
  if (frame.duration > 0 && frame.end () <= anchor)
    GST_BUFFER_FLAG_SET (output, GST_BUFFER_FLAG_DECODE_ONLY);
  if (protection)
    gst_buffer_add_protection_meta (
        output, gst_structure_copy (protection.get ()));
  on_position_ (frame.pts);
  return read;
}

} // namespace webmedia::mse
