// SPDX-License-Identifier: LGPL-2.1-or-later
// To be run by in-display: getDisplayMedia of a white screen, and of a red
// window on it.
#include "base/ptr.hh"
#include "support/check.hh"
#include "support/test-policy.hh"

#include <gst/video/videooverlay.h>
#include <gst/webmedia/webmedia.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#ifdef HAVE_X11
  #include <X11/Xlib.h>
#endif

using namespace webmedia;

namespace {

template <typename T>
Ptr<T>
own (T *object)
{
  return Ptr<T>::adopt (object);
}

using Stream = Ptr<GstWebMediaStream>;
using TrackObject = Ptr<GstWebMediaStreamTrack>;

TrackObject
picture_track (const Stream &stream)
{
  GPtrArray *tracks = gst_web_media_stream_get_tracks (stream.get ());
  fail_unless_equals_int (tracks->len, 1);
  auto track = TrackObject::share (
      GST_WEB_MEDIA_STREAM_TRACK (g_ptr_array_index (tracks, 0)));
  g_ptr_array_unref (tracks);
  return track;
}

// A picture of the track: its size, and two of its colors, as 0xrrggbb. The
// pointer is in the middle of the screen.
struct Picture {
  explicit Picture (const TrackObject &track)
  {
    GError *error = nullptr;
    auto capture = own (gst_web_image_capture_new (track.get (), &error));
    auto sample = own (
        gst_web_image_capture_grab_frame (capture.get (), nullptr, &error));
    fail_unless (sample && !error, "%s", error ? error->message : "");
    GstVideoInfo info;
    GstVideoFrame frame;
    fail_unless (
        gst_video_info_from_caps (&info, gst_sample_get_caps (sample.get ())));
    fail_unless (gst_video_frame_map (
        &frame, &info, gst_sample_get_buffer (sample.get ()), GST_MAP_READ));
    width = info.width;
    height = info.height;
    fail_unless (GST_VIDEO_INFO_IS_RGB (&info));
    auto color_at = [&frame] (int x, int y) {
      int color = 0;
      for (int each : {GST_VIDEO_COMP_R, GST_VIDEO_COMP_G, GST_VIDEO_COMP_B})
        color = color << 8
                | static_cast<guint8 *> (GST_VIDEO_FRAME_COMP_DATA (&frame,
                    each))[y * GST_VIDEO_FRAME_COMP_STRIDE (&frame, each)
                           + x * GST_VIDEO_FRAME_COMP_PSTRIDE (&frame, each)];
      return color;
    };
    middle = color_at (width / 2, height / 2);
    corner = color_at (width / 8, height / 8);
    gst_video_frame_unmap (&frame);
  }

  int width = 0;
  int height = 0;
  int middle = 0;
  int corner = 0;
};

Ptr<GstDevice>
make_device (guint64 window = 0)
{
  GError *error = nullptr;
  auto device =
      own (gst_web_display_device_new (nullptr, window, FALSE, &error));
  fail_unless (device && !error, "%s", error ? error->message : "");
  return device;
}

// To an X server.
int
count_connections ()
{
  int connections = 0;
  for (int file = 0; file < 1024; file++) {
    sockaddr_un server{};
    socklen_t size = sizeof server - 1;
    if (getpeername (file, reinterpret_cast<sockaddr *> (&server), &size) == 0
        && server.sun_family == AF_UNIX)
      connections += // the first byte of an abstract one is 0
          strstr (server.sun_path, "X11-unix")
          || strstr (server.sun_path + 1, "X11-unix");
  }
  return connections;
}

// Waits until the captures have left the display. They do so on a thread of
// theirs some time after stop(), and who exits in the middle of it crashes in
// Xlib. What the process keeps open for good is there before.
struct Connections {
  Connections () : before ((make_device (), count_connections ())) {}
  ~Connections ()
  {
    while (count_connections () > before)
      g_thread_yield ();
  }
  const int before;
};

// A pipeline that shows red, and the window that it does so in.
struct RedWindow {
  RedWindow ()
  {
    pipeline = own (GST_ELEMENT (gst_object_ref_sink (gst_parse_launch (
        "videotestsrc pattern=red ! video/x-raw,width=160,height=120 ! "
        "videoconvert ! ximagesink",
        nullptr))));
    auto bus = own (gst_element_get_bus (pipeline.get ()));
    gst_element_set_state (pipeline.get (), GST_STATE_PLAYING);
    while (!id || !is_shown) {
      auto message = own (gst_bus_timed_pop (bus.get (), GST_CLOCK_TIME_NONE));
      fail_if (GST_MESSAGE_TYPE (message.get ()) == GST_MESSAGE_ERROR);
      is_shown |= GST_MESSAGE_TYPE (message.get ()) == GST_MESSAGE_ASYNC_DONE;
      const GstStructure *about = gst_message_get_structure (message.get ());
      if (about && gst_structure_has_name (about, "have-window-handle"))
        id = g_value_get_uint64 (
            gst_structure_get_value (about, "window-handle"));
    }
  }
  ~RedWindow () { gst_element_set_state (pipeline.get (), GST_STATE_NULL); }

