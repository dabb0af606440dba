// SPDX-License-Identifier: LGPL-2.1-or-later
// Threads that open, stop, clone, disable and constrain tracks of one device.
#include "devices/capture.hh"

#include "support/capture-fixture.hh"

#include <random>
#include <thread>

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

namespace {

constexpr int kThreads = 4;
constexpr int kOperations = 250; // of each

// Stops what it has at the end.
void
work (CaptureFixture &f, unsigned seed)
{
  std::mt19937 random (seed);
  auto up_to = [&random] (unsigned end) {
    return random () % end;
  };
  auto some_size = [&] {
    return "{\"width\":{\"exact\":" + std::to_string (64 + 32 * up_to (18))
           + "}}";
  };
  std::vector<TrackPtr> tracks;
  for (int i = 0; i < kOperations; i++) {
    if (tracks.empty () || (tracks.size () < 4 && up_to (3) == 0)) {
      tracks.push_back (f.open (some_size ()));
      continue;
    }
    size_t at = up_to (unsigned (tracks.size ()));
    switch (up_to (6)) {
    case 0:
      tracks[at]->stop ();
      [[fallthrough]];
    case 1: // lets go of it
      tracks.erase (tracks.begin () + std::ptrdiff_t (at));
      break;
    case 2:
      f.apply (tracks[at], some_size ());
      break;
    case 3:
      if (tracks.size () < 6)
        tracks.push_back (tracks[at]->clone ());
      break;
    case 4:
      tracks[at]->set_enabled (up_to (2) == 0);
      break;
    default:
      Taker taker (tracks[at]);
      if (!tracks[at]->muted ())
        fail_unless (bool (taker.next ()));
    }
    fail_if (!tracks.empty () && tracks.back ()->is_ended ());
  }
}

} // namespace

GST_START_TEST (any_order_of_calls_from_any_thread_ends_well)
{
  CaptureFixture f;
  {
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < kThreads; i++)
      threads.emplace_back ([&f, i] { work (f, 1000 + i); });
    for (std::thread &thread : threads)
      thread.join ();
  }
  f.wait_released ();
  Taker taker (f.open ());
  fail_unless (bool (taker.next ()));
}
GST_END_TEST

// The device fails again and again meanwhile.
GST_START_TEST (a_device_that_fails_at_any_time_ends_well)
{
  CaptureFixture f;
  std::atomic<bool> is_over{false};
  std::thread breaker ([&] {
    while (!is_over) {
      f.set_devices ({});
      f.set_devices ({f.device}); // only that can be opened
      std::this_thread::yield ();
    }
  });
  {
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < kThreads; i++)
      threads.emplace_back ([&f] {
        for (int round = 0; round < 20; round++)
          if (auto opened = f.try_open ("{}")) {
            auto clone = (*opened)->clone ();
            Taker taker (clone);
            taker.next ();
            (void)f.of (clone)->apply (
                constraints (R"({"width":{"exact":100}})"), {});
          }
      });
    for (std::thread &thread : threads)
      thread.join ();
  }
  is_over = true;
  breaker.join ();
  Taker taker (f.open ()); // after what was given up has been let go of
  fail_unless (bool (taker.next ()));
}
GST_END_TEST

static Suite *
capture_random_suite (void)
{
  Suite *suite = suite_create ("capture-random");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, any_order_of_calls_from_any_thread_ends_well);
  tcase_add_test (tc, a_device_that_fails_at_any_time_ends_well);
  return suite;
}

GST_CHECK_MAIN (capture_random);
