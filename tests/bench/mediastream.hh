// SPDX-License-Identifier: LGPL-2.1-or-later
// The parts of `mediastream`.
#pragma once

#include "bench/transport.hh"

namespace bench {

struct StreamOptions {
  int rounds = 0; // 0: each part's own
  double seconds = 0;
  bool alone = false;
  std::string contender;
  std::string medium;
  int consumers = 0; // 0: 1, and 8

  // Those that were asked for.
  std::vector<std::unique_ptr<Transport>> contenders () const;
  bool wants (const std::string &name) const
  {
    return contender.empty () || contender == name;
  }
};

// Processor time of a buffer, as fast as they go; and how old it is when it
// arrives, at the pace of real media: each run between two of the queue.
void measure_cost (const StreamOptions &options);
void measure_latency (const StreamOptions &options);
// Who comes when the producer has been running for a second.
void measure_joiner (const StreamOptions &options);
// Four consumers, of which one takes 200 ms for each picture.
void measure_slow (const StreamOptions &options);
// How long it takes until all consumers know that the producer has ended.
void measure_end (const StreamOptions &options);

} // namespace bench
