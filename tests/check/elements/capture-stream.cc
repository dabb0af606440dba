// SPDX-License-Identifier: LGPL-2.1-or-later
// What a pipeline plays, as a stream.
#include "support/captured.hh"

using namespace webmedia::test;

// WPT: fromelement creation, capture
GST_START_TEST (a_pipeline_that_plays_has_a_track_of_each_kind)
{
  Captured c (std::string (kPictures) + kSound);
  fail_unless_equals_int (int (c.tracks ()), 0);
  c.play ();
  c.wait ("addtrack", 2);
  fail_unless_equals_int (int (c.tracks ("video")), 1);
  fail_unless_equals_int (int (c.tracks ("audio")), 1);
  for (const char *kind : {"video", "audio"})
    fail_unless (bool (read (read_of (c.only (kind)))));
}
GST_END_TEST

GST_START_TEST (what_plays_already_is_there_at_once)
{
  Captured c (std::string (kPictures) + kSound, false);
  c.play ();
  c.begin ();
  fail_unless_equals_int (int (c.tracks ()), 2);
  Track track = c.only ("video");
  fail_if (is_muted (track));
  fail_unless (bool (read (read_of (track))));
  fail_unless_equals_int (int (c.count ("addtrack")), 0);
}
GST_END_TEST

// WPT: fromelement ended
GST_START_TEST (tracks_end_with_playback)
{
  Captured c ("videotestsrc num-buffers=5 ! fakesink sync=true "
              "audiotestsrc num-buffers=5 ! fakesink sync=true");
  c.play ();
  c.wait ("removetrack", 2);
  fail_unless_equals_int (int (c.tracks ()), 0);
  fail_if (gst_web_media_stream_get_active (c.stream.get ()));
  // "MUST end prior to being removed".
  for (const char *kind : {"video", "audio"})
    fail_unless_equals_string (
        c.changes (kind).c_str (), "addtrack ended removetrack ");
}
GST_END_TEST

GST_START_TEST (what_is_shorter_is_muted_until_the_end)
{
  Captured c ("videotestsrc num-buffers=2 ! fakesink sync=true "
              "audiotestsrc is-live=true ! fakesink sync=true");
  c.play ();
  c.wait ("video-mute");
  Track video = c.only ("video");
  fail_unless (is_live (video) && is_muted (video));
  fail_if (is_muted (c.only ("audio")));
  gst_element_send_event (*c.pipeline, gst_event_new_eos ());
  c.wait ("removetrack", 2);
  fail_if (is_live (video));
}
GST_END_TEST

static int
next_number (const Processor &pictures)
{
  Sample sample = read (pictures);
  fail_unless (bool (sample));
  guint8 number = 0;
  gst_buffer_extract (gst_sample_get_buffer (sample.get ()), 0, &number, 1);
  return number;
}

// What somebody sees who comes now.
static int
number_seen (const Track &track)
{
  return next_number (read_of (track));
}

// What is heard after one is in capture-stream-sound.
GST_START_TEST (a_pause_mutes_and_shows_the_last_picture)
{
  Stepped c (kPicturePieces);
  c.push (1);
  c.play ();
  c.wait ("unmute");
  Track video = c.only ("video");
  c.play_one ();
  // In the pause a sink shows what waits there for its time,
  c.push (2);
  c.wait_at_sink ();
  c.pipeline.set_state (GST_STATE_PAUSED);
  c.wait ("mute");
  fail_unless (is_muted (video) && is_live (video));
  fail_unless_equals_int (number_seen (video), 2);
  c.play ();
  c.wait ("unmute", 2);
  fail_if (is_muted (video));
  c.play_one ();
  // or what comes next.
  c.pipeline.set_state (GST_STATE_PAUSED, false);
  c.push (3);
  c.wait ("mute", 2);
  fail_unless (is_muted (video));
  fail_unless_equals_int (number_seen (video), 3);
  fail_unless_equals_string (c.changes ("video").c_str (), "addtrack ");
}
GST_END_TEST

