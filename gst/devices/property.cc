// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/property.hh"

#include <array>
#include <cmath>

namespace webmedia::devices {

namespace {

using enum ValueType;
constexpr auto A = static_cast<uint8_t> (TrackKind::audio);
constexpr auto V = static_cast<uint8_t> (TrackKind::video);

// clang-format off
// https://w3c.github.io/mediacapture-main/#constrainable-properties
// https://w3c.github.io/mediacapture-image/#mediatrackconstraintset-section
// https://w3c.github.io/mediacapture-screen-share/#constrainable-properties
// https://w3c.github.io/mediacapture-extensions/
constexpr PropertyInfo kProperties[] = {
    {"deviceId", string, A | V, selects_device | single | empty_is_none},
    {"groupId", string, A | V, selects_device | single},
    {"width", ulong, V, selects_device | of_display},
    {"height", ulong, V, selects_device | of_display},
    {"aspectRatio", real, V, selects_device | of_display | rounded},
    {"frameRate", real, V, selects_device | of_display},
    {"facingMode", string, V, selects_device},
    {"resizeMode", string, V, selects_device | of_display},
    {"backgroundBlur", boolean, V},
    {"sampleRate", ulong, A, selects_device},
    {"sampleSize", ulong, A, selects_device},
    {"echoCancellation", boolean_or_string, A, selects_device},
    {"autoGainControl", boolean, A, selects_device},
    {"noiseSuppression", boolean, A, selects_device},
    {"latency", real, A, selects_device},
    {"channelCount", ulong, A, selects_device},
    {"whiteBalanceMode", string, V, controlled},
    {"exposureMode", string, V, controlled},
    {"focusMode", string, V, controlled},
    {"pointsOfInterest", points, V, controlled},
    {"exposureCompensation", real, V, controlled},
    {"exposureTime", real, V, controlled},
    {"colorTemperature", real, V, controlled},
    {"iso", real, V, controlled},
    {"brightness", real, V, controlled},
    {"contrast", real, V, controlled},
    {"saturation", real, V, controlled},
    {"sharpness", real, V, controlled},
    {"focusDistance", real, V, controlled},
    {"pan", real_or_boolean, V, controlled},
    {"tilt", real_or_boolean, V, controlled},
    {"zoom", real_or_boolean, V, controlled},
    {"torch", boolean, V, controlled},
    {"displaySurface", string, V, of_display | single | only_for_choice},
    {"logicalSurface", boolean, V, of_display | single},
    {"cursor", string, V, of_display},
    {"restrictOwnAudio", boolean, A, of_display | no_capability},
    {"suppressLocalAudioPlayback", boolean, A, of_display | no_capability},
    {"powerEfficient", boolean, V},
    {"powerEfficientPixelFormat", boolean, V},
    {"gestureReactions", boolean, V},
    {"faceFraming", boolean, V},
    {"eyeGazeCorrection", boolean, V},
    {"voiceIsolation", boolean, A},
    {"humanFaceDetectionMode", string, V},
    {"backgroundSegmentationMask", boolean, V},
};
// clang-format on

static_assert (
    std::size (kProperties) == static_cast<size_t> (Property::count));

} // namespace

std::span<const PropertyInfo>
all_properties ()
{
  return kProperties;
}

std::optional<Property>
find_property (std::string_view name)
{
  for (size_t i = 0; i < std::size (kProperties); i++)
    if (name == kProperties[i].name)
      return static_cast<Property> (i);
  return {};
}

double
round_to_tenth_decimal (double number)
{
  double moved = number * 1e10;
  return std::isfinite (moved) ? std::round (moved) / 1e10 : number;
}

} // namespace webmedia::devices
