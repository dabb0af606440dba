// SPDX-License-Identifier: LGPL-2.1-or-later
// What GstWebPermissionPolicy has for displays: the user chooses.
#include "api/answer.hh"
#include "api/devices.hh"
#include "api/error.hh"
#include "devices/display-media.hh"
#include "devices/variant.hh"

#include <gst/webmedia/gstwebdisplaydevice.h>
#include <gst/webmedia/gstweberror.h>

using namespace webmedia;
using devices::DisplayChoice;

/**
 * gst_web_permission_policy_choose_display_async:
 * @self: a policy
 * @options: an `a{sv}`: the constraints of `video`, and those of `audio` where
 *     sound is asked for; they must not limit what there is to choose from
 * @cancellable: (nullable): to end it
 * @callback: (scope async): what to call when the user has chosen
 * @user_data: what to call it with
 *
 * Has the user choose what to share: the web's
 * [prompt the user to
 * choose](https://w3c.github.io/permissions/#dfn-prompt-the-user-to-choose). It
 * is called for each capture, on any thread; see
 * gst_web_permission_policy_request_async().
 */
void
gst_web_permission_policy_choose_display_async (GstWebPermissionPolicy *self,
    GVariant *options, GCancellable *cancellable, GAsyncReadyCallback callback,
    gpointer user_data)
{
  g_return_if_fail (GST_IS_WEB_PERMISSION_POLICY (self));
  g_return_if_fail (options != nullptr);
  auto interface = GST_WEB_PERMISSION_POLICY_GET_IFACE (self);
  if (interface->choose_display_async) {
    interface->choose_display_async (
        self, options, cancellable, callback, user_data);
    return;
  }
  g_task_report_new_error (self, callback, user_data,
      gpointer (gst_web_permission_policy_choose_display_async), GST_WEB_ERROR,
      GST_WEB_ERROR_NOT_ALLOWED,
      "%s lets nobody choose a display: it has to implement "
      "choose_display_async",
      G_OBJECT_TYPE_NAME (self));
}

/**
 * gst_web_permission_policy_choose_display_finish:
 * @self: a policy
 * @result: what the callback was called with
 * @audio: (out) (transfer full) (nullable) (optional): a source of the sound
 *     that is shared with it, if any
 * @error: why there is no answer
 *
 * What was chosen is any source of pictures, such as one that
 * gst_web_display_device_new() makes. Its #GstDevice:properties may say what it
 * shows, as `display-surface`: `monitor`, `window` or `browser`.
 *
 * Returns: (transfer full) (nullable): what to capture; %NULL, with no error,
 *     when the user declines
 */
GstDevice *
gst_web_permission_policy_choose_display_finish (GstWebPermissionPolicy *self,
    GAsyncResult *result, GstDevice **audio, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_PERMISSION_POLICY (self), nullptr);
  if (audio)
    *audio = nullptr;
  auto interface = GST_WEB_PERMISSION_POLICY_GET_IFACE (self);
  if (interface->choose_display_finish
      && !g_async_result_is_tagged (
          result, gpointer (gst_web_permission_policy_choose_display_async)))
    return interface->choose_display_finish (self, result, audio, error);
  g_task_propagate_boolean (G_TASK (result), error);
  return nullptr;
}

namespace {

// The screen of the process, where it has one. DEVIATION: without a policy
// there is nobody to ask, so nobody is: an application shares its own screen.
Result<DisplayChoice>
own_display ()
{
  GError *error = nullptr;
  auto device = Ptr<GstDevice>::adopt (
      gst_web_display_device_new (nullptr, 0, TRUE, &error));
  if (device)
    return DisplayChoice{devices::make_display_device (device), std::nullopt};
  Error reason = make_error (ErrorCode::not_found, "%s", error->message);
  g_error_free (error);
  return reason;
}

Ptr<GVariant>
options_of (const devices::StreamConstraints &constraints)
{
  GVariantDict options;
  g_variant_dict_init (&options, nullptr);
  for (auto [name, given] : {std::pair ("audio", &constraints.audio),
           std::pair ("video", &constraints.video)})
    if (*given)
      g_variant_dict_insert_value (
          &options, name, devices::to_variant (**given).get ());
  return Ptr<GVariant>::adopt (
      g_variant_ref_sink (g_variant_dict_end (&options)));
}

class Picker final : public devices::DisplayPicker {
public:
  explicit Picker (Ptr<GstWebPermissionPolicy> policy)
      : policy_ (std::move (policy))
  {}

  Result<DisplayChoice> pick (const devices::StreamConstraints &constraints,
      GCancellable *cancellable) override
  {
    if (!policy_)
      return own_display ();
    auto options = options_of (constraints);
    auto answer =
        wait_for_answer ([&] (GAsyncReadyCallback callback, gpointer data) {
          gst_web_permission_policy_choose_display_async (
              policy_.get (), options.get (), cancellable, callback, data);
        });
    GError *error = nullptr;
    GstDevice *audio = nullptr;
    auto video =
        Ptr<GstDevice>::adopt (gst_web_permission_policy_choose_display_finish (
            policy_.get (), answer.get (), &audio, &error));
    auto sound = Ptr<GstDevice>::adopt (audio);
    if (!video || error) {
      bool none =
          g_error_matches (error, GST_WEB_ERROR, GST_WEB_ERROR_NOT_FOUND);
      Error declined =
          make_error (none ? ErrorCode::not_found : ErrorCode::not_allowed,
              "%s", error ? error->message : "The user shares no display");
      g_clear_error (&error);
      return declined;
    }
    DisplayChoice choice{devices::make_display_device (video), std::nullopt};
    if (sound)
      choice.audio = devices::make_display_audio (sound);
    return choice;
  }

private:
  const Ptr<GstWebPermissionPolicy> policy_;
};

} // namespace

std::unique_ptr<devices::DisplayPicker>
webmedia::make_display_picker (
    const std::shared_ptr<devices::PermissionPolicy> &policy)
{
  return std::make_unique<Picker> (
      Ptr<GstWebPermissionPolicy>::share (unwrap_policy (policy.get ())));
}
