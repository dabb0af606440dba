// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/tracks.hh"

using namespace webmedia;

struct webmedia::MediaSourceState {
  std::shared_ptr<mse::MediaSource> engine;
  std::shared_ptr<TaskQueue> tasks;
  std::shared_ptr<SourceBufferObjects> objects;
  Ptr<GstWebSourceBufferList> all;
  Ptr<GstWebSourceBufferList> active;
  Ptr<GObject> handle;
  TrackLists lists;
};

/**
 * GstWebMediaSource:
 *
 * Media that an application appends piece by piece, and an element plays: the
 * web's [MediaSource](https://www.w3.org/TR/media-source-2/#mediasource).
 *
 * A thread (the web's worker) makes a media source and sends its
 * #GstWebMediaSource:handle to the thread that has the pipeline, which sets it
 * as the `handle` of an `msebin` or `msesrc`. The media source opens when that
 * element goes to READY: `sourceopen` is emitted, and
 * gst_web_media_source_wait_open() returns. Then source buffers can be added.
 *
 * Signals are emitted in the main context that was thread-default when the
 * object was made. A thread without a main loop uses the blocking calls. All
 * methods can be called from any thread.
 *
 * Hold a reference while you append. When the last one goes before
 * gst_web_media_source_end_of_stream(), the element ends playback with an
 * error; after it, what was appended plays to its end.
 */
