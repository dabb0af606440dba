// SPDX-License-Identifier: LGPL-2.1-or-later
// Who waits for whom where nothing may be lost.
#include "support/live.hh"
#include "support/push-pad.hh"

#include <atomic>
#include <semaphore>
#include <thread>

using namespace webmedia::test;

static constexpr int64_t kMs = 1000000;

namespace {

// A lossless producer whose consumer is paused: it takes what its sink shows,
// and no more.
struct Held {
  Held () : pad (producer.get ("s"), "video_%u")
  {
    producer.play ();
    consumer.set_state (GST_STATE_PAUSED, false);
    pad.begin ();
    fail_unless_equals_int (pad.push_picture (0), GST_FLOW_OK);
    shown.wait_count (1);
  }
  ~Held ()
  {
    pusher.join ();
    consumer.set_state (GST_STATE_NULL); // before what records it goes
  }

  // Until it is refused. It is held up after `count` at the latest.
  void push_gaps (int count)
  {
    pusher = std::thread ([this] {
      while (pad.push (gst_event_new_gap (40 * GST_MSECOND, GST_MSECOND)))
        pushed++;
    });
    wait (count);
  }
  void push_pictures (int count)
  {
    pusher = std::thread ([this] {
      for (int i = 1; result == GST_FLOW_OK; i++, pushed++)
        result = pad.push_picture (i * 40 * kMs);
    });
    wait (count);
  }
  void wait (int count)
  {
    while (pushed < count)
      std::this_thread::yield ();
  }

  Pipeline producer{
      "tee mediastreamsink name=s uri=mediastream://held lossless=true"};
  Pipeline consumer{"mediastreamsrc uri=mediastream://held lossless=true ! "
                    "fakesink name=out"};
  Recorder shown{consumer.get ("out")};
  PushPad pad;
  std::atomic<int> pushed{0};
  std::atomic<GstFlowReturn> result{GST_FLOW_OK};
  std::thread pusher;
};

} // namespace

GST_START_TEST (a_producer_that_waits_with_a_gap_can_be_stopped)
{
  Held held;
  held.push_gaps (100);
  held.producer.set_state (GST_STATE_NULL);
}
GST_END_TEST

GST_START_TEST (a_producer_that_waits_with_a_buffer_can_be_stopped)
{
  Held held;
  held.push_pictures (4);
  held.producer.set_state (GST_STATE_NULL);
}
GST_END_TEST

GST_START_TEST (a_flush_ends_the_wait_of_a_buffer)
{
  Held held;
  held.push_pictures (4);
  held.pad.push (gst_event_new_flush_start ());
  held.pusher.join ();
  fail_unless_equals_int (held.result, GST_FLOW_FLUSHING);
  held.pusher = std::thread ();
  held.pad.push (gst_event_new_flush_stop (TRUE));
  held.pad.push_segment ();
  fail_unless_equals_int (held.pad.push_picture (0), GST_FLOW_OK);
  held.pusher = std::thread ([] {});
}
GST_END_TEST

// The thread is in it still.
GST_START_TEST (a_pad_that_is_released_ends_the_wait_of_its_buffer)
{
  Held held;
  held.push_pictures (4);
  held.pad.release ();
}
GST_END_TEST

// The running time of the producer begins anew, and so does the consumer's.
GST_START_TEST (a_seek_of_the_producer_reaches_the_consumer)
{
  Pipeline producer ("videotestsrc ! "
                     "video/x-raw,width=16,height=16,framerate=25/1 ! "
                     "mediastreamsink uri=mediastream://seek lossless=true");
  Pipeline consumer (
      "mediastreamsrc uri=mediastream://seek lossless=true ! fakesink "
      "name=out");
  Recorder out (consumer.get ("out"));
  producer.play ();
  consumer.play ();
  out.wait_count (20);
  fail_unless (producer.seek (10000 * kMs, GST_SEEK_FLAG_FLUSH, 10200 * kMs));
  fail_unless_equals_string (consumer.wait_end ().c_str (), "");
  fail_unless_equals_int (int (out.flushes ()), 1);
  auto all = out.outputs ();
  for (size_t i = 1; i <= 5; i++)
    fail_unless_equals_int64 (
        all[all.size () - i].pts, int64_t (5 - i) * 40 * kMs);
}
GST_END_TEST

