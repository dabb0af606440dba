// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gstwebmediastreamsink.hh"

#include "feeds.hh"

using namespace webmedia;
using namespace webmedia::elements;

GST_DEBUG_CATEGORY_STATIC (gst_web_media_stream_sink_debug);
#define GST_CAT_DEFAULT gst_web_media_stream_sink_debug

namespace {

struct Private {
  explicit Private (GstBin *bin) : feeds (bin), settings (bin) {}

  Feeds feeds;
  ElementSettings settings;
};

} // namespace

struct _GstWebMediaStreamSink {
  GstBin parent;
  Private *self;
};

G_DEFINE_FINAL_TYPE (
    GstWebMediaStreamSink, gst_web_media_stream_sink, GST_TYPE_BIN)

// What is encoded has no common type: these are the families.
static GstStaticPadTemplate video_template = GST_STATIC_PAD_TEMPLATE (
    "video_%u", GST_PAD_SINK, GST_PAD_REQUEST,
    GST_STATIC_CAPS ("video/x-raw(ANY); video/x-h264(ANY); video/x-h265(ANY); "
                     "video/x-vp8(ANY); video/x-vp9(ANY); video/x-av1(ANY); "
                     "video/mpeg(ANY); image/jpeg(ANY); image/png(ANY)"));
static GstStaticPadTemplate audio_template = GST_STATIC_PAD_TEMPLATE (
    "audio_%u", GST_PAD_SINK, GST_PAD_REQUEST,
    GST_STATIC_CAPS ("audio/x-raw(ANY); audio/mpeg(ANY); audio/x-opus(ANY); "
                     "audio/x-vorbis(ANY); audio/x-flac(ANY); "
                     "audio/x-ac3(ANY); audio/x-eac3(ANY); "
                     "audio/x-alaw(ANY); audio/x-mulaw(ANY)"));

static Private &
get (gpointer object)
{
  return *GST_WEB_MEDIA_STREAM_SINK (object)->self;
}

static GstPad *
gst_web_media_stream_sink_request_new_pad (GstElement *element,
    GstPadTemplate *pad_template, const gchar *name, const GstCaps *)
{
  bool is_video =
      g_str_has_prefix (GST_PAD_TEMPLATE_NAME_TEMPLATE (pad_template), "video");
  CString made;
  if (!name) {
    for (guint i = 0; !made; i++) {
      made.reset (g_strdup_printf (is_video ? "video_%u" : "audio_%u", i));
      if (auto taken = Ptr<GstPad>::adopt (
              gst_element_get_static_pad (element, made.get ())))
        made.reset ();
    }
    name = made.get ();
  }
  auto kind = is_video ? stream::Kind::video : stream::Kind::audio;
  return get (element).feeds.add (name, pad_template, kind).get ();
}

static void
gst_web_media_stream_sink_release_pad (GstElement *element, GstPad *pad)
{
  get (element).feeds.remove (pad);
}

static GstStateChangeReturn
gst_web_media_stream_sink_change_state (
    GstElement *element, GstStateChange transition)
{
  Private &self = get (element);
  if (transition == GST_STATE_CHANGE_NULL_TO_READY
      && !self.feeds.open (self.settings.copy ()))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED)
    self.feeds.start ();
  auto result = GST_ELEMENT_CLASS (gst_web_media_stream_sink_parent_class)
                    ->change_state (element, transition);
  bool failed = result == GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY
      || (failed && transition == GST_STATE_CHANGE_READY_TO_PAUSED))
    self.feeds.stop ();
  if (transition == GST_STATE_CHANGE_READY_TO_NULL
      || (failed && transition == GST_STATE_CHANGE_NULL_TO_READY))
    self.feeds.close ();
  return result;
}

// GObject

static void
gst_web_media_stream_sink_finalize (GObject *object)
{
  delete GST_WEB_MEDIA_STREAM_SINK (object)->self;
  G_OBJECT_CLASS (gst_web_media_stream_sink_parent_class)->finalize (object);
}

static void
gst_web_media_stream_sink_init (GstWebMediaStreamSink *self)
{
  self->self = new Private (GST_BIN (self));
}

static void
gst_web_media_stream_sink_class_init (GstWebMediaStreamSinkClass *klass)
{
  GST_DEBUG_CATEGORY_INIT (gst_web_media_stream_sink_debug, "mediastreamsink",
      0, "Media stream's producer");

  auto object_class = G_OBJECT_CLASS (klass);
  object_class->set_property = [] (GObject *object, guint id,
                                   const GValue *value, GParamSpec *pspec) {
    get (object).settings.set_property (id, value, pspec);
  };
  object_class->get_property = [] (GObject *object, guint id, GValue *value,
                                   GParamSpec *pspec) {
    get (object).settings.get_property (id, value, pspec);
  };
  object_class->finalize = gst_web_media_stream_sink_finalize;
  install_settings (object_class,
      "Whether to wait for a first consumer, and for those that have set "
      "`lossless` of their mediastreamsrc, too: then what feeds this element "
      "stands still until they have room, and the clock is not waited for. "
      "Without it nobody is waited for: what a consumer does not take in time "
      "is dropped, for that one alone");

  auto element_class = GST_ELEMENT_CLASS (klass);
  element_class->request_new_pad = gst_web_media_stream_sink_request_new_pad;
  element_class->release_pad = gst_web_media_stream_sink_release_pad;
  element_class->change_state = gst_web_media_stream_sink_change_state;
  gst_element_class_add_static_pad_template (element_class, &video_template);
  gst_element_class_add_static_pad_template (element_class, &audio_template);
  gst_element_class_set_static_metadata (element_class, "Media stream sink",
      "Sink",
      "Puts what it gets into a W3C MediaStream: a track a pad, which any "
      "number of mediastreamsrc hand out in any pipelines of this process. "
      "Media goes by reference, and each consumer loses only what it is too "
      "slow for itself. Say which stream with `uri` (a name) or `stream` (an "
      "object). Tracks end with EOS, or when this element stops.",
      "The gst-webmedia authors");
  gst_element_class_add_static_metadata (element_class,
      GST_ELEMENT_METADATA_DOC_URI,
      "https://www.w3.org/TR/mediacapture-streams/");
  gst_element_class_add_static_metadata (element_class, "example",
      "gst-launch-1.0 videotestsrc ! mediastreamsink uri=mediastream://cam  "
      "mediastreamsrc uri=mediastream://cam ! autovideosink");
}

void
gst_web_media_stream_sink_renew (GstWebTrackSink *sink)
{
  auto bin = Ptr<GstObject>::adopt (gst_object_get_parent (GST_OBJECT (sink)));
  if (bin)
    get (bin.get ()).feeds.renew (sink);
}
