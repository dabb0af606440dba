// SPDX-License-Identifier: LGPL-2.1-or-later
// GStreamer's demuxer between two pads of our own, in this thread. It only
// parses: what it gives is counted and let go.
#include "bench/contender.hh"

#include "base/ptr.hh"

using webmedia::Ptr;

namespace bench {

namespace {

class Harness {
public:
  explicit Harness (const char *factory)
      : demuxer_ (Ptr<GstElement>::adopt (GST_ELEMENT (
          gst_object_ref_sink (gst_element_factory_make (factory, nullptr))))),
        source_ (new_pad ("source", GST_PAD_SRC))
  {
    g_signal_connect (
        demuxer_.get (), "pad-added", G_CALLBACK (on_pad_added), this);
    gst_pad_set_active (source_.get (), TRUE);
    GstPad *sink = gst_element_get_static_pad (demuxer_.get (), "sink");
    gst_pad_link (source_.get (), sink);
    gst_object_unref (sink);
    gst_element_set_state (demuxer_.get (), GST_STATE_PLAYING);
    gst_pad_push_event (
        source_.get (), gst_event_new_stream_start ("the-bench"));
    GstSegment segment;
    gst_segment_init (&segment, GST_FORMAT_BYTES);
    gst_pad_push_event (source_.get (), gst_event_new_segment (&segment));
  }

  ~Harness ()
  {
    gst_element_set_state (demuxer_.get (), GST_STATE_NULL);
    for (const Ptr<GstPad> &sink : sinks_)
      gst_pad_set_active (sink.get (), FALSE);
    gst_pad_set_active (source_.get (), FALSE);
  }
  Harness (const Harness &) = delete;
  Harness &operator= (const Harness &) = delete;

  bool push (Bytes bytes)
  {
    return gst_pad_push (source_.get (), wrap_bytes (bytes)) == GST_FLOW_OK;
  }
  size_t frames () const { return frames_; }

private:
  static Ptr<GstPad> new_pad (const char *name, GstPadDirection direction)
  {
    return Ptr<GstPad>::adopt (
        GST_PAD (gst_object_ref_sink (gst_pad_new (name, direction))));
  }

  static GstFlowReturn on_buffer (GstPad *pad, GstObject *, GstBuffer *buffer)
  {
    auto self = static_cast<Harness *> (gst_pad_get_element_private (pad));
    self->frames_++;
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }

  static gboolean on_event (GstPad *, GstObject *, GstEvent *event)
  {
    gst_event_unref (event);
    return TRUE;
  }

  static void on_pad_added (GstElement *, GstPad *pad, Harness *self)
  {
    auto sink = new_pad ("sink", GST_PAD_SINK);
    gst_pad_set_element_private (sink.get (), self);
    gst_pad_set_chain_function (sink.get (), on_buffer);
    gst_pad_set_event_function (sink.get (), on_event);
    gst_pad_set_active (sink.get (), TRUE);
    gst_pad_link (pad, sink.get ());
    self->sinks_.push_back (std::move (sink));
  }

  Ptr<GstElement> demuxer_;
  Ptr<GstPad> source_;
  std::vector<Ptr<GstPad>> sinks_;
  size_t frames_ = 0;
};

class Demuxer final : public Contender {
public:
  const char *name () const override { return "demuxer"; }

  Round run (const Work &work) override
  {
    Round round;
    Harness harness (work.media->demuxer);
    time_appends (work, round,
        [&harness] (Bytes bytes, size_t) { return harness.push (bytes); });
    round.frames = harness.frames ();
    if (round.frames != work.frames)
      round.failure = "gave " + std::to_string (round.frames) + " frames";
    return round;
  }

  int64_t peak_memory (const Work &work) override
  {
    return peak_memory_in_child (*this, work);
  }
};

} // namespace

std::string
count_frames (Work &work)
{
  Harness harness (work.media->demuxer);
  work.frames_upto.clear ();
  for (Bytes bytes : work.appends) {
    if (!harness.push (bytes))
      return std::string (work.media->demuxer) + " refused " + work.media->name;
    work.frames_upto.push_back (harness.frames ());
  }
  work.frames = harness.frames ();
  return "";
}

std::unique_ptr<Contender>
make_demuxer ()
{
  return std::make_unique<Demuxer> ();
}

} // namespace bench
