// SPDX-License-Identifier: LGPL-2.1-or-later
// What one sink of a pipeline plays, as tracks: one after the other.
#pragma once

#include "base/mutex.hh"
#include "stream/tap.hh"
#include "stream/track.hh"

#include <string>

namespace webmedia::stream {

// Its pad tells by events which stream it plays: another one, what plays on
// after the end, and what begins after a stop are new tracks; a seek is not.
// Threads: thread-safe. Its lock comes before those of a source.
class PadCapture final : public std::enable_shared_from_this<PadCapture> {
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

  static std::shared_ptr<PadCapture> create (
      GstPad *pad, const std::shared_ptr<Owner> &owner, bool playing);
  ~PadCapture ();

  GstPad *pad () const { return pad_.get (); }

  // The pipeline plays, or is paused: what does not come then is muted.
  void set_playing (bool playing) EXCLUDES (lock_);
  // Ends its track, if any. What streams now begins another one.
  void stop () EXCLUDES (lock_);
  // The same where everything else is at its end, too.
  void end_playback () EXCLUDES (lock_);
  // Whether it plays nothing any more, and has no track that goes on.
  bool is_at_end () const EXCLUDES (lock_);

  // For its producers: nobody wants the track any more.
  void on_stopped (const Producer *producer) EXCLUDES (lock_);

private:
  // A track, and what feeds it.
  struct Feed {
    Kind kind = Kind::video;
    std::shared_ptr<Track> track{};
    std::shared_ptr<Input> input{};
    std::unique_ptr<Tap> tap{};
    const Producer *producer = nullptr;
  };

  PadCapture (GstPad *pad, const std::shared_ptr<Owner> &owner, bool playing)
      : pad_ (Ptr<GstPad>::share (pad)),
        owner_ (owner),
        is_playing_ (playing)
  {}

  static GstPadProbeReturn on_probe (
      GstPad *pad, GstPadProbeInfo *info, gpointer self);
  void on_event (GstEvent *event) EXCLUDES (lock_);
  void on_stream (const char *id) EXCLUDES (lock_);
  void on_segment (const GstSegment &segment) EXCLUDES (lock_);
  void begin (GstCaps *caps) EXCLUDES (lock_);
  void end (Feed feed);
  void update_locked () REQUIRES (lock_);

  const Ptr<GstPad> pad_;
  const std::weak_ptr<Owner> owner_;
  gulong probe_ = 0;

  mutable Mutex lock_;
  std::string stream_id_ GUARDED_BY (lock_);
  Feed feed_ GUARDED_BY (lock_);
  bool has_begun_ GUARDED_BY (lock_) = false; // the track of this stream
  bool is_playing_ GUARDED_BY (lock_);
  bool is_at_end_ GUARDED_BY (lock_) = false;
  double rate_ GUARDED_BY (lock_) = 1;
};

} // namespace webmedia::stream
