// SPDX-License-Identifier: LGPL-2.1-or-later
// A canvas and its tracks, as an application sees them.
#include "support/media-stream-fixture.hh"

#include <cmath>

using namespace webmedia;

using CanvasObject = Ptr<GstWebCanvas>;

static Ptr<GstSample>
make_picture (int width, int height, guint8 byte = 1)
{
  auto buffer = own (
      gst_buffer_new_allocate (nullptr, gsize (4 * width * height), nullptr));
  gst_buffer_memset (buffer.get (), 0, byte, gsize (4 * width * height));
  auto caps =
      own (gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "RGBA",
          "width", G_TYPE_INT, width, "height", G_TYPE_INT, height, nullptr));
  return own (gst_sample_new (buffer.get (), caps.get (), nullptr, nullptr));
}

static TrackObject
only_track (GstWebMediaStream *stream)
{
  GPtrArray *all = gst_web_media_stream_get_tracks (stream);
  fail_unless_equals_int (int (all->len), 1);
  auto track = TrackObject::share (
      GST_WEB_MEDIA_STREAM_TRACK (g_ptr_array_index (all, 0)));
  g_ptr_array_unref (all);
  return track;
}

static Ptr<GstWebMediaStream>
capture (GstWebCanvas *canvas, double rate = GST_WEB_CANVAS_EVERY_PAINTING)
{
  GError *error = nullptr;
  auto stream = own (gst_web_canvas_capture_stream (canvas, rate, &error));
  fail_unless (stream && !error);
  return stream;
}

static void
paint (GstWebCanvas *canvas, guint8 byte = 1)
{
  GError *error = nullptr;
  fail_unless (
      gst_web_canvas_paint (canvas, make_picture (4, 2, byte).get (), &error));
  fail_unless (error == nullptr);
}

// The next picture that a consumer of the track gets; 0: there is none.
static int
next_byte (stream::Output &output)
{
  while (output.stats ().waiting > 0) {
    auto taken = output.take ();
    guint8 byte = 0;
    if (taken.buffer && gst_buffer_extract (taken.buffer.get (), 0, &byte, 1))
      return byte;
  }
  return 0;
}

static std::shared_ptr<stream::Output>
consume (GstWebMediaStreamTrack *track)
{
  std::shared_ptr<stream::TrackView> view;
  gst_web_bridge_track_view (track, &view);
  return view->subscribe (stream::Delivery::live, {});
}

GST_START_TEST (a_captured_stream_has_one_track_that_knows_its_canvas)
{
  auto canvas = own (gst_web_canvas_new ());
  auto stream = capture (canvas.get ());
  TrackObject track = only_track (stream.get ());
  fail_unless (GST_IS_WEB_CANVAS_CAPTURE_MEDIA_STREAM_TRACK (track.get ()));
  auto captured = GST_WEB_CANVAS_CAPTURE_MEDIA_STREAM_TRACK (track.get ());
  fail_unless (gst_web_canvas_capture_media_stream_track_get_canvas (captured)
               == canvas.get ());
  GstWebCanvas *property;
  g_object_get (track.get (), "canvas", &property, nullptr);
  fail_unless (property == canvas.get ());
  gst_object_unref (property);
  fail_unless_equals_string (
      gst_web_media_stream_track_get_kind (track.get ()), "video");
  fail_unless (gst_web_media_stream_get_active (stream.get ()));
}
GST_END_TEST

// WPT: MediaStreamTrack-video-stats
GST_START_TEST (a_track_of_a_canvas_has_no_statistics)
{
  auto canvas = own (gst_web_canvas_new ());
  auto stream = capture (canvas.get ());
  fail_unless (
      gst_web_media_stream_track_get_stats (only_track (stream.get ()).get ())
      == nullptr);
}
GST_END_TEST

GST_START_TEST (a_clone_is_of_the_same_type_and_canvas)
{
  auto canvas = own (gst_web_canvas_new ());
  auto stream = capture (canvas.get ());
  TrackObject track = only_track (stream.get ());
  auto expect_same = [&] (GstWebMediaStreamTrack *clone) {
    fail_unless (GST_IS_WEB_CANVAS_CAPTURE_MEDIA_STREAM_TRACK (clone));
    fail_unless (gst_web_canvas_capture_media_stream_track_get_canvas (
                     GST_WEB_CANVAS_CAPTURE_MEDIA_STREAM_TRACK (clone))
                 == canvas.get ());
  };
  expect_same (own (gst_web_media_stream_track_clone (track.get ())).get ());
  auto copy = own (gst_web_media_stream_clone (stream.get ()));
  expect_same (only_track (copy.get ()).get ());
  // Also of what has ended.
  gst_web_media_stream_track_stop (track.get ());
  auto ended = own (gst_web_media_stream_track_clone (track.get ()));
  expect_same (ended.get ());
  fail_unless_equals_int (
      gst_web_media_stream_track_get_ready_state (ended.get ()),
      GST_WEB_MEDIA_STREAM_TRACK_STATE_ENDED);
}
GST_END_TEST

