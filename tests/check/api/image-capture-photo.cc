// SPDX-License-Identifier: LGPL-2.1-or-later
// Photos of cameras, of other sizes than their tracks.
#include "support/media-devices-fixture.hh"

using namespace webmedia;
using namespace webmedia::test;

namespace {

struct Size {
  int width = 0, height = 0;
  bool operator== (const Size &) const = default;
};

// Its largest mode is its slowest one.
constexpr TestDeviceSpec kSlowCamera{.classes = "Video/Source",
    .label = "Slow Webcam",
    .caps = "video/x-raw, format=I420, width=640, height=480, framerate=30/1; "
            "video/x-raw, format=I420, width=1920, height=1080, framerate=5/1",
    .properties = kCamera.properties};

// A camera of 640x480 and 1280x720.
struct Fixture : UserMediaFixture {
  explicit Fixture (
      const char *json = R"({"video":{"width":320,"height":240}})",
      const TestDeviceSpec &camera = kRawCamera)
      : UserMediaFixture (camera),
        track (open (json)),
        capture (own (gst_web_image_capture_new (track.get (), nullptr)))
  {}

  Size take (const char *photo)
  {
    g_clear_error (&error);
    auto taken = own (gst_web_image_capture_take_photo (
        capture.get (), g_variant_new_parsed (photo), nullptr, &error));
    fail_unless (taken && !error, "%s: %s", photo, error ? error->message : "");
    GstStructure *caps =
        gst_caps_get_structure (gst_sample_get_caps (taken.get ()), 0);
    fail_unless_equals_string (gst_structure_get_name (caps), "image/jpeg");
    return size_in (caps);
  }
  // What the track gives out.
  Size frame ()
  {
    auto grabbed = own (
        gst_web_image_capture_grab_frame (capture.get (), nullptr, nullptr));
    fail_unless (bool (grabbed));
    return size_in (
        gst_caps_get_structure (gst_sample_get_caps (grabbed.get ()), 0));
  }
  static Size size_in (GstStructure *caps)
  {
    Size size;
    gst_structure_get_int (caps, "width", &size.width);
    gst_structure_get_int (caps, "height", &size.height);
    return size;
  }

  TrackObject track;
  Ptr<GstWebImageCapture> capture;
};

#define fail_unless_size(is, wanted)                                           \
  do {                                                                         \
    const Size is_ = (is), is_to_be_ = wanted;                                 \
    fail_unless (is_ == is_to_be_, "%dx%d is not %dx%d", is_.width,            \
        is_.height, is_to_be_.width, is_to_be_.height);                        \
  } while (0)

} // namespace

GST_START_TEST (a_photo_may_be_larger_than_its_track)
{
  Fixture f;
  std::string before = text_of (settings (f.track));
  fail_unless_size (f.take ("{'imageWidth': <1280>, 'imageHeight': <720>}"),
      (Size{1280, 720}));
  fail_unless_size (f.frame (), (Size{320, 240}));
  fail_unless_equals_string (
      text_of (settings (f.track)).c_str (), before.c_str ());
  fail_unless (gst_web_media_stream_track_get_ready_state (f.track.get ())
               == GST_WEB_MEDIA_STREAM_TRACK_STATE_LIVE);
}
GST_END_TEST

// Of a track that constrains nothing, the camera is in a mode that it would not
// have for any track, and then in its own again.
GST_START_TEST (a_photo_changes_nothing_else)
{
  Fixture f (R"({"video":true})", kSlowCamera);
  std::string before = text_of (settings (f.track));
  int changes = 0;
  g_signal_connect (f.track.get (), "configurationchange",
      G_CALLBACK (+[] (GstWebMediaStreamTrack *, int *n) { ++*n; }), &changes);
  fail_unless_size (f.take ("{'imageWidth': <1920>, 'imageHeight': <1080>}"),
      (Size{1920, 1080}));
  fail_unless_size (f.frame (), (Size{640, 480}));
  fail_unless (f.apply (f.track, R"({"frameRate":{"min":30}})"));
  fail_unless (f.apply (f.track, "{}"));
  while (g_main_context_iteration (nullptr, FALSE)) {
  }
  fail_unless_equals_string (
      text_of (settings (f.track)).c_str (), before.c_str ());
  fail_unless_equals_int (changes, 0);
}
GST_END_TEST

