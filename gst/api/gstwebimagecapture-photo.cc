// SPDX-License-Identifier: LGPL-2.1-or-later
// The photos of GstWebImageCapture.
#include "api/error.hh"
#include "api/image-capture.hh"
#include "api/media-stream.hh"
#include "base/wake-on-cancel.hh"
#include "devices/capture.hh"
#include "devices/constrainable.hh"
#include "devices/photo-size.hh"
#include "stream/photo.hh"

#include <cmath>
#include <gst/webmedia/gstweberror.h>

using namespace webmedia;
using stream::FillLightMode;
using stream::PhotoSettings;

static const std::shared_ptr<stream::Track> &
track_of (GstWebImageCapture *self)
{
  return engine_of (gst_web_image_capture_get_track (self));
}

static const stream::Source &
source_of (GstWebImageCapture *self)
{
  return *track_of (self)->source;
}

// Of what the track is set to, or has caps of.
static std::optional<stream::PhotoSize>
known_size (GstWebImageCapture *self)
{
  auto settings = devices::track_settings (*track_of (self));
  auto side = [&settings] (devices::Property property) {
    const double *number = std::get_if<double> (&settings[property]);
    return number ? int (*number) : 0;
  };
  stream::PhotoSize size{
      side (devices::Property::width), side (devices::Property::height)};
  return size.width > 0 && size.height > 0 ? std::optional (size)
                                           : std::nullopt;
}

// PhotoSettings

static bool
refuse (const char *member, const char *right, GError **error)
{
  return set_error (
      error, make_error (ErrorCode::type,
                 "%s of the settings of a photo must be %s.", member, right));
}

static bool
read_number (GVariant *settings, const char *member,
    std::optional<double> &number, GError **error)
{
  auto value =
      Ptr<GVariant>::adopt (g_variant_lookup_value (settings, member, nullptr));
  if (!value)
    return true;
  if (g_variant_is_of_type (value.get (), G_VARIANT_TYPE_DOUBLE))
    number = g_variant_get_double (value.get ());
  else if (g_variant_is_of_type (value.get (), G_VARIANT_TYPE_INT32))
    number = g_variant_get_int32 (value.get ());
  else if (g_variant_is_of_type (value.get (), G_VARIANT_TYPE_UINT32))
    number = g_variant_get_uint32 (value.get ());
  else if (g_variant_is_of_type (value.get (), G_VARIANT_TYPE_INT64))
    number = double (g_variant_get_int64 (value.get ()));
  else if (g_variant_is_of_type (value.get (), G_VARIANT_TYPE_UINT64))
    number = double (g_variant_get_uint64 (value.get ()));
  else
    return refuse (member, "a number", error);
  if (!std::isfinite (*number))
    return refuse (member, "a finite number", error);
  return true;
}

static bool
read_fill_light_mode (
    GVariant *settings, std::optional<FillLightMode> &mode, GError **error)
{
  auto value = Ptr<GVariant>::adopt (
      g_variant_lookup_value (settings, "fillLightMode", nullptr));
  if (!value)
    return true;
  const char *word = g_variant_is_of_type (value.get (), G_VARIANT_TYPE_STRING)
                         ? g_variant_get_string (value.get (), nullptr)
                         : "";
  if (g_str_equal (word, "auto"))
    mode = FillLightMode::automatic;
  else if (g_str_equal (word, "off"))
    mode = FillLightMode::off;
  else if (g_str_equal (word, "flash"))
    mode = FillLightMode::flash;
  else
    return refuse ("fillLightMode", "auto, off or flash", error);
  return true;
}

static bool
read_settings (GVariant *given, PhotoSettings &settings, GError **error)
{
  if (!given)
    return true;
  if (!g_variant_is_of_type (given, G_VARIANT_TYPE_VARDICT))
    return set_error (
        error, {ErrorCode::type, "The settings of a photo are an a{sv}."});
  auto reduction = Ptr<GVariant>::adopt (
      g_variant_lookup_value (given, "redEyeReduction", nullptr));
  if (reduction) {
    if (!g_variant_is_of_type (reduction.get (), G_VARIANT_TYPE_BOOLEAN))
      return refuse ("redEyeReduction", "a boolean", error);
    settings.red_eye_reduction = g_variant_get_boolean (reduction.get ());
  }
  return read_number (given, "imageWidth", settings.image_width, error)
         && read_number (given, "imageHeight", settings.image_height, error)
         && read_fill_light_mode (given, settings.fill_light_mode, error);
}

