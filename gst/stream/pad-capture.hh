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
  // Called on the pad's streaming thread, or by whoever stops it, or selects or
  // removes its stream, with no lock held.
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
      const std::vector<Ptr<GstStream>> &selected) EXCLUDES (lock_);
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
  // What its events said that it plays, and what became of that.
  struct Stream {
    std::string id{};
    std::shared_ptr<Flags> flags{};        // of its GstStream, where it has one
    Ptr<GstStreamCollection> collection{}; // that it is in, or was in last
    bool is_at_end = false;
    // Its own flags, and who has chosen streams, say that it is selected.
    bool is_flagged = true;
    bool is_chosen = true;
    bool is_removed = false; // its EOS is to come

    bool is_selected () const { return is_chosen && is_flagged; }
    bool is (GstStream *stream) const;
    bool is_in (GstStreamCollection *streams) const;
  };

  PadCapture (
      GstPad *pad, const std::shared_ptr<Owner> &owner, Playback playback);

  static GstPadProbeReturn on_probe (
      GstPad *pad, GstPadProbeInfo *info, gpointer self);
  void on_event (GstEvent *event) EXCLUDES (lock_);
  void on_stream (const char *id, const Ptr<GstStream> &stream)
      EXCLUDES (lock_);
  void on_collection (GstStreamCollection *collection) EXCLUDES (lock_);
  std::shared_ptr<Flags> watch_flags (const Ptr<GstStream> &stream);
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
  void end (Feed feed);
  void update () EXCLUDES (lock_);

  const Ptr<GstPad> pad_;
  const std::weak_ptr<Owner> owner_;
  gulong probe_ = 0;

  mutable Mutex lock_;
  Stream stream_ GUARDED_BY (lock_);
  Feed feed_ GUARDED_BY (lock_);
  // Of sound whose volume is changed on its way here. It is there before what
  // it will hold.
  std::shared_ptr<Bypass> bypass_ GUARDED_BY (lock_);
  unsigned taken_ GUARDED_BY (lock_) = 0;     // how often what it fed has ended
  bool has_begun_ GUARDED_BY (lock_) = false; // the track of this stream
  bool is_telling_ GUARDED_BY (lock_) = false;
  bool is_over_ GUARDED_BY (lock_) = false;
  Playback playback_ GUARDED_BY (lock_);
  // Sound can be heard at the rate at which it is played.
  bool is_heard_ GUARDED_BY (lock_) = true;
};

} // namespace webmedia::stream
