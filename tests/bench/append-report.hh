// SPDX-License-Identifier: LGPL-2.1-or-later
// What `append` measures, and how it is printed.
#pragma once

#include "bench/contender.hh"

namespace bench {

// What one contender did with one job.
struct Result {
  std::string name;
  std::string failure;
  std::vector<double> totals; // of each round
  std::vector<double> each;   // of all appends of all rounds
  int64_t peak = -1;          // kilobytes
};

// One table.
struct Job {
  Work work;
  double copied = 0;           // share of the bytes that webmedia copied
  std::vector<Result> results; // webmedia's first
};

// The time of all appends of a round, each as its median over the rounds: what
// takes the processor away now and then, for longer than a whole round may
// take, does not count. Nanoseconds; 0 where there was no round.
double typical_total (const Result &result);

void print_job (const Job &job);
void print_verdicts (const Job &job);

} // namespace bench
