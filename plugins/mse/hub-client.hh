// SPDX-License-Identifier: LGPL-2.1-or-later
// An element's link to the player that it shares.
#pragma once

#include "player-hub.hh"
#include "settings.hh"

#include <atomic>

namespace webmedia::elements {

// What happens to the player reaches the element on a thread of GStreamer's
// own, never on the one that appends: there it could meet the locks of a state
// change that waits for the appender.
// Threads: thread-safe.
class HubClient final : public PlayerHub::Listener,
                        public std::enable_shared_from_this<HubClient> {
public:
  enum What : unsigned { change = 1, duration = 2 };
  using Update = void (*) (GstElement *element, unsigned what);

  // Attaches what an element was set to; posts an error message and
  // returns null where that fails.
  static std::shared_ptr<HubClient> attach (
      GstElement *element, const Settings &settings, Update update);

  ~HubClient () override { leave (); }
  // Detaches, unless another element still plays the same.
  void leave ();

  const std::shared_ptr<PlayerHub> &hub () const { return hub_; }
  // Has `update` called as if that had happened.
  void schedule (unsigned what);

  // PlayerHub::Listener
  void on_change () override { schedule (change); }
  void on_duration () override { schedule (duration); }

private:
  HubClient (GstElement *element, std::shared_ptr<PlayerHub> hub, Update update)
      : element_ (WeakRef<GstElement>::create (element)),
        hub_ (std::move (hub)),
        update_ (update)
  {}

  const std::shared_ptr<WeakRef<GstElement>> element_;
  const std::shared_ptr<PlayerHub> hub_;
  const Update update_;
  std::atomic<unsigned> scheduled_{0};
  std::atomic<bool> left_{false};
};

} // namespace webmedia::elements
