// SPDX-License-Identifier: LGPL-2.1-or-later
// What can be named in the transfer list of a message.
// https://html.spec.whatwg.org/multipage/structured-data.html#transferable-objects
#pragma once

#include "base/result.hh"

#include <memory>

namespace webmedia {

// An object that can move from one thread's hands to another's. The sender's
// object is detached by it: every later use of it fails.
// Threads: thread-safe.
class Transferable {
public:
  enum class Kind { message_port, media_source_handle };

  virtual ~Transferable () = default;
  virtual Kind kind () const = 0;

  // Why it can't be transferred now: a DataCloneError.
  virtual Result<> check_transferable () const = 0;

  // Detaches this object and returns the one that the receiver gets. Fails
  // as check_transferable() does, when another thread was faster.
  virtual Result<std::shared_ptr<Transferable>> transfer () = 0;
};

} // namespace webmedia
