// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bench/figures.hh"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <malloc.h>
#include <string>
#include <time.h>
#include <unistd.h>

namespace bench {

uint64_t
now ()
{
  timespec time;
  clock_gettime (CLOCK_MONOTONIC, &time);
  return uint64_t (time.tv_sec) * 1000000000 + uint64_t (time.tv_nsec);
}

void
wait_until (uint64_t time)
{
  timespec until{time_t (time / 1000000000), long (time % 1000000000)};
  clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
}

double
percentile (std::vector<double> values, double part)
{
  if (values.empty ())
    return 0;
  auto at = values.begin () + ptrdiff_t (double (values.size () - 1) * part);
  std::nth_element (values.begin (), at, values.end ());
  return *at;
}

bool
reset_peak (int process)
{
  std::string path = "/proc/" + std::to_string (process) + "/clear_refs";
  FILE *file = fopen (path.c_str (), "w");
  if (!file)
    return false;
  bool written = fputs ("5", file) >= 0;
  return fclose (file) == 0 && written;
}

int64_t
status_kilobytes (int process, const char *key)
{
  std::string path = "/proc/" + std::to_string (process) + "/status";
  FILE *file = fopen (path.c_str (), "r");
  if (!file)
    return -1;
  int64_t value = -1;
  char line[256];
  size_t length = strlen (key);
  while (value < 0 && fgets (line, sizeof line, file))
    if (strncmp (line, key, length) == 0 && line[length] == ':')
      value = strtoll (line + length + 1, nullptr, 10);
  fclose (file);
  return value;
}

PeakMemory::PeakMemory ()
{
  // What was freed before and is used again would not be seen.
  malloc_trim (0);
  reset_peak (getpid ());
  before_ = status_kilobytes (getpid (), "VmRSS");
}

int64_t
PeakMemory::kilobytes () const
{
  return status_kilobytes (getpid (), "VmHWM") - before_;
}

int
thread_count (const char *suffix)
{
  int count = 0;
  DIR *folder = opendir ("/proc/self/task");
  while (dirent *entry = folder ? readdir (folder) : nullptr) {
    std::string path = std::string ("/proc/self/task/") + entry->d_name;
    FILE *file = fopen ((path + "/comm").c_str (), "r");
    if (!file)
      continue;
    char name[32] = "";
    if (fgets (name, sizeof name, file))
      count += std::string (name).ends_with (std::string (suffix) + "\n");
    fclose (file);
  }
  if (folder)
    closedir (folder);
  return count;
}

} // namespace bench
