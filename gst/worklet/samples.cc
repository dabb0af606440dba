// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/samples.hh"

#include "worklet/kernels.hh"

#include <cstring>

namespace webmedia::worklet {

static bool
is_stereo (const Samples &samples)
{
  return samples.channels == 2 && samples.frame_stride == 2
         && samples.channel_stride == 1;
}

void
copy_to_blocks (const Samples &samples, size_t from, float *const *blocks,
    size_t to, size_t count)
{
  const float *in = samples.data + from * samples.frame_stride;
  if (is_stereo (samples)) {
    split_stereo (in, blocks[0] + to, blocks[1] + to, count);
    return;
  }
  for (uint32_t c = 0; c < samples.channels; c++) {
    const Loose *channel = in + c * samples.channel_stride;
    float *block = blocks[c] + to;
    if (samples.frame_stride == 1)
      std::memcpy (block, channel, count * sizeof *block);
    else
      for (size_t i = 0; i < count; i++)
        block[i] = channel[i * samples.frame_stride];
  }
}

void
copy_from_blocks (const float *const *blocks, size_t from,
    const Samples &samples, size_t to, size_t count)
{
  float *out = samples.data + to * samples.frame_stride;
  if (is_stereo (samples)) {
    join_stereo (blocks[0] + from, blocks[1] + from, out, count);
    return;
  }
  for (uint32_t c = 0; c < samples.channels; c++) {
    Loose *channel = out + c * samples.channel_stride;
    const float *block = blocks[c] + from;
    if (samples.frame_stride == 1)
      std::memcpy (channel, block, count * sizeof *block);
    else
      for (size_t i = 0; i < count; i++)
        channel[i * samples.frame_stride] = block[i];
  }
}

void
clear_blocks (
    float *const *blocks, uint32_t channels, size_t from, size_t count)
{
  for (uint32_t c = 0; c < channels; c++)
    std::memset (blocks[c] + from, 0, count * sizeof (float));
}

void
clear_samples (const Samples &samples, size_t from, size_t count)
{
  float *out = samples.data + from * samples.frame_stride;
  if (samples.channel_stride == 1) {
    std::memset (out, 0, count * samples.channels * sizeof *out);
    return;
  }
  for (uint32_t c = 0; c < samples.channels; c++) {
    Loose *channel = out + c * samples.channel_stride;
    if (samples.frame_stride == 1)
      std::memset (channel, 0, count * sizeof *channel);
    else
      for (size_t i = 0; i < count; i++)
        channel[i * samples.frame_stride] = 0;
  }
}

} // namespace webmedia::worklet
