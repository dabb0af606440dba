// SPDX-License-Identifier: LGPL-2.1-or-later
// Pads that several threads ask for, or who is told of something; what goes
// with an input; and an output that is full.
#include "support/push-pad.hh"
#include "support/worklet-playing.hh"

#include <barrier>
#include <thread>

using namespace webmedia::test;

GST_START_TEST (threads_that_ask_for_pads_have_one_each)
{
  auto element = GST_ELEMENT (
      gst_object_ref_sink (gst_element_factory_make ("audioworklet", nullptr)));
  for (int round = 0; round < 200; round++) {
    GstPad *pads[4];
    std::barrier begin (4);
    std::vector<std::thread> threads;
    for (GstPad *&pad : pads)
      threads.emplace_back ([element, &begin, &pad] {
        begin.arrive_and_wait ();
        pad = gst_element_request_pad_simple (element, "sink_%u");
      });
    for (std::thread &thread : threads)
      thread.join ();
    fail_unless_equals_int (element->numsinkpads, 5);
    for (GstPad *pad : pads) {
      fail_unless (GST_PAD_PARENT (pad) == element);
      gst_element_release_request_pad (element, pad);
      gst_object_unref (pad);
    }
  }
  gst_object_unref (element);
}
GST_END_TEST

// Its numbers are fixed from then on, and not only when that is over.
GST_START_TEST (who_is_told_while_it_starts_gets_no_pad)
{
  const auto worklet = make_worklet (kRate);
  register_processor<Echo> (worklet.get (), "echo");
  const auto element = make_worklet_element ();
  g_object_set (
      element.get (), "worklet", worklet.get (), "processor", "echo", nullptr);
  struct Asked {
    int times = 0;
    GstPad *pad = nullptr;
  } asked;
  using Told = void (*) (GstElement *, GVariant *, gpointer);
  Told told = [] (GstElement *told_of, GVariant *, gpointer data) {
    auto all = static_cast<Asked *> (data);
    all->times++;
    all->pad = gst_element_request_pad_simple (told_of, "sink_1");
  };
  const gulong handler =
      g_signal_connect (element.get (), "message", G_CALLBACK (told), &asked);
  gboolean is_posted = FALSE;
  g_signal_emit_by_name (
      element.get (), "post-message", g_variant_new_double (1), &is_posted);
  fail_unless (is_posted);
  gst_element_set_state (element.get (), GST_STATE_PAUSED);
  fail_unless_equals_int (asked.times, 1);
  fail_unless (asked.pad == nullptr);
  gst_element_set_state (element.get (), GST_STATE_READY);
  g_signal_handler_disconnect (element.get (), handler);
  const Own<GstPad> pad (
      gst_element_request_pad_simple (element.get (), "sink_1"));
  fail_unless (pad != nullptr);
  gst_element_set_state (element.get (), GST_STATE_NULL);
}
GST_END_TEST

namespace {

// Starts the element in the middle of a request for a pad, and sends into the
// pad what comes to one.
struct Meanwhile {
  GstElement *element;
  bool is_started = false;
  bool is_sent = false;

  static gboolean start (
      GSignalInvocationHint *, guint, const GValue *, gpointer data)
  {
    auto self = static_cast<Meanwhile *> (data);
    self->is_started = true;
    gst_element_set_state (self->element, GST_STATE_PAUSED);
    return FALSE; // for this one time
  }
  static void send (GstElement *, GstPad *pad, gpointer data)
  {
    auto self = static_cast<Meanwhile *> (data);
    self->is_sent = true;
    fail_if (gst_pad_send_event (pad, gst_event_new_stream_start ("late")));
    GstCaps *caps = gst_pad_query_caps (pad, nullptr);
    fail_if (gst_caps_is_empty (caps));
    gst_caps_unref (caps);
  }
};

} // namespace

