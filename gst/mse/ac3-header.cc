// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/ac3-header.hh"

namespace webmedia::mse {

static constexpr uint32_t kRates[3] = {48000, 44100, 32000};
static constexpr uint8_t kChannels[8] = {2, 1, 2, 3, 3, 4, 4, 5}; // by acmod

// 4.3 and 4.4.1: syncinfo and the front of bsi.
static const char *
read_plain_header (const uint8_t *data, AudioFrameHeader *header)
{
  static constexpr uint16_t kBitrates[19] = {32, 40, 48, 56, 64, 80, 96, 112,
      128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640};
  unsigned rate = data[4] >> 6, size = data[4] & 0x3f;
  if (rate == 3 || size >= 38)
    return "AC-3 frame of a reserved rate";
  header->rate = kRates[rate];
  header->samples = 1536;
  uint32_t bits = kBitrates[size / 2] * 1000u;
  // In words of 16 bits; at 44.1 kHz every second code has one more.
  uint32_t words = bits / 16 * 1536 / header->rate;
  header->size = 2 * (words + (rate == 1 ? size & 1 : 0));

  // acmod says which mix levels stand before lfeon.
  unsigned mode = data[6] >> 5;
  unsigned skip = ((mode & 1) && mode != 1 ? 2 : 0) + (mode & 4 ? 2 : 0)
                  + (mode == 2 ? 2 : 0);
  bool lfe = data[6] >> (4 - skip) & 1;
  header->channels = uint8_t (kChannels[mode] + lfe);
  return nullptr;
}

// Annex E, E.1.2.1 and E.1.2.2.
static const char *
read_enhanced_header (const uint8_t *data, AudioFrameHeader *header)
{
  unsigned type = data[2] >> 6, substream = data[2] >> 3 & 7;
  if (type == 3)
    return "E-AC-3 frame of a reserved type";
  header->enhanced = true;
  header->dependent = type == 1 || substream != 0;
  header->size = 2 * ((uint32_t (data[2] & 7) << 8 | data[3]) + 1);
  unsigned rate = data[4] >> 6, blocks = data[4] >> 4 & 3;
  static constexpr uint8_t kBlocks[4] = {1, 2, 3, 6};
  if (rate == 3) { // half the rate that stands where the blocks do
    if (blocks == 3)
      return "E-AC-3 frame of a reserved rate";
    header->rate = kRates[blocks] / 2;
    header->samples = 256 * 6;
  } else {
    header->rate = kRates[rate];
    header->samples = 256u * kBlocks[blocks];
  }
  header->channels = uint8_t (kChannels[data[4] >> 1 & 7] + (data[4] & 1));
  return nullptr;
}

const char *
read_ac3_header (const uint8_t *data, AudioFrameHeader *header)
{
  *header = {};
  if (data[0] != 0x0b || data[1] != 0x77)
    return "no AC-3 frame begins";
  header->header_size = kAc3HeaderSize;
  unsigned version = data[5] >> 3;
  if (version > 16)
    return "AC-3 frame of a later version";
  const char *problem = version > 10 ? read_enhanced_header (data, header)
                                     : read_plain_header (data, header);
  if (!problem && header->size < kAc3HeaderSize)
    return "AC-3 frame shorter than its header";
  return problem;
}

} // namespace webmedia::mse