// "If its source track does not have available content", also where nobody
// heeds BUFFERING.
GST_START_TEST (a_stall_mutes_until_something_comes)
{
  for (int stalls_after : {1, 2}) {
    Stepped c (kPicturePieces);
    c.push (1);
    c.play ();
    c.wait ("unmute");
    c.play_one ();
    if (stalls_after == 2) {
      c.push (2);
      c.play_one ();
    }
    c.stall ();
    Track video = c.only ("video");
    fail_unless (is_muted (video) && is_live (video));
    auto pictures = read_of (video);
    fail_unless_equals_int (next_number (pictures), stalls_after);
    c.push (3);
    int number = stalls_after; // a preroll comes again when it has played
    while (number == stalls_after)
      number = next_number (pictures);
    fail_unless_equals_int (number, 3);
    fail_if (is_muted (video));
    c.wait ("unmute", 2);
    fail_unless_equals_string (c.changes ("video").c_str (), "addtrack ");
  }
}
GST_END_TEST

// It is there, however long it is until then.
GST_START_TEST (what_waits_for_its_time_is_no_stall)
{
  Stepped c (kPicturePieces);
  c.push (1);
  c.play ();
  c.wait ("unmute");
  c.play_one ();
  c.push (1000);
  c.clock.wait_for_waits (2); // the sink, and who would mute it
  while (c.clock.now () < int64_t (20 * GST_SECOND))
    c.clock.advance_to_next_wait ();
  fail_unless_equals_int (int (c.count ("mute")), 0);
}
GST_END_TEST

// An application that heeds BUFFERING pauses: it has gone on by then.
GST_START_TEST (what_comes_in_a_pause_ends_a_stall)
{
  Stepped c (kPicturePieces);
  c.push (1);
  c.play ();
  c.wait ("unmute");
  c.play_one ();
  c.stall ();
  c.pipeline.set_state (GST_STATE_PAUSED, false);
  c.push (2);
  gst_element_get_state (*c.pipeline, nullptr, nullptr, GST_CLOCK_TIME_NONE);
  fail_unless (is_muted (c.only ("video")));
  c.play ();
  fail_if (is_muted (c.only ("video")));
}
GST_END_TEST

GST_START_TEST (a_seek_fires_nothing)
{
  Captured c (std::string (kPictures) + kSound);
  c.play ();
  c.wait ("unmute", 2);
  Track video = c.only ("video");
  auto processor = read_of (video);
  size_t before = c.events.size ();
  fail_unless (c.pipeline.seek (3 * GST_SECOND, GST_SEEK_FLAG_FLUSH));
  gst_element_get_state (*c.pipeline, nullptr, nullptr, GST_CLOCK_TIME_NONE);
  for (int i = 0; i < 3; i++)
    fail_unless (bool (read (processor)));
  c.count ("");
  fail_unless (c.events.size () == before, "%s", c.history ().c_str ());
  fail_unless (c.only ("video") == video && is_live (video));
}
GST_END_TEST

GST_START_TEST (what_plays_again_has_new_tracks)
{
  Captured c ("videotestsrc ! fakesink sync=true");
  c.pipeline.set_state (GST_STATE_PAUSED);
  fail_unless (c.pipeline.seek (0, GST_SEEK_FLAG_FLUSH, 100 * GST_MSECOND));
  c.play ();
  c.wait ("removetrack");
  fail_unless_equals_int (int (c.count ("addtrack")), 1);
  fail_unless (c.pipeline.seek (0, GST_SEEK_FLAG_FLUSH, 100 * GST_MSECOND));
  c.wait ("addtrack", 2);
  c.wait ("removetrack", 2);
  fail_unless_equals_int (int (c.count ("ended")), 2);
}
GST_END_TEST

GST_START_TEST (a_stop_ends_tracks_and_a_start_makes_new_ones)
{
  Captured c (kPictures);
  c.play ();
  c.wait ("unmute");
  Track track = c.only ("video");
  c.pipeline.set_state (GST_STATE_NULL);
  c.wait ("removetrack");
  fail_if (is_live (track));
  c.play ();
  c.wait ("addtrack", 2);
  fail_unless (c.only ("video") != track);
}
GST_END_TEST

