// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gstwebmsesrc.hh"

#include "encrypted.hh"
#include "queries.hh"
#include "src-player.hh"
#include "src-seek.hh"

using namespace webmedia;
using namespace webmedia::elements;

GST_DEBUG_CATEGORY (gst_web_mse_src_debug);
#define GST_CAT_DEFAULT gst_web_mse_src_debug

namespace {

struct Private {
  explicit Private (GstBaseSrc *element) : player (element), settings (element)
  {}

  SrcPlayer player;
  ElementSettings settings;
};

} // namespace

struct _GstWebMseSrc {
  GstAppSrc parent;
  Private *self;
};

// Where GstAppSrc is a "appsrc" by its address, this is none.
G_DEFINE_FINAL_TYPE_WITH_CODE (GstWebMseSrc, gst_web_mse_src, GST_TYPE_APP_SRC,
    G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER, init_uri_handler<kScheme>))

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static Private &
get (gpointer object)
{
  return *GST_WEB_MSE_SRC (object)->self;
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
  self->self->player.set_source (std::move (source));
}

TrackStream &
gst_web_mse_src_stream (GstWebMseSrc *self)
{
  return self->self->player.stream ();
}

// GstBaseSrc

static GstFlowReturn
gst_web_mse_src_create (GstBaseSrc *src, guint64, guint, GstBuffer **buffer)
{
  return get (src).player.stream ().create (buffer);
}

static gboolean
gst_web_mse_src_do_seek (GstBaseSrc *src, GstSegment *segment)
{
  get (src).player.stream ().seek (*segment);
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
  auto caps = get (src).player.stream ().caps ();
  if (!caps)
    caps = Ptr<GstCaps>::adopt (gst_caps_new_any ());
  return filter ? gst_caps_intersect_full (
             filter, caps.get (), GST_CAPS_INTERSECT_FIRST)
                : caps.release ();
}

static gboolean
gst_web_mse_src_unlock (GstBaseSrc *src)
{
  get (src).player.stream ().set_flushing (true);
  return GST_BASE_SRC_CLASS (gst_web_mse_src_parent_class)->unlock (src);
}

static gboolean
gst_web_mse_src_unlock_stop (GstBaseSrc *src)
{
  get (src).player.stream ().set_flushing (false);
  return GST_BASE_SRC_CLASS (gst_web_mse_src_parent_class)->unlock_stop (src);
}

static gboolean
gst_web_mse_src_stop (GstBaseSrc *src)
{
  get (src).player.stream ().stop ();
  return GST_BASE_SRC_CLASS (gst_web_mse_src_parent_class)->stop (src);
}

static gboolean
gst_web_mse_src_query (GstBaseSrc *src, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) == GST_QUERY_POSITION)
    return answer_position (src, query);
  auto hub = get (src).player.hub ();
  bool handled;
  bool answered = answer_query (hub ? &hub->player () : nullptr,
      get (src).player.has_stopped (), query, &handled);
  return handled ? answered : base_class ()->query (src, query);
}

// Seeks

// Has `perform` do what a SEEK asks for.
template <typename Perform>
static gboolean
seek (GstBaseSrc *src, GstEvent *event, Perform perform)
{
  SrcPlayer &player = get (src).player;
  gboolean result;
  auto prepared =
      prepare_seek (src, player.stream (), player.duration (), event, &result);
  if (!prepared)
    return result;
  GstSeekFlags flags;
  gst_event_parse_seek (prepared.get (), nullptr, nullptr, &flags, nullptr,
      nullptr, nullptr, nullptr);
  bool pauses = !(flags & GST_SEEK_FLAG_FLUSH);
  if (pauses)
    player.stream ().set_pausing (true);
  else
    player.flush ();
  result = perform (std::move (prepared));
  if (pauses)
    player.stream ().set_pausing (false);
  return result;
}

static bool
select (GstBaseSrc *src, GstEvent *event)
{
  auto hub = get (src).player.hub ();
  if (hub)
    select_streams (*hub, event);
  return bool (hub);
}

static gboolean
gst_web_mse_src_event (GstBaseSrc *src, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_RECONFIGURE) {
    // Somebody was linked.
    get (src).player.stream ().ask ();
    get (src).player.stream ().wake ();
  }
  if (GST_EVENT_TYPE (event) == GST_EVENT_SELECT_STREAMS)
    return select (src, event);
  if (GST_EVENT_TYPE (event) != GST_EVENT_SEEK)
    return base_class ()->event (src, event);
  return seek (src, event, [src] (Ptr<GstEvent> prepared) {
    return base_class ()->event (src, prepared.get ());
  });
}

// GstAppSrc would put an EOS and the like into its queue, which nobody reads.
static gboolean
gst_web_mse_src_send_event (GstElement *element, GstEvent *event)
{
  auto parent = GST_ELEMENT_CLASS (base_class ());
  if (GST_EVENT_TYPE (event) != GST_EVENT_SEEK
      && GST_EVENT_TYPE (event) != GST_EVENT_SELECT_STREAMS)
    return parent->send_event (element, event);
  auto owned = Ptr<GstEvent>::adopt (event);
  if (GST_EVENT_TYPE (event) == GST_EVENT_SELECT_STREAMS)
    return select (GST_BASE_SRC (element), event);
  return seek (GST_BASE_SRC (element), event, [&] (Ptr<GstEvent> prepared) {
    return parent->send_event (element, prepared.release ());
  });
}

