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
Links::ask_locked (const Member *but, Time delay)
{
  Asked asked;
  for (const auto &each : members_) {
    if (each.get () == but || each->ended)
      continue;
    each->tried = false;
    each->track ().ask (delay);
    asked.push_back (each->src);
  }
  return asked;
}

bool
Links::conclude_locked (Asked *asked)
{
  constexpr Time delay = 20 * kMillisecond;
  constexpr unsigned repeats = 6;
  if (!searching_ || !have_all_tried_locked ())
    return false;
  bool vague = std::any_of (members_.begin (), members_.end (),
      [] (const auto &each) { return each->vague && !each->ended; });
  if (vague && repeats_ < repeats) {
    *asked = ask_locked (nullptr, delay << repeats_++);
    return false;
  }
  searching_ = false;
  return true;
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
Links::report (Member &member, bool taken, bool has_peer)
{
  Asked asked;
  bool failed = false;
  {
    MutexLocker locker (lock_);
    bool was_linked = std::exchange (member.linked, taken);
    member.tried = !taken;
    member.vague = has_peer;
    if (has_linked_locked ()) {
      searching_ = false;
      return false;
    }
    if (was_linked) {
      searching_ = true;
      repeats_ = 0;
      asked = ask_locked (&member);
    }
    failed = conclude_locked (&asked);
  }
  wake (asked);
  return failed;
}

bool
Links::set_ended (Member &member, bool ended)
{
  Asked asked;
  bool failed = false;
  {
    MutexLocker locker (lock_);
    member.ended = ended;
    failed = ended && conclude_locked (&asked);
  }
  wake (asked);
  return failed;
}

} // namespace webmedia::elements
