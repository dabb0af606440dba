// SPDX-License-Identifier: LGPL-2.1-or-later
// Registering processors and making nodes: what is refused, and why.
#include "worklet/node.hh"

#include "support/worklet-fixture.hh"

using namespace webmedia;
using namespace webmedia::worklet;
using namespace webmedia::test;

namespace {

const Script no_script;

std::shared_ptr<const Definition>
define (std::string name, std::vector<ParamDescriptor> parameters = {})
{
  return std::make_shared<ScriptedDefinition> (
      std::move (name), no_script, std::move (parameters));
}

template <typename T>
void
fails (const Result<T> &result, ErrorCode code, const char *mention = "")
{
  fail_unless (!result);
  fail_unless (
      result.error ().code == code, "%s", result.error ().message.c_str ());
  fail_unless (strstr (result.error ().message.c_str (), mention) != nullptr,
      "\"%s\" does not mention %s", result.error ().message.c_str (), mention);
}

std::shared_ptr<GlobalScope>
make_scope ()
{
  auto scope = std::make_shared<GlobalScope> ();
  fail_unless (bool (scope->register_processor (
      define ("one", {{"gain", 1, 0, 2, AutomationRate::a_rate},
                         {"mix", 0.5, 0, 1, AutomationRate::k_rate}}))));
  fail_unless (bool (scope->register_processor (define ("other"))));
  return scope;
}

Result<std::shared_ptr<Node>>
make_node (NodeOptions options)
{
  return Node::create (make_scope (), "one", std::move (options));
}

} // namespace

GST_START_TEST (a_name_is_registered_once_and_is_not_empty)
{
  auto scope = make_scope ();
  fails (scope->register_processor (define ("")), ErrorCode::not_supported);
  fails (scope->register_processor (define ("one")), ErrorCode::not_supported,
      "one");
  // What failed is not registered.
  const float nan = std::nanf ("");
  fails (scope->register_processor (define ("bad", {{"a", nan}})),
      ErrorCode::invalid_state, "a");
  fails (scope->find ("bad"), ErrorCode::invalid_state);
}
GST_END_TEST;

GST_START_TEST (descriptors_are_checked)
{
  fails (check_parameters ({{"a"}, {"b"}, {"a"}}), ErrorCode::not_supported,
      "\"a\"");
  fails (
      check_parameters ({{"a", 2, 0, 1}}), ErrorCode::invalid_state, "\"a\"");
  fails (check_parameters ({{"a", -1, 0, 1}}), ErrorCode::invalid_state);
  fails (check_parameters ({{"a", 0, 1, -1}}), ErrorCode::invalid_state);
  fail_unless (bool (check_parameters ({{"a", 1, 1, 1}, {"b"}})));
  const ParamDescriptor descriptor{"a"};
  fail_unless_equals_float (descriptor.default_value, 0);
  fail_unless_equals_float (descriptor.min_value, -FLT_MAX);
  fail_unless_equals_float (descriptor.max_value, FLT_MAX);
  fail_unless (descriptor.automation_rate == AutomationRate::a_rate);
}
GST_END_TEST;

GST_START_TEST (an_unknown_name_is_told_which_there_are)
{
  auto result = Node::create (make_scope (), "two", {});
  fails (result, ErrorCode::invalid_state, "\"two\"");
  fails (result, ErrorCode::invalid_state, "one");
  fails (result, ErrorCode::invalid_state, "other");
  // The name is looked at first.
  NodeOptions bad;
  bad.channels.count = 0;
  fails (Node::create (make_scope (), "two", bad), ErrorCode::invalid_state);
}
GST_END_TEST;

GST_START_TEST (a_node_has_an_input_or_an_output)
{
  NodeOptions options;
  options.number_of_inputs = options.number_of_outputs = 0;
  fails (make_node (options), ErrorCode::not_supported, "numberOfInputs");
  options.number_of_inputs = 1;
  fail_unless (bool (make_node (options)));
}
GST_END_TEST;

// As memory is allocated for each.
GST_START_TEST (a_node_has_256_inputs_and_outputs_at_most)
{
  NodeOptions options;
  options.number_of_inputs = 2000000000;
  fails (make_node (options), ErrorCode::not_supported, "numberOfInputs");
  options.number_of_inputs = options.number_of_outputs = 256;
  fail_unless (bool (make_node (options)));
  options.number_of_outputs = 257;
  fails (make_node (options), ErrorCode::not_supported, "257");
}
GST_END_TEST;

