// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/webm-frames.hh"

#include <algorithm>
#include <utility>

namespace webmedia::mse {

// The duration of a lone frame of a track that gives no hint at all: no
// DefaultDuration, no BlockDuration, no second block in any cluster so far.
static constexpr Time kLoneFrameDuration = kSecond / 30;

void
WebmFrames::set_tracks (
    std::vector<WebmTrack> tracks, size_t supported, Time tick)
{
  tracks_ = std::move (tracks);
  timings_.clear ();
  timings_.resize (supported);
  tick_ = tick;
}

void
WebmFrames::begin_cluster ()
{
  for (WebmTrack &track : tracks_)
    track.last_block = INT64_MIN;
}

// A duration counted in a clock of its own, for sums without rounding.
struct WebmFrames::Duration {
  uint64_t units; // 0: not known
  uint32_t rate;
};

// The packet itself is the best witness, then the block, then the track.
Result<WebmFrames::Duration>
WebmFrames::measure (WebmTrack &track, ByteQueue &input,
    const BlockFrames &block, size_t offset, bool can_see)
{
  if (!can_see) {
    // The packet says nothing: it is encrypted.
  } else if (track.codec == WebmCodec::opus) {
    size_t size = std::min<size_t> (2, input.size () - offset);
    uint32_t samples = opus_packet_samples (input.peek (offset, size), size);
    if (samples == 0)
      return make_error (ErrorCode::decode,
          "WebM: malformed Opus packet at byte %llu",
          static_cast<unsigned long long> (input.position () + offset));
    return Duration{samples, 48000};
  } else if (track.codec == WebmCodec::vorbis) {
    uint32_t samples = track.vorbis.packet_samples (*input.peek (offset, 1));
    if (samples == 0)
      return make_error (ErrorCode::decode,
          "WebM: malformed Vorbis packet at byte %llu",
          static_cast<unsigned long long> (input.position () + offset));
    return Duration{samples, track.vorbis.rate ()};
  }
  Time duration = block.duration > 0 ? block.duration / block.count
                                     : track.default_duration;
  return Duration{uint64_t (duration), uint32_t (kSecond)};
}

// Timestamps of blocks are rounded to ticks of the TimecodeScale. The end of a
// block is rounded down to one too: else it would reach over the start of the
// next block, and a segment appended before the one that follows it would
// remove that one's first frame.
// DEVIATION: Opus's CodecDelay is not taken off the times, as in browsers: the
// first frame would begin before 0 and fall out of the append window.
Result<>
WebmFrames::add (WebmTrack &track, ByteQueue &input, const BlockFrames &block)
{
  if (track.codec == WebmCodec::unsupported)
    return ok;
  size_t offset = block.offset;
  uint64_t units = 0;
  Time start = 0;
  for (uint32_t i = 0; i < block.count; i++) {
    uint32_t size = block.sizes[i];
    if (size == 0)
      continue;
    WebmEncryption::Head head{};
    if (track.encryption) [[unlikely]] {
      const char *problem =
          track.encryption->read_head (input, offset, size, &head);
      if (problem)
        return make_error (ErrorCode::decode, "WebM: %s at byte %llu", problem,
            static_cast<unsigned long long> (input.position () + offset));
      offset += head.size;
      size -= uint32_t (head.size);
      if (size == 0)
        continue;
    }
    Result<Duration> duration =
        measure (track, input, block, offset, !head.protection);
    if (!duration)
      return duration.error ();
    Time end = start;
    if (duration->units > 0) {
      units += duration->units;
      if (units != track.units) {
        track.units = units;
        track.length = ticks_to_time (int64_t (units), duration->rate);
        track.whole_length = track.length - track.length % tick_;
      }
      bool last = i + 1 == block.count && track.whole_length > start;
      end = last ? track.whole_length : track.length;
    } else if (block.count > 1) {
      return make_error (ErrorCode::decode,
          "WebM: laced frames of a track without DefaultDuration at byte %llu",
          static_cast<unsigned long long> (input.position () + block.offset));
    }
    push (track, input, offset, size, add_saturated (block.pts, start),
        end - start, block.keyframe);
    if (head.protection || !batch_.protection.empty ()) [[unlikely]]
      protect (std::move (head.protection));
    offset += size;
    start = end;
  }
  return ok;
}

void
WebmFrames::push (const WebmTrack &track, ByteQueue &input, size_t offset,
    uint32_t size, Time pts, Time duration, bool keyframe)
{
  Timing &timing = timings_[track.index];
  follow (timing, pts);
  Slice slice = input.slice (offset, size, batch_.blocks);
  if (duration == 0)
    timing.open = batch_.frames.size ();
  batch_.frames.push_back ({pts, pts, duration, slice.offset, size,
      uint32_t (batch_.blocks.size () - 1), track.index, keyframe});
}

void
WebmFrames::protect (SampleProtection protection)
{
  batch_.protection.resize (batch_.frames.size ());
  batch_.protection.back () = std::move (protection);
}

// The frame that waits for a duration gets it.
void
WebmFrames::close (Timing &timing, Time duration)
{
  if (timing.open != kNone) {
    batch_.frames[timing.open].duration = duration;
    timing.open = kNone;
  } else if (timing.held) {
    timing.held = false;
    timing.frame.duration = duration;
    timing.frame.block = uint32_t (batch_.blocks.size ());
    batch_.blocks.push_back (std::move (timing.block));
    batch_.frames.push_back (timing.frame);
    if (timing.protection || !batch_.protection.empty ()) [[unlikely]]
      protect (std::exchange (timing.protection, nullptr));
  }
}

// The next frame of a track begins at `pts`.
void
WebmFrames::follow (Timing &timing, Time pts)
{
  if (timing.open == kNone && !timing.held)
    return;
  Time last = timing.held ? timing.frame.pts : batch_.frames[timing.open].pts;
  Time distance = pts - last;
  // Of distances that differ by their rounding only, the least is kept: a
  // guess made of it at the end of a cluster cannot reach over the next frame.
  if (distance > 0) {
    bool near = std::abs (distance - timing.distance) <= tick_;
    timing.distance = near ? std::min (distance, timing.distance) : distance;
  }
  close (timing, std::max (distance, tick_));
}

void
WebmFrames::release ()
{
  for (Timing &timing : timings_)
    if (timing.open != kNone || timing.held)
      close (
          timing, timing.distance > 0 ? timing.distance : kLoneFrameDuration);
}

void
WebmFrames::reset ()
{
  batch_.clear ();
  for (Timing &timing : timings_) {
    timing.open = kNone;
    timing.held = false;
    timing.block.reset ();
    timing.protection = nullptr;
  }
  for (WebmTrack &track : tracks_)
    track.vorbis.reset ();
}

Result<>
WebmFrames::deliver (ByteStreamSink &sink)
{
  for (Timing &timing : timings_) {
    if (timing.open == kNone)
      continue;
    size_t taken = timing.open;
    timing.frame = batch_.frames[taken];
    timing.block = batch_.blocks[timing.frame.block];
    timing.held = true;
    timing.open = kNone;
    batch_.frames.erase (batch_.frames.begin () + ptrdiff_t (taken));
    if (!batch_.protection.empty ()) [[unlikely]] {
      auto at = batch_.protection.begin () + ptrdiff_t (taken);
      timing.protection = std::move (*at);
      batch_.protection.erase (at);
    }
    for (Timing &other : timings_)
      if (other.open != kNone && other.open > taken)
        other.open--;
  }
  Result<> result = ok;
  if (!batch_.frames.empty ())
    result = sink.on_frames (batch_);
  batch_.clear ();
  return result;
}

} // namespace webmedia::mse
