// SPDX-License-Identifier: LGPL-2.1-or-later
// The element as gst-launch-1.0 and applications see it: its processor, its
// children, its port, and what it says of mistakes.
#include "support/playback.hh"
#include "support/warnings.hh"
#include "support/worklet-element-fixture.hh"

#include <cstdlib>
#include <thread>

using namespace webmedia::test;

namespace {

std::string
module_path (const char *name)
{
  const char *folder = g_getenv ("WEBMEDIA_TEST_MODULES");
  return std::string (folder) + "/libworklet-" + name + ".so";
}

// What it says of itself when it is to start.
std::string
mistake_of (const std::string &description)
{
  ParsedPipeline pipeline ("audiotestsrc num-buffers=1 ! audioworklet "
                           + description + " ! fakesink");
  gst_element_set_state (**pipeline, GST_STATE_PLAYING);
  return pipeline->wait_end ();
}

void
check_tells (const std::string &text, const char *part)
{
  fail_unless (text.find (part) != std::string::npos,
      "\"%s\" does not tell of \"%s\"", text.c_str (), part);
}

GstElement *
make (const char *processor)
{
  GstElement *element = gst_element_factory_make ("audioworklet", nullptr);
  gst_object_ref_sink (element);
  g_object_set (element, "processor", processor, nullptr);
  return element;
}

void
drop (GstElement *element)
{
  gst_element_set_state (element, GST_STATE_NULL);
  gst_object_unref (element);
}

struct Heard {
  std::vector<std::string> messages; // printed
  int errors = 0;
};

void
on_message (GstElement *, GVariant *message, gpointer heard)
{
  gchar *text = g_variant_print (message, FALSE);
  static_cast<Heard *> (heard)->messages.push_back (text);
  g_free (text);
}

void
on_error (GstElement *, GstStructure *, gpointer heard)
{
  static_cast<Heard *> (heard)->errors++;
}

// What the element posts on a bus of its own.
struct OnBus {
  explicit OnBus (GstElement *its_element)
      : element (its_element),
        bus (gst_bus_new ())
  {
    gst_element_set_bus (element, bus);
  }
  ~OnBus ()
  {
    gst_element_set_bus (element, nullptr);
    gst_object_unref (bus);
  }
  OnBus (const OnBus &) = delete;
  OnBus &operator= (const OnBus &) = delete;

  void read ()
  {
    while (GstMessage *one = gst_bus_pop_filtered (bus, GST_MESSAGE_ELEMENT)) {
      const GstStructure *fields = gst_message_get_structure (one);
      guint64 more = 0;
      if (gst_structure_has_name (fields, "audioworklet-message"))
        messages++;
      if (gst_structure_has_name (fields, "audioworklet-overflow")) {
        overflows++;
        fail_unless (gst_structure_get_uint64 (fields, "dropped", &more));
      }
      dropped += more;
      gst_message_unref (one);
    }
  }

  GstElement *const element;
  GstBus *const bus;
  int messages = 0;
  int overflows = 0;
  guint64 dropped = 0;
};

bool
post (GstElement *element, GVariant *message)
{
  gboolean is_posted = FALSE;
  g_signal_emit_by_name (element, "post-message", message, &is_posted);
  return is_posted;
}

} // namespace

