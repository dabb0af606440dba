// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef __GST_WEB_AUDIO_WORKLET_NODE_H__
#define __GST_WEB_AUDIO_WORKLET_NODE_H__

#include <gst/webmedia/gstwebaudioparammap.h>
#include <gst/webmedia/gstwebaudioworklet.h>
#include <gst/webmedia/gstweberrorevent.h>
#include <gst/webmedia/gstwebmessageport.h>
#include <gst/webmedia/prelude.h>

G_BEGIN_DECLS

/**
 * GstWebChannelCountMode:
 * @GST_WEB_CHANNEL_COUNT_MODE_MAX: as many as any connection has
 * @GST_WEB_CHANNEL_COUNT_MODE_CLAMPED_MAX: the same, but not more than
 *     channelCount
 * @GST_WEB_CHANNEL_COUNT_MODE_EXPLICIT: channelCount
 *
 * How many channels an input has: the specification's ChannelCountMode.
 */
typedef enum {
  GST_WEB_CHANNEL_COUNT_MODE_MAX,
  GST_WEB_CHANNEL_COUNT_MODE_CLAMPED_MAX,
  GST_WEB_CHANNEL_COUNT_MODE_EXPLICIT,
} GstWebChannelCountMode;

GST_WEB_API GType gst_web_channel_count_mode_get_type (void);

/**
 * GstWebChannelInterpretation:
 * @GST_WEB_CHANNEL_INTERPRETATION_SPEAKERS: channels are speakers, and are
 *     mixed
 * @GST_WEB_CHANNEL_INTERPRETATION_DISCRETE: channels are dropped, or are
 *     silent
 *
 * How channels become more or less: the specification's ChannelInterpretation.
 */
typedef enum {
  GST_WEB_CHANNEL_INTERPRETATION_SPEAKERS,
  GST_WEB_CHANNEL_INTERPRETATION_DISCRETE,
} GstWebChannelInterpretation;

GST_WEB_API GType gst_web_channel_interpretation_get_type (void);

#define GST_TYPE_WEB_AUDIO_WORKLET_NODE (gst_web_audio_worklet_node_get_type ())
GST_WEB_API
G_DECLARE_FINAL_TYPE (GstWebAudioWorkletNode, gst_web_audio_worklet_node, GST,
    WEB_AUDIO_WORKLET_NODE, GstObject)

GST_WEB_API
GstWebAudioWorkletNode *gst_web_audio_worklet_node_new (
    GstWebAudioWorklet *worklet, const gchar *name, GVariant *options,
    GError **error);
GST_WEB_API
GstWebAudioWorklet *gst_web_audio_worklet_node_get_worklet (
    GstWebAudioWorkletNode *self);
GST_WEB_API
GstWebAudioParamMap *gst_web_audio_worklet_node_get_parameters (
    GstWebAudioWorkletNode *self);
GST_WEB_API
GstWebMessagePort *gst_web_audio_worklet_node_get_port (
    GstWebAudioWorkletNode *self);
GST_WEB_API
guint gst_web_audio_worklet_node_get_number_of_inputs (
    GstWebAudioWorkletNode *self);
GST_WEB_API
guint gst_web_audio_worklet_node_get_number_of_outputs (
    GstWebAudioWorkletNode *self);
GST_WEB_API
guint gst_web_audio_worklet_node_get_channel_count (
    GstWebAudioWorkletNode *self);
GST_WEB_API
GstWebChannelCountMode gst_web_audio_worklet_node_get_channel_count_mode (
    GstWebAudioWorkletNode *self);
GST_WEB_API
GstWebChannelInterpretation
gst_web_audio_worklet_node_get_channel_interpretation (
    GstWebAudioWorkletNode *self);

G_END_DECLS

#endif
