// SPDX-License-Identifier: LGPL-2.1-or-later
// Streams by name: what `mediastream://NAME` means in this process.
#include "api/media-stream.hh"
#include "api/registry.hh"

using namespace webmedia;

static Registry<GstWebMediaStream> &
registry ()
{
  static Registry<GstWebMediaStream> instance (
      "mediastream://", "media stream");
  return instance;
}

/**
 * gst_web_media_stream_publish:
 * @self: the stream
 * @uri: `mediastream://NAME`, with any name
 * @error: %GST_WEB_ERROR_TYPE when @uri is of another form,
 *     %GST_WEB_ERROR_INVALID_STATE when the name is taken
 *
 * Gives @self a name in this process, for elements and pipelines that are made
 * from text: `mediastreamsrc uri=mediastream://NAME`. The name lasts as long as
 * @self.
 *
 * Returns: whether @self has that name now
 */
gboolean
gst_web_media_stream_publish (
    GstWebMediaStream *self, const gchar *uri, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM (self), FALSE);
  g_return_val_if_fail (uri != nullptr, FALSE);
  return registry ().publish (self, uri, error);
}

/**
 * gst_web_media_stream_lookup:
 * @uri: `mediastream://NAME`
 *
 * Returns: (transfer full) (nullable): the stream of that name, which an
 *     element or gst_web_media_stream_publish() gave it
 */
GstWebMediaStream *
gst_web_media_stream_lookup (const gchar *uri)
{
  g_return_val_if_fail (uri != nullptr, nullptr);
  return registry ().find (uri).release ();
}

/**
 * gst_web_media_stream_obtain:
 * @uri: `mediastream://NAME`
 * @error: %GST_WEB_ERROR_TYPE when @uri is of another form
 *
 * Looks a stream up, and makes it, without tracks, where there is none of that
 * name: what elements do with their `uri`.
 *
 * Returns: (transfer full): the stream of that name
 */
GstWebMediaStream *
gst_web_media_stream_obtain (const gchar *uri, GError **error)
{
  g_return_val_if_fail (uri != nullptr, nullptr);
  return registry ().obtain (uri, gst_web_media_stream_new, error).release ();
}
