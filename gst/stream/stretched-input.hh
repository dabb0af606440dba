// SPDX-License-Identifier: LGPL-2.1-or-later
// Sound that is played faster or slower, as a track has it: with the samples of
// the time that it takes.
#pragma once

#include "base/ptr.hh"
#include "stream/endpoints.hh"

#include <functional>
#include <gst/audio/audio.h>

namespace webmedia::stream {

// What is played at rate 1 is handed on as it comes. Sound of another rate goes
// through scaletempo, which keeps its pitch; its timeline has rate 1 then. What
// can't be stretched is not handed on. What was handed on and the rate say how
// much comes out: nothing is left behind where the sound jumps, its caps
// change, or it ends.
// Threads: as any input; the timeline, events, buffers, drains and flushes are
// one thread's.
class StretchedInput final : public Input {
public:
  // Nothing that is played backwards is sound, nor what is slower or faster
  // than by 16; and elements may be missing: for them it looks once, with a
  // warning. It calls out.
  static bool is_possible (double rate);

  // `on_failed`: sound of this timeline can't be stretched after all. It is
  // called on the thread that puts buffers.
  StretchedInput (std::shared_ptr<Input> to, std::function<void ()> on_failed);
  ~StretchedInput () override;

  void set_timeline (
      const GstSegment &segment, Ptr<GstClock> clock, Time base_time) override;
  void put (Ptr<GstEvent> event) override;
  GstFlowReturn put (Ptr<GstBuffer> buffer) override;
  void drain () override;
  void flush () override;

  void set_clock (Ptr<GstClock> clock) override
  {
    to_->set_clock (std::move (clock));
  }
  void preroll (Ptr<GstBuffer> picture) override
  {
    to_->preroll (std::move (picture));
  }
  void set_flushing (bool flushing) override { to_->set_flushing (flushing); }
  void flush_consumers (GstEvent *stop) override
  {
    to_->flush_consumers (stop);
  }
  bool query (GstQuery *query) override { return to_->query (query); }
  void set_muted (bool muted) override { to_->set_muted (muted); }
  void set_watch (bool watch) override { to_->set_watch (watch); }
  void count_discarded (uint64_t frames) override
  {
    to_->count_discarded (frames);
  }
  void count_lost (Time duration) override { to_->count_lost (duration); }
  void end () override { to_->end (); }

private:
  enum class Mode { as_it_is, stretched, unheard };

  bool begin_chain (Time time);
  void end_chain ();
  void fail (const char *reason);
  Ptr<GstEvent> stretch_gap (GstEvent *gap) const;
  Time stretch_time (Time time) const;
  GstClockTime duration_of (uint64_t frames) const;
  bool has_jumped (const GstBuffer *buffer) const;
  Ptr<GstBuffer> clip (Ptr<GstBuffer> buffer);
  GstFlowReturn hand_on (Ptr<GstBuffer> stretched);
  static GstFlowReturn on_buffer (
      GstPad *pad, GstObject *parent, GstBuffer *buffer);

  const std::shared_ptr<Input> to_;
  const std::function<void ()> on_failed_;
  Mode mode_ = Mode::as_it_is;
  Ptr<GstCaps> caps_;
  GstAudioInfo info_{};
  GstSegment played_{};
  // From a first piece to a drain or a flush; null: nothing is in it.
  Ptr<GstElement> chain_;
  Ptr<GstPad> first_;            // what is put into the chain
  Ptr<GstPad> last_;             // what comes out of it
  Time first_time_ = 0;          // of what comes out first, stretched
  Time next_played_ = kTimeNone; // when the next piece follows the last one
  Time next_time_ = kTimeNone;   // the end of what came out last
  uint64_t put_ = 0;             // frames, into this chain
  uint64_t frames_ = 0;          // and out of it
  uint64_t most_ = UINT64_MAX;   // that may come out
};

} // namespace webmedia::stream
