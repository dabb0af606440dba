// SPDX-License-Identifier: LGPL-2.1-or-later
// What an application writes, frame by frame, and the tracks that show it.
// https://w3c.github.io/mediacapture-transform/#video-track-generator
#pragma once

#include "devices/generator-track.hh"
#include "stream/track.hh"

#include <deque>
#include <optional>
#include <variant>

namespace webmedia::devices {

// Frames, mutes and the end reach all tracks in the order of the calls: on the
// thread of one of them, with no lock held. What comes from other threads
// meanwhile waits: the newest kMostWaiting frames, and no mute that the next
// one takes back.
// Threads: thread-safe. Lock order: TrackGenerator, GeneratorTrack, Source. It
// calls its clock with its lock held.
class TrackGenerator final
    : public std::enable_shared_from_this<TrackGenerator> {
public:
  static constexpr size_t kMostWaiting = 2; // as of pictures in a mailbox

  static std::shared_ptr<TrackGenerator> create (Ptr<GstClock> clock);
  ~TrackGenerator ();

  // For the constructor of its object: its first track.
  std::shared_ptr<stream::Track> make_track ();

  // By what name a GstReferenceTimestampMeta has the PTS of a frame.
  static Ptr<GstCaps> timestamp_caps ();

  // TypeError: it is no raw picture of these caps, and nothing can be written
  // any more; or it was closed.
  Result<> write (Ptr<GstBuffer> picture, Ptr<GstCaps> caps) EXCLUDES (lock_);
  void close () EXCLUDES (lock_);
  bool is_muted () const EXCLUDES (lock_);
  // False: it was so.
  bool set_muted (bool muted) EXCLUDES (lock_);

  // For GeneratorTrack. Null: it is closed.
  std::shared_ptr<stream::Source> add_source (GeneratorState state)
      EXCLUDES (lock_);
  void remove (const GeneratorTrack *track) EXCLUDES (lock_);

private:
  using Tracks = std::vector<std::shared_ptr<GeneratorTrack>>;
  struct Mute {
    bool muted;
  };
  struct End {};
  struct Join {
    std::shared_ptr<GeneratorTrack> track;
  };
  using Act = std::variant<WrittenFrame, Mute, End, Join>;

  explicit TrackGenerator (Ptr<GstClock> clock);
  Time now () const { return Time (gst_clock_get_time (clock_.get ())); }
  Result<> check_open_locked () const REQUIRES (lock_);
  Result<> fail (Error error) EXCLUDES (lock_);
  WrittenFrame skip_oldest_locked () REQUIRES (lock_);
  void flow () EXCLUDES (lock_);
  WrittenFrame look_locked (const Act &act, Tracks &to) REQUIRES (lock_);
  static void run (const Act &act, const Tracks &to, const WrittenFrame &last);

  const Ptr<GstClock> clock_;
  const Time start_;

  mutable Mutex lock_;
  bool closed_ GUARDED_BY (lock_) = false;
  std::optional<Error> failed_ GUARDED_BY (
      lock_);                             // of the first write that did
  bool muted_ GUARDED_BY (lock_) = false; // the slot isMuted
  stream::PictureFormat format_ GUARDED_BY (lock_){}; // of the last frame
  Tracks tracks_ GUARDED_BY (lock_);                  // those that are live
  // What has not reached the tracks, and what has.
  std::deque<Act> acts_ GUARDED_BY (lock_);
  bool is_flowing_ GUARDED_BY (lock_) = false;
  bool tracks_are_muted_ GUARDED_BY (lock_) = false;
  WrittenFrame last_ GUARDED_BY (lock_){};
};

} // namespace webmedia::devices
