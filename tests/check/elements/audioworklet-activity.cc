// SPDX-License-Identifier: LGPL-2.1-or-later
// Which quanta a processor is called for, as sound comes and goes: buffers that
// are marked as a gap, gap events and pads that nobody feeds are no input.
// https://webaudio.github.io/web-audio-api/#rendering-loop
#include "support/worklet-playing.hh"

#include <semaphore>
#include <thread>
#include <utility>

using namespace webmedia::test;

namespace {

constexpr size_t kQuantum = 128;

// Counts its calls by whether something feeds its first input.
class Counting : public gst::web::AudioProcessor {
public:
  using AudioProcessor::AudioProcessor;
  bool process (const gst::web::Quantum &quantum)
  {
    (quantum.input (0).n_channels ? fed : empty)++;
    return keeps_alive;
  }

  static inline int fed, empty;
  static inline bool keeps_alive;
};

struct Fixture {
  explicit Fixture (bool keeps_alive) : worklet (make_worklet ())
  {
    Counting::fed = Counting::empty = 0;
    Counting::keeps_alive = keeps_alive;
    register_processor<Counting> (worklet.get (), "counting");
    node = make_node (worklet.get (), "counting");
    element = make_worklet_element (node.get ());
    playing = std::make_unique<Playing> (element.get ());
  }

  // So many quanta, one a buffer. How many come out that are no gap.
  int push (int quanta, bool is_gap)
  {
    int heard = 0;
    for (int i = 0; i < quanta; i++) {
      fail_unless_equals_int (playing->push (kQuantum, is_gap), GST_FLOW_OK);
      heard += pull ();
    }
    return heard;
  }
  // The same by one event.
  void push_gap_event (int quanta)
  {
    fail_unless (playing->push_gap_event (kQuantum * size_t (quanta)));
  }
  int pull ()
  {
    GstBuffer *buffer = gst_harness_pull (**playing);
    const bool is_gap = GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP);
    gst_buffer_unref (buffer);
    return is_gap ? 0 : 1;
  }
  void expect (int fed, int empty)
  {
    fail_unless_equals_int (Counting::fed, fed);
    fail_unless_equals_int (Counting::empty, empty);
  }

  const Own<GstWebAudioWorklet> worklet;
  Own<GstWebAudioWorkletNode> node;
  Own<GstElement> element;
  std::unique_ptr<Playing> playing;
};

} // namespace

// WPT audioworkletnode-lifetime: "return false" is called once, and then for as
// long as sound comes; what comes out of the rest is a gap.
GST_START_TEST (who_has_finished_is_called_again_for_sound_alone)
{
  Fixture f (false);
  fail_unless_equals_int (f.push (93, true), 1);
  f.expect (0, 1);
  fail_unless_equals_int (f.push (95, false), 95);
  f.expect (95, 1);
  fail_unless_equals_int (f.push (126, true), 0);
  f.expect (95, 1);
  fail_unless_equals_int (f.push (1, false), 1);
  f.expect (96, 1);
}
GST_END_TEST

// WPT audioworkletnode-disconnected-input: who keeps itself alive is called for
// all, and its input is empty while it gets gaps.
GST_START_TEST (who_keeps_alive_has_an_empty_input_in_gaps)
{
  Fixture f (true);
  fail_unless_equals_int (f.push (124, true), 124);
  f.expect (0, 124);
  f.push (95, false);
  f.expect (95, 124);
  fail_unless_equals_int (f.push (95, true), 95);
  f.expect (95, 219);
}
GST_END_TEST

