// SPDX-License-Identifier: LGPL-2.1-or-later
// In which order consumers see a mute and what comes at the same time, on
// another thread.
#include "support/fan-out.hh"

#include "stream/subscription.hh"

#include <atomic>
#include <functional>
#include <future>
#include <thread>

using namespace webmedia;
using namespace webmedia::stream;
using namespace webmedia::test;

namespace {

constexpr Time kFrame = FanOut::kFrame;

// A test clock that calls back when it is looked at: what happens meanwhile on
// another thread happens there, at a known moment.
struct HookedClock {
  GstTestClock parent;
  std::function<void ()> *on_look;
};
struct HookedClockClass {
  GstTestClockClass parent;
};

G_DEFINE_TYPE (HookedClock, hooked_clock, GST_TYPE_TEST_CLOCK)

GstClockTime
hooked_clock_look (GstClock *clock)
{
  auto self = reinterpret_cast<HookedClock *> (clock);
  if (*self->on_look)
    (*self->on_look) ();
  return GST_CLOCK_CLASS (hooked_clock_parent_class)->get_internal_time (clock);
}

void
hooked_clock_finalize (GObject *object)
{
  delete reinterpret_cast<HookedClock *> (object)->on_look;
  G_OBJECT_CLASS (hooked_clock_parent_class)->finalize (object);
}

void
hooked_clock_class_init (HookedClockClass *klass)
{
  GST_CLOCK_CLASS (klass)->get_internal_time = hooked_clock_look;
  G_OBJECT_CLASS (klass)->finalize = hooked_clock_finalize;
}

void
hooked_clock_init (HookedClock *self)
{
  self->on_look = new std::function<void ()>;
}

// A camera whose clock is watched.
struct Camera : FanOut {
  Camera ()
  {
    auto made = Ptr<GstClock>::adopt (GST_CLOCK (
        g_object_ref_sink (g_object_new (hooked_clock_get_type (), nullptr))));
    set_clock (made, 0);
  }
  // At the next look at the clock that this thread takes.
  void at_look (std::function<void ()> what)
  {
    auto hook = reinterpret_cast<HookedClock *> (clock.get ())->on_look;
    *hook = [what = std::move (what), of = std::this_thread::get_id (),
                is_done = false] () mutable {
      if (of == std::this_thread::get_id () && !std::exchange (is_done, true))
        what ();
    };
  }
  void fire ()
  {
    gst_clock_id_unref (
        gst_test_clock_process_next_clock_id (GST_TEST_CLOCK (clock.get ())));
  }
};

bool
is_black (const std::optional<Seen> &seen)
{
  uint8_t byte = 1;
  return seen && gst_buffer_extract (seen->buffer.get (), 0, &byte, 1) == 1
         && byte == 0;
}

} // namespace

GST_START_TEST (no_black_comes_after_what_has_unmuted_it)
{
  Camera camera;
  Reader reader (camera.track);
  reader.play (camera.clock, 0);
  camera.put_frame (0);
  fail_if (is_black (reader.next ()));
  // The look for the time of the black picture.
  bool is_unmuted = false;
  camera.at_look ([&] {
    camera.input->set_muted (false);
    camera.put_frame (kFrame);
    is_unmuted = true;
  });
  camera.input->set_muted (true);
  fail_unless (is_unmuted);
  fail_if (camera.track->muted ());
  fail_if (is_black (reader.next ()));
  fail_unless_equals_int (int (reader.output->stats ().waiting), 0);
  // Nor for who comes late.
  Reader late (camera.track);
  late.play (camera.clock, 0);
  fail_if (is_black (late.next ()));
}
GST_END_TEST

// It comes when the timer has seen that nothing does, and has its time by the
// clock, which it looks at, when it was muted.
GST_START_TEST (what_comes_as_a_silence_is_found_ends_it)
{
  Camera camera;
  camera.input->set_watch (true);
  Reader reader (camera.track);
  reader.play (camera.clock, 0);
  camera.put_frame (0);
  fail_if (is_black (reader.next ()));
  std::promise<void> asked, comes;
  camera.producer->on_asked = [&] {
    asked.set_value ();
    comes.get_future ().wait ();
  };
  camera.set_now (25 * kFrame);
  std::thread firing ([&camera] { camera.fire (); });
  asked.get_future ().wait ();
  bool is_found = false;
  camera.at_look ([&] {
    comes.set_value ();
    firing.join ();
    is_found = camera.track->muted ();
  });
  auto untimed = FanOut::make_frame (0);
  GST_BUFFER_PTS (untimed.get ()) = GST_CLOCK_TIME_NONE;
  camera.put (std::move (untimed));
  fail_unless (is_found);
  fail_if (camera.track->muted ());
  auto black = reader.next ();
  fail_unless (is_black (black));
  fail_unless_equals_int64 (black->due, 25 * kFrame);
  auto seen = reader.next ();
  fail_unless (seen && !is_black (seen));
  fail_unless_equals_int64 (seen->due, 25 * kFrame + 1);
}
GST_END_TEST

