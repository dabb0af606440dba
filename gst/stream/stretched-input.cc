// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/stretched-input.hh"

#include "base/log.hh"
#include "base/raw-layout.hh"
#include "stream/clamped-time.hh"
#include "stream/raw-info.hh"
#include "stream/time-map.hh"

#include <algorithm>
#include <cmath>
#include <cstdlib>

WEBMEDIA_DEBUG_CATEGORY ("webmedia-stretch", "Sound of another rate than 1")

namespace webmedia::stream {

namespace {

constexpr Time kJump = 40 * kMillisecond;
// What scaletempo needs ahead of what it gives out: 30 ms, 6 to overlap, and 14
// to search.
constexpr Time kAhead = 60 * kMillisecond;

// As browsers have it. Slower, a piece takes minutes to stretch, and the thread
// that plays it can't be stopped meanwhile; faster than scaletempo can count,
// it crashes.
constexpr double kLeastRate = 1. / 16;
constexpr double kMostRate = 16;

// scaletempo takes three formats; what comes out is in that of before.
constexpr const char *kChain =
    "audioconvert ! scaletempo ! audioconvert ! capsfilter name=format";

// With templates: else they take no other caps than those of before.
Ptr<GstPad>
make_pad (GstPadDirection direction)
{
  auto any = Ptr<GstCaps>::adopt (gst_caps_new_any ());
  auto of = Ptr<GstPadTemplate>::adopt (GST_PAD_TEMPLATE (gst_object_ref_sink (
      gst_pad_template_new ("any", direction, GST_PAD_ALWAYS, any.get ()))));
  return Ptr<GstPad>::adopt (GST_PAD_CAST (
      gst_object_ref_sink (gst_pad_new_from_template (of.get (), nullptr))));
}

// Null: an element is missing, which a warning tells.
Ptr<GstElement>
make_chain ()
{
  GError *error = nullptr;
  GstElement *made = gst_parse_bin_from_description (kChain, TRUE, &error);
  auto chain = made ? Ptr<GstElement>::adopt (
                   GST_ELEMENT_CAST (gst_object_ref_sink (made)))
                    : nullptr;
  if (!error)
    return chain;
  GST_WARNING ("sound of another rate than 1 is muted: %s", error->message);
  g_error_free (error);
  return nullptr;
}

bool
link (GstPad *own, GstElement *chain, const char *name)
{
  auto theirs = Ptr<GstPad>::adopt (gst_element_get_static_pad (chain, name));
  GstPad *source = GST_PAD_IS_SRC (own) ? own : theirs.get ();
  GstPad *sink = source == own ? theirs.get () : own;
  return gst_pad_link_full (source, sink, GST_PAD_LINK_CHECK_NOTHING)
         == GST_PAD_LINK_OK;
}

Ptr<GstBuffer>
make_silence (const GstAudioInfo &info, Time duration)
{
  gsize frames = gsize (gst_util_uint64_scale_ceil (
      guint64 (duration), guint64 (GST_AUDIO_INFO_RATE (&info)), GST_SECOND));
  gsize size = frames * gsize (GST_AUDIO_INFO_BPF (&info));
  auto silence =
      Ptr<GstBuffer>::adopt (gst_buffer_new_allocate (nullptr, size, nullptr));
  GstMapInfo map;
  if (gst_buffer_map (silence.get (), &map, GST_MAP_WRITE)) {
    gst_audio_format_info_fill_silence (info.finfo, map.data, map.size);
    gst_buffer_unmap (silence.get (), &map);
  }
  if (GST_AUDIO_INFO_LAYOUT (&info) == GST_AUDIO_LAYOUT_NON_INTERLEAVED)
    gst_buffer_add_audio_meta (silence.get (), &info, frames, nullptr);
  return silence;
}

} // namespace

bool
StretchedInput::is_possible (double rate)
{
  if (rate == 1 || !(rate >= kLeastRate && rate <= kMostRate))
    return rate == 1;
  static const bool has_elements = bool (make_chain ());
  return has_elements;
}

StretchedInput::StretchedInput (
    std::shared_ptr<Input> to, std::function<void ()> on_failed)
    : to_ (std::move (to)),
      on_failed_ (std::move (on_failed))
{
  gst_audio_info_init (&info_);
  gst_segment_init (&played_, GST_FORMAT_UNDEFINED);
}

StretchedInput::~StretchedInput ()
{
  end_chain ();
}

// A new one each time: a flush leaves scaletempo with what it had.
bool
StretchedInput::begin_chain (Time time)
{
  chain_ = make_chain ();
  if (!chain_)
    return false;
  first_ = make_pad (GST_PAD_SRC);
  last_ = make_pad (GST_PAD_SINK);
  gst_pad_set_element_private (last_.get (), this);
  gst_pad_set_chain_function (last_.get (), on_buffer);
  gst_pad_set_active (last_.get (), TRUE);
  gst_pad_set_active (first_.get (), TRUE);
  auto format = Ptr<GstElement>::adopt (
      gst_bin_get_by_name (GST_BIN_CAST (chain_.get ()), "format"));
  g_object_set (format.get (), "caps", caps_.get (), nullptr);
  if (!link (first_.get (), chain_.get (), "sink")
      || !link (last_.get (), chain_.get (), "src")
      || gst_element_set_state (chain_.get (), GST_STATE_PLAYING)
             == GST_STATE_CHANGE_FAILURE)
    return false;
  gst_pad_push_event (first_.get (), gst_event_new_stream_start ("stretched"));
  gst_pad_push_event (first_.get (), gst_event_new_caps (caps_.get ()));
  GstSegment open = played_; // for silence after it: what is put is clipped
  open.stop = GST_CLOCK_TIME_NONE;
  gst_pad_push_event (first_.get (), gst_event_new_segment (&open));
  first_time_ = stretch_time (time);
  // Of a high rate a little more may have come out than was due by then.
  if (next_time_ != kTimeNone && first_time_ < next_time_
      && first_time_ > next_time_ - kJump)
    first_time_ = next_time_;
  put_ = frames_ = 0;
  most_ = UINT64_MAX;
  return true;
}

void
StretchedInput::end_chain ()
{
  if (!chain_)
    return;
  gst_element_set_state (chain_.get (), GST_STATE_NULL);
  gst_pad_set_active (first_.get (), FALSE);
  gst_pad_set_active (last_.get (), FALSE);
  chain_.reset ();
  first_.reset ();
  last_.reset ();
}

void
StretchedInput::fail (const char *reason)
{
  GST_WARNING ("sound of the rate %g is muted: it can't be stretched (%s)",
      played_.rate, reason);
  end_chain ();
  mode_ = Mode::unheard;
  on_failed_ ();
}

// scaletempo gives out nothing at an EOS: what it still has is pushed out by
// silence, of which nothing is handed on.
void
StretchedInput::drain ()
{
  if (chain_) {
    most_ = uint64_t (std::llround (double (put_) / played_.rate));
    gst_pad_push (first_.get (), make_silence (info_, kAhead).release ());
  }
  end_chain ();
}

// https://w3c.github.io/mediacapture-fromelement/#dom-htmlmediaelement-capturestream
// What is played at another rate is captured as it is heard: time-stretched.
void
StretchedInput::set_timeline (
    const GstSegment &segment, Ptr<GstClock> clock, Time base_time)
{
  drain ();
  next_played_ = next_time_ = kTimeNone;
  played_ = segment;
  mode_ = segment.rate == 1 ? Mode::as_it_is
          : segment.format == GST_FORMAT_TIME && is_possible (segment.rate)
              ? Mode::stretched
              : Mode::unheard;
  GstSegment heard = segment;
  if (mode_ == Mode::stretched) {
    heard.applied_rate = segment.rate;
    heard.rate = 1;
    if (GST_CLOCK_TIME_IS_VALID (segment.stop))
      heard.stop = guint64 (stretch_time (to_time (segment.stop)));
  }
  to_->set_timeline (heard, std::move (clock), base_time);
}

void
StretchedInput::put (Ptr<GstEvent> event)
{
  switch (GST_EVENT_TYPE (event.get ())) {
  case GST_EVENT_CAPS: {
    drain ();
    GstCaps *caps;
    gst_event_parse_caps (event.get (), &caps);
    caps_ = Ptr<GstCaps>::share (caps);
    if (!read_audio_info (caps, info_))
      gst_audio_info_init (&info_);
    break;
  }
  case GST_EVENT_GAP:
    drain ();
    if (mode_ == Mode::unheard)
      return;
    if (mode_ == Mode::stretched)
      event = stretch_gap (event.get ());
    break;
  default:
    break;
  }
  to_->put (std::move (event));
}

Time
StretchedInput::stretch_time (Time time) const
{
  Time start = to_time (played_.start);
  double distance = double (time - start) / played_.rate;
  constexpr auto kMost = double (kTimeLimit);
  return start + Time (std::clamp (distance, -kMost, kMost));
}

Ptr<GstEvent>
StretchedInput::stretch_gap (GstEvent *gap) const
{
  GstClockTime time, duration;
  gst_event_parse_gap (gap, &time, &duration);
  if (GST_CLOCK_TIME_IS_VALID (duration))
    duration = GstClockTime (
        std::min (double (duration) / played_.rate, double (kTimeLimit)));
  time = GstClockTime (std::max<Time> (0, stretch_time (to_time (time))));
  return Ptr<GstEvent>::adopt (gst_event_new_gap (time, duration));
}

GstClockTime
StretchedInput::duration_of (uint64_t frames) const
{
  return gst_util_uint64_scale (
      frames, GST_SECOND, guint64 (GST_AUDIO_INFO_RATE (&info_)));
}

bool
StretchedInput::has_jumped (const GstBuffer *buffer) const
{
  return next_played_ != kTimeNone && GST_BUFFER_PTS_IS_VALID (buffer)
         && std::abs (to_time (GST_BUFFER_PTS (buffer)) - next_played_) > kJump;
}

// What is outside of the segment is not played, nor is what lies outside of its
// memory: what comes behind that is stretched by itself. What lasts longer than
// its frames GStreamer would cut where it has none.
Ptr<GstBuffer>
StretchedInput::clip (Ptr<GstBuffer> buffer)
{
  auto frames = count_frames (buffer.get (), info_);
  if (!frames) {
    GST_WARNING ("a piece of sound of the rate %g is lost: %s", played_.rate,
        frames.error ().message.c_str ());
    drain ();
    return nullptr;
  }
  GstClockTime duration = duration_of (*frames);
  if (GST_BUFFER_DURATION_IS_VALID (buffer.get ())
      && GST_BUFFER_DURATION (buffer.get ()) > duration) {
    buffer = make_own (std::move (buffer));
    GST_BUFFER_DURATION (buffer.get ()) = duration;
  }
  return Ptr<GstBuffer>::adopt (gst_audio_buffer_clip (buffer.release (),
      &played_, GST_AUDIO_INFO_RATE (&info_), GST_AUDIO_INFO_BPF (&info_)));
}

GstFlowReturn
StretchedInput::put (Ptr<GstBuffer> buffer)
{
  if (mode_ == Mode::as_it_is)
    return to_->put (std::move (buffer));
  if (mode_ == Mode::unheard)
    return GST_FLOW_OK;
  if (GST_AUDIO_INFO_BPF (&info_) <= 0) {
    fail ("it has no caps of raw sound");
    return GST_FLOW_OK;
  }
  buffer = clip (std::move (buffer));
  if (!buffer)
    return GST_FLOW_OK;
  // What does not follow is stretched by itself.
  if (has_jumped (buffer.get ()))
    drain ();
  uint64_t frames = *count_frames (buffer.get (), info_);
  Time time = GST_BUFFER_PTS_IS_VALID (buffer.get ())
                  ? to_time (GST_BUFFER_PTS (buffer.get ()))
              : next_played_ != kTimeNone ? next_played_
                                          : to_time (played_.start);
  if (!chain_ && !begin_chain (time)) {
    fail ("scaletempo does not start");
    return GST_FLOW_OK;
  }
  put_ += frames;
  next_played_ = time + Time (duration_of (frames));
  GstFlowReturn flow = gst_pad_push (first_.get (), buffer.release ());
  if (flow == GST_FLOW_NOT_LINKED || flow <= GST_FLOW_NOT_NEGOTIATED) {
    fail (gst_flow_get_name (flow));
    return GST_FLOW_OK;
  }
  return flow;
}

// Nothing of before is left in it.
void
StretchedInput::flush ()
{
  end_chain ();
  next_played_ = next_time_ = kTimeNone;
  to_->flush ();
}

// What comes out of the chain

// scaletempo gives out pieces of other lengths than it takes, some of nothing,
// with the times of what it took last.
GstFlowReturn
StretchedInput::hand_on (Ptr<GstBuffer> stretched)
{
  uint64_t all = *count_frames (stretched.get (), info_);
  uint64_t frames = std::min (all, most_ - std::min (frames_, most_));
  if (frames == 0)
    return GST_FLOW_OK;
  if (frames < all)
    stretched = Ptr<GstBuffer>::adopt (gst_audio_buffer_truncate (
        stretched.release (), GST_AUDIO_INFO_BPF (&info_), 0, gsize (frames)));
  stretched =
      Ptr<GstBuffer>::adopt (gst_buffer_make_writable (stretched.release ()));
  GstClockTime begin = duration_of (frames_),
               end = duration_of (frames_ += frames);
  GST_BUFFER_PTS (stretched.get ()) =
      GstClockTime (std::max<Time> (0, first_time_ + Time (begin)));
  GST_BUFFER_DURATION (stretched.get ()) = end - begin;
  next_time_ = first_time_ + Time (end);
  return to_->put (std::move (stretched));
}

GstFlowReturn
StretchedInput::on_buffer (GstPad *pad, GstObject *, GstBuffer *buffer)
{
  auto self = static_cast<StretchedInput *> (gst_pad_get_element_private (pad));
  return self->hand_on (Ptr<GstBuffer>::adopt (buffer));
}

} // namespace webmedia::stream
