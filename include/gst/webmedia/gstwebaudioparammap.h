// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_AUDIO_PARAM_MAP_H__
#define __GST_WEB_AUDIO_PARAM_MAP_H__

#include <gst/webmedia/gstwebaudioparam.h>
#include <gst/webmedia/prelude.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_AUDIO_PARAM_MAP (gst_web_audio_param_map_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebAudioParamMap, gst_web_audio_param_map, GST,
    WEB_AUDIO_PARAM_MAP, GstObject)

GST_WEB_API
guint gst_web_audio_param_map_get_size (GstWebAudioParamMap *self);
GST_WEB_API
GstWebAudioParam *gst_web_audio_param_map_get (
    GstWebAudioParamMap *self, const gchar *name);
GST_WEB_API
gboolean gst_web_audio_param_map_has (
    GstWebAudioParamMap *self, const gchar *name);
GST_WEB_API
gchar **gst_web_audio_param_map_keys (GstWebAudioParamMap *self);
GST_WEB_API
GPtrArray *gst_web_audio_param_map_values (GstWebAudioParamMap *self);

G_END_DECLS

#endif
