// SPDX-License-Identifier: LGPL-2.1-or-later
// https://www.w3.org/TR/mediacapture-streams/#mediastreamtrack
#pragma once

#include "stream/latency-meter.hh"
#include "stream/source.hh"
#include "stream/track-set.hh"

namespace webmedia::stream {

struct Queue;

enum class TrackState { live, ended };
enum class TrackEvent { mute, unmute, ended, configuration_change };

// Queues the events of a track. Called with its lock held, to keep their
// order: it must not call back.
class TrackListener {
public:
  virtual ~TrackListener () = default;
  virtual void on_event (TrackEvent event) = 0;
};

// Hears that a track has ended, by stop() or otherwise: on the thread that ends
// it, with no lock held.
class TrackObserver {
public:
  virtual ~TrackObserver () = default;
  virtual void on_track_ended () = 0;
};

// What of its source's frames came while a track was live, enabled and not
// muted: pictures, or samples of one channel.
// https://w3c.github.io/mediacapture-extensions/#the-mediastreamtrackvideostats-interface
struct TrackStats {
  uint64_t delivered = 0;
  uint64_t discarded = 0; // for the track to have a lower frame rate
  uint64_t total = 0;     // with these, and what was lost
  Time delivered_duration = 0;
  Time total_duration = 0;
};

// A track: it owns its source, together with its clones.
// Threads: thread-safe. Lock order: Track, Source.
class Track final : public TrackView,
                    public std::enable_shared_from_this<Track> {
public:
  // Ended, if the source is.
  static std::shared_ptr<Track> create (std::shared_ptr<Source> source);
  ~Track () override;

  const std::string id; // a UUID
  const std::shared_ptr<Source> source;

  Kind kind () const { return source->kind; }
  bool enabled () const { return enabled_; }
  // False, here and below: it is what it was.
  bool set_enabled (bool enabled) EXCLUDES (lock_);
  bool muted () const EXCLUDES (lock_);
  TrackState state () const EXCLUDES (lock_);
  bool is_ended () const override { return state () == TrackState::ended; }
  Info info () const override
  {
    return {id, kind (), source->label, source->delivery};
  }
  // What the content is, for who encodes it: one of the specification's words.
  // The string is static.
  const char *content_hint () const { return content_hint_; }
  // A word that is none of this kind of track is ignored.
  bool set_content_hint (std::string_view hint);

  // Of a track that is no device's: what devices/ knows them as, copied to
  // clones.
  std::shared_ptr<const void> constraints () const EXCLUDES (lock_);
  void set_constraints (std::shared_ptr<const void> constraints)
      EXCLUDES (lock_);

  // Ends it, with no event, for who has consumed it, too. False: it has ended
  // before.
  bool stop () EXCLUDES (lock_);
  std::shared_ptr<Track> clone () const;
  std::shared_ptr<Output> subscribe (
      Delivery delivery, std::weak_ptr<Consumer> consumer) override;
  // For who reads live buffers and has no pads.
  std::shared_ptr<Output> subscribe (const Queue &queue);

  // Of sound of devices.
  LatencyMeter &latency () const { return latency_; }

  // Counted from when it was made.
  TrackStats stats () const EXCLUDES (lock_);

  std::shared_ptr<TrackListener> listener () const EXCLUDES (lock_);
  // False: it has another listener than `known`.
  bool replace_listener (const std::shared_ptr<TrackListener> &known,
      std::shared_ptr<TrackListener> listener) EXCLUDES (lock_);
  void add_observer (std::weak_ptr<TrackObserver> observer) EXCLUDES (lock_);
  void remove_observer (const TrackObserver *observer) EXCLUDES (lock_);

  // For Source: it was muted or unmuted.
  void on_source_muted () EXCLUDES (lock_);
  void on_source_ended () EXCLUDES (lock_);
  // Its settings and capabilities are others. Those that the application does
  // not know are told of when the track is not muted.
  void on_configuration (ChangedBy by) EXCLUDES (lock_);

private:
  Track (std::string uuid, std::shared_ptr<Source> from)
      : id (std::move (uuid)),
        source (std::move (from))
  {}
  void begin (TrackState state, const Track *of = nullptr);
  std::shared_ptr<Output> join (std::shared_ptr<Subscription> subscription);
  bool end (bool by_source) EXCLUDES (lock_);
  void update_flow_locked () REQUIRES (lock_);
  void tell_configuration_locked () REQUIRES (lock_);

  std::atomic<bool> enabled_{true};
  std::atomic<const char *> content_hint_{""};
  mutable LatencyMeter latency_;
  mutable Mutex lock_;
  TrackState state_ GUARDED_BY (lock_) = TrackState::live;
  bool muted_ GUARDED_BY (lock_) = false;
  // Settings and capabilities: as they are, and as the application knows them.
  std::string configuration_ GUARDED_BY (lock_);
  std::string known_configuration_ GUARDED_BY (lock_);
  std::shared_ptr<const void> constraints_ GUARDED_BY (lock_);
  // Whether what the source gives is counted: from `since_` on.
  bool flows_ GUARDED_BY (lock_) = false;
  SourceCounts since_ GUARDED_BY (lock_);
  SourceCounts flown_ GUARDED_BY (lock_); // before
  std::shared_ptr<TrackListener> listener_ GUARDED_BY (lock_);
  // The streams that have it.
  std::vector<std::pair<const TrackObserver *, std::weak_ptr<TrackObserver>>>
      observers_ GUARDED_BY (lock_);
};

} // namespace webmedia::stream
