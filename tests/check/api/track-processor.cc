// SPDX-License-Identifier: LGPL-2.1-or-later
// Reading a track without a pipeline.
#include "support/media-stream-fixture.hh"

#include <thread>

using namespace webmedia;

using Processor = Ptr<GstWebMediaStreamTrackProcessor>;

namespace {

// Pictures are numbered by their size.
struct Fixture {
  explicit Fixture (guint max_buffer_size = 0, stream::Kind kind = kVideo)
      : track (new_track (kind, &input)),
        processor (own (gst_web_media_stream_track_processor_new (
            track.get (), max_buffer_size)))
  {
    auto caps = own (gst_caps_from_string (
        "video/x-raw,format=GRAY8,width=1,height=1,framerate=0/1"));
    input->put (own (gst_event_new_caps (caps.get ())));
  }

  void put (gsize number)
  {
    auto buffer = own (gst_buffer_new_allocate (nullptr, number, nullptr));
    GST_BUFFER_PTS (buffer.get ()) = GstClockTime (number) * GST_SECOND;
    input->put (std::move (buffer));
  }
  static int number_of (GstSample *sample)
  {
    return sample ? int (gst_buffer_get_size (gst_sample_get_buffer (sample)))
                  : 0;
  }
  // 0: the end.
  int read (GCancellable *cancellable = nullptr)
  {
    GError *error = nullptr;
    auto frame = own (gst_web_media_stream_track_processor_read (
        processor.get (), cancellable, &error));
    fail_if (error != nullptr);
    return number_of (frame.get ());
  }
  void read_async (GCancellable *cancellable = nullptr)
  {
    gst_web_media_stream_track_processor_read_async (
        processor.get (), cancellable, on_read, this);
  }
  static void on_read (GObject *object, GAsyncResult *result, gpointer data)
  {
    auto self = static_cast<Fixture *> (data);
    GError *error = nullptr;
    auto frame = own (gst_web_media_stream_track_processor_read_finish (
        GST_WEB_MEDIA_STREAM_TRACK_PROCESSOR (object), result, &error));
    if (error) {
      fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
      self->got += "cancelled ";
      g_error_free (error);
    } else {
      self->got += std::to_string (number_of (frame.get ())) + " ";
    }
  }
  void expect (const char *expected)
  {
    run_context ();
    fail_unless_equals_string (got.c_str (), expected);
    got.clear ();
  }

  std::unique_ptr<stream::Input> input;
  TrackObject track;
  Processor processor;
  std::string got;
};

} // namespace

// WPT: MediaStreamTrackProcessor-backpressure
GST_START_TEST (a_slow_reader_skips_to_the_newest)
{
  Fixture f (1);
  for (gsize i = 1; i <= 5; i++)
    f.put (i);
  f.read_async ();
  f.expect ("5 ");
}
GST_END_TEST

GST_START_TEST (reads_are_served_in_their_order)
{
  Fixture f (3);
  f.read_async ();
  f.read_async ();
  f.expect ("");
  f.put (1);
  f.put (2);
  f.expect ("1 2 ");
  f.put (3);
  fail_unless_equals_int (f.read (), 3);
}
GST_END_TEST

GST_START_TEST (a_read_can_be_cancelled)
{
  Fixture f (2);
  auto cancellable = own (g_cancellable_new ());
  f.read_async (cancellable.get ());
  f.read_async ();
  f.expect ("");
  g_cancellable_cancel (cancellable.get ());
  f.expect ("cancelled ");
  f.put (1);
  f.expect ("1 ");
  f.read_async (cancellable.get ()); // before it begins
  f.expect ("cancelled ");
  GError *error = nullptr;
  fail_unless (gst_web_media_stream_track_processor_read (
                   f.processor.get (), cancellable.get (), &error)
               == nullptr);
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  g_error_free (error);
}
GST_END_TEST

GST_START_TEST (a_wait_can_be_cancelled_by_another_thread)
{
  Fixture f;
  auto cancellable = own (g_cancellable_new ());
  std::thread other ([&] { g_cancellable_cancel (cancellable.get ()); });
  GError *error = nullptr;
  fail_unless (gst_web_media_stream_track_processor_read (
                   f.processor.get (), cancellable.get (), &error)
               == nullptr);
  fail_unless (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  g_error_free (error);
  other.join ();
}
GST_END_TEST

GST_START_TEST (the_end_of_a_track_ends_reads)
{
  Fixture f;
  f.read_async ();
  f.expect ("");
  gst_web_media_stream_track_stop (f.track.get ());
  f.expect ("0 ");
  fail_unless_equals_int (f.read (), 0);
}
GST_END_TEST

GST_START_TEST (close_lets_go_of_the_track)
{
  Fixture f;
  f.put (1);
  f.read_async ();
  f.read_async ();
  f.expect ("1 ");
  gst_web_media_stream_track_processor_close (f.processor.get ());
  gst_web_media_stream_track_processor_close (f.processor.get ());
  f.expect ("0 ");
  f.put (2);
  fail_unless_equals_int (f.read (), 0);
  fail_unless_equals_int (
      gst_web_media_stream_track_get_ready_state (f.track.get ()),
      GST_WEB_MEDIA_STREAM_TRACK_STATE_LIVE);
}
GST_END_TEST

GST_START_TEST (it_has_what_it_was_made_with)
{
  Fixture f (7);
  GstWebMediaStreamTrack *track;
  guint size;
  g_object_get (
      f.processor.get (), "track", &track, "max-buffer-size", &size, nullptr);
  fail_unless (track == f.track.get ());
  fail_unless_equals_int (int (size), 7);
  gst_object_unref (track);
  // For bindings: without a track, it is at its end.
  auto none = own (GST_WEB_MEDIA_STREAM_TRACK_PROCESSOR (gst_object_ref_sink (
      g_object_new (GST_TYPE_WEB_MEDIA_STREAM_TRACK_PROCESSOR, nullptr))));
  fail_unless (
      gst_web_media_stream_track_processor_read (none.get (), nullptr, nullptr)
      == nullptr);
}
GST_END_TEST

static Suite *
track_processor_suite (void)
{
  Suite *suite = suite_create ("track-processor");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, a_slow_reader_skips_to_the_newest);
  tcase_add_test (tc, reads_are_served_in_their_order);
  tcase_add_test (tc, a_read_can_be_cancelled);
  tcase_add_test (tc, a_wait_can_be_cancelled_by_another_thread);
  tcase_add_test (tc, the_end_of_a_track_ends_reads);
  tcase_add_test (tc, close_lets_go_of_the_track);
  tcase_add_test (tc, it_has_what_it_was_made_with);
  return suite;
}

GST_CHECK_MAIN (track_processor);
