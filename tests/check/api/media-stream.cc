// SPDX-License-Identifier: LGPL-2.1-or-later
// Streams, as an application with a main loop and an element see them.
#include "support/media-stream-fixture.hh"

#include <thread>

using namespace webmedia;

// WPT: MediaStream-id, MediaStream-idl
GST_START_TEST (a_new_stream_is_empty_and_inactive)
{
  StreamFixture f;
  const char *id = gst_web_media_stream_get_id (f.object.get ());
  fail_unless (g_uuid_string_is_valid (id));
  auto other = own (gst_web_media_stream_new ());
  fail_if (g_str_equal (id, gst_web_media_stream_get_id (other.get ())));
  fail_unless_equals_int (f.count (gst_web_media_stream_get_tracks), 0);
  fail_if (gst_web_media_stream_get_active (f.object.get ()));
  g_object_run_dispose (G_OBJECT (other.get ()));
}
GST_END_TEST

// https://www.w3.org/TR/webrtc/#set-associated-remote-streams
GST_START_TEST (a_stream_of_another_peer_keeps_its_id)
{
  auto stream = own (gst_web_media_stream_new_with_id ("of another peer"));
  fail_unless_equals_string (
      gst_web_media_stream_get_id (stream.get ()), "of another peer");
  fail_if (gst_web_media_stream_get_active (stream.get ()));
}
GST_END_TEST

// WPT: MediaStream-idl
GST_START_TEST (a_stream_of_a_stream_shares_its_tracks)
{
  StreamFixture f;
  auto sound = f.add (kAudio);
  auto pictures = f.add (kVideo);
  f.expect ("addtrack active addtrack ");
  auto other = own (gst_web_media_stream_new_from_stream (f.object.get ()));
  fail_if (g_str_equal (gst_web_media_stream_get_id (other.get ()),
      gst_web_media_stream_get_id (f.object.get ())));
  for (guint i = 0; i < 2; i++) {
    auto mine = f.track (i);
    auto found = own (gst_web_media_stream_get_track_by_id (
        other.get (), gst_web_media_stream_track_get_id (mine.get ())));
    fail_unless (found.get () == mine.get ());
  }
  // From then on each has its own set.
  auto track = f.track (0);
  gst_web_media_stream_remove_track (other.get (), track.get ());
  fail_unless_equals_int (f.count (gst_web_media_stream_get_tracks), 2);
}
GST_END_TEST

// WPT: MediaStream-idl
GST_START_TEST (a_stream_of_tracks_has_each_once)
{
  std::unique_ptr<stream::Input> input;
  TrackObject track = new_track (kAudio, &input);
  GstWebMediaStreamTrack *twice[] = {track.get (), track.get ()};
  auto stream = own (gst_web_media_stream_new_from_tracks (twice, 2));
  GPtrArray *all = gst_web_media_stream_get_audio_tracks (stream.get ());
  fail_unless_equals_int (all->len, 1);
  fail_unless (g_ptr_array_index (all, 0) == track.get ());
  g_ptr_array_unref (all);
  fail_unless (gst_web_media_stream_get_active (stream.get ()));
  auto none = own (gst_web_media_stream_new_from_tracks (nullptr, 0));
  fail_if (gst_web_media_stream_get_active (none.get ()));
}
GST_END_TEST

// https://w3c.github.io/mediacapture-main/#dom-mediastream-gettracks: a list is
// of the moment when it was asked for.
GST_START_TEST (a_list_of_tracks_does_not_change)
{
  StreamFixture f;
  auto sound = f.add (kAudio);
  GPtrArray *before = gst_web_media_stream_get_tracks (f.object.get ());
  auto pictures = f.add (kVideo);
  auto removed = f.track (0);
  gst_web_media_stream_remove_track (f.object.get (), removed.get ());
  fail_unless_equals_int (int (before->len), 1);
  fail_unless (g_ptr_array_index (before, 0) == removed.get ());
  // Nor does the stream by what is done to a list.
  GPtrArray *after = gst_web_media_stream_get_tracks (f.object.get ());
  g_ptr_array_set_size (after, 0);
  fail_unless_equals_int (f.count (gst_web_media_stream_get_tracks), 1);
  g_ptr_array_unref (before);
  g_ptr_array_unref (after);
}
GST_END_TEST

