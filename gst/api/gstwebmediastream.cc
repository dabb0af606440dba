// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/media-stream.hh"

#include "base/mutex.hh"

#include <algorithm>
#include <deque>

using namespace webmedia;

namespace {

struct State {
  std::shared_ptr<stream::MediaStream> engine;
  std::shared_ptr<TaskQueue> tasks;
};

} // namespace

/**
 * GstWebMediaStream:
 *
 * A set of live tracks that belong together: the web's
 * [MediaStream](https://www.w3.org/TR/mediacapture-streams/#mediastream).
 *
 * A `mediastreamsink` in one pipeline adds tracks to it, a `mediastreamsrc` in
 * any number of others consumes them. An application makes further streams of
 * the tracks of others: a track can be in several.
 *
 * All methods can be called from any thread. Signals are emitted in the main
 * context that was thread-default when the object was made: for what elements
 * change, not for what the application does by
 * gst_web_media_stream_add_track() and gst_web_media_stream_remove_track().
 * `notify::active` is emitted there, too.
 */
struct _GstWebMediaStream {
  GstObject parent;
  State *state;
};

G_DEFINE_FINAL_TYPE (GstWebMediaStream, gst_web_media_stream, GST_TYPE_OBJECT)

enum { PROP_0, PROP_ID, PROP_ACTIVE, N_PROPERTIES };
static GParamSpec *properties[N_PROPERTIES];
enum { SIGNAL_ADDTRACK, SIGNAL_REMOVETRACK, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
gst_web_media_stream_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  if (id != PROP_ID) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    return;
  }
  const gchar *given = g_value_get_string (value);
  GST_WEB_MEDIA_STREAM (object)->state->engine =
      stream::MediaStream::create (given ? given : "");
}

