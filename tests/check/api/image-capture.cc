// SPDX-License-Identifier: LGPL-2.1-or-later
// Single pictures of tracks.
#include "support/faulty-encoder.hh"
#include "support/media-stream-fixture.hh"

#include <atomic>
#include <functional>
#include <thread>

using namespace webmedia;

using Sample = Ptr<GstSample>;
using Dictionary = Ptr<GVariant>;

namespace {

struct Fixture {
  explicit Fixture (bool is_device = true)
  {
    NewTrack made = StreamFixture::make (kVideo, is_device);
    input = std::move (made.input);
    track = own (gst_web_bridge_track_object (made.track));
    auto caps = own (gst_caps_from_string (
        "video/x-raw,format=RGBA,width=16,height=8,framerate=25/1"));
    input->put (own (gst_event_new_caps (caps.get ())));
    GError *error = nullptr;
    capture = own (gst_web_image_capture_new (track.get (), &error));
    fail_unless (capture && !error);
  }

  void put (guint8 byte = 200)
  {
    auto buffer = own (gst_buffer_new_allocate (nullptr, 16 * 8 * 4, nullptr));
    gst_buffer_memset (buffer.get (), 0, byte, 16 * 8 * 4);
    GST_BUFFER_PTS (buffer.get ()) = 0;
    input->put (std::move (buffer));
  }
  GstWebImageCapture *get () { return capture.get (); }
  // As a camera does: a frame after the other, until that is done.
  void feed_while (const std::function<void ()> &done)
  {
    std::atomic<bool> is_done = false;
    std::thread camera ([&] {
      while (!is_done) {
        put ();
        std::this_thread::yield ();
      }
    });
    done ();
    is_done = true;
    camera.join ();
  }

  std::unique_ptr<stream::Input> input;
  TrackObject track;
  Ptr<GstWebImageCapture> capture;
};

void
expect_code (GError *error, int code)
{
  fail_unless (g_error_matches (error, GST_WEB_ERROR, code), "%s",
      error ? error->message : "no error");
  g_error_free (error);
}

// What an _async function gives, by its _finish function.
template <typename Finish>
auto
wait_for (Finish finish, GError **error,
    const std::function<void (GAsyncReadyCallback, gpointer)> &start)
{
  GAsyncResult *result = nullptr;
  start (
      [] (GObject *, GAsyncResult *came, gpointer where) {
        *static_cast<GAsyncResult **> (where) =
            G_ASYNC_RESULT (g_object_ref (came));
      },
      &result);
  while (!result)
    g_main_context_iteration (nullptr, TRUE);
  auto capture =
      GST_WEB_IMAGE_CAPTURE (g_async_result_get_source_object (result));
  auto value = own (finish (capture, result, error));
  g_object_unref (capture);
  g_object_unref (result);
  return value;
}

} // namespace

// WPT: ImageCapture-creation, ImageCapture-track
GST_START_TEST (it_is_made_of_a_track_of_pictures)
{
  Fixture f;
  fail_unless (gst_web_image_capture_get_track (f.get ()) == f.track.get ());
  GstWebMediaStreamTrack *track;
  g_object_get (f.get (), "track", &track, nullptr);
  fail_unless (track == f.track.get ());
  gst_object_unref (track);
  std::unique_ptr<stream::Input> input;
  TrackObject sound = new_track (kAudio, &input);
  GError *error = nullptr;
  fail_unless (gst_web_image_capture_new (sound.get (), &error) == nullptr);
  expect_code (error, GST_WEB_ERROR_NOT_SUPPORTED);
}
GST_END_TEST

// WPT: ImageCapture-grabFrame
GST_START_TEST (a_frame_is_grabbed_as_it_is)
{
  Fixture f (false); // of any source
  f.put (77);
  GError *error = nullptr;
  auto frame =
      own (gst_web_image_capture_grab_frame (f.get (), nullptr, &error));
  fail_unless (frame && !error);
  guint8 byte = 0;
  gst_buffer_extract (gst_sample_get_buffer (frame.get ()), 0, &byte, 1);
  fail_unless_equals_int (byte, 77);
  GstStructure *caps =
      gst_caps_get_structure (gst_sample_get_caps (frame.get ()), 0);
  fail_unless_equals_string (gst_structure_get_string (caps, "format"), "RGBA");
}
GST_END_TEST

