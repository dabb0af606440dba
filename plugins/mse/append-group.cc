// SPDX-License-Identifier: LGPL-2.1-or-later
#include "append-group.hh"

#include <algorithm>

namespace webmedia::elements {

namespace {

struct Groups {
  Mutex lock;
  std::vector<std::weak_ptr<AppendGroup>> all GUARDED_BY (lock);
};

Groups &
groups ()
{
  static Groups instance;
  return instance;
}

} // namespace

std::shared_ptr<AppendGroup>
AppendGroup::join (
    GstWebMediaSource *source, const std::shared_ptr<Member> &member)
{
  MutexLocker locker (groups ().lock);
  std::shared_ptr<AppendGroup> group;
  std::erase_if (
      groups ().all, [] (const auto &weak) { return weak.expired (); });
  for (const auto &weak : groups ().all)
    if (auto each = weak.lock (); each && each->source_ == source)
      group = each;
  if (!group) {
    group = std::shared_ptr<AppendGroup> (new AppendGroup (source));
    groups ().all.push_back (group);
  }
  MutexLocker members_locker (group->lock_);
  group->members_.push_back (member);
  return group;
}

bool
AppendGroup::leave (const std::shared_ptr<Member> &member)
{
  bool ended;
  {
    MutexLocker locker (lock_);
    std::erase (members_, member);
    ended = member->ended;
  }
  changed_.notify_all ();
  return ended;
}

void
AppendGroup::set_thread (Member &member)
{
  MutexLocker locker (lock_);
  member.thread = g_thread_self ();
}

void
AppendGroup::set_ready (Member &member)
{
  {
    MutexLocker locker (lock_);
    member.ready = true;
  }
  changed_.notify_all ();
}

bool
AppendGroup::is_ready_locked () const
{
  return std::all_of (members_.begin (), members_.end (),
      [] (const auto &each) { return each->ready || each->ended; });
}

AppendGroup::Turn
AppendGroup::wait_turn (Member &member, const std::atomic<bool> &stopped)
{
  MutexLocker locker (lock_);
  member.holds = false;
  for (;;) {
    if (stopped)
      return Turn::stopped;
    if (is_ready_locked ())
      return Turn::append;
    for (const auto &each : members_)
      if (!each->ready && !each->ended && each->thread == member.thread) {
        member.holds = true;
        return Turn::hold;
      }
    changed_.wait (lock_);
  }
}

std::vector<Ptr<GstPad>>
AppendGroup::take_released ()
{
  std::vector<Ptr<GstPad>> released;
  MutexLocker locker (lock_);
  if (is_ready_locked ())
    for (const auto &each : members_)
      if (each->thread == g_thread_self ()
          && std::exchange (each->holds, false))
        released.push_back (each->pad);
  return released;
}

void
AppendGroup::wake ()
{
  // With the lock taken once, no waiter is between its test and its wait.
  {
    MutexLocker locker (lock_);
  }
  changed_.notify_all ();
}

bool
AppendGroup::set_ended (Member &member, bool ended)
{
  bool all;
  {
    MutexLocker locker (lock_);
    member.ended = ended;
    all = std::all_of (members_.begin (), members_.end (),
        [] (const auto &each) { return each->ended; });
  }
  changed_.notify_all ();
  return all;
}

} // namespace webmedia::elements
