// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream.hh"

#include <algorithm>

namespace webmedia::elements {

// Frames of what is made without an input's buffers, in whole quanta.
static constexpr size_t kPiece = 1024;
static constexpr int kDefaultRate = 48000;

static size_t
piece_frames (uint32_t quantum)
{
  return (kPiece + quantum - 1) / quantum * quantum;
}

Stream::Stream (StreamParts parts)
    : parts_ (std::move (parts)),
      quantum_ (parts_.node->quantum ()),
      inputs_ (parts_.sinks.size ()),
      outputs_ (parts_.srcs)
{
  for (size_t i = 0; i < inputs_.size (); i++) {
    entries_.push_back ({this, i});
    inputs_[i].pad = parts_.sinks[i];
    gst_audio_info_init (&inputs_[i].info);
    gst_segment_init (&inputs_[i].segment, GST_FORMAT_TIME);
  }
  gst_segment_init (&segment_, GST_FORMAT_TIME);
  for (const auto &child : parts_.children)
    params_.push_back (gst_web_audio_worklet_param_source (child.get ()));
}

Stream::~Stream () = default;

void
Stream::stop ()
{
  MutexLocker locker (lock_);
  is_stopped_ = true;
  changed_.notify_all ();
}

void
Stream::set_playing (bool is_playing)
{
  {
    MutexLocker locker (lock_);
    is_playing_ = is_playing;
    // Bins forget it when they pause.
    is_end_posted_ = false;
    parts_.node->set_suspended (!is_playing_ || is_finished_);
    changed_.notify_all ();
  }
  parts_.node->pump ();
  post_end ();
}

// Of a sink, once while it plays: who comes to the end, or who lets it play.
void
Stream::post_end ()
{
  if (!is_sink ())
    return;
  GstMessage *message;
  {
    MutexLocker locker (lock_);
    if (!is_finished_ || !is_playing_ || is_stopped_
        || is_any_flushing_locked () || std::exchange (is_end_posted_, true))
      return;
    message = gst_message_new_eos (GST_OBJECT (parts_.element));
    if (end_seqnum_ != GST_SEQNUM_INVALID)
      gst_message_set_seqnum (message, end_seqnum_);
  }
  gst_element_post_message (parts_.element, message);
}

// Then messages are handled where they are posted.
void
Stream::set_finished (bool is_finished)
{
  {
    MutexLocker locker (lock_);
    is_finished_ = is_finished;
    is_end_posted_ = false;
    if (is_finished)
      end_seqnum_ = segment_seqnum_;
    parts_.node->set_suspended (!is_playing_ || is_finished_);
  }
  tell ([this] { parts_.node->pump (); });
}

// With the role: handlers are called, which may wait for threads that flush.
template <typename Call>
void
Stream::tell (Call call)
{
  set_telling (true);
  call ();
  set_telling (false);
}

void
Stream::set_telling (bool is_telling)
{
  MutexLocker locker (lock_);
  is_telling_ = is_telling;
  changed_.notify_all ();
}

// Rounds

GstFlowReturn
Stream::render (Round &round)
{
  // What waits was made for what was behind it before.
  if (has_format_ && outputs_.are_refused ()) [[unlikely]] {
    drain ();
    has_format_ = false;
  }
  if (!prepare_outputs () || !has_format_)
    return GST_FLOW_NOT_NEGOTIATED;
  if (is_finished_) [[unlikely]]
    set_finished (false);
  if (!is_continuous (round))
    if (const GstFlowReturn flow = drain (); flow != GST_FLOW_OK)
      return flow;
  const bool is_timed = segment_.format == GST_FORMAT_TIME;
  if (is_timed && !GST_CLOCK_TIME_IS_VALID (round.pts))
    round.pts = time_of (round.at);
  const GstClockTime length = to_time (round.frames);
  next_pts_ = GST_CLOCK_TIME_IS_VALID (round.pts) ? round.pts + length
                                                  : GST_CLOCK_TIME_NONE;
  // What the one input has is pushed as it says.
  if (is_timed && inputs_.size () > 1)
    reach (next_pts_);
  limit_tail ();
  prepare_params (is_timed ? round.pts : GST_CLOCK_TIME_NONE, round.frames);
  // Where the one buffer that comes is all that goes, it is the place itself.
  std::vector<Ptr<GstBuffer>> &buffers = buffers_;
  buffers.clear ();
  if (round.whole && can_be_in_place_
      && gst_buffer_is_writable (round.whole.get ())
      && gst_buffer_is_all_memory_writable (round.whole.get ())) {
    buffers.push_back (std::move (round.whole));
  } else {
    buffers = outputs_.allocate (round.frames, round.whole.get ());
    if (!round.whole || !GST_BUFFER_PTS_IS_VALID (round.whole.get ())
        || GST_BUFFER_PTS (round.whole.get ()) != round.pts)
      for (auto &buffer : buffers) {
        GST_BUFFER_PTS (buffer.get ()) = round.pts;
        GST_BUFFER_DURATION (buffer.get ()) = length;
      }
  }
  if (!rendering_->push (round.inputs, buffers, round.frames)) {
    GST_ELEMENT_ERROR (parts_.element, STREAM, FAILED,
        ("A buffer could not be mapped, or is shorter than it says."),
        (nullptr));
    has_told_.store (true);
    return GST_FLOW_ERROR;
  }
  pieces_in_++;
  next_at_ = round.at != kNowhere ? round.at + round.frames : kNowhere;
  report_latency ();
  return push_complete ();
}

// Times are for what controls parameters alone.
void
Stream::prepare_params (GstClockTime pts, size_t frames)
{
  bool is_controlled = false;
  for (size_t i = 0; i < params_.size (); i++)
    is_controlled |= params_[i]->look_up (parts_.children[i].get (), rate_);
  if (!is_controlled) {
    next_frame_ = {};
    return;
  }
  GstClockTime time = GST_CLOCK_TIME_NONE;
  if (GST_CLOCK_TIME_IS_VALID (pts))
    time = gst_segment_to_stream_time (&segment_, GST_FORMAT_TIME, pts);
  const worklet::StreamTime start = locate (time);
  rendering_->set_stream_time (start);
  for (const auto &param : params_)
    param->prepare (start, frames);
  next_frame_ = start.after (static_cast<int64_t> (frames));
}

// It may be set while it streams.
void
Stream::limit_tail ()
{
  const GstClockTime limit = parts_.settings->max_tail_time ();
  if (limit == tail_limit_)
    return;
  tail_limit_ = limit;
  rendering_->set_tail_limit (to_frames (limit));
}

void
Stream::report_latency ()
{
  if (rendering_->latency () == reported_)
    return;
  reported_ = rendering_->latency ();
  const GstClockTime latency =
      gst_util_uint64_scale_ceil (reported_, GST_SECOND, rate_);
  if (latency_.exchange (latency) != latency)
    gst_element_post_message (
        parts_.element, gst_message_new_latency (GST_OBJECT (parts_.element)));
}

// All that is complete, and what it caused the processor to say.
GstFlowReturn
Stream::push_complete ()
{
  GstFlowReturn flow = GST_FLOW_OK;
  buffers_.resize (outputs_.count ());
  while (rendering_->pop (buffers_)) {
    const GstFlowReturn pushed = outputs_.push (buffers_);
    if (flow == GST_FLOW_OK)
      flow = pushed;
    pieces_out_++;
    push_held ();
  }
  if (parts_.node->has_news ())
    tell ([this] { parts_.messages->deliver (); });
  // Another thread may have told of the error.
  return parts_.messages->has_failed () ? GST_FLOW_ERROR : flow;
}

void
Stream::push_held ()
{
  while (!held_.empty () && held_.front ().behind <= pieces_out_) {
    const Ptr<GstEvent> event = std::move (held_.front ().event);
    held_.pop_front ();
    outputs_.push_event (event);
  }
}

GstFlowReturn
Stream::drain ()
{
  if (!rendering_ || rendering_->pending () == 0)
    return GST_FLOW_OK;
  rendering_->finish ();
  return push_complete ();
}

// The end

bool
Stream::is_called_off ()
{
  MutexLocker locker (lock_);
  return is_stopped_ || is_any_flushing_locked ();
}

// However long there is nothing to be heard in it, it can be called off.
GstFlowReturn
Stream::push_tail ()
{
  // Of what has no output nothing would be heard.
  const GstClockTime limit = is_sink () ? 0 : parts_.settings->max_tail_time ();
  limit_tail ();
  rendering_->begin_tail (to_frames (limit));
  const size_t frames = piece_frames (quantum_);
  const GstClockTime start = next_pts_;
  for (uint64_t done = 0;;) {
    auto buffers = outputs_.allocate (frames, nullptr);
    ssize_t made = 0;
    do {
      if (is_called_off ())
        return GST_FLOW_FLUSHING;
      made = rendering_->tail (buffers, frames);
    } while (made == 0 && !rendering_->is_tail_over ());
    if (made <= 0)
      return GST_FLOW_OK;
    const auto count = static_cast<size_t> (made);
    if (count < frames)
      outputs_.truncate (buffers, count);
    // So that what is rounded does not add up.
    const GstClockTime duration = to_time (done + count) - to_time (done);
    if (GST_CLOCK_TIME_IS_VALID (next_pts_))
      reach (next_pts_ + duration);
    for (auto &buffer : buffers) {
      GST_BUFFER_PTS (buffer.get ()) = next_pts_;
      GST_BUFFER_DURATION (buffer.get ()) = duration;
    }
    done += count;
    if (GST_CLOCK_TIME_IS_VALID (start))
      next_pts_ = start + to_time (done);
    const GstFlowReturn flow = outputs_.push (buffers);
    if (flow != GST_FLOW_OK || rendering_->is_tail_over ())
      return flow;
  }
}

// All inputs have ended.
void
Stream::finish ()
{
  prepare_outputs ();
  GstFlowReturn flow = drain ();
  // What has no inputs is told to end, or has ended by itself.
  if (rendering_ && has_format_ && flow == GST_FLOW_OK && !inputs_.empty ())
    push_tail ();
  if (rendering_)
    tell ([this] { parts_.messages->deliver (); });
  // Or who was told has flushed it.
  if (is_called_off ())
    return;
  set_finished (true);
  pieces_out_ = pieces_in_;
  push_held ();
  auto event = Ptr<GstEvent>::adopt (gst_event_new_eos ());
  if (segment_seqnum_ != GST_SEQNUM_INVALID)
    gst_event_set_seqnum (event.get (), segment_seqnum_);
  outputs_.push_event (event);
  post_end ();
}

// Of a node that has no input.
GstFlowReturn
Stream::produce ()
{
  {
    MutexLocker locker (lock_);
    if (!take_role_locked (nullptr))
      return GST_FLOW_FLUSHING;
  }
  GstFlowReturn flow = GST_FLOW_OK;
  if (!rendering_) {
    // The rate that downstream likes best, where it can choose.
    auto caps = node_caps ();
    for (size_t i = 0; i < outputs_.count (); i++)
      if (outputs_.pad (i)) {
        auto given = Ptr<GstCaps>::adopt (
            gst_pad_peer_query_caps (outputs_.pad (i).get (), caps.get ()));
        GstStructure *best = nullptr;
        given = Ptr<GstCaps>::adopt (gst_caps_make_writable (given.release ()));
        if (!gst_caps_is_empty (given.get ())
            && !gst_caps_is_any (given.get ()))
          best = gst_caps_get_structure (given.get (), 0);
        if (best) {
          int rate = kDefaultRate;
          gst_structure_fixate_field_nearest_int (best, "rate", kDefaultRate);
          if (gst_structure_get_int (best, "rate", &rate))
            gst_caps_set_simple (
                caps.get (), "rate", G_TYPE_INT, rate, nullptr);
        }
      }
    int rate = kDefaultRate;
    gst_structure_get_int (
        gst_caps_get_structure (caps.get (), 0), "rate", &rate);
    has_new_segment_ = true;
    if (!start_rendering (static_cast<uint32_t> (rate)))
      flow = GST_FLOW_ERROR;
  }
  if (flow == GST_FLOW_OK
      && (is_ending_.load () || !rendering_->keeps_alive ())) {
    finish ();
    flow = GST_FLOW_EOS;
  } else if (flow == GST_FLOW_OK) {
    Round &round = round_;
    round.begin (0);
    round.frames = piece_frames (quantum_);
    round.at = produced_;
    round.pts = to_time (produced_);
    produced_ += round.frames;
    flow = render (round);
    // Downstream has all that it wants, and waits for who says so.
    if (flow == GST_FLOW_EOS)
      finish ();
  }
  MutexLocker locker (lock_);
  give_role_locked ();
  return flow;
}

} // namespace webmedia::elements
