// SPDX-License-Identifier: LGPL-2.1-or-later
// The tables of a transport stream that tell what is in it: PAT and PMT.
#pragma once

#include "mse/mpegts-packet.hh"

#include <string>
#include <vector>

namespace webmedia::mse {

enum class MpegtsCodec {
  h264,
  h265,
  aac,        // in ADTS
  mpeg_audio, // layers I to III
  ac3,
  eac3,
  unsupported, // sound or pictures
  data,        // neither: ignored
};

// An elementary stream of the program.
struct MpegtsEntry {
  uint16_t pid;
  uint8_t stream_type;
  MpegtsCodec codec;
  std::string language;   // BCP 47, or empty
  uint8_t audio_type = 0; // what it is for, as ISO 13818-1, table 2-60, says

  bool operator== (const MpegtsEntry &) const = default;
};

// What a stream that is not supported is, for people: "AAC in LATM (stream type
// 0x11)".
std::string describe_stream_type (uint8_t type);

// What an initialization segment says.
struct MpegtsProgram {
  uint16_t pcr_pid = kNullPid; // none
  std::vector<MpegtsEntry> entries;

  bool operator== (const MpegtsProgram &) const = default;
};

// Joins the sections of one PID, which begin and end anywhere in packets.
// Threads: reentrant.
class SectionReader {
public:
  // A PAT or PMT has no more bytes than this.
  static constexpr size_t kMaxSize = 1024;

  // Appends a packet's payload. Sections that are whole then are taken by
  // next().
  Result<> add (const TsPacket &packet);
  // The next whole section, null when there is none. It is valid until add().
  const uint8_t *next (size_t *size);
  void reset () { *this = {}; }

private:
  std::vector<uint8_t> bytes_;
  size_t taken_ = 0;    // of bytes_
  bool joined_ = false; // bytes_ begin with a section
};

// Reads the tables with GStreamer's MPEG-TS library.
// Threads: reentrant.
class MpegtsTables {
public:
  // Whether packets of the PID carry a table that read() must see.
  bool is_table (uint16_t pid) const { return pid == 0 || pid == pmt_pid_; }
  // True when `program` is another one than before. Tables that repeat the
  // last ones are ignored, and so are those for later.
  Result<bool> read (const TsPacket &packet);

  // Whether a PAT and its PMT were read.
  bool complete () const { return complete_; }
  const MpegtsProgram &program () const { return program_; }

  // Forgets half-read tables.
  void reset ();
  // Forgets all.
  void forget () { *this = {}; }

private:
  Result<bool> read_section (
      const TsPacket &packet, const uint8_t *data, size_t size);
  Result<> read_pat (const uint8_t *data, size_t size);
  Result<bool> read_pmt (const uint8_t *data, size_t size);

  SectionReader pat_reader_;
  SectionReader pmt_reader_;
  std::vector<uint8_t> pat_; // the last section of each, as it was
  std::vector<uint8_t> pmt_;
  uint16_t pmt_pid_ = kNullPid; // none: no PAT was read
  bool complete_ = false;
  MpegtsProgram program_;
};

} // namespace webmedia::mse