// Taking one

// Of that size, while the track keeps its own. What fails then fails for the
// photo.
static Ptr<GstSample>
frame_of_size (const stream::Track &track,
    const devices::TrackConstraints &size, GCancellable *cancellable,
    GError **error)
{
  WakeOnCancel wake (cancellable, devices::wake_open_waits);
  auto frame = devices::constrainable_of (track)->take_frame (
      size, track.enabled (), [cancellable] {
        return g_cancellable_is_cancelled (cancellable) != FALSE;
      });
  if (frame)
    return std::move (*frame);
  if (!g_cancellable_set_error_if_cancelled (cancellable, error))
    set_error (error, {ErrorCode::unknown, frame.error ().message});
  return nullptr;
}

static Ptr<GstSample>
photo_frame (GstWebImageCapture *self, const PhotoSettings &settings,
    GCancellable *cancellable, GError **error)
{
  auto size = known_size (self);
  auto constraints =
      size ? devices::photo_constraints (*track_of (self), *size, settings)
           : std::nullopt;
  return constraints ? frame_of_size (
             *track_of (self), *constraints, cancellable, error)
                     : next_frame (track_of (self), cancellable, error);
}

static Ptr<GstSample>
take_photo (GstWebImageCapture *self, GVariant *given,
    GCancellable *cancellable, GError **error)
{
  PhotoSettings settings;
  if (!read_settings (given, settings, error) || !check_is_live (self, error)
      || !check (
          stream::check_photos (source_of (self), ErrorCode::unknown), error)
      || !check (stream::check_photo_settings (settings), error))
    return nullptr;
  auto frame = photo_frame (self, settings, cancellable, error);
  if (!frame)
    return nullptr;
  auto photo = stream::encode_photo (std::move (frame), cancellable);
  if (!photo && photo.error ().code == ErrorCode::abort
      && g_cancellable_set_error_if_cancelled (cancellable, error))
    return nullptr;
  return check (photo, error) ? std::move (*photo) : nullptr;
}

/**
 * gst_web_image_capture_take_photo:
 * @self: what takes pictures
 * @settings: (nullable): an `a{sv}` of the members of
 *     [PhotoSettings](https://w3c.github.io/mediacapture-image/#photosettings-section)
 * @cancellable: (nullable): to end the wait
 * @error: %GST_WEB_ERROR_INVALID_STATE when the track has ended,
 *     %GST_WEB_ERROR_UNKNOWN when the track is of no camera, @settings ask for
 *     what the camera has not, or the photo could not be made,
 *     %GST_WEB_ERROR_TYPE when @settings are of other types,
 *     %G_IO_ERROR_CANCELLED when cancelled
 *
 * Takes a photo, of the next frame that comes: while the track is muted there
 * is none. It is of the track's size, or of the nearest one to what @settings
 * ask for, of which one side is enough: then the camera may run in another mode
 * for as long as that takes. The track and its clones keep their size and all
 * other settings meanwhile, but may miss some frames, as a larger mode may be a
 * slower one; no mode is taken in which one of them had not what it requires.
 * After that the camera is what it was. A main loop calls
 * gst_web_image_capture_take_photo_async().
 *
 * https://w3c.github.io/mediacapture-image/#dom-imagecapture-takephoto
 *
 * Returns: (transfer full): a buffer that is a file, and its caps: `image/jpeg`
 */
GstSample *
gst_web_image_capture_take_photo (GstWebImageCapture *self, GVariant *settings,
    GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_IMAGE_CAPTURE (self), nullptr);
  auto held =
      settings ? Ptr<GVariant>::adopt (g_variant_ref_sink (settings)) : nullptr;
  return take_photo (self, settings, cancellable, error).release ();
}

/**
 * gst_web_image_capture_take_photo_async:
 * @self: what takes pictures
 * @settings: (nullable): as gst_web_image_capture_take_photo()
 * @cancellable: (nullable): to end it
 * @callback: (scope async): what to call when it is done
 * @user_data: what to call it with
 *
 * The same as gst_web_image_capture_take_photo(), without a wait.
 */
