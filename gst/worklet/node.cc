// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/node.hh"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace webmedia::worklet {

static Result<>
check_channels (const char *what, uint32_t count)
{
  if (count == 0 || count > kMaxChannels)
    return make_error (ErrorCode::not_supported,
        "%s is %u: there are 1 to %u channels", what, count, kMaxChannels);
  return ok;
}

// https://webaudio.github.io/web-audio-api/#dom-audioworkletnodeoptions-numberofinputs
// DEVIATION: there is no limit there, but memory is allocated for each.
Result<>
check_numbers (const NodeOptions &options)
{
  if (options.number_of_inputs > kMaxInputs
      || options.number_of_outputs > kMaxInputs)
    return make_error (ErrorCode::not_supported,
        "numberOfInputs is %u and numberOfOutputs is %u: there are up to %u of "
        "each",
        options.number_of_inputs, options.number_of_outputs, kMaxInputs);
  return ok;
}

// https://webaudio.github.io/web-audio-api/#configuring-channels-with-audioworkletnodeoptions
static Result<>
check_options (const NodeOptions &options)
{
  if (options.number_of_inputs == 0 && options.number_of_outputs == 0)
    return make_error (ErrorCode::not_supported,
        "numberOfInputs and numberOfOutputs are both 0: a node needs an input "
        "or an output");
  if (auto result = check_numbers (options); !result)
    return result;
  if (options.output_channel_count) {
    for (uint32_t count : *options.output_channel_count)
      if (auto result = check_channels ("outputChannelCount", count); !result)
        return result;
    const size_t entries = options.output_channel_count->size ();
    if (entries != options.number_of_outputs)
      return make_error (ErrorCode::index_size,
          "outputChannelCount has %zu entries, but there are %u outputs: it "
          "needs one for each",
          entries, options.number_of_outputs);
  }
  return check_channels ("channelCount", options.channels.count);
}

// A handle is the index of a file descriptor that comes along with a D-Bus
// message, and none does here.
static bool
holds_handle (GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_HANDLE))
    return true;
  if (!strpbrk (g_variant_get_type_string (value), "hv"))
    return false;
  for (size_t i = 0; i < g_variant_n_children (value); i++) {
    const auto child =
        Ptr<GVariant>::adopt (g_variant_get_child_value (value, i));
    if (holds_handle (child.get ()))
      return true;
  }
  return false;
}

// https://webaudio.github.io/web-audio-api/#dom-audioworkletnode-audioworkletnode
// (StructuredSerialize of the options). What has a normal form is nested so
// deep at most that it can be walked.
static Result<>
check_serializable (GVariant *options)
{
  if (!options)
    return ok;
  if (!g_variant_is_normal_form (options))
    return make_error (ErrorCode::data_clone,
        "processorOptions are not in normal form: g_variant_get_normal_form () "
        "makes some that are");
  if (holds_handle (options))
    return make_error (ErrorCode::data_clone,
        "processorOptions hold a handle, which means nothing to a processor: "
        "give it a number, or what the handle is of");
  return ok;
}

// The value that parameterData gives, if it does.
static Result<std::optional<float>>
find_value (const NodeOptions &options, const std::string &name)
{
  std::optional<float> found;
  for (const auto &[key, value] : options.parameter_data) {
    if (!std::isfinite (value) || std::fabs (value) > FLT_MAX)
      return make_error (ErrorCode::type,
          "parameterData has %g for \"%s\": it must be a finite 32-bit float",
          value, key.c_str ());
    if (key == name)
      found = static_cast<float> (value);
  }
  return found;
}

Node::Node (std::shared_ptr<GlobalScope> its_scope,
    std::shared_ptr<const Definition> its_definition, NodeOptions its_options,
    std::vector<std::shared_ptr<Param>> its_parameters)
    : scope (std::move (its_scope)),
      definition (std::move (its_definition)),
      options (std::move (its_options)),
      parameters (std::move (its_parameters))
{}

// The processor is constructed by the renderer: step 14 on.
Result<std::shared_ptr<Node>>
Node::create (std::shared_ptr<GlobalScope> scope, const std::string &name,
    NodeOptions options, MakeParam make_param)
{
  // Steps 1 and 2: is it registered?
  auto definition = scope->find (name);
  if (!definition)
    return definition.error ();
  // Configuring channels.
  if (auto result = check_options (options); !result)
    return result.error ();
  if (!options.output_channel_count && !options.own_channel_count.empty ()) {
    options.output_channel_count = options.own_channel_count;
    options.output_channel_count->resize (options.number_of_outputs, 1);
  }
  // The parameters, with their values of parameterData. Other names in it are
  // no mistake.
  if (auto result = find_value (options, ""); !result)
    return result.error ();
  if (auto result = check_serializable (options.processor_options.get ());
      !result)
    return result.error ();
  std::vector<std::shared_ptr<Param>> parameters;
  for (const ParamDescriptor &descriptor : (*definition)->parameters) {
    auto given = find_value (options, descriptor.name);
    const float value = (*given).value_or (descriptor.default_value);
    std::shared_ptr<ParamSource> source;
    if (make_param)
      source = make_param (descriptor, value);
    else
      source = std::make_shared<ConstantParam> (value);
    parameters.push_back (
        std::make_shared<Param> (descriptor, std::move (source)));
  }
  return std::shared_ptr<Node> (new Node (std::move (scope),
      std::move (*definition), std::move (options), std::move (parameters)));
}

// https://webaudio.github.io/web-audio-api/#configuring-channels-with-audioworkletnodeoptions
// DEVIATION: a node that is not actively processing puts out one channel there;
// here a connection keeps the number that its caps have, so that a tail keeps
// its channels.
uint32_t
Node::output_channels (uint32_t output, uint32_t connected) const
{
  if (options.output_channel_count)
    return (*options.output_channel_count)[output];
  if (options.number_of_inputs == 1 && options.number_of_outputs == 1)
    return computed_channels (options.channels, connected);
  return 1;
}

} // namespace webmedia::worklet
