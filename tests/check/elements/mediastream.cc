// SPDX-License-Identifier: LGPL-2.1-or-later
// mediastreamsink and mediastreamsrc together.
#include "support/live.hh"

using namespace webmedia::test;

using std::string_literals::operator""s;
static constexpr int64_t kMs = 1000000;

GST_START_TEST (a_lossless_line_delivers_all_and_ends)
{
  Pipeline pipeline (
      "videotestsrc num-buffers=300 ! video/x-raw,width=16,height=16 ! "
      "mediastreamsink uri=mediastream://line lossless=true  "
      "mediastreamsrc uri=mediastream://line lossless=true ! fakesink "
      "name=out");
  Recorder out (pipeline.get ("out"));
  pipeline.play ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int (int (out.count ()), 300);
}
GST_END_TEST

static GstPad *
pad_inside (GstElement *element)
{
  auto inside = GST_ELEMENT (GST_BIN_CHILDREN (element)->data);
  return gst_element_get_static_pad (inside, "sink");
}

// Buffers need not go by the pads that do nothing.
GST_START_TEST (a_probe_inside_a_sink_sees_what_comes)
{
  Pipeline pipeline (
      "videotestsrc num-buffers=10 ! video/x-raw,width=16,height=16 ! "
      "mediastreamsink name=s uri=mediastream://probe lossless=true  "
      "mediastreamsrc uri=mediastream://probe lossless=true ! fakesink");
  GstPad *pad = pad_inside (pipeline.get ("s"));
  GstPad *peer = gst_pad_get_peer (pad);
  int seen[2] = {0, 0};
  auto count = [] (GstPad *, GstPadProbeInfo *, gpointer number) {
    ++*static_cast<int *> (number);
    return GST_PAD_PROBE_OK;
  };
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, count, &seen[0], nullptr);
  gulong other = gst_pad_add_probe (
      peer, GST_PAD_PROBE_TYPE_BUFFER, count, &seen[1], nullptr);
  pipeline.play ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int (seen[0], 10);
  fail_unless_equals_int (seen[1], 10);
  gst_pad_remove_probe (peer, other);
  gst_object_unref (peer);
  gst_object_unref (pad);
}
GST_END_TEST

GST_START_TEST (lossless_works_in_two_pipelines_with_sound_and_pictures)
{
  Pipeline producer (
      "videotestsrc num-buffers=60 ! video/x-raw,width=16,height=16 ! "
      "s.video_0 mediastreamsink name=s uri=mediastream://two lossless=true "
      "audiotestsrc num-buffers=90 ! s.audio_0");
  producer.play ();
  Pipeline consumer (
      "mediastreamsrc name=m uri=mediastream://two lossless=true "
      "m.video_0 ! fakesink name=v  m.audio_0 ! fakesink name=a");
  gst_element_set_start_time (*consumer, GST_CLOCK_TIME_NONE);
  gst_element_set_base_time (*consumer, 12345 * kMs);
  Recorder video (consumer.get ("v"));
  Recorder audio (consumer.get ("a"));
  consumer.play ();
  fail_unless_equals_string (consumer.wait_end ().c_str (), "");
  fail_unless_equals_string (producer.wait_end ().c_str (), "");
  fail_unless_equals_int (int (video.count ()), 60);
  fail_unless_equals_int (int (audio.count ()), 90);
  fail_unless_equals_int64 (video.outputs ().front ().pts, 0);
  fail_unless_equals_int64 (audio.outputs ().front ().pts, 0);
}
GST_END_TEST

// Each sink of a pipeline waits for the others before it plays: a consumer's
// sink must get what it waits for.
GST_START_TEST (a_live_line_in_one_pipeline_begins)
{
  for (const char *is_live : {"true", "false"}) {
    Pipeline pipeline (
        "videotestsrc is-live="s + is_live
        + " num-buffers=3 ! video/x-raw,width=16,height=16,framerate=100/1 ! "
          "mediastreamsink name=s uri=mediastream://one "
          "audiotestsrc num-buffers=4 samplesperbuffer=480 is-live="
        + is_live
        + " ! s. mediastreamsrc name=m uri=mediastream://one "
          "m.video_0 ! queue ! fakesink name=v sync=true "
          "m.audio_0 ! queue ! fakesink name=a sync=true");
    Recorder video (pipeline.get ("v"));
    pipeline.play ();
    fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
    fail_unless (video.count () > 0); // the last one, if it comes late
  }
}
GST_END_TEST

