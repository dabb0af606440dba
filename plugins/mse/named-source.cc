// SPDX-License-Identifier: LGPL-2.1-or-later
#include "named-source.hh"

namespace webmedia::elements {

NamedSource
obtain_source (const std::string &uri, GError **error)
{
  // Like gst_web_media_source_obtain(), but it tells who made the object.
  for (;;) {
    auto found = Ptr<GstWebMediaSource>::adopt (
        gst_web_media_source_lookup (uri.c_str ()));
    if (found)
      return {.source = std::move (found)};
    auto made = Ptr<GstWebMediaSource>::adopt (gst_web_media_source_new ());
    GError *reason = nullptr;
    if (gst_web_media_source_publish (made.get (), uri.c_str (), &reason))
      return {.source = std::move (made), .created = true};
    if (!g_error_matches (reason, GST_WEB_ERROR, GST_WEB_ERROR_INVALID_STATE)) {
      g_propagate_error (error, reason);
      return {};
    }
    g_error_free (reason); // another thread was faster
  }
}

} // namespace webmedia::elements
