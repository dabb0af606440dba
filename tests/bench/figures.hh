// SPDX-License-Identifier: LGPL-2.1-or-later
// Clock, percentiles, memory.
#pragma once

#include <cstdint>
#include <vector>

namespace bench {

// Nanoseconds of a clock that only goes on.
uint64_t now ();
// What is measured over a time takes it.
void wait_until (uint64_t time);
inline void
wait_for (double seconds)
{
  wait_until (now () + uint64_t (seconds * 1e9));
}

// The value that `part` (0 to 1) of the values do not exceed; 0 for none.
double percentile (std::vector<double> values, double part);
inline double
median (const std::vector<double> &values)
{
  return percentile (values, 0.5);
}

// How far this process's memory has grown beyond what it was at construction,
// at its peak: kilobytes of resident memory.
class PeakMemory {
public:
  PeakMemory ();
  int64_t kilobytes () const;

private:
  int64_t before_;
};

// The same of another process, by parts: its peak is reset, and read.
bool reset_peak (int process);
// A line of /proc/PROCESS/status, in kilobytes; -1 when there is none.
int64_t status_kilobytes (int process, const char *key);

// Threads of this process whose name ends in `suffix`.
int thread_count (const char *suffix);

} // namespace bench
