// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gstwebmsebin.hh"

#include "bin-properties.hh"
#include "bin-tracks.hh"
#include "encrypted.hh"
#include "hub-client.hh"
#include "queries.hh"

using namespace webmedia;
using namespace webmedia::elements;

GST_DEBUG_CATEGORY_STATIC (gst_web_mse_bin_debug);
#define GST_CAT_DEFAULT gst_web_mse_bin_debug

namespace {

struct Private {
  explicit Private (GstBin *bin) : tracks (bin), settings (bin) {}

  BinTracks tracks;
  ElementSettings settings;
  std::shared_ptr<HubClient> client; // from READY on
};

} // namespace

struct _GstWebMseBin {
  GstBin parent;
  Private *self;
};

G_DEFINE_FINAL_TYPE_WITH_CODE (GstWebMseBin, gst_web_mse_bin, GST_TYPE_BIN,
    G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER, init_uri_handler<kScheme>))

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

static bool
is_for_all_tracks (GstEvent *event)
{
  return GST_EVENT_TYPE (event) == GST_EVENT_SEEK
         || GST_EVENT_TYPE (event) == GST_EVENT_SELECT_STREAMS;
}

static gboolean
handle_event (BinTracks &tracks, Ptr<GstEvent> event)
{
  return GST_EVENT_TYPE (event.get ()) == GST_EVENT_SEEK
             ? tracks.seek (event.get ())
             : tracks.select (event.get ());
}

static gboolean
gst_web_mse_bin_pad_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  return is_for_all_tracks (event) && parent
             ? handle_event (get (parent).tracks, Ptr<GstEvent>::adopt (event))
             : gst_pad_event_default (pad, parent, event);
}

void
gst_web_mse_bin_watch_pad (GstWebMseBin *, GstPad *pad)
{
  gst_pad_set_event_function (pad, gst_web_mse_bin_pad_event);
}

static gboolean
gst_web_mse_bin_send_event (GstElement *element, GstEvent *event)
{
  return is_for_all_tracks (event)
             ? handle_event (get (element).tracks, Ptr<GstEvent>::adopt (event))
             : GST_ELEMENT_CLASS (gst_web_mse_bin_parent_class)
                   ->send_event (element, event);
}

static gboolean
gst_web_mse_bin_query (GstElement *element, GstQuery *query)
{
  BinTracks &tracks = get (element).tracks;
  if (GST_QUERY_TYPE (query) == GST_QUERY_POSITION)
    return tracks.query_position (query);
  auto hub = tracks.hub ();
  bool handled;
  bool answered = answer_query (hub ? &hub->player () : nullptr,
      tracks.buffering ().has_stopped (), query, &handled);
  return handled ? answered
                 : GST_ELEMENT_CLASS (gst_web_mse_bin_parent_class)
                       ->query (element, query);
}

// States

// On a thread of GStreamer's own: see HubClient.
static void
update (GstElement *element, HubClient &client, unsigned what)
{
  // First: the keys are looked for while the tracks begin.
  tell_encrypted (element, client);
  BinTracks &tracks = get (element).tracks;
  tracks.follow_cut (client);
  if (what & HubClient::duration) {
    gst_element_post_message (
        element, gst_message_new_duration_changed (GST_OBJECT (element)));
    g_object_notify (G_OBJECT (element), "duration");
  }
  if (what & HubClient::ready_state)
    g_object_notify (G_OBJECT (element), "ready-state");
  if (what & HubClient::selection)
    tracks.follow_selection ();
  if (!(what & HubClient::change))
    return;
  // As for a state change: one of these at a time.
  GST_STATE_LOCK (element);
  bool streams = GST_STATE (element) > GST_STATE_READY;
  tracks.update ();
  bool shown = tracks.has_shown ();
  GST_STATE_UNLOCK (element);
  notify_facts (G_OBJECT (element));

  auto hub = tracks.hub ();
  if (!streams || !hub)
    return;
  if (auto error = hub->error ())
    tracks.report (*error);
  else if (hub->player ().is_ended () && hub->player ().tracks ().empty ()
           && !shown)
    tracks.report (
        {ErrorCode::not_found, "the media source has ended without any track"});
}

