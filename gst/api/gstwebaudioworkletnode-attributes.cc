// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/audio-worklet-node.hh"

using namespace webmedia;

/**
 * gst_web_channel_count_mode_get_type:
 *
 * Returns: the type of [enum@ChannelCountMode]
 */
GType
gst_web_channel_count_mode_get_type (void)
{
  static const GEnumValue values[] = {
      {GST_WEB_CHANNEL_COUNT_MODE_MAX, "GST_WEB_CHANNEL_COUNT_MODE_MAX", "max"},
      {GST_WEB_CHANNEL_COUNT_MODE_CLAMPED_MAX,
          "GST_WEB_CHANNEL_COUNT_MODE_CLAMPED_MAX", "clamped-max"},
      {GST_WEB_CHANNEL_COUNT_MODE_EXPLICIT,
          "GST_WEB_CHANNEL_COUNT_MODE_EXPLICIT", "explicit"},
      {},
  };
  static const GType type =
      g_enum_register_static ("GstWebChannelCountMode", values);
  return type;
}
static_assert (GST_WEB_CHANNEL_COUNT_MODE_CLAMPED_MAX
               == int (worklet::ChannelCountMode::clamped_max));
static_assert (GST_WEB_CHANNEL_COUNT_MODE_EXPLICIT
               == int (worklet::ChannelCountMode::explicit_));

/**
 * gst_web_channel_interpretation_get_type:
 *
 * Returns: the type of [enum@ChannelInterpretation]
 */
GType
gst_web_channel_interpretation_get_type (void)
{
  static const GEnumValue values[] = {
      {GST_WEB_CHANNEL_INTERPRETATION_SPEAKERS,
          "GST_WEB_CHANNEL_INTERPRETATION_SPEAKERS", "speakers"},
      {GST_WEB_CHANNEL_INTERPRETATION_DISCRETE,
          "GST_WEB_CHANNEL_INTERPRETATION_DISCRETE", "discrete"},
      {},
  };
  static const GType type =
      g_enum_register_static ("GstWebChannelInterpretation", values);
  return type;
}
static_assert (GST_WEB_CHANNEL_INTERPRETATION_DISCRETE
               == int (worklet::ChannelInterpretation::discrete));

// What a binding constructs has the defaults.
static const worklet::NodeOptions &
options_of (GstWebAudioWorkletNode *self)
{
  static const worklet::NodeOptions defaults;
  const auto &view = view_of (self);
  return view ? view->options () : defaults;
}

/**
 * gst_web_audio_worklet_node_get_number_of_inputs:
 * @self: a node
 *
 * https://webaudio.github.io/web-audio-api/#dom-audionode-numberofinputs
 *
 * Returns: how many inputs it has
 */
guint
gst_web_audio_worklet_node_get_number_of_inputs (GstWebAudioWorkletNode *self)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_WORKLET_NODE (self), 0);
  return options_of (self).number_of_inputs;
}

/**
 * gst_web_audio_worklet_node_get_number_of_outputs:
 * @self: a node
 *
 * https://webaudio.github.io/web-audio-api/#dom-audionode-numberofoutputs
 *
 * Returns: how many outputs it has
 */
guint
gst_web_audio_worklet_node_get_number_of_outputs (GstWebAudioWorkletNode *self)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_WORKLET_NODE (self), 0);
  return options_of (self).number_of_outputs;
}

/**
 * gst_web_audio_worklet_node_get_channel_count:
 * @self: a node
 *
 * https://webaudio.github.io/web-audio-api/#dom-audionode-channelcount
 *
 * Returns: how many channels an input has, where the mode looks at that
 */
guint
gst_web_audio_worklet_node_get_channel_count (GstWebAudioWorkletNode *self)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_WORKLET_NODE (self), 0);
  return options_of (self).channels.count;
}

/**
 * gst_web_audio_worklet_node_get_channel_count_mode:
 * @self: a node
 *
 * https://webaudio.github.io/web-audio-api/#dom-audionode-channelcountmode
 *
 * Returns: how many channels an input has
 */
GstWebChannelCountMode
gst_web_audio_worklet_node_get_channel_count_mode (GstWebAudioWorkletNode *self)
{
  g_return_val_if_fail (
      GST_IS_WEB_AUDIO_WORKLET_NODE (self), GST_WEB_CHANNEL_COUNT_MODE_MAX);
  return static_cast<GstWebChannelCountMode> (options_of (self).channels.mode);
}

/**
 * gst_web_audio_worklet_node_get_channel_interpretation:
 * @self: a node
 *
 * https://webaudio.github.io/web-audio-api/#dom-audionode-channelinterpretation
 *
 * Returns: how channels become more or less
 */
GstWebChannelInterpretation
gst_web_audio_worklet_node_get_channel_interpretation (
    GstWebAudioWorkletNode *self)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_WORKLET_NODE (self),
      GST_WEB_CHANNEL_INTERPRETATION_SPEAKERS);
  return static_cast<GstWebChannelInterpretation> (
      options_of (self).channels.interpretation);
}