  Ptr<GstElement> pipeline;
  guint64 id = 0;
  bool is_shown = false;
};

} // namespace

GST_START_TEST (the_screen_is_captured_in_the_size_that_is_wanted)
{
  Connections connections;
  auto devices = own (gst_web_media_devices_new ());
  GError *error = nullptr;
  auto stream = own (gst_web_media_devices_get_display_media_json (
      devices.get (), "{}", nullptr, &error));
  fail_unless (stream && !error, "%s", error ? error->message : "");
  auto track = picture_track (stream);
  Picture whole (track);
  fail_unless_equals_int (whole.width, 640);
  fail_unless_equals_int (whole.height, 480);
  fail_unless_equals_int_hex (whole.corner, 0xffffff);
  fail_unless (gst_web_media_stream_track_apply_constraints_json (
                   track.get (), R"({"width":{"max":320}})", nullptr, &error),
      "%s", error ? error->message : "");
  // The last picture of before is there until the next one.
  Picture small (track);
  while (small.width != 320)
    small = Picture (track);
  fail_unless_equals_int (small.height, 240);
  fail_unless_equals_int_hex (small.corner, 0xffffff);
  gst_web_media_stream_track_stop (track.get ());
}
GST_END_TEST

// On threads of their own, each the last one that is open now and then.
GST_START_TEST (displays_are_opened_while_others_are_closed)
{
  std::thread threads[4];
  for (auto &thread : threads)
    thread = std::thread ([] {
      for (int i = 0; i < 50; i++) {
        auto source = own (GST_ELEMENT (gst_object_ref_sink (
            gst_device_create_element (make_device ().get (), nullptr))));
        // It is live: there is no picture yet.
        fail_unless (gst_element_set_state (source.get (), GST_STATE_PAUSED)
                     == GST_STATE_CHANGE_NO_PREROLL);
        gst_element_set_state (source.get (), GST_STATE_NULL);
      }
    });
  for (auto &thread : threads)
    thread.join ();
}
GST_END_TEST

GST_START_TEST (the_pointer_is_seen_unless_it_is_not_wanted)
{
  Connections connections;
  for (bool wanted : {true, false}) {
    auto devices = own (gst_web_media_devices_new ());
    GError *error = nullptr;
    auto stream = own (gst_web_media_devices_get_display_media_json (
        devices.get (), wanted ? "{}" : R"({"video":{"cursor":"never"}})",
        nullptr, &error));
    fail_unless (stream && !error, "%s", error ? error->message : "");
    auto track = picture_track (stream);
    Picture picture (track);
    if (wanted)
      fail_unless (picture.middle != 0xffffff);
    else
      fail_unless_equals_int_hex (picture.middle, 0xffffff);
    // It can be changed while it is captured.
    fail_unless (
        gst_web_media_stream_track_apply_constraints_json (track.get (),
            wanted ? R"({"cursor":{"exact":"never"}})"
                   : R"({"cursor":{"exact":"always"}})",
            nullptr, &error),
        "%s", error ? error->message : "");
    while ((picture.middle != 0xffffff) == wanted)
      picture = Picture (track);
    gst_web_media_stream_track_stop (track.get ());
  }
}
GST_END_TEST

GST_START_TEST (a_window_is_a_device_that_a_policy_can_choose)
{
  RedWindow window;
  auto device = make_device (window.id);
  auto properties = gst_device_get_properties (device.get ());
  fail_unless_equals_string (
      gst_structure_get_string (properties, "display-surface"), "window");
  gst_structure_free (properties);
  // As a source of any pipeline, too.
  auto pipeline =
      own (GST_ELEMENT (gst_object_ref_sink (gst_pipeline_new (nullptr))));
  GstElement *source = gst_device_create_element (device.get (), nullptr);
  GstElement *sink = gst_element_factory_make ("fakesink", nullptr);
  g_object_set (source, "num-buffers", 1, nullptr);
  g_object_set (sink, "enable-last-sample", TRUE, nullptr);
  gst_bin_add_many (GST_BIN (pipeline.get ()), source, sink, nullptr);
  fail_unless (gst_element_link (source, sink));
  gst_element_set_state (pipeline.get (), GST_STATE_PLAYING);
  auto bus = own (gst_element_get_bus (pipeline.get ()));
  auto end = own (gst_bus_timed_pop_filtered (bus.get (), GST_CLOCK_TIME_NONE,
      GstMessageType (GST_MESSAGE_EOS | GST_MESSAGE_ERROR)));
  fail_unless (GST_MESSAGE_TYPE (end.get ()) == GST_MESSAGE_EOS);
  auto pad = own (gst_element_get_static_pad (sink, "sink"));
  auto caps = own (gst_pad_get_current_caps (pad.get ()));
  int width = 0;
  gst_structure_get_int (
      gst_caps_get_structure (caps.get (), 0), "width", &width);
  fail_unless_equals_int (width, 160);
  gst_element_set_state (pipeline.get (), GST_STATE_NULL);
}
GST_END_TEST

