// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/mpegts-audio.hh"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace webmedia::mse {

// Two times that were rounded to milliseconds, and then to ticks, are at most
// this much further apart, or nearer, than the true ones.
static constexpr int64_t kMaxRounding = kMpegtsClock / 1000 + 2;

const char *
MpegtsAudio::find_unit (const uint8_t *data, size_t size, Unit *unit) const
{
  unit->size = 0;
  if (size < format_.header_size)
    return nullptr;
  if (const char *problem = format_.read_header (data, &unit->header))
    return problem;
  size_t whole = unit->header.size;
  // Only E-AC-3 has frames that go on with the one before them.
  while (unit->header.enhanced && whole < size) {
    AudioFrameHeader next;
    if (size - whole < format_.header_size)
      return nullptr;
    if (format_.read_header (data + whole, &next) || !next.dependent)
      break;
    whole += next.size;
  }
  if (whole <= size)
    unit->size = whole;
  return nullptr;
}

// A new packet's PTS. Where it is the rounded time that the samples so far
// give, these go on counting.
void
MpegtsAudio::set_base (int64_t ticks)
{
  if (has_base_ && config_.rate > 0) {
    uint64_t scaled = samples_ * kMpegtsClock + config_.rate - 1;
    int64_t early = base_ + int64_t (scaled / config_.rate) - ticks;
    if (std::abs (early) <= kMaxRounding) {
      rounding_ = std::max (rounding_, early);
      return;
    }
  }
  has_base_ = true;
  base_ = ticks;
  samples_ = 0;
}

Time
MpegtsAudio::next_start () const
{
  uint64_t scaled = samples_ * kMpegtsClock;
  if (scaled % config_.rate == 0)
    return ticks_to_time (
        base_ + int64_t (scaled / config_.rate), kMpegtsClock);
  return add_saturated (ticks_to_time (base_, kMpegtsClock),
      ticks_to_time (int64_t (samples_), config_.rate));
}

Time
MpegtsAudio::last_end () const
{
  uint64_t scaled = samples_ * kMpegtsClock;
  int64_t ticks = base_ + int64_t (scaled / config_.rate);
  // Rounding down to a tick takes off a part of it.
  bool whole = scaled % config_.rate == 0;
  int64_t less = whole ? rounding_ : std::max<int64_t> (rounding_ - 1, 0);
  return ticks_to_time (ticks - less, kMpegtsClock);
}

// `last`: no other frame begins in the packet.
void
MpegtsAudio::push (MpegtsArena &arena, const Unit &unit, bool last)
{
  const AudioFrameHeader &header = unit.header;
  Time start = next_start ();
  samples_ += header.samples;
  Time end = last ? last_end () : next_start ();
  uint32_t payload = format_.payload_offset (header);
  if (payload < unit.size) {
    ParsedFrame frame{};
    frame.pts = frame.dts = start;
    frame.duration = std::max<Time> (end - start, 1);
    frame.offset = arena.start () + payload;
    frame.size = uint32_t (unit.size) - payload;
    frame.track = track_.index ();
    frame.keyframe = true;
    track_.push (frame, arena.block ());
  }
  arena.skip (unit.size);
}

const char *
MpegtsAudio::read (
    MpegtsArena &arena, const PesPacket &packet, MpegtsTimeline &timeline)
{
  size_t before = arena.size () - packet.size;
  // A frame that began before the first packet has no time.
  if (before > 0 && !has_base_)
    arena.skip (std::exchange (before, 0));
  bool timed = false;
  while (arena.size () > 0) {
    bool mine = arena.size () <= packet.size; // begins in this packet
    if (mine && !timed) {
      set_base (packet.times.pts);
      timed = true;
    }
    Unit unit;
    if (const char *problem = find_unit (arena.data (), arena.size (), &unit))
      return problem;
    if (unit.size == 0)
      break;
    if (config_.rate == 0 || !format_.same_config (unit.header, config_)) {
      if (config_.rate > 0 && config_.rate != unit.header.rate) {
        base_ += int64_t (samples_ * kMpegtsClock / config_.rate);
        samples_ = 0;
      }
      config_ = unit.header;
      track_.set_description (format_.describe (config_, id_));
    }
    size_t rest = arena.size () - unit.size;
    push (arena, unit, mine ? rest == 0 : rest <= packet.size);
  }
  if (has_base_ && config_.rate > 0)
    timeline.note_end (
        base_ + int64_t (samples_ * kMpegtsClock / config_.rate));
  return nullptr;
}

} // namespace webmedia::mse
