// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_PERMISSION_POLICY_H__
#define __GST_WEB_PERMISSION_POLICY_H__

#include <gio/gio.h>
#include <gst/gst.h>
#include <gst/webmedia/prelude.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_PERMISSION_STATE (gst_web_permission_state_get_type ())

typedef enum {
  GST_WEB_PERMISSION_STATE_GRANTED,
  GST_WEB_PERMISSION_STATE_DENIED,
  GST_WEB_PERMISSION_STATE_PROMPT,
} GstWebPermissionState;

GST_WEB_API GType gst_web_permission_state_get_type (void);

#define GST_TYPE_WEB_PERMISSION_POLICY (gst_web_permission_policy_get_type ())
GST_WEB_API
G_DECLARE_INTERFACE (GstWebPermissionPolicy, gst_web_permission_policy, GST,
    WEB_PERMISSION_POLICY, GObject)

/**
 * GstWebPermissionPolicyInterface:
 * @parent: the parent interface
 * @query: see gst_web_permission_policy_query()
 * @allows: see gst_web_permission_policy_allows(); everything is allowed where
 *     a policy does not have it
 * @request_async: see gst_web_permission_policy_request_async(); nothing is
 *     granted that is to be asked for where a policy does not have it
 * @request_finish: see gst_web_permission_policy_request_finish()
 * @choose_display_async: see gst_web_permission_policy_choose_display_async();
 *     nothing is shared where a policy does not have it
 * @choose_display_finish: see gst_web_permission_policy_choose_display_finish()
 *
 * What a policy decides. All are called on any thread, and none may wait for
 * the user: those that are asynchronous tell of the answer when there is one.
 */
struct _GstWebPermissionPolicyInterface {
  GTypeInterface parent;

  GstWebPermissionState (*query) (
      GstWebPermissionPolicy *self, const gchar *name);
  gboolean (*allows) (GstWebPermissionPolicy *self, const gchar *name);
  void (*request_async) (GstWebPermissionPolicy *self,
      const gchar *const *names, GCancellable *cancellable,
      GAsyncReadyCallback callback, gpointer user_data);
  GstWebPermissionState (*request_finish) (
      GstWebPermissionPolicy *self, GAsyncResult *result, GError **error);
  void (*choose_display_async) (GstWebPermissionPolicy *self, GVariant *options,
      GCancellable *cancellable, GAsyncReadyCallback callback,
      gpointer user_data);
  GstDevice *(*choose_display_finish) (GstWebPermissionPolicy *self,
      GAsyncResult *result, GstDevice **audio, GError **error);

  /*< private >*/
  gpointer _gst_reserved[GST_PADDING_LARGE];
};

GST_WEB_API GstWebPermissionState gst_web_permission_policy_query (
    GstWebPermissionPolicy *self, const gchar *name);
GST_WEB_API gboolean gst_web_permission_policy_allows (
    GstWebPermissionPolicy *self, const gchar *name);
GST_WEB_API void gst_web_permission_policy_request_async (
    GstWebPermissionPolicy *self, const gchar *const *names,
    GCancellable *cancellable, GAsyncReadyCallback callback,
    gpointer user_data);
GST_WEB_API GstWebPermissionState gst_web_permission_policy_request_finish (
    GstWebPermissionPolicy *self, GAsyncResult *result, GError **error);
GST_WEB_API void gst_web_permission_policy_revoke (
    GstWebPermissionPolicy *self, const gchar *name);
GST_WEB_API void gst_web_permission_policy_set_muted (
    GstWebPermissionPolicy *self, const gchar *name, gboolean muted);
GST_WEB_API void gst_web_permission_policy_choose_display_async (
    GstWebPermissionPolicy *self, GVariant *options, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data);
GST_WEB_API GstDevice *gst_web_permission_policy_choose_display_finish (
    GstWebPermissionPolicy *self, GAsyncResult *result, GstDevice **audio,
    GError **error);

G_END_DECLS

#endif
