// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bench/transport.hh"

#include <gst/webmedia/webmedia.h>

using webmedia::Ptr;

namespace bench {

namespace {

// To the sink for the same kind of media.
void
on_pad_added (GstElement *, GstPad *pad, gpointer data)
{
  webmedia::CString name (gst_pad_get_name (pad));
  auto &ends = *static_cast<std::pair<GstElement *, GstElement *> *> (data);
  GstElement *sink =
      g_str_has_prefix (name.get (), "video") ? ends.first : ends.second;
  auto sink_pad =
      sink ? Ptr<GstPad>::adopt (gst_element_get_static_pad (sink, "sink"))
           : nullptr;
  if (sink_pad && !gst_pad_is_linked (sink_pad.get ()))
    gst_pad_link (pad, sink_pad.get ());
}

class Streams final : public Transport {
public:
  std::string name () const override { return "webmedia"; }

  void connect (const Way &way, const Side &producer,
      const std::vector<Side> &consumers) override
  {
    auto stream = Ptr<GstWebMediaStream>::adopt (gst_web_media_stream_new ());
    auto settings = [&] (GstElement *element) {
      g_object_set (
          element, "stream", stream.get (), "lossless", !way.paced, nullptr);
      return element;
    };
    GstElement *sink =
        settings (add_element (producer.pipeline, "mediastreamsink"));
    for (size_t i = 0; i < way.media.size (); i++)
      gst_element_link_pads (producer.ends[i], "src", sink,
          way.media[i].is_video ? "video_%u" : "audio_%u");
    for (const Side &consumer : consumers) {
      auto ends = new std::pair<GstElement *, GstElement *>{};
      for (size_t i = 0; i < way.media.size (); i++)
        (way.media[i].is_video ? ends->first : ends->second) = consumer.ends[i];
      GstElement *src =
          settings (add_element (consumer.pipeline, "mediastreamsrc"));
      g_signal_connect_data (
          src, "pad-added", G_CALLBACK (on_pad_added), ends,
          [] (gpointer data, GClosure *) {
            delete static_cast<std::pair<GstElement *, GstElement *> *> (data);
          },
          GConnectFlags (0));
    }
  }
};

} // namespace

std::unique_ptr<Transport>
make_streams ()
{
  return std::make_unique<Streams> ();
}

} // namespace bench
