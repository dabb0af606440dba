// SPDX-License-Identifier: LGPL-2.1-or-later
// What the element comes to have by its settings: a choice, children, and pads.
#pragma once

#include "choosing.hh"

#include <optional>

namespace webmedia::elements {

// Chooses by the settings, which it returns; from then on they change nothing,
// where it `opens`. Who sets one while another thread is in, or from a handler
// of what that adds and removes, leaves it to that one, and has none.
std::optional<WorkletSettings> adapt (GstElement *element, bool opens);

// What it is to render.
struct Plan {
  Chosen chosen;
  worklet::NodeOptions options;
};
// Adapts it. The error is what is wrong with its settings, or a name that was
// asked for.
Result<Plan> make_plan (GstElement *element, bool opens);

} // namespace webmedia::elements
