// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/mse.hh"

using namespace webmedia;

/**
 * GstWebBufferedChangeEvent:
 *
 * What has changed of the `buffered` of a [class@ManagedSourceBuffer]: the
 * web's
 * [BufferedChangeEvent](https://www.w3.org/TR/media-source-2/#bufferedchangeevent).
 * It does not change any more.
 */
struct _GstWebBufferedChangeEvent {
  GObject parent;
  GstWebTimeRanges *added;
  GstWebTimeRanges *removed;
};

G_DEFINE_FINAL_TYPE (
    GstWebBufferedChangeEvent, gst_web_buffered_change_event, G_TYPE_OBJECT)

enum { PROP_ADDED_RANGES = 1, PROP_REMOVED_RANGES };

static void
gst_web_buffered_change_event_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  auto self = GST_WEB_BUFFERED_CHANGE_EVENT (object);
  switch (id) {
  case PROP_ADDED_RANGES:
    g_value_set_boxed (value, self->added);
    break;
  case PROP_REMOVED_RANGES:
    g_value_set_boxed (value, self->removed);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
gst_web_buffered_change_event_finalize (GObject *object)
{
  auto self = GST_WEB_BUFFERED_CHANGE_EVENT (object);
  gst_web_time_ranges_unref (self->added);
  gst_web_time_ranges_unref (self->removed);
  G_OBJECT_CLASS (gst_web_buffered_change_event_parent_class)
      ->finalize (object);
}

static void
gst_web_buffered_change_event_class_init (GstWebBufferedChangeEventClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  auto flags = GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  object_class->get_property = gst_web_buffered_change_event_get_property;
  object_class->finalize = gst_web_buffered_change_event_finalize;

  /**
   * GstWebBufferedChangeEvent:added-ranges: (getter get_added_ranges)
   *
   * What is buffered now and was not before.
   */
  g_object_class_install_property (object_class, PROP_ADDED_RANGES,
      g_param_spec_boxed ("added-ranges", "Added ranges",
          "What is buffered now and was not before", GST_TYPE_WEB_TIME_RANGES,
          flags));
  /**
   * GstWebBufferedChangeEvent:removed-ranges: (getter get_removed_ranges)
   *
   * What was buffered before and is not now.
   */
  g_object_class_install_property (object_class, PROP_REMOVED_RANGES,
      g_param_spec_boxed ("removed-ranges", "Removed ranges",
          "What was buffered before and is not now", GST_TYPE_WEB_TIME_RANGES,
          flags));
}

static void
gst_web_buffered_change_event_init (GstWebBufferedChangeEvent *self)
{
  self->added = wrap_time_ranges ({});
  self->removed = wrap_time_ranges ({});
}

Ptr<GstWebBufferedChangeEvent>
webmedia::wrap_buffered_change (const mse::BufferedChange &change)
{
  auto self =
      Ptr<GstWebBufferedChangeEvent>::adopt (GST_WEB_BUFFERED_CHANGE_EVENT (
          g_object_new (GST_TYPE_WEB_BUFFERED_CHANGE_EVENT, nullptr)));
  gst_web_time_ranges_unref (self.get ()->added);
  gst_web_time_ranges_unref (self.get ()->removed);
  self.get ()->added = wrap_time_ranges (change.added);
  self.get ()->removed = wrap_time_ranges (change.removed);
  return self;
}

/**
 * gst_web_buffered_change_event_get_added_ranges:
 * @self: an event
 *
 * Returns: (transfer none): what is buffered now and was not before; the same
 *     object each time
 */
GstWebTimeRanges *
gst_web_buffered_change_event_get_added_ranges (GstWebBufferedChangeEvent *self)
{
  g_return_val_if_fail (GST_IS_WEB_BUFFERED_CHANGE_EVENT (self), nullptr);
  return self->added;
}

/**
 * gst_web_buffered_change_event_get_removed_ranges:
 * @self: an event
 *
 * Returns: (transfer none): what was buffered before and is not now; the same
 *     object each time
 */
GstWebTimeRanges *
gst_web_buffered_change_event_get_removed_ranges (
    GstWebBufferedChangeEvent *self)
{
  g_return_val_if_fail (GST_IS_WEB_BUFFERED_CHANGE_EVENT (self), nullptr);
  return self->removed;
}
