// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/device-opener.hh"

#include "devices/capture.hh"

namespace webmedia::devices {

namespace {

class CaptureOpener final : public DeviceOpener {
public:
  std::shared_ptr<const SettingsSpace> space_of (
      const Device &device) const override
  {
    return registry_->space_of (device);
  }
  Result<std::shared_ptr<stream::Track>> open (
      const OpenRequest &request) override
  {
    return open_track (*registry_, request);
  }
  void wake_waits () override { wake_open_waits (); }
  void set_devices (const DeviceSnapshot &list) override
  {
    registry_->set_devices (list);
  }
  void revoke (DeviceKind kind) override { registry_->revoke (kind); }
  void mute (DeviceKind kind, bool muted) override
  {
    registry_->mute (kind, muted);
  }
  void revoke_movement () override { registry_->revoke_movement (); }
  bool is_captured (const Device &device) const override
  {
    return registry_->is_captured (device);
  }
  void set_echo_probe (std::string name) override
  {
    registry_->set_echo_probe (std::move (name));
  }

private:
  const std::shared_ptr<CaptureRegistry> registry_ = CaptureRegistry::create ();
};

} // namespace

std::shared_ptr<DeviceOpener>
make_device_opener ()
{
  return std::make_shared<CaptureOpener> ();
}

} // namespace webmedia::devices
