// SPDX-License-Identifier: LGPL-2.1-or-later
// The properties and signals of a media source, as an application with a main
// loop has them.
#include "api/bridge.hh"
#include "support/check.hh"
#include "support/parse-recorder.hh"
#include "support/segments.hh"

#include <gst/webmedia/webmedia.h>

using namespace webmedia;

namespace {

// A media source that nobody plays yet, and a record of its signals and of
// those of its list.
struct Fixture {
  Fixture ()
      : source (Ptr<GstWebMediaSource>::adopt (gst_web_media_source_new ()))
  {
    connect<'o'> (source.get (), "sourceopen");
    connect<'e'> (source.get (), "sourceended");
    connect<'c'> (source.get (), "sourceclose");
    auto list = gst_web_media_source_get_source_buffers (source.get ());
    connect<'+'> (list, "addsourcebuffer");
    connect<'-'> (list, "removesourcebuffer");
  }

  template <char letter> void connect (gpointer object, const char *signal)
  {
    g_signal_connect_swapped (object, signal,
        G_CALLBACK (+[] (std::string *told) { *told += letter; }), &events);
  }

  void attach ()
  {
    GObject *handle =
        G_OBJECT (gst_web_media_source_get_handle (source.get ()));
    fail_unless (gst_web_bridge_attach (handle, &player, nullptr));
  }

  Ptr<GstWebSourceBuffer> add ()
  {
    auto buffer =
        Ptr<GstWebSourceBuffer>::adopt (gst_web_media_source_add_source_buffer (
            source.get (), "video/mp4", nullptr));
    fail_unless (bool (buffer));
    return buffer;
  }

  // A source buffer with what makes the metadata.
  void append_init ()
  {
    auto init = mse::split_segments (mse::read_media ("v.mp4")).init;
    auto data = Ptr<GstBuffer>::adopt (
        gst_buffer_new_memdup (init.data (), init.size ()));
    fail_unless (gst_web_source_buffer_append_buffer_sync (
        add ().get (), data.get (), nullptr));
  }

  Ptr<GstWebSourceBuffer> item (guint index)
  {
    auto list = gst_web_media_source_get_source_buffers (source.get ());
    return Ptr<GstWebSourceBuffer>::adopt (
        gst_web_source_buffer_list_get (list, index));
  }

  // Nothing comes before the owner's main context runs.
  void expect_events (const char *expected)
  {
    fail_unless_equals_string (events.c_str (), "");
    while (g_main_context_iteration (nullptr, FALSE)) {
    }
    fail_unless_equals_string (events.c_str (), expected);
    events.clear ();
  }

  std::shared_ptr<mse::Player> player;
  Ptr<GstWebMediaSource> source;
  std::string events;
};

// The error that the playing side hears of.
struct ErrorObserver final : mse::PlayerObserver {
  void on_tracks () override {}
  void on_duration () override {}
  void on_ended () override {}
  void on_error (const Error &error) override { code = error.code; }

  ErrorCode code = ErrorCode::abort;
};

void
fail_unless_error (bool done, GError *error, GstWebError code)
{
  fail_unless (!done);
  g_assert_error (error, GST_WEB_ERROR, int (code));
  g_error_free (error);
}

} // namespace

GST_START_TEST (the_handle_is_the_same_object_each_time)
{
  Fixture f;
  GstWebMediaSourceHandle *handle =
      gst_web_media_source_get_handle (f.source.get ());
  fail_unless (GST_IS_WEB_MEDIA_SOURCE_HANDLE (handle));
  fail_unless (gst_web_media_source_get_handle (f.source.get ()) == handle);
  GstWebMediaSourceHandle *property = nullptr;
  g_object_get (f.source.get (), "handle", &property, nullptr);
  fail_unless (property == handle);
  gst_object_unref (property);
}
GST_END_TEST

