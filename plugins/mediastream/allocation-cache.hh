// SPDX-License-Identifier: LGPL-2.1-or-later
// What downstream of a consumer wants to be allocated.
#pragma once

#include "base/mutex.hh"
#include "base/ptr.hh"

namespace webmedia::elements {

// Asked on the consumer's thread, answered on the producer's.
// Threads: thread-safe.
class AllocationCache {
public:
  // Downstream has answered it. True: that is news.
  bool set (GstQuery *query) EXCLUDES (lock_);
  // False: downstream was not asked for these caps yet.
  bool answer (GstQuery *query) const EXCLUDES (lock_);

private:
  mutable Mutex lock_;
  Ptr<GstQuery> answer_ GUARDED_BY (lock_);
};

} // namespace webmedia::elements
