// SPDX-License-Identifier: LGPL-2.1-or-later
// What the element says of lines that can't be, before and while they play.
#include "support/parsed-children.hh"
#include "support/playback.hh"
#include "support/worklet-objects.hh"

#include <gst/audio/audio.h>

using namespace webmedia::test;

// The error that it ends with; "": none.
static std::string
end_of (const std::string &line)
{
  ParsedPipeline pipeline (line);
  gst_element_set_state (**pipeline, GST_STATE_PLAYING);
  return pipeline->wait_end ();
}

static void
check_tells (const std::string &text, std::initializer_list<const char *> parts)
{
  for (const char *part : parts)
    fail_unless (text.find (part) != std::string::npos,
        "\"%s\" does not tell of \"%s\"", text.c_str (), part);
}

// The pads are asked for before the line is whole, in either order.
GST_START_TEST (pads_for_more_than_was_written_are_a_mistake)
{
  const std::string inputs =
      "audiotestsrc num-buffers=1 ! w.sink  audiotestsrc num-buffers=1 ! "
      "w.sink_1  audiotestsrc num-buffers=1 ! w.sink_2  ";
  const std::string two = "node-options={\"numberOfInputs\":2}";
  check_tells (end_of ("audioworklet name=w processor=mixer " + two
                       + " ! fakesink  " + inputs),
      {"numberOfInputs is 2", "sink_2", "3"});
  check_tells (end_of (inputs + "audioworklet name=w processor=mixer " + two
                       + " ! fakesink"),
      {"numberOfInputs is 2", "sink_2", "3"});
  check_tells (
      end_of ("audiotestsrc num-buffers=1 ! audioworklet name=w "
              "processor=splitter node-options={\"numberOfOutputs\":1}  "
              "w.src ! queue ! fakesink  w.src_1 ! queue ! fakesink"),
      {"numberOfOutputs is 1", "src_1", "2"});
  // As many as it has, and more than a processor is made for.
  fail_unless_equals_string (
      end_of ("audioworklet name=w processor=mixer "
              "node-options={\"numberOfInputs\":3} ! fakesink  "
              + inputs)
          .c_str (),
      "");
  fail_unless_equals_string (
      end_of ("audioworklet name=w processor=gain ! fakesink  " + inputs)
          .c_str (),
      "");
}
GST_END_TEST

static int
channels_of (GstElement *element, const char *name)
{
  const Own<GstPad> pad (gst_element_get_static_pad (element, name));
  GstCaps *caps = gst_pad_get_current_caps (pad.get ());
  int channels = 0;
  gst_structure_get_int (
      gst_caps_get_structure (caps, 0), "channels", &channels);
  gst_caps_unref (caps);
  return channels;
}

// What a processor is made for is no mistake of who asks for more.
GST_START_TEST (pads_for_more_than_a_processor_has_are_none)
{
  for (const char *processor : {"panner", "mixer", "gain"}) {
    ParsedPipeline pipeline (
        std::string ("audiotestsrc num-buffers=2 ! audioworklet name=w "
                     "processor=")
        + processor
        + "  w.src ! queue ! fakesink  w.src_1 ! queue ! fakesink  "
          "w.src_2 ! queue ! fakesink name=last");
    pipeline->play ();
    fail_unless_equals_string (pipeline->wait_end ().c_str (), "");
    const bool is_stereo = !g_str_equal (processor, "gain");
    fail_unless_equals_int (
        channels_of (pipeline->get ("w"), "src"), is_stereo ? 2 : 1);
    fail_unless_equals_int (channels_of (pipeline->get ("w"), "src_1"), 1);
  }
}
GST_END_TEST

