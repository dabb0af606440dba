// SPDX-License-Identifier: LGPL-2.1-or-later
#include "caps-mistake.hh"

namespace webmedia::elements {

static constexpr const char *kFields[] = {
    "format", "rate", "channels", "layout"};

// Whether there are two of them that go together in this field.
static bool
is_possible (const GstCaps *came, const GstCaps *possible, const char *field)
{
  const bool is_fixed = gst_caps_is_fixed (came);
  for (guint i = 0; i < gst_caps_get_size (came); i++)
    for (guint k = 0; k < gst_caps_get_size (possible); k++) {
      const GValue *value =
          gst_structure_get_value (gst_caps_get_structure (came, i), field);
      const GValue *right =
          gst_structure_get_value (gst_caps_get_structure (possible, k), field);
      if (!right
          || (value ? gst_value_intersect (nullptr, value, right) : !is_fixed))
        return true;
    }
  return false;
}

static std::string
print (const GstCaps *caps, const char *field)
{
  const GValue *value =
      gst_structure_get_value (gst_caps_get_structure (caps, 0), field);
  const CString text (value ? gst_value_serialize (value) : nullptr);
  return text ? text.get () : "";
}

bool
has_plain_audio (const GstCaps *caps)
{
  for (guint i = 0; i < gst_caps_get_size (caps); i++)
    if (gst_structure_has_name (
            gst_caps_get_structure (caps, i), "audio/x-raw"))
      return true;
  return false;
}

std::string
tell_caps_mistake (
    const GstCaps *came, const GstCaps *possible, const char *place)
{
  const std::string here = std::string (" ") + place + " this element";
  if (gst_caps_is_empty (came) || gst_caps_is_any (came)
      || gst_caps_is_empty (possible) || gst_caps_is_any (possible))
    return "nothing is right for both sides: put audioconvert ! audioresample"
           + here;
  if (has_plain_audio (came) != has_plain_audio (possible))
    return std::string ("it is ")
           + gst_structure_get_name (gst_caps_get_structure (came, 0))
           + ", but has to be "
           + gst_structure_get_name (gst_caps_get_structure (possible, 0));
  std::string text;
  bool needs_convert = false;
  bool needs_resample = false;
  for (const char *field : kFields) {
    if (is_possible (came, possible, field))
      continue;
    const std::string value = print (came, field);
    text += std::string (text.empty () ? "" : ", ") + field
            + (value.empty () ? " is not given" : " is " + value)
            + ", but has to be " + print (possible, field);
    const bool is_rate = g_str_equal (field, "rate");
    needs_resample |= is_rate && !value.empty ();
    needs_convert |= !is_rate && !value.empty ();
  }
  if (text.empty ())
    return "its fields are none that go together: put audioconvert ! "
           "audioresample"
           + here;
  if (needs_convert || needs_resample)
    text += std::string (": put ")
            + (!needs_resample  ? "audioconvert"
                : needs_convert ? "audioconvert ! audioresample"
                                : "audioresample")
            + here;
  return text;
}

std::string
tell_not_taken (GstPad *pad, const GstCaps *made, const GstCaps *taken)
{
  return std::string ("What ") + GST_PAD_NAME (pad)
         + " gives is not taken: " + tell_caps_mistake (made, taken, "behind");
}

} // namespace webmedia::elements
