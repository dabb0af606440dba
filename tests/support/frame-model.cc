// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/frame-model.hh"

#include "support/isobmff-walk.hh"
#include "support/webm-walk.hh"

namespace webmedia::mse {

std::vector<MediaFile>
all_files ()
{
  std::vector<MediaFile> all (std::begin (kVideoFiles), std::end (kVideoFiles));
  all.insert (all.end (), std::begin (kAudioFiles), std::end (kAudioFiles));
  return all;
}

FrameModel::FrameModel (const MediaFile &file, size_t track)
    : FrameModel (read_media (file.name), track)
{
  fail_unless (frames_.size () > 90 && ranges ().size () == 1);
}

FrameModel::FrameModel (const std::vector<uint8_t> &bytes, size_t track)
{
  bool is_webm = bytes[0] == 0x1a; // an EBML header
  if (is_webm)
    read_webm (bytes, track);
  else
    read_isobmff (bytes, track);
  for (const Frame &frame : frames_)
    longest_ = std::max (longest_, frame.duration);
}

void
FrameModel::read_isobmff (const std::vector<uint8_t> &file, size_t track)
{
  WalkedTrack walked = walk_isobmff (file)[track];
  is_sound_ = walked.handler == 0x736f756e; // "soun"
  for (const WalkedSample &sample : walked.samples) {
    Time pts = ticks_to_time (sample.pts, walked.timescale);
    Time end = ticks_to_time (sample.pts + sample.duration, walked.timescale);
    frames_.push_back ({pts, end - pts, !(sample.flags & 0x10000)});
  }
}

void
FrameModel::read_webm (const std::vector<uint8_t> &file, size_t track)
{
  WalkedWebmTrack walked = walk_webm (file)[track];
  is_sound_ = walked.codec.starts_with ("A_");
  for (const WalkedBlock &block : walked.blocks)
    frames_.push_back ({block.time, block.duration, block.keyframe});
}

void
FrameModel::move (Time offset)
{
  for (Frame &frame : frames_)
    frame.pts += offset;
}

template <typename Predicate>
void
FrameModel::drop (Predicate outside)
{
  bool depends = false;
  std::vector<Frame> kept;
  for (const Frame &frame : frames_) {
    if (outside (frame))
      depends = true;
    else if (!depends || frame.keyframe) {
      depends = false;
      kept.push_back (frame);
    }
  }
  frames_ = std::move (kept);
}

void
FrameModel::remove (Time start, Time end)
{
  end = key_at_or_after (end);
  drop ([=] (const Frame &frame) {
    return frame.pts >= start && frame.pts < end;
  });
}

void
FrameModel::keep_window (Time start, Time end)
{
  for (Frame &frame : frames_) {
    Time first = std::max (frame.pts, start);
    Time last = std::min (frame.end (), end);
    if (is_sound_ && last > first)
      frame = {first, last - first, frame.keyframe};
  }
  drop ([=] (const Frame &frame) {
    return frame.pts < start
           || (end != kTimeInfinite && frame.end () > end + kMicrosecond);
  });
}

Time
FrameModel::key_at_or_after (Time time) const
{
  Time found = kTimeInfinite;
  for (const Frame &frame : frames_)
    if (frame.keyframe && frame.pts >= time)
      found = std::min (found, frame.pts);
  return found;
}

TimeRanges
FrameModel::ranges () const
{
  TimeRanges ranges;
  for (const Frame &frame : frames_)
    ranges.add (frame.pts, frame.end (), 2 * longest_);
  return ranges;
}

void
expect_near (Time is, Time wanted)
{
  fail_unless (ABS (is - wanted) <= kMicrosecond,
      "%" G_GINT64_FORMAT " ns instead of %" G_GINT64_FORMAT, is, wanted);
}

void
expect_ranges (const TimeRanges &is, const TimeRanges &wanted)
{
  fail_unless (is.size () == wanted.size (), "%s instead of %s",
      is.to_string ().c_str (), wanted.to_string ().c_str ());
  for (size_t i = 0; i < is.size (); i++) {
    expect_near (is[i].start, wanted[i].start);
    expect_near (is[i].end, wanted[i].end);
  }
}

} // namespace webmedia::mse
