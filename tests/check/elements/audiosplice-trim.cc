// SPDX-License-Identifier: LGPL-2.1-or-later
// Raw sound that is cut at the append window, sample by sample.
#include "support/playback.hh"

#include <gst/audio/audio.h>
#include <gst/check/gstharness.h>

namespace {

constexpr int kRate = 48000;

GstClockTime
time_of (size_t frame)
{
  return gst_util_uint64_scale_round (frame, GST_SECOND, kRate);
}

// Stereo; the left channel of a frame has its number and a mark, the right one
// the number.
struct Fixture {
  explicit Fixture (bool interleaved = true)
      : harness (gst_harness_new ("audiosplice"))
  {
    gst_harness_use_systemclock (harness);
    gst_audio_info_set_format (&info, GST_AUDIO_FORMAT_S32, kRate, 2, nullptr);
    if (!interleaved)
      info.layout = GST_AUDIO_LAYOUT_NON_INTERLEAVED;
    gst_harness_set_src_caps (harness, gst_audio_info_to_caps (&info));
  }
  ~Fixture () { gst_harness_teardown (harness); }

  // Frames [from, to), in buffers of `size`.
  void push (
      size_t from, size_t to, size_t size, int mark = 0, bool discont = false)
  {
    for (size_t at = from; at < to; at += size) {
      size_t count = std::min (size, to - at);
      GstBuffer *buffer =
          gst_buffer_new_allocate (nullptr, count * size_t (info.bpf), nullptr);
      bool planar = info.layout == GST_AUDIO_LAYOUT_NON_INTERLEAVED;
      if (planar)
        gst_buffer_add_audio_meta (buffer, &info, count, nullptr);
      GstAudioBuffer map;
      fail_unless (gst_audio_buffer_map (&map, &info, buffer, GST_MAP_WRITE));
      for (size_t i = 0; i < count; i++)
        for (size_t channel = 0; channel < 2; channel++) {
          auto plane =
              static_cast<int32_t *> (map.planes[planar ? channel : 0]);
          plane[planar ? i : 2 * i + channel] =
              int32_t (at + i) + (channel == 0 ? mark : 0);
        }
      gst_audio_buffer_unmap (&map);
      GST_BUFFER_PTS (buffer) = time_of (at);
      GST_BUFFER_DURATION (buffer) = time_of (at + count) - time_of (at);
      if (discont && at == from)
        GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
      fail_unless_equals_int (gst_harness_push (harness, buffer), GST_FLOW_OK);
    }
  }

  // What msesrc says.
  void expect_cut (GstClockTime start, GstClockTime first, GstClockTime last,
      GstClockTime end)
  {
    fail_unless (gst_harness_push_event (
        harness, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
                     gst_structure_new ("GstWebAudioTrim", "start",
                         G_TYPE_INT64, gint64 (start), "first", G_TYPE_INT64,
                         gint64 (first), "last", G_TYPE_INT64, gint64 (last),
                         "end", G_TYPE_INT64, gint64 (end), nullptr))));
  }
  void cut (size_t start, size_t kept, size_t kept_end, size_t end)
  {
    expect_cut (
        time_of (start), time_of (kept), time_of (kept_end), time_of (end));
  }

  // What came out: "10-20", with the mark behind it, "!" before a
  // discontinuity; what joins is one.
  std::string pull ()
  {
    std::string all;
    int64_t begin = -1, next = -1;
    int mark = 0;
    auto put = [&] {
      if (begin >= 0)
        all += std::to_string (begin) + "-" + std::to_string (next)
               + (mark ? "#" + std::to_string (mark / 1000000) : "") + " ";
    };
    while (GstBuffer *buffer = gst_harness_try_pull (harness)) {
      GstAudioBuffer map;
      fail_unless (gst_audio_buffer_map (&map, &info, buffer, GST_MAP_READ));
      bool planar = info.layout == GST_AUDIO_LAYOUT_NON_INTERLEAVED;
      bool discont = GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DISCONT);
      for (size_t i = 0; i < map.n_samples; i++) {
        auto left = static_cast<int32_t *> (map.planes[0]);
        auto right = planar ? static_cast<int32_t *> (map.planes[1]) : left + 1;
        size_t at = planar ? i : 2 * i;
        int frame = right[at];
        if (i == 0)
          fail_unless_equals_uint64 (
              GST_BUFFER_PTS (buffer), time_of (size_t (frame)));
        bool breaks = discont && i == 0 && begin >= 0;
        if (frame != next || left[at] - frame != mark || breaks) {
          put ();
          all += breaks ? "!" : "";
          begin = frame;
          mark = left[at] - frame;
        }
        next = frame + 1;
      }
      // Rounded once or twice.
      auto duration = gint64 (
          gst_util_uint64_scale_round (map.n_samples, GST_SECOND, kRate));
      fail_unless (ABS (gint64 (GST_BUFFER_DURATION (buffer)) - duration) <= 1);
      gst_audio_buffer_unmap (&map);
      gst_buffer_unref (buffer);
    }
    put ();
    return all;
  }

  void expect (const char *wanted)
  {
    fail_unless_equals_string (pull ().c_str (), wanted);
  }

  GstHarness *harness;
  GstAudioInfo info;
};

constexpr int kNew = 1000000; // a mark: "#1"

} // namespace

