// SPDX-License-Identifier: LGPL-2.1-or-later
// Tracks that come and go while a mediastreamsrc hands them out.
#include "support/live.hh"
#include "support/pad-log.hh"
#include "support/push-pad.hh"

#include <atomic>
#include <future>
#include <thread>

using namespace webmedia::test;

static constexpr int64_t kMs = 1000000;

namespace {

// The stream of that name, which something uses.
GstWebMediaStream *
find_stream (const char *uri)
{
  GstWebMediaStream *stream = gst_web_media_stream_lookup (uri);
  fail_unless (stream != nullptr);
  return stream;
}

// The only track of the stream of that name.
GstWebMediaStreamTrack *
find_track (const char *uri)
{
  GstWebMediaStream *stream = find_stream (uri);
  GPtrArray *tracks = gst_web_media_stream_get_tracks (stream);
  fail_unless_equals_int (int (tracks->len), 1);
  auto track =
      GST_WEB_MEDIA_STREAM_TRACK (g_object_ref (g_ptr_array_index (tracks, 0)));
  g_ptr_array_unref (tracks);
  gst_object_unref (stream);
  return track;
}

} // namespace

GST_START_TEST (a_pad_takes_another_track_and_stays)
{
  LiveClock clock;
  auto feed =
      std::make_unique<Feed> ("mediastreamsink uri=mediastream://1", clock);
  auto another =
      std::make_unique<Feed> ("mediastreamsink uri=mediastream://2", clock);
  Consumer consumer (
      "mediastreamsrc name=m uri=mediastream://1 ! fakesink name=out", clock);
  consumer.play ();
  consumer.wait_joined ();
  feed->push_picture (0);
  consumer.next ();

  GstBus *bus = gst_pipeline_get_bus (GST_PIPELINE (*consumer));
  gst_bus_set_flushing (bus, TRUE);
  gst_bus_set_flushing (bus, FALSE);
  GstWebMediaStreamTrack *track = find_track ("mediastream://2");
  GstPad *pad = gst_element_get_static_pad (consumer.get ("m"), "video_0");
  gboolean taken;
  g_signal_emit_by_name (
      consumer.get ("m"), "replace-track", pad, track, &taken);
  fail_unless (taken);
  // It may be as late as it likes.
  gst_message_unref (gst_bus_timed_pop_filtered (
      bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_LATENCY));
  gst_object_unref (bus);
  clock.advance (40 * kMs);
  another->push_picture (40 * kMs);
  fail_unless_equals_int64 (consumer.next_running_time (), 40 * kMs);
  // The end of what it handed out before means nothing to it.
  feed = nullptr;
  clock.advance (40 * kMs);
  another->push_picture (80 * kMs);
  fail_unless_equals_int64 (consumer.next_running_time (), 80 * kMs);
  fail_unless (GST_PAD_PARENT (pad) != nullptr);
  another = nullptr;
  fail_unless_equals_string (consumer.wait_end ().c_str (), "");
  g_signal_emit_by_name (
      consumer.get ("m"), "replace-track", pad, track, &taken);
  fail_if (taken);
  gst_object_unref (pad);
  gst_object_unref (track);
}
GST_END_TEST

// The pads come a moment after PAUSED: who waits for one gets an EOS.
GST_START_TEST (a_track_that_ends_before_its_pad_comes_has_one_all_the_same)
{
  for (int i = 0; i < 20; i++) {
    LiveClock clock;
    Feed feed ("mediastreamsink uri=mediastream://1", clock);
    feed.push_picture (0);
    Pipeline consumer ("mediastreamsrc uri=mediastream://1 ! fakesink");
    gst_pipeline_use_clock (GST_PIPELINE (*consumer), clock.get ());
    GstWebMediaStreamTrack *track = find_track ("mediastream://1");
    consumer.set_state (GST_STATE_PAUSED, false);
    gst_web_media_stream_track_stop (track);
    consumer.play ();
    fail_unless_equals_string (consumer.wait_end ().c_str (), "");
    gst_object_unref (track);
  }
}
GST_END_TEST

