// SPDX-License-Identifier: LGPL-2.1-or-later
#include "gstwebmediastreamsrc.hh"

#include "stream-pads.hh"
#include "user-media.hh"

using namespace webmedia;
using namespace webmedia::elements;

GST_DEBUG_CATEGORY_STATIC (gst_web_media_stream_src_debug);
#define GST_CAT_DEFAULT gst_web_media_stream_src_debug

namespace {

enum { PROP_STATS = kAfterUserMedia };

struct Private {
  explicit Private (GstBin *bin)
      : pads (bin),
        settings (bin),
        user_media (GST_ELEMENT (bin))
  {}

  // Devices that it opens itself need no stream of a name.
  bool open (StreamFollower::Update update)
  {
    Settings chosen = settings.copy ();
    bool opens = user_media.is_wanted ();
    if (opens && !chosen.stream && chosen.uri.empty ())
      chosen.stream =
          Ptr<GstWebMediaStream>::adopt (gst_web_media_stream_new ());
    return pads.open (chosen, !opens, update);
  }

  StreamPads pads;
  ElementSettings settings;
  UserMedia user_media;
};

} // namespace

struct _GstWebMediaStreamSrc {
  GstBin parent;
  Private *self;
};

G_DEFINE_FINAL_TYPE_WITH_CODE (GstWebMediaStreamSrc, gst_web_media_stream_src,
    GST_TYPE_BIN,
    G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER, init_uri_handler<kScheme>))

static GstStaticPadTemplate templates[] = {
    GST_STATIC_PAD_TEMPLATE (
        "video_%u", GST_PAD_SRC, GST_PAD_SOMETIMES, GST_STATIC_CAPS_ANY),
    GST_STATIC_PAD_TEMPLATE (
        "audio_%u", GST_PAD_SRC, GST_PAD_SOMETIMES, GST_STATIC_CAPS_ANY),
};

static Private &
get (gpointer object)
{
  return *GST_WEB_MEDIA_STREAM_SRC (object)->self;
}

// With the state lock, on a thread of GStreamer's own: see StreamFollower.
static void
update (GstElement *element)
{
  get (element).pads.update ();
}

static GstStateChangeReturn
gst_web_media_stream_src_change_state (
    GstElement *element, GstStateChange transition)
{
  Private &self = get (element);
  StreamPads &pads = self.pads;
  if (transition == GST_STATE_CHANGE_NULL_TO_READY && !self.open (update))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED
      && !self.user_media.check ())
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    pads.interrupt ();
  auto result = GST_ELEMENT_CLASS (gst_web_media_stream_src_parent_class)
                    ->change_state (element, transition);
  bool failed = result == GST_STATE_CHANGE_FAILURE;
  switch (transition) {
  case GST_STATE_CHANGE_NULL_TO_READY:
    if (failed)
      pads.close ();
    break;
  case GST_STATE_CHANGE_READY_TO_PAUSED:
    if (!failed) {
      pads.start ();
      self.user_media.start (pads.stream ());
    }
    break;
  case GST_STATE_CHANGE_PAUSED_TO_READY:
    self.user_media.stop ();
    pads.stop ();
    break;
  case GST_STATE_CHANGE_READY_TO_NULL:
    pads.close ();
    break;
  default:
    break;
  }
  // Live, also while there is no track.
  bool becomes_paused =
      GST_STATE_TRANSITION_NEXT (transition) == GST_STATE_PAUSED;
  if (result == GST_STATE_CHANGE_SUCCESS && becomes_paused && pads.is_live ())
    return GST_STATE_CHANGE_NO_PREROLL;
  return result;
}

static gboolean
gst_web_media_stream_src_query (GstElement *element, GstQuery *query)
{
  switch (GST_QUERY_TYPE (query)) {
  case GST_QUERY_SELECTABLE:
    gst_query_set_selectable (query, FALSE);
    return TRUE;
  case GST_QUERY_SCHEDULING:
    gst_query_set_scheduling (query, GST_SCHEDULING_FLAG_SEQUENTIAL, 1, -1, 0);
    gst_query_add_scheduling_mode (query, GST_PAD_MODE_PUSH);
    return TRUE;
  default:
    return GST_ELEMENT_CLASS (gst_web_media_stream_src_parent_class)
        ->query (element, query);
  }
}

static gboolean
gst_web_media_stream_src_replace_track (
    GstWebMediaStreamSrc *self, GstPad *pad, GstWebMediaStreamTrack *track)
{
  if (!track) {
    GST_WARNING_OBJECT (self, "there is no track to take the place of the "
                              "pad's: remove that one from the stream, or "
                              "disable it");
    return FALSE;
  }
  std::shared_ptr<stream::TrackView> view;
  gst_web_bridge_track_view (track, &view);
  auto replaced = self->self->pads.replace (pad, view);
  if (!replaced)
    GST_WARNING_OBJECT (self, "%s", replaced.error ().message.c_str ());
  return bool (replaced);
}

// GObject

