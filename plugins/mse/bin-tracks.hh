// SPDX-License-Identifier: LGPL-2.1-or-later
// The tracks of an msebin.
#pragma once

#include "base/progress.hh"
#include "bin-pad.hh"

#include <array>

namespace webmedia::elements {

// Shows the tracks of a player as pads, and seeks all of them.
// Threads: start(), stop() and update() are called with the state lock of the
// bin; the rest is thread-safe.
class BinTracks {
public:
  explicit BinTracks (GstBin *bin)
      : bin_ (bin),
        progress_ (bin),
        playback_ (std::make_shared<Playback> (
            GST_ELEMENT (bin), std::make_shared<Pacer> ()))
  {}

  void set_client (const std::shared_ptr<HubClient> &client) EXCLUDES (lock_);
  std::shared_ptr<PlayerHub> hub () const EXCLUDES (lock_);
  const std::shared_ptr<Pacer> &pacer () const { return playback_->pacer; }
  Buffering &buffering () { return *playback_->buffering; }
  void start ();
  void stop () EXCLUDES (lock_);
  // Shows the tracks that are not shown yet, all of the first ones together;
  // ends those that are gone, and hides them when they have ended.
  void update () EXCLUDES (lock_);
  // Has the streams say which tracks are selected.
  void follow_selection () EXCLUDES (lock_);
  // Goes back to the end where the media was cut to end earlier.
  void follow_cut (HubClient &client) EXCLUDES (lock_);
  // Whether a track was ever shown. With the state lock held.
  bool has_shown () const { return complete_; }
  // One message for all tracks and the bin.
  void report (const Error &error);

  // One seek reaches us once for each sink: what comes again gets the answer
  // that the first one got.
  bool seek (GstEvent *event) EXCLUDES (lock_);
  // SELECT_STREAMS: selects the tracks of these streams, and no others. It,
  // too, reaches us once for each sink.
  bool select (GstEvent *event) EXCLUDES (lock_);
  bool query_position (GstQuery *query) EXCLUDES (lock_);

private:
  std::vector<BinPad> pads () const EXCLUDES (lock_);
  BinPad make (const mse::TrackInfo &info,
      const std::shared_ptr<PlayerHub> &hub, bool late) EXCLUDES (lock_);
  void repeat_seek (const std::vector<BinPad> &added) EXCLUDES (lock_);
  void hide_others (const std::vector<mse::TrackInfo> &tracks) EXCLUDES (lock_);
  Ptr<GstStreamCollection> make_collection (const std::string &name,
      const std::vector<mse::TrackInfo> &tracks) const EXCLUDES (lock_);
  void send_collection (const std::vector<mse::TrackInfo> &tracks)
      EXCLUDES (lock_);
  bool seek_all (GstEvent *event) EXCLUDES (lock_);
  Ptr<GstEvent> prepare (GstEvent *seek, const std::vector<BinPad> &all,
      GstClockTime base) EXCLUDES (lock_);
  void post_segment (GstMessage *message, GstEvent *seek);

  GstBin *const bin_;
  // With the state lock held.
  bool started_ = false;
  bool complete_ = false; // no-more-pads was said
  std::shared_ptr<Links> links_;
  std::array<unsigned, 3> counts_{}; // pads of each kind
  std::vector<std::string> shown_;   // track ids in the last collection
  Progress progress_;                // until the first ones are shown

  const std::shared_ptr<Playback> playback_;
  mutable Mutex lock_;
  Condition sought_;
  std::shared_ptr<PlayerHub> hub_ GUARDED_BY (lock_);
  std::weak_ptr<HubClient> client_ GUARDED_BY (lock_);
  std::vector<BinPad> pads_ GUARDED_BY (lock_);
  Ptr<GstEvent> seek_ GUARDED_BY (lock_);    // absolute; for tracks to come
  GstClockTime base_ GUARDED_BY (lock_) = 0; // of the segments after it
  bool seeking_ GUARDED_BY (lock_) = false;
  guint32 seqnum_ GUARDED_BY (lock_) = GST_SEQNUM_INVALID;
  bool result_ GUARDED_BY (lock_) = false;
  guint32 selected_ GUARDED_BY (lock_) = GST_SEQNUM_INVALID;
};

} // namespace webmedia::elements