// Nor does the one that it had come back when the stream changes.
GST_START_TEST (a_track_that_was_replaced_gets_no_other_pad)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://1", clock);
  Feed another ("mediastreamsink uri=mediastream://2", clock);
  Consumer consumer (
      "mediastreamsrc name=m uri=mediastream://1 ! fakesink name=out", clock);
  PadLog pads (consumer.get ("m"));
  consumer.play ();
  pads.wait ("+video_0");
  GstWebMediaStreamTrack *track = find_track ("mediastream://2");
  GstPad *pad = gst_element_get_static_pad (consumer.get ("m"), "video_0");
  gboolean taken;
  g_signal_emit_by_name (
      consumer.get ("m"), "replace-track", pad, track, &taken);
  fail_unless (taken);
  GstWebMediaStream *stream = find_stream ("mediastream://1");
  gst_web_media_stream_add_track (stream, track); // it has its pad
  Pipeline sound ("audiotestsrc is-live=true ! mediastreamsink "
                  "uri=mediastream://1");
  sound.play ();
  pads.wait ("+video_0+audio_0");
  gst_object_unref (stream);
  gst_object_unref (pad);
  gst_object_unref (track);
}
GST_END_TEST

// Two threads give a pad another track at once: the one that it has by then is
// the one that it hands out.
GST_START_TEST (the_last_one_to_take_a_pad_has_it)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://1", clock);
  Feed idle ("mediastreamsink uri=mediastream://2", clock);
  Feed other ("mediastreamsink uri=mediastream://3", clock);
  Consumer consumer (
      "mediastreamsrc name=m uri=mediastream://1 ! fakesink name=out", clock);
  consumer.play ();
  consumer.wait_joined ();
  feed.push_picture (0);
  consumer.next ();
  GstPad *pad = gst_element_get_static_pad (consumer.get ("m"), "video_0");
  GstWebMediaStreamTrack *own = find_track ("mediastream://1");
  GstWebMediaStreamTrack *one = find_track ("mediastream://2");
  GstWebMediaStreamTrack *two = find_track ("mediastream://3");
  auto replace = [&] (GstWebMediaStreamTrack *with) {
    gboolean taken;
    g_signal_emit_by_name (
        consumer.get ("m"), "replace-track", pad, with, &taken);
    fail_unless (taken);
  };
  for (int i = 1; i <= 200; i++) {
    std::atomic<int> ready{0};
    auto race = [&] (GstWebMediaStreamTrack *with) {
      ready++;
      while (ready < 2) {
      }
      replace (with);
    };
    std::thread beside ([&] { race (one); });
    race (two);
    beside.join ();
    replace (two); // which may be what it has
    clock.advance (40 * kMs);
    other.push_picture (i * 40 * kMs);
    // The last picture of another one may come before it.
    while (consumer.next_running_time () != i * 40 * kMs) {
    }
    replace (own);
  }
  for (GstWebMediaStreamTrack *track : {own, one, two})
    gst_object_unref (track);
  gst_object_unref (pad);
}
GST_END_TEST

