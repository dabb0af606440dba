// SPDX-License-Identifier: LGPL-2.1-or-later
// Sound in PES packets: which may hold several frames, or parts of them.
#pragma once

#include "mse/audio-frame-format.hh"
#include "mse/mpegts-pes.hh"

namespace webmedia::mse {

// Takes frames out of PES packets. The first frame that begins in a packet has
// its PTS, the others follow by their samples; and so do packets, while their
// PTS differ from that by rounding alone. The last frame of a packet ends as
// early as packets of the stream were seen to begin: where what follows is
// stored already, a frame that reached over its beginning would replace it.
// Threads: reentrant.
class MpegtsAudio final : public PesConsumer {
public:
  MpegtsAudio (MpegtsTrack &track, const AudioFrameFormat &format, uint64_t id)
      : track_ (track),
        format_ (format),
        id_ (id)
  {}

  const char *read (MpegtsArena &arena, const PesPacket &packet,
      MpegtsTimeline &timeline) override;
  void finish () override { has_base_ = false; }
  void reset () override { has_base_ = false; }
  bool is_waiting () const override { return false; }

private:
  // The frame at the front of some bytes with those that depend on it.
  struct Unit {
    AudioFrameHeader header;
    size_t size = 0; // 0: more bytes are needed
  };
  const char *find_unit (const uint8_t *data, size_t size, Unit *unit) const;
  void set_base (int64_t ticks);
  Time next_start () const;
  Time last_end () const;
  void push (MpegtsArena &arena, const Unit &unit, bool last);

  MpegtsTrack &track_;
  const AudioFrameFormat &format_;
  const uint64_t id_;
  AudioFrameHeader config_{};
  // The last PTS that was no rounded one, and the samples since.
  bool has_base_ = false;
  int64_t base_ = 0;
  uint64_t samples_ = 0;
  int64_t rounding_ = 0; // most ticks that a packet began early
};

} // namespace webmedia::mse
