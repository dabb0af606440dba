// SPDX-License-Identifier: LGPL-2.1-or-later
// Samples as they lie in buffers, to planar blocks and back.
#pragma once

#include <cstddef>
#include <cstdint>

namespace webmedia::worklet {

// 32-bit floats in memory, of any layout: sample c of frame f is at
// data[c * channel_stride + f * frame_stride].
struct Samples {
  float *data = nullptr; // null: there are none
  uint32_t channels = 0;
  size_t channel_stride = 1;
  size_t frame_stride = 1;

  static Samples interleaved (float *data, uint32_t channels)
  {
    return {data, channels, 1, channels};
  }
  static Samples planar (float *data, uint32_t channels, size_t frames)
  {
    return {data, channels, frames, 1};
  }
};

// `count` frames from frame `from` of the samples on, to frame `to` of the
// blocks on: a block for each channel.
void copy_to_blocks (const Samples &samples, size_t from, float *const *blocks,
    size_t to, size_t count);
// The other way: from frame `from` of the blocks to frame `to` of the samples.
void copy_from_blocks (const float *const *blocks, size_t from,
    const Samples &samples, size_t to, size_t count);
void clear_blocks (
    float *const *blocks, uint32_t channels, size_t from, size_t count);
void clear_samples (const Samples &samples, size_t from, size_t count);

} // namespace webmedia::worklet