GST_START_TEST (a_negative_rate_is_not_supported)
{
  auto canvas = own (gst_web_canvas_new ());
  for (double rate : {-1.0, -0.001, std::nan ("")}) {
    GError *error = nullptr;
    fail_unless (
        gst_web_canvas_capture_stream (canvas.get (), rate, &error) == nullptr);
    fail_unless (g_error_matches (error, GST_WEB_ERROR,
        std::isnan (rate) ? GST_WEB_ERROR_TYPE : GST_WEB_ERROR_NOT_SUPPORTED));
    g_clear_error (&error);
  }
}
GST_END_TEST

GST_START_TEST (frames_are_requested_for_each_track)
{
  auto canvas = own (gst_web_canvas_new ());
  auto stream = capture (canvas.get (), 0);
  TrackObject track = only_track (stream.get ());
  TrackObject clone = own (gst_web_media_stream_track_clone (track.get ()));
  auto one = consume (track.get ()), other = consume (clone.get ());
  paint (canvas.get (), 1);
  fail_unless_equals_int (next_byte (*one), 1);
  fail_unless_equals_int (next_byte (*other), 1);
  gst_web_canvas_capture_media_stream_track_request_frame (
      GST_WEB_CANVAS_CAPTURE_MEDIA_STREAM_TRACK (clone.get ()));
  paint (canvas.get (), 2);
  fail_unless_equals_int (next_byte (*one), 0);
  fail_unless_equals_int (next_byte (*other), 2);
}
GST_END_TEST

GST_START_TEST (the_size_is_that_of_the_last_painting)
{
  auto canvas = own (gst_web_canvas_new ());
  fail_unless_equals_int (int (gst_web_canvas_get_width (canvas.get ())), 0);
  static std::string changes;
  g_signal_connect (canvas.get (), "notify",
      G_CALLBACK (+[] (GObject *, GParamSpec *spec) { changes += spec->name; }),
      nullptr);
  fail_unless (gst_web_canvas_paint (
      canvas.get (), make_picture (4, 2).get (), nullptr));
  fail_unless_equals_string (changes.c_str (), "widthheight");
  fail_unless (gst_web_canvas_paint (
      canvas.get (), make_picture (4, 3).get (), nullptr));
  fail_unless_equals_string (changes.c_str (), "widthheightheight");
  guint width, height;
  g_object_get (canvas.get (), "width", &width, "height", &height, nullptr);
  fail_unless_equals_int (int (width), 4);
  fail_unless_equals_int (int (height), 3);
}
GST_END_TEST

GST_START_TEST (only_raw_pictures_can_be_painted)
{
  auto canvas = own (gst_web_canvas_new ());
  auto nothing = own (gst_sample_new (nullptr, nullptr, nullptr, nullptr));
  auto no_caps =
      own (gst_sample_new (gst_sample_get_buffer (make_picture (4, 2).get ()),
          nullptr, nullptr, nullptr));
  for (GstSample *sample : {nothing.get (), no_caps.get ()}) {
    GError *error = nullptr;
    fail_if (gst_web_canvas_paint (canvas.get (), sample, &error));
    fail_unless (g_error_matches (error, GST_WEB_ERROR, GST_WEB_ERROR_TYPE));
    g_clear_error (&error);
  }
}
GST_END_TEST

GST_START_TEST (a_track_keeps_its_canvas)
{
  auto canvas = own (gst_web_canvas_new ());
  auto stream = capture (canvas.get ());
  GWeakRef weak;
  g_weak_ref_init (&weak, canvas.get ());
  canvas.reset ();
  TrackObject track = only_track (stream.get ());
  fail_unless_equals_int (
      gst_web_media_stream_track_get_ready_state (track.get ()),
      GST_WEB_MEDIA_STREAM_TRACK_STATE_LIVE);
  auto output = consume (track.get ());
  paint (gst_web_canvas_capture_media_stream_track_get_canvas (
             GST_WEB_CANVAS_CAPTURE_MEDIA_STREAM_TRACK (track.get ())),
      7);
  fail_unless_equals_int (next_byte (*output), 7);
  // Who consumes it keeps neither: it comes to its end.
  track.reset ();
  stream.reset ();
  fail_unless (g_weak_ref_get (&weak) == nullptr);
  g_weak_ref_clear (&weak);
  fail_unless (output->take ().status == stream::Output::Status::ended);
}
GST_END_TEST

static Suite *
canvas_suite (void)
{
  Suite *suite = suite_create ("canvas");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, a_captured_stream_has_one_track_that_knows_its_canvas);
  tcase_add_test (tc, a_track_of_a_canvas_has_no_statistics);
  tcase_add_test (tc, a_clone_is_of_the_same_type_and_canvas);
  tcase_add_test (tc, a_negative_rate_is_not_supported);
  tcase_add_test (tc, frames_are_requested_for_each_track);
  tcase_add_test (tc, the_size_is_that_of_the_last_painting);
  tcase_add_test (tc, only_raw_pictures_can_be_painted);
  tcase_add_test (tc, a_track_keeps_its_canvas);
  return suite;
}

GST_CHECK_MAIN (canvas);
