// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/tracks.hh"

#include <gst/webmedia/gstwebaudiotracklist.h>

using namespace webmedia;

/**
 * GstWebAudioTrackList:
 *
 * The audio tracks of a #GstWebSourceBuffer, or of all that a
 * #GstWebMediaSource has: the web's
 * [AudioTrackList](https://html.spec.whatwg.org/multipage/media.html#audiotracklist-and-videotracklist-objects).
 * It is live, and any thread may use it. Its signals are emitted in the main
 * context of the media source.
 */
struct _GstWebAudioTrackList {
  GstObject parent;
  TrackListContents *contents;
};

G_DEFINE_FINAL_TYPE (
    GstWebAudioTrackList, gst_web_audio_track_list, GST_TYPE_OBJECT)

static void
gst_web_audio_track_list_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  auto self = GST_WEB_AUDIO_TRACK_LIST (object);
  get_track_list_property (object, *self->contents, id, value, pspec);
}

static void
gst_web_audio_track_list_finalize (GObject *object)
{
  delete GST_WEB_AUDIO_TRACK_LIST (object)->contents;
  G_OBJECT_CLASS (gst_web_audio_track_list_parent_class)->finalize (object);
}

static void
gst_web_audio_track_list_class_init (GstWebAudioTrackListClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->get_property = gst_web_audio_track_list_get_property;
  object_class->finalize = gst_web_audio_track_list_finalize;

  /**
   * GstWebAudioTrackList:length: (getter get_length)
   *
   * How many tracks are in the list.
   */
  /**
   * GstWebAudioTrackList::addtrack:
   * @self: the list
   * @track: the track
   *
   * A track was added.
   */
  /**
   * GstWebAudioTrackList::removetrack:
   * @self: the list
   * @track: the track
   *
   * A track was removed.
   */
  /**
   * GstWebAudioTrackList::change:
   * @self: the list
   *
   * A track was enabled or disabled.
   */
  install_track_list (object_class, GST_TYPE_WEB_AUDIO_TRACK);
}

static void
gst_web_audio_track_list_init (GstWebAudioTrackList *self)
{
  self->contents = new TrackListContents (mse::TrackKind::audio);
}

Ptr<GObject>
webmedia::make_audio_track_list (TrackListContents contents)
{
  auto self = GST_WEB_AUDIO_TRACK_LIST (gst_object_ref_sink (
      g_object_new (GST_TYPE_WEB_AUDIO_TRACK_LIST, nullptr)));
  *self->contents = std::move (contents);
  return Ptr<GObject>::adopt (G_OBJECT (self));
}

/**
 * gst_web_audio_track_list_get_length:
 * @self: the list
 *
 * Returns: how many tracks are in the list
 */
guint
gst_web_audio_track_list_get_length (GstWebAudioTrackList *self)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_TRACK_LIST (self), 0);
  return guint (self->contents->tracks ().size ());
}

/**
 * gst_web_audio_track_list_get:
 * @self: the list
 * @index: which one, from 0
 *
 * The web's `list[index]`: the same object each time.
 *
 * Returns: (transfer full) (nullable): the track, or %NULL when @index is not
 *     less than the length
 */
GstWebAudioTrack *
gst_web_audio_track_list_get (GstWebAudioTrackList *self, guint index)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_TRACK_LIST (self), nullptr);
  auto track = self->contents->get (index);
  return reinterpret_cast<GstWebAudioTrack *> (track.release ());
}

/**
 * gst_web_audio_track_list_get_by_id:
 * @self: the list
 * @id: the `id` of a track
 *
 * The web's `getTrackById(id)`.
 *
 * Returns: (transfer full) (nullable): the track, or %NULL when none has @id
 */
GstWebAudioTrack *
gst_web_audio_track_list_get_by_id (GstWebAudioTrackList *self, const gchar *id)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_TRACK_LIST (self), nullptr);
  g_return_val_if_fail (id != nullptr, nullptr);
  auto track = self->contents->get_by_id (id);
  return reinterpret_cast<GstWebAudioTrack *> (track.release ());
}
