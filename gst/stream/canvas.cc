// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/canvas.hh"

#include "stream/raw-info.hh"
#include "stream/time-map.hh"

#include <algorithm>
#include <cmath>

namespace webmedia::stream {

// CanvasCapture

CanvasCapture::CanvasCapture (
    const std::shared_ptr<Canvas> &of, Ptr<GstClock> clock, double frames)
    : rate (frames < kSecond ? frames : Canvas::kEveryPainting),
      object (of->object),
      canvas_ (of),
      clock_ (std::move (clock)),
      start_ (Time (gst_clock_get_time (clock_.get ())))
{}

CanvasCapture::~CanvasCapture ()
{
  cancel (timer_);
}

void
CanvasCapture::request_frame ()
{
  MutexLocker locker (lock_);
  requested_ = true;
}

// PTS count from the start of the track.
void
CanvasCapture::begin (std::unique_ptr<Input> input)
{
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  input->set_timeline (segment, clock_, start_);
  MutexLocker locker (lock_);
  input_ = std::move (input);
}

// How many whole ones have passed, but for what rounding does.
double
CanvasCapture::period (Time now) const
{
  return std::floor (double (now - start_) * rate / double (kSecond) + 1e-6);
}

// https://w3c.github.io/mediacapture-fromelement/#html-canvas-element-media-capture-extensions
// A painting that comes while no frame is requested is not forgotten: the
// timer paints the canvas once more.
void
CanvasCapture::on_paint (Painting &painting, Time now)
{
  MutexLocker locker (lock_);
  if (!input_)
    return;
  bool is_due = rate > 0 && period (now) > period_;
  std::swap (waiting_, painting);
  if (requested_ || is_due || rate >= Canvas::kEveryPainting)
    take_locked (std::move (waiting_), now);
  else
    start_timer_locked ();
}

void
CanvasCapture::take_locked (Painting painting, Time now)
{
  requested_ = false;
  period_ = std::max (period_, period (now));
  waiting_ = {};
  frames_.push_back ({std::move (painting), now});
}

void
CanvasCapture::start_timer_locked ()
{
  if (timer_ || rate <= 0)
    return;
  double wait = std::ceil ((period_ + 1) * double (kSecond) / rate);
  Time end =
      add_saturated (start_, Time (std::min (wait, double (kTimeLimit))));
  timer_ =
      call_at (clock_.get (), end, [weak = weak_from_this ()] (GstClockID id) {
        if (auto self = weak.lock ()) {
          self->fire (id);
          self->flow ();
        }
      });
}

// A frame may have been taken in this period by then.
void
CanvasCapture::fire (GstClockID id)
{
  ClockId fired;
  Time now = Time (gst_clock_get_time (clock_.get ()));
  MutexLocker locker (lock_);
  if (timer_.get () != id)
    return; // it was stopped at this moment
  fired = std::move (timer_);
  if (!waiting_.picture)
    return;
  if (period (now) > period_)
    take_locked (std::exchange (waiting_, {}), now);
  else
    start_timer_locked ();
}

// Whoever comes while another thread is here leaves its frame to that one.
void
CanvasCapture::flow ()
{
  for (;;) {
    Frame frame{};
    std::shared_ptr<Input> input;
    {
      MutexLocker locker (lock_);
      if (is_flowing_ || frames_.empty ())
        return;
      frame = std::move (frames_.front ());
      frames_.pop_front ();
      input = input_;
      is_flowing_ = true;
    }
    if (input)
      put (*input, frame);
    MutexLocker locker (lock_);
    is_flowing_ = false;
  }
}

void
CanvasCapture::put (Input &input, const Frame &frame)
{
  if (!caps_ || !gst_caps_is_equal (caps_.get (), frame.painting.caps.get ())) {
    caps_ = frame.painting.caps;
    input.put (Ptr<GstEvent>::adopt (gst_event_new_caps (caps_.get ())));
  }
  // The canvas, or the frame, has the other reference: this one is a copy.
  auto picture = make_own (frame.painting.picture);
  GST_BUFFER_PTS (picture.get ()) = GstClockTime (frame.time - start_);
  GST_BUFFER_DTS (picture.get ()) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION (picture.get ()) = GST_CLOCK_TIME_NONE;
  input.put (std::move (picture));
}

void
CanvasCapture::end ()
{
  std::shared_ptr<Input> input;
  Painting waiting;
  std::deque<Frame> frames;
  ClockId timer;
  MutexLocker locker (lock_);
  cancel (timer_);
  input.swap (input_);
  std::swap (waiting, waiting_);
  frames.swap (frames_);
  timer.swap (timer_);
}

bool
CanvasCapture::query (GstQuery *query)
{
  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY)
    return false;
  gst_query_set_latency (query, TRUE, 0, GST_CLOCK_TIME_NONE);
  return true;
}

