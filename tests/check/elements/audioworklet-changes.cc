// SPDX-License-Identifier: LGPL-2.1-or-later
// Seeks, flushes, other caps, live streams: what is heard is what the processor
// makes of all the frames that it was given, one after the other.
#include "support/playback.hh"
#include "support/worklet-reference.hh"

#include <functional>
#include <mutex>

using namespace webmedia::test;

namespace {

constexpr size_t kQuantum = 128;

struct Effect {
  const char *description;
  std::function<Sound (const Sound &, int)> apply; // at a rate
  size_t tail;                                     // frames, at 48 kHz
};

const Effect kEffects[] = {
    {"audioworklet processor=gain gain::value=0.5",
        [] (const Sound &sound, int) { return amplify (sound, 0.5f); }, 0},
    {"audioworklet processor=biquad frequency::value=1000 Q::value=6",
        [] (const Sound &sound, int rate) {
          return lowpass (sound, 1000, 6, rate);
        },
        0},
    {"audioworklet processor=delay delayTime::value=0.01",
        [] (const Sound &sound, int rate) {
          return delay (sound, static_cast<size_t> (rate / 100));
        },
        480},
};

Sound
part (const Sound &sound, size_t from, size_t to)
{
  Sound some;
  for (const auto &channel : sound)
    some.emplace_back (channel.begin () + static_cast<ptrdiff_t> (from),
        channel.begin () + static_cast<ptrdiff_t> (to));
  return some;
}

void
append (Sound &sound, const Sound &more)
{
  sound.resize (std::max (sound.size (), more.size ()));
  for (size_t c = 0; c < more.size (); c++)
    sound[c].insert (sound[c].end (), more[c].begin (), more[c].end ());
}

void
flush (WorkletHarness &harness, size_t to)
{
  gst_harness_push_event (*harness, gst_event_new_flush_start ());
  gst_harness_push_event (*harness, gst_event_new_flush_stop (TRUE));
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = segment.time = segment.position = time_of (to);
  gst_harness_push_event (*harness, gst_event_new_segment (&segment));
}

void
push_from (WorkletHarness &harness, const Sound &sound, size_t from, size_t to,
    size_t split)
{
  for (size_t i = from; i < to; i += split)
    fail_unless_equals_int (
        harness.push (sound, i, std::min (split, to - i)), GST_FLOW_OK);
}

} // namespace

// A seek that flushes, to another place. The processor keeps its state; frames
// that wait for the rest of their quantum are gone, and it never saw them.
GST_START_TEST (a_seek_leaves_out_what_waits)
{
  const Sound noise = make_noise (2, 30000);
  for (const Effect &effect : kEffects)
    for (size_t split : kSplits) {
      WorkletHarness harness (effect.description, 2);
      push_from (harness, noise, 0, 5000, split);
      Sound heard = harness.take ();
      const size_t before = heard[0].size ();
      flush (harness, 20000);
      push_from (harness, noise, 20000, 25000, split);
      harness.end ();
      append (heard, harness.take ());

      const size_t rendered = 5000 / kQuantum * kQuantum;
      Sound given = part (noise, 0, rendered);
      append (given, part (noise, 20000, 25000));
      const Sound all = effect.apply (given, kRate);
      Sound expected = part (all, 0, before);
      append (expected, part (all, rendered, rendered + 5000 + effect.tail));
      check_equal (heard, expected, 1e-6);
    }
}
GST_END_TEST

