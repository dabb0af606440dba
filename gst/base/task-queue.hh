// SPDX-License-Identifier: LGPL-2.1-or-later
// Events reach the thread that an object belongs to: tasks, run in order on
// the main context that was thread-default where the queue was made.
#pragma once

#include "base/mutex.hh"
#include "base/ptr.hh"
#include "base/task.hh"

#include <deque>
#include <memory>

namespace webmedia {

// The task source of an object, or of a family of objects whose events must
// keep their order among each other.
// Threads: thread-safe. Tasks run on the context's thread, one at a time and
// with no lock held. They should refer to their object weakly: a context that
// nobody runs any more keeps its tasks until the queue goes.
class TaskQueue {
public:
  static std::shared_ptr<TaskQueue> create ();
  ~TaskQueue ();

  void post (Task task) EXCLUDES (lock_);

  // The length of a blocking call. At its end what was posted runs here and
  // now, where this thread owns the context or can acquire it: a thread
  // without a main loop sees its events before the call returns. Elsewhere
  // the context's own loop runs them.
  class BlockingCall {
  public:
    explicit BlockingCall (std::shared_ptr<TaskQueue> queue);
    ~BlockingCall ();
    BlockingCall (const BlockingCall &) = delete;
    BlockingCall &operator= (const BlockingCall &) = delete;

  private:
    const std::shared_ptr<TaskQueue> queue_;
  };

private:
  TaskQueue ();
  static gboolean dispatch (gpointer data);
  bool run_one () EXCLUDES (lock_);
  Task take_locked () REQUIRES (lock_);
  void schedule_locked () REQUIRES (lock_);

  const Ptr<GMainContext> context_;
  std::weak_ptr<TaskQueue> self_;
  Mutex lock_;
  std::deque<Task> tasks_ GUARDED_BY (lock_);
  GSource *source_ GUARDED_BY (lock_) = nullptr; // attached while tasks wait
  int blocking_calls_ GUARDED_BY (lock_) = 0;    // these run or schedule tasks
};

} // namespace webmedia
