// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/isobmff-config.hh"

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

void
TrackConfigs::rotate (const std::vector<ProtectionSystem> &systems)
{
  if (systems.empty () || systems == systems_)
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
  if (config->protection.empty ()) {
    config->caps =
        Ptr<GstCaps>::adopt (gst_caps_copy (description.config->caps.get ()));
    name_protection_system (config->caps.get (), systems_);
  }
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
