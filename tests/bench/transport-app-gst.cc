// SPDX-License-Identifier: LGPL-2.1-or-later
// What applications do by hand: an appsink, whose callback pushes each sample
// into the appsrc of each consumer.
#include "bench/transport.hh"

#include <gst/app/app.h>

using webmedia::Ptr;

namespace bench {

namespace {

using Sources = std::vector<GstAppSrc *>;

GstFlowReturn
on_sample (GstAppSink *sink, gpointer data)
{
  auto sample = Ptr<GstSample>::adopt (gst_app_sink_pull_sample (sink));
  if (!sample)
    return GST_FLOW_EOS;
  // A consumer that is not there yet, or no more, does not stop the others.
  for (GstAppSrc *source : *static_cast<Sources *> (data))
    gst_app_src_push_sample (source, sample.get ());
  return GST_FLOW_OK;
}

// Bounded as a queue is where nothing may be lost, and not at all where the
// producer must not wait.
GstAppSrc *
add_source (const Way &way, const Side &consumer, GstElement *end)
{
  GstElement *source = add_element (consumer.pipeline, "appsrc");
  g_object_set (source, "format", GST_FORMAT_TIME, "is-live", way.paced,
      "block", !way.paced, "max-bytes", guint64 (10485760), "max-buffers",
      guint64 (200), "max-time", guint64 (GST_SECOND), nullptr);
  gst_element_link (source, end);
  return GST_APP_SRC (source);
}

class App final : public Transport {
public:
  std::string name () const override { return "appsrc"; }

  void connect (const Way &way, const Side &producer,
      const std::vector<Side> &consumers) override
  {
    for (size_t i = 0; i < way.media.size (); i++) {
      auto sources = new Sources;
      for (const Side &consumer : consumers)
        sources->push_back (add_source (way, consumer, consumer.ends[i]));
      GstElement *sink = add_element (producer.pipeline, "appsink");
      g_object_set (sink, "sync", FALSE, "async", FALSE, "enable-last-sample",
          FALSE, nullptr);
      GstAppSinkCallbacks callbacks{};
      callbacks.new_sample = on_sample;
      gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, sources,
          [] (gpointer data) { delete static_cast<Sources *> (data); });
      gst_element_link (producer.ends[i], sink);
    }
  }
};

} // namespace

std::unique_ptr<Transport>
make_app ()
{
  return std::make_unique<App> ();
}

} // namespace bench
