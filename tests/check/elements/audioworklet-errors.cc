// SPDX-License-Identifier: LGPL-2.1-or-later
// What processors throw, as the node and the element tell of it.
#include "support/warnings.hh"
#include "support/worklet-playing.hh"

using namespace webmedia::test;

namespace {

// Throws when it is constructed.
class Refusing : public gst::web::AudioProcessor {
public:
  Refusing (const gst::web::Options &options, GstWebAudioHost *host)
      : AudioProcessor (options, host)
  {
    throw_error ("no", "refusing.cc", 12);
  }
  bool process (const gst::web::Quantum &) { return true; }
};

// Throws at the second quantum.
class Failing : public gst::web::AudioProcessor {
public:
  using AudioProcessor::AudioProcessor;
  bool process (const gst::web::Quantum &quantum)
  {
    if (quantum.current_frame () > 0)
      throw_error ("at last", "failing.cc", 3);
    return true;
  }
};

// Throws what it is sent.
class Touchy : public Level {
public:
  using Level::Level;
  void message (const gst::web::Message &message)
  {
    throw_error (message.string (), "touchy.cc", 7);
  }
};

// Posts what its port has no room for, and nothing else.
class Large : public Level {
public:
  using Level::Level;
  bool process (const gst::web::Quantum &)
  {
    static const std::vector<char> bytes (300 * 1024);
    post_message ("ay", bytes.data (), bytes.size ());
    return false;
  }
};

// What the element tells of errors.
struct Told {
  explicit Told (const Own<GstElement> &its_element)
      : element (its_element.get ()),
        bus (gst_bus_new ())
  {
    auto keep = [] (GstElement *, GstStructure *event, gpointer data) {
      auto self = static_cast<Told *> (data);
      self->count++;
      self->message = gst_structure_get_string (event, "message");
    };
    using Keep = void (*) (GstElement *, GstStructure *, gpointer);
    handler = g_signal_connect (
        element, "processorerror", G_CALLBACK (static_cast<Keep> (keep)), this);
    gst_element_set_bus (element, bus.get ());
  }
  ~Told ()
  {
    gst_element_set_bus (element, nullptr);
    g_signal_handler_disconnect (element, handler);
  }
  Told (const Told &) = delete;
  Told &operator= (const Told &) = delete;

  int count_on_bus (GstMessageType type)
  {
    int number = 0;
    while (GstMessage *one = gst_bus_pop_filtered (bus.get (), type)) {
      gst_message_unref (one);
      number++;
    }
    return number;
  }

  GstElement *const element;
  const Own<GstBus> bus;
  gulong handler;
  int count = 0;
  std::string message;
};

struct MessageUnref {
  void operator() (GstMessage *message) const { gst_message_unref (message); }
};

// The next one of the element's own on its bus; null: there is none.
std::unique_ptr<GstMessage, MessageUnref>
next_on_bus (Told &told)
{
  std::unique_ptr<GstMessage, MessageUnref> message (
      gst_bus_pop_filtered (told.bus.get (), GST_MESSAGE_ELEMENT));
  if (message)
    fail_unless (GST_MESSAGE_SRC (message.get ()) == GST_OBJECT (told.element));
  return message;
}

// Elements that come when it has failed are told, each of them, when they
// render it; the node is not told again.
void
check_elements_hear (const Own<GstWebAudioWorkletNode> &node, Errors &errors,
    const char *message)
{
  fail_unless_equals_int (errors.count, 1);
  const auto element = make_worklet_element (node.get ());
  for (int run = 0; run < 2; run++) {
    Told told (element);
    Playing playing (element.get ());
    playing.render (128);
    playing.render (128);
    fail_unless_equals_int (told.count, 1);
    fail_unless_equals_string (told.message.c_str (), message);
    fail_unless_equals_int (told.count_on_bus (GST_MESSAGE_WARNING), 1);
  }
  const auto strict = make_worklet_element (node.get ());
  gst_util_set_object_arg (G_OBJECT (strict.get ()), "on-error", "error");
  {
    Told told (strict);
    Playing playing (strict.get ());
    fail_unless_equals_int (playing.push (128), GST_FLOW_ERROR);
    fail_unless_equals_int (told.count_on_bus (GST_MESSAGE_ERROR), 1);
  }
  run_loop ();
  fail_unless_equals_int (errors.count, 1);
}

} // namespace

