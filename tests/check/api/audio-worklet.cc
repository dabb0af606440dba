// SPDX-License-Identifier: LGPL-2.1-or-later
// AudioWorklet and its global scope: modules, registration, the two ports.
#include "support/worklet-objects.hh"

#include <cstring>

using namespace webmedia::test;

namespace {

GstWebAudioWorkletGlobalScope *
scope_of (const Own<GstWebAudioWorklet> &worklet)
{
  return gst_web_audio_worklet_get_global_scope (worklet.get ());
}

bool
add (const Own<GstWebAudioWorklet> &worklet, const char *module,
    GError **error = nullptr)
{
  return gst_web_audio_worklet_add_module (
      worklet.get (), module_path (module).c_str (), nullptr, error);
}

bool
has (const Own<GstWebAudioWorklet> &worklet, const char *name)
{
  return make_node (worklet.get (), name) != nullptr;
}

void
count_call (gpointer count)
{
  ++*static_cast<int *> (count);
}

} // namespace

// WPT: audioworkletglobalscope-sample-rate, audioworklet-rendersizehint
GST_START_TEST (a_scope_has_the_attributes_of_its_context)
{
  auto worklet = make_worklet ();
  guint64 frame, time;
  gfloat rate;
  guint quantum;
  g_object_get (scope_of (worklet), "current-frame", &frame, "current-time",
      &time, "sample-rate", &rate, "render-quantum-size", &quantum, nullptr);
  fail_unless_equals_uint64 (frame, 0);
  fail_unless_equals_uint64 (time, 0);
  fail_unless_equals_float (rate, 0);
  fail_unless_equals_int (quantum, 128);
  Own<GstWebAudioWorklet> other (
      gst_web_audio_worklet_new (44100, 256, nullptr));
  fail_unless_equals_float (
      gst_web_audio_worklet_global_scope_get_sample_rate (scope_of (other)),
      44100);
  fail_unless_equals_int (
      gst_web_audio_worklet_global_scope_get_render_quantum_size (
          scope_of (other)),
      256);
  GError *error = nullptr;
  fail_unless (!gst_web_audio_worklet_new (8000, 48001, &error));
  check_error (error, GST_WEB_ERROR_NOT_SUPPORTED, "48000");
}
GST_END_TEST

// WPT: audioworklet-addmodule-resolution, audioworkletnode-construction
GST_START_TEST (what_a_module_registers_is_there_when_it_is_added)
{
  auto worklet = make_worklet ();
  fail_if (has (worklet, "test-gain"));
  struct Answer {
    GAsyncResult *result = nullptr;
    GThread *thread = nullptr;
  } answer;
  auto keep = [] (GObject *, GAsyncResult *result, gpointer data) {
    *static_cast<Answer *> (data) = {
        G_ASYNC_RESULT (g_object_ref (result)), g_thread_self ()};
  };
  gst_web_audio_worklet_add_module_async (
      worklet.get (), module_path ("gain").c_str (), nullptr, keep, &answer);
  fail_unless (answer.result == nullptr);
  while (!answer.result)
    g_main_context_iteration (nullptr, TRUE);
  fail_unless (answer.thread == g_thread_self ());
  GError *error = nullptr;
  fail_unless (gst_web_audio_worklet_add_module_finish (
      worklet.get (), answer.result, &error));
  g_assert_no_error (error);
  g_object_unref (answer.result);
  fail_unless (has (worklet, "test-gain"));
  // In this worklet alone.
  fail_if (has (make_worklet (), "test-gain"));
}
GST_END_TEST