// A consumer that begins 7 s after the producer, with a base time of its own.
GST_START_TEST (a_late_consumer_has_the_right_time)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://late", clock);
  Consumer early (
      "mediastreamsrc uri=mediastream://late ! fakesink name=out", clock);
  early.play ();
  early.wait_joined ();
  clock.advance (100 * kMs);
  feed.push_picture (100 * kMs);
  fail_unless_equals_int64 (early.next_running_time (), 100 * kMs);
  clock.advance (6900 * kMs);
  Consumer consumer (
      "mediastreamsrc uri=mediastream://late ! fakesink name=out", clock);
  consumer.play ();
  // What there is to see now, at once.
  fail_unless_equals_int64 (consumer.next_running_time (), 0);
  clock.advance (50 * kMs);
  feed.push_picture (7050 * kMs);
  fail_unless_equals_int64 (consumer.next_running_time (), 50 * kMs);
}
GST_END_TEST

// One takes nothing more; the other shows that all has been put.
GST_START_TEST (a_consumer_says_what_it_lost)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://lost", clock);
  const std::string description =
      "mediastreamsrc name=m uri=mediastream://lost ! fakesink name=out";
  Consumer slow (description, clock), quick (description, clock);
  slow.play ();
  slow.wait_joined ();
  quick.play ();
  quick.wait_joined ();
  gulong probe = gst_pad_add_probe (
      slow.pad (), GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM,
      [] (GstPad *, GstPadProbeInfo *, gpointer) { return GST_PAD_PROBE_OK; },
      nullptr, nullptr);
  for (int i = 0; i < 10; i++) {
    feed.push_picture (i * 40 * kMs);
    quick.next ();
  }
  guint64 delivered, dropped;
  guint waiting;
  GstStructure *all, *of_pad;
  g_object_get (slow.get ("m"), "stats", &all, nullptr);
  fail_unless (
      gst_structure_get (all, "video_0", GST_TYPE_STRUCTURE, &of_pad, nullptr));
  fail_unless (gst_structure_get (of_pad, "delivered", G_TYPE_UINT64,
      &delivered, "dropped", G_TYPE_UINT64, &dropped, "waiting", G_TYPE_UINT,
      &waiting, nullptr));
  fail_unless_equals_uint64 (delivered + dropped + waiting, 10);
  fail_unless (dropped >= 7 && waiting <= 2);
  gst_structure_free (of_pad);
  gst_structure_free (all);
  gst_pad_remove_probe (slow.pad (), probe);
}
GST_END_TEST

GST_START_TEST (media_goes_by_reference_to_all_consumers)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://many", clock);
  std::vector<std::unique_ptr<Consumer>> consumers;
  for (int i = 0; i < 8; i++) {
    consumers.push_back (std::make_unique<Consumer> (
        "mediastreamsrc uri=mediastream://many ! fakesink name=out", clock));
    consumers.back ()->play ();
  }
  for (auto &consumer : consumers)
    consumer->wait_joined ();
  // GStreamer's sources mark their first buffer, and it is another one then.
  feed.push_picture (0);
  for (auto &consumer : consumers)
    consumer->next ();
  for (int i = 1; i < 20; i++) {
    auto buffer = feed.push_picture (i * 40 * kMs);
    for (auto &consumer : consumers)
      fail_unless (consumer->next () == buffer);
    clock.advance (40 * kMs);
  }
}
GST_END_TEST

GST_START_TEST (the_producers_end_reaches_all_consumers)
{
  LiveClock clock;
  auto feed =
      std::make_unique<Feed> ("mediastreamsink uri=mediastream://end", clock);
  Consumer one (
      "mediastreamsrc uri=mediastream://end ! fakesink name=out", clock);
  Consumer two (
      "mediastreamsrc uri=mediastream://end ! fakesink name=out", clock);
  one.play ();
  two.play ();
  one.wait_joined ();
  two.wait_joined ();
  feed->push_picture (0);
  one.next ();
  two.next ();
  feed = nullptr; // to NULL, with no EOS
  fail_unless_equals_string (one.wait_end ().c_str (), "");
  fail_unless_equals_string (two.wait_end ().c_str (), "");
}
GST_END_TEST

namespace {

// Something that has happened on another thread.
class Event {
public:
  void happen ()
  {
    std::lock_guard locker (lock_);
    happened_ = true;
    changed_.notify_all ();
  }
  void wait ()
  {
    std::unique_lock locker (lock_);
    changed_.wait (locker, [this] { return happened_; });
  }

private:
  std::mutex lock_;
  std::condition_variable changed_;
  bool happened_ = false;
};

} // namespace

