// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ranges.hh"

#include <algorithm>

namespace demo {

Ranges
unite (const Ranges &a, const Ranges &b)
{
  Ranges all = a, united;
  all.insert (all.end (), b.begin (), b.end ());
  std::sort (all.begin (), all.end (),
      [] (const Range &x, const Range &y) { return x.start < y.start; });
  for (const Range &range : all)
    if (united.empty () || range.start > united.back ().end)
      united.push_back (range);
    else
      united.back ().end = std::max (united.back ().end, range.end);
  return united;
}

Ranges
subtract (const Ranges &a, const Ranges &b)
{
  Ranges left = a;
  for (const Range &cut : b) {
    Ranges next;
    for (const Range &range : left) {
      Range before{range.start, std::min (range.end, cut.start)};
      Range after{std::max (range.start, cut.end), range.end};
      for (const Range &rest : {before, after})
        if (rest.start < rest.end)
          next.push_back (rest);
    }
    left = std::move (next);
  }
  return left;
}

Ranges
intersect (const Ranges &a, const Ranges &b)
{
  return subtract (a, subtract (a, b));
}

} // namespace demo
