// SPDX-License-Identifier: LGPL-2.1-or-later
// Flushes that come from handlers, on the thread that renders, or have no end.
#include "support/playback.hh"
#include "support/worklet-handlers.hh"

using namespace webmedia::test;

namespace {

void
flush (GstPad *pad)
{
  gst_pad_push_event (pad, gst_event_new_flush_start ());
  gst_pad_push_event (pad, gst_event_new_flush_stop (TRUE));
}

void
begin_segment (GstPad *pad)
{
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  fail_unless (gst_pad_push_event (pad, gst_event_new_segment (&segment)));
}

// From the start of its segment on.
GstFlowReturn
push_silence (GstPad *pad, size_t frames)
{
  GstBuffer *buffer = gst_buffer_new_allocate (nullptr, frames * 4, nullptr);
  gst_buffer_memset (buffer, 0, 0, frames * 4);
  GST_BUFFER_PTS (buffer) = 0;
  return gst_pad_push (pad, buffer);
}

// Answers each message, and posts the first by itself.
class Answering final : public gst::web::AudioProcessor {
public:
  using AudioProcessor::AudioProcessor;
  bool process (const gst::web::Quantum &)
  {
    post_number (1);
    return false;
  }
  void message (const gst::web::Message &) { post_number (2); }
};

// A sink that plays, and its bus.
template <typename Processor> struct Sink {
  Sink ()
      : worklet (make_worklet ()),
        node ((register_processor<Processor> (worklet.get (), "sink"),
            make_node (
                worklet.get (), "sink", "{'numberOfOutputs': <uint32 0>}"))),
        element (make_worklet_element (node.get ())),
        bus (gst_bus_new ()),
        harness (gst_harness_new_with_element (element.get (), "sink", nullptr))
  {
    gst_element_set_bus (element.get (), bus.get ());
    gst_harness_set_src_caps_str (harness, kMono);
  }
  ~Sink ()
  {
    gst_harness_teardown (harness);
    gst_element_set_bus (element.get (), nullptr);
  }
  Sink (const Sink &) = delete;
  Sink &operator= (const Sink &) = delete;

  // Less than a quantum, so that it is rendered at the end.
  void play_to_the_end ()
  {
    fail_unless_equals_int (push_silence (harness->srcpad, 100), GST_FLOW_OK);
    gst_harness_push_event (harness, gst_event_new_eos ());
  }
  int take_ends ()
  {
    int ends = 0;
    while (GstMessage *message =
               gst_bus_pop_filtered (bus.get (), GST_MESSAGE_EOS)) {
      ends++;
      gst_message_unref (message);
    }
    return ends;
  }

  const Own<GstWebAudioWorklet> worklet;
  const Own<GstWebAudioWorkletNode> node;
  const Own<GstElement> element;
  const Own<GstBus> bus;
  GstHarness *const harness;
};

} // namespace

GST_START_TEST (a_handler_flushes_the_input_that_is_rendered)
{
  const auto worklet = make_worklet ();
  register_processor<Chatty> (worklet.get (), "chatty");
  const auto node = make_node (worklet.get (), "chatty");
  const auto element = make_worklet_element (node.get ());
  Playing playing (element.get ());
  GstPad *pad = (*playing)->srcpad;
  AtMessage at_message (element.get (), [pad] { flush (pad); });
  // When it comes back the flush is over.
  fail_unless_equals_int (playing.push (1000), GST_FLOW_OK);
  const guint before = gst_harness_buffers_received (*playing);
  begin_segment (pad);
  fail_unless_equals_int (push_silence (pad, 1024), GST_FLOW_OK);
  fail_unless_equals_int (gst_harness_buffers_received (*playing), before + 1);
}
GST_END_TEST

