// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/stretched-input.hh"

#include "base/log.hh"

#include <cstdlib>

WEBMEDIA_DEBUG_CATEGORY ("webmedia-stretch", "Sound of another rate than 1")

namespace webmedia::stream {

namespace {

constexpr Time kJump = 40 * kMillisecond;

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

} // namespace

bool
StretchedInput::is_possible (double rate)
{
  if (rate == 1)
    return true;
  auto factory =
      Ptr<GstElementFactory>::adopt (gst_element_factory_find ("scaletempo"));
  return rate > 0 && factory;
}

StretchedInput::StretchedInput (std::shared_ptr<Input> to)
    : to_ (std::move (to))
{
  gst_audio_info_init (&info_);
  gst_segment_init (&played_, GST_FORMAT_UNDEFINED);
  gst_segment_init (&stretched_, GST_FORMAT_UNDEFINED);
}

StretchedInput::~StretchedInput ()
{
  if (!chain_)
    return;
  gst_element_set_state (chain_.get (), GST_STATE_NULL);
  gst_pad_set_active (first_.get (), FALSE);
  gst_pad_set_active (last_.get (), FALSE);
}

// False: an element is missing.
bool
StretchedInput::make_chain ()
{
  if (chain_)
    return true;
  GError *error = nullptr;
  GstElement *made = gst_parse_bin_from_description (kChain, TRUE, &error);
  if (error) {
    GST_WARNING ("sound of another rate is lost: %s", error->message);
    g_clear_error (&error);
    if (made)
      gst_object_unref (gst_object_ref_sink (made));
    return false;
  }
  chain_ =
      Ptr<GstElement>::adopt (GST_ELEMENT_CAST (gst_object_ref_sink (made)));
  first_ = make_pad (GST_PAD_SRC);
  last_ = make_pad (GST_PAD_SINK);
  gst_pad_set_element_private (last_.get (), this);
  gst_pad_set_chain_function (last_.get (), on_buffer);
  gst_pad_set_event_function (last_.get (), on_event);
  gst_pad_set_active (last_.get (), TRUE);
  gst_pad_set_active (first_.get (), TRUE);
  auto in =
      Ptr<GstPad>::adopt (gst_element_get_static_pad (chain_.get (), "sink"));
  auto out =
      Ptr<GstPad>::adopt (gst_element_get_static_pad (chain_.get (), "src"));
  gst_pad_link_full (first_.get (), in.get (), GST_PAD_LINK_CHECK_NOTHING);
  gst_pad_link_full (out.get (), last_.get (), GST_PAD_LINK_CHECK_NOTHING);
  gst_element_set_state (chain_.get (), GST_STATE_PLAYING);
  gst_pad_push_event (first_.get (), gst_event_new_stream_start ("stretched"));
  return true;
}

void
StretchedInput::give_caps ()
{
  if (!caps_)
    return;
  GstCaps *caps;
  gst_event_parse_caps (caps_.get (), &caps);
  if (!gst_audio_info_from_caps (&info_, caps))
    gst_audio_info_init (&info_);
  auto format = Ptr<GstElement>::adopt (
      gst_bin_get_by_name (GST_BIN_CAST (chain_.get ()), "format"));
  g_object_set (format.get (), "caps", caps, nullptr);
  gst_pad_push_event (first_.get (), gst_event_ref (caps_.get ()));
}

// Nothing of before is left in it.
void
StretchedInput::begin_chain ()
{
  first_time_.reset ();
  next_played_ = kTimeNone;
  gst_pad_push_event (first_.get (), gst_event_new_flush_start ());
  gst_pad_push_event (first_.get (), gst_event_new_flush_stop (TRUE));
  give_caps ();
  gst_pad_push_event (first_.get (), gst_event_new_segment (&played_));
}

// https://w3c.github.io/mediacapture-fromelement/#dom-htmlmediaelement-capturestream
// What is played at another rate is captured as it is heard: time-stretched.
void
StretchedInput::set_timeline (
    const GstSegment &segment, Ptr<GstClock> clock, Time base_time)
{
  is_stretching_ = segment.rate != 1 && segment.rate > 0 && make_chain ();
  played_ = segment;
  if (is_stretching_)
    begin_chain ();
  to_->set_timeline (
      is_stretching_ ? stretched_ : segment, std::move (clock), base_time);
}

void
StretchedInput::put (Ptr<GstEvent> event)
{
  if (GST_EVENT_TYPE (event.get ()) == GST_EVENT_CAPS) {
    caps_ = event;
    to_->put (std::move (event));
    if (is_stretching_)
      give_caps ();
  } else if (GST_EVENT_TYPE (event.get ()) == GST_EVENT_GAP && is_stretching_) {
    gst_pad_push_event (first_.get (), event.release ());
  } else {
    to_->put (std::move (event));
  }
}

// What does not follow is stretched by itself.
void
StretchedInput::follow (const GstBuffer *buffer)
{
  if (!GST_BUFFER_PTS_IS_VALID (buffer))
    return;
  auto time = Time (GST_BUFFER_PTS (buffer));
  if (next_played_ != kTimeNone && std::abs (time - next_played_) > kJump)
    begin_chain ();
  next_played_ = GST_BUFFER_DURATION_IS_VALID (buffer)
                     ? time + Time (GST_BUFFER_DURATION (buffer))
                     : kTimeNone;
  if (first_time_)
    return;
  auto start = Time (played_.start);
  first_time_ = start + Time (double (time - start) / played_.rate);
  frames_ = 0;
}

GstFlowReturn
StretchedInput::put (Ptr<GstBuffer> buffer)
{
  if (!is_stretching_)
    return to_->put (std::move (buffer));
  follow (buffer.get ());
  return gst_pad_push (first_.get (), buffer.release ());
}

void
StretchedInput::flush ()
{
  is_stretching_ = false; // until its timeline comes
  to_->flush ();
}

// What comes out of the chain

// scaletempo gives out pieces of other lengths than it takes, some of nothing,
// with the times of what it took last.
GstFlowReturn
StretchedInput::hand_on (Ptr<GstBuffer> stretched)
{
  const GstAudioMeta *meta = gst_buffer_get_audio_meta (stretched.get ());
  gsize frames = meta ? meta->samples
                 : GST_AUDIO_INFO_BPF (&info_) > 0
                     ? gst_buffer_get_size (stretched.get ())
                           / gsize (GST_AUDIO_INFO_BPF (&info_))
                     : 0;
  if (frames == 0)
    return GST_FLOW_OK;
  stretched =
      Ptr<GstBuffer>::adopt (gst_buffer_make_writable (stretched.release ()));
  auto after = [this] (uint64_t count) {
    return gst_util_uint64_scale (
        count, GST_SECOND, guint64 (GST_AUDIO_INFO_RATE (&info_)));
  };
  GstClockTime begin = after (frames_), end = after (frames_ += frames);
  if (first_time_)
    GST_BUFFER_PTS (stretched.get ()) = GstClockTime (*first_time_) + begin;
  GST_BUFFER_DURATION (stretched.get ()) = end - begin;
  return to_->put (std::move (stretched));
}

GstFlowReturn
StretchedInput::on_buffer (GstPad *pad, GstObject *, GstBuffer *buffer)
{
  auto self = static_cast<StretchedInput *> (gst_pad_get_element_private (pad));
  return self->hand_on (Ptr<GstBuffer>::adopt (buffer));
}

gboolean
StretchedInput::on_event (GstPad *pad, GstObject *, GstEvent *event)
{
  auto self = static_cast<StretchedInput *> (gst_pad_get_element_private (pad));
  auto held = Ptr<GstEvent>::adopt (event);
  if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT)
    gst_event_copy_segment (event, &self->stretched_);
  else if (GST_EVENT_TYPE (event) == GST_EVENT_GAP)
    self->to_->put (std::move (held));
  return TRUE;
}

} // namespace webmedia::stream
