// SPDX-License-Identifier: LGPL-2.1-or-later
// What an msesrc plays: a track of a player of its own, or one of an msebin's.
#pragma once

#include "hub-client.hh"
#include "settings.hh"
#include "track-stream.hh"

namespace webmedia::elements {

// Threads: attach(), detach(), set_source() and change_state() are called with
// the state lock of the element; the rest is thread-safe.
class SrcPlayer {
public:
  explicit SrcPlayer (GstBaseSrc *element)
      : element_ (element),
        stream_ (element)
  {}

  // From an msebin, once: then it attaches nothing itself.
  void set_source (TrackStream::Source source);
  // From NULL to READY and back. Posts an error message where it fails.
  bool attach (const Settings &settings, HubClient::Update on_update);
  void detach ();
  // Before the element's state changes.
  void change_state (GstStateChange transition) EXCLUDES (lock_);
  // Before a seek with a flush.
  void flush () EXCLUDES (lock_);
  // Whether the application is to wait for media.
  bool has_stopped () const EXCLUDES (lock_);
  // What HubClient tells
  void update (HubClient &client, unsigned what) EXCLUDES (lock_);

  TrackStream &stream () { return stream_; }
  std::shared_ptr<PlayerHub> hub () const EXCLUDES (lock_); // null in NULL
  Time duration () const; // kTimeNone where it is not known

private:
  std::shared_ptr<Playback> playback () const EXCLUDES (lock_);
  void set_player (std::shared_ptr<PlayerHub> hub,
      std::shared_ptr<Playback> playback) EXCLUDES (lock_);

  GstBaseSrc *const element_;
  TrackStream stream_;
  bool of_bin_ = false;
  std::shared_ptr<HubClient> client_; // from READY on

  mutable Mutex lock_;
  std::shared_ptr<PlayerHub> hub_ GUARDED_BY (lock_);
  std::shared_ptr<Playback> playback_ GUARDED_BY (lock_);
};

} // namespace webmedia::elements
