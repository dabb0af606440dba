// SPDX-License-Identifier: LGPL-2.1-or-later
// Media sources by name: what `mse://ID` means in this process.
#include "api/mse.hh"
#include "api/registry.hh"

using namespace webmedia;

static Registry<GstWebMediaSource> &
registry ()
{
  static Registry<GstWebMediaSource> instance ("mse://", "media source");
  return instance;
}

// https://www.w3.org/TR/media-source-2/#mediasource-object-url
/**
 * gst_web_media_source_publish:
 * @self: the media source
 * @uri: `mse://NAME`, with any name
 * @error: %GST_WEB_ERROR_TYPE when @uri is of another form,
 *     %GST_WEB_ERROR_INVALID_STATE when the name is taken
 *
 * Gives @self a name in this process, for elements and pipelines that are made
 * from text: `playbin3 uri=mse://NAME`. The name lasts as long as @self. What
 * the web does with `URL.createObjectURL()`.
 *
 * As there, a worker's media source is attached by its handle alone: once that
 * was transferred or given to an element, the name attaches nothing.
 *
 * Returns: whether @self has that name now
 */
gboolean
gst_web_media_source_publish (
    GstWebMediaSource *self, const gchar *uri, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_SOURCE (self), FALSE);
  g_return_val_if_fail (uri != nullptr, FALSE);
  return registry ().publish (self, uri, error);
}

/**
 * gst_web_media_source_lookup:
 * @uri: `mse://NAME`
 *
 * Returns: (transfer full) (nullable): the media source of that name, which an
 *     element or gst_web_media_source_publish() gave it
 */
GstWebMediaSource *
gst_web_media_source_lookup (const gchar *uri)
{
  g_return_val_if_fail (uri != nullptr, nullptr);
  return registry ().find (uri).release ();
}

/**
 * gst_web_media_source_obtain:
 * @uri: `mse://NAME`
 * @error: %GST_WEB_ERROR_TYPE when @uri is of another form
 *
 * Looks a media source up, and makes it where there is none of that name: what
 * elements do with their `uri`.
 *
 * Returns: (transfer full): the media source of that name
 */
GstWebMediaSource *
gst_web_media_source_obtain (const gchar *uri, GError **error)
{
  g_return_val_if_fail (uri != nullptr, nullptr);
  return registry ().obtain (uri, gst_web_media_source_new, error).release ();
}
