// SPDX-License-Identifier: LGPL-2.1-or-later
// A generator and its tracks, as an application sees them.
#include "support/media-stream-fixture.hh"

#include <thread>

using namespace webmedia;

namespace {

Ptr<GstSample>
make_frame (int width, GstClockTime pts = GST_CLOCK_TIME_NONE)
{
  auto buffer =
      own (gst_buffer_new_allocate (nullptr, gsize (4 * width), nullptr));
  gst_buffer_memset (buffer.get (), 0, 1, gsize (4 * width));
  GST_BUFFER_PTS (buffer.get ()) = pts;
  auto caps = own (gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING,
      "RGBA", "width", G_TYPE_INT, width, "height", G_TYPE_INT, 1, nullptr));
  return own (gst_sample_new (buffer.get (), caps.get (), nullptr, nullptr));
}

struct Fixture {
  Ptr<GstWebVideoTrackGenerator> generator =
      own (gst_web_video_track_generator_new ());
  GstWebMediaStreamTrack *track =
      gst_web_video_track_generator_get_track (generator.get ());
  std::string events;

  void write (int width, GstClockTime pts = GST_CLOCK_TIME_NONE)
  {
    GError *error = nullptr;
    fail_unless (gst_web_video_track_generator_write (
        generator.get (), make_frame (width, pts).get (), &error));
    fail_unless (error == nullptr);
  }
  void expect_type_error ()
  {
    GError *error = nullptr;
    fail_if (gst_web_video_track_generator_write (
        generator.get (), make_frame (4).get (), &error));
    fail_unless (g_error_matches (error, GST_WEB_ERROR, GST_WEB_ERROR_TYPE));
    g_error_free (error);
  }
  void watch (GstWebMediaStreamTrack *of)
  {
    static const char *signals[] = {"mute", "unmute", "ended"};
    for (const char *&signal : signals)
      g_signal_connect_data (of, signal,
          G_CALLBACK (+[] (gpointer name, GObject *) {
            current->events += *static_cast<const char **> (name);
            current->events += " ";
          }),
          &signal, nullptr, G_CONNECT_SWAPPED);
    current = this;
  }
  void expect (const char *expected)
  {
    run_context ();
    fail_unless_equals_string (events.c_str (), expected);
    events.clear ();
  }
  static inline Fixture *current = nullptr;
};

int
width_of (GstSample *frame)
{
  int width = 0;
  gst_structure_get_int (
      gst_caps_get_structure (gst_sample_get_caps (frame), 0), "width", &width);
  return width;
}

} // namespace

// WPT: "Tests that creating a VideoTrackGenerator works as expected"
GST_START_TEST (it_has_a_live_track_of_pictures)
{
  Fixture f;
  fail_unless_equals_string (
      gst_web_media_stream_track_get_kind (f.track), "video");
  fail_unless (gst_web_media_stream_track_get_ready_state (f.track)
               == GST_WEB_MEDIA_STREAM_TRACK_STATE_LIVE);
  fail_if (gst_web_media_stream_track_get_muted (f.track));
  fail_if (gst_web_video_track_generator_get_muted (f.generator.get ()));
  GstWebMediaStreamTrack *property;
  g_object_get (f.generator.get (), "track", &property, nullptr);
  fail_unless (property == f.track);
  gst_object_unref (property);
  fail_unless (gst_web_media_stream_track_get_stats (f.track) == nullptr);
}
GST_END_TEST

// WPT: "Tests that VideoTrackGenerator forwards frames to sink"
GST_START_TEST (a_processor_reads_what_is_written)
{
  Fixture f;
  auto processor = own (gst_web_media_stream_track_processor_new (f.track, 1));
  f.write (320, 7 * GST_SECOND);
  auto frame = own (gst_web_media_stream_track_processor_read (
      processor.get (), nullptr, nullptr));
  fail_unless_equals_int (width_of (frame.get ()), 320);
  auto name =
      own (gst_caps_new_empty_simple (GST_WEB_VIDEO_TRACK_GENERATOR_TIMESTAMP));
  auto meta = gst_buffer_get_reference_timestamp_meta (
      gst_sample_get_buffer (frame.get ()), name.get ());
  fail_unless (meta && meta->timestamp == 7 * GST_SECOND);
  gst_web_video_track_generator_close (f.generator.get ());
  fail_unless (gst_web_media_stream_track_processor_read (
                   processor.get (), nullptr, nullptr)
               == nullptr);
}
GST_END_TEST

