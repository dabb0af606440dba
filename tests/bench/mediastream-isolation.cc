// SPDX-License-Identifier: LGPL-2.1-or-later
// Consumers that come late, and one that is slow.
#include "bench/figures.hh"
#include "bench/mediastream.hh"
#include "bench/table.hh"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>

namespace bench {

namespace {

// Milliseconds; of all rounds.
struct Joins {
  std::vector<double> errors[2]; // medians: of sound, of pictures
  std::vector<double> offsets;   // between the two
  std::vector<double> firsts[2]; // after the call that set it to PLAYING
  std::vector<double> ages[2];   // of these first ones
  std::string failure;
};

struct Slow {
  double others = 0; // least share of the buffers that they got
  double p50 = 0;    // of these: milliseconds
  double most = 0;
  unsigned buffers = 0; // of the pool
  std::string failure{};
};

} // namespace

static std::string
signed_number (double value)
{
  return (value < 0 ? "-" : "") + number (std::abs (value));
}

// The consumer has its own base time: nobody sets one.
static void
join (Transport &transport, double late, double seconds, Joins &joins)
{
  Rig rig (transport, {{sound (), pictures (30)}, true}, 1);
  if (transport.is_one_pipeline ())
    return;
  rig.start_producer ();
  wait_for (late);
  uint64_t start = now ();
  rig.start_consumers ();
  wait_for (seconds);
  joins.failure = rig.stop ();
  double errors[2] = {};
  for (size_t medium = 0; medium < 2; medium++) {
    const Got &got = rig.got (0, medium);
    if (got.count == 0) {
      joins.failure = "nothing arrived";
      return;
    }
    errors[medium] = median (got.errors) / 1e6;
    joins.errors[medium].push_back (errors[medium]);
    joins.firsts[medium].push_back (double (got.first - start) / 1e6);
    joins.ages[medium].push_back (got.first_age / 1e6);
  }
  joins.offsets.push_back (std::abs (errors[1] - errors[0]));
}

void
measure_joiner (const StreamOptions &options)
{
  int rounds = options.rounds > 0 ? options.rounds : 5;
  double seconds = options.seconds > 0 ? options.seconds : 0.5;
  printf ("\nA consumer 1.1 s late, with its own base time; sound, and 30 "
          "pictures a second: %d rounds\n",
      rounds);
  Table table ({"ms", "audio: wrong by", "first after", "its age",
      "video: wrong by", "first after", "its age", "A/V offset"});
  Joins ours;
  for (const auto &transport : options.contenders ()) {
    if (transport->is_one_pipeline ())
      continue;
    Joins joins;
    // Each at another time since the last picture.
    for (int i = 0; i < rounds && joins.failure.empty (); i++)
      join (*transport, 1.1 + (i + 0.5) / rounds / 30, seconds, joins);
    if (!joins.failure.empty ()) {
      printf ("%s failed: %s\n", transport->name ().c_str (),
          joins.failure.c_str ());
      continue;
    }
    std::vector<std::string> row{transport->name ()};
    for (size_t medium = 0; medium < 2; medium++) {
      row.push_back (signed_number (median (joins.errors[medium])));
      row.push_back (number (median (joins.firsts[medium])));
      row.push_back (number (median (joins.ages[medium])));
    }
    row.push_back (number (median (joins.offsets)));
    table.add (std::move (row));
    if (transport->name () == "webmedia")
      ours = std::move (joins);
  }
  table.print ();
  if (ours.offsets.empty ())
    return;
  for (size_t medium = 0; medium < 2; medium++)
    print_verdict (
        std::string (medium == 0 ? "audio" : "video") + ", wrong by ms, median",
        std::abs (median (ours.errors[medium])), true, 1);
  print_verdict ("offset of audio and video, ms, most",
      percentile (ours.offsets, 1), true, 1);
  print_verdict ("first picture after PLAYING, ms, median",
      median (ours.firsts[1]), true, 5);
  print_verdict ("age of the first picture, ms, most",
      percentile (ours.ages[1], 1), true, 1000.0 / 30);
}

static Slow
run_slow (Transport &transport, double seconds, uint64_t delay)
{
  constexpr int kConsumers = 4;
  Rig rig (transport, {{pictures (30)}, true}, kConsumers, delay);
  rig.start_consumers ();
  rig.start_producer ();
  wait_for (seconds);
  // What was made by then should have arrived a moment later.
  Made made = rig.made ();
  wait_for (0.01);
  uint64_t least = made.due;
  for (size_t i = 1; i < kConsumers; i++)
    least = std::min (least, rig.count (i));
  Slow slow{.buffers = made.buffers, .failure = rig.stop ()};
  slow.others = double (least) / double (std::max<uint64_t> (made.due, 1));
  std::vector<double> ages;
  for (size_t i = 1; i < kConsumers; i++) {
    const std::vector<double> &of = rig.got (i).ages;
    ages.insert (ages.end (), of.begin (), of.end ());
  }
  slow.p50 = median (ages) / 1e6;
  slow.most = percentile (ages, 1) / 1e6;
  return slow;
}

void
measure_slow (const StreamOptions &options)
{
  constexpr uint64_t kDelay = 200 * GST_MSECOND;
  int rounds = options.rounds > 0 ? options.rounds : 1;
  double seconds = options.seconds > 0 ? options.seconds : 5;
  printf ("\n1080p, 30 a second, to four of which one takes 200 ms for each: "
          "%g s, %d rounds\n",
      seconds, rounds);
  Table table ({"", "the others got", "p50 ms", "most ms", "pool's buffers",
      "more than without"});
  std::function<void ()> verdicts = [] {
  };
  for (const auto &transport : options.contenders ()) {
    std::vector<double> others, p50, most, buffers, extra;
    std::string failure;
    for (int i = 0; i < rounds && failure.empty (); i++) {
      Slow without = run_slow (*transport, seconds / 2, 0);
      Slow with = run_slow (*transport, seconds, kDelay);
      failure = without.failure + with.failure;
      others.push_back (with.others);
      p50.push_back (with.p50);
      most.push_back (with.most);
      buffers.push_back (with.buffers);
      extra.push_back (double (with.buffers) - double (without.buffers));
    }
    if (!failure.empty ()) {
      printf ("%s failed: %s\n", transport->name ().c_str (), failure.c_str ());
      continue;
    }
    table.add ({transport->name (), number (median (others) * 100) + " %",
        number (median (p50)), number (percentile (most, 1)),
        number (percentile (buffers, 1)), signed_number (median (extra))});
    if (transport->name () == "webmedia")
      verdicts = [=] {
        print_verdict ("% of the pictures that the others got, least",
            percentile (others, 0) * 100, false, 100);
        print_verdict (
            "more buffers of the pool, most", percentile (extra, 1), true, 8);
      };
  }
  table.print ();
  verdicts ();
}

} // namespace bench