// https://w3c.github.io/mediacapture-main/#dom-mediastreamtrack-label
GST_START_TEST (a_track_of_a_source_without_a_label_has_an_empty_one)
{
  NewTrack made;
  gst_web_bridge_new_track ({.kind = kVideo, .label = ""}, {}, &made);
  TrackObject track = own (gst_web_bridge_track_object (made.track));
  fail_unless_equals_string (
      gst_web_media_stream_track_get_label (track.get ()), "");
  auto clone = own (gst_web_media_stream_track_clone (track.get ()));
  fail_unless_equals_string (
      gst_web_media_stream_track_get_label (clone.get ()), "");
}
GST_END_TEST

// WPT: MediaStream-audio-only, MediaStream-video-only, MediaStreamTrack-init
GST_START_TEST (tracks_have_a_kind)
{
  StreamFixture f;
  auto sound = f.add (kAudio);
  fail_unless_equals_int (f.count (gst_web_media_stream_get_audio_tracks), 1);
  fail_unless_equals_int (f.count (gst_web_media_stream_get_video_tracks), 0);
  auto pictures = f.add (kVideo);
  fail_unless_equals_int (f.count (gst_web_media_stream_get_audio_tracks), 1);
  fail_unless_equals_int (f.count (gst_web_media_stream_get_video_tracks), 1);
  auto track = f.track (0);
  fail_unless_equals_string (
      gst_web_media_stream_track_get_kind (track.get ()), "audio");
  fail_unless_equals_string (
      gst_web_media_stream_track_get_label (track.get ()), "a source");
  fail_unless (gst_web_media_stream_track_get_enabled (track.get ()));
  fail_if (gst_web_media_stream_track_get_muted (track.get ()));
  fail_unless_equals_int (
      gst_web_media_stream_track_get_ready_state (track.get ()),
      GST_WEB_MEDIA_STREAM_TRACK_STATE_LIVE);
  fail_unless_equals_string (
      gst_web_media_stream_track_get_kind (f.track (1).get ()), "video");
}
GST_END_TEST

// WPT: MediaStream-gettrackid
GST_START_TEST (a_track_is_found_by_its_id)
{
  StreamFixture f;
  auto sound = f.add (kAudio);
  auto track = f.track (0);
  auto found = own (gst_web_media_stream_get_track_by_id (
      f.object.get (), gst_web_media_stream_track_get_id (track.get ())));
  fail_unless (found.get () == track.get ());
  fail_unless (
      gst_web_media_stream_get_track_by_id (f.object.get (), "foo") == nullptr);
}
GST_END_TEST

// WPT: MediaStream-add-audio-track, MediaStream-removetrack
GST_START_TEST (what_the_application_changes_fires_nothing)
{
  StreamFixture f;
  std::unique_ptr<stream::Input> input;
  TrackObject track = new_track (kAudio, &input);
  gst_web_media_stream_add_track (f.object.get (), track.get ());
  gst_web_media_stream_add_track (f.object.get (), track.get ());
  fail_unless_equals_int (f.count (gst_web_media_stream_get_tracks), 1);
  f.expect ("active ");
  gst_web_media_stream_remove_track (f.object.get (), track.get ());
  gst_web_media_stream_remove_track (f.object.get (), track.get ());
  fail_unless_equals_int (f.count (gst_web_media_stream_get_tracks), 0);
  f.expect ("inactive ");
  fail_unless_equals_int (
      gst_web_media_stream_track_get_ready_state (track.get ()),
      GST_WEB_MEDIA_STREAM_TRACK_STATE_LIVE);
}
GST_END_TEST