// The lines of the documentation.
GST_START_TEST (lines_run_to_their_end)
{
  const std::string module = "audioworklet module=" + module_path ("gain");
  for (const std::string &line :
      {
          std::string ("audiotestsrc num-buffers=100 ! audioworklet "
                       "processor=gain gain::value=0.5 ! fakesink"),
          "audiotestsrc num-buffers=100 ! " + module
              + " processor=test-gain gain::value=0.5 ! fakesink",
          std::string ("audioworklet name=w processor=mixer "
                       "node-options={\"numberOfInputs\":2,"
                       "\"numberOfOutputs\":1}  w. ! fakesink  audiotestsrc "
                       "num-buffers=100 ! w.sink  audiotestsrc "
                       "num-buffers=100 ! w.sink_1"),
          std::string ("audioworklet name=w processor=splitter  audiotestsrc "
                       "num-buffers=100 ! audio/x-raw,channels=2 ! w.  w.src "
                       "! queue ! fakesink  w.src_1 ! queue ! fakesink"),
          "audioworklet name=w module=" + module_path ("gain")
              + " processor=test-gain node-options={\"numberOfInputs\":2,"
                "\"numberOfOutputs\":2} gain::value=0.5  audiotestsrc "
                "num-buffers=100 ! w.sink  audiotestsrc num-buffers=100 ! "
                "w.sink_1  w.src ! queue ! fakesink  w.src_1 ! queue ! "
                "fakesink",
          std::string (
              "audiotestsrc num-buffers=100 ! audioworklet processor=recorder"),
          // Which pads it is, nobody says.
          std::string ("audiotestsrc num-buffers=100 ! w.  audiotestsrc "
                       "num-buffers=100 ! w.  audiotestsrc num-buffers=100 ! "
                       "w.  audioworklet name=w processor=mixer ! fakesink"),
          std::string ("audiotestsrc num-buffers=100 ! audioworklet name=w "
                       "processor=splitter  w. ! queue ! fakesink  w. ! queue "
                       "! fakesink"),
      }) {
    ParsedPipeline pipeline (line);
    pipeline->play ();
    fail_unless_equals_string (pipeline->wait_end ().c_str (), "");
  }
}
GST_END_TEST

GST_START_TEST (two_inputs_and_two_outputs_run_to_their_end)
{
  Pipeline pipeline ("audioworklet name=w processor=splitter  "
                     "audiotestsrc num-buffers=100 ! w.sink  "
                     "audiotestsrc num-buffers=100 ! w.sink_1  "
                     "w.src ! queue ! fakesink  w.src_1 ! queue ! fakesink");
  pipeline.play ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
}
GST_END_TEST

GST_START_TEST (mistakes_are_told_with_what_is_right)
{
  check_tells (mistake_of (""), "there are: biquad");
  const std::string unknown = mistake_of ("processor=gian");
  check_tells (unknown, "\"gian\"");
  check_tells (unknown, "gain");
  check_tells (mistake_of ("processor=gain gian::value=2"), "it has: gain");
  check_tells (mistake_of ("module=/no/such.so processor=gain"), "/no/such.so");
  check_tells (
      mistake_of ("processor=biquad processor-options={\"typ\":\"highpass\"}"),
      "it has: type");
  check_tells (mistake_of ("processor=biquad processor-options=highpass"),
      "JSON object");
  check_tells (mistake_of ("processor=gain node-options={\"channels\":2}"),
      "outputChannelCount");
  check_tells (
      mistake_of ("processor=gain node-options={\"channelCountMode\":\"min\"}"),
      "clamped-max");
  check_tells (mistake_of ("processor=gain "
                           "node-options={\"outputChannelCount\":[1,1]}"),
      "outputChannelCount has 2");
  check_tells (
      mistake_of (
          "processor=gain node-options={\"numberOfInputs\":2000000000}"),
      "up to 256");
  check_tells (
      mistake_of ("module=" + module_path ("faulty") + " processor=twice"),
      "two parameters");
}
GST_END_TEST

// gst-inspect-1.0 shows it: each processor that needs no module.
GST_START_TEST (its_property_lists_the_processors)
{
  GstElement *element = make ("gain");
  const std::string blurb = g_param_spec_get_blurb (
      g_object_class_find_property (G_OBJECT_GET_CLASS (element), "processor"));
  for (const char *each :
      {"biquad", "bit-crusher", "compressor", "delay", "gain", "meter", "mixer",
          "noise-gate", "oscillator", "panner", "recorder", "splitter"})
    check_tells (blurb, each);
  check_tells (blurb, "frequency"); // with its parameters
  drop (element);
}
GST_END_TEST

GST_START_TEST (parameters_are_children)
{
  GstElement *element = make ("biquad");
  auto proxy = GST_CHILD_PROXY (element);
  fail_unless_equals_int (gst_child_proxy_get_children_count (proxy), 4);
  GObject *child = gst_child_proxy_get_child_by_name (proxy, "Q");
  fail_unless (child != nullptr);
  gfloat value, least, most, initial;
  g_object_get (child, "value", &value, "min-value", &least, "max-value", &most,
      "default-value", &initial, nullptr);
  fail_unless_equals_float (value, 1);
  fail_unless_equals_float (initial, 1);
  fail_unless (least < -1e38f && most > 1e38f);
  g_object_unref (child);
  g_object_set (element, "processor", "panner", nullptr);
  fail_unless_equals_int (gst_child_proxy_get_children_count (proxy), 1);
  // On the web, too, what is out of the range is held in it.
  gst_child_proxy_set (proxy, "pan::value", 5.0f, nullptr);
  gst_child_proxy_get (proxy, "pan::value", &value, nullptr);
  fail_unless_equals_float (value, 1);
  drop (element);
}
GST_END_TEST

