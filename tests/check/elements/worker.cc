// SPDX-License-Identifier: LGPL-2.1-or-later
// A worker has the media source, another thread the pipeline: what one of them
// does, the other one sees. The web has mirrors and messages for that.
// https://www.w3.org/TR/media-source-2/#mediasource-cross-context-communication
#include "support/worker.hh"

#include <semaphore>
#include <utility>

using namespace webmedia::test;

static constexpr int64_t kMs = 1000000;

// Attaching, and [[port to main]].
GST_START_TEST (a_worker_hears_of_its_element_on_its_own_thread)
{
  WorkerPlayback t ("fakesink");
  t.worker.expect_events ("sourceopen ");
  t.worker.add_file ("video/mp4", media_bytes ("v.mp4"));
  t.worker.expect_events ("addsourcebuffer buffer.addtrack element.addtrack "
                          "active.addsourcebuffer update updateend ");
  t.pipeline.set_state (GST_STATE_NULL);
  t.worker.expect_events (
      "active.removesourcebuffer removesourcebuffer sourceclose ");
  t.worker.run ([&] {
    GstWebMediaSource *source = t.worker.source ();
    fail_unless_equals_int (gst_web_media_source_get_ready_state (source),
        GST_WEB_READY_STATE_CLOSED);
    fail_unless_equals_uint64 (
        gst_web_media_source_get_duration (source), GST_CLOCK_TIME_NONE);
    auto all = gst_web_media_source_get_source_buffers (source);
    fail_unless_equals_int (gst_web_source_buffer_list_get_length (all), 0);
    fail_unless_equals_int (count_active (source), 0);
    auto tracks = gst_web_media_source_get_video_tracks (source);
    fail_unless_equals_int (gst_web_video_track_list_get_length (tracks), 0);
  });
}
GST_END_TEST;

// Detaching, steps 7, 9 and 10, say nothing of what was in the lists.
GST_START_TEST (a_worker_that_has_added_nothing_hears_of_the_same)
{
  WorkerPlayback t ("fakesink");
  t.pipeline.set_state (GST_STATE_NULL);
  t.worker.expect_events (
      "sourceopen active.removesourcebuffer removesourcebuffer sourceclose ");
}
GST_END_TEST;

// https://www.w3.org/TR/media-source-2/#mediasource-object-url
// The object URL of a worker's media source fails: its handle attaches it.
GST_START_TEST (the_name_of_a_workers_source_attaches_nothing)
{
  Worker worker;
  fail_unless (gst_web_media_source_lookup ("mse://w") == nullptr);
  worker.run ([&] {
    fail_unless (
        gst_web_media_source_publish (worker.source (), "mse://w", nullptr));
  });
  Pipeline pipeline ("msebin name=m uri=mse://w fakesink");
  fail_unless_equals_int (gst_element_set_state (*pipeline, GST_STATE_READY),
      GST_STATE_CHANGE_FAILURE);
  std::string text = pipeline.wait_end ();
  fail_unless (text.find ("only the handle attaches it") != std::string::npos,
      "%s", text.c_str ());
  pipeline.set_state (GST_STATE_NULL);
  worker.expect_events ("");
  g_object_set (pipeline.get ("m"), "handle", worker.handle (), nullptr);
  pipeline.set_state (GST_STATE_READY);
  worker.expect_events ("sourceopen ");
}
GST_END_TEST;