// As a selection does.
GST_START_TEST (another_stream_in_a_sink_is_a_new_track)
{
  Captured c (
      "input-selector name=s sync-streams=false ! fakesink sync=true "
      "videotestsrc is-live=true ! video/x-raw,width=16,height=16 ! s.sink_0 "
      "videotestsrc is-live=true pattern=white ! video/x-raw,width=16,height=16"
      " ! s.sink_1");
  GstPad *pads[2] = {
      gst_element_get_static_pad (c.pipeline.get ("s"), "sink_0"),
      gst_element_get_static_pad (c.pipeline.get ("s"), "sink_1")};
  g_object_set (c.pipeline.get ("s"), "active-pad", pads[0], nullptr);
  c.play ();
  c.wait ("addtrack");
  Track old = c.only ("video");
  g_object_set (c.pipeline.get ("s"), "active-pad", pads[1], nullptr);
  c.wait ("addtrack", 2);
  fail_if (is_live (old));
  // "MUST end prior to being removed".
  fail_unless_equals_string (
      c.changes ("video").c_str (), "addtrack ended removetrack addtrack ");
  Track fresh = c.only ("video");
  fail_unless (fresh != old && is_live (fresh));
  fail_unless (bool (read (read_of (fresh))));
  // Selected again, it is a new one.
  g_object_set (c.pipeline.get ("s"), "active-pad", pads[0], nullptr);
  c.wait ("addtrack", 3);
  fail_unless (c.only ("video") != old);
  for (GstPad *pad : pads)
    gst_object_unref (pad);
}
GST_END_TEST

GST_START_TEST (sinks_come_and_go)
{
  Captured c (kPictures);
  c.play ();
  c.wait ("addtrack");
  GstElement *bin = gst_parse_bin_from_description (
      "audiotestsrc ! fakesink sync=true", FALSE, nullptr);
  gst_bin_add (GST_BIN (*c.pipeline), bin);
  gst_element_sync_state_with_parent (bin);
  c.wait ("addtrack", 2);
  Track sound = c.only ("audio");
  gst_object_ref (bin);
  gst_bin_remove (GST_BIN (*c.pipeline), bin);
  c.wait ("removetrack");
  fail_if (is_live (sound));
  gst_element_set_state (bin, GST_STATE_NULL);
  gst_object_unref (bin);
  fail_unless (is_live (c.only ("video")));
}
GST_END_TEST

GST_START_TEST (a_track_that_is_stopped_stops_nothing_else)
{
  Captured c (std::string (kPictures) + kSound);
  c.play ();
  c.wait ("unmute", 2);
  Track video = c.only ("video");
  gst_web_media_stream_track_stop (video.get ());
  // Nor does a seek bring it back.
  fail_unless (c.pipeline.seek (GST_SECOND, GST_SEEK_FLAG_FLUSH));
  auto sound = read_of (c.only ("audio"));
  for (int i = 0; i < 30; i++)
    fail_unless (bool (read (sound)));
  fail_unless_equals_int (int (c.count ("addtrack")), 2);
  // What it was is still in the stream.
  fail_unless (c.only ("video") == video);
}
GST_END_TEST

GST_START_TEST (a_track_goes_on_when_its_stream_has_gone)
{
  Pipeline pipeline (kPictures);
  Stream stream (gst_web_capture_stream (*pipeline, nullptr));
  pipeline.play ();
  gst_element_get_state (*pipeline, nullptr, nullptr, GST_CLOCK_TIME_NONE);
  GPtrArray *all = gst_web_media_stream_get_video_tracks (stream.get ());
  Track track (static_cast<GstWebMediaStreamTrack *> (
      gst_object_ref (g_ptr_array_index (all, 0))));
  g_ptr_array_unref (all);
  stream.reset ();
  auto pictures = read_of (track);
  for (int i = 0; i < 3; i++)
    fail_unless (bool (read (pictures)));
  pipeline.set_state (GST_STATE_NULL);
  fail_if (is_live (track));
}
GST_END_TEST

