// SPDX-License-Identifier: LGPL-2.1-or-later
// The record of one presentation: what was appended, buffered, removed and
// played, and when. Filled while it plays, drawn and checked afterwards.
//
// Wall times are seconds since the demo began.
#pragma once

#include "util.hh"

#include <optional>

namespace demo {

// A media segment went into a SourceBuffer.
struct Append {
  double wall;
  int segment;
  int quality;
  Range range;
};

// What a SourceBuffer had buffered from `wall` on.
struct Snapshot {
  double wall;
  std::vector<Range> buffered;
};

// remove() was called for `range`.
struct Removal {
  double wall;
  Range range;
};

struct StreamRecord {
  std::string name;
  std::vector<std::string> qualities;
  std::vector<Append> appends;
  std::vector<Snapshot> snapshots;
  std::vector<Removal> removals;
};

// A frame, or a buffer of samples, was rendered.
struct Rendered {
  double wall;
  double time;
  double duration;
  int span; // counts up with every seek
};

struct Seek {
  double wall;
  double from;
  double to;
};

// Something to be told at a point of the wall time.
struct Mark {
  double wall;
  std::string text;
};

struct Thumbnail {
  double wall;
  double time;
  bool first_of_span;
  Ptr<GstSample> picture;
};

struct Timeline {
  std::string name;
  std::string description;
  double duration = 0;
  std::vector<StreamRecord> streams;
  std::vector<Rendered> video;
  std::vector<Rendered> audio;
  std::vector<Seek> seeks;
  std::vector<Mark> marks;
  std::vector<Thumbnail> thumbnails;
  double end_wall = 0; // when the pipeline had played all
};

// Where a frame was missing, came twice or came out of order: an empty string
// when all that should have been played was, once.
std::string find_fault (const Timeline &timeline);

// The times that were rendered, joined where they touch.
std::vector<Range> played_ranges (const std::vector<Rendered> &rendered);

} // namespace demo
