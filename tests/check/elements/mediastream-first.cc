// SPDX-License-Identifier: LGPL-2.1-or-later
// What a mediastreamsrc hands out in PAUSED. WPT
// MediaStream-MediaElement-firstframe: an element that does not play shows the
// first picture of its stream.
#include "support/screen.hh"

#include <thread>

using namespace webmedia::test;

static constexpr int64_t kMs = 1000000;

namespace {

const char kLine[] = "mediastreamsrc name=m uri=mediastream://first ! ";
const char kOut[] = "fakesink name=out signal-handoffs=true";

void
wait_playing (Consumer &consumer)
{
  GstState state;
  gst_element_get_state (*consumer, &state, nullptr, GST_CLOCK_TIME_NONE);
  fail_unless_equals_int (state, GST_STATE_PLAYING);
}

GstWebMediaStreamTrack *
find_track (const char *uri)
{
  GstWebMediaStream *stream = gst_web_media_stream_lookup (uri);
  GPtrArray *tracks = gst_web_media_stream_get_tracks (stream);
  auto track =
      GST_WEB_MEDIA_STREAM_TRACK (g_object_ref (g_ptr_array_index (tracks, 0)));
  g_ptr_array_unref (tracks);
  gst_object_unref (stream);
  return track;
}

bool
replace (Consumer &consumer, const char *uri)
{
  GstWebMediaStreamTrack *track = find_track (uri);
  GstPad *pad;
  while (!(pad = gst_element_get_static_pad (consumer.get ("m"), "video_0")))
    std::this_thread::yield ();
  gboolean taken;
  g_signal_emit_by_name (
      consumer.get ("m"), "replace-track", pad, track, &taken);
  gst_object_unref (pad);
  gst_object_unref (track);
  return taken;
}

} // namespace

// The sink shows it: no pipeline waits for that, but the sink has prerolled.
GST_START_TEST (a_paused_pipeline_shows_the_last_picture_that_came)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://first", clock);
  Consumer other (std::string (kLine) + kOut, clock);
  other.play ();
  other.wait_joined ();
  for (int i = 0; i < 3; i++) {
    feed.push_picture (i * 40 * kMs);
    other.next ();
  }
  Consumer consumer (std::string (kLine) + kOut, clock);
  Screen screen (consumer);
  pause (consumer);
  auto seen = consumer.take ();
  fail_unless_equals_int64 (seen.running_time, 0);
  fail_unless_equals_int (seen.first_byte, Feed::kByte);
  screen.wait ("p");
  GstSample *sample;
  g_object_get (consumer.get ("out"), "last-sample", &sample, nullptr);
  fail_unless_equals_uint64 (
      GST_BUFFER_PTS (gst_sample_get_buffer (sample)), 80 * kMs);
  gst_sample_unref (sample);
  GstState state;
  fail_unless_equals_int (gst_element_get_state (consumer.get ("out"), &state,
                              nullptr, GST_CLOCK_TIME_NONE),
      GST_STATE_CHANGE_SUCCESS);
  fail_unless_equals_int (state, GST_STATE_PAUSED);
  GstCaps *caps = gst_pad_get_current_caps (consumer.pad ());
  int width = 0;
  gst_structure_get_int (gst_caps_get_structure (caps, 0), "width", &width);
  fail_unless_equals_int (width, 16);
  gst_caps_unref (caps);
}
GST_END_TEST

GST_START_TEST (a_paused_pipeline_shows_the_first_picture_that_comes)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://first", clock);
  Consumer consumer (std::string (kLine) + kOut, clock);
  Screen screen (consumer);
  pause (consumer);
  consumer.wait_joined ();
  clock.advance (7000 * kMs);
  feed.push_picture (7000 * kMs);
  fail_unless_equals_int64 (consumer.next_running_time (), 0);
  screen.wait ("p");
}
GST_END_TEST