// The duration, what is buffered and where one may seek.
GST_START_TEST (what_a_worker_changes_of_the_presentation_the_element_says)
{
  WorkerPlayback t ("m.video_0 ! fakesink");
  auto buffer = t.worker.add_file ("video/mp4", media_bytes ("cmaf-v.mp4"));
  t.pipeline.set_state (GST_STATE_PAUSED);
  fail_unless_equals_string (t.ask_buffered ().c_str (), "0-8000 ");
  gst_message_unref (t.pipeline.wait (GST_MESSAGE_ASYNC_DONE));
  t.worker.run ([&] {
    gst_web_source_buffer_remove_sync (
        buffer, 2 * GST_SECOND, 3 * GST_SECOND, nullptr);
    gst_web_media_source_set_duration (
        t.worker.source (), 20 * GST_SECOND, nullptr);
  });
  gst_message_unref (t.pipeline.wait (GST_MESSAGE_DURATION_CHANGED));
  fail_unless_equals_string (t.ask_buffered ().c_str (), "0-2000 3000-8000 ");
  gint64 end;
  fail_unless (gst_element_query_duration (t.bin (), GST_FORMAT_TIME, &end));
  fail_unless_equals_int64 (end, 20000 * kMs);
  fail_unless (t.ask_seeking (&end));
  fail_unless_equals_int64 (end, 20000 * kMs);
}
GST_END_TEST;

// End of stream, step 3, through "mirror on window".
GST_START_TEST (an_error_that_a_worker_ends_with_is_that_of_the_element)
{
  WorkerPlayback t ("m.video_0 ! fakesink");
  t.worker.add_file ("video/mp4", media_bytes ("v.mp4"));
  t.pipeline.set_state (GST_STATE_PAUSED);
  t.worker.run ([&] {
    gst_web_media_source_end_of_stream (
        t.worker.source (), GST_WEB_END_OF_STREAM_ERROR_DECODE, nullptr);
  });
  GstMessage *message = t.pipeline.wait (GST_MESSAGE_ERROR);
  GError *error;
  gst_message_parse_error (message, &error, nullptr);
  g_assert_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE);
  g_error_free (error);
  gst_message_unref (message);
}
GST_END_TEST;

// "Without awaiting that handler's receipt of the message": the application is
// still busy with the first pad.
GST_START_TEST (a_worker_does_not_wait_for_the_element)
{
  WorkerPlayback t ("fakesink name=s");
  std::binary_semaphore reached{0}, go_on{0};
  std::pair both{&reached, &go_on};
  g_signal_connect (t.bin (), "pad-added",
      G_CALLBACK (+[] (GstElement *, GstPad *, gpointer data) {
        auto self = static_cast<decltype (both) *> (data);
        self->first->release ();
        self->second->acquire ();
      }),
      &both);
  t.pipeline.play ();
  auto buffer = t.worker.add_file ("video/mp4", media_bytes ("v.mp4"));
  reached.acquire ();
  t.worker.run ([&] {
    Worker::append (buffer, media_bytes ("v.mp4"));
    gst_web_media_source_set_duration (
        t.worker.source (), 9 * GST_SECOND, nullptr);
    gst_web_media_source_remove_source_buffer (
        t.worker.source (), buffer, nullptr);
  });
  go_on.release ();
}
GST_END_TEST;

static int
count (const std::string &events, const std::string &event)
{
  int found = 0;
  for (size_t at = 0; (at = events.find (event, at)) != std::string::npos; at++)
    found++;
  return found;
}

// Whatever it had done by then, an append ends once, and does not go on.
GST_START_TEST (a_detach_ends_what_a_worker_appends)
{
  Bytes file = media_bytes ("av.mp4");
  int aborted = 0;
  for (int i = 0; i < 40; i++) {
    WorkerPlayback t ("m.video_0 ! fakesink");
    GstWebSourceBuffer *buffer;
    t.worker.run ([&] {
      buffer = t.worker.add ("video/mp4");
      GstBuffer *data = gst_buffer_new_memdup (file.data (), file.size ());
      for (int n = 0; n < 5; n++)
        data = gst_buffer_append (data, gst_buffer_copy (data));
      fail_unless (gst_web_source_buffer_append_buffer (buffer, data, nullptr));
      gst_buffer_unref (data);
    });
    std::string events = t.worker.take_events ();
    t.pipeline.set_state (GST_STATE_NULL);
    events += t.worker.take_events ();
    fail_unless (events.ends_with ("sourceclose "), "%s", events.c_str ());
    fail_unless_equals_int (count (events, "updateend "), 1);
    fail_unless_equals_int (
        count (events, "abort ") + count (events, "update "), 1);
    int aborts = count (events, "abort updateend ");
    fail_unless_equals_int (aborts + count (events, "update updateend "), 1);
    aborted += aborts;
    t.worker.run ([&] {
      fail_unless (!gst_web_source_buffer_get_updating (buffer));
      fail_unless (
          gst_web_source_buffer_get_buffered (buffer, nullptr) == nullptr);
    });
    t.worker.expect_events ("");
  }
  fail_unless (aborted > 0);
}
GST_END_TEST;