GST_START_TEST (a_handler_flushes_another_input_that_waits)
{
  for (const Way &way : kWays) {
    g_debug ("%s", way.name);
    Joined joined;
    act_in_handler (joined, way, [&joined] { flush (*joined.other); });
    const guint before = gst_harness_buffers_received (*joined.playing);
    begin_segment (*joined.other);
    fail_unless_equals_int (push_silence (*joined.other, 1024), GST_FLOW_OK);
    fail_unless_equals_int (joined.playing.push (1024), GST_FLOW_OK);
    fail_unless (gst_harness_buffers_received (*joined.playing) > before);
  }
}
GST_END_TEST

// Which may wait for the thread that flushes.
GST_START_TEST (a_flush_does_not_wait_for_a_handler)
{
  Joined joined;
  AtMessage at_message (joined.element.get (), [&joined] {
    std::thread ([&joined] { flush (*joined.other); }).join ();
  });
  fail_unless_equals_int (joined.playing.push (1024), GST_FLOW_OK);
  const guint before = gst_harness_buffers_received (*joined.playing);
  begin_segment (*joined.other);
  fail_unless_equals_int (push_silence (*joined.other, 1024), GST_FLOW_OK);
  fail_unless_equals_int (joined.playing.push (1024), GST_FLOW_OK);
  fail_unless (gst_harness_buffers_received (*joined.playing) > before);
}
GST_END_TEST

GST_START_TEST (a_handler_seeks)
{
  Pipeline pipeline ("audiotestsrc ! audioworklet name=w processor=meter ! "
                     "fakesink name=s");
  const Own<GstElement> sink (GST_ELEMENT (g_object_ref (pipeline.get ("s"))));
  Recorder recorder (sink.get ());
  std::binary_semaphore is_playing{0};
  AtMessage at_message (pipeline.get ("w"), [&] {
    is_playing.acquire ();
    fail_unless (gst_element_seek (*pipeline, 1, GST_FORMAT_TIME,
        GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 5 * GST_SECOND,
        GST_SEEK_TYPE_SET, 6 * GST_SECOND));
  });
  gst_element_set_state (*pipeline, GST_STATE_PLAYING);
  fail_unless_equals_int (
      gst_element_get_state (*pipeline, nullptr, nullptr, GST_CLOCK_TIME_NONE),
      GST_STATE_CHANGE_SUCCESS);
  is_playing.release ();
  const std::string end = pipeline.wait_end ();
  fail_unless_equals_string (end.c_str (), "");
  fail_unless_equals_int (recorder.flushes (), 1);
  fail_unless (recorder.outputs ().back ().end () > 5900 * GST_MSECOND);
}
GST_END_TEST

// What has begun to end is not over then.
GST_START_TEST (a_handler_flushes_the_end_away)
{
  Sink<Chatty> sink;
  AtMessage at_message (
      sink.element.get (), [&sink] { flush (sink.harness->srcpad); });
  sink.play_to_the_end ();
  fail_unless_equals_int (sink.take_ends (), 0);
  begin_segment (sink.harness->srcpad);
  sink.play_to_the_end ();
  fail_unless_equals_int (sink.take_ends (), 1);
}
GST_END_TEST

GST_START_TEST (a_handler_ends_it)
{
  Sink<Chatty> sink;
  const Own<GstPad> pad (
      gst_element_get_static_pad (sink.element.get (), "sink"));
  AtMessage at_message (sink.element.get (),
      [&pad] { gst_pad_send_event (pad.get (), gst_event_new_eos ()); });
  push_silence (sink.harness->srcpad, 10000);
  fail_unless_equals_int (sink.take_ends (), 1);
}
GST_END_TEST

