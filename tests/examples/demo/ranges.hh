// SPDX-License-Identifier: LGPL-2.1-or-later
// Arithmetic on sorted, disjoint ranges.
#pragma once

#include "util.hh"

namespace demo {

using Ranges = std::vector<Range>;

Ranges unite (const Ranges &a, const Ranges &b);
Ranges subtract (const Ranges &a, const Ranges &b);
Ranges intersect (const Ranges &a, const Ranges &b);

} // namespace demo
