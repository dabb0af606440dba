// SPDX-License-Identifier: LGPL-2.1-or-later
// What the loader of shared libraries must not be given.
#pragma once

#include "base/result.hh"

#include <string>

namespace webmedia::worklet {

// AbortError: it is no regular file, can't be read, or is a library that has
// been cut off, with which the loader would crash. What else may be wrong with
// it the loader tells.
Result<> check_library_file (const std::string &path);

} // namespace webmedia::worklet
