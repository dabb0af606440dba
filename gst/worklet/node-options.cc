// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/node-options.hh"

#include "worklet/variant-number.hh"

#include <algorithm>
#include <json-glib/json-glib.h>

namespace webmedia::worklet {

namespace {

struct NodeFree {
  void operator() (JsonNode *node) const { json_node_unref (node); }
};
using JsonPtr = std::unique_ptr<JsonNode, NodeFree>;

// One entry for each processor that differs from 1 input and 1 output, or has
// options.
struct KnownShape {
  const char *name;
  uint32_t inputs;
  uint32_t outputs;
  uint32_t channels; // of its outputs; 0: as the rules say
  const char *option;
  ChannelCountMode mode = ChannelCountMode::max;
};
constexpr KnownShape kShapes[] = {
    {"biquad", 1, 1, 0, "type"},
    {"delay", 1, 1, 0, "maxDelayTime"},
    {"mixer", 4, 1, 2, nullptr},
    {"oscillator", 0, 1, 0, "type"},
    {"panner", 1, 1, 2, nullptr, ChannelCountMode::clamped_max},
    {"recorder", 1, 0, 0, "frames"},
    {"splitter", 1, 2, 0, nullptr},
};

} // namespace

Shape
shape_of (const Definition &definition)
{
  Shape shape;
  shape.parameter_names.emplace ();
  for (const ParamDescriptor &parameter : definition.parameters)
    shape.parameter_names->push_back (parameter.name);
  const auto &known = builtin_definitions ();
  if (std::none_of (known.begin (), known.end (),
          [&] (const auto &one) { return one.get () == &definition; }))
    return shape;
  shape.option_names.emplace ();
  for (const KnownShape &entry : kShapes) {
    if (definition.name != entry.name)
      continue;
    shape.inputs = entry.inputs;
    shape.outputs = entry.outputs;
    shape.mode = entry.mode;
    if (entry.channels)
      shape.channels.assign (entry.outputs, entry.channels);
    if (entry.option)
      shape.option_names->push_back (entry.option);
  }
  return shape;
}

// A JSON object as a{sv}.
static Result<Ptr<GVariant>>
parse_object (const char *what, const char *json)
{
  GError *error = nullptr;
  JsonPtr root (json_from_string (json, &error));
  std::string reason = "is not an object";
  if (error) {
    reason = std::string ("can't be read: ") + error->message;
    g_error_free (error);
  }
  GVariant *read = nullptr;
  if (root && JSON_NODE_HOLDS_OBJECT (root.get ()))
    read = json_gvariant_deserialize (root.get (), "a{sv}", nullptr);
  if (!read)
    return make_error (ErrorCode::type,
        "%s %s; it must be a JSON object like {\"name\": value}", what,
        reason.c_str ());
  return Ptr<GVariant>::adopt (g_variant_ref_sink (read));
}

// ---- Values ----

// What is inside of variants.
static Ptr<GVariant>
unbox (Ptr<GVariant> value)
{
  while (g_variant_is_of_type (value.get (), G_VARIANT_TYPE_VARIANT))
    value = Ptr<GVariant>::adopt (g_variant_get_variant (value.get ()));
  return value;
}

static bool
read_count_into (GVariant *value, uint32_t &count)
{
  const auto read = read_count (value);
  if (read)
    count = *read;
  return read.has_value ();
}

static bool
read_counts (GVariant *value, std::vector<uint32_t> &counts)
{
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_ARRAY))
    return false;
  counts.resize (g_variant_n_children (value));
  for (size_t i = 0; i < counts.size (); i++) {
    const auto entry =
        Ptr<GVariant>::adopt (g_variant_get_child_value (value, i));
    if (!read_count_into (entry.get (), counts[i]))
      return false;
  }
  return true;
}

static bool
read_choice (GVariant *value, std::initializer_list<const char *> choices,
    size_t &choice)
{
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return false;
  choice = 0;
  for (const char *name : choices) {
    if (g_str_equal (g_variant_get_string (value, nullptr), name))
      return true;
    choice++;
  }
  return false;
}

static bool
read_numbers (
    GVariant *value, std::vector<std::pair<std::string, double>> &numbers)
{
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE ("a{s*}")))
    return false;
  for (size_t i = 0; i < g_variant_n_children (value); i++) {
    const auto entry =
        Ptr<GVariant>::adopt (g_variant_get_child_value (value, i));
    const auto name =
        Ptr<GVariant>::adopt (g_variant_get_child_value (entry.get (), 0));
    const auto held =
        Ptr<GVariant>::adopt (g_variant_get_child_value (entry.get (), 1));
    const auto number = read_number (held.get ());
    if (!number)
      return false;
    numbers.emplace_back (g_variant_get_string (name.get (), nullptr), *number);
  }
  return true;
}

// ---- Members ----

static constexpr char kNoSuchMember[] =
    "called numberOfInputs, numberOfOutputs, outputChannelCount, "
    "parameterData, processorOptions, channelCount, channelCountMode or "
    "channelInterpretation";

