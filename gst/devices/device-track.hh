// SPDX-License-Identifier: LGPL-2.1-or-later
// What a track of a device asks.
#pragma once

#include "base/mutex.hh"
#include "devices/capture-plan.hh"
#include "devices/constrainable.hh"
#include "stream/pad-producer.hh"
#include "stream/source.hh"

namespace webmedia::devices {

class Capture;

// The producer of one source, which holds it. As long as it is live it holds
// its source's input, and its capture.
// Threads: thread-safe.
class DeviceTrack final : public stream::Producer,
                          public Constrainable,
                          public std::enable_shared_from_this<DeviceTrack> {
public:
  struct Made {
    std::shared_ptr<DeviceTrack> track;
    std::shared_ptr<stream::Source> source; // whose it is
  };
  static Made make (std::shared_ptr<Capture> capture, Demand demand);

  // stream::Producer
  bool query (GstQuery *query) override EXCLUDES (lock_);
  void send_event (Ptr<GstEvent> event) override EXCLUDES (lock_);
  void stop () override EXCLUDES (lock_);
  bool is_delivering () override EXCLUDES (lock_);
  std::shared_ptr<stream::Source> source_of_clone () override EXCLUDES (lock_);
  void on_wanted () override;
  Constrainable *constrainable () override { return this; }

  // Constrainable
  Capabilities capabilities () const override;
  TrackConstraints constraints () const override EXCLUDES (lock_);
  Settings settings () const override EXCLUDES (lock_);
  Result<> apply (const TrackConstraints &constraints,
      const std::function<bool ()> &cancelled) override EXCLUDES (lock_);
  Result<Ptr<GstSample>> take_frame (const TrackConstraints &size,
      bool is_enabled, const std::function<bool ()> &cancelled) override
      EXCLUDES (lock_);
  void follow_hint (const stream::Track &track) override EXCLUDES (lock_);

  // For its capture.
  bool is_wanted () const EXCLUDES (lock_);
  Demand demand () const EXCLUDES (lock_);
  // Its defaults stay: only hints change them.
  void set_selected (TrackConstraints constraints, Selection selection)
      EXCLUDES (lock_);
  // False: it might not anyway.
  bool forbid_movement () EXCLUDES (lock_);
  // What hints have asked for since the last call.
  Settings take_hinted () EXCLUDES (lock_);
  // It is not in force after all; newer hints count more.
  void put_back_hinted (Settings hinted) EXCLUDES (lock_);
  // Its settings or capabilities may be others.
  void tell_configuration (stream::ChangedBy by) EXCLUDES (lock_);
  // Null: it has ended.
  std::shared_ptr<stream::Input> input () const EXCLUDES (lock_);
  void set_upstream (std::shared_ptr<stream::Producer> upstream)
      EXCLUDES (lock_);
  // The device will not give out anything any more.
  void end () EXCLUDES (lock_);

private:
  DeviceTrack (std::shared_ptr<Capture> capture, Demand demand);
  std::shared_ptr<stream::Producer> upstream () const EXCLUDES (lock_);
  std::shared_ptr<stream::Source> source () const EXCLUDES (lock_);
  std::shared_ptr<stream::Input> take_input () EXCLUDES (lock_);

  const std::shared_ptr<Capture> capture_;
  mutable Mutex lock_;
  Demand demand_ GUARDED_BY (lock_);
  Settings hinted_ GUARDED_BY (lock_); // and is not in force yet
  std::weak_ptr<stream::Source> source_ GUARDED_BY (lock_);
  std::shared_ptr<stream::Input> input_ GUARDED_BY (lock_);
  std::shared_ptr<stream::Producer> upstream_ GUARDED_BY (lock_);
};

} // namespace webmedia::devices
