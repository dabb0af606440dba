// SPDX-License-Identifier: LGPL-2.1-or-later
// How long before it was given to a track its sound was captured.
// https://w3c.github.io/mediacapture-extensions/#dfn-input-latency
#pragma once

#include "base/mutex.hh"
#include "base/time.hh"

#include <algorithm>

namespace webmedia::stream {

struct Latency {
  Time latest = 0;
  Time average = 0; // this and those below: since it was reset
  Time minimum = 0;
  Time maximum = 0;
};

// Threads: thread-safe. Its lock is innermost.
class LatencyMeter {
public:
  // Whether what is measured counts.
  void set_flowing (bool flowing) EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    flowing_ = flowing;
  }
  void add (Time latency) EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    if (!flowing_)
      return;
    latency_.latest = latency;
    latency_.minimum =
        count_ > 0 ? std::min (latency_.minimum, latency) : latency;
    latency_.maximum =
        count_ > 0 ? std::max (latency_.maximum, latency) : latency;
    sum_ += latency;
    latency_.average = sum_ / ++count_;
  }
  Latency read () const EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    return latency_;
  }
  // https://w3c.github.io/mediacapture-extensions/#dom-mediastreamtrackaudiostats-resetlatency
  void reset () EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    Time latest = latency_.latest;
    latency_ = {latest, latest, latest, latest};
    sum_ = count_ = 0;
  }

private:
  mutable Mutex lock_;
  bool flowing_ GUARDED_BY (lock_) = false;
  Latency latency_ GUARDED_BY (lock_);
  Time sum_ GUARDED_BY (lock_) = 0; // of all since it was reset
  Time count_ GUARDED_BY (lock_) = 0;
};

} // namespace webmedia::stream
