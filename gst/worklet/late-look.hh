// SPDX-License-Identifier: LGPL-2.1-or-later
// Who posts a message that he leaves to the audio thread looks again.
#pragma once

#include "base/ptr.hh"

#include <atomic>
#include <functional>
#include <memory>

namespace webmedia::worklet {

// A function that is called once, some time after it was asked for.
// Threads: thread-safe.
class LateLook final : public std::enable_shared_from_this<LateLook> {
public:
  // It refers to its object weakly, and may block.
  static std::shared_ptr<LateLook> create (std::function<void ()> look)
  {
    return std::shared_ptr<LateLook> (new LateLook (std::move (look)));
  }
  // On a thread of its own, when the audio thread is overdue. Nothing, while it
  // is to come already.
  void set ();

private:
  explicit LateLook (std::function<void ()> look) : look_ (std::move (look)) {}

  const std::function<void ()> look_;
  std::atomic<bool> is_set_{false};
};

} // namespace webmedia::worklet
