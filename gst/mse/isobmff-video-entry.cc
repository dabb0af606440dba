// SPDX-License-Identifier: LGPL-2.1-or-later
// Visual sample entries.
#include "mse/codec-string.hh"
#include "mse/isobmff-sample-entry.hh"

#include <gst/pbutils/pbutils.h>
#include <gst/video/video.h>

namespace webmedia::mse {

static Ptr<GstCaps>
new_caps (const char *media_type, const char *stream_format = nullptr,
    const char *alignment = nullptr)
{
  GstCaps *caps = gst_caps_new_empty_simple (media_type);
  if (stream_format)
    gst_caps_set_simple (caps, "stream-format", G_TYPE_STRING, stream_format,
        "alignment", G_TYPE_STRING, alignment, nullptr);
  return Ptr<GstCaps>::adopt (caps);
}

// Counts the parameter sets of an `avcC` box; false when it is cut off.
static bool
count_avc_sets (BoxReader avcc, unsigned &sps, unsigned &pps)
{
  avcc.skip (5);
  sps = avcc.u8 () & 31;
  for (unsigned i = 0; i < sps; i++)
    avcc.skip (avcc.u16 ());
  pps = avcc.u8 ();
  for (unsigned i = 0; i < pps; i++)
    avcc.skip (avcc.u16 ());
  return avcc.ok ();
}

static Result<>
parse_avc (BoxReader boxes, uint32_t format, SampleDescription &description,
    Ptr<GstCaps> &caps)
{
  bool in_band = format == fourcc ("avc3");
  auto box = find_box (boxes, fourcc ("avcC"));
  unsigned sps, pps;
  if (!box || !count_avc_sets (box->body, sps, pps))
    return make_error (ErrorCode::decode, "stsd: %s has no whole avcC",
        fourcc_name (format).c_str ());
  size_t size = box->body.left ();
  const uint8_t *data = box->body.bytes (size);
  if (sps == 0 || pps == 0) {
    if (!in_band)
      return make_error (ErrorCode::decode,
          "stsd: avc1 must have its parameter sets in avcC: %u SPS, %u PPS",
          sps, pps);
    description.nal_length_size = uint8_t ((data[4] & 3) + 1);
  }
  description.codec = format_string ("%s.%02x%02x%02x",
      fourcc_name (format).c_str (), data[1], data[2], data[3]);
  caps = new_caps ("video/x-h264", in_band ? "avc3" : "avc", "au");
  gst_codec_utils_h264_caps_set_level_and_profile (
      caps.get (), data + 1, guint (size - 1));
  set_caps_bytes (caps.get (), "codec_data", data, size);
  return ok;
}

static Result<>
parse_hevc (BoxReader boxes, uint32_t format, SampleDescription &description,
    Ptr<GstCaps> &caps)
{
  bool in_band = format == fourcc ("hev1");
  auto box = find_box (boxes, fourcc ("hvcC"));
  unsigned found[3] = {}; // VPS, SPS, PPS
  if (box) {
    BoxReader arrays = box->body;
    arrays.skip (22);
    for (unsigned count = arrays.u8 (); count > 0; count--) {
      unsigned type = arrays.u8 () & 63;
      unsigned units = arrays.u16 ();
      if (type >= 32 && type <= 34)
        found[type - 32] += units;
      for (; units > 0 && arrays.ok (); units--)
        arrays.skip (arrays.u16 ());
    }
    if (!arrays.ok ())
      box.reset ();
  }
  if (!box)
    return make_error (ErrorCode::decode, "stsd: %s has no whole hvcC",
        fourcc_name (format).c_str ());
  size_t size = box->body.left ();
  const uint8_t *data = box->body.bytes (size);
  if (!found[0] || !found[1] || !found[2]) {
    if (!in_band)
      return make_error (ErrorCode::decode,
          "stsd: hvc1 must have its parameter sets in hvcC: %u VPS, %u SPS, "
          "%u PPS",
          found[0], found[1], found[2]);
    description.nal_length_size = uint8_t ((data[21] & 3) + 1);
    description.is_h265 = true;
  }
  description.codec = h265_codec_string (fourcc_name (format), data + 1);
  caps = new_caps ("video/x-h265", in_band ? "hev1" : "hvc1", "au");
  gst_codec_utils_h265_caps_set_level_tier_and_profile (
      caps.get (), data + 1, guint (size - 1));
  set_caps_bytes (caps.get (), "codec_data", data, size);
  return ok;
}

static void
set_chroma (GstCaps *caps, const char *chroma, unsigned depth)
{
  gst_caps_set_simple (caps, "chroma-format", G_TYPE_STRING, chroma,
      "bit-depth-luma", G_TYPE_UINT, depth, "bit-depth-chroma", G_TYPE_UINT,
      depth, nullptr);
}

// https://aomediacodec.github.io/av1-isobmff/#av1codecconfigurationbox
static Result<>
parse_av1 (BoxReader boxes, SampleDescription &description, Ptr<GstCaps> &caps)
{
  static const char *const profiles[] = {"main", "high", "professional"};
  auto box = find_box (boxes, fourcc ("av1C"));
  size_t size = box ? box->body.left () : 0;
  const uint8_t *data = size >= 4 ? box->body.bytes (size) : nullptr;
  if (!data || data[0] != 0x81)
    return make_error (
        ErrorCode::decode, "stsd: av01 has no av1C of version 1");
  unsigned profile = data[1] >> 5;
  bool high_depth = data[2] & 0x40;
  unsigned depth = !high_depth ? 8 : profile == 2 && data[2] & 0x20 ? 12 : 10;
  bool monochrome = data[2] & 0x10;
  bool half_x = data[2] & 8, half_y = data[2] & 4;
  description.codec = format_string ("av01.%u.%02u%c.%02u", profile,
      data[1] & 31u, data[2] & 0x80 ? 'H' : 'M', depth);
  caps = new_caps ("video/x-av1", "obu-stream", "tu");
  if (profile < G_N_ELEMENTS (profiles))
    gst_caps_set_simple (
        caps.get (), "profile", G_TYPE_STRING, profiles[profile], nullptr);
  set_chroma (caps.get (),
      monochrome ? "4:0:0"
      : !half_x  ? "4:4:4"
      : half_y   ? "4:2:0"
                 : "4:2:2",
      depth);
  if (data[3] & 0x10)
    gst_caps_set_simple (caps.get (), "presentation-delay", G_TYPE_INT,
        (data[3] & 15) + 1, nullptr);
  set_caps_bytes (caps.get (), "codec_data", data, size);
  return ok;
}

static void
set_colorimetry (GstCaps *caps, unsigned primaries, unsigned transfer,
    unsigned matrix, bool full_range)
{
  GstVideoColorimetry colorimetry;
  colorimetry.primaries = gst_video_color_primaries_from_iso (primaries);
  colorimetry.transfer = gst_video_transfer_function_from_iso (transfer);
  colorimetry.matrix = gst_video_color_matrix_from_iso (matrix);
  colorimetry.range =
      full_range ? GST_VIDEO_COLOR_RANGE_0_255 : GST_VIDEO_COLOR_RANGE_16_235;
  if (colorimetry.primaries == GST_VIDEO_COLOR_PRIMARIES_UNKNOWN
      || colorimetry.transfer == GST_VIDEO_TRANSFER_UNKNOWN
      || colorimetry.matrix == GST_VIDEO_COLOR_MATRIX_UNKNOWN)
    return;
  CString text (gst_video_colorimetry_to_string (&colorimetry));
  gst_caps_set_simple (
      caps, "colorimetry", G_TYPE_STRING, text.get (), nullptr);
}

// https://www.webmproject.org/vp9/mp4/
static Result<>
parse_vpx (BoxReader boxes, uint32_t format, SampleDescription &description,
    Ptr<GstCaps> &caps)
{
  static const char *const chroma[] = {"4:2:0", "4:2:0", "4:2:2", "4:4:4"};
  auto box = find_box (boxes, fourcc ("vpcC"));
  if (!box)
    return make_error (ErrorCode::decode, "stsd: %s has no vpcC",
        fourcc_name (format).c_str ());
  FullBox full (box->body);
  unsigned profile = box->body.u8 ();
  unsigned level = box->body.u8 ();
  uint8_t both = box->body.u8 ();
  unsigned primaries = box->body.u8 ();
  unsigned transfer = box->body.u8 ();
  unsigned matrix = box->body.u8 ();
  if (!box->body.ok () || full.version != 1)
    return make_error (
        ErrorCode::decode, "stsd: vpcC is cut off or not of version 1");
  unsigned depth = both >> 4;
  unsigned subsampling = both >> 1 & 7;

  description.codec = format_string ("%s.%02u.%02u.%02u",
      fourcc_name (format).c_str (), profile, level, depth);
  bool vp9 = format == fourcc ("vp09");
  caps = new_caps (vp9 ? "video/x-vp9" : "video/x-vp8");
  if (!vp9)
    return ok;
  if (profile <= 3)
    gst_caps_set_simple (caps.get (), "profile", G_TYPE_STRING,
        format_string ("%u", profile).c_str (), nullptr);
  if (subsampling < G_N_ELEMENTS (chroma)
      && (depth == 8 || depth == 10 || depth == 12))
    set_chroma (caps.get (), chroma[subsampling], depth);
  set_colorimetry (caps.get (), primaries, transfer, matrix, both & 1);
  return ok;
}

static void
set_aspect (BoxReader boxes, const TrackContext &context, int width, int height,
    GstCaps *caps)
{
  int numerator = 1, denominator = 1;
  if (auto pasp = find_box (boxes, fourcc ("pasp"))) {
    uint32_t horizontal = pasp->body.u32 ();
    uint32_t vertical = pasp->body.u32 ();
    if (horizontal == 0 || vertical == 0 || horizontal > G_MAXINT
        || vertical > G_MAXINT)
      return;
    numerator = int (horizontal);
    denominator = int (vertical);
  } else if (context.display_width && context.display_height) {
    gint64 wide = gint64 (context.display_width) * height;
    gint64 high = gint64 (context.display_height) * width;
    if (wide > G_MAXINT || high > G_MAXINT)
      return;
    numerator = int (wide);
    denominator = int (high);
  }
  gst_caps_set_simple (caps, "pixel-aspect-ratio", GST_TYPE_FRACTION, numerator,
      denominator, nullptr);
}

static void
set_interlacing (BoxReader boxes, GstCaps *caps)
{
  auto fiel = find_box (boxes, fourcc ("fiel"));
  if (!fiel)
    return;
  uint8_t fields = fiel->body.u8 ();
  uint8_t order = fiel->body.u8 ();
  if (fields == 1)
    gst_caps_set_simple (
        caps, "interlace-mode", G_TYPE_STRING, "progressive", nullptr);
  if (fields != 2)
    return;
  gst_caps_set_simple (
      caps, "interlace-mode", G_TYPE_STRING, "interleaved", nullptr);
  if (order == 9 || order == 14)
    gst_caps_set_simple (caps, "field-order", G_TYPE_STRING,
        order == 9 ? "top-field-first" : "bottom-field-first", nullptr);
}

Result<>
parse_video_entry (BoxReader entry, uint32_t format,
    const TrackContext &context, SampleDescription &description,
    Ptr<GstCaps> &caps)
{
  entry.skip (16);
  int width = entry.u16 ();
  int height = entry.u16 ();
  entry.skip (50);

  Result<> result = ok;
  switch (format) {
  case fourcc ("avc1"):
  case fourcc ("avc3"):
    result = parse_avc (entry, format, description, caps);
    break;
  case fourcc ("hvc1"):
  case fourcc ("hev1"):
    result = parse_hevc (entry, format, description, caps);
    break;
  case fourcc ("av01"):
    result = parse_av1 (entry, description, caps);
    break;
  case fourcc ("vp08"):
  case fourcc ("vp09"):
    result = parse_vpx (entry, format, description, caps);
    break;
  default:
    break;
  }
  if (!result || !caps)
    return result;

  if (width > 0 && height > 0) {
    gst_caps_set_simple (caps.get (), "width", G_TYPE_INT, width, "height",
        G_TYPE_INT, height, nullptr);
    set_aspect (entry, context, width, height, caps.get ());
  }
  set_interlacing (entry, caps.get ());
  auto colr = find_box (entry, fourcc ("colr"));
  if (colr && colr->body.u32 () == fourcc ("nclx")) {
    unsigned primaries = colr->body.u16 ();
    unsigned transfer = colr->body.u16 ();
    unsigned matrix = colr->body.u16 ();
    bool full_range = colr->body.u8 () & 0x80;
    if (colr->body.ok ())
      set_colorimetry (caps.get (), primaries, transfer, matrix, full_range);
  }
  return ok;
}

} // namespace webmedia::mse
