// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline.hh"

#include "media.hh"

#include <algorithm>
#include <cmath>

namespace demo {

namespace {

// The frame that is displayed at `time`, when the first one begins at `first`.
// The frame that a seek ends in is cut: it begins where the seek went.
int
frame_number (double time, double first)
{
  constexpr double kRounding = 0.002; // WebM counts in milliseconds
  return int (std::floor ((time - first + kRounding) * kFramesPerSecond));
}

std::string
find_video_fault (const Timeline &timeline)
{
  const auto &frames = timeline.video;
  if (frames.empty ())
    return "no video frame was displayed";
  double first = frames[0].time;
  if (first * kFramesPerSecond >= 1)
    return format ("the first frame displayed was that of %.3f s", first);

  for (size_t i = 1; i < frames.size (); i++) {
    int number = frame_number (frames[i].time, first);
    int expected = frame_number (frames[i - 1].time, first) + 1;
    const char *where = "";
    if (frames[i].span != frames[i - 1].span) {
      expected = frame_number (timeline.seeks[frames[i].span - 1].to, first);
      where = "after the seek, ";
    }
    if (number != expected)
      return format ("%sframe %d was displayed where frame %d was due", where,
          number, expected);
  }
  int last = frame_number (frames.back ().time, first);
  int expected = int (std::lround (timeline.duration * kFramesPerSecond)) - 1;
  if (last != expected)
    return format ("the last frame displayed was %d, not %d", last, expected);
  return "";
}

// Codecs may place sound a little off, and trim its ends: half a frame of
// video is far below a buffer that is missing.
std::string
find_audio_fault (const Timeline &timeline)
{
  constexpr double kTolerance = 0.015;
  constexpr double kTrimmed = 0.05;
  const auto &buffers = timeline.audio;
  if (buffers.empty ())
    return "no sound was played";
  double expected = 0;
  for (size_t i = 0; i < buffers.size (); i++) {
    bool first = i == 0 || buffers[i].span != buffers[i - 1].span;
    if (i > 0 && first)
      expected = timeline.seeks[buffers[i].span - 1].to;
    double off = std::abs (buffers[i].time - expected);
    if (off > (first ? kTrimmed : kTolerance))
      return format ("sound of %.3f s was played where that of %.3f s was due",
          buffers[i].time, expected);
    expected = buffers[i].time + buffers[i].duration;
  }
  if (std::abs (expected - timeline.duration) > kTrimmed)
    return format (
        "sound ended at %.3f s, not at %.3f s", expected, timeline.duration);
  return "";
}

} // namespace

std::string
find_fault (const Timeline &timeline)
{
  size_t spans = timeline.video.empty () ? 0 : timeline.video.back ().span;
  if (spans != timeline.seeks.size ())
    return format ("%zu seeks were done, %zu were played from",
        timeline.seeks.size (), spans);
  std::string fault = find_video_fault (timeline);
  return fault.empty () ? find_audio_fault (timeline) : fault;
}

std::vector<Range>
played_ranges (const std::vector<Rendered> &rendered)
{
  constexpr double kJoined = 0.06;
  std::vector<Range> sorted, joined;
  for (const Rendered &piece : rendered)
    sorted.push_back ({piece.time, piece.time + piece.duration});
  std::sort (sorted.begin (), sorted.end (),
      [] (const Range &a, const Range &b) { return a.start < b.start; });
  for (const Range &range : sorted)
    if (joined.empty () || range.start > joined.back ().end + kJoined)
      joined.push_back (range);
    else
      joined.back ().end = std::max (joined.back ().end, range.end);
  return joined;
}

} // namespace demo
