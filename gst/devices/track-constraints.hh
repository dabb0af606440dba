// SPDX-License-Identifier: LGPL-2.1-or-later
// The constrainable pattern, of any track: those of devices have it of their
// Constrainable, of all others it is what the caps say.
#pragma once

#include "devices/constrainable.hh"
#include "stream/track.hh"

namespace webmedia::devices {

// Of a track that has ended: what its device is by nature.
Capabilities track_capabilities (const stream::Track &track);
Settings track_settings (const stream::Track &track);
TrackConstraints track_constraints (const stream::Track &track);

// applyConstraints: all or nothing, may block. An ended track takes all.
// `cancelled` as for Constrainable::apply().
Result<> apply_constraints (stream::Track &track,
    const TrackConstraints &constraints,
    const std::function<bool ()> &cancelled = {});

// Of a device it also changes what constraints leave open. False: the hint is
// what it was, or no word for this kind of track.
bool set_content_hint (stream::Track &track, std::string_view hint);

// What caps say of sound or pictures.
Settings settings_of (GstCaps *caps);

} // namespace webmedia::devices
