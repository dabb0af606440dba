// SPDX-License-Identifier: LGPL-2.1-or-later
// To be run by in-session. PipeWire's provider (0.3.65) damages the heap when
// it is stopped: no test lets go of its list, and each is a process of its own.
#include "support/check.hh"

#include <gst/webmedia/webmedia.h>

#include <memory>
#include <string>

namespace {

struct Release {
  void operator() (GPtrArray *array) const { g_ptr_array_unref (array); }
};
template <typename T> using Own = std::unique_ptr<T, Release>;

// The names of what is there, in order.
std::string
describe (GPtrArray *devices)
{
  std::string text;
  for (guint i = 0; i < devices->len; i++) {
    auto info =
        static_cast<GstWebMediaDeviceInfo *> (g_ptr_array_index (devices, i));
    text += std::string (gst_web_media_device_info_get_label (info)) + ", ";
  }
  return text;
}

std::string
enumerate (GstWebMediaDevices *devices)
{
  GError *error = nullptr;
  Own<GPtrArray> found (
      gst_web_media_devices_enumerate_devices (devices, nullptr, &error));
  fail_unless (found != nullptr, "%s", error ? error->message : "");
  return describe (found.get ());
}

void
pw_cli (const char *arguments)
{
  std::string command = std::string ("pw-cli ") + arguments;
  gint status = -1;
  fail_unless (g_spawn_command_line_sync (
      command.c_str (), nullptr, nullptr, &status, nullptr));
  fail_unless (status == 0, "%s", command.c_str ());
}

} // namespace

GST_START_TEST (a_microphone_and_a_camera_are_listed)
{
  std::string found = enumerate (gst_web_media_devices_new ());
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
        *static_cast<std::string *> (text) =
            describe (gst_web_device_change_event_get_devices (event));
      }),
      &seen);
  auto has_second = [&seen] {
    return seen.find ("Second microphone") != std::string::npos;
  };
  pw_cli ("create-node adapter '{ factory.name=support.null-audio-sink "
          "node.name=second-mic node.description=\"Second microphone\" "
          "media.class=Audio/Source/Virtual audio.position=MONO "
          "object.linger=true }'");
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