// Another thread may start it while one asks.
GST_START_TEST (a_pad_that_comes_while_it_starts_is_taken_back)
{
  const auto element = make_worklet_element ();
  g_object_set (element.get (), "processor", "gain", nullptr);
  Meanwhile meanwhile{element.get ()};
  auto klass = g_type_class_ref (GST_TYPE_PAD_TEMPLATE);
  const guint created = g_signal_lookup ("pad-created", GST_TYPE_PAD_TEMPLATE);
  g_signal_add_emission_hook (
      created, 0, Meanwhile::start, &meanwhile, nullptr);
  g_signal_connect (
      element.get (), "pad-added", G_CALLBACK (Meanwhile::send), &meanwhile);
  fail_if (
      Own<GstPad> (gst_element_request_pad_simple (element.get (), "sink_1")));
  fail_unless (meanwhile.is_started && meanwhile.is_sent);
  fail_unless_equals_int (element->numsinkpads, 1);
  g_type_class_unref (klass);
  g_signal_handlers_disconnect_by_data (element.get (), &meanwhile);
  gst_element_set_state (element.get (), GST_STATE_NULL);
}
GST_END_TEST

namespace {

// A buffer whose owner asks the element when it is let go.
struct Asking {
  GstPad *pad;
  int times = 0;

  GstBuffer *make_buffer ()
  {
    static float silence[1024];
    GDestroyNotify ask = [] (gpointer data) {
      auto self = static_cast<Asking *> (data);
      self->times++;
      GstCaps *caps = gst_caps_from_string ("audio/x-raw,rate=48000");
      gst_caps_unref (gst_pad_query_caps (self->pad, caps));
      gst_caps_unref (caps);
    };
    GstBuffer *buffer = gst_buffer_new_wrapped_full (GST_MEMORY_FLAG_READONLY,
        silence, sizeof silence, 0, sizeof silence, this, ask);
    GST_BUFFER_PTS (buffer) = 0;
    return buffer;
  }
};

} // namespace

// Nothing is locked then.
GST_START_TEST (whose_buffer_is_let_go_may_ask_the_element)
{
  const auto element = make_worklet_element ();
  g_object_set (element.get (), "processor", "mixer", nullptr);
  PushPad other (element.get (), "sink_1");
  Playing playing (element.get ());
  const Own<GstPad> pad (gst_pad_get_peer (*other));
  Asking asking{pad.get ()};
  const auto put = [&] {
    other.begin ("audio/x-raw,format=" GST_AUDIO_NE (
        F32) ",rate=48000,channels=1,layout=interleaved");
    fail_unless_equals_int (
        gst_pad_push (*other, asking.make_buffer ()), GST_FLOW_OK);
  };
  put ();
  other.push (gst_event_new_flush_start ());
  fail_unless_equals_int (asking.times, 1);
  other.push (gst_event_new_flush_stop (TRUE));
  put ();
  other.push (gst_event_new_flush_stop (TRUE));
  fail_unless_equals_int (asking.times, 2);
  // It is heard, and then it comes too late.
  put ();
  fail_unless_equals_int (playing.push (4800), GST_FLOW_OK);
  fail_unless_equals_int (asking.times, 3);
  put ();
  fail_unless_equals_int (asking.times, 4);
  other.push (gst_event_new_gap (time_of (1024), time_of (4800 - 1024)));
  put ();
  other.release ();
  fail_unless_equals_int (asking.times, 5);
}
GST_END_TEST

// As fakesink does, and what clips at the end of a segment.
GST_START_TEST (a_source_ends_when_downstream_takes_no_more)
{
  for (const char *sink :
      {"fakesink num-buffers=3", "identity eos-after=3 ! fakesink"}) {
    Pipeline pipeline (
        std::string ("audioworklet processor=oscillator ! ") + sink);
    pipeline.play ();
    fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  }
}
GST_END_TEST

static Suite *
audioworklet_more_pads_suite ()
{
  Suite *suite = suite_create ("elements/audioworklet-more-pads");
  TCase *chain = tcase_create ("general");
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, threads_that_ask_for_pads_have_one_each);
  tcase_add_test (chain, who_is_told_while_it_starts_gets_no_pad);
  tcase_add_test (chain, a_pad_that_comes_while_it_starts_is_taken_back);
  tcase_add_test (chain, whose_buffer_is_let_go_may_ask_the_element);
  tcase_add_test (chain, a_source_ends_when_downstream_takes_no_more);
  return suite;
}
GST_CHECK_MAIN (audioworklet_more_pads)
