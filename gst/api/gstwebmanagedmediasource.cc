// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/mse.hh"
#include "base/worker-pool.hh"

using namespace webmedia;

/**
 * GstWebManagedMediaSource:
 *
 * A media source that says when it wants data, and may evict what is stored at
 * any time: the web's
 * [ManagedMediaSource](https://www.w3.org/TR/media-source-2/#managedmediasource).
 * Its source buffers are #GstWebManagedSourceBuffer.
 *
 * Append while #GstWebManagedMediaSource:streaming is set: it is where less
 * than ten seconds lie ahead of the playhead, and until more than thirty do.
 *
 * When the system runs low on memory (#GMemoryMonitor), everything is evicted
 * that is not played soon; gst_web_managed_media_source_clean_memory() does the
 * same. Listen to #GstWebManagedSourceBuffer::bufferedchange.
 */
struct _GstWebManagedMediaSource {
  GstWebMediaSource parent;
  GMemoryMonitor *memory_monitor;
};

G_DEFINE_FINAL_TYPE (GstWebManagedMediaSource, gst_web_managed_media_source,
    GST_TYPE_WEB_MEDIA_SOURCE)

enum { PROP_STREAMING = 1 };
enum { SIGNAL_STARTSTREAMING, SIGNAL_ENDSTREAMING, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
gst_web_managed_media_source_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_STREAMING)
    g_value_set_boolean (value, gst_web_managed_media_source_get_streaming (
                                    GST_WEB_MANAGED_MEDIA_SOURCE (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

// Not here and now: it waits for appends.
static void
clean_memory_later (GstWebManagedMediaSource *self)
{
  auto engine = engine_of (GST_WEB_MEDIA_SOURCE (self));
  run_in_pool ([engine] { engine->clean_memory (); });
}

static void
gst_web_managed_media_source_constructed (GObject *object)
{
  G_OBJECT_CLASS (gst_web_managed_media_source_parent_class)
      ->constructed (object);
  auto self = GST_WEB_MANAGED_MEDIA_SOURCE (object);
  self->memory_monitor = g_memory_monitor_dup_default ();
  if (self->memory_monitor)
    g_signal_connect_object (self->memory_monitor, "low-memory-warning",
        G_CALLBACK (clean_memory_later), self, G_CONNECT_SWAPPED);
}

static void
gst_web_managed_media_source_dispose (GObject *object)
{
  g_clear_object (&GST_WEB_MANAGED_MEDIA_SOURCE (object)->memory_monitor);
  G_OBJECT_CLASS (gst_web_managed_media_source_parent_class)->dispose (object);
}

static guint
new_event (const char *name)
{
  return g_signal_new (name, GST_TYPE_WEB_MANAGED_MEDIA_SOURCE,
      G_SIGNAL_RUN_LAST, 0, nullptr, nullptr, nullptr, G_TYPE_NONE, 0);
}

static void
gst_web_managed_media_source_class_init (GstWebManagedMediaSourceClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->constructed = gst_web_managed_media_source_constructed;
  object_class->dispose = gst_web_managed_media_source_dispose;
  object_class->get_property = gst_web_managed_media_source_get_property;

  /**
   * GstWebManagedMediaSource:streaming: (getter get_streaming)
   *
   * Whether data should be fetched and appended.
   */
  g_object_class_install_property (object_class, PROP_STREAMING,
      g_param_spec_boolean ("streaming", "Streaming",
          "Whether data should be fetched and appended", FALSE,
          GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)));

  /**
   * GstWebManagedMediaSource::startstreaming:
   * @self: the media source
   *
   * Data should be fetched and appended: little lies ahead of the playhead.
   */
  signals[SIGNAL_STARTSTREAMING] = new_event ("startstreaming");
  /**
   * GstWebManagedMediaSource::endstreaming:
   * @self: the media source
   *
   * Enough lies ahead of the playhead to rest for a while.
   */
  signals[SIGNAL_ENDSTREAMING] = new_event ("endstreaming");
}

static void
gst_web_managed_media_source_init (GstWebManagedMediaSource *self)
{}

void
webmedia::emit_streaming (GstWebMediaSource *self, bool starts)
{
  g_object_notify (G_OBJECT (self), "streaming");
  g_signal_emit (
      self, signals[starts ? SIGNAL_STARTSTREAMING : SIGNAL_ENDSTREAMING], 0);
}

/**
 * gst_web_managed_media_source_new:
 *
 * Returns: (transfer full): a managed media source that no element plays yet;
 *     its events go to the main context that is thread-default now
 */
GstWebManagedMediaSource *
gst_web_managed_media_source_new (void)
{
  return GST_WEB_MANAGED_MEDIA_SOURCE (gst_object_ref_sink (
      g_object_new (GST_TYPE_WEB_MANAGED_MEDIA_SOURCE, nullptr)));
}

/**
 * gst_web_managed_media_source_get_streaming:
 * @self: the media source
 *
 * https://www.w3.org/TR/media-source-2/#dom-managedmediasource-streaming
 *
 * Returns: whether data should be fetched and appended
 */
gboolean
gst_web_managed_media_source_get_streaming (GstWebManagedMediaSource *self)
{
  g_return_val_if_fail (GST_IS_WEB_MANAGED_MEDIA_SOURCE (self), FALSE);
  return engine_of (GST_WEB_MEDIA_SOURCE (self))->streaming ();
}

/**
 * gst_web_managed_media_source_clean_memory:
 * @self: the media source
 *
 * Evicts everything but what lies from a few seconds behind the playhead to
 * thirty seconds ahead of it, and what was appended last; of source buffers
 * that do not play, everything. Waits for running appends and removals. On the
 * web, only the user agent does this.
 *
 * https://www.w3.org/TR/media-source-2/#managedmediasource-memory-cleanup
 */
void
gst_web_managed_media_source_clean_memory (GstWebManagedMediaSource *self)
{
  g_return_if_fail (GST_IS_WEB_MANAGED_MEDIA_SOURCE (self));
  engine_of (GST_WEB_MEDIA_SOURCE (self))->clean_memory ();
}
