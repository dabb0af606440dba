// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/resampler.hh"

#include "base/log.hh"
#include "base/raw-layout.hh"
#include "stream/raw-info.hh"

#include <algorithm>
#include <cmath>
#include <vector>

WEBMEDIA_DEBUG_CATEGORY ("webmedia-resampler", "Sound between two clocks")

namespace webmedia::stream {

namespace {

// In that time, what is off would be gone: so, between clocks that are a
// hundred millionths apart, it stays off by 0.1 ms.
constexpr double kReturn = double (kSecond);
// No clocks are so far apart, and no ear hears it.
constexpr double kMostCorrection = 0.005;
// Further off, as sinks have it, it is no drift.
constexpr Time kJump = 40 * kMillisecond;

// Of GstAudioConverter.
constexpr int kTooManyChannels = 64;

// All but how many samples it has.
void
copy_metas (GstBuffer *from, GstBuffer *to)
{
  gpointer state = nullptr;
  while (GstMeta *meta = gst_buffer_iterate_meta (from, &state)) {
    GstMetaTransformCopy all{FALSE, 0, gsize (-1)};
    if (meta->info->api != GST_AUDIO_META_API_TYPE
        && meta->info->transform_func)
      meta->info->transform_func (
          to, meta, from, g_quark_from_static_string ("gst-copy"), &all);
  }
}

// GStreamer wants them to be as the caps in all, also in what does not matter
// here.
bool
map (GstAudioBuffer &mapped, GstBuffer *buffer, const GstAudioInfo &info)
{
  const GstAudioMeta *meta = gst_buffer_get_audio_meta (buffer);
  return gst_audio_buffer_map (
      &mapped, meta ? &meta->info : &info, buffer, GST_MAP_READ);
}

} // namespace

void
Resampler::set_caps (GstCaps *caps)
{
  info_.reset ();
  converter_.reset ();
  reset ();
  latency_ = 0;
  GstAudioInfo info;
  if (read_audio_info (caps, info)
      && GST_AUDIO_INFO_CHANNELS (&info) < kTooManyChannels)
    info_ = info;
}

Time
Resampler::time_of (const Position &position) const
{
  return position.origin
         + Time (gst_util_uint64_scale (position.frames, kSecond,
             guint64 (GST_AUDIO_INFO_RATE (&*info_))));
}

// False: there is nothing that can resample it.
bool
Resampler::begin (Time due)
{
  if (converter_) {
    gst_audio_converter_reset (converter_.get ());
  } else {
    out_rate_ = 0;
    converter_.reset (gst_audio_converter_new (
        GST_AUDIO_CONVERTER_FLAG_VARIABLE_RATE, &*info_, &*info_, nullptr));
    if (!converter_)
      return false;
    set_rate (1);
  }
  latency_ = Time (gst_util_uint64_scale (
      gst_audio_converter_get_max_latency (converter_.get ()), kSecond,
      guint64 (GST_AUDIO_INFO_RATE (&*info_))));
  position_ = {due, 0};
  since_correction_ = 0;
  return true;
}

// By so many samples a second more than come. Never none: the converter has
// another filter for that, and its history does not fit.
void
Resampler::set_rate (int more)
{
  int rate = GST_AUDIO_INFO_RATE (&*info_);
  int out_rate = rate + (more == 0 ? 1 : more);
  if (out_rate != std::exchange (out_rate_, out_rate))
    gst_audio_converter_update_config (
        converter_.get (), rate, out_rate, nullptr);
}

// The rate changes each tenth of a second at most, as that costs a new filter.
void
Resampler::correct (Time error, gsize frames)
{
  int rate = GST_AUDIO_INFO_RATE (&*info_);
  since_correction_ += frames;
  if (since_correction_ < gsize (rate) / 10)
    return;
  since_correction_ = 0;
  double by =
      std::clamp (double (error) / kReturn, -kMostCorrection, kMostCorrection);
  set_rate (int (std::lround (by * double (rate))));
}

Ptr<GstBuffer>
Resampler::convert (GstBuffer *buffer, GstAudioBuffer &in, gsize frames)
{
  if (frames == 0) { // it is kept for those that come
    std::vector<gpointer> nowhere (gsize (GST_AUDIO_INFO_CHANNELS (&*info_)));
    gst_audio_converter_samples (converter_.get (), GstAudioConverterFlags (0),
        in.planes, in.n_samples, nowhere.data (), 0);
    return nullptr;
  }
  auto out = Ptr<GstBuffer>::adopt (gst_buffer_new_allocate (
      nullptr, frames * gsize (GST_AUDIO_INFO_BPF (&*info_)), nullptr));
  gst_buffer_copy_into (out.get (), buffer,
      GstBufferCopyFlags (GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS),
      0, gsize (-1));
  copy_metas (buffer, out.get ());
  if (GST_AUDIO_INFO_LAYOUT (&*info_) == GST_AUDIO_LAYOUT_NON_INTERLEAVED)
    gst_buffer_add_audio_meta (out.get (), &*info_, frames, nullptr);
  GST_BUFFER_DURATION (out.get ()) = gst_util_uint64_scale (
      frames, kSecond, guint64 (GST_AUDIO_INFO_RATE (&*info_)));
  GstAudioBuffer mapped;
  if (!gst_audio_buffer_map (&mapped, &*info_, out.get (), GST_MAP_WRITE))
    return nullptr;
  bool done = gst_audio_converter_samples (converter_.get (),
      GstAudioConverterFlags (0), in.planes, in.n_samples, mapped.planes,
      frames);
  gst_audio_buffer_unmap (&mapped);
  return done ? out : nullptr;
}

Ptr<GstBuffer>
Resampler::make (const Ptr<GstBuffer> &buffer, Time &due, bool &jumps)
{
  GstAudioBuffer in;
  if (!info_)
    return buffer;
  auto counted = count_frames (buffer.get (), *info_);
  if (!counted || !map (in, buffer.get (), *info_)) {
    GST_WARNING ("sound is not resampled: %s",
        counted ? "it can't be read" : counted.error ().message.c_str ());
    position_.reset ();
    return buffer;
  }
  Time error =
      position_ ? due - latency_ - time_of (*position_) : kTimeInfinite;
  if (std::abs (error) > kJump) {
    if (!std::exchange (is_after_silence_, false))
      jumps = true;
    if (!begin (due)) {
      gst_audio_buffer_unmap (&in);
      return buffer;
    }
  } else {
    correct (error, in.n_samples);
  }
  gsize frames =
      gst_audio_converter_get_out_frames (converter_.get (), in.n_samples);
  due = time_of (*position_);
  auto out = convert (buffer.get (), in, frames);
  gst_audio_buffer_unmap (&in);
  position_->frames += frames;
  return out;
}

} // namespace webmedia::stream
