// SPDX-License-Identifier: LGPL-2.1-or-later
// How many channels an input has, and how others become these.
// https://webaudio.github.io/web-audio-api/#channel-up-mixing-and-down-mixing
#pragma once

#include <cstddef>
#include <cstdint>

namespace webmedia::worklet {

// Same order and names as the specification's enumerations.
enum class ChannelCountMode { max, clamped_max, explicit_ };
enum class ChannelInterpretation { speakers, discrete };

struct ChannelRules {
  uint32_t count = 2;
  ChannelCountMode mode = ChannelCountMode::max;
  ChannelInterpretation interpretation = ChannelInterpretation::speakers;
};

// computedNumberOfChannels of an input; `connected` is how many channels its
// connection has, 0 where there is none.
uint32_t computed_channels (const ChannelRules &rules, uint32_t connected);

// Mixes `from` planar channels of `frames` to `to`. Where both are the same
// number they are copied. Nothing overlaps.
void mix (const float *const *in, uint32_t from, float *const *out, uint32_t to,
    size_t frames, ChannelInterpretation interpretation);

} // namespace webmedia::worklet
