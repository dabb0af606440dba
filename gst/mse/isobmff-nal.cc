// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/isobmff-nal.hh"

namespace webmedia::mse {

bool
has_parameter_sets (
    const uint8_t *sample, size_t size, unsigned length_size, bool h265)
{
  const unsigned sps_type = h265 ? 33 : 7, pps_type = h265 ? 34 : 8;
  bool sps = false, pps = false;
  while (size > length_size) {
    size_t length = 0;
    for (unsigned i = 0; i < length_size; i++)
      length = length << 8 | sample[i];
    sample += length_size;
    size -= length_size;
    if (length == 0)
      continue;
    unsigned type = h265 ? sample[0] >> 1 & 63 : sample[0] & 31;
    sps |= type == sps_type;
    pps |= type == pps_type;
    if (length >= size)
      break;
    sample += length;
    size -= length;
  }
  return sps && pps;
}

} // namespace webmedia::mse
