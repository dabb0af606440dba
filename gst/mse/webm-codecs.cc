// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/webm-codecs.hh"

#include <gst/pbutils/pbutils.h>
#include <gst/video/video.h>

namespace webmedia::mse {

namespace {

Ptr<GstBuffer>
copy_bytes (const uint8_t *data, size_t size)
{
  return Ptr<GstBuffer>::adopt (gst_buffer_new_memdup (data, size));
}

// https://www.webmproject.org/docs/container/#vp9-codec-feature-metadata-codecprivate
struct Vp9Features {
  int profile = -1;
  int level = -1;
  int bit_depth = -1;
  int chroma = -1;
};

Vp9Features
read_vp9_features (const TrackEntry &entry)
{
  Vp9Features features;
  const uint8_t *data = entry.codec_private;
  size_t left = entry.codec_private_size;
  while (left >= 3 && data[1] <= left - 2) {
    if (data[1] == 1) {
      int *known[] = {&features.profile, &features.level, &features.bit_depth,
          &features.chroma};
      if (data[0] >= 1 && data[0] <= 4)
        *known[data[0] - 1] = data[2];
    }
    left -= 2 + data[1];
    data += 2 + data[1];
  }
  return features;
}

std::string
format (const char *pattern, int a, int b, const char *tier, int c)
{
  CString text (g_strdup_printf (pattern, a, b, tier, c));
  return text.get ();
}

// https://aomediacodec.github.io/av1-isobmff/#av1codecconfigurationbox-section
std::string
av1_codec_string (const TrackEntry &entry)
{
  const uint8_t *data = entry.codec_private;
  int depth = (data[2] & 0x40) ? ((data[2] & 0x20) ? 12 : 10) : 8;
  return format ("av01.%d.%02d%s.%02d", data[1] >> 5, data[1] & 0x1f,
      (data[2] & 0x80) ? "H" : "M", depth);
}

bool
is_av1c (const TrackEntry &entry)
{
  return entry.codec_private_size >= 4 && entry.codec_private[0] == 0x81;
}

void
set_av1_caps (GstCaps *caps, const TrackEntry &entry)
{
  gst_caps_set_simple (caps, "stream-format", G_TYPE_STRING, "obu-stream",
      "alignment", G_TYPE_STRING, "tu", nullptr);
  auto codec_data = copy_bytes (entry.codec_private, entry.codec_private_size);
  gst_caps_set_simple (
      caps, "codec_data", GST_TYPE_BUFFER, codec_data.get (), nullptr);
}

void
set_vp9_caps (GstCaps *caps, const TrackEntry &entry)
{
  Vp9Features features = read_vp9_features (entry);
  static constexpr const char *kProfiles[] = {"0", "1", "2", "3"};
  if (features.profile >= 0 && features.profile <= 3)
    gst_caps_set_simple (
        caps, "profile", G_TYPE_STRING, kProfiles[features.profile], nullptr);
  if (features.bit_depth == 8 || features.bit_depth == 10
      || features.bit_depth == 12)
    gst_caps_set_simple (caps, "bit-depth-luma", G_TYPE_UINT,
        unsigned (features.bit_depth), "bit-depth-chroma", G_TYPE_UINT,
        unsigned (features.bit_depth), nullptr);
}

void
set_framerate (GstCaps *caps, const TrackEntry &entry)
{
  if (entry.default_duration == 0 || entry.default_duration > G_MAXINT64)
    return;
  int numerator, denominator;
  gst_video_guess_framerate (entry.default_duration, &numerator, &denominator);
  gst_caps_set_simple (
      caps, "framerate", GST_TYPE_FRACTION, numerator, denominator, nullptr);
}

void
set_pixel_aspect_ratio (GstCaps *caps, const TrackEntry &entry)
{
  // Units above 3 and 4 say nothing of the shape.
  if (entry.display_width == 0 || entry.display_height == 0
      || entry.display_unit > 3 || entry.display_width > G_MAXINT
      || entry.display_height > G_MAXINT)
    return;
  int numerator, denominator;
  if (gst_util_fraction_multiply (int (entry.display_width),
          int (entry.display_height), int (entry.height), int (entry.width),
          &numerator, &denominator)
      && numerator > 0 && denominator > 0)
    gst_caps_set_simple (caps, "pixel-aspect-ratio", GST_TYPE_FRACTION,
        numerator, denominator, nullptr);
}

void
set_colorimetry (GstCaps *caps, const TrackEntry &entry)
{
  GstVideoColorimetry colorimetry{};
  colorimetry.matrix =
      gst_video_color_matrix_from_iso (guint (entry.matrix & 0xff));
  colorimetry.transfer =
      gst_video_transfer_function_from_iso (guint (entry.transfer & 0xff));
  colorimetry.primaries =
      gst_video_color_primaries_from_iso (guint (entry.primaries & 0xff));
  if (entry.range == 1)
    colorimetry.range = GST_VIDEO_COLOR_RANGE_16_235;
  else if (entry.range == 2)
    colorimetry.range = GST_VIDEO_COLOR_RANGE_0_255;
  if (colorimetry.matrix == GST_VIDEO_COLOR_MATRIX_UNKNOWN
      && colorimetry.transfer == GST_VIDEO_TRANSFER_UNKNOWN
      && colorimetry.primaries == GST_VIDEO_COLOR_PRIMARIES_UNKNOWN
      && colorimetry.range == GST_VIDEO_COLOR_RANGE_UNKNOWN)
    return;
  if (CString text{gst_video_colorimetry_to_string (&colorimetry)})
    gst_caps_set_simple (
        caps, "colorimetry", G_TYPE_STRING, text.get (), nullptr);
}

Ptr<GstCaps>
video_caps (const char *name, const TrackEntry &entry)
{
  if (entry.width == 0 || entry.width > G_MAXINT || entry.height == 0
      || entry.height > G_MAXINT)
    return nullptr;
  auto caps = Ptr<GstCaps>::adopt (
      gst_caps_new_simple (name, "width", G_TYPE_INT, int (entry.width),
          "height", G_TYPE_INT, int (entry.height), nullptr));
  set_pixel_aspect_ratio (caps.get (), entry);
  set_framerate (caps.get (), entry);
  // Nothing but progressive frames is allowed in these codecs.
  gst_caps_set_simple (
      caps.get (), "interlace-mode", G_TYPE_STRING, "progressive", nullptr);
  set_colorimetry (caps.get (), entry);
  return caps;
}

// CodecPrivate holds three packets: their count less one, the sizes of the
// first two as runs of 255 and a rest, the packets.
bool
split_xiph_headers (
    const TrackEntry &entry, const uint8_t *packets[3], size_t sizes[3])
{
  const uint8_t *data = entry.codec_private;
  size_t size = entry.codec_private_size;
  if (size < 1 || data[0] != 2)
    return false;
  size_t at = 1;
  for (int i = 0; i < 2; i++) {
    sizes[i] = 0;
    uint8_t part;
    do {
      if (at == size)
        return false;
      part = data[at++];
      sizes[i] += part;
    } while (part == 255);
  }
  if (sizes[0] > size - at || sizes[1] == 0 || sizes[1] > size - at - sizes[0])
    return false;
  sizes[2] = size - at - sizes[0] - sizes[1];
  packets[0] = data + at;
  packets[1] = packets[0] + sizes[0];
  packets[2] = packets[1] + sizes[1];
  return true;
}

Ptr<GstCaps>
vorbis_caps (const TrackEntry &entry, VorbisDurations *vorbis)
{
  const uint8_t *packets[3];
  size_t sizes[3];
  if (!split_xiph_headers (entry, packets, sizes)
      || !vorbis->read_headers (packets[0], sizes[0], packets[2], sizes[2]))
    return nullptr;
  auto caps = Ptr<GstCaps>::adopt (gst_caps_new_simple ("audio/x-vorbis",
      "channels", G_TYPE_INT, int (vorbis->channels ()), "rate", G_TYPE_INT,
      int (vorbis->rate ()), nullptr));
  GValue headers = G_VALUE_INIT;
  g_value_init (&headers, GST_TYPE_ARRAY);
  for (int i = 0; i < 3; i++) {
    auto header = copy_bytes (packets[i], sizes[i]);
    GST_BUFFER_FLAG_SET (header.get (), GST_BUFFER_FLAG_HEADER);
    GValue value = G_VALUE_INIT;
    g_value_init (&value, GST_TYPE_BUFFER);
    gst_value_set_buffer (&value, header.get ());
    gst_value_array_append_and_take_value (&headers, &value);
  }
  gst_caps_set_value (caps.get (), "streamheader", &headers);
  g_value_unset (&headers);
  return caps;
}

Ptr<GstCaps>
opus_caps (const TrackEntry &entry)
{
  constexpr size_t kOpusHeadMin = 19;
  if (entry.codec_private_size < kOpusHeadMin)
    return nullptr;
  auto header = copy_bytes (entry.codec_private, entry.codec_private_size);
  return Ptr<GstCaps>::adopt (
      gst_codec_utils_opus_create_caps_from_header (header.get (), nullptr));
}

} // namespace

WebmCodec
webm_codec (const TrackEntry &entry)
{
  struct Name {
    const char *id;
    uint64_t type;
    WebmCodec codec;
  };
  static constexpr Name kNames[] = {
      {"V_VP8", 1, WebmCodec::vp8},
      {"V_VP9", 1, WebmCodec::vp9},
      {"V_AV1", 1, WebmCodec::av1},
      {"A_OPUS", 2, WebmCodec::opus},
      {"A_VORBIS", 2, WebmCodec::vorbis},
  };
  for (const Name &name : kNames)
    if (entry.codec_id == name.id && entry.type == name.type)
      return name.codec;
  return WebmCodec::unsupported;
}

std::string
webm_codec_string (WebmCodec codec, const TrackEntry &entry)
{
  switch (codec) {
  case WebmCodec::vp8:
    return "vp8";
  case WebmCodec::vp9: {
    Vp9Features features = read_vp9_features (entry);
    if (features.profile < 0 || features.level < 0 || features.bit_depth < 0)
      return "vp9";
    return format ("vp09.%02d.%02d.%s%02d", features.profile, features.level,
        "", features.bit_depth);
  }
  case WebmCodec::av1:
    return av1_codec_string (entry);
  case WebmCodec::opus:
    return "opus";
  case WebmCodec::vorbis:
    return "vorbis";
  case WebmCodec::unsupported:
    break;
  }
  return entry.codec_id;
}

Ptr<GstCaps>
webm_caps (WebmCodec codec, const TrackEntry &entry, VorbisDurations *vorbis)
{
  Ptr<GstCaps> caps;
  switch (codec) {
  case WebmCodec::vp8:
    return video_caps ("video/x-vp8", entry);
  case WebmCodec::vp9:
    caps = video_caps ("video/x-vp9", entry);
    if (caps)
      set_vp9_caps (caps.get (), entry);
    return caps;
  case WebmCodec::av1:
    caps = is_av1c (entry) ? video_caps ("video/x-av1", entry) : nullptr;
    if (caps)
      set_av1_caps (caps.get (), entry);
    return caps;
  case WebmCodec::opus:
    return opus_caps (entry);
  case WebmCodec::vorbis:
    return vorbis_caps (entry, vorbis);
  case WebmCodec::unsupported:
    break;
  }
  return nullptr;
}

} // namespace webmedia::mse
