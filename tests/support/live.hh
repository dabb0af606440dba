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
      : clock_ (GST_TEST_CLOCK (gst_test_clock_new_with_start_time (kStart)))
  {}
  ~LiveClock () { gst_object_unref (clock_); }

  GstClock *get () { return GST_CLOCK (clock_); }
  void advance (int64_t time) { gst_test_clock_advance_time (clock_, time); }
  // To where somebody waits for. With a number: once so many wait, to each.
  void advance_to_next_wait (guint waiting = 1)
  {
    gst_test_clock_wait_for_multiple_pending_ids (clock_, waiting, nullptr);
    for (guint i = 0; i < waiting; i++)
      gst_test_clock_crank (clock_);
  }
  // Whether somebody waits for a time that is no further away.
  bool is_awaited_within (int64_t time)
  {
    GstClockID next;
    if (!gst_test_clock_peek_next_pending_id (clock_, &next))
      return false;
    bool is_near = gst_clock_id_get_time (next)
                   <= gst_clock_get_time (get ()) + GstClockTime (time);
    gst_clock_id_unref (next);
    return is_near;
  }
  // Until so many wait.
  void wait_for_waits (guint waiting)
  {
    gst_test_clock_wait_for_multiple_pending_ids (clock_, waiting, nullptr);
  }
  // Since the test began.
  int64_t now () { return int64_t (gst_clock_get_time (get ()) - kStart); }

private:
  static constexpr GstClockTime kStart = 1000 * GST_SECOND;

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
  static constexpr uint8_t kByte = 99; // of the pictures
  // Until what a consumer has got is on its way no more: a track to which
  // something is on its way is not silent.
  void wait_arrived ();
  std::string wait_end () { return pipeline_.wait_end (); }

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
  GstElement *get (const char *name) { return pipeline_.get (name); }
  GstPad *pad () { return pad_; } // the sink's
  void play () { pipeline_.play (); }
  // Until its tracks have it, and it plays, or pauses, with all of them: what
  // comes from then on is for it.
  void wait_joined ();
  struct Seen {
    GstBuffer *buffer; // only to be compared
    int64_t running_time;
    uint8_t first_byte;
    bool is_even; // all its bytes are that
  };
  // The next buffer that comes.
  Seen take ();
  GstBuffer *next ();
  int64_t next_running_time ();
  std::string wait_end () { return pipeline_.wait_end (); }

private:
  static GstPadProbeReturn probe (
      GstPad *pad, GstPadProbeInfo *info, gpointer self);

  Pipeline pipeline_;
  GstPad *pad_;
  std::mutex lock_;
  std::condition_variable added_;
  std::deque<Seen> seen_;
};

} // namespace webmedia::test
