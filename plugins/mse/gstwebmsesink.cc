// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gstwebmsesink.hh"

#include "appender.hh"
#include "element-error.hh"

using namespace webmedia;
using namespace webmedia::elements;

GST_DEBUG_CATEGORY_STATIC (gst_web_mse_sink_debug);
#define GST_CAT_DEFAULT gst_web_mse_sink_debug

namespace {

struct Private {
  explicit Private (GstElement *element) : settings (element) {}

  Appender appender;
  ElementSettings settings;
  // Guarded by the object lock.
  bool playing = false;
  Ptr<GstMessage> end; // an EOS message: it waits for PLAYING
};

} // namespace

struct _GstWebMseSink {
  GstElement parent;
  GstPad *sink;
  Private *self;
};

G_DEFINE_FINAL_TYPE (GstWebMseSink, gst_web_mse_sink, GST_TYPE_ELEMENT)

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE (
    "sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static Private &
get (gpointer object)
{
  return *GST_WEB_MSE_SINK (object)->self;
}

// Data

static GstFlowReturn
to_flow (GstObject *element, Appender::Status status, GError *error)
{
  GstFlowReturn flow = GST_FLOW_OK;
  if (status == Appender::Status::cancelled)
    flow = GST_FLOW_FLUSHING;
  if (status == Appender::Status::failed) {
    if (error)
      post_error (GST_ELEMENT (element), error);
    flow = GST_FLOW_ERROR;
  }
  g_clear_error (&error);
  return flow;
}

static GstFlowReturn
gst_web_mse_sink_chain (GstPad *, GstObject *parent, GstBuffer *buffer)
{
  GError *error = nullptr;
  auto status =
      get (parent).appender.append (Ptr<GstBuffer>::adopt (buffer), &error);
  return to_flow (parent, status, error);
}

// As a sink does it: an EOS is told of in PLAYING, and again after a pause.
static void
post_end (GstElement *element)
{
  Private &self = get (element);
  GST_OBJECT_LOCK (element);
  Ptr<GstMessage> message = self.playing ? self.end : nullptr;
  GST_OBJECT_UNLOCK (element);
  if (message)
    gst_element_post_message (element, message.release ());
}

static void
set_end (GstObject *element, Ptr<GstMessage> message)
{
  GST_OBJECT_LOCK (element);
  std::swap (get (element).end, message);
  GST_OBJECT_UNLOCK (element);
}

static gboolean
end_stream (GstObject *parent, GstEvent *event)
{
  GError *error = nullptr;
  auto status = get (parent).appender.end (&error);
  if (to_flow (parent, status, error) != GST_FLOW_OK)
    return FALSE;
  auto message = Ptr<GstMessage>::adopt (gst_message_new_eos (parent));
  gst_message_set_seqnum (message.get (), gst_event_get_seqnum (event));
  set_end (parent, std::move (message));
  post_end (GST_ELEMENT (parent));
  return TRUE;
}

// From a msesink that the same thread feeds.
static void
resume (GstPad *pad, GstObject *parent)
{
  GST_PAD_STREAM_LOCK (pad);
  if (!GST_PAD_IS_FLUSHING (pad)) {
    GError *error = nullptr;
    auto status = get (parent).appender.resume (&error);
    to_flow (parent, status, error);
  }
  GST_PAD_STREAM_UNLOCK (pad);
}

static void
post_stream_start (GstObject *parent, GstEvent *event)
{
  GstMessage *message = gst_message_new_stream_start (parent);
  guint group;
  if (gst_event_parse_group_id (event, &group))
    gst_message_set_group_id (message, group);
  gst_message_set_seqnum (message, gst_event_get_seqnum (event));
  gst_element_post_message (GST_ELEMENT (parent), message);
}

static gboolean
gst_web_mse_sink_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  Private &self = get (parent);
  gboolean result = TRUE;
  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_EOS:
    result = end_stream (parent, event);
    break;
  case GST_EVENT_CUSTOM_DOWNSTREAM_OOB:
    if (is_resume_event (event))
      resume (pad, parent);
    break;
  case GST_EVENT_STREAM_START:
    self.appender.announce_thread ();
    post_stream_start (parent, event);
    break;
  case GST_EVENT_FLUSH_START:
    self.appender.cancel (false);
    break;
  case GST_EVENT_FLUSH_STOP:
    set_end (parent, nullptr);
    self.appender.flush ();
    break;
  default:
    break;
  }
  gst_event_unref (event);
  return result;
}

// A pipeline seeks its sinks. A seek to a time is for those that play, a seek
// to a byte for those that bring the bytes.
static gboolean
gst_web_mse_sink_send_event (GstElement *element, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_SEEK) {
    GstFormat format;
    gst_event_parse_seek (
        event, nullptr, &format, nullptr, nullptr, nullptr, nullptr, nullptr);
    if (format == GST_FORMAT_TIME) {
      gst_event_unref (event);
      return TRUE;
    }
  }
  return GST_ELEMENT_CLASS (gst_web_mse_sink_parent_class)
      ->send_event (element, event);
}