// Silence that takes longer than `max-tail-time` is a gap; it may be set while
// it plays.
GST_START_TEST (who_keeps_alive_waits_for_sound_after_the_longest_tail)
{
  Fixture f (true);
  g_object_set (
      f.element.get (), "max-tail-time", time_of (5 * kQuantum), nullptr);
  f.push (2, false);
  fail_unless_equals_int (f.push (20, true), 5);
  f.expect (2, 5);
  fail_unless_equals_int (f.push (1, false), 1);
  fail_unless_equals_int (f.push (4, true), 4);
  f.expect (3, 5 + 4);
  g_object_set (
      f.element.get (), "max-tail-time", time_of (20 * kQuantum), nullptr);
  fail_unless_equals_int (f.push (40, true), 20 - 4);
  f.expect (3, 5 + 20);
  // Nor is there a tail left at the end.
  fail_unless (gst_harness_push_event (**f.playing, gst_event_new_eos ()));
  f.expect (3, 5 + 20);
}
GST_END_TEST

GST_START_TEST (a_gap_event_is_a_gap_of_as_many_quanta)
{
  for (bool keeps_alive : {true, false}) {
    Fixture f (keeps_alive);
    f.push (2, false);
    f.push_gap_event (50);
    f.push (3, false);
    f.expect (5, keeps_alive ? 50 : 0);
  }
}
GST_END_TEST

namespace {

// Silent for ever, and alive.
class Endless : public gst::web::AudioProcessor {
public:
  using AudioProcessor::AudioProcessor;
  bool process (const gst::web::Quantum &quantum)
  {
    if (!quantum.input (0).n_channels)
      in_tail.release ();
    return true;
  }

  static inline std::counting_semaphore<> in_tail{0};
};

// In its tail, whose end is out of sight, after more quanta than one look at
// it renders.
struct EndlessFixture {
  EndlessFixture ()
  {
    register_processor<Endless> (worklet.get (), "endless");
    node = make_node (worklet.get (), "endless");
    element = make_worklet_element (node.get ());
    g_object_set (
        element.get (), "max-tail-time", guint64 (G_MAXINT64), nullptr);
    playing = std::make_unique<Playing> (element.get ());
    fail_unless_equals_int (playing->push (kQuantum), GST_FLOW_OK);
    ending = std::thread ([harness = **playing] {
      gst_harness_push_event (harness, gst_event_new_eos ());
    });
    for (int i = 0; i < 200; i++)
      Endless::in_tail.acquire ();
  }

  const Own<GstWebAudioWorklet> worklet = make_worklet ();
  Own<GstWebAudioWorkletNode> node;
  Own<GstElement> element;
  std::unique_ptr<Playing> playing;
  std::thread ending;
};

} // namespace

GST_START_TEST (an_endless_tail_is_stopped)
{
  EndlessFixture f;
  fail_unless_equals_int (
      gst_element_set_state (f.element.get (), GST_STATE_NULL),
      GST_STATE_CHANGE_SUCCESS);
  f.ending.join ();
}
GST_END_TEST

GST_START_TEST (an_endless_tail_is_flushed)
{
  EndlessFixture f;
  GstHarness *harness = **f.playing;
  fail_unless (gst_harness_push_event (harness, gst_event_new_flush_start ()));
  f.ending.join ();
  fail_unless (
      gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE)));
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  fail_unless (
      gst_harness_push_event (harness, gst_event_new_segment (&segment)));
  const guint before = gst_harness_buffers_received (harness);
  fail_unless_equals_int (f.playing->push (kQuantum), GST_FLOW_OK);
  fail_unless_equals_int (gst_harness_buffers_received (harness), before + 1);
}
GST_END_TEST

static Suite *
audioworklet_activity_suite (void)
{
  Suite *suite = suite_create ("audioworklet-activity");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, who_has_finished_is_called_again_for_sound_alone);
  tcase_add_test (tcase, who_keeps_alive_has_an_empty_input_in_gaps);
  tcase_add_test (
      tcase, who_keeps_alive_waits_for_sound_after_the_longest_tail);
  tcase_add_test (tcase, a_gap_event_is_a_gap_of_as_many_quanta);
  tcase_add_test (tcase, an_endless_tail_is_stopped);
  tcase_add_test (tcase, an_endless_tail_is_flushed);
  return suite;
}
GST_CHECK_MAIN (audioworklet_activity)
