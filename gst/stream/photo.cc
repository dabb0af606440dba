// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/photo.hh"

#include "base/mutex.hh"
#include "base/raw-layout.hh"
#include "base/wake-on-cancel.hh"
#include "base/worker-pool.hh"
#include "stream/raw-info.hh"

#include <gst/video/video.h>

namespace webmedia::stream {

namespace {

// What has caps that it can't have is for the converter to refuse.
Result<>
check_frame (GstSample *frame)
{
  GstBuffer *picture = gst_sample_get_buffer (frame);
  GstCaps *caps = gst_sample_get_caps (frame);
  GstVideoInfo info;
  if (!picture || !caps || !is_in_memory (caps)
      || !read_video_info (caps, info))
    return ok;
  return check_layout (picture, info);
}

// GStreamer gives no reason where an encoder does not start, or has ended.
Result<Ptr<GstSample>>
encode (GstSample *frame)
{
  if (Result<> fits = check_frame (frame); !fits)
    return make_error (ErrorCode::unknown, "The photo could not be encoded: %s",
        fits.error ().message.c_str ());
  auto jpeg = Ptr<GstCaps>::adopt (gst_caps_new_empty_simple ("image/jpeg"));
  GError *reason = nullptr;
  auto photo = Ptr<GstSample>::adopt (gst_video_convert_sample (
      frame, jpeg.get (), GST_CLOCK_TIME_NONE, &reason));
  if (photo)
    return photo;
  Error error =
      make_error (ErrorCode::unknown, "The photo could not be encoded: %s",
          reason ? reason->message : "the encoder for JPEG gives nothing");
  g_clear_error (&reason);
  return error;
}

// Who is cancelled does not wait for an encoder that hangs.
// Threads: thread-safe.
class Encoding {
public:
  void finish (Result<Ptr<GstSample>> result) EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    result_.emplace (std::move (result));
    changed_.notify_all ();
  }
  Result<Ptr<GstSample>> wait (GCancellable *cancellable) EXCLUDES (lock_)
  {
    WakeOnCancel wake (cancellable, [this] {
      MutexLocker locker (lock_);
      changed_.notify_all ();
    });
    MutexLocker locker (lock_);
    while (!result_ && !g_cancellable_is_cancelled (cancellable))
      changed_.wait (lock_);
    if (result_)
      return std::move (*result_);
    return make_error (
        ErrorCode::abort, "The photo was cancelled while it was encoded");
  }

private:
  Mutex lock_;
  Condition changed_;
  std::optional<Result<Ptr<GstSample>>> result_ GUARDED_BY (lock_);
};

} // namespace

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

Result<Ptr<GstSample>>
encode_photo (Ptr<GstSample> frame, GCancellable *cancellable)
{
  auto encoding = std::make_shared<Encoding> ();
  run_blocking (
      [encoding, frame] { encoding->finish (encode (frame.get ())); });
  return encoding->wait (cancellable);
}

} // namespace webmedia::stream