static void
gst_web_media_stream_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  auto self = GST_WEB_MEDIA_STREAM (object);
  switch (id) {
  case PROP_ID:
    g_value_set_string (value, gst_web_media_stream_get_id (self));
    break;
  case PROP_ACTIVE:
    g_value_set_boolean (value, gst_web_media_stream_get_active (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void gst_web_media_stream_constructed (GObject *object);

// The objects of the tracks go with the listener.
static void
gst_web_media_stream_dispose (GObject *object)
{
  GST_WEB_MEDIA_STREAM (object)->state->engine->set_listener (nullptr);
  G_OBJECT_CLASS (gst_web_media_stream_parent_class)->dispose (object);
}

static void
gst_web_media_stream_finalize (GObject *object)
{
  delete GST_WEB_MEDIA_STREAM (object)->state;
  G_OBJECT_CLASS (gst_web_media_stream_parent_class)->finalize (object);
}

static guint
new_event (const char *name)
{
  return g_signal_new (name, GST_TYPE_WEB_MEDIA_STREAM, G_SIGNAL_RUN_LAST, 0,
      nullptr, nullptr, nullptr, G_TYPE_NONE, 1,
      GST_TYPE_WEB_MEDIA_STREAM_TRACK_EVENT);
}

static void
gst_web_media_stream_class_init (GstWebMediaStreamClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->set_property = gst_web_media_stream_set_property;
  object_class->get_property = gst_web_media_stream_get_property;
  object_class->constructed = gst_web_media_stream_constructed;
  object_class->dispose = gst_web_media_stream_dispose;
  object_class->finalize = gst_web_media_stream_finalize;
  auto flags = GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * GstWebMediaStream:id: (getter get_id)
   *
   * What no other stream has: a UUID, unless it came from another peer.
   */
  properties[PROP_ID] = g_param_spec_string ("id", "ID",
      "What no other stream has", nullptr,
      GParamFlags (
          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
  /**
   * GstWebMediaStream:active: (getter get_active)
   *
   * Whether one of the tracks has not ended.
   */
  properties[PROP_ACTIVE] = g_param_spec_boolean ("active", "Active",
      "Whether one of the tracks has not ended", FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  /**
   * GstWebMediaStream::addtrack:
   * @self: the stream
   * @event: has the track
   *
   * An element has added a track.
   */
  signals[SIGNAL_ADDTRACK] = new_event ("addtrack");
  /**
   * GstWebMediaStream::removetrack:
   * @self: the stream
   * @event: has the track
   *
   * An element has removed a track.
   */
  signals[SIGNAL_REMOVETRACK] = new_event ("removetrack");
}

namespace {

// The tracks of events that wait to be told, in their order. A task can't keep
// them: they keep the queue that keeps it, which may never be drained. So they
// go with the stream. Threads: thread-safe.
class Untold {
public:
  explicit Untold (GstWebMediaStream *object)
      : object_ (WeakRef<GstWebMediaStream>::create (object))
  {}

  void push (Ptr<GstWebMediaStreamTrack> track) EXCLUDES (lock_)
  {
    MutexLocker locker (lock_);
    tracks_.push_back (std::move (track));
  }
  void tell (guint signal, const char *type) EXCLUDES (lock_)
  {
    Ptr<GstWebMediaStreamTrack> track;
    {
      MutexLocker locker (lock_);
      track = std::move (tracks_.front ());
      tracks_.pop_front ();
    }
    auto object = object_->lock ();
    if (!object)
      return;
    auto event = make_track_event (type, track);
    g_signal_emit (object.get (), signals[signal], 0, event.get ());
  }

private:
  const std::shared_ptr<WeakRef<GstWebMediaStream>> object_;
  Mutex lock_;
  std::deque<Ptr<GstWebMediaStreamTrack>> tracks_ GUARDED_BY (lock_);
};

// Keeps the objects of the stream's tracks. Events of the engine become
// signals, in the owner's context.
class Listener final : public stream::StreamListener {
public:
  Listener (GstWebMediaStream *object, std::shared_ptr<TaskQueue> tasks)
      : object_ (WeakRef<GstWebMediaStream>::create (object)),
        untold_ (std::make_shared<Untold> (object)),
        tasks_ (std::move (tasks))
  {}

  void on_added (
      const std::shared_ptr<stream::Track> &track, stream::Cause cause) override
  {
    kept_.push_back (object_of (track, tasks_));
    if (cause == stream::Cause::user_agent)
      post (SIGNAL_ADDTRACK, "addtrack", kept_.back ());
  }

  // No object goes here, with the lock held: who calls holds it, or the event.
  void on_removed (
      const std::shared_ptr<stream::Track> &track, stream::Cause cause) override
  {
    auto found = std::ranges::find_if (kept_, [&] (const auto &object) {
      return engine_of (object.get ()) == track;
    });
    if (found == kept_.end ())
      return;
    auto object = std::move (*found);
    kept_.erase (found);
    if (cause == stream::Cause::user_agent)
      post (SIGNAL_REMOVETRACK, "removetrack", std::move (object));
  }

  void on_active () override
  {
    tasks_->post ([weak = object_] {
      if (auto object = weak->lock ())
        g_object_notify_by_pspec (
            G_OBJECT (object.get ()), properties[PROP_ACTIVE]);
    });
  }

private:
  // Both with the engine's lock held, so in one order.
  void post (guint signal, const char *type, Ptr<GstWebMediaStreamTrack> track)
  {
    untold_->push (std::move (track));
    tasks_->post ([weak = std::weak_ptr<Untold> (untold_), signal, type] {
      if (auto untold = weak.lock ())
        untold->tell (signal, type);
    });
  }

  const std::shared_ptr<WeakRef<GstWebMediaStream>> object_;
  const std::shared_ptr<Untold> untold_;
  const std::shared_ptr<TaskQueue> tasks_;
  std::vector<Ptr<GstWebMediaStreamTrack>> kept_; // under the engine's lock
};

} // namespace

static void
gst_web_media_stream_init (GstWebMediaStream *self)
{
  self->state = new State{nullptr, TaskQueue::create ()};
}

static void
gst_web_media_stream_constructed (GObject *object)
{
  auto self = GST_WEB_MEDIA_STREAM (object);
  self->state->engine->set_listener (
      std::make_shared<Listener> (self, self->state->tasks));
  G_OBJECT_CLASS (gst_web_media_stream_parent_class)->constructed (object);
}

const std::shared_ptr<stream::MediaStream> &
webmedia::engine_of (GstWebMediaStream *self)
{
  return self->state->engine;
}

static GPtrArray *
objects_of (GstWebMediaStream *self, const stream::Tracks &tracks)
{
  GPtrArray *objects = g_ptr_array_new_with_free_func (gst_object_unref);
  for (const auto &track : tracks)
    g_ptr_array_add (objects, object_of (track, self->state->tasks).release ());
  return objects;
}

/**
 * gst_web_media_stream_new:
 *
 * https://www.w3.org/TR/mediacapture-streams/#dom-mediastream-constructor
 *
 * Returns: (transfer full): a stream without tracks; its events go to the main
 *     context that is thread-default now
 */
GstWebMediaStream *
gst_web_media_stream_new (void)
{
  return GST_WEB_MEDIA_STREAM (
      gst_object_ref_sink (g_object_new (GST_TYPE_WEB_MEDIA_STREAM, nullptr)));
}

/**
 * gst_web_media_stream_new_with_id:
 * @id: the id, not empty
 *
 * For a stream that another peer sends, which has its id there: webrtcbin says
 * it as `msid` of its pads.
 * https://www.w3.org/TR/webrtc/#set-associated-remote-streams
 *
 * Returns: (transfer full): a stream without tracks; its events go to the main
 *     context that is thread-default now
 */
GstWebMediaStream *
gst_web_media_stream_new_with_id (const gchar *id)
{
  g_return_val_if_fail (id && *id, nullptr);
  return GST_WEB_MEDIA_STREAM (gst_object_ref_sink (
      g_object_new (GST_TYPE_WEB_MEDIA_STREAM, "id", id, nullptr)));
}

/**
 * gst_web_media_stream_new_from_stream:
 * @stream: another stream
 *
 * Returns: (transfer full): a stream with the tracks that @stream has now: the
 *     same ones, not clones
 */
GstWebMediaStream *
gst_web_media_stream_new_from_stream (GstWebMediaStream *stream)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM (stream), nullptr);
  GstWebMediaStream *self = gst_web_media_stream_new ();
  self->state->engine->add (
      stream->state->engine->tracks (), stream::Cause::application);
  return self;
}

/**
 * gst_web_media_stream_new_from_tracks:
 * @tracks: (array length=n_tracks) (nullable): tracks
 * @n_tracks: how many they are
 *
 * Returns: (transfer full): a stream with these tracks; what comes twice is in
 *     it once
 */
GstWebMediaStream *
gst_web_media_stream_new_from_tracks (
    GstWebMediaStreamTrack **tracks, guint n_tracks)
{
  g_return_val_if_fail (tracks || n_tracks == 0, nullptr);
  stream::Tracks engines;
  for (guint i = 0; i < n_tracks; i++) {
    g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK (tracks[i]), nullptr);
    engines.push_back (engine_of (tracks[i]));
  }
  GstWebMediaStream *self = gst_web_media_stream_new ();
  self->state->engine->add (engines, stream::Cause::application);
  return self;
}

/**
 * gst_web_media_stream_get_id:
 * @self: the stream
 *
 * Returns: what no other stream has: a UUID, unless it was given by
 *     gst_web_media_stream_new_with_id()
 */
const gchar *
gst_web_media_stream_get_id (GstWebMediaStream *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM (self), nullptr);
  return self->state->engine->id.c_str ();
}

/**
 * gst_web_media_stream_get_active:
 * @self: the stream
 *
 * Returns: whether one of the tracks has not ended
 */
gboolean
gst_web_media_stream_get_active (GstWebMediaStream *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM (self), FALSE);
  return self->state->engine->is_active ();
}

/**
 * gst_web_media_stream_get_audio_tracks:
 * @self: the stream
 *
 * Returns: (transfer container) (element-type GstWebMediaStreamTrack): the
 *     tracks of sound that are there now, in the order in which they were added
 */
GPtrArray *
gst_web_media_stream_get_audio_tracks (GstWebMediaStream *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM (self), nullptr);
  return objects_of (self, self->state->engine->tracks (stream::Kind::audio));
}

