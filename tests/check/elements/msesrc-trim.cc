// SPDX-License-Identifier: LGPL-2.1-or-later
// What msesrc sends of sound that is cut at the append window.
#include "support/playback.hh"

#include <gst/audio/audio.h>

using namespace webmedia::test;

namespace {

constexpr int64_t kMs = 1000000;

struct Fixture {
  explicit Fixture (const std::string &behind = "")
      : owner ("mse://t"),
        pipeline ("webmsesrc uri=mse://t name=src ! " + behind
                  + " fakesink name=out sync=false"),
        sent (pipeline.get ("src"), "src"),
        out (pipeline.get ("out"))
  {
    pipeline.set_state (GST_STATE_READY);
  }

  void append (const char *type, const char *file, int64_t start, int64_t end)
  {
    if (!buffer)
      buffer = owner.add (type);
    fail_unless (gst_web_source_buffer_set_append_window_end (
        buffer, GST_WEB_CLOCK_TIME_INFINITE, nullptr));
    fail_unless (gst_web_source_buffer_set_append_window_start (
        buffer, GstClockTime (start), nullptr));
    fail_unless (gst_web_source_buffer_set_append_window_end (
        buffer, GstClockTime (end), nullptr));
    owner.append (buffer, media_bytes (file));
  }

  void play ()
  {
    owner.end ();
    pipeline.play ();
    fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  }

  Owner owner;
  Pipeline pipeline;
  Recorder sent;
  Recorder out;
  GstWebSourceBuffer *buffer = nullptr;
};

size_t
count (const std::string &events, const char *name)
{
  size_t found = 0;
  for (size_t at = 0; (at = events.find (name, at)) != std::string::npos; at++)
    found++;
  return found;
}

} // namespace

// Frames of 96 ms.
GST_START_TEST (a_frame_that_nobody_cuts_is_left_out)
{
  Fixture f;
  f.append ("audio/mp4; codecs=\"flac\"", "flac.mp4", 0, 500 * kMs);
  f.append ("audio/mp4; codecs=\"flac\"", "flac.mp4", 500 * kMs, 700 * kMs);
  auto ranges = gst_web_source_buffer_get_buffered (f.buffer, nullptr);
  fail_unless_equals_uint64 (gst_web_time_ranges_end (ranges, 0), 700 * kMs);
  gst_web_time_ranges_unref (ranges);
  f.play ();
  auto outputs = f.out.outputs ();
  const int64_t wanted[] = {0, 96, 192, 288, 384, 576};
  fail_unless_equals_int (int (outputs.size ()), 6);
  for (size_t i = 0; i < 6; i++) {
    fail_unless_equals_int64 (outputs[i].pts, wanted[i] * kMs);
    fail_unless_equals_int64 (outputs[i].duration, 96 * kMs);
  }
  // Up to the edge, from it, and the last one.
  fail_unless_equals_int (int (count (f.out.events (), "gap")), 3);
  f.out.wait_gap (700 * kMs);
}
GST_END_TEST

GST_START_TEST (a_frame_that_is_cut_is_sent_with_its_own_times)
{
  Fixture f ("flacdec ! audiosplice !");
  f.append ("audio/mp4; codecs=\"flac\"", "flac.mp4", 100 * kMs, 500 * kMs);
  f.play ();
  auto sent = f.sent.outputs ();
  fail_unless_equals_int (int (sent.size ()), 5);
  // Up to where it is heard.
  for (size_t i = 0; i < 5; i++) {
    fail_unless_equals_int64 (sent[i].pts, int64_t (i + 1) * 96 * kMs);
    fail_unless_equals_int64 (sent[i].duration, i == 4 ? 20 * kMs : 96 * kMs);
  }
  fail_unless_equals_int (int (count (f.out.events (), "gap")), 0);
  auto heard = f.out.outputs ();
  fail_unless_equals_int64 (heard.front ().pts, 100 * kMs);
  fail_unless_equals_int64 (heard.back ().end (), 500 * kMs);
}
GST_END_TEST

// B-frames have such times, too; decoders take none.
GST_START_TEST (sound_that_begins_before_zero_moves_the_segment)
{
  Fixture f ("flacdec ! audiosplice !");
  f.buffer = f.owner.add ("audio/mp4; codecs=\"flac\"");
  gst_web_source_buffer_set_timestamp_offset (f.buffer, -50 * kMs, nullptr);
  f.append ("", "flac.mp4", 0, 500 * kMs);
  f.play ();
  auto heard = f.out.outputs ();
  fail_unless_equals_int64 (heard.front ().pts, 0);
  // A microsecond early, as decoders cut rounding down.
  fail_unless_equals_int64 (heard.front ().end (), 46 * kMs - kMs / 1000);
  fail_unless_equals_int64 (heard.back ().end (), 500 * kMs);
}
GST_END_TEST

GST_START_TEST (opusdec_is_told_of_the_samples)
{
  Fixture f ("opusdec !");
  std::vector<GstAudioClippingMeta> metas;
  GstPad *pad = gst_element_get_static_pad (f.pipeline.get ("src"), "src");
  gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_BUFFER,
      [] (GstPad *, GstPadProbeInfo *info, gpointer data) {
        auto all = static_cast<std::vector<GstAudioClippingMeta> *> (data);
        if (auto meta = gst_buffer_get_audio_clipping_meta (
                gst_pad_probe_info_get_buffer (info)))
          all->push_back (*meta);
        return GST_PAD_PROBE_OK;
      },
      &metas, nullptr);
  gst_object_unref (pad);
  f.append ("audio/mp4; codecs=\"opus\"", "opus.mp4", 105 * kMs, 507 * kMs);
  f.play ();
  fail_unless_equals_int (int (metas.size ()), 2);
  fail_unless_equals_int (metas[0].format, GST_FORMAT_DEFAULT);
  // Frames of 20 ms; those that are cut have the times of what is left.
  auto sent = f.sent.outputs ();
  int64_t before = 105 * kMs - (sent[1].pts - 20 * kMs);
  int64_t after = sent.back ().pts + 20 * kMs - 507 * kMs;
  fail_unless_equals_uint64 (metas[0].start, guint64 (before * 48 / kMs));
  fail_unless_equals_uint64 (metas[0].end, 0);
  fail_unless_equals_uint64 (metas[1].start, 0);
  fail_unless_equals_uint64 (metas[1].end, guint64 (after * 48 / kMs));
  fail_unless_equals_int64 (sent.front ().pts, 105 * kMs);
  auto heard = f.out.outputs ();
  fail_unless_equals_int64 (heard.front ().pts, 105 * kMs);
  fail_unless_equals_int64 (heard.back ().end (), 507 * kMs);
}
GST_END_TEST

static Suite *
msesrc_trim_suite ()
{
  Suite *suite = suite_create ("elements/msesrc-trim");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_frame_that_nobody_cuts_is_left_out);
  tcase_add_test (tcase, a_frame_that_is_cut_is_sent_with_its_own_times);
  tcase_add_test (tcase, sound_that_begins_before_zero_moves_the_segment);
  tcase_add_test (tcase, opusdec_is_told_of_the_samples);
  return suite;
}
GST_CHECK_MAIN (msesrc_trim)