GST_START_TEST (what_an_element_changes_fires_with_the_track)
{
  StreamFixture f;
  NewTrack made = f.make (kVideo);
  f.set->add (made.track);
  f.set->add (made.track);
  TrackObject track = f.track (0);
  f.expect ("addtrack active ");
  fail_unless (f.last.get () == track.get ());
  f.last.reset ();
  f.set->remove (made.track);
  f.set->remove (made.track);
  fail_unless_equals_int (f.count (gst_web_media_stream_get_tracks), 0);
  f.expect ("removetrack inactive ");
  fail_unless (f.last.get () == track.get ());
}
GST_END_TEST

GST_START_TEST (an_element_hears_what_the_application_does)
{
  StreamFixture f;
  auto observer = std::make_shared<SetObserver> ();
  f.set->add_observer (observer);
  std::unique_ptr<stream::Input> input;
  TrackObject track = new_track (kAudio, &input);
  gst_web_media_stream_add_track (f.object.get (), track.get ());
  fail_unless_equals_int (observer->tracks, 1);
  fail_unless_equals_int (observer->active, 1);
  std::shared_ptr<stream::TrackView> view;
  gst_web_bridge_track_view (track.get (), &view);
  fail_unless (f.set->list ().front () == view);
  fail_unless (own (gst_web_bridge_track_object (view)).get () == track.get ());
  gst_web_media_stream_track_stop (track.get ());
  fail_unless_equals_int (observer->tracks, 1);
  fail_unless_equals_int (observer->active, 2);
  fail_if (f.set->is_active ());
}
GST_END_TEST

// WPT: MediaStream-finished-add
GST_START_TEST (an_inactive_stream_takes_tracks)
{
  StreamFixture f;
  std::unique_ptr<stream::Input> input;
  TrackObject track = new_track (kAudio, &input);
  gst_web_media_stream_track_stop (track.get ());
  gst_web_media_stream_add_track (f.object.get (), track.get ());
  fail_if (gst_web_media_stream_get_active (f.object.get ()));
  auto pictures = f.add (kVideo);
  fail_unless (gst_web_media_stream_get_active (f.object.get ()));
}
GST_END_TEST

// WPT: MediaStream-clone
GST_START_TEST (a_clone_has_clones_of_the_tracks)
{
  StreamFixture f;
  auto sound = f.add (kAudio);
  auto pictures = f.add (kVideo);
  auto clone = own (gst_web_media_stream_clone (f.object.get ()));
  fail_if (g_str_equal (gst_web_media_stream_get_id (clone.get ()),
      gst_web_media_stream_get_id (f.object.get ())));
  GPtrArray *all = gst_web_media_stream_get_tracks (clone.get ());
  fail_unless_equals_int (all->len, 2);
  for (guint i = 0; i < 2; i++) {
    auto track = f.track (i);
    auto copy = GST_WEB_MEDIA_STREAM_TRACK (g_ptr_array_index (all, i));
    fail_if (g_str_equal (gst_web_media_stream_track_get_id (copy),
        gst_web_media_stream_track_get_id (track.get ())));
    fail_unless_equals_string (gst_web_media_stream_track_get_kind (copy),
        gst_web_media_stream_track_get_kind (track.get ()));
    gst_web_media_stream_track_stop (track.get ());
    fail_unless_equals_int (gst_web_media_stream_track_get_ready_state (copy),
        GST_WEB_MEDIA_STREAM_TRACK_STATE_LIVE);
  }
  g_ptr_array_unref (all);
  fail_if (gst_web_media_stream_get_active (f.object.get ()));
  fail_unless (gst_web_media_stream_get_active (clone.get ()));
  auto ended = own (gst_web_media_stream_clone (f.object.get ()));
  fail_if (gst_web_media_stream_get_active (ended.get ()));
}
GST_END_TEST

