// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/pump.hh"

namespace webmedia::worklet {

// https://webaudio.github.io/web-audio-api/#rendering-loop
// (the associated task queue, while there is no loop)
bool
pump (RenderRole &role, const ProcessorPort &port,
    const std::function<bool ()> &is_taken,
    const std::function<bool ()> &deliver)
{
  bool has_delivered = false;
  const uint64_t posted = port.posted ();
  while (port.taken () < posted) {
    if (!is_taken ())
      role.enter ();
    else if (!role.try_enter ())
      break;
    const bool is_there = deliver ();
    role.leave ();
    if (!is_there)
      break;
    has_delivered = true;
  }
  return has_delivered;
}

} // namespace webmedia::worklet