// However many come; then it goes on from it, with the newest.
GST_START_TEST (it_is_one_until_playing_goes_on_behind_it)
{
  for (const char *queue : {"", "queue ! "}) {
    LiveClock clock;
    Feed feed ("mediastreamsink uri=mediastream://first", clock);
    Consumer consumer (std::string (kLine) + queue + kOut, clock);
    Screen screen (consumer);
    pause (consumer);
    consumer.wait_joined ();
    Consumer other (std::string (kLine) + kOut, clock);
    other.play (); // what it has, the first one has, too
    other.wait_joined ();
    for (int i = 0; i < 10; i++) {
      feed.push_picture (i * 40 * kMs);
      other.next ();
      clock.advance (40 * kMs);
      if (i == 0)
        fail_unless_equals_int64 (consumer.next_running_time (), 0);
    }
    screen.wait ("p");
    fail_unless_equals_int (int (waiting (consumer)), 2);
    consumer.play ();
    fail_unless_equals_int64 (consumer.next_running_time (), 1); // the newest
    clock.advance (40 * kMs);
    feed.push_picture (440 * kMs);
    fail_unless_equals_int64 (consumer.next_running_time (), 40 * kMs);
    screen.wait ("prrr");
  }
}
GST_END_TEST

// A canvas may never be painted again.
GST_START_TEST (what_was_shown_is_there_when_it_plays)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://first", clock, 30 * kMs);
  feed.push_picture (0);
  Consumer consumer (
      std::string (kLine) + kOut + " sync=true processing-deadline=0", clock);
  Screen screen (consumer);
  pause (consumer);
  fail_unless_equals_int64 (consumer.next_running_time (), 0);
  screen.wait ("p");
  clock.advance (500 * kMs);
  consumer.play ();
  // The sink waits for its time, by a latency that is known; and what nothing
  // comes from is to be muted.
  auto test_clock = GST_TEST_CLOCK (clock.get ());
  gst_test_clock_wait_for_multiple_pending_ids (test_clock, 2, nullptr);
  gst_test_clock_crank (test_clock);
  screen.wait ("pr");
  fail_unless_equals_int64 (clock.now (), 530 * kMs);
}
GST_END_TEST

GST_START_TEST (sound_waits_for_playing)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://first", clock);
  Pipeline sound ("appsrc name=in is-live=true format=time caps=audio/x-raw,"
                  "format=S16LE,rate=48000,channels=1,layout=interleaved ! "
                  "audio/x-raw ! mediastreamsink uri=mediastream://first");
  gst_pipeline_use_clock (GST_PIPELINE (*sound), clock.get ());
  sound.play ();
  auto push = [&] (int64_t pts) {
    GstBuffer *block = gst_buffer_new_allocate (nullptr, 960, nullptr);
    gst_buffer_memset (block, 0, 0, 960);
    GST_BUFFER_PTS (block) = GstClockTime (pts);
    GST_BUFFER_DURATION (block) = 10 * GST_MSECOND;
    GstFlowReturn result;
    g_signal_emit_by_name (sound.get ("in"), "push-buffer", block, &result);
    gst_buffer_unref (block);
  };
  Consumer consumer ("mediastreamsrc name=m uri=mediastream://first "
                     "m.video_0 ! fakesink name=out "
                     "m.audio_0 ! fakesink name=a",
      clock);
  Recorder heard (consumer.get ("a"));
  pause (consumer);
  consumer.wait_joined ();
  feed.push_picture (0);
  consumer.next ();
  for (int i = 0; i < 3; i++)
    push (i * 10 * kMs);
  while (waiting (consumer, "audio_0") < 3)
    std::this_thread::yield ();
  fail_unless_equals_int (int (heard.count ()), 0);
  clock.advance (30 * kMs);
  consumer.play ();
  push (30 * kMs);
  heard.wait_count (1);
  fail_unless_equals_int64 (heard.outputs ()[0].pts, 0);
  gst_element_set_state (*consumer, GST_STATE_NULL); // before `heard` goes
}
GST_END_TEST

// What was shown last stays, and nothing comes; time stands still.
GST_START_TEST (a_pause_shows_nothing_new)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://first", clock);
  Consumer consumer (std::string (kLine) + kOut, clock);
  consumer.play ();
  consumer.wait_joined ();
  Consumer other (std::string (kLine) + kOut, clock);
  other.play ();
  other.wait_joined ();
  int64_t last = -1;
  for (int round = 0; round < 20; round++) {
    int64_t now = clock.now ();
    feed.push_picture (now);
    other.next ();
    int64_t due = consumer.next_running_time ();
    fail_unless (due > last);
    last = due;
    wait_playing (consumer);
    pause (consumer);
    for (int i = 1; i <= 3; i++) {
      clock.advance (40 * kMs);
      feed.push_picture (now + i * 40 * kMs);
      other.next ();
    }
    fail_unless_equals_int (int (waiting (consumer)), 2);
    consumer.play ();
    due = consumer.next_running_time ();
    fail_unless (due > last);
    last = due;
    clock.advance (40 * kMs);
  }
}
GST_END_TEST

