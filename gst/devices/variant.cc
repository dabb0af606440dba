// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/variant.hh"

namespace webmedia::devices {

namespace {

// Floating, as those below.
GVariant *
number_of (double number, const PropertyInfo &property)
{
  if (property.type != ValueType::ulong)
    return g_variant_new_double (number);
  return g_variant_new_uint32 (
      guint32 (std::min<double> (number, G_MAXUINT32)));
}

GVariant *
range_of (const Capability &capability, const PropertyInfo &property)
{
  bool whole = property.type == ValueType::ulong;
  GVariantBuilder builder;
  g_variant_builder_init (
      &builder, whole ? G_VARIANT_TYPE ("a{su}") : G_VARIANT_TYPE ("a{sd}"));
  auto add = [&] (const char *name, double number) {
    g_variant_builder_add_value (
        &builder, g_variant_new_dict_entry (g_variant_new_string (name),
                      number_of (number, property)));
  };
  add ("min", capability.range->low);
  add ("max", capability.range->high);
  if (capability.step)
    add ("step", *capability.step);
  return g_variant_builder_end (&builder);
}

GVariant *
points_of (const std::vector<Point> &points)
{
  GVariantBuilder builder;
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sd}"));
  for (const Point &point : points) {
    g_variant_builder_open (&builder, G_VARIANT_TYPE ("a{sd}"));
    g_variant_builder_add (&builder, "{sd}", "x", point.x);
    g_variant_builder_add (&builder, "{sd}", "y", point.y);
    g_variant_builder_close (&builder);
  }
  return g_variant_builder_end (&builder);
}

GVariant *
value_of (const Value &value, const PropertyInfo &property)
{
  if (const auto *truth = std::get_if<bool> (&value))
    return g_variant_new_boolean (*truth);
  if (const auto *number = std::get_if<double> (&value))
    return number_of (*number, property);
  if (const auto *text = std::get_if<std::string> (&value))
    return g_variant_new_string (text->c_str ());
  return points_of (*std::get_if<std::vector<Point>> (&value));
}

const GVariantType *
list_type_of (ValueType type)
{
  switch (type) {
  case ValueType::boolean:
    return G_VARIANT_TYPE ("ab");
  case ValueType::boolean_or_string:
    return G_VARIANT_TYPE ("av");
  default:
    return G_VARIANT_TYPE ("as");
  }
}

// Lists have no numbers and no points.
GVariant *
list_of (const std::vector<Value> &values, const PropertyInfo &property)
{
  ValueType type = property.type;
  GVariantBuilder builder;
  g_variant_builder_init (&builder, list_type_of (type));
  for (const Value &value : values) {
    GVariant *one = value_of (value, property);
    g_variant_builder_add_value (&builder, type == ValueType::boolean_or_string
                                               ? g_variant_new_variant (one)
                                               : one);
  }
  return g_variant_builder_end (&builder);
}

// A list of one is written as its value, which is the same.
GVariant *
values_of (const std::vector<Value> &values, const PropertyInfo &property)
{
  return values.size () == 1 ? value_of (values.front (), property)
                             : list_of (values, property);
}

GVariant *
constraint_of (const Constraint &constraint, const PropertyInfo &property)
{
  if (!constraint.bare.empty ())
    return values_of (constraint.bare, property);
  GVariantBuilder builder;
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  auto add = [&builder] (const char *name, GVariant *value) {
    g_variant_builder_add (&builder, "{sv}", name, value);
  };
  if (constraint.min)
    add ("min", number_of (*constraint.min, property));
  if (constraint.max)
    add ("max", number_of (*constraint.max, property));
  if (!constraint.exact.empty ())
    add ("exact", values_of (constraint.exact, property));
  if (!constraint.ideal.empty ())
    add ("ideal", values_of (constraint.ideal, property));
  return g_variant_builder_end (&builder);
}

void
add_members (GVariantBuilder &builder, const ConstraintSet &set)
{
  for (const auto &[property, constraint] : set)
    g_variant_builder_add (&builder, "{sv}", info (property).name,
        constraint_of (constraint, info (property)));
}

Ptr<GVariant>
end_of (GVariantBuilder &builder)
{
  return Ptr<GVariant>::adopt (
      g_variant_ref_sink (g_variant_builder_end (&builder)));
}

} // namespace

Ptr<GVariant>
to_variant (const Capabilities &capabilities)
{
  GVariantBuilder builder;
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (const auto &[property, capability] : capabilities) {
    const PropertyInfo &known = info (property);
    bool is_single = known.is (single) && !capability.values.empty ();
    g_variant_builder_add (&builder, "{sv}", known.name,
        capability.range ? range_of (capability, known)
        : is_single      ? value_of (capability.values.front (), known)
                         : list_of (capability.values, known));
  }
  return end_of (builder);
}

Ptr<GVariant>
to_variant (const Settings &settings)
{
  GVariantBuilder builder;
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (const auto &[property, value] : settings)
    g_variant_builder_add (&builder, "{sv}", info (property).name,
        value_of (value, info (property)));
  return end_of (builder);
}

Ptr<GVariant>
to_variant (const TrackConstraints &constraints)
{
  GVariantBuilder builder;
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  add_members (builder, constraints.basic);
  if (constraints.has_advanced) {
    GVariantBuilder sets;
    g_variant_builder_init (&sets, G_VARIANT_TYPE ("aa{sv}"));
    for (const ConstraintSet &set : constraints.advanced) {
      g_variant_builder_open (&sets, G_VARIANT_TYPE_VARDICT);
      add_members (sets, set);
      g_variant_builder_close (&sets);
    }
    g_variant_builder_add (
        &builder, "{sv}", "advanced", g_variant_builder_end (&sets));
  }
  return end_of (builder);
}

Ptr<GVariant>
supported_constraints ()
{
  GVariantBuilder builder;
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (const PropertyInfo &property : all_properties ())
    g_variant_builder_add (
        &builder, "{sv}", property.name, g_variant_new_boolean (TRUE));
  return end_of (builder);
}

} // namespace webmedia::devices
