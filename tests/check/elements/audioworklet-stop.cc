// SPDX-License-Identifier: LGPL-2.1-or-later
// Handlers, on the thread that renders, that stop the element or release an
// input; and inputs that are released in PAUSED.
#include "support/worklet-handlers.hh"

using namespace webmedia::test;

namespace {

// A recorder of two inputs, which pauses, and counts the frames of the first.
class Recording {
public:
  Recording () : element_ (make_worklet_element ()), bus_ (gst_bus_new ())
  {
    g_object_set (element_.get (), "processor", "recorder", nullptr);
    gst_element_set_bus (element_.get (), bus_.get ());
    other_.emplace (element_.get (), "sink_1");
    first_ = gst_harness_new_with_element (element_.get (), "sink", nullptr);
    using Told = void (*) (GstElement *, GVariant *, gpointer);
    Told told = [] (GstElement *, GVariant *message, gpointer self) {
      GVariant *samples = g_variant_get_child_value (message, 2);
      static_cast<Recording *> (self)->frames_ +=
          g_variant_n_children (samples) / sizeof (float);
      g_variant_unref (samples);
    };
    g_signal_connect (element_.get (), "message", G_CALLBACK (told), this);
    set_state (GST_STATE_PAUSED);
    gst_harness_set_src_caps_str (first_, kMono);
    other_->begin (kMono);
  }
  ~Recording ()
  {
    thread_.reset ();
    other_.reset ();
    gst_harness_teardown (first_);
    gst_element_set_bus (element_.get (), nullptr);
    g_signal_handlers_disconnect_by_data (element_.get (), this);
  }
  Recording (const Recording &) = delete;
  Recording &operator= (const Recording &) = delete;

  PushPad &other () { return *other_; }
  GstPad *first () { return first_->srcpad; }
  void set_state (GstState state)
  {
    fail_unless_equals_int (gst_element_set_state (element_.get (), state),
        GST_STATE_CHANGE_SUCCESS);
  }
  // What another thread does with the second input, in which it waits.
  void begin_waiting (std::function<void ()> act)
  {
    const Own<GstPad> pad (gst_pad_get_peer (**other_));
    thread_.emplace (std::move (act));
    thread_->wait_until_asleep (pad.get ());
  }
  void join () { thread_.reset (); }
  // How many frames there were in the end, which comes once.
  size_t play_to_the_end ()
  {
    set_state (GST_STATE_PLAYING);
    gst_message_unref (gst_bus_timed_pop_filtered (
        bus_.get (), GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS));
    set_state (GST_STATE_NULL);
    fail_if (gst_bus_pop_filtered (bus_.get (), GST_MESSAGE_EOS));
    return frames_;
  }

private:
  const Own<GstElement> element_;
  const Own<GstBus> bus_;
  std::optional<PushPad> other_;
  GstHarness *first_ = nullptr;
  std::atomic<size_t> frames_{0};
  std::optional<Other> thread_;
};

GstFlowReturn
push_silence (GstPad *pad)
{
  GstBuffer *buffer = gst_buffer_new_allocate (nullptr, 4096, nullptr);
  gst_buffer_memset (buffer, 0, 0, 4096);
  GST_BUFFER_PTS (buffer) = 0;
  return gst_pad_push (pad, buffer);
}

} // namespace

GST_START_TEST (a_handler_stops_it_while_another_input_waits)
{
  for (const Way &way : kWays) {
    g_debug ("%s", way.name);
    Joined joined;
    act_in_handler (joined, way, [&joined] {
      fail_unless_equals_int (
          gst_element_set_state (joined.element.get (), GST_STATE_NULL),
          GST_STATE_CHANGE_SUCCESS);
    });
    fail_unless_equals_int (joined.playing.push (1024), GST_FLOW_FLUSHING);
  }
}
GST_END_TEST

// A thread of the pool goes on for it.
GST_START_TEST (a_handler_stops_it_after_an_input_was_unlinked)
{
  Joined joined;
  const Own<GstPad> pad (gst_pad_get_peer (*joined.other));
  bool is_stopped = false;
  AtMessage at_message (joined.element.get (), [&] {
    fail_unless (gst_pad_unlink (*joined.other, pad.get ()));
    gst_element_set_state (joined.element.get (), GST_STATE_NULL);
    is_stopped = true;
  });
  joined.playing.push (1024);
  fail_unless (is_stopped);
}
GST_END_TEST

// The first one goes on without it.
GST_START_TEST (a_handler_releases_an_input_that_waits)
{
  for (const Way &way : kWays) {
    g_debug ("%s", way.name);
    Joined joined;
    act_in_handler (joined, way, [&joined] { joined.other.release (); });
    joined.pull ();
    fail_unless_equals_int (joined.playing.push (1024), GST_FLOW_OK);
    joined.pull ();
  }
}
GST_END_TEST

