// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <atomic>
#include <thread>
#include <vector>

namespace bench {

// As long as it lives, no processor sleeps: a thread for each runs where nobody
// else wants to. An idle one takes tens of microseconds to wake up, most of
// all where it is a virtual machine's, and its caches are cold then.
class KeepAwake {
public:
  KeepAwake ();
  ~KeepAwake ();
  KeepAwake (const KeepAwake &) = delete;
  KeepAwake &operator= (const KeepAwake &) = delete;

private:
  std::atomic<bool> ends_{false};
  std::vector<std::thread> threads_;
};

} // namespace bench
