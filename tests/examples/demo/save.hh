// SPDX-License-Identifier: LGPL-2.1-or-later
// Drawings as files.
#pragma once

#include "svg.hh"

namespace demo {

// Writes NAME.svg and NAME.png. An error message, or an empty string.
std::string save_picture (const Svg &svg, const std::string &name);

} // namespace demo
