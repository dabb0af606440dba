// SPDX-License-Identifier: LGPL-2.1-or-later
// What a device can do, by the caps that its provider publishes.
#pragma once

#include "base/ptr.hh"
#include "devices/settings-space.hh"

#include <vector>

namespace webmedia::devices {

// Where caps leave rates open.
inline constexpr double kMaxFrameRate = 1000;
inline constexpr double kDisplayFrameRate = 60; // the same of a display
inline constexpr double kMaxSampleRate = 384000;
inline constexpr double kMaxChannels = 64;

struct DeviceModes {
  SettingsSpace space;
  std::vector<Ptr<GstCaps>> modes; // the caps of each mode of the space
};

// Raw video and JPEG: each size and its rates is a mode. Caps that leave the
// size open are taken to mean any.
DeviceModes video_modes (Domains common, const GstCaps *caps);

// The same of a display, which has one size: the largest of these caps, and no
// modes where they leave it open. With several cursors each of these is a mode
// of its own.
DeviceModes display_modes (Domains common, const GstCaps *caps,
    const std::vector<std::string> &cursors = {});

// The space of a display that has this size now.
SettingsSpace resized_display (
    const SettingsSpace &space, double width, double height);

// Raw audio.
DeviceModes audio_modes (Domains common, const GstCaps *caps);

} // namespace webmedia::devices
