// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/device-entries.hh"

#include "devices/device-identity.hh"
#include "devices/device-modes.hh"

#include <algorithm>

namespace webmedia::devices {

namespace {

std::optional<DeviceKind>
kind_of (GstDevice *object)
{
  if (gst_device_has_classes (object, "Audio/Source"))
    return DeviceKind::audioinput;
  if (gst_device_has_classes (object, "Video/Source"))
    return DeviceKind::videoinput;
  if (gst_device_has_classes (object, "Audio/Sink"))
    return DeviceKind::audiooutput;
  return {};
}

std::string
internal_name_of (GstDevice *object)
{
  static const char kName[] = "internal-name";
  GParamSpec *spec =
      g_object_class_find_property (G_OBJECT_GET_CLASS (object), kName);
  if (!spec || spec->value_type != G_TYPE_STRING
      || !(spec->flags & G_PARAM_READABLE))
    return {};
  char *name = nullptr;
  g_object_get (object, kName, &name, nullptr);
  CString owned (name);
  return name ? name : "";
}

std::string
label_of (GstDevice *object)
{
  CString label (gst_device_get_display_name (object));
  return label ? label.get () : "";
}

Ptr<GstCaps>
caps_of (GstDevice *object)
{
  GstCaps *caps = gst_device_get_caps (object);
  return Ptr<GstCaps>::adopt (caps ? caps : gst_caps_new_any ());
}

Domain
one (Value value)
{
  return {.values = {std::move (value)}, .numbers = {}};
}

// What is made of sound later is not the source's.
Domains
common_domains (const Device &device, const std::string &facing_mode)
{
  Domains common{{Property::device_id, one (device.id)},
      {Property::group_id, one (device.group_id)}};
  if (device.kind == DeviceKind::audioinput) {
    for (Property property : {Property::echo_cancellation,
             Property::auto_gain_control, Property::noise_suppression})
      common.emplace_back (property, one (false));
  } else {
    common.emplace_back (Property::background_blur, one (false));
    // No mode is known to need less than others; but for its decoder, which is
    // of the pixel format.
    common.emplace_back (Property::power_efficient, one (false));
    if (!facing_mode.empty ())
      common.emplace_back (Property::facing_mode, one (facing_mode));
  }
  return common;
}

} // namespace

std::string
DeviceEntries::group_of (const std::vector<std::string> &marks)
{
  std::string group;
  for (const std::string &mark : marks)
    if (auto found = groups_.find (mark); found != groups_.end ()) {
      group = found->second;
      break;
    }
  if (group.empty ())
    group = CString (g_uuid_string_random ()).get ();
  for (const std::string &mark : marks)
    groups_.try_emplace (mark, group);
  return group;
}

// All but what depends on its number.
DeviceEntries::Entry
DeviceEntries::make_entry (const Ptr<GstDevice> &object)
{
  Entry entry{
      .object = object, .device = std::nullopt, .identity = {}, .place = {}};
  auto kind = kind_of (object.get ());
  StructurePtr properties (gst_device_get_properties (object.get ()));
  PublishedDevice published{.properties = properties.get (),
      .internal_name = internal_name_of (object.get ()),
      .label = label_of (object.get ())};
  if (!kind || (kind == DeviceKind::audioinput && is_monitor (published)))
    return entry;
  entry.identity = identity_of (published);
  entry.place = place_of (published);
  auto marks = group_marks_of (published);
  if (marks.empty ())
    marks.push_back (
        std::string (name_of (*kind)) + ':' + entry.identity + entry.place);
  entry.device = Device{.kind = *kind,
      .id = {},
      .group_id = group_of (marks),
      .label = published.label,
      .is_default = is_system_default (published),
      .space = {},
      .modes = {},
      .object = object};
  number (entry);

  // https://w3c.github.io/mediacapture-main/#dom-mediadeviceinfo-deviceid
  Device &device = *entry.device;
  std::string text = std::string (name_of (*kind)) + '\n' + entry.identity
                     + '\n' + std::to_string (entry.number);
  device.id = CString (g_compute_hmac_for_string (G_CHECKSUM_SHA256,
                           reinterpret_cast<const guchar *> (salt_.data ()),
                           salt_.size (), text.c_str (), -1))
                  .get ();
  if (*kind == DeviceKind::audiooutput)
    return entry;
  auto caps = caps_of (object.get ());
  auto common = common_domains (device, facing_mode_of (published));
  DeviceModes modes = *kind == DeviceKind::videoinput
                          ? video_modes (std::move (common), caps.get ())
                          : audio_modes (std::move (common), caps.get ());
  device.space =
      std::make_shared<const SettingsSpace> (std::move (modes.space));
  device.modes = std::move (modes.modes);
  return entry;
}

// The smallest number that no other one of its provider has.
void
DeviceEntries::number (Entry &entry) const
{
  auto taken = [this, &entry] (unsigned number) {
    return std::any_of (
        entries_.begin (), entries_.end (), [&] (const Entry &other) {
          return other.device && other.number == number
                 && other.device->kind == entry.device->kind
                 && other.identity == entry.identity
                 && G_OBJECT_TYPE (other.object.get ())
                        == G_OBJECT_TYPE (entry.object.get ());
        });
  };
  while (taken (entry.number))
    entry.number++;
}

bool
DeviceEntries::known (const GstDevice *object) const
{
  return std::any_of (entries_.begin (), entries_.end (),
      [object] (const Entry &entry) { return entry.object.get () == object; });
}

bool
DeviceEntries::add_all (std::vector<Ptr<GstDevice>> objects)
{
  // Equal ones come in the order of their places; where each stands in the list
  // is the provider's to say.
  std::vector<std::pair<std::string, size_t>> order;
  for (size_t i = 0; i < objects.size (); i++) {
    StructurePtr properties (gst_device_get_properties (objects[i].get ()));
    order.emplace_back (
        place_of ({.properties = properties.get (),
            .internal_name = internal_name_of (objects[i].get ()),
            .label = {}}),
        i);
  }
  std::sort (order.begin (), order.end ());
  std::vector<Entry> sorted (objects.size ());
  for (const auto &[place, index] : order) {
    // number () looks at those that are there.
    entries_.push_back (make_entry (objects[index]));
    sorted[index] = entries_.back ();
  }
  entries_ = std::move (sorted);
  return !entries_.empty ();
}

bool
DeviceEntries::replace (
    const Ptr<GstDevice> &before, const Ptr<GstDevice> &after)
{
  bool changed = false;
  auto at = std::find_if (entries_.begin (), entries_.end (),
      [&before] (const Entry &entry) { return entry.object == before; });
  size_t index = size_t (at - entries_.begin ());
  if (before && at != entries_.end ()) {
    entries_.erase (at);
    changed = true;
  }
  if (after && !known (after.get ())) {
    entries_.insert (entries_.begin () + ptrdiff_t (index), make_entry (after));
    changed = true;
  }
  return changed;
}

// The same device of another provider.
bool
DeviceEntries::listed_before (size_t index) const
{
  const Entry &entry = entries_[index];
  return std::any_of (entries_.begin (), entries_.begin () + ptrdiff_t (index),
      [&entry] (const Entry &other) {
        return other.device && other.device->id == entry.device->id;
      });
}

Devices
DeviceEntries::devices () const
{
  Devices list;
  bool has_default[3] = {};
  for (size_t i = 0; i < entries_.size (); i++) {
    if (!entries_[i].device || listed_before (i))
      continue;
    list.push_back (*entries_[i].device);
    // Each provider may have a default: the first one is the system's.
    Device &device = list.back ();
    bool &has = has_default[int (device.kind)];
    device.is_default = device.is_default && !has;
    has = has || device.is_default;
  }
  return list;
}

} // namespace webmedia::devices
