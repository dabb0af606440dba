// SPDX-License-Identifier: LGPL-2.1-or-later
// A track of what an application writes.
#pragma once

#include "base/mutex.hh"
#include "devices/constrainable.hh"
#include "devices/frame-rate-meter.hh"
#include "devices/frame-scaler.hh"
#include "devices/frame-size.hh"
#include "devices/frame-skipper.hh"
#include "stream/raw-info.hh"
#include "stream/source.hh"

namespace webmedia::devices {

class TrackGenerator;

// What is written.
struct WrittenFrame {
  Ptr<GstBuffer> picture{};
  stream::PictureFormat format{};
  Time time = 0; // by the clock: when it was
};

// What a clone has of its track.
struct GeneratorState {
  std::shared_ptr<const TrackConstraints> constraints =
      std::make_shared<TrackConstraints> ();
  Settings settings{};
};

// The producer of one source, which holds it: each track is cropped, scaled and
// decimated for itself. As long as it is live it holds its source's input.
// Threads: thread-safe; frames come one after the other.
class GeneratorTrack final : public stream::Producer, public Constrainable {
public:
  struct Made {
    std::shared_ptr<GeneratorTrack> track;
    std::shared_ptr<stream::Source> source; // whose it is
  };
  static Made make (const std::shared_ptr<TrackGenerator> &generator,
      Ptr<GstClock> clock, Time start, GeneratorState state);

  // stream::Producer
  bool query (GstQuery *query) override;
  void send_event (Ptr<GstEvent>) override {}
  void stop () override EXCLUDES (lock_);
  std::shared_ptr<stream::Source> source_of_clone () override EXCLUDES (lock_);
  Constrainable *constrainable () override { return this; }

  // Constrainable:
  // https://w3c.github.io/mediacapture-transform/#generator-constrainable-properties
  Capabilities capabilities () const override;
  TrackConstraints constraints () const override EXCLUDES (lock_);
  Settings settings () const override EXCLUDES (lock_);
  Result<> apply (const TrackConstraints &constraints,
      const std::function<bool ()> &cancelled) override EXCLUDES (lock_);
  void follow_hint (const stream::Track &) override {}

  // For the generator: the next frame, or the last one, for who comes late.
  void put (const WrittenFrame &frame) EXCLUDES (lock_);
  void keep (const WrittenFrame &frame) EXCLUDES (lock_);
  void set_muted (bool muted) EXCLUDES (lock_);
  void end () EXCLUDES (lock_);

private:
  // What becomes of frames of a size.
  struct Plan {
    FrameSize size{};
    double frame_rate = 0; // 0: all of them
    bool is_scaled = false;
  };

  GeneratorTrack (const std::shared_ptr<TrackGenerator> &generator,
      Ptr<GstClock> clock, Time start, GeneratorState state);
  static Plan plan_for (
      const stream::PictureFormat &format, const TrackConstraints &constraints);
  std::shared_ptr<stream::Input> input () const EXCLUDES (lock_);
  std::shared_ptr<stream::Input> take_input () EXCLUDES (lock_);
  void follow (const stream::PictureFormat &format) EXCLUDES (lock_);
  bool skips (Time time);
  Ptr<GstBuffer> shape (const WrittenFrame &frame);
  void tell_caps (stream::Input &input, const Ptr<GstCaps> &caps);
  void tell_settings (const stream::PictureFormat &format, Time time)
      EXCLUDES (lock_);

  const std::weak_ptr<TrackGenerator> generator_;
  const Ptr<GstClock> clock_;
  const Time start_; // of the generator, by the clock

  mutable Mutex lock_;
  std::weak_ptr<stream::Source> source_ GUARDED_BY (lock_);
  std::shared_ptr<stream::Input> input_ GUARDED_BY (
      lock_); // null: it has ended
  std::shared_ptr<const TrackConstraints> constraints_ GUARDED_BY (lock_);
  Settings settings_ GUARDED_BY (lock_); // but for the frame rate
  FrameRateMeter given_ GUARDED_BY (lock_);

  // Of who hands on frames.
  std::shared_ptr<const TrackConstraints> followed_;
  Plan plan_;
  int width_ = 0, height_ = 0; // of the last frame that was written
  FrameRateMeter written_;
  std::optional<FrameSkipper> skipper_;
  FrameScaler scaler_;
  Ptr<GstCaps> caps_;      // that the input knows
  bool is_shaped_ = false; // the last frame was cropped or scaled
};

} // namespace webmedia::devices
