// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/frame-model.hh"

namespace webmedia::mse {

std::vector<MediaFile>
all_files ()
{
  std::vector<MediaFile> all (std::begin (kVideoFiles), std::end (kVideoFiles));
  all.insert (all.end (), std::begin (kAudioFiles), std::end (kAudioFiles));
  return all;
}

FrameModel::FrameModel (const MediaFile &file)
    : is_sound_ (g_str_has_prefix (file.type, "audio/"))
{
  BufferFixture f (file);
  f.append_all (file.name);
  auto reader = f.player->open (f.buffer->tracks ()[0]->id);
  for (;;) {
    auto read = reader->read ();
    if (read.status != Reader::Status::frame)
      break;
    bool keyframe = !GST_BUFFER_FLAG_IS_SET (
        read.buffer.get (), GST_BUFFER_FLAG_DELTA_UNIT);
    frames_.push_back ({read.pts, read.duration, keyframe});
    longest_ = std::max (longest_, read.duration);
  }
  fail_unless (frames_.size () > 90 && ranges ().size () == 1);
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
    Time last = std::min (frame.pts + frame.duration, end);
    if (is_sound_ && last > first)
      frame = {first, last - first, frame.keyframe};
  }
  drop ([=] (const Frame &frame) {
    return frame.pts < start
           || (end != kTimeInfinite && frame.pts + frame.duration > end);
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
    ranges.add (frame.pts, frame.pts + frame.duration, 2 * longest_);
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
