// SPDX-License-Identifier: LGPL-2.1-or-later
// A producer that goes.
#include "bench/figures.hh"
#include "bench/mediastream.hh"
#include "bench/table.hh"

#include <algorithm>
#include <cstdio>

namespace bench {

// What is not told by then never is.
static constexpr double kPatience = 0.5;

// Milliseconds until the last of them has an EOS; negative: not all of them
// ever had one.
static double
time_to_end (Transport &transport, bool by_eos)
{
  constexpr int kConsumers = 4;
  Rig rig (transport, {{pictures (60), sound ()}, true}, kConsumers);
  rig.start_consumers ();
  rig.start_producer ();
  wait_for (0.1);
  uint64_t start = now ();
  rig.end_producer (by_eos);
  auto last = [&rig] {
    uint64_t latest = 0;
    for (size_t i = 0; i < kConsumers; i++)
      for (size_t medium = 0; medium < 2; medium++) {
        uint64_t ended = rig.ended (i, medium);
        if (ended == 0)
          return ended;
        latest = std::max (latest, ended);
      }
    return latest;
  };
  uint64_t limit = start + uint64_t (kPatience * GST_SECOND);
  while (last () == 0 && now () < limit)
    wait_for (0.001);
  uint64_t end = last ();
  return end == 0 ? -1 : double (end - std::min (end, start)) / 1e6;
}

void
measure_end (const StreamOptions &options)
{
  int rounds = options.rounds > 0 ? options.rounds : 20;
  printf (
      "\nThe producer of 60 pictures a second, and sound, ends; until all of "
      "four consumers have an EOS: %d rounds\n",
      rounds);
  Table table ({"ms", "EOS: p50", "most", "to NULL: p50", "most"});
  double worst = -1;
  for (const auto &transport : options.contenders ()) {
    if (transport->is_one_pipeline ())
      continue;
    std::vector<std::string> row{transport->name ()};
    for (bool by_eos : {true, false}) {
      std::vector<double> times;
      for (int i = 0; i < rounds; i++) {
        times.push_back (time_to_end (*transport, by_eos));
        if (times.back () < 0)
          break;
      }
      bool never = times.back () < 0;
      row.push_back (never ? "never" : number (median (times)));
      row.push_back (never ? "" : number (percentile (times, 1)));
      if (transport->name () == "webmedia")
        worst =
            never ? kPatience * 1000 : std::max (worst, percentile (times, 1));
    }
    table.add (std::move (row));
  }
  table.print ();
  if (worst >= 0)
    print_verdict ("until they know, ms, most", worst, true, 50);
}

} // namespace bench