GST_START_TEST (properties_are_what_the_getters_say)
{
  Fixture f;
  GstWebMediaSource *source = f.source.get ();
  auto expect = [&] (GstWebReadyState state, GstClockTime duration) {
    GstWebReadyState state_property = GstWebReadyState (-1);
    guint64 duration_property = 7;
    g_object_get (source, "ready-state", &state_property, "duration",
        &duration_property, nullptr);
    fail_unless_equals_int (
        gst_web_media_source_get_ready_state (source), state);
    fail_unless_equals_int (state_property, state);
    fail_unless_equals_uint64 (
        gst_web_media_source_get_duration (source), duration);
    fail_unless_equals_uint64 (duration_property, duration);
  };
  expect (GST_WEB_READY_STATE_CLOSED, GST_CLOCK_TIME_NONE);
  f.attach ();
  expect (GST_WEB_READY_STATE_OPEN, GST_CLOCK_TIME_NONE);
  const GstClockTime durations[] = {
      GST_WEB_CLOCK_TIME_INFINITE, 5 * GST_SECOND};
  for (GstClockTime duration : durations) {
    fail_unless (gst_web_media_source_set_duration (source, duration, nullptr));
    expect (GST_WEB_READY_STATE_OPEN, duration);
  }
  fail_unless (gst_web_media_source_end_of_stream (
      source, GST_WEB_END_OF_STREAM_ERROR_NONE, nullptr));
  expect (GST_WEB_READY_STATE_ENDED, 0);

  const std::pair<const char *, gpointer> lists[] = {
      {"source-buffers", gst_web_media_source_get_source_buffers (source)},
      {"active-source-buffers",
          gst_web_media_source_get_active_source_buffers (source)},
      {"audio-tracks", gst_web_media_source_get_audio_tracks (source)},
      {"video-tracks", gst_web_media_source_get_video_tracks (source)},
      {"text-tracks", gst_web_media_source_get_text_tracks (source)},
  };
  for (const auto &[name, list] : lists) {
    gpointer property = nullptr;
    g_object_get (source, name, &property, nullptr);
    fail_unless (property && property == list, "%s", name);
    gst_object_unref (property);
  }
}
GST_END_TEST

GST_START_TEST (what_is_refused_has_an_error)
{
  Fixture f;
  GstWebMediaSource *source = f.source.get ();
  auto refuse_type = [source] (const char *type, GstWebError code) {
    GError *error = nullptr;
    auto buffer = gst_web_media_source_add_source_buffer (source, type, &error);
    fail_unless_error (buffer != nullptr, error, code);
  };
  refuse_type ("video/mp4", GST_WEB_ERROR_INVALID_STATE);
  GError *error = nullptr;
  bool done = gst_web_media_source_end_of_stream (
      source, GST_WEB_END_OF_STREAM_ERROR_NONE, &error);
  fail_unless_error (
      done, std::exchange (error, nullptr), GST_WEB_ERROR_INVALID_STATE);
  f.attach ();
  refuse_type ("", GST_WEB_ERROR_TYPE);
  refuse_type ("video/mp4; codecs=\"vorbis\"", GST_WEB_ERROR_NOT_SUPPORTED);
  done =
      gst_web_media_source_set_duration (source, GST_CLOCK_TIME_NONE, &error);
  fail_unless_error (done, std::exchange (error, nullptr), GST_WEB_ERROR_TYPE);
  auto buffer = f.add ();
  fail_unless (gst_web_media_source_remove_source_buffer (
      source, buffer.get (), nullptr));
  done =
      gst_web_media_source_remove_source_buffer (source, buffer.get (), &error);
  fail_unless_error (done, error, GST_WEB_ERROR_NOT_FOUND);
}
GST_END_TEST

GST_START_TEST (a_type_is_supported_with_its_codecs)
{
  fail_unless (gst_web_media_source_is_type_supported (
      "video/mp4; codecs=\"avc1.42c01e, mp4a.40.2\""));
  fail_unless (
      !gst_web_media_source_is_type_supported ("video/mp4; codecs=\"vorbis\""));
  fail_unless (!gst_web_media_source_is_type_supported (""));
}
GST_END_TEST

