// SPDX-License-Identifier: LGPL-2.1-or-later
// The properties and signals of a media source, as an application with a main
// loop has them.
#include "api/bridge.hh"
#include "support/check.hh"

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
  tcase_add_test (tcase, a_source_says_when_it_opens_ends_and_closes);
  tcase_add_test (tcase, a_list_says_when_source_buffers_come_and_go);
  return suite;
}
GST_CHECK_MAIN (media_source)