// A new segment without a flush, as after a seek that does not: nothing is
// lost, and what waits is completed with silence.
GST_START_TEST (a_new_segment_loses_nothing)
{
  const Sound noise = make_noise (2, 30000);
  for (const Effect &effect : kEffects)
    for (size_t split : kSplits) {
      WorkletHarness harness (effect.description, 2);
      push_from (harness, noise, 0, 5000, split);
      GstSegment segment;
      gst_segment_init (&segment, GST_FORMAT_TIME);
      segment.start = segment.time = time_of (20000);
      gst_harness_push_event (*harness, gst_event_new_segment (&segment));
      Sound heard = harness.take ();
      fail_unless_equals_int (heard[0].size (), 5000);
      push_from (harness, noise, 20000, 25000, split);
      harness.end ();
      append (heard, harness.take ());

      const size_t padded = (5000 + kQuantum - 1) / kQuantum * kQuantum;
      Sound given = part (noise, 0, 5000);
      for (auto &channel : given)
        channel.resize (padded);
      append (given, part (noise, 20000, 25000));
      const Sound all = effect.apply (given, kRate);
      Sound expected = part (all, 0, 5000);
      append (expected, part (all, padded, padded + 5000 + effect.tail));
      check_equal (heard, expected, 1e-6);
    }
}
GST_END_TEST

// Played faster or slower, it is the same sound.
GST_START_TEST (another_rate_of_playing_is_the_same_sound)
{
  const Sound noise = make_noise (2, 10000);
  for (const Effect &effect : kEffects)
    for (double rate : {0.5, 2.0, 8.0})
      for (size_t split : kSplits) {
        WorkletHarness harness (effect.description, 2);
        GstSegment segment;
        gst_segment_init (&segment, GST_FORMAT_TIME);
        segment.rate = rate;
        gst_harness_push_event (*harness, gst_event_new_segment (&segment));
        push_from (harness, noise, 0, 10000, split);
        harness.end ();
        check_equal (harness.take (), effect.apply (noise, kRate), 1e-6);
      }
}
GST_END_TEST

// The other layout: the state stays. What waits is completed with silence.
GST_START_TEST (another_layout_is_the_same_sound)
{
  const Sound noise = make_noise (2, 10000);
  for (const Effect &effect : kEffects)
    for (size_t split : kSplits) {
      WorkletHarness harness (effect.description, 2);
      push_from (harness, noise, 0, 5000, split);
      // What is read is laid out as the caps of that time.
      Sound heard = harness.take ();
      const size_t before = heard[0].size ();
      Sound given = part (noise, 0, 5000);
      const size_t padded = (5000 + kQuantum - 1) / kQuantum * kQuantum;
      for (auto &channel : given)
        channel.resize (padded);
      harness.set_format (2, true);
      while (GstBuffer *buffer = gst_harness_try_pull (*harness))
        gst_buffer_unref (buffer);
      push_from (harness, noise, 5000, 10000, split);
      harness.end ();
      append (heard, harness.take ());
      append (given, part (noise, 5000, 10000));
      const Sound all = effect.apply (given, kRate);
      Sound expected = part (all, 0, before);
      append (expected, part (all, padded, padded + 5000 + effect.tail));
      check_equal (heard, expected, 1e-6);
    }
}
GST_END_TEST

// Another rate is another context: its processor begins anew.
GST_START_TEST (another_rate_begins_anew)
{
  constexpr int kOther = 44100;
  const Sound noise = make_noise (2, 4096);
  for (const Effect &effect : kEffects)
    for (size_t split : kSplits) {
      WorkletHarness harness (effect.description, 2);
      push_from (harness, noise, 0, 4096, split);
      const Sound first = harness.take ();
      GstCaps *caps =
          gst_caps_new_simple ("audio/x-raw", "format", G_TYPE_STRING,
              GST_AUDIO_NE (F32), "rate", G_TYPE_INT, kOther, "channels",
              G_TYPE_INT, 2, "layout", G_TYPE_STRING, "interleaved", nullptr);
      gst_harness_set_src_caps (*harness, caps);
      push_from (harness, noise, 0, 4096, split);
      check_equal (first, part (effect.apply (noise, kRate), 0, 4096), 1e-6);
      check_equal (
          harness.take (), part (effect.apply (noise, kOther), 0, 4096), 1e-6);
    }
}
GST_END_TEST

