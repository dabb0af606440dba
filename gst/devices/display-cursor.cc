// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/display-cursor.hh"

namespace webmedia::devices {

namespace {

constexpr const char *kAlways = "always";
constexpr const char *kNever = "never";

// Of ximagesrc: a boolean, so that there is no "motion".
constexpr const char *kShown = "show-pointer";

bool
can_be_set (GstElement *source)
{
  GParamSpec *spec =
      g_object_class_find_property (G_OBJECT_GET_CLASS (source), kShown);
  return spec && spec->value_type == G_TYPE_BOOLEAN
         && (spec->flags & G_PARAM_WRITABLE);
}

} // namespace

std::vector<std::string>
cursors_of (const Ptr<GstDevice> &device)
{
  StructurePtr properties (gst_device_get_properties (device.get ()));
  const char *chosen =
      properties ? gst_structure_get_string (properties.get (), "cursor")
                 : nullptr;
  if (!chosen)
    return {};
  std::vector<std::string> all{chosen};
  GstElement *made = gst_device_create_element (device.get (), nullptr);
  if (!made)
    return all;
  auto element =
      Ptr<GstElement>::adopt (GST_ELEMENT_CAST (gst_object_ref_sink (made)));
  if (can_be_set (element.get ()))
    all.push_back (all.front () == kNever ? kAlways : kNever);
  return all;
}

void
set_cursor (GstElement *source, const std::string &cursor)
{
  if (!cursor.empty () && can_be_set (source))
    g_object_set (source, kShown, cursor != kNever, nullptr);
}

} // namespace webmedia::devices
