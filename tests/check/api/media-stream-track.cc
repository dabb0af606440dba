// SPDX-License-Identifier: LGPL-2.1-or-later
// Tracks, as an application with a main loop and an element see them.
#include "support/media-stream-fixture.hh"

#include <thread>

using namespace webmedia;

static void
put_pictures (stream::Input &input, int count)
{
  for (int i = 0; i < count; i++) {
    auto buffer = own (gst_buffer_new_allocate (nullptr, 4, nullptr));
    GST_BUFFER_PTS (buffer.get ()) = GstClockTime (i) * 40 * GST_MSECOND;
    GST_BUFFER_DURATION (buffer.get ()) = 40 * GST_MSECOND;
    input.put (std::move (buffer));
  }
}

// WPT: MediaStream-clone
GST_START_TEST (a_clone_of_a_track_is_independent)
{
  std::unique_ptr<stream::Input> input;
  TrackObject track = new_track (kVideo, &input);
  gst_web_media_stream_track_set_enabled (track.get (), FALSE);
  TrackObject clone = own (gst_web_media_stream_track_clone (track.get ()));
  fail_if (gst_web_media_stream_track_get_enabled (clone.get ()));
  gst_web_media_stream_track_stop (track.get ());
  fail_unless_equals_int (
      gst_web_media_stream_track_get_ready_state (clone.get ()),
      GST_WEB_MEDIA_STREAM_TRACK_STATE_LIVE);
  TrackObject ended = own (gst_web_media_stream_track_clone (track.get ()));
  fail_unless_equals_int (
      gst_web_media_stream_track_get_ready_state (ended.get ()),
      GST_WEB_MEDIA_STREAM_TRACK_STATE_ENDED);
}
GST_END_TEST

// WPT: MediaStreamTrack-end-manual
GST_START_TEST (the_end_of_a_source_is_told_once)
{
  StreamFixture f;
  auto input = f.add (kVideo);
  TrackObject track = f.track (0);
  f.watch (track.get ());
  f.expect ("addtrack active ");
  input.reset ();
  fail_unless_equals_int (
      gst_web_media_stream_track_get_ready_state (track.get ()),
      GST_WEB_MEDIA_STREAM_TRACK_STATE_ENDED);
  f.expect ("notify::ready-state ended inactive ");
  gst_web_media_stream_track_stop (track.get ());
  f.expect ("");
}
GST_END_TEST

GST_START_TEST (stop_fires_nothing_but_the_property)
{
  StreamFixture f;
  auto input = f.add (kVideo);
  TrackObject track = f.track (0);
  f.watch (track.get ());
  f.expect ("addtrack active ");
  gst_web_media_stream_track_stop (track.get ());
  gst_web_media_stream_track_stop (track.get ());
  f.expect ("notify::ready-state inactive ");
  input.reset ();
  f.expect ("");
}
GST_END_TEST

GST_START_TEST (the_source_mutes_and_unmutes)
{
  StreamFixture f;
  auto input = f.add (kVideo);
  TrackObject track = f.track (0);
  f.watch (track.get ());
  run_context ();
  f.events.clear ();
  input->set_muted (true);
  fail_unless (gst_web_media_stream_track_get_muted (track.get ()));
  input->set_muted (true);
  f.expect ("notify::muted mute ");
  input->set_muted (false);
  f.expect ("notify::muted unmute ");
}
GST_END_TEST

GST_START_TEST (settings_notify_when_they_change)
{
  StreamFixture f;
  std::unique_ptr<stream::Input> input;
  TrackObject track = new_track (kVideo, &input);
  f.watch (track.get ());
  g_object_set (track.get (), "enabled", FALSE, nullptr);
  g_object_set (track.get (), "content-hint", "text", nullptr);
  f.expect ("notify::enabled notify::content-hint ");
  g_object_set (
      track.get (), "enabled", FALSE, "content-hint", "text", nullptr);
  gst_web_media_stream_track_set_content_hint (track.get (), "music");
  f.expect ("");
  fail_unless_equals_string (
      gst_web_media_stream_track_get_content_hint (track.get ()), "text");
  gst_web_media_stream_track_stop (track.get ());
  f.events.clear ();
  gst_web_media_stream_track_set_enabled (track.get (), TRUE);
  f.expect ("notify::enabled ");
  fail_unless (gst_web_media_stream_track_get_enabled (track.get ()));
}
GST_END_TEST

