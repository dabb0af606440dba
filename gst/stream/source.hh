// SPDX-License-Identifier: LGPL-2.1-or-later
// One producer of a live track, and all who consume it.
// https://www.w3.org/TR/mediacapture-streams/#dfn-source
#pragma once

#include "base/mutex.hh"
#include "stream/mailbox.hh"
#include "stream/mute-timer.hh"
#include "stream/track-set.hh"

#include <atomic>
#include <vector>

namespace webmedia::stream {

class CanvasCapture;
class Subscription;
class Track;

// What a source counts, since it began.
struct SourceCounts {
  uint64_t frames = 0; // pictures; of sound: samples of one channel
  uint64_t duration = 0;
  uint64_t discarded = 0; // frames, besides these
  uint64_t lost = 0;      // the same: of sound
  uint64_t lost_duration = 0;

  SourceCounts operator+ (const SourceCounts &other) const
  {
    return {frames + other.frames, duration + other.duration,
        discarded + other.discarded, lost + other.lost,
        lost_duration + other.lost_duration};
  }
  SourceCounts operator- (const SourceCounts &other) const
  {
    return {frames - other.frames, duration - other.duration,
        discarded - other.discarded, lost - other.lost,
        lost_duration - other.lost_duration};
  }
};

// Who has brought about other settings or capabilities.
enum class ChangedBy { application, source };

// It belongs to its tracks, and knows who consumes them.
// Threads: thread-safe. Lock order: Track, Source, Mailbox.
class Source final : public MuteTimer::Target,
                     public std::enable_shared_from_this<Source> {
public:
  explicit Source (const SourceInfo &info,
      std::shared_ptr<CanvasCapture> captures = nullptr);

  const Kind kind;
  const Delivery delivery;
  const bool is_device;
  // Of a device, or written: who reads it begins with what comes next, and gets
  // nothing while it is muted; its producer tells of its configuration.
  const bool is_of_now;
  const bool has_stats;
  const bool is_played;
  const std::shared_ptr<MuteTimer> mute_timer = std::make_shared<MuteTimer> ();
  const std::string label;
  const std::shared_ptr<CanvasCapture> canvas; // null: it is of no canvas

  // The end that feeds it: there is one.
  std::unique_ptr<Input> open (std::weak_ptr<Producer> producer);
  // The same, and holds the producer until it goes.
  std::unique_ptr<Input> open_and_hold (std::shared_ptr<Producer> producer);
  std::shared_ptr<Producer> producer () const EXCLUDES (lock_);

  // For tracks: `of` is what it is a clone of, or null. False: the source has
  // ended.
  bool add (const std::shared_ptr<Track> &track, const Track *of)
      EXCLUDES (lock_);
  // The track was stopped; with the last one the producer is.
  void remove (const Track *track) EXCLUDES (lock_);
  bool is_muted () const { return muted_ || mute_timer->is_muted (); }
  // And nothing comes: not as what is hidden does.
  bool is_silent () const
  {
    return mute_timer->is_muted () || (muted_ && !mute_timer->is_watched ());
  }
  // Who hears it makes the silence.
  void rouse_consumers () EXCLUDES (lock_);
  Ptr<GstCaps> caps () const EXCLUDES (lock_);
  SourceCounts counts () const EXCLUDES (lock_);
  // Whether a live track of it is enabled.
  bool is_wanted () const EXCLUDES (lock_);
  void on_track_enabled () EXCLUDES (lock_);

  // For a clone of a track that has not ended.
  std::shared_ptr<Source> clone ();

  // For subscriptions. A new one gets what was kept for those who come late.
  void add (const std::shared_ptr<Subscription> &subscription) EXCLUDES (lock_);
  void remove (const Subscription *subscription) EXCLUDES (lock_);
  bool query_producer (GstQuery *query);
  Ptr<GstCaps> possible_caps (GstCaps *filter);
  // Whether the producer can have other caps that suit this consumer.
  bool can_change_caps (Consumer &consumer);
  void send_upstream (Ptr<GstEvent> event);

  // For its input: see there.
  void set_timeline (std::shared_ptr<const Timeline> timeline) EXCLUDES (lock_);
  void put (Ptr<GstEvent> event) EXCLUDES (lock_);
  GstFlowReturn put (Ptr<GstBuffer> buffer) EXCLUDES (lock_);
  void preroll (Ptr<GstBuffer> picture) EXCLUDES (lock_);
  void set_flushing (bool flushing) EXCLUDES (lock_);
  void flush () EXCLUDES (lock_);
  void flush_consumers (GstEvent *event) EXCLUDES (lock_);
  bool query_consumers (GstQuery *query);
  void set_muted (bool muted) EXCLUDES (lock_);
  void count_discarded (uint64_t frames) EXCLUDES (lock_);
  void count_lost (Time duration) EXCLUDES (lock_);
  void end () EXCLUDES (lock_);

  // For its producer: settings and capabilities are these now, in any form in
  // which equal ones are equal. Of another source than a device its caps say
  // it.
  void set_configuration (std::string now, ChangedBy by) EXCLUDES (lock_);
  std::string configuration () const EXCLUDES (lock_); // for its tracks

private:
  using Subscriptions = std::vector<std::shared_ptr<Subscription>>;
  struct LiveTrack {
    const Track *track;
    std::weak_ptr<Track> weak;
    // It was not enabled when picture_ came, or has been muted since.
    bool hides_picture = false;
  };
  // What is replaced with the lock held is let go after it.
  struct Gone {
    Ptr<GstEvent> event{};
    TimedBuffer picture{};
  };

  void on_silence_changed () override EXCLUDES (lock_);
  bool is_delivering () override EXCLUDES (lock_);
  bool is_blank () const { return is_muted () && !is_played; }
  void tell_tracks () EXCLUDES (lock_);
  void put_black () EXCLUDES (lock_);
  void follow_caps (GstEvent *event, bool are_first) EXCLUDES (lock_);
  std::shared_ptr<const Subscriptions> subscriptions () const EXCLUDES (lock_);
  // All that are live see one order. What is put into their mailboxes with the
  // lock held calls nobody.
  void put_live_locked (TimedBuffer &timed, bool to_readers,
      Mailbox::After &after) REQUIRES (lock_);
  void put_live_locked (const Ptr<GstEvent> &event, Mailbox::After &after)
      REQUIRES (lock_);
  // Who may be waited for.
  static void put_lossless (const Subscriptions &all, TimedBuffer &timed);
  void renegotiate () EXCLUDES (lock_);
  Time capture_time_locked (Time pts, Time duration) const REQUIRES (lock_);
  Time running_duration_locked (Time duration) const REQUIRES (lock_);
  Time now () const EXCLUDES (lock_);
  Time now_for (const Ptr<GstBuffer> &buffer) const EXCLUDES (lock_);
  void measure_locked (Time captured, Time now) REQUIRES (lock_);
  TimedBuffer time_locked (Ptr<GstBuffer> buffer, Time now) REQUIRES (lock_);
  Ptr<GstEvent> time_gap_locked (GstEvent *gap) REQUIRES (lock_);
  bool keeps_locked () const REQUIRES (lock_)
  {
    return kind == Kind::video && raw_;
  }
  TimedBuffer keep_locked (TimedBuffer picture) REQUIRES (lock_);
  TimedBuffer picture_for_locked (const Track &track) const REQUIRES (lock_);
  void keep_locked (const Ptr<GstEvent> &event, Gone &gone) REQUIRES (lock_);
  void count_locked (const TimedBuffer &buffer) REQUIRES (lock_);
  bool wait_for_consumer_locked () REQUIRES (lock_);

  // What each picture needs comes first: see Subscription.
  mutable Mutex lock_;
  // Those that are live come first: none waits for one that is lossless.
  // Replaced when it changes: put() walks it without the lock.
  std::shared_ptr<const Subscriptions> subscriptions_ GUARDED_BY (
      lock_) = std::make_shared<Subscriptions> ();
  std::shared_ptr<const Timeline> timeline_ GUARDED_BY (lock_);
  std::atomic<bool> muted_{false};
  bool ended_ GUARDED_BY (lock_) = false;
  bool stopped_ GUARDED_BY (lock_) = false; // as the last track was
  bool flushing_ GUARDED_BY (lock_) = false;
  bool raw_ GUARDED_BY (lock_) = true;
  int frame_size_ GUARDED_BY (lock_) = 0; // of sound: bytes of all channels
  int rate_ GUARDED_BY (lock_) = 0;       // of it
  guint32 flush_ GUARDED_BY (lock_) = GST_SEQNUM_INVALID; // the last one
  SourceCounts counts_ GUARDED_BY (lock_);

  // For who comes late, as timeline_ is: the last picture, if raw.
  TimedBuffer picture_ GUARDED_BY (lock_){};
  std::vector<Ptr<GstEvent>> sticky_ GUARDED_BY (lock_); // CAPS first

  Condition changed_; // for put() without a consumer
  std::weak_ptr<Producer> producer_ GUARDED_BY (lock_);
  std::shared_ptr<Producer> held_ GUARDED_BY (lock_); // it, or null
  std::vector<LiveTrack> tracks_ GUARDED_BY (lock_);
  std::string configuration_ GUARDED_BY (lock_);
};

} // namespace webmedia::stream
