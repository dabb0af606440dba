// SPDX-License-Identifier: LGPL-2.1-or-later
// Coded frame processing: parsed frames in, stored frames out.
// https://www.w3.org/TR/media-source-2/#sourcebuffer-coded-frame-processing
#pragma once

#include "mse/track.hh"

#include <optional>

namespace webmedia::mse {

// https://www.w3.org/TR/media-source-2/#dom-appendmode
enum class AppendMode { segments, sequence };

// The attributes of a source buffer that rule coded frame processing, and
// the variables that it keeps between segments. kTimeNone: unset.
struct ProcessingState {
  AppendMode mode = AppendMode::segments;
  bool generate_timestamps = false;
  Time timestamp_offset = 0;
  Time window_start = 0;
  Time window_end = kTimeInfinite;
  Time group_start = kTimeNone;
  Time group_end = 0;

  // What follows the next group start is placed behind all that is there.
  void set_mode (AppendMode value)
  {
    mode = value;
    if (value == AppendMode::sequence)
      group_start = group_end;
  }
};

// Threads: thread-bound (the one append that runs).
class FrameProcessor {
public:
  // The track buffers, in the order of the initialization segment's tracks,
  // and what decodes the frames that follow.
  struct Target {
    std::shared_ptr<Track> track;
    std::shared_ptr<const TrackConfig> config;
  };
  void set_targets (std::vector<Target> targets);

  // Step 1 for every frame of `batch`.
  Result<> process (const FrameBatch &batch, ProcessingState &state);

  // The part of "reset parser state" that concerns track buffers.
  // https://www.w3.org/TR/media-source-2/#sourcebuffer-reset-parser-state
  void reset ();

  // The frame that was appended last was removed again: the next ones start a
  // group.
  // https://www.w3.org/TR/media-source-2/#sourcebuffer-coded-frame-removal
  void last_frame_removed (ProcessingState &state);

  // Whether frames were removed for others since the last call.
  bool take_replaced () { return std::exchange (replaced_, false); }

private:
  // The spec's variables of a track buffer.
  struct TrackState {
    Target target;
    size_t commit = 0; // of the first that has the same track buffer
    Time last_dts = kTimeNone;
    Time last_duration = 0;
    Time highest_end = kTimeNone;
    bool need_random_access = true;
  };

  void begin_commits (const FrameBatch &batch);
  bool is_discontinuity (const TrackState &track, Time dts) const;
  void start_group (Time pts, ProcessingState &state);
  Cuts trim (const TrackState &track, const ProcessingState &state,
      NewFrame &frame) const;
  std::optional<Splice> splice (
      TrackBuffer::Commit &commit, const TrackState &track, NewFrame &frame);
  void remove_overlapped (
      TrackBuffer::Commit &commit, const TrackState &track, Time pts, Time end);
  bool process_frame (TrackBuffer::Commit &commit, TrackState &track,
      const ParsedFrame &parsed, NewFrame &frame, ProcessingState &state);

  std::vector<TrackState> tracks_;
  bool replaced_ = false;
  // To the track buffers that a batch adds to, by TrackState::commit. They are
  // empty between batches.
  std::vector<std::optional<TrackBuffer::Commit>> commits_;
  std::vector<size_t> commit_order_; // of them, by the track buffers' addresses
  std::vector<bool> is_needed_;      // of each, only in begin_commits()
};

} // namespace webmedia::mse
