// SPDX-License-Identifier: LGPL-2.1-or-later
// The packets of an MPEG-2 transport stream (ISO 13818-1, 2.4.3).
#pragma once

#include "base/result.hh"

#include <cstddef>
#include <cstdint>

namespace webmedia::mse {

inline constexpr size_t kTsPacketSize = 188;
inline constexpr uint8_t kTsSync = 0x47;
inline constexpr uint16_t kNullPid = 0x1fff;

struct TsPacket {
  uint16_t pid;
  uint8_t counter;    // continuity_counter
  bool start;         // a PES packet or a section begins in it
  bool scrambled;     // its payload is
  bool discontinuity; // of the counter, and for the PCR's PID of the clock
  bool random_access; // its PES packet is an elementary stream's entry point
  bool has_pcr;
  bool stuffed; // it could have held more payload
  uint8_t size; // of the payload, 0 where there is none
  const uint8_t *payload;
};

// Reads a packet of kTsPacketSize bytes; what is wrong with it, or null.
const char *read_ts_packet (const uint8_t *data, TsPacket *packet);

// An error in the transport stream that belongs to a PID.
Error mpegts_error (uint16_t pid, const char *problem);

} // namespace webmedia::mse
