// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/audio-durations.hh"

#include <bit>
#include <cstring>

namespace webmedia::mse {

// https://www.rfc-editor.org/rfc/rfc6716#section-3.1
uint32_t
opus_packet_samples (const uint8_t *packet, size_t size)
{
  if (size == 0)
    return 0;
  uint32_t config = packet[0] >> 3;
  uint32_t frame;
  if (config < 12) { // SILK: 10, 20, 40, 60 ms
    static constexpr uint16_t kSilk[4] = {480, 960, 1920, 2880};
    frame = kSilk[config & 3];
  } else if (config < 16) { // hybrid: 10, 20 ms
    frame = 480u << (config & 1);
  } else { // CELT: 2.5, 5, 10, 20 ms
    frame = 120u << (config & 3);
  }

  uint32_t count;
  switch (packet[0] & 3) {
  case 0:
    count = 1;
    break;
  case 3:
    if (size < 2)
      return 0;
    count = packet[1] & 0x3f;
    break;
  default:
    count = 2;
  }
  constexpr uint32_t kMost = 5760; // 120 ms
  return frame * count <= kMost ? frame * count : 0;
}

namespace {

// Reads bits from the end of a Vorbis packet towards its front. Vorbis packs
// from the least significant bit on, so this begins at the most significant
// one.
class BackwardBits {
public:
  BackwardBits (const uint8_t *data, size_t size)
      : data_ (data),
        left_ (size * 8)
  {}

  size_t left () const { return left_; }
  bool bit ()
  {
    left_--;
    return data_[left_ / 8] >> (left_ % 8) & 1;
  }
  uint32_t bits (unsigned count)
  {
    uint32_t value = 0;
    while (count-- > 0)
      value = value << 1 | uint32_t (bit ());
    return value;
  }

private:
  const uint8_t *data_;
  size_t left_;
};

constexpr unsigned kModeBits = 1 + 16 + 16 + 8;

// The modes come last in the setup header, with nothing that says where they
// begin: their count (6 bits, less one), then for each mode the block flag,
// window type and transform type (both 0) and a mapping (less than 64), then a
// framing bit. Going back from the end, a run of modes is believed when its
// length stands before it; of several such lengths the largest.
bool
find_modes (
    const uint8_t *data, size_t size, uint8_t *count, uint64_t *long_modes)
{
  BackwardBits reader (data, size);
  while (reader.left () > 0 && !reader.bit ()) {
  }

  *count = 0;
  uint64_t flags = 0;
  for (unsigned modes = 1; modes <= 64; modes++) {
    if (reader.left () < kModeBits + 6)
      break;
    uint32_t mapping = reader.bits (8);
    uint32_t types = reader.bits (32);
    if (mapping >= 64 || types != 0)
      break;
    // The one read last is the first: shift the others up.
    flags = flags << 1 | uint64_t (reader.bit ());
    BackwardBits ahead = reader;
    if (ahead.bits (6) == modes - 1) {
      *count = uint8_t (modes);
      *long_modes = flags;
    }
  }
  return *count > 0;
}

} // namespace

// https://xiph.org/vorbis/doc/Vorbis_I_spec.html section 4.2
bool
VorbisDurations::read_headers (const uint8_t *identification,
    size_t identification_size, const uint8_t *setup, size_t setup_size)
{
  if (identification_size < 30 || memcmp (identification, "\1vorbis", 7) != 0
      || setup_size < 8 || memcmp (setup, "\5vorbis", 7) != 0)
    return false;
  channels_ = identification[11];
  rate_ = uint32_t (identification[12]) | uint32_t (identification[13]) << 8
          | uint32_t (identification[14]) << 16
          | uint32_t (identification[15]) << 24;
  unsigned small = identification[28] & 0xf;
  unsigned large = identification[28] >> 4;
  if (channels_ == 0 || rate_ == 0 || small < 6 || large > 13 || small > large)
    return false;
  block_size_[0] = uint16_t (1u << small);
  block_size_[1] = uint16_t (1u << large);
  if (!find_modes (setup + 7, setup_size - 7, &mode_count_, &long_modes_))
    return false;
  mode_bits_ = uint8_t (std::bit_width (unsigned (mode_count_ - 1)));
  previous_ = 0;
  return true;
}

uint32_t
VorbisDurations::packet_samples (uint8_t first_byte)
{
  unsigned mode = (first_byte >> 1) & ((1u << mode_bits_) - 1);
  if ((first_byte & 1) || mode >= mode_count_)
    return 0;
  uint16_t current = block_size_[long_modes_ >> mode & 1];
  uint16_t previous = previous_ ? previous_ : current;
  previous_ = current;
  return (uint32_t (previous) + current) / 4;
}

} // namespace webmedia::mse
