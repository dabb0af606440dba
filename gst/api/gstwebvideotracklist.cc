// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/tracks.hh"

#include <gst/webmedia/gstwebvideotracklist.h>

using namespace webmedia;

/**
 * GstWebVideoTrackList:
 *
 * The video tracks of a #GstWebSourceBuffer, or of all that a
 * #GstWebMediaSource has: the web's
 * [VideoTrackList](https://html.spec.whatwg.org/multipage/media.html#audiotracklist-and-videotracklist-objects).
 * It is live, and any thread may use it. Its signals are emitted in the main
 * context of the media source.
 */
struct _GstWebVideoTrackList {
  GstObject parent;
  TrackListContents *contents;
};

G_DEFINE_FINAL_TYPE (
    GstWebVideoTrackList, gst_web_video_track_list, GST_TYPE_OBJECT)

enum : guint { PROP_SELECTED_INDEX = LIST_PROPERTY_OWN };

static void
gst_web_video_track_list_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  auto self = GST_WEB_VIDEO_TRACK_LIST (object);
  if (id == PROP_SELECTED_INDEX)
    g_value_set_int (value, self->contents->selected_index ());
  else
    get_track_list_property (object, *self->contents, id, value, pspec);
}

static void
gst_web_video_track_list_finalize (GObject *object)
{
  delete GST_WEB_VIDEO_TRACK_LIST (object)->contents;
  G_OBJECT_CLASS (gst_web_video_track_list_parent_class)->finalize (object);
}

static void
gst_web_video_track_list_class_init (GstWebVideoTrackListClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->get_property = gst_web_video_track_list_get_property;
  object_class->finalize = gst_web_video_track_list_finalize;

  /**
   * GstWebVideoTrackList:length: (getter get_length)
   *
   * How many tracks are in the list.
   */
  /**
   * GstWebVideoTrackList::addtrack:
   * @self: the list
   * @track: the track
   *
   * A track was added.
   */
  /**
   * GstWebVideoTrackList::removetrack:
   * @self: the list
   * @track: the track
   *
   * A track was removed.
   */
  /**
   * GstWebVideoTrackList::change:
   * @self: the list
   *
   * Another track was selected, or none is any more.
   */
  install_track_list (object_class, GST_TYPE_WEB_VIDEO_TRACK);
  /**
   * GstWebVideoTrackList:selected-index: (getter get_selected_index)
   *
   * Which track is selected, or -1.
   */
  g_object_class_install_property (object_class, PROP_SELECTED_INDEX,
      g_param_spec_int ("selected-index", "Selected index",
          "Which track is selected, or -1", -1, G_MAXINT, -1, kReadOnly));
}

static void
gst_web_video_track_list_init (GstWebVideoTrackList *self)
{
  self->contents = new TrackListContents (mse::TrackKind::video);
}

Ptr<GObject>
webmedia::make_video_track_list (TrackListContents contents)
{
  auto self = GST_WEB_VIDEO_TRACK_LIST (gst_object_ref_sink (
      g_object_new (GST_TYPE_WEB_VIDEO_TRACK_LIST, nullptr)));
  *self->contents = std::move (contents);
  return Ptr<GObject>::adopt (G_OBJECT (self));
}

/**
 * gst_web_video_track_list_get_length:
 * @self: the list
 *
 * Returns: how many tracks are in the list
 */
guint
gst_web_video_track_list_get_length (GstWebVideoTrackList *self)
{
  g_return_val_if_fail (GST_IS_WEB_VIDEO_TRACK_LIST (self), 0);
  return guint (self->contents->tracks ().size ());
}

/**
 * gst_web_video_track_list_get:
 * @self: the list
 * @index: which one, from 0
 *
 * The web's `list[index]`: the same object each time.
 *
 * Returns: (transfer full) (nullable): the track, or %NULL when @index is not
 *     less than the length
 */
GstWebVideoTrack *
gst_web_video_track_list_get (GstWebVideoTrackList *self, guint index)
{
  g_return_val_if_fail (GST_IS_WEB_VIDEO_TRACK_LIST (self), nullptr);
  auto track = self->contents->get (index);
  return reinterpret_cast<GstWebVideoTrack *> (track.release ());
}

/**
 * gst_web_video_track_list_get_by_id:
 * @self: the list
 * @id: the `id` of a track
 *
 * The web's `getTrackById(id)`.
 *
 * Returns: (transfer full) (nullable): the track, or %NULL when none has @id
 */
GstWebVideoTrack *
gst_web_video_track_list_get_by_id (GstWebVideoTrackList *self, const gchar *id)
{
  g_return_val_if_fail (GST_IS_WEB_VIDEO_TRACK_LIST (self), nullptr);
  g_return_val_if_fail (id != nullptr, nullptr);
  auto track = self->contents->get_by_id (id);
  return reinterpret_cast<GstWebVideoTrack *> (track.release ());
}

/**
 * gst_web_video_track_list_get_selected_index:
 * @self: the list
 *
 * https://html.spec.whatwg.org/multipage/media.html#dom-videotracklist-selectedindex
 *
 * Returns: which track is selected, from 0; -1 for none
 */
gint
gst_web_video_track_list_get_selected_index (GstWebVideoTrackList *self)
{
  g_return_val_if_fail (GST_IS_WEB_VIDEO_TRACK_LIST (self), -1);
  return self->contents->selected_index ();
}
