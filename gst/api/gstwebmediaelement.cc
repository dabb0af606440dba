// SPDX-License-Identifier: LGPL-2.1-or-later
// What elements tell of themselves as the web's media element does.
#include "mse/player.hh"

#include <gst/webmedia/gstwebmediaelement.h>

using webmedia::mse::MediaReadyState;

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
