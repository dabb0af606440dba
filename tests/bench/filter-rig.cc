// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bench/filter-rig.hh"

#include <gst/audio/audio.h>
#include <random>
#include <time.h>

using webmedia::Ptr;

namespace bench {

static constexpr int kRate = 48000;

static double
thread_time ()
{
  timespec time;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return double (time.tv_sec) * 1e9 + double (time.tv_nsec);
}

FilterRig::FilterRig (const std::string &description, SoundShape shape)
    : shape_ (shape)
{
  std::mt19937 random (1);
  std::uniform_real_distribution<float> level (-0.9f, 0.9f);
  noise_.resize (size_t (shape.channels) * size_t (shape.frames));
  for (float &sample : noise_)
    sample = level (random);
  if (!description.empty ()) {
    GError *error = nullptr;
    GstElement *made = gst_parse_launch (description.c_str (), &error);
    if (error) {
      failure_ = error->message;
      g_error_free (error);
    }
    if (made)
      element_ =
          Ptr<GstElement>::adopt (GST_ELEMENT (gst_object_ref_sink (made)));
    if (!failure_.empty () || !element_)
      return;
  }
  src_ = Ptr<GstPad>::adopt (
      GST_PAD (gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC))));
  sink_ = Ptr<GstPad>::adopt (
      GST_PAD (gst_object_ref_sink (gst_pad_new ("sink", GST_PAD_SINK))));
  gst_pad_set_chain_function (
      sink_.get (), [] (GstPad *, GstObject *, GstBuffer *buffer) {
        gst_buffer_unref (buffer);
        return GST_FLOW_OK;
      });
  gst_pad_set_event_function (
      sink_.get (), [] (GstPad *, GstObject *, GstEvent *event) -> gboolean {
        gst_event_unref (event);
        return TRUE;
      });
  if (element_) {
    auto in = Ptr<GstPad>::adopt (
        gst_element_get_static_pad (element_.get (), "sink"));
    auto out = Ptr<GstPad>::adopt (
        gst_element_get_static_pad (element_.get (), "src"));
    link (in.get (), out.get ());
  } else {
    link (sink_.get (), src_.get ());
  }
}

FilterRig::~FilterRig ()
{
  if (src_)
    gst_pad_set_active (src_.get (), FALSE);
  if (element_)
    gst_element_set_state (element_.get (), GST_STATE_NULL);
  if (sink_)
    gst_pad_set_active (sink_.get (), FALSE);
}

void
FilterRig::link (GstPad *sink, GstPad *src)
{
  gst_pad_set_active (sink_.get (), TRUE);
  gst_pad_set_active (src_.get (), TRUE);
  bool is_linked = gst_pad_link (src_.get (), sink) == GST_PAD_LINK_OK;
  if (element_)
    is_linked &= gst_pad_link (src, sink_.get ()) == GST_PAD_LINK_OK
                 && gst_element_set_state (element_.get (), GST_STATE_PLAYING)
                        != GST_STATE_CHANGE_FAILURE;
  gst_pad_push_event (src_.get (), gst_event_new_stream_start ("bench"));
  GstAudioInfo info;
  gst_audio_info_set_format (
      &info, GST_AUDIO_FORMAT_F32, kRate, shape_.channels, nullptr);
  auto caps = Ptr<GstCaps>::adopt (gst_audio_info_to_caps (&info));
  is_linked &=
      gst_pad_push_event (src_.get (), gst_event_new_caps (caps.get ()))
      != FALSE;
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (src_.get (), gst_event_new_segment (&segment));
  if (!is_linked)
    failure_ = "does not take this sound";
}

bool
FilterRig::push ()
{
  const gsize size = noise_.size () * sizeof (float);
  GstBuffer *buffer = gst_buffer_new_allocate (nullptr, size, nullptr);
  gst_buffer_fill (buffer, 0, noise_.data (), size);
  const GstClockTime length = gst_util_uint64_scale (
      guint64 (shape_.frames), GST_SECOND, guint64 (kRate));
  GST_BUFFER_PTS (buffer) = time_;
  GST_BUFFER_DURATION (buffer) = length;
  time_ += length;
  return gst_pad_push (src_.get (), buffer) == GST_FLOW_OK;
}

double
FilterRig::run (int buffers)
{
  const double before = thread_time ();
  for (int i = 0; i < buffers; i++)
    if (!push ())
      return -1;
  return (thread_time () - before) / buffers;
}

} // namespace bench
