// SPDX-License-Identifier: LGPL-2.1-or-later
// Between a branch and the input of its track.
#pragma once

#include "devices/branch-scaling-gst.hh"
#include "devices/capture-branch-gst.hh"

namespace webmedia::devices {

// What a track's input is fed through: it outlasts its branches, and no
// consumer can make the device fail.
// Threads: as any input.
class Feed final : public stream::Input {
public:
  Feed (const BranchShape &shape, std::shared_ptr<stream::Input> to,
      Ptr<GstElement> tee)
      : is_as_it_comes_ (
          !shape.is_scaled () && shape.frame_rate == 0 && !shape.sound),
        of_pictures_ (shape.of_pictures),
        frame_rate_ (shape.frame_rate),
        duration_ (frame_rate_ > 0 ? Time (double (kSecond) / frame_rate_) : 0),
        to_ (std::move (to)),
        tee_ (std::move (tee)),
        source_ (shape.source)
  {}

  void set_timeline (
      const GstSegment &segment, Ptr<GstClock> clock, Time base_time) override
  {
    to_->set_timeline (segment, std::move (clock), base_time);
  }
  void set_clock (Ptr<GstClock> clock) override
  {
    to_->set_clock (std::move (clock));
  }
  void put (Ptr<GstEvent> event) override
  {
    if (duration_ > 0 && GST_EVENT_TYPE (event.get ()) == GST_EVENT_CAPS)
      event = with_frame_rate (event.get ());
    to_->put (std::move (event));
  }
  // Whoever has stopped is taken away from elsewhere: nobody else is to stop.
  GstFlowReturn put (Ptr<GstBuffer> buffer) override
  {
    if (duration_ > 0) {
      buffer =
          Ptr<GstBuffer>::adopt (gst_buffer_make_writable (buffer.release ()));
      GST_BUFFER_DURATION (buffer.get ()) = GstClockTime (duration_);
    }
    to_->put (std::move (buffer));
    return GST_FLOW_OK;
  }
  void preroll (Ptr<GstBuffer> picture) override
  {
    to_->preroll (std::move (picture));
  }
  void set_flushing (bool flushing) override { to_->set_flushing (flushing); }
  void flush () override { to_->flush (); }
  void flush_consumers (GstEvent *stop) override
  {
    to_->flush_consumers (stop);
  }
  void set_muted (bool muted) override { to_->set_muted (muted); }
  void set_watch (bool watch) override { to_->set_watch (watch); }
  void count_discarded (uint64_t frames) override
  {
    to_->count_discarded (frames);
  }
  void count_lost (Time duration) override { to_->count_lost (duration); }
  void end () override {}

  bool query (GstQuery *query) override
  {
    if (GST_QUERY_TYPE (query) != GST_QUERY_CAPS)
      return to_->query (query);
    // Who consumes what was made of it can have that converted.
    return is_as_it_comes_ && answer_caps (query);
  }

private:
  // The query stays what it is unless this returns true.
  bool answer_caps (GstQuery *query)
  {
    GstCaps *filter, *caps = nullptr;
    gst_query_parse_caps (query, &filter);
    auto asked = Ptr<GstQuery>::adopt (gst_query_new_caps (filter));
    if (!to_->query (asked.get ()))
      return false;
    gst_query_parse_caps_result (asked.get (), &caps);
    if (!caps)
      return false;
    auto taken =
        of_pictures_ ? of_any_size (caps, filter) : Ptr<GstCaps>::share (caps);
    auto possible = possible_caps ();
    if (possible && !gst_caps_can_intersect (taken.get (), possible.get ()))
      return false;
    gst_query_set_caps_result (query, taken.get ());
    return true;
  }

  // What may change its size by itself can't be held to one.
  static Ptr<GstCaps> of_any_size (const GstCaps *caps, GstCaps *filter)
  {
    auto any = without_size (caps);
    return filter ? Ptr<GstCaps>::adopt (gst_caps_intersect_full (
               any.get (), filter, GST_CAPS_INTERSECT_FIRST))
                  : any;
  }

  // What consumers may choose from: with others beside them, what there is.
  Ptr<GstCaps> possible_caps () const
  {
    GST_OBJECT_LOCK (tee_.get ());
    bool is_shared = tee_->numsrcpads > 1;
    GST_OBJECT_UNLOCK (tee_.get ());
    if (!is_shared)
      return source_;
    auto pad =
        Ptr<GstPad>::adopt (gst_element_get_static_pad (tee_.get (), "sink"));
    auto current = Ptr<GstCaps>::adopt (gst_pad_get_current_caps (pad.get ()));
    return current ? current : source_;
  }

  Ptr<GstEvent> with_frame_rate (GstEvent *event) const
  {
    GstCaps *caps;
    int frames, seconds;
    gst_event_parse_caps (event, &caps);
    gst_util_double_to_fraction (frame_rate_, &frames, &seconds);
    auto other = Ptr<GstCaps>::adopt (gst_caps_copy (caps));
    gst_caps_set_simple (
        other.get (), "framerate", GST_TYPE_FRACTION, frames, seconds, nullptr);
    return Ptr<GstEvent>::adopt (gst_event_new_caps (other.get ()));
  }

  const bool is_as_it_comes_;
  const bool of_pictures_;
  const double frame_rate_;
  const Time duration_;
  const std::shared_ptr<stream::Input> to_;
  const Ptr<GstElement> tee_;
  const Ptr<GstCaps> source_;
};

} // namespace webmedia::devices
