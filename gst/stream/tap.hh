// SPDX-License-Identifier: LGPL-2.1-or-later
// Feeds a live track with what passes a pad of a pipeline.
#pragma once

#include "stream/bypass.hh"
#include "stream/endpoints.hh"

namespace webmedia::stream {

// What it had is handed on from the next buffer on, caps and tags first.
// Threads: thread-safe.
class Tap {
public:
  enum class Role {
    // The pad is a sink's, and all that comes there is for the track: its
    // consumers answer CAPS and ALLOCATION, EOS ends it, and whoever pushes is
    // stopped when nobody wants it any more.
    end,
    // Something else consumes what passes, and sees no difference. What passes
    // in PAUSED is shown as a still picture, and counts once PLAYING goes on
    // from it. Who owns the tap knows when the track ends.
    pass,
  };

  // Hears of the rate of what a bypass hands on from now, on the streaming
  // thread, with no lock held.
  class Watcher {
  public:
    virtual ~Watcher () = default;
    virtual void on_rate (double rate) = 0;
  };

  // The pad's element, in a pipeline, has the clock and the base time.
  Tap (GstPad *pad, Role role);
  // What comes to the pad says when, and the bypass what: that it held of the
  // same time.
  Tap (GstPad *pad, std::shared_ptr<Bypass> bypass,
      std::weak_ptr<Watcher> watcher);
  ~Tap (); // as set_input (null)
  Tap (const Tap &) = delete;
  Tap &operator= (const Tap &) = delete;

  // What it feeds from now on, which is of a live track; null: nothing. What it
  // fed before ends.
  void set_input (std::shared_ptr<Input> input);
  // Closed, it hands on no buffers and gaps.
  void set_open (bool open);
  // What came last comes to an end, on the pad's streaming thread.
  void drain ();

private:
  class State;

  Tap (GstPad *pad, std::shared_ptr<State> state);

  const Ptr<GstPad> pad_;
  const std::shared_ptr<State> state_;
  gulong probe_;
};

} // namespace webmedia::stream
