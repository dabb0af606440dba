// SPDX-License-Identifier: LGPL-2.1-or-later
// getUserMedia of GstWebMediaDevices, with and without waiting for it.
#include "api/devices.hh"
#include "api/dictionary.hh"
#include "api/media-request.hh"
#include "devices/json.hh"
#include "devices/user-media.hh"
#include "devices/variant.hh"

using namespace webmedia;
using devices::StreamConstraints;

static GetTracks
tracks_for (Result<StreamConstraints> given)
{
  return [constraints = std::make_shared<const Result<StreamConstraints>> (
              std::move (given))] (GstWebMediaDevices *self,
             GCancellable *cancellable) -> Result<stream::Tracks> {
    if (!*constraints)
      return constraints->error ();
    return devices::get_user_media (
        *engine_of (self), **constraints, cancellable);
  };
}

/**
 * gst_web_media_devices_get_user_media:
 * @self: the devices
 * @constraints: (nullable): an `a{sv}` with `audio`, `video` or both
 * @cancellable: (nullable): to end the wait
 * @error: %GST_WEB_ERROR_TYPE when @constraints is malformed, asks for no kind,
 *     or requires what no device can be selected by;
 *     %GST_WEB_ERROR_NOT_FOUND when there is no device of a kind;
 *     %GST_WEB_ERROR_OVERCONSTRAINED when none can do what is required:
 *     gst_web_error_get_constraint() names the constraint;
 *     %GST_WEB_ERROR_NOT_ALLOWED when the policy or the user denies it;
 *     %GST_WEB_ERROR_NOT_READABLE when all that would do are in use;
 *     %GST_WEB_ERROR_ABORT when none could be opened for another reason;
 *     %G_IO_ERROR_CANCELLED when cancelled
 *
 * Opens a microphone, a camera or both: the web's
 * [getUserMedia()](https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia).
 * `{'audio': <true>, 'video': <{'width': <{'ideal': <1280>}>}>}` asks for one
 * of each; what is `false` or left out is not asked for. Constraints are as for
 * gst_web_media_stream_track_apply_constraints(). Of the devices that meet what
 * is required, the one is opened that can come nearest to what is ideal, and
 * among equals the system's default. If it is in use, the next one is.
 *
 * A camera can be panned, tilted and zoomed by its track where one of `pan`,
 * `tilt` and `zoom` is asked for, if only by `true`, and the policy permits
 * `camera-pan-tilt-zoom`.
 *
 * It waits for what there is to be known, for the
 * #GstWebMediaDevices:permission-policy where the user is to be asked, and for
 * the devices to start: a main loop calls
 * gst_web_media_devices_get_user_media_async(). It returns all that was asked
 * for, or opens nothing. The devices are closed when all tracks and their
 * clones have been stopped, or have gone.
 *
 * Returns: (transfer full): a stream with a track of each kind that was asked
 *     for; its events go to the main context that is thread-default now
 */
GstWebMediaStream *
gst_web_media_devices_get_user_media (GstWebMediaDevices *self,
    GVariant *constraints, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_DEVICES (self), nullptr);
  auto dictionary = take_dictionary (constraints);
  g_return_val_if_fail (dictionary, nullptr);
  return get_stream (self,
      tracks_for (devices::parse_user_media_constraints (dictionary.get ())),
      cancellable, error);
}

/**
 * gst_web_media_devices_get_user_media_json:
 * @self: the devices
 * @constraints: the constraints as the web writes them, in JSON
 * @cancellable: (nullable): to end the wait
 * @error: as of gst_web_media_devices_get_user_media()
 *
 * The same as gst_web_media_devices_get_user_media(), with text such as
 * `{"audio":true,"video":{"width":{"ideal":1280}}}`.
 *
 * Returns: (transfer full): a stream with a track of each kind that was asked
 *     for; its events go to the main context that is thread-default now
 */
GstWebMediaStream *
gst_web_media_devices_get_user_media_json (GstWebMediaDevices *self,
    const gchar *constraints, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_DEVICES (self), nullptr);
  g_return_val_if_fail (constraints != nullptr, nullptr);
  return get_stream (self,
      tracks_for (devices::parse_user_media_constraints (
          std::string_view (constraints))),
      cancellable, error);
}

/**
 * gst_web_media_devices_get_user_media_async:
 * @self: the devices
 * @constraints: (nullable): an `a{sv}` with `audio`, `video` or both
 * @cancellable: (nullable): to end it
 * @callback: (scope async): what to call when it is done
 * @user_data: what to call it with
 *
 * The same as gst_web_media_devices_get_user_media(), without a wait.
 */
void
gst_web_media_devices_get_user_media_async (GstWebMediaDevices *self,
    GVariant *constraints, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (GST_IS_WEB_MEDIA_DEVICES (self));
  auto dictionary = take_dictionary (constraints);
  g_return_if_fail (dictionary);
  get_stream_async (self,
      tracks_for (devices::parse_user_media_constraints (dictionary.get ())),
      cancellable, callback, user_data);
}

/**
 * gst_web_media_devices_get_user_media_json_async:
 * @self: the devices
 * @constraints: the constraints as the web writes them, in JSON
 * @cancellable: (nullable): to end it
 * @callback: (scope async): what to call when it is done, which calls
 *     gst_web_media_devices_get_user_media_json_finish()
 * @user_data: what to call it with
 *
 * The same as gst_web_media_devices_get_user_media_json(), without a wait.
 */
void
gst_web_media_devices_get_user_media_json_async (GstWebMediaDevices *self,
    const gchar *constraints, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (GST_IS_WEB_MEDIA_DEVICES (self));
  g_return_if_fail (constraints != nullptr);
  get_stream_async (self,
      tracks_for (devices::parse_user_media_constraints (
          std::string_view (constraints))),
      cancellable, callback, user_data);
}

/**
 * gst_web_media_devices_get_user_media_finish:
 * @self: the devices
 * @result: what the callback was called with
 * @error: as of gst_web_media_devices_get_user_media()
 *
 * Returns: (transfer full): a stream with a track of each kind that was asked
 *     for; its events go to the main context that is thread-default now
 */
GstWebMediaStream *
gst_web_media_devices_get_user_media_finish (
    GstWebMediaDevices *self, GAsyncResult *result, GError **error)
{
  return get_stream_finish (self, result, error);
}

/**
 * gst_web_media_devices_get_user_media_json_finish:
 * @self: the devices
 * @result: what the callback was called with
 * @error: as of gst_web_media_devices_get_user_media()
 *
 * The same as gst_web_media_devices_get_user_media_finish(), by the name that
 * bindings look for.
 *
 * Returns: (transfer full): a stream with a track of each kind that was asked
 *     for
 */
GstWebMediaStream *
gst_web_media_devices_get_user_media_json_finish (
    GstWebMediaDevices *self, GAsyncResult *result, GError **error)
{
  return get_stream_finish (self, result, error);
}
