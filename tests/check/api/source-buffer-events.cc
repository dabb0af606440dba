// SPDX-License-Identifier: LGPL-2.1-or-later
// Ten thousand appends, as an application with a main loop sees them.
#include "api/bridge.hh"
#include "support/check.hh"
#include "support/isobmff-walk.hh"
#include "support/parse-recorder.hh"

#include <gst/webmedia/webmedia.h>

using namespace webmedia;
using namespace webmedia::mse;

namespace {

constexpr size_t kAppends = 10000;

// A source buffer that counts its events.
struct Fixture {
  Fixture ()
      : source (Ptr<GstWebMediaSource>::adopt (gst_web_media_source_new ()))
  {
    GError *error = nullptr;
    GstWebMediaSourceHandle *handle =
        gst_web_media_source_get_handle (source.get ());
    fail_unless (gst_web_bridge_attach (G_OBJECT (handle), &player, &error));
    fail_unless (
        gst_web_media_source_wait_open (source.get (), nullptr, &error));
    buffer =
        Ptr<GstWebSourceBuffer>::adopt (gst_web_media_source_add_source_buffer (
            source.get (), "audio/mp4; codecs=\"mp4a.40.2\"", &error));
    fail_unless (bool (buffer));
    connect ("updatestart", &started);
    connect ("update", &updated);
    connect ("updateend", &ended);
    connect ("error", &failed);
    connect ("abort", &failed);
  }

  void connect (const char *event, unsigned *count)
  {
    g_signal_connect_swapped (buffer.get (), event,
        G_CALLBACK (+[] (unsigned *counted) { ++*counted; }), count);
  }

  void append (const uint8_t *bytes, size_t size)
  {
    GError *error = nullptr;
    auto data = Ptr<GstBuffer>::adopt (gst_buffer_new_memdup (bytes, size));
    fail_unless (gst_web_source_buffer_append_buffer (
        buffer.get (), data.get (), &error));
  }

  // Everything that is there to be dispatched.
  static void run_context ()
  {
    while (g_main_context_iteration (nullptr, FALSE)) {
    }
  }

  // The end of what is buffered from the start on; 0 for nothing.
  GstClockTime buffered_end ()
  {
    GstWebTimeRanges *ranges =
        gst_web_source_buffer_get_buffered (buffer.get (), nullptr);
    guint length = gst_web_time_ranges_get_length (ranges);
    fail_unless (length <= 1);
    GstClockTime end = length ? gst_web_time_ranges_end (ranges, 0) : 0;
    gst_web_time_ranges_unref (ranges);
    return end;
  }

  std::shared_ptr<Player> player;
  Ptr<GstWebMediaSource> source;
  Ptr<GstWebSourceBuffer> buffer;
  unsigned started = 0, updated = 0, ended = 0, failed = 0;
};

} // namespace

GST_START_TEST (buffered_is_final_at_the_one_updateend_of_each_append)
{
  std::vector<uint8_t> file = read_media ("a.mp4");
  WalkedTrack track = walk_isobmff (file)[0];
  Fixture f;
  size_t frames = 0, at = 0;
  GstClockTime expected = 0;
  for (size_t i = 1; i <= kAppends; i++) {
    size_t end = file.size () * i / kAppends;
    f.append (&file[at], end - at);
    at = end;
    for (; frames < track.samples.size ()
           && track.samples[frames].offset + track.samples[frames].size <= end;
         frames++) {
      const WalkedSample &sample = track.samples[frames];
      expected = GstClockTime (
          ticks_to_time (sample.pts + sample.duration, track.timescale));
    }
    while (f.ended < i)
      g_main_context_iteration (nullptr, TRUE);
    fail_unless_equals_int (f.ended, i);
    fail_unless_equals_uint64 (f.buffered_end (), expected);
  }
  fail_unless_equals_int (frames, track.samples.size ());
  Fixture::run_context ();
  fail_unless_equals_int (f.started, kAppends);
  fail_unless_equals_int (f.updated, kAppends);
  fail_unless_equals_int (f.ended, kAppends);
  fail_unless_equals_int (f.failed, 0);
}
GST_END_TEST

GST_START_TEST (an_idle_source_buffer_has_nothing_to_dispatch)
{
  std::vector<uint8_t> file = read_media ("a.mp4");
  Fixture f;
  f.append (file.data (), file.size ());
  while (f.ended < 1)
    g_main_context_iteration (nullptr, TRUE);
  Fixture::run_context ();
  // No source that is ready, and no timeout that will be.
  GMainContext *context = g_main_context_default ();
  g_main_context_acquire (context);
  gint priority, timeout = 0;
  GPollFD fds[8];
  fail_unless (!g_main_context_prepare (context, &priority));
  g_main_context_query (context, priority, &timeout, fds, 8);
  g_main_context_release (context);
  fail_unless_equals_int (timeout, -1);
  fail_unless_equals_int (f.started + f.updated + f.ended, 3);
}
GST_END_TEST

static Suite *
source_buffer_events_suite ()
{
  Suite *suite = suite_create ("source_buffer_events");
  TCase *tcase = tcase_create ("events");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, buffered_is_final_at_the_one_updateend_of_each_append);
  tcase_add_test (tcase, an_idle_source_buffer_has_nothing_to_dispatch);
  return suite;
}

GST_CHECK_MAIN (source_buffer_events)
