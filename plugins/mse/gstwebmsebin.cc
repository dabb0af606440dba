// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gstwebmsebin.hh"

#include "bin-tracks.hh"
#include "hub-client.hh"
#include "queries.hh"

#include <gst/webmedia/webmedia.h>

using namespace webmedia;
using namespace webmedia::elements;

GST_DEBUG_CATEGORY_STATIC (gst_web_mse_bin_debug);
#define GST_CAT_DEFAULT gst_web_mse_bin_debug

namespace {

struct Private {
  explicit Private (GstBin *bin) : tracks (bin) {}

  BinTracks tracks;
  std::shared_ptr<HubClient> client; // from READY on
  // Properties, guarded by the object lock.
  Ptr<GObject> handle;
  std::string uri;
};

} // namespace

struct _GstWebMseBin {
  GstBin parent;
  Private *self;
};

static void gst_web_mse_bin_uri_handler_init (gpointer iface, gpointer data);

G_DEFINE_FINAL_TYPE_WITH_CODE (GstWebMseBin, gst_web_mse_bin, GST_TYPE_BIN,
    G_IMPLEMENT_INTERFACE (
        GST_TYPE_URI_HANDLER, gst_web_mse_bin_uri_handler_init))

enum {
  PROP_0,
  PROP_HANDLE,
  PROP_URI,
  PROP_READY_STATE,
  PROP_DURATION,
  PROP_N_VIDEO,
  PROP_N_AUDIO,
  PROP_N_TEXT,
};

static GstStaticPadTemplate templates[] = {
    GST_STATIC_PAD_TEMPLATE (
        "video_%u", GST_PAD_SRC, GST_PAD_SOMETIMES, GST_STATIC_CAPS_ANY),
    GST_STATIC_PAD_TEMPLATE (
        "audio_%u", GST_PAD_SRC, GST_PAD_SOMETIMES, GST_STATIC_CAPS_ANY),
    GST_STATIC_PAD_TEMPLATE (
        "text_%u", GST_PAD_SRC, GST_PAD_SOMETIMES, GST_STATIC_CAPS_ANY),
};

static Private &
get (gpointer object)
{
  return *GST_WEB_MSE_BIN (object)->self;
}

// Events and queries

static gboolean
gst_web_mse_bin_pad_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) != GST_EVENT_SEEK || !parent)
    return gst_pad_event_default (pad, parent, event);
  bool result = get (parent).tracks.seek (event);
  gst_event_unref (event);
  return result;
}

void
gst_web_mse_bin_watch_pad (GstWebMseBin *, GstPad *pad)
{
  gst_pad_set_event_function (pad, gst_web_mse_bin_pad_event);
}

static gboolean
gst_web_mse_bin_send_event (GstElement *element, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) != GST_EVENT_SEEK)
    return GST_ELEMENT_CLASS (gst_web_mse_bin_parent_class)
        ->send_event (element, event);
  bool result = get (element).tracks.seek (event);
  gst_event_unref (event);
  return result;
}

static gboolean
gst_web_mse_bin_query (GstElement *element, GstQuery *query)
{
  BinTracks &tracks = get (element).tracks;
  if (GST_QUERY_TYPE (query) == GST_QUERY_POSITION)
    return tracks.query_position (query);
  if (auto hub = tracks.hub ()) {
    bool handled;
    bool answered = answer_query (hub->player (), query, &handled);
    if (handled)
      return answered;
  }
  return GST_ELEMENT_CLASS (gst_web_mse_bin_parent_class)
      ->query (element, query);
}

// States

// On a thread of GStreamer's own: see HubClient.
static void
update (GstElement *element, unsigned what)
{
  BinTracks &tracks = get (element).tracks;
  if (what & HubClient::duration) {
    gst_element_post_message (
        element, gst_message_new_duration_changed (GST_OBJECT (element)));
    g_object_notify (G_OBJECT (element), "duration");
  }
  if (!(what & HubClient::change))
    return;
  // As for a state change: one of these at a time.
  GST_STATE_LOCK (element);
  bool streams = GST_STATE (element) > GST_STATE_READY;
  tracks.update ();
  GST_STATE_UNLOCK (element);
  for (const char *name : {"n-video", "n-audio", "n-text", "ready-state"})
    g_object_notify (G_OBJECT (element), name);

  auto hub = tracks.hub ();
  if (!streams || !hub)
    return;
  if (auto error = hub->error ())
    tracks.report (*error);
  else if (hub->player ().is_ended () && hub->player ().tracks ().empty ())
    tracks.report (
        {ErrorCode::not_found, "the media source has ended without any track"});
}