// Its running time is that at which the pipeline stands.
GST_START_TEST (a_track_that_comes_in_a_pause_shows_its_first_picture)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://first", clock);
  Consumer consumer ("mediastreamsrc name=m uri=mediastream://first "
                     "m.video_0 ! fakesink name=out "
                     "m.video_1 ! fakesink name=second async=false",
      clock);
  Recorder beside (consumer.get ("second"));
  consumer.play ();
  consumer.wait_joined ();
  feed.push_picture (0);
  consumer.next ();
  wait_playing (consumer);
  clock.advance (3000 * kMs);
  pause (consumer);
  clock.advance (2000 * kMs);
  Feed another ("mediastreamsink uri=mediastream://first", clock);
  another.push_picture (0);
  beside.wait_count (1);
  fail_unless_equals_int64 (beside.outputs ()[0].pts, 3000 * kMs);
  consumer.play ();
  clock.advance (40 * kMs);
  another.push_picture (40 * kMs);
  beside.wait_count (2);
  fail_unless_equals_int64 (beside.outputs ()[1].pts, 3040 * kMs);
  gst_element_set_state (*consumer, GST_STATE_NULL); // before `beside` goes
}
GST_END_TEST

// It goes on with the other one in PLAYING, behind what was shown.
GST_START_TEST (another_track_shows_nothing_more_before_it_plays)
{
  for (const char *queue : {"", "queue ! "}) {
    LiveClock clock;
    Feed feed ("mediastreamsink uri=mediastream://first", clock);
    Feed another ("mediastreamsink uri=mediastream://second", clock);
    Consumer consumer (
        std::string (kLine) + queue + "fakesink name=out", clock);
    pause (consumer);
    feed.push_picture (0);
    fail_unless_equals_int64 (consumer.next_running_time (), 0);
    fail_unless (replace (consumer, "mediastream://second"));
    another.push_picture (0);
    while (waiting (consumer) < 1)
      std::this_thread::yield ();
    consumer.play ();
    fail_unless_equals_int64 (consumer.next_running_time (), 1);
    clock.advance (40 * kMs);
    another.push_picture (40 * kMs);
    fail_unless_equals_int64 (consumer.next_running_time (), 40 * kMs);
  }
}
GST_END_TEST

// Nothing was shown yet: so it is that one's.
GST_START_TEST (another_track_shows_its_picture_where_there_was_none)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://first", clock);
  Feed another ("mediastreamsink uri=mediastream://second", clock);
  another.push_picture (0);
  Consumer consumer (std::string (kLine) + "fakesink name=out", clock);
  pause (consumer);
  fail_unless (replace (consumer, "mediastream://second"));
  fail_unless_equals_int64 (consumer.next_running_time (), 0);
}
GST_END_TEST

// Two threads, one that plays and pauses, and one that gives the pad other
// tracks: whichever it has then goes on.
GST_START_TEST (no_track_is_left_silent_in_playing)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://first", clock);
  Feed another ("mediastreamsink uri=mediastream://second", clock);
  Consumer consumer (std::string (kLine) + kOut, clock);
  consumer.play ();
  consumer.wait_joined ();
  feed.push_picture (0);
  int64_t last = consumer.next_running_time ();
  for (int i = 1; i <= 200; i++) {
    std::thread beside ([&] {
      fail_unless (replace (consumer, "mediastream://second"));
      fail_unless (replace (consumer, "mediastream://first"));
    });
    pause (consumer);
    consumer.play ();
    beside.join ();
    clock.advance (40 * kMs);
    feed.push_picture (i * 40 * kMs);
    while (last < i * 40 * kMs) { // it was handed out, and not what is older
      int64_t due = consumer.next_running_time ();
      fail_unless (due > last);
      last = due;
    }
    fail_unless_equals_int64 (last, i * 40 * kMs);
  }
}
GST_END_TEST