GST_START_TEST (children_come_when_the_processor_is_known)
{
  GstElement *element = gst_element_factory_make ("audioworklet", nullptr);
  gst_object_ref_sink (element);
  fail_unless_equals_int (
      gst_child_proxy_get_children_count (GST_CHILD_PROXY (element)), 0);
  int added = 0;
  auto count = [] (GstChildProxy *, GObject *, gchar *, gpointer data) {
    ++*static_cast<int *> (data);
  };
  using Count = void (*) (GstChildProxy *, GObject *, gchar *, gpointer);
  g_signal_connect (
      element, "child-added", G_CALLBACK (static_cast<Count> (count)), &added);
  g_object_set (element, "processor", "gain", nullptr);
  fail_unless_equals_int (added, 1);
  drop (element);

  // So a value may stand before the processor in a line.
  WorkletHarness harness ("audioworklet gain::value=0.25 processor=gain", 1);
  gfloat value;
  gst_child_proxy_get (
      GST_CHILD_PROXY (harness.element ()), "gain::value", &value, nullptr);
  fail_unless_equals_float (value, 0.25);
}
GST_END_TEST

GST_START_TEST (messages_go_both_ways)
{
  WorkletHarness harness (
      "audioworklet processor=test-gain module=" + module_path ("gain"), 1);
  Heard heard;
  g_signal_connect (
      harness.element (), "message", G_CALLBACK (on_message), &heard);
  // Before there is a processor they wait.
  fail_unless (post (harness.element (), g_variant_new_double (2)));
  const Sound noise = make_noise (1, 256);
  harness.push (noise, 0, 128);
  fail_unless_equals_int (heard.messages.size (), 1);
  fail_unless_equals_string (heard.messages[0].c_str (), "2.0");
  fail_unless (harness.take ()[0][5] == noise[0][5] * 2);
}
GST_END_TEST

// In NULL there is no processor.
GST_START_TEST (messages_wait_for_the_processor)
{
  Pipeline pipeline ("audiotestsrc num-buffers=3 ! audioworklet name=w "
                     "processor=test-echo module="
                     + module_path ("echo") + " ! fakesink");
  Heard heard;
  g_signal_connect (
      pipeline.get ("w"), "message", G_CALLBACK (on_message), &heard);
  for (int i = 0; i < 10; i++)
    fail_unless (post (pipeline.get ("w"), g_variant_new_int32 (i)));
  fail_unless_equals_int (heard.messages.size (), 0);
  pipeline.play ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int (heard.messages.size (), 10);
  for (int i = 0; i < 10; i++)
    fail_unless_equals_int (atoi (heard.messages[i].c_str ()), i);
}
GST_END_TEST

// As in a context that is suspended.
GST_START_TEST (messages_come_while_paused)
{
  WorkletHarness harness (
      "audioworklet processor=test-echo module=" + module_path ("echo"), 1);
  Heard heard;
  GstElement *element = harness.element ();
  g_signal_connect (element, "message", G_CALLBACK (on_message), &heard);
  harness.push (make_noise (1, 128), 0, 128);
  gst_element_set_state (element, GST_STATE_PAUSED);
  for (int i = 0; i < 100; i++)
    fail_unless (post (element, g_variant_new_int32 (i)));
  fail_unless_equals_int (heard.messages.size (), 100);
  for (int i = 0; i < 100; i++)
    fail_unless_equals_int (atoi (heard.messages[i].c_str ()), i);
}
GST_END_TEST