void
gst_web_image_capture_take_photo_async (GstWebImageCapture *self,
    GVariant *settings, GCancellable *cancellable, GAsyncReadyCallback callback,
    gpointer user_data)
{
  g_return_if_fail (GST_IS_WEB_IMAGE_CAPTURE (self));
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (
      task, gpointer (gst_web_image_capture_take_photo_async));
  if (settings)
    g_task_set_task_data (
        task, g_variant_ref_sink (settings), GDestroyNotify (g_variant_unref));
  g_task_run_in_thread (task,
      [] (GTask *running, gpointer of, gpointer given, GCancellable *stop) {
        GError *error = nullptr;
        auto photo = take_photo (GST_WEB_IMAGE_CAPTURE (of),
            static_cast<GVariant *> (given), stop, &error);
        if (photo)
          g_task_return_pointer (running, photo.release (),
              GDestroyNotify (gst_mini_object_unref));
        else
          g_task_return_error (running, error);
      });
  g_object_unref (task);
}

/**
 * gst_web_image_capture_take_photo_finish:
 * @self: what takes pictures
 * @result: what the callback was called with
 * @error: as gst_web_image_capture_take_photo()
 *
 * Returns: (transfer full): a buffer that is a file, and its caps: `image/jpeg`
 */
GstSample *
gst_web_image_capture_take_photo_finish (
    GstWebImageCapture *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), nullptr);
  return static_cast<GstSample *> (
      g_task_propagate_pointer (G_TASK (result), error));
}

// What there is to know

static GVariant *
make_range (const devices::Interval &sides, bool is_one)
{
  GVariantBuilder range;
  g_variant_builder_init (&range, G_VARIANT_TYPE ("a{sd}"));
  g_variant_builder_add (&range, "{sd}", "max", sides.high);
  g_variant_builder_add (&range, "{sd}", "min", sides.low);
  g_variant_builder_add (&range, "{sd}", "step", is_one ? 0. : 1.);
  return g_variant_builder_end (&range);
}

static GVariant *
make_capabilities (GstWebImageCapture *self, const stream::PhotoSize &size)
{
  devices::PhotoSizes sizes = devices::photo_sizes (*track_of (self), size);
  GVariantBuilder all;
  g_variant_builder_init (&all, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (
      &all, "{sv}", "redEyeReduction", g_variant_new_string ("never"));
  g_variant_builder_add (
      &all, "{sv}", "imageHeight", make_range (sizes.height, sizes.is_one));
  g_variant_builder_add (
      &all, "{sv}", "imageWidth", make_range (sizes.width, sizes.is_one));
  g_variant_builder_add (
      &all, "{sv}", "fillLightMode", g_variant_new_strv (nullptr, 0));
  return g_variant_builder_end (&all);
}

static GVariant *
make_settings (GstWebImageCapture *, const stream::PhotoSize &size)
{
  GVariantBuilder all;
  g_variant_builder_init (&all, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (
      &all, "{sv}", "imageHeight", g_variant_new_double (size.height));
  g_variant_builder_add (
      &all, "{sv}", "imageWidth", g_variant_new_double (size.width));
  g_variant_builder_add (
      &all, "{sv}", "redEyeReduction", g_variant_new_boolean (FALSE));
  return g_variant_builder_end (&all);
}

using MakeDictionary = GVariant *(*)(GstWebImageCapture *self,
    const stream::PhotoSize &size);

static GVariant *
find_out (GstWebImageCapture *self, MakeDictionary make,
    GCancellable *cancellable, GError **error)
{
  if (!check_is_live (self, error)
      || !check (
          stream::check_photos (source_of (self), ErrorCode::operation), error))
    return nullptr;
  if (auto size = known_size (self))
    return g_variant_ref_sink (make (self, *size));
  GError *reason = nullptr;
  auto frame = next_frame (track_of (self), cancellable, &reason);
  if (!frame) {
    if (g_error_matches (reason, GST_WEB_ERROR, GST_WEB_ERROR_UNKNOWN))
      reason->code = GST_WEB_ERROR_OPERATION;
    g_propagate_error (error, reason);
    return nullptr;
  }
  auto size = stream::photo_size (frame.get ());
  return check (size, error) ? g_variant_ref_sink (make (self, *size))
                             : nullptr;
}

template <MakeDictionary make>
static void
find_out_async (GstWebImageCapture *self, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data, gpointer tag)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, tag);
  g_task_run_in_thread (task, [] (GTask *running, gpointer of, gpointer,
                                  GCancellable *stop) {
    GError *error = nullptr;
    GVariant *found = find_out (GST_WEB_IMAGE_CAPTURE (of), make, stop, &error);
    if (found)
      g_task_return_pointer (running, found, GDestroyNotify (g_variant_unref));
    else
      g_task_return_error (running, error);
  });
  g_object_unref (task);
}

