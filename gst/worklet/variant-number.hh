// SPDX-License-Identifier: LGPL-2.1-or-later
// Numbers in what bindings and JSON give.
#pragma once

#include <glib.h>

#include <cstdint>
#include <optional>

namespace webmedia::worklet {

// Of whatever numeric type, inside of variants or not: scripts have one kind of
// number, and bindings choose a type for it. None: it is no number.
// https://webidl.spec.whatwg.org/#js-unrestricted-double
std::optional<double> read_number (GVariant *value);

// A whole number from 0 to 2^31 - 1, of whatever numeric type.
// https://webidl.spec.whatwg.org/#js-unsigned-long
// DEVIATION: what is not whole is none, where IDL cuts it off, and what is out
// of range, where it wraps around.
std::optional<uint32_t> read_count (GVariant *value);

} // namespace webmedia::worklet
