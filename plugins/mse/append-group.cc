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
AppendGroup::set_ready (Member &member)
{
  {
    MutexLocker locker (lock_);
    member.ready = true;
  }
  changed_.notify_all ();
}

bool
AppendGroup::wait_ready (const std::atomic<bool> &stopped)
{
  MutexLocker locker (lock_);
  for (;;) {
    if (stopped)
      return false;
    if (std::all_of (members_.begin (), members_.end (),
            [] (const auto &each) { return each->ready || each->ended; }))
      return true;
    changed_.wait (lock_);
  }
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
