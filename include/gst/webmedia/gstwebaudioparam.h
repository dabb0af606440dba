// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_AUDIO_PARAM_H__
#define __GST_WEB_AUDIO_PARAM_H__

#include <gst/webmedia/gstwebaudioprocessor.h>
#include <gst/webmedia/prelude.h>

G_BEGIN_DECLS

GST_WEB_API GType gst_web_automation_rate_get_type (void);

#define GST_TYPE_WEB_AUDIO_PARAM (gst_web_audio_param_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (
    GstWebAudioParam, gst_web_audio_param, GST, WEB_AUDIO_PARAM, GstObject)

GST_WEB_API
gfloat gst_web_audio_param_get_value (GstWebAudioParam *self);
GST_WEB_API
gboolean gst_web_audio_param_set_value (
    GstWebAudioParam *self, gfloat value, GError **error);
GST_WEB_API
gfloat gst_web_audio_param_get_default_value (GstWebAudioParam *self);
GST_WEB_API
gfloat gst_web_audio_param_get_min_value (GstWebAudioParam *self);
GST_WEB_API
gfloat gst_web_audio_param_get_max_value (GstWebAudioParam *self);
GST_WEB_API
GstWebAutomationRate gst_web_audio_param_get_automation_rate (
    GstWebAudioParam *self);
GST_WEB_API
void gst_web_audio_param_set_automation_rate (
    GstWebAudioParam *self, GstWebAutomationRate automation_rate);

GST_WEB_API
gboolean gst_web_audio_param_set_value_at_time (GstWebAudioParam *self,
    gfloat value, GstClockTime start_time, GError **error);
GST_WEB_API
gboolean gst_web_audio_param_linear_ramp_to_value_at_time (
    GstWebAudioParam *self, gfloat value, GstClockTime end_time,
    GError **error);
GST_WEB_API
gboolean gst_web_audio_param_exponential_ramp_to_value_at_time (
    GstWebAudioParam *self, gfloat value, GstClockTime end_time,
    GError **error);
GST_WEB_API
gboolean gst_web_audio_param_set_target_at_time (GstWebAudioParam *self,
    gfloat target, GstClockTime start_time, GstClockTime time_constant,
    GError **error);
GST_WEB_API
gboolean gst_web_audio_param_set_value_curve_at_time (GstWebAudioParam *self,
    const gfloat *values, guint n_values, GstClockTime start_time,
    GstClockTime duration, GError **error);
GST_WEB_API
gboolean gst_web_audio_param_cancel_scheduled_values (
    GstWebAudioParam *self, GstClockTime cancel_time, GError **error);
GST_WEB_API
gboolean gst_web_audio_param_cancel_and_hold_at_time (
    GstWebAudioParam *self, GstClockTime cancel_time, GError **error);

G_END_DECLS

#endif
