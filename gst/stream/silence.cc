// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/silence.hh"

#include "base/raw-layout.hh"
#include "stream/raw-info.hh"

#include <algorithm>

namespace webmedia::stream {

namespace {

// Of a piece: the least, and the most.
constexpr Time kShortest = 5 * kMillisecond;
constexpr Time kLongest = 100 * kMillisecond;
// What is silent for longer has fewer pieces, of what its latency allows.
constexpr Time kLong = kSecond;
constexpr uint64_t kMostBytes = 1 << 20; // of a piece
// From there on it is not made up for: nobody took anything meanwhile.
constexpr Time kFar = 2 * kSecond;
// What is between two samples is no gap.
constexpr Time kNoGap = kMillisecond;

bool
is_far (Time end, Time later)
{
  return later - end > kFar;
}

} // namespace

// In time for who was told that latency, and not before it is over.
Time
Silence::late_by (Time latency)
{
  return latency > 0 ? std::max (latency, kShortest) : kPiece;
}

// What was on goes on with other samples, from its end on.
void
Silence::set_caps (GstCaps *caps)
{
  blank_.set_caps (caps);
  info_.reset ();
  GstAudioInfo info;
  if (is_in_memory (caps) && read_audio_info (caps, info))
    info_ = info;
  is_on_ = false;
}

void
Silence::reset ()
{
  is_on_ = is_last_ = jumps_ = false;
  end_ = kTimeNone;
}

Time
Silence::time_of (uint64_t frames) const
{
  return add_saturated (origin_, ticks_to_time (int64_t (frames),
                                     uint32_t (GST_AUDIO_INFO_RATE (&*info_))));
}

uint64_t
Silence::frames_in (Time length) const
{
  auto rate = uint64_t (GST_AUDIO_INFO_RATE (&*info_));
  auto size = uint64_t (GST_AUDIO_INFO_BPF (&*info_));
  uint64_t frames = rate * uint64_t (length) / uint64_t (kSecond);
  return std::clamp<uint64_t> (frames, 1, kMostBytes / size);
}

void
Silence::begin (Time time)
{
  is_on_ = is_last_ = true;
  origin_ = end_ = time;
  frames_ = 0;
}

Silence::Piece
Silence::make (uint64_t frames)
{
  Time due = time_of (frames_);
  frames_ += frames;
  end_ = time_of (frames_);
  auto buffer = blank_.make_sound (frames);
  if (buffer)
    GST_BUFFER_DURATION (buffer.get ()) = GstClockTime (end_ - due);
  return {std::move (buffer), due, std::exchange (jumps_, false)};
}

Silence::Piece
Silence::next (Time start, Time until, Time late)
{
  if (!info_)
    return {nullptr, 0, false};
  if (end_ == kTimeNone || is_far (end_, until)) {
    begin (is_far (start, until) ? until : start);
    jumps_ = true;
  } else if (!is_on_) {
    begin (end_);
  }
  if (time_of (frames_) > until)
    return {nullptr, 0, false};
  Time longest = end_ - origin_ < kLong ? kPiece : kLongest;
  return make (frames_in (std::min (late, longest)));
}

// Frames up to then; 0: it follows, or nobody makes up for it.
uint64_t
Silence::missing (Time due) const
{
  if (!info_ || due <= end_ || is_far (end_, due))
    return 0;
  Time origin = is_on_ ? origin_ : end_;
  uint64_t given = is_on_ ? frames_ : 0;
  uint64_t all = gst_util_uint64_scale_round (
      guint64 (due - origin), guint64 (GST_AUDIO_INFO_RATE (&*info_)), kSecond);
  return all > given ? all - given : 0;
}

Silence::Piece
Silence::fill (Time due)
{
  uint64_t frames = missing (due);
  if (frames == 0)
    return {nullptr, 0, false};
  if (!is_on_)
    begin (end_);
  return make (std::min (frames, frames_in (kLongest)));
}

bool
Silence::let_in_gap (Time &due, Time duration)
{
  Time end = add_saturated (due, duration);
  if (is_last_ && end <= end_)
    return false;
  if (is_last_ && !is_far (end_, due))
    due = end_;
  end_ = std::max (end_, end);
  is_on_ = false;
  return true;
}

Silence::Next
Silence::let_in (TimedBuffer &timed, Time &due, bool can_cut)
{
  if (due < end_) {
    if (add_saturated (due, timed.duration) <= end_
        || !cut (timed, end_ - due, can_cut))
      return Next::lost;
    due = end_;
  } else if (missing (due) > 0) {
    return Next::later;
  }
  timed.discont |= due - end_ >= kNoGap;
  is_on_ = is_last_ = false;
  return Next::follows;
}

// To the sample. False: nothing of it can be kept.
bool
Silence::cut (TimedBuffer &timed, Time by, bool can_cut) const
{
  if (!info_)
    return false;
  auto rate = guint64 (GST_AUDIO_INFO_RATE (&*info_));
  gsize gone = gst_util_uint64_scale_round (guint64 (by), rate, kSecond);
  if (gone == 0)
    return true;
  if (!can_cut)
    return false;
  auto frames = count_frames (timed.buffer.get (), *info_);
  if (!frames || gone >= *frames)
    return false;
  GstClockTime pts = GST_BUFFER_PTS (timed.buffer.get ());
  auto whole = timed.buffer;
  timed.buffer = Ptr<GstBuffer>::adopt (
      gst_audio_buffer_truncate (gst_buffer_copy (timed.buffer.get ()),
          GST_AUDIO_INFO_BPF (&*info_), gone, *frames - gone));
  timed.duration = std::max<Time> (0, timed.duration - by);
  gst_buffer_add_parent_buffer_meta (timed.buffer.get (), whole.get ());
  GST_BUFFER_PTS (timed.buffer.get ()) = pts + GstClockTime (by);
  GST_BUFFER_DURATION (timed.buffer.get ()) = GstClockTime (timed.duration);
  return true;
}

} // namespace webmedia::stream
