// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/render-role.hh"

#include <thread>

namespace webmedia::worklet {

void
RenderRole::begin ()
{
  int expected = nobody;
  if (holder_.compare_exchange_strong (expected, audio_thread,
          std::memory_order_acquire, std::memory_order_relaxed)) [[likely]]
    return;
  is_wanted_.store (true);
  while (true) {
    expected = nobody;
    if (holder_.compare_exchange_strong (expected, audio_thread))
      break;
    holder_.wait (expected);
  }
  is_wanted_.store (false);
}

bool
RenderRole::try_enter ()
{
  int expected = nobody;
  if (is_wanted_.load ()
      || !holder_.compare_exchange_strong (expected, another))
    return false;
  if (!is_wanted_.load ())
    return true;
  // It came to be wanted in between.
  leave ();
  return false;
}

// The audio thread tells nobody that it has gone, as that is a system call. It
// is in for a buffer at a time.
void
RenderRole::enter ()
{
  while (!try_enter ())
    std::this_thread::yield ();
}

void
RenderRole::leave ()
{
  holder_.store (nobody);
  if (is_wanted_.load ())
    holder_.notify_one ();
}

} // namespace webmedia::worklet
