// SPDX-License-Identifier: LGPL-2.1-or-later
// Sound that reaches over an edge of the append window.
#pragma once

#include "base/time.hh"

namespace webmedia::mse {

// A frame is stored with the times of the part that lies in the window; its
// bytes are those of the whole.
struct Trim {
  Time pts;   // of the frame, as it is stored
  Time start; // where the sound of its bytes begins,
  Time end;   // and where it ends
};

// What was cut from one frame, at both ends.
struct Cuts {
  Time before = 0;
  Time after = 0;

  explicit operator bool () const { return before > 0 || after > 0; }
};

} // namespace webmedia::mse
