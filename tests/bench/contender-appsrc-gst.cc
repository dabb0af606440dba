// SPDX-License-Identifier: LGPL-2.1-or-later
// The pipeline that applications build today: appsrc ! demuxer ! appsink. An
// append is done when the frames that it completes have come out. One that
// completes none is not waited for, which is in this contender's favour.
#include "bench/contender.hh"

#include "base/mutex.hh"
#include "base/ptr.hh"

#include <gst/app/app.h>

using webmedia::MutexLocker;
using webmedia::Ptr;

namespace bench {

namespace {

class Pipeline {
public:
  explicit Pipeline (const char *factory)
      : pipeline_ (Ptr<GstElement>::adopt (
          GST_ELEMENT (gst_object_ref_sink (gst_pipeline_new (nullptr)))))
  {
    source_ = gst_element_factory_make ("appsrc", nullptr);
    GstElement *demuxer = gst_element_factory_make (factory, nullptr);
    gst_bin_add_many (GST_BIN (pipeline_.get ()), source_, demuxer, nullptr);
    gst_element_link (source_, demuxer);
    g_signal_connect (demuxer, "pad-added", G_CALLBACK (on_pad_added), this);
    gst_element_set_state (pipeline_.get (), GST_STATE_PLAYING);
  }

  ~Pipeline () { gst_element_set_state (pipeline_.get (), GST_STATE_NULL); }
  Pipeline (const Pipeline &) = delete;
  Pipeline &operator= (const Pipeline &) = delete;

  bool append (Bytes bytes, size_t frames_upto)
  {
    if (gst_app_src_push_buffer (GST_APP_SRC (source_), wrap_bytes (bytes))
        != GST_FLOW_OK)
      return false;
    MutexLocker locker (lock_);
    while (frames_ < frames_upto)
      changed_.wait (lock_);
    return true;
  }

  size_t frames ()
  {
    MutexLocker locker (lock_);
    return frames_;
  }

private:
  static GstFlowReturn on_sample (GstAppSink *sink, gpointer data)
  {
    auto self = static_cast<Pipeline *> (data);
    GstSample *sample = gst_app_sink_pull_sample (sink);
    if (!sample)
      return GST_FLOW_EOS;
    gst_sample_unref (sample);
    {
      MutexLocker locker (self->lock_);
      self->frames_++;
    }
    self->changed_.notify_all ();
    return GST_FLOW_OK;
  }

  static void on_pad_added (GstElement *, GstPad *pad, Pipeline *self)
  {
    GstElement *sink = gst_element_factory_make ("appsink", nullptr);
    g_object_set (sink, "sync", FALSE, "async", FALSE, nullptr);
    GstAppSinkCallbacks callbacks{};
    callbacks.new_sample = on_sample;
    gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, self, nullptr);
    gst_bin_add (GST_BIN (self->pipeline_.get ()), sink);
    gst_element_sync_state_with_parent (sink);
    GstPad *sink_pad = gst_element_get_static_pad (sink, "sink");
    gst_pad_link (pad, sink_pad);
    gst_object_unref (sink_pad);
  }

  Ptr<GstElement> pipeline_;
  GstElement *source_; // the pipeline's
  webmedia::Mutex lock_;
  webmedia::Condition changed_;
  size_t frames_ GUARDED_BY (lock_) = 0;
};

class Appsrc final : public Contender {
public:
  const char *name () const override { return "appsrc"; }

  Round run (const Work &work) override
  {
    Round round;
    Pipeline pipeline (work.media->demuxer);
    time_appends (work, round, [&] (Bytes bytes, size_t i) {
      return pipeline.append (bytes, work.frames_upto[i]);
    });
    round.frames = pipeline.frames ();
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

std::unique_ptr<Contender>
make_appsrc ()
{
  return std::make_unique<Appsrc> ();
}

} // namespace bench
