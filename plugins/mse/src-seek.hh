// SPDX-License-Identifier: LGPL-2.1-or-later
// Where an msesrc is, and where a seek takes it.
#pragma once

#include "track-stream.hh"

namespace webmedia::elements {

// The last frame's time; before the segment's start frames are only decoded,
// and the position is that start.
bool answer_position (GstBaseSrc *src, GstQuery *query);

// The running time of that position, where what follows without a flush
// begins.
GstClockTime running_position (GstBaseSrc *src);

// A seek to `time` with a flush, after which playback goes on as before it: at
// the same rate, to the same stop.
Ptr<GstEvent> make_seek_to (GstBaseSrc *src, Time time);

// What GstBaseSrc shall be given in place of a SEEK. Null when the seek is
// done, or refused: *result tells.
Ptr<GstEvent> prepare_seek (GstBaseSrc *src, const TrackStream &stream,
    Time duration, GstEvent *event, gboolean *result);

} // namespace webmedia::elements
