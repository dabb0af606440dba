// SPDX-License-Identifier: LGPL-2.1-or-later
// The words that are values of some properties.
#pragma once

namespace webmedia::devices {

// https://w3c.github.io/mediacapture-image/#meteringmode-section
namespace metering_mode {
inline constexpr const char *kNone = "none";
inline constexpr const char *kManual = "manual";
inline constexpr const char *kSingleShot = "single-shot";
inline constexpr const char *kContinuous = "continuous";
} // namespace metering_mode

// https://w3c.github.io/mediacapture-main/#dom-videoresizemodeenum
namespace resize_mode {
inline constexpr const char *kNone = "none";
inline constexpr const char *kCropAndScale = "crop-and-scale";
} // namespace resize_mode

} // namespace webmedia::devices
