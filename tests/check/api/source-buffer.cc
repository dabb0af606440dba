// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/bridge.hh"
#include "support/check.hh"
#include "support/parse-recorder.hh"

#include <gst/webmedia/webmedia.h>

#include <functional>

using namespace webmedia;

namespace {

// A source buffer of an open media source.
struct Fixture {
  explicit Fixture (const char *type)
      : source (Ptr<GstWebMediaSource>::adopt (gst_web_media_source_new ()))
  {
    GstWebMediaSourceHandle *handle =
        gst_web_media_source_get_handle (source.get ());
    fail_unless (gst_web_bridge_attach (G_OBJECT (handle), &player, nullptr));
    fail_unless (
        gst_web_media_source_wait_open (source.get (), nullptr, nullptr));
    buffer = Ptr<GstWebSourceBuffer>::adopt (
        gst_web_media_source_add_source_buffer (source.get (), type, nullptr));
    fail_unless (bool (buffer));
  }

  bool append (const std::vector<uint8_t> &bytes, GError **error)
  {
    auto data = Ptr<GstBuffer>::adopt (
        gst_buffer_new_memdup (bytes.data (), bytes.size ()));
    return gst_web_source_buffer_append_buffer_sync (
        buffer.get (), data.get (), error);
  }

  std::shared_ptr<mse::Player> player;
  Ptr<GstWebMediaSource> source;
  Ptr<GstWebSourceBuffer> buffer;
};

// Acts in the middle of an append, on its thread, when tracks are known.
struct Interrupter final : mse::PlayerObserver {
  void on_tracks () override { interrupt (); }
  void on_duration () override {}
  void on_ended () override {}
  void on_error (const Error &) override {}

  std::function<void ()> interrupt;
};

void
fail_unless_error (bool done, GError *error, GstWebError code)
{
  fail_unless (!done);
  g_assert_error (error, GST_WEB_ERROR, int (code));
  g_error_free (error);
}

template <typename T>
T
property (gpointer object, const char *name)
{
  T value{};
  g_object_get (object, name, &value, nullptr);
  return value;
}

// The names of a source buffer's signals, as they come.
struct Signals {
  explicit Signals (GstWebSourceBuffer *buffer)
  {
    connect<'s'> (buffer, "updatestart");
    connect<'u'> (buffer, "update");
    connect<'e'> (buffer, "updateend");
    connect<'x'> (buffer, "error");
    connect<'a'> (buffer, "abort");
  }

  template <char letter>
  void connect (GstWebSourceBuffer *buffer, const char *name)
  {
    g_signal_connect_swapped (buffer, name,
        G_CALLBACK (+[] (std::string *all) { *all += letter; }), &names);
  }

  // Those of one operation.
  void expect (const char *expected)
  {
    while (names.find ('e') == std::string::npos)
      g_main_context_iteration (nullptr, TRUE);
    fail_unless_equals_string (names.c_str (), expected);
    names.clear ();
  }

  std::string names;
};

} // namespace

GST_START_TEST (quotas_are_those_of_browsers_unless_set)
{
  Fixture video ("video/mp4; codecs=\"avc1.42c01e\"");
  fail_unless_equals_uint64 (
      gst_web_source_buffer_get_quota (video.buffer.get ()), 150 << 20);
  Fixture audio ("audio/mp4; codecs=\"mp4a.40.2\"");
  fail_unless_equals_uint64 (
      gst_web_source_buffer_get_quota (audio.buffer.get ()), 12 << 20);
  guint64 quota = 0;
  g_object_set (audio.buffer.get (), "quota", guint64 (1000), nullptr);
  g_object_get (audio.buffer.get (), "quota", &quota, nullptr);
  fail_unless_equals_uint64 (quota, 1000);
}
GST_END_TEST