// WPT: audioworkletnode-onerror
GST_START_TEST (a_processor_that_throws_is_silent_and_says_so_once)
{
  const auto worklet = make_worklet ();
  register_processor<Failing> (worklet.get (), "failing");
  const auto node = make_node (worklet.get (), "failing");
  Errors errors (node.get ());
  auto element = make_worklet_element (node.get ());
  Playing playing (element.get ());
  playing.render (128);
  run_loop ();
  fail_unless_equals_int (errors.count, 0);
  playing.render (512);
  // On the application's main context, not on the thread that renders.
  fail_unless_equals_int (errors.count, 0);
  run_loop ();
  fail_unless_equals_int (errors.count, 1);
  fail_unless_equals_string (
      gst_web_error_event_get_message (errors.last.get ()), "at last");
  fail_unless_equals_string (
      gst_web_error_event_get_filename (errors.last.get ()), "failing.cc");
  fail_unless_equals_int (
      gst_web_error_event_get_lineno (errors.last.get ()), 3);
  playing.render (128);
  run_loop ();
  fail_unless_equals_int (errors.count, 1);
}
GST_END_TEST

// For who has no signals.
GST_START_TEST (messages_are_on_the_bus)
{
  const auto worklet = make_worklet ();
  register_processor<Echo> (worklet.get (), "echo");
  const auto node = make_node (worklet.get (), "echo");
  const auto element = make_worklet_element (node.get ());
  Told told (element);
  Playing playing (element.get ());
  gboolean is_posted = FALSE;
  for (int i = 1; i <= 2; i++) {
    g_signal_emit_by_name (
        element.get (), "post-message", g_variant_new_double (i), &is_posted);
    fail_unless (is_posted);
  }
  playing.render (128);
  for (const char *expected : {"1.0", "2.0"}) {
    const auto message = next_on_bus (told);
    const GstStructure *fields = gst_message_get_structure (message.get ());
    fail_unless (gst_structure_has_name (fields, "audioworklet-message"));
    fail_unless_equals_string (
        gst_structure_get_string (fields, "text"), expected);
    GVariant *value =
        g_value_get_variant (gst_structure_get_value (fields, "message"));
    fail_unless_equals_float (
        g_variant_get_double (value), g_ascii_strtod (expected, nullptr));
  }
  fail_unless (next_on_bus (told) == nullptr);
}
GST_END_TEST

GST_START_TEST (what_is_larger_than_the_port_is_told)
{
  const auto worklet = make_worklet ();
  register_processor<Large> (worklet.get (), "large");
  const auto node = make_node (worklet.get (), "large");
  const auto element = make_worklet_element (node.get ());
  Told told (element);
  Playing playing (element.get ());
  for (guint64 quanta : {2, 1}) {
    playing.render (quanta * 128);
    const auto message = next_on_bus (told);
    fail_unless (message != nullptr);
    const GstStructure *fields = gst_message_get_structure (message.get ());
    fail_unless (gst_structure_has_name (fields, "audioworklet-overflow"));
    fail_unless_equals_string (
        gst_structure_get_string (fields, "port"), "node");
    guint64 dropped = 0;
    fail_unless (gst_structure_get_uint64 (fields, "dropped", &dropped));
    fail_unless_equals_uint64 (dropped, quanta);
    fail_unless (next_on_bus (told) == nullptr);
  }
}
GST_END_TEST

