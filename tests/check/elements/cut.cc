// SPDX-License-Identifier: LGPL-2.1-or-later
// Media that is cut to end before where it plays.
#include "support/playback.hh"

#include <cstring>
#include <optional>
#include <thread>

using namespace webmedia::test;

namespace {

constexpr int64_t kMs = 1000000;
constexpr auto kAccurate =
    GstSeekFlags (GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE);
constexpr const char *kSource =
    "webmsesrc name=m uri=mse://t ! fakesink name=v";
constexpr const char *kBin = "msebin name=m uri=mse://t m.video_0 ! "
                             "fakesink name=v m.audio_0 ! fakesink name=a";
constexpr const char *kSources =
    "webmsesrc name=m uri=mse://t track=video ! fakesink name=v "
    "webmsesrc name=n uri=mse://t track=audio ! fakesink name=a";

// Eight seconds, of 25 pictures each.
struct Fixture {
  explicit Fixture (const char *description)
      : owner ("mse://t"),
        pipeline (description),
        out (pipeline.get ("v"))
  {
    bool has_sound = strstr (description, "name=a");
    if (has_sound)
      sound.emplace (pipeline.get ("a"));
    pipeline.set_state (GST_STATE_READY);
    buffer = owner.add ("video/mp4");
    auto parts =
        split_mp4 (media_bytes (has_sound ? "cmaf-av.mp4" : "cmaf-v.mp4"));
    for (const Bytes &part : parts) {
      owner.append (buffer, part);
      media.insert (media.end (), part.begin (), part.end ());
    }
  }

  // To two seconds. Where the media ends then: behind its last frame.
  int64_t cut ()
  {
    fail_unless (gst_web_source_buffer_remove_sync (
        buffer, 2000 * kMs, GST_WEB_CLOCK_TIME_INFINITE, nullptr));
    set_duration (2000 * kMs);
    return int64_t (gst_web_media_source_get_duration (owner.source ()));
  }

  void set_duration (int64_t duration)
  {
    fail_unless (gst_web_media_source_set_duration (
        owner.source (), GstClockTime (duration), nullptr));
  }

  // Waits for a seek of the elements' own.
  void wait_seek (int64_t position)
  {
    for (Recorder *each : {&out, sound ? &*sound : &out}) {
      each->wait_flush (1);
      each->wait_segment (position);
    }
    // Elements have this lock while they seek.
    GstIterator *all = gst_bin_iterate_sources (GST_BIN (*pipeline));
    auto pass = [] (const GValue *value, gpointer) {
      auto element = GST_ELEMENT (g_value_get_object (value));
      GST_STATE_LOCK (element);
      GST_STATE_UNLOCK (element);
    };
    fail_unless (
        gst_iterator_foreach (all, pass, nullptr) == GST_ITERATOR_DONE);
    gst_iterator_free (all);
  }

  int64_t position ()
  {
    gint64 position = -1;
    fail_unless (
        gst_element_query_position (*pipeline, GST_FORMAT_TIME, &position));
    return position;
  }

  Owner owner;
  Pipeline pipeline;
  Recorder out;
  std::optional<Recorder> sound; // where there is any
  GstWebSourceBuffer *buffer;
  Bytes media;
};

size_t
count (const std::string &events, const std::string &name)
{
  size_t found = 0;
  for (size_t at = 0; (at = events.find (name, at)) != std::string::npos; at++)
    found++;
  return found;
}

} // namespace

GST_START_TEST (playback_beyond_a_cut_goes_to_the_end_and_waits_there)
{
  for (const char *description : {kSource, kBin, kSources}) {
    Fixture t (description);
    t.pipeline.play ();
    t.out.wait_count (200);
    int64_t end = t.cut ();
    t.wait_seek (end);
    fail_unless_equals_int64 (t.position (), end);
    fail_unless_equals_int (t.out.count (), 200);
    // More media behind the end completes the seek.
    fail_unless (
        gst_web_source_buffer_set_timestamp_offset (t.buffer, end, nullptr));
    t.owner.append (t.buffer, t.media);
    t.owner.end ();
    fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
    fail_unless_equals_int (t.out.count (), 400);
    fail_unless_equals_int64 (t.out.outputs ()[200].pts, end);
    fail_unless_equals_int (t.out.flushes (), 1);
  }
}
GST_END_TEST;

