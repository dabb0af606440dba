// SPDX-License-Identifier: LGPL-2.1-or-later
// Constraints, settings and capabilities as the web writes them.
#pragma once

#include "base/result.hh"
#include "devices/constraints.hh"

#include <string>
#include <string_view>

namespace webmedia::devices {

// What applyConstraints takes: {"width":{"ideal":1280}}.
Result<TrackConstraints> parse_track_constraints (std::string_view json);

// What getUserMedia takes: {"audio":true,"video":{"width":{"ideal":1280}}}.
Result<StreamConstraints> parse_user_media_constraints (std::string_view json);

// What getDisplayMedia takes: video is requested unless it is false.
Result<StreamConstraints> parse_display_media_constraints (
    std::string_view json);

std::string to_json (const TrackConstraints &constraints);
std::string to_json (const Settings &settings);

} // namespace webmedia::devices
