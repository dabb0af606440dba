// SPDX-License-Identifier: LGPL-2.1-or-later
// https://webidl.spec.whatwg.org/#js-type-mapping, for the types of the
// constraints. DEVIATION: the types of JSON are not turned into each other. A
// script's "1280" would become a number, and its "wide" become 0; here both are
// told to be mistakes.
#include "devices/json-constraint.hh"

#include "base/ptr.hh"

#include <algorithm>
#include <cmath>

namespace webmedia::devices {

namespace {

std::string
text_of (JsonNode *node)
{
  return CString (json_to_string (node, FALSE)).get ();
}

bool
is_number (JsonNode *node)
{
  return is_of (node, G_TYPE_INT64) || is_of (node, G_TYPE_DOUBLE);
}

// https://webidl.spec.whatwg.org/#abstract-opdef-converttoint with [Clamp]:
// NaN is 0, and nearbyint rounds halves to the even number.
double
clamp_to_ulong (double number)
{
  return std::nearbyint (std::min (std::max (0., number), 4294967295.));
}

Result<Value>
parse_number (
    const PropertyInfo &property, JsonNode *node, const std::string &where)
{
  if (!is_number (node))
    return wrong_type (where, node, "a number");
  double number = json_node_get_double (node);
  if (property.type == ValueType::ulong)
    return Value (clamp_to_ulong (number));
  if (!std::isfinite (number))
    return wrong_type (where, node, "a finite number");
  return Value (
      property.is (rounded) ? round_to_tenth_decimal (number) : number);
}

Result<double>
parse_coordinate (
    JsonObject *object, const char *name, const std::string &where)
{
  JsonNode *node = json_object_get_member (object, name);
  if (!node)
    return 0.;
  if (!is_number (node))
    return wrong_type (where + "." + name, node, "a number from 0 to 1");
  return std::min (std::max (0., json_node_get_double (node)), 1.);
}

// A sequence of Point2D is one value.
Result<Value>
parse_points (JsonNode *node, const std::string &where)
{
  constexpr const char *right =
      "a list of points, such as [{\"x\":0.5,\"y\":1}]";
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return wrong_type (where, node, right);
  std::vector<Point> points;
  JsonArray *array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *element = json_array_get_element (array, i);
    if (!JSON_NODE_HOLDS_OBJECT (element))
      return wrong_type (where, node, right);
    JsonObject *object = json_node_get_object (element);
    Result<double> x = parse_coordinate (object, "x", where);
    Result<double> y = parse_coordinate (object, "y", where);
    if (!x || !y)
      return x ? y.error () : x.error ();
    points.push_back ({*x, *y});
  }
  return Value (std::move (points));
}

Result<Value>
parse_value (
    const PropertyInfo &property, JsonNode *node, const std::string &where)
{
  ValueType type = property.type;
  if (property.is_number ())
    return parse_number (property, node, where);
  if (type == ValueType::points)
    return parse_points (node, where);
  if (type != ValueType::string && is_of (node, G_TYPE_BOOLEAN))
    return Value (json_node_get_boolean (node) != FALSE);
  if (type != ValueType::boolean && is_of (node, G_TYPE_STRING))
    return Value (std::string (json_node_get_string (node)));
  return wrong_type (where, node,
      type == ValueType::boolean  ? "true or false"
      : type == ValueType::string ? "a string, or a list of strings"
                                  : "true, false or a string");
}

// One value, or a list of which each will do.
Result<>
parse_values (const PropertyInfo &property, JsonNode *node,
    const std::string &where, std::vector<Value> &values)
{
  bool list =
      property.type == ValueType::string && JSON_NODE_HOLDS_ARRAY (node);
  JsonArray *array = list ? json_node_get_array (node) : nullptr;
  for (guint i = 0; i < (list ? json_array_get_length (array) : 1); i++) {
    Result<Value> value = parse_value (
        property, list ? json_array_get_element (array, i) : node, where);
    if (!value)
      return value.error ();
    values.push_back (std::move (*value));
  }
  // No points are no constraint, as is any empty list.
  if (property.type == ValueType::points
      && contains (values, Value (std::vector<Point> ())))
    values.clear ();
  return ok;
}

Result<>
parse_limit (const PropertyInfo &property, JsonObject *object, const char *name,
    const std::string &where, std::optional<double> &limit)
{
  JsonNode *node = json_object_get_member (object, name);
  if (!node || !property.is_number ())
    return ok;
  Result<Value> value = parse_number (property, node, where + "." + name);
  if (!value)
    return value.error ();
  limit = *std::get_if<double> (&*value);
  return ok;
}

} // namespace

Error
wrong_type (const std::string &where, JsonNode *node, const char *right)
{
  return make_error (ErrorCode::type, "%s is %s; it has to be %s",
      where.c_str (), text_of (node).c_str (), right);
}

bool
is_of (JsonNode *node, GType type)
{
  return JSON_NODE_HOLDS_VALUE (node)
         && json_node_get_value_type (node) == type;
}

Result<Constraint>
parse_constraint (
    const PropertyInfo &property, JsonNode *node, const std::string &where)
{
  Constraint constraint;
  Result<> result = ok;
  if (JSON_NODE_HOLDS_OBJECT (node)) {
    JsonObject *object = json_node_get_object (node);
    for (auto [name, limit] : {std::pair ("min", &constraint.min),
             std::pair ("max", &constraint.max)})
      if (result = parse_limit (property, object, name, where, *limit); !result)
        return result.error ();
    for (auto [name, values] : {std::pair ("exact", &constraint.exact),
             std::pair ("ideal", &constraint.ideal)})
      if (JsonNode *member = json_object_get_member (object, name))
        if (result =
                parse_values (property, member, where + "." + name, *values);
            !result)
          return result.error ();
  } else if (property.type == ValueType::real_or_boolean
             && is_of (node, G_TYPE_BOOLEAN)) {
    constraint.bare = {Value (json_node_get_boolean (node) != FALSE)};
  } else if (!JSON_NODE_HOLDS_NULL (
                 node)) { // null is a dictionary without members
    if (result = parse_values (property, node, where, constraint.bare); !result)
      return result.error ();
  }
  return constraint;
}

} // namespace webmedia::devices