// Playback is one position for all elements that play one source, whichever
// sees to the cut first.
GST_START_TEST (an_element_that_is_behind_seeks_to_a_cut_with_the_others)
{
  for (int round = 0; round < 20; round++) {
    Fixture t (kSources);
    GstPad *behind = gst_element_get_static_pad (t.pipeline.get ("n"), "src");
    gulong block = gst_pad_add_probe (
        behind,
        GstPadProbeType (GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER),
        [] (GstPad *, GstPadProbeInfo *info, gpointer) {
          GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
          return GST_BUFFER_PTS (buffer) < GST_SECOND ? GST_PAD_PROBE_PASS
                                                      : GST_PAD_PROBE_OK;
        },
        nullptr, nullptr);
    t.pipeline.play ();
    t.out.wait_count (200);
    int64_t end = t.cut ();
    t.wait_seek (end);
    gst_pad_remove_probe (behind, block);
    gst_object_unref (behind);
    fail_unless_equals_int64 (t.position (), end);
    t.owner.end ();
    fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
    fail_unless_equals_int (t.out.flushes (), 1);
    fail_unless_equals_int (t.sound->flushes (), 1);
  }
}
GST_END_TEST;

GST_START_TEST (decoders_follow_the_seek_to_a_cut)
{
  Fixture t ("msebin name=m uri=mse://t ! decodebin3 ! fakesink name=v");
  t.pipeline.play ();
  t.out.wait_count (150); // a decoder keeps some
  int64_t end = t.cut ();
  t.out.wait_flush (1);
  t.out.clear ();
  fail_unless (
      gst_web_source_buffer_set_timestamp_offset (t.buffer, end, nullptr));
  t.owner.append (t.buffer, t.media);
  t.owner.end ();
  fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int (t.out.count (), 200);
  fail_unless_equals_int64 (t.out.outputs ()[0].pts, end);
}
GST_END_TEST;

// Both told by a worker's thread.
GST_START_TEST (the_end_of_the_source_completes_the_seek_to_a_cut)
{
  for (const char *description : {kSource, kBin, kSources}) {
    Fixture t (description);
    t.pipeline.play ();
    t.out.wait_count (200);
    int64_t end = 0;
    std::thread ([&] {
      end = t.cut ();
      t.wait_seek (end);
      t.owner.end ();
    }).join ();
    fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
    fail_unless_equals_int64 (t.position (), end);
    fail_unless_equals_int (t.out.count (), 200);
  }
}
GST_END_TEST;

// Whichever thread comes first.
GST_START_TEST (a_track_ends_once_after_the_seek_to_a_cut)
{
  for (int round = 0; round < 20; round++) {
    Fixture t (round % 2 == 0 ? kSource : kBin);
    t.pipeline.play ();
    t.out.wait_count (200);
    int64_t end = t.cut ();
    t.owner.end ();
    fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
    fail_unless_equals_int64 (t.position (), end);
    fail_unless_equals_int (t.out.flushes (), 1);
    fail_unless_equals_int (count (t.out.events (), "eos"), 1);
  }
}
GST_END_TEST;

// It is the source that ends which cuts: nothing was appended there.
GST_START_TEST (a_seek_that_waits_beyond_the_end_goes_to_the_end)
{
  for (int round = 0; round < 20; round++) {
    Fixture t (round % 2 == 0 ? kSource : kBin);
    t.set_duration (60000 * kMs);
    t.pipeline.set_state (GST_STATE_PAUSED);
    fail_unless (t.pipeline.seek (30000 * kMs, kAccurate));
    t.out.wait_segment (30000 * kMs);
    fail_unless_equals_int64 (t.position (), 30000 * kMs);
    t.pipeline.play ();
    t.owner.end ();
    fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
    fail_unless_equals_int64 (t.position (),
        int64_t (gst_web_media_source_get_duration (t.owner.source ())));
    fail_unless_equals_int (t.out.flushes (), 2);
    fail_unless_equals_int (count (t.out.events (), "eos"), 1);
  }
}
GST_END_TEST;

GST_START_TEST (playback_that_has_ended_goes_back_to_a_cut)
{
  for (const char *description : {kSource, kBin}) {
    Fixture t (description);
    t.owner.end ();
    t.pipeline.play ();
    fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
    fail_unless_equals_int (t.out.flushes (), 0);
    int64_t end = t.cut ();
    t.wait_seek (end);
    fail_unless_equals_int64 (t.position (), end);
    t.owner.end ();
    fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
  }
}
GST_END_TEST;

// Whatever the duration has become since, and however late the element sees it.
GST_START_TEST (the_earliest_of_several_cuts_counts)
{
  for (const char *description : {kSource, kBin}) {
    Fixture t (description);
    t.pipeline.play ();
    t.out.wait_count (200);
    GST_STATE_LOCK (*t.pipeline);
    int64_t end = t.cut ();
    t.set_duration (60000 * kMs);
    t.set_duration (5000 * kMs);
    GST_STATE_UNLOCK (*t.pipeline);
    t.wait_seek (end);
    fail_unless_equals_int64 (t.position (), end);
  }
}
GST_END_TEST;

