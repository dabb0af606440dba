// SPDX-License-Identifier: LGPL-2.1-or-later
// Events that come in, but for flushes, and the end.
#include "stream.hh"

namespace webmedia::elements {

GstFlowReturn
Stream::handle_event (size_t number, Ptr<GstEvent> event)
{
  switch (GST_EVENT_TYPE (event.get ())) {
  case GST_EVENT_FLUSH_START:
    begin_flush (number, std::move (event));
    return GST_FLOW_OK;
  case GST_EVENT_FLUSH_STOP:
    end_flush (number, std::move (event));
    return GST_FLOW_OK;
  case GST_EVENT_CAPS:
    return handle_caps (number, event.get ());
  case GST_EVENT_GAP:
    return handle_gap (number, std::move (event));
  case GST_EVENT_EOS:
    return handle_end (number);
  default:
    return handle_serialized (number, std::move (event));
  }
}

GstFlowReturn
Stream::handle_caps (size_t number, GstEvent *event)
{
  GstCaps *caps;
  gst_event_parse_caps (event, &caps);
  GstAudioInfo info;
  if (!gst_audio_info_from_caps (&info, caps))
    return GST_FLOW_NOT_NEGOTIATED;
  {
    MutexLocker locker (lock_);
    if (!wait_for_room_locked (inputs_[number]))
      return GST_FLOW_FLUSHING;
    if (!take_role_locked (&inputs_[number]))
      return GST_FLOW_FLUSHING;
  }
  const bool is_set = set_caps (number, info);
  MutexLocker locker (lock_);
  inputs_[number].has_caps = is_set;
  give_role_locked ();
  return is_set ? GST_FLOW_OK : GST_FLOW_NOT_NEGOTIATED;
}

GstFlowReturn
Stream::handle_gap (size_t number, Ptr<GstEvent> event)
{
  GstClockTime pts, duration;
  gst_event_parse_gap (event.get (), &pts, &duration);
  // That something is missing up to who knows when fills no frame.
  if (!GST_CLOCK_TIME_IS_VALID (duration) || !inputs_[number].has_caps)
    return handle_serialized (number, std::move (event));
  const GstSegment &segment = inputs_[number].segment;
  // As of a buffer.
  if (inputs_.size () > 1 && segment.format == GST_FORMAT_TIME) {
    guint64 begin, end;
    duration = std::min (duration, GST_CLOCK_TIME_NONE - 1 - pts);
    if (!gst_segment_clip (
            &segment, GST_FORMAT_TIME, pts, pts + duration, &begin, &end))
      return GST_FLOW_OK;
    pts = begin;
    duration = end - begin;
  }
  Item item;
  item.frames = gst_util_uint64_scale_round (duration, rate_, GST_SECOND);
  if (!item.frames)
    return GST_FLOW_OK;
  item.pts = pts;
  item.at = position_of (segment, pts);
  return put (number, std::move (item));
}

GstFlowReturn
Stream::handle_end (size_t number)
{
  MutexLocker locker (lock_);
  Input &input = inputs_[number];
  const bool has_room = wait_for_room_locked (input);
  // A handler may say it, before all that it has was rendered.
  if (!has_room && (input.is_flushing || !has_own_role_locked ()))
    return GST_FLOW_FLUSHING;
  input.has_ended = true;
  // Others may have waited for this one alone.
  run_locked (&input);
  end_locked (&input);
  // A flush takes it away, and the pad must not keep it.
  return input.is_flushing || !input.has_ended ? GST_FLOW_FLUSHING
                                               : GST_FLOW_OK;
}

// Where an input has ended and all others have, or are not connected.
void
Stream::end_locked (const Input *own)
{
  for (;;) {
    // Of inputs that end together one says so.
    if (!wait_for_role_locked (own) || has_ended_)
      return;
    bool has_ended = false;
    for (const Input &input : inputs_) {
      if (is_awaited_locked (input) || input.item.frames)
        return;
      has_ended |= input.has_ended;
    }
    if (!has_ended)
      return;
    if (!is_sink ())
      break;
    if (is_any_flushing_locked ())
      return;
    if (is_playing_)
      break;
    // As of a round.
    if (own && own->is_released)
      return;
    changed_.wait (lock_);
  }
  take_role_locked (own);
  has_ended_ = true;
  lock_.unlock ();
  finish ();
  lock_.lock ();
  give_role_locked ();
}

// What it says is said of the outputs if it is the first input's.
GstFlowReturn
Stream::handle_serialized (size_t number, Ptr<GstEvent> event)
{
  if (!(gst_event_type_get_flags (GST_EVENT_TYPE (event.get ()))
          & GST_EVENT_TYPE_SERIALIZED))
    return outputs_.push_event (event) ? GST_FLOW_OK : GST_FLOW_ERROR;
  const bool leads = is_lead (number);
  const bool begins = GST_EVENT_TYPE (event.get ()) == GST_EVENT_STREAM_START
                      || GST_EVENT_TYPE (event.get ()) == GST_EVENT_SEGMENT;
  {
    MutexLocker locker (lock_);
    if (!wait_for_room_locked (inputs_[number]))
      return GST_FLOW_FLUSHING;
    if (!take_role_locked (&inputs_[number]))
      return GST_FLOW_FLUSHING;
    if (GST_EVENT_TYPE (event.get ()) == GST_EVENT_SEGMENT) {
      gst_event_copy_segment (event.get (), &inputs_[number].segment);
      inputs_[number].next = kNowhere;
      if (leads)
        segment_input_ = number;
      else if (segment_input_ == number)
        segment_input_ = SIZE_MAX;
    }
    if (begins) {
      inputs_[number].has_ended = has_ended_ = false;
      // What downstream had enough of is over.
      if (flow_ == GST_FLOW_EOS)
        flow_ = GST_FLOW_OK;
    }
  }
  if (begins && is_finished_)
    set_finished (false);
  if (leads) {
    switch (GST_EVENT_TYPE (event.get ())) {
    case GST_EVENT_STREAM_START:
      drain ();
      stream_start_ = std::move (event);
      is_started_ = false;
      break;
    case GST_EVENT_SEGMENT:
      drain ();
      segment_ = inputs_[number].segment;
      segment_seqnum_ = gst_event_get_seqnum (event.get ());
      has_new_segment_ = true;
      next_at_ = kNowhere;
      next_pts_ = GST_CLOCK_TIME_NONE;
      prepare_outputs ();
      break;
    case GST_EVENT_SEGMENT_DONE:
    case GST_EVENT_STREAM_GROUP_DONE:
      // Nothing may follow for long.
      drain ();
      [[fallthrough]];
    default:
      held_.push_back ({pieces_in_, std::move (event)});
      if (has_format_)
        push_held ();
    }
  }
  MutexLocker locker (lock_);
  give_role_locked ();
  return GST_FLOW_OK;
}

} // namespace webmedia::elements
