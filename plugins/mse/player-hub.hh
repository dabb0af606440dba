// SPDX-License-Identifier: LGPL-2.1-or-later
// The attachment that several elements share.
#pragma once

#include "base/weak-ref.hh"
#include "pacer.hh"

#include <atomic>
#include <deque>
#include <functional>
#include <optional>

namespace webmedia::elements {

// The media was cut to end before what was sent. Playback is beyond that end or
// not, for all elements that share a pacer: who looks first decides.
// Threads: thread-safe.
class Cut {
public:
  // `sent`: how far frames were sent then.
  Cut (Time end, Time sent) : end_ (end), sent_ (sent) {}
  Time end () const { return end_; }
  Time sent () const { return sent_; }
  // `position` tells where playback is.
  template <typename Position> bool is_passed (Position position)
  {
    if (decision_ == Decision::none) {
      Decision own = position () > end_ ? Decision::passed : Decision::ahead;
      Decision none = Decision::none;
      decision_.compare_exchange_strong (none, own);
    }
    return decision_ == Decision::passed;
  }

private:
  enum class Decision { none, passed, ahead };
  const Time end_;
  const Time sent_;
  std::atomic<Decision> decision_{Decision::none};
};

// One playing side for all elements that name the same media source; it stays
// attached until the last of them leaves.
//
// Who keeps the media source: its owner does. Only where an element made it,
// because none of that name was there, the hub holds a reference too, so that
// the name lasts until an appender finds it. An application that wants the
// loss of its media source to be noticed publishes its own.
// Threads: thread-safe.
class PlayerHub final : public mse::PlayerObserver,
                        public std::enable_shared_from_this<PlayerHub> {
public:
  // Called on the thread that appends; must not block.
  class Listener {
  public:
    virtual ~Listener () = default;
    virtual void on_change () = 0; // tracks, the end, or an error
    virtual void on_selection () = 0;
    virtual void on_duration () = 0;
    // For those that share the hub's pacer.
    virtual void on_cut (const std::shared_ptr<Cut> &cut) = 0;
    virtual void on_ready_state () = 0;
    virtual void on_init_data (const mse::InitData &data) = 0;
  };

  // Attaches `handle`, or else what `uri` names; where that is attached by
  // another element already, shares its attachment. Everyone who has attached
  // leaves, once: the last one detaches, whoever still has a reference.
  static std::shared_ptr<PlayerHub> attach (
      GstWebMediaSourceHandle *handle, const std::string &uri, GError **error);
  void leave ();

  mse::Player &player () const { return *player_; }
  const std::string &name () const { return name_; } // for stream ids
  guint group_id () const { return group_id_; }
  // Of elements that play one track each, by the same name.
  const std::shared_ptr<Pacer> &pacer () const { return pacer_; }
  // It hears of the initialization data that was found before.
  void add_listener (std::weak_ptr<Listener> listener) EXCLUDES (lock_);

  // For the message functions of elements: the media source hears of errors.
  void on_message (GstMessage *message)
  {
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
      player_->set_element_error ();
  }

  // What ended playback, if anything did.
  std::optional<Error> error () const EXCLUDES (lock_);
  // Changes with the tracks, the end, an error and wake(). To wait for one of
  // these: note it, look, and wait for the next.
  unsigned generation () const EXCLUDES (lock_);
  void wait_change (unsigned known) EXCLUDES (lock_);
  void wake () EXCLUDES (lock_);

  // PlayerObserver
  void on_tracks () override EXCLUDES (lock_);
  void on_init_data (const mse::InitData &data) override EXCLUDES (lock_);
  void on_selection () override EXCLUDES (lock_);
  void on_duration () override EXCLUDES (lock_);
  void on_cut (Time end) override EXCLUDES (lock_);
  void on_ready_state () override EXCLUDES (lock_);
  void on_ended () override EXCLUDES (lock_);
  void on_error (const Error &error) override EXCLUDES (lock_);

private:
  // How much initialization data is kept for elements that come later.
  static constexpr size_t kInitDataMax = 32;

  PlayerHub (std::string name, Ptr<GstWebMediaSource> source);
  bool open (GObject *source_or_handle, GError **error);
  std::vector<std::shared_ptr<Listener>> listeners () const EXCLUDES (lock_);
  void notify (void (Listener::*what) ());
  static std::shared_ptr<PlayerHub> attach_uri (
      const std::string &uri, GError **error);

  const std::string name_;
  const std::shared_ptr<Pacer> pacer_ = std::make_shared<Pacer> ();
  const guint group_id_ = gst_util_group_id_next ();
  // Guarded by the lock of all hubs, like the list of them.
  unsigned users_ = 1;
  Ptr<GstWebMediaSource> source_; // only where an element made it
  std::shared_ptr<WeakRef<GstWebMediaSource>> named_;
  std::shared_ptr<mse::Player> player_;

  mutable Mutex lock_;
  Condition changed_;
  unsigned generation_ GUARDED_BY (lock_) = 0;
  std::optional<Error> error_ GUARDED_BY (lock_);
  std::vector<std::weak_ptr<Listener>> listeners_ GUARDED_BY (lock_);
  std::deque<mse::InitData> init_data_ GUARDED_BY (
      lock_); // no two are the same
};

} // namespace webmedia::elements
