// SPDX-License-Identifier: LGPL-2.1-or-later
// A worker thread that owns a MediaSource and appends like an adaptive player.
//
// All that passes between it and the application's thread are messages:
//   to the worker    (d)       the playhead, in seconds, several times a second
//   from the worker  a{sv}     what it did; see Report
//                    and once  the MediaSource's handle, transferred
#pragma once

#include "media.hh"

namespace demo {

// What the worker shall show.
struct Plan {
  double ahead;     // buffer so far ahead of the playhead
  double behind;    // keep so much behind it, remove the rest
  int swapped;      // append this segment after its successor
  double better_at; // from this playhead on, append the best quality
};

struct Report {
  // One of: init, append, remove, end, error.
  std::string what;
  double wall = 0; // monotonic()
  int stream = 0;
  int quality = 0;
  int segment = 0;
  Range range{0, 0};
  gsize bytes = 0;
  double micros = 0; // how long the call took
  std::string text;  // of an error
  std::vector<Range> buffered;

  GVariant *to_variant () const;
  static Report from_variant (GVariant *variant);
};

// Threads: thread-bound (the application's).
class Worker {
public:
  // `presentation` must outlive the worker. `port` is one end of a channel
  // whose other end stays here. The destructor ends the thread.
  Worker (const Presentation &presentation, const Plan &plan,
      Ptr<GstWebMessagePort> port);
  Worker (const Worker &) = delete;
  Worker &operator= (const Worker &) = delete;
  ~Worker ();

private:
  Ptr<GCancellable> cancellable_;
  GThread *thread_;
};

} // namespace demo
