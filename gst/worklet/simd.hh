// SPDX-License-Identifier: LGPL-2.1-or-later
// Four samples at once: what every machine that matters can do, and what the
// compiler breaks up on others. Eight, where has_eight() says so as it runs.
#pragma once

namespace webmedia::worklet {

// At any address, as the memory of buffers may begin anywhere.
typedef float Four __attribute__ ((vector_size (16), aligned (1), may_alias));
typedef float Loose __attribute__ ((aligned (1), may_alias));

inline Four
load_four (const float *from)
{
  return *reinterpret_cast<const Four *> (from);
}

inline void
store_four (float *to, Four values)
{
  *reinterpret_cast<Four *> (to) = values;
}

inline Four
four_times (float value)
{
  return Four{value, value, value, value};
}

#if defined(__x86_64__)
// What uses Eight is marked with this, and called only where has_eight().
  #define WITH_EIGHT __attribute__ ((target ("avx2")))

typedef float Eight __attribute__ ((vector_size (32), aligned (1), may_alias));

inline bool
has_eight ()
{
  return __builtin_cpu_supports ("avx2");
}
#else
inline bool
has_eight ()
{
  return false;
}
#endif

} // namespace webmedia::worklet
