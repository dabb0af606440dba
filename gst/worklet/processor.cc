// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/processor.hh"

#include <cstring>

namespace webmedia::worklet {

template <size_t N>
static void
copy (char (&to)[N], const char *from)
{
  const size_t length = from ? strnlen (from, N - 1) : 0;
  if (length)
    std::memcpy (to, from, length);
  to[length] = '\0';
}

void
ErrorSlot::set (const char *message, const char *filename, uint32_t line,
    uint32_t column, const char *stack)
{
  if (is_set ())
    return;
  copy (message_, message);
  copy (filename_, filename);
  copy (stack_, stack);
  line_ = line;
  column_ = column;
  is_set_.store (true, std::memory_order_release);
}

// What was cut off inside of a character is made whole.
static std::string
to_utf8 (const char *text)
{
  return CString (g_utf8_make_valid (text, -1)).get ();
}

std::optional<ProcessorError>
ErrorSlot::take ()
{
  if (!is_set ())
    return std::nullopt;
  ProcessorError error{to_utf8 (message_), to_utf8 (filename_), line_, column_,
      to_utf8 (stack_)};
  is_set_.store (false, std::memory_order_release);
  return error;
}

} // namespace webmedia::worklet
