// SPDX-License-Identifier: LGPL-2.1-or-later
// The ends of a live track: a source whose buffers say when they were made,
// and a sink that reads it. Neither touches the media beyond that.
#pragma once

#include <cstdint>
#include <gst/gst.h>
#include <vector>

namespace bench {

struct Medium {
  bool is_video;
  const char *caps;
  size_t size;    // bytes of a buffer
  uint64_t frame; // its nanoseconds
};

Medium sound ();                // 10 ms of S16 stereo, 48 kHz
Medium pictures (int a_second); // 30 or 60; 1080p, I420

// What a source did.
struct Made {
  uint64_t due;     // buffers that there should be
  uint64_t count;   // and are
  unsigned buffers; // that its pool allocated
};

// What a sink got. Times are nanoseconds.
struct Got {
  uint64_t count = 0;
  uint64_t lost = 0;          // sequence numbers that did not come
  uint64_t copied = 0;        // not in the memory that the source filled
  uint64_t first = 0;         // when the first one came
  double first_age = 0;       // from its making
  std::vector<double> ages;   // of each, where the source is paced
  std::vector<double> errors; // time in the consumer's pipeline less when made
};

// Paced: live, a buffer each `frame` of the clock; a source that is held up
// leaves out what is past, as a camera does. Otherwise: as fast as they go.
GstElement *make_source (const Medium &medium, bool paced);
Made look_at_source (GstElement *source);

// It does not wait for its clock. `delay`: nanoseconds that it takes for each
// buffer.
GstElement *make_sink (bool paced, uint64_t delay);
// When its thread has gone.
const Got &look_at_sink (GstElement *sink);
uint64_t count_at_sink (GstElement *sink);
// When EOS came; 0: it has not.
uint64_t ended_at_sink (GstElement *sink);

} // namespace bench
