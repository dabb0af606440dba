// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/photo.hh"

#include <gst/video/video.h>

namespace webmedia::stream {

Result<>
check_photos (const Source &source, ErrorCode code)
{
  if (source.is_device)
    return ok;
  return make_error (code,
      "This track is of no camera, so there are no photos of it, only frames.");
}

Result<>
check_photo_settings (const PhotoSettings &settings)
{
  if (settings.red_eye_reduction.value_or (false))
    return make_error (ErrorCode::unknown,
        "This camera has no red eye reduction: leave redEyeReduction out.");
  if (settings.fill_light_mode.value_or (FillLightMode::off)
      != FillLightMode::off)
    return make_error (ErrorCode::unknown,
        "This camera has no flash: leave fillLightMode out.");
  return ok;
}

Result<PhotoSize>
photo_size (GstSample *frame)
{
  GstCaps *caps = gst_sample_get_caps (frame);
  GstStructure *structure = caps ? gst_caps_get_structure (caps, 0) : nullptr;
  PhotoSize size;
  if (structure && gst_structure_get_int (structure, "width", &size.width)
      && gst_structure_get_int (structure, "height", &size.height))
    return size;
  return make_error (
      ErrorCode::operation, "The caps of this track have no width and height.");
}

// What a camera has encoded itself stays what it is.
Result<Ptr<GstSample>>
encode_photo (GstSample *frame)
{
  auto jpeg = Ptr<GstCaps>::adopt (gst_caps_new_empty_simple ("image/jpeg"));
  GstCaps *caps = gst_sample_get_caps (frame);
  if (caps && gst_caps_is_subset (caps, jpeg.get ()))
    return Ptr<GstSample>::share (frame);
  GError *reason = nullptr;
  auto photo = Ptr<GstSample>::adopt (gst_video_convert_sample (
      frame, jpeg.get (), GST_CLOCK_TIME_NONE, &reason));
  if (photo)
    return photo;
  Error error = make_error (ErrorCode::unknown,
      "The photo could not be encoded: %s", reason->message);
  g_error_free (reason);
  return error;
}

} // namespace webmedia::stream
