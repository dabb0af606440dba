// SPDX-License-Identifier: LGPL-2.1-or-later
// Sound of one clock, as another one counts it.
#pragma once

#include "base/ptr.hh"
#include "base/time.hh"

#include <gst/audio/audio.h>
#include <memory>
#include <optional>

namespace webmedia::stream {

// A second of the producer's clock is not one of the consumer's, so its samples
// are too many or too few to follow each other there: they are resampled by so
// much that they do. What is a little off in time is brought back slowly.
// Threads: thread-bound (the consumer's streaming thread).
class Resampler {
public:
  // Of what is not raw sound nothing is done.
  void set_caps (GstCaps *caps);
  // What comes next does not follow what was before.
  void reset ()
  {
    position_.reset ();
    is_after_silence_ = false;
  }
  // What comes next follows a silence that is not resampled: where it begins
  // anew there, it does not jump.
  void follow_silence () { is_after_silence_ = !position_; }
  // Gives a buffer that is due then; null where it is too short for anything to
  // come out yet. `due` becomes when the returned one is, which is where the
  // one before it ended, unless `jumps` says that it is not.
  Ptr<GstBuffer> make (const Ptr<GstBuffer> &buffer, Time &due, bool &jumps);
  // By how much what it gives is late.
  Time latency () const { return latency_; }

private:
  struct ConverterFree {
    void operator() (GstAudioConverter *converter) const
    {
      gst_audio_converter_free (converter);
    }
  };
  // Where the next sample is due: exactly, however long it goes on.
  struct Position {
    Time origin;
    uint64_t frames;
  };

  Time time_of (const Position &position) const;
  bool begin (Time due);
  void set_rate (int more);
  void correct (Time error, gsize frames);
  Ptr<GstBuffer> convert (GstBuffer *buffer, GstAudioBuffer &in, gsize frames);

  std::optional<GstAudioInfo> info_;
  std::unique_ptr<GstAudioConverter, ConverterFree> converter_;
  std::optional<Position> position_;
  bool is_after_silence_ = false;
  Time latency_ = 0;
  gsize since_correction_ = 0; // frames
  int out_rate_ = 0;
};

} // namespace webmedia::stream
