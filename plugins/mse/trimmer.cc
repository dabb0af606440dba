// SPDX-License-Identifier: LGPL-2.1-or-later
#include "trimmer.hh"

#include "sound.hh"

#include <algorithm>

GST_DEBUG_CATEGORY_EXTERN (gst_web_audio_splice_debug);
#define GST_CAT_DEFAULT gst_web_audio_splice_debug

namespace webmedia::elements {

// Sound goes on where it is this near: WebM rounds to milliseconds, and
// decoders hand that on.
static constexpr Time kJitter = 2 * kMillisecond;
// More than these wait for their sound only where the times are nonsense.
static constexpr size_t kMaxExpected = 64;

void
Trimmer::expect (const TrimSignal &signal)
{
  GST_DEBUG_OBJECT (element_,
      "sound from %" GST_TIME_FORMAT " to %" GST_TIME_FORMAT
      ", of which is heard what is from %" GST_TIME_FORMAT
      " to %" GST_TIME_FORMAT,
      GST_TIME_ARGS (GstClockTime (signal.start)),
      GST_TIME_ARGS (GstClockTime (signal.end)),
      GST_TIME_ARGS (GstClockTime (signal.first)),
      GST_TIME_ARGS (GstClockTime (signal.last)));
  // Where playback went back, those that were told before are told again.
  while (expected_.size () > size_t (is_inside_)
         && expected_.back ().first >= signal.first)
    expected_.pop_back ();
  if (expected_.size () == kMaxExpected) {
    expected_.pop_front ();
    is_inside_ = false;
  }
  expected_.push_back ({clamp_time (signal.start), clamp_time (signal.first),
      clamp_time (signal.last), clamp_time (signal.end)});
}

void
Trimmer::set_caps (GstCaps *caps)
{
  GstAudioInfo info;
  if (!gst_audio_info_from_caps (&info, caps))
    return;
  info_ = info;
  next_ = kTimeNone;
}

void
Trimmer::interrupt ()
{
  next_ = joint_ = kTimeNone;
  ends_in_cut_ = false;
  if (std::exchange (is_inside_, false))
    expected_.pop_front ();
}

void
Trimmer::flush ()
{
  interrupt ();
  expected_.clear ();
  discont_ = false;
}

// Finds the frame that sound in [start, end) is of, if it was cut.
void
Trimmer::find_frame (Time start, Time end, bool anew)
{
  for (; !expected_.empty (); expected_.pop_front (), is_inside_ = false) {
    const TrimSignal &frame = expected_.front ();
    Time half = (end - start) / 2;
    if (start + half >= frame.end || (is_inside_ && anew))
      continue;
    is_inside_ |= end > frame.start + std::min (kJitter, half);
    return;
  }
}

// Frames [from, to) of a buffer.
Ptr<GstBuffer>
Trimmer::part_of (Ptr<GstBuffer> buffer, size_t from, size_t to) const
{
  const int rate = GST_AUDIO_INFO_RATE (&info_);
  Time start = Time (GST_BUFFER_PTS (buffer.get ())) + to_time (from, rate);
  GstBuffer *part = gst_audio_buffer_truncate (
      buffer.release (), GST_AUDIO_INFO_BPF (&info_), from, to - from);
  GST_BUFFER_PTS (part) = GstClockTime (start);
  GST_BUFFER_DURATION (part) = GstClockTime (to_time (to - from, rate));
  return Ptr<GstBuffer>::adopt (part);
}

// Where the sound on both sides of a cut meets, it goes on.
Ptr<GstBuffer>
Trimmer::mark (Ptr<GstBuffer> buffer, bool is_cut)
{
  bool was = GST_BUFFER_FLAG_IS_SET (buffer.get (), GST_BUFFER_FLAG_DISCONT);
  Time start = Time (GST_BUFFER_PTS (buffer.get ()));
  bool meets = is_cut && joint_ != kTimeNone && ABS (start - joint_) <= kJitter;
  bool discont = (std::exchange (discont_, false) || was) && !meets;
  if (discont == was)
    return buffer;
  GstBuffer *marked = gst_buffer_make_writable (buffer.release ());
  if (discont)
    GST_BUFFER_FLAG_SET (marked, GST_BUFFER_FLAG_DISCONT);
  else
    GST_BUFFER_FLAG_UNSET (marked, GST_BUFFER_FLAG_DISCONT);
  return Ptr<GstBuffer>::adopt (marked);
}

Ptr<GstBuffer>
Trimmer::process (Ptr<GstBuffer> buffer)
{
  const int rate = GST_AUDIO_INFO_RATE (&info_);
  GstClockTime pts = GST_BUFFER_PTS (buffer.get ());
  // Nobody knows where its frames are, or which times it has.
  size_t frames =
      GST_AUDIO_INFO_BPF (&info_) > 0 && is_laid_out (buffer.get (), info_)
          ? frames_of (buffer.get (), info_)
          : 0;
  if (frames == 0 || pts > GstClockTime (kTimeLimit)) {
    if (!expected_.empty ())
      GST_WARNING_OBJECT (element_,
          "a buffer can't be cut: its times, or its GstAudioMeta, which planar "
          "sound must have, are not as its caps say");
    interrupt ();
    return buffer;
  }
  Time start = Time (pts);
  Time end = start + to_time (frames, rate);
  bool anew =
      next_ == kTimeNone || ABS (start - next_) > kJitter
      || GST_BUFFER_FLAG_IS_SET (buffer.get (), GST_BUFFER_FLAG_DISCONT);
  next_ = end;
  find_frame (start, end, anew);

  size_t from = 0, to = frames;
  if (is_inside_) {
    const TrimSignal &frame = expected_.front ();
    if (frame.first > frame.start)
      from = std::min (frames, to_frames (frame.first - start, rate));
    if (frame.last < frame.end)
      to = std::min (frames, to_frames (frame.last - start, rate));
  }
  bool is_cut = from > 0 || ends_in_cut_;
  ends_in_cut_ = to < frames;
  if (from >= to) {
    discont_ |= GST_BUFFER_FLAG_IS_SET (buffer.get (), GST_BUFFER_FLAG_DISCONT);
    return nullptr;
  }
  if (to - from < frames)
    buffer = part_of (std::move (buffer), from, to);
  buffer = mark (std::move (buffer), is_cut);
  joint_ = start + to_time (to, rate);
  return buffer;
}

} // namespace webmedia::elements