// It has a pad once: the application looks which one is whose.
GST_START_TEST (a_track_has_one_pad_wherever_it_comes_from)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://1", clock);
  Feed another ("mediastreamsink uri=mediastream://2", clock);
  GstWebMediaStreamTrack *track = find_track ("mediastream://2");
  GstWebMediaStreamTrack *own = find_track ("mediastream://1");
  Consumer consumer (
      "mediastreamsrc name=m uri=mediastream://1 ! fakesink name=out", clock);
  PadLog pads (consumer.get ("m"));
  consumer.play ();
  pads.wait ("+video_0");
  auto replace = [&] (const char *name, GstWebMediaStreamTrack *with) {
    GstPad *pad = gst_element_get_static_pad (consumer.get ("m"), name);
    gboolean taken;
    g_signal_emit_by_name (
        consumer.get ("m"), "replace-track", pad, with, &taken);
    gst_object_unref (pad);
    return taken;
  };
  fail_unless (replace ("video_0", own)); // that is what it has
  fail_unless (replace ("video_0", track));
  // The stream changes without it, and then it comes to the stream, too.
  Feed third ("mediastreamsink uri=mediastream://1", clock);
  pads.wait ("+video_0+video_1");
  GstWebMediaStream *stream = find_stream ("mediastream://1");
  gst_web_media_stream_add_track (stream, track);
  auto fourth =
      std::make_unique<Feed> ("mediastreamsink uri=mediastream://1", clock);
  pads.wait ("+video_0+video_1+video_2");
  fourth = nullptr;
  pads.wait ("+video_0+video_1+video_2-video_2");
  fail_if (replace ("video_1", track));
  fail_unless (replace ("video_1", own));
  fail_if (replace ("video_0", own));
  gst_object_unref (stream);
  gst_object_unref (own);
  gst_object_unref (track);
}
GST_END_TEST

// No buffer of the other track is lost meanwhile.
GST_START_TEST (a_track_that_is_removed_ends_its_pad_alone)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://1", clock);
  Feed another ("mediastreamsink uri=mediastream://2", clock);
  GstWebMediaStream *stream = find_stream ("mediastream://1");
  GstWebMediaStreamTrack *track = find_track ("mediastream://2");
  gst_web_media_stream_add_track (stream, track);
  Consumer consumer ("mediastreamsrc name=m uri=mediastream://1 "
                     "m.video_0 ! fakesink name=out "
                     "m.video_1 ! fakesink name=other",
      clock);
  Recorder other (consumer.get ("other"));
  consumer.play ();
  consumer.wait_joined ();
  another.push_picture (0);
  for (int i = 0; i < 10; i++) {
    feed.push_picture (i * 40 * kMs);
    fail_unless_equals_int64 (consumer.next_running_time (), i * 40 * kMs);
    if (i == 4)
      gst_web_media_stream_remove_track (stream, track);
    if (i == 6)
      other.wait_event ("eos");
    clock.advance (40 * kMs);
  }
  // It is not stopped by that.
  GstWebMediaStreamTrackState state;
  g_object_get (track, "ready-state", &state, nullptr);
  fail_unless_equals_int (state, GST_WEB_MEDIA_STREAM_TRACK_STATE_LIVE);
  gst_object_unref (track);
  gst_object_unref (stream);
}
GST_END_TEST

// WPT MediaStream-removetrack: so it is with what plays it.
GST_START_TEST (the_last_track_that_is_removed_ends_the_pipeline)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://1", clock);
  Feed another ("mediastreamsink uri=mediastream://1", clock);
  GstWebMediaStream *stream = find_stream ("mediastream://1");
  GPtrArray *tracks = gst_web_media_stream_get_tracks (stream);
  Consumer consumer ("mediastreamsrc name=m uri=mediastream://1 "
                     "m.video_0 ! fakesink name=out "
                     "m.video_1 ! fakesink name=other",
      clock);
  PadLog pads (consumer.get ("m"));
  Recorder other (consumer.get ("other"));
  consumer.play ();
  pads.wait ("+video_0+video_1");
  auto remove = [&] (guint index) {
    gst_web_media_stream_remove_track (
        stream, GST_WEB_MEDIA_STREAM_TRACK (g_ptr_array_index (tracks, index)));
  };
  for (Feed *each : {&feed, &another})
    each->push_picture (0);
  fail_unless_equals_int64 (consumer.next_running_time (), 0);
  remove (1);
  other.wait_event ("eos");
  clock.advance (40 * kMs);
  feed.push_picture (40 * kMs);
  fail_unless_equals_int64 (consumer.next_running_time (), 40 * kMs);
  remove (0);
  fail_unless_equals_string (consumer.wait_end ().c_str (), "");
  g_ptr_array_unref (tracks);
  gst_object_unref (stream);
}
GST_END_TEST

