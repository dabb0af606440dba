// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_AUDIO_WORKLET_GLOBAL_SCOPE_H__
#define __GST_WEB_AUDIO_WORKLET_GLOBAL_SCOPE_H__

#include <gst/webmedia/gstwebaudioprocessor.h>
#include <gst/webmedia/gstwebmessageport.h>
#include <gst/webmedia/prelude.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_AUDIO_WORKLET_GLOBAL_SCOPE                                \
  (gst_web_audio_worklet_global_scope_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebAudioWorkletGlobalScope,
    gst_web_audio_worklet_global_scope, GST, WEB_AUDIO_WORKLET_GLOBAL_SCOPE,
    GstObject)

#ifndef __GI_SCANNER__
GST_WEB_API
gboolean gst_web_audio_worklet_global_scope_register_processor (
    GstWebAudioWorkletGlobalScope *self, const GstWebAudioProcessorClass *klass,
    GDestroyNotify notify, GError **error);
#endif
GST_WEB_API
guint64 gst_web_audio_worklet_global_scope_get_current_frame (
    GstWebAudioWorkletGlobalScope *self);
GST_WEB_API
GstClockTime gst_web_audio_worklet_global_scope_get_current_time (
    GstWebAudioWorkletGlobalScope *self);
GST_WEB_API
gfloat gst_web_audio_worklet_global_scope_get_sample_rate (
    GstWebAudioWorkletGlobalScope *self);
GST_WEB_API
guint gst_web_audio_worklet_global_scope_get_render_quantum_size (
    GstWebAudioWorkletGlobalScope *self);
GST_WEB_API
GstWebMessagePort *gst_web_audio_worklet_global_scope_get_port (
    GstWebAudioWorkletGlobalScope *self);

G_END_DECLS

#endif
