// SPDX-License-Identifier: LGPL-2.1-or-later
// Which configuration a fragment's samples have: that of their sample
// description, with the protection data of the newest `pssh` boxes.
#pragma once

#include "mse/isobmff-moof.hh"

namespace webmedia::mse {

// Threads: reentrant.
class TrackConfigs {
public:
  // The tracks have the configurations of `movie`'s descriptions.
  void reset (const Movie &movie);
  // The `pssh` boxes of a fragment: none keeps those of the one before.
  void rotate (const std::vector<ProtectionSystem> &systems);
  // The configuration for samples of `fragment` if it is another than the
  // last one that this returned for the track, else null.
  std::shared_ptr<const TrackConfig> change (const TrackFragment &fragment);

private:
  struct Rotated {
    const SampleDescription *description;
    std::shared_ptr<const TrackConfig> config;
  };
  const std::shared_ptr<const TrackConfig> &find (
      const SampleDescription &description);

  std::vector<std::shared_ptr<const TrackConfig>> current_; // by track index
  std::vector<ProtectionSystem> systems_;
  std::vector<Rotated> rotated_;
};

} // namespace webmedia::mse
