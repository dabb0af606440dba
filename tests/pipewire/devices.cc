// SPDX-License-Identifier: LGPL-2.1-or-later
// To be run by in-session.
#include "session.hh"

using namespace webmedia::test;

namespace {

// The names of what is there, in order.
std::string
describe (const Own<GPtrArray> &devices)
{
  std::string text;
  for (guint i = 0; i < devices->len; i++)
    text += std::string (gst_web_media_device_info_get_label (nth (devices, i)))
            + ", ";
  return text;
}

} // namespace

GST_START_TEST (a_microphone_and_a_camera_are_listed)
{
  std::string found = describe (enumerate (gst_web_media_devices_new ()));
  auto microphone = found.find ("Test microphone");
  auto camera = found.find ("Test camera");
  fail_if (microphone == std::string::npos, "%s", found.c_str ());
  fail_if (camera == std::string::npos, "%s", found.c_str ());
  fail_unless (microphone < camera, "%s", found.c_str ());
}
GST_END_TEST

GST_START_TEST (what_is_plugged_in_and_out_is_told)
{
  GstWebMediaDevices *devices = gst_web_media_devices_new ();
  enumerate (devices);
  std::string seen;
  g_signal_connect (devices, "devicechange",
      G_CALLBACK (+[] (GstWebMediaDevices *, GstWebDeviceChangeEvent *event,
                       gpointer text) {
        *static_cast<std::string *> (text) = describe (Own<GPtrArray> (
            g_ptr_array_ref (gst_web_device_change_event_get_devices (event))));
      }),
      &seen);
  auto has_second = [&seen] {
    return seen.find ("Second microphone") != std::string::npos;
  };
  create_microphone ("second-mic", "Second microphone");
  while (!has_second ())
    g_main_context_iteration (nullptr, TRUE);
  pw_cli ("destroy second-mic");
  while (has_second ())
    g_main_context_iteration (nullptr, TRUE);
}
GST_END_TEST

static Suite *
devices_suite (void)
{
  Suite *suite = suite_create ("pipewire/devices");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, a_microphone_and_a_camera_are_listed);
  tcase_add_test (tc, what_is_plugged_in_and_out_is_told);
  return suite;
}

GST_CHECK_MAIN (devices);
