// SPDX-License-Identifier: LGPL-2.1-or-later
// Sound of an application, and which track is heard.
#include "support/media-stream-fixture.hh"

using namespace webmedia;

static constexpr const char *kFormat =
    "audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved";

using Destination = Ptr<GstWebMediaStreamAudioDestination>;

static Destination
make_destination ()
{
  GError *error = nullptr;
  auto format = own (gst_caps_from_string (kFormat));
  auto made =
      own (gst_web_media_stream_audio_destination_new (format.get (), &error));
  fail_unless (made && !error);
  return made;
}

static TrackObject
track_of (const Destination &destination)
{
  GPtrArray *all = gst_web_media_stream_get_audio_tracks (
      gst_web_media_stream_audio_destination_get_stream (destination.get ()));
  fail_unless_equals_int (int (all->len), 1);
  auto track = TrackObject::share (
      GST_WEB_MEDIA_STREAM_TRACK (g_ptr_array_index (all, 0)));
  g_ptr_array_unref (all);
  return track;
}

GST_START_TEST (what_is_pushed_is_heard)
{
  Destination destination = make_destination ();
  TrackObject track = track_of (destination);
  auto processor =
      own (gst_web_media_stream_track_processor_new (track.get (), 10));
  for (guint8 i = 1; i <= 3; i++) {
    auto block = own (gst_buffer_new_allocate (nullptr, 960, nullptr));
    gst_buffer_memset (block.get (), 0, i, 960);
    fail_unless (gst_web_media_stream_audio_destination_push (
        destination.get (), block.get (), nullptr));
  }
  GstClockTime end = GST_CLOCK_TIME_NONE;
  for (guint8 i = 1; i <= 3; i++) {
    auto sample = own (gst_web_media_stream_track_processor_read (
        processor.get (), nullptr, nullptr));
    GstBuffer *buffer = gst_sample_get_buffer (sample.get ());
    guint8 byte = 0;
    gst_buffer_extract (buffer, 0, &byte, 1);
    fail_unless_equals_int (byte, i);
    fail_unless (i == 1 || GST_BUFFER_PTS (buffer) == end);
    end = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
  }
}
GST_END_TEST

GST_START_TEST (a_destination_has_a_format_and_a_stream)
{
  Destination destination = make_destination ();
  GstCaps *format;
  GstWebMediaStream *stream;
  g_object_get (
      destination.get (), "format", &format, "stream", &stream, nullptr);
  auto expected = own (gst_caps_from_string (kFormat));
  fail_unless (gst_caps_is_equal (format, expected.get ()));
  fail_unless (gst_web_media_stream_get_active (stream));
  gst_caps_unref (format);
  // Its track goes with it.
  destination.reset ();
  fail_if (gst_web_media_stream_get_active (stream));
  gst_object_unref (stream);
}
GST_END_TEST

GST_START_TEST (what_is_wrong_is_said)
{
  GError *error = nullptr;
  auto format = own (gst_caps_from_string ("audio/x-opus"));
  fail_unless (
      gst_web_media_stream_audio_destination_new (format.get (), &error)
      == nullptr);
  fail_unless (g_error_matches (error, GST_WEB_ERROR, GST_WEB_ERROR_TYPE));
  g_clear_error (&error);
  Destination destination = make_destination ();
  auto odd = own (gst_buffer_new_allocate (nullptr, 3, nullptr));
  fail_if (gst_web_media_stream_audio_destination_push (
      destination.get (), odd.get (), &error));
  fail_unless (g_error_matches (error, GST_WEB_ERROR, GST_WEB_ERROR_TYPE));
  g_clear_error (&error);
  gst_web_media_stream_track_stop (track_of (destination).get ());
  auto block = own (gst_buffer_new_allocate (nullptr, 4, nullptr));
  fail_if (gst_web_media_stream_audio_destination_push (
      destination.get (), block.get (), &error));
  fail_unless (
      g_error_matches (error, GST_WEB_ERROR, GST_WEB_ERROR_INVALID_STATE));
  g_clear_error (&error);
  // For bindings.
  auto none = own (GST_WEB_MEDIA_STREAM_AUDIO_DESTINATION (gst_object_ref_sink (
      g_object_new (GST_TYPE_WEB_MEDIA_STREAM_AUDIO_DESTINATION, nullptr))));
  fail_if (gst_web_media_stream_audio_destination_push (
      none.get (), block.get (), &error));
  fail_unless (
      g_error_matches (error, GST_WEB_ERROR, GST_WEB_ERROR_INVALID_STATE));
  g_clear_error (&error);
}
GST_END_TEST

// WPT: mediastreamaudiosourcenode-ctor, and its choice of a track
GST_START_TEST (the_track_that_is_heard_is_the_first_by_its_id)
{
  for (int round = 0; round < 20; round++) {
    StreamFixture f;
    GError *error = nullptr;
    auto pictures = f.add (kVideo);
    fail_unless (gst_web_media_stream_pick_audio_track (f.object.get (), &error)
                 == nullptr);
    fail_unless (
        g_error_matches (error, GST_WEB_ERROR, GST_WEB_ERROR_INVALID_STATE));
    g_clear_error (&error);
    auto one = f.add (kAudio), other = f.add (kAudio);
    std::string ids[2] = {
        gst_web_media_stream_track_get_id (f.track (1).get ()),
        gst_web_media_stream_track_get_id (f.track (2).get ())};
    auto picked =
        own (gst_web_media_stream_pick_audio_track (f.object.get (), &error));
    fail_unless_equals_string (
        gst_web_media_stream_track_get_id (picked.get ()),
        std::min (ids[0], ids[1]).c_str ());
  }
}
GST_END_TEST

static Suite *
audio_destination_suite (void)
{
  Suite *suite = suite_create ("audio-destination");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, what_is_pushed_is_heard);
  tcase_add_test (tc, a_destination_has_a_format_and_a_stream);
  tcase_add_test (tc, what_is_wrong_is_said);
  tcase_add_test (tc, the_track_that_is_heard_is_the_first_by_its_id);
  return suite;
}

GST_CHECK_MAIN (audio_destination);