GST_START_TEST (a_change_of_type_tells_of_another_quota)
{
  Fixture f ("video/mp4; codecs=\"avc1.42c01e\"");
  unsigned told = 0;
  g_signal_connect_swapped (f.buffer.get (), "notify::quota",
      G_CALLBACK (+[] (unsigned *count) { ++*count; }), &told);
  auto change = [&f] (const char *type) {
    return gst_web_source_buffer_change_type (f.buffer.get (), type, nullptr);
  };
  auto quota = [&f] {
    return gst_web_source_buffer_get_quota (f.buffer.get ());
  };

  fail_unless (change ("audio/mp4; codecs=\"mp4a.40.2\""));
  fail_unless_equals_uint64 (quota (), 12 << 20);
  fail_unless_equals_int (told, 1);
  // The same, and a change that fails.
  fail_unless (change ("audio/webm; codecs=\"opus\""));
  fail_unless (!change ("video/mp4; codecs=\"xyz\""));
  fail_unless_equals_int (told, 1);
  fail_unless (change ("video/webm; codecs=\"vp9\""));
  fail_unless_equals_uint64 (quota (), 150 << 20);
  fail_unless_equals_int (told, 2);
  // What the application has set stays.
  gst_web_source_buffer_set_quota (f.buffer.get (), 1000);
  fail_unless_equals_int (told, 3);
  fail_unless (change ("audio/mp4; codecs=\"mp4a.40.2\""));
  fail_unless_equals_uint64 (quota (), 1000);
  fail_unless_equals_int (told, 3);
}
GST_END_TEST

GST_START_TEST (an_append_beyond_the_quota_fails_and_stores_nothing)
{
  Fixture f ("audio/mp4; codecs=\"mp4a.40.2\"");
  auto file = mse::read_media ("a.mp4");
  GError *error = nullptr;
  fail_unless (f.append (file, &error));
  guint64 stored = gst_web_source_buffer_get_stored_bytes (f.buffer.get ());
  fail_unless (stored > 0 && stored <= file.size ());

  gst_web_source_buffer_set_quota (f.buffer.get (), stored + 1);
  fail_unless (!f.append (file, &error));
  fail_unless (
      g_error_matches (error, GST_WEB_ERROR, GST_WEB_ERROR_QUOTA_EXCEEDED));
  fail_unless_equals_uint64 (
      gst_web_source_buffer_get_stored_bytes (f.buffer.get ()), stored);
  g_clear_error (&error);
}
GST_END_TEST

GST_START_TEST (attributes_and_properties_are_what_was_set)
{
  Fixture f ("video/mp4");
  GstWebSourceBuffer *buffer = f.buffer.get ();
  for (GstWebAppendMode mode :
      {GST_WEB_APPEND_MODE_SEQUENCE, GST_WEB_APPEND_MODE_SEGMENTS}) {
    fail_unless (gst_web_source_buffer_set_mode (buffer, mode, nullptr));
    fail_unless (gst_web_source_buffer_get_mode (buffer) == mode);
    fail_unless (property<GstWebAppendMode> (buffer, "mode") == mode);
  }
  const GstClockTimeDiff offset = -5;
  fail_unless (
      gst_web_source_buffer_set_timestamp_offset (buffer, offset, nullptr));
  fail_unless_equals_int64 (
      gst_web_source_buffer_get_timestamp_offset (buffer), offset);
  fail_unless_equals_int64 (
      property<gint64> (buffer, "timestamp-offset"), offset);

  auto expect_window = [buffer] (GstClockTime start, GstClockTime end) {
    fail_unless_equals_uint64 (
        gst_web_source_buffer_get_append_window_start (buffer), start);
    fail_unless_equals_uint64 (
        property<guint64> (buffer, "append-window-start"), start);
    fail_unless_equals_uint64 (
        gst_web_source_buffer_get_append_window_end (buffer), end);
    fail_unless_equals_uint64 (
        property<guint64> (buffer, "append-window-end"), end);
  };
  expect_window (0, GST_WEB_CLOCK_TIME_INFINITE);
  fail_unless (
      gst_web_source_buffer_set_append_window_end (buffer, 9, nullptr));
  fail_unless (
      gst_web_source_buffer_set_append_window_start (buffer, 3, nullptr));
  expect_window (3, 9);
  fail_unless (gst_web_source_buffer_abort (buffer, nullptr));
  expect_window (0, GST_WEB_CLOCK_TIME_INFINITE);

  const std::pair<const char *, gpointer> lists[] = {
      {"audio-tracks", gst_web_source_buffer_get_audio_tracks (buffer)},
      {"video-tracks", gst_web_source_buffer_get_video_tracks (buffer)},
      {"text-tracks", gst_web_source_buffer_get_text_tracks (buffer)},
  };
  for (const auto &[name, list] : lists) {
    auto held = Ptr<GstObject>::adopt (property<GstObject *> (buffer, name));
    fail_unless (held && held.get () == list, "%s", name);
  }
}
GST_END_TEST

