// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bench/media.hh"

#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace bench {

static constexpr size_t kPiece = 1000;

static const struct {
  const char *name, *type, *demuxer;
} known[] = {
    {"lo.mp4", "video/mp4; codecs=\"avc1.64000b, mp4a.40.2\"", "qtdemux"},
    {"hi.mp4", "video/mp4; codecs=\"avc1.4d4029, mp4a.40.2\"", "qtdemux"},
    {"lo.webm", "video/webm; codecs=\"vp9, opus\"", "matroskademux"},
    {"hi.webm", "video/webm; codecs=\"vp8, opus\"", "matroskademux"},
};

bool
load_media (const std::string &name, Media &media)
{
  const char *folder = getenv ("WEBMEDIA_BENCH_MEDIA");
  if (!folder) {
    fprintf (stderr, "WEBMEDIA_BENCH_MEDIA names no folder: use ./run bench\n");
    return false;
  }
  for (const auto &each : known)
    if (name == each.name) {
      media.name = name;
      media.type = each.type;
      media.demuxer = each.demuxer;
    }
  std::string path = std::string (folder) + "/" + name;
  media.path = path;
  FILE *file = media.name.empty () ? nullptr : fopen (path.c_str (), "rb");
  if (!file) {
    fprintf (stderr, "%s: cannot be read\n", path.c_str ());
    return false;
  }
  fseek (file, 0, SEEK_END);
  media.bytes.resize (size_t (ftell (file)));
  rewind (file);
  size_t read = fread (media.bytes.data (), 1, media.bytes.size (), file);
  fclose (file);
  return read == media.bytes.size ();
}

// Where the initialization segment and each media segment ends.
static std::vector<size_t>
segment_ends_of_mp4 (const std::vector<uint8_t> &bytes)
{
  std::vector<size_t> ends;
  for (size_t at = 0; at + 8 <= bytes.size ();) {
    const uint8_t *box = bytes.data () + at;
    size_t size = size_t (box[0]) << 24 | size_t (box[1]) << 16
                  | size_t (box[2]) << 8 | box[3];
    if (size < 8 || size > bytes.size () - at)
      return {};
    at += size;
    if (!memcmp (box + 4, "moov", 4) || !memcmp (box + 4, "mdat", 4))
      ends.push_back (at);
  }
  return ends;
}

// An EBML number of one to eight bytes; returns how many, 0 for none.
static size_t
read_number (Bytes bytes, bool keep_marker, uint64_t &value)
{
  if (bytes.empty () || bytes[0] == 0)
    return 0;
  size_t length = size_t (std::countl_zero (bytes[0])) + 1;
  if (bytes.size () < length)
    return 0;
  value = keep_marker ? bytes[0] : bytes[0] & (0xff >> length);
  for (size_t i = 1; i < length; i++)
    value = value << 8 | bytes[i];
  return length;
}

static std::vector<size_t>
segment_ends_of_webm (const std::vector<uint8_t> &bytes)
{
  constexpr uint64_t kSegment = 0x18538067, kCluster = 0x1f43b675;
  std::vector<size_t> ends;
  for (size_t at = 0; at < bytes.size ();) {
    size_t start = at;
    uint64_t id = 0, size = 0;
    size_t length = read_number ({&bytes[at], bytes.size () - at}, true, id);
    at += length;
    if (length == 0 || at >= bytes.size ())
      return {};
    length = read_number ({&bytes[at], bytes.size () - at}, false, size);
    at += length;
    if (length == 0)
      return {};
    if (id == kSegment)
      continue;
    if (size > bytes.size () - at)
      return {};
    at += size;
    if (id != kCluster)
      continue;
    if (ends.empty ())
      ends.push_back (start); // of the initialization segment
    ends.push_back (at);
  }
  return ends;
}

std::vector<Bytes>
cut_media (const Media &media, Cut cut, size_t limit)
{
  std::vector<Bytes> appends;
  size_t start = 0;
  for (size_t end : media.is_webm () ? segment_ends_of_webm (media.bytes)
                                     : segment_ends_of_mp4 (media.bytes)) {
    if (end > limit && appends.size () > 1)
      break;
    appends.push_back ({&media.bytes[start], end - start});
    start = end;
  }
  if (cut == Cut::segments || appends.empty ())
    return appends;
  std::vector<Bytes> pieces;
  Bytes all (media.bytes.data (), start);
  for (; all.size () > kPiece; all = all.subspan (kPiece))
    pieces.push_back (all.first (kPiece));
  pieces.push_back (all);
  return pieces;
}

const char *
cut_name (Cut cut)
{
  return cut == Cut::segments ? "segments" : "1000-byte pieces";
}

size_t
total_size (const std::vector<Bytes> &appends)
{
  size_t size = 0;
  for (Bytes append : appends)
    size += append.size ();
  return size;
}

} // namespace bench
