// SPDX-License-Identifier: LGPL-2.1-or-later
#include "player-hub.hh"

#include "named-source.hh"

#include <atomic>

namespace webmedia::elements {

namespace {

// The hubs that have a name. Its lock is held while one attaches or detaches,
// so that two elements that name the same media source find the same hub.
struct Hubs {
  Mutex lock;
  std::vector<std::shared_ptr<PlayerHub>> all GUARDED_BY (lock);
};

Hubs &
hubs ()
{
  static Hubs instance;
  return instance;
}

} // namespace

PlayerHub::PlayerHub (std::string name, Ptr<GstWebMediaSource> source)
    : name_ (std::move (name)),
      source_ (std::move (source))
{}

bool
PlayerHub::open (GObject *source_or_handle, GError **error)
{
  if (!gst_web_bridge_attach (source_or_handle, &player_, error))
    return false;
  player_->set_observer (weak_from_this ());
  return true;
}

std::shared_ptr<PlayerHub>
PlayerHub::attach (
    GstWebMediaSourceHandle *handle, const std::string &uri, GError **error)
{
  if (!handle)
    return attach_uri (uri, error);
  static std::atomic<unsigned> count{0};
  std::shared_ptr<PlayerHub> hub (new PlayerHub (
      "mse-handle:" + std::to_string (count.fetch_add (1)), nullptr));
  return hub->open (G_OBJECT (handle), error) ? hub : nullptr;
}

std::shared_ptr<PlayerHub>
PlayerHub::attach_uri (const std::string &uri, GError **error)
{
  std::vector<Ptr<GstWebMediaSource>> alive; // dropped after the lock
  MutexLocker locker (hubs ().lock);
  NamedSource named = obtain_source (uri, error);
  if (!named.source)
    return nullptr;
  alive.push_back (named.source);
  for (const auto &hub : hubs ().all) {
    alive.push_back (hub->named_->lock ());
    if (alive.back () == named.source) {
      hub->users_++;
      return hub;
    }
  }
  std::shared_ptr<PlayerHub> hub (
      new PlayerHub (uri, named.created ? named.source : nullptr));
  hub->named_ = WeakRef<GstWebMediaSource>::create (named.source.get ());
  if (!hub->open (G_OBJECT (named.source.get ()), error))
    return nullptr;
  hubs ().all.push_back (hub);
  return hub;
}

// In one piece, for those who attach at the same time: they find an attachment
// that lasts, or none, and no media source that is on its way out.
void
PlayerHub::leave ()
{
  auto self = shared_from_this ();
  MutexLocker locker (hubs ().lock);
  if (--users_ > 0)
    return;
  std::erase (hubs ().all, self);
  player_->detach ();
  source_ = nullptr;
}

void
PlayerHub::add_listener (std::weak_ptr<Listener> listener)
{
  auto target = listener.lock ();
  std::deque<mse::InitData> known;
  {
    MutexLocker locker (lock_);
    std::erase_if (
        listeners_, [] (const auto &weak) { return weak.expired (); });
    listeners_.push_back (std::move (listener));
    known = init_data_;
  }
  for (const mse::InitData &each : known)
    target->on_init_data (each);
}

std::optional<Error>
PlayerHub::error () const
{
  MutexLocker locker (lock_);
  return error_;
}

unsigned
PlayerHub::generation () const
{
  MutexLocker locker (lock_);
  return generation_;
}

void
PlayerHub::wait_change (unsigned known)
{
  MutexLocker locker (lock_);
  while (generation_ == known)
    changed_.wait (lock_);
}

void
PlayerHub::wake ()
{
  {
    MutexLocker locker (lock_);
    generation_++;
  }
  changed_.notify_all ();
}

std::vector<std::shared_ptr<PlayerHub::Listener>>
PlayerHub::listeners () const
{
  std::vector<std::shared_ptr<Listener>> all;
  MutexLocker locker (lock_);
  for (const auto &weak : listeners_)
    if (auto listener = weak.lock ())
      all.push_back (std::move (listener));
  return all;
}

void
PlayerHub::notify (void (Listener::*what) ())
{
  for (const auto &listener : listeners ())
    (listener.get ()->*what) ();
}

void
PlayerHub::on_tracks ()
{
  if (!player_->has_failed ()) {
    MutexLocker locker (lock_);
    error_.reset (); // of tracks that were replaced
  }
  wake ();
  notify (&Listener::on_change);
}

static bool
is_same (const mse::InitData &a, const mse::InitData &b)
{
  GstMapInfo map;
  if (a.type != b.type
      || gst_buffer_get_size (a.data.get ())
             != gst_buffer_get_size (b.data.get ())
      || !gst_buffer_map (a.data.get (), &map, GST_MAP_READ))
    return false;
  bool same = gst_buffer_memcmp (b.data.get (), 0, map.data, map.size) == 0;
  gst_buffer_unmap (a.data.get (), &map);
  return same;
}

void
PlayerHub::on_init_data (const mse::InitData &data)
{
  {
    MutexLocker locker (lock_);
    std::erase_if (
        init_data_, [&] (const auto &known) { return is_same (known, data); });
    if (init_data_.size () == kInitDataMax)
      init_data_.pop_front ();
    init_data_.push_back (data);
  }
  for (const auto &listener : listeners ())
    listener->on_init_data (data);
}

void
PlayerHub::on_selection ()
{
  notify (&Listener::on_selection);
}

void
PlayerHub::on_duration ()
{
  notify (&Listener::on_duration);
}

void
PlayerHub::on_cut (Time end)
{
  auto cut = std::make_shared<Cut> (end, pacer_->position ());
  for (const auto &listener : listeners ())
    listener->on_cut (cut);
}

void
PlayerHub::on_ready_state ()
{
  notify (&Listener::on_ready_state);
}

void
PlayerHub::on_ended ()
{
  wake ();
  notify (&Listener::on_change);
}

void
PlayerHub::on_error (const Error &error)
{
  {
    MutexLocker locker (lock_);
    error_ = error;
  }
  wake ();
  notify (&Listener::on_change);
}

} // namespace webmedia::elements