GST_START_TEST (elements_are_linked_to_inputs_that_it_is_made_for)
{
  const std::string tone = "audiotestsrc num-buffers=1 ! w.  ";
  auto link = [&tone] (const char *processor, int count) {
    std::string line;
    for (int i = 0; i < count; i++)
      line += tone;
    line += std::string ("audioworklet name=w processor=") + processor;
    return Own<GstElement> (gst_parse_launch_full (
        line.c_str (), nullptr, GST_PARSE_FLAG_FATAL_ERRORS, nullptr));
  };
  const auto mixer = link ("mixer", 5);
  fail_unless (mixer != nullptr);
  const Own<GstElement> element (
      gst_bin_get_by_name (GST_BIN (mixer.get ()), "w"));
  for (const char *name : {"sink", "sink_1", "sink_2", "sink_3", "sink_4"}) {
    const Own<GstPad> pad (gst_element_get_static_pad (element.get (), name));
    fail_unless (pad && gst_pad_is_linked (pad.get ()), "%s", name);
  }
  fail_unless (link ("gain", 1) != nullptr);
  fail_unless (link ("gain", 2) == nullptr);
  fail_unless (link ("oscillator", 1) == nullptr);
  // More of them by name.
  const auto gain = link ("gain", 1);
  const Own<GstElement> second (
      gst_bin_get_by_name (GST_BIN (gain.get ()), "w"));
  fail_if (
      Own<GstPad> (gst_element_request_pad_simple (second.get (), "sink_%u")));
  fail_unless (
      Own<GstPad> (gst_element_request_pad_simple (second.get (), "sink_1")));
}
GST_END_TEST

// At once: no pad is to come.
GST_START_TEST (what_has_no_output_is_not_linked)
{
  for (const char *line : {"audioworklet processor=recorder ! fakesink",
           "audioworklet processor=gain ! capsfilter caps=video/x-raw"}) {
    GError *error = nullptr;
    const Own<GstElement> pipeline (gst_parse_launch_full (
        line, nullptr, GST_PARSE_FLAG_FATAL_ERRORS, &error));
    fail_unless (pipeline == nullptr);
    fail_unless (
        g_error_matches (error, GST_PARSE_ERROR, GST_PARSE_ERROR_LINK));
    g_error_free (error);
  }
}
GST_END_TEST

// As in processor-options. What an application hands over in a dictionary is as
// on the web: see api/audio-worklet-node.cc.
GST_START_TEST (names_in_the_options_that_nothing_has_are_told)
{
  auto gain = [] (const std::string &members) {
    return end_of ("audiotestsrc num-buffers=1 ! audioworklet processor=gain "
                   "node-options={"
                   + members + "} ! fakesink");
  };
  check_tells (
      gain ("\"parameterData\":{\"gian\":2}"), {"\"gian\"", "it has: gain"});
  check_tells (
      gain ("\"processorOptions\":{\"type\":2}"), {"\"type\"", "it has none"});
  fail_unless_equals_string (
      gain ("\"parameterData\":{\"gain\":2}").c_str (), "");
  auto delay = [] (const std::string &options) {
    return end_of ("audiotestsrc num-buffers=1 ! audioworklet processor=delay "
                   + options + " ! fakesink");
  };
  for (const char *options : {"node-options={\"processorOptions\":{"
                              "\"maxDelay\":2}}",
           "processor-options={\"maxDelay\":2}"})
    check_tells (delay (options), {"\"maxDelay\"", "it has: maxDelayTime"});
  fail_unless_equals_string (
      delay ("node-options={\"processorOptions\":{\"maxDelayTime\":2}}")
          .c_str (),
      "");
  // The options of a module's are its own, its parameters are known.
  const std::string module =
      std::string ("audiotestsrc num-buffers=1 ! audioworklet "
                   "processor=test-gain module=")
      + g_getenv ("WEBMEDIA_TEST_MODULES") + "/libworklet-gain.so ";
  fail_unless_equals_string (
      end_of (
          module + "node-options={\"processorOptions\":{\"any\":2}} ! fakesink")
          .c_str (),
      "");
  check_tells (
      end_of (
          module + "node-options={\"parameterData\":{\"any\":2}} ! fakesink"),
      {"\"any\"", "it has: gain"});
}
GST_END_TEST

