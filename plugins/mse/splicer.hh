// SPDX-License-Identifier: LGPL-2.1-or-later
// Decoded sound in, the same with crossfades out.
// https://www.w3.org/TR/media-source-2/#sourcebuffer-audio-splice-rendering-algorithm
#pragma once

#include "sound.hh"
#include "splice-signal.hh"

#include <deque>

namespace webmedia::elements {

// What lies before the time of a splice passes as it is. What comes from there
// on is held, up to 5 ms of it, until sound comes that does not continue it:
// that is faded in over it. Where that can't be done, old sound ends where new
// sound begins, and the element posts a warning.
// Threads: thread-bound (the streaming thread).
class Splicer {
public:
  // Where sound, and caps, go to.
  class Output {
  public:
    virtual GstFlowReturn on_buffer (Ptr<GstBuffer> buffer) = 0;
    virtual void on_caps (Ptr<GstEvent> event) = 0;

  protected:
    ~Output () = default;
  };

  Splicer (GstElement *element, Output &output)
      : element_ (element),
        output_ (output)
  {}

  void expect (SpliceSignal signal);
  // False: these are no caps of raw sound.
  bool set_caps (Ptr<GstEvent> event);
  GstFlowReturn process (Ptr<GstBuffer> buffer);
  // Nothing is faded in: puts out what is held.
  GstFlowReturn finish ();
  // Forgets all but the caps.
  void flush ();
  // Forgets all.
  void reset ();

private:
  struct Held {
    GstAudioInfo info;
    Sound sound;
    Time start;          // of the sound
    Time next;           // where the old sound goes on
    Time end;            // where all of it ends
    bool broken = false; // what follows the sound could not be read
  };
  struct Fade {
    Sound sound;   // that is faded out, in its own rate
    size_t length; // in frames of the new sound
    size_t done;
  };

  Time end_of (GstBuffer *buffer) const;
  bool continues (GstBuffer *buffer) const;
  void hold (GstBuffer *buffer, size_t from);
  GstFlowReturn begin_fade (Time start);
  Ptr<GstBuffer> mix (Ptr<GstBuffer> buffer);
  void warn (Time time, const char *why);
  GstFlowReturn put_out (Ptr<GstBuffer> buffer);
  GstFlowReturn put_out_held (Held &held, size_t frames);

  GstElement *const element_; // for the log and messages
  Output &output_;
  GstAudioInfo info_{};
  Ptr<GstEvent> caps_; // of what comes next, while sound is held
  std::deque<SpliceSignal> expected_;
  std::optional<Held> held_;
  std::optional<Fade> fade_;
};

} // namespace webmedia::elements
