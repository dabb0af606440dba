// SPDX-License-Identifier: LGPL-2.1-or-later
#include "splicer.hh"

#include <algorithm>

GST_DEBUG_CATEGORY_EXTERN (gst_web_audio_splice_debug);
#define GST_CAT_DEFAULT gst_web_audio_splice_debug

namespace webmedia::elements {

static constexpr Time kDuration = 5 * kMillisecond;
// By how much decoders may round a time.
static constexpr Time kTolerance = kMillisecond / 2;
// More than these wait for their time only where the times are nonsense.
static constexpr size_t kMaxExpected = 64;
static constexpr const char *kUnreadable =
    "a buffer can't be read; its memory must be mappable, its GstAudioMeta, "
    "which planar sound must have, agree with the caps, and its channels be "
    "fewer than 64";

static Time
start_of (GstBuffer *buffer)
{
  return Time (std::min (GST_BUFFER_PTS (buffer), GstClockTime (kTimeLimit)));
}

// The first frames of a buffer.
static Ptr<GstBuffer>
part_of (const Ptr<GstBuffer> &buffer, const GstAudioInfo &info, size_t count)
{
  if (!is_laid_out (buffer.get (), info))
    return buffer; // nobody knows where they are
  GstBuffer *part = gst_audio_buffer_truncate (
      Ptr<GstBuffer> (buffer).release (), GST_AUDIO_INFO_BPF (&info), 0, count);
  GST_BUFFER_DURATION (part) =
      GstClockTime (to_time (count, GST_AUDIO_INFO_RATE (&info)));
  return Ptr<GstBuffer>::adopt (part);
}

void
Splicer::warn (Time time, const char *why)
{
  GST_ELEMENT_WARNING (element_, STREAM, FORMAT,
      ("No crossfade at %" GST_TIME_FORMAT ": %s.",
          GST_TIME_ARGS (GstClockTime (time)), why),
      (NULL));
}

void
Splicer::expect (SpliceSignal signal)
{
  signal = {clamp_time (signal.time), clamp_time (signal.end)};
  GST_DEBUG_OBJECT (element_, "splice at %" GST_TIME_FORMAT,
      GST_TIME_ARGS (GstClockTime (signal.time)));
  // Where playback went back, those that were told before are told again.
  while (!expected_.empty () && expected_.back ().time >= signal.time)
    expected_.pop_back ();
  if (expected_.size () == kMaxExpected)
    expected_.pop_front ();
  expected_.push_back (signal);
}

bool
Splicer::set_caps (Ptr<GstEvent> event)
{
  GstCaps *caps;
  gst_event_parse_caps (event.get (), &caps);
  GstAudioInfo info;
  if (!gst_audio_info_from_caps (&info, caps))
    return false;
  info_ = info;
  fade_.reset ();
  if (held_)
    caps_ = std::move (event);
  else
    output_.on_caps (std::move (event));
  return true;
}

void
Splicer::flush ()
{
  expected_.clear ();
  held_.reset ();
  fade_.reset ();
  if (caps_)
    output_.on_caps (std::exchange (caps_, nullptr));
}

void
Splicer::reset ()
{
  caps_ = nullptr;
  flush ();
  info_ = {};
}

GstFlowReturn
Splicer::finish ()
{
  fade_.reset ();
  GstFlowReturn flow = GST_FLOW_OK;
  if (auto held = std::exchange (held_, std::nullopt))
    flow = put_out_held (*held, held->sound.frames ());
  if (caps_)
    output_.on_caps (std::exchange (caps_, nullptr));
  return flow;
}

Time
Splicer::end_of (GstBuffer *buffer) const
{
  return start_of (buffer)
         + to_time (frames_of (buffer, info_), GST_AUDIO_INFO_RATE (&info_));
}

// Whether the buffer is old sound, too.
bool
Splicer::continues (GstBuffer *buffer) const
{
  Time start = start_of (buffer);
  return !caps_ && !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DISCONT)
         && ABS (start - held_->next) < ABS (start - held_->start)
         && start < held_->end - kTolerance;
}

// The 5 ms that are held, and what a cubic looks at behind them.
void
Splicer::hold (GstBuffer *buffer, size_t from)
{
  int rate = GST_AUDIO_INFO_RATE (&info_);
  size_t wanted = to_frames (kDuration, rate) + 2;
  size_t count = frames_of (buffer, info_) - from;
  count = std::min (count, wanted - std::min (wanted, held_->sound.frames ()));
  if (count == 0 || held_->broken)
    return;
  auto sound = Sound::read (buffer, info_, from, count);
  if (!sound) {
    held_->broken = true;
    warn (held_->start, kUnreadable);
    return;
  }
  if (held_->sound.frames () == 0)
    held_->sound = std::move (*sound);
  else
    held_->sound.append (*sound);
}

GstFlowReturn
Splicer::put_out_held (Held &held, size_t frames)
{
  held.sound.truncate (frames);
  if (held.sound.frames () == 0)
    return GST_FLOW_OK;
  auto buffer = held.sound.make_buffer (held.info);
  if (!buffer) {
    warn (held.start, "the old sound can't be written");
    return GST_FLOW_OK;
  }
  GST_BUFFER_PTS (buffer.get ()) = GstClockTime (held.start);
  GST_BUFFER_DURATION (buffer.get ()) = GstClockTime (
      to_time (held.sound.frames (), GST_AUDIO_INFO_RATE (&held.info)));
  return output_.on_buffer (std::move (buffer));
}

