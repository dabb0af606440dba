// SPDX-License-Identifier: LGPL-2.1-or-later
// An elementary stream that becomes a track.
#pragma once

#include "mse/mpegts-audio.hh"
#include "mse/mpegts-nal.hh"
#include "mse/mpegts-tables.hh"

namespace webmedia::mse {

// Pictures: a PES packet is an access unit, and lasts until the next one.
// Threads: reentrant.
class MpegtsVideo final : public PesConsumer {
public:
  MpegtsVideo (MpegtsTrack &track, bool h265, uint64_t id)
      : track_ (track),
        reader_ (h265, id)
  {}

  const char *read (MpegtsArena &arena, const PesPacket &packet,
      MpegtsTimeline &timeline) override;
  void finish () override { track_.release (); }
  void reset () override { track_.drop (); }
  bool is_waiting () const override { return track_.is_holding (); }

private:
  MpegtsTrack &track_;
  NalReader reader_;
  Ptr<GstCaps> caps_; // of the track
};

// Threads: reentrant.
class MpegtsStream {
public:
  MpegtsStream (const MpegtsEntry &entry, MpegtsFrames &frames);
  MpegtsStream (const MpegtsStream &) = delete;
  MpegtsStream &operator= (const MpegtsStream &) = delete;

  const MpegtsEntry &entry () const { return entry_; }
  void set_entry (const MpegtsEntry &entry) { entry_ = entry; }
  PesReader &pes () { return pes_; }
  MpegtsTrack &track () { return track_; }

  // What the initialization segment says of the track.
  TrackDescription declare ();
  // Whether what was read is not yet given out whole.
  bool is_open () const { return pes_.is_open () || consumer_->is_waiting (); }

private:
  TrackDescription describe_unknown () const;

  MpegtsEntry entry_;
  MpegtsTrack track_;
  std::unique_ptr<PesConsumer> consumer_;
  PesReader pes_;
};

} // namespace webmedia::mse
