// SPDX-License-Identifier: LGPL-2.1-or-later
// To be run by in-session: a camera that is PipeWire's own. Its microphones are
// left out: what has no hardware behind it is heard at some times only, with
// gst-launch, too. What their caps say is in devices/capture-sound.cc. No test
// lets go of its list: see devices.cc.
#include "support/check.hh"

#include <gst/webmedia/webmedia.h>

#include <memory>
#include <string>

namespace {

struct Release {
  void operator() (gpointer object) const { g_object_unref (object); }
  void operator() (GstMessage *message) const { gst_message_unref (message); }
};
template <typename T> using Own = std::unique_ptr<T, Release>;

Own<GstWebMediaStream>
get_user_media (GstWebMediaDevices *devices, const char *constraints)
{
  GError *error = nullptr;
  Own<GstWebMediaStream> stream (gst_web_media_devices_get_user_media_json (
      devices, constraints, nullptr, &error));
  fail_unless (stream != nullptr, "%s", error ? error->message : "no error");
  return stream;
}

// Plays a stream until its sinks have had what they count to.
void
play (GstWebMediaStream *stream, const char *description)
{
  Own<GstElement> pipeline (GST_ELEMENT (
      gst_object_ref_sink (gst_parse_launch (description, nullptr))));
  Own<GstElement> source (gst_bin_get_by_name (GST_BIN (pipeline.get ()), "s"));
  g_object_set (source.get (), "stream", stream, nullptr);
  gst_element_set_state (pipeline.get (), GST_STATE_PLAYING);
  Own<GstBus> bus (gst_element_get_bus (pipeline.get ()));
  Own<GstMessage> end (
      gst_bus_timed_pop_filtered (bus.get (), GST_CLOCK_TIME_NONE,
          GstMessageType (GST_MESSAGE_EOS | GST_MESSAGE_ERROR)));
  GError *error = nullptr;
  if (GST_MESSAGE_TYPE (end.get ()) == GST_MESSAGE_ERROR)
    gst_message_parse_error (end.get (), &error, nullptr);
  fail_unless (error == nullptr, "%s", error ? error->message : "");
  gst_element_set_state (pipeline.get (), GST_STATE_NULL);
}

void
stop (GstWebMediaStream *stream)
{
  GPtrArray *tracks = gst_web_media_stream_get_tracks (stream);
  for (guint i = 0; i < tracks->len; i++)
    gst_web_media_stream_track_stop (
        static_cast<GstWebMediaStreamTrack *> (g_ptr_array_index (tracks, i)));
  g_ptr_array_unref (tracks);
}

} // namespace

GST_START_TEST (a_camera_gives_pictures_of_the_size_asked_for)
{
  GstWebMediaDevices *devices = gst_web_media_devices_new ();
  auto stream =
      get_user_media (devices, "{\"video\":{\"width\":320,\"height\":240}}");
  play (stream.get (),
      "mediastreamsrc name=s s.video_0 ! video/x-raw,width=320,height=240 ! "
      "fakesink num-buffers=10");
  stop (stream.get ());
}
GST_END_TEST

GST_START_TEST (what_no_camera_can_do_is_refused)
{
  GstWebMediaDevices *devices = gst_web_media_devices_new ();
  GError *error = nullptr;
  fail_if (gst_web_media_devices_get_user_media_json (devices,
      "{\"video\":{\"facingMode\":{\"exact\":\"left\"}}}", nullptr, &error));
  fail_unless (
      g_error_matches (error, GST_WEB_ERROR, GST_WEB_ERROR_OVERCONSTRAINED));
  fail_unless_equals_string (
      gst_web_error_get_constraint (error), "facingMode");
  g_error_free (error);
}
GST_END_TEST

static Suite *
capture_suite (void)
{
  Suite *suite = suite_create ("pipewire/capture");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, a_camera_gives_pictures_of_the_size_asked_for);
  tcase_add_test (tc, what_no_camera_can_do_is_refused);
  return suite;
}

GST_CHECK_MAIN (capture);
