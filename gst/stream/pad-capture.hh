// SPDX-License-Identifier: LGPL-2.1-or-later
// What one sink of a pipeline plays, as tracks: one after the other.
#pragma once

#include "base/mutex.hh"
#include "stream/tap.hh"
#include "stream/track.hh"

#include <optional>
#include <string>
#include <vector>

namespace webmedia::stream {

// Its pad tells by events which stream it plays: another one, what plays on
// after the end, and what begins after a stop are new tracks; a seek is not.
// Threads: thread-safe. It calls nobody with its lock held.
class PadCapture final : public Tap::Watcher,
                         public std::enable_shared_from_this<PadCapture> {
public:
  // Called on the pad's streaming thread, with no lock held.
  class Owner {
  public:
    virtual ~Owner () = default;
    virtual void add (const std::shared_ptr<Track> &track) = 0;
    // One that has ended.
    virtual void remove (const std::shared_ptr<Track> &track) = 0;
    // is_at_end() is true now.
    virtual void on_end () = 0;
  };

  // What plays: null for a clock that is not known yet.
  struct Playback {
    bool is_playing = false;
    Ptr<GstClock> clock{};
  };

  // It calls nobody before start().
  static std::shared_ptr<PadCapture> create (
      GstPad *pad, const std::shared_ptr<Owner> &owner, Playback playback);
  ~PadCapture () override;

  // Once: begins with what the pad plays already.
  void start () EXCLUDES (lock_);

  GstPad *pad () const { return pad_.get (); }

  // The pipeline plays, or is paused: what does not come then is muted.
  void set_playback (Playback playback) EXCLUDES (lock_);
  // Of the streams of the collection these are selected. What is not any more
  // ends its track, and begins another one when it is again.
  void select (GstStreamCollection *collection,
      const std::vector<std::string> &ids) EXCLUDES (lock_);
  // A stream that is in this one no more, in place of its own, ends its track
  // with its EOS.
  void follow (GstStreamCollection *collection) EXCLUDES (lock_);
  // Ends its track, if any. What streams now begins another one.
  void stop () EXCLUDES (lock_);
  // The same, for good.
  void leave () EXCLUDES (lock_);
  // The same where everything else is at its end, too.
  void end_playback () EXCLUDES (lock_);
  // Whether it plays nothing, or nothing any more.
  bool is_at_end () const EXCLUDES (lock_);

  // For its producers: nobody wants the track any more.
  void on_stopped (const Producer *producer) EXCLUDES (lock_);

private:
  // What its input was told: muted, or that something should come, by a clock.
  struct Told {
    bool is_muted;
    Ptr<GstClock> clock{};

    bool operator== (const Told &) const = default;
  };
  // A track, and what feeds it. It goes when nobody else has the track: then
  // its source calls on_stopped().
  struct Feed {
    Kind kind = Kind::video;
    std::weak_ptr<Track> track{};
    std::shared_ptr<Input> input{};
    std::shared_ptr<Tap> tap{};
    const Producer *producer = nullptr;
    std::optional<Told> told{};
  };

  // What comes of a change.
  struct Selection {
    bool ends = false;
    bool begins = false;
    Feed gone{};
  };
  class Flags;

  PadCapture (
      GstPad *pad, const std::shared_ptr<Owner> &owner, Playback playback);

  static GstPadProbeReturn on_probe (
      GstPad *pad, GstPadProbeInfo *info, gpointer self);
  void on_event (GstEvent *event) EXCLUDES (lock_);
  void on_stream (const char *id) EXCLUDES (lock_);
  void on_collection (GstStreamCollection *collection) EXCLUDES (lock_);
  void watch_flags (Ptr<GstStream> stream) EXCLUDES (lock_);
  void on_flags (GstStream *stream) EXCLUDES (lock_);
  Selection select_locked (bool &by, bool is_selected) REQUIRES (lock_);
  void follow (Selection selection) EXCLUDES (lock_);
  void end_removed () EXCLUDES (lock_);
  void on_segment (const GstSegment &segment) EXCLUDES (lock_);
  void on_rate (double rate) override EXCLUDES (lock_);
  void set_heard (bool heard) EXCLUDES (lock_);
  void drain () EXCLUDES (lock_);
  std::shared_ptr<Bypass> update_bypass (bool is_wanted) EXCLUDES (lock_);
  void begin (GstCaps *caps) EXCLUDES (lock_);
  Feed take_locked () REQUIRES (lock_);
  void forget_stream_locked () REQUIRES (lock_);
  bool is_selected_locked () const REQUIRES (lock_)
  {
    return is_chosen_ && is_flagged_;
  }
  void end (Feed feed);
  void update () EXCLUDES (lock_);

  const Ptr<GstPad> pad_;
  const std::weak_ptr<Owner> owner_;
  gulong probe_ = 0;

  mutable Mutex lock_;
  std::string stream_id_ GUARDED_BY (lock_);
  std::unique_ptr<Flags> flags_ GUARDED_BY (lock_);
  std::string collection_id_ GUARDED_BY (lock_); // of what has it; or empty
  Feed feed_ GUARDED_BY (lock_);
  // Of sound whose volume is changed on its way here. It is there before what
  // it will hold.
  std::shared_ptr<Bypass> bypass_ GUARDED_BY (lock_);
  unsigned taken_ GUARDED_BY (lock_) = 0;     // how often what it fed has ended
  bool has_begun_ GUARDED_BY (lock_) = false; // the track of this stream
  bool is_telling_ GUARDED_BY (lock_) = false;
  bool is_over_ GUARDED_BY (lock_) = false;
  Playback playback_ GUARDED_BY (lock_);
  bool is_at_end_ GUARDED_BY (lock_) = false;
  // Of this stream: its own flags, and who has chosen streams, say it.
  bool is_chosen_ GUARDED_BY (lock_) = true;
  bool is_flagged_ GUARDED_BY (lock_) = true;
  bool is_removed_ GUARDED_BY (lock_) = false; // its EOS is to come
  // Sound can be heard at the rate at which it is played.
  bool is_heard_ GUARDED_BY (lock_) = true;
};

} // namespace webmedia::stream
