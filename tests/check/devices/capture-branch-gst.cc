// SPDX-License-Identifier: LGPL-2.1-or-later
// What goes wrong for one track, and what is not live.
#include "devices/capture-branch-gst.hh"

#include "devices/capture.hh"
#include "support/capture-fixture.hh"

#include <thread>

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

namespace {

// The branches of the only device that is open.
std::vector<Ptr<GstElement>>
branches_now ()
{
  auto source = sources_now ().front ();
  auto pipeline = Ptr<GstObject>::adopt (
      gst_object_get_parent (GST_OBJECT (source.get ())));
  std::vector<Ptr<GstElement>> branches;
  GST_OBJECT_LOCK (pipeline.get ());
  for (GList *each = GST_BIN_CHILDREN (pipeline.get ()); each;
       each = each->next)
    branches.push_back (Ptr<GstElement>::share (GST_ELEMENT (each->data)));
  GST_OBJECT_UNLOCK (pipeline.get ());
  std::erase_if (branches, [] (const auto &element) {
    return !GST_IS_BIN (element.get ())
           || !BranchHealth::of (GST_OBJECT (element.get ()));
  });
  return branches;
}

// Has what comes to a branch wait before it.
class Barrier {
public:
  explicit Barrier (const Ptr<GstElement> &branch)
      : pad_ (Ptr<GstPad>::adopt (
          gst_element_get_static_pad (branch.get (), "sink"))),
        probe_ (gst_pad_add_probe (
            pad_.get (), GST_PAD_PROBE_TYPE_BUFFER,
            [] (GstPad *, GstPadProbeInfo *, gpointer state) {
              (*static_cast<StatePtr *> (state))->hold ();
              return GST_PAD_PROBE_OK;
            },
            new StatePtr (state_),
            [] (gpointer state) { delete static_cast<StatePtr *> (state); }))
  {}
  ~Barrier ()
  {
    open ();
    gst_pad_remove_probe (pad_.get (), probe_);
  }

  void wait () { state_->wait (); }
  void open () { state_->open (); }

private:
  class State {
  public:
    void hold ()
    {
      std::unique_lock locker (lock_);
      holds_ = true;
      changed_.notify_all ();
      changed_.wait (locker, [this] { return is_open_; });
    }
    void wait ()
    {
      std::unique_lock locker (lock_);
      changed_.wait (locker, [this] { return holds_; });
    }
    void open ()
    {
      std::lock_guard locker (lock_);
      is_open_ = true;
      changed_.notify_all ();
    }

  private:
    std::mutex lock_;
    std::condition_variable changed_;
    bool holds_ = false;
    bool is_open_ = false;
  };
  using StatePtr = std::shared_ptr<State>;

  const StatePtr state_ = std::make_shared<State> ();
  const Ptr<GstPad> pad_;
  const gulong probe_;
};

// By which all captures go from then on, as long as it is there.
class TestTime {
public:
  TestTime () { gst_system_clock_set_default (clock_.get ()); }
  ~TestTime () { gst_system_clock_set_default (nullptr); }

  // What is due by then happens here.
  void pass (Time time)
  {
    auto test_clock = GST_TEST_CLOCK (clock_.get ());
    now_ += time;
    GstClockID id;
    while (gst_test_clock_peek_next_pending_id (test_clock, &id)) {
      auto due = Time (gst_clock_id_get_time (id));
      gst_clock_id_unref (id);
      if (due > now_)
        break;
      if (due > Time (gst_clock_get_time (clock_.get ())))
        gst_test_clock_set_time (test_clock, GstClockTime (due));
      if (GstClockID processed =
              gst_test_clock_process_next_clock_id (test_clock))
        gst_clock_id_unref (processed);
    }
    gst_test_clock_set_time (test_clock, GstClockTime (now_));
  }

private:
  Time now_ = 10 * kSecond;
  const Ptr<GstClock> clock_ = Ptr<GstClock>::adopt (
      gst_test_clock_new_with_start_time (GstClockTime (now_)));
};

} // namespace

// The voice processor has nobody to hear.
GST_START_TEST (a_track_that_cannot_be_made_is_not_silent)
{
  CaptureFixture f (kMicrophone);
  f.registry->set_echo_probe ("nobody's");
  constexpr const char *cancels = R"({"echoCancellation":{"exact":true}})";
  auto refused = f.try_open (cancels);
  fail_if (bool (refused));
  fail_unless (refused.error ().message.find ("nobody's") != std::string::npos,
      "%s", refused.error ().message.c_str ());
  auto track = f.open (R"({"echoCancellation":{"exact":false}})");
  auto applied = f.of (track)->apply (constraints (cancels), {});
  fail_if (bool (applied));
  Taker taker (track);
  fail_unless (bool (taker.next ()));
  fail_unless (
      f.of (track)->settings ()[Property::echo_cancellation] == Value (false));
}
GST_END_TEST

