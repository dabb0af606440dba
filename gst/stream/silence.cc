// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/silence.hh"

#include "base/raw-layout.hh"
#include "stream/raw-info.hh"

#include <algorithm>

namespace webmedia::stream {

namespace {

constexpr uint64_t kPiecesPerSecond = 50;
// From there on it is another time, not what is missing: one of the two has
// begun anew, or nobody took anything.
constexpr Time kFar = 2 * kSecond;
// What is between two samples is no gap.
constexpr Time kNoGap = kMillisecond;

bool
is_far (Time a, Time b)
{
  return std::abs (a - b) > kFar;
}

} // namespace

Silence::~Silence ()
{
  stop_timer ();
}

void
Silence::stop_timer ()
{
  if (!timer_)
    return;
  gst_clock_id_unschedule (timer_);
  gst_clock_id_unref (timer_);
  timer_ = nullptr;
}

// What was on goes on with other samples.
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

Time
Silence::time_of (uint64_t frames) const
{
  return origin_
         + Time (gst_util_uint64_scale (
             frames, kSecond, guint64 (GST_AUDIO_INFO_RATE (&*info_))));
}

uint64_t
Silence::piece () const
{
  return std::max<uint64_t> (
      1, uint64_t (GST_AUDIO_INFO_RATE (&*info_)) / kPiecesPerSecond);
}

void
Silence::begin (Time time)
{
  is_on_ = true;
  origin_ = end_ = time;
  frames_ = 0;
}

Silence::Piece
Silence::next (Time start, Time until)
{
  if (!info_)
    return {nullptr, 0, false};
  bool jumps = end_ == kTimeNone || is_far (end_, until);
  if (jumps)
    begin (is_far (start, until) ? std::max (start, until) : start);
  else if (!is_on_)
    begin (end_);
  Time end = time_of (frames_ + piece ());
  if (end > until)
    return {nullptr, 0, false};
  Time due = time_of (frames_);
  frames_ += piece ();
  end_ = end;
  auto buffer = blank_.make_sound (piece ());
  if (buffer)
    GST_BUFFER_DURATION (buffer.get ()) = GstClockTime (end - due);
  return {std::move (buffer), due, jumps};
}

void
Silence::await (const TimeMap &times, Time late, std::function<void ()> call)
{
  stop_timer ();
  clock_ = Ptr<GstClock>::share (times.clock ());
  if (!clock_ || !info_ || !is_on_)
    return;
  Time due = std::max<Time> (
      0, times.clock_time (time_of (frames_ + piece ())) + late);
  timer_ = gst_clock_new_single_shot_id (clock_.get (), GstClockTime (due));
  using Call = std::function<void ()>;
  gst_clock_id_wait_async (
      timer_,
      [] (GstClock *, GstClockTime, GstClockID, gpointer data) -> gboolean {
        (*static_cast<Call *> (data)) ();
        return TRUE;
      },
      new Call (std::move (call)),
      [] (gpointer data) { delete static_cast<Call *> (data); });
}

bool
Silence::let_in (TimedBuffer &timed, Time &due)
{
  if (due + timed.duration <= end_ && !is_far (due, end_))
    return false;
  is_on_ = false;
  if (due >= end_ || is_far (due, end_)) {
    timed.discont |= std::abs (due - end_) >= kNoGap;
    return true;
  }
  Time by = end_ - due;
  if (!cut (timed, by))
    return false;
  due += by;
  return true;
}

// False: nothing of it can be kept.
bool
Silence::cut (TimedBuffer &timed, Time by) const
{
  auto frames = info_ ? count_frames (timed.buffer.get (), *info_)
                      : Result<gsize> (gsize (0));
  if (!frames)
    return false;
  auto rate = guint64 (GST_AUDIO_INFO_RATE (&*info_));
  gsize gone = gst_util_uint64_scale_ceil (guint64 (by), rate, kSecond);
  if (gone >= *frames)
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