GST_START_TEST (a_processor_that_throws_is_silent)
{
  const std::string description =
      "audioworklet processor=test-thrower processor-options={\"at\":0} module="
      + module_path ("gain");
  WorkletHarness harness (description, 1);
  Heard heard;
  g_signal_connect (
      harness.element (), "processorerror", G_CALLBACK (on_error), &heard);
  harness.push (make_noise (1, 512), 0, 128);
  harness.push (make_noise (1, 512), 128, 128);
  fail_unless_equals_int (heard.errors, 1);
  const Sound sound = harness.take ();
  fail_unless_equals_int (sound[0].size (), 256);
  for (float sample : sound[0])
    fail_unless (sample == 0);
}
GST_END_TEST

GST_START_TEST (a_processor_that_throws_may_end_the_stream)
{
  const std::string text = mistake_of ("on-error=error processor=test-thrower "
                                       "processor-options={\"at\":0} module="
                                       + module_path ("gain"));
  check_tells (text, "thrown: constructor");
  // Upstream is told at once.
  WorkletHarness harness ("audioworklet on-error=error processor=test-thrower "
                          "processor-options={\"at\":1} module="
                              + module_path ("gain"),
      1);
  fail_unless_equals_int (
      harness.push (make_noise (1, 128), 0, 128), GST_FLOW_ERROR);
}
GST_END_TEST

GST_START_TEST (what_finds_no_room_in_the_port_is_told)
{
  static const Warnings warnings ("webmedia-worklet");
  WorkletHarness harness (
      "audioworklet processor=recorder node-options={\"numberOfOutputs\":1}",
      1);
  OnBus bus (harness.element ());
  harness.push (make_noise (1, 2048), 0, 2048);
  fail_unless_equals_uint64 (warnings.told ().size (), 0);
  bus.read ();
  fail_unless_equals_int (bus.messages, 2);
  fail_unless_equals_int (bus.overflows, 0);
  harness.push (make_noise (1, 192 * 1024), 0, 192 * 1024);
  fail_unless_equals_uint64 (warnings.told ().size (), 1);
  bus.read ();
  fail_unless_equals_int (bus.overflows, 1);
  fail_unless (bus.messages > 2 && bus.dropped > 0);
  fail_unless_equals_uint64 (bus.messages + bus.dropped, 2 + 192);
  // Those that were told of are told of once.
  harness.push (make_noise (1, 2048), 0, 2048);
  bus.read ();
  fail_unless_equals_int (bus.overflows, 1);
}
GST_END_TEST

// While one is told of what was said before, another thread may render.
GST_START_TEST (an_error_that_another_thread_tells_ends_the_stream)
{
  WorkletHarness harness ("audioworklet on-error=error processor=test-thrower "
                          "processor-options={\"at\":4} module="
                              + module_path ("gain"),
      1);
  MessageGate gate (harness.element ());
  const Sound sound = make_noise (1, 512);
  fail_unless_equals_int (harness.push (sound, 0, 128), GST_FLOW_OK);
  gst_element_set_state (harness.element (), GST_STATE_PAUSED);
  std::thread poster (
      [&] { post (harness.element (), g_variant_new ("d", 1.0)); });
  gate.wait_until_reached ();
  fail_unless_equals_int (harness.push (sound, 128, 128), GST_FLOW_OK);
  gate.open ();
  poster.join ();
  fail_unless_equals_int (harness.push (sound, 256, 128), GST_FLOW_ERROR);
}
GST_END_TEST

static Suite *
audioworklet_suite (void)
{
  Suite *suite = suite_create ("audioworklet");
  TCase *chain = tcase_create ("general");
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, lines_run_to_their_end);
  tcase_add_test (chain, two_inputs_and_two_outputs_run_to_their_end);
  tcase_add_test (chain, mistakes_are_told_with_what_is_right);
  tcase_add_test (chain, its_property_lists_the_processors);
  tcase_add_test (chain, parameters_are_children);
  tcase_add_test (chain, children_come_when_the_processor_is_known);
  tcase_add_test (chain, messages_go_both_ways);
  tcase_add_test (chain, messages_wait_for_the_processor);
  tcase_add_test (chain, messages_come_while_paused);
  tcase_add_test (chain, a_processor_that_throws_is_silent);
  tcase_add_test (chain, a_processor_that_throws_may_end_the_stream);
  tcase_add_test (chain, what_finds_no_room_in_the_port_is_told);
  tcase_add_test (chain, an_error_that_another_thread_tells_ends_the_stream);
  return suite;
}

GST_CHECK_MAIN (audioworklet)
