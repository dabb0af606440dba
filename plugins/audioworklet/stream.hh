// SPDX-License-Identifier: LGPL-2.1-or-later
// What flows through the element from READY to PAUSED and back.
#pragma once

#include "children.hh"
#include "messages.hh"
#include "output.hh"
#include "settings.hh"

#include <algorithm>
#include <deque>
#include <set>
#include <thread>

namespace webmedia::elements {

// What a stream works with: as long as it is there.
struct StreamParts {
  GstElement *element;
  const ElementWorkletSettings *settings;
  Messages *messages;
  std::shared_ptr<worklet::NodeView> node;
  std::vector<Ptr<GstObject>> children;
  std::vector<Ptr<GstPad>> sinks; // null: an input that no pad was asked for
  std::vector<Ptr<GstPad>> srcs;
};

// Each input holds one buffer, or a gap. Whoever brings the last one that is
// missed renders the frames that all of them have, on its own thread, as long
// as some of them are its own: with one input that is each buffer, as it comes.
// So there is no thread of its own, but where there is no input.
//
// A *round* is what is rendered at once: the frames of the output buffers. It
// is done with the stream's *role* taken, which one thread has at a time, and
// with no lock held.
// Threads: thread-safe.
class Stream : public std::enable_shared_from_this<Stream> {
public:
  explicit Stream (StreamParts parts);
  ~Stream ();

  // What a pad needs to chain: where it leads to.
  struct Entry {
    Stream *stream;
    size_t input;
  };
  Entry *entry (size_t input) { return &entries_[input]; }
  // Whether the pad is the one that the input began with. Inputs below are such
  // ones.
  bool has_input (size_t input, GstPad *pad) const
  {
    return input < inputs_.size () && inputs_[input].pad.get () == pad;
  }

  // On the thread of an input's pad.
  GstFlowReturn chain (size_t input, Ptr<GstBuffer> buffer) EXCLUDES (lock_);
  GstFlowReturn handle_event (size_t input, Ptr<GstEvent> event)
      EXCLUDES (lock_);
  Ptr<GstCaps> query_sink_caps (size_t input, GstCaps *filter) EXCLUDES (lock_);
  bool accept_caps (size_t input, GstCaps *given) EXCLUDES (lock_);
  Ptr<GstCaps> query_src_caps (size_t output, GstCaps *filter);

  // Without inputs: another round, from the output's own task. EOS: it was
  // asked to end, or the processor has finished.
  GstFlowReturn produce () EXCLUDES (lock_);
  void end () { is_ending_.store (true); } // what is produced
  // The reason of GST_FLOW_ERROR, or of GST_FLOW_NOT_NEGOTIATED, was posted.
  bool has_told () const
  {
    return has_told_.load () || parts_.messages->has_failed ();
  }

  // An input's pad was unlinked, or is released, from now on. What waits for it
  // goes on, on a thread of its own.
  void leave (size_t input, bool is_released) EXCLUDES (lock_);
  // After stop(), and when pads are inactive: waits for such threads.
  void join () EXCLUDES (lock_);

  // Without outputs nothing is rendered unless it plays.
  void set_playing (bool is_playing) EXCLUDES (lock_);
  // Ends all waits; before pads are deactivated.
  void stop () EXCLUDES (lock_);

  // Any thread. False: it came by another output, and was done.
  bool claim_seek (guint seqnum)
  {
    return outputs_.count () < 2 || seek_.exchange (seqnum) != seqnum;
  }
  // It was not.
  void forget_seek (guint seqnum)
  {
    seek_.compare_exchange_strong (seqnum, GST_SEQNUM_INVALID);
  }

  GstClockTime latency () const { return latency_.load (); }
  bool is_sink () const { return outputs_.count () == 0; }

private:
  // In running time, in frames: these add up, times are rounded. Of a segment
  // that is played faster they are as many as the sound has.
  using Position = uint64_t;
  static constexpr Position kNowhere = UINT64_MAX;

  struct Item {
    Ptr<GstBuffer> buffer; // null: a gap, or nothing
    size_t frames = 0;     // 0: there is no item
    size_t done = 0;
    Position at = kNowhere; // its first frame
    GstClockTime pts = GST_CLOCK_TIME_NONE;

