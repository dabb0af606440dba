// SPDX-License-Identifier: LGPL-2.1-or-later
// The pads of a mediastreamsrc: one a live track.
#pragma once

#include "base/mutex.hh"
#include "base/progress.hh"
#include "settings.hh"
#include "stream-follower.hh"
#include "track-src.hh"

#include <array>
#include <atomic>
#include <vector>

namespace webmedia::elements {

// A pad comes with a track, and goes when downstream has had its EOS: the track
// was removed, or has ended.
// Threads: open() to update() are called with the state lock of the bin.
class StreamPads {
public:
  explicit StreamPads (GstBin *bin) : bin_ (bin), progress_ (bin) {}

  // From READY on. False: an error message was posted. With `says`, a wait for
  // the first track is told of.
  bool open (
      const Settings &settings, bool says, StreamFollower::Update on_change);
  void close ();
  // From PAUSED on.
  void start ();
  // Before the pads are deactivated: sinks that go on in PAUSED let go of their
  // threads.
  void interrupt () EXCLUDES (lock_);
  void stop () EXCLUDES (lock_);
  void update () EXCLUDES (lock_);
  // Whether PAUSED brings no buffer: as one of the tracks is live, or any that
  // comes will be.
  bool is_live () const { return is_live_; }
  // From READY on.
  const Ptr<GstWebMediaStream> &stream () const { return stream_; }

  // Another track for a pad, from its next buffer on; the pad goes with that
  // one then. An error: what is wrong with it.
  Result<> replace (GstPad *pad,
      const std::shared_ptr<stream::TrackView> &track) EXCLUDES (lock_);

  // Of each pad, by its name: what it has handed out, lost and not handed out
  // yet.
  GstStructure *stats () const EXCLUDES (lock_);

  // Where a pad is with its EOS. It goes when downstream has had it: until then
  // its thread may be held up there, by whoever waits for the state lock.
  enum class End { none, coming, over };

private:
  struct StreamPad {
    std::shared_ptr<stream::TrackView> track;
    Ptr<GstWebTrackSrc> src;
    Ptr<GstPad> pad;
    Ptr<GstStream> stream;
    std::shared_ptr<std::atomic<End>> end;
    unsigned turn = 0;        // of its output: each is another one's
    bool is_replaced = false; // its track need not be of the stream
    bool is_leaving = false;
  };
  using Tracks = std::vector<std::shared_ptr<stream::TrackView>>;

  stream::Delivery delivery () const
  {
    return is_lossless_ ? stream::Delivery::lossless : stream::Delivery::live;
  }
  std::vector<StreamPad> pads () const EXCLUDES (lock_);
  StreamPad make (const std::shared_ptr<stream::TrackView> &track);
  void watch (const StreamPad &pad) const;
  void show (const StreamPad &pad);
  void hide (const StreamPad &pad);
  void hide_others (const Tracks &tracks) EXCLUDES (lock_);
  Tracks find_fresh (const Tracks &tracks) EXCLUDES (lock_);
  // Or will have one in a moment.
  bool has_pad_locked (const std::shared_ptr<stream::TrackView> &track) const
      REQUIRES (lock_);
  void send_collection () EXCLUDES (lock_);

  GstBin *const bin_;
  std::atomic<bool> is_lossless_{false};
  std::shared_ptr<StreamFollower> follower_;
  Ptr<GstWebMediaStream> stream_;
  std::shared_ptr<stream::TrackSet> tracks_;
  bool started_ = false;
  bool is_live_ = false;
  bool has_shown_ = false; // no-more-pads was said
  Progress progress_;      // until then
  std::string waits_for_;  // what it says; empty: nothing
  guint group_id_ = 0;
  std::array<unsigned, 2> counts_{}; // pads of each kind
  std::shared_ptr<stream::Siblings> siblings_;

  mutable Mutex lock_;
  std::vector<StreamPad> pads_ GUARDED_BY (lock_);
  Tracks coming_ GUARDED_BY (lock_); // whose pads are being made
  // Of the stream, and have a pad, or had one, or had ended before the start:
  // none of them gets another one.
  Tracks seen_ GUARDED_BY (lock_);
};

} // namespace webmedia::elements
