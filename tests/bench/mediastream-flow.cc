// SPDX-License-Identifier: LGPL-2.1-or-later
// What a buffer costs, and how long it takes.
#include "bench/figures.hh"
#include "bench/keep-awake.hh"
#include "bench/mediastream.hh"
#include "bench/table.hh"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <sys/resource.h>

namespace bench {

namespace {

// One run.
struct Run {
  double value = -1; // nanoseconds: processor time of a buffer, or its age
  double p99 = -1;   // of ages
  double lost = 0;   // share
  double copied = 0; // share
  std::string failure{};
};

struct Series {
  std::string name;
  std::vector<Run> runs{};
  std::vector<double> floors{}; // mean of the two around each run, if any

  std::vector<double> of (double Run::*field) const
  {
    std::vector<double> values;
    for (const Run &run : runs)
      values.push_back (run.*field);
    return values;
  }
  std::string failure () const
  {
    for (const Run &run : runs)
      if (!run.failure.empty ())
        return run.failure;
    return "";
  }
  bool is_judged () const
  {
    return name == "webmedia" && !floors.empty () && failure ().empty ();
  }
  std::vector<double> ratios () const
  {
    std::vector<double> values;
    for (size_t i = 0; i < floors.size (); i++)
      values.push_back (runs[i].value / floors[i]);
    return values;
  }
  std::vector<double> differences () const
  {
    std::vector<double> values;
    for (size_t i = 0; i < floors.size (); i++)
      values.push_back (runs[i].value - floors[i]);
    return values;
  }
};

struct Case {
  std::string name;
  Medium medium;
  int consumers;
};

} // namespace

// Of all threads: nanoseconds.
static double
processor_time ()
{
  rusage usage;
  getrusage (RUSAGE_SELF, &usage);
  auto in_ns = [] (const timeval &time) {
    return double (time.tv_sec) * 1e9 + double (time.tv_usec) * 1e3;
  };
  return in_ns (usage.ru_utime) + in_ns (usage.ru_stime);
}

static void
count_losses (const Rig &rig, Run &run)
{
  double count = 0, lost = 0, copied = 0;
  for (size_t i = 0; i < rig.consumers (); i++) {
    count += double (rig.got (i).count);
    lost += double (rig.got (i).lost);
    copied += double (rig.got (i).copied);
  }
  if (count == 0 && run.failure.empty ())
    run.failure = "nothing arrived";
  if (count == 0)
    return;
  run.lost = lost / (count + lost);
  run.copied = copied / count;
}

static Run
run_flat_out (Transport &transport, const Case &what, double seconds)
{
  Rig rig (transport, {{what.medium}, false}, what.consumers);
  rig.start_consumers ();
  rig.start_producer ();
  wait_for (seconds / 10);
  double before = processor_time ();
  uint64_t first = rig.made ().count;
  wait_for (seconds * 9 / 10);
  double cost = processor_time () - before;
  uint64_t count = rig.made ().count - first;
  Run run{.failure = rig.stop ()};
  run.value = count > 0 ? cost / double (count) : -1;
  count_losses (rig, run);
  return run;
}

static Run
run_paced (Transport &transport, const Case &what, double seconds)
{
  Rig rig (transport, {{what.medium}, true}, what.consumers);
  rig.start_consumers ();
  rig.start_producer ();
  wait_for (seconds);
  Run run{.failure = rig.stop ()};
  std::vector<double> ages;
  for (size_t i = 0; i < rig.consumers (); i++) {
    const std::vector<double> &of = rig.got (i).ages;
    auto warm = of.begin () + ptrdiff_t (of.size () / 10);
    ages.insert (ages.end (), warm, of.end ());
  }
  run.value = median (ages);
  run.p99 = percentile (ages, 0.99);
  count_losses (rig, run);
  return run;
}

// Each contender's run lies between two of the queue.
template <typename Function>
static std::vector<Series>
run_between (const StreamOptions &options, int rounds, bool lossless,
    Function run, const Case &what)
{
  auto floor = make_queue ();
  auto contenders = options.contenders ();
  std::erase_if (contenders, [lossless] (const auto &contender) {
    return lossless && contender->is_lossy ();
  });
  std::vector<Series> all;
  for (const auto &contender : contenders)
    all.push_back ({.name = contender->name ()});
  auto run_floor = [&] {
    return options.alone ? 0 : run (*floor, what).value;
  };
  double before = run_floor ();
  for (int i = 0; i < rounds; i++)
    for (size_t n = 0; n < contenders.size (); n++) {
      all[n].runs.push_back (run (*contenders[n], what));
      double after = run_floor ();
      if (!options.alone)
        all[n].floors.push_back ((before + after) / 2);
      before = after;
    }
  return all;
}

static std::vector<Case>
cases (const StreamOptions &options, int pictures_a_second)
{
  std::vector<Case> all;
  for (bool is_video : {false, true})
    for (int consumers : {1, 8}) {
      const char *name = is_video ? "video" : "audio";
      if (!options.medium.empty () && options.medium != name)
        continue;
      if (options.consumers > 0 && consumers == 8)
        continue;
      int wanted = options.consumers > 0 ? options.consumers : consumers;
      all.push_back (
          {.name = std::string (name) + " 1->" + std::to_string (wanted),
              .medium = is_video ? pictures (pictures_a_second) : sound (),
              .consumers = wanted});
    }
  return all;
}

static std::string
percent (double share)
{
  return number (share * 100) + " %";
}

// "median (least to most)".
static std::string
spread (const std::vector<double> &values, double unit)
{
  if (values.empty ())
    return "-";
  auto text = [&] (double part) {
    double value = percentile (values, part) / unit;
    return (value < 0 ? "-" : "") + number (std::abs (value));
  };
  return text (0.5) + " (" + text (0) + " to " + text (1) + ")";
}

static bool
print_failure (const Series &series)
{
  std::string failure = series.failure ();
  if (!failure.empty ())
    printf ("%s failed: %s\n", series.name.c_str (), failure.c_str ());
  return !failure.empty ();
}

static void
print_cost (const std::vector<Series> &all, const Case &what, int rounds)
{
  printf (
      "\n%s, flat out, nothing lost: %d rounds\n", what.name.c_str (), rounds);
  Table table ({"", "us/buffer", "its time / the queue's", "lost", "copied"});
  for (const Series &series : all)
    if (!print_failure (series))
      table.add ({series.name, number (median (series.of (&Run::value)) / 1e3),
          spread (series.ratios (), 1),
          percent (percentile (series.of (&Run::lost), 1)),
          percent (percentile (series.of (&Run::copied), 1))});
  table.print ();
  for (const Series &series : all)
    if (series.is_judged ()) {
      std::string floor =
          what.consumers > 1
              ? "tee + " + std::to_string (what.consumers) + " queues"
              : "queue";
      print_verdict (what.name + ", time of webmedia / " + floor,
          median (series.ratios ()), true, what.consumers > 1 ? 1.0 : 1.1);
    }
}

static void
print_latency (
    const std::vector<Series> &all, const std::string &name, int rounds)
{
  printf ("\n%s: %d rounds\n", name.c_str (), rounds);
  Table table (
      {"us", "p50", "p50 more than the queue's", "p99", "lost", "copied"});
  for (const Series &series : all)
    if (!print_failure (series))
      table.add ({series.name, number (median (series.of (&Run::value)) / 1e3),
          spread (series.differences (), 1e3),
          number (median (series.of (&Run::p99)) / 1e3),
          percent (median (series.of (&Run::lost))),
          percent (median (series.of (&Run::copied)))});
  table.print ();
  for (const Series &series : all)
    if (series.is_judged ())
      print_verdict (name + ", p50 us more than the queue's",
          std::max (median (series.differences ()) / 1e3, 0.0), true, 10);
}

void
measure_cost (const StreamOptions &options)
{
  int rounds = options.rounds > 0 ? options.rounds : 9;
  double seconds = options.seconds > 0 ? options.seconds : 0.5;
  for (const Case &what : cases (options, 30))
    print_cost (run_between (
                    options, rounds, true,
                    [&] (Transport &transport, const Case &each) {
                      return run_flat_out (transport, each, seconds);
                    },
                    what),
        what, rounds);
}

void
measure_latency (const StreamOptions &options)
{
  int rounds = options.rounds > 0 ? options.rounds : 5;
  double seconds = options.seconds > 0 ? options.seconds : 1;
  for (bool awake : {true, false}) {
    std::optional<KeepAwake> keep_awake;
    if (awake)
      keep_awake.emplace ();
    for (const Case &what : cases (options, 60))
      print_latency (run_between (
                         options, rounds, false,
                         [&] (Transport &transport, const Case &each) {
                           return run_paced (transport, each, seconds);
                         },
                         what),
          what.name + (awake ? ", processors awake" : ", processors sleep"),
          rounds);
  }
}

} // namespace bench