#ifdef HAVE_X11

namespace {

// Changes the size of windows, as their user does. It has to be there before
// ximagesrc is: that one needs a lock of Xlib's while it keeps the server from
// answering others, and who opens a display waits for the server with that lock
// held.
class User {
public:
  User () { fail_unless (display_ != nullptr); }
  ~User () { XCloseDisplay (display_); }
  void resize (const RedWindow &window, int width, int height)
  {
    XResizeWindow (
        display_, Window (window.id), unsigned (width), unsigned (height));
    XSync (display_, False);
  }

private:
  Display *const display_ = XOpenDisplay (nullptr);
};

unsigned
setting (const TrackObject &track, const char *name)
{
  auto settings = own (gst_web_media_stream_track_get_settings (track.get ()));
  guint32 number = 0;
  g_variant_lookup (settings.get (), name, "u", &number);
  return number;
}

// Pictures of before may be there until the next one.
void
comes_to (const TrackObject &track, int width, int height)
{
  Picture picture (track);
  while (picture.width != width)
    picture = Picture (track);
  fail_unless_equals_int (picture.height, height);
  fail_unless_equals_int (int (setting (track, "width")), width);
  fail_unless_equals_int (int (setting (track, "height")), height);
}

} // namespace

GST_START_TEST (a_window_is_captured_in_the_size_that_it_has)
{
  RedWindow window;
  User user;
  Connections connections; // what is captured has to outlast its capture
  GError *error = nullptr;
  test::PolicyState policy;
  policy.display = make_device (window.id);
  auto devices = own (gst_web_media_devices_new ());
  gst_web_media_devices_set_permission_policy (
      devices.get (), test::make_policy (policy).get ());
  auto stream = own (gst_web_media_devices_get_display_media_json (
      devices.get (), "{}", nullptr, &error));
  fail_unless (stream && !error, "%s", error ? error->message : "");
  auto track = picture_track (stream);
  auto small = own (gst_web_media_stream_track_clone (track.get ()));
  fail_unless (gst_web_media_stream_track_apply_constraints_json (
      small.get (), R"({"width":{"max":100}})", nullptr, &error));
  int changes = 0;
  g_signal_connect (track.get (), "configurationchange",
      G_CALLBACK (+[] (GstWebMediaStreamTrack *, int *number) { ++*number; }),
      &changes);
  comes_to (track, 160, 120);
  comes_to (small, 100, 75);
  constexpr struct {
    int width, height, small_width, small_height;
  } kSizes[] = {{320, 200, 100, 63}, {320, 80, 100, 25}, {40, 80, 40, 80},
      {640, 480, 100, 75}};
  int before = 0;
  for (const auto &each : kSizes) {
    user.resize (window, each.width, each.height);
    while (changes == before)
      g_main_context_iteration (nullptr, TRUE);
    comes_to (track, each.width, each.height);
    comes_to (small, each.small_width, each.small_height);
    fail_unless_equals_int (changes, ++before);
  }
  for (const auto &each : {track, small}) {
    fail_unless_equals_int (
        gst_web_media_stream_track_get_ready_state (each.get ()),
        GST_WEB_MEDIA_STREAM_TRACK_STATE_LIVE);
    gst_web_media_stream_track_stop (each.get ());
  }
}
GST_END_TEST

#endif

static Suite *
display_media_suite (void)
{
  Suite *suite = suite_create ("display/display-media");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, the_screen_is_captured_in_the_size_that_is_wanted);
  tcase_add_test (tcase, displays_are_opened_while_others_are_closed);
  tcase_add_test (tcase, the_pointer_is_seen_unless_it_is_not_wanted);
  tcase_add_test (tcase, a_window_is_a_device_that_a_policy_can_choose);
#ifdef HAVE_X11
  tcase_add_test (tcase, a_window_is_captured_in_the_size_that_it_has);
#endif
  return suite;
}
GST_CHECK_MAIN (display_media);
