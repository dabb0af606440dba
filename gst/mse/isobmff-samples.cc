// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/isobmff-samples.hh"

#include "mse/isobmff-nal.hh"

#include <algorithm>
#include <cinttypes>

namespace webmedia::mse {

Result<>
FrameWriter::flush ()
{
  Result<> result = ok;
  if (!batch_.frames.empty () || !batch_.configs.empty ())
    result = sink_->on_frames (batch_);
  batch_.clear ();
  return result;
}

void
SampleReader::start (Fragment &fragment)
{
  fragment_ = &fragment;
  configs_.rotate (fragment.protection ());
  data_.clear ();
  range_ = 0;
  current_ = 0;
  left_ = fragment.runs ().size ();
  clock_track_ = nullptr;
  ordered_ = sort_runs ();
  if (!ordered_)
    queue_runs ();
}

// Fills order_; false when the runs can't be read in the order of the file.
bool
SampleReader::sort_runs ()
{
  const std::vector<SampleRun> &runs = fragment_->runs ();
  order_.clear ();
  for (uint32_t i = 0; i < runs.size (); i++)
    order_.push_back (i);
  auto before = [&runs] (uint32_t a, uint32_t b) {
    return runs[a].offset != runs[b].offset ? runs[a].offset < runs[b].offset
                                            : a < b;
  };
  if (!std::is_sorted (order_.begin (), order_.end (), before))
    std::sort (order_.begin (), order_.end (), before);

  uint64_t end = 0;
  // The last run of each track, by its index among the played ones.
  std::vector<uint32_t> last;
  for (uint32_t index : order_) {
    const SampleRun &run = runs[index];
    if (run.offset < end)
      return false;
    end = run.end;
    size_t track = size_t (fragment_->fragment (run).track->index);
    if (track >= last.size ())
      last.resize (track + 1);
    if (index < last[track])
      return false;
    last[track] = index;
  }
  return true;
}

void
SampleReader::queue_runs ()
{
  queues_.clear ();
  std::vector<SampleRun> &runs = fragment_->runs ();
  for (uint32_t i = 0; i < runs.size (); i++) {
    const MovieTrack *track = fragment_->fragment (runs[i]).track;
    auto queue = std::find_if (queues_.begin (), queues_.end (),
        [track] (const TrackQueue &each) { return each.track == track; });
    if (queue == queues_.end ())
      queue = queues_.insert (queue, {track, {}});
    queue->runs.push_back (i);
  }
}

uint64_t
SampleReader::needed () const
{
  const std::vector<SampleRun> &runs = fragment_->runs ();
  if (ordered_)
    return current_ < order_.size () ? runs[order_[current_]].offset
                                     : UINT64_MAX;
  uint64_t lowest = UINT64_MAX;
  for (const SampleRun &run : runs) {
    if (!run.done () && run.offset < run.end)
      lowest = std::min (lowest, run.offset);
  }
  return lowest;
}

// https://www.w3.org/TR/mse-byte-stream-format-isobmff/#iso-media-segments
// The mdats must hold all samples.
Result<>
SampleReader::locate (const SampleRun &run, uint64_t walked, bool &known)
{
  uint64_t begin = run.offset;
  uint64_t end = begin + run.next ().size;
  known = true;
  if (in_last_range (begin, end))
    return ok;
  auto after = std::upper_bound (data_.begin (), data_.end (), begin,
      [] (uint64_t offset, const Range &range) {
        return offset < range.begin;
      });
  if (after != data_.begin ()) {
    const Range &range = *(after - 1);
    range_ = size_t (after - 1 - data_.begin ());
    if (end <= range.end)
      return ok;
  }
  known = begin < walked;
  if (!known)
    return ok;
  return make_error (ErrorCode::decode,
      "moof: a sample of track %u, bytes %" PRIu64 " to %" PRIu64
      ", lies outside of the mdats",
      fragment_->fragment (run).track->id, begin, end);
}

Result<>
SampleReader::begin_run (SampleRun &run, FrameWriter &writer)
{
  TrackFragment &fragment = fragment_->fragment (run);
  run.begun = true;
  auto config = configs_.change (fragment);
  if (!config)
    return ok;
  auto result = writer.flush ();
  writer.batch ().configs.push_back (
      {uint16_t (fragment.track->index), std::move (config)});
  return result;
}

// A sample without bytes is no frame.
void
SampleReader::pass (SampleRun &run)
{
  TrackFragment &fragment = fragment_->fragment (run);
  SampleProtection unused;
  fragment.next_is_random_access ();
  if (fragment.description->scheme)
    fragment.next_protection (unused);
  run.advance ();
}

// `offset` is where the sample starts in `input`, which holds all of it.
inline void
SampleReader::push (const Sample &sample, const MovieTrack &track, bool sync,
    size_t offset, ByteQueue &input, FrameBatch &batch)
{
  int64_t dts = sample.dts + track.shift;
  int64_t pts = sample.pts + track.shift;
  Time dts_time = clock_ticks_ == dts && clock_track_ == &track
                      ? clock_time_
                      : ticks_to_time (dts, track.timescale);
  Time pts_time = pts == dts ? dts_time : ticks_to_time (pts, track.timescale);
  // Rounded at both ends, so that frames meet to the nanosecond.
  Time end_time = ticks_to_time (pts + sample.duration, track.timescale);
  if (pts == dts) {
    clock_track_ = &track;
    clock_ticks_ = dts + sample.duration;
    clock_time_ = end_time;
  }
  Slice slice = input.slice (offset, sample.size, batch.blocks);
  batch.frames.push_back (
      {pts_time, dts_time, end_time - pts_time, slice.offset, slice.size,
          uint32_t (batch.blocks.size () - 1), uint16_t (track.index), sync});
}

// Any sample, whatever its description and its fragment have to say of it.
Result<>
SampleReader::emit (
    SampleRun &run, size_t offset, ByteQueue &input, FrameWriter &writer)
{
  TrackFragment &fragment = fragment_->fragment (run);
  const MovieTrack &track = *fragment.track;
  const SampleDescription &description = *fragment.description;
  const Sample &sample = run.next ();
  FrameBatch &batch = writer.batch ();

  if (!run.begun) [[unlikely]] {
    if (auto result = begin_run (run, writer); !result)
      return result;
  }
  bool sync = sample.is_sync () || description.all_random_access;
  // https://www.w3.org/TR/mse-byte-stream-format-isobmff/#iso-random-access-points
  if (fragment.random_access.any ()) [[unlikely]]
    sync |= fragment.next_is_random_access ();
  if (description.nal_length_size && sync && !description.scheme) [[unlikely]] {
    const uint8_t *bytes = input.peek (offset, sample.size);
    if (!has_parameter_sets (bytes, sample.size, description.nal_length_size,
            description.is_h265))
      return make_error (ErrorCode::decode,
          "track %u has its parameter sets neither in %s nor in the sample at "
          "byte %" PRIu64,
          track.id, description.is_h265 ? "hvcC" : "avcC", run.offset);
  }

  push (sample, track, sync, offset, input, batch);
  if (description.scheme || !batch.protection.empty ()) [[unlikely]] {
    SampleProtection protection;
    if (description.scheme && !fragment.next_protection (protection)) {
      batch.frames.pop_back ();
      return make_error (ErrorCode::decode,
          "track %u is encrypted, but senc does not say how the sample at byte "
          "%" PRIu64 " is",
          track.id, run.offset);
    }
    if (protection || !batch.protection.empty ()) {
      batch.protection.resize (batch.frames.size () - 1);
      batch.protection.push_back (std::move (protection));
    }
  }
  run.advance ();
  return writer.flush_if_full ();
}

Result<>
SampleReader::read_ordered (
    ByteQueue &input, uint64_t walked, FrameWriter &writer)
{
  for (; current_ < order_.size (); current_++, left_--) {
    SampleRun &run = fragment_->runs ()[order_[current_]];
    if (auto result = read_run (run, input, walked, writer); !result)
      return result;
    if (!run.done ())
      break;
  }
  return ok;
}

// Consumes the samples of a run as far as they are there. What they have in
// common is looked up once: small ones cost more by their number than by their
// bytes.
Result<>
SampleReader::read_run (
    SampleRun &run, ByteQueue &input, uint64_t walked, FrameWriter &writer)
{
  const uint64_t available = input.position () + input.size ();
  TrackFragment &fragment = fragment_->fragment (run);
  const SampleDescription &description = *fragment.description;
  FrameBatch &batch = writer.batch ();
  // Times and flags are all there is to such samples.
  const bool plain = !description.scheme && !description.nal_length_size
                     && !fragment.random_access.any ()
                     && batch.protection.empty ();
  while (!run.done ()) {
    const Sample &sample = run.next ();
    if (sample.size == 0) [[unlikely]] {
      pass (run);
      continue;
    }
    uint64_t end = run.offset + sample.size;
    if (!in_last_range (run.offset, end)) [[unlikely]] {
      bool known;
      if (auto result = locate (run, walked, known); !result || !known)
        return result;
    }
    if (end > available)
      break;
    input.skip (size_t (run.offset - input.position ()));
    Result<> result = ok;
    if (plain && run.begun) [[likely]] {
      push (sample, *fragment.track,
          sample.is_sync () || description.all_random_access, 0, input, batch);
      run.advance ();
      result = writer.flush_if_full ();
    } else {
      result = emit (run, 0, input, writer);
    }
    if (!result)
      return result;
  }
  return ok;
}

Result<>
SampleReader::read_held (ByteQueue &input, uint64_t walked, FrameWriter &writer)
{
  const uint64_t available = input.position () + input.size ();
  for (;;) {
    TrackQueue *next = nullptr;
    for (TrackQueue &queue : queues_) {
      // To the track's next sample that has bytes.
      for (; queue.next < queue.runs.size (); queue.next++, left_--) {
        SampleRun &run = fragment_->runs ()[queue.runs[queue.next]];
        while (!run.done () && run.next ().size == 0)
          pass (run);
        if (run.done ())
          continue;
        bool known;
        if (auto result = locate (run, walked, known); !result)
          return result;
        uint64_t end = run.offset + run.next ().size;
        queue.ready = std::max (queue.ready, end);
        if (known && queue.ready <= available
            && (!next || queue.ready < next->ready))
          next = &queue;
        break;
      }
    }
    if (!next)
      return ok;
    SampleRun &run = fragment_->runs ()[next->runs[next->next]];
    auto result =
        emit (run, size_t (run.offset - input.position ()), input, writer);
    if (!result)
      return result;
  }
}

Result<>
SampleReader::read (ByteQueue &input, uint64_t walked, FrameWriter &writer)
{
  return ordered_ ? read_ordered (input, walked, writer)
                  : read_held (input, walked, writer);
}

} // namespace webmedia::mse
