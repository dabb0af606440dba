// SPDX-License-Identifier: LGPL-2.1-or-later
// What is behind a pad of a mediastreamsrc, as its track sees it.
#pragma once

#include "allocation-cache.hh"
#include "api/bridge.hh"
#include "base/weak-ref.hh"

#include <atomic>
#include <utility>

namespace webmedia::elements {

// Threads: thread-safe.
class PadConsumer final : public stream::Consumer {
public:
  PadConsumer (GstElement *element, GstPad *pad)
      : element_ (element),
        pad_ (WeakRef<GstPad>::create (pad))
  {}

  // Who allocates is asked on the consumer's own thread: downstream answers
  // only between buffers, and may be paused.
  bool query (GstQuery *query) override
  {
    if (GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION)
      return allocation.answer (query);
    auto pad = pad_->lock ();
    return pad && gst_pad_peer_query (pad.get (), query);
  }

  // GStreamer changes the base time of what plays without a word: where another
  // branch of the pipeline is flushed, for one.
  void tell_clock (stream::Output &output) override
  {
    if (plays)
      tell (output, false);
  }
  // As an application's: its thread stops, and goes on with a new segment.
  void flush (GstEvent *event) override
  {
    auto pad = pad_->lock ();
    auto element =
        pad ? Ptr<GstElement>::adopt (gst_pad_get_parent_element (pad.get ()))
            : nullptr;
    if (!element || GST_STATE (element.get ()) < GST_STATE_PAUSED)
      return;
    gst_element_send_event (element.get (), gst_event_ref (event));
  }
  // It plays from now on.
  void begin (stream::Output &output) { tell (output, true); }

  std::shared_ptr<stream::Siblings> siblings () override { return siblings_; }
  // Before it subscribes to anything.
  void set_siblings (std::shared_ptr<stream::Siblings> siblings)
  {
    siblings_ = std::move (siblings);
  }

  AllocationCache allocation;
  std::atomic<bool> plays{false};

private:
  void tell (stream::Output &output, bool begins)
  {
    Ptr<GstClock> before; // goes without the lock
    GST_OBJECT_LOCK (element_);
    auto base_time = Time (element_->base_time);
    auto clock = Ptr<GstClock>::share (GST_ELEMENT_CLOCK (element_));
    bool is_known = !begins && told_ == &output && clock == clock_
                    && base_time == base_time_;
    before = std::exchange (clock_, clock);
    base_time_ = base_time;
    told_ = &output;
    GST_OBJECT_UNLOCK (element_);
    if (begins)
      output.set_clock (std::move (clock), base_time);
    else if (!is_known)
      output.change_clock (std::move (clock), base_time);
  }

  // It owns this; whoever takes is a thread of it.
  GstElement *const element_;
  const std::shared_ptr<WeakRef<GstPad>> pad_;
  std::shared_ptr<stream::Siblings> siblings_;
  // What was told last, guarded by the element's object lock.
  const stream::Output *told_ = nullptr;
  Ptr<GstClock> clock_;
  Time base_time_ = 0;
};

} // namespace webmedia::elements
