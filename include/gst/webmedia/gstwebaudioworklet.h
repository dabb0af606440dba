// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_AUDIO_WORKLET_H__
#define __GST_WEB_AUDIO_WORKLET_H__

#include <gio/gio.h>
#include <gst/webmedia/gstwebaudioworkletglobalscope.h>
#include <gst/webmedia/gstwebmessageport.h>
#include <gst/webmedia/prelude.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_AUDIO_WORKLET (gst_web_audio_worklet_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebAudioWorklet, gst_web_audio_worklet, GST,
    WEB_AUDIO_WORKLET, GstObject)

GST_WEB_API
GstWebAudioWorklet *gst_web_audio_worklet_new (
    guint sample_rate, guint render_quantum_size, GError **error);
GST_WEB_API
gboolean gst_web_audio_worklet_add_module (GstWebAudioWorklet *self,
    const gchar *module_url, GCancellable *cancellable, GError **error);
GST_WEB_API
void gst_web_audio_worklet_add_module_async (GstWebAudioWorklet *self,
    const gchar *module_url, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data);
GST_WEB_API
gboolean gst_web_audio_worklet_add_module_finish (
    GstWebAudioWorklet *self, GAsyncResult *result, GError **error);
GST_WEB_API
GstWebMessagePort *gst_web_audio_worklet_get_port (GstWebAudioWorklet *self);
GST_WEB_API
GstWebAudioWorkletGlobalScope *gst_web_audio_worklet_get_global_scope (
    GstWebAudioWorklet *self);

G_END_DECLS

#endif
