// SPDX-License-Identifier: LGPL-2.1-or-later
// What both a track and the bin of all tracks answer.
#pragma once

#include "api/bridge.hh"

namespace webmedia::elements {

// DURATION, SEEKING, BUFFERING, SCHEDULING, SELECTABLE. False: it is none of
// these, or the answer is not known; *handled tells which. `player` is null
// where nothing is attached. `stopped`: the application is to wait for media.
bool answer_query (
    const mse::Player *player, bool stopped, GstQuery *query, bool *handled);

} // namespace webmedia::elements
