// SPDX-License-Identifier: LGPL-2.1-or-later
// Loadable modules: what they are given, what they may do wrong.
#include "worklet/module.hh"

#include "support/worklet-fixture.hh"
#include "worklet/automation-param.hh"

#include <dlfcn.h>
#include <thread>

using namespace webmedia;
using namespace webmedia::worklet;
using namespace webmedia::test;

namespace {

std::string
path_of (const char *name)
{
  return std::string (g_getenv ("WEBMEDIA_TEST_MODULES")) + "/libworklet-"
         + name + ".so";
}

struct Loaded {
  explicit Loaded (const char *name) : scope (std::make_shared<GlobalScope> ())
  {
    auto result = add_native_module (scope, path_of (name));
    fail_unless (
        bool (result), "%s", result ? "" : result.error ().message.c_str ());
    report = *result;
  }
  void start (const char *name, NodeOptions options = {},
      Node::MakeParam make_param = {})
  {
    auto made =
        Node::create (scope, name, std::move (options), std::move (make_param));
    fail_unless (bool (made));
    node = *made;
    auto rendering = Renderer::create (node, kRate);
    fail_unless (bool (rendering));
    renderer = std::move (*rendering);
  }
  // What came through a port, as text.
  static std::string received (ProcessorPort &port)
  {
    std::string all;
    port.receive ([&] (Ptr<GVariant> message) {
      all += CString (g_variant_print (message.get (), FALSE)).get ();
      all += ";";
    });
    return all;
  }
  static port::Message parse (const char *text)
  {
    return {
        Ptr<GVariant>::adopt (g_variant_ref_sink (g_variant_new_parsed (text))),
        {}};
  }

  std::shared_ptr<GlobalScope> scope;
  ModuleReport report;
  std::shared_ptr<Node> node;
  std::unique_ptr<Renderer> renderer;
};

NodeOptions
throwing_at (int at)
{
  NodeOptions options;
  options.processor_options = Ptr<GVariant>::adopt (
      g_variant_ref_sink (g_variant_new_parsed ("{'at': <%i>}", at)));
  return options;
}

} // namespace

GST_START_TEST (a_module_registers_its_processors)
{
  Loaded module ("gain");
  fail_unless (module.report.registered
               == std::vector<std::string> ({"test-gain", "test-thrower"}));
  fail_unless (module.report.errors.empty ());
  auto definition = *module.scope->find ("test-gain");
  fail_unless_equals_string (
      definition->description.c_str (), "Turns it up or down");
  fail_unless (definition->parameters
               == std::vector<ParamDescriptor> ({{"gain", 1, 0, 10},
                   {"bias", 0, -1, 1, AutomationRate::k_rate}}));
}
GST_END_TEST;

GST_START_TEST (a_module_processes)
{
  Loaded module ("gain");
  NodeOptions options;
  options.parameter_data = {{"gain", 3}, {"bias", 0.5}};
  module.start ("test-gain", options);
  module.renderer->connect_input (0, 2);
  auto render = [&] {
    const Bus bus = module.renderer->input (0);
    std::fill_n (bus.data[0], 128, 1.0f);
    std::fill_n (bus.data[1], 128, 2.0f);
    module.renderer->activate_input (0);
    module.renderer->render ();
    return module.renderer->output (0).data[1][127];
  };
  fail_unless_equals_float (render (), 6.5);
  // Messages go both ways.
  module.node->port ().post_to_processor (Loaded::parse ("2.0"));
  fail_unless_equals_float (render (), 12.5);
  module.node->port ().post_to_processor (Loaded::parse ("byte 0x03"));
  fail_unless_equals_float (render (), 18.5);
  fail_unless_equals_string (
      Loaded::received (module.node->port ()).c_str (), "2.0;3.0;");
  fail_unless (!module.renderer->keeps_alive ());
  fail_unless (!module.renderer->tail ().has_value ());
}
GST_END_TEST;