namespace {

// Of what a pad pushes, at its peer.
class Arrivals {
public:
  explicit Arrivals (GstPad *pad) : peer_ (gst_pad_get_peer (pad))
  {
    id_ = gst_pad_add_probe (
        peer_, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
        [] (GstPad *, GstPadProbeInfo *, gpointer self) {
          static_cast<Arrivals *> (self)->has_come_ = true;
          return GST_PAD_PROBE_OK;
        },
        this, nullptr);
  }
  ~Arrivals ()
  {
    gst_pad_remove_probe (peer_, id_);
    gst_object_unref (peer_);
  }
  // For the first one.
  void wait () const
  {
    while (!has_come_)
      std::this_thread::yield ();
  }

private:
  GstPad *const peer_;
  gulong id_;
  std::atomic<bool> has_come_ = false;
};

} // namespace

GST_START_TEST (events_wait_for_the_first_consumer_as_buffers_do)
{
  Pipeline producer ("tee mediastreamsink name=s uri=mediastream://first "
                     "lossless=true");
  PushPad pad (producer.get ("s"), "video_%u");
  producer.play ();
  pad.begin ();
  Arrivals arrivals (*pad);
  constexpr int kCues = 1000; // which take no time, where none waits
  std::atomic<int> passed = 0;
  std::thread pusher ([&] {
    for (; passed < kCues; passed++)
      pad.push (gst_event_new_custom (
          GST_EVENT_CUSTOM_DOWNSTREAM, gst_structure_new_empty ("cue")));
    pad.push_picture (0);
    pad.push (gst_event_new_eos ());
  });
  arrivals.wait ();
  Pipeline consumer ("mediastreamsrc uri=mediastream://first lossless=true ! "
                     "fakesink name=out");
  Recorder out (consumer.get ("out"));
  fail_unless_equals_int (passed, 0);
  consumer.play ();
  fail_unless_equals_string (consumer.wait_end ().c_str (), "");
  pusher.join ();
  std::string events = out.events ();
  int cues = 0;
  for (size_t at = 0;
       (at = events.find ("custom-downstream", at)) != events.npos; at++)
    cues++;
  fail_unless_equals_int (cues, kCues);
  fail_unless_equals_int (int (out.count ()), 1);
}
GST_END_TEST

namespace {

// A consumer that has taken the first picture, and waits for the next one.
struct Waiting {
  Waiting ()
      : producer ("tee mediastreamsink name=s uri=mediastream://half "
                  "lossless=true"),
        consumer ("mediastreamsrc name=m uri=mediastream://half "
                  "lossless=true ! fakesink name=out"),
        out (consumer.get ("out")),
        pad (producer.get ("s"), "video_%u")
  {
    producer.play ();
    consumer.play ();
    pad.begin ();
    push (0);
    out.wait_count (1);
  }

  void push (int64_t pts)
  {
    fail_unless_equals_int (pad.push_picture (pts), GST_FLOW_OK);
  }
  void begin_flush () { pad.push (gst_event_new_flush_start ()); }
  void end_flush ()
  {
    pad.push (gst_event_new_flush_stop (TRUE));
    pad.push_segment ();
  }

  Pipeline producer;
  Pipeline consumer;
  Recorder out;
  PushPad pad;
};

} // namespace

GST_START_TEST (the_end_of_a_flush_is_all_of_it_for_a_consumer)
{
  Waiting waiting;
  waiting.end_flush (); // it came in the middle of it
  waiting.push (40 * kMs);
  waiting.out.wait_count (2);
  fail_unless_equals_int (int (waiting.out.flushes ()), 1);
  waiting.begin_flush ();
  waiting.begin_flush ();
  waiting.end_flush ();
  waiting.push (0);
  waiting.out.wait_count (3);
  fail_unless_equals_int (int (waiting.out.flushes ()), 2);
}
GST_END_TEST