static bool
attach (GstElement *element)
{
  Private &self = get (element);
  self.client = HubClient::attach (
      element, self.settings.copy (), update, self.tracks.pacer ());
  if (!self.client)
    return false;
  self.tracks.set_client (self.client);
  return true;
}

static void
detach (GstElement *element)
{
  Private &self = get (element);
  self.tracks.set_client (nullptr);
  if (self.client)
    self.client->leave ();
  self.client = nullptr;
}

static GstStateChangeReturn
gst_web_mse_bin_change_state (GstElement *element, GstStateChange transition)
{
  Private &self = get (element);
  if (transition == GST_STATE_CHANGE_NULL_TO_READY && !attach (element))
    return GST_STATE_CHANGE_FAILURE;
  self.tracks.buffering ().change_state (transition);
  auto result = GST_ELEMENT_CLASS (gst_web_mse_bin_parent_class)
                    ->change_state (element, transition);
  switch (transition) {
  case GST_STATE_CHANGE_NULL_TO_READY:
    if (result == GST_STATE_CHANGE_FAILURE)
      detach (element);
    break;
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

static gboolean
gst_web_mse_bin_post_message (GstElement *element, GstMessage *message)
{
  if (auto hub = get (element).tracks.hub ())
    hub->on_message (message);
  return GST_ELEMENT_CLASS (gst_web_mse_bin_parent_class)
      ->post_message (element, message);
}

// GObject

static void
gst_web_mse_bin_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  Private &self = get (object);
  if (!get_fact (self.tracks.hub ().get (), id, value))
    self.settings.get_property (id, value, pspec);
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
gst_web_mse_bin_class_init (GstWebMseBinClass *klass)
{
  GST_DEBUG_CATEGORY_INIT (
      gst_web_mse_bin_debug, "msebin", 0, "Media source tracks");

  auto object_class = G_OBJECT_CLASS (klass);
  object_class->set_property = [] (GObject *object, guint id,
                                   const GValue *value, GParamSpec *pspec) {
    get (object).settings.set_property (id, value, pspec);
  };
  object_class->get_property = gst_web_mse_bin_get_property;
  object_class->finalize = gst_web_mse_bin_finalize;
  install_settings (object_class, {SETTING_HANDLE, SETTING_URI});
  install_facts (object_class);
  install_encrypted_signal (object_class);

  auto element_class = GST_ELEMENT_CLASS (klass);
  element_class->change_state = gst_web_mse_bin_change_state;
  element_class->post_message = gst_web_mse_bin_post_message;
  element_class->send_event = gst_web_mse_bin_send_event;
  element_class->query = gst_web_mse_bin_query;
  for (GstStaticPadTemplate &each : templates)
    gst_element_class_add_static_pad_template (element_class, &each);
  gst_element_class_set_static_metadata (element_class,
      "Media Source Extensions source", "Source/Bin",
      "Plays all tracks of a W3C MediaSource: what threads of this process, or "
      "msesinks, append to it. Say which one with `uri` (a name; playbin3 and "
      "decoders take it, too) or `handle` (an object). Each track gets a pad "
      "when its source buffer has its first initialization segment, and loses "
      "it with its source buffer; seeks go to all tracks. It waits for media "
      "that is not there yet, of which BUFFERING messages tell, and ends when "
      "the media source does.",
      "The gst-webmedia authors");
  gst_element_class_add_static_metadata (element_class,
      GST_ELEMENT_METADATA_DOC_URI, "https://www.w3.org/TR/media-source-2/");
  gst_element_class_add_static_metadata (element_class, "example",
      "gst-launch-1.0 filesrc location=fragmented.mp4 ! msesink uri=mse://a  "
      "msebin uri=mse://a name=m  m.video_0 ! decodebin ! autovideosink  "
      "m.audio_0 ! decodebin ! autoaudiosink");
}
