// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/audio-destination.hh"

#include "stream/raw-info.hh"

#include <cinttypes>

namespace webmedia::stream {

namespace {

// Whoever makes sound in real time is not more punctual.
constexpr Time kLate = 40 * kMillisecond;
constexpr Time kAhead = kSecond;

} // namespace

AudioDestination::AudioDestination (
    Ptr<GstClock> clock, Ptr<GstCaps> caps, int frame_size, int rate)
    : format (std::move (caps)),
      clock_ (std::move (clock)),
      frame_size_ (frame_size),
      rate_ (rate),
      start_ (Time (gst_clock_get_time (clock_.get ())))
{}

Result<std::shared_ptr<AudioDestination>>
AudioDestination::create (Ptr<GstClock> clock, Ptr<GstCaps> format)
{
  GstAudioInfo info;
  if (!gst_caps_is_fixed (format.get ())
      || !read_audio_info (format.get (), info)
      || GST_AUDIO_INFO_LAYOUT (&info) != GST_AUDIO_LAYOUT_INTERLEAVED) {
    CString text (gst_caps_to_string (format.get ()));
    return make_error (ErrorCode::type,
        "Sound is pushed as audio/x-raw that has a format, a rate, channels "
        "and the layout interleaved, not as %s.",
        text.get ());
  }
  std::shared_ptr<AudioDestination> made (
      new AudioDestination (std::move (clock), std::move (format),
          GST_AUDIO_INFO_BPF (&info), GST_AUDIO_INFO_RATE (&info)));
  made->begin ();
  return made;
}

void
AudioDestination::begin ()
{
  auto source =
      std::make_shared<Source> (SourceInfo{.kind = Kind::audio, .label = ""});
  input_ = source->open (weak_from_this ());
  track_ = Track::create (std::move (source));
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  input_->set_timeline (segment, clock_, start_);
  input_->put (Ptr<GstEvent>::adopt (gst_event_new_caps (format.get ())));
}

Result<AudioDestination::Place>
AudioDestination::find_place (int64_t count)
{
  Time now = Time (gst_clock_get_time (clock_.get ()));
  MutexLocker locker (lock_);
  bool begins = base_ == kTimeNone;
  Time next = begins ? now : base_ + ticks_to_time (samples_, uint32_t (rate_));
  if (next > now + kAhead)
    return make_error (ErrorCode::quota_exceeded,
        "There is sound for more than a second already. Push blocks at the "
        "rate at which they are heard.");
  if (begins || now > next + kLate) {
    begins = true;
    base_ = next = now;
    samples_ = 0;
  }
  samples_ += count;
  Time end = base_ + ticks_to_time (samples_, uint32_t (rate_));
  return Place{next, end - next, begins};
}

Result<>
AudioDestination::push (Ptr<GstBuffer> block)
{
  auto size = int64_t (gst_buffer_get_size (block.get ()));
  if (size == 0 || size % frame_size_ != 0)
    return make_error (ErrorCode::type,
        "A block has samples of %d bytes for all channels, and so not %" PRId64
        " bytes.",
        frame_size_, size);
  auto place = find_place (size / frame_size_);
  if (!place)
    return std::move (place.error ());
  // The caller keeps its own, with its times.
  auto own = Ptr<GstBuffer>::adopt (gst_buffer_copy (block.get ()));
  gst_buffer_add_parent_buffer_meta (own.get (), block.get ());
  GST_BUFFER_PTS (own.get ()) = GstClockTime (place->time - start_);
  GST_BUFFER_DTS (own.get ()) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION (own.get ()) = GstClockTime (place->duration);
  if (place->discont)
    GST_BUFFER_FLAG_SET (own.get (), GST_BUFFER_FLAG_DISCONT);
  else
    GST_BUFFER_FLAG_UNSET (own.get (), GST_BUFFER_FLAG_DISCONT);
  if (input_->put (std::move (own)) != GST_FLOW_OK)
    return make_error (ErrorCode::invalid_state,
        "All tracks of this sound have ended: nobody wants it any more.");
  return ok;
}

bool
AudioDestination::query (GstQuery *query)
{
  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY)
    return false;
  gst_query_set_latency (
      query, TRUE, GstClockTime (kLate), GST_CLOCK_TIME_NONE);
  return true;
}

} // namespace webmedia::stream
