// SPDX-License-Identifier: LGPL-2.1-or-later
// What is printed.
#pragma once

#include <string>
#include <vector>

namespace bench {

// A table for people: the first column to the left, the others to the right.
class Table {
public:
  explicit Table (std::vector<std::string> head) { add (std::move (head)); }
  void add (std::vector<std::string> row) { rows_.push_back (std::move (row)); }
  void print () const;

private:
  std::vector<std::vector<std::string>> rows_;
};

// A number with three significant digits or more; "-" for a negative one.
std::string number (double value);

// One line: a figure, its target, and whether it is met.
void print_verdict (
    const std::string &what, double value, bool at_most, double target);

} // namespace bench