// In the log once, and on the bus of each element that renders one of its
// nodes.
GST_START_TEST (what_a_scope_has_no_room_for_is_told)
{
  static const Warnings warnings ("webmedia-worklet");
  const auto worklet = make_worklet ();
  fail_unless (gst_web_audio_worklet_add_module (
      worklet.get (), module_path ("echo").c_str (), nullptr, nullptr));
  const auto node = make_node (worklet.get (), "test-echo");
  const auto element = make_worklet_element (node.get ());
  Told told (element);
  Playing playing (element.get ());
  playing.render (128);
  GstWebMessagePort *port = gst_web_audio_worklet_get_port (worklet.get ());
  const std::vector<guint8> large (300 * 1024);
  for (guint64 count : {2, 1}) {
    for (guint64 i = 0; i < count; i++)
      gst_web_message_port_post_message (port,
          g_variant_new_fixed_array (
              G_VARIANT_TYPE_BYTE, large.data (), large.size (), 1),
          nullptr, 0, nullptr);
    playing.render (128);
    const auto message = next_on_bus (told);
    fail_unless (message != nullptr);
    const GstStructure *fields = gst_message_get_structure (message.get ());
    fail_unless (gst_structure_has_name (fields, "audioworklet-overflow"));
    fail_unless_equals_string (
        gst_structure_get_string (fields, "port"), "worklet");
    guint64 dropped = 0;
    fail_unless (gst_structure_get_uint64 (fields, "dropped", &dropped));
    fail_unless_equals_uint64 (dropped, count);
    fail_unless (next_on_bus (told) == nullptr);
  }
  playing.render (128);
  fail_unless (next_on_bus (told) == nullptr);
  fail_unless (warnings.told ().size () >= 2);
}
GST_END_TEST

// Its task ends with it, and says no more.
GST_START_TEST (a_source_that_fails_posts_one_error)
{
  const auto worklet = make_worklet ();
  register_processor<Failing> (worklet.get (), "failing");
  const auto node =
      make_node (worklet.get (), "failing", "{'numberOfInputs': <uint32 0>}");
  const auto element = make_worklet_element (node.get ());
  gst_util_set_object_arg (G_OBJECT (element.get ()), "on-error", "error");
  Told told (element);
  gst_element_set_state (element.get (), GST_STATE_PLAYING);
  gst_message_unref (gst_bus_timed_pop_filtered (
      told.bus.get (), GST_CLOCK_TIME_NONE, GST_MESSAGE_ERROR));
  gst_element_set_state (element.get (), GST_STATE_NULL);
  fail_unless_equals_int (told.count_on_bus (GST_MESSAGE_ERROR), 0);
}
GST_END_TEST

// As the attributes of an ErrorEvent are called.
GST_START_TEST (an_error_is_on_the_bus_with_its_place)
{
  const auto worklet = make_worklet ();
  register_processor<Failing> (worklet.get (), "failing");
  const auto node = make_node (worklet.get (), "failing");
  const auto element = make_worklet_element (node.get ());
  Told told (element);
  Playing playing (element.get ());
  playing.render (512);
  const auto message = next_on_bus (told);
  gchar *text =
      gst_structure_to_string (gst_message_get_structure (message.get ()));
  fail_unless_equals_string (text,
      "processorerror, message=(string)\"at\\ last\", "
      "filename=(string)failing.cc, lineno=(uint)3, colno=(uint)0, "
      "stack=(string)\"\";");
  g_free (text);
  playing.render (512);
  fail_unless (next_on_bus (told) == nullptr);
}
GST_END_TEST

// What the library's own throw is of no file.
GST_START_TEST (a_message_has_the_place_where_there_is_one)
{
  const auto worklet = make_worklet ();
  register_processor<Failing> (worklet.get (), "failing");
  for (bool has_place : {true, false})
    for (const char *on_error : {"silence", "error"}) {
      const auto node = has_place ? make_node (worklet.get (), "failing")
                                  : make_node (worklet.get (), "biquad",
                                      "{'processorOptions': "
                                      "<{'type': <'nothing'>}>}");
      const auto element = make_worklet_element (node.get ());
      gst_util_set_object_arg (G_OBJECT (element.get ()), "on-error", on_error);
      Told told (element);
      Playing playing (element.get ());
      playing.push (512);
      const std::unique_ptr<GstMessage, MessageUnref> message (
          gst_bus_pop_filtered (told.bus.get (),
              GstMessageType (GST_MESSAGE_WARNING | GST_MESSAGE_ERROR)));
      gchar *debug;
      if (GST_MESSAGE_TYPE (message.get ()) == GST_MESSAGE_ERROR)
        gst_message_parse_error (message.get (), nullptr, &debug);
      else
        gst_message_parse_warning (message.get (), nullptr, &debug);
      const std::string text = debug;
      g_free (debug);
      fail_unless (text.ends_with (has_place ? "failing.cc:3"
                                             : GST_OBJECT_NAME (told.element)),
          "%s", text.c_str ());
    }
}
GST_END_TEST

