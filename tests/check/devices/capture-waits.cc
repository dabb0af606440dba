// SPDX-License-Identifier: LGPL-2.1-or-later
// Devices that give nothing out, or never come back from being opened: who
// waits for them can be cancelled, and nobody else waits.
#include "devices/capture-waits.hh"

#include "base/worker-pool.hh"
#include "devices/capture.hh"
#include "support/capture-fixture.hh"

#include <thread>

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

namespace {

constexpr const char *kSmall =
    R"({"width":{"exact":320},"height":{"exact":240}})";
constexpr const char *kLarge =
    R"({"width":{"exact":640},"height":{"exact":480}})";

// How a device does not come to give data.
enum class Fault { silent, held };

void
set_fault (Fault fault, bool on)
{
  if (fault == Fault::silent)
    make_silent (on);
  else
    hold_open (on);
}

// Until a device that was opened with the fault is waited for. `made`: how many
// there are with it.
void
wait_fault (Fault fault, int made)
{
  wait_sources_made (made);
  if (fault == Fault::held)
    wait_held ();
}

// Opens or applies on another thread, and can be cancelled.
template <typename T> class Call {
public:
  explicit Call (std::function<Result<T> (const Cancelled &)> call)
      : thread_ ([this, call = std::move (call)] {
          result_.emplace (call ([this] { return is_cancelled_.load (); }));
        })
  {}
  void cancel ()
  {
    is_cancelled_ = true;
    wake_open_waits ();
  }
  Result<T> wait ()
  {
    thread_.join ();
    return std::move (*result_);
  }

private:
  std::atomic<bool> is_cancelled_{false};
  std::optional<Result<T>> result_;
  std::thread thread_; // last: it uses the others
};

struct Fixture : CaptureFixture {
  using CaptureFixture::CaptureFixture;

  auto opening (const char *json)
  {
    auto asked = constraints (json);
    return std::make_unique<Call<TrackPtr>> (
        [this, asked] (const Cancelled &cancelled) {
          return open_track (*registry,
              {.device = device,
                  .selection =
                      *select_settings (*registry->space_of (device), asked),
                  .constraints = asked,
                  .cancelled = cancelled});
        });
  }
  auto applying (const TrackPtr &track, const char *json)
  {
    auto asked = constraints (json);
    return std::make_unique<Call<Ok>> (
        [of = of (track), asked] (const Cancelled &cancelled) {
          return of->apply (asked, cancelled);
        });
  }
  int made (int since) const { return made_before + since; }

  void release (const TrackPtr &track)
  {
    track->set_enabled (false);
    wait_timer ();
    advance (3 * kSecond);
    wait_released ();
  }
};

} // namespace

GST_START_TEST (who_opens_what_gives_nothing_can_be_cancelled)
{
  for (Fault fault : {Fault::silent, Fault::held}) {
    Fixture f;
    set_fault (fault, true);
    auto call = f.opening ("{}");
    wait_fault (fault, f.made (1));
    call->cancel ();
    auto opened = call->wait ();
    fail_if (bool (opened));
    fail_unless (opened.error ().code == ErrorCode::abort);
    set_fault (fault, false);
    f.wait_released (); // it was let go of
    Taker taker (f.open ());
    fail_unless (bool (taker.next ()));
  }
}
GST_END_TEST

GST_START_TEST (who_opens_what_is_unplugged_hears_of_it)
{
  for (Fault fault : {Fault::silent, Fault::held}) {
    Fixture f;
    set_fault (fault, true);
    auto call = f.opening ("{}");
    wait_fault (fault, f.made (1));
    f.set_devices ({});
    auto opened = call->wait ();
    fail_if (bool (opened));
    fail_unless (opened.error ().code == ErrorCode::not_readable);
    fail_unless (opened.error ().message.starts_with ("Gray Camera"), "%s",
        opened.error ().message.c_str ());
    set_fault (fault, false);
    f.wait_released ();
  }
}
GST_END_TEST

// As while the user was asked: the list that it was chosen from is not the
// newest.
GST_START_TEST (what_is_unplugged_before_it_is_opened_is_not_opened)
{
  Fixture f;
  make_silent (true); // nor is it waited for
  f.set_devices ({});
  auto opened = f.try_open ("{}");
  fail_if (bool (opened));
  fail_unless (opened.error ().code == ErrorCode::not_readable);
  fail_unless (opened.error ().message.starts_with ("Gray Camera"), "%s",
      opened.error ().message.c_str ());
  fail_unless_equals_int (f.opened (), 0);
  make_silent (false);
  f.set_devices ({f.device});
  Taker taker (f.open ());
  fail_unless (bool (taker.next ()));
}
GST_END_TEST

// https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-applyconstraints
// What has ended takes all.
GST_START_TEST (a_track_that_is_stopped_waits_for_no_device)
{
  for (Fault fault : {Fault::silent, Fault::held}) {
    Fixture f;
    auto track = f.open (kSmall);
    set_fault (fault, true);
    auto call = f.applying (track, kLarge);
    wait_fault (fault, f.made (2));
    track->stop ();
    fail_unless (bool (call->wait ()));
    set_fault (fault, false);
    f.wait_released ();
  }
}
GST_END_TEST

