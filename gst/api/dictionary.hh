// SPDX-License-Identifier: LGPL-2.1-or-later
// Dictionaries that applications give.
#pragma once

#include "base/ptr.hh"

namespace webmedia {

// A dictionary that was left out is empty, and a floating one is taken. Null:
// it is no a{sv}.
inline Ptr<GVariant>
take_dictionary (GVariant *given)
{
  auto taken = Ptr<GVariant>::adopt (
      g_variant_ref_sink (given ? given : g_variant_new ("a{sv}", nullptr)));
  bool is_dictionary =
      g_variant_is_of_type (taken.get (), G_VARIANT_TYPE_VARDICT);
  return is_dictionary ? taken : nullptr;
}

} // namespace webmedia
