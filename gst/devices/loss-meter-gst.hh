// SPDX-License-Identifier: LGPL-2.1-or-later
// What a device of sound has lost: GstAudioBaseSrc, whose ring buffer is read
// too late, goes on with what is newer, and marks that with DISCONT.
// https://w3c.github.io/mediacapture-extensions/#the-mediastreamtrackaudiostats-interface
#pragma once

#include "base/time.hh"

#include <gst/gst.h>

namespace webmedia::devices {

// Threads: thread-bound (a streaming thread).
class LossMeter {
public:
  // How long what is missing before it lasts; 0: nothing is.
  Time lost_before (GstBuffer *sound)
  {
    Time start = time_of (GST_BUFFER_PTS (sound));
    Time duration = time_of (GST_BUFFER_DURATION (sound));
    bool jumps = GST_BUFFER_FLAG_IS_SET (sound, GST_BUFFER_FLAG_DISCONT);
    Time lost = jumps && start != kTimeNone && end_ != kTimeNone && start > end_
                    ? start - end_
                    : 0;
    end_ = start != kTimeNone && duration != kTimeNone ? start + duration
                                                       : kTimeNone;
    return lost;
  }
  // Where there was nothing to lose, or times are others, it begins anew.
  void on_event (GstEvent *event)
  {
    switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_STREAM_START:
    case GST_EVENT_SEGMENT:
    case GST_EVENT_FLUSH_STOP:
    case GST_EVENT_GAP:
      end_ = kTimeNone;
      break;
    default:
      break;
    }
  }

private:
  static Time time_of (GstClockTime time)
  {
    return time == GST_CLOCK_TIME_NONE        ? kTimeNone
           : time > GstClockTime (kTimeLimit) ? kTimeLimit
                                              : Time (time);
  }

  Time end_ = kTimeNone; // of what came last
};

} // namespace webmedia::devices