GST_START_TEST (both_ends_of_a_frame_are_cut)
{
  for (bool interleaved : {true, false})
    for (size_t size : {960, 480, 100, 1}) {
      Fixture f (interleaved);
      f.cut (960, 1000, 1900, 1920);
      f.push (960, 1920, size, 0, true);
      f.push (3840, 4800, size, 0, true);
      f.expect ("1000-1900 !3840-4800 ");
    }
}
GST_END_TEST

GST_START_TEST (one_end_of_a_frame_is_cut)
{
  Fixture f;
  f.cut (0, 100, 960, 960);
  f.push (0, 1920, 960);
  f.cut (1920, 1920, 2000, 2880);
  f.push (1920, 2880, 960);
  f.push (4800, 5760, 960);
  f.expect ("100-2000 4800-5760 ");
}
GST_END_TEST

GST_START_TEST (a_cut_is_at_the_nearest_sample)
{
  for (int shift : {-10000, 10000}) { // of 20833 ns
    Fixture f;
    f.expect_cut (0, GstClockTime (gint64 (time_of (100)) + shift),
        GstClockTime (gint64 (time_of (900)) + shift), time_of (960));
    f.push (0, 960, 960);
    f.expect ("100-900 ");
  }
}
GST_END_TEST

// A decoder may hand the event on before what it holds.
GST_START_TEST (sound_before_the_frame_passes)
{
  Fixture f;
  f.cut (1920, 1920, 2400, 2880);
  f.push (0, 3840, 480);
  f.expect ("0-2400 2880-3840 ");
}
GST_END_TEST

GST_START_TEST (sound_joins_at_a_cut)
{
  Fixture f;
  f.push (0, 960, 960);
  f.cut (960, 960, 1500, 1920);
  f.push (960, 1920, 480);
  f.cut (1300, 1500, 2260, 2260);
  f.push (1300, 2260, 480, kNew, true);
  f.push (2260, 3220, 480, kNew);
  f.expect ("0-1500 1500-3220#1 ");
  // Where nothing of the new sound is cut.
  f.cut (3220, 3220, 3500, 4180);
  f.push (3220, 4180, 480, kNew);
  f.push (3500, 3980, 480, 0, true);
  f.expect ("3220-3500#1 3500-3980 ");
}
GST_END_TEST

GST_START_TEST (parts_of_one_frame_join)
{
  Fixture f;
  size_t edges[] = {0, 100, 500, 960};
  for (size_t i = 0; i < 3; i++) {
    f.cut (0, edges[i], edges[i + 1], 960);
    f.push (0, 960, 480, 0, i > 0);
  }
  f.expect ("0-960 ");
}
GST_END_TEST

GST_START_TEST (a_gap_at_a_cut_stays_a_discontinuity)
{
  Fixture f;
  f.cut (0, 0, 500, 960);
  f.push (0, 960, 960);
  f.cut (1000, 1300, 1960, 1960);
  f.push (1000, 1960, 100, 0, true);
  f.expect ("0-500 !1300-1960 ");
}
GST_END_TEST

GST_START_TEST (a_flush_forgets_what_is_to_be_cut)
{
  Fixture f;
  f.cut (0, 0, 500, 960);
  f.cut (960, 1000, 1920, 1920);
  f.push (0, 480, 480);
  f.expect ("0-480 ");
  gst_harness_push_event (f.harness, gst_event_new_flush_start ());
  gst_harness_push_event (f.harness, gst_event_new_flush_stop (TRUE));
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (f.harness, gst_event_new_segment (&segment));
  f.push (0, 1920, 480);
  f.expect ("0-1920 ");
}
GST_END_TEST

GST_START_TEST (a_cut_that_is_told_again_is_one)
{
  Fixture f;
  f.cut (0, 100, 960, 960);
  f.cut (1920, 1920, 2000, 2880);
  f.cut (0, 100, 960, 960);
  f.push (0, 3840, 960);
  f.expect ("100-3840 ");
}
GST_END_TEST

GST_START_TEST (a_cut_that_nothing_comes_for_is_forgotten)
{
  Fixture f;
  f.cut (0, 100, 960, 960);
  f.push (960, 1920, 960);
  f.push (0, 960, 960, 0, true);
  f.expect ("960-1920 !0-960 ");
}
GST_END_TEST

static Suite *
audiosplice_trim_suite ()
{
  Suite *suite = suite_create ("elements/audiosplice-trim");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, both_ends_of_a_frame_are_cut);
  tcase_add_test (tcase, one_end_of_a_frame_is_cut);
  tcase_add_test (tcase, a_cut_is_at_the_nearest_sample);
  tcase_add_test (tcase, sound_before_the_frame_passes);
  tcase_add_test (tcase, sound_joins_at_a_cut);
  tcase_add_test (tcase, parts_of_one_frame_join);
  tcase_add_test (tcase, a_gap_at_a_cut_stays_a_discontinuity);
  tcase_add_test (tcase, a_flush_forgets_what_is_to_be_cut);
  tcase_add_test (tcase, a_cut_that_is_told_again_is_one);
  tcase_add_test (tcase, a_cut_that_nothing_comes_for_is_forgotten);
  return suite;
}
GST_CHECK_MAIN (audiosplice_trim)
