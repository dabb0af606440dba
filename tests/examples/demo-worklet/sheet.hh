// SPDX-License-Identifier: LGPL-2.1-or-later
// The picture that the demo leaves behind: the sound before and after.
#pragma once

#include "chain.hh"

namespace demo {

// Writes NAME.svg and NAME.png. An error message, or an empty string.
std::string write_sheet (const Chain &chain, const std::string &name);

} // namespace demo
