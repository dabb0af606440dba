// SPDX-License-Identifier: LGPL-2.1-or-later
// What one msesrc streams: the frames of its track, as GstBaseSrc wants them.
#pragma once

#include "buffering.hh"
#include "coverage.hh"
#include "element-error.hh"
#include "hub-client.hh"

#include <gst/base/gstbasesrc.h>

namespace webmedia::elements {

// What the tracks of one player share.
struct Playback {
  // Of the element that is played.
  Playback (GstElement *element, std::shared_ptr<Pacer> its_pacer)
      : pacer (std::move (its_pacer)),
        buffering (std::make_shared<Buffering> (element))
  {}

  ErrorGate errors;
  const std::shared_ptr<Pacer> pacer;
  const std::shared_ptr<Buffering> buffering;
};

Ptr<GstStream> make_stream (const PlayerHub &hub, const mse::TrackInfo &info);
// SELECT_STREAMS: selects the tracks of these streams, and no others.
// DEVIATION: what the element selects is to be told to the media source. That
// is where the event comes to us: decodebin3 keeps it, and nothing is told.
void select_streams (const PlayerHub &hub, GstEvent *event);
// Flags the stream SELECT where its track is selected now, and tells of it
// where it was not: called with no lock.
void follow_selection (const PlayerHub &hub, GstStream *stream);
// As if it were not encrypted: decodebin3 (1.26) chooses a decoder by the
// stream's caps, and may not have seen those of the decryptor by then.
void set_stream_caps (GstStream *stream, GstCaps *caps);
// A STREAM_START of ours has a GstStream in it, GstBaseSrc's own has none.
bool is_own_stream_start (GstEvent *event);

// Threads: create() and seek() are thread-bound (the streaming thread, or
// another while that one stands still); the rest is thread-safe. No lock is
// held while anything is pushed or posted.
class TrackStream {
public:
  struct Source {
    std::shared_ptr<PlayerHub> hub;
    std::string track; // as find_track() takes it
    std::shared_ptr<Playback> playback;
    Ptr<GstStream> stream; // null: it makes its own, and a collection of one
    Time read_from = 0;    // where to begin if a seek says no later place
    std::weak_ptr<HubClient> client; // of the element that is played
  };

  explicit TrackStream (GstBaseSrc *element) : element_ (element) {}

  void set_source (Source source) EXCLUDES (lock_);
  // Starts anew: the streaming thread is gone.
  void stop () EXCLUDES (lock_);
  // For GstBaseSrc
  GstFlowReturn create (GstBuffer **buffer) EXCLUDES (lock_);
  void seek (GstSegment &segment) EXCLUDES (lock_);
  void set_flushing (bool flushing) EXCLUDES (lock_);
  // Around a seek without a flush, before which GstBaseSrc waits for create():
  // ends its wait, too.
  void set_pausing (bool pausing) EXCLUDES (lock_);

  // Pushed after the caps, and again whenever it is replaced.
  void set_collection (Ptr<GstStreamCollection> collection) EXCLUDES (lock_);
  Ptr<GstStreamCollection> collection () const EXCLUDES (lock_);
  // Whether anybody took the last frame. For the streaming thread.
  void set_linked (bool linked) { linked_ = linked; }
  // Has the streaming thread try whether somebody takes its frames now: with
  // the random access point where playback stands. First ask(), then wake().
  // With a delay by the clock on the wall.
  void ask (Time delay = 0)
  {
    delay_ = delay;
    asked_ = true;
  }
  void wake () EXCLUDES (lock_);
  bool is_asked () const { return asked_; } // and has not begun to try
  // The track is gone: its end waits for nobody.
  void leave ();
  // The running time at which the next seek's segment begins, in place of what
  // GstBaseSrc finds; none: as it does.
  void set_seek_base (GstClockTime base) { seek_base_ = base; }

