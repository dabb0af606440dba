// SPDX-License-Identifier: LGPL-2.1-or-later
// Who waits for whom where nothing may be lost.
#include "support/live.hh"
#include "support/push-pad.hh"

#include <atomic>
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

// A consumer that comes in the middle of a flush knows of its end alone, for
// which it would wait, as nothing stops its thread: and who waits is who has
// something for that.
GST_START_TEST (the_end_of_a_flush_that_did_not_begin_is_nothing)
{
  Pipeline producer (
      "tee mediastreamsink name=s uri=mediastream://half lossless=true");
  Pipeline consumer ("mediastreamsrc uri=mediastream://half lossless=true ! "
                     "fakesink name=out");
  Recorder out (consumer.get ("out"));
  PushPad pad (producer.get ("s"), "video_%u");
  producer.play ();
  consumer.play ();
  pad.begin ();
  fail_unless_equals_int (pad.push_picture (0), GST_FLOW_OK);
  out.wait_count (1); // and now it waits for the next one
  pad.push (gst_event_new_flush_stop (TRUE));
  pad.push_segment ();
  fail_unless_equals_int (pad.push_picture (40 * kMs), GST_FLOW_OK);
  out.wait_count (2);
  fail_unless_equals_int (int (out.flushes ()), 0);
  // A whole one counts, also where it begins twice.
  pad.push (gst_event_new_flush_start ());
  pad.push (gst_event_new_flush_start ());
  pad.push (gst_event_new_flush_stop (TRUE));
  pad.push (gst_event_new_flush_stop (TRUE));
  pad.push_segment ();
  fail_unless_equals_int (pad.push_picture (0), GST_FLOW_OK);
  out.wait_count (3);
  fail_unless_equals_int (int (out.flushes ()), 1);
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
  tcase_add_test (all, the_end_of_a_flush_that_did_not_begin_is_nothing);
  tcase_add_test (all, events_wait_for_the_first_consumer_as_buffers_do);
  return suite;
}

GST_CHECK_MAIN (mediastream_lossless)
