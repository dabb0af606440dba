// SPDX-License-Identifier: LGPL-2.1-or-later
// What waits for a lossless consumer is pushed in turn, and each buffer is as
// one that comes alone.
#include "support/live.hh"
#include "support/push-pad.hh"

#include <mutex>

using namespace webmedia::test;

static constexpr int64_t kMs = 1000000;
static constexpr int kBuffers = 20; // 40 ms each; a second may wait

namespace {

// What passes a pad: "b" for a buffer, "e" for an event of the application,
// "a" for a query of allocation.
class Trace {
public:
  Trace (GstElement *element, const char *name)
      : pad_ (gst_element_get_static_pad (element, name)),
        probe_ (gst_pad_add_probe (
            pad_, kTypes,
            [] (GstPad *, GstPadProbeInfo *info, gpointer self) {
              return static_cast<Trace *> (self)->add (info);
            },
            this, nullptr))
  {}
  ~Trace ()
  {
    gst_pad_remove_probe (pad_, probe_);
    gst_object_unref (pad_);
  }
  Trace (const Trace &) = delete;
  Trace &operator= (const Trace &) = delete;

  // Asks what is before it to negotiate anew, as that many have come.
  void reconfigure_after (int buffers) { reconfigure_after_ = buffers; }
  std::string seen () const
  {
    std::lock_guard locker (lock_);
    return seen_;
  }

private:
  static constexpr auto kTypes = GstPadProbeType (
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM
      | GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM | GST_PAD_PROBE_TYPE_PUSH);

  static char letter_of (GstPadProbeInfo *info)
  {
    if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
      return 'b';
    if (info->type & GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM)
      return GST_QUERY_TYPE (GST_PAD_PROBE_INFO_QUERY (info))
                     == GST_QUERY_ALLOCATION
                 ? 'a'
                 : 0;
    return GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info))
                   == GST_EVENT_CUSTOM_DOWNSTREAM
               ? 'e'
               : 0;
  }
  GstPadProbeReturn add (GstPadProbeInfo *info)
  {
    char letter = letter_of (info);
    bool asks;
    {
      std::lock_guard locker (lock_);
      if (letter)
        seen_ += letter;
      count_ += letter == 'b';
      asks = letter == 'b' && count_ == reconfigure_after_;
    }
    if (asks)
      gst_pad_push_event (pad_, gst_event_new_reconfigure ());
    return GST_PAD_PROBE_OK;
  }

  GstPad *const pad_;
  mutable std::mutex lock_;
  std::string seen_;
  int count_ = 0;
  int reconfigure_after_ = -1;
  const gulong probe_;
};

// All that is there waits for a consumer that is paused at the first buffer.
struct Waiting {
  explicit Waiting (const std::string &sink)
      : producer ("tee mediastreamsink name=s uri=mediastream://waiting "
                  "lossless=true"),
        consumer ("mediastreamsrc name=m uri=mediastream://waiting "
                  "lossless=true ! "
                  + sink),
        pad (producer.get ("s"), "audio_%u")
  {
    producer.play ();
    consumer.set_state (GST_STATE_PAUSED, false);
    pad.begin ("audio/x-raw,format=S16LE,layout=interleaved,rate=8000,"
               "channels=1");
    push (0);
    fail_unless_equals_int (gst_element_get_state (*consumer, nullptr, nullptr,
                                GST_CLOCK_TIME_NONE),
        GST_STATE_CHANGE_SUCCESS);
  }
  ~Waiting () { consumer.set_state (GST_STATE_NULL); }

  void push (int i)
  {
    fail_unless_equals_int (pad.push_picture (i * 40 * kMs, 640), GST_FLOW_OK);
  }
  void push_others ()
  {
    for (int i = 1; i < kBuffers; i++)
      push (i);
  }
  std::string end ()
  {
    pad.push (gst_event_new_eos ());
    consumer.play ();
    return consumer.wait_end ();
  }

  Pipeline producer;
  Pipeline consumer;
  PushPad pad;
};

} // namespace

GST_START_TEST (events_keep_their_place_between_buffers_that_wait)
{
  Waiting waiting ("fakesink name=out");
  Trace trace (waiting.consumer.get ("out"), "sink");
  for (int i = 1; i < 9; i++) {
    if (i % 3 == 0)
      waiting.pad.push (gst_event_new_custom (
          GST_EVENT_CUSTOM_DOWNSTREAM, gst_structure_new_empty ("cue")));
    waiting.push (i);
  }
  fail_unless_equals_string (waiting.end ().c_str (), "");
  fail_unless_equals_string (trace.seen ().c_str (), "bbebbbebbb");
}
GST_END_TEST

// Those that an application sets on the pad that it sees.
GST_START_TEST (a_probe_of_the_pad_sees_each)
{
  Waiting waiting ("fakesink name=out");
  Trace trace (waiting.consumer.get ("m"), "audio_0");
  waiting.push_others ();
  fail_unless_equals_string (waiting.end ().c_str (), "");
  fail_unless_equals_string (
      trace.seen ().c_str (), std::string (kBuffers - 1, 'b').c_str ());
}
GST_END_TEST

GST_START_TEST (who_asks_for_another_allocation_is_asked_before_the_next)
{
  Waiting waiting ("fakesink name=out");
  Trace trace (waiting.consumer.get ("out"), "sink");
  trace.reconfigure_after (5);
  waiting.push_others ();
  fail_unless_equals_string (waiting.end ().c_str (), "");
  fail_unless_equals_string (trace.seen ().substr (0, 8).c_str (), "bbbbbabb");
}
GST_END_TEST

GST_START_TEST (where_downstream_has_enough_no_more_comes)
{
  Waiting waiting ("identity eos-after=5 ! fakesink name=out");
  Recorder out (waiting.consumer.get ("out"));
  waiting.push_others ();
  fail_unless_equals_string (waiting.end ().c_str (), "");
  fail_unless (out.count () <= 5);
}
GST_END_TEST

GST_START_TEST (where_downstream_fails_the_pipeline_is_told)
{
  Waiting waiting ("identity error-after=5 ! fakesink name=out");
  waiting.push_others ();
  fail_if (waiting.end ().empty ());
}
GST_END_TEST

static Suite *
mediastream_waiting_suite ()
{
  Suite *suite = suite_create ("mediastream-waiting");
  TCase *all = tcase_create ("all");
  suite_add_tcase (suite, all);
  tcase_add_test (all, events_keep_their_place_between_buffers_that_wait);
  tcase_add_test (all, a_probe_of_the_pad_sees_each);
  tcase_add_test (
      all, who_asks_for_another_allocation_is_asked_before_the_next);
  tcase_add_test (all, where_downstream_has_enough_no_more_comes);
  tcase_add_test (all, where_downstream_fails_the_pipeline_is_told);
  return suite;
}

GST_CHECK_MAIN (mediastream_waiting)
