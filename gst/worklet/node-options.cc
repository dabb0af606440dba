// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/node-options.hh"

#include <algorithm>
#include <cmath>
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
};
constexpr KnownShape kShapes[] = {
    {"biquad", 1, 1, 0, "type"},
    {"delay", 1, 1, 0, "maxDelayTime"},
    {"mixer", 4, 1, 2, nullptr},
    {"oscillator", 0, 1, 0, "type"},
    {"panner", 1, 1, 2, nullptr},
    {"recorder", 1, 0, 0, "frames"},
    {"splitter", 1, 2, 0, nullptr},
};

} // namespace

Shape
shape_of (const Definition &definition)
{
  Shape shape;
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
    if (entry.channels)
      shape.channels.assign (entry.outputs, entry.channels);
    if (entry.option)
      shape.option_names->push_back (entry.option);
  }
  return shape;
}

static Result<JsonPtr>
parse_object (const char *what, const char *json)
{
  GError *error = nullptr;
  JsonPtr root (json_from_string (json, &error));
  std::string reason = "is not an object";
  if (error) {
    reason = std::string ("can't be read: ") + error->message;
    g_error_free (error);
  }
  if (!root || !JSON_NODE_HOLDS_OBJECT (root.get ()))
    return make_error (ErrorCode::type,
        "%s %s; it must be a JSON object like {\"name\": value}", what,
        reason.c_str ());
  return root;
}

// A whole number that fits.
static bool
read_count (JsonNode *node, uint32_t &count)
{
  if (!JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_INT64)
    return false;
  const gint64 value = json_node_get_int (node);
  count = static_cast<uint32_t> (value);
  return value >= 0 && value <= G_MAXINT32;
}

static bool
read_counts (JsonNode *node, std::vector<uint32_t> &counts)
{
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return false;
  JsonArray *array = json_node_get_array (node);
  counts.resize (json_array_get_length (array));
  for (guint i = 0; i < counts.size (); i++)
    if (!read_count (json_array_get_element (array, i), counts[i]))
      return false;
  return true;
}

static bool
read_choice (
    JsonNode *node, std::initializer_list<const char *> choices, size_t &choice)
{
  if (!JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_STRING)
    return false;
  choice = 0;
  for (const char *name : choices) {
    if (g_str_equal (json_node_get_string (node), name))
      return true;
    choice++;
  }
  return false;
}

static bool
read_numbers (
    JsonNode *node, std::vector<std::pair<std::string, double>> &numbers)
{
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return false;
  JsonObjectIter iter;
  json_object_iter_init (&iter, json_node_get_object (node));
  const char *name;
  JsonNode *value;
  while (json_object_iter_next (&iter, &name, &value)) {
    if (!JSON_NODE_HOLDS_VALUE (value)
        || json_node_get_value_type (value) == G_TYPE_STRING)
      return false;
    numbers.emplace_back (name, json_node_get_double (value));
  }
  return true;
}

static Ptr<GVariant>
read_dictionary (JsonNode *node)
{
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return {};
  if (GVariant *read = json_gvariant_deserialize (node, "a{sv}", nullptr))
    return Ptr<GVariant>::adopt (g_variant_ref_sink (read));
  return {};
}

// Null: it was read; otherwise, what it must be.
static const char *
read_member (const char *name, JsonNode *node, NodeOptions &options)
{
  const std::string member = name;
  if (member == "numberOfInputs")
    return read_count (node, options.number_of_inputs) ? nullptr
                                                       : "a whole number";
  if (member == "numberOfOutputs")
    return read_count (node, options.number_of_outputs) ? nullptr
                                                        : "a whole number";
  if (member == "outputChannelCount") {
    options.output_channel_count.emplace ();
    return read_counts (node, *options.output_channel_count)
               ? nullptr
               : "an array of whole numbers";
  }
  if (member == "parameterData")
    return read_numbers (node, options.parameter_data) ? nullptr
                                                       : "an object of numbers";
  if (member == "processorOptions") {
    options.processor_options = read_dictionary (node);
    return options.processor_options ? nullptr : "an object";
  }
  if (member == "channelCount")
    return read_count (node, options.channels.count) ? nullptr
                                                     : "a whole number";
  size_t choice = 0;
  if (member == "channelCountMode") {
    if (!read_choice (node, {"max", "clamped-max", "explicit"}, choice))
      return "\"max\", \"clamped-max\" or \"explicit\"";
    options.channels.mode = static_cast<ChannelCountMode> (choice);
    return nullptr;
  }
  if (member == "channelInterpretation") {
    if (!read_choice (node, {"speakers", "discrete"}, choice))
      return "\"speakers\" or \"discrete\"";
    options.channels.interpretation =
        static_cast<ChannelInterpretation> (choice);
    return nullptr;
  }
  return "called numberOfInputs, numberOfOutputs, outputChannelCount, "
         "parameterData, processorOptions, channelCount, channelCountMode or "
         "channelInterpretation";
}

Result<NodeOptions>
parse_node_options (const char *json, const Shape &shape)
{
  NodeOptions options;
  options.number_of_inputs = shape.inputs;
  options.number_of_outputs = shape.outputs;
  if (json && *json) {
    auto root = parse_object ("The node's options", json);
    if (!root)
      return root.error ();
    JsonObjectIter iter;
    json_object_iter_init (&iter, json_node_get_object (root->get ()));
    const char *name;
    JsonNode *node;
    while (json_object_iter_next (&iter, &name, &node))
      if (const char *right = read_member (name, node, options))
        return make_error (ErrorCode::type,
            "The member \"%s\" of the node's options must be %s", name, right);
  }
  if (!options.output_channel_count && !shape.channels.empty ()
      && shape.channels.size () == options.number_of_outputs)
    options.output_channel_count = shape.channels;
  return options;
}

static Result<>
check_names (GVariant *dictionary, const Shape &shape)
{
  if (!shape.option_names)
    return ok;
  const std::vector<std::string> &known = *shape.option_names;
  GVariantIter iter;
  g_variant_iter_init (&iter, dictionary);
  const char *name;
  while (g_variant_iter_next (&iter, "{&sv}", &name, nullptr)) {
    if (std::find (known.begin (), known.end (), name) != known.end ())
      continue;
    std::string names;
    for (const std::string &one : known)
      names += (names.empty () ? "" : ", ") + one;
    return make_error (ErrorCode::type,
        "The processor has no option \"%s\"; %s%s", name,
        names.empty () ? "it has none" : "it has: ", names.c_str ());
  }
  return ok;
}

Result<Ptr<GVariant>>
parse_processor_options (const char *json, const Shape &shape)
{
  auto root = parse_object ("The processor's options", json);
  if (!root)
    return root.error ();
  Ptr<GVariant> options = read_dictionary (root->get ());
  if (!options)
    return make_error (ErrorCode::type,
        "The processor's options have a value that can't be handed on");
  if (auto known = check_names (options.get (), shape); !known)
    return known.error ();
  return options;
}

} // namespace webmedia::worklet