// A handler of addtrack is in time for all that comes after it; attributes are
// further on by then.
GST_START_TEST (who_connects_in_addtrack_hears_of_the_end)
{
  StreamFixture f;
  f.on_event = [&f] {
    f.watch (f.last.get ());
  };
  auto input = f.add (kVideo);
  input.reset ();
  f.expect ("addtrack inactive notify::ready-state ended inactive ");
}
GST_END_TEST

GST_START_TEST (a_stream_keeps_the_objects_of_its_tracks)
{
  StreamFixture f;
  auto input = f.add (kVideo);
  f.watch (f.track (0).get ()); // the reference is gone
  GstWebMediaStreamTrack *same = f.track (0).get ();
  fail_unless (f.track (0).get () == same);
  run_context ();
  f.last.reset ();
  f.events.clear ();
  input->set_muted (true);
  f.expect ("notify::muted mute ");
}
GST_END_TEST

// One in two streams is the same in both.
GST_START_TEST (any_stream_keeps_the_object_of_a_track)
{
  StreamFixture f, other;
  auto input = f.add (kVideo);
  {
    TrackObject track = f.track (0);
    other.watch (track.get ());
    gst_web_media_stream_add_track (other.object.get (), track.get ());
    gst_web_media_stream_remove_track (f.object.get (), track.get ());
  }
  run_context ();
  f.last.reset ();
  other.events.clear ();
  input->set_muted (true);
  other.expect ("notify::muted mute ");
}
GST_END_TEST

GST_START_TEST (nothing_is_left_of_a_stream_that_goes)
{
  gpointer stream, track;
  std::unique_ptr<stream::Input> input;
  {
    StreamFixture f;
    input = f.add (kVideo);
    stream = f.object.get ();
    track = f.track (0).get ();
    g_object_add_weak_pointer (G_OBJECT (stream), &stream);
    g_object_add_weak_pointer (G_OBJECT (track), &track);
    run_context ();
    f.last.reset ();
    fail_unless (stream && track);
  }
  fail_unless (stream == nullptr);
  fail_unless (track == nullptr);
  // The track went with it: the source is not wanted any more.
  fail_unless_equals_int (input->put (own (gst_buffer_new ())), GST_FLOW_EOS);
}
GST_END_TEST

// As where the loop has ended, or there is none.
GST_START_TEST (nothing_is_left_of_events_that_nobody_hears)
{
  gpointer stream, added, removed;
  std::unique_ptr<stream::Input> input;
  {
    StreamFixture f;
    input = f.add (kVideo);
    NewTrack made = f.make (kAudio);
    f.set->add (made.track);
    stream = f.object.get ();
    added = f.track (0).get ();
    removed = f.track (1).get ();
    f.set->remove (made.track);
    for (gpointer *each : {&stream, &added, &removed})
      g_object_add_weak_pointer (G_OBJECT (*each), each);
    fail_unless_equals_string (f.events.c_str (), "");
  }
  fail_unless (stream == nullptr);
  fail_unless (added == nullptr);
  fail_unless (removed == nullptr);
}
GST_END_TEST

// While the application looks, on another thread.
GST_START_TEST (elements_add_and_remove_on_their_threads)
{
  StreamFixture f;
  std::atomic<bool> done{false};
  std::thread element ([&] {
    for (int i = 0; i < 300; i++) {
      NewTrack made = f.make (i % 2 ? kAudio : kVideo);
      f.set->add (made.track);
      made.input->set_muted (true);
      if (i % 3)
        made.input->end ();
      f.set->remove (made.track);
    }
    done = true;
  });
  while (!done) {
    GPtrArray *all = gst_web_media_stream_get_tracks (f.object.get ());
    for (guint i = 0; i < all->len; i++)
      gst_web_media_stream_track_stop (
          GST_WEB_MEDIA_STREAM_TRACK (g_ptr_array_index (all, i)));
    g_ptr_array_unref (all);
    gst_web_media_stream_get_active (f.object.get ());
    run_context ();
  }
  element.join ();
  run_context ();
  fail_unless_equals_int (f.count (gst_web_media_stream_get_tracks), 0);
  size_t added = 0, removed = 0;
  for (size_t at = 0; (at = f.events.find ("addtrack", at)) != f.events.npos;
       at++)
    added++;
  for (size_t at = 0; (at = f.events.find ("removetrack", at)) != f.events.npos;
       at++)
    removed++;
  fail_unless_equals_int (added, 300);
  fail_unless_equals_int (removed, 300);
}
GST_END_TEST

