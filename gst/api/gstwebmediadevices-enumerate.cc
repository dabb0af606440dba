// SPDX-License-Identifier: LGPL-2.1-or-later
// The enumeration of GstWebMediaDevices, with and without waiting for it.
#include "api/devices.hh"
#include "base/wake-on-cancel.hh"

using namespace webmedia;

// The only failure is that it was cancelled.
static GPtrArray *
enumerate (
    devices::MediaDevices &devices, GCancellable *cancellable, GError **error)
{
  WakeOnCancel wake (cancellable, [&devices] { devices.wake_waits (); });
  auto infos = devices.enumerate (
      [cancellable] { return g_cancellable_is_cancelled (cancellable); });
  // The cancellable may have been reset since it ended the wait.
  if (!infos || g_cancellable_is_cancelled (cancellable)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
        "The enumeration of devices was cancelled");
    return nullptr;
  }
  return wrap_device_infos (std::move (*infos));
}

/**
 * gst_web_media_devices_enumerate_devices:
 * @self: the devices
 * @cancellable: (nullable): to end the wait
 * @error: %G_IO_ERROR_CANCELLED when cancelled
 *
 * Lists what is there: microphones, then cameras, then speakers, each with the
 * system's default first. Waits where the system has not said yet what devices
 * it has, which can take a while when @self is new: a main loop calls
 * gst_web_media_devices_enumerate_devices_async(). Events are emitted as by
 * gst_web_source_buffer_append_buffer_sync().
 * https://w3c.github.io/mediacapture-main/#dom-mediadevices-enumeratedevices
 *
 * Returns: (transfer container) (element-type GstWebMediaDeviceInfo): the
 *     devices, as new objects; inputs are #GstWebInputDeviceInfo
 */
GPtrArray *
gst_web_media_devices_enumerate_devices (
    GstWebMediaDevices *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_DEVICES (self), nullptr);
  TaskQueue::BlockingCall call (tasks_of (self));
  return enumerate (*engine_of (self), cancellable, error);
}

/**
 * gst_web_media_devices_enumerate_devices_async:
 * @self: the devices
 * @cancellable: (nullable): to end it
 * @callback: (scope async): what to call when it is done
 * @user_data: what to call it with
 *
 * The same as gst_web_media_devices_enumerate_devices(), without a wait.
 */
void
gst_web_media_devices_enumerate_devices_async (GstWebMediaDevices *self,
    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (GST_IS_WEB_MEDIA_DEVICES (self));
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (
      task, gpointer (gst_web_media_devices_enumerate_devices_async));
  g_task_run_in_thread (
      task, [] (GTask *running, gpointer source, gpointer, GCancellable *stop) {
        GError *error = nullptr;
        auto devices = enumerate (
            *engine_of (GST_WEB_MEDIA_DEVICES (source)), stop, &error);
        if (devices)
          g_task_return_pointer (
              running, devices, GDestroyNotify (g_ptr_array_unref));
        else
          g_task_return_error (running, error);
      });
  g_object_unref (task);
}

/**
 * gst_web_media_devices_enumerate_devices_finish:
 * @self: the devices
 * @result: what the callback was called with
 * @error: %G_IO_ERROR_CANCELLED when cancelled
 *
 * Returns: (transfer container) (element-type GstWebMediaDeviceInfo): the
 *     devices, as new objects; inputs are #GstWebInputDeviceInfo
 */
GPtrArray *
gst_web_media_devices_enumerate_devices_finish (
    GstWebMediaDevices *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), nullptr);
  return static_cast<GPtrArray *> (
      g_task_propagate_pointer (G_TASK (result), error));
}