// Before anything plays, whatever is to be done when a processor throws.
GST_START_TEST (values_that_an_option_can_t_have_are_told)
{
  auto run = [] (const std::string &effect) {
    return end_of ("audiotestsrc num-buffers=1 ! audioworklet " + effect);
  };
  check_tells (
      run ("processor=biquad processor-options={\"type\":\"lowpas\"} ! "
           "fakesink"),
      {"biquad", "\"type\" is \"lowpas\"", "lowpass, highpass"});
  check_tells (run ("processor=delay node-options={\"processorOptions\":{"
                    "\"maxDelayTime\":181}} ! fakesink"),
      {"delay", "\"maxDelayTime\"", "to 180"});
  check_tells (run ("processor=recorder processor-options={\"frames\":0}"),
      {"recorder", "\"frames\"", "48000"});
  check_tells (end_of ("audioworklet processor=oscillator "
                       "processor-options={\"type\":\"custom\"} ! fakesink"),
      {"oscillator", "\"custom\"", "sine, square"});
  fail_unless_equals_string (
      run ("processor=biquad processor-options={\"type\":\"notch\"} ! "
           "fakesink")
          .c_str (),
      "");
}
GST_END_TEST

// What a source without an own choice brings. Its error says no more. What is
// called `late` takes `taken` alone, which it says when all is linked.
static std::string
warning_of (const std::string &caps, const std::string &line,
    const char *taken = nullptr)
{
  ParsedPipeline pipeline (
      "appsrc name=in format=time caps=\"" + caps + "\" ! " + line);
  if (taken)
    gst_util_set_object_arg (G_OBJECT (pipeline->get ("late")), "caps", taken);
  gst_element_set_state (**pipeline, GST_STATE_PLAYING);
  pipeline->push (Bytes (4096));
  GstMessage *message =
      pipeline->wait (GstMessageType (GST_MESSAGE_WARNING | GST_MESSAGE_ERROR));
  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_WARNING);
  GError *error;
  gchar *debug;
  gst_message_parse_warning (message, &error, &debug);
  const std::string text = std::string (error->message) + debug;
  g_error_free (error);
  g_free (debug);
  gst_message_unref (message);
  message =
      pipeline->wait (GstMessageType (GST_MESSAGE_WARNING | GST_MESSAGE_ERROR));
  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_ERROR);
  gst_message_unref (message);
  return text;
}

static const std::string kPlain =
    "audio/x-raw,format=" GST_AUDIO_NE (F32) ",layout=interleaved,";

GST_START_TEST (what_does_not_fit_is_told_with_what_would)
{
  const std::string gain = "audioworklet processor=gain ! ";
  for (const char *between : {"", "queue ! "}) {
    check_tells (warning_of ("audio/x-raw,format=" GST_AUDIO_NE (
                                 S16) ",layout=interleaved,rate=44100,"
                                      "channels=1",
                     between + gain + "fakesink"),
        {"sink", "format is " GST_AUDIO_NE (S16), "be " GST_AUDIO_NE (F32),
            "put audioconvert before"});
    check_tells (warning_of (kPlain + "rate=44100,channels=1",
                     between + gain + "audio/x-raw,rate=48000 ! fakesink"),
        {"rate is 44100, but has to be 48000", "put audioresample before"});
    check_tells (
        warning_of (kPlain + "rate=44100,channels=2",
            between + gain + "audio/x-raw,rate=48000,channels=1 ! fakesink"),
        {"rate is 44100", "channels is 2, but has to be 1",
            "put audioconvert ! audioresample before"});
  }
  // What was forgotten in caps no converter makes up for.
  const std::string text = warning_of (
      "audio/x-raw,format=" GST_AUDIO_NE (F32) ",rate=44100,channels=1",
      gain + "fakesink");
  check_tells (text, {"layout is not given", "interleaved"});
  fail_unless (text.find ("audioconvert") == std::string::npos);
}
GST_END_TEST