// Nor a bin that was taken out of one. Its tracks are live until then.
GST_START_TEST (a_capture_keeps_no_pipeline)
{
  GstElement *pipeline = gst_pipeline_new (nullptr);
  GstElement *bin = gst_parse_bin_from_description (kPictures, FALSE, nullptr);
  gst_bin_add (GST_BIN (pipeline), bin);
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  gst_element_get_state (pipeline, nullptr, nullptr, GST_CLOCK_TIME_NONE);
  GWeakRef weak, weak_bin;
  g_weak_ref_init (&weak, pipeline);
  g_weak_ref_init (&weak_bin, bin);
  Stream stream (gst_web_capture_stream (bin, nullptr));
  GPtrArray *all = gst_web_media_stream_get_tracks (stream.get ());
  fail_unless_equals_int (int (all->len), 1);
  Track track (static_cast<GstWebMediaStreamTrack *> (
      gst_object_ref (g_ptr_array_index (all, 0))));
  g_ptr_array_unref (all);
  // What is taken out of its pipeline is not played any more.
  gst_object_ref (bin);
  gst_bin_remove (GST_BIN (pipeline), bin);
  fail_if (is_live (track));
  gst_element_set_state (bin, GST_STATE_NULL);
  gst_object_unref (bin);
  gst_element_set_state (pipeline, GST_STATE_NULL); // its bus keeps the bin
  gst_object_unref (pipeline);
  fail_unless (g_weak_ref_get (&weak_bin) == nullptr);
  fail_unless (g_weak_ref_get (&weak) == nullptr);
  g_weak_ref_clear (&weak);
  g_weak_ref_clear (&weak_bin);
}
GST_END_TEST

// Paused, as then no thread is at a sink's pad.
GST_START_TEST (what_nobody_has_is_not_captured_any_more)
{
  Pipeline pipeline (std::string (kPictures) + kSound);
  pipeline.set_state (GST_STATE_PAUSED);
  auto is_captured = [&pipeline] {
    while (g_main_context_iteration (nullptr, FALSE)) {
    }
    return g_signal_has_handler_pending (*pipeline,
        g_signal_lookup ("deep-element-added", GST_TYPE_BIN), 0, TRUE);
  };
  Stream stream (gst_web_capture_stream (*pipeline, nullptr));
  GPtrArray *all = gst_web_media_stream_get_video_tracks (stream.get ());
  fail_unless_equals_int (int (all->len), 1);
  Track track (static_cast<GstWebMediaStreamTrack *> (
      gst_object_ref (g_ptr_array_index (all, 0))));
  g_ptr_array_unref (all);
  stream.reset ();
  fail_unless (is_captured () && is_live (track));
  track.reset ();
  fail_if (is_captured ());
}
GST_END_TEST

// Playback goes on where a track was stopped.
GST_START_TEST (a_track_that_is_stopped_does_not_count_as_the_end)
{
  Captured c ("videotestsrc num-buffers=2 ! fakesink sync=true "
              "audiotestsrc is-live=true ! fakesink sync=true");
  c.play ();
  c.wait ("addtrack", 2);
  gst_web_media_stream_track_stop (c.only ("audio").get ());
  Track video = c.only ("video");
  c.wait ("video-mute");
  fail_unless (is_live (video));
}
GST_END_TEST

GST_START_TEST (the_end_comes_when_the_last_sink_that_plays_goes)
{
  Captured c ("videotestsrc num-buffers=2 ! fakesink sync=true "
              "audiotestsrc name=t is-live=true ! fakesink name=a sync=true");
  c.play ();
  c.wait ("video-mute");
  Track video = c.only ("video"), audio = c.only ("audio");
  for (const char *name : {"t", "a"}) {
    GstElement *element = c.pipeline.get (name);
    gst_element_set_locked_state (element, TRUE);
    gst_element_set_state (element, GST_STATE_NULL);
    fail_unless (is_live (video));
    gst_bin_remove (GST_BIN (*c.pipeline), element);
  }
  fail_if (is_live (audio) || is_live (video));
  c.wait ("removetrack", 2);
}
GST_END_TEST