void
CanvasCapture::stop ()
{
  if (auto known = canvas ())
    known->remove (this);
  end ();
}

// A clone is a new track: frames are requested for each.
std::shared_ptr<Source>
CanvasCapture::source_of_clone ()
{
  auto known = canvas ();
  return known ? known->capture_source (rate) : nullptr;
}

// Canvas

std::shared_ptr<Canvas>
Canvas::create (Ptr<GstClock> clock, std::shared_ptr<WeakRef<GObject>> object)
{
  return std::shared_ptr<Canvas> (
      new Canvas (std::move (clock), std::move (object)));
}

// Nobody can paint it any more.
Canvas::~Canvas ()
{
  for (const auto &capture : captures_)
    capture->end ();
}

Result<>
Canvas::paint (Ptr<GstBuffer> picture, Ptr<GstCaps> caps)
{
  PictureFormat format;
  {
    MutexLocker locker (lock_);
    format = format_;
  }
  if (!caps || format.given != caps) {
    auto read = read_picture_format (std::move (caps));
    if (!read)
      return std::move (read.error ());
    format = std::move (*read);
  }
  if (Result<> fits = check_picture (format, picture.get ()); !fits)
    return fits;
  Painting painting{std::move (picture), format.caps};
  Captures all;
  std::vector<Painting> gone; // without the lock
  {
    MutexLocker locker (lock_);
    all = captures_;
    Time time = now ();
    for (const auto &capture : all) {
      gone.push_back (painting);
      capture->on_paint (gone.back (), time);
    }
    std::swap (painting_, painting);
    std::swap (format_, format);
  }
  for (const auto &capture : all)
    capture->flow ();
  return ok;
}

Canvas::Size
Canvas::size () const
{
  MutexLocker locker (lock_);
  return {format_.width, format_.height};
}

// DEVIATION: what was painted before is the first frame of a new track. Nothing
// here paints a canvas again that does not change, as a browser does.
std::shared_ptr<Source>
Canvas::capture_source (double rate)
{
  auto made =
      std::make_shared<CanvasCapture> (shared_from_this (), clock_, rate);
  auto source = std::make_shared<Source> (
      SourceInfo{.kind = Kind::video, .label = ""}, made);
  made->begin (source->open (made));
  Painting painting;
  {
    MutexLocker locker (lock_);
    captures_.push_back (made);
    painting = painting_;
    if (painting.picture)
      made->on_paint (painting, now ());
  }
  made->flow ();
  return source;
}

Result<std::shared_ptr<Track>>
Canvas::capture (double rate)
{
  if (!std::isfinite (rate))
    return make_error (ErrorCode::type,
        "A frame rate is a number of frames a second, not %g.", rate);
  if (rate < 0)
    return make_error (ErrorCode::not_supported,
        "A canvas can't be captured at %g frames a second: give 0 for frames "
        "on request alone, or more.",
        rate);
  return Track::create (capture_source (rate));
}

void
Canvas::remove (const CanvasCapture *capture)
{
  Captures gone; // without the lock
  MutexLocker locker (lock_);
  auto found = std::ranges::find_if (captures_,
      [capture] (const auto &each) { return each.get () == capture; });
  if (found == captures_.end ())
    return;
  gone.push_back (std::move (*found));
  captures_.erase (found);
}

} // namespace webmedia::stream
