// SPDX-License-Identifier: LGPL-2.1-or-later
// What is done to many samples at once. Each function has one result, whether
// it may take eight of them or not: that can be said, so that a machine that
// has eight can show what those do that have none.
#pragma once

#include "worklet/simd.hh"

#include <cstddef>

namespace webmedia::worklet {

#ifdef WITH_EIGHT
// As far as there are eight.
WITH_EIGHT inline size_t
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

WITH_EIGHT inline size_t
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
inline void
split_stereo (const float *in, float *left, float *right, size_t count,
    bool with_eight = has_eight ())
{
  size_t i = 0;
#ifdef WITH_EIGHT
  if (with_eight)
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

inline void
join_stereo (const float *left, const float *right, float *out, size_t count,
    bool with_eight = has_eight ())
{
  size_t i = 0;
#ifdef WITH_EIGHT
  if (with_eight)
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

#ifdef WITH_EIGHT
// As far as there are sixteen.
WITH_EIGHT inline size_t
scale_eights (const float *in, float gain, float *out, size_t frames)
{
  size_t i = 0;
  for (; i + 16 <= frames; i += 16)
    for (size_t k = 0; k < 16; k += 8)
      *reinterpret_cast<Eight *> (out + i + k) =
          *reinterpret_cast<const Eight *> (in + i + k) * gain;
  return i;
}
#endif

// Multiplies all by one number.
inline void
scale (const float *in, float gain, float *out, size_t frames,
    bool with_eight = has_eight ())
{
  const Four four = four_times (gain);
  size_t i = 0;
#ifdef WITH_EIGHT
  if (with_eight)
    i = scale_eights (in, gain, out, frames);
#endif
  for (; i + 16 <= frames; i += 16)
    for (size_t k = 0; k < 16; k += 4)
      store_four (out + i + k, load_four (in + i + k) * four);
  for (; i < frames; i++)
    out[i] = in[i] * gain;
}

} // namespace webmedia::worklet
