// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/answer.hh"
#include "api/devices.hh"
#include "api/error.hh"

#include <gst/webmedia/gstweberror.h>

using namespace webmedia;
using devices::MediaDevices;
using devices::Permission;
using devices::PermissionState;

static_assert (
    GST_WEB_PERMISSION_STATE_GRANTED == int (PermissionState::granted)
    && GST_WEB_PERMISSION_STATE_DENIED == int (PermissionState::denied)
    && GST_WEB_PERMISSION_STATE_PROMPT == int (PermissionState::prompt));

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
  case Permission::display_capture:
    return "display-capture";
  case Permission::camera_movement:
    return "camera-pan-tilt-zoom";
  }
  return "";
}

std::optional<Permission>
permission_of (const char *name)
{
  for (Permission permission : {Permission::microphone, Permission::camera,
           Permission::speaker_selection, Permission::display_capture,
           Permission::camera_movement})
    if (g_strcmp0 (name, name_of (permission)) == 0)
      return permission;
  return {};
}

// What the user has muted stays with the policy.
GQuark
muted_quark (Permission permission)
{
  return permission == Permission::camera
             ? g_quark_from_static_string ("webmedia-camera-muted")
             : g_quark_from_static_string ("webmedia-microphone-muted");
}

} // namespace

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
 * Permissions have the names that they have on the web: `camera`, `microphone`,
 * `speaker-selection` and `display-capture`. What the web calls `camera` with
 * `panTiltZoom` is `camera-pan-tilt-zoom`: that a camera may be moved, too.
 */
G_DEFINE_INTERFACE (
    GstWebPermissionPolicy, gst_web_permission_policy, G_TYPE_OBJECT)

