// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/builtin-options.hh"

#include "base/ptr.hh"
#include "worklet/variant-number.hh"

#include <string>

namespace webmedia::worklet {

static Ptr<GVariant>
find (const gst::web::Options &options, const char *name)
{
  if (!options.processor_options)
    return {};
  return Ptr<GVariant>::adopt (
      g_variant_lookup_value (options.processor_options, name, nullptr));
}

std::optional<double>
find_number (const gst::web::Options &options, const char *name)
{
  const Ptr<GVariant> value = find (options, name);
  if (!value)
    return std::nullopt;
  return read_number (value.get ());
}

size_t
find_choice (const gst::web::Options &options, GstWebAudioHost *host,
    const char *name, const char *const *choices, size_t count)
{
  const Ptr<GVariant> value = find (options, name);
  if (!value)
    return 0;
  std::string text = "not a string";
  if (g_variant_is_of_type (value.get (), G_VARIANT_TYPE_STRING)) {
    const char *chosen = g_variant_get_string (value.get (), nullptr);
    for (size_t i = 0; i < count; i++)
      if (g_str_equal (chosen, choices[i]))
        return i;
    text = std::string ("\"") + chosen + "\"";
  }
  text = "the option \"" + std::string (name) + "\" is " + text
         + "; it must be one of";
  for (size_t i = 0; i < count; i++)
    text += std::string (i ? ", " : " ") + choices[i];
  host->throw_error (host, text.c_str (), nullptr, 0);
  return 0;
}

double
number_in_range (const gst::web::Options &options, GstWebAudioHost *host,
    const char *name, double otherwise, double min, double max)
{
  if (!find (options, name))
    return otherwise;
  const std::optional<double> value = find_number (options, name);
  if (value && *value >= min && *value <= max)
    return *value;
  char text[200];
  g_snprintf (text, sizeof text,
      "the option \"%s\" must be a number from %g to %g", name, min, max);
  host->throw_error (host, text, nullptr, 0);
  return otherwise;
}

} // namespace webmedia::worklet
