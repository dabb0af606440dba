// SPDX-License-Identifier: LGPL-2.1-or-later
// Which times the frames have that were sent, in whatever order.
#pragma once

#include "base/time.hh"

#include <vector>

namespace webmedia::elements {

// Frames come in decode order: that one ends at a time does not say that all
// before it are there.
// Threads: reentrant.
class Coverage {
public:
  void clear () { spans_.clear (); }
  void add (Time start, Time end);
  // Up to where frames are there without a gap, from the first one that ends
  // after `time` on; `time` where there is none.
  Time reach (Time time) const;

private:
  struct Span {
    Time start;
    Time end;
  };
  std::vector<Span> spans_; // sorted, with gaps between
};

} // namespace webmedia::elements
