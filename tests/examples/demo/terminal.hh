// SPDX-License-Identifier: LGPL-2.1-or-later
// What a person reads while the demo runs: a log that scrolls, and under it a
// live line for each presentation. Plain lines where there is no terminal.
#pragma once

#include "util.hh"

namespace demo {

struct Progress {
  std::string name;
  double position;
  double duration;
  bool seeking;
  bool over;
  std::vector<std::vector<Range>> buffered; // of each SourceBuffer
};

// Threads: thread-bound (the application's).
class Terminal {
public:
  Terminal ();
  Terminal (const Terminal &) = delete;
  Terminal &operator= (const Terminal &) = delete;
  ~Terminal ();

  void log (double wall, const std::string &name, const std::string &text);
  void show (double wall, const std::vector<Progress> &lines);

private:
  void erase ();
  std::string bar (const Progress &line, int width) const;
  void show_plain (double wall, const std::vector<Progress> &lines);

  const bool live_;
  std::vector<std::string> shown_;
  double next_plain_ = 0;
};

} // namespace demo
