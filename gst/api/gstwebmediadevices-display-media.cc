// SPDX-License-Identifier: LGPL-2.1-or-later
// getDisplayMedia of GstWebMediaDevices, with and without waiting for it.
#include "api/devices.hh"
#include "api/dictionary.hh"
#include "api/media-request.hh"
#include "devices/display-media.hh"
#include "devices/json.hh"
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
    auto policy = engine_of (self)->policy ();
    auto opener = devices::make_device_opener ();
    return devices::get_display_media (policy.get (), *opener,
        *make_display_picker (policy), **constraints, cancellable);
  };
}

/**
 * gst_web_media_devices_get_display_media:
 * @self: the devices
 * @options: (nullable): an `a{sv}` with `audio`, `video` or both; %NULL:
 * pictures without sound
 * @cancellable: (nullable): to end the wait
 * @error: %GST_WEB_ERROR_TYPE when @options is malformed, has no pictures, or
 * has a constraint with `min`, `exact` or `advanced`;
 *     %GST_WEB_ERROR_OVERCONSTRAINED when a `max` is less than any display can
 *     be: gst_web_error_get_constraint() names the constraint;
 *     %GST_WEB_ERROR_NOT_FOUND when there is no display;
 *     %GST_WEB_ERROR_NOT_ALLOWED when the policy or the user denies it;
 *     %GST_WEB_ERROR_NOT_READABLE when what was chosen can't be captured;
 *     %GST_WEB_ERROR_ABORT when it could not be opened for another reason;
 *     %G_IO_ERROR_CANCELLED when cancelled
 *
 * Captures a screen or a window: the web's
 * [getDisplayMedia()](https://w3c.github.io/mediacapture-screen-share/#dom-mediadevices-getdisplaymedia).
 * The #GstWebMediaDevices:permission-policy has the user choose what is
 * captured; see gst_web_permission_policy_choose_display_async(). Without a
 * policy it is the whole screen of the X Window System that the environment
 * variable `DISPLAY` names, and there is no sound.
 *
 * `{'video': <{'width': <{'max': <1280>}>, 'frameRate': <10>}>}` asks for a
 * small one. The constraints do not limit what can be chosen: its pictures are
 * scaled. The source ends, and its tracks with it, when what is captured goes
 * away.
 *
 * It waits for the user, and for the capture to start: a main loop calls
 * gst_web_media_devices_get_display_media_async().
 *
 * Returns: (transfer full): a stream with a track of pictures, and with one of
 *     sound where that was asked for and is shared; its events go to the main
 *     context that is thread-default now
 */
GstWebMediaStream *
gst_web_media_devices_get_display_media (GstWebMediaDevices *self,
    GVariant *options, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_DEVICES (self), nullptr);
  auto dictionary = take_dictionary (options);
  g_return_val_if_fail (dictionary, nullptr);
  return get_stream (self,
      tracks_for (devices::parse_display_media_constraints (dictionary.get ())),
      cancellable, error);
}

/**
 * gst_web_media_devices_get_display_media_json:
 * @self: the devices
 * @options: the options as the web writes them, in JSON
 * @cancellable: (nullable): to end the wait
 * @error: as of gst_web_media_devices_get_display_media()
 *
 * The same as gst_web_media_devices_get_display_media().
 * `{"video": {"frameRate": 10}, "audio": true}` asks for sound, too.
 *
 * Returns: (transfer full): a stream with a track of pictures, and with one of
 *     sound where that was asked for and is shared; its events go to the main
 *     context that is thread-default now
 */
GstWebMediaStream *
gst_web_media_devices_get_display_media_json (GstWebMediaDevices *self,
    const gchar *options, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_DEVICES (self), nullptr);
  g_return_val_if_fail (options != nullptr, nullptr);
  return get_stream (self,
      tracks_for (devices::parse_display_media_constraints (
          std::string_view (options))),
      cancellable, error);
}

/**
 * gst_web_media_devices_get_display_media_async:
 * @self: the devices
 * @options: (nullable): an `a{sv}` with `audio`, `video` or both
 * @cancellable: (nullable): to end it
 * @callback: (scope async): what to call when it is done
 * @user_data: what to call it with
 *
 * The same as gst_web_media_devices_get_display_media(), without a wait.
 */
void
gst_web_media_devices_get_display_media_async (GstWebMediaDevices *self,
    GVariant *options, GCancellable *cancellable, GAsyncReadyCallback callback,
    gpointer user_data)
{
  g_return_if_fail (GST_IS_WEB_MEDIA_DEVICES (self));
  auto dictionary = take_dictionary (options);
  g_return_if_fail (dictionary);
  get_stream_async (self,
      tracks_for (devices::parse_display_media_constraints (dictionary.get ())),
      cancellable, callback, user_data);
}

/**
 * gst_web_media_devices_get_display_media_json_async:
 * @self: the devices
 * @options: the options as the web writes them, in JSON
 * @cancellable: (nullable): to end it
 * @callback: (scope async): what to call when it is done
 * @user_data: what to call it with
 *
 * The same as gst_web_media_devices_get_display_media_json(), without a wait.
 */
void
gst_web_media_devices_get_display_media_json_async (GstWebMediaDevices *self,
    const gchar *options, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (GST_IS_WEB_MEDIA_DEVICES (self));
  g_return_if_fail (options != nullptr);
  get_stream_async (self,
      tracks_for (devices::parse_display_media_constraints (
          std::string_view (options))),
      cancellable, callback, user_data);
}

/**
 * gst_web_media_devices_get_display_media_finish:
 * @self: the devices
 * @result: what the callback was called with
 * @error: as of gst_web_media_devices_get_display_media()
 *
 * Returns: (transfer full): a stream with a track of pictures, and with one of
 *     sound where that was asked for and is shared; its events go to the main
 *     context that is thread-default now
 */
GstWebMediaStream *
gst_web_media_devices_get_display_media_finish (
    GstWebMediaDevices *self, GAsyncResult *result, GError **error)
{
  return get_stream_finish (self, result, error);
}

/**
 * gst_web_media_devices_get_display_media_json_finish:
 * @self: the devices
 * @result: what the callback was called with
 * @error: as of gst_web_media_devices_get_display_media()
 *
 * The same as gst_web_media_devices_get_display_media_finish(), by the name
 * that bindings look for.
 *
 * Returns: (transfer full): a stream, as of the same
 */
GstWebMediaStream *
gst_web_media_devices_get_display_media_json_finish (
    GstWebMediaDevices *self, GAsyncResult *result, GError **error)
{
  return get_stream_finish (self, result, error);
}
