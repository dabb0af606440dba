// SPDX-License-Identifier: LGPL-2.1-or-later
// How ffmpeg makes the demo's media.
#pragma once

#include <string>
#include <vector>

namespace demo {

using Command = std::vector<std::string>;

constexpr int kSegmentSeconds = 2;
constexpr int kMp4Seconds = 30;
constexpr int kWebmSeconds = 20;

// Segments 0-01.m4s … (180p), 1-01.m4s … (360p), 2-01.m4s … (sound) and their
// N-init.mp4. With `voice` somebody counts the seconds, else a tone beeps.
Command mp4_recipe (const std::string &folder, bool voice);

// One file av.webm, with a cluster for each keyframe.
Command webm_recipe (const std::string &folder);

} // namespace demo
