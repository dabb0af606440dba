// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/media-stream.hh"

using namespace webmedia;

struct webmedia::MediaStreamTrackState {
  std::shared_ptr<stream::Track> engine;
  std::shared_ptr<stream::TrackListener> listener; // by which it is found
  Ptr<GObject> stats;                              // null: it is of no device
  std::shared_ptr<SerialQueue> applying = SerialQueue::create ();
};

/**
 * GstWebMediaStreamTrack:
 *
 * Live sound or pictures from one source, such as a camera or a pad of a
 * `mediastreamsink`: the web's
 * [MediaStreamTrack](https://www.w3.org/TR/mediacapture-streams/#mediastreamtrack).
 *
 * Elements make tracks and add them to a [class@MediaStream];
 * [method@MediaStreamTrack.clone] makes more of the same source. A track has
 * one object as long as anybody holds it, and a stream holds those of its
 * tracks: what is connected to them stays connected.
 *
 * The source stops when all of its tracks have been stopped or have gone. Stop
 * what you do not need: the last reference need not be yours.
 *
 * All methods can be called from any thread. Signals are emitted in the main
 * context that was thread-default when the object was made; for a track that an
 * element has made, when the stream was made.
 */
G_DEFINE_TYPE (
    GstWebMediaStreamTrack, gst_web_media_stream_track, GST_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_KIND,
  PROP_ID,
  PROP_LABEL,
  PROP_ENABLED,
  PROP_MUTED,
  PROP_READY_STATE,
  PROP_CONTENT_HINT,
  PROP_STATS,
  N_PROPERTIES,
};
static GParamSpec *properties[N_PROPERTIES];
enum {
  SIGNAL_MUTE,
  SIGNAL_UNMUTE,
  SIGNAL_ENDED,
  SIGNAL_CONFIGURATIONCHANGE,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
gst_web_media_stream_track_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  auto self = GST_WEB_MEDIA_STREAM_TRACK (object);
  switch (id) {
  case PROP_KIND:
    g_value_set_static_string (
        value, gst_web_media_stream_track_get_kind (self));
    break;
  case PROP_ID:
    g_value_set_string (value, gst_web_media_stream_track_get_id (self));
    break;
  case PROP_LABEL:
    g_value_set_string (value, gst_web_media_stream_track_get_label (self));
    break;
  case PROP_ENABLED:
    g_value_set_boolean (value, gst_web_media_stream_track_get_enabled (self));
    break;
  case PROP_MUTED:
    g_value_set_boolean (value, gst_web_media_stream_track_get_muted (self));
    break;
  case PROP_READY_STATE:
    g_value_set_enum (value, gst_web_media_stream_track_get_ready_state (self));
    break;
  case PROP_CONTENT_HINT:
    g_value_set_static_string (
        value, gst_web_media_stream_track_get_content_hint (self));
    break;
  case PROP_STATS:
    g_value_set_object (value, self->state->stats.get ());
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
gst_web_media_stream_track_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  auto self = GST_WEB_MEDIA_STREAM_TRACK (object);
  switch (id) {
  case PROP_ENABLED:
    gst_web_media_stream_track_set_enabled (self, g_value_get_boolean (value));
    break;
  case PROP_CONTENT_HINT: {
    const char *hint = g_value_get_string (value);
    gst_web_media_stream_track_set_content_hint (self, hint ? hint : "");
    break;
  }
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
gst_web_media_stream_track_finalize (GObject *object)
{
  MediaStreamTrackState *state = GST_WEB_MEDIA_STREAM_TRACK (object)->state;
  state->engine->replace_listener (state->listener, nullptr);
  delete state;
  G_OBJECT_CLASS (gst_web_media_stream_track_parent_class)->finalize (object);
}

static guint
new_event (const char *name)
{
  return g_signal_new (name, GST_TYPE_WEB_MEDIA_STREAM_TRACK, G_SIGNAL_RUN_LAST,
      0, nullptr, nullptr, nullptr, G_TYPE_NONE, 0);
}

static void
gst_web_media_stream_track_class_init (GstWebMediaStreamTrackClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->get_property = gst_web_media_stream_track_get_property;
  object_class->set_property = gst_web_media_stream_track_set_property;
  object_class->finalize = gst_web_media_stream_track_finalize;
  auto readable = GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  auto writable = GParamFlags (
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * GstWebMediaStreamTrack:kind: (getter get_kind)
   *
   * `audio` or `video`.
   */
  properties[PROP_KIND] = g_param_spec_string (
      "kind", "Kind", "Sound or pictures", "video", readable);
  /**
   * GstWebMediaStreamTrack:id: (getter get_id)
   *
   * What no other track has: a UUID.
   */
  properties[PROP_ID] =
      g_param_spec_string ("id", "ID", "What no other track has", "", readable);
  /**
   * GstWebMediaStreamTrack:label: (getter get_label)
   *
   * The name of the source, or the empty string.
   */
  properties[PROP_LABEL] = g_param_spec_string (
      "label", "Label", "The name of the source", "", readable);
  /**
   * GstWebMediaStreamTrack:enabled: (getter get_enabled) (setter set_enabled)
   *
   * Whether consumers get what the source gives, or silence and black pictures.
   */
  properties[PROP_ENABLED] = g_param_spec_boolean ("enabled", "Enabled",
      "Whether consumers get what the source gives", TRUE, writable);
  /**
   * GstWebMediaStreamTrack:muted: (getter get_muted)
   *
   * Whether the source gives nothing for now.
   */
  properties[PROP_MUTED] = g_param_spec_boolean ("muted", "Muted",
      "Whether the source gives nothing for now", FALSE, readable);
  /**
   * GstWebMediaStreamTrack:ready-state: (getter get_ready_state)
   *
   * Whether the track has ended.
   */
  properties[PROP_READY_STATE] =
      g_param_spec_enum ("ready-state", "Ready state",
          "Whether the track has ended", GST_TYPE_WEB_MEDIA_STREAM_TRACK_STATE,
          GST_WEB_MEDIA_STREAM_TRACK_STATE_LIVE, readable);
  // clang-format off
  /**
   * GstWebMediaStreamTrack:content-hint: (getter get_content_hint) (setter set_content_hint)
   *
   * What the content is, for who encodes it.
   */
  // clang-format on
  properties[PROP_CONTENT_HINT] = g_param_spec_string (
      "content-hint", "Content hint", "What the content is", "", writable);
  /**
   * GstWebMediaStreamTrack:stats: (getter get_stats)
   *
   * How much has come from a device.
   */
  properties[PROP_STATS] = g_param_spec_object ("stats", "Statistics",
      "How much has come from a device", G_TYPE_OBJECT, readable);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  /**
   * GstWebMediaStreamTrack::mute:
   * @self: the track
   *
   * The source gives nothing for now.
   */
  signals[SIGNAL_MUTE] = new_event ("mute");
  /**
   * GstWebMediaStreamTrack::unmute:
   * @self: the track
   *
   * The source gives data again.
   */
  signals[SIGNAL_UNMUTE] = new_event ("unmute");
  /**
   * GstWebMediaStreamTrack::ended:
   * @self: the track
   *
   * The source has ended. It is not emitted after
   * gst_web_media_stream_track_stop().
   */
  signals[SIGNAL_ENDED] = new_event ("ended");
  /**
   * GstWebMediaStreamTrack::configurationchange:
   * @self: the track
   *
   * gst_web_media_stream_track_get_settings() or
   * gst_web_media_stream_track_get_capabilities() have something else to tell,
   * and it was not the application that applied constraints.
   * https://w3c.github.io/mediacapture-extensions/#dom-mediastreamtrack-onconfigurationchange
   */
  signals[SIGNAL_CONFIGURATIONCHANGE] = new_event ("configurationchange");
}

namespace {

// Events of the engine become signals, in the owner's context.
class Listener final : public stream::TrackListener {
public:
  Listener (GstWebMediaStreamTrack *object, std::shared_ptr<TaskQueue> tasks)
      : object_ (WeakRef<GstWebMediaStreamTrack>::create (object)),
        tasks_ (std::move (tasks))
  {}

  // Null when it has gone.
  Ptr<GstWebMediaStreamTrack> object () const { return object_->lock (); }

  void on_event (stream::TrackEvent event) override
  {
    tasks_->post ([weak = object_, event] {
      if (auto object = weak->lock ())
        emit (object.get (), event);
    });
  }

  void post_stopped ()
  {
    tasks_->post ([weak = object_] {
      if (auto object = weak->lock ())
        notify (object.get (), PROP_READY_STATE);
    });
  }

private:
  static void notify (GstWebMediaStreamTrack *object, int property)
  {
    g_object_notify_by_pspec (G_OBJECT (object), properties[property]);
  }
  static void emit (GstWebMediaStreamTrack *object, stream::TrackEvent event)
  {
    switch (event) {
    case stream::TrackEvent::mute:
      notify (object, PROP_MUTED);
      g_signal_emit (object, signals[SIGNAL_MUTE], 0);
      break;
    case stream::TrackEvent::unmute:
      notify (object, PROP_MUTED);
      g_signal_emit (object, signals[SIGNAL_UNMUTE], 0);
      break;
    case stream::TrackEvent::ended:
      notify (object, PROP_READY_STATE);
      g_signal_emit (object, signals[SIGNAL_ENDED], 0);
      break;
    case stream::TrackEvent::configuration_change:
      g_signal_emit (object, signals[SIGNAL_CONFIGURATIONCHANGE], 0);
      break;
    }
  }

  const std::shared_ptr<WeakRef<GstWebMediaStreamTrack>> object_;
  const std::shared_ptr<TaskQueue> tasks_;
};

} // namespace

// One that nobody wrapped has a track of its own, which has ended.
static void
gst_web_media_stream_track_init (GstWebMediaStreamTrack *self)
{
  auto engine = stream::Track::create (std::make_shared<stream::Source> (
      stream::SourceInfo{.kind = stream::Kind::video, .label = ""}));
  engine->stop ();
  auto listener = std::make_shared<Listener> (self, TaskQueue::create ());
  engine->replace_listener (nullptr, listener);
  self->state = new MediaStreamTrackState{
      .engine = engine, .listener = listener, .stats = nullptr};
}

// https://w3c.github.io/mediacapture-extensions/#dom-mediastreamtrack-stats
static Ptr<GObject>
make_stats (const std::shared_ptr<stream::Track> &track)
{
  if (!track->source->has_stats)
    return nullptr;
  return track->kind () == stream::Kind::audio ? make_audio_stats (track)
                                               : make_video_stats (track);
}

static Ptr<GstWebMediaStreamTrack>
make_object (const stream::Track &track)
{
  if (track.source->canvas)
    return make_canvas_track (*track.source->canvas);
  return Ptr<GstWebMediaStreamTrack>::adopt (
      GST_WEB_MEDIA_STREAM_TRACK (gst_object_ref_sink (
          g_object_new (GST_TYPE_WEB_MEDIA_STREAM_TRACK, nullptr))));
}

// The engine's track knows its object by its listener. DEVIATION: the web keeps
// a track whose handlers may be called. Here handlers hold nothing, as with any
// GObject: who connects to it holds it.
Ptr<GstWebMediaStreamTrack>
webmedia::object_of (const std::shared_ptr<stream::Track> &track,
    const std::shared_ptr<TaskQueue> &tasks)
{
  for (;;) {
    auto known = track->listener ();
    if (known)
      if (auto object = static_cast<Listener &> (*known).object ())
        return object;
    auto made = make_object (*track);
    auto listener = std::make_shared<Listener> (made.get (), tasks);
    *made->state = {
        .engine = track, .listener = listener, .stats = make_stats (track)};
    if (track->replace_listener (known, listener))
      return made;
  }
}

void
webmedia::stop_and_post (stream::Track &track)
{
  if (!track.stop ())
    return;
  if (auto known = track.listener ())
    static_cast<Listener &> (*known).post_stopped ();
}

const std::shared_ptr<stream::Track> &
webmedia::engine_of (GstWebMediaStreamTrack *self)
{
  return self->state->engine;
}

const std::shared_ptr<SerialQueue> &
webmedia::applying_of (GstWebMediaStreamTrack *self)
{
  return self->state->applying;
}

/**
 * gst_web_media_stream_track_clone:
 * @self: the track
 *
 * Makes another track of the same source: with an id of its own, with what
 * #GstWebMediaStreamTrack:enabled, #GstWebMediaStreamTrack:content-hint and
 * #GstWebMediaStreamTrack:ready-state are now, and independent from then on.
 *
 * https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-clone
 *
 * Returns: (transfer full): the clone; its events go to the main context that
 *     is thread-default now
 */
GstWebMediaStreamTrack *
gst_web_media_stream_track_clone (GstWebMediaStreamTrack *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK (self), nullptr);
  return object_of (self->state->engine->clone (), TaskQueue::create ())
      .release ();
}

/**
 * gst_web_media_stream_track_stop:
 * @self: the track
 *
 * Ends the track, with no signal but that of the property. Its consumers come
 * to their end. The source stops with the last of its tracks.
 *
 * https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-stop
 */
void
gst_web_media_stream_track_stop (GstWebMediaStreamTrack *self)
{
  g_return_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK (self));
  if (self->state->engine->stop ())
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_READY_STATE]);
}

/**
 * gst_web_media_stream_track_get_stats:
 * @self: the track
 *
 * https://w3c.github.io/mediacapture-extensions/#dom-mediastreamtrack-stats
 *
 * Returns: (transfer none) (nullable): a [class@MediaStreamTrackAudioStats] or
 *     [class@MediaStreamTrackVideoStats], the same one each time; %NULL when
 *     the track is not of a device
 */
GObject *
gst_web_media_stream_track_get_stats (GstWebMediaStreamTrack *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK (self), nullptr);
  return self->state->stats.get ();
}
