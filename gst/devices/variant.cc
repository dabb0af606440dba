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
range_of (const Interval &range, const PropertyInfo &property)
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
  add ("min", range.low);
  add ("max", range.high);
  return g_variant_builder_end (&builder);
}

// Lists have no numbers and no points.
GVariant *
value_of (const Value &value)
{
  if (const auto *truth = std::get_if<bool> (&value))
    return g_variant_new_boolean (*truth);
  const auto *text = std::get_if<std::string> (&value);
  return g_variant_new_string (text ? text->c_str () : "");
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

GVariant *
list_of (const std::vector<Value> &values, ValueType type)
{
  GVariantBuilder builder;
  g_variant_builder_init (&builder, list_type_of (type));
  for (const Value &value : values) {
    GVariant *one = value_of (value);
    g_variant_builder_add_value (&builder, type == ValueType::boolean_or_string
                                               ? g_variant_new_variant (one)
                                               : one);
  }
  return g_variant_builder_end (&builder);
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
        capability.range ? range_of (*capability.range, known)
        : is_single      ? value_of (capability.values.front ())
                         : list_of (capability.values, known.type));
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