// New sound begins. Audio splice rendering, steps 1 to 10: the old sound is
// there already up to `start`, and of this one the rest is trimmed.
GstFlowReturn
Splicer::begin_fade (Time start)
{
  Held held = *std::exchange (held_, std::nullopt);
  GstFlowReturn flow = GST_FLOW_OK;
  size_t before = to_frames (start - held.start, held.sound.rate ());
  if (before > 0) {
    Held early = held;
    flow = put_out_held (early, before);
  }
  if (caps_)
    output_.on_caps (std::exchange (caps_, nullptr));
  held.sound.drop_front (before);
  if (held.sound.frames () == 0)
    return flow;
  // 10. The rate of the old sound is converted where it is mixed.
  auto sound = held.sound.with_channels (info_);
  if (!sound) {
    warn (start,
        "the channels of the old sound do not become those of the new sound; "
        "convert them before audiosplice");
    return flow;
  }
  // No longer than there is old sound.
  Time length =
      std::min (kDuration, to_time (sound->frames (), sound->rate ()));
  fade_ = Fade{.sound = std::move (*sound),
      .length = to_frames (length, GST_AUDIO_INFO_RATE (&info_)),
      .done = 0};
  GST_DEBUG_OBJECT (element_, "crossfade at %" GST_TIME_FORMAT ", %zu frames",
      GST_TIME_ARGS (GstClockTime (start)), fade_->length);
  return flow;
}

// Audio splice rendering, steps 11 to 16, for as much as the buffer has.
Ptr<GstBuffer>
Splicer::mix (Ptr<GstBuffer> buffer)
{
  Fade &fade = *fade_;
  size_t count =
      std::min (fade.length - fade.done, frames_of (buffer.get (), info_));
  auto sound = Sound::read (buffer.get (), info_, 0, count);
  auto mixed = Ptr<GstBuffer>::adopt (gst_buffer_copy_deep (buffer.get ()));
  double step = double (fade.sound.rate ()) / GST_AUDIO_INFO_RATE (&info_);
  for (size_t i = 0; sound && i < count; i++, fade.done++) {
    double gain = double (fade.done) / double (fade.length);
    double *frame = sound->frame (i);
    for (size_t channel = 0; channel < sound->channels (); channel++) {
      double old = fade.sound.value (double (fade.done) * step, channel);
      frame[channel] = old * (1 - gain) + frame[channel] * gain;
    }
  }
  if (!sound || !mixed || !sound->write (mixed.get (), info_, 0)) {
    fade_.reset ();
    warn (start_of (buffer.get ()), kUnreadable);
    return buffer;
  }
  // Nor is it silence, whatever the new sound is.
  GST_BUFFER_FLAG_UNSET (
      mixed.get (), GST_BUFFER_FLAG_DISCONT | GST_BUFFER_FLAG_GAP);
  if (fade.done == fade.length)
    fade_.reset ();
  return mixed;
}

// Passes what is before the next splice, and holds the rest.
GstFlowReturn
Splicer::put_out (Ptr<GstBuffer> buffer)
{
  int rate = GST_AUDIO_INFO_RATE (&info_);
  Time start = start_of (buffer.get ());
  size_t frames = frames_of (buffer.get (), info_);
  // Those that nothing came for.
  while (!expected_.empty () && start > expected_.front ().time + kDuration)
    expected_.pop_front ();
  if (expected_.empty ())
    return output_.on_buffer (std::move (buffer));
  SpliceSignal signal = expected_.front ();
  size_t before = to_frames (signal.time - start, rate);
  if (before >= frames)
    return output_.on_buffer (std::move (buffer));

  expected_.pop_front ();
  held_ = Held{.info = info_,
      .start = start + to_time (before, rate),
      .next = end_of (buffer.get ()),
      .end = signal.end};
  hold (buffer.get (), before);
  if (before == 0)
    return GST_FLOW_OK;
  return output_.on_buffer (part_of (buffer, info_, before));
}

GstFlowReturn
Splicer::process (Ptr<GstBuffer> buffer)
{
  if (!GST_BUFFER_PTS_IS_VALID (buffer.get ())
      || GST_AUDIO_INFO_BPF (&info_) == 0) {
    GstFlowReturn flow = finish ();
    return flow == GST_FLOW_OK ? output_.on_buffer (std::move (buffer)) : flow;
  }
  if (held_) {
    if (continues (buffer.get ())) {
      if (fade_) // it was faded in itself
        buffer = mix (std::move (buffer));
      hold (buffer.get (), 0);
      held_->next = end_of (buffer.get ());
      return GST_FLOW_OK;
    }
    GstFlowReturn flow = begin_fade (start_of (buffer.get ()));
    if (flow != GST_FLOW_OK)
      return flow;
  }
  if (fade_)
    buffer = mix (std::move (buffer));
  return put_out (std::move (buffer));
}

} // namespace webmedia::elements
