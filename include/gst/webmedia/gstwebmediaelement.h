// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_MEDIA_ELEMENT_H__
#define __GST_WEB_MEDIA_ELEMENT_H__

#include <gst/webmedia/gstwebmediastream.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_MEDIA_ELEMENT_READY_STATE                                 \
  (gst_web_media_element_ready_state_get_type ())

typedef enum {
  GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_NOTHING,
  GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_METADATA,
  GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_CURRENT_DATA,
  GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_FUTURE_DATA,
  GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_ENOUGH_DATA,
} GstWebMediaElementReadyState;

GST_WEB_API GType gst_web_media_element_ready_state_get_type (void);

GST_WEB_API GstWebMediaStream *gst_web_capture_stream (
    GstElement *element, GError **error);

G_END_DECLS

#endif /* __GST_WEB_MEDIA_ELEMENT_H__ */
