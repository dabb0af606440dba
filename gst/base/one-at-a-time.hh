// SPDX-License-Identifier: LGPL-2.1-or-later
// A function that several threads call, and one at a time runs.
#pragma once

#include <atomic>

namespace webmedia {

// Who calls while another one is in does not wait: the other one runs it once
// more. So what runs sees all that was there before the last call.
// Threads: thread-safe. It may be called from inside.
class OneAtATime {
public:
  // False: another one is in, and runs its own function once more.
  template <typename Function> bool run (Function function)
  {
    if (calls_.fetch_add (1) > 0)
      return false;
    int seen;
    do {
      seen = calls_.load ();
      function ();
    } while (!calls_.compare_exchange_strong (seen, 0));
    return true;
  }
  // The same, for callers that may come without an end: it runs so often, and
  // for each round after that `leave` is called in its place.
  template <typename Function, typename Leave>
  bool run_for (int times, Function function, Leave leave)
  {
    return run ([&] {
      if (times == 0)
        return leave ();
      times--;
      function ();
    });
  }

private:
  std::atomic<int> calls_{0}; // since the one that is in
};

} // namespace webmedia