static GVariant *
find_out_finish (GstWebImageCapture *self, GAsyncResult *result, GError **error)
{
  return static_cast<GVariant *> (
      g_task_propagate_pointer (G_TASK (result), error));
}

/**
 * gst_web_image_capture_get_photo_capabilities:
 * @self: what takes pictures
 * @cancellable: (nullable): to end the wait
 * @error: %GST_WEB_ERROR_INVALID_STATE when the track has ended,
 *     %GST_WEB_ERROR_OPERATION when it is of no camera, or ends before a frame
 *     has come, %G_IO_ERROR_CANCELLED when cancelled
 *
 * What photos can be taken. Where neither a setting nor caps tell the size, it
 * waits for the first frame of the camera: a main loop calls
 * gst_web_image_capture_get_photo_capabilities_async().
 *
 * https://w3c.github.io/mediacapture-image/#dom-imagecapture-getphotocapabilities
 *
 * Returns: (transfer full): an `a{sv}` of the members of
 *     [PhotoCapabilities](https://w3c.github.io/mediacapture-image/#photocapabilities-section);
 *     a range is an `a{sd}` of `max`, `min` and `step`
 */
GVariant *
gst_web_image_capture_get_photo_capabilities (
    GstWebImageCapture *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_IMAGE_CAPTURE (self), nullptr);
  return find_out (self, make_capabilities, cancellable, error);
}

/**
 * gst_web_image_capture_get_photo_capabilities_async:
 * @self: what takes pictures
 * @cancellable: (nullable): to end it
 * @callback: (scope async): what to call when it is done
 * @user_data: what to call it with
 *
 * The same as gst_web_image_capture_get_photo_capabilities(), without a wait.
 */
void
gst_web_image_capture_get_photo_capabilities_async (GstWebImageCapture *self,
    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (GST_IS_WEB_IMAGE_CAPTURE (self));
  find_out_async<make_capabilities> (self, cancellable, callback, user_data,
      gpointer (gst_web_image_capture_get_photo_capabilities_async));
}

/**
 * gst_web_image_capture_get_photo_capabilities_finish:
 * @self: what takes pictures
 * @result: what the callback was called with
 * @error: as gst_web_image_capture_get_photo_capabilities()
 *
 * Returns: (transfer full): as gst_web_image_capture_get_photo_capabilities()
 */
GVariant *
gst_web_image_capture_get_photo_capabilities_finish (
    GstWebImageCapture *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), nullptr);
  return find_out_finish (self, result, error);
}

/**
 * gst_web_image_capture_get_photo_settings:
 * @self: what takes pictures
 * @cancellable: (nullable): to end the wait
 * @error: as gst_web_image_capture_get_photo_capabilities()
 *
 * What a photo would be now. Where neither a setting nor caps tell the size, it
 * waits for the first frame of the camera: a main loop calls
 * gst_web_image_capture_get_photo_settings_async().
 *
 * https://w3c.github.io/mediacapture-image/#dom-imagecapture-getphotosettings
 *
 * Returns: (transfer full): an `a{sv}` of the members of
 *     [PhotoSettings](https://w3c.github.io/mediacapture-image/#photosettings-section)
 */
GVariant *
gst_web_image_capture_get_photo_settings (
    GstWebImageCapture *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_IMAGE_CAPTURE (self), nullptr);
  return find_out (self, make_settings, cancellable, error);
}

/**
 * gst_web_image_capture_get_photo_settings_async:
 * @self: what takes pictures
 * @cancellable: (nullable): to end it
 * @callback: (scope async): what to call when it is done
 * @user_data: what to call it with
 *
 * The same as gst_web_image_capture_get_photo_settings(), without a wait.
 */
void
gst_web_image_capture_get_photo_settings_async (GstWebImageCapture *self,
    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (GST_IS_WEB_IMAGE_CAPTURE (self));
  find_out_async<make_settings> (self, cancellable, callback, user_data,
      gpointer (gst_web_image_capture_get_photo_settings_async));
}

/**
 * gst_web_image_capture_get_photo_settings_finish:
 * @self: what takes pictures
 * @result: what the callback was called with
 * @error: as gst_web_image_capture_get_photo_settings()
 *
 * Returns: (transfer full): as gst_web_image_capture_get_photo_settings()
 */
GVariant *
gst_web_image_capture_get_photo_settings_finish (
    GstWebImageCapture *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), nullptr);
  return find_out_finish (self, result, error);
}
