// SPDX-License-Identifier: LGPL-2.1-or-later
// Writes MP4 boxes, good ones and odd ones.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace webmedia::mse {

using Bytes = std::vector<uint8_t>;

Bytes operator+ (const Bytes &a, const Bytes &b);
Bytes &operator+= (Bytes &a, const Bytes &b);

Bytes u8 (uint64_t value);
Bytes u16 (uint64_t value);
Bytes u24 (uint64_t value);
Bytes u32 (uint64_t value);
Bytes u64 (uint64_t value);
Bytes zeros (size_t count);
Bytes text (const char *characters); // without the zero

Bytes box (const char *type, const Bytes &body = {});
// With a size of 64 bits.
Bytes large_box (const char *type, const Bytes &body);
Bytes full_box (
    const char *type, uint8_t version, uint32_t flags, const Bytes &body = {});

// A track of a movie to be written. The movie itself counts 1/1000 s.
struct TrackSpec {
  uint32_t id = 1;
  std::string handler = "vide";
  Bytes sample_entries; // with their headers; empty: avc1
  uint32_t entry_count = 1;
  Bytes edts;        // the box
  Bytes stbl;        // more boxes in it
  uint32_t stts = 0; // samples in moov
  uint32_t timescale = 1000;
  Bytes dref = full_box ("url ", 0, 1);
  bool has_trex = true;
  uint32_t default_duration = 0;
  uint32_t default_size = 0;
  uint32_t default_flags = 0;
  std::string language = "und";
};

// Sample entries. `extra` goes behind the codec's own box.
Bytes avc_entry (const char *type = "avc1", bool parameter_sets = true,
    const Bytes &extra = {});
Bytes video_entry (const char *type, const Bytes &boxes);
Bytes audio_entry (const char *type, const Bytes &boxes, uint32_t channels = 2,
    uint32_t rate = 48000);
Bytes text_entry (const char *type, const Bytes &rest = {});
Bytes esds (uint8_t object_type, const Bytes &config);
Bytes aac_entry (); // AAC-LC, 48 kHz, stereo
Bytes sinf (const char *format, const char *scheme, const Bytes &tenc);
Bytes tenc (uint8_t pattern, uint8_t iv_size, const Bytes &constant_iv = {});

Bytes ftyp (const char *major = "iso6");
Bytes trak (const TrackSpec &track);
// The whole box; `extra` goes to its end, `mvex` replaces what the tracks ask
// for unless it is empty.
Bytes moov (const std::vector<TrackSpec> &tracks, const Bytes &extra = {});
Bytes initialization_segment (const std::vector<TrackSpec> &tracks);
Bytes video_init ();                 // an initialization segment with track 1
TrackSpec audio_track (uint32_t id); // of AAC

// A sample of a run.
struct SampleSpec {
  uint32_t duration;
  uint32_t size;
  uint32_t flags = 0;
  int32_t composition = 0;
};

inline constexpr uint32_t kSyncFlags = 0x02000000;
inline constexpr uint32_t kNonSyncFlags = 0x01010000;

// `trun` with every field of every sample.
Bytes trun (const std::vector<SampleSpec> &samples, int32_t data_offset,
    uint8_t version = 1);
Bytes tfhd (uint32_t id, uint32_t flags = 0x20000, const Bytes &fields = {});
Bytes tfdt (uint64_t ticks);
Bytes traf (uint32_t id, uint64_t ticks, const Bytes &boxes);
Bytes moof (const Bytes &trafs);

// Bytes that count up, so that each frame differs.
Bytes payload (size_t size, uint8_t first = 0);

// moof and mdat with one track's samples in order.
Bytes media_segment (uint32_t id, uint64_t ticks,
    const std::vector<SampleSpec> &samples, const Bytes &traf_extra = {});

} // namespace webmedia::mse