GST_START_TEST (only_what_is_in_a_pipeline_can_be_captured)
{
  GError *error = nullptr;
  GstElement *sink = gst_element_factory_make ("fakesink", nullptr);
  gst_object_ref_sink (sink);
  fail_unless (gst_web_capture_stream (sink, &error) == nullptr);
  fail_unless (
      g_error_matches (error, GST_WEB_ERROR, GST_WEB_ERROR_NOT_SUPPORTED));
  g_clear_error (&error);
  gst_object_unref (sink);
  GstElement *bin = gst_bin_new (nullptr);
  gst_object_ref_sink (bin);
  fail_unless (gst_web_capture_stream (bin, &error) == nullptr);
  fail_unless (
      g_error_matches (error, GST_WEB_ERROR, GST_WEB_ERROR_INVALID_STATE));
  g_clear_error (&error);
  gst_object_unref (bin);
}
GST_END_TEST

GST_START_TEST (a_player_of_files_is_captured)
{
  std::string uri = "file://" + media_path ("vp8-vorbis.webm");
  Captured c ("playbin3 volume=0 uri=" + uri
              + " video-sink=\"fakesink sync=true\""
                " audio-sink=\"fakesink sync=true\"");
  c.play ();
  c.wait ("addtrack", 2);
  c.wait ("unmute", 2);
  fail_unless (bool (read (read_of (c.only ("video")))));
  // The tone beeps, and its volume is not the player's.
  auto sound = read_of (c.only ("audio"), 1000);
  for (bool is_heard = false; !is_heard;) {
    Sample sample = read (sound);
    fail_unless (bool (sample), "silent to its end");
    GstMapInfo map;
    GstBuffer *buffer = gst_sample_get_buffer (sample.get ());
    gst_buffer_map (buffer, &map, GST_MAP_READ);
    is_heard = std::any_of (
        map.data, map.data + map.size, [] (guint8 byte) { return byte != 0; });
    gst_buffer_unmap (buffer, &map);
  }
}
GST_END_TEST

static Suite *
capture_stream_suite (void)
{
  Suite *suite = suite_create ("capture-stream");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, a_pipeline_that_plays_has_a_track_of_each_kind);
  tcase_add_test (tc, what_plays_already_is_there_at_once);
  tcase_add_test (tc, tracks_end_with_playback);
  tcase_add_test (tc, what_is_shorter_is_muted_until_the_end);
  tcase_add_test (tc, a_pause_mutes_and_shows_the_last_picture);
  tcase_add_test (tc, a_stall_mutes_until_something_comes);
  tcase_add_test (tc, what_waits_for_its_time_is_no_stall);
  tcase_add_test (tc, what_comes_in_a_pause_ends_a_stall);
  tcase_add_test (tc, a_seek_fires_nothing);
  tcase_add_test (tc, what_plays_again_has_new_tracks);
  tcase_add_test (tc, a_stop_ends_tracks_and_a_start_makes_new_ones);
  tcase_add_test (tc, another_stream_in_a_sink_is_a_new_track);
  tcase_add_test (tc, sinks_come_and_go);
  tcase_add_test (tc, a_track_that_is_stopped_stops_nothing_else);
  tcase_add_test (tc, a_track_goes_on_when_its_stream_has_gone);
  tcase_add_test (tc, a_capture_keeps_no_pipeline);
  tcase_add_test (tc, what_nobody_has_is_not_captured_any_more);
  tcase_add_test (tc, a_track_that_is_stopped_does_not_count_as_the_end);
  tcase_add_test (tc, the_end_comes_when_the_last_sink_that_plays_goes);
  tcase_add_test (tc, only_what_is_in_a_pipeline_can_be_captured);
  tcase_add_test (tc, a_player_of_files_is_captured);
  return suite;
}

GST_CHECK_MAIN (capture_stream);
