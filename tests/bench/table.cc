// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bench/table.hh"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace bench {

void
Table::print () const
{
  std::vector<size_t> widths (rows_[0].size ());
  for (const auto &row : rows_)
    for (size_t i = 0; i < row.size () && i < widths.size (); i++)
      widths[i] = std::max (widths[i], row[i].size ());
  for (const auto &row : rows_) {
    for (size_t i = 0; i < row.size (); i++) {
      int width = i < widths.size () ? int (widths[i]) : 0;
      printf (i == 0 ? "%-*s" : "  %*s", width, row[i].c_str ());
    }
    printf ("\n");
  }
}

std::string
number (double value)
{
  if (value < 0 || std::isnan (value))
    return "-";
  int digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  char text[32];
  snprintf (text, sizeof text, "%.*f", digits, value);
  return text;
}

void
print_verdict (
    const std::string &what, double value, bool at_most, double target)
{
  bool met = at_most ? value <= target : value >= target;
  printf ("  %-48s %8s  target %s %s: %s\n", what.c_str (),
      number (value).c_str (), at_most ? "<=" : ">=", number (target).c_str (),
      met ? "met" : "MISSED");
}

} // namespace bench
