// SPDX-License-Identifier: LGPL-2.1-or-later
// Decoded sound in, the same without what was cut at the append window out.
#pragma once

#include "splice-signal.hh"

#include <deque>
#include <gst/audio/audio.h>

namespace webmedia::elements {

// The sound of a frame that was cut begins with the first buffer that reaches
// into the frame's times, and ends where they end, or where sound begins that
// does not go on with it. All other sound passes.
// Threads: thread-bound (the streaming thread).
class Trimmer {
public:
  explicit Trimmer (GstElement *element) : element_ (element) {}

  void expect (const TrimSignal &signal);
  void set_caps (GstCaps *caps);
  // What is left of the buffer; null: nothing.
  Ptr<GstBuffer> process (Ptr<GstBuffer> buffer);
  // What comes next does not go on with what came.
  void interrupt ();
  // Forgets all but the caps.
  void flush ();

private:
  void find_frame (Time start, Time end, bool anew);
  Ptr<GstBuffer> part_of (Ptr<GstBuffer> buffer, size_t from, size_t to) const;
  Ptr<GstBuffer> mark (Ptr<GstBuffer> buffer, bool is_cut);

  GstElement *const element_; // for the log
  GstAudioInfo info_{};
  std::deque<TrimSignal> expected_;
  bool is_inside_ = false;   // the sound of the first of these has begun
  Time next_ = kTimeNone;    // where the sound that came last goes on
  Time joint_ = kTimeNone;   // where what was left of it ends
  bool ends_in_cut_ = false; // and the rest of it was cut
  bool discont_ = false;     // of a buffer of which nothing was left
};

} // namespace webmedia::elements
