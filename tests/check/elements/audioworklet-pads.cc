// SPDX-License-Identifier: LGPL-2.1-or-later
// Nodes that have other than one input and one output.
#include "support/playback.hh"
#include "support/worklet-element-fixture.hh"

#include <mutex>
#include <numbers>
#include <thread>

using namespace webmedia::test;

namespace {

// A mixer of mono inputs, or a recorder.
class Mixer {
public:
  explicit Mixer (int inputs, const char *processor = "mixer")
      : element_ (gst_element_factory_make ("audioworklet", nullptr))
  {
    gst_object_ref_sink (element_);
    g_object_set (element_, "processor", processor, nullptr);
    const bool has_output = g_str_equal (processor, "mixer");
    for (int i = 1; i < inputs; i++)
      gst_object_unref (
          gst_element_request_pad_simple (element_, name (i).c_str ()));
    for (int i = 0; i < inputs; i++) {
      inputs_.push_back (gst_harness_new_with_element (
          element_, name (i).c_str (), i || !has_output ? nullptr : "src"));
      gst_harness_set_src_caps_str (inputs_[i],
          "audio/x-raw,format=" GST_AUDIO_NE (F32) ",rate=48000,channels=1,"
                                                   "layout=interleaved");
    }
  }
  ~Mixer ()
  {
    for (size_t i = inputs_.size (); i-- > 0;)
      gst_harness_teardown (inputs_[i]);
    gst_object_unref (element_);
  }
  GstElement *element () { return element_; }

  // Frames of this value.
  void push (int input, size_t from, size_t frames, float value)
  {
    push_at (input, time_of (from), frames, value);
  }
  void push_untimed (int input, size_t frames, float value)
  {
    push_at (input, GST_CLOCK_TIME_NONE, frames, value);
  }
  void push_at (int input, GstClockTime time, size_t frames, float value)
  {
    GstBuffer *buffer =
        gst_buffer_new_allocate (nullptr, frames * sizeof (float), nullptr);
    GstMapInfo map;
    gst_buffer_map (buffer, &map, GST_MAP_WRITE);
    std::fill_n (reinterpret_cast<float *> (map.data), frames, value);
    gst_buffer_unmap (buffer, &map);
    GST_BUFFER_PTS (buffer) = time;
    fail_unless_equals_int (
        gst_harness_push (inputs_[input], buffer), GST_FLOW_OK);
  }
  void push_gap (int input, size_t from, size_t frames)
  {
    gst_harness_push_event (
        inputs_[input], gst_event_new_gap (time_of (from), time_of (frames)));
  }
  void end (int input)
  {
    gst_harness_push_event (inputs_[input], gst_event_new_eos ());
  }
  bool is_ending (int input) { return GST_PAD_IS_EOS (inputs_[input]->srcpad); }
  void begin_flush (int input)
  {
    gst_harness_push_event (inputs_[input], gst_event_new_flush_start ());
  }
  void end_flush (int input, GstClockTime start = 0)
  {
    gst_harness_push_event (inputs_[input], gst_event_new_flush_stop (TRUE));
    GstSegment segment;
    gst_segment_init (&segment, GST_FORMAT_TIME);
    segment.start = segment.time = start;
    gst_harness_push_event (inputs_[input], gst_event_new_segment (&segment));
  }
  void unlink (int input)
  {
    GstPad *pad = gst_pad_get_peer (inputs_[input]->srcpad);
    fail_unless (gst_pad_unlink (inputs_[input]->srcpad, pad));
    gst_object_unref (pad);
  }
  void release (int input)
  {
    GstPad *pad = gst_pad_get_peer (inputs_[input]->srcpad);
    gst_element_release_request_pad (element_, pad);
    gst_object_unref (pad);
  }
  // Whatever comes of it.
  void push_into_release (int input)
  {
    GstBuffer *buffer = gst_buffer_new_allocate (nullptr, 4096, nullptr);
    gst_buffer_memset (buffer, 0, 0, 4096);
    gst_pad_push (inputs_[input]->srcpad, buffer);
  }
  // Until the output has ended.
  void wait_end ()
  {
    while (!GST_PAD_IS_EOS (inputs_[0]->sinkpad))
      std::this_thread::yield ();
  }
  // As the pad itself answers.
  GstFlowReturn push_tag (int input)
  {
    GstPad *pad = gst_pad_get_peer (inputs_[input]->srcpad);
    const GstFlowReturn flow = GST_PAD_EVENTFULLFUNC (pad) (pad,
        GST_OBJECT (element_), gst_event_new_tag (gst_tag_list_new_empty ()));
    gst_object_unref (pad);
    return flow;
  }
  // When the next buffer goes out, on its thread.
  void flush_in_push (int input)
  {
    auto flush = [] (GstPad *, GstPadProbeInfo *, gpointer harness) {
      gst_harness_push_event (
          static_cast<GstHarness *> (harness), gst_event_new_flush_start ());
      return GST_PAD_PROBE_REMOVE;
    };
    using Flush = GstPadProbeReturn (*) (GstPad *, GstPadProbeInfo *, gpointer);
    GstPad *pad = gst_element_get_static_pad (element_, "src");
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER,
        static_cast<Flush> (flush), inputs_[input], nullptr);
    gst_object_unref (pad);
  }
  // What the left channel has.
  std::vector<float> take ()
  {
    std::vector<float> sound;
    while (GstBuffer *buffer = gst_harness_try_pull (inputs_[0])) {
      if (sound.empty ())
        first_pts_ = GST_BUFFER_PTS (buffer);
      GstMapInfo map;
      gst_buffer_map (buffer, &map, GST_MAP_READ);
      auto *data = reinterpret_cast<float *> (map.data);
      for (size_t i = 0; i < map.size / sizeof (float); i += 2)
        sound.push_back (data[i]);
      gst_buffer_unmap (buffer, &map);
      gst_buffer_unref (buffer);
    }
    return sound;
  }