GST_START_TEST (a_photo_may_be_smaller_than_its_track)
{
  Fixture f;
  fail_unless_size (
      f.take ("{'imageWidth': <100>, 'imageHeight': <80>}"), (Size{100, 80}));
  fail_unless_size (f.frame (), (Size{320, 240}));
}
GST_END_TEST

GST_START_TEST (the_closest_size_is_taken)
{
  Fixture f;
  fail_unless_size (f.take ("{'imageWidth': <9999>, 'imageHeight': <9999>}"),
      (Size{1280, 720}));
  fail_unless_size (
      f.take ("{'imageWidth': <0>, 'imageHeight': <-5.0>}"), (Size{1, 1}));
}
GST_END_TEST

GST_START_TEST (one_side_keeps_the_shape_of_the_track)
{
  Fixture f;
  fail_unless_size (f.take ("{'imageWidth': <640>}"), (Size{640, 480}));
  fail_unless_size (f.take ("{'imageHeight': <120>}"), (Size{160, 120}));
}
GST_END_TEST

GST_START_TEST (without_a_size_it_is_of_its_track)
{
  Fixture f;
  fail_unless_size (f.take ("@a{sv} {}"), (Size{320, 240}));
}
GST_END_TEST

GST_START_TEST (the_range_is_that_of_the_camera)
{
  Fixture f;
  Dictionary all = own (gst_web_image_capture_get_photo_capabilities (
      f.capture.get (), nullptr, nullptr));
  fail_unless_equals_string (text_of (all).c_str (),
      "{'redEyeReduction': <'never'>, "
      "'imageHeight': <{'max': 720.0, 'min': 1.0, 'step': 1.0}>, "
      "'imageWidth': <{'max': 1280.0, 'min': 1.0, 'step': 1.0}>, "
      "'fillLightMode': <@as []>}");
  Dictionary now = own (gst_web_image_capture_get_photo_settings (
      f.capture.get (), nullptr, nullptr));
  fail_unless_equals_string (text_of (now).c_str (),
      "{'imageHeight': <240.0>, 'imageWidth': <320.0>, "
      "'redEyeReduction': <false>}");
}
GST_END_TEST

// What siblings require holds: the photo is what the camera can be then.
GST_START_TEST (a_sibling_that_requires_its_mode_keeps_it)
{
  Fixture f (R"({"video":{"width":{"exact":640},"height":{"exact":480},)"
             R"("resizeMode":{"exact":"none"}}})");
  fail_unless_size (f.take ("{'imageWidth': <1280>, 'imageHeight': <720>}"),
      (Size{640, 480}));
  fail_unless_size (f.frame (), (Size{640, 480}));
}
GST_END_TEST

GST_START_TEST (photos_can_be_cancelled)
{
  Fixture f;
  auto cancellable = own (g_cancellable_new ());
  g_cancellable_cancel (cancellable.get ());
  auto photo = own (gst_web_image_capture_take_photo (f.capture.get (),
      g_variant_new_parsed ("{'imageWidth': <1280>}"), cancellable.get (),
      &f.error));
  fail_if (bool (photo));
  fail_unless (g_error_matches (f.error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  fail_unless_size (f.frame (), (Size{320, 240}));
}
GST_END_TEST

static Suite *
image_capture_photo_suite (void)
{
  Suite *suite = suite_create ("image-capture-photo");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, a_photo_may_be_larger_than_its_track);
  tcase_add_test (tc, a_photo_changes_nothing_else);
  tcase_add_test (tc, a_photo_may_be_smaller_than_its_track);
  tcase_add_test (tc, the_closest_size_is_taken);
  tcase_add_test (tc, one_side_keeps_the_shape_of_the_track);
  tcase_add_test (tc, without_a_size_it_is_of_its_track);
  tcase_add_test (tc, the_range_is_that_of_the_camera);
  tcase_add_test (tc, a_sibling_that_requires_its_mode_keeps_it);
  tcase_add_test (tc, photos_can_be_cancelled);
  return suite;
}

GST_CHECK_MAIN (image_capture_photo);
