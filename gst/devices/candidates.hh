// SPDX-License-Identifier: LGPL-2.1-or-later
// The settings of a space that meet some requirements: its boxes, cut.
#pragma once

#include "devices/frame-size.hh"
#include "devices/requirements.hh"
#include "devices/settings-space.hh"

#include <optional>
#include <utility>
#include <vector>

namespace webmedia::devices {

// The best value of one property in its domain.
struct Choice {
  const Value *value = nullptr; // unless it is a number
  double number = 0;
  double distance = 0;    // the fitness distance
  double strangeness = 0; // from the default, where there is no ideal
};

// Threads: reentrant. Keeps references to all that it is made of.
class Candidates {
public:
  Candidates (const SettingsSpace &space, const Requirements &requirements);

  // Whether there are settings that meet all.
  bool any () const;

  // Whether this box has some, but for width, height and their ratio.
  bool within_but_size (const Box &box) const;

  // For `property`, which has this domain, in the boxes that are within.
  Choice choose (Property property, const Domain &domain,
      const ConstraintSet &ideals) const;

  // Whether width and height have to be searched for together.
  bool ratio_counts (const ConstraintSet &ideals) const;

  // What is asked of width, height and their ratio in all boxes.
  FrameSizeProblem size_problem (const ConstraintSet &ideals) const;

  // Width, height and what they make; none if the box has no such size.
  std::optional<FrameSize> choose_size (
      const Box &box, const FrameSizeProblem &problem) const;

  // The same for a box as wide and as high as any that is scaled to any shape:
  // of each that has this size, it is the best.
  std::optional<FrameSize> choose_common_size (
      const FrameSizeProblem &problem) const;

private:
  const SettingsSpace &space_;
  const Requirements &requirements_;
  // What is not the same in all boxes.
  std::vector<std::pair<Property, const Requirement *>> of_boxes_;
  bool common_within_ = true;
  bool size_counts_ = false;
};

// Whether the width and height of this box depend on each other here.
bool has_size (const Box &box);

// Of width, height and aspectRatio.
bool is_of_size (Property property);

// The device's, or else what user agents tend to use.
const Value *default_of (const SettingsSpace &space, Property property);

} // namespace webmedia::devices