GST_START_TEST (a_grab_waits_for_a_frame)
{
  Fixture f;
  GError *error = nullptr;
  auto frame = wait_for (gst_web_image_capture_grab_frame_finish, &error,
      [&] (GAsyncReadyCallback done, gpointer data) {
        gst_web_image_capture_grab_frame_async (f.get (), nullptr, done, data);
        run_context ();
        f.put ();
      });
  fail_unless (frame && !error);
  // A few in a row are no error.
  f.feed_while ([&f] {
    std::thread other ([&f] {
      auto more =
          own (gst_web_image_capture_grab_frame (f.get (), nullptr, nullptr));
      fail_unless (bool (more));
    });
    auto more =
        own (gst_web_image_capture_grab_frame (f.get (), nullptr, nullptr));
    fail_unless (bool (more));
    other.join ();
  });
}
GST_END_TEST

// Not of any time ago, when it stood still or was not there.
GST_START_TEST (a_camera_is_grabbed_as_it_is_now)
{
  Fixture f;
  f.put (77);
  GError *error = nullptr;
  auto frame = wait_for (gst_web_image_capture_grab_frame_finish, &error,
      [&] (GAsyncReadyCallback done, gpointer data) {
        gst_web_image_capture_grab_frame_async (f.get (), nullptr, done, data);
        run_context ();
        f.put (99);
      });
  fail_unless (frame && !error);
  guint8 byte = 0;
  gst_buffer_extract (gst_sample_get_buffer (frame.get ()), 0, &byte, 1);
  fail_unless_equals_int (byte, 99);
}
GST_END_TEST

