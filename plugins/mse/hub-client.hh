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
  enum What : unsigned {
    change = 1,
    duration = 2,
    ready_state = 4,
    init_data = 8,
    selection = 16
  };
  using Update = void (*) (
      GstElement *element, HubClient &client, unsigned what);

  // Attaches what an element was set to; posts an error message and
  // returns null where that fails. `pacer` is of the element's tracks; null:
  // the hub's.
  static std::shared_ptr<HubClient> attach (GstElement *element,
      const Settings &settings, Update update,
      std::shared_ptr<Pacer> pacer = nullptr);

  ~HubClient () override { leave (); }
  // Detaches, unless another element still plays the same.
  void leave ();

  const std::shared_ptr<PlayerHub> &hub () const { return hub_; }
  const std::shared_ptr<Pacer> &pacer () const { return pacer_; }
  // Has `update` called as if that had happened.
  void schedule (unsigned what);

  // The earliest that the element has not seen to yet, or null. Until then its
  // tracks do not end.
  std::shared_ptr<Cut> cut () const EXCLUDES (lock_);
  // The element is not beyond its end any more.
  void see_to_cut (const std::shared_ptr<Cut> &cut) EXCLUDES (lock_);

  // Calls `tell` with all initialization data that was found and not told of,
  // one at a time and in order.
  void tell_init_data (const std::function<void (const mse::InitData &)> &tell)
      EXCLUDES (lock_);

  // PlayerHub::Listener
  void on_change () override { schedule (change); }
  void on_selection () override { schedule (selection); }
  void on_duration () override { schedule (duration); }
  void on_cut (const std::shared_ptr<Cut> &shared) override EXCLUDES (lock_);
  void on_ready_state () override { schedule (ready_state); }
  void on_init_data (const mse::InitData &data) override EXCLUDES (lock_);

private:
  HubClient (GstElement *element, std::shared_ptr<PlayerHub> hub,
      std::shared_ptr<Pacer> pacer, Update update)
      : element_ (WeakRef<GstElement>::create (element)),
        hub_ (std::move (hub)),
        pacer_ (std::move (pacer)),
        update_ (update)
  {}

  const std::shared_ptr<WeakRef<GstElement>> element_;
  const std::shared_ptr<PlayerHub> hub_;
  const std::shared_ptr<Pacer> pacer_;
  const Update update_;
  std::atomic<unsigned> scheduled_{0};
  std::atomic<bool> left_{false};

  mutable Mutex lock_;
  std::shared_ptr<Cut> cut_ GUARDED_BY (lock_);
  // Has no bound, as events have none on the web.
  std::deque<mse::InitData> untold_ GUARDED_BY (lock_);
  bool telling_ GUARDED_BY (lock_) = false;
};

} // namespace webmedia::elements