enum { SIGNAL_REVOKED, SIGNAL_MUTED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
gst_web_permission_policy_default_init (GstWebPermissionPolicyInterface *iface)
{
  /**
   * GstWebPermissionPolicy::revoked:
   * @self: a policy
   * @name: `camera`, `microphone`, `speaker-selection`, `display-capture` or
   *     `camera-pan-tilt-zoom`
   *
   * The user has taken a permission back; see
   * gst_web_permission_policy_revoke(). It is emitted on the thread that calls
   * that.
   */
  signals[SIGNAL_REVOKED] =
      g_signal_new ("revoked", G_TYPE_FROM_INTERFACE (iface), G_SIGNAL_RUN_LAST,
          0, nullptr, nullptr, nullptr, G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * GstWebPermissionPolicy::muted:
   * @self: a policy
   * @name: `camera` or `microphone`
   * @muted: whether they are muted now
   *
   * The user has muted all cameras, or all microphones, or unmuted them; see
   * gst_web_permission_policy_set_muted(), which alone is to emit it. It is
   * emitted on the thread that calls that, each time, with no lock held; where
   * several threads do, the last one to be emitted need not be what holds.
   */
  signals[SIGNAL_MUTED] = g_signal_new ("muted", G_TYPE_FROM_INTERFACE (iface),
      G_SIGNAL_RUN_LAST, 0, nullptr, nullptr, nullptr, G_TYPE_NONE, 2,
      G_TYPE_STRING, G_TYPE_BOOLEAN);
}

/**
 * gst_web_permission_policy_query:
 * @self: a policy
 * @name: `camera`, `microphone`, `speaker-selection`, `display-capture` or
 *     `camera-pan-tilt-zoom`
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
 * @name: `camera`, `microphone`, `speaker-selection`, `display-capture` or
 *     `camera-pan-tilt-zoom`
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

/**
 * gst_web_permission_policy_request_async:
 * @self: a policy
 * @names: (array zero-terminated=1): some of `camera`, `microphone` and
 *     `camera-pan-tilt-zoom`
 * @cancellable: (nullable): to end it
 * @callback: (scope async): what to call when the user has answered
 * @user_data: what to call it with
 *
 * Asks the user for all of @names at once: the web's
 * [request permission to
 * use](https://w3c.github.io/permissions/#dfn-request-permission-to-use). It is
 * called for what gst_web_permission_policy_query() says to be
 * %GST_WEB_PERMISSION_STATE_PROMPT, on the thread that waits for
 * gst_web_media_devices_get_user_media(), or another one: a policy that shows a
 * dialog does so on its own thread. The answer may take its time. It is told as
 * that of any asynchronous function, also after @cancellable was cancelled:
 * a #GTask does it.
 *
 * `camera-pan-tilt-zoom` is among @names where constraints ask for `pan`,
 * `tilt` or `zoom` and a camera has it. Who denies nothing but this has
 * gst_web_permission_policy_query() say so by the time of the answer: then it
 * is asked for the others alone, unless they are known to be granted.
 */
void
gst_web_permission_policy_request_async (GstWebPermissionPolicy *self,
    const gchar *const *names, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (GST_IS_WEB_PERMISSION_POLICY (self));
  g_return_if_fail (names != nullptr);
  auto interface = GST_WEB_PERMISSION_POLICY_GET_IFACE (self);
  if (interface->request_async) {
    interface->request_async (self, names, cancellable, callback, user_data);
    return;
  }
  g_task_report_new_error (self, callback, user_data,
      gpointer (gst_web_permission_policy_request_async), GST_WEB_ERROR,
      GST_WEB_ERROR_NOT_ALLOWED,
      "%s asks nobody for permission: it has to implement request_async, or to "
      "answer granted or denied right away",
      G_OBJECT_TYPE_NAME (self));
}

/**
 * gst_web_permission_policy_request_finish:
 * @self: a policy
 * @result: what the callback was called with
 * @error: why there is no answer
 *
 * Returns: %GST_WEB_PERMISSION_STATE_GRANTED when all was granted, else
 *     %GST_WEB_PERMISSION_STATE_DENIED
 */
GstWebPermissionState
gst_web_permission_policy_request_finish (
    GstWebPermissionPolicy *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (
      GST_IS_WEB_PERMISSION_POLICY (self), GST_WEB_PERMISSION_STATE_DENIED);
  auto interface = GST_WEB_PERMISSION_POLICY_GET_IFACE (self);
  if (interface->request_finish
      && !g_async_result_is_tagged (
          result, gpointer (gst_web_permission_policy_request_async)))
    return interface->request_finish (self, result, error);
  g_task_propagate_boolean (G_TASK (result), error);
  return GST_WEB_PERMISSION_STATE_DENIED;
}

/**
 * gst_web_permission_policy_revoke:
 * @self: a policy
 * @name: `camera`, `microphone`, `speaker-selection`, `display-capture` or
 *     `camera-pan-tilt-zoom`
 *
 * The user has taken a permission back: a policy calls it, or who shows the
 * user what is captured, after gst_web_permission_policy_query() has begun to
 * answer otherwise. It is the web's
 * [device permission revocation
 * algorithm](https://w3c.github.io/mediacapture-main/#dfn-device-permission-revocation-algorithm):
 * the tracks of all cameras, or of all microphones, have ended when this
 * returns, and #GstWebMediaStreamTrack::ended tells of it. A device that is
 * being opened is %GST_WEB_ERROR_NOT_ALLOWED. It is so for each
 * #GstWebMediaDevices that has this policy. Without `camera-pan-tilt-zoom` the
 * tracks go on, and have no `pan`, `tilt` and `zoom` any more. Of the other
 * permissions nothing ends: who shares a display unplugs what was chosen. May
 * be called from any thread.
 */
void
gst_web_permission_policy_revoke (
    GstWebPermissionPolicy *self, const gchar *name)
{
  g_return_if_fail (GST_IS_WEB_PERMISSION_POLICY (self));
  g_return_if_fail (permission_of (name));
  g_signal_emit (self, signals[SIGNAL_REVOKED], 0, name);
}

/**
 * gst_web_permission_policy_set_muted:
 * @self: a policy
 * @name: `camera` or `microphone`
 * @muted: whether nothing is to be given out of them
 *
 * The user has muted all cameras, or all microphones, or unmuted them: a policy
 * calls it, or whatever has the button. It is what the web has as the user
 * agent's own way to
 * [mute](https://w3c.github.io/mediacapture-main/#track-muted): their tracks
 * are #GstWebMediaStreamTrack:muted when this returns, give out black and
 * silence, and #GstWebMediaStreamTrack::mute tells of it. A device of which all
 * tracks are muted is let go of within three seconds. Unmuted, it is taken
 * again, and #GstWebMediaStreamTrack::unmute tells when it has data; where it
 * can't be, its tracks end. Displays are neither, whatever @name is.
 *
 * It stays with the policy: it is so for each #GstWebMediaDevices as long as
 * that has this policy, also of what that opens meanwhile, and from when it
 * gets it. What is as it was changes nothing.
 *
 * May be called from any thread, also by a handler of
 * #GstWebPermissionPolicy::muted or of a track's signals: of several calls, the
 * last one holds. It waits neither for a device nor for the user. Another @name
 * is a programming error: a critical warning, and nothing is muted.
 */
void
gst_web_permission_policy_set_muted (
    GstWebPermissionPolicy *self, const gchar *name, gboolean muted)
{
  g_return_if_fail (GST_IS_WEB_PERMISSION_POLICY (self));
  auto permission = permission_of (name);
  g_return_if_fail (permission == devices::Permission::camera
                    || permission == devices::Permission::microphone);
  g_object_set_qdata (G_OBJECT (self), muted_quark (*permission),
      GINT_TO_POINTER (muted != FALSE));
  g_signal_emit (self, signals[SIGNAL_MUTED], 0, name, muted != FALSE);
}

namespace {

class Policy final : public devices::PermissionPolicy {
public:
  Policy (
      GstWebPermissionPolicy *policy, const std::shared_ptr<MediaDevices> &told)
      : policy_ (Ptr<GstWebPermissionPolicy>::share (policy)),
        revoked_ (connect ("revoked", G_CALLBACK (on_revoked), told)),
        muted_ (connect ("muted", G_CALLBACK (on_muted), told))
  {}
  ~Policy () override
  {
    for (gulong handler : {revoked_, muted_})
      g_signal_handler_disconnect (policy_.get (), handler);
  }

  PermissionState query (Permission permission) override
  {
    return PermissionState (
        gst_web_permission_policy_query (get (), name_of (permission)));
  }
  bool allows (Permission permission) override
  {
    return gst_web_permission_policy_allows (get (), name_of (permission));
  }

  bool mutes (Permission permission) override
  {
    return g_object_get_qdata (G_OBJECT (get ()), muted_quark (permission))
           != nullptr;
  }

  Result<> request (std::span<const Permission> permissions,
      GCancellable *cancellable) override
  {
    std::vector<const char *> names;
    for (Permission permission : permissions)
      names.push_back (name_of (permission));
    names.push_back (nullptr);
    auto answer =
        wait_for_answer ([&] (GAsyncReadyCallback callback, gpointer data) {
          gst_web_permission_policy_request_async (
              get (), names.data (), cancellable, callback, data);
        });
    GError *error = nullptr;
    auto state = gst_web_permission_policy_request_finish (
        get (), answer.get (), &error);
    if (!error && state == GST_WEB_PERMISSION_STATE_GRANTED)
      return ok;
    Error denied = make_error (ErrorCode::not_allowed, "%s",
        error ? error->message : "Permission was denied by the user");
    g_clear_error (&error);
    return denied;
  }

  GstWebPermissionPolicy *get () const { return policy_.get (); }

private:
  using Told = std::weak_ptr<MediaDevices>;
  gulong connect (const char *signal, GCallback handler,
      const std::shared_ptr<MediaDevices> &told) const
  {
    return g_signal_connect_data (
        policy_.get (), signal, handler, new Told (told),
        [] (gpointer data, GClosure *) { delete static_cast<Told *> (data); },
        GConnectFlags (0));
  }
  static void on_revoked (
      GstWebPermissionPolicy *, const char *name, gpointer data)
  {
    if (auto told = static_cast<Told *> (data)->lock ())
      if (auto permission = permission_of (name))
        told->revoke (*permission);
  }
  static void on_muted (
      GstWebPermissionPolicy *, const char *name, gboolean, gpointer data)
  {
    if (auto told = static_cast<Told *> (data)->lock ())
      if (auto permission = permission_of (name))
        told->follow_mute (*permission);
  }

  const Ptr<GstWebPermissionPolicy> policy_;
  const gulong revoked_, muted_;
};

} // namespace

std::shared_ptr<devices::PermissionPolicy>
webmedia::wrap_policy (GstWebPermissionPolicy *policy,
    const std::shared_ptr<MediaDevices> &devices)
{
  return policy ? std::make_shared<Policy> (policy, devices) : nullptr;
}

GstWebPermissionPolicy *
webmedia::unwrap_policy (devices::PermissionPolicy *policy)
{
  return policy ? static_cast<Policy *> (policy)->get () : nullptr;
}
