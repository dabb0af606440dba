// SPDX-License-Identifier: LGPL-2.1-or-later
// Errors as values. The code is the name of the DOMException that the specs
// throw; the message says what was wrong and what would be right.
#pragma once

#include <glib.h>
#include <string>
#include <utility>
#include <variant>

namespace webmedia {

// Same order as GstWebError: api/gstweberror.cc asserts it.
enum class ErrorCode {
  invalid_state,
  not_supported,
  not_found,
  quota_exceeded,
  type,
  data_clone,
  abort,
  network,
  decode,
};

struct Error {
  ErrorCode code;
  std::string message;
};

// printf-style maker of an Error.
Error make_error (ErrorCode code, const char *format, ...) G_GNUC_PRINTF (2, 3);

// A value or an Error; false when it is an Error.
template <typename T = std::monostate> class [[nodiscard]] Result {
public:
  Result (T value) : content_ (std::move (value)) {}
  Result (Error error) : content_ (std::move (error)) {}

  explicit operator bool () const { return content_.index () == 0; }
  T &operator* () { return *std::get_if<0> (&content_); }
  const T &operator* () const { return *std::get_if<0> (&content_); }
  T *operator->() { return std::get_if<0> (&content_); }
  Error &error () { return *std::get_if<1> (&content_); }
  const Error &error () const { return *std::get_if<1> (&content_); }

private:
  std::variant<T, Error> content_;
};

// The value of a Result<> that succeeded: `return ok;`.
inline constexpr std::monostate ok{};

} // namespace webmedia
