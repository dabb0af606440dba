// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/frame-processor.hh"

#include <algorithm>
#include <functional>

namespace webmedia::mse {

void
FrameProcessor::set_targets (std::vector<Target> targets)
{
  std::vector<TrackState> next (targets.size ());
  for (size_t i = 0; i < targets.size (); i++) {
    for (const TrackState &old : tracks_)
      if (old.target.track == targets[i].track)
        next[i] = old;
    next[i].target = std::move (targets[i]);
    next[i].need_random_access = true;
    next[i].commit = 0;
    while (next[next[i].commit].target.track != next[i].target.track)
      next[i].commit++;
  }
  tracks_ = std::move (next);
  commits_ = std::vector<std::optional<TrackBuffer::Commit>> (tracks_.size ());
  is_needed_.assign (tracks_.size (), false);
  commit_order_.clear ();
  for (size_t i = 0; i < tracks_.size (); i++)
    if (tracks_[i].commit == i)
      commit_order_.push_back (i);
  std::ranges::sort (commit_order_, std::less<> (),
      [this] (size_t i) { return &tracks_[i].target.track->buffer; });
}

// Holds the track buffers that the batch adds to, to its end. Always in the
// same order: whoever holds one may wait only for a later one.
void
FrameProcessor::begin_commits (const FrameBatch &batch)
{
  if (batch.frames.empty ())
    return;
  if (commit_order_.size () == 1) {
    commits_[commit_order_[0]].emplace (
        tracks_[commit_order_[0]].target.track->buffer);
    return;
  }
  for (const ParsedFrame &frame : batch.frames)
    is_needed_[tracks_[frame.track].commit] = true;
  for (size_t i : commit_order_) {
    if (is_needed_[i])
      commits_[i].emplace (tracks_[i].target.track->buffer);
    is_needed_[i] = false;
  }
}

// Coded frame removal, the steps inside 3.3.
void
FrameProcessor::last_frame_removed (ProcessingState &state)
{
  if (state.mode == AppendMode::sequence)
    state.group_start = state.group_end;
  reset ();
}

void
FrameProcessor::reset ()
{
  for (TrackState &track : tracks_) {
    track.last_dts = kTimeNone;
    track.last_duration = 0;
    track.highest_end = kTimeNone;
    track.need_random_access = true;
  }
}

// Step 1.6: whether `dts` does not follow the frame before it. Behind one of
// duration 0 that is any later time.
bool
FrameProcessor::is_discontinuity (const TrackState &track, Time dts) const
{
  if (track.last_dts == kTimeNone)
    return false;
  return dts < track.last_dts || dts - track.last_dts > 2 * track.last_duration;
}

// Steps 1.6.1 to 1.6.5: a new coded frame group.
void
FrameProcessor::start_group (Time pts, ProcessingState &state)
{
  if (state.mode == AppendMode::segments)
    state.group_end = pts;
  else
    state.group_start = state.group_end;
  reset ();
}

// Steps 1.8 and 1.9, for a frame that is not all in the append window.
// DEVIATION: sound keeps the part that is; of all else, the duration that is
// left is 0. A microsecond of rounding is no reason to cut.
Cuts
FrameProcessor::trim (const TrackState &track, const ProcessingState &state,
    NewFrame &frame) const
{
  Time start = frame.pts, end = start + frame.duration;
  Time first = std::max (start, state.window_start);
  Time last = end > add_saturated (state.window_end, kMicrosecond)
                  ? state.window_end
                  : end;
  frame.duration = 0;
  // What refers to other frames can't be cut before them.
  if (track.target.track->kind != TrackKind::audio || !frame.keyframe
      || last - first <= kMicrosecond)
    return {};
  frame.pts = first;
  frame.dts += first - start;
  frame.duration = last - first;
  return {.before = first - start > kMicrosecond ? first - start : 0,
      .after = end - last > kMicrosecond ? end - last : 0};
}

// Step 1.13: what the first frame of a coded frame group does to the frame that
// it begins in.
std::optional<Splice>
FrameProcessor::splice (
    TrackBuffer::Commit &commit, const TrackState &track, NewFrame &frame)
{
  switch (track.target.track->kind) {
  case TrackKind::audio:
    return commit.splice_audio (frame);
  case TrackKind::video: {
    // That began less than 1 us before.
    const CodedFrame *overlapped = commit.frame_at (frame.pts);
    if (overlapped && frame.pts < overlapped->pts + kMicrosecond) {
      commit.remove (overlapped->pts, overlapped->pts + 1);
      replaced_ = true;
    }
    break;
  }
  case TrackKind::text:
    commit.splice_text (frame);
    break;
  }
  return std::nullopt;
}

// Steps 1.14 and 1.15: what the new frame [pts, end) replaces.
void
FrameProcessor::remove_overlapped (
    TrackBuffer::Commit &commit, const TrackState &track, Time pts, Time end)
{
  // Those inside it, with what depends on them. DEVIATION: also where the frame
  // begins a little before the end of the one before it, as the jitter of
  // clocks has it: else old frames would stay between new ones.
  Time start = pts;
  if (track.highest_end != kTimeNone) {
    start = track.highest_end;
    if (start > pts && end <= start)
      return;
  }
  end = std::max (end, start + 1);
  if (commit.overlaps (start, end)) {
    commit.remove (start, end);
    replaced_ = true;
  }
}

bool
FrameProcessor::process_frame (TrackBuffer::Commit &commit, TrackState &track,
    const ParsedFrame &parsed, NewFrame &frame, ProcessingState &state)
{
  for (;;) {
    // 1.1. Times, from the byte stream or, generated, from zero.
    frame.pts = state.generate_timestamps ? 0 : clamp_time (parsed.pts);
    frame.dts = state.generate_timestamps ? 0 : clamp_time (parsed.dts);
    // 1.2.
    frame.duration = std::clamp<Time> (parsed.duration, 0, kMaxFrameDuration);
    // 1.3. A new group of "sequence" mode begins where it is told to.
    if (state.mode == AppendMode::sequence && state.group_start != kTimeNone) {
      state.timestamp_offset = add_saturated (state.group_start, -frame.pts);
      state.group_end = state.group_start;
      for (TrackState &other : tracks_)
        other.need_random_access = true;
      state.group_start = kTimeNone;
    }
    // 1.4.
    frame.pts = clamp_time (add_saturated (frame.pts, state.timestamp_offset));
    frame.dts = clamp_time (add_saturated (frame.dts, state.timestamp_offset));
    // 1.6.
    if (is_discontinuity (track, frame.dts)) {
      start_group (frame.pts, state);
      continue;
    }
    // 1.7.
    Time end = frame.pts + frame.duration;
    const Time whole = frame.duration;
    // 1.8 and 1.9. The append window, to the sample for sound, else with whole
    // frames; a microsecond of rounding on the end is no reason to drop one.
    Cuts cuts;
    if (frame.pts < state.window_start
        || (state.window_end != kTimeInfinite
            && end > add_saturated (state.window_end, kMicrosecond)))
        [[unlikely]] {
      cuts = trim (track, state, frame);
      if (frame.duration == 0) {
        track.need_random_access = true;
        return true;
      }
      end = frame.pts + frame.duration;
    }
    // 1.10.
    if (track.need_random_access) {
      if (!frame.keyframe)
        return true;
      track.need_random_access = false;
    }
    // 1.11 to 1.13.
    std::optional<Splice> spliced;
    if (track.last_dts == kTimeNone) [[unlikely]] {
      spliced = splice (commit, track, frame);
      end = frame.pts + frame.duration;
    }
    // 1.14 and 1.15.
    remove_overlapped (commit, track, frame.pts, end);
    // 1.16.
    bool added = commit.add (frame, track.target.config);
    if (spliced) [[unlikely]]
      commit.add_splice (std::move (*spliced));
    if (cuts) [[unlikely]]
      commit.add_trim ({frame.pts, frame.pts - cuts.before, end + cuts.after});
    if (!added)
      return false;
    // 1.17 to 1.20.
    track.last_dts = frame.dts;
    track.last_duration = whole;
    track.highest_end = std::max (track.highest_end, end);
    state.group_end = std::max (state.group_end, end);
    // 1.21.
    if (state.generate_timestamps)
      state.timestamp_offset = end;
    return true;
  }
}

Result<>
FrameProcessor::process (const FrameBatch &batch, ProcessingState &state)
{
  for (const ConfigChange &change : batch.configs)
    tracks_[change.track].target.config = change.config;
  begin_commits (batch);
  Result<> result = ok;
  for (size_t i = 0; i < batch.frames.size (); i++) {
    const ParsedFrame &parsed = batch.frames[i];
    TrackState &track = tracks_[parsed.track];
    NewFrame frame{
        .data = {batch.blocks[parsed.block].get (), parsed.offset, parsed.size},
        .keyframe = parsed.keyframe,
        .protection = batch.protection.empty () || !batch.protection[i]
                          ? nullptr
                          : &batch.protection[i],
    };
    if (!process_frame (*commits_[track.commit], track, parsed, frame, state)) {
      result = make_error (ErrorCode::decode,
          "a group of pictures lies in more than %zu appended pieces; give "
          "it random access points, or append larger pieces",
          Chunk::kMaxBlocks);
      break;
    }
  }
  for (auto &commit : commits_)
    commit.reset ();
  return result;
}

} // namespace webmedia::mse