GST_START_TEST (an_object_that_went_is_made_anew)
{
  NewTrack made = StreamFixture::make (kAudio);
  std::string id = gst_web_media_stream_track_get_id (
      own (gst_web_bridge_track_object (made.track)).get ());
  made.input->set_muted (true); // nobody hears it
  TrackObject again = own (gst_web_bridge_track_object (made.track));
  fail_unless_equals_string (
      gst_web_media_stream_track_get_id (again.get ()), id.c_str ());
  fail_unless (gst_web_media_stream_track_get_muted (again.get ()));
  StreamFixture f;
  f.watch (again.get ());
  made.input->end ();
  f.expect ("notify::ready-state ended ");
}
GST_END_TEST

// One object, whoever asks for it first.
GST_START_TEST (threads_agree_on_the_object_of_a_track)
{
  for (int round = 0; round < 200; round++) {
    NewTrack made = StreamFixture::make (kAudio);
    TrackObject objects[2];
    std::atomic<int> ready{0};
    auto ask = [&] (int i) {
      ready++;
      while (ready < 2) {
      }
      objects[i] = own (gst_web_bridge_track_object (made.track));
    };
    std::thread other (ask, 1);
    ask (0);
    other.join ();
    fail_unless (objects[0].get () == objects[1].get ());
  }
}
GST_END_TEST

// WPT: MediaStreamTrackEvent-constructor
GST_START_TEST (an_event_must_have_a_track)
{
  GError *error = nullptr;
  fail_unless (
      gst_web_media_stream_track_event_new ("addtrack", nullptr, &error)
      == nullptr);
  fail_unless (g_error_matches (error, GST_WEB_ERROR, GST_WEB_ERROR_TYPE));
  g_clear_error (&error);
  std::unique_ptr<stream::Input> input;
  TrackObject track = new_track (kAudio, &input);
  auto event =
      own (gst_web_media_stream_track_event_new ("type", track.get (), &error));
  fail_unless (event && !error);
  fail_unless (gst_web_media_stream_track_event_get_track (event.get ())
               == track.get ());
  g_autofree gchar *type = nullptr;
  g_object_get (event.get (), "type", &type, nullptr);
  fail_unless_equals_string (type, "type");
}
GST_END_TEST

// WPT: MediaStreamTrack-video-stats
GST_START_TEST (tracks_of_devices_have_statistics)
{
  NewTrack made = StreamFixture::make (kVideo, true);
  TrackObject track = own (gst_web_bridge_track_object (made.track));
  GObject *object = gst_web_media_stream_track_get_stats (track.get ());
  fail_unless (gst_web_media_stream_track_get_stats (track.get ()) == object);
  auto stats = GST_WEB_MEDIA_STREAM_TRACK_VIDEO_STATS (object);
  put_pictures (*made.input, 3);
  fail_unless_equals_uint64 (
      gst_web_media_stream_track_video_stats_get_delivered_frames (stats), 3);
  fail_unless_equals_uint64 (
      gst_web_media_stream_track_video_stats_get_discarded_frames (stats), 0);
  fail_unless_equals_uint64 (
      gst_web_media_stream_track_video_stats_get_total_frames (stats), 3);
  g_autofree gchar *json =
      gst_web_media_stream_track_video_stats_to_json (stats);
  fail_unless_equals_string (
      json, "{\"deliveredFrames\":3,\"discardedFrames\":0,\"totalFrames\":3}");
  // A clone has its own.
  TrackObject clone = own (gst_web_media_stream_track_clone (track.get ()));
  auto other = GST_WEB_MEDIA_STREAM_TRACK_VIDEO_STATS (
      gst_web_media_stream_track_get_stats (clone.get ()));
  fail_unless_equals_uint64 (
      gst_web_media_stream_track_video_stats_get_total_frames (other), 0);
  gst_web_media_stream_track_set_enabled (track.get (), FALSE);
  put_pictures (*made.input, 2);
  fail_unless_equals_uint64 (
      gst_web_media_stream_track_video_stats_get_total_frames (stats), 3);
  fail_unless_equals_uint64 (
      gst_web_media_stream_track_video_stats_get_total_frames (other), 2);
}
GST_END_TEST

