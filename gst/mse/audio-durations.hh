// SPDX-License-Identifier: LGPL-2.1-or-later
// How long a packet of audio lasts, from the packet itself: for containers
// that do not say it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace webmedia::mse {

// Samples at 48 kHz that an Opus packet decodes to, told by its first two
// bytes (of `size`); 0 for a malformed packet.
uint32_t opus_packet_samples (const uint8_t *packet, size_t size);

// A Vorbis packet lasts a quarter of its own block size and of that of the
// packet before it. Which of the two block sizes a packet has follows from
// its mode, and the modes stand in the setup header.
// Threads: reentrant.
class VorbisDurations {
public:
  // Reads the identification and the setup header; false if they are none.
  bool read_headers (const uint8_t *identification, size_t identification_size,
      const uint8_t *setup, size_t setup_size);

  uint32_t rate () const { return rate_; }
  uint8_t channels () const { return channels_; }

  // Samples that a packet with this first byte decodes to; 0 for a header or
  // a mode that does not exist. A packet that follows none counts as if it
  // followed one of its own size.
  uint32_t packet_samples (uint8_t first_byte);
  // The next packet does not follow the last one.
  void reset () { previous_ = 0; }

private:
  uint32_t rate_ = 0;
  uint8_t channels_ = 0;
  uint16_t block_size_[2] = {};
  uint8_t mode_bits_ = 0;
  uint8_t mode_count_ = 0;
  uint64_t long_modes_ = 0; // a bit for each mode
  uint16_t previous_ = 0;
};

} // namespace webmedia::mse
