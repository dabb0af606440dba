// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/overconstrained.hh"

#include "devices/property.hh"

#include <string_view>

namespace webmedia::devices {

Error
make_overconstrained_error (const std::string &constraint)
{
  if (constraint.empty ())
    return make_error (ErrorCode::overconstrained,
        "No settings meet all that is required; each of the constraints could "
        "be met without the others");
  return make_error (ErrorCode::overconstrained,
      "%s: no settings meet what is required; ask for what capabilities tell, "
      "or for an ideal",
      constraint.c_str ());
}

const char *
constraint_in_message (const char *message)
{
  std::string_view rest = message;
  for (size_t end; (end = rest.find (": ")) != rest.npos;
       rest.remove_prefix (end + 2))
    if (auto property = find_property (rest.substr (0, end)))
      return info (*property).name;
  return "";
}

} // namespace webmedia::devices
