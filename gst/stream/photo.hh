// SPDX-License-Identifier: LGPL-2.1-or-later
// Single pictures of a track.
// https://w3c.github.io/mediacapture-image/
#pragma once

#include "base/result.hh"
#include "stream/source.hh"

#include <gio/gio.h>
#include <optional>

namespace webmedia::stream {

enum class FillLightMode { automatic, off, flash };

// https://w3c.github.io/mediacapture-image/#photosettings-section
struct PhotoSettings {
  std::optional<FillLightMode> fill_light_mode{};
  std::optional<double> image_height{};
  std::optional<double> image_width{};
  std::optional<bool> red_eye_reduction{};
};

struct PhotoSize {
  int width = 0, height = 0;
};

// Photos are pictures that a device streams: what GStreamer knows of all
// cameras has no other path, red eye reduction or flash. `code`: of what is no
// device's.
Result<> check_photos (const Source &source, ErrorCode code);
// UnknownError.
Result<> check_photo_settings (const PhotoSettings &settings);

// OperationError: it has none.
Result<PhotoSize> photo_size (GstSample *frame);

// JPEG, of a raw frame. It takes the time of an encoder, on a thread of its
// own. UnknownError: it can't be encoded; AbortError: it was cancelled.
Result<Ptr<GstSample>> encode_photo (
    Ptr<GstSample> frame, GCancellable *cancellable);

} // namespace webmedia::stream
