// SPDX-License-Identifier: LGPL-2.1-or-later
// A track of the sound that an application makes.
// https://webaudio.github.io/web-audio-api/#MediaStreamAudioDestinationNode
#pragma once

#include "base/result.hh"
#include "stream/track.hh"

namespace webmedia::stream {

// The application pushes blocks of samples in real time. Each follows the one
// before, but for one that comes later than that by more than 40 ms: it begins
// anew.
// Threads: thread-safe, but blocks come from one thread at a time.
class AudioDestination final
    : public Producer,
      public std::enable_shared_from_this<AudioDestination> {
public:
  // TypeError: it is no format of raw sound.
  static Result<std::shared_ptr<AudioDestination>> create (
      Ptr<GstClock> clock, Ptr<GstCaps> format);

  const Ptr<GstCaps> format;

  const std::shared_ptr<Track> &track () const { return track_; }

  // TypeError: it has not a whole number of samples; QuotaExceededError: there
  // is sound for more than a second already; InvalidStateError: the track has
  // ended.
  Result<> push (Ptr<GstBuffer> block) EXCLUDES (lock_);

  bool query (GstQuery *query) override;
  void send_event (Ptr<GstEvent>) override {}
  void stop () override {}

private:
  struct Place {
    Time time; // by the clock
    Time duration;
    bool discont;
  };

  AudioDestination (
      Ptr<GstClock> clock, Ptr<GstCaps> caps, int frame_size, int rate);
  void begin ();
  Result<Place> find_place (int64_t count) EXCLUDES (lock_);

  const Ptr<GstClock> clock_;
  const int frame_size_; // bytes of all channels
  const int rate_;
  const Time start_; // by the clock
  std::shared_ptr<Track> track_;
  std::unique_ptr<Input> input_;

  Mutex lock_;
  Time base_ GUARDED_BY (lock_) = kTimeNone; // of the first of the samples
  int64_t samples_ GUARDED_BY (lock_) = 0;   // that followed each other
};

} // namespace webmedia::stream
