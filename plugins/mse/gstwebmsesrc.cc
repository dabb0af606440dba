// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gstwebmsesrc.hh"

#include "hub-client.hh"
#include "queries.hh"
#include "src-seek.hh"

using namespace webmedia;
using namespace webmedia::elements;

GST_DEBUG_CATEGORY (gst_web_mse_src_debug);
#define GST_CAT_DEFAULT gst_web_mse_src_debug

namespace {

struct Private {
  explicit Private (GstBaseSrc *element) : stream (element) {}

  TrackStream stream;
  bool of_bin = false;
  std::shared_ptr<HubClient> client; // from READY on
  // Guarded by the object lock, as are the properties after them.
  std::shared_ptr<PlayerHub> hub; // from READY on
  std::shared_ptr<Playback> playback;
  Ptr<GObject> handle;
  std::string uri;
  std::string track;
};

} // namespace

struct _GstWebMseSrc {
  GstAppSrc parent;
  Private *self;
};

static void gst_web_mse_src_uri_handler_init (gpointer iface, gpointer data);

// Where GstAppSrc is a "appsrc" by its address, this is none.
G_DEFINE_FINAL_TYPE_WITH_CODE (GstWebMseSrc, gst_web_mse_src, GST_TYPE_APP_SRC,
    G_IMPLEMENT_INTERFACE (
        GST_TYPE_URI_HANDLER, gst_web_mse_src_uri_handler_init))

enum { PROP_0, PROP_HANDLE, PROP_URI, PROP_TRACK };

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static Private &
get (gpointer object)
{
  return *GST_WEB_MSE_SRC (object)->self;
}

static std::shared_ptr<PlayerHub>
hub_of (gpointer object)
{
  GST_OBJECT_LOCK (object);
  auto hub = get (object).hub;
  GST_OBJECT_UNLOCK (object);
  return hub;
}

static void
set_player (gpointer object, std::shared_ptr<PlayerHub> hub,
    std::shared_ptr<Playback> playback)
{
  GST_OBJECT_LOCK (object);
  get (object).hub.swap (hub);
  get (object).playback.swap (playback);
  GST_OBJECT_UNLOCK (object);
}

// What GstBaseSrc itself does: GstAppSrc's queue stays empty.
static GstBaseSrcClass *
base_class ()
{
  return GST_BASE_SRC_CLASS (g_type_class_peek (GST_TYPE_BASE_SRC));
}

void
gst_web_mse_src_set_source (GstWebMseSrc *self, TrackStream::Source source)
{
  self->self->of_bin = true;
  set_player (self, source.hub, source.playback);
  self->self->stream.set_source (std::move (source));
}

TrackStream &
gst_web_mse_src_stream (GstWebMseSrc *self)
{
  return self->self->stream;
}

// GstBaseSrc

static GstFlowReturn
gst_web_mse_src_create (GstBaseSrc *src, guint64, guint, GstBuffer **buffer)
{
  return get (src).stream.create (buffer);
}

static gboolean
gst_web_mse_src_do_seek (GstBaseSrc *src, GstSegment *segment)
{
  get (src).stream.seek (*segment);
  return TRUE;
}

static gboolean
gst_web_mse_src_is_seekable (GstBaseSrc *)
{
  return TRUE;
}

static gboolean
gst_web_mse_src_negotiate (GstBaseSrc *)
{
  return TRUE; // the media source says what the caps are
}

static GstCaps *
gst_web_mse_src_get_caps (GstBaseSrc *src, GstCaps *filter)
{
  auto caps = get (src).stream.caps ();
  if (!caps)
    caps = Ptr<GstCaps>::adopt (gst_caps_new_any ());
  return filter ? gst_caps_intersect_full (
             filter, caps.get (), GST_CAPS_INTERSECT_FIRST)
                : caps.release ();
}

static gboolean
gst_web_mse_src_unlock (GstBaseSrc *src)
{
  get (src).stream.set_flushing (true);
  return GST_BASE_SRC_CLASS (gst_web_mse_src_parent_class)->unlock (src);
}

static gboolean
gst_web_mse_src_unlock_stop (GstBaseSrc *src)
{
  get (src).stream.set_flushing (false);
  return GST_BASE_SRC_CLASS (gst_web_mse_src_parent_class)->unlock_stop (src);
}