GST_START_TEST (stop_ends_the_pad_and_the_producer)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://1", clock);
  Consumer consumer (
      "mediastreamsrc uri=mediastream://1 ! fakesink name=out", clock);
  consumer.play ();
  consumer.wait_joined ();
  feed.push_picture (0);
  consumer.next ();
  GstWebMediaStreamTrack *track = find_track ("mediastream://1");
  gst_web_media_stream_track_stop (track);
  fail_unless_equals_string (consumer.wait_end ().c_str (), "");
  feed.push_picture (40 * kMs);
  fail_unless_equals_string (feed.wait_end ().c_str (), "");
  gst_object_unref (track);
}
GST_END_TEST

// From the very next buffer on, with the times of what is not shown.
GST_START_TEST (a_track_that_is_not_enabled_is_black)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://1", clock);
  Consumer consumer (
      "mediastreamsrc uri=mediastream://1 ! fakesink name=out", clock);
  consumer.play ();
  consumer.wait_joined ();
  feed.push_picture (0);
  consumer.next ();
  GstWebMediaStreamTrack *track = find_track ("mediastream://1");
  gst_web_media_stream_track_set_enabled (track, FALSE);
  clock.advance (40 * kMs);
  feed.push_picture (40 * kMs);
  Consumer::Seen seen = consumer.take ();
  fail_unless_equals_int64 (seen.running_time, 40 * kMs);
  fail_unless_equals_int (seen.first_byte, 0);
  gst_web_media_stream_track_set_enabled (track, TRUE);
  clock.advance (40 * kMs);
  feed.push_picture (80 * kMs);
  fail_unless_equals_int (consumer.take ().first_byte, Feed::kByte);
  gst_object_unref (track);
}
GST_END_TEST

// 25 frames of nothing mute it, the next one unmutes it.
GST_START_TEST (a_live_track_of_which_nothing_comes_is_muted)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://1", clock);
  Consumer consumer (
      "mediastreamsrc uri=mediastream://1 ! fakesink name=out", clock);
  consumer.play ();
  consumer.wait_joined ();
  feed.push_picture (0);
  consumer.next ();
  feed.wait_arrived ();
  GstWebMediaStreamTrack *track = find_track ("mediastream://1");
  GMainLoop *loop = g_main_loop_new (nullptr, FALSE);
  for (const char *event : {"mute", "unmute"})
    g_signal_connect_swapped (
        track, event, G_CALLBACK (g_main_loop_quit), loop);
  clock.advance_to_next_wait (); // the first look
  clock.advance_to_next_wait ();
  g_main_loop_run (loop);
  fail_unless (gst_web_media_stream_track_get_muted (track));
  fail_unless_equals_int64 (clock.now (), 25 * 40 * kMs);
  feed.push_picture (1040 * kMs);
  g_main_loop_run (loop);
  fail_if (gst_web_media_stream_track_get_muted (track));
  g_main_loop_unref (loop);
  gst_object_unref (track);
}
GST_END_TEST

GST_START_TEST (what_plays_again_has_another_track)
{
  Pipeline producer ("videotestsrc ! "
                     "video/x-raw,width=16,height=16,framerate=100/1 ! "
                     "mediastreamsink uri=mediastream://1");
  producer.set_state (GST_STATE_PAUSED);
  fail_unless (producer.seek (0, GST_SEEK_FLAG_FLUSH, 20 * kMs));
  producer.play ();
  fail_unless_equals_string (producer.wait_end ().c_str (), "");
  GstWebMediaStreamTrack *ended = find_track ("mediastream://1");
  GstWebMediaStreamTrackState state;
  g_object_get (ended, "ready-state", &state, nullptr);
  fail_unless_equals_int (state, GST_WEB_MEDIA_STREAM_TRACK_STATE_ENDED);
  fail_unless (producer.seek (0, GST_SEEK_FLAG_FLUSH, 20 * kMs));
  fail_unless_equals_string (producer.wait_end ().c_str (), "");
  GstWebMediaStreamTrack *now = find_track ("mediastream://1");
  fail_unless (now != ended);
  gst_object_unref (now);
  gst_object_unref (ended);
}
GST_END_TEST

