// SPDX-License-Identifier: LGPL-2.1-or-later
#include "util.hh"

#include <cstdarg>

namespace demo {

std::string
format (const char *pattern, ...)
{
  va_list arguments;
  va_start (arguments, pattern);
  Ptr<gchar> text (g_strdup_vprintf (pattern, arguments));
  va_end (arguments);
  return text.get ();
}

} // namespace demo