// As it may pause, and play again, just when it ends.
GST_START_TEST (a_sink_posts_its_end_once_while_it_plays)
{
  Sink<Answering> sink;
  struct Pausing {
    GstElement *element;
    std::thread::id streaming = std::this_thread::get_id ();
  } pausing{sink.element.get ()};
  using Told = void (*) (GstElement *, GVariant *, gpointer);
  // The answer comes when it has ended, and before it says so; on a slow
  // machine another thread may have told of it.
  Told told = [] (GstElement *element, GVariant *message, gpointer data) {
    auto self = static_cast<Pausing *> (data);
    gboolean is_posted;
    if (g_variant_get_double (message) == 1) {
      g_signal_emit_by_name (
          element, "post-message", g_variant_new_double (0), &is_posted);
    } else if (std::this_thread::get_id () == self->streaming) {
      gst_element_set_state (element, GST_STATE_PAUSED);
      gst_element_set_state (element, GST_STATE_PLAYING);
    }
  };
  g_signal_connect (pausing.element, "message", G_CALLBACK (told), &pausing);
  sink.play_to_the_end ();
  fail_unless_equals_int (sink.take_ends (), 1);
  gst_element_set_state (pausing.element, GST_STATE_PAUSED);
  gst_element_set_state (pausing.element, GST_STATE_PLAYING);
  fail_unless_equals_int (sink.take_ends (), 1);
  g_signal_handlers_disconnect_by_data (pausing.element, &pausing);
}
GST_END_TEST

// The end of the flush never comes.
GST_START_TEST (an_input_is_unlinked_in_a_flush)
{
  Joined joined;
  joined.other.push (gst_event_new_flush_start ());
  const Own<GstPad> pad (gst_pad_get_peer (*joined.other));
  fail_unless (gst_pad_unlink (*joined.other, pad.get ()));
  // So does that of one that was on its way.
  gst_pad_send_event (pad.get (), gst_event_new_flush_start ());
  for (int i = 0; i < 3; i++) {
    fail_unless_equals_int (joined.playing.push (1024), GST_FLOW_OK);
    joined.pull ();
  }
  // What is linked next has begun neither.
  const Own<GstPad> next (
      GST_PAD (gst_object_ref_sink (gst_pad_new ("next", GST_PAD_SRC))));
  gst_pad_set_active (next.get (), TRUE);
  fail_unless_equals_int (
      gst_pad_link (next.get (), pad.get ()), GST_PAD_LINK_OK);
  gst_pad_push_event (next.get (), gst_event_new_stream_start ("next"));
  GstCaps *caps = gst_caps_from_string (kMono);
  fail_unless (gst_pad_push_event (next.get (), gst_event_new_caps (caps)));
  gst_caps_unref (caps);
  begin_segment (next.get ());
  fail_unless_equals_int (push_silence (next.get (), 128), GST_FLOW_OK);
  gst_pad_unlink (next.get (), pad.get ());
  gst_pad_set_active (next.get (), FALSE);
}
GST_END_TEST

GST_START_TEST (an_input_is_released_in_a_flush)
{
  Joined joined;
  AtMessage at_message (joined.element.get (), [&joined] {
    joined.other.push (gst_event_new_flush_start ());
    joined.other.release ();
  });
  fail_unless_equals_int (joined.playing.push (1024), GST_FLOW_OK);
  joined.pull ();
  fail_unless_equals_int (joined.playing.push (1024), GST_FLOW_OK);
  joined.pull ();
}
GST_END_TEST

static Suite *
audioworklet_flush_suite (void)
{
  Suite *suite = suite_create ("audioworklet-flush");
  TCase *chain = tcase_create ("general");
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, a_handler_flushes_the_input_that_is_rendered);
  tcase_add_test (chain, a_handler_flushes_another_input_that_waits);
  tcase_add_test (chain, a_flush_does_not_wait_for_a_handler);
  tcase_add_test (chain, a_handler_seeks);
  tcase_add_test (chain, a_handler_flushes_the_end_away);
  tcase_add_test (chain, a_handler_ends_it);
  tcase_add_test (chain, a_sink_posts_its_end_once_while_it_plays);
  tcase_add_test (chain, an_input_is_unlinked_in_a_flush);
  tcase_add_test (chain, an_input_is_released_in_a_flush);
  return suite;
}

GST_CHECK_MAIN (audioworklet_flush)
