// SPDX-License-Identifier: LGPL-2.1-or-later
// Errors as values. The code is the name of the DOMException that the specs
// throw; the message says what was wrong and what would be right.
#pragma once

#include <glib.h>
#include <memory>
#include <string>
#include <utility>

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
  not_allowed,
  not_readable,
  overconstrained,
  unknown,
  operation,
  index_size,
  range,
};

struct Error {
  ErrorCode code;
  std::string message;
};

// printf-style maker of an Error.
Error make_error (ErrorCode code, const char *format, ...) G_GNUC_PRINTF (2, 3);

// The value of what has none.
struct Ok {};

// A value or an Error; false when it is an Error. Results are returned once a
// frame and more, so what succeeds costs a null pointer beside its value.
template <typename T = Ok> class [[nodiscard]] Result {
public:
  Result (T value) : value_ (std::move (value)) {}
  Result (Error error) : error_ (std::make_unique<Error> (std::move (error))) {}

  explicit operator bool () const { return !error_; }
  T &operator* () { return value_; }
  const T &operator* () const { return value_; }
  T *operator->() { return &value_; }
  Error &error () { return *error_; }
  const Error &error () const { return *error_; }

private:
  [[no_unique_address]] T value_{};
  std::unique_ptr<Error> error_;
};

// The value of a Result<> that succeeded: `return ok;`.
inline constexpr Ok ok{};

} // namespace webmedia
