// SPDX-License-Identifier: LGPL-2.1-or-later
// One device that is open, for all of its tracks.
#pragma once

#include "base/clock-id.hh"
#include "devices/camera-controls.hh"
#include "devices/capture-pipeline-gst.hh"
#include "devices/capture.hh"
#include "devices/device-track.hh"

namespace webmedia::devices {

// After how long without a track that needs it a device is released.
// https://www.w3.org/TR/mediacapture-streams/#source-stopped has 3 seconds.
inline constexpr Time kUntilRelease = 2 * kSecond;

// What it is made with.
struct CaptureParts {
  Device device;
  std::shared_ptr<const SettingsSpace> space;
  std::string echo_probe; // "": there is none
  Ptr<GstClock> clock;    // for the release
  bool is_muted = false;  // by the user
};

// What is asked of the controls of a camera while that is released: it is done
// when it comes back, once.
struct OwedControls {
  Settings values{};
  bool frees_iso = false; // the ISO is the camera's own again
};

// It lasts as long as its tracks, and whoever does something to it. What takes
// its time is done with the turn, on threads for what may block: a device may
// hold them up for ever. Who opens or applies waits for that, until it is
// cancelled. Nobody waits for a turn with a lock held, or on a streaming
// thread. Threads: thread-safe. Lock order: none of its locks is held while it
// calls.
class Capture final : public CapturePipeline::Owner,
                      public std::enable_shared_from_this<Capture> {
public:
  static std::shared_ptr<Capture> create (CaptureParts parts);
  ~Capture () override;

  // None: it has been closed, and another one is to be made. Blocks.
  std::optional<Result<std::shared_ptr<stream::Track>>> open (
      const OpenRequest &request) EXCLUDES (turn_);
  bool is_closed () const { return is_closed_; }
  bool has_tracks () const EXCLUDES (lock_); // live ones
  const Device &device () const { return parts_.device; }
  // The device is gone: whoever waits for it has this error, and its tracks
  // end.
  void fail (Error reason) EXCLUDES (lock_);
  void end_tracks () EXCLUDES (lock_);

  // For its tracks.
  bool is_display () const { return parts_.space->of_display; } // or its sound
  // That of what changes its size becomes another one.
  std::shared_ptr<const SettingsSpace> shared_space () const EXCLUDES (lock_);
  // In seconds, as its source says: the target of a track may be another one,
  // near to it. None: it has said nothing yet.
  std::optional<double> latency () const;
  // What the controls of a camera are set to, as they were read last.
  Settings control_values () const EXCLUDES (lock_);
  // What has ended, or ends meanwhile by its own stop(), takes all.
  Result<> apply (const std::shared_ptr<DeviceTrack> &track,
      const TrackConstraints &constraints, const Cancelled &cancelled)
      EXCLUDES (turn_);
  // A frame of another size. Whose track is not enabled, gets a black one.
  Result<Ptr<GstSample>> take_frame (const std::shared_ptr<DeviceTrack> &track,
      const TrackConstraints &size, bool is_enabled, const Cancelled &cancelled)
      EXCLUDES (turn_);
  std::shared_ptr<stream::Source> clone (const Demand &demand) EXCLUDES (lock_);
  void remove (const DeviceTrack *track) EXCLUDES (lock_);
  void on_wanted () EXCLUDES (lock_);
  void on_hint () { schedule (); }
  // The user has muted it, or not any more: nothing of it is given out.
  void mute (bool muted) EXCLUDES (lock_);
  // Its camera is not panned, tilted or zoomed any more for any of them.
  void forbid_movement () EXCLUDES (lock_);

  // CapturePipeline::Owner
  void on_data () override EXCLUDES (lock_);
  void on_failure (Error error) override { fail (std::move (error)); }
  void on_branch_failure () override { schedule (); }
  void on_caps (const GstCaps *caps) override EXCLUDES (lock_);

private:
  using Tracks = std::vector<std::shared_ptr<DeviceTrack>>;
  using Selections = std::vector<Selection>;
  using Opened = Result<std::shared_ptr<stream::Track>>;
  enum class Awaited { yes, no };
  // What a plan is carried out for.
  enum class Purpose { open, apply, restore };
  // Whether a camera is asked for something, or brought back to what it was.
  enum class Told { now, before };
  // What is to be: of each track, what it asks for and gets.
  struct Setup {
    CaptureMode mode;
    std::vector<Demand> demands;
  };
  struct Running {
    std::shared_ptr<DeviceTrack> track;
    std::unique_ptr<CaptureBranch> branch;
  };
  struct Photo;

  explicit Capture (CaptureParts parts);

  Tracks tracks () const EXCLUDES (lock_);
  bool has_failed () const EXCLUDES (lock_);
  bool add (const std::shared_ptr<DeviceTrack> &track) EXCLUDES (lock_);
  void mute_tracks () EXCLUDES (lock_);
  void tell_muted () EXCLUDES (lock_);
  void tell_muted (stream::Input &input) const;
  void mute_new (const DeviceTrack &track) const;
  bool is_any_wanted () const EXCLUDES (lock_);
  void schedule () EXCLUDES (lock_);
  bool schedule_locked () REQUIRES (lock_);
  void run_work ();
  void work () EXCLUDES (turn_);

  std::optional<Opened> open_in_turn (
      const Demand &demand, const Wanted &wanted) EXCLUDES (turn_);
  Result<> apply_in_turn (const std::shared_ptr<DeviceTrack> &track,
      const TrackConstraints &constraints, const Wanted &wanted)
      EXCLUDES (turn_);
  Result<Ptr<GstSample>> take_in_turn (const Photo &photo, const Wanted &wanted)
      EXCLUDES (turn_);
  Setup photo_setup (const Tracks &others, const TrackConstraints &size)
      REQUIRES (turn_) EXCLUDES (lock_);
  Demand in_force (Demand demand) const REQUIRES (turn_) EXCLUDES (lock_);
  Result<Demand> demand_now (const Demand &demand) REQUIRES (turn_);
  // For this track, which may be null: it is none of the capture's yet.
  Result<Demand> demand_of (const Demand &asked, const DeviceTrack *track) const
      EXCLUDES (lock_);
  // What tracks are to have: all or nothing.
  Result<> change (const std::shared_ptr<DeviceTrack> &track, Demand demand,
      bool is_new, const Wanted &wanted) REQUIRES (turn_);
  void tell_all (const std::shared_ptr<DeviceTrack> &asker,
      const Tracks &tracks, std::vector<Demand> now) REQUIRES (turn_);
  void restore (const CaptureMode &mode, bool was_released) REQUIRES (turn_);
  Result<> run (const Tracks &tracks, const Setup &setup, Purpose purpose,
      const Cancelled &cancelled) REQUIRES (turn_);
  bool runs_as (const CaptureMode &mode) const REQUIRES (turn_);
  Result<> start (const CaptureMode &mode, Awaited awaited,
      const Cancelled &cancelled) REQUIRES (turn_);
  BranchShape shape_of (const CaptureMode &mode, const Demand &demand) const
      REQUIRES (turn_);
  void set_size (
      BranchShape &shape, const CaptureMode &mode, const Demand &demand) const;
  Ptr<GstCaps> mode_caps (size_t mode) const;
  // Whether what it gives out has a size of its own.
  bool has_surface () const
  {
    return is_display () && parts_.space->kind == TrackKind::video;
  }
  Ptr<GstCaps> device_caps (const CaptureMode &mode) const;
  static CaptureMode of_any_size (CaptureMode mode);
  bool names_rate () const REQUIRES (turn_);
  bool see_size () REQUIRES (turn_) EXCLUDES (lock_);
  void follow_size () REQUIRES (turn_) EXCLUDES (lock_);
  SettingsSpace space_as_it_is () const REQUIRES (turn_) EXCLUDES (lock_);
  Result<> settle (const Tracks &tracks, const CaptureMode &mode,
      std::vector<Demand> demands) REQUIRES (turn_) EXCLUDES (lock_);
  void cover (const Tracks &tracks) REQUIRES (turn_) EXCLUDES (lock_);
  Result<> fit_branch (const std::shared_ptr<DeviceTrack> &track,
      BranchShape shape) REQUIRES (turn_);
  Result<> fit_branches (const Tracks &tracks, const Setup &setup)
      REQUIRES (turn_);
  void fit_or_end (const Tracks &tracks, const Setup &setup) REQUIRES (turn_);
  void stop_head () REQUIRES (turn_) EXCLUDES (lock_);
  void start_controls (const Ptr<GstElement> &element) REQUIRES (turn_)
      EXCLUDES (lock_);
  Settings write_all_controls () REQUIRES (turn_);
  void stop_controls () REQUIRES (turn_);
  void read_controls (const Settings &moving = {}) REQUIRES (turn_)
      EXCLUDES (lock_);
  void tell_news (const Tracks &tracks) REQUIRES (turn_);
  void forget_movement (const Tracks &tracks) REQUIRES (turn_);
  Settings write_controls (
      const Settings &values, const Settings &now, Told told) REQUIRES (turn_);
  void put_controls (const Settings &values, Told told) REQUIRES (turn_)
      EXCLUDES (lock_);
  Result<> set_controls (const Settings &values,
      std::span<const Demand> demands) REQUIRES (turn_) EXCLUDES (lock_);
  void undo_controls (const Settings &set, Settings before,
      bool was_iso_automatic) REQUIRES (turn_) EXCLUDES (lock_);
  std::shared_ptr<const SettingsSpace> space_of (
      const Demand &demand, const DeviceTrack *track) const EXCLUDES (lock_);
  std::shared_ptr<const SettingsSpace> fix_controls (const Settings &controls,
      std::vector<Demand> &demands) const EXCLUDES (lock_);
  bool measure () REQUIRES (turn_);
  void follow_hints (const Tracks &tracks) REQUIRES (turn_);
  void end_failed () REQUIRES (turn_) EXCLUDES (lock_);
  void end_alone (const std::shared_ptr<DeviceTrack> &track,
      const Error &reason) EXCLUDES (lock_);
  void keep_branches (const Tracks &tracks) REQUIRES (turn_);
  void release () REQUIRES (turn_);
  void start_blank (const Ptr<GstCaps> &caps) REQUIRES (turn_);
  void acquire () REQUIRES (turn_);
  bool ensure_timer () REQUIRES (turn_);
  void stop_timer () REQUIRES (turn_);
  void see_to_end () REQUIRES (turn_) EXCLUDES (lock_);

  const CaptureParts parts_;
  const std::shared_ptr<CaptureHealth> health_ =
      std::make_shared<CaptureHealth> ();

  Turn turn_;
  std::unique_ptr<CapturePipeline> pipeline_ GUARDED_BY (turn_); // open
  std::optional<CaptureMode> running_ GUARDED_BY (turn_);
  std::vector<Running> branches_ GUARDED_BY (turn_); // go before the pipeline
  std::shared_ptr<CameraControls> controls_ GUARDED_BY (turn_); // as it runs
  Settings wanted_controls_ GUARDED_BY (turn_); // what it was told
  OwedControls owed_controls_ GUARDED_BY (turn_);
  Settings last_read_ GUARDED_BY (turn_); // what it had, as it ran last
  // Values of controls are others, and it is not told yet.
  bool is_reread_ GUARDED_BY (turn_) = false;
  ClockId timer_ GUARDED_BY (turn_);
  bool lacks_blank_ GUARDED_BY (turn_) = false; // released, and nothing comes
  // It has a size that it had not when it was opened.
  bool is_resized_ GUARDED_BY (turn_) = false;

  std::atomic<bool> is_closed_{false}; // written with the lock held
  std::atomic<bool> is_muted_{false};  // written with the lock held
  std::atomic<bool> is_muted_by_user_{false};
  std::atomic<bool> is_released_{false}; // written with the turn
  std::atomic<bool> is_release_due_{false};
  std::atomic<bool> is_movement_forbidden_{false}; // since work() looked
  std::atomic<Time> latency_{0}; // written with the turn; 0: it is not known

  mutable Mutex lock_;
  std::shared_ptr<const SettingsSpace> space_ GUARDED_BY (lock_);
  Settings control_values_ GUARDED_BY (lock_);
  CaptureMode given_ GUARDED_BY (lock_); // by its caps; 0: not known yet
  Tracks tracks_ GUARDED_BY (lock_);     // live
  std::weak_ptr<DeviceTrack> photographed_ GUARDED_BY (lock_);
  bool has_failed_ GUARDED_BY (lock_) = false;
  bool is_scheduled_ GUARDED_BY (lock_) = false;
};

} // namespace webmedia::devices
