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
TaskQueue::post (Task task)
{
  MutexLocker locker (lock_);
  tasks_.push_back (std::move (task));
  if (blocking_calls_ == 0)
    schedule_locked ();
}

void
TaskQueue::schedule_locked ()
{
  if (source_ || tasks_.empty ())
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

// The first task; there must be one.
Task
TaskQueue::take_locked ()
{
  Task task = std::move (tasks_.front ());
  tasks_.pop_front ();
  if (tasks_.empty () && source_) {
    g_source_destroy (source_);
    g_source_unref (source_);
    source_ = nullptr;
  }
  return task;
}

bool
TaskQueue::run_one ()
{
  Task task;
  {
    MutexLocker locker (lock_);
    if (tasks_.empty ())
      return false;
    task = take_locked ();
  }
  task ();
  return true;
}

// One task a dispatch: other sources of the context get their turn.
gboolean
TaskQueue::dispatch (gpointer data)
{
  auto queue = static_cast<std::weak_ptr<TaskQueue> *> (data)->lock ();
  if (queue)
    queue->run_one ();
  return G_SOURCE_CONTINUE;
}

TaskQueue::BlockingCall::BlockingCall (std::shared_ptr<TaskQueue> queue)
    : queue_ (std::move (queue))
{
  MutexLocker locker (queue_->lock_);
  queue_->blocking_calls_++;
}

TaskQueue::BlockingCall::~BlockingCall ()
{
  if (g_main_context_acquire (queue_->context_.get ())) {
    while (queue_->run_one ()) {
    }
    g_main_context_release (queue_->context_.get ());
  }
  MutexLocker locker (queue_->lock_);
  if (--queue_->blocking_calls_ == 0)
    queue_->schedule_locked ();
}

} // namespace webmedia
