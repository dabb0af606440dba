// SPDX-License-Identifier: LGPL-2.1-or-later
// A cutter of GstBuffers.
#pragma once

#include "worklet/cutter.hh"

#include <deque>
#include <gst/audio/audio.h>

namespace webmedia::worklet {

// The frames of an input that a piece takes.
struct InputFrames {
  GstBuffer *buffer = nullptr; // null: nothing feeds the input
  size_t from = 0;             // its frame that is the first of them
};

// Buffers in, as the caps of each pad lay them out, and buffers out; rendered
// in place where a buffer is given for both. What is marked GAP feeds nothing,
// and what nothing was called for is marked GAP.
// Threads: thread-bound (the audio thread). It maps buffers between quanta.
class BufferCutter {
public:
  explicit BufferCutter (Renderer &renderer);
  ~BufferCutter ();

  // F32, of either layout. Null for an input: it is not connected. Only while
  // nothing is pending.
  void set_input_format (uint32_t input, const GstAudioInfo *info);
  void set_output_format (uint32_t output, const GstAudioInfo &info);

  // One piece: a buffer for each output, writable and of `frames` frames, and
  // where the same frames of each input are. False: one could not be mapped,
  // and nothing was done.
  bool push (std::span<const InputFrames> inputs,
      std::span<const Ptr<GstBuffer>> outputs, size_t frames);
  // The oldest piece, if it is complete: its buffer for each output.
  bool pop (std::span<Ptr<GstBuffer>> outputs);

  // As the cutter's.
  void finish ();
  void reset ();
  void begin_tail (uint64_t limit) { cutter_.begin_tail (limit); }
  // How many frames of the tail it has written to these buffers, which hold
  // `frames`. -1: one could not be mapped.
  ssize_t tail (std::span<const Ptr<GstBuffer>> outputs, size_t frames);
  void set_stream_time (Time time) { cutter_.set_stream_time (time); }
  uint32_t latency () const { return cutter_.latency (); }
  size_t pending () const { return pieces_.size (); }

private:
  class Mapping;
  struct Piece {
    std::vector<Mapping> outputs;
    bool is_silent = false;
  };

  bool map_outputs (std::span<const Ptr<GstBuffer>> buffers, Piece &piece);
  void complete (size_t count);

  Renderer &renderer_;
  Cutter cutter_;
  std::vector<std::optional<GstAudioInfo>> input_formats_;
  std::vector<GstAudioInfo> output_formats_;
  std::deque<Piece> pieces_;
  size_t complete_ = 0; // of these
  // Of the call that is running.
  std::vector<InputPiece> inputs_;
  std::vector<Samples> places_;
};

} // namespace webmedia::worklet