// As a seek to where a track has nothing.
GST_START_TEST (a_gap_behind_a_flush_has_a_segment)
{
  Waiting waiting;
  waiting.begin_flush ();
  waiting.end_flush ();
  waiting.out.wait_flush (1);
  waiting.out.clear ();
  waiting.pad.push (gst_event_new_gap (0, GST_SECOND));
  waiting.out.wait_event ("gap");
  fail_unless_equals_string (waiting.out.events ().c_str (), "segment gap");
}
GST_END_TEST

GST_START_TEST (a_flush_that_never_ends_keeps_no_consumer_from_its_end)
{
  Waiting waiting;
  waiting.begin_flush ();
  waiting.producer.set_state (GST_STATE_NULL);
  fail_unless_equals_string (waiting.consumer.wait_end ().c_str (), "");
}
GST_END_TEST

// As with a seek: a sink that loses its state while its pipeline changes its
// own stays in PAUSED.
GST_START_TEST (a_consumer_is_not_flushed_while_its_pipeline_changes_its_state)
{
  Waiting waiting;
  GST_STATE_LOCK (*waiting.consumer);
  waiting.begin_flush ();
  waiting.end_flush ();
  for (int64_t i = 0; i < 4; i++)
    waiting.push (i * 40 * kMs); // all that may wait
  fail_unless_equals_int (int (waiting.out.flushes ()), 0);
  fail_unless_equals_int (int (waiting.out.count ()), 1);
  GST_STATE_UNLOCK (*waiting.consumer);
  waiting.out.wait_count (5);
  fail_unless_equals_int (int (waiting.out.flushes ()), 1);
  fail_unless_equals_int64 (waiting.out.outputs ()[1].pts, 0);
}
GST_END_TEST

namespace {

// The first question for caps waits, once it is asked to.
struct Question {
  explicit Question (GstPad *pad)
  {
    current = this;
    gst_pad_set_query_function (pad, answer);
  }
  static gboolean answer (GstPad *pad, GstObject *parent, GstQuery *query)
  {
    if (GST_QUERY_TYPE (query) == GST_QUERY_CAPS
        && current->is_held.exchange (false)) {
      current->asked.release ();
      current->answered.acquire ();
    }
    return gst_pad_query_default (pad, parent, query);
  }

  static inline Question *current = nullptr;
  std::atomic<bool> is_held{false};
  std::binary_semaphore asked{0}, answered{0};
};

// By the one of another stream.
bool
replace_track (Pipeline &consumer, const char *uri)
{
  GstWebMediaStream *stream = gst_web_media_stream_lookup (uri);
  GPtrArray *tracks = gst_web_media_stream_get_tracks (stream);
  GstPad *pad = gst_element_get_static_pad (consumer.get ("m"), "video_0");
  gboolean taken;
  g_signal_emit_by_name (consumer.get ("m"), "replace-track", pad,
      g_ptr_array_index (tracks, 0), &taken);
  gst_object_unref (pad);
  g_ptr_array_unref (tracks);
  gst_object_unref (stream);
  return taken;
}

} // namespace

// Who asks something of the track of before still has it for a while.
GST_START_TEST (a_track_that_is_replaced_before_a_flush_holds_up_no_producer)
{
  Pipeline other ("tee mediastreamsink name=s uri=mediastream://other");
  PushPad fed (other.get ("s"), "video_%u");
  other.play ();
  Waiting waiting;
  Question question (*waiting.pad);
  GST_STATE_LOCK (*waiting.consumer);
  waiting.begin_flush ();
  waiting.end_flush ();
  for (int64_t i = 0; i < 4; i++)
    waiting.push (i * 40 * kMs); // all that may wait
  question.is_held = true;
  std::thread asker ([&] {
    GstPad *sink =
        gst_element_get_static_pad (waiting.consumer.get ("out"), "sink");
    gst_caps_unref (gst_pad_peer_query_caps (sink, nullptr));
    gst_object_unref (sink);
  });
  question.asked.acquire ();
  std::thread pusher ([&] { waiting.push (160 * kMs); });
  fail_unless (replace_track (waiting.consumer, "mediastream://other"));
  pusher.join ();
  question.answered.release ();
  asker.join ();
  GST_STATE_UNLOCK (*waiting.consumer);
}
GST_END_TEST

