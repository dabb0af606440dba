// SPDX-License-Identifier: LGPL-2.1-or-later
#include "table.hh"

#include <unistd.h>

namespace demo {

namespace {

constexpr double kPlainInterval = 2;

std::string
line_of (Act &act)
{
  if (!act.plays ())
    return format ("%-10s has not joined yet", act.name.c_str ());
  Meter::Reading reading = act.reading ();
  return format ("%-10s %8.2f %8.2f %10" G_GUINT64_FORMAT " %8" G_GUINT64_FORMAT
                 " %8u",
      act.name.c_str (), reading.median, reading.highest, reading.delivered,
      reading.dropped, reading.waiting);
}

} // namespace

Table::Table () : live_ (isatty (STDOUT_FILENO))
{
  g_print (
      "The age of a picture is the time from its capture until the consumer "
      "gets it, in ms:\nthe median and the highest of the last ones.\n\n");
  if (live_)
    g_print ("\x1b[?25l"); // no cursor
}

Table::~Table ()
{
  if (live_)
    g_print ("\x1b[?25h");
}

void
Table::show (double wall, const std::vector<std::unique_ptr<Act>> &acts)
{
  std::string lines;
  for (const auto &act : acts) // also for what it reads at its end
    lines += line_of (*act) + "\n";
  if (!live_ && wall < next_plain_)
    return;
  next_plain_ = wall + kPlainInterval;
  if (live_ && lines_ > 0)
    g_print ("\x1b[%zuA\r\x1b[J", lines_);
  g_print ("%5.1f s    %8s %8s %10s %8s %8s\n%s", wall, "age: p50", "highest",
      "delivered", "dropped", "waiting", lines.c_str ());
  lines_ = acts.size () + 1;
}

} // namespace demo