static bool
attach (GstElement *element)
{
  Private &self = get (element);
  GST_OBJECT_LOCK (element);
  auto handle = self.handle;
  auto uri = self.uri;
  GST_OBJECT_UNLOCK (element);
  self.client = HubClient::attach (element, handle.get (), uri, update);
  if (!self.client)
    return false;
  self.tracks.set_hub (self.client->hub ());
  return true;
}

static void
detach (GstElement *element)
{
  Private &self = get (element);
  self.tracks.set_hub (nullptr);
  self.client = nullptr;
}

static GstStateChangeReturn
gst_web_mse_bin_change_state (GstElement *element, GstStateChange transition)
{
  Private &self = get (element);
  if (transition == GST_STATE_CHANGE_NULL_TO_READY && !attach (element))
    return GST_STATE_CHANGE_FAILURE;
  auto result = GST_ELEMENT_CLASS (gst_web_mse_bin_parent_class)
                    ->change_state (element, transition);
  switch (transition) {
  case GST_STATE_CHANGE_READY_TO_PAUSED:
    if (result == GST_STATE_CHANGE_FAILURE)
      break;
    self.tracks.start ();
    self.client->schedule (HubClient::change);
    break;
  case GST_STATE_CHANGE_PAUSED_TO_READY:
    self.tracks.stop ();
    break;
  case GST_STATE_CHANGE_READY_TO_NULL:
    detach (element);
    break;
  default:
    break;
  }
  return result;
}

// Properties and addresses

