// SPDX-License-Identifier: LGPL-2.1-or-later
// Which track of a stream is heard where one is.
#include "api/error.hh"
#include "api/media-stream.hh"

#include <algorithm>

using namespace webmedia;

/**
 * gst_web_media_stream_pick_audio_track:
 * @self: the stream
 * @error: %GST_WEB_ERROR_INVALID_STATE when there is none
 *
 * The track that a
 * [MediaStreamAudioSourceNode](https://webaudio.github.io/web-audio-api/#MediaStreamAudioSourceNode)
 * would be of: of those of sound that are there now, the first one by the order
 * of their ids. Read it with a [class@MediaStreamTrackProcessor].
 *
 * Returns: (transfer full): the track
 */
GstWebMediaStreamTrack *
gst_web_media_stream_pick_audio_track (GstWebMediaStream *self, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_MEDIA_STREAM (self), nullptr);
  auto all = engine_of (self)->tracks (stream::Kind::audio);
  auto first = std::ranges::min_element (all, {},
      [] (const auto &track) -> const std::string & { return track->id; });
  if (first != all.end ())
    return object_of (*first, TaskQueue::create ()).release ();
  set_error (
      error, {ErrorCode::invalid_state, "The stream has no track of sound."});
  return nullptr;
}
