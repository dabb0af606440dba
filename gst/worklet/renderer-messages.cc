// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/renderer.hh"

namespace webmedia::worklet {

// Only what is there at the start: what a handler causes is for the next
// quantum.
template <typename Deliver>
void
Renderer::deliver_from (ProcessorPort &port, bool until_wanted, Deliver deliver)
{
  for (uint64_t waiting = port.waiting (); waiting > 0; waiting--) {
    if (until_wanted && is_wanted_.load (std::memory_order_relaxed))
      return;
    ProcessorPort::Incoming *incoming = port.take ();
    // Another one stands before it, half pushed.
    if (!incoming)
      return;
    deliver (*incoming);
    port.done (incoming);
  }
}

// https://webaudio.github.io/web-audio-api/#rendering-loop
// (the associated task queue)
void
Renderer::deliver_messages (bool until_wanted)
{
  if (GlobalScope::HandlerEntry *first =
          scope_.handlers_.load (std::memory_order_acquire))
    deliver_from (scope_.port_, until_wanted,
        [first] (const ProcessorPort::Incoming &incoming) {
          for (auto *entry = first; entry; entry = entry->next)
            entry->handler (incoming);
        });
  deliver_from (node->port_, until_wanted,
      [this] (const ProcessorPort::Incoming &incoming) {
        if (processor_)
          processor_->on_message (incoming);
      });
}

bool
Renderer::pump ()
{
  int expected = nobody;
  if (!role_.compare_exchange_strong (expected, pumping,
          std::memory_order_acquire, std::memory_order_relaxed))
    return false;
  deliver_messages (true);
  role_.store (nobody);
  if (is_wanted_.load ())
    role_.notify_one ();
  return true;
}

void
Renderer::begin ()
{
  int expected = nobody;
  if (role_.compare_exchange_strong (expected, audio_thread,
          std::memory_order_acquire, std::memory_order_relaxed)) [[likely]]
    return;
  is_wanted_.store (true);
  while (true) {
    expected = nobody;
    if (role_.compare_exchange_strong (
            expected, audio_thread, std::memory_order_acquire))
      break;
    role_.wait (expected);
  }
  is_wanted_.store (false);
}

void
Renderer::end ()
{
  role_.store (nobody, std::memory_order_release);
}

} // namespace webmedia::worklet
