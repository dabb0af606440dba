// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/devices.hh"

using namespace webmedia;
using devices::Permission;
using devices::PermissionState;

static_assert (
    GST_WEB_PERMISSION_STATE_GRANTED == int (PermissionState::granted)
    && GST_WEB_PERMISSION_STATE_DENIED == int (PermissionState::denied)
    && GST_WEB_PERMISSION_STATE_PROMPT == int (PermissionState::prompt));

/**
 * GstWebPermissionState:
 * @GST_WEB_PERMISSION_STATE_GRANTED: `granted`: the user has permitted it.
 * @GST_WEB_PERMISSION_STATE_DENIED: `denied`: the user has refused it.
 * @GST_WEB_PERMISSION_STATE_PROMPT: `prompt`: the user is to be asked.
 *
 * What the user thinks of something, as the web's
 * [PermissionState](https://w3c.github.io/permissions/#dom-permissionstate)
 * says it.
 */
GType
gst_web_permission_state_get_type (void)
{
  static const GEnumValue values[] = {
      {GST_WEB_PERMISSION_STATE_GRANTED, "GST_WEB_PERMISSION_STATE_GRANTED",
          "granted"},
      {GST_WEB_PERMISSION_STATE_DENIED, "GST_WEB_PERMISSION_STATE_DENIED",
          "denied"},
      {GST_WEB_PERMISSION_STATE_PROMPT, "GST_WEB_PERMISSION_STATE_PROMPT",
          "prompt"},
      {},
  };
  static const GType type =
      g_enum_register_static ("GstWebPermissionState", values);
  return type;
}

/**
 * GstWebPermissionPolicy:
 *
 * What an application, or its user, permits: an application that shows content
 * of others implements it, and sets it as
 * #GstWebMediaDevices:permission-policy.
 *
 * Permissions have the names that they have on the web: `camera`, `microphone`
 * and `speaker-selection`.
 */
G_DEFINE_INTERFACE (
    GstWebPermissionPolicy, gst_web_permission_policy, G_TYPE_OBJECT)

static void
gst_web_permission_policy_default_init (GstWebPermissionPolicyInterface *)
{}

/**
 * gst_web_permission_policy_query:
 * @self: a policy
 * @name: `camera`, `microphone` or `speaker-selection`
 *
 * Whether the user has permitted it: the web's `permissions.query()`.
 *
 * Returns: the state of the permission
 */
GstWebPermissionState
gst_web_permission_policy_query (
    GstWebPermissionPolicy *self, const gchar *name)
{
  g_return_val_if_fail (
      GST_IS_WEB_PERMISSION_POLICY (self), GST_WEB_PERMISSION_STATE_DENIED);
  auto interface = GST_WEB_PERMISSION_POLICY_GET_IFACE (self);
  return interface->query ? interface->query (self, name)
                          : GST_WEB_PERMISSION_STATE_PROMPT;
}

/**
 * gst_web_permission_policy_allows:
 * @self: a policy
 * @name: `camera`, `microphone` or `speaker-selection`
 *
 * Whether the user may be asked at all: the web's
 * [allowed to
 * use](https://html.spec.whatwg.org/multipage/iframe-embed-object.html#allowed-to-use),
 * which a page decides for the documents in its frames. Devices that are not
 * allowed are not listed.
 *
 * Returns: whether it may be used
 */
gboolean
gst_web_permission_policy_allows (
    GstWebPermissionPolicy *self, const gchar *name)
{
  g_return_val_if_fail (GST_IS_WEB_PERMISSION_POLICY (self), FALSE);
  auto interface = GST_WEB_PERMISSION_POLICY_GET_IFACE (self);
  return !interface->allows || interface->allows (self, name);
}

namespace {

const char *
name_of (Permission permission)
{
  switch (permission) {
  case Permission::microphone:
    return "microphone";
  case Permission::camera:
    return "camera";
  case Permission::speaker_selection:
    return "speaker-selection";
  }
  return "";
}

class Policy final : public devices::PermissionPolicy {
public:
  explicit Policy (GstWebPermissionPolicy *policy)
      : policy_ (Ptr<GstWebPermissionPolicy>::share (policy))
  {}

  PermissionState query (Permission permission) override
  {
    return PermissionState (
        gst_web_permission_policy_query (get (), name_of (permission)));
  }
  bool allows (Permission permission) override
  {
    return gst_web_permission_policy_allows (get (), name_of (permission));
  }

  GstWebPermissionPolicy *get () const { return policy_.get (); }

private:
  const Ptr<GstWebPermissionPolicy> policy_;
};

} // namespace

std::shared_ptr<devices::PermissionPolicy>
webmedia::wrap_policy (GstWebPermissionPolicy *policy)
{
  return policy ? std::make_shared<Policy> (policy) : nullptr;
}

GstWebPermissionPolicy *
webmedia::unwrap_policy (devices::PermissionPolicy *policy)
{
  return policy ? static_cast<Policy *> (policy)->get () : nullptr;
}
