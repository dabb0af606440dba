// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gstwebaudiosplice.hh"

#include "splicer.hh"
#include "trimmer.hh"

using namespace webmedia;
using namespace webmedia::elements;

GST_DEBUG_CATEGORY (gst_web_audio_splice_debug);

namespace {

struct Private final : Splicer::Output {
  explicit Private (GstElement *element)
      : trimmer (element),
        splicer (element, *this)
  {}

  GstFlowReturn on_buffer (Ptr<GstBuffer> buffer) override
  {
    return gst_pad_push (src, buffer.release ());
  }
  void on_caps (Ptr<GstEvent> event) override
  {
    gst_pad_push_event (src, event.release ());
  }

  GstPad *sink = nullptr;
  GstPad *src = nullptr;
  GstSegment segment{};
  guint32 kept_trim = GST_SEQNUM_INVALID; // the last one of these
  Trimmer trimmer;
  Splicer splicer;
};

} // namespace

struct _GstWebAudioSplice {
  GstElement parent;
  Private *self;
};

G_DEFINE_FINAL_TYPE (GstWebAudioSplice, gst_web_audio_splice, GST_TYPE_ELEMENT)

#define SOUND                                                                  \
  GST_AUDIO_CAPS_MAKE (GST_AUDIO_FORMATS_ALL)                                  \
  ", layout = (string) { interleaved, non-interleaved }"
static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE (
    "sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS (SOUND));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (SOUND));

static Private &
get (GstObject *object)
{
  return *GST_WEB_AUDIO_SPLICE (object)->self;
}

// GstPad

static GstFlowReturn
gst_web_audio_splice_chain (GstPad *, GstObject *parent, GstBuffer *buffer)
{
  Private &self = get (parent);
  auto left = self.trimmer.process (Ptr<GstBuffer>::adopt (buffer));
  return left ? self.splicer.process (std::move (left)) : GST_FLOW_OK;
}

static gboolean
gst_web_audio_splice_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  Private &self = get (parent);
  if (auto splice = parse_splice_event (event)) {
    self.splicer.expect (*splice);
    gst_event_unref (event);
    return TRUE;
  }
  if (auto trim = parse_trim_event (event)) {
    guint32 seqnum = gst_event_get_seqnum (event);
    bool kept = GST_EVENT_TYPE (event) == GST_EVENT_CUSTOM_DOWNSTREAM_STICKY;
    bool again = kept && std::exchange (self.kept_trim, seqnum) == seqnum;
    if (!again)
      self.trimmer.expect (*trim);
    gst_event_unref (event);
    return TRUE;
  }
  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_CAPS: {
    GstCaps *caps;
    gst_event_parse_caps (event, &caps);
    self.trimmer.set_caps (caps);
    return self.splicer.set_caps (Ptr<GstEvent>::adopt (event));
  }
  case GST_EVENT_FLUSH_STOP: {
    gboolean taken = gst_pad_event_default (pad, parent, event);
    self.trimmer.flush ();
    self.splicer.flush (); // may send caps
    return taken;
  }
  case GST_EVENT_SEGMENT: {
    // Where the codec changes, msesrc sends the same again.
    GstSegment &last = self.segment;
    GstSegment next;
    gst_event_copy_segment (event, &next);
    next.position = last.position;
    if (!gst_segment_is_equal (&next, &last)) {
      self.trimmer.interrupt ();
      (void)self.splicer.finish ();
    }
    last = next;
    break;
  }
  case GST_EVENT_GAP:
  case GST_EVENT_SEGMENT_DONE:
  case GST_EVENT_EOS:
    self.trimmer.interrupt ();
    (void)self.splicer.finish ();
    break;
  default:
    break;
  }
  return gst_pad_event_default (pad, parent, event);
}

static gboolean
gst_web_audio_splice_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  return is_crossfades_query (query)
         || gst_pad_query_default (pad, parent, query);
}

// GstElement

static GstStateChangeReturn
gst_web_audio_splice_change_state (
    GstElement *element, GstStateChange transition)
{
  auto result = GST_ELEMENT_CLASS (gst_web_audio_splice_parent_class)
                    ->change_state (element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) {
    Private &self = get (GST_OBJECT (element));
    self.trimmer.flush ();
    self.splicer.reset ();
  }
  return result;
}

// GObject

static void
gst_web_audio_splice_finalize (GObject *object)
{
  delete GST_WEB_AUDIO_SPLICE (object)->self;
  G_OBJECT_CLASS (gst_web_audio_splice_parent_class)->finalize (object);
}

static void
gst_web_audio_splice_init (GstWebAudioSplice *self)
{
  auto element = GST_ELEMENT (self);
  self->self = new Private (element);
  GstPad *sink = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (sink, gst_web_audio_splice_chain);
  gst_pad_set_event_function (sink, gst_web_audio_splice_event);
  gst_pad_set_query_function (sink, gst_web_audio_splice_query);
  GST_PAD_SET_PROXY_CAPS (sink);
  GST_PAD_SET_PROXY_ALLOCATION (sink);
  gst_element_add_pad (element, sink);
  GstPad *src = gst_pad_new_from_static_template (&src_template, "src");
  GST_PAD_SET_PROXY_CAPS (src);
  gst_element_add_pad (element, src);
  self->self->sink = sink;
  self->self->src = src;
}

static void
gst_web_audio_splice_class_init (GstWebAudioSpliceClass *klass)
{
  GST_DEBUG_CATEGORY_INIT (gst_web_audio_splice_debug, "audiosplice", 0,
      "Crossfades and cuts of sound");

  G_OBJECT_CLASS (klass)->finalize = gst_web_audio_splice_finalize;
  auto element_class = GST_ELEMENT_CLASS (klass);
  element_class->change_state = gst_web_audio_splice_change_state;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class,
      "Media Source Extensions crossfader", "Filter/Effect/Audio",
      "Fades out the sound that was appended first, and in what was appended "
      "over it, for 5 ms wherever the one begins inside of the other; and cuts "
      "sound at the append window, to the sample: behind the decoder of a "
      "track of msesrc, msebin or playbin3 (`audio-filter`). All other sound "
      "passes as it is. Without it, frames that are overlapped by a part, or "
      "reach out of the window, are left out.",
      "The gst-webmedia authors");
  gst_element_class_add_static_metadata (element_class,
      GST_ELEMENT_METADATA_DOC_URI,
      "https://www.w3.org/TR/media-source-2/"
      "#sourcebuffer-audio-splice-rendering-algorithm");
  gst_element_class_add_static_metadata (element_class, "example",
      "gst-launch-1.0 filesrc location=fragmented.mp4 ! msesink uri=mse://a  "
      "msesrc uri=mse://a track=audio ! decodebin ! audiosplice ! "
      "autoaudiosink");
}
