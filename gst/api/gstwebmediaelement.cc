// SPDX-License-Identifier: LGPL-2.1-or-later
// What elements are to the web's media element.
#include "api/error.hh"
#include "api/media-stream.hh"
#include "mse/player.hh"
#include "stream/element-capture.hh"

#include <gst/webmedia/gstwebmediaelement.h>

using namespace webmedia;
using mse::MediaReadyState;

static_assert (GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_NOTHING
                   == int (MediaReadyState::have_nothing)
               && GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_ENOUGH_DATA
                      == int (MediaReadyState::have_enough_data));

/**
 * GstWebMediaElementReadyState:
 * @GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_NOTHING: nothing is known of the
 *     media.
 * @GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_METADATA: the tracks are known, but
 *     there is no data at the place that is played.
 * @GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_CURRENT_DATA: there is data at this
 *     place, and none to go on with.
 * @GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_FUTURE_DATA: there is a little to go
 *     on with.
 * @GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_ENOUGH_DATA: there is enough to go on
 *     for a while, or all of it.
 *
 * How much there is to play, as the `readyState` of a media element says it.
 * https://html.spec.whatwg.org/multipage/media.html#ready-states
 */
GType
gst_web_media_element_ready_state_get_type (void)
{
  static const GEnumValue values[] = {
      {GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_NOTHING,
          "GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_NOTHING", "have-nothing"},
      {GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_METADATA,
          "GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_METADATA", "have-metadata"},
      {GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_CURRENT_DATA,
          "GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_CURRENT_DATA",
          "have-current-data"},
      {GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_FUTURE_DATA,
          "GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_FUTURE_DATA",
          "have-future-data"},
      {GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_ENOUGH_DATA,
          "GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_ENOUGH_DATA",
          "have-enough-data"},
      {},
  };
  static const GType type =
      g_enum_register_static ("GstWebMediaElementReadyState", values);
  return type;
}

/**
 * gst_web_capture_stream:
 * @element: a pipeline that plays, or will, such as a `playbin3`; or a bin in
 *     one, whose sinks are meant
 * @error: %GST_WEB_ERROR_NOT_SUPPORTED when @element is no #GstBin,
 *     %GST_WEB_ERROR_INVALID_STATE when it is in no pipeline
 *
 * Captures what the sinks of @element play, as it is played: there is a track
 * of each sink that is given raw sound or pictures. Nothing of what plays is
 * changed, copied or waited for.
 *
 * Tracks come with their caps, by the signal #GstWebMediaStream::addtrack. A
 * track ends, and is removed, when its sink plays another stream or goes, when
 * all sinks have come to their end, and when the pipeline goes to READY; what
 * plays then, the same or something else, is a new track. A seek is nothing to
 * tracks. A pause mutes them: consumers go on to show the last picture, and
 * hear silence. So does the end of one that is shorter than the others.
 *
 * Sound has the volume that it had before an element `volume` on its way to the
 * sink, or the sink, changed it; it is captured when it comes to the sink,
 * however long it waits behind that element. At another rate than 1 it is
 * stretched by `scaletempo`, unless the pipeline has done so, and so takes its
 * time at the pitch of before. Where that can't be, as it is played backwards
 * or an element is not installed, it is muted.
 *
 * Tracks that are there when this returns have no #GstWebMediaStream::addtrack.
 *
 * The stream keeps the capture, not the pipeline; so does each track that is
 * live. What nobody has any more is not captured.
 *
 * https://w3c.github.io/mediacapture-fromelement/#dom-htmlmediaelement-capturestream
 *
 * Returns: (transfer full): a stream; its events go to the main context that is
 *     thread-default now
 */
GstWebMediaStream *
gst_web_capture_stream (GstElement *element, GError **error)
{
  g_return_val_if_fail (GST_IS_ELEMENT (element), nullptr);
  using Capture = std::shared_ptr<stream::ElementCapture>;
  GstWebMediaStream *made = gst_web_media_stream_new ();
  auto capture = stream::ElementCapture::create (element, engine_of (made));
  if (!check (capture, error)) {
    gst_object_unref (made);
    return nullptr;
  }
  static const GQuark quark = g_quark_from_static_string ("gst-web-capture");
  g_object_set_qdata_full (G_OBJECT (made), quark,
      new Capture (std::move (*capture)),
      [] (gpointer held) { delete static_cast<Capture *> (held); });
  return made;
}