// In whatever they are held.
GST_START_TEST (options_that_can_t_be_cloned_are_refused)
{
  NodeOptions options;
  for (const char *text : {"{'file': <handle 0>}", "{'a': <[<1>, <handle 3>]>}",
           "{'a': <{'b': <(1, [handle 2])>}>}", "{'a': <@mh 1>}"}) {
    options.processor_options =
        Ptr<GVariant>::adopt (g_variant_ref_sink (g_variant_new_parsed (text)));
    fails (make_node (options), ErrorCode::data_clone, "handle");
  }
  for (const char *text : {"{'h': <'handle'>}", "{'a': <@ah []>}",
           "{'a': <[<1>, <b'data'>]>, 'b': <@mv <3>>}"}) {
    options.processor_options =
        Ptr<GVariant>::adopt (g_variant_ref_sink (g_variant_new_parsed (text)));
    fail_unless (bool (make_node (options)));
  }
  static const char malformed[] = "\xff\xff\xff";
  options.processor_options =
      Ptr<GVariant>::adopt (g_variant_ref_sink (g_variant_new_from_data (
          G_VARIANT_TYPE_VARDICT, malformed, 3, FALSE, nullptr, nullptr)));
  fails (make_node (options), ErrorCode::data_clone, "normal form");
}
GST_END_TEST;

GST_START_TEST (channel_counts_are_checked)
{
  NodeOptions options;
  for (uint32_t count : {0u, 33u}) {
    options.output_channel_count = {{count}};
    fails (make_node (options), ErrorCode::not_supported, "outputChannelCount");
    // Before their number.
    options.output_channel_count = {{1, count}};
    fails (make_node (options), ErrorCode::not_supported);
  }
  options.output_channel_count = std::vector<uint32_t>{};
  fails (make_node (options), ErrorCode::index_size, "outputChannelCount");
  options.output_channel_count = {{1, 2}};
  fails (make_node (options), ErrorCode::index_size, "2");
  options.output_channel_count = {{32}};
  fail_unless (bool (make_node (options)));
  for (uint32_t count : {0u, 33u}) {
    options.channels.count = count;
    fails (make_node (options), ErrorCode::not_supported, "channelCount");
  }
}
GST_END_TEST;

GST_START_TEST (parameters_are_those_of_the_descriptors)
{
  NodeOptions options;
  options.parameter_data = {{"mix", 0.75}, {"unknown", 3}};
  auto node = make_node (options);
  const auto &parameters = (*node)->parameters;
  fail_unless_equals_uint64 (parameters.size (), 2);
  fail_unless_equals_string (parameters[0]->descriptor.name.c_str (), "gain");
  fail_unless (parameters[0]->automation_rate () == AutomationRate::a_rate);
  fail_unless (parameters[1]->automation_rate () == AutomationRate::k_rate);
  float value = 0;
  fail_unless_equals_uint64 (
      parameters[0]->compute ({0, 128, kRate, 0}, &value, true), 1);
  fail_unless_equals_float (value, 1);
  parameters[1]->compute ({0, 128, kRate, 0}, &value, true);
  fail_unless_equals_float (value, 0.75);
}
GST_END_TEST;

GST_START_TEST (parameter_data_is_finite)
{
  const double bad[] = {NAN, INFINITY, -INFINITY, 1e300};
  for (double value : bad)
    for (const char *name : {"gain", "unknown"}) {
      NodeOptions options;
      options.parameter_data = {{name, value}};
      fails (make_node (options), ErrorCode::type, name);
    }
}
GST_END_TEST;

static Suite *
node_suite ()
{
  Suite *suite = suite_create ("worklet/node");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_name_is_registered_once_and_is_not_empty);
  tcase_add_test (tcase, descriptors_are_checked);
  tcase_add_test (tcase, an_unknown_name_is_told_which_there_are);
  tcase_add_test (tcase, a_node_has_an_input_or_an_output);
  tcase_add_test (tcase, a_node_has_256_inputs_and_outputs_at_most);
  tcase_add_test (tcase, options_that_can_t_be_cloned_are_refused);
  tcase_add_test (tcase, channel_counts_are_checked);
  tcase_add_test (tcase, parameters_are_those_of_the_descriptors);
  tcase_add_test (tcase, parameter_data_is_finite);
  return suite;
}
GST_CHECK_MAIN (node)
