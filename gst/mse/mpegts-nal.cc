// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/mpegts-nal.hh"

#include "mse/codec-string.hh"
#include "mse/mpegts-sps.hh"

#include <algorithm>
#include <cstring>

namespace webmedia::mse {

namespace {

enum H264Type : uint8_t { kSlice = 1, kIdr = 5, kSei = 6, kSps = 7 };
enum H265Type : uint8_t {
  kFirstIrap = 16,
  kLastIrap = 23,
  kVcl = 32,
  kSps265 = 33
};

// The offset of the next start code (00 00 01) from `from` on, or `size`.
size_t
find_start_code (const uint8_t *data, size_t size, size_t from)
{
  for (size_t i = from + 2; i < size;) {
    const void *one = memchr (data + i, 1, size - i);
    if (!one)
      break;
    i = size_t (static_cast<const uint8_t *> (one) - data);
    if (data[i - 1] == 0 && data[i - 2] == 0)
      return i - 2;
    i++;
  }
  return size;
}

// Whether a slice of H.264 says that it, or all of its picture, is intra coded.
bool
is_intra_slice (const uint8_t *nal, size_t size)
{
  // Two numbers in Exp-Golomb: first_mb_in_slice and slice_type. Those of a
  // picture's first slice are small: no emulation prevention comes in between.
  size_t bit = 8, bits = size * 8;
  auto next = [&] {
    return bit < bits ? nal[bit / 8] >> (7 - bit % 8) & 1 : 1;
  };
  unsigned type = 0;
  for (int i = 0; i < 2; i++) {
    unsigned zeros = 0;
    while (bit < bits && zeros < 16 && !next ()) {
      zeros++;
      bit++;
    }
    unsigned value = 0;
    for (unsigned n = 0; n <= zeros; n++, bit++)
      value = value << 1 | unsigned (next ());
    type = value - 1;
  }
  return type == 2 || type == 7;
}

} // namespace

const char *
NalReader::read (
    const uint8_t *data, size_t size, bool random_access, Unit *unit)
{
  // A start code has three bytes, and some zeros may be before it.
  size_t start = find_start_code (data, std::min<size_t> (size, 8), 0);
  bool begins = start < 8 && start + 3 < size
                && std::all_of (data, data + start,
                    [] (uint8_t byte) { return byte == 0; });
  if (!begins)
    return "PES packet that begins with no NAL unit";
  bool recovers = false;
  while (start + 3 < size) {
    const uint8_t *nal = data + start + 3;
    unsigned type = h265_ ? nal[0] >> 1 & 63 : nal[0] & 31;
    // Nothing behind the first slice is of interest.
    if (h265_ ? type < kVcl : type >= kSlice && type <= kIdr) {
      unit->keyframe = h265_
                           ? type >= kFirstIrap && type <= kLastIrap
                           : type == kIdr || recovers
                                 || (random_access
                                     && is_intra_slice (nal, size - start - 3));
      return nullptr;
    }
    size_t end = find_start_code (data, size, start + 3);
    size_t length = end - start - 3;
    while (length > 0 && nal[length - 1] == 0) // trailing_zero_8bits
      length--;
    if (!h265_ && type == kSei)
      recovers |= recovery_.starts_here (nal, length);
    if (type == (h265_ ? +kSps265 : +kSps)) {
      bool same =
          sps_.size () == length && memcmp (sps_.data (), nal, length) == 0;
      if (!same) {
        if (const char *problem = read_sps (nal, length))
          return problem;
        unit->changed = true;
      }
    }
    start = end;
  }
  return nullptr;
}

const char *
NalReader::read_sps (const uint8_t *nal, size_t size)
{
  SequenceParameters parameters;
  if (!read_sequence_parameters (nal, size, h265_, &parameters))
    return h265_ ? "broken SPS of H.265" : "broken SPS of H.264";
  sps_.assign (nal, nal + size);
  if (!h265_)
    recovery_.set_sps (nal, size);
  auto config = std::make_shared<TrackConfig> ();
  config->caps = std::move (parameters.caps);
  description_ = {TrackKind::video, id_, std::move (parameters.codec), {}, {},
      std::move (config)};
  frame_duration_ = parameters.frame_duration;
  return nullptr;
}

TrackDescription
NalReader::describe_unknown (bool h265, uint64_t id)
{
  auto config = std::make_shared<TrackConfig> ();
  config->caps = Ptr<GstCaps>::adopt (gst_caps_new_simple (
      h265 ? "video/x-h265" : "video/x-h264", "stream-format", G_TYPE_STRING,
      "byte-stream", "alignment", G_TYPE_STRING, "au", nullptr));
  return {
      TrackKind::video, id, h265 ? "hvc1" : "avc1", {}, {}, std::move (config)};
}

} // namespace webmedia::mse