// On its own thread GStreamer refuses it: then another one can.
GST_START_TEST (a_source_can_be_stopped_after_a_handler_could_not)
{
  const auto worklet = make_worklet ();
  register_processor<Chatty> (worklet.get (), "chatty");
  const auto node =
      make_node (worklet.get (), "chatty", "{'numberOfInputs': <uint32 0>}");
  const auto element = make_worklet_element (node.get ());
  std::binary_semaphore is_playing{0}, is_tried{0};
  AtMessage at_message (element.get (), [&] {
    is_playing.acquire ();
    g_test_expect_message (
        "GStreamer", G_LOG_LEVEL_WARNING, "*Trying to join task*");
    g_test_expect_message (
        "GStreamer", G_LOG_LEVEL_CRITICAL, "*Failed to deactivate pad*");
    fail_unless_equals_int (
        gst_element_set_state (element.get (), GST_STATE_NULL),
        GST_STATE_CHANGE_FAILURE);
    g_test_assert_expected_messages ();
    is_tried.release ();
  });
  GstHarness *harness =
      gst_harness_new_with_element (element.get (), nullptr, "src");
  gst_harness_play (harness);
  is_playing.release ();
  is_tried.acquire ();
  fail_unless_equals_int (
      gst_element_set_state (element.get (), GST_STATE_NULL),
      GST_STATE_CHANGE_SUCCESS);
  while (GstBuffer *buffer = gst_harness_try_pull (harness))
    gst_buffer_unref (buffer);
  fail_unless_equals_int (
      gst_element_set_state (element.get (), GST_STATE_PLAYING),
      GST_STATE_CHANGE_SUCCESS);
  GstBuffer *again = gst_harness_pull (harness);
  fail_unless (again != nullptr);
  gst_buffer_unref (again);
  gst_harness_teardown (harness);
}
GST_END_TEST

// It waits for PLAYING with what both have: what the other one has is not lost.
GST_START_TEST (an_input_is_released_in_paused)
{
  Recording recording;
  fail_unless_equals_int (push_silence (recording.first ()), GST_FLOW_OK);
  recording.begin_waiting ([&] {
    fail_unless_equals_int (
        push_silence (*recording.other ()), GST_FLOW_FLUSHING);
  });
  recording.other ().release ();
  recording.join ();
  std::thread last (
      [&] { gst_pad_push_event (recording.first (), gst_event_new_eos ()); });
  fail_unless_equals_int (recording.play_to_the_end (), 1024);
  last.join ();
}
GST_END_TEST

GST_START_TEST (an_input_that_ends_is_released_in_paused)
{
  Recording recording;
  gst_pad_push_event (recording.first (), gst_event_new_eos ());
  recording.begin_waiting (
      [&] { recording.other ().push (gst_event_new_eos ()); });
  recording.other ().release ();
  recording.join ();
  fail_unless_equals_int (recording.play_to_the_end (), 0);
}
GST_END_TEST

// What the first one has is still to be heard.
GST_START_TEST (an_input_is_flushed_in_paused)
{
  Recording recording;
  fail_unless_equals_int (push_silence (recording.first ()), GST_FLOW_OK);
  recording.begin_waiting ([&] { push_silence (*recording.other ()); });
  recording.other ().push (gst_event_new_flush_start ());
  recording.join ();
  recording.other ().push (gst_event_new_flush_stop (TRUE));
  recording.other ().push_segment ();
  recording.begin_waiting (
      [&] { recording.other ().push (gst_event_new_eos ()); });
  std::thread last (
      [&] { gst_pad_push_event (recording.first (), gst_event_new_eos ()); });
  fail_unless_equals_int (recording.play_to_the_end (), 1024);
  last.join ();
}
GST_END_TEST

static Suite *
audioworklet_stop_suite (void)
{
  Suite *suite = suite_create ("audioworklet-stop");
  TCase *chain = tcase_create ("general");
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, a_handler_stops_it_while_another_input_waits);
  tcase_add_test (chain, a_handler_stops_it_after_an_input_was_unlinked);
  tcase_add_test (chain, a_handler_releases_an_input_that_waits);
  tcase_add_test (chain, a_source_can_be_stopped_after_a_handler_could_not);
  tcase_add_test (chain, an_input_is_released_in_paused);
  tcase_add_test (chain, an_input_that_ends_is_released_in_paused);
  tcase_add_test (chain, an_input_is_flushed_in_paused);
  return suite;
}

GST_CHECK_MAIN (audioworklet_stop)
