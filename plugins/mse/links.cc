// SPDX-License-Identifier: LGPL-2.1-or-later
#include "links.hh"

#include <algorithm>

namespace webmedia::elements {

bool
Links::has_linked_locked () const
{
  return std::any_of (members_.begin (), members_.end (),
      [] (const auto &each) { return each->linked; });
}

bool
Links::have_all_tried_locked () const
{
  return std::all_of (
      members_.begin (), members_.end (), [] (const auto &each) {
        return each->ended || (each->tried && !each->track ().is_asked ());
      });
}

Links::Asked
Links::ask_locked (const Member *but)
{
  Asked asked;
  for (const auto &each : members_) {
    if (each.get () == but || each->ended)
      continue;
    each->tried = false;
    each->track ().ask ();
    asked.push_back (each->src);
  }
  return asked;
}

void
Links::wake (const Asked &asked)
{
  for (const Ptr<GstElement> &each : asked)
    gst_web_mse_src_stream (GST_WEB_MSE_SRC (each.get ())).wake ();
}

void
Links::join (const std::shared_ptr<Member> &member)
{
  MutexLocker locker (lock_);
  members_.push_back (member);
}

void
Links::leave (const std::shared_ptr<Member> &member)
{
  Asked asked;
  {
    MutexLocker locker (lock_);
    std::erase (members_, member);
    if (has_linked_locked ())
      return;
    if (member->linked && !member->ended)
      searching_ = true;
    // One of them may have waited for this one to try.
    if (member->linked || searching_)
      asked = ask_locked (nullptr);
  }
  wake (asked);
}

bool
Links::report (Member &member, bool taken)
{
  Asked asked;
  bool failed = false;
  {
    MutexLocker locker (lock_);
    bool was_linked = std::exchange (member.linked, taken);
    member.tried = !taken;
    if (has_linked_locked ()) {
      searching_ = false;
      return false;
    }
    if (was_linked) {
      searching_ = true;
      asked = ask_locked (&member);
    }
    failed = searching_ && have_all_tried_locked ();
    if (failed)
      searching_ = false;
  }
  wake (asked);
  return failed;
}

bool
Links::set_ended (Member &member, bool ended)
{
  bool failed = false;
  {
    MutexLocker locker (lock_);
    member.ended = ended;
    failed = ended && searching_ && have_all_tried_locked ();
    if (failed)
      searching_ = false;
  }
  return failed;
}

} // namespace webmedia::elements