  GstClockTime first_pts () const { return first_pts_; } // of the last take()

private:
  static std::string name (int input)
  {
    return input ? "sink_" + std::to_string (input) : "sink";
  }

  GstElement *const element_;
  std::vector<GstHarness *> inputs_;
  GstClockTime first_pts_ = GST_CLOCK_TIME_NONE;
};

void
check_values (
    const std::vector<float> &sound, size_t from, size_t to, float value)
{
  fail_unless (sound.size () >= to, "there are %zu frames", sound.size ());
  for (size_t i = from; i < to; i++)
    fail_unless (
        sound[i] == value, "frame %zu: %g is not %g", i, sound[i], value);
}

} // namespace

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

GST_START_TEST (inputs_are_joined_frame_by_frame)
{
  Mixer mixer (2);
  // However each of them is cut.
  mixer.push (0, 0, 1000, 1);
  mixer.push (1, 0, 300, 2);
  mixer.push (1, 300, 1700, 2);
  mixer.push (0, 1000, 1000, 1);
  mixer.end (0);
  mixer.end (1);
  const auto sound = mixer.take ();
  fail_unless_equals_int (sound.size (), 2000);
  check_values (sound, 0, 2000, 3);
}
GST_END_TEST

GST_START_TEST (an_input_that_begins_later_is_silent_before)
{
  Mixer mixer (2);
  mixer.push (0, 0, 1024, 1);
  mixer.push (1, 4800, 1024, 2);
  mixer.push (0, 1024, 3776 + 1024, 1);
  mixer.end (0);
  mixer.end (1);
  const auto sound = mixer.take ();
  fail_unless_equals_int (sound.size (), 5824);
  check_values (sound, 0, 4800, 1);
  check_values (sound, 4800, 5824, 3);
}
GST_END_TEST

