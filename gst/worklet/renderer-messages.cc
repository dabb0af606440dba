// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/renderer.hh"

namespace webmedia::worklet {

// https://webaudio.github.io/web-audio-api/#rendering-loop
// (the associated task queue)
void
Renderer::deliver_messages (bool until_wanted)
{
  scope_.deliver_messages (until_wanted);
  node->port_.deliver (
      [this] (const ProcessorPort::Incoming &incoming) {
        silence_.store (0, std::memory_order_relaxed);
        if (processor_)
          processor_->on_message (incoming);
      },
      [this, until_wanted] { return until_wanted && is_wanted (); });
}

} // namespace webmedia::worklet
