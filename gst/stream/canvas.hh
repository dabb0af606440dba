// SPDX-License-Identifier: LGPL-2.1-or-later
// A canvas that an application paints, and the tracks that capture it.
// https://w3c.github.io/mediacapture-fromelement/#html-canvas-element-media-capture-extensions
#pragma once

#include "base/clock-id.hh"
#include "base/result.hh"
#include "base/weak-ref.hh"
#include "stream/raw-info.hh"
#include "stream/track.hh"

#include <deque>

namespace webmedia::stream {

class Canvas;

// What a canvas was painted with.
struct Painting {
  Ptr<GstBuffer> picture{};
  Ptr<GstCaps> caps{};
};

// What feeds a track of a canvas: one for each call of captureStream(), and for
// each clone of its track.
// Threads: thread-safe. Lock order: Canvas, CanvasCapture. It calls its clock
// with its lock held.
class CanvasCapture final : public Producer,
                            public std::enable_shared_from_this<CanvasCapture> {
public:
  // `rate`: frames a second; 0: on request; Canvas::kEveryPainting, which is
  // any that no clock can tell from it, too.
  CanvasCapture (
      const std::shared_ptr<Canvas> &canvas, Ptr<GstClock> clock, double rate);
  ~CanvasCapture () override;

  const double rate;
  // Null when it has gone.
  std::shared_ptr<Canvas> canvas () const { return canvas_.lock (); }
  // What stands for the canvas in the API.
  const std::shared_ptr<WeakRef<GObject>> object;

  // https://w3c.github.io/mediacapture-fromelement/#dom-canvascapturemediastreamtrack-requestframe
  void request_frame () EXCLUDES (lock_);

  // For Canvas.
  void begin (std::unique_ptr<Input> input) EXCLUDES (lock_);
  // The canvas is painted. What this replaces is swapped into `painting`. With
  // the canvas's lock held: flow() does the rest without it.
  void on_paint (Painting &painting, Time now) EXCLUDES (lock_);
  void flow () EXCLUDES (lock_);
  void end () EXCLUDES (lock_);

  bool query (GstQuery *query) override;
  void send_event (Ptr<GstEvent>) override {}
  void stop () override;
  std::shared_ptr<Source> source_of_clone () override;

private:
  struct Frame {
    Painting painting;
    Time time; // by the clock
  };

  void fire (GstClockID id) EXCLUDES (lock_);
  double period (Time now) const;
  void take_locked (Painting painting, Time now) REQUIRES (lock_);
  void start_timer_locked () REQUIRES (lock_);
  void put (Input &input, const Frame &frame);

  const std::weak_ptr<Canvas> canvas_;
  const Ptr<GstClock> clock_;
  const Time start_; // of the track, by the clock

  Mutex lock_;
  std::shared_ptr<Input> input_ GUARDED_BY (lock_);
  // The slot frameCaptureRequested; the timer sets it, too, in every period.
  bool requested_ GUARDED_BY (lock_) = true;
  double period_ GUARDED_BY (lock_) = 0;  // number of the last one that did
  Painting waiting_ GUARDED_BY (lock_){}; // for the timer
  ClockId timer_ GUARDED_BY (lock_);      // while one waits
  // Frames reach the input in their order, one at a time, without the lock.
  std::deque<Frame> frames_ GUARDED_BY (lock_);
  bool is_flowing_ GUARDED_BY (lock_) = false;

  Ptr<GstCaps> caps_; // that the input knows: of who is flowing
};

// Threads: thread-safe.
class Canvas final : public std::enable_shared_from_this<Canvas> {
public:
  struct Size {
    int width = 0, height = 0;

    bool operator== (const Size &) const = default;
  };
  // For captureStream() without a rate: each painting is a frame.
  static constexpr double kEveryPainting = G_MAXDOUBLE;

  static std::shared_ptr<Canvas> create (
      Ptr<GstClock> clock, std::shared_ptr<WeakRef<GObject>> object = nullptr);
  ~Canvas ();

  const std::shared_ptr<WeakRef<GObject>> object;

  // TypeError: it is no raw picture of these caps.
  Result<> paint (Ptr<GstBuffer> picture, Ptr<GstCaps> caps) EXCLUDES (lock_);
  // Of the last painting.
  Size size () const EXCLUDES (lock_);
  // https://w3c.github.io/mediacapture-fromelement/#dom-htmlcanvaselement-capturestream
  Result<std::shared_ptr<Track>> capture (double rate);

  // For CanvasCapture: another source, which captures it.
  std::shared_ptr<Source> capture_source (double rate) EXCLUDES (lock_);
  void remove (const CanvasCapture *capture) EXCLUDES (lock_);

private:
  using Captures = std::vector<std::shared_ptr<CanvasCapture>>;

  Canvas (Ptr<GstClock> clock, std::shared_ptr<WeakRef<GObject>> of)
      : object (std::move (of)),
        clock_ (std::move (clock))
  {}
  Time now () const { return Time (gst_clock_get_time (clock_.get ())); }

  const Ptr<GstClock> clock_;
  mutable Mutex lock_;
  Painting painting_ GUARDED_BY (lock_){};    // the last one
  PictureFormat format_ GUARDED_BY (lock_){}; // its
  Captures captures_ GUARDED_BY (lock_);
};

} // namespace webmedia::stream
