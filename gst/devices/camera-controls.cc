// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/camera-controls.hh"

#include "devices/balance-controls.hh"
#include "devices/joined-controls.hh"
#include "devices/photography-controls.hh"
#include "devices/v4l2-controls.hh"

namespace webmedia::devices {

namespace {

using Pointer = std::shared_ptr<CameraControls>;

Pointer
own_controls (const Device &device)
{
  gpointer found =
      g_object_get_data (G_OBJECT (device.object.get ()), kOwnControls);
  return found ? *static_cast<Pointer *> (found) : nullptr;
}

// The descriptor of a source of V4L2, which has one from READY on.
bool
has_descriptor (GstElement *element)
{
  GParamSpec *spec =
      g_object_class_find_property (G_OBJECT_GET_CLASS (element), "device-fd");
  return spec && spec->value_type == G_TYPE_INT
         && (spec->flags & G_PARAM_READABLE);
}

int
descriptor_of (GstElement *element)
{
  int descriptor = -1;
  if (has_descriptor (element))
    g_object_get (element, "device-fd", &descriptor, nullptr);
  return descriptor;
}

// The node of a camera that PipeWire has opened: what one process sets counts
// for all.
std::string
node_of (const Device &device)
{
  StructurePtr properties (gst_device_get_properties (device.object.get ()));
  const char *node =
      properties ? gst_structure_get_string (properties.get (), "api.v4l2.path")
                 : nullptr;
  return node ? node : "";
}

} // namespace

std::shared_ptr<CameraControls>
open_controls (const Device &device, const Ptr<GstElement> &element)
{
  if (!device.object)
    return nullptr;
  if (auto own = own_controls (device))
    return own;
  Pointer controls;
  int descriptor = descriptor_of (element.get ());
  std::string node = node_of (device);
  if (descriptor >= 0)
    controls = make_v4l2_controls (ioctl_of (descriptor));
  else if (!node.empty ())
    controls = make_v4l2_controls (ioctl_of_node (node));
  if (controls)
    return controls;
  return join_controls (
      {make_photography_controls (element), make_balance_controls (element)});
}

std::optional<ControlState>
find_controls (const Device &device)
{
  Pointer controls = device.object ? own_controls (device) : nullptr;
  Ptr<GstElement> element;
  if (!controls) {
    element = make_element (device);
    if (!element)
      return {};
    if ((has_descriptor (element.get ()) || is_photography (element))
        && gst_element_set_state (element.get (), GST_STATE_READY)
               == GST_STATE_CHANGE_FAILURE) {
      gst_element_set_state (element.get (), GST_STATE_NULL);
      return {};
    }
    controls = open_controls (device, element);
  }
  ControlState state;
  if (controls)
    state = {controls->domains (), controls->values ()};
  controls.reset (); // before the descriptor
  if (element)
    gst_element_set_state (element.get (), GST_STATE_NULL);
  return state;
}

} // namespace webmedia::devices
