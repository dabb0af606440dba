// SPDX-License-Identifier: LGPL-2.1-or-later
#include "sound.hh"

#include <algorithm>
#include <cmath>

namespace webmedia::elements {

namespace {

// The planes of a buffer, while this lasts.
class Mapping {
public:
  Mapping (GstBuffer *buffer, const GstAudioInfo &info, GstMapFlags flags)
      : mapped_ (is_laid_out (buffer, info)
                 && gst_audio_buffer_map (&map_, &info, buffer, flags))
  {}
  ~Mapping ()
  {
    if (mapped_)
      gst_audio_buffer_unmap (&map_);
  }
  Mapping (const Mapping &) = delete;
  Mapping &operator= (const Mapping &) = delete;

  bool holds (size_t frames) const
  {
    return mapped_ && map_.n_samples >= frames;
  }
  // From a frame on.
  std::vector<gpointer> planes (size_t frame) const
  {
    const GstAudioInfo *info = &map_.info;
    bool interleaved =
        GST_AUDIO_INFO_LAYOUT (info) == GST_AUDIO_LAYOUT_INTERLEAVED;
    size_t stride = size_t (
        interleaved ? GST_AUDIO_INFO_BPF (info) : GST_AUDIO_INFO_BPS (info));
    std::vector<gpointer> planes;
    for (int i = 0; i < map_.n_planes; i++)
      planes.push_back (
          static_cast<guint8 *> (map_.planes[i]) + frame * stride);
    return planes;
  }

private:
  GstAudioBuffer map_{};
  const bool mapped_;
};

// GStreamer's converter knows no more.
bool
is_convertible (const GstAudioInfo &info)
{
  return GST_AUDIO_INFO_CHANNELS (&info) < 64;
}

// Of the same rate.
bool
convert (const GstAudioInfo &from, gpointer *in, const GstAudioInfo &to,
    gpointer *out, size_t frames)
{
  GstAudioInfo in_info = from, out_info = to;
  GstAudioConverter *converter = gst_audio_converter_new (
      GST_AUDIO_CONVERTER_FLAG_NONE, &in_info, &out_info, nullptr);
  if (!converter)
    return false;
  bool converted = gst_audio_converter_samples (
      converter, GST_AUDIO_CONVERTER_FLAG_NONE, in, frames, out, frames);
  gst_audio_converter_free (converter);
  return converted;
}

} // namespace

bool
is_laid_out (GstBuffer *buffer, const GstAudioInfo &info)
{
  GstAudioMeta *meta = gst_buffer_get_audio_meta (buffer);
  if (!meta)
    return GST_AUDIO_INFO_LAYOUT (&info) == GST_AUDIO_LAYOUT_INTERLEAVED;
  return gst_audio_info_is_equal (&meta->info, &info)
         && meta->samples <= gst_buffer_get_size (buffer)
                                 / size_t (GST_AUDIO_INFO_BPF (&info));
}

size_t
frames_of (GstBuffer *buffer, const GstAudioInfo &info)
{
  GstAudioMeta *meta = gst_buffer_get_audio_meta (buffer);
  return meta && is_laid_out (buffer, info)
             ? meta->samples
             : gst_buffer_get_size (buffer)
                   / size_t (GST_AUDIO_INFO_BPF (&info));
}

Time
to_time (size_t frames, int rate)
{
  return Time (
      gst_util_uint64_scale_round (frames, GST_SECOND, guint64 (rate)));
}

size_t
to_frames (Time time, int rate)
{
  return size_t (gst_util_uint64_scale_round (
      guint64 (std::max<Time> (0, time)), guint64 (rate), GST_SECOND));
}

Sound::Sound (const GstAudioInfo &like)
{
  // Without positions, two channels would be left and right.
  gst_audio_info_set_format (&info_, GST_AUDIO_FORMAT_F64,
      GST_AUDIO_INFO_RATE (&like), GST_AUDIO_INFO_CHANNELS (&like),
      like.position);
}

std::optional<Sound>
Sound::read (
    GstBuffer *buffer, const GstAudioInfo &info, size_t from, size_t count)
{
  if (!is_convertible (info))
    return std::nullopt;
  Sound sound (info);
  Mapping mapping (buffer, info, GST_MAP_READ);
  if (!mapping.holds (from + count))
    return std::nullopt;
  sound.samples_.resize (count * sound.channels ());
  gpointer out = sound.samples_.data ();
  if (count > 0
      && !convert (
          info, mapping.planes (from).data (), sound.info_, &out, count))
    return std::nullopt;
  return sound;
}

void
Sound::append (const Sound &other)
{
  samples_.insert (
      samples_.end (), other.samples_.begin (), other.samples_.end ());
}

void
Sound::drop_front (size_t count)
{
  samples_.erase (samples_.begin (),
      samples_.begin ()
          + ptrdiff_t (std::min (count, frames ()) * channels ()));
}

void
Sound::truncate (size_t count)
{
  if (count < frames ())
    samples_.resize (count * channels ());
}

std::optional<Sound>
Sound::with_channels (const GstAudioInfo &info) const
{
  if (!is_convertible (info))
    return std::nullopt;
  Sound sound (info);
  GST_AUDIO_INFO_RATE (&sound.info_) = rate ();
  // Without places they are those of the other, in their order.
  if (sound.channels () == channels ()
      && GST_AUDIO_INFO_IS_UNPOSITIONED (&sound.info_)
             != GST_AUDIO_INFO_IS_UNPOSITIONED (&info_)) {
    sound.samples_ = samples_;
    return sound;
  }
  sound.samples_.resize (frames () * sound.channels ());
  // The converter only reads what comes in.
  gpointer in = const_cast<double *> (samples_.data ());
  gpointer out = sound.samples_.data ();
  if (!convert (info_, &in, sound.info_, &out, frames ()))
    return std::nullopt;
  return sound;
}

// A cubic through the four frames around it: exact where a frame is. At an end
// a parabola goes on.
double
Sound::value (double place, size_t channel) const
{
  double whole = std::floor (place);
  double rest = place - whole;
  auto sample = [this, channel] (ptrdiff_t i) {
    auto last = ptrdiff_t (frames ()) - 1;
    return samples_[size_t (std::clamp<ptrdiff_t> (i, 0, last)) * channels ()
                    + channel];
  };
  auto i = ptrdiff_t (whole);
  double here = sample (i), next = sample (i + 1);
  double before = i > 0 ? sample (i - 1) : 3 * here - 3 * next + sample (i + 2);
  double after = i + 2 < ptrdiff_t (frames ())
                     ? sample (i + 2)
                     : 3 * next - 3 * here + sample (i - 1);
  double slope = (next - before) / 2, next_slope = (after - here) / 2;
  double rise = next - here;
  double square = 3 * rise - 2 * slope - next_slope;
  double cube = slope + next_slope - 2 * rise;
  return here + rest * (slope + rest * (square + rest * cube));
}

bool
Sound::write (GstBuffer *buffer, const GstAudioInfo &info, size_t from) const
{
  Mapping mapping (buffer, info, GST_MAP_READWRITE);
  if (!mapping.holds (from + frames ()))
    return false;
  gpointer in = const_cast<double *> (samples_.data ());
  return convert (info_, &in, info, mapping.planes (from).data (), frames ());
}

Ptr<GstBuffer>
Sound::make_buffer (const GstAudioInfo &info) const
{
  auto buffer = Ptr<GstBuffer>::adopt (gst_buffer_new_allocate (
      nullptr, frames () * size_t (GST_AUDIO_INFO_BPF (&info)), nullptr));
  if (GST_AUDIO_INFO_LAYOUT (&info) == GST_AUDIO_LAYOUT_NON_INTERLEAVED)
    gst_buffer_add_audio_meta (buffer.get (), &info, frames (), nullptr);
  if (!write (buffer.get (), info, 0))
    return nullptr;
  return buffer;
}

} // namespace webmedia::elements
