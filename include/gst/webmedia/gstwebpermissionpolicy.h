// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_PERMISSION_POLICY_H__
#define __GST_WEB_PERMISSION_POLICY_H__

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
 *
 * What a policy decides. Both are called on any thread, and must not wait for
 * the user.
 */
struct _GstWebPermissionPolicyInterface {
  GTypeInterface parent;

  GstWebPermissionState (*query) (
      GstWebPermissionPolicy *self, const gchar *name);
  gboolean (*allows) (GstWebPermissionPolicy *self, const gchar *name);

  /*< private >*/
  gpointer _gst_reserved[GST_PADDING_LARGE];
};

GST_WEB_API GstWebPermissionState gst_web_permission_policy_query (
    GstWebPermissionPolicy *self, const gchar *name);
GST_WEB_API gboolean gst_web_permission_policy_allows (
    GstWebPermissionPolicy *self, const gchar *name);

G_END_DECLS

#endif
