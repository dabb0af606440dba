// SPDX-License-Identifier: LGPL-2.1-or-later
#include "track-name.hh"

#include <map>

namespace webmedia::elements {

const char *
kind_name (mse::TrackKind kind)
{
  switch (kind) {
  case mse::TrackKind::video:
    return "video";
  case mse::TrackKind::audio:
    return "audio";
  case mse::TrackKind::text:
    return "text";
  }
  return "";
}

const mse::TrackInfo *
find_track (const std::vector<mse::TrackInfo> &tracks, const std::string &name)
{
  if (name.empty ())
    return tracks.empty () ? nullptr : &tracks.front ();
  for (const mse::TrackInfo &track : tracks)
    if (track.id == name)
      return &track;
  std::map<mse::TrackKind, size_t> seen;
  for (const mse::TrackInfo &track : tracks) {
    size_t index = seen[track.kind]++;
    std::string kind = kind_name (track.kind);
    if (name == kind + ":" + std::to_string (index)
        || (index == 0 && name == kind))
      return &track;
  }
  return nullptr;
}

std::string
describe_tracks (const std::vector<mse::TrackInfo> &tracks)
{
  if (tracks.empty ())
    return "nothing was appended that has tracks";
  std::string text = "it has";
  std::map<mse::TrackKind, size_t> seen;
  for (const mse::TrackInfo &track : tracks) {
    if (&track != &tracks.front ())
      text += ",";
    text += std::string (" ") + kind_name (track.kind) + ":"
            + std::to_string (seen[track.kind]++) + " (\"" + track.id + "\", "
            + track.codec + ")";
  }
  return text;
}

} // namespace webmedia::elements
