// SPDX-License-Identifier: LGPL-2.1-or-later
// Nodes that have other than one input and one output.
#include "support/playback.hh"
#include "support/worklet-mixer.hh"

#include <mutex>
#include <numbers>
#include <thread>

using namespace webmedia::test;

GST_START_TEST (a_node_without_inputs_is_a_source)
{
  ParsedPipeline pipeline ("audioworklet name=w processor=oscillator "
                           "frequency::value=1000 ! audio/x-raw,channels=1 ! "
                           "fakesink");
  struct Heard {
    std::mutex lock;
    std::vector<float> sound;
    int buffers = 0;
    bool is_timed = true;
  } heard;
  auto hear = [] (GstPad *pad, GstPadProbeInfo *info, gpointer data) {
    auto &all = *static_cast<Heard *> (data);
    GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
    GstMapInfo map;
    std::lock_guard locker (all.lock);
    all.is_timed &= GST_BUFFER_PTS (buffer) == time_of (all.sound.size ());
    gst_buffer_map (buffer, &map, GST_MAP_READ);
    auto *samples = reinterpret_cast<float *> (map.data);
    all.sound.insert (
        all.sound.end (), samples, samples + map.size / sizeof (float));
    gst_buffer_unmap (buffer, &map);
    // Its tail has no end: what is told to end gives no more than this one.
    if (++all.buffers == 5) {
      GstElement *element = gst_pad_get_parent_element (pad);
      gst_element_send_event (element, gst_event_new_eos ());
      gst_object_unref (element);
    }
    return GST_PAD_PROBE_OK;
  };
  using Hear = GstPadProbeReturn (*) (GstPad *, GstPadProbeInfo *, gpointer);
  GstPad *pad = gst_element_get_static_pad (pipeline->get ("w"), "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, static_cast<Hear> (hear),
      &heard, nullptr);
  gst_object_unref (pad);
  pipeline->play ();
  fail_unless_equals_string (pipeline->wait_end ().c_str (), "");
  std::lock_guard locker (heard.lock);
  fail_unless_equals_int (heard.buffers, 5);
  fail_unless (heard.is_timed);
  for (size_t i = 0; i < heard.sound.size (); i++)
    fail_unless (std::abs (heard.sound[i]
                           - std::sin (2 * std::numbers::pi * 1000
                                       * static_cast<double> (i) / kRate))
                 < 1e-6);
}
GST_END_TEST

GST_START_TEST (a_source_ends_when_it_is_told)
{
  Pipeline pipeline ("audioworklet processor=oscillator ! fakesink");
  pipeline.play ();
  gst_element_get_state (*pipeline, nullptr, nullptr, GST_CLOCK_TIME_NONE);
  fail_unless (gst_element_send_event (*pipeline, gst_event_new_eos ()));
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
}
GST_END_TEST

// It has one sound, which is made as it is asked for.
GST_START_TEST (a_source_is_not_sought)
{
  Pipeline pipeline ("audioworklet processor=oscillator ! fakesink");
  pipeline.play ();
  gst_element_get_state (*pipeline, nullptr, nullptr, GST_CLOCK_TIME_NONE);
  fail_if (gst_element_seek_simple (
      *pipeline, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, GST_SECOND));
}
GST_END_TEST

// Its buffers are mono.
static size_t
count_recorded (int n_buffers, int frames_each)
{
  Pipeline pipeline (
      "audiotestsrc num-buffers=" + std::to_string (n_buffers)
      + " samplesperbuffer=" + std::to_string (frames_each)
      + " ! audio/x-raw,channels=1 ! audioworklet name=w processor=recorder");
  fail_unless (!gst_element_get_static_pad (pipeline.get ("w"), "src"));
  size_t frames = 0;
  auto count = [] (GstElement *, GVariant *message, gpointer data) {
    GVariant *samples = g_variant_get_child_value (message, 2);
    *static_cast<size_t *> (data) +=
        g_variant_n_children (samples) / sizeof (float);
    g_variant_unref (samples);
  };
  using Count = void (*) (GstElement *, GVariant *, gpointer);
  g_signal_connect (pipeline.get ("w"), "message",
      G_CALLBACK (static_cast<Count> (count)), &frames);
  pipeline.play ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  return frames;
}

GST_START_TEST (a_node_without_outputs_is_a_sink)
{
  // The last quantum is filled up.
  fail_unless_equals_int (count_recorded (10, 1000), (10000 + 127) / 128 * 128);
}
GST_END_TEST

// More than its port holds.
GST_START_TEST (a_long_buffer_is_recorded_whole)
{
  fail_unless_equals_int (count_recorded (2, 192000), 384000);
}
GST_END_TEST

