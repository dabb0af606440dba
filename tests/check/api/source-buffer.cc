// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/bridge.hh"
#include "support/check.hh"
#include "support/parse-recorder.hh"

#include <gst/webmedia/webmedia.h>

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
  tcase_add_test (tcase, a_list_has_nothing_beyond_its_length);
  tcase_add_test (tcase, any_thread_may_have_a_media_source);
  return suite;
}
GST_CHECK_MAIN (source_buffer)