GST_START_TEST (what_is_no_module_is_refused)
{
  auto worklet = make_worklet ();
  GError *error = nullptr;
  fail_if (add (worklet, "missing", &error));
  check_error (g_steal_pointer (&error), GST_WEB_ERROR_ABORT, "missing");
  fail_if (add (worklet, "plain", &error));
  check_error (g_steal_pointer (&error), GST_WEB_ERROR_TYPE);
  fail_if (add (worklet, "future", &error));
  check_error (g_steal_pointer (&error), GST_WEB_ERROR_NOT_SUPPORTED);
  fail_if (gst_web_audio_worklet_add_module (
      worklet.get (), "https://example.org/gain.so", nullptr, &error));
  check_error (g_steal_pointer (&error), GST_WEB_ERROR_NOT_SUPPORTED, "https");
  fail_if (gst_web_audio_worklet_add_module (
      worklet.get (), "file://elsewhere.example/gain.so", nullptr, &error));
  check_error (g_steal_pointer (&error), GST_WEB_ERROR_ABORT);
  // Where nothing is loaded yet, too.
  Own<GCancellable> cancellable (g_cancellable_new ());
  g_cancellable_cancel (cancellable.get ());
  fail_if (gst_web_audio_worklet_add_module (worklet.get (),
      module_path ("gain").c_str (), cancellable.get (), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  fail_if (has (worklet, "test-gain"));
}
GST_END_TEST

// The module posts its rate when it is evaluated.
GST_START_TEST (a_module_is_evaluated_once)
{
  auto worklet = make_worklet (44100);
  Heard heard (gst_web_audio_worklet_get_port (worklet.get ()));
  fail_unless (add (worklet, "echo"));
  fail_unless (add (worklet, "echo"));
  gchar *uri =
      g_filename_to_uri (module_path ("echo").c_str (), nullptr, nullptr);
  fail_unless (
      gst_web_audio_worklet_add_module (worklet.get (), uri, nullptr, nullptr));
  g_free (uri);
  heard.expect ("44100.0");
}
GST_END_TEST

GST_START_TEST (two_threads_add_a_module_once)
{
  auto worklet = make_worklet (8000);
  Heard heard (gst_web_audio_worklet_get_port (worklet.get ()));
  auto add_it = [] (gpointer data) -> gpointer {
    return GINT_TO_POINTER (
        gst_web_audio_worklet_add_module (GST_WEB_AUDIO_WORKLET (data),
            module_path ("echo").c_str (), nullptr, nullptr));
  };
  std::vector<GThread *> threads;
  for (int i = 0; i < 4; i++)
    threads.push_back (g_thread_new ("adds", add_it, worklet.get ()));
  for (GThread *thread : threads)
    fail_unless (g_thread_join (thread) != nullptr);
  heard.expect ("8000.0");
}
GST_END_TEST

// On the web it is the exception of a script, which addModule() does not tell.
GST_START_TEST (mistakes_in_a_module_do_not_fail)
{
  auto worklet = make_worklet ();
  GError *error = nullptr;
  fail_unless (add (worklet, "faulty", &error));
  g_assert_no_error (error);
  fail_unless (has (worklet, "test-fine"));
  fail_if (has (worklet, "twice"));
}
GST_END_TEST

// WPT: audioworklet-registerprocessor-constructor,
// audioworklet-registerprocessor-dynamic, audioworklet-audioparam-range
GST_START_TEST (an_application_registers_its_own_processors)
{
  auto worklet = make_worklet ();
  auto klass = gst::web::make_class<Level> ("level");
  int notified = 0;
  klass.user_data = &notified;
  auto try_it = [&] (GError **error) {
    return gst_web_audio_worklet_global_scope_register_processor (
        scope_of (worklet), &klass, count_call, error);
  };
  fail_unless (try_it (nullptr));
  fail_unless (has (worklet, "level"));
  fail_unless_equals_int (notified, 0);

  GError *error = nullptr;
  fail_if (try_it (&error));
  check_error (
      g_steal_pointer (&error), GST_WEB_ERROR_NOT_SUPPORTED, "\"level\"");
  fail_unless_equals_int (notified, 1);
  klass.name = "";
  fail_if (try_it (&error));
  check_error (g_steal_pointer (&error), GST_WEB_ERROR_NOT_SUPPORTED, "name");
  klass.name = "other";
  klass.construct = nullptr;
  fail_if (try_it (&error));
  check_error (g_steal_pointer (&error), GST_WEB_ERROR_TYPE, "construct");
  klass = gst::web::make_class<Level> ("other");
  klass.user_data = &notified;
  const GstWebAudioParamDescriptor twice[] = {
      gst::web::param ("a"), gst::web::param ("a")};
  klass.parameters = twice;
  fail_if (try_it (&error));
  check_error (g_steal_pointer (&error), GST_WEB_ERROR_NOT_SUPPORTED, "\"a\"");
  const GstWebAudioParamDescriptor nameless[] = {
      gst::web::param ("a"), gst::web::param (nullptr)};
  klass.parameters = nameless;
  fail_if (try_it (&error));
  check_error (g_steal_pointer (&error), GST_WEB_ERROR_TYPE, "parameter");
  GstWebAudioParamDescriptor rateless[] = {
      gst::web::param ("a"), gst::web::param ("b")};
  const int no_rate = 2;
  std::memcpy (&rateless[1].automation_rate, &no_rate, sizeof no_rate);
  klass.parameters = rateless;
  fail_if (try_it (&error));
  check_error (g_steal_pointer (&error), GST_WEB_ERROR_TYPE, "automation rate");
  const GstWebAudioParamDescriptor outside[] = {
      gst::web::param ("a", 3, 0, 2), gst::web::param ("b")};
  klass.parameters = outside;
  fail_if (try_it (&error));
  check_error (
      g_steal_pointer (&error), GST_WEB_ERROR_INVALID_STATE, "default");
  fail_unless_equals_int (notified, 7);
  fail_if (has (worklet, "other"));

  // It lasts as long as a node of it, and goes with the scope.
  auto node = make_node (worklet.get (), "level");
  worklet.reset ();
  fail_unless_equals_int (notified, 7);
  node.reset ();
  fail_unless_equals_int (notified, 8);
}
GST_END_TEST

// Of a later version, whose structure has grown at its end, and what is no
// class of any version.
GST_START_TEST (a_class_may_be_longer)
{
  auto worklet = make_worklet ();
  int notified = 0;
  struct {
    GstWebAudioProcessorClass klass = gst::web::make_class<Level> ("longer");
    gpointer more = nullptr;
  } longer;
  longer.klass.size = sizeof longer;
  longer.klass.user_data = &notified;
  fail_unless (gst_web_audio_worklet_global_scope_register_processor (
      scope_of (worklet), &longer.klass, count_call, nullptr));
  make_node (worklet.get (), "longer").reset ();
  longer.klass.size = sizeof longer.klass - 1;
  GError *error = nullptr;
  fail_if (gst_web_audio_worklet_global_scope_register_processor (
      scope_of (worklet), &longer.klass, count_call, &error));
  check_error (g_steal_pointer (&error), GST_WEB_ERROR_TYPE, "size");
  // Where its data are is not known then.
  fail_unless_equals_int (notified, 0);
  worklet.reset ();
  fail_unless_equals_int (notified, 1);
}
GST_END_TEST

// WPT: audioworklet-messageport
GST_START_TEST (the_port_is_there_before_a_module_and_waits_for_it)
{
  auto worklet = make_worklet ();
  Heard heard (gst_web_audio_worklet_get_port (worklet.get ()));
  post (gst_web_audio_worklet_get_port (worklet.get ()), "'early'");
  heard.expect ("");
  fail_unless (add (worklet, "echo"));
  // What it posts as it is evaluated, then what it answers.
  const std::string text = heard.take ();
  fail_unless (text.find ("'early'") != std::string::npos, "%s", text.c_str ());
  post (gst_web_audio_worklet_get_port (worklet.get ()), "[1, 2]");
  heard.expect ("[1, 2]");
}
GST_END_TEST

GST_START_TEST (what_a_module_posts_waits_for_the_port)
{
  auto worklet = make_worklet (22050);
  fail_unless (add (worklet, "echo"));
  Heard heard (gst_web_audio_worklet_get_port (worklet.get ()));
  heard.expect ("22050.0");
}
GST_END_TEST

// Application code that acts in the scope.
GST_START_TEST (the_scope_has_the_other_port)
{
  auto worklet = make_worklet ();
  GstWebMessagePort *port = gst_web_audio_worklet_get_port (worklet.get ());
  post (port, "1");
  GstWebMessagePort *other =
      gst_web_audio_worklet_global_scope_get_port (scope_of (worklet));
  fail_unless (
      other
      == gst_web_audio_worklet_global_scope_get_port (scope_of (worklet)));
  Heard in_scope (other), outside (port);
  post (port, "2");
  in_scope.expect ("1 2");
  post (other, "'back'");
  outside.expect ("'back'");
  // Modules hear the same.
  fail_unless (add (worklet, "echo"));
  outside.take ();
  post (port, "3");
  in_scope.expect ("3");
  outside.expect ("3");
  gst_web_message_port_close (port);
  post (other, "'nobody'");
}
GST_END_TEST

GST_START_TEST (objects_go_to_the_scope_s_port)
{
  auto worklet = make_worklet ();
  Own<GstWebMessageChannel> channel (gst_web_message_channel_new ());
  GObject *transfer[] = {
      G_OBJECT (gst_web_message_channel_get_port2 (channel.get ()))};
  fail_unless (gst_web_message_port_post_message (
      gst_web_audio_worklet_get_port (worklet.get ()), nullptr, transfer, 1,
      nullptr));
  Own<GstWebMessageEvent> event (gst_web_message_port_receive (
      gst_web_audio_worklet_global_scope_get_port (scope_of (worklet)), nullptr,
      nullptr));
  GPtrArray *ports = gst_web_message_event_get_ports (event.get ());
  fail_unless_equals_int (ports->len, 1);
  post (GST_WEB_MESSAGE_PORT (ports->pdata[0]), "'through'");
  Heard heard (gst_web_message_channel_get_port1 (channel.get ()));
  heard.expect ("'through'");
}
GST_END_TEST

GST_START_TEST (a_port_outlives_its_worklet_and_hears_of_that)
{
  auto worklet = make_worklet ();
  Own<GstWebMessagePort> port (GST_WEB_MESSAGE_PORT (
      g_object_ref (gst_web_audio_worklet_get_port (worklet.get ()))));
  int closes = 0;
  g_signal_connect_swapped (
      port.get (), "close", G_CALLBACK (count_call), &closes);
  worklet.reset ();
  run_loop ();
  fail_unless_equals_int (closes, 1);
  post (port.get (), "'dropped'");
}
GST_END_TEST

static Suite *
audio_worklet_suite (void)
{
  Suite *suite = suite_create ("api/audio-worklet");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_scope_has_the_attributes_of_its_context);
  tcase_add_test (tcase, what_a_module_registers_is_there_when_it_is_added);
  tcase_add_test (tcase, what_is_no_module_is_refused);
  tcase_add_test (tcase, a_module_is_evaluated_once);
  tcase_add_test (tcase, two_threads_add_a_module_once);
  tcase_add_test (tcase, mistakes_in_a_module_do_not_fail);
  tcase_add_test (tcase, an_application_registers_its_own_processors);
  tcase_add_test (tcase, a_class_may_be_longer);
  tcase_add_test (tcase, the_port_is_there_before_a_module_and_waits_for_it);
  tcase_add_test (tcase, what_a_module_posts_waits_for_the_port);
  tcase_add_test (tcase, the_scope_has_the_other_port);
  tcase_add_test (tcase, objects_go_to_the_scope_s_port);
  tcase_add_test (tcase, a_port_outlives_its_worklet_and_hears_of_that);
  return suite;
}
GST_CHECK_MAIN (audio_worklet)