GST_START_TEST (a_key_frame_is_asked_for_once_and_shown)
{
  LiveClock clock;
  Pipeline producer ("appsrc name=in is-live=true format=time "
                     "caps=video/x-vp8,width=16,height=16 ! identity name=i ! "
                     "mediastreamsink uri=mediastream://first");
  gst_pipeline_use_clock (GST_PIPELINE (*producer), clock.get ());
  producer.play ();
  auto push = [&] (int64_t pts, bool is_key) {
    GstBuffer *frame = gst_buffer_new_allocate (nullptr, 16, nullptr);
    gst_buffer_memset (frame, 0, 0, 16);
    GST_BUFFER_PTS (frame) = GstClockTime (pts);
    GST_BUFFER_DURATION (frame) = 40 * GST_MSECOND;
    if (!is_key)
      GST_BUFFER_FLAG_SET (frame, GST_BUFFER_FLAG_DELTA_UNIT);
    GstFlowReturn result;
    g_signal_emit_by_name (producer.get ("in"), "push-buffer", frame, &result);
    gst_buffer_unref (frame);
  };
  Consumer other (std::string (kLine) + "fakesink name=out", clock);
  other.play ();
  other.wait_joined ();
  push (0, true);
  push (40 * kMs, false);
  other.next ();
  other.next (); // it asks for nothing any more
  struct Asked {
    std::mutex lock;
    std::condition_variable added;
    int count = 0;
  } asked;
  GstPad *pad = gst_element_get_static_pad (producer.get ("i"), "src");
  gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM,
      [] (GstPad *, GstPadProbeInfo *info, gpointer data) {
        auto into = static_cast<Asked *> (data);
        if (!gst_event_has_name (
                GST_PAD_PROBE_INFO_EVENT (info), "GstForceKeyUnit"))
          return GST_PAD_PROBE_OK;
        std::lock_guard locker (into->lock);
        into->count++;
        into->added.notify_all ();
        return GST_PAD_PROBE_OK;
      },
      &asked, nullptr);
  Consumer consumer (std::string (kLine) + "fakesink name=out", clock);
  pause (consumer);
  {
    std::unique_lock locker (asked.lock);
    asked.added.wait (locker, [&] { return asked.count > 0; });
  }
  push (80 * kMs, false);
  push (120 * kMs, true);
  push (160 * kMs, false);
  fail_unless_equals_int64 (consumer.next_running_time (), 0);
  std::lock_guard locker (asked.lock);
  fail_unless_equals_int (asked.count, 1);
  gst_object_unref (pad);
}
GST_END_TEST

// A track that is not enabled is black there, too.
GST_START_TEST (what_is_not_enabled_is_black)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://first", clock);
  GstWebMediaStreamTrack *track = find_track ("mediastream://first");
  gst_web_media_stream_track_set_enabled (track, FALSE);
  Consumer consumer (std::string (kLine) + "fakesink name=out", clock);
  pause (consumer);
  feed.push_picture (0);
  fail_if (consumer.take ().first_byte == Feed::kByte);
  gst_object_unref (track);
}
GST_END_TEST

// Where an application keeps the base time: it may be any.
GST_START_TEST (without_a_known_running_time_nothing_is_shown)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://first", clock);
  feed.push_picture (0);
  Consumer consumer (std::string (kLine) + "fakesink name=out", clock);
  gst_element_set_start_time (*consumer, GST_CLOCK_TIME_NONE);
  gst_element_set_base_time (
      *consumer, gst_clock_get_time (clock.get ()) - 50 * GST_SECOND);
  pause (consumer);
  while (waiting (consumer) < 1)
    std::this_thread::yield ();
  consumer.play ();
  fail_unless_equals_int64 (consumer.next_running_time (), 50000 * kMs);
}
GST_END_TEST

static Suite *
mediastream_first_suite ()
{
  Suite *suite = suite_create ("mediastream-first");
  TCase *all = tcase_create ("all");
  suite_add_tcase (suite, all);
  tcase_add_test (all, a_paused_pipeline_shows_the_last_picture_that_came);
  tcase_add_test (all, a_paused_pipeline_shows_the_first_picture_that_comes);
  tcase_add_test (all, it_is_one_until_playing_goes_on_behind_it);
  tcase_add_test (all, what_was_shown_is_there_when_it_plays);
  tcase_add_test (all, sound_waits_for_playing);
  tcase_add_test (all, a_pause_shows_nothing_new);
  tcase_add_test (all, a_track_that_comes_in_a_pause_shows_its_first_picture);
  tcase_add_test (all, another_track_shows_nothing_more_before_it_plays);
  tcase_add_test (all, another_track_shows_its_picture_where_there_was_none);
  tcase_add_test (all, no_track_is_left_silent_in_playing);
  tcase_add_test (all, a_key_frame_is_asked_for_once_and_shown);
  tcase_add_test (all, what_is_not_enabled_is_black);
  tcase_add_test (all, without_a_known_running_time_nothing_is_shown);
  return suite;
}

GST_CHECK_MAIN (mediastream_first)
