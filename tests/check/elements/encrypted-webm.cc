// SPDX-License-Identifier: LGPL-2.1-or-later
// Encrypted WebM, through a decryptor and a decoder.
#include "support/playback.hh"
#include "support/test-decryptor.hh"
#include "support/webm-writer.hh"

#include <gst/app/gstappsink.h>

using namespace webmedia::mse;
using namespace webmedia::test;
using Bytes = webmedia::mse::Bytes;

// Frames of VP8, 320x180.
static std::vector<Bytes>
make_frames ()
{
  Pipeline pipeline ("videotestsrc num-buffers=5 ! "
                     "video/x-raw,width=320,height=180,framerate=25/1 ! "
                     "vp8enc deadline=1 ! appsink name=sink sync=false");
  pipeline.play ();
  std::vector<Bytes> frames;
  auto sink = GST_APP_SINK (pipeline.get ("sink"));
  while (GstSample *sample = gst_app_sink_pull_sample (sink)) {
    GstMapInfo map;
    fail_unless (
        gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ));
    frames.emplace_back (map.data, map.data + map.size);
    gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
    gst_sample_unref (sample);
  }
  fail_unless_equals_int (frames.size (), 5);
  return frames;
}

// The first frame is clear, as those that come before the keys are.
static Bytes
make_stream (const std::vector<Bytes> &frames, bool encrypted)
{
  Bytes encryption = element (0x5035,
      join ({uint_element (0x47e1, 5), element (0x47e2, bytes_of ("key")),
          element (0x47e7, uint_element (0x47e8, 1))}));
  Bytes encodings = element (
      0x6d80, element (0x6240, join ({uint_element (0x5033, 1), encryption})));
  std::vector<Bytes> blocks;
  for (size_t i = 0; i < frames.size (); i++) {
    Bytes head;
    if (encrypted)
      head = i == 0 ? Bytes{0} : Bytes{1, 0, 0, 0, 0, 0, 0, 0, 0};
    blocks.push_back (simple_block (
        1, int (40 * i), join ({head, frames[i]}), i == 0 ? 0x80 : 0));
  }
  return join (
      {init_segment ({video_entry (1, encrypted ? encodings : Bytes ())}),
          cluster (0, blocks)});
}

static std::vector<Output>
play (const std::string &source, const Bytes &stream)
{
  Owner owner ("mse://w");
  Pipeline pipeline (source + " ! fakesink name=out");
  Recorder out (pipeline.get ("out"));
  pipeline.set_state (GST_STATE_READY);
  owner.append (owner.add ("video/webm; codecs=\"vp8\""), stream);
  owner.end ();
  pipeline.play ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  return out.outputs ();
}

static void
check_decrypted (const char *source)
{
  register_test_decryptor ();
  auto frames = make_frames ();
  auto clear = play (source, make_stream (frames, false));
  fail_unless_equals_int (clear.size (), 5);
  fail_unless (test_decryptor_log ().empty ());
  auto decrypted = play (source, make_stream (frames, true));
  fail_unless_equals_int (decrypted.size (), clear.size ());
  for (size_t i = 0; i < clear.size (); i++)
    fail_unless_equals_string (
        decrypted[i].md5.c_str (), clear[i].md5.c_str ());
  // The event is of no system: "unspecified-system-id".
  fail_unless_equals_string (
      test_decryptor_log ().c_str (), " un clear frame frame frame frame");
}

GST_START_TEST (it_plays_through_decodebin)
{
  check_decrypted ("webmsesrc uri=mse://w ! decodebin");
}
GST_END_TEST;

GST_START_TEST (it_plays_through_decodebin3)
{
  check_decrypted ("msebin uri=mse://w ! decodebin3");
}
GST_END_TEST;

static Suite *
encrypted_webm_suite ()
{
  Suite *suite = suite_create ("elements/encrypted-webm");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, it_plays_through_decodebin);
  tcase_add_test (tcase, it_plays_through_decodebin3);
  return suite;
}
GST_CHECK_MAIN (encrypted_webm)