  Ptr<GstCaps> caps () const EXCLUDES (lock_); // null: not known yet
  // The random access point at or next to `time`; `time` where none is known.
  Time key_unit (Time time, bool after) const EXCLUDES (lock_);

private:
  enum class Turn { push, skip, flushing };

  GstFlowReturn find () EXCLUDES (lock_);
  void start (const mse::TrackInfo &info);
  void announce () EXCLUDES (lock_);
  GstFlowReturn fail (const Error &error);
  bool wait_is_over () EXCLUDES (lock_);
  bool wait_for_cut ();
  bool is_interrupted () const { return flushing_ || pausing_; }
  bool drain_parser (GstCaps *next) EXCLUDES (lock_);
  bool push_caps (GstCaps *caps) EXCLUDES (lock_);
  void push_collection () EXCLUDES (lock_);
  void push_segment ();
  void push_gap (const std::shared_ptr<mse::Reader> &reader) EXCLUDES (lock_);
  void begin_anew ();
  void forget_sent ();
  void begin_segment (const mse::Reader::Read &read);
  bool is_past_stop (const mse::Reader::Read &read);
  bool announce_splice (mse::Reader::Read &read, bool begins);
  bool announce_cuts (mse::Reader::Read &read, bool begins);
  bool finds_audiosplice ();
  bool cut_behind_decoder (mse::Reader::Read &read, bool begins);
  GstFlowReturn finish ();
  Turn wait_for_turn (const mse::Reader::Read &read);
  mse::Reader::Read read (mse::Reader &reader);
  bool has_peer () const;
  void tell_wait ();
  void tell_no_wait () EXCLUDES (lock_);
  bool rewind (mse::Reader &reader);
  std::shared_ptr<mse::Reader> reader () const EXCLUDES (lock_);
  void interrupt (std::atomic<bool> &reason, bool set) EXCLUDES (lock_);

  GstBaseSrc *const element_;
  Source source_;                     // changes with the lock held
  std::atomic<bool> flushing_{false}; // written with the lock held
  std::atomic<bool> pausing_{false};  // the same
  std::atomic<bool> linked_{true};
  std::atomic<bool> asked_{false};
  std::atomic<Time> delay_{0}; // before it does what it is asked
  std::atomic<bool> leaving_{false};
  std::atomic<GstClockTime> seek_base_{GST_CLOCK_TIME_NONE};

  // Of the streaming thread.
  mse::TrackInfo info_{};
  Ptr<GstStream> stream_;
  Ptr<GstStreamCollection> sent_;
  bool restart_ = true;       // the next frame is the first of its segment
  bool segment_sent_ = false; // before that frame
  bool complete_ = false;     // all of the segment was sent
  bool rewound_ = false;      // the next frame is to be tried
  Time position_ = 0;         // where reading starts
  Time stop_ = kTimeNone;     // the end of the segment
  Time shift_ = 0;            // what is added to buffers' times: see docs
  Time end_ = 0;              // of all that was sent of the segment
  bool waits_ = false;        // as far as others know
  Time late_ = 0;             // how far a DTS was after its PTS, at most
  Coverage sent_times_;       // of a segment that has an end
  Time gap_end_ = kTimeNone;  // text: up to where others need not wait
  Time splice_ = kTimeNone;   // that the last frame is faded out from
  bool seamless_ = false;     // what it is faded out for follows without a gap
  bool crossfades_ = false;   // somebody does, at this splice
  bool has_splicer_ = false;  // somebody has said so in this segment
  bool other_type_ = false;   // the frame is the first of another media type
  bool left_out_ = false;     // the last frame was, because it is cut
  Time sent_pts_ = kTimeNone; // of the last frame that was cut

  mutable Mutex lock_;
  std::shared_ptr<mse::Reader> reader_ GUARDED_BY (lock_);
  Ptr<GstStreamCollection> collection_ GUARDED_BY (lock_);
  Ptr<GstCaps> caps_ GUARDED_BY (lock_);
};

} // namespace webmedia::elements