static GstPadProbeReturn
hold_eos (GstPad *, GstPadProbeInfo *info, gpointer held)
{
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) != GST_EVENT_EOS)
    return GST_PAD_PROBE_PASS;
  static_cast<Event *> (held)->happen ();
  return GST_PAD_PROBE_OK;
}

// A pad goes when its EOS has arrived. Before, its thread may be held up by a
// sink in PAUSED, whose pipeline waits for this element on its way to NULL.
GST_START_TEST (an_eos_that_is_held_up_holds_up_no_other_track)
{
  LiveClock clock;
  Event held, added;
  auto feed =
      std::make_unique<Feed> ("mediastreamsink uri=mediastream://held", clock);
  Consumer consumer (
      "mediastreamsrc name=m uri=mediastream://held ! fakesink name=out",
      clock);
  consumer.play ();
  consumer.wait_joined ();
  feed->push_picture (0);
  consumer.next ();

  GstElement *sink = gst_bin_get_by_name (GST_BIN (*consumer), "out");
  GstPad *pad = gst_element_get_static_pad (sink, "sink");
  gst_pad_add_probe (pad,
      GstPadProbeType (
          GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM),
      hold_eos, &held, nullptr);
  feed = nullptr;
  held.wait ();

  GstElement *source = gst_bin_get_by_name (GST_BIN (*consumer), "m");
  g_signal_connect_swapped (source, "pad-added",
      G_CALLBACK (+[] (Event *event) { event->happen (); }), &added);
  Feed other ("mediastreamsink uri=mediastream://held", clock);
  added.wait ();
  g_signal_handlers_disconnect_by_data (source, &added);
  gst_object_unref (source);
  gst_object_unref (pad);
  gst_object_unref (sink);
}
GST_END_TEST

GST_START_TEST (the_latency_is_the_producers)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://latency", clock, 30 * kMs);
  Consumer consumer ("mediastreamsrc uri=mediastream://latency ! fakesink "
                     "name=out sync=true processing-deadline=0",
      clock);
  consumer.play ();
  feed.push_picture (0);
  consumer.next ();
  GstQuery *query = gst_query_new_latency ();
  fail_unless (gst_pad_peer_query (consumer.pad (), query));
  gboolean live;
  GstClockTime min;
  gst_query_parse_latency (query, &live, &min, nullptr);
  fail_unless (live);
  fail_unless_equals_int64 (int64_t (min), 30 * kMs);
  gst_query_unref (query);
}
GST_END_TEST

// It finds the element by its scheme, and decodes nothing.
GST_START_TEST (playbin3_plays_a_stream_by_its_name)
{
  Pipeline producer ("videotestsrc is-live=true ! "
                     "video/x-raw,width=16,height=16,framerate=100/1 ! "
                     "mediastreamsink name=s uri=mediastream://played "
                     "audiotestsrc is-live=true samplesperbuffer=480 ! s.");
  producer.play ();
  Pipeline player ("playbin3 uri=mediastream://played "
                   "video-sink=fakesink audio-sink=fakesink");
  auto sink = [&player] (const char *property) {
    GstElement *element;
    g_object_get (*player, property, &element, nullptr);
    gst_object_unref (element); // the player's
    return element;
  };
  Recorder video (sink ("video-sink")), audio (sink ("audio-sink"));
  player.play ();
  video.wait_count (5);
  audio.wait_count (5);
  gst_element_send_event (*producer, gst_event_new_eos ());
  fail_unless_equals_string (player.wait_end ().c_str (), "");
}
GST_END_TEST

static Suite *
mediastream_suite ()
{
  Suite *suite = suite_create ("mediastream");
  TCase *all = tcase_create ("all");
  suite_add_tcase (suite, all);
  tcase_add_test (all, a_lossless_line_delivers_all_and_ends);
  tcase_add_test (all, a_probe_inside_a_sink_sees_what_comes);
  tcase_add_test (all, lossless_works_in_two_pipelines_with_sound_and_pictures);
  tcase_add_test (all, a_live_line_in_one_pipeline_begins);
  tcase_add_test (all, a_late_consumer_has_the_right_time);
  tcase_add_test (all, a_consumer_says_what_it_lost);
  tcase_add_test (all, media_goes_by_reference_to_all_consumers);
  tcase_add_test (all, the_producers_end_reaches_all_consumers);
  tcase_add_test (all, an_eos_that_is_held_up_holds_up_no_other_track);
  tcase_add_test (all, the_latency_is_the_producers);
  tcase_add_test (all, playbin3_plays_a_stream_by_its_name);
  return suite;
}

GST_CHECK_MAIN (mediastream)
