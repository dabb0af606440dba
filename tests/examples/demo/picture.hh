// SPDX-License-Identifier: LGPL-2.1-or-later
// The picture that the demo leaves behind.
#pragma once

#include "timeline.hh"

namespace demo {

// Writes demo.svg and demo.png into `folder`. An error message, or an empty
// string.
std::string write_picture (
    const std::vector<const Timeline *> &timelines, const std::string &folder);

} // namespace demo
