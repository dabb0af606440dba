// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/task-queue.hh"

namespace webmedia {

std::shared_ptr<TaskQueue>
TaskQueue::create ()
{
  std::shared_ptr<TaskQueue> queue (new TaskQueue);
  queue->self_ = queue;
  return queue;
}

TaskQueue::TaskQueue ()
    : context_ (Ptr<GMainContext>::adopt (g_main_context_ref_thread_default ()))
{}

TaskQueue::~TaskQueue ()
{
  if (source_) {
    g_source_destroy (source_);
    g_source_unref (source_);
  }
}

void
TaskQueue::schedule_locked ()
{
  if (source_)
    return;
  source_ = g_idle_source_new ();
  g_source_set_priority (source_, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source_, "webmedia events");
  g_source_set_can_recurse (source_, TRUE);
  auto weak = new std::weak_ptr<TaskQueue> (self_);
  g_source_set_callback (source_, dispatch, weak, [] (gpointer data) {
    delete static_cast<std::weak_ptr<TaskQueue> *> (data);
  });
  g_source_attach (source_, context_.get ());
}

void
TaskQueue::unschedule_locked ()
{
  if (!source_)
    return;
  g_source_destroy (source_);
  g_source_unref (source_);
  source_ = nullptr;
}

// The next task, for the context's owner; false when there is none.
bool
TaskQueue::take_locked (QueuedTask &task)
{
  if (next_ == due_.size ()) {
    due_.clear ();
    next_ = 0;
    std::swap (due_, incoming_);
    if (due_.empty ())
      return false;
  }
  task = std::move (due_[next_++]);
  if (next_ == due_.size () && incoming_.empty ())
    unschedule_locked ();
  is_scheduled_ = source_ != nullptr;
  return true;
}

// One task a dispatch: other sources of the context get their turn.
gboolean
TaskQueue::dispatch (gpointer data)
{
  auto queue = static_cast<std::weak_ptr<TaskQueue> *> (data)->lock ();
  if (!queue)
    return G_SOURCE_CONTINUE;
  Target target;
  QueuedTask task;
  {
    MutexLocker locker (queue->lock_);
    if (!queue->take_locked (task))
      return G_SOURCE_CONTINUE;
  }
  task (target);
  return G_SOURCE_CONTINUE;
}

TaskQueue::BlockingCall::BlockingCall (std::shared_ptr<TaskQueue> queue)
    : queue_ (std::move (queue))
{
  queue_->blocking_calls_++;
}

// What a task posts, and what comes from other threads meanwhile, is run too:
// the call ends under the lock that shows that nothing is left.
void
TaskQueue::run_and_end_call ()
{
  for (;;) {
    Target target;
    {
      QueuedTask first;
      {
        MutexLocker locker (lock_);
        if (!take_locked (first)) {
          blocking_calls_--;
          return;
        }
      }
      first (target);
    }
    // Where there is no source, none comes before the call has ended. One that
    // is there goes with the last task, so that one is taken under the lock.
    while (!is_scheduled_ && next_ < due_.size ()) {
      QueuedTask next = std::move (due_[next_++]);
      next (target);
    }
  }
}

TaskQueue::BlockingCall::~BlockingCall ()
{
  TaskQueue &queue = *queue_;
  GMainContext *context = queue.context_.get ();
  if (g_main_context_acquire (context)) {
    queue.run_and_end_call ();
    g_main_context_release (context);
    return;
  }
  MutexLocker locker (queue.lock_);
  if (--queue.blocking_calls_ == 0 && !queue.incoming_.empty ())
    queue.schedule_locked ();
}

} // namespace webmedia