static void
gst_web_media_stream_src_finalize (GObject *object)
{
  delete GST_WEB_MEDIA_STREAM_SRC (object)->self;
  G_OBJECT_CLASS (gst_web_media_stream_src_parent_class)->finalize (object);
}

static void
gst_web_media_stream_src_init (GstWebMediaStreamSrc *self)
{
  self->self = new Private (GST_BIN (self));
  // Also while it has no pad, and when its last one has gone.
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SOURCE);
  gst_bin_set_suppressed_flags (GST_BIN (self), GST_ELEMENT_FLAG_SOURCE);
}

static void
gst_web_media_stream_src_class_init (GstWebMediaStreamSrcClass *klass)
{
  GST_DEBUG_CATEGORY_INIT (gst_web_media_stream_src_debug, "mediastreamsrc", 0,
      "Media stream's consumer");

  auto object_class = G_OBJECT_CLASS (klass);
  object_class->set_property = [] (GObject *object, guint id,
                                   const GValue *value, GParamSpec *pspec) {
    if (id >= kFirstOwnProperty)
      get (object).user_media.set_property (id, value);
    else
      get (object).settings.set_property (id, value, pspec);
  };
  object_class->get_property = [] (GObject *object, guint id, GValue *value,
                                   GParamSpec *pspec) {
    if (id == PROP_STATS)
      g_value_take_boxed (value, get (object).pads.stats ());
    else if (id >= kFirstOwnProperty)
      get (object).user_media.get_property (id, value);
    else
      get (object).settings.get_property (id, value, pspec);
  };
  object_class->finalize = gst_web_media_stream_src_finalize;
  install_settings (object_class,
      "Whether the producer waits for this consumer, and stands still "
      "meanwhile. Both ends must set it, so `lossless` of the mediastreamsink, "
      "too: what comes is not live then, and running times are the "
      "producer's own. Without it what is not taken in time is dropped, for "
      "this consumer alone");

  /**
   * GstWebMediaStreamSrc:stats:
   *
   * For each pad that is there, a structure by the pad's name: `delivered` and
   * `dropped`, buffers (#guint64) that were handed out, and that were lost as
   * this consumer was slow; `waiting`, those to be handed out (#guint).
   */
  g_object_class_install_property (object_class, PROP_STATS,
      g_param_spec_boxed ("stats", "Statistics",
          "For each pad, by its name, a structure of how many buffers were "
          "`delivered` and `dropped`, as this consumer was slow (guint64), and "
          "are `waiting` (guint)",
          GST_TYPE_STRUCTURE,
          GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)));
  install_user_media_settings (object_class);

  /**
   * GstWebMediaStreamSrc::replace-track:
   * @self: the element
   * @pad: one of its pads
   * @track: a track of the same kind, of this stream or of any other
   *
   * Has the pad hand out another track, with the next buffer. The pad stays,
   * until that track ends.
   *
   * Returns: whether it does: a pad that has ended takes no other track, and a
   *     track that has a pad of this element gets no other one. Why not is a
   *     warning in the log (`GST_DEBUG=mediastreamsrc:2`)
   */
  g_signal_new_class_handler ("replace-track", G_TYPE_FROM_CLASS (klass),
      GSignalFlags (G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION),
      G_CALLBACK (gst_web_media_stream_src_replace_track), nullptr, nullptr,
      nullptr, G_TYPE_BOOLEAN, 2, GST_TYPE_PAD,
      GST_TYPE_WEB_MEDIA_STREAM_TRACK);

  auto element_class = GST_ELEMENT_CLASS (klass);
  element_class->change_state = gst_web_media_stream_src_change_state;
  element_class->query = gst_web_media_stream_src_query;
  for (GstStaticPadTemplate &each : templates)
    gst_element_class_add_static_pad_template (element_class, &each);
  gst_element_class_set_static_metadata (element_class, "Media stream source",
      "Source",
      "Hands out the live tracks of a W3C MediaStream, a pad each, as they "
      "come and go: those of a mediastreamsink in this or another pipeline of "
      "this process, or of an application. Times are right in any pipeline, "
      "whenever it starts. Say which stream with `uri` (a name) or `stream` "
      "(an object), or which microphone and camera to open, with "
      "`constraints`. A pad ends with its track.",
      "The gst-webmedia authors");
  gst_element_class_add_static_metadata (element_class,
      GST_ELEMENT_METADATA_DOC_URI,
      "https://www.w3.org/TR/mediacapture-streams/");
  gst_element_class_add_static_metadata (element_class, "example",
      "gst-launch-1.0 videotestsrc ! mediastreamsink uri=mediastream://cam  "
      "mediastreamsrc uri=mediastream://cam ! autovideosink\n"
      "gst-launch-1.0 mediastreamsrc name=s "
      "constraints='{\"audio\":true,\"video\":{\"width\":{\"ideal\":1280}}}'  "
      "s.video_0 ! queue ! videoconvert ! autovideosink  "
      "s.audio_0 ! queue ! audioconvert ! autoaudiosink");
}
