// SPDX-License-Identifier: LGPL-2.1-or-later
// Who hears that a stream has changed, for an element.
#pragma once

#include "api/bridge.hh"
#include "base/weak-ref.hh"

#include <atomic>
#include <memory>

namespace webmedia::elements {

// Has a function called on a thread of GStreamer's own, with the state lock,
// never on one that changes a stream: there it could meet the locks of a state
// change.
// Threads: thread-safe.
class StreamFollower final
    : public stream::TrackSetObserver,
      public std::enable_shared_from_this<StreamFollower> {
public:
  using Update = void (*) (GstElement *element);

  StreamFollower (GstElement *element, Update update)
      : element_ (WeakRef<GstElement>::create (element)),
        update_ (update)
  {}

  void schedule ();
  void on_tracks () override { schedule (); }
  void on_active () override { schedule (); }

private:
  const std::shared_ptr<WeakRef<GstElement>> element_;
  const Update update_;
  std::atomic<bool> is_scheduled_{false};
};

} // namespace webmedia::elements
