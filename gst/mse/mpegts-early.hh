// SPDX-License-Identifier: LGPL-2.1-or-later
// Packets that come before the tables that tell what they are.
#pragma once

#include "mse/mpegts-packet.hh"

#include <optional>
#include <vector>

namespace webmedia::mse {

// DEVIATION: an initialization segment comes before its media. But a muxer may
// write a picture or some sound first (GStreamer's mpegtsmux does, where the
// stream with the PCR is not the one that begins), and that may be the first
// random access point. So packets are held until the tables come, and are read
// then as if they came behind them and a PCR: as demuxers of files and hls.js
// do. Tables are repeated twice a second or more often: for longer than
// kMaxSpan there must be none to come.
// Threads: reentrant.
class MpegtsEarly {
public:
  static constexpr int64_t kMaxSpan = 90000; // of PTS
  static constexpr size_t kMaxSize = 4 * 1024 * 1024;

  struct Held {
    uint64_t position; // in the byte stream
    const uint8_t *data;
  };

  // Holds the packet of `data`, or tells that too much came.
  Result<> add (const TsPacket &packet, const uint8_t *data, uint64_t position);
  // No tables come any more: an error if they are missed.
  Result<> finish () const;

  size_t size () const { return positions_.size (); }
  Held held (size_t index) const;

private:
  Result<> note_media (const TsPacket &packet);

  std::vector<uint8_t> bytes_;
  std::vector<uint64_t> positions_; // of each packet
  // Of sound and pictures.
  uint16_t media_pid_ = kNullPid; // the first one; none
  std::optional<uint64_t> first_; // the first PTS
  int64_t lowest_ = 0;            // PTS, from it
  int64_t highest_ = 0;
};

} // namespace webmedia::mse