// WebKit: "Track gets muted based on VideoTrackGenerator.muted"
GST_START_TEST (muting_it_mutes_its_tracks)
{
  Fixture f;
  f.watch (f.track);
  int notified = 0;
  g_signal_connect_swapped (f.generator.get (), "notify::muted",
      G_CALLBACK (+[] (gpointer count) { (*static_cast<int *> (count))++; }),
      &notified);
  g_object_set (f.generator.get (), "muted", TRUE, nullptr);
  gst_web_video_track_generator_set_muted (f.generator.get (), TRUE);
  fail_unless (gst_web_video_track_generator_get_muted (f.generator.get ()));
  fail_unless_equals_int (notified, 1);
  fail_unless (gst_web_media_stream_track_get_muted (f.track));
  f.expect ("mute ");
  f.write (4);
  gst_web_video_track_generator_set_muted (f.generator.get (), FALSE);
  f.expect ("unmute ");
  fail_unless_equals_int (notified, 2);
}
GST_END_TEST

GST_START_TEST (closing_it_ends_its_tracks)
{
  Fixture f;
  f.watch (f.track);
  auto clone = own (gst_web_media_stream_track_clone (f.track));
  f.watch (clone.get ());
  gst_web_video_track_generator_close (f.generator.get ());
  f.expect ("ended ended ");
  f.expect_type_error ();
}
GST_END_TEST

// WPT: "A writer rejects when generator's track is stopped"
GST_START_TEST (stopping_its_track_closes_it)
{
  Fixture f;
  f.watch (f.track);
  f.write (4);
  gst_web_media_stream_track_stop (f.track);
  f.expect_type_error ();
  f.expect ("");
}
GST_END_TEST

// WPT: "Generator writer rejects on non media input"
GST_START_TEST (what_is_no_picture_is_a_type_error)
{
  Fixture f;
  auto empty = own (gst_sample_new (nullptr, nullptr, nullptr, nullptr));
  GError *error = nullptr;
  fail_if (gst_web_video_track_generator_write (
      f.generator.get (), empty.get (), &error));
  fail_unless (g_error_matches (error, GST_WEB_ERROR, GST_WEB_ERROR_TYPE));
  g_error_free (error);
  f.expect_type_error ();
}
GST_END_TEST

GST_START_TEST (constraints_scale_what_a_processor_reads)
{
  Fixture f;
  GError *error = nullptr;
  fail_unless (gst_web_media_stream_track_apply_constraints_json (
      f.track, R"({"width":{"max":160}})", nullptr, &error));
  auto processor = own (gst_web_media_stream_track_processor_new (f.track, 1));
  f.write (320);
  auto frame = own (gst_web_media_stream_track_processor_read (
      processor.get (), nullptr, nullptr));
  fail_unless_equals_int (width_of (frame.get ()), 160);
}
GST_END_TEST

GST_START_TEST (tracks_end_when_the_generator_goes)
{
  TrackObject track;
  {
    Fixture f;
    track = TrackObject::share (f.track);
  }
  fail_unless (gst_web_media_stream_track_get_ready_state (track.get ())
               == GST_WEB_MEDIA_STREAM_TRACK_STATE_ENDED);
}
GST_END_TEST

GST_START_TEST (threads_write_mute_clone_and_close_at_once)
{
  Fixture f;
  auto generator = f.generator.get ();
  std::atomic<bool> is_over{false};
  std::thread writer ([&] {
    while (!is_over)
      gst_web_video_track_generator_write (
          generator, make_frame (16).get (), nullptr);
  });
  std::thread muter ([&] {
    while (!is_over) {
      gst_web_video_track_generator_set_muted (generator, TRUE);
      gst_web_video_track_generator_set_muted (generator, FALSE);
    }
  });
  for (int i = 0; i < 200; i++) {
    auto clone = own (gst_web_media_stream_track_clone (f.track));
    auto processor =
        own (gst_web_media_stream_track_processor_new (clone.get (), 1));
    auto frame = own (gst_web_media_stream_track_processor_read (
        processor.get (), nullptr, nullptr));
    fail_unless (bool (frame));
    gst_web_media_stream_track_apply_constraints_json (
        clone.get (), R"({"width":8})", nullptr, nullptr);
    gst_web_media_stream_track_stop (clone.get ());
  }
  gst_web_video_track_generator_close (generator);
  is_over = true;
  writer.join ();
  muter.join ();
  f.expect_type_error ();
}
GST_END_TEST

static Suite *
video_track_generator_suite ()
{
  Suite *suite = suite_create ("api/video-track-generator");
  TCase *generator = tcase_create ("generator");
  suite_add_tcase (suite, generator);
  tcase_add_test (generator, it_has_a_live_track_of_pictures);
  tcase_add_test (generator, a_processor_reads_what_is_written);
  tcase_add_test (generator, muting_it_mutes_its_tracks);
  tcase_add_test (generator, closing_it_ends_its_tracks);
  tcase_add_test (generator, stopping_its_track_closes_it);
  tcase_add_test (generator, what_is_no_picture_is_a_type_error);
  tcase_add_test (generator, constraints_scale_what_a_processor_reads);
  tcase_add_test (generator, tracks_end_when_the_generator_goes);
  tcase_add_test (generator, threads_write_mute_clone_and_close_at_once);
  return suite;
}
GST_CHECK_MAIN (video_track_generator)
