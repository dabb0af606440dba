// SPDX-License-Identifier: LGPL-2.1-or-later
// The playing side's end of a track: frames in decode order, on demand.
#pragma once

#include "mse/player.hh"
#include "mse/track.hh"

#include <atomic>
#include <optional>

namespace webmedia::mse {

// Hears how a reader gets on, on its thread and with no lock held.
class ReaderWatch {
public:
  virtual ~ReaderWatch () = default;
  // Reading has come to `time`.
  virtual void on_position (Time time) = 0;
  // It begins to wait for a frame, or ends to. Text, which has nothing to say
  // for minutes, does not starve.
  virtual void on_starving (bool starving) = 0;
};

// Reads one track. It waits for what is not there yet, goes on where the
// frames that it stood at were replaced, and never skips a gap. Frames that
// are shown in another order than decoded are taken together, so that the time
// reached says exactly what was shown.
// Threads: read(), waits(), seek() and skip() are thread-bound (the streaming
// thread, or another while that one stands still); set_flushing() is
// thread-safe.
class TrackReader final : public Reader {
public:
  // As after seek (`time`). `watch` may be null.
  explicit TrackReader (std::shared_ptr<Track> track, Time time = 0,
      std::shared_ptr<ReaderWatch> watch = nullptr);
  ~TrackReader () override;

  Read read () override;
  bool waits () override;
  void seek (Time time) override;
  void skip (Time time) override;
  Time key_unit (Time time, bool after) override;
  void set_flushing (bool flushing) override;

private:
  struct Taken {
    CodedFrame frame{};
    Ptr<Block> block;
    SampleProtection protection;
    std::shared_ptr<const TrackConfig> config;
    Time anchor = 0;
    Time splice = kTimeNone;     // as in Read
    Time splice_end = kTimeNone; // the same
    Cuts cuts;
  };
  std::optional<Status> take (Taken &taken);
  void tell_position (Time time);
  void set_starving (bool starving);
  Read no_frame (Status status) const;
  void take_group_locked (TrackBuffer &buffer) REQUIRES (buffer.lock_);
  void take_faded (const Splice &splice);
  static Ptr<GstBuffer> make_buffer (const Taken &taken);

  const std::shared_ptr<Track> track_;
  const std::shared_ptr<ReaderWatch> watch_;
  std::atomic<bool> flushing_{false}; // written with the buffer's lock held
  Cursor cursor_;
  std::vector<Taken> taken_;                  // the group before the cursor,
  size_t next_taken_ = 0;                     // read up to here
  std::shared_ptr<const TrackConfig> config_; // of the last frame read
  bool discont_ = true;
  bool starving_ = false;
  Time fading_ = kTimeNone; // Read::splice of the last frame read
};

} // namespace webmedia::mse
