// SPDX-License-Identifier: LGPL-2.1-or-later
// The constrainable properties of tracks. One table drives parsing, distances
// and capabilities: nothing else knows a property by name, but for the three
// that depend on each other, width, height and aspectRatio.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace webmedia::devices {

enum class TrackKind : uint8_t { audio = 1, video = 2 };

// Same order as the table in property.cc, which asserts their number.
enum class Property : uint8_t {
  device_id,
  group_id,
  width,
  height,
  aspect_ratio,
  frame_rate,
  facing_mode,
  resize_mode,
  background_blur,
  sample_rate,
  sample_size,
  echo_cancellation,
  auto_gain_control,
  noise_suppression,
  latency,
  channel_count,
  // mediacapture-image
  white_balance_mode,
  exposure_mode,
  focus_mode,
  points_of_interest,
  exposure_compensation,
  exposure_time,
  color_temperature,
  iso,
  brightness,
  contrast,
  saturation,
  sharpness,
  focus_distance,
  pan,
  tilt,
  zoom,
  torch,
  // mediacapture-screen-share
  display_surface,
  logical_surface,
  cursor,
  restrict_own_audio,
  suppress_local_audio_playback,
  // mediacapture-extensions
  power_efficient,
  power_efficient_pixel_format,
  gesture_reactions,
  face_framing,
  eye_gaze_correction,
  voice_isolation,
  human_face_detection_mode,
  background_segmentation_mask,
  count
};

enum class ValueType : uint8_t {
  ulong, // [Clamp] unsigned long
  real,
  boolean,
  string,
  boolean_or_string,
  real_or_boolean, // a number; true and false ask for, or against, having one
  points,          // a sequence of Point2D
};

enum PropertyFlag : uint8_t {
  selects_device =
      1 << 0,             // an allowed required constraint for device selection
  of_display = 1 << 1,    // applicable to display surfaces
  single = 1 << 2,        // a capability is the value, not a list of values
  rounded = 1 << 3,       // to the tenth decimal place
  empty_is_none = 1 << 4, // in getUserMedia, "" is no constraint
  only_for_choice = 1 << 5, // of the user: no constraint of a track
  no_capability = 1 << 6,   // in settings only
  controlled = 1 << 7,      // by a control of the camera
};

struct PropertyInfo {
  const char *name;
  ValueType type;
  uint8_t kinds;     // of TrackKind
  uint8_t flags = 0; // of PropertyFlag

  bool is (PropertyFlag flag) const { return (flags & flag) != 0; }
  bool applies_to (TrackKind kind) const
  {
    return (kinds & static_cast<uint8_t> (kind)) != 0;
  }
  bool is_number () const
  {
    return type == ValueType::ulong || type == ValueType::real
           || type == ValueType::real_or_boolean;
  }
};

// The whole table, in the order of Property: what getSupportedConstraints
// names.
std::span<const PropertyInfo> all_properties ();

inline const PropertyInfo &
info (Property property)
{
  return all_properties ()[static_cast<size_t> (property)];
}

std::optional<Property> find_property (std::string_view name);

// The aspect ratio as the specification has it.
double round_to_tenth_decimal (double number);

} // namespace webmedia::devices