// No converter before the element would help.
GST_START_TEST (what_does_not_fit_behind_it_is_told_as_that)
{
  const std::string mono = kPlain + "rate=44100,channels=1";
  const std::string text = warning_of (mono,
      "audioworklet processor=gain ! capsfilter name=late ! fakesink",
      "audio/x-raw,format=" GST_AUDIO_NE (S16));
  check_tells (text, {"src gives", "format is " GST_AUDIO_NE (F32),
                         "be " GST_AUDIO_NE (S16), "put audioconvert behind"});
  fail_unless (text.find ("before this element") == std::string::npos);
  // Of two outputs that want another rate each, the second one.
  check_tells (warning_of (mono,
                   "audioworklet name=w processor=splitter  "
                   "w.src ! queue ! audio/x-raw,rate=44100 ! fakesink  "
                   "w.src_1 ! queue ! capsfilter name=late ! fakesink",
                   "audio/x-raw,rate=48000"),
      {"src_1 gives", "rate is 44100, but has to be 48000",
          "put audioresample behind"});
}
GST_END_TEST

// What can choose asks before.
GST_START_TEST (what_does_not_fit_what_can_choose_is_told)
{
  ParsedPipeline pipeline (
      "audiotestsrc ! audio/x-raw,rate=44100 ! audioworklet processor=gain ! "
      "audio/x-raw,rate=48000 ! fakesink");
  gst_element_set_state (**pipeline, GST_STATE_PLAYING);
  GstMessage *message =
      pipeline->wait (GstMessageType (GST_MESSAGE_WARNING | GST_MESSAGE_ERROR));
  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_WARNING);
  GError *error;
  gst_message_parse_warning (message, &error, nullptr);
  check_tells (error->message, {"rate is 44100, but has to be 48000"});
  g_error_free (error);
  gst_message_unref (message);
}
GST_END_TEST

// As decodebin's pads are: nobody is told why two pads were not linked.
GST_START_TEST (what_does_not_fit_is_told_of_pads_that_are_linked_late)
{
  ParsedPipeline pipeline (
      "audiotestsrc name=in ! capsfilter name=late caps=\"" + kPlain
      + "rate=44100,channels=2\"  audioworklet name=w processor=gain ! "
        "audio/x-raw,rate=48000,channels=1 ! fakesink");
  gst_element_set_locked_state (pipeline->get ("in"), TRUE);
  gst_element_set_locked_state (pipeline->get ("late"), TRUE);
  gst_element_set_state (**pipeline, GST_STATE_PAUSED);
  fail_unless (gst_element_link (pipeline->get ("late"), pipeline->get ("w")));
  for (const char *name : {"late", "in"}) {
    gst_element_set_locked_state (pipeline->get (name), FALSE);
    gst_element_sync_state_with_parent (pipeline->get (name));
  }
  GstMessage *message =
      pipeline->wait (GstMessageType (GST_MESSAGE_WARNING | GST_MESSAGE_ERROR));
  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_WARNING);
  GError *error;
  gst_message_parse_warning (message, &error, nullptr);
  check_tells (error->message,
      {"rate is 44100, but has to be 48000", "channels is 2, but has to be 1",
          "put audioconvert ! audioresample before"});
  g_error_free (error);
  gst_message_unref (message);
}
GST_END_TEST

static int
count (GstBus *bus, GstMessageType type)
{
  int found = 0;
  while (GstMessage *message = gst_bus_pop_filtered (bus, type)) {
    found++;
    gst_message_unref (message);
  }
  return found;
}

