// SPDX-License-Identifier: LGPL-2.1-or-later
// https://www.w3.org/TR/mediacapture-streams/#mediastream
#pragma once

#include "stream/track-set.hh"
#include "stream/track.hh"

namespace webmedia::stream {

using Tracks = std::vector<std::shared_ptr<Track>>;

// Who changes a stream: of what the user agent does there are events.
enum class Cause { application, user_agent };

// Keeps what belongs to the tracks of a stream, and queues its events. Called
// with its lock held, to keep their order: it must not call back.
class StreamListener {
public:
  virtual ~StreamListener () = default;
  virtual void on_added (const std::shared_ptr<Track> &track, Cause cause) = 0;
  virtual void on_removed (
      const std::shared_ptr<Track> &track, Cause cause) = 0;
  virtual void on_active () = 0; // it has changed
};

// A set of tracks.
// Threads: thread-safe. Lock order: MediaStream, Track.
class MediaStream final : public TrackSet,
                          public TrackObserver,
                          public std::enable_shared_from_this<MediaStream> {
public:
  // Of a new id, or of that which another peer gave it.
  static std::shared_ptr<MediaStream> create (std::string id = {});
  ~MediaStream () override;

  const std::string id; // a UUID, if it was made here

  // In the order in which they were added.
  Tracks tracks () const EXCLUDES (lock_);
  Tracks tracks (Kind kind) const EXCLUDES (lock_);
  // Null: none has that id.
  std::shared_ptr<Track> find (std::string_view track_id) const
      EXCLUDES (lock_);
  // Clones of all of them.
  Tracks clone_tracks () const;

  // Those that are there already stay what they are.
  void add (const Tracks &tracks, Cause cause) EXCLUDES (lock_);
  void remove (const std::shared_ptr<Track> &track, Cause cause)
      EXCLUDES (lock_);
  // Of the tracks that are added from now on.
  void set_listener (std::shared_ptr<StreamListener> listener) EXCLUDES (lock_);

  // For elements.
  std::vector<std::shared_ptr<TrackView>> list () const override;
  bool is_active () const override EXCLUDES (lock_);
  void add_observer (std::weak_ptr<TrackSetObserver> observer) override
      EXCLUDES (lock_);
  void add (const std::shared_ptr<TrackView> &track) override;
  void remove (const std::shared_ptr<TrackView> &track) override;

  // For Track.
  void on_track_ended () override EXCLUDES (lock_);

private:
  // What is to be told once the lock is given back, and to whom.
  struct News {
    bool tracks = false;
    bool active = false;
    std::vector<std::shared_ptr<TrackSetObserver>> to{};
  };

  explicit MediaStream (std::string given) : id (std::move (given)) {}
  bool is_active_locked () const REQUIRES (lock_);
  News news_locked (bool tracks_changed) REQUIRES (lock_);
  static void tell (const News &news);

  mutable Mutex lock_;
  Tracks tracks_ GUARDED_BY (lock_);
  bool was_active_ GUARDED_BY (lock_) = false; // as was told
  std::shared_ptr<StreamListener> listener_ GUARDED_BY (lock_);
  std::vector<std::weak_ptr<TrackSetObserver>> observers_ GUARDED_BY (lock_);
};

} // namespace webmedia::stream