    size_t left () const { return frames - done; }
  };
  struct Input {
    Ptr<GstPad> pad;
    // Written with the role and the lock.
    std::atomic<bool> has_caps{false};
    GstAudioInfo info;
    GstSegment segment;
    // With the lock.
    Item item;
    bool has_ended = false;
    bool is_flushing = false;
    Ptr<GstEvent> flush_stop; // which ends that; null: it has not come yet
    guint32 flush_seqnum = GST_SEQNUM_INVALID;
    bool is_released = false;
    Position next = kNowhere; // behind the last one
  };
  // What is rendered at once.
  struct Round {
    std::vector<worklet::InputFrames> inputs;
    std::vector<Ptr<GstBuffer>> held; // so that they stay
    Ptr<GstBuffer> whole;             // the one buffer that is the round
    size_t frames = 0;
    Position at = kNowhere;
    GstClockTime pts = GST_CLOCK_TIME_NONE;

    // Its memory stays: nothing is allocated for each round.
    void begin (size_t n_inputs)
    {
      inputs.resize (n_inputs);
      std::fill (inputs.begin (), inputs.end (), worklet::InputFrames{});
      let_go ();
      at = kNowhere;
      pts = GST_CLOCK_TIME_NONE;
    }
    void let_go ()
    {
      held.clear ();
      whole.reset ();
    }
  };

  // What can come to an input.
  struct Possible {
    Ptr<GstCaps> caps;
    std::string mistake; // what is behind takes nothing, and why
  };

  // stream-input.cc: what comes in.
  GstFlowReturn put (size_t input, Item item) EXCLUDES (lock_);
  bool wait_for_room_locked (Input &input) REQUIRES (lock_);
  bool is_lead (size_t input) const;
  bool is_any_flushing_locked () const REQUIRES (lock_);
  bool is_connected_locked (const Input &input) const REQUIRES (lock_);
  bool is_awaited_locked (const Input &input) const REQUIRES (lock_);
  bool choose_round_locked (Round &round) REQUIRES (lock_);
  bool choose_only_locked (Round &round) REQUIRES (lock_);
  void limit_locked (Round &round, bool has_sound) const REQUIRES (lock_);
  void take_locked (size_t input, Round &round) REQUIRES (lock_);
  void align_locked (Input &input) REQUIRES (lock_);
  bool is_round_complete_locked () const REQUIRES (lock_);
  // `own`: the input whose thread this is, or null.
  GstFlowReturn run_locked (const Input *own) REQUIRES (lock_);
  bool has_own_role_locked () const REQUIRES (lock_);
  bool wait_for_role_locked (const Input *own) REQUIRES (lock_);
  bool take_role_locked (const Input *own) REQUIRES (lock_);
  void give_role_locked () REQUIRES (lock_);

  // stream-events.cc
  GstFlowReturn handle_caps (size_t input, GstEvent *event) EXCLUDES (lock_);
  GstFlowReturn handle_gap (size_t input, Ptr<GstEvent> event) EXCLUDES (lock_);
  GstFlowReturn handle_end (size_t input) EXCLUDES (lock_);
  void end_locked (const Input *own) REQUIRES (lock_);
  GstFlowReturn handle_serialized (size_t input, Ptr<GstEvent> event)
      EXCLUDES (lock_);

  // stream-flush.cc
  static void forget_flush (GstPad *pad);
  void begin_flush (size_t input, Ptr<GstEvent> event) EXCLUDES (lock_);
  void end_flush (size_t input, Ptr<GstEvent> event) EXCLUDES (lock_);
  void end_own_flushes_locked () REQUIRES (lock_);
  void end_flushes_locked () REQUIRES (lock_);
  void reset (const Ptr<GstEvent> &flush_stop) EXCLUDES (lock_);

  // stream-leave.cc
  void go_on () EXCLUDES (lock_);

  // stream-caps.cc, stream.cc: what is rendered and goes out; all with the
  // role, but for the first four.
  Ptr<GstCaps> node_caps () const;
  bool follows () const;
  Possible find_possible (size_t input) EXCLUDES (lock_);
  void tell_refused (size_t input, const GstCaps *given,
      const Possible &possible) EXCLUDES (lock_);
  int other_rate_locked (size_t input) const REQUIRES (lock_);
  void forget_formats_locked () REQUIRES (lock_);
  bool set_caps (size_t input, const GstAudioInfo &info) EXCLUDES (lock_);
  bool prepare_outputs ();
  void tell_failure (const std::string &text) EXCLUDES (lock_);
  bool start_rendering (uint32_t rate);
  void set_rate (uint32_t rate) EXCLUDES (lock_);
  bool negotiate () EXCLUDES (lock_);
  GstFlowReturn render (Round &round);
  GstFlowReturn push_complete ();
  GstFlowReturn drain ();
  bool is_called_off () EXCLUDES (lock_);
  GstFlowReturn push_tail () EXCLUDES (lock_);
  void finish ();
  void restore_events ();
  void push_held ();
  void report_latency ();
  void limit_tail ();
  void set_finished (bool is_finished) EXCLUDES (lock_);
  void post_end () EXCLUDES (lock_);
  template <typename Call> void tell (Call call) EXCLUDES (lock_);
  void set_telling (bool is_telling) EXCLUDES (lock_);
  void prepare_params (GstClockTime pts, size_t frames);

