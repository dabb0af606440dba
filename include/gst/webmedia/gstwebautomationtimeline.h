// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_AUTOMATION_TIMELINE_H__
#define __GST_WEB_AUTOMATION_TIMELINE_H__

#include <gst/webmedia/prelude.h>

G_BEGIN_DECLS

#define GST_TYPE_WEB_AUTOMATION_TIMELINE                                       \
  (gst_web_automation_timeline_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebAutomationTimeline, gst_web_automation_timeline,
    GST, WEB_AUTOMATION_TIMELINE, GstControlSource)

GST_WEB_API
GstWebAutomationTimeline *gst_web_automation_timeline_new (gdouble value);
GST_WEB_API
gboolean gst_web_automation_timeline_set_value_at_time (
    GstWebAutomationTimeline *self, gdouble value, GstClockTime start_time,
    GError **error);
GST_WEB_API
gboolean gst_web_automation_timeline_linear_ramp_to_value_at_time (
    GstWebAutomationTimeline *self, gdouble value, GstClockTime end_time,
    GError **error);
GST_WEB_API
gboolean gst_web_automation_timeline_exponential_ramp_to_value_at_time (
    GstWebAutomationTimeline *self, gdouble value, GstClockTime end_time,
    GError **error);
GST_WEB_API
gboolean gst_web_automation_timeline_set_target_at_time (
    GstWebAutomationTimeline *self, gdouble target, GstClockTime start_time,
    GstClockTime time_constant, GError **error);
GST_WEB_API
gboolean gst_web_automation_timeline_set_value_curve_at_time (
    GstWebAutomationTimeline *self, const gfloat *values, guint n_values,
    GstClockTime start_time, GstClockTime duration, GError **error);
GST_WEB_API
gboolean gst_web_automation_timeline_cancel_scheduled_values (
    GstWebAutomationTimeline *self, GstClockTime cancel_time, GError **error);
GST_WEB_API
gboolean gst_web_automation_timeline_cancel_and_hold_at_time (
    GstWebAutomationTimeline *self, GstClockTime cancel_time, GError **error);

G_END_DECLS

#endif
