// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/serial-queue.hh"

#include "base/ptr.hh"

#include <gio/gio.h>

namespace webmedia {

std::shared_ptr<SerialQueue>
SerialQueue::create ()
{
  return std::shared_ptr<SerialQueue> (new SerialQueue);
}

void
SerialQueue::post (std::function<void ()> work)
{
  {
    MutexLocker locker (lock_);
    waiting_.push_back (std::move (work));
    if (std::exchange (is_running_, true))
      return;
  }
  // GLib has more threads for these when the ones that it has are blocked.
  auto task =
      Ptr<GTask>::adopt (g_task_new (nullptr, nullptr, nullptr, nullptr));
  g_task_set_task_data (task.get (),
      new std::shared_ptr<SerialQueue> (shared_from_this ()),
      [] (gpointer self) {
        delete static_cast<std::shared_ptr<SerialQueue> *> (self);
      });
  g_task_run_in_thread (
      task.get (), [] (GTask *, gpointer, gpointer data, GCancellable *) {
        (*static_cast<std::shared_ptr<SerialQueue> *> (data))->work_off ();
      });
}

void
SerialQueue::work_off ()
{
  for (;;) {
    std::function<void ()> work;
    {
      MutexLocker locker (lock_);
      if (waiting_.empty ()) {
        is_running_ = false;
        return;
      }
      work = std::move (waiting_.front ());
      waiting_.pop_front ();
    }
    work ();
  }
}

void
SerialQueue::run (const std::function<void ()> &work)
{
  struct Wait {
    Mutex lock;
    Condition changed;
    bool is_done GUARDED_BY (lock) = false;
  };
  auto wait = std::make_shared<Wait> ();
  post ([wait, &work] {
    work ();
    MutexLocker locker (wait->lock);
    wait->is_done = true;
    wait->changed.notify_all ();
  });
  MutexLocker locker (wait->lock);
  while (!wait->is_done)
    wait->changed.wait (wait->lock);
}

} // namespace webmedia
