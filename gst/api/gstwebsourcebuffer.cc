// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/tracks.hh"

using namespace webmedia;

struct webmedia::SourceBufferState {
  std::shared_ptr<mse::SourceBuffer> engine;
  std::shared_ptr<TaskQueue> tasks;
  TrackLists lists;
};

/**
 * GstWebSourceBuffer:
 *
 * Where media is appended: the web's
 * [SourceBuffer](https://www.w3.org/TR/media-source-2/#sourcebuffer). Made by
 * gst_web_media_source_add_source_buffer().
 *
 * Appends and removals come in two forms. gst_web_source_buffer_append_buffer()
 * returns at once, and #GstWebSourceBuffer::updateend tells when it is done;
 * gst_web_source_buffer_append_buffer_sync() returns when it is done, for
 * threads without a main loop. One at a time may run:
 * #GstWebSourceBuffer:updating tells.
 *
 * Signals are emitted in the main context that was thread-default when the
 * #GstWebMediaSource was made. All methods can be called from any thread. They
 * fail with %GST_WEB_ERROR_INVALID_STATE once the source buffer was removed
 * from its media source, or that one is gone: it does not keep it alive.
 */
G_DEFINE_TYPE (GstWebSourceBuffer, gst_web_source_buffer, GST_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_MODE,
  PROP_UPDATING,
  PROP_BUFFERED,
  PROP_TIMESTAMP_OFFSET,
  PROP_APPEND_WINDOW_START,
  PROP_APPEND_WINDOW_END,
  PROP_AUDIO_TRACKS,
  PROP_VIDEO_TRACKS,
  PROP_TEXT_TRACKS,
  PROP_QUOTA,
  PROP_STORED_BYTES,
};
enum {
  SIGNAL_UPDATESTART,
  SIGNAL_UPDATE,
  SIGNAL_UPDATEEND,
  SIGNAL_ERROR,
  SIGNAL_ABORT,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
gst_web_source_buffer_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  auto self = GST_WEB_SOURCE_BUFFER (object);
  switch (id) {
  case PROP_MODE:
    g_value_set_enum (value, gst_web_source_buffer_get_mode (self));
    break;
  case PROP_UPDATING:
    g_value_set_boolean (value, gst_web_source_buffer_get_updating (self));
    break;
  case PROP_BUFFERED:
    g_value_take_boxed (
        value, gst_web_source_buffer_get_buffered (self, nullptr));
    break;
  case PROP_TIMESTAMP_OFFSET:
    g_value_set_int64 (
        value, gst_web_source_buffer_get_timestamp_offset (self));
    break;
  case PROP_APPEND_WINDOW_START:
    g_value_set_uint64 (
        value, gst_web_source_buffer_get_append_window_start (self));
    break;
  case PROP_APPEND_WINDOW_END:
    g_value_set_uint64 (
        value, gst_web_source_buffer_get_append_window_end (self));
    break;
  case PROP_QUOTA:
    g_value_set_uint64 (value, gst_web_source_buffer_get_quota (self));
    break;
  case PROP_STORED_BYTES:
    g_value_set_uint64 (value, gst_web_source_buffer_get_stored_bytes (self));
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

static void
gst_web_source_buffer_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_QUOTA)
    gst_web_source_buffer_set_quota (
        GST_WEB_SOURCE_BUFFER (object), g_value_get_uint64 (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_web_source_buffer_finalize (GObject *object)
{
  delete GST_WEB_SOURCE_BUFFER (object)->state;
  G_OBJECT_CLASS (gst_web_source_buffer_parent_class)->finalize (object);
}

static guint
new_event (const char *name)
{
  return g_signal_new (name, GST_TYPE_WEB_SOURCE_BUFFER, G_SIGNAL_RUN_LAST, 0,
      nullptr, nullptr, nullptr, G_TYPE_NONE, 0);
}

static void
gst_web_source_buffer_class_init (GstWebSourceBufferClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->get_property = gst_web_source_buffer_get_property;
  object_class->set_property = gst_web_source_buffer_set_property;
  object_class->finalize = gst_web_source_buffer_finalize;
  auto flags = GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * GstWebSourceBuffer:mode: (getter get_mode)
   *
   * How media segments are placed in time: set with
   * gst_web_source_buffer_set_mode(), which can fail.
   */
  g_object_class_install_property (object_class, PROP_MODE,
      g_param_spec_enum ("mode", "Mode", "How media segments are placed",
          GST_TYPE_WEB_APPEND_MODE, GST_WEB_APPEND_MODE_SEGMENTS, flags));
  /**
   * GstWebSourceBuffer:updating: (getter get_updating)
   *
   * Whether an append or a removal runs.
   */
  g_object_class_install_property (object_class, PROP_UPDATING,
      g_param_spec_boolean ("updating", "Updating",
          "Whether an append or a removal runs", FALSE, flags));
  /**
   * GstWebSourceBuffer:buffered:
   *
   * What is buffered; %NULL once the source buffer was removed.
   */
  g_object_class_install_property (object_class, PROP_BUFFERED,
      g_param_spec_boxed ("buffered", "Buffered", "What is buffered",
          GST_TYPE_WEB_TIME_RANGES, flags));
  /**
   * GstWebSourceBuffer:timestamp-offset: (getter get_timestamp_offset)
   *
   * What is added to the timestamps of what is appended, in nanoseconds.
   */
  g_object_class_install_property (object_class, PROP_TIMESTAMP_OFFSET,
      g_param_spec_int64 ("timestamp-offset", "Timestamp offset",
          "What is added to timestamps, in nanoseconds", G_MININT64, G_MAXINT64,
          0, flags));
  /**
   * GstWebSourceBuffer:append-window-start: (getter get_append_window_start)
   *
   * Frames that begin before it are dropped, but for sound, which is cut. In
   * nanoseconds.
   */
  g_object_class_install_property (object_class, PROP_APPEND_WINDOW_START,
      g_param_spec_uint64 ("append-window-start", "Append window start",
          "Frames that begin before it are dropped, sound is cut", 0,
          G_MAXUINT64, 0, flags));
  /**
   * GstWebSourceBuffer:append-window-end: (getter get_append_window_end)
   *
   * Frames that end after it are dropped, but for sound, which is cut. In
   * nanoseconds, or %GST_WEB_CLOCK_TIME_INFINITE.
   */
  g_object_class_install_property (object_class, PROP_APPEND_WINDOW_END,
      g_param_spec_uint64 ("append-window-end", "Append window end",
          "Frames that end after it are dropped, sound is cut", 0, G_MAXUINT64,
          GST_WEB_CLOCK_TIME_INFINITE, flags));
  /**
   * GstWebSourceBuffer:quota: (getter get_quota) (setter set_quota)
   *
   * How many bytes may be stored.
   */
  g_object_class_install_property (object_class, PROP_QUOTA,
      g_param_spec_uint64 ("quota", "Quota", "How many bytes may be stored", 0,
          G_MAXUINT64, 0,
          GParamFlags (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS)));
  /**
   * GstWebSourceBuffer:stored-bytes: (getter get_stored_bytes)
   *
   * How many bytes are stored.
   */
  g_object_class_install_property (object_class, PROP_STORED_BYTES,
      g_param_spec_uint64 ("stored-bytes", "Stored bytes",
          "How many bytes are stored", 0, G_MAXUINT64, 0, flags));

  /**
   * GstWebSourceBuffer:audio-tracks: (getter get_audio_tracks)
   *
   * The audio tracks that the first initialization segment has told of.
   */
  g_object_class_install_property (object_class, PROP_AUDIO_TRACKS,
      g_param_spec_object ("audio-tracks", "Audio tracks", "The audio tracks",
          GST_TYPE_WEB_AUDIO_TRACK_LIST, flags));
  /**
   * GstWebSourceBuffer:video-tracks: (getter get_video_tracks)
   *
   * The video tracks that the first initialization segment has told of.
   */
  g_object_class_install_property (object_class, PROP_VIDEO_TRACKS,
      g_param_spec_object ("video-tracks", "Video tracks", "The video tracks",
          GST_TYPE_WEB_VIDEO_TRACK_LIST, flags));
  /**
   * GstWebSourceBuffer:text-tracks: (getter get_text_tracks)
   *
   * The text tracks that the first initialization segment has told of.
   */
  g_object_class_install_property (object_class, PROP_TEXT_TRACKS,
      g_param_spec_object ("text-tracks", "Text tracks", "The text tracks",
          GST_TYPE_WEB_TEXT_TRACK_LIST, flags));

  /**
   * GstWebSourceBuffer::updatestart:
   * @self: the source buffer
   *
   * An append or a removal has begun.
   */
  signals[SIGNAL_UPDATESTART] = new_event ("updatestart");
  /**
   * GstWebSourceBuffer::update:
   * @self: the source buffer
   *
   * An append or a removal has succeeded: all of it is stored, and `buffered`
   * is final.
   */
  signals[SIGNAL_UPDATE] = new_event ("update");
  /**
   * GstWebSourceBuffer::updateend:
   * @self: the source buffer
   *
   * An append or a removal has ended, well or not. One for each `updatestart`.
   */
  signals[SIGNAL_UPDATEEND] = new_event ("updateend");
  /**
   * GstWebSourceBuffer::error:
   * @self: the source buffer
   * @error: what was wrong with the bytes
   *
   * An append has failed. The media source has `ended`, with an error.
   */
  signals[SIGNAL_ERROR] = g_signal_new ("error", G_TYPE_FROM_CLASS (klass),
      G_SIGNAL_RUN_LAST, 0, nullptr, nullptr, nullptr, G_TYPE_NONE, 1,
      G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);
  /**
   * GstWebSourceBuffer::abort:
   * @self: the source buffer
   *
   * An append was ended by gst_web_source_buffer_abort(), or by the removal of
   * the source buffer.
   */
  signals[SIGNAL_ABORT] = new_event ("abort");
}

// One that no media source made is like one that was removed.
static void
gst_web_source_buffer_init (GstWebSourceBuffer *self)
{
  auto engine =
      std::make_shared<mse::SourceBuffer> (std::weak_ptr<mse::MediaSource> (),
          *mse::check_supported ("video/mp4"), "");
  self->state = new SourceBufferState{
      engine, TaskQueue::create (), TrackLists::make (engine, {})};
}

namespace {

// Events of the engine become signals, in the owner's context.
class Listener final : public mse::SourceBufferListener {
public:
  Listener (GstWebSourceBuffer *object, std::shared_ptr<TaskQueue> tasks,
      std::weak_ptr<SourceBufferObjects> objects)
      : object_ (WeakRef<GstWebSourceBuffer>::create (object)),
        tasks_ (std::move (tasks)),
        objects_ (std::move (objects))
  {}

  void on_events (std::initializer_list<mse::SourceBufferEvent> events,
      const Error *error) override
  {
    if (!error) {
      tasks_->post_to (object_, events,
          [] (GstWebSourceBuffer *object, mse::SourceBufferEvent event) {
            g_signal_emit (object, signals[int (event)], 0);
          });
      return;
    }
    std::shared_ptr<GError> converted = convert (*error);
    tasks_->post_to (object_, events,
        [converted] (GstWebSourceBuffer *object, mse::SourceBufferEvent event) {
          if (event == mse::SourceBufferEvent::error)
            g_signal_emit (object, signals[SIGNAL_ERROR], 0, converted.get ());
          else
            g_signal_emit (object, signals[int (event)], 0);
        });
  }

  void on_buffered_change (const mse::BufferedChange &change) override
  {
    tasks_->post_to (object_, {change}, emit_buffered_change);
  }

  void on_track_event (
      mse::TrackEvent event, const std::shared_ptr<mse::Track> &track) override
  {
    tasks_->post ([weak = object_, weak_objects = objects_, event, track] {
      auto object = weak->lock ();
      auto objects = weak_objects.lock ();
      if (object && objects)
        track_lists_of (object.get ()).emit (*objects, event, track);
    });
  }

private:
  static std::shared_ptr<GError> convert (const Error &error)
  {
    GError *converted = nullptr;
    set_error (&converted, error);
    return {converted, g_error_free};
  }

  const std::shared_ptr<WeakRef<GstWebSourceBuffer>> object_;
  const std::shared_ptr<TaskQueue> tasks_;
  const std::weak_ptr<SourceBufferObjects> objects_;
};

static_assert (SIGNAL_UPDATESTART == int (mse::SourceBufferEvent::updatestart)
               && SIGNAL_UPDATE == int (mse::SourceBufferEvent::update)
               && SIGNAL_UPDATEEND == int (mse::SourceBufferEvent::updateend)
               && SIGNAL_ABORT == int (mse::SourceBufferEvent::abort));

} // namespace

Ptr<GstWebSourceBuffer>
webmedia::wrap_source_buffer (std::shared_ptr<mse::SourceBuffer> buffer,
    std::shared_ptr<TaskQueue> tasks,
    std::weak_ptr<SourceBufferObjects> objects)
{
  GType type = buffer->is_managed () ? GST_TYPE_WEB_MANAGED_SOURCE_BUFFER
                                     : GST_TYPE_WEB_SOURCE_BUFFER;
  auto self = GST_WEB_SOURCE_BUFFER (
      gst_object_ref_sink (g_object_new (type, nullptr)));
  auto lists = TrackLists::make (buffer, objects);
  buffer->set_listener (
      std::make_shared<Listener> (self, tasks, std::move (objects)));
  *self->state = {std::move (buffer), std::move (tasks), std::move (lists)};
  return Ptr<GstWebSourceBuffer>::adopt (self);
}

const std::shared_ptr<mse::SourceBuffer> &
webmedia::engine_of (GstWebSourceBuffer *self)
{
  return self->state->engine;
}

const std::shared_ptr<TaskQueue> &
webmedia::tasks_of (GstWebSourceBuffer *self)
{
  return self->state->tasks;
}

const TrackLists &
webmedia::track_lists_of (GstWebSourceBuffer *self)
{
  return self->state->lists;
}
