// SPDX-License-Identifier: LGPL-2.1-or-later
// What a managed media source does by itself: it gives memory back.
#include "mse/media-source.hh"

namespace webmedia::mse {

// https://www.w3.org/TR/media-source-2/#dom-managedmediasource-memory-cleanup
void
MediaSource::clean_memory ()
{
  Buffers active = active_source_buffers ();
  for (const auto &buffer : source_buffers ()) {
    bool plays =
        std::find (active.begin (), active.end (), buffer) != active.end ();
    buffer->clean_memory (plays, playhead ());
  }
  monitor ();
}

} // namespace webmedia::mse
