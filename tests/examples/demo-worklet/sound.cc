// SPDX-License-Identifier: LGPL-2.1-or-later
#include "sound.hh"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstring>
#include <gst/audio/audio.h>
#include <gst/video/video.h>

namespace demo {

namespace {

constexpr size_t kWindow = 2048;

// In place; of a power of two.
void
transform (std::vector<std::complex<double>> &values)
{
  const size_t n = values.size ();
  for (size_t i = 1, k = 0; i < n; i++) {
    size_t bit = n >> 1;
    for (; k & bit; bit >>= 1)
      k ^= bit;
    k ^= bit;
    if (i < k)
      std::swap (values[i], values[k]);
  }
  for (size_t length = 2; length <= n; length *= 2) {
    const auto turn = std::polar (1.0, -2 * M_PI / double (length));
    for (size_t i = 0; i < n; i += length) {
      std::complex<double> w = 1;
      for (size_t k = 0; k < length / 2; k++, w *= turn) {
        const auto a = values[i + k], b = values[i + k + length / 2] * w;
        values[i + k] = a + b;
        values[i + k + length / 2] = a - b;
      }
    }
  }
}

// Decibels of each frequency around a frame; a full sine has 0.
std::vector<double>
measure (const std::vector<float> &samples, size_t middle)
{
  std::vector<std::complex<double>> values (kWindow);
  for (size_t i = 0; i < kWindow; i++) {
    const size_t at = middle + i;
    if (at < kWindow / 2 || at - kWindow / 2 >= samples.size ())
      continue;
    const double window =
        0.5 - 0.5 * std::cos (2 * M_PI * double (i) / double (kWindow));
    values[i] = window * double (samples[at - kWindow / 2]);
  }
  transform (values);
  std::vector<double> levels (kWindow / 2);
  for (size_t i = 0; i < levels.size (); i++)
    levels[i] = 20 * std::log10 (std::abs (values[i]) * 4 / kWindow + 1e-9);
  return levels;
}

// Dark to bright.
void
paint (double level, guint8 *pixel)
{
  static const double colors[][3] = {{10, 15, 31}, {46, 30, 110},
      {168, 42, 120}, {246, 120, 78}, {253, 240, 180}};
  const double place = std::clamp ((level + 90) / 80, 0.0, 0.999) * 4;
  const auto below = size_t (place);
  for (int c = 0; c < 3; c++)
    pixel[c] = guint8 (
        colors[below][c]
        + (place - double (below)) * (colors[below + 1][c] - colors[below][c]));
}

std::vector<guint8>
encode (const std::vector<guint8> &pixels, int width, int height)
{
  GstBuffer *buffer =
      gst_buffer_new_memdup (pixels.data (), gsize (pixels.size ()));
  Ptr<GstCaps> raw (gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING,
      "RGBx", "width", G_TYPE_INT, width, "height", G_TYPE_INT, height,
      "framerate", GST_TYPE_FRACTION, 1, 1, nullptr));
  Ptr<GstSample> picture (
      gst_sample_new (buffer, raw.get (), nullptr, nullptr));
  gst_buffer_unref (buffer);
  Ptr<GstCaps> caps (gst_caps_new_empty_simple ("image/png"));
  Ptr<GstSample> png (gst_video_convert_sample (
      picture.get (), caps.get (), 20 * GST_SECOND, nullptr));
  std::vector<guint8> data;
  GstMapInfo map;
  GstBuffer *given = png ? gst_sample_get_buffer (png.get ()) : nullptr;
  if (given && gst_buffer_map (given, &map, GST_MAP_READ)) {
    data.assign (map.data, map.data + map.size);
    gst_buffer_unmap (given, &map);
  }
  return data;
}

} // namespace

GstPadProbeReturn
Recording::on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer self)
{
  Ptr<GstCaps> caps (gst_pad_get_current_caps (pad));
  GstAudioInfo format;
  GstMapInfo map;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  if (!caps || !gst_audio_info_from_caps (&format, caps.get ())
      || !gst_buffer_map (buffer, &map, GST_MAP_READ))
    return GST_PAD_PROBE_OK;
  auto &recording = *static_cast<Recording *> (self);
  auto data = reinterpret_cast<const float *> (map.data);
  const auto channels = size_t (format.channels);
  std::lock_guard locker (recording.lock_);
  for (size_t i = 0; i < map.size / sizeof (float) / channels; i++) {
    recording.left_.push_back (data[i * channels]);
    recording.right_.push_back (data[i * channels + channels - 1]);
  }
  gst_buffer_unmap (buffer, &map);
  return GST_PAD_PROBE_OK;
}

void
Recording::watch (GstElement *sink)
{
  Ptr<GstPad> pad (gst_element_get_static_pad (sink, "sink"));
  gst_pad_add_probe (
      pad.get (), GST_PAD_PROBE_TYPE_BUFFER, on_buffer, this, nullptr);
}

std::vector<float>
Recording::left () const
{
  std::lock_guard locker (lock_);
  return left_;
}

std::vector<float>
Recording::right () const
{
  std::lock_guard locker (lock_);
  return right_;
}

double
height_of (double frequency)
{
  return std::clamp (std::log (std::max (frequency, 1.0) / kLowest)
                         / std::log (kHighest / kLowest),
      0.0, 1.0);
}

std::vector<guint8>
draw_spectrogram (const std::vector<float> &samples, int columns, int rows)
{
  std::vector<guint8> pixels (size_t (columns) * size_t (rows) * 4);
  for (int x = 0; x < columns; x++) {
    const std::vector<double> levels =
        measure (samples, size_t (x) * samples.size () / size_t (columns));
    for (int y = 0; y < rows; y++) {
      const double part = double (rows - 1 - y) / double (rows - 1);
      const double bin = kLowest * std::pow (kHighest / kLowest, part)
                         * double (kWindow) / kRate;
      const auto below = std::min (size_t (bin), levels.size () - 2);
      const double level =
          levels[below]
          + (bin - double (below)) * (levels[below + 1] - levels[below]);
      paint (level, &pixels[(size_t (y) * size_t (columns) + size_t (x)) * 4]);
    }
  }
  return encode (pixels, columns, rows);
}

} // namespace demo