/**
 * gst_web_media_stream_get_video_tracks:
 * @self: the stream
 *
 * Returns: (transfer container) (element-type GstWebMediaStreamTrack): the
 *     tracks of pictures that are there now, in the order in which they were
 *     added
 */
GPtrArray *
gst_web_media_stream_get_video_tracks (GstWebMediaStream *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM (self), nullptr);
  return objects_of (self, self->state->engine->tracks (stream::Kind::video));
}

/**
 * gst_web_media_stream_get_tracks:
 * @self: the stream
 *
 * Returns: (transfer container) (element-type GstWebMediaStreamTrack): the
 *     tracks that are there now, in the order in which they were added. The
 *     same objects each time
 */
GPtrArray *
gst_web_media_stream_get_tracks (GstWebMediaStream *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM (self), nullptr);
  return objects_of (self, self->state->engine->tracks ());
}

/**
 * gst_web_media_stream_get_track_by_id:
 * @self: the stream
 * @track_id: the id of a track
 *
 * Returns: (transfer full) (nullable): the track, or %NULL when none of the
 *     stream has @track_id
 */
GstWebMediaStreamTrack *
gst_web_media_stream_get_track_by_id (
    GstWebMediaStream *self, const gchar *track_id)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM (self), nullptr);
  g_return_val_if_fail (track_id != nullptr, nullptr);
  auto track = self->state->engine->find (track_id);
  return track ? object_of (track, self->state->tasks).release () : nullptr;
}

