// SPDX-License-Identifier: LGPL-2.1-or-later
// What a person reads while the demo runs: a line for each consumer.
#pragma once

#include "show.hh"

namespace demo {

// Redrawn in place on a terminal; else printed now and then.
// Threads: thread-bound (the application's).
class Table {
public:
  Table ();
  Table (const Table &) = delete;
  Table &operator= (const Table &) = delete;
  ~Table ();

  void show (double wall, const std::vector<std::unique_ptr<Act>> &acts);

private:
  const bool live_;
  size_t lines_ = 0;
  double next_plain_ = 0;
};

} // namespace demo
