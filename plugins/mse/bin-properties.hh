// SPDX-License-Identifier: LGPL-2.1-or-later
// The properties of msebin that tell of what it plays.
#pragma once

#include "player-hub.hh"

namespace webmedia::elements {

// ready-state, duration, n-video, n-audio, n-text
void install_facts (GObjectClass *klass);
// False when it is none of these; `hub` is null where nothing is attached.
bool get_fact (const PlayerHub *hub, guint id, GValue *value);
// All but the duration may have changed.
void notify_facts (GObject *bin);

} // namespace webmedia::elements
