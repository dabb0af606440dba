// SPDX-License-Identifier: LGPL-2.1-or-later
// Cuts what comes in pieces of any length into quanta, and joins the quanta to
// pieces of the same lengths.
#pragma once

#include "worklet/renderer.hh"
#include "worklet/samples.hh"

#include <span>

namespace webmedia::worklet {

// A piece of an input. `active`: something that is actively processing feeds
// it; what is not need have no samples.
struct InputPiece {
  Samples samples;
  bool active = false;
};

// Every input and output advances by the same frames: a piece is so many frames
// of each. What comes out is as long as what came in, and belongs to the same
// time; but a piece may be complete only when later ones came, at most a
// quantum less one frame. In place: an output may be where an input was.
// Threads: thread-bound (the audio thread). Allocates in its constructor alone.
class Cutter {
public:
  explicit Cutter (Renderer &renderer);
  ~Cutter ();

  // One piece, of at least one frame. Active inputs have as many channels as
  // was connected, outputs output_channels() of the renderer; the memory of
  // outputs must stay until the piece is complete. Returns how many pieces are
  // complete now, the oldest first.
  size_t push (std::span<const InputPiece> inputs,
      std::span<const Samples> outputs, size_t frames);

  // The next piece does not follow: completes all that is there, with silence
  // behind it. Returns how many pieces were completed.
  size_t finish ();

  // The end of the inputs, after finish(): what the processor still sounds, for
  // `limit` frames at most.
  void begin_tail (uint64_t limit);
  // Goes on from the very frame where the inputs ended. Writes up to `frames`;
  // returns how many: fewer where the tail has ended, see is_tail_over(), or
  // where nothing was heard for kSearchStep quanta, so that the caller can look
  // whether it is to go on. Where the processor does not say how long its tail
  // is, the silence at the end is not part of it.
  size_t tail (std::span<const Samples> outputs, size_t frames);
  // Whether the last call of tail() came to the end.
  bool is_tail_over () const { return is_tail_over_; }
  static constexpr uint32_t kSearchStep = 64;

  // Forgets what is incomplete: a flush.
  void reset ();

  // When the first frame of the next piece is due, in stream time.
  void set_stream_time (StreamTime time)
  {
    renderer_.set_stream_time (filled_, time);
  }

  size_t pending () const { return count_; } // pieces
  // Frames by which what comes in has to be ahead: 0 as long as each piece
  // began and ended between two quanta, the quantum less one since.
  uint32_t latency () const { return latency_; }
  // Of the pieces that the last call completed, the oldest first: whether its
  // outputs are zeros that no processor has written.
  bool is_silent (size_t completed) const;

private:
  // A piece that waits to be complete.
  struct Claim {
    size_t frames = 0;
    size_t done = 0;
    bool is_silent = true;
  };

  void copy_in (std::span<const InputPiece> inputs, size_t from, size_t count);
  void copy_out (size_t count);
  void claim (std::span<const Samples> outputs, size_t frames);
  void measure_left ();
  bool find_sound ();

  Renderer &renderer_;
  const uint32_t quantum_;
  const size_t outputs_;
  uint32_t filled_ = 0; // frames of the quantum that is being collected
  uint32_t latency_ = 0;
  uint64_t inactive_ = 0; // frames since an input was active

  // A ring: each piece has a frame, and fewer than a quantum wait.
  std::vector<Claim> claims_;
  std::vector<Samples> places_; // outputs_ for each claim
  size_t first_ = 0;
  size_t count_ = 0;
  size_t completed_ = 0; // by the last call

  // The tail.
  uint64_t tail_left_ = 0; // frames that it may still have
  uint64_t silence_ = 0;   // frames of silence that come before left_
  uint32_t left_ = 0;      // frames at the end of the last quantum
  uint32_t sounding_ = 0;  // frames of these, with silence behind them
  bool is_tail_known_ = false;
  bool is_tail_over_ = false;
};

} // namespace webmedia::worklet
