// SPDX-License-Identifier: LGPL-2.1-or-later
// Which pads of a bin take frames.
#pragma once

#include "gstwebmsesrc.hh"

namespace webmedia::elements {

// The pads of a bin, and who takes their frames. Whether a pad is taken from
// shows only when something is pushed: an application or decodebin3 may have
// put another in place of the one that fails. So the last one that was linked
// begins a search when it fails: all the others are asked to try. The bin has
// failed when each that has not ended has tried in vain since. A linked pad
// that ends, also by the removal of its track, does not begin one.
//
// A multiqueue says what became of an earlier frame, and decodebin3 exchanges
// what is behind it in steps: where a pad has a peer that says NOT_LINKED, all
// try some more times, for about a second. No event tells that a queue has let
// go of its answer; where a link is made in between, RECONFIGURE has that
// track try at once.
// Threads: thread-safe.
class Links {
public:
  // With the lock of its Links held, but `src`.
  struct Member {
    Ptr<GstElement> src;
    bool linked = true; // until it fails
    bool ended = false;
    bool tried = false; // in vain, since it was asked
    bool vague = false; // it was somebody beyond the next element who failed

    TrackStream &track () const
    {
      return gst_web_mse_src_stream (GST_WEB_MSE_SRC (src.get ()));
    }
  };

  void join (const std::shared_ptr<Member> &member) EXCLUDES (lock_);
  void leave (const std::shared_ptr<Member> &member) EXCLUDES (lock_);
  // Whether what the member pushed was taken, and whether it has a peer. Both
  // return whether the bin has failed, once.
  bool report (Member &member, bool taken, bool has_peer) EXCLUDES (lock_);
  bool set_ended (Member &member, bool ended) EXCLUDES (lock_);

private:
  using Asked = std::vector<Ptr<GstElement>>;

  bool has_linked_locked () const REQUIRES (lock_);
  bool have_all_tried_locked () const REQUIRES (lock_);
  // Asks all but that one to try: wake() what it returns.
  Asked ask_locked (const Member *but, Time delay = 0) REQUIRES (lock_);
  // Whether the bin has failed; else asks again where that may help.
  bool conclude_locked (Asked *asked) REQUIRES (lock_);
  static void wake (const Asked &asked);

  Mutex lock_;
  std::vector<std::shared_ptr<Member>> members_ GUARDED_BY (lock_);
  // Since the last linked one failed.
  unsigned repeats_ GUARDED_BY (lock_) = 0; // of this search
  bool searching_ GUARDED_BY (lock_) = false;
};

} // namespace webmedia::elements
