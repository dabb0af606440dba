// SPDX-License-Identifier: LGPL-2.1-or-later
// A media source's link to the one player that plays it.
// https://www.w3.org/TR/media-source-2/#mediasource-attach
#pragma once

#include "mse/media-source.hh"
#include "mse/player.hh"

namespace webmedia::mse {

// Threads: thread-safe.
class Attachment final : public Player,
                         public std::enable_shared_from_this<Attachment> {
public:
  static std::shared_ptr<Attachment> create (
      std::shared_ptr<MediaSource> source);
  ~Attachment () override;

  // Player
  void set_observer (std::weak_ptr<PlayerObserver> observer) override
      EXCLUDES (lock_);
  bool has_metadata () const override;
  bool is_ended () const override;
  bool has_failed () const override;
  MediaReadyState ready_state () const override;
  std::vector<TrackInfo> tracks () const override;
  void select (const std::vector<std::string> &track_ids) override;
  std::unique_ptr<Reader> open (
      const std::string &track_id, Time time) override;
  Time duration () const override;
  std::vector<Span> buffered () const override;
  std::vector<Span> seekable () const override;
  void set_element_error () override;
  void detach () override;

  // For MediaSource.
  void tracks_changed () EXCLUDES (lock_);
  void selection_changed ();
  void init_data_encountered (const InitData &data) EXCLUDES (lock_);
  // `cut`: the end, where it is before the old one; else infinite.
  void duration_changed (Time cut);
  void source_ended ();
  void ready_state_changed ();
  void failed (const Error &error) EXCLUDES (lock_);

private:
  class ReaderPlace;

  explicit Attachment (std::shared_ptr<MediaSource> source);
  std::shared_ptr<PlayerObserver> observer () const EXCLUDES (lock_);
  template <typename Function>
  void for_places_locked (Function function) REQUIRES (lock_);
  void update_playhead () EXCLUDES (lock_);
  void update_starving () EXCLUDES (lock_);

  const std::shared_ptr<MediaSource> source_;
  mutable Mutex lock_;
  std::weak_ptr<PlayerObserver> observer_ GUARDED_BY (lock_);
  // What ended playback, for an observer that comes later.
  std::optional<Error> failure_ GUARDED_BY (lock_);
  // What came before the first observer.
  std::vector<InitData> early_ GUARDED_BY (lock_);
  bool observed_ GUARDED_BY (lock_) = false;
  // Where each open reader is; gone with the reader.
  std::vector<std::weak_ptr<ReaderPlace>> places_ GUARDED_BY (lock_);
};

} // namespace webmedia::mse
