// SPDX-License-Identifier: LGPL-2.1-or-later
// Access units of H.264 and H.265 in their byte stream formats (annex B).
#pragma once

#include "mse/byte-stream-parser.hh"
#include "mse/mpegts-sei.hh"

#include <vector>

namespace webmedia::mse {

// Looks into access units: which are random access points, and what the
// sequence parameter sets say.
// Threads: reentrant.
class NalReader {
public:
  explicit NalReader (bool h265, uint64_t id) : h265_ (h265), id_ (id) {}

  // What an access unit is.
  struct Unit {
    bool keyframe = false;
    // It has a sequence parameter set that is another than before.
    bool changed = false;
  };
  // What is wrong with it, or null. `random_access`: the transport stream says
  // that decoding may start here.
  const char *read (
      const uint8_t *data, size_t size, bool random_access, Unit *unit);

  // Of the last sequence parameter set.
  const TrackDescription &description () const { return description_; }
  // How long its frames last, 0 where it does not say.
  Time frame_duration () const { return frame_duration_; }

  // What can be said without a sequence parameter set.
  static TrackDescription describe_unknown (bool h265, uint64_t id);

private:
  const char *read_sps (const uint8_t *nal, size_t size);

  const bool h265_;
  const uint64_t id_;
  std::vector<uint8_t> sps_; // the last one
  RecoveryPoints recovery_;
  TrackDescription description_{};
  Time frame_duration_ = 0;
};

} // namespace webmedia::mse