// Each channel goes on as long as it is there; one that comes back has heard
// nothing meanwhile. What waits is completed with silence.
GST_START_TEST (other_channels_come_and_go)
{
  constexpr size_t kPart = 5000;
  constexpr size_t kPadded = (kPart + kQuantum - 1) / kQuantum * kQuantum;
  const Sound noise = make_noise (2, 3 * kPart);
  const Sound mono = {noise[0]};
  Sound given (2, std::vector<float> (2 * kPadded + kPart));
  for (size_t i = 0; i < 3; i++)
    for (size_t c = 0; c < 2; c++)
      if (c == 0 || i != 1)
        std::copy_n (noise[c].data () + i * kPart, kPart,
            given[c].data () + i * kPadded);
  for (const Effect &effect : kEffects)
    for (size_t split : kSplits) {
      const Sound all = effect.apply (given, kRate);
      WorkletHarness harness (effect.description, 2);
      // What is read is laid out as the caps of that time.
      const auto change = [&harness] (size_t channels) {
        harness.set_format (channels);
        while (GstBuffer *buffer = gst_harness_try_pull (*harness))
          gst_buffer_unref (buffer);
      };
      const auto check = [&harness, &all] (size_t channels, size_t from) {
        const Sound heard = harness.take ();
        Sound expected = part (all, from, from + heard[0].size ());
        expected.resize (channels);
        check_equal (heard, expected, 1e-6);
        return heard[0].size ();
      };
      push_from (harness, noise, 0, kPart, split);
      check (2, 0);
      change (1);
      push_from (harness, mono, kPart, 2 * kPart, split);
      check (1, kPadded);
      change (2);
      push_from (harness, noise, 2 * kPart, 3 * kPart, split);
      harness.end ();
      fail_unless_equals_int (check (2, 2 * kPadded), kPart + effect.tail);
    }
}
GST_END_TEST

namespace {

// What passes a pad of two channels.
struct Tap {
  std::mutex lock;
  Sound sound{2};

  void watch (GstElement *element, const char *name)
  {
    GstPad *pad = gst_element_get_static_pad (element, name);
    gst_pad_add_probe (
        pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, this, nullptr);
    gst_object_unref (pad);
  }
  static GstPadProbeReturn on_buffer (
      GstPad *, GstPadProbeInfo *info, gpointer data)
  {
    auto &tap = *static_cast<Tap *> (data);
    GstMapInfo map;
    gst_buffer_map (GST_PAD_PROBE_INFO_BUFFER (info), &map, GST_MAP_READ);
    auto *samples = reinterpret_cast<float *> (map.data);
    std::lock_guard locker (tap.lock);
    for (size_t i = 0; i < map.size / sizeof (float); i++)
      tap.sound[i % 2].push_back (samples[i]);
    gst_buffer_unmap (GST_PAD_PROBE_INFO_BUFFER (info), &map);
    return GST_PAD_PROBE_OK;
  }
};

} // namespace

GST_START_TEST (a_live_stream_is_the_same_sound)
{
  const size_t split = kSplits[__i__];
  // It takes its time: 43 ms, or 171 ms of longer buffers.
  const size_t pieces = (split < 100 ? 2048 : 8192) / split;
  for (const Effect &effect : kEffects)
    for (bool is_live : {false, true}) {
      ParsedPipeline pipeline (
          std::string ("audiotestsrc name=s wave=pink-noise volume=0.5 "
                       "num-buffers=")
          + std::to_string (pieces) + " samplesperbuffer="
          + std::to_string (split) + " is-live=" + (is_live ? "true" : "false")
          + " ! audio/x-raw,format=" GST_AUDIO_NE (
              F32) ",rate=48000,channels=2,layout=interleaved ! identity "
                   "name=i ! "
          + effect.description + " name=w ! fakesink sync=true");
      Tap in, out;
      in.watch (pipeline->get ("i"), "src");
      out.watch (pipeline->get ("w"), "src");
      pipeline->play ();
      fail_unless_equals_string (pipeline->wait_end ().c_str (), "");
      fail_unless_equals_int (in.sound[0].size (), pieces * split);
      check_equal (out.sound, effect.apply (in.sound, kRate), 1e-6);
    }
}
GST_END_TEST

