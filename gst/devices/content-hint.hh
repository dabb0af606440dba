// SPDX-License-Identifier: LGPL-2.1-or-later
// https://www.w3.org/TR/mst-content-hint/
#pragma once

#include "devices/value.hh"

namespace webmedia::devices {

// What a track of sound with this hint is to have where its constraints leave
// that open. None: the hint asks for nothing, as all those of pictures do.
Settings defaults_of_hint (std::string_view hint);

} // namespace webmedia::devices