namespace {

// Everything that a consumer was given, in its order: numbers of pictures, and
// -1 for black.
std::vector<int>
read_all (Output &output)
{
  std::vector<int> all;
  for (;;) {
    Output::Taken taken = output.try_take ();
    if (taken.status == Output::Status::event)
      continue;
    if (taken.status != Output::Status::buffer)
      return all;
    uint8_t byte = 0;
    gst_buffer_extract (taken.buffer.get (), 0, &byte, 1);
    all.push_back (
        byte == 0 ? -1 : int (GST_BUFFER_OFFSET (taken.buffer.get ())));
  }
}

// Called back once, when something arrives.
struct Hook final : Arrivals {
  void on_arrival () override
  {
    if (auto call = std::exchange (what, nullptr))
      call ();
  }
  std::function<void ()> what;
};

} // namespace

// The timer has looked at the clock before the picture is handed on.
GST_START_TEST (a_silence_is_not_found_after_what_has_ended_it)
{
  FanOut camera;
  camera.input->set_watch (true);
  auto hook = std::make_shared<Hook> ();
  auto output = camera.track->subscribe (
      Queue{.buffers = 0, .pictures = 10, .arrivals = hook});
  output->set_clock (camera.clock, 0);
  camera.set_now (25 * kFrame);
  hook->what = [&] {
    gst_clock_id_unref (gst_test_clock_process_next_clock_id (
        GST_TEST_CLOCK (camera.clock.get ())));
  };
  auto picture = FanOut::make_frame (25 * kFrame);
  GST_BUFFER_OFFSET (picture.get ()) = 5;
  camera.put (std::move (picture));
  fail_if (bool (hook->what));
  fail_if (camera.track->muted ());
  fail_unless (read_all (*output) == std::vector<int>{5});
}
GST_END_TEST

// It may be the last to have a reader, which leaves its source as it goes.
GST_START_TEST (who_puts_something_in_tells_of_it_with_no_lock)
{
  struct Last final : Arrivals {
    void on_arrival () override
    {
      if (going)
        going->reset ();
    }
    std::shared_ptr<Output> output{};
    std::shared_ptr<Last> *going = nullptr;
  };
  for (bool by_event : {true, false}) {
    FanOut camera;
    auto last = std::make_shared<Last> ();
    std::weak_ptr<Last> weak = last;
    auto output = camera.track->subscribe (
        Queue{.buffers = 0, .pictures = 10, .arrivals = last});
    last->output = std::move (output);
    last->going = &last;
    if (by_event)
      camera.put_caps ("video/x-raw,format=GRAY8,width=8,height=8");
    else
      camera.put_frame (0);
    fail_unless (weak.expired ());
  }
}
GST_END_TEST

GST_START_TEST (what_has_come_is_with_all_before_one_is_told)
{
  FanOut camera;
  auto hook = std::make_shared<Hook> ();
  std::vector<std::shared_ptr<Output>> outputs;
  for (bool is_told : {true, false}) {
    Queue queue{.buffers = 0, .pictures = 10};
    if (is_told)
      queue.arrivals = hook;
    outputs.push_back (camera.track->subscribe (queue));
    outputs.back ()->set_clock (camera.clock, 0);
  }
  hook->what = [&] {
    camera.input->set_muted (true);
  };
  auto picture = FanOut::make_frame (0);
  GST_BUFFER_OFFSET (picture.get ()) = 5;
  camera.put (std::move (picture));
  for (const auto &output : outputs)
    fail_unless ((read_all (*output) == std::vector<int>{5, -1}));
}
GST_END_TEST

// Here it waits for a first consumer, which sees it.
GST_START_TEST (what_waits_as_a_silence_is_found_ends_it)
{
  FanOut player (Kind::video, Delivery::lossless);
  player.input->set_watch (true);
  std::promise<void> asked, comes;
  player.producer->on_asked = [&] {
    asked.set_value ();
    comes.get_future ().wait ();
  };
  player.set_now (25 * kFrame);
  std::thread firing ([&player] {
    gst_clock_id_unref (gst_test_clock_process_next_clock_id (
        GST_TEST_CLOCK (player.clock.get ())));
  });
  asked.get_future ().wait ();
  std::thread streaming ([&player] { player.put_frame (25 * kFrame); });
  while (!player.source->mute_timer->is_arriving ())
    std::this_thread::yield ();
  comes.set_value ();
  firing.join ();
  Reader reader (player.track, Delivery::lossless);
  streaming.join ();
  fail_if (player.track->muted ());
  auto seen = reader.next ();
  fail_unless (seen && !is_black (seen));
}
GST_END_TEST

