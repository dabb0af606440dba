// SPDX-License-Identifier: LGPL-2.1-or-later
// OverconstrainedError has the name of a constraint. An Error has a message, of
// which it is a part: bindings keep no more than that of a GError.
#pragma once

#include "base/result.hh"

#include <string>

namespace webmedia::devices {

// "width: ...", or without a name where no single constraint is at fault.
Error make_overconstrained_error (const std::string &constraint);

// The name in such a message, also where something stands before it; else "".
const char *constraint_in_message (const char *message);

} // namespace webmedia::devices
