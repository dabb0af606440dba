// SPDX-License-Identifier: LGPL-2.1-or-later
// When a buffer of one pipeline is due in another.
#pragma once

#include "stream/clock-map.hh"
#include "stream/endpoints.hh"
#include "stream/item.hh"

#include <memory>
#include <optional>

namespace webmedia::stream {

// From a producer's times to the running time of one consumer. Live: by the
// clocks of both, so that a buffer keeps the moment at which it was captured.
// Lossless: the running time stays what it is, as both count from their start.
// Threads: thread-bound (the consumer's streaming thread).
class TimeMap {
public:
  explicit TimeMap (Delivery delivery) : delivery_ (delivery) {}

  void set_timeline (std::shared_ptr<const Timeline> timeline);
  void set_clock (Ptr<GstClock> clock, Time base_time);
  bool has_clock (GstClock *clock, Time base_time) const
  {
    return clock == clock_.get () && base_time == base_time_;
  }

  // The consumer's running time of a time of the producer's clock; before its
  // start it is negative.
  Time running_time (Time time);
  // The consumer's running time of now; before its start it is negative. 0
  // without a clock.
  Time now () const;
  GstClock *clock () const { return clock_.get (); } // the consumer's, or null
  // What that shows at a running time.
  Time clock_time (Time running_time) const
  {
    return add_saturated (running_time, base_time_);
  }
  // Whether both have a clock that tells when something was captured.
  bool is_timed () const { return is_timed_; }
  // Whether a second of the one is not quite a second of the other.
  bool drifts () const { return clocks_ && timeline_->segment.rate == 1.0; }
  // A second of what is captured is a second of running time.
  bool has_normal_rate () const { return timeline_->segment.rate == 1.0; }
  // Live, and the consumer has no clock yet.
  bool counts_from_first () const
  {
    return delivery_ == Delivery::live && !clock_;
  }
  // And has done so.
  bool has_counted () const { return counts_from_first () && first_; }

  // Gives a buffer that running time. What is shared stays as it is where a
  // segment can say the same: segment() when that is a new one, else null.
  const GstSegment *stamp (Ptr<GstBuffer> &buffer, Time running_time);
  const GstSegment &segment () const { return segment_; }
  bool has_segment () const { return has_segment_; }
  // The PTS of a running time in that segment; negative: it has none.
  Time pts (Time running_time) const;

private:
  Time origin (Time time);
  bool keeps_pts () const;
  const GstSegment *set_segment (Time start, Time running_time);

  const Delivery delivery_;
  bool is_timed_ = false;
  bool has_segment_ = false;
  Ptr<GstClock> clock_;
  Time base_time_ = 0;
  std::unique_ptr<ClockMap> clocks_; // where they are two
  GstSegment segment_{};
  std::shared_ptr<const Timeline> timeline_;
  std::optional<Time> first_; // what came first, without a clock
};

// A buffer of one's own, with the memory of the other, which returns to its
// pool only when this one has gone.
Ptr<GstBuffer> make_own (Ptr<GstBuffer> buffer);

} // namespace webmedia::stream
