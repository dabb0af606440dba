// SPDX-License-Identifier: LGPL-2.1-or-later
// The parts of `seek`.
#pragma once

namespace bench {

// Without GObject: the track buffer.
void seek_in_buffer ();
// A pipeline that plays; false when it does not.
bool seek_while_playing (int seeks);

} // namespace bench
