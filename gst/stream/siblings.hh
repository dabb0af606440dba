// SPDX-License-Identifier: LGPL-2.1-or-later
// The mailboxes of one consumer that loses nothing: while one of them is empty
// and waited for, the others may be fuller than they are else.
#pragma once

#include "base/mutex.hh"

#include <algorithm>
#include <atomic>
#include <vector>

namespace webmedia::stream {

// A consumer of pictures and sound may need both to go on. Without this, two of
// them could wait for each other: one for a picture that the other's full
// mailbox holds up, and that one for sound that the first one's does.
// Threads: thread-safe. Its lock comes before those of its mailboxes.
class Siblings {
public:
  class Member {
  public:
    virtual void on_sibling_waits () = 0;

  protected:
    ~Member () = default;
  };

  void add (Member *member) EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    members_.push_back (member);
  }
  void remove (Member *member) EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    std::erase (members_, member);
  }

  // One of them waits, or has got what it waited for.
  void begin_wait () EXCLUDES (lock_)
  {
    waiting_++;
    MutexLocker locker (lock_);
    for (Member *member : members_)
      member->on_sibling_waits ();
  }
  void end_wait () { waiting_--; }
  bool any_waits () const { return waiting_ > 0; }

private:
  std::atomic<int> waiting_{0};
  Mutex lock_;
  std::vector<Member *> members_ GUARDED_BY (lock_);
};

} // namespace webmedia::stream