// Who asks for a place in time gets it.
GST_START_TEST (a_pipeline_is_seeked)
{
  Pipeline pipeline ("audiotestsrc wave=saw samplesperbuffer=480 ! audio/x-raw,"
                     "rate=48000,channels=2 ! audioworklet processor=gain ! "
                     "fakesink name=sink");
  pipeline.play ();
  gst_element_get_state (*pipeline, nullptr, nullptr, GST_CLOCK_TIME_NONE);
  fail_unless (gst_element_seek (*pipeline, 1, GST_FORMAT_TIME,
      GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 5 * GST_SECOND, GST_SEEK_TYPE_SET,
      6 * GST_SECOND));
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  GstSample *last = nullptr;
  g_object_get (pipeline.get ("sink"), "last-sample", &last, nullptr);
  GstBuffer *buffer = gst_sample_get_buffer (last);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), 5990 * GST_MSECOND);
  fail_unless_equals_int (
      gst_buffer_get_size (buffer), 480 * 2 * sizeof (float));
  gst_sample_unref (last);
}
GST_END_TEST

// Who is woken in the middle of a change that goes on, as another thread has
// begun with it, is told that it has failed: then it has not come to its end.
static void
wait_state (Pipeline &pipeline)
{
  int tries = 0;
  while (gst_element_get_state (*pipeline, nullptr, nullptr, 20 * GST_SECOND)
         != GST_STATE_CHANGE_SUCCESS)
    fail_unless (++tries < 10);
}

// Each input flushes by itself, and outputs flush for each of them: sound goes
// on after all of them, and events come before it.
GST_START_TEST (several_inputs_and_outputs_are_seeked)
{
  Pipeline pipeline ("audioworklet name=w processor=splitter  "
                     "audiotestsrc samplesperbuffer=300 ! w.sink  "
                     "audiotestsrc samplesperbuffer=500 ! w.sink_1  "
                     "w.src ! queue ! fakesink name=a  "
                     "w.src_1 ! queue ! fakesink name=b");
  int seeks = 0;
  GstPad *pad = gst_element_get_static_pad (pipeline.get ("w"), "sink");
  auto count = [] (GstPad *, GstPadProbeInfo *info, gpointer data) {
    if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_SEEK)
      ++*static_cast<int *> (data);
    return GST_PAD_PROBE_OK;
  };
  using Count = GstPadProbeReturn (*) (GstPad *, GstPadProbeInfo *, gpointer);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM,
      static_cast<Count> (count), &seeks, nullptr);
  gst_object_unref (pad);
  pipeline.play ();
  for (guint64 i = 0; i < 50; i++) {
    if (i == 25) // then in PAUSED
      gst_element_set_state (*pipeline, GST_STATE_PAUSED);
    wait_state (pipeline);
    fail_unless (gst_element_seek_simple (*pipeline, GST_FORMAT_TIME,
        GST_SEEK_FLAG_FLUSH, gint64 (i * GST_SECOND)));
  }
  wait_state (pipeline);
  fail_unless_equals_int (seeks, 50); // one each, though two sinks ask for it
  for (const char *name : {"a", "b"}) {
    GstSample *last = nullptr;
    g_object_get (pipeline.get (name), "last-sample", &last, nullptr);
    fail_unless_equals_uint64 (
        GST_BUFFER_PTS (gst_sample_get_buffer (last)), 49 * GST_SECOND);
    gst_sample_unref (last);
  }
}
GST_END_TEST