// WPT: MediaStreamTrack-video-stats: of a canvas they are null
GST_START_TEST (tracks_of_no_device_have_no_statistics)
{
  std::unique_ptr<stream::Input> input;
  TrackObject track = new_track (kVideo, &input);
  fail_unless (gst_web_media_stream_track_get_stats (track.get ()) == nullptr);
}
GST_END_TEST

// Of no source: for bindings, which construct what they see.
GST_START_TEST (a_track_that_nobody_made_has_ended)
{
  auto track = own (GST_WEB_MEDIA_STREAM_TRACK (gst_object_ref_sink (
      g_object_new (GST_TYPE_WEB_MEDIA_STREAM_TRACK, nullptr))));
  fail_unless_equals_int (
      gst_web_media_stream_track_get_ready_state (track.get ()),
      GST_WEB_MEDIA_STREAM_TRACK_STATE_ENDED);
  gst_web_media_stream_track_stop (track.get ());
  TrackObject clone = own (gst_web_media_stream_track_clone (track.get ()));
  fail_unless_equals_int (
      gst_web_media_stream_track_get_ready_state (clone.get ()),
      GST_WEB_MEDIA_STREAM_TRACK_STATE_ENDED);
  // It is the same one in a stream, and no other's.
  GstWebMediaStreamTrack *only = track.get ();
  auto stream = own (gst_web_media_stream_new_from_tracks (&only, 1));
  auto found = own (gst_web_media_stream_get_track_by_id (
      stream.get (), gst_web_media_stream_track_get_id (only)));
  fail_unless (found.get () == only);
  gst_web_media_stream_track_set_enabled (only, FALSE);
  auto other = own (GST_WEB_MEDIA_STREAM_TRACK (gst_object_ref_sink (
      g_object_new (GST_TYPE_WEB_MEDIA_STREAM_TRACK, nullptr))));
  fail_unless (gst_web_media_stream_track_get_enabled (other.get ()));
  auto event = own (
      G_OBJECT (g_object_new (GST_TYPE_WEB_MEDIA_STREAM_TRACK_EVENT, nullptr)));
  auto stats = own (GST_WEB_MEDIA_STREAM_TRACK_AUDIO_STATS (
      g_object_new (GST_TYPE_WEB_MEDIA_STREAM_TRACK_AUDIO_STATS, nullptr)));
  fail_unless_equals_uint64 (
      gst_web_media_stream_track_audio_stats_get_total_frames (stats.get ()),
      0);
}
GST_END_TEST

static Suite *
media_stream_track_suite (void)
{
  Suite *suite = suite_create ("media-stream-track");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, a_clone_of_a_track_is_independent);
  tcase_add_test (tc, the_end_of_a_source_is_told_once);
  tcase_add_test (tc, stop_fires_nothing_but_the_property);
  tcase_add_test (tc, the_source_mutes_and_unmutes);
  tcase_add_test (tc, settings_notify_when_they_change);
  tcase_add_test (tc, an_object_that_went_is_made_anew);
  tcase_add_test (tc, threads_agree_on_the_object_of_a_track);
  tcase_add_test (tc, an_event_must_have_a_track);
  tcase_add_test (tc, tracks_of_devices_have_statistics);
  tcase_add_test (tc, tracks_of_no_device_have_no_statistics);
  tcase_add_test (tc, a_track_that_nobody_made_has_ended);
  return suite;
}

GST_CHECK_MAIN (media_stream_track);