// What comes before its segment has no time among the others.
GST_START_TEST (an_input_is_clipped_to_its_segment)
{
  for (bool is_gap : {false, true}) {
    Mixer mixer (2);
    mixer.begin_flush (1);
    mixer.end_flush (1, time_of (4800));
    if (is_gap) {
      mixer.push_gap (1, 0, 2400);
      mixer.push_gap (1, 2400, 2400 + 24);
    } else {
      mixer.push (1, 0, 4800, 8);
    }
    mixer.push (0, 0, 1024, 1);
    mixer.push (1, is_gap ? 4824 : 4000, is_gap ? 1000 : 800 + 1024, 2);
    mixer.end (0);
    mixer.end (1);
    const size_t skipped = is_gap ? 24 : 0;
    const auto sound = mixer.take ();
    fail_unless_equals_int (sound.size (), 1024);
    check_values (sound, 0, skipped, 1);
    check_values (sound, skipped, 1024 - skipped, 3);
  }
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

// As flitetestsrc has it.
GST_START_TEST (an_input_without_times_begins_at_once)
{
  Mixer mixer (2);
  mixer.push_untimed (0, 4800, 1);
  mixer.push (1, 4800, 1024, 2);
  mixer.push_untimed (0, 1024, 1);
  mixer.end (0);
  mixer.end (1);
  const auto sound = mixer.take ();
  fail_unless_equals_int (sound.size (), 5824);
  check_values (sound, 0, 4800, 1);
  check_values (sound, 4800, 5824, 3);
  fail_unless_equals_uint64 (mixer.first_pts (), 0);
}
GST_END_TEST

// What is before the frames that went out is not heard.
GST_START_TEST (an_input_that_comes_too_late_is_cut)
{
  Mixer mixer (2);
  mixer.push (0, 0, 4800, 1);
  mixer.push (1, 0, 4800, 2);
  mixer.push (1, 2400, 4800, 5); // of which a half is in time
  mixer.push (0, 4800, 2400, 1);
  mixer.end (1);
  mixer.push (0, 7200, 1000, 1);
  mixer.end (0);
  const auto sound = mixer.take ();
  fail_unless_equals_int (sound.size (), 8200);
  check_values (sound, 0, 4800, 3);
  check_values (sound, 4800, 7200, 6);
  check_values (sound, 7200, 8200, 1);
}
GST_END_TEST

GST_START_TEST (an_input_that_has_ended_is_not_waited_for)
{
  Mixer mixer (2);
  mixer.push (0, 0, 1024, 1);
  mixer.push (1, 0, 512, 2);
  mixer.end (1);
  mixer.push (0, 1024, 1024, 1);
  mixer.end (0);
  const auto sound = mixer.take ();
  fail_unless_equals_int (sound.size (), 2048);
  check_values (sound, 0, 512, 3);
  check_values (sound, 512, 2048, 1);
}
GST_END_TEST

GST_START_TEST (inputs_that_end_together_end_once)
{
  for (int i = 0; i < 50; i++) {
    Mixer sink (2, "recorder");
    GstBus *bus = gst_bus_new ();
    gst_element_set_bus (sink.element (), bus);
    MessageGate gate (sink.element ());
    sink.push (1, 0, 1024, 2);
    std::thread last ([&] {
      sink.push (0, 0, 1024, 1);
      sink.end (0);
    });
    gate.wait_until_reached ();
    std::thread waiting ([&] { sink.end (1); });
    // It waits for the one that renders, as its pad has seen the end.
    while (!sink.is_ending (1))
      std::this_thread::yield ();
    gate.open ();
    last.join ();
    waiting.join ();
    int ends = 0;
    while (GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_EOS)) {
      ends++;
      gst_message_unref (message);
    }
    fail_unless_equals_int (ends, 1);
    gst_element_set_bus (sink.element (), nullptr);
    gst_object_unref (bus);
  }
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
  std::thread waiting ([&] { mixer.push_into_release (1); });
  mixer.release (1);
  waiting.join ();
  mixer.push (0, 0, 1024, 1);
  check_values (mixer.take (), 0, 1024, 1);
}
GST_END_TEST

// Only that input's own: others wait, and lose no source for it.
GST_START_TEST (a_flush_of_one_input_is_not_the_others)
{
  Mixer mixer (2);
  // It begins while the other one's thread pushes.
  mixer.flush_in_push (1);
  mixer.push (1, 0, 1024, 2);
  mixer.push (0, 0, 1024, 1);
  mixer.end_flush (1);
  fail_unless (mixer.take ().empty ());
  mixer.push (1, 1024, 1024, 2);
  mixer.push (0, 1024, 1024, 1);
  check_values (mixer.take (), 0, 1024, 3);
  // What comes into a flush is refused as that, and is no error.
  mixer.begin_flush (0);
  fail_unless_equals_int (mixer.push_tag (0), GST_FLOW_FLUSHING);
  mixer.end_flush (0);
  fail_unless_equals_int (mixer.push_tag (0), GST_FLOW_OK);
  // And where nothing is awaited.
  mixer.end (1);
  mixer.begin_flush (1);
  mixer.push (0, 2048, 1024, 1);
  mixer.end_flush (1);
  mixer.push (1, 2048, 1024, 2);
  const auto sound = mixer.take ();
  fail_unless_equals_int (sound.size (), 1024);
  check_values (sound, 0, 1024, 3);
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
  tcase_add_test (chain, a_node_without_outputs_is_a_sink);
  tcase_add_test (chain, a_long_buffer_is_recorded_whole);
  tcase_add_test (chain, an_input_that_comes_too_late_is_cut);
  tcase_add_test (chain, an_input_is_clipped_to_its_segment);
  tcase_add_test (chain, a_sink_that_has_ended_says_so_whenever_it_plays);
  tcase_add_test (chain, an_input_without_times_begins_at_once);
  tcase_add_test (chain, inputs_are_joined_frame_by_frame);
  tcase_add_test (chain, an_input_that_begins_later_is_silent_before);
  tcase_add_test (chain, an_input_that_has_ended_is_not_waited_for);
  tcase_add_test (chain, inputs_that_end_together_end_once);
  tcase_add_test (chain, an_input_that_is_unlinked_is_not_waited_for);
  tcase_add_test (chain, an_end_does_not_wait_for_what_is_unlinked);
  tcase_add_test (chain, an_input_that_waits_is_released);
  tcase_add_test (chain, a_flush_of_one_input_is_not_the_others);
  tcase_add_test (chain, pads_come_before_it_runs);
  tcase_add_test (chain, outputs_are_streams_of_their_own);
  return suite;
}

GST_CHECK_MAIN (audioworklet_pads)
