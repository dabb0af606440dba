// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/track-kind.hh"

#include <algorithm>

namespace webmedia::mse {

static bool
is_first (const std::vector<TrackDescription> &before, TrackKind kind)
{
  return std::none_of (before.begin (), before.end (),
      [kind] (const TrackDescription &other) { return other.kind == kind; });
}

// https://dev.w3.org/html5/html-sourcing-inband-tracks/#mpeg4
// DEVIATION: the services of AC-3 (`bsmod`) are not looked at, so nothing is
// "descriptions" or "main-desc".
std::string
isobmff_web_kind (const std::vector<TrackDescription> &before, TrackKind kind)
{
  if (kind == TrackKind::text)
    return "";
  return is_first (before, kind) ? "main" : "translation";
}

// https://dev.w3.org/html5/html-sourcing-inband-tracks/#webm
std::string
webm_web_kind (const std::vector<TrackDescription> &before, TrackKind kind,
    bool flag_default)
{
  if (kind == TrackKind::text)
    return "";
  if (flag_default)
    return "main";
  return is_first (before, kind) ? "" : "translation";
}

// https://dev.w3.org/html5/html-sourcing-inband-tracks/#mpeg2ts
// DEVIATION: only "main" is told. The others need `bsmod`, too, or tables of
// DVB.
std::string
mpegts_web_kind (const std::vector<TrackDescription> &before, TrackKind kind,
    const MpegtsEntry &entry)
{
  // Undefined, or clean effects: not for those who hear or see badly.
  return is_first (before, kind) && entry.audio_type <= 1 ? "main" : "";
}

} // namespace webmedia::mse
