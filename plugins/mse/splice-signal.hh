// SPDX-License-Identifier: LGPL-2.1-or-later
// What msesrc and audiosplice say to each other, past whatever is between.
#pragma once

#include "base/ptr.hh"
#include "base/time.hh"

#include <optional>

namespace webmedia::elements {

// Times are those of buffers.
struct SpliceSignal {
  Time time; // where the sound is that is faded in
  Time end;  // of the last frame that is faded out
};

// Of a frame of sound that was cut at the append window: its sound lies in
// [start, end), and is heard in [first, last).
struct TrimSignal {
  Time start;
  Time first;
  Time last;
  Time end;
};

// Comes before the frames that are faded out, or earlier.
Ptr<GstEvent> make_splice_event (const SpliceSignal &signal);
// None: another event.
std::optional<SpliceSignal> parse_splice_event (GstEvent *event);

// Comes before the frame, or earlier, but not before sound of the same times
// that it does not go on with. One that is kept for a parser and a decoder that
// are not there yet comes again with later ones.
Ptr<GstEvent> make_trim_event (const TrimSignal &signal, bool kept);
std::optional<TrimSignal> parse_trim_event (GstEvent *event);

// Whether somebody behind the pad crossfades, and cuts.
bool query_crossfades (GstPad *pad);
// Whether it is that query, which is answered with TRUE.
bool is_crossfades_query (GstQuery *query);

} // namespace webmedia::elements