// They are told when each was captured.
GST_START_TEST (who_reads_what_was_captured_gets_no_black)
{
  FanOut camera;
  auto output = camera.track->subscribe (
      Queue{.buffers = 0, .pictures = 10, .as_captured = true});
  camera.put_frame (0);
  camera.input->set_muted (true);
  fail_unless_equals_int (int (read_all (*output).size ()), 1);
}
GST_END_TEST

GST_START_TEST (a_preroll_of_what_is_muted_is_black)
{
  for (bool is_muted : {true, false}) {
    FanOut camera;
    camera.input->set_muted (is_muted);
    camera.input->preroll (FanOut::make_frame (0));
    Reader late (camera.track);
    late.play (camera.clock, 0);
    fail_unless (is_black (late.next ()) == is_muted);
  }
}
GST_END_TEST

GST_START_TEST (all_consumers_see_a_mute_at_the_same_place)
{
  constexpr int kPictures = 3000;
  FanOut camera;
  std::vector<std::shared_ptr<Output>> outputs;
  for (int i = 0; i < 4; i++) {
    outputs.push_back (
        camera.track->subscribe (Queue{.buffers = 0, .pictures = SIZE_MAX}));
    outputs.back ()->set_clock (camera.clock, 0);
  }
  std::atomic<bool> is_over{false};
  std::atomic<int> mutes{0};
  std::thread muting ([&] {
    while (!is_over) {
      camera.input->set_muted (true);
      camera.input->set_muted (false);
      mutes++;
    }
  });
  for (int i = 0; i < kPictures; i++) {
    auto picture = FanOut::make_frame (i * kFrame);
    GST_BUFFER_OFFSET (picture.get ()) = guint64 (i);
    camera.put (std::move (picture));
    for (int before = mutes; i == 0 && mutes < before + 2;)
      std::this_thread::yield (); // so that there is black between pictures
  }
  is_over = true;
  muting.join ();
  auto picture = FanOut::make_frame (kPictures * kFrame);
  GST_BUFFER_OFFSET (picture.get ()) = kPictures;
  camera.put (std::move (picture));
  auto seen = read_all (*outputs[0]);
  fail_unless (std::ranges::count (seen, -1) > 0);
  fail_unless_equals_int (seen.back (), kPictures);
  for (const auto &output : outputs)
    fail_unless (output == outputs[0] || read_all (*output) == seen);
}
GST_END_TEST

namespace {

// Holds up who tells of a mute until somebody else mutes as well.
struct Holder final : TrackListener {
  void on_event (TrackEvent event) override
  {
    is_told = event == TrackEvent::mute;
    while (is_told && !is_muted_again)
      std::this_thread::yield ();
  }
  std::atomic<bool> is_told{false};
  std::atomic<bool> is_muted_again{false};
};

} // namespace

// Both say it at once, and neither goes on before all tracks have heard of it:
// what follows may unmute them.
GST_START_TEST (who_mutes_what_is_being_muted_has_told_its_tracks)
{
  FanOut camera;
  auto holder = std::make_shared<Holder> ();
  camera.track->replace_listener (nullptr, holder);
  std::vector<std::shared_ptr<Track>> clones;
  for (int i = 0; i < 100; i++)
    clones.push_back (camera.track->clone ());
  for (int i = 0; i < 20; i++) {
    holder->is_muted_again = false;
    std::thread first ([&camera] { camera.input->set_muted (true); });
    while (!holder->is_told)
      std::this_thread::yield ();
    holder->is_muted_again = true;
    camera.input->set_muted (true);
    bool is_muted = clones.back ()->muted ();
    first.join ();
    fail_unless (is_muted);
    camera.input->set_muted (false);
    fail_if (clones.back ()->muted ());
  }
}
GST_END_TEST

static Suite *
source_muted_suite ()
{
  Suite *suite = suite_create ("stream/source-muted");
  TCase *order = tcase_create ("order");
  suite_add_tcase (suite, order);
  tcase_add_test (order, no_black_comes_after_what_has_unmuted_it);
  tcase_add_test (order, what_comes_as_a_silence_is_found_ends_it);
  tcase_add_test (order, a_silence_is_not_found_after_what_has_ended_it);
  tcase_add_test (order, who_puts_something_in_tells_of_it_with_no_lock);
  tcase_add_test (order, what_has_come_is_with_all_before_one_is_told);
  tcase_add_test (order, what_waits_as_a_silence_is_found_ends_it);
  tcase_add_test (order, who_reads_what_was_captured_gets_no_black);
  tcase_add_test (order, a_preroll_of_what_is_muted_is_black);
  tcase_add_test (order, all_consumers_see_a_mute_at_the_same_place);
  tcase_add_test (order, who_mutes_what_is_being_muted_has_told_its_tracks);
  return suite;
}
GST_CHECK_MAIN (source_muted)
