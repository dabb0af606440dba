// SPDX-License-Identifier: LGPL-2.1-or-later
// A cutter of GstBuffers.
#pragma once

#include "worklet/cutter.hh"

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
  // and nothing was done; else the buffers of outputs are taken.
  bool push (std::span<const InputFrames> inputs,
      std::span<Ptr<GstBuffer>> outputs, size_t frames);
  // The oldest piece, if it is complete: its buffer for each output.
  bool pop (std::span<Ptr<GstBuffer>> outputs);

  // As the cutter's.
  void finish ();
  void reset ();
  void begin_tail (uint64_t limit) { cutter_.begin_tail (limit); }
  // How many frames of the tail it has written to these buffers, which hold
  // `frames`. -1: one could not be mapped.
  ssize_t tail (std::span<const Ptr<GstBuffer>> outputs, size_t frames);
  bool is_tail_over () const { return cutter_.is_tail_over (); }
  void set_stream_time (StreamTime time) { cutter_.set_stream_time (time); }
  uint32_t latency () const { return cutter_.latency (); }
  size_t pending () const { return count_; }

private:
  // A buffer that is mapped, until unmap() or the end of this.
  class Mapping {
  public:
    Mapping () = default;
    Mapping (Mapping &&other) noexcept;
    Mapping &operator= (Mapping &&other) = delete;
    ~Mapping () { unmap (); }

    // False: it can't be mapped, is shorter than it says, or its planes are not
    // equally far from each other. The caller has a reference of the buffer
    // that keeps it writable.
    bool map (GstBuffer *buffer, const GstAudioInfo &info, GstMapFlags flags);
    void keep (Ptr<GstBuffer> buffer) { kept_ = std::move (buffer); }
    void unmap ();
    Ptr<GstBuffer> release ();

    bool is_of (GstBuffer *buffer) const { return mapped_ == buffer; }
    size_t frames () const { return frames_; }
    Samples samples (size_t from) const; // where its frames are

  private:
    bool find_samples (const GstAudioMeta *meta, const GstAudioInfo &info);

    GstBuffer *mapped_ = nullptr; // null: nothing is
    GstMapInfo map_;
    Ptr<GstBuffer> kept_;
    size_t frames_ = 0;
    Samples samples_;
  };
  struct Piece {
    std::vector<Mapping> outputs;
    bool is_silent = false;
  };

  Piece &piece (size_t i) { return pieces_[(first_ + i) % pieces_.size ()]; }
  Piece &add_piece ();
  void drop_newest ();
  bool map_inputs (
      std::span<const InputFrames> inputs, const Piece &piece, size_t frames);
  bool map_outputs (std::span<const Ptr<GstBuffer>> buffers, Piece &piece);
  void complete (size_t count);

  Renderer &renderer_;
  Cutter cutter_;
  std::vector<std::optional<GstAudioInfo>> input_formats_;
  std::vector<GstAudioInfo> output_formats_;
  // A ring, so that the memory of pieces is used again.
  std::vector<Piece> pieces_;
  size_t first_ = 0;
  size_t count_ = 0;
  size_t complete_ = 0; // of these
  // Of the call that is running.
  std::vector<InputPiece> inputs_;
  std::vector<Mapping> mapped_; // inputs
  std::vector<Samples> places_;
};

} // namespace webmedia::worklet
