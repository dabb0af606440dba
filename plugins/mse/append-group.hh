// SPDX-License-Identifier: LGPL-2.1-or-later
// Those who append to one media source together.
#pragma once

#include "base/mutex.hh"
#include "base/ptr.hh"

#include <atomic>
#include <gst/webmedia/webmedia.h>
#include <memory>
#include <vector>

namespace webmedia::elements {

// The msesinks of one media source. Each adds its source buffer before any of
// them appends, so that the player sees all tracks at once; and the stream
// ends when it has ended for each.
// Threads: thread-safe.
class AppendGroup {
public:
  struct Member {
    bool ready = false;        // has its source buffer
    bool ended = false;        // has appended all
    bool holds = false;        // keeps what it was given: see Turn::hold
    GThread *thread = nullptr; // that brought it something, last
    Ptr<GstPad> pad;
  };
  // Whether a member may append. One whose thread brings others their data,
  // too, must not wait for these: it holds back until they are ready.
  enum class Turn { append, hold, stopped };

  static std::shared_ptr<AppendGroup> join (
      GstWebMediaSource *source, const std::shared_ptr<Member> &member);
  // Returns whether the member had appended all.
  bool leave (const std::shared_ptr<Member> &member) EXCLUDES (lock_);

  // This thread feeds the member.
  void set_thread (Member &member) EXCLUDES (lock_);
  void set_ready (Member &member) EXCLUDES (lock_);
  // Waits until everyone is ready, or until `stopped` is set: set it, then
  // wake().
  Turn wait_turn (Member &member, const std::atomic<bool> &stopped)
      EXCLUDES (lock_);
  // The members that this thread feeds and that need not hold back any more.
  std::vector<Ptr<GstPad>> take_released () EXCLUDES (lock_);
  void wake () EXCLUDES (lock_);
  // Returns whether everyone has appended all.
  bool set_ended (Member &member, bool ended) EXCLUDES (lock_);

private:
  bool is_ready_locked () const REQUIRES (lock_);
  explicit AppendGroup (GstWebMediaSource *source) : source_ (source) {}

  // To be compared with: members hold references.
  GstWebMediaSource *const source_;
  Mutex lock_;
  Condition changed_;
  std::vector<std::shared_ptr<Member>> members_ GUARDED_BY (lock_);
};

} // namespace webmedia::elements