static gboolean
gst_web_mse_src_start (GstBaseSrc *src)
{
  if (!get (src).of_bin)
    get (src).playback->errors.reset ();
  return GST_BASE_SRC_CLASS (gst_web_mse_src_parent_class)->start (src);
}

static gboolean
gst_web_mse_src_stop (GstBaseSrc *src)
{
  get (src).stream.stop ();
  return GST_BASE_SRC_CLASS (gst_web_mse_src_parent_class)->stop (src);
}

static gboolean
gst_web_mse_src_query (GstBaseSrc *src, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) == GST_QUERY_POSITION)
    return answer_position (src, query);
  if (auto hub = hub_of (src)) {
    bool handled;
    bool answered = answer_query (hub->player (), query, &handled);
    if (handled)
      return answered;
  }
  return base_class ()->query (src, query);
}

// Seeks

static Time
duration_of (gpointer object)
{
  auto hub = hub_of (object);
  return hub ? hub->player ().duration () : kTimeNone;
}

static gboolean
gst_web_mse_src_event (GstBaseSrc *src, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) != GST_EVENT_SEEK)
    return base_class ()->event (src, event);
  gboolean result;
  auto seek =
      prepare_seek (src, get (src).stream, duration_of (src), event, &result);
  return seek ? base_class ()->event (src, seek.get ()) : result;
}

static gboolean
gst_web_mse_src_send_event (GstElement *element, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) != GST_EVENT_SEEK)
    return GST_ELEMENT_CLASS (gst_web_mse_src_parent_class)
        ->send_event (element, event);
  gboolean result;
  auto seek = prepare_seek (GST_BASE_SRC (element), get (element).stream,
      duration_of (element), event, &result);
  gst_event_unref (event);
  return seek ? GST_ELEMENT_CLASS (gst_web_mse_src_parent_class)
                    ->send_event (element, seek.release ())
              : result;
}

// GstBaseSrc sends a STREAM_START of its own before it asks for a frame.
static GstPadProbeReturn
drop_foreign_stream_start (GstPad *, GstPadProbeInfo *info, gpointer)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  return GST_EVENT_TYPE (event) != GST_EVENT_STREAM_START
                 || is_own_stream_start (event)
             ? GST_PAD_PROBE_OK
             : GST_PAD_PROBE_DROP;
}

// States

static void
update (GstElement *element, unsigned what)
{
  Private &self = get (element);
  if (what & HubClient::duration)
    gst_element_post_message (
        element, gst_message_new_duration_changed (GST_OBJECT (element)));
  GST_OBJECT_LOCK (element);
  auto hub = self.hub;
  auto playback = self.playback;
  bool streams = GST_STATE (element) > GST_STATE_READY;
  GST_OBJECT_UNLOCK (element);
  if (!hub || !streams)
    return;
  if (auto error = hub->error (); error && playback->errors.claim ())
    post_error (element, *error);
}

static bool
attach (GstWebMseSrc *src)
{
  Private &self = *src->self;
  GST_OBJECT_LOCK (src);
  auto handle = self.handle;
  auto uri = self.uri;
  auto track = self.track;
  GST_OBJECT_UNLOCK (src);
  self.client =
      HubClient::attach (GST_ELEMENT (src), handle.get (), uri, update);
  if (!self.client)
    return false;
  auto playback = std::make_shared<Playback> ();
  set_player (src, self.client->hub (), playback);
  self.stream.set_source (
      {.hub = self.client->hub (), .track = track, .playback = playback});
  return true;
}

static GstStateChangeReturn
gst_web_mse_src_change_state (GstElement *element, GstStateChange transition)
{
  Private &self = get (element);
  if (transition == GST_STATE_CHANGE_NULL_TO_READY && !self.of_bin
      && !attach (GST_WEB_MSE_SRC (element)))
    return GST_STATE_CHANGE_FAILURE;
  auto result = GST_ELEMENT_CLASS (gst_web_mse_src_parent_class)
                    ->change_state (element, transition);
  bool failed = result == GST_STATE_CHANGE_FAILURE
                && transition == GST_STATE_CHANGE_NULL_TO_READY;
  if (!self.of_bin
      && (failed || transition == GST_STATE_CHANGE_READY_TO_NULL)) {
    self.stream.set_source ({});
    set_player (element, nullptr, nullptr);
    self.client = nullptr;
  }
  return result;
}

// Properties and addresses