// HTMLMediaElement.seekable and buffered, step 1, and the error that the
// specification leaves open.
GST_START_TEST (a_worker_that_is_terminated_leaves_an_error_and_no_ranges)
{
  WorkerPlayback t ("m.video_0 ! fakesink");
  t.worker.add_file ("video/mp4", media_bytes ("v.mp4"));
  t.pipeline.set_state (GST_STATE_PAUSED);
  gint64 end;
  fail_unless (t.ask_seeking (&end));
  fail_unless (t.ask_buffered () != "");
  t.worker.terminate ();
  GstWebMediaElementReadyState state;
  g_object_get (t.bin (), "ready-state", &state, nullptr);
  fail_unless_equals_int (
      state, GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_METADATA);
  fail_unless (!t.ask_seeking (&end));
  fail_unless_equals_string (t.ask_buffered ().c_str (), "");
  gst_message_unref (t.pipeline.wait (GST_MESSAGE_ERROR));
  // Nobody is there to hear of it.
  t.pipeline.set_state (GST_STATE_NULL);
}
GST_END_TEST;

// DEVIATION: a worker that has said that this is all may go.
GST_START_TEST (a_worker_that_has_ended_the_stream_leaves_all_of_it)
{
  WorkerPlayback t ("m.video_0 ! fakesink name=s");
  Recorder out (t.pipeline.get ("s"));
  t.worker.add_file ("video/mp4", media_bytes ("v.mp4"));
  t.worker.run ([&] {
    gst_web_media_source_end_of_stream (
        t.worker.source (), GST_WEB_END_OF_STREAM_ERROR_NONE, nullptr);
  });
  t.worker.terminate ();
  t.pipeline.set_state (GST_STATE_PAUSED);
  gint64 end;
  fail_unless (t.ask_seeking (&end));
  fail_unless (end >= 8000 * kMs);
  fail_unless (t.ask_buffered () != "");
  t.pipeline.play ();
  fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int (out.count (), 200);
  fail_unless (t.pipeline.seek (4000 * kMs, GST_SEEK_FLAG_FLUSH));
  fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
}
GST_END_TEST;

static Suite *
worker_suite (void)
{
  Suite *suite = suite_create ("worker");
  TCase *tcase = tcase_create ("worker");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_worker_hears_of_its_element_on_its_own_thread);
  tcase_add_test (tcase, a_worker_that_has_added_nothing_hears_of_the_same);
  tcase_add_test (tcase, the_name_of_a_workers_source_attaches_nothing);
  tcase_add_test (
      tcase, what_a_worker_changes_of_the_presentation_the_element_says);
  tcase_add_test (
      tcase, an_error_that_a_worker_ends_with_is_that_of_the_element);
  tcase_add_test (tcase, a_worker_does_not_wait_for_the_element);
  tcase_add_test (tcase, a_detach_ends_what_a_worker_appends);
  tcase_add_test (
      tcase, a_worker_that_is_terminated_leaves_an_error_and_no_ranges);
  tcase_add_test (tcase, a_worker_that_has_ended_the_stream_leaves_all_of_it);
  return suite;
}

GST_CHECK_MAIN (worker)