// The track that comes then is the one that is watched.
GST_START_TEST (what_plays_again_is_muted_when_nothing_comes)
{
  LiveClock clock;
  Pipeline producer ("tee mediastreamsink name=s uri=mediastream://1");
  gst_pipeline_use_clock (GST_PIPELINE (*producer), clock.get ());
  PushPad pad (producer.get ("s"), "video_%u", true);
  producer.play ();
  pad.begin ();
  fail_unless_equals_int (pad.push_picture (0), GST_FLOW_OK);
  pad.push (gst_event_new_eos ());
  GstWebMediaStreamTrack *ended = find_track ("mediastream://1");
  pad.push (gst_event_new_flush_start ());
  pad.push (gst_event_new_flush_stop (TRUE));
  pad.push_segment ();
  fail_unless_equals_int (pad.push_picture (0), GST_FLOW_OK);
  GstWebMediaStreamTrack *now = find_track ("mediastream://1");
  fail_unless (now != ended);
  GMainLoop *loop = g_main_loop_new (nullptr, FALSE);
  g_signal_connect_swapped (now, "mute", G_CALLBACK (g_main_loop_quit), loop);
  clock.advance_to_next_wait (); // the first look
  clock.advance_to_next_wait ();
  g_main_loop_run (loop);
  fail_unless (gst_web_media_stream_track_get_muted (now));
  g_main_loop_unref (loop);
  gst_object_unref (now);
  gst_object_unref (ended);
}
GST_END_TEST

// An EOS of the application, or an error of downstream: it would fail again and
// again.
GST_START_TEST (a_track_whose_pad_was_ended_gets_no_other_one)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://1", clock);
  Consumer consumer (
      "mediastreamsrc name=m uri=mediastream://1 ! fakesink name=out", clock);
  PadLog pads (consumer.get ("m"));
  consumer.play ();
  consumer.wait_joined ();
  feed.push_picture (0);
  consumer.next ();
  gst_element_send_event (consumer.get ("m"), gst_event_new_eos ());
  feed.push_picture (40 * kMs); // so that its thread comes by
  pads.wait ("+video_0-video_0");
  Feed another ("mediastreamsink uri=mediastream://1", clock);
  pads.wait ("+video_0-video_0+video_1");
}
GST_END_TEST

// A bin forgets it with the last pad.
GST_START_TEST (it_is_a_source_without_a_pad_too)
{
  LiveClock clock;
  auto feed =
      std::make_unique<Feed> ("mediastreamsink uri=mediastream://1", clock);
  Consumer consumer (
      "mediastreamsrc name=m uri=mediastream://1 ! fakesink name=out", clock);
  GstElement *source = consumer.get ("m");
  std::atomic<bool> is_removed = false;
  g_signal_connect (source, "element-removed",
      G_CALLBACK (+[] (GstBin *, GstElement *, gpointer removed) {
        *static_cast<std::atomic<bool> *> (removed) = true;
      }),
      &is_removed);
  fail_unless (GST_OBJECT_FLAG_IS_SET (source, GST_ELEMENT_FLAG_SOURCE));
  consumer.play ();
  consumer.wait_joined ();
  feed = nullptr;
  while (!is_removed)
    std::this_thread::yield ();
  fail_unless (GST_OBJECT_FLAG_IS_SET (source, GST_ELEMENT_FLAG_SOURCE));
}
GST_END_TEST

// There is nothing to wait for.
GST_START_TEST (a_sink_without_a_pad_does_not_keep_a_pipeline_from_its_end)
{
  Pipeline pipeline ("videotestsrc num-buffers=1 ! fakesink "
                     "mediastreamsink uri=mediastream://1");
  pipeline.play ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
}
GST_END_TEST

static void
tell (gpointer freed)
{
  static_cast<std::promise<void> *> (freed)->set_value ();
}

