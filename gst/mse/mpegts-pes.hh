// SPDX-License-Identifier: LGPL-2.1-or-later
// PES packets (ISO 13818-1, 2.4.3.6), put together from the packets of a PID.
#pragma once

#include "mse/mpegts-frames.hh"
#include "mse/mpegts-packet.hh"
#include "mse/mpegts-timeline.hh"

#include <array>

namespace webmedia::mse {

// Reads the five bytes of a PTS or DTS; false when they are broken.
bool read_timestamp (const uint8_t *data, uint64_t *ticks);

// A whole PES packet. Its payload is the last `size` bytes of the arena; what
// lies before them is left from the packets before.
struct PesPacket {
  MpegtsTimeline::Times times;
  size_t size;
  bool random_access; // the transport stream says so
};

// What an elementary stream's payload is made of.
// Threads: reentrant.
class PesConsumer {
public:
  virtual ~PesConsumer () = default;
  // A PES packet is whole. What is wrong with it, or null.
  virtual const char *read (MpegtsArena &arena, const PesPacket &packet,
      MpegtsTimeline &timeline) = 0;
  // Nothing follows what was read.
  virtual void finish () = 0;
  // Forgets what was read and not given out.
  virtual void reset () = 0;
  // Whether more bytes are needed to end a frame or to tell its duration.
  virtual bool is_waiting () const = 0;
};

// Threads: reentrant.
class PesReader {
public:
  PesReader (uint16_t pid, PesConsumer &consumer)
      : pid_ (pid),
        consumer_ (consumer)
  {}

  Result<> read (const TsPacket &packet, MpegtsTimeline &timeline);
  // The stream ends here. An open PES packet of unknown length is whole if
  // it ends with a stuffed packet, or if the caller is `sure`; any other is
  // dropped.
  Result<> finish (MpegtsTimeline &timeline, bool sure);
  void reset ();

  // Whether a PES packet began yet.
  bool has_begun () const { return counter_ >= 0; }
  // Whether a PES packet, a frame or a duration is incomplete.
  bool is_open () const
  {
    return place_ != Place::between || arena_.size () > 0;
  }

private:
  // A bound for PES packets of unknown length.
  static constexpr size_t kMaxSize = 32 * 1024 * 1024;
  static constexpr size_t kHeaderMax = 9 + 255;
  enum class Place {
    between, // PES packets
    header,
    payload,
    padding, // a PES packet that is ignored
  };

  bool is_duplicate (const TsPacket &packet) const;
  Result<> begin (const TsPacket &packet, MpegtsTimeline &timeline);
  Result<> append (const uint8_t *data, size_t size, MpegtsTimeline &timeline);
  Result<bool> read_header (MpegtsTimeline &timeline);
  const char *read_times (MpegtsTimeline &timeline);
  Result<> complete (MpegtsTimeline &timeline);

  const uint16_t pid_;
  PesConsumer &consumer_;
  MpegtsArena arena_;
  Place place_ = Place::between;
  std::array<uint8_t, kHeaderMax> header_;
  size_t header_size_ = 0; // bytes of it that are there
  PesPacket packet_{};
  size_t length_ = 0; // of the payload; 0 where it is not bounded
  int counter_ = -1;  // of the last packet with payload, -1: none
  bool stuffed_ = false;
  // The payload of the last packet that began a PES packet.
  std::array<uint8_t, kTsPacketSize> start_;
  size_t start_size_ = 0;
};

} // namespace webmedia::mse
