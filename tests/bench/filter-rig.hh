// SPDX-License-Identifier: LGPL-2.1-or-later
// What one element costs: buffers go through it on the thread that measures.
#pragma once

#include "base/ptr.hh"

#include <string>
#include <vector>

namespace bench {

// Sound in buffers of so many frames, interleaved.
struct SoundShape {
  int channels;
  int frames;
};

// An element between two pads of ours. 48 kHz; each buffer is new, has noise,
// and belongs to nobody else, so that who can works in place.
class FilterRig {
public:
  // Its description as gst-launch-1.0 has it; empty: the pads are linked.
  FilterRig (const std::string &description, SoundShape shape);
  ~FilterRig ();
  FilterRig (const FilterRig &) = delete;
  FilterRig &operator= (const FilterRig &) = delete;

  const std::string &failure () const { return failure_; } // empty: it runs
  GstElement *element () { return element_.get (); }       // none: null
  // Processor time of this thread for each of so many buffers: nanoseconds;
  // negative where it fails.
  double run (int buffers);

private:
  void link (GstPad *sink, GstPad *src);
  bool push ();

  const SoundShape shape_;
  std::string failure_;
  std::vector<float> noise_;
  webmedia::Ptr<GstElement> element_;
  webmedia::Ptr<GstPad> src_;
  webmedia::Ptr<GstPad> sink_;
  GstClockTime time_ = 0;
};

} // namespace bench
