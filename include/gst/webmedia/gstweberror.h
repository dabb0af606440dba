// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_ERROR_H__
#define __GST_WEB_ERROR_H__

#include <gst/webmedia/prelude.h>

G_BEGIN_DECLS

#define GST_WEB_ERROR (gst_web_error_quark ())
#define GST_TYPE_WEB_ERROR (gst_web_error_get_type ())

typedef enum {
  GST_WEB_ERROR_INVALID_STATE,
  GST_WEB_ERROR_NOT_SUPPORTED,
  GST_WEB_ERROR_NOT_FOUND,
  GST_WEB_ERROR_QUOTA_EXCEEDED,
  GST_WEB_ERROR_TYPE,
  GST_WEB_ERROR_DATA_CLONE,
  GST_WEB_ERROR_ABORT,
  GST_WEB_ERROR_NETWORK,
  GST_WEB_ERROR_DECODE,
  GST_WEB_ERROR_NOT_ALLOWED,
  GST_WEB_ERROR_NOT_READABLE,
  GST_WEB_ERROR_OVERCONSTRAINED,
  GST_WEB_ERROR_UNKNOWN,
  GST_WEB_ERROR_OPERATION,
  GST_WEB_ERROR_INDEX_SIZE,
  GST_WEB_ERROR_RANGE,
} GstWebError;

GST_WEB_API GQuark gst_web_error_quark (void);
GST_WEB_API GType gst_web_error_get_type (void);
GST_WEB_API const gchar *gst_web_error_get_constraint (const GError *error);

G_END_DECLS

#endif