// What is played has another rate than the voice processor can hear, which it
// finds out as it goes on: the device is none the worse for it.
GST_START_TEST (a_track_that_fails_ends_alone)
{
  auto probe = Ptr<GstElement>::adopt (GST_ELEMENT (gst_object_ref_sink (
      gst_element_factory_make ("webrtcechoprobe", "heard"))));
  gst_element_set_state (probe.get (), GST_STATE_PLAYING);
  auto played = Ptr<GstCaps>::adopt (gst_caps_from_string (
      "audio/x-raw,format=S16LE,layout=interleaved,channels=1,rate=32000"));
  auto pad =
      Ptr<GstPad>::adopt (gst_element_get_static_pad (probe.get (), "sink"));
  gst_pad_send_event (pad.get (), gst_event_new_stream_start ("played"));
  gst_pad_send_event (pad.get (), gst_event_new_caps (played.get ()));
  CaptureFixture f (kMicrophone);
  f.registry->set_echo_probe ("heard");
  auto plain = f.open (R"({"echoCancellation":{"exact":false}})");
  auto clone = plain->clone ();
  TrackLog log (plain), log_of_clone (clone);
  f.apply (clone, R"({"echoCancellation":{"exact":true}})");
  log_of_clone.wait ("ended ");
  Taker taker (plain);
  for (int i = 0; i < 20; i++)
    fail_unless (bool (taker.next ()));
  fail_if (plain->is_ended ());
  log.expect_nothing ();
  fail_unless_equals_int (f.opened (), 1);
  gst_element_set_state (probe.get (), GST_STATE_NULL);
}
GST_END_TEST

GST_START_TEST (an_error_is_of_the_branch_that_it_comes_from)
{
  auto inner = Ptr<GstElement>::adopt (GST_ELEMENT (
      gst_object_ref_sink (gst_element_factory_make ("identity", nullptr))));
  auto other = Ptr<GstElement>::adopt (GST_ELEMENT (
      gst_object_ref_sink (gst_element_factory_make ("identity", nullptr))));
  int told = 0;
  auto health = std::make_shared<BranchHealth> ([&told] { told++; });
  auto bin = make_branch_bin (health);
  gst_bin_add (GST_BIN (bin.get ()), inner.get ());
  fail_unless (BranchHealth::of (GST_OBJECT (inner.get ())) == health);
  fail_unless (BranchHealth::of (GST_OBJECT (other.get ())) == nullptr);
  health->fail (make_error (ErrorCode::abort, "first"));
  health->fail (make_error (ErrorCode::abort, "second"));
  fail_unless_equals_int (told, 1);
  fail_unless_equals_string (health->failure ()->message.c_str (), "first");
}
GST_END_TEST

// Caps and data that nobody takes.
GST_START_TEST (who_pushes_into_a_branch_is_not_refused)
{
  auto health = std::make_shared<BranchHealth> ([] {});
  auto bin = make_branch_bin (health);
  GstElement *filter = gst_element_factory_make ("capsfilter", nullptr);
  auto caps = Ptr<GstCaps>::adopt (gst_caps_from_string ("audio/x-raw"));
  g_object_set (filter, "caps", caps.get (), nullptr);
  GstElement *sink = gst_element_factory_make ("fakesink", nullptr);
  g_object_set (sink, "async", FALSE, nullptr);
  gst_bin_add_many (GST_BIN (bin.get ()), filter, sink, nullptr);
  fail_unless (gst_element_link (filter, sink));
  auto into = Ptr<GstPad>::adopt (gst_element_get_static_pad (filter, "sink"));
  fail_unless (add_gate (bin.get (), into.get ()));
  gst_element_set_state (bin.get (), GST_STATE_PLAYING);
  auto gate =
      Ptr<GstPad>::adopt (gst_element_get_static_pad (bin.get (), "sink"));
  auto from = Ptr<GstPad>::adopt (
      GST_PAD (gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC))));
  gst_pad_set_active (from.get (), TRUE);
  fail_unless_equals_int (
      gst_pad_link (from.get (), gate.get ()), GST_PAD_LINK_OK);
  auto other = Ptr<GstCaps>::adopt (gst_caps_new_empty_simple ("video/x-raw"));
  gst_check_setup_events (
      from.get (), bin.get (), other.get (), GST_FORMAT_TIME);
  for (int i = 0; i < 2; i++)
    fail_unless_equals_int (
        gst_pad_push (from.get (), gst_buffer_new ()), GST_FLOW_OK);
  fail_unless (health->has_failed ());
  gst_element_set_state (bin.get (), GST_STATE_NULL);
  gst_pad_set_active (from.get (), FALSE);
}
GST_END_TEST

