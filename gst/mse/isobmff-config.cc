// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/isobmff-config.hh"

#include <algorithm>

namespace webmedia::mse {

void
TrackConfigs::reset (const Movie &movie)
{
  current_.clear ();
  systems_.clear ();
  rotated_.clear ();
  for (const TrackDescription &track : movie.segment.tracks)
    current_.push_back (track.config);
}

static bool
same_bytes (const ProtectionSystem &a, const ProtectionSystem &b)
{
  GstMapInfo map;
  if (!gst_buffer_map (a.init_data.get (), &map, GST_MAP_READ))
    return false;
  bool same =
      gst_buffer_get_size (b.init_data.get ()) == map.size
      && gst_buffer_memcmp (b.init_data.get (), 0, map.data, map.size) == 0;
  gst_buffer_unmap (a.init_data.get (), &map);
  return same;
}

void
TrackConfigs::rotate (const std::vector<ProtectionSystem> &systems)
{
  if (systems.empty ()
      || std::equal (systems.begin (), systems.end (), systems_.begin (),
          systems_.end (), same_bytes))
    return;
  systems_ = systems;
  rotated_.clear ();
}

const std::shared_ptr<const TrackConfig> &
TrackConfigs::find (const SampleDescription &description)
{
  if (!description.scheme || systems_.empty ())
    return description.config;
  for (const Rotated &each : rotated_) {
    if (each.description == &description)
      return each.config;
  }
  auto config = std::make_shared<TrackConfig> (*description.config);
  config->protection.insert (
      config->protection.end (), systems_.begin (), systems_.end ());
  rotated_.push_back ({&description, std::move (config)});
  return rotated_.back ().config;
}

std::shared_ptr<const TrackConfig>
TrackConfigs::change (const TrackFragment &fragment)
{
  auto &current = current_[size_t (fragment.track->index)];
  const auto &config = find (*fragment.description);
  if (config == current)
    return nullptr;
  return current = config;
}

} // namespace webmedia::mse
