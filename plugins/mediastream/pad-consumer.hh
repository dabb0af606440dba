// SPDX-License-Identifier: LGPL-2.1-or-later
// What is behind a pad of a mediastreamsrc, as its track sees it.
#pragma once

#include "allocation-cache.hh"
#include "api/bridge.hh"
#include "base/weak-ref.hh"
#include "track-src.hh"

#include <atomic>
#include <tuple>

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
  [[gnu::hot]] void tell_clock (stream::Output &output) override
  {
    if (!plays_)
      return;
    GST_OBJECT_LOCK (element_);
    bool is_known = GST_ELEMENT_CLOCK (element_) == clock_.get ();
    auto base_time = Time (element_->base_time);
    GST_OBJECT_UNLOCK (element_);
    if (!is_known) [[unlikely]]
      std::tie (clock_, base_time) = times ();
    output.change_clock (clock_.get (), base_time);
  }
  // Its own thread is one that may hold locks of its pipeline.
  void flush (GstEvent *stop) override
  {
    auto pad = pad_->lock ();
    auto src =
        pad ? Ptr<GstElement>::adopt (gst_pad_get_parent_element (pad.get ()))
            : nullptr;
    if (src)
      gst_web_track_src_flush (GST_WEB_TRACK_SRC (src.get ()), stop);
  }
  // Whether GStreamer may change them.
  void set_playing (bool playing) { plays_ = playing; }

  // It plays from now on.
  void begin (stream::Output &output)
  {
    auto [clock, base_time] = times ();
    output.set_clock (std::move (clock), base_time);
  }
  // It does not. False: nor is there anything for PAUSED. Where an application
  // keeps the base time itself, nobody knows the running time.
  bool pause (stream::Output &output)
  {
    GstClockTime start = gst_element_get_start_time (element_);
    return GST_CLOCK_TIME_IS_VALID (start) && output.pause (Time (start));
  }

  std::shared_ptr<stream::Siblings> siblings () override { return siblings_; }
  // Before it subscribes to anything.
  void set_siblings (std::shared_ptr<stream::Siblings> siblings)
  {
    siblings_ = std::move (siblings);
  }

  AllocationCache allocation;

private:
  std::pair<Ptr<GstClock>, Time> times ()
  {
    GST_OBJECT_LOCK (element_);
    auto clock = Ptr<GstClock>::share (GST_ELEMENT_CLOCK (element_));
    auto base_time = Time (element_->base_time);
    GST_OBJECT_UNLOCK (element_);
    return {std::move (clock), base_time};
  }

  // It owns this; whoever takes is a thread of it.
  GstElement *const element_;
  const std::shared_ptr<WeakRef<GstPad>> pad_;
  std::shared_ptr<stream::Siblings> siblings_;
  std::atomic<bool> plays_{false};
  Ptr<GstClock> clock_; // what was told last, of the thread that takes
};

} // namespace webmedia::elements
