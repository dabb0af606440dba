// SPDX-License-Identifier: LGPL-2.1-or-later
// `mediastreamsrc constraints=...`, with devices that are test sources.
#include "base/weak-ref.hh"
#include "support/check.hh"
#include "support/test-devices.hh"
#include "support/test-policy.hh"

#include <string>
#include <thread>

using namespace webmedia;
using namespace webmedia::test;

namespace {

// A pipeline whose sinks count what comes.
struct Fixture {
  explicit Fixture (const char *constraints, bool has_devices = true)
  {
    if (has_devices) {
      plug (kRawCamera);
      plug (kMicrophone);
    }
    auto made = make_test_monitor ();
    monitor = WeakRef<GstDeviceMonitor>::create (made.get ());
    devices = Ptr<GstWebMediaDevices>::adopt (
        gst_web_media_devices_new_with_monitor (made.get (), "salt"));
    g_object_set (source, "constraints", constraints, "media-devices",
        devices.get (), nullptr);
    g_signal_connect_swapped (
        source, "pad-added", G_CALLBACK (on_pad_added), this);
    gst_bin_add (GST_BIN (pipeline), source);
  }
  ~Fixture ()
  {
    gst_element_set_state (pipeline, GST_STATE_NULL);
    auto weak = WeakRef<GstElement>::create (source);
    gst_object_unref (pipeline);
    while (weak->lock ()) // until what it has cancelled is told
      g_thread_yield ();
    devices.reset ();
    while (monitor->lock ()) // as a provider tells one monitor alone
      g_thread_yield ();
    unplug_all ();
  }

  static void on_pad_added (Fixture *self, GstPad *pad)
  {
    GstElement *sink = gst_element_factory_make ("fakesink", nullptr);
    g_object_set (
        sink, "signal-handoffs", TRUE, "sync", FALSE, "async", FALSE, nullptr);
    bool is_video = g_str_has_prefix (GST_PAD_NAME (pad), "video");
    g_signal_connect_swapped (sink, "handoff",
        is_video ? G_CALLBACK (+[] (Fixture *f) { f->count (f->pictures); })
                 : G_CALLBACK (+[] (Fixture *f) { f->count (f->sounds); }),
        self);
    gst_bin_add (GST_BIN (self->pipeline), sink);
    GstPad *sink_pad = gst_element_get_static_pad (sink, "sink");
    fail_unless_equals_int (gst_pad_link (pad, sink_pad), GST_PAD_LINK_OK);
    gst_object_unref (sink_pad);
    gst_element_sync_state_with_parent (sink);
  }

  void count (int &number)
  {
    std::lock_guard locker (lock);
    number++;
    changed.notify_all ();
  }
  void wait (int &number, int least)
  {
    std::unique_lock locker (lock);
    changed.wait (locker, [&] { return number >= least; });
  }

  void set (GstState state)
  {
    fail_unless (
        gst_element_set_state (pipeline, state) != GST_STATE_CHANGE_FAILURE);
  }

  // What the error message says. At once: the state is not changed either.
  std::string fails (int code, bool at_once = false)
  {
    auto change = gst_element_set_state (pipeline, GST_STATE_PLAYING);
    fail_unless ((change == GST_STATE_CHANGE_FAILURE) == at_once);
    GstBus *bus = gst_element_get_bus (pipeline);
    GstMessage *message = gst_bus_timed_pop_filtered (
        bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_ERROR);
    fail_unless (GST_MESSAGE_SRC (message) == GST_OBJECT (source));
    GError *error = nullptr;
    gst_message_parse_error (message, &error, nullptr);
    fail_unless (g_error_matches (error, GST_RESOURCE_ERROR, code), "%s",
        error->message);
    std::string text = error->message;
    g_error_free (error);
    gst_message_unref (message);
    gst_object_unref (bus);
    return text;
  }

  GstElement *pipeline = gst_pipeline_new (nullptr);
  GstElement *source = gst_element_factory_make ("mediastreamsrc", nullptr);
  std::shared_ptr<WeakRef<GstDeviceMonitor>> monitor;
  Ptr<GstWebMediaDevices> devices;
  PolicyState policy;
  std::mutex lock;
  std::condition_variable changed;
  int pictures = 0, sounds = 0;
};

} // namespace

GST_START_TEST (devices_are_opened_and_play)
{
  Fixture f (R"({"audio":true,"video":{"width":{"exact":320}}})");
  f.set (GST_STATE_PLAYING);
  f.wait (f.pictures, 5);
  f.wait (f.sounds, 5);
  // And again.
  f.set (GST_STATE_READY);
  int before = f.pictures;
  f.set (GST_STATE_PLAYING);
  f.wait (f.pictures, before + 2);
}
GST_END_TEST

GST_START_TEST (their_tracks_are_those_of_the_stream_and_end_in_ready)
{
  Fixture f (R"({"video":true})");
  auto stream = Ptr<GstWebMediaStream>::adopt (gst_web_media_stream_new ());
  g_object_set (f.source, "stream", stream.get (), nullptr);
  f.set (GST_STATE_PLAYING);
  f.wait (f.pictures, 1);
  GPtrArray *tracks = gst_web_media_stream_get_tracks (stream.get ());
  fail_unless_equals_int (tracks->len, 1);
  auto track = GST_WEB_MEDIA_STREAM_TRACK (g_ptr_array_index (tracks, 0));
  fail_unless_equals_string (
      gst_web_media_stream_track_get_label (track), "HD Webcam");
  f.set (GST_STATE_READY);
  fail_unless_equals_int (gst_web_media_stream_track_get_ready_state (track),
      GST_WEB_MEDIA_STREAM_TRACK_STATE_ENDED);
  g_ptr_array_unref (tracks);
  tracks = gst_web_media_stream_get_tracks (stream.get ());
  fail_unless_equals_int (tracks->len, 0);
  g_ptr_array_unref (tracks);
}
GST_END_TEST