GST_START_TEST (what_is_not_live_is_held_to_the_clock)
{
  make_not_live (true);
  CaptureFixture f;
  auto track = f.open (R"({"frameRate":{"exact":60}})");
  Taker taker (track);
  auto clock = Ptr<GstClock>::adopt (gst_system_clock_obtain ());
  auto before = gst_clock_get_time (clock.get ());
  for (int i = 0; i < 16; i++) // two of them may have waited
    fail_unless (bool (taker.next ()));
  fail_unless (gst_clock_get_time (clock.get ()) - before > 200 * GST_MSECOND);
  track->stop ();
  f.wait_released ();
  make_not_live (false);
}
GST_END_TEST

// All branches are served by the device's one thread, one after the other.
GST_START_TEST (what_a_sibling_holds_up_is_on_its_way)
{
  CaptureFixture f;
  auto track = f.open (), sibling = f.open (R"({"width":{"exact":160}})");
  Taker taker (track);
  fail_unless (bool (taker.next ()));
  for (const auto &branch : branches_now ()) {
    Barrier barrier (branch);
    barrier.wait ();
    fail_unless (track->source->producer ()->is_delivering ());
    fail_unless (sibling->source->producer ()->is_delivering ());
    barrier.open ();
    while (track->source->producer ()->is_delivering ())
      g_thread_yield ();
  }
}
GST_END_TEST

// It starts to count when it is there.
GST_START_TEST (a_branch_that_is_made_mutes_nothing)
{
  constexpr Time kPatience = 25 * kSecond / 60;
  TestTime time;
  CaptureFixture f;
  TrackPtr track;
  std::atomic<bool> is_open{false};
  std::thread opening ([&] {
    track = f.open (R"({"width":320,"height":240,"frameRate":60})");
    is_open = true;
  });
  while (!is_open) { // the first picture is due now
    time.pass (0);
    g_thread_yield ();
  }
  opening.join ();
  make_silent (true);
  Taker taker (track);
  fail_unless (bool (taker.next ()));
  while (track->source->mute_timer->is_arriving ())
    g_thread_yield ();
  TrackLog log (track);
  time.pass (kPatience - kMillisecond);
  f.apply (track, R"({"width":{"exact":160},"frameRate":60})");
  fail_unless_equals_int (f.opened (), 1);
  time.pass (kPatience - kMillisecond);
  log.expect_nothing ();
  time.pass (2 * kMillisecond);
  log.wait ("mute ");
  make_silent (false);
}
GST_END_TEST

// It waits for its next picture, a quarter of an hour away.
GST_START_TEST (what_is_stopped_in_a_gap_is_let_go_of_at_once)
{
  make_not_live (true);
  CaptureFixture f ({.classes = "Video/Source",
      .label = "Slow",
      .caps = "video/x-raw, format=GRAY8, width=64, height=48, "
              "framerate=1/1000"});
  auto track = f.open ();
  auto clone = track->clone ();
  track->stop ();
  f.apply (clone, R"({"width":{"exact":32}})"); // with the other's branch gone
  clone->stop ();
  f.wait_released ();
  make_not_live (false);
}
GST_END_TEST

static Suite *
capture_branch_gst_suite (void)
{
  Suite *suite = suite_create ("capture-branch-gst");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, a_track_that_cannot_be_made_is_not_silent);
  tcase_add_test (tc, a_track_that_fails_ends_alone);
  tcase_add_test (tc, an_error_is_of_the_branch_that_it_comes_from);
  tcase_add_test (tc, who_pushes_into_a_branch_is_not_refused);
  tcase_add_test (tc, what_is_not_live_is_held_to_the_clock);
  tcase_add_test (tc, what_a_sibling_holds_up_is_on_its_way);
  tcase_add_test (tc, a_branch_that_is_made_mutes_nothing);
  tcase_add_test (tc, what_is_stopped_in_a_gap_is_let_go_of_at_once);
  return suite;
}

GST_CHECK_MAIN (capture_branch_gst);
