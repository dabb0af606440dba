// SPDX-License-Identifier: LGPL-2.1-or-later
#include "buffering.hh"

#include <algorithm>

GST_DEBUG_CATEGORY_EXTERN (gst_web_mse_src_debug);
#define GST_CAT_DEFAULT gst_web_mse_src_debug

namespace webmedia::elements {

Buffering::Buffering (GstElement *element)
    : element_ (element),
      weak_ (WeakRef<GstElement>::create (element))
{}

Buffering::~Buffering ()
{
  MutexLocker locker (lock_);
  clear_timer_locked ();
}

GstClockTime
Buffering::first_end_locked () const
{
  GstClockTime first = GST_CLOCK_TIME_NONE;
  for (const Waiting &each : waiting_)
    first = std::min (first, each.end);
  return first;
}

void
Buffering::clear_timer_locked ()
{
  cancel (timer_);
  timer_.reset ();
}

void
Buffering::set_timer_locked ()
{
  clear_timer_locked ();
  GstClockTime end = first_end_locked ();
  if (!playing_ || stopped_ != GST_CLOCK_TIME_NONE
      || end == GST_CLOCK_TIME_NONE)
    return;
  auto clock = Ptr<GstClock>::adopt (gst_element_get_clock (element_));
  if (!clock)
    return;
  timer_ =
      call_at (clock.get (), Time (gst_element_get_base_time (element_) + end),
          [weak = weak_from_this ()] (GstClockID) {
            if (auto self = weak.lock ())
              self->on_time ();
          });
  if (!timer_)
    GST_WARNING_OBJECT (element_,
        "the clock has no timers: nobody will hear when a track runs dry");
}

// On the clock's thread, which others wait for as well.
void
Buffering::on_time ()
{
  auto element = weak_->lock ();
  if (!element)
    return;
  using Shared = std::shared_ptr<Buffering>;
  gst_element_call_async (
      element.get (),
      [] (GstElement *, gpointer shared) {
        (*static_cast<Shared *> (shared))->run_dry ();
      },
      new Shared (shared_from_this ()),
      [] (gpointer shared) { delete static_cast<Shared *> (shared); });
}

void
Buffering::run_dry ()
{
  GstClockTime now = gst_element_get_current_running_time (element_);
  {
    MutexLocker locker (lock_);
    GstClockTime end = first_end_locked ();
    if (playing_ && stopped_ == GST_CLOCK_TIME_NONE
        && now != GST_CLOCK_TIME_NONE && end <= now)
      stopped_ = now;
    else
      set_timer_locked (); // a seek has set the time back
  }
  tell ();
}

// One message at a time, in order, whoever finds that there is one.
void
Buffering::tell ()
{
  for (;;) {
    bool stopped;
    {
      MutexLocker locker (lock_);
      stopped = stopped_ != GST_CLOCK_TIME_NONE;
      if (telling_ || told_ == stopped)
        return;
      telling_ = true;
      told_ = stopped;
    }
    gst_element_post_message (element_,
        gst_message_new_buffering (GST_OBJECT (element_), stopped ? 0 : 100));
    MutexLocker locker (lock_);
    telling_ = false;
  }
}

void
Buffering::change_state (GstStateChange transition)
{
  MutexLocker locker (lock_);
  playing_ = GST_STATE_TRANSITION_NEXT (transition) == GST_STATE_PLAYING;
  if (GST_STATE_TRANSITION_NEXT (transition) == GST_STATE_READY) {
    waiting_.clear ();
    stopped_ = GST_CLOCK_TIME_NONE;
    told_ = false;
  }
  set_timer_locked ();
}

void
Buffering::flush ()
{
  MutexLocker locker (lock_);
  playing_ = false;
  waiting_.clear ();
  stopped_ = GST_CLOCK_TIME_NONE; // told with what the first track does next
  set_timer_locked ();
}

bool
Buffering::has_stopped ()
{
  MutexLocker locker (lock_);
  return stopped_ != GST_CLOCK_TIME_NONE;
}

void
Buffering::wait (const void *track, GstClockTime end)
{
  {
    MutexLocker locker (lock_);
    std::erase_if (waiting_,
        [track] (const Waiting &each) { return each.track == track; });
    waiting_.push_back ({track, end});
    set_timer_locked ();
  }
  tell ();
}

void
Buffering::go_on (const void *track)
{
  {
    MutexLocker locker (lock_);
    std::erase_if (waiting_,
        [track] (const Waiting &each) { return each.track == track; });
    // Others that wait have something to show behind that.
    GstClockTime end = first_end_locked ();
    if (stopped_ != GST_CLOCK_TIME_NONE && end > stopped_)
      stopped_ = GST_CLOCK_TIME_NONE;
    set_timer_locked ();
  }
  tell ();
}

} // namespace webmedia::elements
