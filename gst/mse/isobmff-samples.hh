// SPDX-License-Identifier: LGPL-2.1-or-later
// From a fragment's runs and the bytes that come in to coded frames.
#pragma once

#include "mse/isobmff-config.hh"

namespace webmedia::mse {

// Gathers frames and hands them on when there are enough.
// Threads: thread-bound (the one append that runs).
class FrameWriter {
public:
  // For the frames to come.
  void open (ByteStreamSink &sink) { sink_ = &sink; }
  FrameBatch &batch () { return batch_; }
  Result<> flush ();
  // After each frame.
  Result<> flush_if_full ()
  {
    return batch_.frames.size () < kBatchFrames ? Result<> (ok) : flush ();
  }

private:
  static constexpr size_t kBatchFrames = 1024;
  ByteStreamSink *sink_ = nullptr;
  FrameBatch batch_;
};

// Reads the samples of one fragment as their bytes arrive, each track's in
// decode order. Where all runs lie in the file in that order, bytes are
// consumed as they are read; otherwise they are held until they are needed.
// Frames come out in the order in which they would if bytes came one by one.
// Threads: thread-bound (the one append that runs).
class SampleReader {
public:
  // A new movie: its tracks have the configurations of its descriptions.
  void set_movie (const Movie &movie) { configs_.reset (movie); }
  // Looks at `fragment` until the next call.
  void start (Fragment &fragment);
  // A media data box was found: payload from `begin` to `end`.
  void add_data (uint64_t begin, uint64_t end)
  {
    data_.push_back ({begin, end});
  }

  // Every sample was read.
  bool done () const { return left_ == 0; }
  // Emits every frame that is whole. `walked` is the end of the last box
  // that was found.
  Result<> read (ByteQueue &input, uint64_t walked, FrameWriter &writer);
  // The first byte that is still needed.
  uint64_t needed () const;

private:
  struct Range {
    uint64_t begin, end;
  };
  struct TrackQueue {
    const MovieTrack *track;
    std::vector<uint32_t> runs; // in decode order
    size_t next = 0;
    uint64_t ready = 0; // where the input must have come to for its next frame
  };

  bool sort_runs ();
  void queue_runs ();
  // Whether the bytes lie in the data box where the last ones did.
  bool in_last_range (uint64_t begin, uint64_t end) const
  {
    return range_ < data_.size () && begin >= data_[range_].begin
           && end <= data_[range_].end;
  }
  // False when a sample lies where no data box was found; `known` says whether
  // a box was found there at all.
  Result<> locate (const SampleRun &run, uint64_t walked, bool &known);
  Result<> read_ordered (
      ByteQueue &input, uint64_t walked, FrameWriter &writer);
  Result<> read_run (
      SampleRun &run, ByteQueue &input, uint64_t walked, FrameWriter &writer);
  Result<> read_held (ByteQueue &input, uint64_t walked, FrameWriter &writer);
  Result<> emit (
      SampleRun &run, size_t offset, ByteQueue &input, FrameWriter &writer);
  void push (const Sample &sample, const MovieTrack &track, bool sync,
      size_t offset, ByteQueue &input, FrameBatch &batch);
  Result<> begin_run (SampleRun &run, FrameWriter &writer);
  void pass (SampleRun &run);

  TrackConfigs configs_;
  Fragment *fragment_ = nullptr;
  std::vector<uint32_t> order_; // of the runs in the file
  size_t current_ = 0;          // in order_
  size_t left_ = 0;             // runs not done
  bool ordered_ = true;
  std::vector<Range> data_;
  size_t range_ = 0; // where locate() looks first
  std::vector<TrackQueue> queues_;
  // The last conversion, which the next sample of the same track begins with.
  const MovieTrack *clock_track_ = nullptr;
  int64_t clock_ticks_ = 0;
  Time clock_time_ = 0;
};

} // namespace webmedia::mse
