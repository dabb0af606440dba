// SPDX-License-Identifier: LGPL-2.1-or-later
// Writes MPEG-2 transport streams that no muxer makes, and what goes into them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace webmedia::mse {

// An elementary stream in a PMT.
struct TsEntrySpec {
  uint8_t type;
  uint16_t pid;
  std::vector<uint8_t> descriptors = {};
};

// The header of a PES packet.
struct PesSpec {
  int64_t pts = -1; // none
  int64_t dts = -1;
  bool bounded = false; // says its length
  bool random_access = false;
  bool discontinuity = false; // with a PCR
  uint8_t stream_id = 0xe0;
};

// Packets, one after the other; counters go on by themselves.
// Threads: thread-bound (the test's).
class MpegtsWriter {
public:
  using Bytes = std::vector<uint8_t>;
  static constexpr uint16_t kPmtPid = 0x1000;
  static constexpr uint16_t kVideoPid = 0x100;
  static constexpr uint16_t kAudioPid = 0x101;

  using Entry = TsEntrySpec;
  using Pes = PesSpec;

  Bytes bytes;

  // One program of kPmtPid, or those of the PIDs.
  MpegtsWriter &pat (std::vector<uint16_t> pmt_pids = {kPmtPid});
  MpegtsWriter &pmt (std::vector<Entry> entries, uint16_t pcr_pid = kVideoPid,
      uint8_t version = 0);
  // PAT, PMT and a PCR: H.264 and AAC, or what is given.
  MpegtsWriter &begin (
      std::vector<Entry> entries = {{0x1b, kVideoPid}, {0x0f, kAudioPid}});
  // A packet with a PCR and no payload.
  MpegtsWriter &pcr (uint16_t pid = kVideoPid, bool discontinuity = false);
  MpegtsWriter &pes (uint16_t pid, const Pes &header, const Bytes &payload);
  // A PES packet of one picture or of sound.
  MpegtsWriter &video (int64_t pts, int64_t dts, const Bytes &payload);
  MpegtsWriter &audio (int64_t pts, const Bytes &payload);
  // A section in packets of its own; `crc` is added.
  MpegtsWriter &section (uint16_t pid, Bytes section);
  // A packet of at most 184 bytes of payload, filled up by its adaptation
  // field. `flags` are the adaptation field's; with 0x10 a PCR follows.
  MpegtsWriter &packet (uint16_t pid, bool start, const uint8_t *payload,
      size_t size, uint8_t flags = 0);

  // The packets from `from` to `to`.
  Bytes packets (size_t from, size_t to = SIZE_MAX) const;

private:
  std::map<uint16_t, uint8_t> counters_;
};

// An H.264 access unit: `type` is I (IDR with parameter sets), i (an I picture
// that is none), P, R (an I picture with a recovery point), r (a P picture with
// one) or G (the same, which recovers a picture later). Its width
// is 16 times `width`; `size` bytes of a slice follow.
std::vector<uint8_t> h264_picture (
    char type, size_t size = 40, unsigned width = 20);

// An ADTS frame of AAC-LC at 48 kHz, stereo, filled with `fill`.
std::vector<uint8_t> adts_frame (size_t payload, uint8_t fill = 0);

} // namespace webmedia::mse
