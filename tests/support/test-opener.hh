// SPDX-License-Identifier: LGPL-2.1-or-later
// Devices that can be selected from, and what opens them as a test says.
#pragma once

#include "devices/device-opener.hh"
#include "stream/media-stream.hh"
#include "support/device-fixture.hh"

#include <map>

namespace webmedia::devices {

inline Domain
only (const std::string &text)
{
  return {.values = {Value (text)}, .numbers = {}};
}

inline Device
real_camera (const char *id, double width, double height)
{
  Device made = camera (id);
  const VideoMode modes[] = {{{width, width}, {height, height}, {{30, 30}}}};
  made.space = std::make_shared<const SettingsSpace> (
      video_space ({{Property::device_id, only (made.id)},
                       {Property::group_id, only (made.group_id)},
                       {Property::facing_mode, only ("user")}},
          modes, true));
  return made;
}

inline Device
real_microphone (const char *id)
{
  Device made = microphone (id);
  made.space = std::make_shared<const SettingsSpace> (
      SettingsSpace{.kind = TrackKind::audio,
          .common = {{Property::device_id, only (made.id)},
              {Property::group_id, only (made.group_id)}},
          .boxes = {Box ()},
          .defaults = {}});
  return made;
}

struct TestOpener final : DeviceOpener {
  std::shared_ptr<const SettingsSpace> space_of (
      const Device &device) const override
  {
    if (on_look)
      on_look (device);
    return device.space;
  }
  Result<std::shared_ptr<stream::Track>> open (
      const OpenRequest &request) override
  {
    const Device &device = request.device;
    may_move = request.may_move;
    opened += (opened.empty () ? "" : " ") + device.id;
    settings = request.selection.settings;
    constraints_ = request.constraints;
    if (on_open)
      on_open ();
    was_cancelled = request.cancelled ();
    if (failures.contains (device.id))
      return failures[device.id];
    bool audio = device.kind == DeviceKind::audioinput;
    auto source = std::make_shared<stream::Source> (stream::SourceInfo{
        .kind = audio ? stream::Kind::audio : stream::Kind::video,
        .label = device.label,
        .is_device = true});
    auto track = stream::Track::create (std::move (source));
    tracks.push_back (track);
    captured.emplace_back (device.id, track);
    return track;
  }
  void wake_waits () override { wakes++; }
  void set_devices (const DeviceSnapshot &list) override
  {
    known = list.devices->size ();
  }
  void revoke (DeviceKind kind) override { revoked.push_back (kind); }
  void mute (DeviceKind kind, bool muted) override
  {
    mutes.emplace_back (kind, muted);
  }
  void revoke_movement () override { movement_revoked++; }
  bool is_captured (const Device &device) const override
  {
    return std::any_of (
        captured.begin (), captured.end (), [&device] (const auto &each) {
          auto track = each.second.lock ();
          return each.first == device.id && track && !track->is_ended ();
        });
  }
  void set_echo_probe (std::string) override {}

  std::map<std::string, Error> failures;
  std::function<void ()> on_open;
  std::function<void (const Device &device)> on_look; // on any thread
  std::string opened; // the ids, also of what failed
  Settings settings;  // of the last one
  TrackConstraints constraints_;
  stream::Tracks tracks; // all that were made
  std::vector<std::pair<std::string, std::weak_ptr<stream::Track>>> captured;
  int wakes = 0;
  bool may_move = false; // the last one
  int movement_revoked = 0;
  bool was_cancelled = false; // as open() saw it
  size_t known = 0;           // devices
  std::vector<DeviceKind> revoked;
  std::vector<std::pair<DeviceKind, bool>> mutes;
};

} // namespace webmedia::devices
