// SPDX-License-Identifier: LGPL-2.1-or-later
// To be run by in-session: cameras are let go of, come back, and go.
#include "session.hh"

using namespace webmedia::test;

namespace {

constexpr const char *kAnyCamera = R"({"video":true})";
constexpr const char *kPad = "video_0 ! video/x-raw";

std::string
checksum (const Own<GstSample> &sample)
{
  GstMapInfo map;
  GstBuffer *buffer = gst_sample_get_buffer (sample.get ());
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  gchar *sum = g_compute_checksum_for_data (G_CHECKSUM_MD5, map.data, map.size);
  std::string text = sum;
  g_free (sum);
  gst_buffer_unmap (buffer, &map);
  return text;
}

} // namespace

GST_START_TEST (a_camera_is_released_and_taken_again)
{
  GstWebMediaDevices *devices = gst_web_media_devices_new ();
  for (int i = 0; i < 3; i++) {
    auto stream = get_user_media (devices, kAnyCamera);
    {
      Player player (stream, kPad);
      player.next_with_content ();
    }
    stop (stream);
    wait_released ();
  }
}
GST_END_TEST

GST_START_TEST (a_camera_that_nobody_wants_is_released)
{
  auto stream = get_user_media (gst_web_media_devices_new (), kAnyCamera);
  auto track = first_track (stream);
  Player player (stream, "video_0 ! videoconvert ! video/x-raw,format=RGB");
  player.next_with_content ();
  gst_web_media_stream_track_set_enabled (track.get (), FALSE);
  wait_released ();
  gst_web_media_stream_track_set_enabled (track.get (), TRUE);
  player.next_with_content ();
  fail_unless (gst_web_media_stream_get_active (stream.get ()));
}
GST_END_TEST

// While its source is closed, opened and closed again.
GST_START_TEST (pictures_outlast_their_camera)
{
  GstWebMediaDevices *devices = gst_web_media_devices_new ();
  std::vector<Own<GstSample>> kept;
  std::vector<std::string> sums;
  for (int i = 0; i < 2; i++) {
    auto stream = get_user_media (devices, kAnyCamera);
    {
      Player player (stream, kPad);
      for (int j = 0; j < 4; j++) {
        kept.push_back (player.next ());
        sums.push_back (checksum (kept.back ()));
      }
    }
    stop (stream);
    wait_released ();
  }
  for (size_t i = 0; i < kept.size (); i++)
    fail_unless_equals_string (checksum (kept[i]).c_str (), sums[i].c_str ());
}
GST_END_TEST

// Its consumer keeps what it has.
GST_START_TEST (a_camera_that_goes_away_ends_its_track)
{
  GstWebMediaDevices *devices = gst_web_media_devices_new ();
  create_camera ("leaving", "Leaving camera");
  std::string id = wait_id_of (devices, "Leaving camera");
  std::string asked = R"({"video":)" + exactly (id) + "}";
  auto stream = get_user_media (devices, asked);
  auto track = first_track (stream);
  bool has_ended = false;
  g_signal_connect (track.get (), "ended",
      G_CALLBACK (+[] (GstWebMediaStreamTrack *, gpointer ended) {
        *static_cast<bool *> (ended) = true;
      }),
      &has_ended);
  Player player (stream, kPad);
  auto kept = player.next_with_content ();
  std::string sum = checksum (kept);
  pw_cli ("destroy leaving");
  while (!has_ended)
    g_main_context_iteration (nullptr, TRUE);
  fail_unless (gst_web_media_stream_track_get_ready_state (track.get ())
               == GST_WEB_MEDIA_STREAM_TRACK_STATE_ENDED);
  fail_if (gst_web_media_stream_get_active (stream.get ()));
  while (player.try_next ()) { // to its end
  }
  while (!id_of (devices, "Leaving camera").empty ())
    g_main_context_iteration (nullptr, TRUE);
  auto error = fail_user_media (devices, asked);
  fail_unless (g_error_matches (
      error.get (), GST_WEB_ERROR, GST_WEB_ERROR_OVERCONSTRAINED));
  fail_unless_equals_string (checksum (kept).c_str (), sum.c_str ());
}
GST_END_TEST

static Suite *
release_suite (void)
{
  Suite *suite = suite_create ("pipewire/release");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, a_camera_is_released_and_taken_again);
  tcase_add_test (tc, a_camera_that_nobody_wants_is_released);
  tcase_add_test (tc, pictures_outlast_their_camera);
  tcase_add_test (tc, a_camera_that_goes_away_ends_its_track);
  return suite;
}

GST_CHECK_MAIN (release);
