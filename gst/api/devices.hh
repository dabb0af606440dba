// SPDX-License-Identifier: LGPL-2.1-or-later
// What the GObjects of devices share.
#pragma once

#include "base/ptr.hh"
#include "devices/display-media.hh"
#include "devices/media-devices.hh"

#include <gst/webmedia/gstwebmediadevices.h>

// InputDeviceInfo derives from this.
struct _GstWebMediaDeviceInfo {
  GObject parent;
  webmedia::devices::DeviceInfo *info;
};

namespace webmedia {

// New objects, of the type that each is.
Ptr<GstWebMediaDeviceInfo> wrap_device_info (devices::DeviceInfo info);
GPtrArray *wrap_device_infos (devices::DeviceInfos infos); // transfer full

Ptr<GstWebDeviceChangeEvent> wrap_device_change (devices::DeviceChange change);

// What it revokes, these devices hear of as long as they have it.
std::shared_ptr<devices::PermissionPolicy> wrap_policy (
    GstWebPermissionPolicy *policy,
    const std::shared_ptr<devices::MediaDevices> &devices);
// What such a one was made of; null for null.
GstWebPermissionPolicy *unwrap_policy (devices::PermissionPolicy *policy);

// Has the policy choose; without one it is the screen of the process.
std::unique_ptr<devices::DisplayPicker> make_display_picker (
    const std::shared_ptr<devices::PermissionPolicy> &policy);

const std::shared_ptr<devices::MediaDevices> &engine_of (
    GstWebMediaDevices *self);
const std::shared_ptr<TaskQueue> &tasks_of (GstWebMediaDevices *self);

} // namespace webmedia
