// SPDX-License-Identifier: LGPL-2.1-or-later
// One member of a ConstraintSet, from JSON.
#pragma once

#include "base/result.hh"
#include "devices/constraints.hh"

#include <json-glib/json-glib.h>
#include <string>

namespace webmedia::devices {

// The TypeError for what is at `where`, as "video.width.ideal".
Error wrong_type (const std::string &where, JsonNode *node, const char *right);

// Whether it is a single value of this type.
bool is_of (JsonNode *node, GType type);

// The constraint is empty where it says nothing.
Result<Constraint> parse_constraint (
    const PropertyInfo &property, JsonNode *node, const std::string &where);

} // namespace webmedia::devices
