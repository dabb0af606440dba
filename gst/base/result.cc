// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/result.hh"

#include "base/ptr.hh"

namespace webmedia {

Error
make_error (ErrorCode code, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  CString message (g_strdup_vprintf (format, arguments));
  va_end (arguments);
  return {code, message.get ()};
}

} // namespace webmedia