GST_START_TEST (a_live_range_is_where_the_player_may_seek_to)
{
  Fixture f;
  f.attach ();
  GstWebMediaSource *source = f.source.get ();
  fail_unless (gst_web_media_source_set_duration (
      source, GST_WEB_CLOCK_TIME_INFINITE, nullptr));
  fail_unless (gst_web_media_source_set_live_seekable_range (
      source, GST_SECOND, 3 * GST_SECOND, nullptr));
  auto spans = f.player->seekable ();
  fail_unless_equals_int (spans.size (), 1);
  fail_unless_equals_int64 (spans[0].start, kSecond);
  fail_unless_equals_int64 (spans[0].end, 3 * kSecond);
  fail_unless (
      gst_web_media_source_clear_live_seekable_range (source, nullptr));
  fail_unless (f.player->seekable ().empty ());
}
GST_END_TEST

GST_START_TEST (the_reason_of_an_end_is_the_players_error)
{
  const std::pair<GstWebEndOfStreamError, ErrorCode> reasons[] = {
      {GST_WEB_END_OF_STREAM_ERROR_NETWORK, ErrorCode::network},
      {GST_WEB_END_OF_STREAM_ERROR_DECODE, ErrorCode::decode},
  };
  for (const auto &[reason, code] : reasons)
    for (bool metadata : {false, true}) {
      Fixture f;
      f.attach ();
      auto observer = std::make_shared<ErrorObserver> ();
      f.player->set_observer (observer);
      if (metadata)
        f.append_init ();
      fail_unless (gst_web_media_source_end_of_stream (
          f.source.get (), reason, nullptr));
      fail_unless (
          observer->code == (metadata ? code : ErrorCode::not_supported));
    }
}
GST_END_TEST

GST_START_TEST (a_source_says_when_it_opens_ends_and_closes)
{
  Fixture f;
  f.expect_events ("");
  f.attach ();
  f.expect_events ("o");
  auto buffer = f.add ();
  f.expect_events ("+");
  fail_unless (gst_web_media_source_end_of_stream (
      f.source.get (), GST_WEB_END_OF_STREAM_ERROR_NONE, nullptr));
  f.expect_events ("e");
  fail_unless (
      gst_web_source_buffer_set_timestamp_offset (buffer.get (), 1, nullptr));
  f.expect_events ("o");
  f.player.reset ();
  f.expect_events ("-c");
}
GST_END_TEST

GST_START_TEST (a_list_says_when_source_buffers_come_and_go)
{
  Fixture f;
  f.attach ();
  f.expect_events ("o");
  auto one = f.add (), other = f.add ();
  f.expect_events ("++");
  auto list = gst_web_media_source_get_source_buffers (f.source.get ());
  fail_unless_equals_int (gst_web_source_buffer_list_get_length (list), 2);
  fail_unless (f.item (0).get () == one.get ());
  fail_unless (f.item (1).get () == other.get ());
  for (auto buffer : {one.get (), other.get ()}) {
    fail_unless (gst_web_media_source_remove_source_buffer (
        f.source.get (), buffer, nullptr));
    f.expect_events ("-");
  }
}
GST_END_TEST

static Suite *
media_source_suite ()
{
  Suite *suite = suite_create ("api/media-source");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, the_handle_is_the_same_object_each_time);
  tcase_add_test (tcase, properties_are_what_the_getters_say);
  tcase_add_test (tcase, what_is_refused_has_an_error);
  tcase_add_test (tcase, a_type_is_supported_with_its_codecs);
  tcase_add_test (tcase, a_live_range_is_where_the_player_may_seek_to);
  tcase_add_test (tcase, the_reason_of_an_end_is_the_players_error);
  tcase_add_test (tcase, a_source_says_when_it_opens_ends_and_closes);
  tcase_add_test (tcase, a_list_says_when_source_buffers_come_and_go);
  return suite;
}
GST_CHECK_MAIN (media_source)
