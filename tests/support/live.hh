// SPDX-License-Identifier: LGPL-2.1-or-later
// Live pipelines by a clock that the test moves.
#pragma once

#include "support/playback.hh"

#include <deque>
#include <gst/check/gsttestclock.h>
#include <memory>

namespace webmedia::test {

// Threads: thread-bound.
class LiveClock {
public:
  LiveClock ()
      : clock_ (GST_TEST_CLOCK (
          gst_test_clock_new_with_start_time (1000 * GST_SECOND)))
  {}
  ~LiveClock () { gst_object_unref (clock_); }

  GstClock *get () { return GST_CLOCK (clock_); }
  void advance (int64_t time) { gst_test_clock_advance_time (clock_, time); }

private:
  GstTestClock *const clock_;
};

// A live producer in a pipeline of its own: what is pushed goes to its one
// element, which has PLAYING.
// Threads: thread-bound.
class Feed {
public:
  // `sink`: of a pipeline's description.
  Feed (const std::string &sink, LiveClock &clock, int64_t latency = 0);
  ~Feed ();

  // 16 x 16, 25 a second. The one that was pushed, only to be compared.
  GstBuffer *push_picture (int64_t pts);

private:
  Pipeline pipeline_;
};

// A consumer, likewise: what a fakesink that is called "out" gets.
// Threads: thread-bound.
class Consumer {
public:
  Consumer (const std::string &description, LiveClock &clock);
  ~Consumer ();

  GstElement *operator* () { return *pipeline_; }
  GstPad *pad () { return pad_; } // the sink's
  void play () { pipeline_.play (); }
  // Until the sink is linked.
  void wait_linked ();
  // The next buffer that comes, only to be compared.
  GstBuffer *next ();
  int64_t next_running_time ();
  std::string wait_end () { return pipeline_.wait_end (); }

private:
  struct Seen {
    GstBuffer *buffer;
    int64_t running_time;
  };

  static GstPadProbeReturn probe (
      GstPad *pad, GstPadProbeInfo *info, gpointer self);
  Seen take ();

  Pipeline pipeline_;
  GstPad *pad_;
  std::mutex lock_;
  std::condition_variable added_;
  std::deque<Seen> seen_;
};

} // namespace webmedia::test
