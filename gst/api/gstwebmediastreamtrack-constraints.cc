// SPDX-License-Identifier: LGPL-2.1-or-later
// The constrainable pattern of GstWebMediaStreamTrack:
// https://www.w3.org/TR/mediacapture-streams/#constrainable-interface
#include "api/dictionary.hh"
#include "api/error.hh"
#include "api/media-stream.hh"
#include "base/wake-on-cancel.hh"
#include "devices/capture.hh"
#include "devices/json.hh"
#include "devices/track-constraints.hh"
#include "devices/variant.hh"

using namespace webmedia;
using devices::TrackConstraints;

/**
 * gst_web_media_stream_track_get_capabilities:
 * @self: the track
 *
 * What the source can do: for each constrainable property the range, or the
 * list of values. The types are those of
 * gst_web_input_device_info_get_capabilities().
 *
 * https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-getcapabilities
 *
 * Returns: (transfer full): an `a{sv}`; empty for a track that is neither of a
 *     device nor of a [class@VideoTrackGenerator]. Of a track that has ended,
 *     only `deviceId`, `groupId` and `facingMode`
 */
GVariant *
gst_web_media_stream_track_get_capabilities (GstWebMediaStreamTrack *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK (self), nullptr);
  return devices::to_variant (devices::track_capabilities (*engine_of (self)))
      .release ();
}

/**
 * gst_web_media_stream_track_get_constraints:
 * @self: the track
 *
 * What was asked for by the last call of
 * gst_web_media_stream_track_apply_constraints() that succeeded, or else by
 * gst_web_media_devices_get_user_media().
 *
 * https://www.w3.org/TR/mediacapture-streams/#dom-constrainablepattern-getconstraints
 *
 * Returns: (transfer full): an `a{sv}` in the form in which it was applied
 */
GVariant *
gst_web_media_stream_track_get_constraints (GstWebMediaStreamTrack *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK (self), nullptr);
  return devices::to_variant (devices::track_constraints (*engine_of (self)))
      .release ();
}

/**
 * gst_web_media_stream_track_get_settings:
 * @self: the track
 *
 * What the track is set to: the value of each constrainable property, as
 * `width` and `frameRate`. It is what was selected, not what was measured; of
 * the controls of a camera, as `zoom`, it is what was read when something was
 * last applied to it. Whole numbers are a `u`, others a `d`; a truth is a `b`,
 * points are an `aa{sd}`, any other value is an `s`. Of a track that is of no
 * device it is what its caps say: `width`, `height`, `aspectRatio`,
 * `frameRate`, `sampleRate`, `sampleSize` and `channelCount`; but of a
 * [class@VideoTrackGenerator] it is what its last frame was, with the rate of
 * what came lately.
 *
 * https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-getsettings
 *
 * Returns: (transfer full): an `a{sv}`; of a track that has ended, only
 *     `deviceId`, `groupId` and `facingMode`
 */
GVariant *
gst_web_media_stream_track_get_settings (GstWebMediaStreamTrack *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK (self), nullptr);
  return devices::to_variant (devices::track_settings (*engine_of (self)))
      .release ();
}

// For no longer than it is wanted.
static bool
apply_until (stream::Track &track, const TrackConstraints &constraints,
    GCancellable *cancellable, GError **error)
{
  WakeOnCancel wake (cancellable, devices::wake_open_waits);
  auto applied = devices::apply_constraints (track, constraints, [cancellable] {
    return g_cancellable_is_cancelled (cancellable) != FALSE;
  });
  if (!applied && applied.error ().code == ErrorCode::abort
      && g_cancellable_set_error_if_cancelled (cancellable, error))
    return false;
  return check (applied, error);
}

// One after the other, in the order of the calls.
static gboolean
apply (GstWebMediaStreamTrack *self,
    const Result<TrackConstraints> &constraints, GCancellable *cancellable,
    GError **error)
{
  if (!check (constraints, error))
    return FALSE;
  bool is_applied = false;
  applying_of (self)->run ([&] {
    is_applied =
        !g_cancellable_set_error_if_cancelled (cancellable, error)
        && apply_until (*engine_of (self), *constraints, cancellable, error);
  });
  return is_applied;
}