GST_START_TEST (what_fails_is_an_error_with_its_reason)
{
  {
    Fixture f (R"({"video":{"width":{"min":100000000}}})");
    fail_unless (f.fails (GST_RESOURCE_ERROR_SETTINGS).starts_with ("width:"));
  }
  {
    Fixture f (R"({"video":{"width":"wide"}})");
    f.fails (GST_RESOURCE_ERROR_SETTINGS, true);
  }
  {
    Fixture f (R"({"video":true)");
    std::string text = f.fails (GST_RESOURCE_ERROR_SETTINGS, true);
    fail_unless (text.find ("JSON") != text.npos, "%s", text.c_str ());
  }
  {
    Fixture f (R"({"video":true})", false);
    f.fails (GST_RESOURCE_ERROR_NOT_FOUND);
  }
  {
    Fixture f (R"({"video":true})");
    f.policy.grants = false;
    gst_web_media_devices_set_permission_policy (
        f.devices.get (), make_policy (f.policy).get ());
    f.fails (GST_RESOURCE_ERROR_NOT_AUTHORIZED);
  }
  {
    Fixture f (R"({"video":true})");
    make_busy (true);
    f.fails (GST_RESOURCE_ERROR_BUSY);
    make_busy (false);
  }
}
GST_END_TEST

// The state changes all the same, and a late answer opens nothing.
GST_START_TEST (a_user_who_thinks_holds_nothing_up)
{
  Fixture f (R"({"video":true})");
  auto stream = Ptr<GstWebMediaStream>::adopt (gst_web_media_stream_new ());
  g_object_set (f.source, "stream", stream.get (), nullptr);
  f.policy.holds = true;
  gst_web_media_devices_set_permission_policy (
      f.devices.get (), make_policy (f.policy).get ());
  f.set (GST_STATE_PLAYING);
  f.policy.wait_asked ();
  f.set (GST_STATE_READY);
  f.policy.answer (true);
  fail_unless (!gst_web_media_stream_get_active (stream.get ()));
  f.policy.holds = false;
  f.set (GST_STATE_PLAYING);
  f.wait (f.pictures, 1);
}
GST_END_TEST

// No lock of the pipeline is held when the application is called: another
// thread may take it, and be waited for.
GST_START_TEST (who_hears_that_a_track_ends_may_use_the_pipeline)
{
  for (bool by_device : {false, true}) {
    Fixture f (R"({"video":true})");
    auto stream = Ptr<GstWebMediaStream>::adopt (gst_web_media_stream_new ());
    g_object_set (f.source, "stream", stream.get (), nullptr);
    f.set (GST_STATE_PLAYING);
    f.wait (f.pictures, 1);
    GPtrArray *tracks = gst_web_media_stream_get_tracks (stream.get ());
    gpointer track = g_object_ref (g_ptr_array_index (tracks, 0));
    g_ptr_array_unref (tracks);
    struct Told {
      Fixture &f;
      bool is_done = false;
    } told{f};
    g_signal_connect_swapped (track,
        by_device ? "ended" : "notify::ready-state",
        G_CALLBACK (+[] (Told *self) {
          std::thread ([self] { self->f.set (GST_STATE_NULL); }).join ();
          self->is_done = true;
        }),
        &told);
    if (by_device)
      unplug_all ();
    else
      f.set (GST_STATE_READY);
    while (!told.is_done)
      g_main_context_iteration (nullptr, TRUE);
    g_signal_handlers_disconnect_by_data (track, &told);
    g_object_unref (track);
  }
}
GST_END_TEST

GST_START_TEST (the_properties_are_what_was_set)
{
  Fixture f (R"({"video":true})");
  char *constraints = nullptr;
  GstWebMediaDevices *devices = nullptr;
  g_object_get (f.source, "constraints", &constraints, "media-devices",
      &devices, nullptr);
  fail_unless_equals_string (constraints, R"({"video":true})");
  fail_unless (devices == f.devices.get ());
  g_free (constraints);
  gst_object_unref (devices);
}
GST_END_TEST

static Suite *
mediastream_user_media_suite ()
{
  Suite *suite = suite_create ("mediastream-user-media");
  TCase *all = tcase_create ("all");
  suite_add_tcase (suite, all);
  tcase_add_test (all, devices_are_opened_and_play);
  tcase_add_test (all, their_tracks_are_those_of_the_stream_and_end_in_ready);
  tcase_add_test (all, what_fails_is_an_error_with_its_reason);
  tcase_add_test (all, a_user_who_thinks_holds_nothing_up);
  tcase_add_test (all, who_hears_that_a_track_ends_may_use_the_pipeline);
  tcase_add_test (all, the_properties_are_what_was_set);
  return suite;
}

GST_CHECK_MAIN (mediastream_user_media);