// However late the element sees it.
GST_START_TEST (playback_that_comes_to_a_cut_later_goes_on_where_there_is_more)
{
  for (const char *description : {kSource, kBin}) {
    Fixture t (description);
    t.set_duration (60000 * kMs);
    t.pipeline.set_state (GST_STATE_PAUSED);
    GST_STATE_LOCK (*t.pipeline);
    t.set_duration (9000 * kMs);
    fail_unless (gst_web_source_buffer_set_timestamp_offset (
        t.buffer, 8000 * kMs, nullptr));
    t.owner.append (t.buffer, t.media);
    t.pipeline.play ();
    t.out.wait_count (400);
    GST_STATE_UNLOCK (*t.pipeline);
    t.owner.end ();
    fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
    fail_unless_equals_int (t.out.count (), 400);
    fail_unless_equals_int (t.out.flushes (), 0);
  }
}
GST_END_TEST;

// All was sent, and waits in a queue.
GST_START_TEST (playback_before_a_cut_goes_on)
{
  for (const char *source : {"webmsesrc", "msebin"}) {
    Fixture t ((std::string (source)
                + " name=m uri=mse://t ! queue name=q max-size-buffers=0 "
                  "max-size-bytes=0 max-size-time=0 ! fakesink name=v")
                   .c_str ());
    Recorder sent (t.pipeline.get ("q"));
    t.pipeline.set_state (GST_STATE_PAUSED);
    sent.wait_count (200);
    t.cut ();
    t.owner.end ();
    sent.wait_event ("eos"); // nothing is left to be seen to
    t.pipeline.play ();
    fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
    fail_unless_equals_int (t.out.count (), 200);
    fail_unless_equals_int (t.out.flushes (), 0);
  }
}
GST_END_TEST;

GST_START_TEST (a_seek_to_a_cut_keeps_the_rate_and_the_stop)
{
  for (const char *description : {kSource, kBin}) {
    Fixture t (description);
    fail_unless (gst_element_set_state (*t.pipeline, GST_STATE_PAUSED)
                 != GST_STATE_CHANGE_FAILURE);
    t.out.wait_count (1);
    t.pipeline.set_state (GST_STATE_PAUSED);
    fail_unless (gst_element_seek (*t.pipeline, 2, GST_FORMAT_TIME, kAccurate,
        GST_SEEK_TYPE_SET, 5000 * kMs, GST_SEEK_TYPE_SET, 7000 * kMs));
    t.pipeline.set_state (GST_STATE_PAUSED);
    fail_unless_equals_int (t.out.flushes (), 1);
    int64_t end = t.cut ();
    t.out.wait_flush (2);
    fail_unless (
        gst_web_source_buffer_set_timestamp_offset (t.buffer, end, nullptr));
    t.owner.append (t.buffer, t.media);
    t.pipeline.play ();
    fail_unless_equals_string (t.pipeline.wait_end ().c_str (), "");
    GstSegment segment = t.out.segment ();
    fail_unless_equals_float (segment.rate, 2);
    fail_unless_equals_uint64 (segment.start, uint64_t (end));
    fail_unless_equals_uint64 (segment.stop, 7000 * kMs);
  }
}
GST_END_TEST;

static Suite *
cut_suite (void)
{
  Suite *suite = suite_create ("cut");
  TCase *tcase = tcase_create ("cut");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, playback_beyond_a_cut_goes_to_the_end_and_waits_there);
  tcase_add_test (
      tcase, an_element_that_is_behind_seeks_to_a_cut_with_the_others);
  tcase_add_test (tcase, decoders_follow_the_seek_to_a_cut);
  tcase_add_test (tcase, the_end_of_the_source_completes_the_seek_to_a_cut);
  tcase_add_test (tcase, a_track_ends_once_after_the_seek_to_a_cut);
  tcase_add_test (tcase, a_seek_that_waits_beyond_the_end_goes_to_the_end);
  tcase_add_test (tcase, playback_that_has_ended_goes_back_to_a_cut);
  tcase_add_test (tcase, the_earliest_of_several_cuts_counts);
  tcase_add_test (
      tcase, playback_that_comes_to_a_cut_later_goes_on_where_there_is_more);
  tcase_add_test (tcase, playback_before_a_cut_goes_on);
  tcase_add_test (tcase, a_seek_to_a_cut_keeps_the_rate_and_the_stop);
  return suite;
}

GST_CHECK_MAIN (cut)