// On another thread.
GST_START_TEST (it_is_updating_from_updatestart_to_updateend)
{
  Fixture f ("video/mp4");
  Signals signals_of (f.buffer.get ());
  auto file = mse::read_media ("v.mp4");
  auto data = Ptr<GstBuffer>::adopt (
      gst_buffer_new_memdup (file.data (), file.size ()));
  GThread *thread = nullptr;
  auto interrupter = std::make_shared<Interrupter> ();
  interrupter->interrupt = [&] {
    thread = g_thread_self ();
    fail_unless (gst_web_source_buffer_get_updating (f.buffer.get ()));
    fail_unless (property<gboolean> (f.buffer.get (), "updating"));
  };
  f.player->set_observer (interrupter);
  fail_unless (gst_web_source_buffer_append_buffer (
      f.buffer.get (), data.get (), nullptr));
  signals_of.expect ("sue");
  fail_unless (thread != nullptr && thread != g_thread_self ());
  fail_unless (!gst_web_source_buffer_get_updating (f.buffer.get ()));
  fail_unless (!property<gboolean> (f.buffer.get (), "updating"));
}
GST_END_TEST

GST_START_TEST (what_is_removed_is_between_the_times)
{
  Fixture f ("video/mp4");
  GstWebSourceBuffer *buffer = f.buffer.get ();
  Signals signals_of (buffer);
  fail_unless (f.append (mse::read_media ("v.mp4"), nullptr));
  signals_of.expect ("sue");
  for (bool blocks : {false, true}) {
    // Some of the middle, then all.
    GstClockTime start = blocks ? 0 : GST_SECOND;
    GstClockTime end = blocks ? GST_WEB_CLOCK_TIME_INFINITE : 5 * GST_SECOND;
    fail_unless (
        blocks ? gst_web_source_buffer_remove_sync (buffer, start, end, nullptr)
               : gst_web_source_buffer_remove (buffer, start, end, nullptr));
    signals_of.expect ("sue");
    auto ranges = property<GstWebTimeRanges *> (buffer, "buffered");
    fail_unless (ranges != nullptr);
    fail_unless_equals_int (
        gst_web_time_ranges_get_length (ranges), blocks ? 0 : 2);
    if (!blocks)
      fail_unless (gst_web_time_ranges_start (ranges, 1) >= 5 * GST_SECOND);
    gst_web_time_ranges_unref (ranges);
  }
}
GST_END_TEST

GST_START_TEST (each_event_has_a_signal_of_its_name)
{
  Fixture f ("video/mp4");
  Signals signals_of (f.buffer.get ());
  bool removed = false;
  auto interrupter = std::make_shared<Interrupter> ();
  interrupter->interrupt = [&] {
    if (std::exchange (removed, true))
      return;
    fail_unless (gst_web_media_source_remove_source_buffer (
        f.source.get (), f.buffer.get (), nullptr));
  };
  f.player->set_observer (interrupter);
  GError *error = nullptr;
  bool done = f.append (mse::read_media ("v.mp4"), &error);
  fail_unless_error (done, error, GST_WEB_ERROR_ABORT);
  signals_of.expect ("sae");

  Fixture g ("video/mp4");
  Signals others (g.buffer.get ());
  done = g.append (std::vector<uint8_t> (4000, 0x77), &(error = nullptr));
  fail_unless_error (done, error, GST_WEB_ERROR_DECODE);
  others.expect ("sxe");
}
GST_END_TEST