GST_START_TEST (elements_hear_that_a_constructor_has_failed)
{
  const auto worklet = make_worklet (kRate);
  register_processor<Refusing> (worklet.get (), "refusing");
  const auto node = make_node (worklet.get (), "refusing");
  Errors errors (node.get ());
  run_loop ();
  check_elements_hear (node, errors, "no");
}
GST_END_TEST

GST_START_TEST (elements_hear_that_a_processor_has_failed_before)
{
  const auto worklet = make_worklet (kRate);
  register_processor<Failing> (worklet.get (), "failing");
  const auto node = make_node (worklet.get (), "failing");
  Errors errors (node.get ());
  {
    const auto element = make_worklet_element (node.get ());
    Playing playing (element.get ());
    playing.render (256);
  }
  run_loop ();
  check_elements_hear (node, errors, "at last");
}
GST_END_TEST

// It is another processor, which may do better.
GST_START_TEST (without_a_rate_each_run_has_its_own_errors)
{
  const auto worklet = make_worklet ();
  register_processor<Failing> (worklet.get (), "failing");
  const auto node = make_node (worklet.get (), "failing");
  const auto element = make_worklet_element (node.get ());
  for (int run = 0; run < 2; run++) {
    Told told (element);
    Playing playing (element.get ());
    if (run == 1)
      fail_unless_equals_int (told.count, 0);
    playing.render (256);
    fail_unless_equals_int (told.count, 1);
  }
}
GST_END_TEST

// WPT: audioworklet-throw-onmessage
GST_START_TEST (what_a_handler_throws_stops_nothing)
{
  const auto worklet = make_worklet ();
  register_processor<Touchy> (worklet.get (), "touchy");
  const auto node = make_node (worklet.get (), "touchy");
  Errors errors (node.get ());
  for (const char *on_error : {"silence", "error"}) {
    const auto element = make_worklet_element (node.get ());
    gst_util_set_object_arg (G_OBJECT (element.get ()), "on-error", on_error);
    Told told (element);
    Playing playing (element.get ());
    for (int i = 1; i <= 2; i++) {
      post (gst_web_audio_worklet_node_get_port (node.get ()), "'wrong'");
      fail_unless (playing.render (128)[127] == 0.5f);
      fail_unless_equals_int (told.count_on_bus (GST_MESSAGE_WARNING), 1);
      fail_unless_equals_int (told.count, 0);
    }
    fail_unless_equals_int (told.count_on_bus (GST_MESSAGE_ERROR), 0);
  }
  run_loop ();
  fail_unless_equals_int (errors.count, 0);
}
GST_END_TEST

static Suite *
audioworklet_errors_suite (void)
{
  Suite *suite = suite_create ("elements/audioworklet-errors");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_processor_that_throws_is_silent_and_says_so_once);
  tcase_add_test (tcase, messages_are_on_the_bus);
  tcase_add_test (tcase, what_is_larger_than_the_port_is_told);
  tcase_add_test (tcase, what_a_scope_has_no_room_for_is_told);
  tcase_add_test (tcase, a_source_that_fails_posts_one_error);
  tcase_add_test (tcase, an_error_is_on_the_bus_with_its_place);
  tcase_add_test (tcase, a_message_has_the_place_where_there_is_one);
  tcase_add_test (tcase, elements_hear_that_a_constructor_has_failed);
  tcase_add_test (tcase, elements_hear_that_a_processor_has_failed_before);
  tcase_add_test (tcase, without_a_rate_each_run_has_its_own_errors);
  tcase_add_test (tcase, what_a_handler_throws_stops_nothing);
  return suite;
}
GST_CHECK_MAIN (audioworklet_errors)
