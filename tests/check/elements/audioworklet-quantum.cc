// SPDX-License-Identifier: LGPL-2.1-or-later
// How many inputs and outputs a processor is shown, and how many channels these
// have, whichever pads are there and linked.
// https://webaudio.github.io/web-audio-api/#dom-audioworkletprocesscallback
#include "support/worklet-playing.hh"

#include <mutex>

using namespace webmedia::test;

namespace {

// Channels of each input and output.
struct Shown {
  std::vector<guint> inputs, outputs;
  bool operator== (const Shown &) const = default;
};

class Showing : public gst::web::AudioProcessor {
public:
  using AudioProcessor::AudioProcessor;
  bool process (const gst::web::Quantum &quantum)
  {
    Shown shown;
    for (guint i = 0; i < quantum.inputs (); i++)
      shown.inputs.push_back (quantum.input (i).n_channels);
    for (guint i = 0; i < quantum.outputs (); i++)
      shown.outputs.push_back (quantum.output (i).n_channels);
    std::lock_guard locker (lock);
    last = shown;
    return true;
  }
  static Shown take ()
  {
    std::lock_guard locker (lock);
    return std::exchange (last, {});
  }

private:
  static inline std::mutex lock;
  static inline Shown last;
};

// Between two pads, of which either may be null.
class Fixture {
public:
  Fixture (const char *options, const char *sink, const char *src,
      bool has_second_output = false)
      : worklet_ (make_worklet ())
  {
    register_processor<Showing> (worklet_.get (), "showing");
    node_ = make_node (worklet_.get (), "showing", options);
    element_ = make_worklet_element (node_.get ());
    if (has_second_output)
      gst_object_unref (gst_element_request_pad_simple (
          element_.get (), "src_1")); // nothing is linked to it
    harness_ = gst_harness_new_with_element (element_.get (), sink, src);
    if (sink)
      gst_harness_set_src_caps_str (harness_,
          "audio/x-raw,format=" GST_AUDIO_NE (F32) ",rate=48000,channels=1,"
                                                   "layout=interleaved");
  }
  ~Fixture () { gst_harness_teardown (harness_); }
  Fixture (const Fixture &) = delete;
  Fixture &operator= (const Fixture &) = delete;

  void push (size_t frames)
  {
    GstBuffer *buffer =
        gst_buffer_new_allocate (nullptr, frames * sizeof (float), nullptr);
    gst_buffer_memset (buffer, 0, 0, frames * sizeof (float));
    GST_BUFFER_PTS (buffer) = 0;
    fail_unless_equals_int (gst_harness_push (harness_, buffer), GST_FLOW_OK);
  }
  void play_until_it_gives_something ()
  {
    gst_harness_play (harness_);
    gst_buffer_unref (gst_harness_pull (harness_));
  }

private:
  const Own<GstWebAudioWorklet> worklet_;
  Own<GstWebAudioWorkletNode> node_;
  Own<GstElement> element_;
  GstHarness *harness_;
};

void
check_shown (const Shown &expected)
{
  fail_unless (Showing::take () == expected);
}

} // namespace

// WPT: audioworkletprocessor-unconnected-outputs
GST_START_TEST (outputs_have_their_channels_connected_or_not)
{
  const char *counted =
      "{'numberOfOutputs': <2>, 'outputChannelCount': <[2, 5]>}";
  for (const char *linked : {"src", "src_1"})
    for (bool has_second : {false, true}) {
      if (has_second && g_str_equal (linked, "src_1"))
        continue;
      {
        Fixture f (counted, "sink", linked, has_second);
        f.push (128);
        check_shown ({{1}, {2, 5}});
      }
      Fixture f ("{'numberOfOutputs': <2>}", "sink", linked, has_second);
      f.push (128);
      check_shown ({{1}, {1, 1}});
    }
}
GST_END_TEST

// WPT: process-parameters
GST_START_TEST (there_are_as_many_inputs_and_outputs_as_were_asked_for)
{
  {
    Fixture f (
        "{'numberOfInputs': <3>, 'numberOfOutputs': <0>}", "sink", nullptr);
    f.push (1024);
    check_shown ({{1, 0, 0}, {}});
  }
  {
    Fixture f (
        "{'numberOfInputs': <0>, 'numberOfOutputs': <3>}", nullptr, "src");
    f.play_until_it_gives_something ();
    check_shown ({{}, {1, 1, 1}});
  }
  Fixture f ("{'numberOfInputs': <3>, 'numberOfOutputs': <3>, "
             "'outputChannelCount': <[4, 2, 1]>}",
      "sink_2", "src_2");
  f.push (128);
  check_shown ({{0, 0, 1}, {4, 2, 1}});
}
GST_END_TEST

static Suite *
audioworklet_quantum_suite (void)
{
  Suite *suite = suite_create ("audioworklet-quantum");
  TCase *chain = tcase_create ("general");
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, outputs_have_their_channels_connected_or_not);
  tcase_add_test (
      chain, there_are_as_many_inputs_and_outputs_as_were_asked_for);
  return suite;
}

GST_CHECK_MAIN (audioworklet_quantum)