// GstBaseSrc sends a STREAM_START of its own before it asks for a frame. After
// each RECONFIGURE it asks who allocates: nobody, the memory was appended. The
// query would wait until all that queues hold is taken, and multiqueue forgets
// it when it is unlinked meanwhile.
static GstPadProbeReturn
drop_what_is_not_ours (GstPad *, GstPadProbeInfo *info, gpointer)
{
  if (info->type & GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM)
    return GST_QUERY_TYPE (GST_PAD_PROBE_INFO_QUERY (info))
                   == GST_QUERY_ALLOCATION
               ? GST_PAD_PROBE_DROP
               : GST_PAD_PROBE_OK;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  return GST_EVENT_TYPE (event) != GST_EVENT_STREAM_START
                 || is_own_stream_start (event)
             ? GST_PAD_PROBE_OK
             : GST_PAD_PROBE_DROP;
}

// States

static GstStateChangeReturn
gst_web_mse_src_change_state (GstElement *element, GstStateChange transition)
{
  Private &self = get (element);
  auto update = [] (GstElement *each, HubClient &client, unsigned what) {
    get (each).player.update (client, what);
  };
  if (transition == GST_STATE_CHANGE_NULL_TO_READY
      && !self.player.attach (self.settings.copy (), update))
    return GST_STATE_CHANGE_FAILURE;
  self.player.change_state (transition);
  auto result = GST_ELEMENT_CLASS (gst_web_mse_src_parent_class)
                    ->change_state (element, transition);
  bool failed = result == GST_STATE_CHANGE_FAILURE
                && transition == GST_STATE_CHANGE_NULL_TO_READY;
  if (failed || transition == GST_STATE_CHANGE_READY_TO_NULL)
    self.player.detach ();
  return result;
}

static gboolean
gst_web_mse_src_post_message (GstElement *element, GstMessage *message)
{
  if (auto hub = get (element).player.hub ())
    hub->on_message (message);
  return GST_ELEMENT_CLASS (gst_web_mse_src_parent_class)
      ->post_message (element, message);
}

// GObject

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
      GstPadProbeType (GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM
                       | GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM),
      drop_what_is_not_ours, nullptr, nullptr);
}

static void
gst_web_mse_src_class_init (GstWebMseSrcClass *klass)
{
  GST_DEBUG_CATEGORY_INIT (
      gst_web_mse_src_debug, "msesrc", 0, "Media source track");

  auto object_class = G_OBJECT_CLASS (klass);
  object_class->set_property = [] (GObject *object, guint id,
                                   const GValue *value, GParamSpec *pspec) {
    get (object).settings.set_property (id, value, pspec);
  };
  object_class->get_property = [] (GObject *object, guint id, GValue *value,
                                   GParamSpec *pspec) {
    get (object).settings.get_property (id, value, pspec);
  };
  object_class->finalize = gst_web_mse_src_finalize;
  install_settings (object_class, {SETTING_HANDLE, SETTING_URI, SETTING_TRACK});
  install_encrypted_signal (object_class);

  auto element_class = GST_ELEMENT_CLASS (klass);
  element_class->change_state = gst_web_mse_src_change_state;
  element_class->post_message = gst_web_mse_src_post_message;
  element_class->send_event = gst_web_mse_src_send_event;
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class,
      "Media Source Extensions track source", "Source",
      "Plays one track of a W3C MediaSource: the frames that a thread of this "
      "process, or an msesink, appends to it, as they come. Say which media "
      "source with `uri` (a name) or `handle` (an object), and which track "
      "with `track`. It waits for media that is not there yet, also after a "
      "seek; BUFFERING messages tell when that stops playback. It ends when "
      "the media source does. What GstAppSrc adds to feed it is not used. For "
      "all tracks see msebin.",
      "The gst-webmedia authors");
  gst_element_class_add_static_metadata (element_class,
      GST_ELEMENT_METADATA_DOC_URI, "https://www.w3.org/TR/media-source-2/");
  gst_element_class_add_static_metadata (element_class, "example",
      "gst-launch-1.0 filesrc location=fragmented.mp4 ! msesink uri=mse://a  "
      "msesrc uri=mse://a track=video ! decodebin ! autovideosink");

  auto src_class = GST_BASE_SRC_CLASS (klass);
  src_class->create = gst_web_mse_src_create;
  src_class->do_seek = gst_web_mse_src_do_seek;
  src_class->is_seekable = gst_web_mse_src_is_seekable;
  src_class->negotiate = gst_web_mse_src_negotiate;
  src_class->get_caps = gst_web_mse_src_get_caps;
  src_class->unlock = gst_web_mse_src_unlock;
  src_class->unlock_stop = gst_web_mse_src_unlock_stop;
  src_class->stop = gst_web_mse_src_stop;
  src_class->query = gst_web_mse_src_query;
  src_class->event = gst_web_mse_src_event;
}
