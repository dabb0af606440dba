// SPDX-License-Identifier: LGPL-2.1-or-later
// The way into a branch: what goes wrong behind it is the branch's alone.
#pragma once

#include "base/mutex.hh"
#include "base/ptr.hh"
#include "base/result.hh"

#include <functional>
#include <gst/gst.h>
#include <optional>

namespace webmedia::devices {

// Whether a branch does what it is for. Threads: thread-safe.
class BranchHealth {
public:
  // `on_failure` is called on any thread, also a streaming one, with no lock
  // held, once.
  explicit BranchHealth (std::function<void ()> on_failure)
      : on_failure_ (std::move (on_failure))
  {}

  // The first error counts.
  void fail (Error error) EXCLUDES (lock_);
  bool has_failed () const { return has_failed_; }
  std::optional<Error> failure () const EXCLUDES (lock_);

  // That of the branch which an element is in; null: it is in none.
  static std::shared_ptr<BranchHealth> of (GstObject *object);

private:
  const std::function<void ()> on_failure_;
  std::atomic<bool> has_failed_{false};
  mutable Mutex lock_;
  std::optional<Error> failure_ GUARDED_BY (lock_);
};

// A bin with a pad `sink` that leads to this one, of an element that is in it.
// Whoever pushes into it is told that all is well: an error stays in the
// branch.
Ptr<GstElement> make_branch_bin (std::shared_ptr<BranchHealth> health);
bool add_gate (GstElement *bin, GstPad *first);

} // namespace webmedia::devices