GST_START_TEST (what_is_applied_can_be_cancelled_and_changes_nothing)
{
  for (Fault fault : {Fault::silent, Fault::held}) {
    Fixture f;
    auto track = f.open (kSmall);
    auto sibling = f.open (R"({"width":{"exact":100}})");
    set_fault (fault, true);
    auto call = f.applying (track, kLarge);
    wait_fault (fault, f.made (2));
    call->cancel ();
    auto applied = call->wait ();
    fail_if (bool (applied));
    fail_unless (applied.error ().code == ErrorCode::abort);
    set_fault (fault, false);
    // Both go on, as soon as the device does.
    f.apply (sibling, R"({"width":{"exact":120}})");
    Taker takes (track), takes_sibling (sibling);
    takes_sibling.next_of_width (120);
    takes.next_of_width (320);
    fail_unless (f.setting (track, Property::width) == 320);
    track->stop ();
    sibling->stop ();
    f.wait_released ();
  }
}
GST_END_TEST

GST_START_TEST (what_is_applied_to_what_is_unplugged_fails)
{
  for (Fault fault : {Fault::silent, Fault::held}) {
    Fixture f;
    auto track = f.open (kSmall);
    TrackLog log (track);
    set_fault (fault, true);
    auto call = f.applying (track, kLarge);
    wait_fault (fault, f.made (2));
    f.set_devices ({});
    log.wait ("ended "); // though the device holds up who has the turn
    auto applied = call->wait ();
    fail_if (bool (applied));
    fail_unless (applied.error ().code == ErrorCode::not_readable);
    fail_unless (applied.error ().message.starts_with ("Gray Camera"), "%s",
        applied.error ().message.c_str ());
    set_fault (fault, false);
    f.wait_released ();
  }
}
GST_END_TEST

// Of two who wait, only the one that was cancelled comes back.
GST_START_TEST (what_is_restored_is_not_waited_for)
{
  Fixture f;
  auto track = f.open (kSmall);
  make_silent (true);
  auto call = f.opening (kLarge);
  wait_sources_made (f.made (2));
  call->cancel ();
  auto opened = call->wait ();
  fail_if (bool (opened));
  wait_sources_made (f.made (3)); // as it was, and it gives nothing, either
  // Who has the turn does not wait for it.
  auto another = f.opening (kLarge);
  wait_sources_made (f.made (4));
  make_silent (false);
  auto reopened = another->wait ();
  fail_unless (bool (reopened));
  Taker taker (track);
  taker.next_of_width (320);
  fail_if (track->is_ended ());
}
GST_END_TEST

GST_START_TEST (what_was_released_stays_so_when_an_opening_is_cancelled)
{
  Fixture f;
  auto track = f.open ();
  TrackLog log (track);
  f.release (track);
  make_silent (true);
  auto call = f.opening ("{}");
  wait_sources_made (f.made (2));
  call->cancel ();
  fail_if (bool (call->wait ()));
  log.wait_last ("unmute ");
  f.wait_released ();
  fail_unless_equals_int (f.opened (), 2);
  make_silent (false);
  track->set_enabled (true);
  log.wait_last ("unmute ");
  fail_unless_equals_int (f.opened (), 3);
}
GST_END_TEST

GST_START_TEST (devices_that_do_not_open_keep_nobody_from_work)
{
  constexpr int kMany = 12; // more than any pool has threads
  std::vector<std::unique_ptr<Fixture>> fixtures;
  std::vector<TrackPtr> tracks;
  for (int i = 0; i < kMany; i++) {
    fixtures.push_back (std::make_unique<Fixture> ());
    tracks.push_back (fixtures.back ()->open ());
    fixtures.back ()->release (tracks.back ());
  }
  int before = sources_made ();
  hold_open (true);
  for (const auto &track : tracks)
    track->set_enabled (true);
  wait_sources_made (before + kMany); // all are being opened at once
  Attempt<bool> attempt;
  run_in_pool ([&attempt] { attempt.finish (true); });
  fail_unless (attempt.wait ({}) == true);
  // They end at once where they are unplugged.
  TrackLog log (tracks.front ());
  fixtures.front ()->set_devices ({});
  log.wait ("ended ");
  hold_open (false);
  for (const auto &track : tracks)
    track->stop ();
  Fixture::wait_released ();
}
GST_END_TEST

static Suite *
capture_waits_suite (void)
{
  Suite *suite = suite_create ("capture-waits");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, who_opens_what_gives_nothing_can_be_cancelled);
  tcase_add_test (tc, who_opens_what_is_unplugged_hears_of_it);
  tcase_add_test (tc, what_is_unplugged_before_it_is_opened_is_not_opened);
  tcase_add_test (tc, a_track_that_is_stopped_waits_for_no_device);
  tcase_add_test (tc, what_is_applied_can_be_cancelled_and_changes_nothing);
  tcase_add_test (tc, what_is_applied_to_what_is_unplugged_fails);
  tcase_add_test (tc, what_is_restored_is_not_waited_for);
  tcase_add_test (tc, what_was_released_stays_so_when_an_opening_is_cancelled);
  tcase_add_test (tc, devices_that_do_not_open_keep_nobody_from_work);
  return suite;
}

GST_CHECK_MAIN (capture_waits);