// WPT: audioworklet-audioparam
GST_START_TEST (a_gain_of_a_module_is_a_gain_node)
{
  Loaded of_module ("gain"), known ("gain");
  auto automate = [] (const ParamDescriptor &descriptor, float value) {
    auto param = std::make_shared<AutomationParam> (value);
    if (descriptor.name == "gain") {
      fail_unless (bool (param->set_value_at_time (0.25f, 0, 0)));
      fail_unless (bool (param->linear_ramp_to_value_at_time (1.5f, 0.01, 0)));
      fail_unless (
          bool (param->exponential_ramp_to_value_at_time (0.5f, 0.02, 0)));
      fail_unless (bool (param->set_target_at_time (2, 0.02, 0.003f, 0)));
    }
    return param;
  };
  of_module.start ("test-gain", {}, automate);
  known.start ("gain", {}, automate);
  const auto render = [] (Renderer &renderer, int frame) {
    const Bus bus = renderer.input (0);
    for (int i = 0; i < 128; i++)
      bus.data[0][i] = static_cast<float> (std::sin (0.1 * (frame + i)));
    renderer.activate_input (0);
    renderer.render ();
    return renderer.output (0).data[0];
  };
  of_module.renderer->connect_input (0, 1);
  known.renderer->connect_input (0, 1);
  for (int frame = 0; frame < 15 * 128; frame += 128) {
    const float *ours = render (*of_module.renderer, frame);
    const float *theirs = render (*known.renderer, frame);
    for (int i = 0; i < 128; i++) {
      fail_unless (ours[i] == theirs[i]);
      const double t = (frame + i) / double (kRate);
      const double gain = t < 0.01 ? 0.25 + 1.25 * t / 0.01
                          : t < 0.02
                              ? 1.5 * std::pow (1 / 3.0, (t - 0.01) / 0.01)
                              : 2 - 1.5 * std::exp (-(t - 0.02) / 0.003);
      fail_unless (
          std::abs (ours[i] - gain * std::sin (0.1 * (frame + i))) < 1e-6);
    }
  }
}
GST_END_TEST;

GST_START_TEST (what_a_message_throws_does_not_stop_the_processor)
{
  Loaded module ("gain");
  module.start ("test-gain");
  module.renderer->connect_input (0, 1);
  module.node->port ().post_to_processor (Loaded::parse ("'wrong'"));
  module.renderer->activate_input (0);
  module.renderer->render ();
  fail_unless (module.renderer->is_active ());
  fail_unless (!module.node->error ().take ());
  auto error = module.node->message_error ().take ();
  fail_unless (error && error->message == "wrong");
}
GST_END_TEST;

GST_START_TEST (what_is_thrown_is_reported_and_silences)
{
  struct Case {
    int at;
    const char *message;
    uint64_t calls;
  };
  for (const Case &c : {Case{0, "constructor", 0}, Case{1, "process", 1},
           Case{2, "an exception of unknown type", 1},
           Case{3, "without an exception", 1}}) {
    Loaded module ("gain");
    module.start ("test-thrower", throwing_at (c.at));
    for (int i = 0; i < 3; i++)
      module.renderer->render ();
    fail_unless_equals_uint64 (module.renderer->calls (), c.calls);
    fail_unless_equals_float (module.renderer->output (0).data[0][0], 0);
    fail_unless (!module.renderer->is_active ());
    auto error = module.node->error ().take ();
    fail_unless (error.has_value ());
    fail_unless_equals_string (error->message.c_str (), c.message);
    fail_unless_equals_int (error->line, c.at == 3 ? 7 : 0);
    fail_unless (!module.node->error ().take ());
  }
  Loaded module ("gain");
  module.start ("test-thrower", throwing_at (4));
  fail_unless_equals_uint64 (*module.renderer->tail (), 1234);
}
GST_END_TEST;

// As what process() throws.
GST_START_TEST (what_get_tail_throws_silences)
{
  Loaded module ("gain");
  module.start ("test-thrower", throwing_at (5));
  Renderer &renderer = *module.renderer;
  renderer.connect_input (0, 1);
  renderer.render ();
  fail_unless (renderer.keeps_alive ());
  fail_unless_equals_uint64 (*renderer.tail (), 0);
  auto error = module.node->error ().take ();
  fail_unless (error && error->message == "tail");
  fail_unless (!renderer.keeps_alive ());
  // Also when sound comes again.
  renderer.activate_input (0);
  renderer.render ();
  fail_unless_equals_uint64 (renderer.calls (), 1);
  fail_unless_equals_float (renderer.output (0).data[0][0], 0);
  fail_unless_equals_uint64 (*renderer.tail (), 0);
  fail_unless (!module.node->error ().take ());
}
GST_END_TEST;

