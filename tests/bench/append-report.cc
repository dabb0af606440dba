// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bench/append-report.hh"

#include "bench/table.hh"

#include <algorithm>
#include <cstdio>

namespace bench {

// The median of the rounds' ratios: noise that both had cancels out.
static double
paired_ratio (const Result &a, const Result &b)
{
  std::vector<double> ratios;
  for (size_t i = 0; i < std::min (a.totals.size (), b.totals.size ()); i++)
    ratios.push_back (a.totals[i] / b.totals[i]);
  return ratios.empty () ? -1 : median (ratios);
}

double
typical_total (const Result &result)
{
  size_t rounds = result.totals.size ();
  size_t appends = rounds > 0 ? result.each.size () / rounds : 0;
  double total = 0;
  std::vector<double> times (rounds);
  for (size_t i = 0; i < appends; i++) {
    for (size_t round = 0; round < rounds; round++)
      times[round] = result.each[round * appends + i];
    total += median (times);
  }
  return total;
}

void
print_job (const Job &job)
{
  const Work &work = job.work;
  double size = double (total_size (work.appends));
  printf ("\n%s, %s: %s MB, %zu frames, %zu appends, %zu rounds\n",
      work.media->name.c_str (), cut_name (work.cut),
      number (size / 1e6).c_str (), work.frames, work.appends.size (),
      job.results[0].totals.size ());
  Table table ({"", "MB/s", "ns/frame", "p50 us", "p99 us", "peak MB",
      "webmedia's time / its", "in pairs"});
  const double ours = typical_total (job.results[0]);
  for (const Result &result : job.results) {
    if (!result.failure.empty ()) {
      printf ("%s failed: %s\n", result.name.c_str (), result.failure.c_str ());
      continue;
    }
    double total = typical_total (result);
    table.add ({result.name, number (size * 1e3 / total),
        number (total / double (work.frames)),
        number (median (result.each) / 1e3),
        number (percentile (result.each, 0.99) / 1e3),
        number (result.peak < 0 ? -1 : double (result.peak) / 1e3),
        number (ours / total), number (paired_ratio (job.results[0], result))});
  }
  table.print ();
  printf (
      "  copied by webmedia: %.2f %% of the stored bytes\n", job.copied * 100);
}

void
print_verdicts (const Job &job)
{
  const Result &ours = job.results[0];
  if (!job.work.media->name.starts_with ("lo") || !ours.failure.empty ())
    return;
  for (const Result &result : job.results) {
    if (!result.failure.empty ())
      continue;
    double ratio = typical_total (ours) / typical_total (result);
    if (result.name == "demuxer")
      print_verdict ("time of webmedia / demuxer", ratio, true,
          job.work.media->is_webm () ? 0.15 : 0.3);
    else if (result.name == "appsrc")
      print_verdict ("time of appsrc / webmedia", 1 / ratio, false, 10);
    else if (result.name == "chromium")
      print_verdict ("MB/s of webmedia / chromium", 1 / ratio, false, 8);
  }
}

} // namespace bench
