// SPDX-License-Identifier: LGPL-2.1-or-later
#include "caps-mistake.hh"
#include "stream.hh"

GST_DEBUG_CATEGORY_EXTERN (gst_web_audio_worklet_debug);
#define GST_CAT_DEFAULT gst_web_audio_worklet_debug

namespace webmedia::elements {

// What the node itself can be given, and gives.
Ptr<GstCaps>
Stream::node_caps () const
{
  auto caps = Ptr<GstCaps>::adopt (gst_caps_from_string (kAudioCaps));
  if (const uint32_t rate = parts_.node->fixed_rate ())
    gst_caps_set_simple (
        caps.get (), "rate", G_TYPE_INT, static_cast<int> (rate), nullptr);
  return caps;
}

static Ptr<GstCaps>
intersect (GstCaps *first, GstCaps *second)
{
  return Ptr<GstCaps>::adopt (
      gst_caps_intersect_full (first, second, GST_CAPS_INTERSECT_FIRST));
}

// What the peer says, but for how channels lie, and how many there are, unless
// the other side `follows` it in that.
static Ptr<GstCaps>
ask_peer (GstPad *pad, bool follows)
{
  auto given = Ptr<GstCaps>::adopt (gst_pad_peer_query_caps (pad, nullptr));
  given = Ptr<GstCaps>::adopt (gst_caps_make_writable (given.release ()));
  for (guint i = 0; i < gst_caps_get_size (given.get ()); i++) {
    GstStructure *one = gst_caps_get_structure (given.get (), i);
    gst_structure_remove_field (one, "layout");
    if (!follows)
      gst_structure_remove_fields (one, "channels", "channel-mask", nullptr);
  }
  return given;
}

// Whether as many channels go out as come in.
bool
Stream::follows () const
{
  const worklet::NodeOptions &options = parts_.node->options ();
  return !options.output_channel_count && inputs_.size () == 1
         && outputs_.count () == 1
         && options.channels.mode == worklet::ChannelCountMode::max;
}

// Who links the input asks without a filter, and could not be told why that
// fails: so it does not, and what comes is refused when it comes.
Ptr<GstCaps>
Stream::query_sink_caps (size_t number, GstCaps *filter)
{
  if (!filter && !gst_pad_is_linked (inputs_[number].pad.get ()))
    return Ptr<GstCaps>::adopt (gst_caps_from_string (kAudioCaps));
  Possible possible = find_possible (number);
  if (!filter)
    return std::move (possible.caps);
  auto both = intersect (filter, possible.caps.get ());
  // Upstream says no more of it than that it could not negotiate.
  if (gst_caps_is_empty (both.get ()) && !gst_caps_is_empty (filter))
    tell_refused (number, filter, possible);
  return both;
}

// What every output can be given.
Stream::Possible
Stream::find_possible (size_t number)
{
  Possible possible{node_caps (), {}};
  Ptr<GstCaps> &caps = possible.caps;
  for (size_t i = 0; i < outputs_.count (); i++) {
    GstPad *pad = outputs_.pad (i).get ();
    if (!pad)
      continue;
    const auto taken = ask_peer (pad, follows ());
    auto both = intersect (taken.get (), caps.get ());
    if (gst_caps_is_empty (both.get ()) && possible.mistake.empty ())
      possible.mistake = tell_not_taken (pad, caps.get (), taken.get ());
    caps = std::move (both);
  }
  MutexLocker locker (lock_);
  if (const int rate = other_rate_locked (number)) {
    caps = Ptr<GstCaps>::adopt (gst_caps_make_writable (caps.release ()));
    gst_caps_set_simple (caps.get (), "rate", G_TYPE_INT, rate, nullptr);
  }
  return possible;
}

// That of the inputs beside this one; 0: none is connected.
int
Stream::other_rate_locked (size_t number) const
{
  for (size_t i = 0; i < inputs_.size (); i++)
    if (i != number && inputs_[i].has_caps && is_connected_locked (inputs_[i]))
      return inputs_[i].info.rate;
  return 0;
}

bool
Stream::accept_caps (size_t number, GstCaps *given)
{
  const Possible possible = find_possible (number);
  const bool is_right = gst_caps_is_subset (given, possible.caps.get ());
  if (!is_right)
    tell_refused (number, given, possible);
  return is_right;
}

// No error: who asks may have something else. Who has no plain sound is looking
// for a decoder.
void
Stream::tell_refused (
    size_t number, const GstCaps *given, const Possible &possible)
{
  if (!has_plain_audio (given))
    return;
  const bool is_behind = !possible.mistake.empty ();
  std::string text =
      is_behind ? possible.mistake
                : tell_caps_mistake (given, possible.caps.get (), "before");
  {
    // It is asked for once more behind each queue.
    MutexLocker locker (lock_);
    if (is_stopped_ || !refused_.insert (text).second)
      return;
  }
  if (!is_behind)
    text = std::string ("What comes to ")
           + GST_PAD_NAME (inputs_[number].pad.get ())
           + " can't be taken: " + text;
  const CString came (gst_caps_to_string (given));
  const CString right (gst_caps_to_string (possible.caps.get ()));
  GST_ELEMENT_WARNING (parts_.element, STREAM, FORMAT, ("%s.", text.c_str ()),
      ("%s came, %s is possible", came.get (), right.get ()));
}

Ptr<GstCaps>
Stream::query_src_caps (size_t, GstCaps *filter)
{
  auto caps = node_caps ();
  for (const Input &input : inputs_)
    if (input.pad && gst_pad_is_linked (input.pad.get ()))
      caps = intersect (
          ask_peer (input.pad.get (), follows ()).get (), caps.get ());
  return filter ? intersect (filter, caps.get ()) : std::move (caps);
}

// No other input has anything that waits.
void
Stream::set_rate (uint32_t rate)
{
  const uint32_t before = std::exchange (rate_, rate);
  auto recount = [=] (Position &at) {
    if (at != kNowhere && before != 0)
      at = gst_util_uint64_scale_round (at, rate, before);
  };
  recount (next_at_);
  MutexLocker locker (lock_);
  for (Input &input : inputs_)
    recount (input.next);
}

// That there is no format. What comes next tries it once more.
void
Stream::tell_failure (const std::string &text)
{
  bool is_told = std::exchange (failed_, text) == text;
  {
    MutexLocker locker (lock_);
    is_told |= is_stopped_;
  }
  if (!is_told)
    GST_ELEMENT_ERROR (
        parts_.element, STREAM, FORMAT, ("%s.", text.c_str ()), (nullptr));
  has_told_.store (true);
}

bool
Stream::start_rendering (uint32_t rate)
{
  if (rendering_ && rate == rate_)
    return true;
  rendering_.reset ();
  auto made = parts_.node->render (rate, {params_.begin (), params_.end ()});
  if (!made) {
    tell_failure (made.error ().message);
    return false;
  }
  rendering_ = std::move (*made);
  reported_ = UINT32_MAX;
  tail_limit_ = GST_CLOCK_TIME_NONE;
  next_frame_ = {};
  set_rate (rate);
  for (uint32_t i = 0; i < inputs_.size (); i++)
    if (inputs_[i].has_caps)
      rendering_->set_input_format (i, &inputs_[i].info);
  return true;
}

// Of inputs that are not connected: no others had another rate. Who comes there
// next has to have the new one.
void
Stream::forget_formats_locked ()
{
  for (Input &input : inputs_) {
    input.has_caps = false;
    if (input.item.buffer)
      too_late_.push_back (std::move (input.item.buffer));
    input.item = {};
  }
}

bool
Stream::set_caps (size_t number, const GstAudioInfo &info)
{
  Input &input = inputs_[number];
  const auto rate = static_cast<uint32_t> (info.rate);
  if (input.has_caps && gst_audio_info_is_equal (&input.info, &info))
    return true;
  int other = 0;
  {
    MutexLocker locker (lock_);
    other = other_rate_locked (number);
  }
  if (other && other != info.rate) {
    GST_ELEMENT_ERROR (parts_.element, STREAM, FORMAT,
        ("All inputs must have the same rate."),
        ("one has %d Hz, another one %d Hz: put audioresample before one",
            other, info.rate));
    return false;
  }
  drain ();
  {
    MutexLocker locker (lock_);
    if (rate != rate_)
      forget_formats_locked ();
    input.info = info;
    input.has_caps = true;
  }
  if (!start_rendering (rate))
    return false;
  rendering_->set_input_format (static_cast<uint32_t> (number), &info);
  has_format_ = false;
  return prepare_outputs ();
}

// Outputs of a node that has none connected yet wait for the first one.
bool
Stream::prepare_outputs ()
{
  if (!is_started_ && (stream_start_ || inputs_.empty ())) {
    outputs_.push_stream_start (parts_.element, stream_start_.get ());
    is_started_ = true;
  }
  if (!is_started_ || !rendering_)
    return true;
  if (!has_format_ && !negotiate ())
    return false;
  has_format_ = true;
  if (has_new_segment_) {
    auto event = Ptr<GstEvent>::adopt (gst_event_new_segment (&segment_));
    if (segment_seqnum_ != GST_SEQNUM_INVALID)
      gst_event_set_seqnum (event.get (), segment_seqnum_);
    outputs_.push_event (event);
    has_new_segment_ = false;
  }
  push_held ();
  return true;
}

// A flush takes segments away, and what was pushed during it never came.
void
Stream::restore_events ()
{
  is_started_ &= outputs_.have_event (GST_EVENT_STREAM_START);
  if (!outputs_.have_event (GST_EVENT_CAPS)) {
    outputs_.forget_formats ();
    has_format_ = false;
  }
  has_new_segment_ |= !outputs_.have_event (GST_EVENT_SEGMENT);
}

bool
Stream::negotiate ()
{
  const GstAudioInfo *like = nullptr;
  for (const Input &input : inputs_)
    if (input.has_caps && !like)
      like = &input.info;
  const uint32_t connected =
      !inputs_.empty () && inputs_[0].has_caps
          ? static_cast<uint32_t> (inputs_[0].info.channels)
          : 0;
  std::vector<uint32_t> channels;
  for (uint32_t i = 0; i < outputs_.count (); i++)
    channels.push_back (parts_.node->output_channels (i, connected));
  if (auto taken = outputs_.negotiate (rate_, channels, like); !taken) {
    tell_failure (taken.error ().message);
    return false;
  }
  failed_.clear ();
  for (uint32_t i = 0; i < outputs_.count (); i++)
    rendering_->set_output_format (i, outputs_.info (i));
  can_be_in_place_ =
      inputs_.size () == 1 && outputs_.count () == 1
      && gst_audio_info_is_equal (&inputs_[0].info, &outputs_.info (0));
  return true;
}

} // namespace webmedia::elements
