// SPDX-License-Identifier: LGPL-2.1-or-later
// What is done to a capture with its turn, on a thread of its own: it is
// brought to what its tracks need.
#include "base/log.hh"
#include "devices/capture-engine.hh"

#include <algorithm>
#include <cmath>

WEBMEDIA_DEBUG_CATEGORY ("webmedia-capture", "Open devices")

namespace webmedia::devices {

namespace {

Time
time_of (double seconds)
{
  return Time (std::llround (seconds * double (kSecond)));
}

} // namespace

void
Capture::work ()
{
  TurnHolder turn (turn_);
  {
    MutexLocker locker (lock_);
    is_scheduled_ = false;
  }
  end_failed ();
  see_to_end ();
  Tracks all = tracks ();
  if (is_closed_ || all.empty ()) // of the latter the next one hears
    return;
  if (is_movement_forbidden_.exchange (false)) {
    forget_movement (all);
    is_reread_ = true; // without it
  }
  follow_size ();
  follow_hints (all);
  cover (all);
  Setup setup{*running_, {}};
  for (const auto &track : all)
    setup.demands.push_back (track->demand ());
  fit_or_end (all, setup);
  tell_news (all);
  bool is_wanted = is_any_wanted ();
  bool is_due = is_release_due_;
  if (is_wanted)
    stop_timer ();
  if (is_wanted && is_released_)
    acquire ();
  else if (!is_wanted && !is_released_ && (is_due || !ensure_timer ()))
    release ();
  // Who was muted as a track was enabled, and then was not any more: now, not
  // before all that.
  bool may_unmute =
      health_->has_data () || (!is_any_wanted () && !lacks_blank_);
  {
    MutexLocker locker (lock_);
    if (!may_unmute || is_scheduled_) // the next one sees what has changed
      return;
    is_muted_ = is_muted_by_user_.load ();
  }
  tell_muted ();
}

// What the source of sound says of its latency, as it runs. Whether that is
// another one than settings had.
bool
Capture::measure ()
{
  bool has_latency = find_domain (parts_.space->common, Property::latency);
  if (!has_latency || is_released_ || !pipeline_ || !health_->has_data ())
    return false;
  Time now = pipeline_->latency ();
  if (now <= 0)
    return false;
  Time before = latency_.exchange (now);
  return now != (before > 0 ? before : time_of (running_->latency));
}

// Where it has failed, or nobody wants it any more.
void
Capture::see_to_end ()
{
  Tracks ended;
  {
    MutexLocker locker (lock_);
    if (is_closed_ || (!has_failed_ && !tracks_.empty ()))
      return;
    ended = std::exchange (tracks_, {});
    has_failed_ = true; // no track is added any more
  }
  for (const auto &track : ended)
    track->end ();
  stop_timer ();
  branches_.clear ();
  stop_controls ();
  pipeline_.reset ();
  // Only now: who opens the device until then waits for the turn, and finds it
  // free.
  MutexLocker locker (lock_);
  is_closed_ = true;
}

// https://www.w3.org/TR/mediacapture-streams/#track-enabled and what follows:
// the device is let go of. That its tracks are muted is a reason where the user
// has muted them; where nothing comes of it, only its own data can tell that it
// is back. Consumers go on with what has no information.
void
Capture::release ()
{
  {
    MutexLocker locker (lock_);
    if (is_scheduled_)
      return;            // a track may be enabled by now: the next one looks
    is_released_ = true; // who enables one from now on does not have it
  }
  stop_timer ();
  auto caps = pipeline_->current_caps ();
  stop_head ();
  start_blank (caps);
}

// Who can't have that is muted until the device is back.
void
Capture::start_blank (const Ptr<GstCaps> &caps)
{
  lacks_blank_ = !caps || !pipeline_->start_blank (caps);
  if (!lacks_blank_)
    return;
  GST_WARNING (
      "there is nothing blank in place of %s, which is released: "
      "videotestsrc or audiotestsrc is missing, or can't make %" GST_PTR_FORMAT,
      parts_.device.label.c_str (), caps.get ());
  mute_tracks ();
}

void
Capture::acquire ()
{
  stop_head ();
  mute_tracks ();
  if (Result<> started = start (*running_, Awaited::no, {}); !started)
    fail (started.error ());
}

// False: the clock has no timers.
bool
Capture::ensure_timer ()
{
  if (timer_)
    return true;
  auto clock = parts_.clock;
  timer_ = call_at (clock.get (),
      Time (gst_clock_get_time (clock.get ())) + kUntilRelease,
      [weak = weak_from_this ()] (GstClockID) {
        if (auto self = weak.lock ()) {
          self->is_release_due_ = true;
          self->schedule ();
        }
      });
  return bool (timer_);
}

void
Capture::stop_timer ()
{
  cancel (timer_);
  timer_.reset ();
  is_release_due_ = false;
}

} // namespace webmedia::devices
