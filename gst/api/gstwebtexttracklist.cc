// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/tracks.hh"

#include <gst/webmedia/gstwebtexttracklist.h>

using namespace webmedia;

/**
 * GstWebTextTrackList:
 *
 * The text tracks of a #GstWebSourceBuffer, or of all that a #GstWebMediaSource
 * has: the web's
 * [TextTrackList](https://html.spec.whatwg.org/multipage/media.html#texttracklist).
 * It is live, and any thread may use it. Its signals are emitted in the main
 * context of the media source.
 */
struct _GstWebTextTrackList {
  GstObject parent;
  TrackListContents *contents;
};

G_DEFINE_FINAL_TYPE (
    GstWebTextTrackList, gst_web_text_track_list, GST_TYPE_OBJECT)

enum { PROP_0, PROP_LENGTH };

static void
gst_web_text_track_list_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  auto self = GST_WEB_TEXT_TRACK_LIST (object);
  if (id == PROP_LENGTH)
    g_value_set_uint (value, gst_web_text_track_list_get_length (self));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_web_text_track_list_finalize (GObject *object)
{
  delete GST_WEB_TEXT_TRACK_LIST (object)->contents;
  G_OBJECT_CLASS (gst_web_text_track_list_parent_class)->finalize (object);
}

static void
gst_web_text_track_list_class_init (GstWebTextTrackListClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->get_property = gst_web_text_track_list_get_property;
  object_class->finalize = gst_web_text_track_list_finalize;

  /**
   * GstWebTextTrackList:length: (getter get_length)
   *
   * How many tracks are in the list.
   */
  g_object_class_install_property (object_class, PROP_LENGTH,
      g_param_spec_uint ("length", "Length", "How many tracks are in the list",
          0, G_MAXUINT, 0,
          GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)));
  /**
   * GstWebTextTrackList::addtrack:
   * @self: the list
   * @track: the track
   *
   * A track was added.
   */
  new_track_event (
      G_TYPE_FROM_CLASS (klass), "addtrack", GST_TYPE_WEB_TEXT_TRACK);
  /**
   * GstWebTextTrackList::removetrack:
   * @self: the list
   * @track: the track
   *
   * A track was removed.
   */
  new_track_event (
      G_TYPE_FROM_CLASS (klass), "removetrack", GST_TYPE_WEB_TEXT_TRACK);
  /**
   * GstWebTextTrackList::change:
   * @self: the list
   *
   * The mode of a track has changed.
   */
  new_track_event (G_TYPE_FROM_CLASS (klass), "change", G_TYPE_NONE);
}

static void
gst_web_text_track_list_init (GstWebTextTrackList *self)
{
  self->contents = new TrackListContents (mse::TrackKind::text);
}

Ptr<GObject>
webmedia::make_text_track_list (TrackListContents contents)
{
  auto self = GST_WEB_TEXT_TRACK_LIST (gst_object_ref_sink (
      g_object_new (GST_TYPE_WEB_TEXT_TRACK_LIST, nullptr)));
  *self->contents = std::move (contents);
  return Ptr<GObject>::adopt (G_OBJECT (self));
}

/**
 * gst_web_text_track_list_get_length:
 * @self: the list
 *
 * Returns: how many tracks are in the list
 */
guint
gst_web_text_track_list_get_length (GstWebTextTrackList *self)
{
  g_return_val_if_fail (GST_IS_WEB_TEXT_TRACK_LIST (self), 0);
  return guint (self->contents->tracks ().size ());
}

/**
 * gst_web_text_track_list_get:
 * @self: the list
 * @index: which one, from 0
 *
 * The web's `list[index]`: the same object each time.
 *
 * Returns: (transfer full) (nullable): the track, or %NULL when @index is not
 *     less than the length
 */
GstWebTextTrack *
gst_web_text_track_list_get (GstWebTextTrackList *self, guint index)
{
  g_return_val_if_fail (GST_IS_WEB_TEXT_TRACK_LIST (self), nullptr);
  auto track = self->contents->get (index);
  return reinterpret_cast<GstWebTextTrack *> (track.release ());
}

/**
 * gst_web_text_track_list_get_by_id:
 * @self: the list
 * @id: the `id` of a track
 *
 * The web's `getTrackById(id)`.
 *
 * Returns: (transfer full) (nullable): the track, or %NULL when none has @id
 */
GstWebTextTrack *
gst_web_text_track_list_get_by_id (GstWebTextTrackList *self, const gchar *id)
{
  g_return_val_if_fail (GST_IS_WEB_TEXT_TRACK_LIST (self), nullptr);
  g_return_val_if_fail (id != nullptr, nullptr);
  auto track = self->contents->get_by_id (id);
  return reinterpret_cast<GstWebTextTrack *> (track.release ());
}
