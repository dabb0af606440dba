// SPDX-License-Identifier: LGPL-2.1-or-later
// The files that are appended, and how they are cut.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace bench {

using Bytes = std::span<const uint8_t>;

enum class Cut { segments, pieces };

// A file in memory.
struct Media {
  std::string name; // "lo.mp4"
  std::string path;
  std::string type; // MIME type with codecs
  const char *demuxer;
  std::vector<uint8_t> bytes;

  bool is_webm () const { return name.ends_with (".webm"); }
};

// Reads a file of the folder that WEBMEDIA_BENCH_MEDIA names. On failure says
// why, and is false.
bool load_media (const std::string &name, Media &media);

// The appends that one round makes: the initialization segment, then media
// segments of about `limit` bytes together, whole or in pieces of 1000 bytes.
// Empty when the file is not what it should be.
std::vector<Bytes> cut_media (const Media &media, Cut cut, size_t limit);

const char *cut_name (Cut cut);
size_t total_size (const std::vector<Bytes> &appends);

} // namespace bench