/**
 * gst_web_media_stream_add_track:
 * @self: the stream
 * @track: the track
 *
 * Adds a track; nothing happens when it is there already. A track that has
 * ended can be added, too.
 *
 * https://www.w3.org/TR/mediacapture-streams/#dom-mediastream-addtrack
 */
void
gst_web_media_stream_add_track (
    GstWebMediaStream *self, GstWebMediaStreamTrack *track)
{
  g_return_if_fail (GST_IS_WEB_MEDIA_STREAM (self));
  g_return_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK (track));
  self->state->engine->add ({engine_of (track)}, stream::Cause::application);
}

/**
 * gst_web_media_stream_remove_track:
 * @self: the stream
 * @track: the track
 *
 * Removes a track; nothing happens when it is not there. The track goes on.
 *
 * https://www.w3.org/TR/mediacapture-streams/#dom-mediastream-removetrack
 */
void
gst_web_media_stream_remove_track (
    GstWebMediaStream *self, GstWebMediaStreamTrack *track)
{
  g_return_if_fail (GST_IS_WEB_MEDIA_STREAM (self));
  g_return_if_fail (GST_IS_WEB_MEDIA_STREAM_TRACK (track));
  auto held = Ptr<GstWebMediaStreamTrack>::share (track);
  self->state->engine->remove (engine_of (track), stream::Cause::application);
}

/**
 * gst_web_media_stream_clone:
 * @self: the stream
 *
 * https://www.w3.org/TR/mediacapture-streams/#dom-mediastream-clone
 *
 * Returns: (transfer full): a stream with clones of all tracks, made as by
 *     gst_web_media_stream_track_clone(); all their events go to the main
 *     context that is thread-default now
 */
GstWebMediaStream *
gst_web_media_stream_clone (GstWebMediaStream *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM (self), nullptr);
  GstWebMediaStream *other = gst_web_media_stream_new ();
  other->state->engine->add (
      self->state->engine->clone_tracks (), stream::Cause::application);
  return other;
}
