// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/mse.hh"

using namespace webmedia;

namespace {

struct State {
  std::shared_ptr<mse::MediaSource> source;
  std::shared_ptr<SourceBufferObjects> objects;
  bool active = false;

  mse::MediaSource::Buffers buffers () const
  {
    if (!source)
      return {};
    return active ? source->active_source_buffers ()
                  : source->source_buffers ();
  }
};

} // namespace

/**
 * GstWebSourceBufferList:
 *
 * The source buffers of a #GstWebMediaSource: the web's
 * [SourceBufferList](https://www.w3.org/TR/media-source-2/#sourcebufferlist).
 * It is live: what it holds changes with the media source. Any thread may use
 * it.
 */
struct _GstWebSourceBufferList {
  GstObject parent;
  State *state;
};

G_DEFINE_FINAL_TYPE (
    GstWebSourceBufferList, gst_web_source_buffer_list, GST_TYPE_OBJECT)

enum { PROP_0, PROP_LENGTH };
enum { SIGNAL_ADD, SIGNAL_REMOVE, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
gst_web_source_buffer_list_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  auto self = GST_WEB_SOURCE_BUFFER_LIST (object);
  if (id == PROP_LENGTH)
    g_value_set_uint (value, gst_web_source_buffer_list_get_length (self));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_web_source_buffer_list_finalize (GObject *object)
{
  delete GST_WEB_SOURCE_BUFFER_LIST (object)->state;
  G_OBJECT_CLASS (gst_web_source_buffer_list_parent_class)->finalize (object);
}

static void
gst_web_source_buffer_list_class_init (GstWebSourceBufferListClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->get_property = gst_web_source_buffer_list_get_property;
  object_class->finalize = gst_web_source_buffer_list_finalize;

  /**
   * GstWebSourceBufferList:length:
   *
   * How many source buffers are in the list.
   */
  g_object_class_install_property (object_class, PROP_LENGTH,
      g_param_spec_uint ("length", "Length",
          "How many source buffers are in the list", 0, G_MAXUINT, 0,
          GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)));
  /**
   * GstWebSourceBufferList::addsourcebuffer:
   * @self: the list
   *
   * A source buffer was added.
   */
  signals[SIGNAL_ADD] =
      g_signal_new ("addsourcebuffer", G_TYPE_FROM_CLASS (klass),
          G_SIGNAL_RUN_LAST, 0, nullptr, nullptr, nullptr, G_TYPE_NONE, 0);
  /**
   * GstWebSourceBufferList::removesourcebuffer:
   * @self: the list
   *
   * One or more source buffers were removed.
   */
  signals[SIGNAL_REMOVE] =
      g_signal_new ("removesourcebuffer", G_TYPE_FROM_CLASS (klass),
          G_SIGNAL_RUN_LAST, 0, nullptr, nullptr, nullptr, G_TYPE_NONE, 0);
}

static void
gst_web_source_buffer_list_init (GstWebSourceBufferList *self)
{
  self->state = new State;
}

Ptr<GstWebSourceBufferList>
webmedia::make_source_buffer_list (std::shared_ptr<mse::MediaSource> source,
    std::shared_ptr<SourceBufferObjects> objects, bool active)
{
  auto self = GST_WEB_SOURCE_BUFFER_LIST (gst_object_ref_sink (
      g_object_new (GST_TYPE_WEB_SOURCE_BUFFER_LIST, nullptr)));
  *self->state = {std::move (source), std::move (objects), active};
  return Ptr<GstWebSourceBufferList>::adopt (self);
}

void
webmedia::emit_list_event (GstWebSourceBufferList *self, bool added)
{
  g_signal_emit (self, signals[added ? SIGNAL_ADD : SIGNAL_REMOVE], 0);
}

/**
 * gst_web_source_buffer_list_get_length:
 * @self: the list
 *
 * Returns: how many source buffers are in the list
 */
guint
gst_web_source_buffer_list_get_length (GstWebSourceBufferList *self)
{
  g_return_val_if_fail (GST_IS_WEB_SOURCE_BUFFER_LIST (self), 0);
  return guint (self->state->buffers ().size ());
}

/**
 * gst_web_source_buffer_list_get:
 * @self: the list
 * @index: which one, from 0
 *
 * The web's `list[index]`: the same object each time.
 *
 * Returns: (transfer full) (nullable): the source buffer, or %NULL when
 *     @index is not less than the length
 */
GstWebSourceBuffer *
gst_web_source_buffer_list_get (GstWebSourceBufferList *self, guint index)
{
  g_return_val_if_fail (GST_IS_WEB_SOURCE_BUFFER_LIST (self), nullptr);
  auto buffers = self->state->buffers ();
  if (index >= buffers.size ())
    return nullptr;
  return self->state->objects->get (buffers[index]).release ();
}
