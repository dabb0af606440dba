// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/capture-caps.hh"

#include <gst/audio/audio.h>

namespace webmedia::devices {

namespace {

struct NumberField {
  const char *name;
  double CaptureMode::*number;
  const char *media; // what has it
};

constexpr NumberField kFields[] = {
    {"width", &CaptureMode::width, "video"},
    {"height", &CaptureMode::height, "video"},
    {"rate", &CaptureMode::sample_rate, "audio"},
    {"channels", &CaptureMode::channel_count, "audio"},
};

bool
is_raw (const GstStructure *structure)
{
  return gst_structure_has_name (structure, "video/x-raw")
         || gst_structure_has_name (structure, "audio/x-raw");
}

// In memory that everybody can read.
bool
is_plain (const GstCaps *caps, guint index)
{
  return is_raw (gst_caps_get_structure (caps, index))
         && gst_caps_features_is_equal (gst_caps_get_features (caps, index),
             GST_CAPS_FEATURES_MEMORY_SYSTEM_MEMORY);
}

bool
is_of (const GstStructure *structure, const NumberField &field)
{
  return field.media[0] == 'a'
             ? gst_structure_has_name (structure, "audio/x-raw")
             : !gst_structure_has_name (structure, "audio/x-raw");
}

// A fraction has no exact double: the nearest one that there is.
void
hold_frame_rate (GstStructure *structure, double rate)
{
  int frames, seconds;
  if (rate <= 0 || !gst_structure_has_field (structure, "framerate"))
    return;
  gst_util_double_to_fraction (rate, &frames, &seconds);
  gst_structure_fixate_field_nearest_fraction (
      structure, "framerate", frames, seconds);
}

bool
has_depth (const GValue *format, double depth)
{
  if (!G_VALUE_HOLDS_STRING (format))
    return false;
  GstAudioFormat known =
      gst_audio_format_from_string (g_value_get_string (format));
  return known != GST_AUDIO_FORMAT_UNKNOWN && known != GST_AUDIO_FORMAT_ENCODED
         && GST_AUDIO_FORMAT_INFO_DEPTH (gst_audio_format_get_info (known))
                == int (depth);
}

void
hold_sample_size (GstStructure *structure, double depth)
{
  const GValue *formats = gst_structure_get_value (structure, "format");
  if (depth <= 0 || !formats || !GST_VALUE_HOLDS_LIST (formats))
    return;
  GValue kept = G_VALUE_INIT;
  g_value_init (&kept, GST_TYPE_LIST);
  for (guint i = 0; i < gst_value_list_get_size (formats); i++)
    if (const GValue *one = gst_value_list_get_value (formats, i);
        has_depth (one, depth))
      gst_value_list_append_value (&kept, one);
  if (gst_value_list_get_size (&kept) > 0)
    gst_structure_take_value (structure, "format", &kept);
  else
    g_value_unset (&kept);
}

// Null: the mode is none of these.
StructurePtr
hold (const GstStructure *structure, const CaptureMode &mode)
{
  StructurePtr wanted (
      gst_structure_new_empty (gst_structure_get_name (structure)));
  for (const NumberField &field : kFields)
    if (double number = mode.*field.number;
        number > 0 && is_of (structure, field))
      gst_structure_set (
          wanted.get (), field.name, G_TYPE_INT, int (number), nullptr);
  StructurePtr held (gst_structure_intersect (structure, wanted.get ()));
  if (!held)
    return nullptr;
  hold_frame_rate (held.get (), mode.frame_rate);
  hold_sample_size (held.get (), mode.sample_size);
  return held;
}

} // namespace

Ptr<GstCaps>
caps_of (const Ptr<GstCaps> &caps, const CaptureMode &mode)
{
  const GstCaps *all = caps.get ();
  bool has_plain = false;
  for (guint i = 0; i < gst_caps_get_size (all); i++)
    has_plain = has_plain || is_plain (all, i);
  auto held = Ptr<GstCaps>::adopt (gst_caps_new_empty ());
  for (guint i = 0; i < gst_caps_get_size (all); i++)
    if (!has_plain || is_plain (all, i))
      if (StructurePtr one = hold (gst_caps_get_structure (all, i), mode))
        gst_caps_append_structure_full (held.get (), one.release (),
            gst_caps_features_copy (gst_caps_get_features (all, i)));
  return gst_caps_is_empty (held.get ()) ? caps : held;
}

Ptr<GstCaps>
with_mode (const Ptr<GstCaps> &caps, const CaptureMode &mode)
{
  auto other = Ptr<GstCaps>::adopt (gst_caps_copy (caps.get ()));
  GstStructure *structure = gst_caps_get_structure (other.get (), 0);
  for (const NumberField &field : kFields)
    if (double number = mode.*field.number;
        number > 0 && is_of (structure, field))
      gst_structure_set (
          structure, field.name, G_TYPE_INT, int (number), nullptr);
  if (mode.frame_rate > 0) {
    int frames, seconds;
    gst_util_double_to_fraction (mode.frame_rate, &frames, &seconds);
    gst_structure_set (
        structure, "framerate", GST_TYPE_FRACTION, frames, seconds, nullptr);
  }
  // These would say something else of the number of channels.
  gst_structure_remove_field (structure, "channel-mask");
  return other;
}

Ptr<GstCaps>
blank_caps (const Ptr<GstCaps> &caps)
{
  auto plain = Ptr<GstCaps>::adopt (gst_caps_copy (caps.get ()));
  gst_caps_set_features (plain.get (), 0, nullptr);
  GstStructure *structure = gst_caps_get_structure (plain.get (), 0);
  // The name of no format, but of how a device's memory is laid out.
  if (g_strcmp0 (gst_structure_get_string (structure, "format"), "DMA_DRM")
      == 0)
    gst_structure_remove_fields (structure, "format", "drm-format", nullptr);
  // One that varies is a single frame to videotestsrc.
  int frames, seconds;
  if (gst_structure_get_fraction (structure, "framerate", &frames, &seconds)
      && frames == 0)
    gst_structure_set (
        structure, "framerate", GST_TYPE_FRACTION, 30, 1, nullptr);
  return plain;
}

Ptr<GstElementFactory>
decoder_of (const Ptr<GstCaps> &caps, bool &is_missing)
{
  is_missing = false;
  if (gst_caps_is_any (caps.get ()) || gst_caps_is_empty (caps.get ())
      || is_raw (gst_caps_get_structure (caps.get (), 0)))
    return nullptr;
  GList *all = gst_element_factory_list_get_elements (
      GST_ELEMENT_FACTORY_TYPE_DECODER, GST_RANK_MARGINAL);
  GList *able =
      gst_element_factory_list_filter (all, caps.get (), GST_PAD_SINK, FALSE);
  able = g_list_sort (able, gst_plugin_feature_rank_compare_func);
  Ptr<GstElementFactory> best;
  if (able)
    best =
        Ptr<GstElementFactory>::share (GST_ELEMENT_FACTORY_CAST (able->data));
  gst_plugin_feature_list_free (able);
  gst_plugin_feature_list_free (all);
  is_missing = !best;
  return best;
}

} // namespace webmedia::devices
