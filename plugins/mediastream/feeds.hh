// SPDX-License-Identifier: LGPL-2.1-or-later
// The tracks that a mediastreamsink makes: one a pad.
#pragma once

#include "base/mutex.hh"
#include "settings.hh"
#include "track-sink.hh"

#include <vector>

namespace webmedia::elements {

// A track lives from PAUSED, or from the request of its pad, to READY, or to
// the release of the pad.
// Threads: thread-safe.
class Feeds {
public:
  explicit Feeds (GstBin *bin) : bin_ (bin) {}

  // From READY on. False: an error message was posted.
  bool open (const Settings &settings) EXCLUDES (lock_);
  void close () EXCLUDES (lock_);
  // From PAUSED on.
  void start () EXCLUDES (lock_);
  void stop () EXCLUDES (lock_);

  Ptr<GstPad> add (const char *name, GstPadTemplate *pad_template,
      stream::Kind kind) EXCLUDES (lock_);
  void remove (GstPad *pad) EXCLUDES (lock_);
  // Another track, where the one before it has ended.
  void renew (GstWebTrackSink *sink) EXCLUDES (lock_);

private:
  struct Feed {
    stream::Kind kind;
    Ptr<GstPad> pad;
    Ptr<GstWebTrackSink> sink;
    std::shared_ptr<stream::TrackView> track{}; // null: stopped
  };
  // One track for another, or none: to be made without the lock.
  struct Change {
    Ptr<GstWebTrackSink> sink;
    std::shared_ptr<stream::Input> input;
    std::shared_ptr<stream::TrackSet> tracks;
    std::shared_ptr<stream::TrackView> removed;
    std::shared_ptr<stream::TrackView> added;

    void make ();
  };

  Change begin_locked (Feed &feed) REQUIRES (lock_);
  Change end_locked (Feed &feed) REQUIRES (lock_);
  static void make (std::vector<Change> changes);

  GstBin *const bin_;
  mutable Mutex lock_;
  Settings settings_ GUARDED_BY (lock_);
  Ptr<GstWebMediaStream> stream_ GUARDED_BY (lock_);
  std::shared_ptr<stream::TrackSet> tracks_ GUARDED_BY (lock_);
  bool started_ GUARDED_BY (lock_) = false;
  std::vector<Feed> feeds_ GUARDED_BY (lock_);
};

} // namespace webmedia::elements