  // stream-time.cc
  bool is_near (Position a, Position b) const;
  bool is_continuous (const Round &round) const;
  Position count_frames (
      const GstSegment &segment, GstClockTime running_time) const;
  Position position_of (const GstSegment &segment, GstClockTime time) const;
  Position start_of (const GstSegment &segment) const;
  GstClockTime time_of (Position at) const;
  void reach (GstClockTime end);
  worklet::StreamTime locate (GstClockTime time) const;
  GstClockTime to_time (uint64_t frames) const
  {
    return gst_util_uint64_scale (frames, GST_SECOND, rate_);
  }
  uint64_t to_frames (GstClockTime time) const
  {
    return gst_util_uint64_scale (time, rate_, GST_SECOND);
  }

  const StreamParts parts_;
  std::vector<Entry> entries_; // of each input
  std::vector<std::shared_ptr<ControlledParam>> params_;
  const uint32_t quantum_;
  std::atomic<GstClockTime> latency_{0};
  std::atomic<bool> is_ending_{false};
  std::atomic<bool> has_told_{false};
  std::atomic<guint> seek_{GST_SEQNUM_INVALID};

  Mutex lock_;
  Condition changed_;
  std::vector<Input> inputs_;                      // which fields: see there
  bool has_role_ GUARDED_BY (lock_) = false;       // someone
  std::thread::id role_thread_ GUARDED_BY (lock_); // who
  bool is_telling_ GUARDED_BY (lock_) = false;     // who has the role, handlers
  bool is_stopped_ GUARDED_BY (lock_) = false;
  int waiting_ GUARDED_BY (lock_) = 0;        // threads, for room
  bool has_ended_ GUARDED_BY (lock_) = false; // until something comes again
  int going_on_ GUARDED_BY (lock_) = 0;       // threads that are to go on
  bool is_playing_ GUARDED_BY (lock_) = false;
  std::set<std::string> refused_ GUARDED_BY (lock_);        // what was told
  std::vector<Ptr<GstBuffer>> too_late_ GUARDED_BY (lock_); // to be let go
  std::atomic<bool> is_finished_{false}; // after the end; written with both
  bool is_end_posted_ GUARDED_BY (lock_) = false;              // since it plays
  guint32 end_seqnum_ GUARDED_BY (lock_) = GST_SEQNUM_INVALID; // of the segment
  GstFlowReturn flow_ GUARDED_BY (lock_) = GST_FLOW_OK;

  // With the role; but for the round that is chosen, with the lock, when
  // nobody has it.
  Round round_;
  std::vector<Ptr<GstBuffer>> buffers_; // on their way
  std::unique_ptr<worklet::Rendering> rendering_;
  uint32_t rate_ = 0;
  Outputs outputs_;
  Ptr<GstEvent> stream_start_;      // not pushed yet
  GstSegment segment_;              // of the outputs
  size_t segment_input_ = SIZE_MAX; // whose segment that is; this: nobody's now
  guint32 segment_seqnum_ = GST_SEQNUM_INVALID;
  bool is_started_ = false;
  bool has_format_ = false;        // of the outputs
  std::string failed_;             // why there is none; as it was told
  bool can_be_in_place_ = false;   // the one output's is the one input's
  uint32_t reported_ = UINT32_MAX; // latency in frames; this: none yet
  GstClockTime tail_limit_ = GST_CLOCK_TIME_NONE; // that it has; none: not yet
  bool has_new_segment_ = false;
  // Behind a number of pieces.
  struct Held {
    uint64_t behind;
    Ptr<GstEvent> event;
  };
  std::deque<Held> held_;
  uint64_t pieces_in_ = 0;
  uint64_t pieces_out_ = 0;
  Position next_at_ = kNowhere;                 // behind the last
  GstClockTime next_pts_ = GST_CLOCK_TIME_NONE; // the same in the segment
  worklet::StreamTime next_frame_;              // the same, of the stream
  uint64_t produced_ = 0;                       // frames, without inputs
};

} // namespace webmedia::elements