// States

static bool
open_source (GstElement *element)
{
  Private &self = get (element);
  Settings settings = self.settings.copy ();
  if (settings.uri.empty ()) {
    GST_ELEMENT_ERROR (element, RESOURCE, SETTINGS,
        ("Nothing to append to: set the property `uri`."), (NULL));
    return false;
  }
  GError *error = nullptr;
  if (self.appender.open (settings, &error))
    return true;
  post_error (element, error);
  g_error_free (error);
  return false;
}

static void
set_playing (GstElement *element, bool playing)
{
  GST_OBJECT_LOCK (element);
  get (element).playing = playing;
  GST_OBJECT_UNLOCK (element);
}

static GstStateChangeReturn
gst_web_mse_sink_change_state (GstElement *element, GstStateChange transition)
{
  Private &self = get (element);
  switch (transition) {
  case GST_STATE_CHANGE_NULL_TO_READY:
    if (!open_source (element))
      return GST_STATE_CHANGE_FAILURE;
    break;
  case GST_STATE_CHANGE_READY_TO_PAUSED:
    self.appender.start (GST_WEB_MSE_SINK (element)->sink);
    break;
  case GST_STATE_CHANGE_PAUSED_TO_READY:
    self.appender.cancel (true);
    break;
  default:
    break;
  }
  auto result = GST_ELEMENT_CLASS (gst_web_mse_sink_parent_class)
                    ->change_state (element, transition);
  switch (transition) {
  case GST_STATE_CHANGE_PAUSED_TO_PLAYING:
    set_playing (element, true);
    post_end (element);
    break;
  case GST_STATE_CHANGE_PLAYING_TO_PAUSED:
    set_playing (element, false);
    break;
  case GST_STATE_CHANGE_PAUSED_TO_READY:
    set_end (GST_OBJECT (element), nullptr);
    self.appender.stop ();
    break;
  case GST_STATE_CHANGE_READY_TO_NULL:
    self.appender.close ();
    break;
  default:
    break;
  }
  return result;
}

// GObject

static void
gst_web_mse_sink_finalize (GObject *object)
{
  delete GST_WEB_MSE_SINK (object)->self;
  G_OBJECT_CLASS (gst_web_mse_sink_parent_class)->finalize (object);
}

static void
gst_web_mse_sink_init (GstWebMseSink *self)
{
  self->self = new Private (GST_ELEMENT (self));
  self->sink = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sink, gst_web_mse_sink_chain);
  gst_pad_set_event_function (self->sink, gst_web_mse_sink_event);
  gst_element_add_pad (GST_ELEMENT (self), self->sink);
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SINK);
}

static void
gst_web_mse_sink_class_init (GstWebMseSinkClass *klass)
{
  GST_DEBUG_CATEGORY_INIT (
      gst_web_mse_sink_debug, "msesink", 0, "Media source appender");

  auto object_class = G_OBJECT_CLASS (klass);
  object_class->set_property = [] (GObject *object, guint id,
                                   const GValue *value, GParamSpec *pspec) {
    get (object).settings.set_property (id, value, pspec);
  };
  object_class->get_property = [] (GObject *object, guint id, GValue *value,
                                   GParamSpec *pspec) {
    get (object).settings.get_property (id, value, pspec);
  };
  object_class->finalize = gst_web_mse_sink_finalize;
  install_settings (object_class, {SETTING_URI, SETTING_TYPE, SETTING_MODE,
                                      SETTING_TIMESTAMP_OFFSET, SETTING_QUOTA});

  auto element_class = GST_ELEMENT_CLASS (klass);
  element_class->change_state = gst_web_mse_sink_change_state;
  element_class->send_event = gst_web_mse_sink_send_event;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class,
      "Media Source Extensions appender", "Sink",
      "Appends a byte stream (fragmented MP4, WebM, MPEG-2 TS, ADTS or MPEG "
      "audio) to a "
      "SourceBuffer of its own, of the W3C MediaSource that `uri` names: what "
      "msesrc, msebin and playbin3 play by the same name. It waits until one "
      "of them is there, and while the source buffer is full. Several msesinks "
      "of one name are several source buffers; the stream ends when it has "
      "ended for all of them.",
      "The gst-webmedia authors");
  gst_element_class_add_static_metadata (element_class,
      GST_ELEMENT_METADATA_DOC_URI, "https://www.w3.org/TR/media-source-2/");
  gst_element_class_add_static_metadata (element_class, "example",
      "gst-launch-1.0 filesrc location=fragmented.mp4 ! msesink uri=mse://a  "
      "playbin3 uri=mse://a");
}
