// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/mixing.hh"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace webmedia::worklet {

// https://webaudio.github.io/web-audio-api/#computednumberofchannels
uint32_t
computed_channels (const ChannelRules &rules, uint32_t connected)
{
  // Without a connection there is one channel of silence.
  const uint32_t most = std::max (connected, 1u);
  switch (rules.mode) {
  case ChannelCountMode::max:
    return most;
  case ChannelCountMode::clamped_max:
    return std::min (most, rules.count);
  case ChannelCountMode::explicit_:
    break;
  }
  return rules.count;
}

// https://webaudio.github.io/web-audio-api/#ChannelLayouts
// (of the layouts that "speakers" knows: mono, stereo, quad, 5.1)
static constexpr float kHalf = 0.5f;
static constexpr float kQuarter = 0.25f;
static const float kRoot = std::sqrt (0.5f);

// One row an output channel, one weight an input channel.
struct Matrix {
  uint32_t from;
  uint32_t to;
  float weights[6][6];
};

static const Matrix kMatrices[] = {
    // UpMix-speakers-setup.
    {1, 2, {{1}, {1}}},
    {1, 4, {{1}, {1}, {0}, {0}}},
    {1, 6, {{0}, {0}, {1}, {0}, {0}, {0}}},
    {2, 4, {{1, 0}, {0, 1}, {0}, {0}}},
    {2, 6, {{1, 0}, {0, 1}, {0}, {0}, {0}, {0}}},
    {4, 6, {{1}, {0, 1}, {0}, {0}, {0, 0, 1}, {0, 0, 0, 1}}},
    // down-mix.
    {2, 1, {{kHalf, kHalf}}},
    {4, 1, {{kQuarter, kQuarter, kQuarter, kQuarter}}},
    {6, 1, {{kRoot, kRoot, 1, 0, kHalf, kHalf}}},
    {4, 2, {{kHalf, 0, kHalf, 0}, {0, kHalf, 0, kHalf}}},
    {6, 2, {{1, 0, kRoot, 0, kRoot, 0}, {0, 1, kRoot, 0, 0, kRoot}}},
    {6, 4, {{1, 0, kRoot}, {0, 1, kRoot}, {0, 0, 0, 0, 1}, {0, 0, 0, 0, 0, 1}}},
};

static void
add (const float *in, float weight, float *out, size_t frames)
{
  for (size_t i = 0; i < frames; i++)
    out[i] += in[i] * weight;
}

void
mix (const float *const *in, uint32_t from, float *const *out, uint32_t to,
    size_t frames, ChannelInterpretation interpretation)
{
  const Matrix *matrix = nullptr;
  if (interpretation == ChannelInterpretation::speakers)
    for (const Matrix &candidate : kMatrices)
      if (candidate.from == from && candidate.to == to)
        matrix = &candidate;
  // discrete, and layouts that "speakers" does not know: channel by channel.
  for (uint32_t c = 0; c < to; c++)
    if (!matrix && c < from)
      std::memcpy (out[c], in[c], frames * sizeof (float));
    else
      std::memset (out[c], 0, frames * sizeof (float));
  for (uint32_t c = 0; matrix && c < to; c++)
    for (uint32_t i = 0; i < from; i++)
      if (const float weight = matrix->weights[c][i])
        add (in[i], weight, out[c], frames);
}

} // namespace webmedia::worklet
