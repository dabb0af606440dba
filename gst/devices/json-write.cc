// SPDX-License-Identifier: LGPL-2.1-or-later
// JSON-GLib writes 29.97 as 29.969999999999999: it is asked for strings only.
#include "devices/json-write.hh"

#include "base/ptr.hh"
#include "devices/json.hh"

#include <charconv>
#include <cmath>
#include <json-glib/json-glib.h>

namespace webmedia::devices {

namespace {

std::string
quoted (const std::string &text)
{
  JsonNode *node = json_node_init_string (json_node_alloc (), text.c_str ());
  std::string json (CString (json_to_string (node, FALSE)).get ());
  json_node_unref (node);
  return json;
}

std::string
list_of (const std::vector<Point> &points)
{
  JsonText array ('[', ']');
  for (const Point &point : points) {
    JsonText object ('{', '}');
    object.add ("x", json_of (point.x));
    object.add ("y", json_of (point.y));
    array.add (object.text ());
  }
  return array.text ();
}

std::string
member_of (const Constraint &constraint)
{
  if (!constraint.bare.empty ())
    return json_of (constraint.bare);
  JsonText object ('{', '}');
  if (constraint.min)
    object.add ("min", json_of (*constraint.min));
  if (constraint.max)
    object.add ("max", json_of (*constraint.max));
  if (!constraint.exact.empty ())
    object.add ("exact", json_of (constraint.exact));
  if (!constraint.ideal.empty ())
    object.add ("ideal", json_of (constraint.ideal));
  return object.text ();
}

void
add_members (JsonText &object, const ConstraintSet &set)
{
  for (const auto &[property, constraint] : set)
    object.add (info (property).name, member_of (constraint));
}

} // namespace

std::string
json_of (double number)
{
  char text[32];
  char *end = text + sizeof text;
  // The shortest text of 1e9 would be 1e+09.
  bool plain = std::abs (number) < 1e15 && number == std::trunc (number);
  end = plain ? std::to_chars (text, end, number, std::chars_format::fixed).ptr
              : std::to_chars (text, end, number).ptr;
  return {text, end};
}

std::string
json_of (const Value &value)
{
  if (const auto *truth = std::get_if<bool> (&value))
    return *truth ? "true" : "false";
  if (const auto *number = std::get_if<double> (&value))
    return json_of (*number);
  if (const auto *text = std::get_if<std::string> (&value))
    return quoted (*text);
  return list_of (*std::get_if<std::vector<Point>> (&value));
}

std::string
json_of (const std::vector<Value> &values)
{
  if (values.size () == 1)
    return json_of (values.front ());
  JsonText array ('[', ']');
  for (const Value &value : values)
    array.add (json_of (value));
  return array.text ();
}

std::string
to_json (const TrackConstraints &constraints)
{
  JsonText object ('{', '}');
  add_members (object, constraints.basic);
  if (constraints.has_advanced) {
    JsonText array ('[', ']');
    for (const ConstraintSet &set : constraints.advanced) {
      JsonText element ('{', '}');
      add_members (element, set);
      array.add (element.text ());
    }
    object.add ("advanced", array.text ());
  }
  return object.text ();
}

std::string
to_json (const Settings &settings)
{
  JsonText object ('{', '}');
  for (const auto &[property, value] : settings)
    object.add (info (property).name, json_of (value));
  return object.text ();
}

} // namespace webmedia::devices