GST_START_TEST (what_a_removed_one_refuses_has_an_error)
{
  Fixture f ("video/mp4");
  GstWebSourceBuffer *buffer = f.buffer.get ();
  fail_unless (gst_web_media_source_remove_source_buffer (
      f.source.get (), buffer, nullptr));
  auto data = Ptr<GstBuffer>::adopt (gst_buffer_new ());
  const std::function<bool (GError **)> calls[] = {
      [&] (GError **error) {
        return gst_web_source_buffer_append_buffer (buffer, data.get (), error);
      },
      [&] (GError **error) {
        return gst_web_source_buffer_append_buffer_sync (
            buffer, data.get (), error);
      },
      [&] (GError **error) {
        return gst_web_source_buffer_remove (buffer, 0, 1, error);
      },
      [&] (GError **error) {
        return gst_web_source_buffer_remove_sync (buffer, 0, 1, error);
      },
      [&] (GError **error) {
        return gst_web_source_buffer_abort (buffer, error);
      },
      [&] (GError **error) {
        return gst_web_source_buffer_change_type (buffer, "video/mp4", error);
      },
      [&] (GError **error) {
        return gst_web_source_buffer_set_mode (
            buffer, GST_WEB_APPEND_MODE_SEQUENCE, error);
      },
      [&] (GError **error) {
        return gst_web_source_buffer_set_timestamp_offset (buffer, 1, error);
      },
      [&] (GError **error) {
        return gst_web_source_buffer_set_append_window_start (buffer, 1, error);
      },
      [&] (GError **error) {
        return gst_web_source_buffer_set_append_window_end (buffer, 1, error);
      },
      [&] (GError **error) {
        return gst_web_source_buffer_get_buffered (buffer, error) != nullptr;
      },
  };
  for (const auto &call : calls) {
    GError *error = nullptr;
    bool done = call (&error);
    fail_unless_error (done, error, GST_WEB_ERROR_INVALID_STATE);
  }
}
GST_END_TEST

GST_START_TEST (a_list_has_nothing_beyond_its_length)
{
  Fixture f ("video/mp4");
  auto list = gst_web_media_source_get_source_buffers (f.source.get ());
  fail_unless_equals_int (gst_web_source_buffer_list_get_length (list), 1);
  auto found =
      Ptr<GstWebSourceBuffer>::adopt (gst_web_source_buffer_list_get (list, 0));
  fail_unless (found.get () == f.buffer.get ());
  fail_unless (gst_web_source_buffer_list_get (list, 1) == nullptr);
  fail_unless (gst_web_source_buffer_list_get (list, G_MAXUINT) == nullptr);
  fail_unless (gst_web_media_source_remove_source_buffer (
      f.source.get (), f.buffer.get (), nullptr));
  fail_unless_equals_int (gst_web_source_buffer_list_get_length (list), 0);
  fail_unless (gst_web_source_buffer_list_get (list, 0) == nullptr);
}
GST_END_TEST

GST_START_TEST (any_thread_may_have_a_media_source)
{
  fail_unless (gst_web_media_source_can_construct_in_dedicated_worker ());
}
GST_END_TEST

static Suite *
source_buffer_suite ()
{
  Suite *suite = suite_create ("api/source-buffer");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, quotas_are_those_of_browsers_unless_set);
  tcase_add_test (tcase, a_change_of_type_tells_of_another_quota);
  tcase_add_test (tcase, an_append_beyond_the_quota_fails_and_stores_nothing);
  tcase_add_test (tcase, attributes_and_properties_are_what_was_set);
  tcase_add_test (tcase, it_is_updating_from_updatestart_to_updateend);
  tcase_add_test (tcase, what_is_removed_is_between_the_times);
  tcase_add_test (tcase, each_event_has_a_signal_of_its_name);
  tcase_add_test (tcase, what_a_removed_one_refuses_has_an_error);
  tcase_add_test (tcase, a_list_has_nothing_beyond_its_length);
  tcase_add_test (tcase, any_thread_may_have_a_media_source);
  return suite;
}
GST_CHECK_MAIN (source_buffer)
