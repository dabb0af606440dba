// SPDX-License-Identifier: LGPL-2.1-or-later
// Work that may block, one after the other.
#pragma once

#include "base/mutex.hh"

#include <deque>
#include <functional>
#include <memory>

namespace webmedia {

// Keeps the order in which work was given to it. It need not be kept itself:
// what it was given is done all the same.
// Threads: thread-safe.
class SerialQueue : public std::enable_shared_from_this<SerialQueue> {
public:
  static std::shared_ptr<SerialQueue> create ();

  // Done on a thread of GLib's.
  void post (std::function<void ()> work) EXCLUDES (lock_);
  // The same, and waits until it is done. Not from within such work.
  void run (const std::function<void ()> &work);

private:
  SerialQueue () = default;
  void work_off () EXCLUDES (lock_);

  Mutex lock_;
  std::deque<std::function<void ()>> waiting_ GUARDED_BY (lock_);
  bool is_running_ GUARDED_BY (lock_) = false;
};

} // namespace webmedia