GST_START_TEST (a_grab_can_be_cancelled)
{
  Fixture f;
  auto cancellable = own (g_cancellable_new ());
  GError *error = nullptr;
  auto frame = wait_for (gst_web_image_capture_grab_frame_finish, &error,
      [&] (GAsyncReadyCallback done, gpointer data) {
        gst_web_image_capture_grab_frame_async (
            f.get (), cancellable.get (), done, data);
        g_cancellable_cancel (cancellable.get ());
      });
  fail_unless (
      !frame && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  g_error_free (error);
}
GST_END_TEST

GST_START_TEST (a_track_that_is_not_live_is_an_invalid_state)
{
  Fixture f;
  f.put ();
  gst_web_media_stream_track_stop (f.track.get ());
  GError *error = nullptr;
  fail_unless (!gst_web_image_capture_grab_frame (f.get (), nullptr, &error));
  expect_code (std::exchange (error, nullptr), GST_WEB_ERROR_INVALID_STATE);
  fail_unless (
      !gst_web_image_capture_take_photo (f.get (), nullptr, nullptr, &error));
  expect_code (std::exchange (error, nullptr), GST_WEB_ERROR_INVALID_STATE);
  fail_unless (!gst_web_image_capture_get_photo_capabilities (
      f.get (), nullptr, &error));
  expect_code (std::exchange (error, nullptr), GST_WEB_ERROR_INVALID_STATE);
  fail_unless (
      !gst_web_image_capture_get_photo_settings (f.get (), nullptr, &error));
  expect_code (std::exchange (error, nullptr), GST_WEB_ERROR_INVALID_STATE);
  auto frame = wait_for (gst_web_image_capture_grab_frame_finish, &error,
      [&] (GAsyncReadyCallback done, gpointer data) {
        gst_web_image_capture_grab_frame_async (f.get (), nullptr, done, data);
      });
  fail_if (bool (frame));
  expect_code (error, GST_WEB_ERROR_INVALID_STATE);
}
GST_END_TEST

GST_START_TEST (a_track_that_ends_meanwhile_is_an_unknown_error)
{
  Fixture f;
  GError *error = nullptr;
  auto frame = wait_for (gst_web_image_capture_grab_frame_finish, &error,
      [&] (GAsyncReadyCallback done, gpointer data) {
        gst_web_image_capture_grab_frame_async (f.get (), nullptr, done, data);
        f.input->end ();
      });
  fail_if (bool (frame));
  expect_code (error, GST_WEB_ERROR_UNKNOWN);
}
GST_END_TEST

GST_START_TEST (a_frame_of_a_disabled_track_is_black)
{
  Fixture f (false);
  gst_web_media_stream_track_set_enabled (f.track.get (), FALSE);
  f.put (200);
  gst_web_media_stream_track_set_enabled (f.track.get (), TRUE);
  auto frame =
      own (gst_web_image_capture_grab_frame (f.get (), nullptr, nullptr));
  guint8 pixel[4];
  gst_buffer_extract (gst_sample_get_buffer (frame.get ()), 0, pixel, 4);
  fail_unless (
      pixel[0] == 0 && pixel[1] == 0 && pixel[2] == 0 && pixel[3] == 255);
}
GST_END_TEST

// WPT: takePhoto
GST_START_TEST (a_photo_is_a_file_of_its_frame)
{
  Fixture f;
  GError *error = nullptr;
  auto settings = g_variant_new_parsed (
      "{'imageWidth': <16.0>, 'imageHeight': <uint32 8>,"
      " 'fillLightMode': <'off'>, 'redEyeReduction': <false>, 'x': <1>}");
  Sample photo, again;
  f.feed_while ([&] {
    photo = own (
        gst_web_image_capture_take_photo (f.get (), settings, nullptr, &error));
    again = wait_for (gst_web_image_capture_take_photo_finish, &error,
        [&] (GAsyncReadyCallback done, gpointer data) {
          gst_web_image_capture_take_photo_async (
              f.get (), nullptr, nullptr, done, data);
        });
  });
  fail_unless (photo && !error, "%s", error ? error->message : "");
  GstStructure *caps =
      gst_caps_get_structure (gst_sample_get_caps (photo.get ()), 0);
  fail_unless_equals_string (gst_structure_get_name (caps), "image/jpeg");
  int width = 0;
  gst_structure_get_int (caps, "width", &width);
  fail_unless_equals_int (width, 16);
  guint8 start[2];
  gst_buffer_extract (gst_sample_get_buffer (photo.get ()), 0, start, 2);
  fail_unless (start[0] == 0xff && start[1] == 0xd8);
  fail_unless (bool (again));
}
GST_END_TEST

GST_START_TEST (a_photo_is_cancelled_while_it_is_encoded)
{
  Fixture f;
  test::encode_with (test::Fault::hangs);
  auto cancellable = own (g_cancellable_new ());
  std::thread other ([&cancellable] {
    test::wait_until_it_hangs ();
    g_cancellable_cancel (cancellable.get ());
  });
  GError *error = nullptr;
  Sample photo;
  f.feed_while ([&] {
    photo = own (gst_web_image_capture_take_photo (
        f.get (), nullptr, cancellable.get (), &error));
  });
  other.join ();
  test::let_go ();
  fail_if (bool (photo));
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  g_error_free (error);
}
GST_END_TEST

// WPT: takePhoto-without-PhotoCapabilities
GST_START_TEST (what_is_no_camera_takes_no_photo)
{
  Fixture f (false);
  f.put ();
  GError *error = nullptr;
  fail_unless (
      !gst_web_image_capture_take_photo (f.get (), nullptr, nullptr, &error));
  expect_code (std::exchange (error, nullptr), GST_WEB_ERROR_UNKNOWN);
  fail_unless (!gst_web_image_capture_get_photo_capabilities (
      f.get (), nullptr, &error));
  expect_code (std::exchange (error, nullptr), GST_WEB_ERROR_OPERATION);
  fail_unless (
      !gst_web_image_capture_get_photo_settings (f.get (), nullptr, &error));
  expect_code (error, GST_WEB_ERROR_OPERATION);
}
GST_END_TEST

GST_START_TEST (what_the_camera_has_not_is_an_unknown_error)
{
  Fixture f;
  f.put ();
  auto expect = [&] (const char *settings, int code) {
    GError *error = nullptr;
    auto photo = own (gst_web_image_capture_take_photo (
        f.get (), g_variant_new_parsed (settings), nullptr, &error));
    fail_if (bool (photo), "%s", settings);
    expect_code (error, code);
  };
  expect ("{'fillLightMode': <'flash'>}", GST_WEB_ERROR_UNKNOWN);
  expect ("{'fillLightMode': <'auto'>}", GST_WEB_ERROR_UNKNOWN);
  expect ("{'redEyeReduction': <true>}", GST_WEB_ERROR_UNKNOWN);
  expect ("{'fillLightMode': <'torch'>}", GST_WEB_ERROR_TYPE);
  expect ("{'redEyeReduction': <1>}", GST_WEB_ERROR_TYPE);
  expect ("{'imageWidth': <'wide'>}", GST_WEB_ERROR_TYPE);
  expect ("['imageWidth']", GST_WEB_ERROR_TYPE);
}
GST_END_TEST

// WPT: getPhotoCapabilities, getPhotoSettings
GST_START_TEST (a_camera_tells_what_photos_it_takes)
{
  Fixture f; // before its first frame
  GError *error = nullptr;
  Dictionary capabilities = own (
      gst_web_image_capture_get_photo_capabilities (f.get (), nullptr, &error));
  fail_unless (capabilities && !error);
  g_autofree gchar *text = g_variant_print (capabilities.get (), FALSE);
  fail_unless_equals_string (text,
      "{'redEyeReduction': <'never'>, "
      "'imageHeight': <{'max': 8.0, 'min': 8.0, 'step': 0.0}>, "
      "'imageWidth': <{'max': 16.0, 'min': 16.0, 'step': 0.0}>, "
      "'fillLightMode': <@as []>}");
  Dictionary settings = own (
      gst_web_image_capture_get_photo_settings (f.get (), nullptr, &error));
  g_autofree gchar *other = g_variant_print (settings.get (), FALSE);
  fail_unless_equals_string (other,
      "{'imageHeight': <8.0>, 'imageWidth': <16.0>, "
      "'redEyeReduction': <false>}");
  capabilities = wait_for (gst_web_image_capture_get_photo_capabilities_finish,
      &error, [&] (GAsyncReadyCallback done, gpointer data) {
        gst_web_image_capture_get_photo_capabilities_async (
            f.get (), nullptr, done, data);
      });
  fail_unless (capabilities && !error);
  settings = wait_for (gst_web_image_capture_get_photo_settings_finish, &error,
      [&] (GAsyncReadyCallback done, gpointer data) {
        gst_web_image_capture_get_photo_settings_async (
            f.get (), nullptr, done, data);
      });
  fail_unless (settings && !error);
}
GST_END_TEST

static Suite *
image_capture_suite (void)
{
  Suite *suite = suite_create ("image-capture");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, it_is_made_of_a_track_of_pictures);
  tcase_add_test (tc, a_frame_is_grabbed_as_it_is);
  tcase_add_test (tc, a_grab_waits_for_a_frame);
  tcase_add_test (tc, a_camera_is_grabbed_as_it_is_now);
  tcase_add_test (tc, a_grab_can_be_cancelled);
  tcase_add_test (tc, a_track_that_is_not_live_is_an_invalid_state);
  tcase_add_test (tc, a_track_that_ends_meanwhile_is_an_unknown_error);
  tcase_add_test (tc, a_frame_of_a_disabled_track_is_black);
  tcase_add_test (tc, a_photo_is_a_file_of_its_frame);
  tcase_add_test (tc, a_photo_is_cancelled_while_it_is_encoded);
  tcase_add_test (tc, what_is_no_camera_takes_no_photo);
  tcase_add_test (tc, what_the_camera_has_not_is_an_unknown_error);
  tcase_add_test (tc, a_camera_tells_what_photos_it_takes);
  return suite;
}

GST_CHECK_MAIN (image_capture);
