// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bench/keep-awake.hh"

#include <cstdio>
#include <sched.h>

namespace bench {

// False: it would take time from others.
static bool
give_way ()
{
  sched_param none{};
  return sched_setscheduler (0, SCHED_IDLE, &none) == 0;
}

KeepAwake::KeepAwake ()
{
  for (unsigned i = 0; i < std::thread::hardware_concurrency (); i++)
    threads_.emplace_back ([this] {
      if (!give_way ())
        fprintf (stderr, "no SCHED_IDLE: the processors may sleep\n");
      else
        while (!ends_)
          continue;
    });
}

KeepAwake::~KeepAwake ()
{
  ends_ = true;
  for (std::thread &thread : threads_)
    thread.join ();
}

} // namespace bench