static void
gst_web_mse_bin_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  Private &self = get (object);
  if (id == PROP_HANDLE) {
    auto handle = Ptr<GObject>::share (G_OBJECT (g_value_get_object (value)));
    GST_OBJECT_LOCK (object);
    std::swap (self.handle, handle);
    GST_OBJECT_UNLOCK (object);
  } else if (id == PROP_URI) {
    const char *uri = g_value_get_string (value);
    GST_OBJECT_LOCK (object);
    self.uri = uri ? uri : "";
    GST_OBJECT_UNLOCK (object);
  } else {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static guint
count_tracks (const PlayerHub *hub, mse::TrackKind kind)
{
  guint count = 0;
  if (hub)
    for (const mse::TrackInfo &track : hub->player ().tracks ())
      count += track.kind == kind;
  return count;
}

static GstWebReadyState
ready_state (const PlayerHub *hub)
{
  if (!hub)
    return GST_WEB_READY_STATE_CLOSED;
  return hub->player ().is_ended () ? GST_WEB_READY_STATE_ENDED
                                    : GST_WEB_READY_STATE_OPEN;
}

static guint64
duration (const PlayerHub *hub)
{
  Time time = hub ? hub->player ().duration () : kTimeNone;
  return time == kTimeNone ? GST_CLOCK_TIME_NONE : guint64 (time);
}

static void
gst_web_mse_bin_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  Private &self = get (object);
  auto hub = self.tracks.hub ();
  switch (id) {
  case PROP_HANDLE:
    GST_OBJECT_LOCK (object);
    g_value_set_object (value, self.handle.get ());
    GST_OBJECT_UNLOCK (object);
    break;
  case PROP_URI:
    GST_OBJECT_LOCK (object);
    g_value_set_string (value, self.uri.empty () ? nullptr : self.uri.c_str ());
    GST_OBJECT_UNLOCK (object);
    break;
  case PROP_READY_STATE:
    g_value_set_enum (value, ready_state (hub.get ()));
    break;
  case PROP_DURATION:
    g_value_set_uint64 (value, duration (hub.get ()));
    break;
  case PROP_N_VIDEO:
  case PROP_N_AUDIO:
  case PROP_N_TEXT:
    g_value_set_uint (
        value, count_tracks (hub.get (), mse::TrackKind (id - PROP_N_VIDEO)));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
gst_web_mse_bin_uri_handler_init (gpointer iface, gpointer)
{
  auto handler = static_cast<GstURIHandlerInterface *> (iface);
  handler->get_type = [] (GType) {
    return GST_URI_SRC;
  };
  handler->get_protocols = [] (GType) {
    static const gchar *const protocols[] = {"mse", nullptr};
    return protocols;
  };
  handler->get_uri = [] (GstURIHandler *self) {
    gchar *uri;
    g_object_get (self, "uri", &uri, nullptr);
    return uri;
  };
  handler->set_uri = [] (GstURIHandler *self, const gchar *uri,
                         GError **) -> gboolean {
    g_object_set (self, "uri", uri, nullptr);
    return TRUE;
  };
}

static void
gst_web_mse_bin_finalize (GObject *object)
{
  delete GST_WEB_MSE_BIN (object)->self;
  G_OBJECT_CLASS (gst_web_mse_bin_parent_class)->finalize (object);
}

static void
gst_web_mse_bin_init (GstWebMseBin *self)
{
  self->self = new Private (GST_BIN (self));
  // A source, before there is a child that says so.
  gst_bin_set_suppressed_flags (GST_BIN (self),
      GstElementFlags (GST_ELEMENT_FLAG_SOURCE | GST_ELEMENT_FLAG_SINK));
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SOURCE);
}

static void
install_properties (GObjectClass *object_class)
{
  auto settable = GParamFlags (
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);
  auto readable = GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_property (object_class, PROP_HANDLE,
      g_param_spec_object ("handle", "Handle",
          "The MediaSourceHandle of what to play, which works once; it goes "
          "before `uri`. Used when the element goes to READY",
          GST_TYPE_WEB_MEDIA_SOURCE_HANDLE, settable));
  g_object_class_install_property (object_class, PROP_URI,
      g_param_spec_string ("uri", "URI",
          "mse://NAME of the media source to play; made if there is none of "
          "that name",
          nullptr, settable));
  g_object_class_install_property (object_class, PROP_READY_STATE,
      g_param_spec_enum ("ready-state", "Ready state",
          "Whether a media source is attached, and more may come",
          GST_TYPE_WEB_READY_STATE, GST_WEB_READY_STATE_CLOSED, readable));
  g_object_class_install_property (object_class, PROP_DURATION,
      g_param_spec_uint64 ("duration", "Duration",
          "Of the media source, in nanoseconds; -1 when it is not known, the "
          "highest signed number when there is no end",
          0, G_MAXUINT64, GST_CLOCK_TIME_NONE, readable));
  g_object_class_install_property (object_class, PROP_N_VIDEO,
      g_param_spec_uint ("n-video", "Video tracks", "How many there are", 0,
          G_MAXUINT, 0, readable));
  g_object_class_install_property (object_class, PROP_N_AUDIO,
      g_param_spec_uint ("n-audio", "Audio tracks", "How many there are", 0,
          G_MAXUINT, 0, readable));
  g_object_class_install_property (object_class, PROP_N_TEXT,
      g_param_spec_uint ("n-text", "Text tracks", "How many there are", 0,
          G_MAXUINT, 0, readable));
}

static void
gst_web_mse_bin_class_init (GstWebMseBinClass *klass)
{
  GST_DEBUG_CATEGORY_INIT (
      gst_web_mse_bin_debug, "msebin", 0, "Media source tracks");

  auto object_class = G_OBJECT_CLASS (klass);
  object_class->set_property = gst_web_mse_bin_set_property;
  object_class->get_property = gst_web_mse_bin_get_property;
  object_class->finalize = gst_web_mse_bin_finalize;
  install_properties (object_class);

  auto element_class = GST_ELEMENT_CLASS (klass);
  element_class->change_state = gst_web_mse_bin_change_state;
  element_class->send_event = gst_web_mse_bin_send_event;
  element_class->query = gst_web_mse_bin_query;
  for (GstStaticPadTemplate &each : templates)
    gst_element_class_add_static_pad_template (element_class, &each);
  gst_element_class_set_static_metadata (element_class,
      "Media Source Extensions player source", "Source/Bin",
      "Plays all tracks of a W3C MediaSource that this process appends to",
      "The gst-webmedia authors");
}
