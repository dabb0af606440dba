// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream.hh"

#include <algorithm>

namespace webmedia::elements {

// Gaps are rendered in pieces of so long.
static constexpr GstClockTime kGapPiece = 100 * GST_MSECOND;
// What has no outputs, so that what it posts is told before its port is full.
static constexpr size_t kSinkPiece = 1024;

// Inputs

bool
Stream::is_lead (size_t input) const
{
  for (size_t i = 0; i < input; i++)
    if (inputs_[i].pad && gst_pad_is_linked (inputs_[i].pad.get ()))
      return false;
  return true;
}

bool
Stream::is_connected_locked (const Input &input) const
{
  return input.pad && !input.is_released
         && gst_pad_is_linked (input.pad.get ());
}

bool
Stream::is_awaited_locked (const Input &input) const
{
  return !input.has_ended && is_connected_locked (input);
}

// Also for the end of a flush, which who has the role is to bring. What a
// handler sends to the element that called it can't wait for that. Who waits
// renders what there is, where nobody does.
bool
Stream::wait_for_room_locked (Input &input)
{
  const auto waits = [&input] {
    return input.is_flushing ? bool (input.flush_stop) : input.item.frames > 0;
  };
  while (waits () && !input.is_released && !is_stopped_
         && !has_own_role_locked ()) {
    if (input.item.frames && !has_role_ && !is_any_flushing_locked ()
        && is_round_complete_locked ()) {
      run_locked (&input);
      continue;
    }
    waiting_++;
    changed_.wait (lock_);
    waiting_--;
  }
  return !input.is_flushing && !input.item.frames && !input.is_released
         && !is_stopped_;
}

bool
Stream::has_own_role_locked () const
{
  return has_role_ && role_thread_ == std::this_thread::get_id ();
}

// Who has the role may be in a handler that stops the element, or flushes or
// releases the input whose thread this is: that takes what this thread has, the
// stream lock of its pad. So it does not wait for the role then. Nor does the
// handler itself.
bool
Stream::wait_for_role_locked (const Input *own)
{
  while (has_role_ && !is_stopped_ && !has_own_role_locked ()
         && !(own && (own->is_released || own->is_flushing)))
    changed_.wait (lock_);
  return !has_role_ && !is_stopped_;
}

bool
Stream::take_role_locked (const Input *own)
{
  if (!wait_for_role_locked (own))
    return false;
  has_role_ = true;
  role_thread_ = std::this_thread::get_id ();
  return true;
}

void
Stream::give_role_locked ()
{
  if (is_any_flushing_locked ())
    end_flushes_locked ();
  has_role_ = false;
  changed_.notify_all ();
}

GstFlowReturn
Stream::put (size_t number, Item item)
{
  MutexLocker locker (lock_);
  Input &input = inputs_[number];
  if (!wait_for_room_locked (input))
    return GST_FLOW_FLUSHING;
  // What was sent before goes on where it ended.
  if (input.next != kNowhere
      && (item.at == kNowhere || is_near (input.next, item.at)))
    item.at = input.next;
  // What never says when it is due is joined from the start of its segment on.
  if (item.at == kNowhere && inputs_.size () > 1)
    item.at = start_of (input.segment);
  if (item.at != kNowhere)
    input.next = item.at + item.frames;
  input.item = std::move (item);
  const GstFlowReturn flow = run_locked (&input);
  // By a handler: its thread could not wait for itself.
  if (input.has_ended)
    end_locked (&input);
  return input.is_flushing || input.is_released ? GST_FLOW_FLUSHING : flow;
}

bool
Stream::is_any_flushing_locked () const
{
  return std::any_of (inputs_.begin (), inputs_.end (),
      [] (const Input &input) { return input.is_flushing; });
}

// Whether no input is awaited.
bool
Stream::is_round_complete_locked () const
{
  bool has_item = false;
  for (const Input &input : inputs_) {
    if (!input.item.frames && is_awaited_locked (input))
      return false;
    has_item |= input.item.frames > 0;
  }
  return has_item;
}

// Renders as long as there is something; where another one has the role, that
// one does it. While outputs flush, what other inputs have waits. Who has
// nothing more in it leaves the rest to who waits for room: where its input has
// ended or is not linked any more, that may go on for ever.
GstFlowReturn
Stream::run_locked (const Input *own)
{
  while (!has_role_ && !is_stopped_ && !is_any_flushing_locked ()) {
    // Before anything is taken, and without the role: so the input can be
    // released meanwhile, and nothing is lost then.
    if (is_sink () && !is_playing_) {
      if (!is_round_complete_locked () || (own && own->is_released))
        break;
      changed_.wait (lock_);
      continue;
    }
    const bool has_own = own && own->item.frames;
    if (!has_own && waiting_ > 0 && is_round_complete_locked ()) {
      changed_.notify_all ();
      break;
    }
    if (!choose_round_locked (round_))
      break;
    take_role_locked (nullptr);
    has_ended_ = false;
    lock_.unlock ();
    const GstFlowReturn flow = render (round_);
    round_.let_go (); // buffers go without the lock
    lock_.lock ();
    // A flush that has begun meanwhile is its own input's.
    const bool is_flushed =
        flow == GST_FLOW_FLUSHING && is_any_flushing_locked ();
    flow_ = is_flushed ? GST_FLOW_OK : flow;
    give_role_locked ();
    if (inputs_.size () == 1 && !inputs_[0].item.frames)
      break;
  }
  if (!too_late_.empty ()) {
    auto gone = std::exchange (too_late_, {});
    lock_.unlock ();
    gone.clear ();
    lock_.lock ();
  }
  return is_stopped_ ? GST_FLOW_FLUSHING : flow_;
}

// What is before the frames that went out already is too late to be heard.
void
Stream::align_locked (Input &input)
{
  Item &item = input.item;
  if (!item.frames || next_at_ == kNowhere || item.at == kNowhere
      || item.at >= next_at_)
    return;
  const size_t skipped = std::min<uint64_t> (next_at_ - item.at, item.left ());
  item.done += skipped;
  item.at += skipped;
  if (!item.left ()) {
    too_late_.push_back (std::move (item.buffer));
    item = {};
    changed_.notify_all ();
  }
}

// The frames that all inputs have, from the earliest of them on: false where
// one that is awaited has nothing yet.
bool
Stream::choose_round_locked (Round &round)
{
  if (inputs_.size () == 1)
    return choose_only_locked (round);
  Position begin = kNowhere;
  bool has_item = false;
  for (Input &input : inputs_) {
    align_locked (input);
    if (!input.item.frames) {
      if (is_awaited_locked (input))
        return false;
      continue;
    }
    has_item = true;
    begin = std::min (begin, input.item.at);
  }
  if (!has_item)
    return false;
  round.begin (inputs_.size ());
  round.at = begin;
  round.frames = SIZE_MAX;
  bool has_sound = false;
  for (const Input &input : inputs_)
    if (input.item.frames) {
      const uint64_t ahead = input.item.at - begin;
      round.frames =
          std::min<size_t> (round.frames, ahead ? ahead : input.item.left ());
      has_sound |= !ahead && input.item.buffer;
    }
  limit_locked (round, has_sound);
  for (size_t i = 0; i < inputs_.size (); i++) {
    const Item &item = inputs_[i].item;
    if (item.frames && item.at == begin)
      take_locked (i, round);
  }
  return true;
}

// The one input's, as it comes.
bool
Stream::choose_only_locked (Round &round)
{
  const Item &item = inputs_[0].item;
  if (!item.frames)
    return false;
  round.begin (1);
  round.at = item.at;
  round.frames = item.left ();
  limit_locked (round, bool (item.buffer));
  take_locked (0, round);
  return true;
}

void
Stream::limit_locked (Round &round, bool has_sound) const
{
  if (!has_sound)
    round.frames = std::min<size_t> (round.frames,
        gst_util_uint64_scale_ceil (kGapPiece, rate_, GST_SECOND));
  if (is_sink ())
    round.frames = std::min (
        round.frames, (kSinkPiece + quantum_ - 1) / quantum_ * quantum_);
}

void
Stream::take_locked (size_t number, Round &round)
{
  Item &item = inputs_[number].item;
  worklet::InputFrames &frames = round.inputs[number];
  frames.buffer = item.buffer.get ();
  frames.from = item.done;
  if (!GST_CLOCK_TIME_IS_VALID (round.pts) && number == segment_input_
      && GST_CLOCK_TIME_IS_VALID (item.pts))
    round.pts = item.pts + (item.done ? to_time (item.done) : 0);
  const bool is_whole = item.done == 0 && round.frames == item.frames;
  item.done += round.frames;
  if (item.left () && item.at != kNowhere)
    item.at += round.frames;
  // The reference moves where it can, so that the buffer stays writable.
  if (item.left ())
    round.held.push_back (item.buffer);
  else if (is_whole && item.buffer && is_lead (number) && !round.whole)
    round.whole = std::move (item.buffer);
  else
    round.held.push_back (std::move (item.buffer));
  if (!item.left ()) {
    item = {};
    changed_.notify_all ();
  }
}

// By the frames that it has, where it says that it lasts longer.
static Ptr<GstBuffer>
clip (
    Ptr<GstBuffer> buffer, const GstSegment &segment, const GstAudioInfo &info)
{
  const auto bpf = static_cast<size_t> (info.bpf);
  const GstClockTime lasts =
      gst_util_uint64_scale_ceil (gst_buffer_get_size (buffer.get ()) / bpf,
          GST_SECOND, static_cast<guint64> (info.rate));
  if (GST_BUFFER_DURATION_IS_VALID (buffer.get ())
      && GST_BUFFER_DURATION (buffer.get ()) > lasts) {
    buffer =
        Ptr<GstBuffer>::adopt (gst_buffer_make_writable (buffer.release ()));
    GST_BUFFER_DURATION (buffer.get ()) = lasts;
  }
  return Ptr<GstBuffer>::adopt (
      gst_audio_buffer_clip (buffer.release (), &segment, info.rate, info.bpf));
}

GstFlowReturn
Stream::chain (size_t number, Ptr<GstBuffer> buffer)
{
  Input &input = inputs_[number];
  if (!input.has_caps) {
    // Who is linked once more does not send what the pad has still.
    GstPad *pad = input.pad.get ();
    const auto event = Ptr<GstEvent>::adopt (
        gst_pad_is_linked (pad)
            ? gst_pad_get_sticky_event (pad, GST_EVENT_CAPS, 0)
            : nullptr);
    const GstFlowReturn flow =
        event ? handle_caps (number, event.get ()) : GST_FLOW_NOT_NEGOTIATED;
    if (flow != GST_FLOW_OK)
      return flow;
  }
  // Where it has others beside it, what is not in the segment has no time
  // there.
  if (inputs_.size () > 1 && input.segment.format == GST_FORMAT_TIME)
    buffer = clip (std::move (buffer), input.segment, input.info);
  if (!buffer)
    return GST_FLOW_OK;
  Item item;
  GstAudioMeta *meta = gst_buffer_get_audio_meta (buffer.get ());
  item.frames = gst_buffer_get_size (buffer.get ())
                / static_cast<size_t> (input.info.bpf);
  if (meta)
    item.frames = std::min (item.frames, meta->samples);
  if (item.frames == 0)
    return GST_FLOW_OK;
  item.pts = GST_BUFFER_PTS (buffer.get ());
  item.at = position_of (input.segment, item.pts);
  item.buffer = std::move (buffer);
  return put (number, std::move (item));
}

} // namespace webmedia::elements
