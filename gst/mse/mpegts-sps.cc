// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/mpegts-sps.hh"

#include "mse/codec-string.hh"

#include <gst/codecparsers/gsth264parser.h>
#include <gst/codecparsers/gsth265parser.h>
#include <gst/pbutils/pbutils.h>
#include <vector>

namespace webmedia::mse {

namespace {

struct Picture {
  int width = 0, height = 0;
  unsigned aspect_n = 0, aspect_d = 0;
  int rate_n = 0, rate_d = 0;
};

Ptr<GstCaps>
make_caps (const char *media_type, const Picture &picture)
{
  auto caps = Ptr<GstCaps>::adopt (
      gst_caps_new_simple (media_type, "stream-format", G_TYPE_STRING,
          "byte-stream", "alignment", G_TYPE_STRING, "au", "width", G_TYPE_INT,
          picture.width, "height", G_TYPE_INT, picture.height, nullptr));
  if (picture.aspect_n > 0 && picture.aspect_d > 0
      && picture.aspect_n <= G_MAXINT && picture.aspect_d <= G_MAXINT)
    gst_caps_set_simple (caps.get (), "pixel-aspect-ratio", GST_TYPE_FRACTION,
        int (picture.aspect_n), int (picture.aspect_d), nullptr);
  return caps;
}

Time
frame_duration (const Picture &picture)
{
  if (picture.rate_n <= 0 || picture.rate_d <= 0)
    return 0;
  Time duration = kSecond * picture.rate_d / picture.rate_n;
  // Rates from 1 to 1000: what is stranger says nothing.
  return duration >= kMillisecond && duration <= kSecond ? duration : 0;
}

bool
read_h264 (const std::vector<uint8_t> &stream, Picture *picture)
{
  GstH264NalParser *parser = gst_h264_nal_parser_new ();
  GstH264NalUnit nal;
  GstH264SPS sps;
  bool good =
      gst_h264_parser_identify_nalu_unchecked (
          parser, stream.data (), 0, stream.size (), &nal)
          == GST_H264_PARSER_OK
      && gst_h264_parser_parse_sps (parser, &nal, &sps) == GST_H264_PARSER_OK;
  if (good) {
    bool cropped = sps.frame_cropping_flag;
    picture->width = cropped ? sps.crop_rect_width : sps.width;
    picture->height = cropped ? sps.crop_rect_height : sps.height;
    if (sps.vui_parameters_present_flag) {
      picture->aspect_n = sps.vui_parameters.par_n;
      picture->aspect_d = sps.vui_parameters.par_d;
      gst_h264_video_calculate_framerate (
          &sps, 0, 0, &picture->rate_n, &picture->rate_d);
    }
    gst_h264_sps_clear (&sps);
  }
  gst_h264_nal_parser_free (parser);
  return good && picture->width > 0 && picture->height > 0;
}

bool
read_h265 (const std::vector<uint8_t> &stream, Picture *picture)
{
  GstH265Parser *parser = gst_h265_parser_new ();
  GstH265NalUnit nal;
  GstH265SPS sps;
  bool good =
      gst_h265_parser_identify_nalu_unchecked (
          parser, stream.data (), 0, stream.size (), &nal)
          == GST_H265_PARSER_OK
      && gst_h265_parse_sps (parser, &nal, &sps, TRUE) == GST_H265_PARSER_OK;
  if (good) {
    bool cropped = sps.conformance_window_flag;
    picture->width = cropped ? sps.crop_rect_width : sps.width;
    picture->height = cropped ? sps.crop_rect_height : sps.height;
    if (sps.vui_parameters_present_flag) {
      picture->aspect_n = sps.vui_params.par_n;
      picture->aspect_d = sps.vui_params.par_d;
    }
    picture->rate_n = sps.fps_num;
    picture->rate_d = sps.fps_den;
  }
  gst_h265_parser_free (parser);
  return good && picture->width > 0 && picture->height > 0;
}

// The bytes without those that prevent the emulation of start codes.
std::vector<uint8_t>
unescape (const uint8_t *nal, size_t size)
{
  std::vector<uint8_t> result;
  unsigned zeros = 0;
  for (size_t i = 0; i < size; i++) {
    if (zeros >= 2 && nal[i] == 3) {
      zeros = 0;
      continue;
    }
    zeros = nal[i] == 0 ? zeros + 1 : 0;
    result.push_back (nal[i]);
  }
  return result;
}

} // namespace

bool
read_sequence_parameters (
    const uint8_t *nal, size_t size, bool h265, SequenceParameters *parameters)
{
  // Where profile and level stand, and how many bytes they are.
  size_t at = h265 ? 3 : 1, length = h265 ? 12 : 3;
  std::vector<uint8_t> plain = unescape (nal, size);
  if (plain.size () < at + length)
    return false;
  std::vector<uint8_t> stream{0, 0, 1};
  stream.insert (stream.end (), nal, nal + size);
  Picture picture;
  if (!(h265 ? read_h265 (stream, &picture) : read_h264 (stream, &picture)))
    return false;

  const uint8_t *profile = plain.data () + at;
  parameters->frame_duration = frame_duration (picture);
  parameters->caps =
      make_caps (h265 ? "video/x-h265" : "video/x-h264", picture);
  if (h265) {
    gst_codec_utils_h265_caps_set_level_tier_and_profile (
        parameters->caps.get (), profile, guint (length));
    parameters->codec = h265_codec_string ("hvc1", profile);
  } else {
    gst_codec_utils_h264_caps_set_level_and_profile (
        parameters->caps.get (), profile, guint (length));
    char codec[16];
    g_snprintf (codec, sizeof codec, "avc1.%02x%02x%02x", profile[0],
        profile[1], profile[2]);
    parameters->codec = codec;
  }
  return true;
}

} // namespace webmedia::mse
