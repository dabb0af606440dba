// SPDX-License-Identifier: LGPL-2.1-or-later
// Threads for work that a caller does not want to wait for. A program that
// exits does, 3 seconds at most.
#pragma once

#include <functional>

namespace webmedia {

// Runs `work` on one of a few threads that the whole library shares. Work
// that must keep an order waits for its predecessor to post it.
// Threads: any.
void run_in_pool (std::function<void ()> work);

// Runs work that may block, for ever maybe, on a thread that nothing else waits
// for. Threads: any.
void run_blocking (std::function<void ()> work);

} // namespace webmedia
