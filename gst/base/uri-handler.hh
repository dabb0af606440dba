// SPDX-License-Identifier: LGPL-2.1-or-later
// GstURIHandler of a source that is told what to play by its property `uri`.
#pragma once

#include <gst/gst.h>

namespace webmedia {

// A player is given one before it starts.
inline gboolean
set_property_uri (GstURIHandler *handler, const gchar *uri, GError **error)
{
  GST_OBJECT_LOCK (handler);
  bool too_late = GST_STATE (handler) > GST_STATE_READY;
  GST_OBJECT_UNLOCK (handler);
  if (too_late) {
    g_set_error_literal (error, GST_URI_ERROR, GST_URI_ERROR_BAD_STATE,
        "the uri can be changed in the states NULL and READY only");
    return FALSE;
  }
  g_object_set (handler, "uri", uri, nullptr);
  return TRUE;
}

// An interface's init function.
template <const char *scheme>
void
init_uri_handler (gpointer interface, gpointer)
{
  auto handler = static_cast<GstURIHandlerInterface *> (interface);
  handler->get_type = [] (GType) {
    return GST_URI_SRC;
  };
  handler->get_protocols = [] (GType) -> const gchar *const * {
    static const gchar *const protocols[] = {scheme, nullptr};
    return protocols;
  };
  handler->get_uri = [] (GstURIHandler *self) {
    gchar *uri;
    g_object_get (self, "uri", &uri, nullptr);
    return uri;
  };
  handler->set_uri = set_property_uri;
}

} // namespace webmedia
