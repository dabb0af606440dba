// SPDX-License-Identifier: LGPL-2.1-or-later
// Events reach the thread that an object belongs to: tasks, run in order on
// the main context that was thread-default where the queue was made.
#pragma once

#include "base/mutex.hh"
#include "base/ptr.hh"
#include "base/task.hh"
#include "base/weak-ref.hh"

#include <atomic>
#include <initializer_list>
#include <vector>

namespace webmedia {

// The task source of an object, or of a family of objects whose events must
// keep their order among each other.
// Threads: thread-safe. Tasks run on the context's thread, one at a time and
// with no lock held. They should refer to their object weakly, as those of
// post_to() do: a context that nobody runs any more keeps its tasks until the
// queue goes.
class TaskQueue {
public:
  static std::shared_ptr<TaskQueue> create ();
  ~TaskQueue ();

  // `function` is what a Task can hold.
  template <typename Function> void post (Function function) EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    incoming_.emplace_back (
        [function = std::move (function)] (Target &) mutable { function (); });
    if (blocking_calls_ == 0)
      schedule_locked ();
  }

  // A task for each of `values`: `function (object, value)`, unless the object
  // of `target` is gone by then.
  template <typename T, typename Value, typename Function>
  void post_to (const std::shared_ptr<WeakRef<T>> &target,
      std::initializer_list<Value> values, Function function) EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    for (const Value &value : values)
      incoming_.emplace_back (
          [weak = target, value = value, function] (Target &last) mutable {
            if (T *object = last.lock (std::move (weak)))
              function (object, value);
          });
    if (blocking_calls_ == 0)
      schedule_locked ();
  }

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
  // The object of the last task. It is kept for the next one: events come in
  // rows, and a weak reference costs more to look up than the rest of a task.
  class Target {
  public:
    template <typename T> T *lock (std::shared_ptr<WeakRef<T>> weak)
    {
      if (weak_ != weak) {
        object_ = weak->lock_object ();
        weak_ = std::move (weak);
      }
      return static_cast<T *> (static_cast<void *> (object_.get ()));
    }

  private:
    std::shared_ptr<void> weak_; // what object_ is of
    Ptr<GObject> object_;        // null when it is gone
  };
  using QueuedTask = Task<Target &>;

  TaskQueue ();
  static gboolean dispatch (gpointer data);
  void run_and_end_call () EXCLUDES (lock_);
  bool take_locked (QueuedTask &task) REQUIRES (lock_);
  void schedule_locked () REQUIRES (lock_);
  void unschedule_locked () REQUIRES (lock_);

  const Ptr<GMainContext> context_;
  std::weak_ptr<TaskQueue> self_;

  Mutex lock_;
  std::vector<QueuedTask> incoming_ GUARDED_BY (lock_);
  GSource *source_ GUARDED_BY (lock_) = nullptr; // attached while tasks wait

  // These run or schedule the tasks. It falls with the lock held, so that a
  // task that is posted during a call is not left behind by its end.
  std::atomic<int> blocking_calls_{0};

  // Tasks that came in before those, from due_[next_] on. They belong to
  // whoever owns the context, who takes the first one with the lock held.
  std::vector<QueuedTask> due_;
  size_t next_ = 0;
  bool is_scheduled_ = false; // whether there was a source_ then
};

} // namespace webmedia
