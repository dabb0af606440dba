// SPDX-License-Identifier: LGPL-2.1-or-later
// Four samples at once: what every machine that matters can do, and what the
// compiler breaks up on others.
#pragma once

namespace webmedia::worklet {

// At any address.
typedef float Four __attribute__ ((vector_size (16), aligned (4), may_alias));

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

} // namespace webmedia::worklet