// Who gave it to the pad has let go of it, and so does the pad.
GST_START_TEST (a_pad_keeps_no_track_that_it_had)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://1", clock);
  Consumer consumer (
      "mediastreamsrc name=m uri=mediastream://1 ! fakesink name=out", clock);
  consumer.play ();
  feed.push_picture (0);
  consumer.take (); // so its pad is there
  GstPad *pad = gst_element_get_static_pad (consumer.get ("m"), "video_0");
  auto replace = [&] (GstWebMediaStreamTrack *with) {
    gboolean taken;
    g_signal_emit_by_name (
        consumer.get ("m"), "replace-track", pad, with, &taken);
    return taken;
  };
  fail_if (replace (nullptr));

  std::promise<void> freed;
  uint8_t pixels[16]{};
  GstWebCanvas *canvas = gst_web_canvas_new ();
  GstCaps *caps = gst_caps_from_string (
      "video/x-raw,format=GRAY8,width=4,height=4,framerate=25/1");
  GstBuffer *picture = gst_buffer_new_wrapped_full (
      GstMemoryFlags (0), pixels, 16, 0, 16, &freed, tell);
  GstSample *sample = gst_sample_new (picture, caps, nullptr, nullptr);
  gst_web_canvas_paint (canvas, sample, nullptr);
  gst_sample_unref (sample);
  gst_buffer_unref (picture);
  gst_caps_unref (caps);
  GstWebMediaStream *stream = gst_web_canvas_capture_stream (
      canvas, GST_WEB_CANVAS_EVERY_PAINTING, nullptr);
  GPtrArray *tracks = gst_web_media_stream_get_tracks (stream);
  auto captured =
      GST_WEB_MEDIA_STREAM_TRACK (g_object_ref (g_ptr_array_index (tracks, 0)));
  g_ptr_array_unref (tracks);
  gst_object_unref (stream);
  fail_unless (replace (captured));
  consumer.take ();
  GstWebMediaStreamTrack *track = find_track ("mediastream://1");
  GstWebMediaStreamTrack *clone = gst_web_media_stream_track_clone (track);
  fail_unless (replace (clone));
  gst_object_unref (captured);
  gst_object_unref (canvas);
  freed.get_future ().wait ();
  gst_object_unref (clone);
  gst_object_unref (track);
  gst_object_unref (pad);
}
GST_END_TEST

static Suite *
mediastream_tracks_suite ()
{
  Suite *suite = suite_create ("mediastream-tracks");
  TCase *all = tcase_create ("all");
  suite_add_tcase (suite, all);
  tcase_add_test (all, a_pad_takes_another_track_and_stays);
  tcase_add_test (
      all, a_track_that_ends_before_its_pad_comes_has_one_all_the_same);
  tcase_add_test (all, a_track_that_was_replaced_gets_no_other_pad);
  tcase_add_test (all, the_last_one_to_take_a_pad_has_it);
  tcase_add_test (all, a_track_has_one_pad_wherever_it_comes_from);
  tcase_add_test (all, a_track_that_is_removed_ends_its_pad_alone);
  tcase_add_test (all, the_last_track_that_is_removed_ends_the_pipeline);
  tcase_add_test (all, stop_ends_the_pad_and_the_producer);
  tcase_add_test (all, a_track_that_is_not_enabled_is_black);
  tcase_add_test (all, a_live_track_of_which_nothing_comes_is_muted);
  tcase_add_test (all, what_plays_again_has_another_track);
  tcase_add_test (all, what_plays_again_is_muted_when_nothing_comes);
  tcase_add_test (all, a_track_whose_pad_was_ended_gets_no_other_one);
  tcase_add_test (all, it_is_a_source_without_a_pad_too);
  tcase_add_test (all, a_pad_keeps_no_track_that_it_had);
  tcase_add_test (
      all, a_sink_without_a_pad_does_not_keep_a_pipeline_from_its_end);
  return suite;
}

GST_CHECK_MAIN (mediastream_tracks)