// It begins with its first events, as of a concat, before there is sound.
GST_START_TEST (a_sink_has_not_ended_since_its_next_stream_began)
{
  WorkletHarness harness ("audioworklet processor=recorder", 1);
  GstElement *element = harness.element ();
  GstBus *bus = gst_bus_new ();
  gst_element_set_bus (element, bus);
  const Sound sound = make_noise (1, 1024);
  harness.push_all (sound, 1024);
  harness.end ();
  auto has_ended = [bus] {
    GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_EOS);
    const bool is_there = message;
    gst_clear_message (&message);
    return is_there;
  };
  fail_unless (has_ended ());
  gst_element_set_state (element, GST_STATE_PAUSED);
  gst_harness_push_event (*harness, gst_event_new_stream_start ("next"));
  harness.set_format (1);
  gst_element_set_state (element, GST_STATE_PLAYING);
  fail_if (has_ended ());
  harness.push_all (sound, 1024);
  harness.end ();
  fail_unless (has_ended ());
  fail_if (has_ended ());
  gst_element_set_bus (element, nullptr);
  gst_object_unref (bus);
}
GST_END_TEST

// So who waits for the end of a seek knows it.
GST_START_TEST (a_sink_says_the_end_of_which_seek_it_is)
{
  WorkletHarness harness ("audioworklet processor=recorder", 1);
  GstElement *element = harness.element ();
  GstBus *bus = gst_bus_new ();
  gst_element_set_bus (element, bus);
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  GstEvent *event = gst_event_new_segment (&segment);
  const guint32 seqnum = gst_event_get_seqnum (event);
  gst_harness_push_event (*harness, event);
  harness.push_all (make_noise (1, 1024), 1024);
  harness.end ();
  for (int i = 0; i < 2; i++) {
    GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_EOS);
    fail_unless (message != nullptr);
    fail_unless_equals_int (gst_message_get_seqnum (message), seqnum);
    gst_message_unref (message);
    gst_element_set_state (element, GST_STATE_PAUSED);
    gst_element_set_state (element, GST_STATE_PLAYING);
  }
  gst_element_set_bus (element, nullptr);
  gst_object_unref (bus);
}
GST_END_TEST

// Downstream of it is its streaming thread.
GST_START_TEST (who_is_told_of_a_message_may_stop_it)
{
  WorkletHarness harness ("audioworklet processor=meter interval::value=0", 1);
  using Stop = void (*) (GstElement *, GVariant *, gpointer);
  Stop stop = [] (GstElement *element, GVariant *, gpointer stopped) {
    *static_cast<bool *> (stopped) = true;
    fail_unless_equals_int (gst_element_set_state (element, GST_STATE_NULL),
        GST_STATE_CHANGE_SUCCESS);
  };
  bool is_stopped = false;
  g_signal_connect (
      harness.element (), "message", G_CALLBACK (stop), &is_stopped);
  const Sound sound = make_noise (1, 4096);
  for (size_t i = 0; i < 4096 && !is_stopped; i += 1024)
    harness.push (sound, i, 1024);
  fail_unless (is_stopped);
  fail_unless_equals_int (harness.push (sound, 0, 1024), GST_FLOW_FLUSHING);
}
GST_END_TEST

static Suite *
audioworklet_changes_suite (void)
{
  Suite *suite = suite_create ("audioworklet-changes");
  TCase *chain = tcase_create ("general");
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, a_seek_leaves_out_what_waits);
  tcase_add_test (chain, another_rate_of_playing_is_the_same_sound);
  tcase_add_test (chain, a_new_segment_loses_nothing);
  tcase_add_test (chain, another_layout_is_the_same_sound);
  tcase_add_test (chain, another_rate_begins_anew);
  tcase_add_test (chain, other_channels_come_and_go);
  tcase_add_loop_test (chain, a_live_stream_is_the_same_sound, 0,
      static_cast<int> (std::size (kSplits)));
  tcase_add_test (chain, a_pipeline_is_seeked);
  tcase_add_test (chain, several_inputs_and_outputs_are_seeked);
  tcase_add_test (chain, a_sink_has_not_ended_since_its_next_stream_began);
  tcase_add_test (chain, a_sink_says_the_end_of_which_seek_it_is);
  tcase_add_test (chain, who_is_told_of_a_message_may_stop_it);
  return suite;
}

GST_CHECK_MAIN (audioworklet_changes)
