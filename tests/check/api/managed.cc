// SPDX-License-Identifier: LGPL-2.1-or-later
// Managed media sources, as an application with a main loop sees them.
#include "api/bridge.hh"
#include "support/check.hh"
#include "support/parse-recorder.hh"

#include <gst/webmedia/webmedia.h>

using namespace webmedia;

namespace {

struct Fixture {
  Fixture ()
      : source (Ptr<GstWebManagedMediaSource>::adopt (
          gst_web_managed_media_source_new ()))
  {
    count ("startstreaming", &starts);
    count ("endstreaming", &ends);
    count ("notify::streaming", &notified);
  }

  GstWebMediaSource *base () { return GST_WEB_MEDIA_SOURCE (source.get ()); }

  void count (const char *event, unsigned *counted)
  {
    g_signal_connect_swapped (source.get (), event,
        G_CALLBACK (+[] (unsigned *number) { ++*number; }), counted);
  }

  // A source buffer whose changes are counted.
  void open ()
  {
    GstWebMediaSourceHandle *handle = gst_web_media_source_get_handle (base ());
    fail_unless (gst_web_bridge_attach (G_OBJECT (handle), &player, nullptr));
    fail_unless (gst_web_media_source_wait_open (base (), nullptr, nullptr));
    buffer = Ptr<GstWebSourceBuffer>::adopt (
        gst_web_media_source_add_source_buffer (base (), "video/mp4", nullptr));
    fail_unless (GST_IS_WEB_MANAGED_SOURCE_BUFFER (buffer.get ()));
    g_signal_connect (
        buffer.get (), "bufferedchange", G_CALLBACK (on_change), this);
  }

  // Stores eight seconds of video.
  void append (GstClockTimeDiff offset = 0)
  {
    auto file = mse::read_media ("v.mp4");
    auto data = Ptr<GstBuffer>::adopt (
        gst_buffer_new_memdup (file.data (), file.size ()));
    fail_unless (gst_web_source_buffer_set_timestamp_offset (
        buffer.get (), offset, nullptr));
    fail_unless (gst_web_source_buffer_append_buffer_sync (
        buffer.get (), data.get (), nullptr));
  }

  static void on_change (GstWebManagedSourceBuffer *,
      GstWebBufferedChangeEvent *event, Fixture *self)
  {
    self->changes++;
    self->added = gst_web_time_ranges_get_length (
        gst_web_buffered_change_event_get_added_ranges (event));
    self->removed = gst_web_time_ranges_get_length (
        gst_web_buffered_change_event_get_removed_ranges (event));
  }

  std::shared_ptr<mse::Player> player;
  Ptr<GstWebManagedMediaSource> source;
  Ptr<GstWebSourceBuffer> buffer;
  unsigned notified = 0;
  unsigned starts = 0, ends = 0, changes = 0, added = 0, removed = 0;
};

} // namespace

GST_START_TEST (it_says_when_it_wants_data)
{
  Fixture f;
  fail_unless (!gst_web_managed_media_source_get_streaming (f.source.get ()));
  f.open ();
  f.append ();
  fail_unless_equals_int (f.starts, 1);
  fail_unless (gst_web_managed_media_source_get_streaming (f.source.get ()));
  fail_unless (gst_web_media_source_end_of_stream (
      f.base (), GST_WEB_END_OF_STREAM_ERROR_NONE, nullptr));
  // notify::streaming comes with each.
  while (f.ends == 0)
    g_main_context_iteration (nullptr, TRUE);
  fail_unless (!gst_web_managed_media_source_get_streaming (f.source.get ()));
  fail_unless_equals_int (f.notified, 2);
}
GST_END_TEST

GST_START_TEST (it_says_what_was_added_and_what_was_removed)
{
  Fixture f;
  f.open ();
  f.append ();
  fail_unless_equals_int (f.changes, 1);
  fail_unless_equals_int (f.added, 1);
  fail_unless_equals_int (f.removed, 0);
  fail_unless (gst_web_source_buffer_remove_sync (
      f.buffer.get (), 0, 4 * GST_SECOND, nullptr));
  fail_unless_equals_int (f.changes, 2);
  fail_unless_equals_int (f.added, 0);
  fail_unless_equals_int (f.removed, 1);
}
GST_END_TEST

GST_START_TEST (it_gives_memory_back_when_the_system_runs_low)
{
  Fixture f;
  f.open ();
  // First what is far ahead, then what is played now.
  f.append (60 * GST_SECOND);
  f.append ();
  unsigned before = f.changes;

  auto monitor = Ptr<GMemoryMonitor>::adopt (g_memory_monitor_dup_default ());
  fail_unless (bool (monitor));
  g_signal_emit_by_name (
      monitor.get (), "low-memory-warning", G_MEMORY_MONITOR_WARNING_LEVEL_LOW);
  while (f.changes == before)
    g_main_context_iteration (nullptr, TRUE);
  fail_unless_equals_int (f.removed, 1);
  fail_unless_equals_int (f.added, 0);
}
GST_END_TEST

GST_START_TEST (it_gives_memory_back_when_it_is_asked_to)
{
  Fixture f;
  f.open ();
  f.append (60 * GST_SECOND);
  f.append ();
  guint64 stored = gst_web_source_buffer_get_stored_bytes (f.buffer.get ());
  gst_web_managed_media_source_clean_memory (f.source.get ());
  fail_unless (
      gst_web_source_buffer_get_stored_bytes (f.buffer.get ()) < stored);
}
GST_END_TEST

static Suite *
managed_suite ()
{
  Suite *suite = suite_create ("api/managed");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, it_says_when_it_wants_data);
  tcase_add_test (tcase, it_says_what_was_added_and_what_was_removed);
  tcase_add_test (tcase, it_gives_memory_back_when_the_system_runs_low);
  tcase_add_test (tcase, it_gives_memory_back_when_it_is_asked_to);
  return suite;
}
GST_CHECK_MAIN (managed)