GST_START_TEST (a_module_in_c_has_ports_of_its_scope_and_its_processor)
{
  Loaded module ("echo");
  // Posted while it was evaluated: the rate is not known yet.
  fail_unless_equals_string (
      Loaded::received (module.scope->port ()).c_str (), "0.0;");
  module.start ("test-echo");
  module.scope->port ().post_to_processor (Loaded::parse ("'to the scope'"));
  module.node->port ().post_to_processor (Loaded::parse ("[1, 2]"));
  module.renderer->render ();
  fail_unless_equals_string (
      Loaded::received (module.scope->port ()).c_str (), "'to the scope';");
  fail_unless_equals_string (
      Loaded::received (module.node->port ()).c_str (), "[1, 2];");
}
GST_END_TEST;

// WPT: audioworklet-registerprocessor-dynamic
GST_START_TEST (a_handler_of_a_module_registers_later)
{
  Loaded module ("echo");
  Loaded::received (module.scope->port ());
  module.start ("test-echo");
  ProcessorPort &port = module.scope->port ();
  for (const char *name : {"('late',)", "('late',)", "('',)"})
    port.post_to_processor (Loaded::parse (name));
  fail_unless (!module.scope->find ("late"));
  module.renderer->render ();
  fail_unless (bool (module.scope->find ("late")));
  // Once, and not without a name.
  fail_unless_equals_string (
      Loaded::received (port).c_str (), "true;false;false;");
}
GST_END_TEST;

// Code of a module needs no locks: of its own, none runs on another thread
// while it is evaluated. Other modules' does.
GST_START_TEST (nobody_calls_a_module_that_is_evaluated)
{
  Loaded module ("echo");
  ProcessorPort &port = module.scope->port ();
  Loaded::received (port);
  module.start ("test-echo");
  const std::string path = path_of ("slow");
  void *library = dlopen (path.c_str (), RTLD_NOW | RTLD_LOCAL);
  fail_unless (library != nullptr);
  auto &step = *static_cast<int *> (dlsym (library, "slow_step"));
  const std::atomic_ref<int> at (step);
  std::thread evaluating ([&] {
    auto report = add_native_module (module.scope, path);
    fail_unless (
        report
        && report->registered == std::vector<std::string> ({"test-slow"}));
  });
  while (at != 1)
    std::this_thread::yield ();
  // It has a handler and a processor, but does not know yet.
  port.post_to_processor (Loaded::parse ("'first'"));
  module.renderer->render ();
  fail_unless_equals_string (Loaded::received (port).c_str (), "'first';");
  auto early = Node::create (module.scope, "test-slow", {});
  fail_unless (!early);
  fail_unless (early.error ().code == ErrorCode::invalid_state);
  // The name is taken nevertheless.
  auto taken = module.scope->check_name ("test-slow");
  fail_unless (!taken && taken.error ().code == ErrorCode::not_supported);
  static const Script script;
  fail_unless (!module.scope->register_processor (
      std::make_shared<ScriptedDefinition> ("test-slow", script)));
  at = 2;
  evaluating.join ();
  fail_unless (bool (Node::create (module.scope, "test-slow", {})));
  port.post_to_processor (Loaded::parse ("'second'"));
  module.renderer->render ();
  fail_unless_equals_string (
      Loaded::received (port).c_str (), "'slow';'second';");
  module.renderer.reset ();
  dlclose (library);
}
GST_END_TEST;

GST_START_TEST (a_constructor_in_c_says_where_it_failed)
{
  Loaded module ("echo");
  NodeOptions options;
  options.number_of_inputs = 3;
  module.start ("test-echo", options);
  auto error = module.node->error ().take ();
  fail_unless (error.has_value ());
  fail_unless_equals_string (error->message.c_str (), "two inputs are enough");
  fail_unless (g_str_has_suffix (error->filename.c_str (), "echo.c"));
  fail_unless (error->line > 0);
}
GST_END_TEST;