GST_START_TEST (a_name_is_that_of_one_stream_as_long_as_it_lasts)
{
  StreamFixture f;
  GError *error = nullptr;
  const char *uri = "mediastream://name";
  fail_unless (gst_web_media_stream_lookup (uri) == nullptr);
  fail_unless (gst_web_media_stream_publish (f.object.get (), uri, &error));
  fail_unless (gst_web_media_stream_publish (f.object.get (), uri, &error));
  fail_unless (own (gst_web_media_stream_lookup (uri)) == f.object);
  fail_unless (own (gst_web_media_stream_obtain (uri, &error)) == f.object);
  auto other = own (gst_web_media_stream_new ());
  fail_if (gst_web_media_stream_publish (other.get (), uri, &error));
  fail_unless (
      g_error_matches (error, GST_WEB_ERROR, GST_WEB_ERROR_INVALID_STATE));
  g_clear_error (&error);
  f.object.reset ();
  fail_unless (gst_web_media_stream_lookup (uri) == nullptr);
  auto made = own (gst_web_media_stream_obtain (uri, &error));
  fail_if (gst_web_media_stream_get_active (made.get ()));
  fail_unless (own (gst_web_media_stream_lookup (uri)) == made);
  for (const char *wrong : {"mediastream://", "mse://name", "name"}) {
    fail_if (gst_web_media_stream_publish (made.get (), wrong, &error));
    fail_unless (g_error_matches (error, GST_WEB_ERROR, GST_WEB_ERROR_TYPE));
    g_clear_error (&error);
    fail_unless (gst_web_media_stream_obtain (wrong, &error) == nullptr);
    fail_unless (g_error_matches (error, GST_WEB_ERROR, GST_WEB_ERROR_TYPE));
    g_clear_error (&error);
  }
}
GST_END_TEST

static Suite *
media_stream_suite (void)
{
  Suite *suite = suite_create ("media-stream");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, a_new_stream_is_empty_and_inactive);
  tcase_add_test (tc, a_stream_of_another_peer_keeps_its_id);
  tcase_add_test (tc, a_stream_of_a_stream_shares_its_tracks);
  tcase_add_test (tc, a_stream_of_tracks_has_each_once);
  tcase_add_test (tc, tracks_have_a_kind);
  tcase_add_test (tc, a_list_of_tracks_does_not_change);
  tcase_add_test (tc, a_track_of_a_source_without_a_label_has_an_empty_one);
  tcase_add_test (tc, a_track_is_found_by_its_id);
  tcase_add_test (tc, what_the_application_changes_fires_nothing);
  tcase_add_test (tc, what_an_element_changes_fires_with_the_track);
  tcase_add_test (tc, an_element_hears_what_the_application_does);
  tcase_add_test (tc, an_inactive_stream_takes_tracks);
  tcase_add_test (tc, a_clone_has_clones_of_the_tracks);
  tcase_add_test (tc, who_connects_in_addtrack_hears_of_the_end);
  tcase_add_test (tc, a_stream_keeps_the_objects_of_its_tracks);
  tcase_add_test (tc, any_stream_keeps_the_object_of_a_track);
  tcase_add_test (tc, nothing_is_left_of_a_stream_that_goes);
  tcase_add_test (tc, nothing_is_left_of_events_that_nobody_hears);
  tcase_add_test (tc, elements_add_and_remove_on_their_threads);
  tcase_add_test (tc, a_name_is_that_of_one_stream_as_long_as_it_lasts);
  return suite;
}

GST_CHECK_MAIN (media_stream);
