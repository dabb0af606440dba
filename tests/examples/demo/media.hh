// SPDX-License-Identifier: LGPL-2.1-or-later
// What the demo plays: made by ffmpeg once, then read back as a player's
// server would hand it out, cut into init segments and media segments.
#pragma once

#include "util.hh"

namespace demo {

constexpr int kFramesPerSecond = 25;

struct Segment {
  Range range;
  Ptr<GBytes> bytes;
};

struct Quality {
  std::string name; // "180p"
  Ptr<GBytes> init;
  std::vector<Segment> segments;
};

// What goes into one SourceBuffer.
struct Stream {
  std::string name; // "video", or "video + audio"
  std::string type; // for addSourceBuffer()
  std::vector<Quality> qualities;
};

struct Presentation {
  std::string name;        // "MP4"
  std::string description; // "H.264 and AAC in fragmented MP4"
  double duration;
  std::vector<Stream> streams;
};

// Both presentations, from `folder`, where they are made when they are not
// there yet. Empty on failure, with the reason in `error`.
std::vector<Presentation> load_media (
    const std::string &folder, std::string &error);

} // namespace demo
