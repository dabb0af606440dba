// SPDX-License-Identifier: LGPL-2.1-or-later
// Sound that is played faster or slower, as a track has it: with the samples of
// the time that it takes.
#pragma once

#include "base/ptr.hh"
#include "stream/endpoints.hh"

#include <gst/audio/audio.h>
#include <optional>

namespace webmedia::stream {

// What is played at rate 1 is handed on as it comes. Sound of another rate goes
// through scaletempo, which keeps its pitch; its timeline has rate 1 then.
// Threads: as any input; the timeline, events, buffers and flushes are one
// thread's.
class StretchedInput final : public Input {
public:
  // Nothing that is played backwards is sound, and scaletempo may be missing.
  static bool is_possible (double rate);

  explicit StretchedInput (std::shared_ptr<Input> to);
  ~StretchedInput () override;

  void set_timeline (
      const GstSegment &segment, Ptr<GstClock> clock, Time base_time) override;
  void put (Ptr<GstEvent> event) override;
  GstFlowReturn put (Ptr<GstBuffer> buffer) override;
  void flush () override;

  void preroll (Ptr<GstBuffer> picture) override
  {
    to_->preroll (std::move (picture));
  }
  void set_flushing (bool flushing) override { to_->set_flushing (flushing); }
  void flush_consumers (GstEvent *event) override
  {
    to_->flush_consumers (event);
  }
  bool query (GstQuery *query) override { return to_->query (query); }
  void set_muted (bool muted) override { to_->set_muted (muted); }
  void set_watch (bool watch) override { to_->set_watch (watch); }
  void count_discarded (uint64_t frames) override
  {
    to_->count_discarded (frames);
  }
  void end () override { to_->end (); }

private:
  bool make_chain ();
  void give_caps ();
  void begin_chain ();
  void follow (const GstBuffer *buffer);
  GstFlowReturn hand_on (Ptr<GstBuffer> stretched);
  static GstFlowReturn on_buffer (
      GstPad *pad, GstObject *parent, GstBuffer *buffer);
  static gboolean on_event (GstPad *pad, GstObject *parent, GstEvent *event);

  const std::shared_ptr<Input> to_;
  bool is_stretching_ = false;
  Ptr<GstEvent> caps_;
  Ptr<GstElement> chain_; // null: it was not needed yet
  Ptr<GstPad> first_;     // what is put into the chain
  Ptr<GstPad> last_;      // what comes out of it
  GstAudioInfo info_{};
  GstSegment played_{};
  GstSegment stretched_{};
  std::optional<Time> first_time_; // of what came out first, stretched
  Time next_played_ = kTimeNone;   // when the next piece follows the last one
  uint64_t frames_ = 0;            // that came out since then
};

} // namespace webmedia::stream
