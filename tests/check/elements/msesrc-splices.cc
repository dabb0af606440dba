// SPDX-License-Identifier: LGPL-2.1-or-later
// What msesrc sends where new sound begins inside of old, and nobody behind it
// crossfades.
#include "support/playback.hh"

#include <algorithm>

using namespace webmedia::test;

namespace {

constexpr int64_t kMs = 1000000;
constexpr const char *kType = "audio/mp4; codecs=\"flac\"";

// The sound of flac.mp4 once and, from `offset` on, again.
struct Fixture {
  explicit Fixture (int64_t offset)
      : owner ("mse://t"),
        pipeline ("webmsesrc uri=mse://t ! fakesink name=out sync=false"),
        out (pipeline.get ("out"))
  {
    pipeline.set_state (GST_STATE_READY);
    auto buffer = owner.add (kType);
    Bytes sound = media_bytes ("flac.mp4");
    owner.append (buffer, sound);
    gst_web_source_buffer_set_timestamp_offset (buffer, offset, nullptr);
    owner.append (buffer, sound);
    owner.end ();
  }

  std::vector<Output> play ()
  {
    pipeline.play ();
    fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
    return out.outputs ();
  }

  size_t gaps ()
  {
    std::string events = out.events ();
    size_t count = 0;
    for (size_t at = 0; (at = events.find ("gap", at)) != std::string::npos;
         at++)
      count++;
    return count;
  }

  Owner owner;
  Pipeline pipeline;
  Recorder out;
};

} // namespace

GST_START_TEST (a_frame_that_is_overlapped_leaves_silence)
{
  const int64_t splice = 2050 * kMs;
  Fixture t (splice);
  auto outputs = t.play ();
  auto next = std::find_if (outputs.begin (), outputs.end (),
      [=] (const Output &each) { return each.pts >= splice; });
  fail_unless (next != outputs.end () && next != outputs.begin ());
  // On a sample of the old sound.
  fail_unless (next->pts < splice + kMs / 48);
  fail_unless_equals_string (next->md5.c_str (), outputs[0].md5.c_str ());
  int64_t end = next[-1].end ();
  fail_unless (end < splice && end + next[-1].duration > splice);
  fail_unless_equals_int (t.gaps (), 1);
  t.out.wait_gap (next->pts);
}
GST_END_TEST

GST_START_TEST (a_frame_that_begins_at_once_is_replaced)
{
  // Frames of 4608 samples at 48 kHz.
  Fixture t (20 * 96 * kMs);
  auto outputs = t.play ();
  for (size_t i = 1; i < outputs.size (); i++)
    fail_unless_equals_int64 (outputs[i].pts, outputs[i - 1].end ());
  fail_unless_equals_string (outputs[20].md5.c_str (), outputs[0].md5.c_str ());
  fail_unless_equals_int (t.gaps (), 0);
}
GST_END_TEST

static Suite *
msesrc_splices_suite ()
{
  Suite *suite = suite_create ("elements/msesrc-splices");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_frame_that_is_overlapped_leaves_silence);
  tcase_add_test (tcase, a_frame_that_begins_at_once_is_replaced);
  return suite;
}
GST_CHECK_MAIN (msesrc_splices)
