// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/variant-number.hh"

#include "base/ptr.hh"

#include <cmath>

namespace webmedia::worklet {

std::optional<double>
read_number (GVariant *value)
{
  switch (g_variant_classify (value)) {
  case G_VARIANT_CLASS_VARIANT:
    return read_number (
        Ptr<GVariant>::adopt (g_variant_get_variant (value)).get ());
  case G_VARIANT_CLASS_DOUBLE:
    return g_variant_get_double (value);
  case G_VARIANT_CLASS_BYTE:
    return g_variant_get_byte (value);
  case G_VARIANT_CLASS_INT16:
    return g_variant_get_int16 (value);
  case G_VARIANT_CLASS_UINT16:
    return g_variant_get_uint16 (value);
  case G_VARIANT_CLASS_INT32:
    return g_variant_get_int32 (value);
  case G_VARIANT_CLASS_UINT32:
    return g_variant_get_uint32 (value);
  case G_VARIANT_CLASS_INT64:
    return static_cast<double> (g_variant_get_int64 (value));
  case G_VARIANT_CLASS_UINT64:
    return static_cast<double> (g_variant_get_uint64 (value));
  default:
    return std::nullopt;
  }
}

// Each such number is a double.
std::optional<uint32_t>
read_count (GVariant *value)
{
  const auto number = read_number (value);
  if (!number || !(*number >= 0 && *number <= G_MAXINT32)
      || *number != std::floor (*number))
    return std::nullopt;
  return static_cast<uint32_t> (*number);
}

} // namespace webmedia::worklet