static void
gst_web_mse_src_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  Private &self = get (object);
  Ptr<GObject> handle;
  std::string text;
  switch (id) {
  case PROP_HANDLE:
    handle = Ptr<GObject>::share (G_OBJECT (g_value_get_object (value)));
    break;
  case PROP_URI:
  case PROP_TRACK:
    text = g_value_get_string (value) ? g_value_get_string (value) : "";
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    return;
  }
  GST_OBJECT_LOCK (object);
  if (id == PROP_HANDLE)
    std::swap (self.handle, handle);
  else
    (id == PROP_URI ? self.uri : self.track) = text;
  GST_OBJECT_UNLOCK (object);
}

static void
gst_web_mse_src_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  Private &self = get (object);
  GST_OBJECT_LOCK (object);
  switch (id) {
  case PROP_HANDLE:
    g_value_set_object (value, self.handle.get ());
    break;
  case PROP_URI:
    g_value_set_string (value, self.uri.empty () ? nullptr : self.uri.c_str ());
    break;
  case PROP_TRACK:
    g_value_set_string (
        value, self.track.empty () ? nullptr : self.track.c_str ());
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
  GST_OBJECT_UNLOCK (object);
}

static void
gst_web_mse_src_uri_handler_init (gpointer iface, gpointer)
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
gst_web_mse_src_finalize (GObject *object)
{
  delete GST_WEB_MSE_SRC (object)->self;
  G_OBJECT_CLASS (gst_web_mse_src_parent_class)->finalize (object);
}

static void
gst_web_mse_src_init (GstWebMseSrc *self)
{
  auto src = GST_BASE_SRC (self);
  self->self = new Private (src);
  gst_base_src_set_format (src, GST_FORMAT_TIME);
  gst_base_src_set_automatic_eos (src, FALSE);
  g_object_set (self, "format", GST_FORMAT_TIME, "stream-type",
      GST_APP_STREAM_TYPE_SEEKABLE, "emit-signals", FALSE, nullptr);
  gst_pad_add_probe (GST_BASE_SRC_PAD (src),
      GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, drop_foreign_stream_start, nullptr,
      nullptr);
}

static void
gst_web_mse_src_class_init (GstWebMseSrcClass *klass)
{
  GST_DEBUG_CATEGORY_INIT (
      gst_web_mse_src_debug, "msesrc", 0, "Media source track");

  auto object_class = G_OBJECT_CLASS (klass);
  object_class->set_property = gst_web_mse_src_set_property;
  object_class->get_property = gst_web_mse_src_get_property;
  object_class->finalize = gst_web_mse_src_finalize;
  auto flags = GParamFlags (
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);
  g_object_class_install_property (object_class, PROP_HANDLE,
      g_param_spec_object ("handle", "Handle",
          "The MediaSourceHandle of what to play, which works once; it goes "
          "before `uri`. Used when the element goes to READY",
          GST_TYPE_WEB_MEDIA_SOURCE_HANDLE, flags));
  g_object_class_install_property (object_class, PROP_URI,
      g_param_spec_string ("uri", "URI",
          "mse://NAME of the media source to play; made if there is none of "
          "that name. All elements that name it share one attachment",
          nullptr, flags));
  g_object_class_install_property (object_class, PROP_TRACK,
      g_param_spec_string ("track", "Track",
          "The track to play: video, audio, text, video:1 (the second one), or "
          "a track's id; unset: the first track. It is waited for until the "
          "media source ends",
          nullptr, flags));

  auto element_class = GST_ELEMENT_CLASS (klass);
  element_class->change_state = gst_web_mse_src_change_state;
  element_class->send_event = gst_web_mse_src_send_event;
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class,
      "Media Source Extensions track", "Source",
      "Plays one track of a W3C MediaSource that this process appends to",
      "The gst-webmedia authors");

  auto src_class = GST_BASE_SRC_CLASS (klass);
  src_class->create = gst_web_mse_src_create;
  src_class->do_seek = gst_web_mse_src_do_seek;
  src_class->is_seekable = gst_web_mse_src_is_seekable;
  src_class->negotiate = gst_web_mse_src_negotiate;
  src_class->get_caps = gst_web_mse_src_get_caps;
  src_class->unlock = gst_web_mse_src_unlock;
  src_class->unlock_stop = gst_web_mse_src_unlock_stop;
  src_class->start = gst_web_mse_src_start;
  src_class->stop = gst_web_mse_src_stop;
  src_class->query = gst_web_mse_src_query;
  src_class->event = gst_web_mse_src_event;
}
