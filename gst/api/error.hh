// SPDX-License-Identifier: LGPL-2.1-or-later
// The one place where the engine's errors become GErrors.
#pragma once

#include "base/result.hh"

namespace webmedia {

// Always false, for `return set_error (error, ...);`.
bool set_error (GError **error, const Error &reason);

// Whether `result` holds a value; sets `error` when not.
template <typename T>
bool
check (const Result<T> &result, GError **error)
{
  return result ? true : set_error (error, result.error ());
}

} // namespace webmedia