G_DEFINE_TYPE (GstWebMediaSource, gst_web_media_source, GST_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_HANDLE,
  PROP_SOURCE_BUFFERS,
  PROP_ACTIVE_SOURCE_BUFFERS,
  PROP_READY_STATE,
  PROP_DURATION,
  PROP_AUDIO_TRACKS,
  PROP_VIDEO_TRACKS,
  PROP_TEXT_TRACKS,
};
enum { SIGNAL_SOURCEOPEN, SIGNAL_SOURCEENDED, SIGNAL_SOURCECLOSE, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
gst_web_media_source_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  auto self = GST_WEB_MEDIA_SOURCE (object);
  switch (id) {
  case PROP_HANDLE:
    g_value_set_object (value, self->state->handle.get ());
    break;
  case PROP_SOURCE_BUFFERS:
    g_value_set_object (value, self->state->all.get ());
    break;
  case PROP_ACTIVE_SOURCE_BUFFERS:
    g_value_set_object (value, self->state->active.get ());
    break;
  case PROP_READY_STATE:
    g_value_set_enum (value, gst_web_media_source_get_ready_state (self));
    break;
  case PROP_DURATION:
    g_value_set_uint64 (value, gst_web_media_source_get_duration (self));
    break;
  case PROP_AUDIO_TRACKS:
    g_value_set_object (value, self->state->lists.audio.get ());
    break;
  case PROP_VIDEO_TRACKS:
    g_value_set_object (value, self->state->lists.video.get ());
    break;
  case PROP_TEXT_TRACKS:
    g_value_set_object (value, self->state->lists.text.get ());
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

namespace {

// Lets the objects of source buffers go after their last events. Who has a list
// keeps them alive: so this is to be done for as long as one plays, with or
// without the owner.
class Pruner : public mse::MediaSourceListener {
public:
  Pruner (std::shared_ptr<TaskQueue> tasks,
      std::weak_ptr<SourceBufferObjects> objects)
      : tasks_ (std::move (tasks)),
        objects_ (std::move (objects))
  {}

  void on_event (mse::MediaSourceEvent) override {}
  void on_track_event (
      mse::TrackEvent, const std::shared_ptr<mse::Track> &) override
  {}

  void on_gone (const mse::MediaSource::Buffers &buffers) final
  {
    using Gone = std::vector<std::weak_ptr<mse::SourceBuffer>>;
    tasks_->post (
        [weak = objects_, gone = Gone (buffers.begin (), buffers.end ())] {
          if (auto objects = weak.lock ())
            objects->forget (gone);
        });
  }

protected:
  const std::shared_ptr<TaskQueue> tasks_;

private:
  const std::weak_ptr<SourceBufferObjects> objects_;
};

// Events of the engine become signals, in the owner's context.
class Listener final : public Pruner {
public:
  Listener (GstWebMediaSource *object, std::shared_ptr<TaskQueue> tasks,
      std::weak_ptr<SourceBufferObjects> objects)
      : Pruner (std::move (tasks), std::move (objects)),
        object_ (WeakRef<GstWebMediaSource>::create (object))
  {}

  void on_event (mse::MediaSourceEvent event) override
  {
    tasks_->post_to (object_, {event}, emit);
  }

  void on_track_event (
      mse::TrackEvent event, const std::shared_ptr<mse::Track> &track) override
  {
    tasks_->post ([weak = object_, event, track] {
      if (auto object = weak->lock ())
        track_lists_of (object.get ())
            .emit (*objects_of (object.get ()), event, track);
    });
  }

private:
  static void emit (GstWebMediaSource *object, mse::MediaSourceEvent event)
  {
    using Event = mse::MediaSourceEvent;
    MediaSourceState *state = object->state;
    switch (event) {
    case Event::sourceopen:
      g_signal_emit (object, signals[SIGNAL_SOURCEOPEN], 0);
      break;
    case Event::sourceended:
      g_signal_emit (object, signals[SIGNAL_SOURCEENDED], 0);
      break;
    case Event::sourceclose:
      g_signal_emit (object, signals[SIGNAL_SOURCECLOSE], 0);
      break;
    case Event::addsourcebuffer:
      emit_list_event (state->all.get (), true);
      break;
    case Event::removesourcebuffer:
      emit_list_event (state->all.get (), false);
      break;
    case Event::active_addsourcebuffer:
      emit_list_event (state->active.get (), true);
      break;
    case Event::active_removesourcebuffer:
      emit_list_event (state->active.get (), false);
      break;
    case Event::startstreaming:
    case Event::endstreaming:
      emit_streaming (object, event == Event::startstreaming);
      break;
    }
  }

  const std::shared_ptr<WeakRef<GstWebMediaSource>> object_;
};

} // namespace

static void
gst_web_media_source_dispose (GObject *object)
{
  MediaSourceState *state = GST_WEB_MEDIA_SOURCE (object)->state;
  state->engine->abandon (
      std::make_shared<Pruner> (state->tasks, state->objects));
  G_OBJECT_CLASS (gst_web_media_source_parent_class)->dispose (object);
}

static void
gst_web_media_source_finalize (GObject *object)
{
  delete GST_WEB_MEDIA_SOURCE (object)->state;
  G_OBJECT_CLASS (gst_web_media_source_parent_class)->finalize (object);
}

static void
gst_web_media_source_constructed (GObject *object)
{
  G_OBJECT_CLASS (gst_web_media_source_parent_class)->constructed (object);
  auto self = GST_WEB_MEDIA_SOURCE (object);
  auto engine = std::make_shared<mse::MediaSource> (
      GST_IS_WEB_MANAGED_MEDIA_SOURCE (self));
  auto tasks = TaskQueue::create ();
  auto objects = std::make_shared<SourceBufferObjects> (tasks);
  engine->set_listener (std::make_shared<Listener> (self, tasks, objects));
  self->state = new MediaSourceState{
      .engine = engine,
      .tasks = tasks,
      .objects = objects,
      .all = make_source_buffer_list (engine, objects, false),
      .active = make_source_buffer_list (engine, objects, true),
      .handle = wrap_media_source_handle (
          std::make_shared<mse::MediaSourceHandle> (engine)),
      .lists = TrackLists::make (
          engine, std::weak_ptr<SourceBufferObjects> (objects)),
  };
}

static guint
new_event (const char *name)
{
  return g_signal_new (name, GST_TYPE_WEB_MEDIA_SOURCE, G_SIGNAL_RUN_LAST, 0,
      nullptr, nullptr, nullptr, G_TYPE_NONE, 0);
}

static void
gst_web_media_source_class_init (GstWebMediaSourceClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->constructed = gst_web_media_source_constructed;
  object_class->get_property = gst_web_media_source_get_property;
  object_class->dispose = gst_web_media_source_dispose;
  object_class->finalize = gst_web_media_source_finalize;
  auto flags = GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * GstWebMediaSource:handle: (getter get_handle)
   *
   * What an element is given to play this; the same object each time.
   */
  g_object_class_install_property (object_class, PROP_HANDLE,
      g_param_spec_object ("handle", "Handle",
          "What an element is given to play this",
          GST_TYPE_WEB_MEDIA_SOURCE_HANDLE, flags));
  /**
   * GstWebMediaSource:source-buffers: (getter get_source_buffers)
   *
   * The source buffers, in the order in which they were added.
   */
  g_object_class_install_property (object_class, PROP_SOURCE_BUFFERS,
      g_param_spec_object ("source-buffers", "Source buffers",
          "The source buffers", GST_TYPE_WEB_SOURCE_BUFFER_LIST, flags));
  /**
   * GstWebMediaSource:active-source-buffers: (getter get_active_source_buffers)
   *
   * Those whose tracks play.
   */
  g_object_class_install_property (object_class, PROP_ACTIVE_SOURCE_BUFFERS,
      g_param_spec_object ("active-source-buffers", "Active source buffers",
          "The source buffers whose tracks play",
          GST_TYPE_WEB_SOURCE_BUFFER_LIST, flags));
  /**
   * GstWebMediaSource:ready-state: (getter get_ready_state)
   *
   * Whether an element is attached, and more may come.
   */
  g_object_class_install_property (object_class, PROP_READY_STATE,
      g_param_spec_enum ("ready-state", "Ready state",
          "Whether an element is attached, and more may come",
          GST_TYPE_WEB_READY_STATE, GST_WEB_READY_STATE_CLOSED, flags));
  /**
   * GstWebMediaSource:duration: (getter get_duration)
   *
   * In nanoseconds; %GST_CLOCK_TIME_NONE where the web has NaN,
   * %GST_WEB_CLOCK_TIME_INFINITE for a live presentation.
   */
  g_object_class_install_property (object_class, PROP_DURATION,
      g_param_spec_uint64 ("duration", "Duration", "In nanoseconds", 0,
          G_MAXUINT64, GST_CLOCK_TIME_NONE, flags));

  /**
   * GstWebMediaSource:audio-tracks: (getter get_audio_tracks)
   *
   * The audio tracks of all source buffers: the list of the web's media
   * element.
   */
  g_object_class_install_property (object_class, PROP_AUDIO_TRACKS,
      g_param_spec_object ("audio-tracks", "Audio tracks", "The audio tracks",
          GST_TYPE_WEB_AUDIO_TRACK_LIST, flags));
  /**
   * GstWebMediaSource:video-tracks: (getter get_video_tracks)
   *
   * The video tracks of all source buffers: the list of the web's media
   * element.
   */
  g_object_class_install_property (object_class, PROP_VIDEO_TRACKS,
      g_param_spec_object ("video-tracks", "Video tracks", "The video tracks",
          GST_TYPE_WEB_VIDEO_TRACK_LIST, flags));
  /**
   * GstWebMediaSource:text-tracks: (getter get_text_tracks)
   *
   * The text tracks of all source buffers: the list of the web's media element.
   */
  g_object_class_install_property (object_class, PROP_TEXT_TRACKS,
      g_param_spec_object ("text-tracks", "Text tracks", "The text tracks",
          GST_TYPE_WEB_TEXT_TRACK_LIST, flags));

  /**
   * GstWebMediaSource::sourceopen:
   * @self: the media source
   *
   * An element has attached, or an ended media source was added to: the ready
   * state is `open`.
   */
  signals[SIGNAL_SOURCEOPEN] = new_event ("sourceopen");
  /**
   * GstWebMediaSource::sourceended:
   * @self: the media source
   *
   * The ready state is `ended`.
   */
  signals[SIGNAL_SOURCEENDED] = new_event ("sourceended");
  /**
   * GstWebMediaSource::sourceclose:
   * @self: the media source
   *
   * The element was detached: the ready state is `closed`, the source buffers
   * are gone.
   */
  signals[SIGNAL_SOURCECLOSE] = new_event ("sourceclose");
}

static void
gst_web_media_source_init (GstWebMediaSource *self)
{}

const std::shared_ptr<mse::MediaSource> &
webmedia::engine_of (GstWebMediaSource *self)
{
  return self->state->engine;
}

const std::shared_ptr<TaskQueue> &
webmedia::tasks_of (GstWebMediaSource *self)
{
  return self->state->tasks;
}

const std::shared_ptr<SourceBufferObjects> &
webmedia::objects_of (GstWebMediaSource *self)
{
  return self->state->objects;
}

const TrackLists &
webmedia::track_lists_of (GstWebMediaSource *self)
{
  return self->state->lists;
}

/**
 * gst_web_media_source_new:
 *
 * Returns: (transfer full): a media source that no element plays yet; its
 *     events go to the main context that is thread-default now
 */
GstWebMediaSource *
gst_web_media_source_new (void)
{
  return GST_WEB_MEDIA_SOURCE (
      gst_object_ref_sink (g_object_new (GST_TYPE_WEB_MEDIA_SOURCE, nullptr)));
}

/**
 * gst_web_media_source_get_handle:
 * @self: the media source
 *
 * Returns: (transfer none): what an element is given to play this; the same
 *     object each time
 */
GstWebMediaSourceHandle *
gst_web_media_source_get_handle (GstWebMediaSource *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_SOURCE (self), nullptr);
  return GST_WEB_MEDIA_SOURCE_HANDLE (self->state->handle.get ());
}

/**
 * gst_web_media_source_get_source_buffers:
 * @self: the media source
 *
 * Returns: (transfer none): the source buffers, in the order in which they were
 *     added
 */
GstWebSourceBufferList *
gst_web_media_source_get_source_buffers (GstWebMediaSource *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_SOURCE (self), nullptr);
  return self->state->all.get ();
}

/**
 * gst_web_media_source_get_active_source_buffers:
 * @self: the media source
 *
 * Returns: (transfer none): the source buffers whose tracks play
 */
GstWebSourceBufferList *
gst_web_media_source_get_active_source_buffers (GstWebMediaSource *self)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_SOURCE (self), nullptr);
  return self->state->active.get ();
}
