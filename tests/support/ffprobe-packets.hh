// SPDX-License-Identifier: LGPL-2.1-or-later
// Another reading of a media file: the packets that ffprobe finds in it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace webmedia::mse {

struct ProbedPacket {
  int64_t pts; // in ticks of the stream's time base
  int64_t dts; // 0 where it has none
  int64_t duration;
  uint64_t size;
  bool keyframe;
  std::string md5; // of the bytes, in hexadecimal
};

// The packets of a stream of one of the test media, in the file's order.
// `demuxer` names ffmpeg's demuxer, or is null.
std::vector<ProbedPacket> ffprobe_packets (
    const char *name, unsigned stream, const char *demuxer = nullptr);

// As ffprobe prints it.
std::string md5_of (const std::vector<uint8_t> &bytes);

} // namespace webmedia::mse
