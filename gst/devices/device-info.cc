// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/device-info.hh"

#include "devices/json-write.hh"

namespace webmedia::devices {

namespace {

// https://w3c.github.io/mediacapture-main/#creating-a-device-info-object
DeviceInfo
make_device_info (const Device &device, const Exposure &exposure)
{
  DeviceInfo info{.kind = device.kind}; // steps 1 and 2
  if ((device.kind == DeviceKind::videoinput && !exposure.camera_info)
      || (device.kind == DeviceKind::audioinput && !exposure.microphone_info))
    return info; // steps 3 and 4
  info.label = device.label;
  info.id = device.id;
  info.group_id = device.group_id;
  info.space = device.space;
  return info;
}

// Those of a kind, the default first; one that is told nothing about stands
// for all.
void
append_inputs (DeviceInfos &result, std::span<const Device> devices,
    DeviceKind kind, const Exposure &exposure, bool told)
{
  DeviceInfos inputs;
  for (const Device &device : devices)
    if (device.kind == kind)
      inputs.insert (device.is_default ? inputs.begin () : inputs.end (),
          make_device_info (device, exposure));
  if (!told && inputs.size () > 1)
    inputs.resize (1);
  std::move (inputs.begin (), inputs.end (), std::back_inserter (result));
}

} // namespace

const char *
name_of (DeviceKind kind)
{
  switch (kind) {
  case DeviceKind::audioinput:
    return "audioinput";
  case DeviceKind::audiooutput:
    return "audiooutput";
  case DeviceKind::videoinput:
    return "videoinput";
  }
  return "";
}

// https://w3c.github.io/mediacapture-main/#creating-a-list-of-device-info-objects
DeviceInfos
list_device_infos (std::span<const Device> devices, const Exposure &exposure)
{
  DeviceInfos result;
  // Steps 4 and 6
  if (exposure.microphones)
    append_inputs (result, devices, DeviceKind::audioinput, exposure,
        exposure.microphone_info);
  // Steps 5 and 7
  if (exposure.cameras)
    append_inputs (result, devices, DeviceKind::videoinput, exposure,
        exposure.camera_info);
  // Step 8, with the exposure decision of
  // https://w3c.github.io/mediacapture-output/#privacy-obtaining-consent
  DeviceInfos others;
  if (exposure.speakers && exposure.microphone_info)
    for (const Device &device : devices) {
      if (device.kind != DeviceKind::audiooutput)
        continue;
      others.push_back (make_device_info (device, exposure));
      if (!device.is_default)
        continue;
      DeviceInfo standing = others.back ();
      standing.id = kDefaultSpeaker;
      standing.label = "Default - " + standing.label;
      others.insert (others.begin (), std::move (standing));
    }
  std::move (others.begin (), others.end (), std::back_inserter (result));
  return result;
}

Capabilities
source_capabilities (const SettingsSpace *space)
{
  if (!space)
    return {};
  Capabilities capabilities = capabilities_of (*space);
  if (space->kind == TrackKind::video && !space->of_display)
    capabilities.try_emplace (Property::facing_mode);
  return capabilities;
}

std::string
to_json (const DeviceInfo &info)
{
  JsonText object ('{', '}');
  object.add ("deviceId", json_of (Value (info.id)));
  object.add ("kind", json_of (Value (std::string (name_of (info.kind)))));
  object.add ("label", json_of (Value (info.label)));
  object.add ("groupId", json_of (Value (info.group_id)));
  return object.text ();
}

} // namespace webmedia::devices
