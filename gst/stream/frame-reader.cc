// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/frame-reader.hh"

#include <algorithm>

namespace webmedia::stream {

// Times are those of the system's clock.
std::shared_ptr<FrameReader>
FrameReader::create (const std::shared_ptr<Track> &track, size_t most)
{
  auto reader = std::make_shared<FrameReader> ();
  auto output = track->subscribe (Queue{.buffers = most,
      .pictures = std::max<size_t> (most, 1),
      .as_captured = true,
      .arrivals = reader});
  output->set_clock (Ptr<GstClock>::adopt (gst_system_clock_obtain ()), 0);
  MutexLocker locker (reader->lock_);
  reader->track_ = track;
  reader->output_ = std::move (output);
  return reader;
}

// Taking one

// What comes next may be of before it: the same for all running times.
static GstSegment
begin_at_once (GstSegment segment)
{
  guint64 shift = std::min (segment.start, segment.base);
  segment.start -= shift;
  segment.base -= shift;
  segment.time -= shift;
  return segment;
}

FrameReader::Status
FrameReader::take_from (Output &output, Ptr<GstSample> &frame)
{
  for (;;) {
    Output::Taken taken = output.try_take ();
    switch (taken.status) {
    case Output::Status::none:
    case Output::Status::flushing:
      return Status::none;
    case Output::Status::ended:
      return Status::ended;
    case Output::Status::event:
      if (GST_EVENT_TYPE (taken.event.get ()) == GST_EVENT_CAPS) {
        GstCaps *caps;
        gst_event_parse_caps (taken.event.get (), &caps);
        caps_ = Ptr<GstCaps>::share (caps);
      }
      break;
    case Output::Status::buffer:
      if (taken.new_segment)
        segment_ = begin_at_once (*taken.new_segment);
      frame = Ptr<GstSample>::adopt (gst_sample_new (
          taken.buffer.get (), caps_.get (), &segment_, nullptr));
      return Status::frame;
    }
  }
}

FrameReader::Status
FrameReader::take (Ptr<GstSample> &frame)
{
  std::shared_ptr<Output> output;
  Ptr<GstSample> hidden; // goes without the lock
  {
    MutexLocker locker (lock_);
    while (is_taking_)
      changed_.wait (lock_);
    frame = std::move (held_);
    if (frame && !track_->enabled ())
      hidden = std::move (frame);
    if (frame)
      return Status::frame;
    if (!output_)
      return Status::ended;
    output = output_;
    is_taking_ = true;
  }
  Status status = take_from (*output, frame);
  {
    MutexLocker locker (lock_);
    is_taking_ = false;
  }
  changed_.notify_all ();
  return status;
}

// Requests

void
FrameReader::request (uint64_t id, Done done)
{
  MutexLocker locker (lock_);
  requests_.push_back ({id, std::move (done)});
  post_locked ();
}

bool
FrameReader::cancel (uint64_t id)
{
  Done gone; // without the lock
  MutexLocker locker (lock_);
  auto found = std::ranges::find (requests_, id, &Request::id);
  if (found == requests_.end ())
    return false;
  gone = std::move (found->done);
  requests_.erase (found);
  return true;
}

void
FrameReader::post_locked ()
{
  if (requests_.empty () || std::exchange (is_posted_, true))
    return;
  tasks_->post ([weak = weak_from_this ()] {
    if (auto self = weak.lock ())
      self->deliver ();
  });
}

// https://w3c.github.io/mediacapture-transform/#maybereadframe
void
FrameReader::deliver ()
{
  {
    MutexLocker locker (lock_);
    is_posted_ = false;
  }
  for (;;) {
    {
      MutexLocker locker (lock_);
      if (requests_.empty ())
        return;
    }
    Ptr<GstSample> frame;
    if (take (frame) == Status::none)
      return;
    Done done;
    {
      MutexLocker locker (lock_);
      if (requests_.empty ()) {
        if (output_)
          held_ = std::move (frame);
        arrivals_++; // for who found nothing meanwhile
      } else {
        done = std::move (requests_.front ().done);
        requests_.pop_front ();
      }
    }
    if (!done) {
      changed_.notify_all ();
      return;
    }
    done (std::move (frame));
  }
}

// Waiting

Result<Ptr<GstSample>>
FrameReader::read (const std::function<bool ()> &cancelled)
{
  for (;;) {
    uint64_t seen;
    {
      MutexLocker locker (lock_);
      seen = arrivals_;
    }
    Ptr<GstSample> frame;
    if (take (frame) != Status::none)
      return frame;
    MutexLocker locker (lock_);
    while (arrivals_ == seen && !cancelled ())
      changed_.wait (lock_);
    if (arrivals_ == seen)
      return make_error (ErrorCode::abort, "The read was cancelled.");
  }
}

void
FrameReader::wake_waits ()
{
  {
    MutexLocker locker (lock_);
  }
  changed_.notify_all ();
}

void
FrameReader::on_arrival ()
{
  {
    MutexLocker locker (lock_);
    arrivals_++;
    post_locked ();
  }
  changed_.notify_all ();
}

// https://w3c.github.io/mediacapture-transform/#processorclose
// DEVIATION: it is not called at the end of the track: what had come by then is
// read before that end. The web drops it.
void
FrameReader::close ()
{
  std::shared_ptr<Output> output; // goes without the lock
  std::shared_ptr<const Track> track;
  Ptr<GstSample> held;
  {
    MutexLocker locker (lock_);
    output.swap (output_);
    track.swap (track_);
    std::swap (held, held_);
    arrivals_++;
    post_locked ();
  }
  changed_.notify_all ();
}

} // namespace webmedia::stream
