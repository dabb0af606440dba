// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/audio-param.hh"

#include <algorithm>

using namespace webmedia;

namespace {

struct Entry {
  std::string name;
  Ptr<GstWebAudioParam> param;
};
using Entries = std::vector<Entry>;

} // namespace

/**
 * GstWebAudioParamMap:
 *
 * The parameters of a node by their names, in the order in which the processor
 * declares them: the web's
 * [AudioParamMap](https://webaudio.github.io/web-audio-api/#AudioParamMap). It
 * never changes.
 */
struct _GstWebAudioParamMap {
  GstObject parent;
  Entries *entries;
};

G_DEFINE_FINAL_TYPE (
    GstWebAudioParamMap, gst_web_audio_param_map, GST_TYPE_OBJECT)

enum { PROP_SIZE = 1 };

static void
gst_web_audio_param_map_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  if (id == PROP_SIZE)
    g_value_set_uint (value,
        gst_web_audio_param_map_get_size (GST_WEB_AUDIO_PARAM_MAP (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
gst_web_audio_param_map_finalize (GObject *object)
{
  delete GST_WEB_AUDIO_PARAM_MAP (object)->entries;
  G_OBJECT_CLASS (gst_web_audio_param_map_parent_class)->finalize (object);
}

static void
gst_web_audio_param_map_class_init (GstWebAudioParamMapClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->get_property = gst_web_audio_param_map_get_property;
  object_class->finalize = gst_web_audio_param_map_finalize;

  /**
   * GstWebAudioParamMap:size: (getter get_size)
   *
   * How many parameters there are.
   */
  g_object_class_install_property (object_class, PROP_SIZE,
      g_param_spec_uint ("size", "Size", "How many parameters there are", 0,
          G_MAXUINT, 0,
          GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)));
}

static void
gst_web_audio_param_map_init (GstWebAudioParamMap *self)
{
  self->entries = new Entries;
}

Ptr<GstWebAudioParamMap>
webmedia::wrap_params (
    const std::vector<std::shared_ptr<worklet::Param>> &params)
{
  auto self = Ptr<GstWebAudioParamMap>::adopt (
      GST_WEB_AUDIO_PARAM_MAP (gst_object_ref_sink (
          g_object_new (GST_TYPE_WEB_AUDIO_PARAM_MAP, nullptr))));
  for (const auto &param : params)
    self->entries->push_back ({param->descriptor.name, wrap_param (param)});
  return self;
}

/**
 * gst_web_audio_param_map_get_size:
 * @self: a map
 *
 * Returns: how many parameters there are
 */
guint
gst_web_audio_param_map_get_size (GstWebAudioParamMap *self)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_PARAM_MAP (self), 0);
  return static_cast<guint> (self->entries->size ());
}

/**
 * gst_web_audio_param_map_get:
 * @self: a map
 * @name: the name of a parameter
 *
 * Returns: (transfer none) (nullable): the parameter, always the same object;
 *     %NULL when there is none of this name
 */
GstWebAudioParam *
gst_web_audio_param_map_get (GstWebAudioParamMap *self, const gchar *name)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_PARAM_MAP (self), nullptr);
  g_return_val_if_fail (name != nullptr, nullptr);
  auto found = std::find_if (self->entries->begin (), self->entries->end (),
      [name] (const Entry &entry) { return entry.name == name; });
  return found == self->entries->end () ? nullptr : found->param.get ();
}

/**
 * gst_web_audio_param_map_has:
 * @self: a map
 * @name: the name of a parameter
 *
 * Returns: whether there is one of this name
 */
gboolean
gst_web_audio_param_map_has (GstWebAudioParamMap *self, const gchar *name)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_PARAM_MAP (self), FALSE);
  g_return_val_if_fail (name != nullptr, FALSE);
  return gst_web_audio_param_map_get (self, name) != nullptr;
}

/**
 * gst_web_audio_param_map_keys:
 * @self: a map
 *
 * Returns: (transfer full) (array zero-terminated=1): the names
 */
gchar **
gst_web_audio_param_map_keys (GstWebAudioParamMap *self)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_PARAM_MAP (self), nullptr);
  gchar **keys = g_new0 (gchar *, self->entries->size () + 1);
  gchar **next = keys;
  for (const Entry &entry : *self->entries)
    *next++ = g_strdup (entry.name.c_str ());
  return keys;
}

/**
 * gst_web_audio_param_map_values:
 * @self: a map
 *
 * Returns: (transfer container) (element-type GstWebAudioParam): the
 *     parameters, in the order of gst_web_audio_param_map_keys()
 */
GPtrArray *
gst_web_audio_param_map_values (GstWebAudioParamMap *self)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_PARAM_MAP (self), nullptr);
  GPtrArray *values = g_ptr_array_new_with_free_func (gst_object_unref);
  for (const Entry &entry : *self->entries)
    g_ptr_array_add (values, gst_object_ref (entry.param.get ()));
  return values;
}
