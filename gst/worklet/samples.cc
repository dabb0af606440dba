// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/samples.hh"

#include "worklet/simd.hh"

#include <cstring>

namespace webmedia::worklet {

#ifdef WITH_EIGHT
// As far as there are eight.
WITH_EIGHT static size_t
split_eights (const float *in, float *left, float *right, size_t count)
{
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const Eight a = *reinterpret_cast<const Eight *> (in + 2 * i);
    const Eight b = *reinterpret_cast<const Eight *> (in + 2 * i + 8);
    *reinterpret_cast<Eight *> (left + i) =
        __builtin_shufflevector (a, b, 0, 2, 4, 6, 8, 10, 12, 14);
    *reinterpret_cast<Eight *> (right + i) =
        __builtin_shufflevector (a, b, 1, 3, 5, 7, 9, 11, 13, 15);
  }
  return i;
}

WITH_EIGHT static size_t
join_eights (const float *left, const float *right, float *out, size_t count)
{
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const Eight l = *reinterpret_cast<const Eight *> (left + i);
    const Eight r = *reinterpret_cast<const Eight *> (right + i);
    *reinterpret_cast<Eight *> (out + 2 * i) =
        __builtin_shufflevector (l, r, 0, 8, 1, 9, 2, 10, 3, 11);
    *reinterpret_cast<Eight *> (out + 2 * i + 8) =
        __builtin_shufflevector (l, r, 4, 12, 5, 13, 6, 14, 7, 15);
  }
  return i;
}
#endif

// LRLR to L and R, and back: what most sound is.
static void
split_stereo (const float *in, float *left, float *right, size_t count)
{
  size_t i = 0;
#ifdef WITH_EIGHT
  if (has_eight ())
    i = split_eights (in, left, right, count);
#endif
  for (; i + 4 <= count; i += 4) {
    const Four a = load_four (in + 2 * i);
    const Four b = load_four (in + 2 * i + 4);
    store_four (left + i, __builtin_shufflevector (a, b, 0, 2, 4, 6));
    store_four (right + i, __builtin_shufflevector (a, b, 1, 3, 5, 7));
  }
  const Loose *rest = in;
  for (; i < count; i++) {
    left[i] = rest[2 * i];
    right[i] = rest[2 * i + 1];
  }
}

static void
join_stereo (const float *left, const float *right, float *out, size_t count)
{
  size_t i = 0;
#ifdef WITH_EIGHT
  if (has_eight ())
    i = join_eights (left, right, out, count);
#endif
  for (; i + 4 <= count; i += 4) {
    const Four l = load_four (left + i);
    const Four r = load_four (right + i);
    store_four (out + 2 * i, __builtin_shufflevector (l, r, 0, 4, 1, 5));
    store_four (out + 2 * i + 4, __builtin_shufflevector (l, r, 2, 6, 3, 7));
  }
  Loose *rest = out;
  for (; i < count; i++) {
    rest[2 * i] = left[i];
    rest[2 * i + 1] = right[i];
  }
}

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
