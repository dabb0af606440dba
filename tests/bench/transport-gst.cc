// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bench/transport.hh"

#include <cstdio>
#include <cstdlib>

using webmedia::Ptr;

namespace bench {

static Ptr<GstElement>
new_pipeline ()
{
  return Ptr<GstElement>::adopt (
      GST_ELEMENT (gst_object_ref_sink (gst_pipeline_new (nullptr))));
}

Rig::Rig (Transport &transport, const Way &way, int consumers, uint64_t slow)
{
  pipelines_.push_back (new_pipeline ());
  producer_.pipeline = pipelines_[0].get ();
  for (const Medium &medium : way.media) {
    producer_.ends.push_back (make_source (medium, way.paced));
    gst_bin_add (GST_BIN (producer_.pipeline), producer_.ends.back ());
  }
  for (int i = 0; i < consumers; i++) {
    if (!transport.is_one_pipeline ())
      pipelines_.push_back (new_pipeline ());
    Side side{.pipeline = pipelines_.back ().get (), .ends = {}};
    for (size_t medium = 0; medium < way.media.size (); medium++) {
      side.ends.push_back (make_sink (way.paced, i == 0 ? slow : 0));
      gst_bin_add (GST_BIN (side.pipeline), side.ends.back ());
    }
    consumers_.push_back (std::move (side));
  }
  transport.connect (way, producer_, consumers_);
}

Rig::~Rig ()
{
  stop ();
}

void
Rig::start_consumers ()
{
  for (size_t i = 1; i < pipelines_.size (); i++)
    gst_element_set_state (pipelines_[i].get (), GST_STATE_PLAYING);
}

void
Rig::start_producer ()
{
  gst_element_set_state (producer_.pipeline, GST_STATE_PLAYING);
}

void
Rig::end_producer (bool by_eos)
{
  if (by_eos)
    gst_element_send_event (producer_.pipeline, gst_event_new_eos ());
  else
    gst_element_set_state (producer_.pipeline, GST_STATE_NULL);
}

static std::string
take_error (GstElement *pipeline)
{
  std::string text;
  GstBus *bus = gst_element_get_bus (pipeline);
  if (auto message = Ptr<GstMessage>::adopt (
          gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR))) {
    GError *error = nullptr;
    gchar *debug = nullptr;
    gst_message_parse_error (message.get (), &error, &debug);
    text = std::string (error->message) + " " + (debug ? debug : "");
    g_error_free (error);
    g_free (debug);
  }
  gst_object_unref (bus);
  return text;
}

// The producer first: what waits for room still gets it.
std::string
Rig::stop ()
{
  std::string failure;
  if (std::exchange (is_stopped_, true))
    return failure;
  for (const auto &pipeline : pipelines_) {
    if (failure.empty ())
      failure = take_error (pipeline.get ());
    gst_element_set_state (pipeline.get (), GST_STATE_NULL);
  }
  return failure;
}

GstElement *
add_element (GstElement *pipeline, const char *factory)
{
  GstElement *element = gst_element_factory_make (factory, nullptr);
  if (!element) {
    fprintf (stderr, "there is no %s\n", factory);
    exit (1);
  }
  gst_bin_add (GST_BIN (pipeline), element);
  return element;
}

GstElement *
add_tee (GstElement *pipeline, GstElement *end, size_t count)
{
  if (count == 1)
    return end;
  GstElement *tee = add_element (pipeline, "tee");
  gst_element_link (end, tee);
  return tee;
}

namespace {

class Queue final : public Transport {
public:
  std::string name () const override { return "queue"; }
  bool is_one_pipeline () const override { return true; }

  void connect (const Way &way, const Side &producer,
      const std::vector<Side> &consumers) override
  {
    for (size_t i = 0; i < way.media.size (); i++) {
      GstElement *from =
          add_tee (producer.pipeline, producer.ends[i], consumers.size ());
      for (const Side &consumer : consumers)
        gst_element_link_many (from, add_element (consumer.pipeline, "queue"),
            consumer.ends[i], nullptr);
    }
  }
};

class Proxy final : public Transport {
public:
  std::string name () const override { return "proxy"; }

  void connect (const Way &way, const Side &producer,
      const std::vector<Side> &consumers) override
  {
    for (size_t i = 0; i < way.media.size (); i++) {
      GstElement *from =
          add_tee (producer.pipeline, producer.ends[i], consumers.size ());
      for (const Side &consumer : consumers) {
        GstElement *sink = add_element (producer.pipeline, "proxysink");
        GstElement *src = add_element (consumer.pipeline, "proxysrc");
        g_object_set (src, "proxysink", sink, nullptr);
        gst_element_link (from, sink);
        gst_element_link (src, consumer.ends[i]);
      }
    }
  }
};

class Inter final : public Transport {
public:
  std::string name () const override { return "inter"; }
  bool is_lossy () const override { return true; }

  void connect (const Way &way, const Side &producer,
      const std::vector<Side> &consumers) override
  {
    static int channels = 0;
    for (size_t i = 0; i < way.media.size (); i++) {
      const Medium &medium = way.media[i];
      webmedia::CString channel (g_strdup_printf ("%d", channels++));
      GstElement *sink = add_element (producer.pipeline,
          medium.is_video ? "intervideosink" : "interaudiosink");
      g_object_set (sink, "channel", channel.get (), "sync", FALSE, nullptr);
      gst_element_link (producer.ends[i], sink);
      auto caps = Ptr<GstCaps>::adopt (gst_caps_from_string (medium.caps));
      for (const Side &consumer : consumers) {
        GstElement *src = add_element (consumer.pipeline,
            medium.is_video ? "intervideosrc" : "interaudiosrc");
        g_object_set (src, "channel", channel.get (), nullptr);
        gst_element_link_filtered (src, consumer.ends[i], caps.get ());
      }
    }
  }
};

} // namespace

std::unique_ptr<Transport>
make_queue ()
{
  return std::make_unique<Queue> ();
}

std::unique_ptr<Transport>
make_proxy ()
{
  return std::make_unique<Proxy> ();
}

std::unique_ptr<Transport>
make_inter ()
{
  return std::make_unique<Inter> ();
}

} // namespace bench
