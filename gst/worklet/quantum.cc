// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/quantum.hh"

namespace webmedia::worklet {

Result<>
check_quantum_size (uint64_t frames, uint32_t rate)
{
  const uint64_t most = 6 * uint64_t (rate);
  if (frames < 1 || frames > most)
    return make_error (ErrorCode::not_supported,
        "A render quantum can't have %" G_GUINT64_FORMAT
        " frames: at %u Hz it has 1 to %" G_GUINT64_FORMAT,
        frames, rate, most);
  return ok;
}

} // namespace webmedia::worklet