// Upstream asks again, of each input.
GST_START_TEST (what_is_refused_is_told_once)
{
  const Own<GstElement> element (GST_ELEMENT (gst_object_ref_sink (
      gst_element_factory_make ("audioworklet", nullptr))));
  g_object_set (element.get (), "processor", "mixer", nullptr);
  const Own<GstPad> pads[] = {
      Own<GstPad> (gst_element_get_static_pad (element.get (), "sink")),
      Own<GstPad> (gst_element_request_pad_simple (element.get (), "sink_1"))};
  const Own<GstBus> bus (gst_bus_new ());
  gst_element_set_bus (element.get (), bus.get ());
  gst_element_set_state (element.get (), GST_STATE_PAUSED);
  for (int i = 0; i < 6; i++) {
    GstCaps *caps = gst_caps_from_string (
        i % 2 ? "audio/x-raw,format=U8,layout=interleaved,rate=48000,channels=1"
              : "audio/x-raw,format=S8,layout=interleaved,rate=48000,"
                "channels=1");
    fail_if (gst_pad_query_accept_caps (pads[i % 2].get (), caps));
    gst_caps_unref (caps);
  }
  fail_unless_equals_int (count (bus.get (), GST_MESSAGE_WARNING), 2);
  gst_element_set_state (element.get (), GST_STATE_NULL);
  gst_element_set_bus (element.get (), nullptr);
}
GST_END_TEST

// Upstream sends its caps again.
GST_START_TEST (what_can_t_be_rendered_is_told_once)
{
  const Own<GstElement> element (GST_ELEMENT (gst_object_ref_sink (
      gst_element_factory_make ("audioworklet", nullptr))));
  g_object_set (element.get (), "processor", "gain", "render-quantum-size",
      1000000, nullptr);
  const Own<GstPad> pad (gst_element_get_static_pad (element.get (), "sink"));
  const Own<GstBus> bus (gst_bus_new ());
  gst_element_set_bus (element.get (), bus.get ());
  gst_element_set_state (element.get (), GST_STATE_PAUSED);
  gst_pad_send_event (pad.get (), gst_event_new_stream_start ("it"));
  for (int i = 0; i < 3; i++) {
    GstCaps *caps = gst_caps_from_string ("audio/x-raw,format=" GST_AUDIO_NE (
        F32) ",layout=interleaved,rate=48000,channels=1");
    fail_if (gst_pad_send_event (pad.get (), gst_event_new_caps (caps)));
    gst_caps_unref (caps);
  }
  fail_unless_equals_int (count (bus.get (), GST_MESSAGE_ERROR), 1);
  gst_element_set_state (element.get (), GST_STATE_NULL);
  gst_element_set_bus (element.get (), nullptr);
}
GST_END_TEST

GST_START_TEST (what_downstream_does_not_take_is_an_error)
{
  check_tells (
      end_of ("audiotestsrc num-buffers=1 ! audioworklet processor=gain "
              "node-options={\"outputChannelCount\":[2]} ! "
              "audio/x-raw,channels=1 ! fakesink"),
      {"src", "channels is 2, but has to be 1", "put audioconvert behind"});
  check_tells (end_of ("audioworklet processor=oscillator ! "
                       "audio/x-raw,channels=2 ! fakesink"),
      {"src", "channels is 1, but has to be 2", "put audioconvert behind"});
}
GST_END_TEST

static Suite *
audioworklet_mistakes_suite (void)
{
  Suite *suite = suite_create ("elements/audioworklet-mistakes");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, pads_for_more_than_was_written_are_a_mistake);
  tcase_add_test (tcase, pads_for_more_than_a_processor_has_are_none);
  tcase_add_test (tcase, elements_are_linked_to_inputs_that_it_is_made_for);
  tcase_add_test (tcase, what_has_no_output_is_not_linked);
  tcase_add_test (tcase, names_in_the_options_that_nothing_has_are_told);
  tcase_add_test (tcase, values_that_an_option_can_t_have_are_told);
  tcase_add_test (tcase, what_does_not_fit_is_told_with_what_would);
  tcase_add_test (tcase, what_does_not_fit_behind_it_is_told_as_that);
  tcase_add_test (tcase, what_does_not_fit_what_can_choose_is_told);
  tcase_add_test (
      tcase, what_does_not_fit_is_told_of_pads_that_are_linked_late);
  tcase_add_test (tcase, what_is_refused_is_told_once);
  tcase_add_test (tcase, what_can_t_be_rendered_is_told_once);
  tcase_add_test (tcase, what_downstream_does_not_take_is_an_error);
  return suite;
}

GST_CHECK_MAIN (audioworklet_mistakes)