// As a bin forgets the ends of its sinks when it pauses.
GST_START_TEST (a_sink_that_has_ended_says_so_whenever_it_plays)
{
  Mixer mixer (1, "recorder");
  GstBus *bus = gst_bus_new ();
  gst_element_set_bus (mixer.element (), bus);
  auto count = [bus] {
    int ends = 0;
    while (GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_EOS)) {
      gst_message_unref (message);
      ends++;
    }
    return ends;
  };
  auto pause_and_play = [&mixer] {
    gst_element_set_state (mixer.element (), GST_STATE_PAUSED);
    gst_element_set_state (mixer.element (), GST_STATE_PLAYING);
  };
  mixer.push (0, 0, 1024, 1);
  pause_and_play ();
  fail_unless_equals_int (count (), 0);
  mixer.end (0);
  fail_unless_equals_int (count (), 1);
  pause_and_play ();
  fail_unless_equals_int (count (), 1);
  mixer.begin_flush (0);
  mixer.end_flush (0);
  pause_and_play ();
  fail_unless_equals_int (count (), 0);
  gst_element_set_bus (mixer.element (), nullptr);
  gst_object_unref (bus);
}
GST_END_TEST

// It is not connected from then on: what waited for it goes on.
GST_START_TEST (an_input_that_is_unlinked_is_not_waited_for)
{
  for (bool is_released : {false, true}) {
    Mixer mixer (2);
    mixer.push (0, 0, 1024, 1);
    std::thread waiting ([&] {
      mixer.push (0, 1024, 1024, 1);
      mixer.end (0);
    });
    if (is_released)
      mixer.release (1);
    else
      mixer.unlink (1);
    waiting.join ();
    mixer.wait_end ();
    const auto sound = mixer.take ();
    fail_unless_equals_int (sound.size (), 2048);
    check_values (sound, 0, 2048, 1);
  }
}
GST_END_TEST

// As for the sound.
GST_START_TEST (an_end_does_not_wait_for_what_is_unlinked)
{
  Mixer mixer (2);
  mixer.end (0);
  mixer.unlink (1);
  mixer.wait_end ();
}
GST_END_TEST

GST_START_TEST (an_input_that_waits_is_released)
{
  Mixer mixer (2);
  mixer.push (1, 0, 1024, 2);
  std::thread waiting ([&] { mixer.try_push (1); });
  mixer.release (1);
  waiting.join ();
  mixer.push (0, 0, 1024, 1);
  check_values (mixer.take (), 0, 1024, 1);
}
GST_END_TEST

// The number of inputs of a node is fixed.
GST_START_TEST (pads_come_before_it_runs)
{
  Mixer mixer (1);
  fail_unless (!gst_element_request_pad_simple (mixer.element (), "sink_2"));
  // Three of its four inputs have no pad.
  mixer.push (0, 0, 1024, 1);
  check_values (mixer.take (), 0, 1024, 1);
}
GST_END_TEST

GST_START_TEST (outputs_are_streams_of_their_own)
{
  Pipeline pipeline (
      "audiotestsrc num-buffers=10 ! audio/x-raw,channels=2 ! audioworklet "
      "name=w processor=splitter  w.src ! queue ! fakesink name=a  "
      "w.src_1 ! queue ! fakesink name=b");
  pipeline.play ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  std::string ids[2];
  for (int i = 0; i < 2; i++) {
    GstPad *pad =
        gst_element_get_static_pad (pipeline.get (i ? "b" : "a"), "sink");
    gchar *id = gst_pad_get_stream_id (pad);
    ids[i] = id;
    g_free (id);
    GstCaps *caps = gst_pad_get_current_caps (pad);
    gint channels = 0;
    gst_structure_get_int (
        gst_caps_get_structure (caps, 0), "channels", &channels);
    fail_unless_equals_int (channels, 1);
    gst_caps_unref (caps);
    gst_object_unref (pad);
  }
  fail_unless (ids[0] != ids[1]);
}
GST_END_TEST

static Suite *
audioworklet_pads_suite (void)
{
  Suite *suite = suite_create ("audioworklet-pads");
  TCase *chain = tcase_create ("general");
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, a_node_without_inputs_is_a_source);
  tcase_add_test (chain, a_source_ends_when_it_is_told);
  tcase_add_test (chain, a_source_is_not_sought);
  tcase_add_test (chain, a_node_without_outputs_is_a_sink);
  tcase_add_test (chain, a_long_buffer_is_recorded_whole);
  tcase_add_test (chain, a_sink_that_has_ended_says_so_whenever_it_plays);
  tcase_add_test (chain, an_input_that_is_unlinked_is_not_waited_for);
  tcase_add_test (chain, an_end_does_not_wait_for_what_is_unlinked);
  tcase_add_test (chain, an_input_that_waits_is_released);
  tcase_add_test (chain, pads_come_before_it_runs);
  tcase_add_test (chain, outputs_are_streams_of_their_own);
  return suite;
}

GST_CHECK_MAIN (audioworklet_pads)
