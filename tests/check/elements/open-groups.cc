// SPDX-License-Identifier: LGPL-2.1-or-later
// Open groups of pictures: B-frames that are shown before the picture that
// decoding may begin with refer to the group before it.
#include "support/playback.hh"

#include <map>

using namespace webmedia::test;

namespace {

constexpr int64_t kMs = 1000000;
constexpr auto kFlush =
    GstSeekFlags (GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE);

const char *files[] = {"h264-open.ts", "h265-open.ts"};

// The pictures of a file, decoded: from where a seek goes to, if it is not
// negative, and without what is shown before `cut`.
struct Decoded {
  Decoded (const char *file, int64_t seek, int64_t cut = 0)
      : owner ("mse://o"),
        pipeline ("msebin uri=mse://o ! decodebin ! fakesink name=out"),
        out (pipeline.get ("out"))
  {
    pipeline.set_state (GST_STATE_READY);
    auto buffer = owner.add ("video/mp2t");
    // The first picture is shown at 0, where none is cut off.
    gst_web_source_buffer_set_timestamp_offset (
        buffer, -1480 * kMs - cut, nullptr);
    owner.append (buffer, media_bytes (file));
    owner.end ();
    pipeline.set_state (GST_STATE_PAUSED);
    if (seek >= 0) {
      out.clear ();
      fail_unless (pipeline.seek (seek, kFlush));
    }
    pipeline.play ();
    fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
    for (const Output &output : out.outputs ())
      pictures[output.pts] = output.md5;
  }

  Owner owner;
  Pipeline pipeline;
  Recorder out;
  std::map<int64_t, std::string> pictures;
};

std::map<int64_t, std::string>
whole (const char *file)
{
  Decoded all (file, -1);
  fail_unless_equals_int (all.pictures.size (), 100);
  return all.pictures;
}

} // namespace

// With FFmpeg 7, which newer releases come with, pictures are wrong or missing
// where decoding begins with such a group: of H.264 behind GStreamer's own
// demuxer, too; of H.265 where the leading pictures were cut off.
GST_START_TEST (a_seek_shows_what_is_there)
{
  if (gstreamer_is_after_1_22 ())
    return;
  auto all = whole (files[__i__]);
  int64_t first = all.begin ()->first;
  for (int64_t at : {900, 960, 1000, 1040, 1500}) {
    int64_t target = first + at * kMs;
    Decoded some (files[__i__], target);
    for (auto [pts, md5] : all)
      if (pts >= target)
        fail_unless (some.pictures[pts] == md5, "%d ms: picture of %d ms",
            int (at), int ((pts - first) / kMs));
  }
}
GST_END_TEST;

// The group of pictures before the second one is cut off in its middle, so that
// the second one's first B-frames have nothing to refer to: decoders skip them.
GST_START_TEST (pictures_without_what_they_refer_to_are_not_shown)
{
  if (gstreamer_is_after_1_22 ())
    return;
  auto all = whole (files[__i__]);
  for (int64_t cut : {800, 880, 920, 960, 1000}) {
    Decoded some (files[__i__], -1, cut * kMs);
    fail_unless_equals_int (some.pictures.size (), 75);
    for (auto [pts, md5] : some.pictures)
      fail_unless (all[pts + cut * kMs] == md5, "%d ms cut off: at %d ms",
          int (cut), int (pts / kMs));
  }
}
GST_END_TEST;

static Suite *
open_groups_suite ()
{
  Suite *suite = suite_create ("elements/open-groups");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (
      tcase, a_seek_shows_what_is_there, 0, G_N_ELEMENTS (files));
  tcase_add_loop_test (tcase, pictures_without_what_they_refer_to_are_not_shown,
      0, G_N_ELEMENTS (files));
  return suite;
}
GST_CHECK_MAIN (open_groups)