// Null: it was read; otherwise, what it must be.
static const char *
read_member (const char *name, const Ptr<GVariant> &value, NodeOptions &options)
{
  const std::string member = name;
  GVariant *given = value.get ();
  if (member == "numberOfInputs") {
    options.has_number_of_inputs = true;
    return read_count_into (given, options.number_of_inputs) ? nullptr
                                                             : "a whole number";
  }
  if (member == "numberOfOutputs") {
    options.has_number_of_outputs = true;
    return read_count_into (given, options.number_of_outputs)
               ? nullptr
               : "a whole number";
  }
  if (member == "outputChannelCount") {
    options.output_channel_count.emplace ();
    return read_counts (given, *options.output_channel_count)
               ? nullptr
               : "an array of whole numbers";
  }
  if (member == "parameterData")
    return read_numbers (given, options.parameter_data)
               ? nullptr
               : "an object of numbers";
  if (member == "processorOptions") {
    if (!g_variant_is_of_type (given, G_VARIANT_TYPE_VARDICT))
      return "an object";
    options.processor_options = value;
    return nullptr;
  }
  if (member == "channelCount")
    return read_count_into (given, options.channels.count) ? nullptr
                                                           : "a whole number";
  size_t choice = 0;
  if (member == "channelCountMode") {
    if (!read_choice (given, {"max", "clamped-max", "explicit"}, choice))
      return "\"max\", \"clamped-max\" or \"explicit\"";
    options.channels.mode = static_cast<ChannelCountMode> (choice);
    return nullptr;
  }
  if (member == "channelInterpretation") {
    if (!read_choice (given, {"speakers", "discrete"}, choice))
      return "\"speakers\" or \"discrete\"";
    options.channels.interpretation =
        static_cast<ChannelInterpretation> (choice);
    return nullptr;
  }
  return kNoSuchMember;
}

static Result<NodeOptions>
read_members (GVariant *dictionary, const Shape &shape, bool is_strict)
{
  NodeOptions options;
  options.number_of_inputs = shape.inputs;
  options.number_of_outputs = shape.outputs;
  options.channels.mode = shape.mode;
  GVariantIter iter;
  g_variant_iter_init (&iter, dictionary);
  const char *name;
  GVariant *value;
  while (g_variant_iter_next (&iter, "{&sv}", &name, &value)) {
    const char *right =
        read_member (name, unbox (Ptr<GVariant>::adopt (value)), options);
    if (right && (is_strict || right != kNoSuchMember))
      return make_error (ErrorCode::type,
          "The member \"%s\" of the node's options must be %s", name, right);
  }
  if (!options.output_channel_count)
    options.own_channel_count = shape.channels;
  return options;
}

Result<NodeOptions>
read_node_options (GVariant *dictionary, const Shape &shape)
{
  return read_members (dictionary, shape, false);
}

// Null: anything may be called so.
using Names = std::optional<std::vector<std::string>>;

static Result<>
check_name (const char *kind, const std::string &name, const Names &known)
{
  if (!known
      || std::find (known->begin (), known->end (), name) != known->end ())
    return ok;
  std::string names;
  for (const std::string &one : *known)
    names += (names.empty () ? "" : ", ") + one;
  return make_error (ErrorCode::type, "The processor has no %s \"%s\"; %s%s",
      kind, name.c_str (),
      names.empty () ? "it has none" : "it has: ", names.c_str ());
}

static Result<>
check_option_names (GVariant *dictionary, const Shape &shape)
{
  GVariantIter iter;
  g_variant_iter_init (&iter, dictionary);
  const char *name;
  while (g_variant_iter_next (&iter, "{&sv}", &name, nullptr))
    if (auto known = check_name ("option", name, shape.option_names); !known)
      return known;
  return ok;
}

static Result<>
check_names (const NodeOptions &options, const Shape &shape)
{
  for (const auto &[name, value] : options.parameter_data)
    if (auto known = check_name ("parameter", name, shape.parameter_names);
        !known)
      return known;
  return options.processor_options
             ? check_option_names (options.processor_options.get (), shape)
             : Result<> (ok);
}

Result<NodeOptions>
parse_node_options (const char *json, const Shape &shape)
{
  auto members =
      parse_object ("The node's options", json && *json ? json : "{}");
  if (!members)
    return members.error ();
  auto options = read_members (members->get (), shape, true);
  if (!options)
    return options;
  if (auto result = check_numbers (*options); !result)
    return result.error ();
  if (auto result = check_names (*options, shape); !result)
    return result.error ();
  return options;
}

Result<Ptr<GVariant>>
parse_processor_options (const char *json, const Shape &shape)
{
  auto options = parse_object ("The processor's options", json);
  if (!options)
    return options;
  if (auto known = check_option_names (options->get (), shape); !known)
    return known.error ();
  return options;
}

} // namespace webmedia::worklet
