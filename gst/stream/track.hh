// SPDX-License-Identifier: LGPL-2.1-or-later
// https://www.w3.org/TR/mediacapture-streams/#mediastreamtrack
#pragma once

#include "stream/source.hh"

namespace webmedia::stream {

enum class TrackState { live, ended };
enum class TrackEvent { mute, unmute, ended };

// Queues the events of a track. Called with its lock held, to keep their
// order: it must not call back.
class TrackListener {
public:
  virtual ~TrackListener () = default;
  virtual void on_event (TrackEvent event) = 0;
};

// A track: it owns its source, together with its clones.
// Threads: thread-safe. Its lock is innermost.
class Track final : public std::enable_shared_from_this<Track> {
public:
  // Ended, if the source is.
  static std::shared_ptr<Track> create (std::shared_ptr<Source> source);
  ~Track ();

  const std::string id; // a UUID
  const std::shared_ptr<Source> source;

  Kind kind () const { return source->kind; }
  bool enabled () const { return enabled_; }
  void set_enabled (bool enabled) { enabled_ = enabled; }
  bool muted () const EXCLUDES (lock_);
  TrackState state () const EXCLUDES (lock_);
  bool is_ended () const { return state () == TrackState::ended; }
  // What the content is, for who encodes it: one of the specification's words.
  std::string content_hint () const EXCLUDES (lock_);
  // A word that is none of this kind of track is ignored.
  void set_content_hint (std::string_view hint) EXCLUDES (lock_);

  // Ends it, with no event, for who has consumed it, too.
  void stop ();
  std::shared_ptr<Track> clone ();
  // It consumes until the last reference goes.
  std::shared_ptr<Output> subscribe (
      Delivery delivery, std::weak_ptr<Consumer> consumer);

  void set_listener (std::shared_ptr<TrackListener> listener) EXCLUDES (lock_);

  // For Source.
  void on_source_muted (bool muted) EXCLUDES (lock_);
  void on_source_ended () EXCLUDES (lock_);

private:
  Track (std::string uuid, std::shared_ptr<Source> from)
      : id (std::move (uuid)),
        source (std::move (from))
  {}
  bool end_locked () REQUIRES (lock_);

  std::atomic<bool> enabled_{true};
  mutable Mutex lock_;
  TrackState state_ GUARDED_BY (lock_) = TrackState::live;
  bool muted_ GUARDED_BY (lock_) = false;
  std::string content_hint_ GUARDED_BY (lock_);
  std::shared_ptr<TrackListener> listener_ GUARDED_BY (lock_);
};

} // namespace webmedia::stream