// As on the web, they do not fail addModule().
GST_START_TEST (mistakes_of_a_module_are_reported_one_by_one)
{
  Loaded module ("faulty");
  fail_unless (
      module.report.registered == std::vector<std::string> ({"test-fine"}));
  const std::pair<ErrorCode, const char *> expected[] = {
      {ErrorCode::not_supported, "test-fine"},
      {ErrorCode::not_supported, "name"},
      {ErrorCode::not_supported, "\"a\""},
      {ErrorCode::type, "process"},
      {ErrorCode::type, "construct"},
      {ErrorCode::type, "size"},
      {ErrorCode::not_supported, "test-fine"},
      {ErrorCode::not_supported, "name"},
      {ErrorCode::type, "finite"},
      {ErrorCode::unknown, "at last"},
  };
  fail_unless_equals_uint64 (
      module.report.errors.size (), G_N_ELEMENTS (expected));
  for (size_t i = 0; i < G_N_ELEMENTS (expected); i++) {
    const Error &error = module.report.errors[i];
    fail_unless (
        error.code == expected[i].first, "%zu: %s", i, error.message.c_str ());
    fail_unless (strstr (error.message.c_str (), expected[i].second));
  }
}
GST_END_TEST;

GST_START_TEST (what_is_no_module_is_told_why)
{
  struct Case {
    std::string path;
    ErrorCode code;
    const char *mention;
  };
  const Case cases[] = {
      {"/nowhere/libnone.so", ErrorCode::abort, "no file"},
      {"/", ErrorCode::abort, "is a directory"},
      {"/proc/self/cmdline", ErrorCode::abort, "can't be loaded"},
      {path_of ("plain"), ErrorCode::type, "GST_WEB_AUDIO_MODULE"},
      {path_of ("future"), ErrorCode::not_supported, "version 2"},
  };
  auto scope = std::make_shared<GlobalScope> ();
  for (const Case &c : cases) {
    auto result = add_native_module (scope, c.path);
    fail_unless (!result);
    const std::string &message = result.error ().message;
    fail_unless (result.error ().code == c.code, "%s", message.c_str ());
    fail_unless (strstr (message.c_str (), c.mention), "%s", message.c_str ());
  }
}
GST_END_TEST;

// The second time its names are taken; what it was the first time stays.
GST_START_TEST (a_module_outlives_its_scope_in_its_processors)
{
  Loaded module ("gain");
  auto again = add_native_module (module.scope, path_of ("gain"));
  fail_unless (bool (again));
  fail_unless_equals_uint64 (again->errors.size (), 2);
  module.start ("test-gain");
  module.scope.reset ();
  module.node.reset ();
  module.renderer->render ();
  module.renderer.reset ();
}
GST_END_TEST;

static Suite *
module_suite ()
{
  Suite *suite = suite_create ("worklet/module");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_module_registers_its_processors);
  tcase_add_test (tcase, a_module_processes);
  tcase_add_test (tcase, a_gain_of_a_module_is_a_gain_node);
  tcase_add_test (tcase, what_a_message_throws_does_not_stop_the_processor);
  tcase_add_test (tcase, what_is_thrown_is_reported_and_silences);
  tcase_add_test (tcase, what_get_tail_throws_silences);
  tcase_add_test (
      tcase, a_module_in_c_has_ports_of_its_scope_and_its_processor);
  tcase_add_test (tcase, a_handler_of_a_module_registers_later);
  tcase_add_test (tcase, nobody_calls_a_module_that_is_evaluated);
  tcase_add_test (tcase, a_constructor_in_c_says_where_it_failed);
  tcase_add_test (tcase, mistakes_of_a_module_are_reported_one_by_one);
  tcase_add_test (tcase, what_is_no_module_is_told_why);
  tcase_add_test (tcase, a_module_outlives_its_scope_in_its_processors);
  return suite;
}
GST_CHECK_MAIN (module)
