// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/json.hh"

#include "devices/json-constraint.hh"
#include "devices/variant.hh"

#include <memory>

namespace webmedia::devices {

namespace {

struct FreeNode {
  void operator() (JsonNode *node) const { json_node_unref (node); }
};
using NodePtr = std::unique_ptr<JsonNode, FreeNode>;

Result<ConstraintSet>
parse_set (JsonNode *node, const std::string &where)
{
  ConstraintSet set;
  if (JSON_NODE_HOLDS_NULL (node))
    return set;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return wrong_type (where.empty () ? "The constraint set" : where, node,
        "an object, such as {\"deviceId\":\"front\"}");
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &name, &member)) {
    std::optional<Property> property = find_property (name);
    if (!property)
      continue; // WebIDL drops what it does not know
    Result<Constraint> constraint = parse_constraint (
        info (*property), member, where.empty () ? name : where + "." + name);
    if (!constraint)
      return constraint.error ();
    if (!constraint->empty ())
      set.emplace (*property, std::move (*constraint));
  }
  return set;
}

Result<TrackConstraints>
parse_track (JsonNode *node, const std::string &where)
{
  TrackConstraints constraints;
  Result<ConstraintSet> basic = parse_set (node, where);
  if (!basic)
    return basic.error ();
  constraints.basic = std::move (*basic);
  JsonNode *advanced = JSON_NODE_HOLDS_OBJECT (node) ? json_object_get_member (
                           json_node_get_object (node), "advanced")
                                                     : nullptr;
  if (!advanced)
    return constraints;

  constraints.has_advanced = true;
  std::string name = where.empty () ? "advanced" : where + ".advanced";
  if (!JSON_NODE_HOLDS_ARRAY (advanced))
    return wrong_type (name, advanced, "a list of constraint sets");
  JsonArray *array = json_node_get_array (advanced);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    Result<ConstraintSet> set = parse_set (json_array_get_element (array, i),
        name + "[" + std::to_string (i) + "]");
    if (!set)
      return set.error ();
    constraints.advanced.push_back (std::move (*set));
  }
  return constraints;
}

// JSON-GLib calls itself for each level, as deep as the text asks it to. It
// also reads what is no JSON, comments and other quotes, in which a bracket or
// a quote is something else: so these are refused before.
Result<>
check_json (std::string_view json)
{
  constexpr int kMaxDepth = 32; // constraints have 7
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < json.size () && depth <= kMaxDepth; i++) {
    char c = json[i];
    if (c == '"')
      in_string = !in_string;
    else if (in_string)
      i += c == '\\';
    else if (c == '/' || c == '\'')
      return make_error (ErrorCode::type,
          "The constraints are not JSON, which has no comments, and strings in "
          "double quotes: there is %c at byte %" G_GSIZE_FORMAT,
          c, i);
    else if (c == '[' || c == '{')
      depth++;
    else if (c == ']' || c == '}')
      depth--;
  }
  if (depth > kMaxDepth)
    return make_error (ErrorCode::type,
        "The constraints are nested too deeply; an advanced set with a list of "
        "values is the deepest that there is");
  return ok;
}

Result<NodePtr>
parse_json (std::string_view json)
{
  if (Result<> checked = check_json (json); !checked)
    return checked.error ();
  GError *gerror = nullptr;
  NodePtr node (json_from_string (std::string (json).c_str (), &gerror));
  std::unique_ptr<GError, decltype (&g_error_free)> error (
      gerror, g_error_free);
  if (node)
    return node;
  return make_error (ErrorCode::type,
      "The constraints are not JSON: %s; they have to be such as "
      "{\"audio\":true,\"video\":{\"width\":{\"ideal\":1280}}}",
      error ? error->message : "there is nothing");
}

Result<>
parse_kind (
    JsonObject *object, const char *name, std::optional<TrackConstraints> &kind)
{
  JsonNode *node = object ? json_object_get_member (object, name) : nullptr;
  if (!node)
    return ok;
  if (is_of (node, G_TYPE_BOOLEAN)) {
    kind.reset ();
    if (json_node_get_boolean (node))
      kind.emplace ();
    return ok;
  }
  if (!JSON_NODE_HOLDS_OBJECT (node) && !JSON_NODE_HOLDS_NULL (node))
    return wrong_type (name, node, "true, false or an object with constraints");
  Result<TrackConstraints> constraints = parse_track (node, name);
  if (!constraints)
    return constraints.error ();
  kind = std::move (*constraints);
  return ok;
}

Result<StreamConstraints>
parse_stream (Result<NodePtr> node, StreamConstraints constraints)
{
  if (!node)
    return node.error ();
  JsonNode *root = node->get ();
  if (!JSON_NODE_HOLDS_OBJECT (root) && !JSON_NODE_HOLDS_NULL (root))
    return wrong_type ("The argument", root,
        "an object, such as {\"audio\":true,\"video\":true}");
  JsonObject *object =
      JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : nullptr;
  if (Result<> r = parse_kind (object, "audio", constraints.audio); !r)
    return r.error ();
  if (Result<> r = parse_kind (object, "video", constraints.video); !r)
    return r.error ();
  return constraints;
}

// A dictionary has the same members in both forms, so one parser does.
NodePtr
node_of (GVariant *dictionary)
{
  return NodePtr (json_gvariant_serialize (dictionary));
}

StreamConstraints
defaults_of_display ()
{
  return {.audio = {}, .video = TrackConstraints ()};
}

} // namespace

Result<TrackConstraints>
parse_track_constraints (std::string_view json)
{
  Result<NodePtr> node = parse_json (json);
  if (!node)
    return node.error ();
  return parse_track (node->get (), "");
}

Result<TrackConstraints>
parse_track_constraints (GVariant *dictionary)
{
  return parse_track (node_of (dictionary).get (), "");
}

Result<StreamConstraints>
parse_user_media_constraints (std::string_view json)
{
  return parse_stream (parse_json (json), {});
}

Result<StreamConstraints>
parse_user_media_constraints (GVariant *dictionary)
{
  return parse_stream (node_of (dictionary), {});
}

Result<StreamConstraints>
parse_display_media_constraints (std::string_view json)
{
  return parse_stream (parse_json (json), defaults_of_display ());
}

Result<StreamConstraints>
parse_display_media_constraints (GVariant *dictionary)
{
  return parse_stream (node_of (dictionary), defaults_of_display ());
}

} // namespace webmedia::devices