namespace {

// Somebody who changes the state of an element, and so of what is in it.
class Changer {
public:
  explicit Changer (GstElement *element) : element_ (element) {}
  ~Changer ()
  {
    if (thread_.joinable ())
      thread_.join ();
  }

  // It has the lock of the element, or waits for it.
  void begin ()
  {
    thread_ = std::thread ([this] {
      bool is_locked = GST_STATE_TRYLOCK (element_);
      if (!is_locked) {
        has_begun_ = true;
        GST_STATE_LOCK (element_);
      }
      has_begun_ = true;
      GstIterator *inside = gst_bin_iterate_elements (GST_BIN (element_));
      gst_iterator_foreach (
          inside,
          [] (const GValue *value, gpointer) {
            auto each = GST_ELEMENT (g_value_get_object (value));
            GST_STATE_LOCK (each);
            GST_STATE_UNLOCK (each);
          },
          nullptr);
      gst_iterator_free (inside);
      GST_STATE_UNLOCK (element_);
    });
    while (!has_begun_)
      std::this_thread::yield ();
  }

private:
  GstElement *const element_;
  std::thread thread_;
  std::atomic<bool> has_begun_{false};
};

} // namespace

// A pipeline that is live goes to PLAYING once more in the flush, with the
// locks of all that is in it.
GST_START_TEST (a_flush_has_the_locks_from_the_pipeline_down)
{
  Pipeline producer ("tee mediastreamsink name=s uri=mediastream://live "
                     "lossless=true");
  Pipeline consumer ("mediastreamsrc name=src uri=mediastream://live "
                     "lossless=true ! fakesink name=out "
                     "videotestsrc is-live=true ! fakesink");
  Recorder out (consumer.get ("out"));
  PushPad pad (producer.get ("s"), "video_%u");
  producer.play ();
  consumer.play ();
  pad.begin ();
  fail_unless_equals_int (pad.push_picture (0), GST_FLOW_OK);
  out.wait_count (1);
  Changer changer (consumer.get ("src"));
  GstPad *sink = gst_element_get_static_pad (consumer.get ("out"), "sink");
  gst_pad_add_probe (
      sink, GST_PAD_PROBE_TYPE_EVENT_FLUSH,
      [] (GstPad *, GstPadProbeInfo *info, gpointer other) {
        if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info))
            == GST_EVENT_FLUSH_STOP)
          static_cast<Changer *> (other)->begin ();
        return GST_PAD_PROBE_OK;
      },
      &changer, nullptr);
  gst_object_unref (sink);
  pad.push (gst_event_new_flush_start ());
  pad.push (gst_event_new_flush_stop (TRUE));
  pad.push_segment ();
  fail_unless_equals_int (pad.push_picture (0), GST_FLOW_OK);
  out.wait_count (2);
}
GST_END_TEST

static Suite *
mediastream_lossless_suite ()
{
  Suite *suite = suite_create ("mediastream-lossless");
  TCase *all = tcase_create ("all");
  suite_add_tcase (suite, all);
  tcase_add_test (all, a_producer_that_waits_with_a_gap_can_be_stopped);
  tcase_add_test (all, a_producer_that_waits_with_a_buffer_can_be_stopped);
  tcase_add_test (all, a_flush_ends_the_wait_of_a_buffer);
  tcase_add_test (all, a_pad_that_is_released_ends_the_wait_of_its_buffer);
  tcase_add_test (all, a_seek_of_the_producer_reaches_the_consumer);
  tcase_add_test (all, the_end_of_a_flush_is_all_of_it_for_a_consumer);
  tcase_add_test (all, a_gap_behind_a_flush_has_a_segment);
  tcase_add_test (all, a_flush_that_never_ends_keeps_no_consumer_from_its_end);
  tcase_add_test (
      all, a_consumer_is_not_flushed_while_its_pipeline_changes_its_state);
  tcase_add_test (
      all, a_track_that_is_replaced_before_a_flush_holds_up_no_producer);
  tcase_add_test (all, a_flush_has_the_locks_from_the_pipeline_down);
  tcase_add_test (all, events_wait_for_the_first_consumer_as_buffers_do);
  return suite;
}

GST_CHECK_MAIN (mediastream_lossless)
