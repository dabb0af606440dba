// SPDX-License-Identifier: LGPL-2.1-or-later
// The picture that the demo leaves behind: what each consumer was handed, and
// when.
#pragma once

#include "show.hh"

namespace demo {

// Writes NAME.svg and NAME.png. An error message, or an empty string.
std::string write_sheet (const Act &camera,
    const std::vector<std::unique_ptr<Act>> &consumers, double duration,
    const std::string &name);

} // namespace demo