/**
 * gst_web_media_stream_track_apply_constraints:
 * @self: the track
 * @constraints: (nullable): an `a{sv}`; %NULL: none
 * @cancellable: (nullable): to give it up, also while the device is waited for
 * @error: %GST_WEB_ERROR_TYPE when @constraints is malformed,
 *     %GST_WEB_ERROR_OVERCONSTRAINED when the source can't meet what is
 * required: gst_web_error_get_constraint() names the constraint;
 *     %GST_WEB_ERROR_NOT_READABLE or %GST_WEB_ERROR_ABORT when the device fails
 *     as it starts again, or is unplugged meanwhile;
 *     %G_IO_ERROR_CANCELLED when cancelled: then nothing has changed
 *
 * Has the source give something else: `{'width': <640>, 'frameRate': <{'max':
 * <15>}>}`. Names are the web's; an integer or a double is a number, and a
 * constraint with several members is an `a{sv}` of `min`, `max`, `exact` and
 * `ideal`. What was applied before does not count any more. All of it is in
 * force when this comes back, or nothing is: an error leaves everything as it
 * was. The device itself can't be changed. Calls that are made at once are done
 * one after the other, in their order. A track that has ended takes all, and
 * nothing happens.
 *
 * It may have to wait for the device to start again: a main loop calls
 * gst_web_media_stream_track_apply_constraints_async().
 *
 * https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-applyconstraints
 *
 * Returns: whether the track has these constraints now
 */
gboolean
gst_web_media_stream_track_apply_constraints (GstWebMediaStreamTrack *self,
    GVariant *constraints, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK (self), FALSE);
  auto dictionary = take_dictionary (constraints);
  g_return_val_if_fail (dictionary, FALSE);
  return apply (self, devices::parse_track_constraints (dictionary.get ()),
      cancellable, error);
}

/**
 * gst_web_media_stream_track_apply_constraints_json:
 * @self: the track
 * @constraints: the constraints as the web writes them, in JSON
 * @cancellable: (nullable): to give it up, also while the device is waited for
 * @error: as of gst_web_media_stream_track_apply_constraints()
 *
 * The same as gst_web_media_stream_track_apply_constraints(), with text such as
 * `{"width":640,"frameRate":{"max":15}}`.
 *
 * Returns: whether the track has these constraints now
 */
gboolean
gst_web_media_stream_track_apply_constraints_json (GstWebMediaStreamTrack *self,
    const gchar *constraints, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK (self), FALSE);
  g_return_val_if_fail (constraints != nullptr, FALSE);
  return apply (self,
      devices::parse_track_constraints (std::string_view (constraints)),
      cancellable, error);
}

/**
 * gst_web_media_stream_track_apply_constraints_async:
 * @self: the track
 * @constraints: (nullable): an `a{sv}`; %NULL: none
 * @cancellable: (nullable): to give it up, also while the device is waited for
 * @callback: (scope async): what to call when it is done
 * @user_data: what to call it with
 *
 * The same as gst_web_media_stream_track_apply_constraints(), without a wait.
 */
void
gst_web_media_stream_track_apply_constraints_async (
    GstWebMediaStreamTrack *self, GVariant *constraints,
    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK (self));
  auto dictionary = take_dictionary (constraints);
  g_return_if_fail (dictionary);
  auto parsed = devices::parse_track_constraints (dictionary.get ());
  auto task =
      Ptr<GTask>::adopt (g_task_new (self, cancellable, callback, user_data));
  g_task_set_source_tag (task.get (),
      gpointer (gst_web_media_stream_track_apply_constraints_async));
  // What was applied is not taken back.
  g_task_set_check_cancellable (task.get (), FALSE);
  GError *error = nullptr;
  if (!check (parsed, &error)) {
    g_task_return_error (task.get (), error);
    return;
  }
  applying_of (self)->post (
      [task, track = engine_of (self), wanted = std::move (*parsed)] {
        if (g_task_return_error_if_cancelled (task.get ()))
          return;
        GError *reason = nullptr;
        if (apply_until (
                *track, wanted, g_task_get_cancellable (task.get ()), &reason))
          g_task_return_boolean (task.get (), TRUE);
        else
          g_task_return_error (task.get (), reason);
      });
}

/**
 * gst_web_media_stream_track_apply_constraints_finish:
 * @self: the track
 * @result: what the callback was called with
 * @error: as of gst_web_media_stream_track_apply_constraints()
 *
 * Returns: whether the track has these constraints now
 */
gboolean
gst_web_media_stream_track_apply_constraints_finish (
    GstWebMediaStreamTrack *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
