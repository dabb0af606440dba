// SPDX-License-Identifier: LGPL-2.1-or-later
// Files with one thing broken: an error or frames, in bounded time, and never
// a crash. Sanitizers see what this can't.
#include "support/check.hh"
#include "support/isobmff-writer.hh"
#include "support/parse-recorder.hh"

#include <algorithm>

using namespace webmedia;
using namespace webmedia::mse;

// Something of everything in a few hundred bytes.
static Bytes
small_file ()
{
  TrackSpec video;
  video.edts =
      box ("edts", full_box ("elst", 0, 0,
                       u32 (2) + u32 (10) + u32 (UINT32_MAX) + u32 (0x10000)
                           + u32 (0) + u32 (40) + u32 (0x10000)));
  video.sample_entries = avc_entry (
      "encv", true, box ("pasp", u64 (1)) + sinf ("avc1", "cenc", tenc (0, 8)));
  TrackSpec audio;
  audio.id = 2;
  audio.handler = "soun";
  audio.sample_entries = aac_entry ();
  audio.stbl =
      full_box ("sgpd", 1, 0, text ("rap ") + u32 (1) + u32 (1) + u8 (0x80));

  Bytes senc = full_box ("senc", 0, 2,
      u32 (2) + payload (8) + u16 (1) + u16 (2) + u32 (4) + payload (8)
          + u16 (0));
  std::vector<SampleSpec> frames = {
      {40, 6, kSyncFlags, 40}, {40, 6, kNonSyncFlags, 80}};
  std::vector<SampleSpec> sounds = {{20, 3}, {20, 4}};
  Bytes groups =
      full_box ("sbgp", 0, 0, text ("rap ") + u32 (1) + u32 (2) + u32 (1));
  auto fragment = [&] (int32_t data) {
    return moof (traf (1, 0, trun (frames, data) + senc)
                 + traf (2, 0, trun (sounds, data + 12) + groups)
                 + full_box ("pssh", 0, 0, payload (16) + u32 (0)));
  };
  int32_t data = int32_t (fragment (0).size ()) + 8;
  return ftyp () + moov ({video, audio}) + box ("styp", text ("iso6") + u32 (0))
         + box ("sidx", zeros (12)) + fragment (data)
         + box ("mdat", payload (19)) + media_segment (2, 40, sounds);
}

// Whole and in pieces give the same, be it good or bad.
static void
try_stream (const Bytes &bytes)
{
  ParseRecorder whole, pieces;
  auto one = parse_all (*make_isobmff_parser (), whole, bytes, 0);
  auto two = parse_all (*make_isobmff_parser (), pieces, bytes, 13);
  fail_unless (bool (one) == bool (two));
  if (!one)
    fail_unless (one.error ().message == two.error ().message, "%s / %s",
        one.error ().message.c_str (), two.error ().message.c_str ());
  fail_unless (whole.frames == pieces.frames);
  fail_unless (whole.frames.size () < 100);
}

GST_START_TEST (the_file_itself_is_good)
{
  ParseRecorder recorder;
  auto result = parse_all (*make_isobmff_parser (), recorder, small_file (), 0);
  fail_unless (
      bool (result), "%s", result ? "" : result.error ().message.c_str ());
  fail_unless_equals_int (recorder.frames.size (), 6);
}
GST_END_TEST

GST_START_TEST (any_byte_may_be_broken)
{
  const Bytes file = small_file ();
  for (size_t i = 0; i < file.size (); i++) {
    for (uint8_t value : {uint8_t (0xff), uint8_t (file[i] + 1),
             uint8_t (file[i] - 1), uint8_t (file[i] ^ 0x80)}) {
      Bytes broken = file;
      broken[i] = value;
      try_stream (broken);
    }
  }
}
GST_END_TEST

GST_START_TEST (the_file_may_end_anywhere)
{
  const Bytes file = small_file ();
  for (size_t i = 0; i < file.size (); i++)
    try_stream (Bytes (file.begin (), file.begin () + long (i)));
}
GST_END_TEST

GST_START_TEST (bytes_may_be_missing_or_doubled)
{
  const Bytes file = small_file ();
  for (size_t i = 0; i + 4 < file.size (); i++) {
    Bytes broken = file;
    broken.erase (broken.begin () + long (i), broken.begin () + long (i) + 4);
    try_stream (broken);
    broken = file;
    broken.insert (broken.begin () + long (i), 4, file[i]);
    try_stream (broken);
  }
}
GST_END_TEST

GST_START_TEST (four_bytes_may_be_anything)
{
  const Bytes file = small_file ();
  for (size_t i = 0; i + 4 < file.size (); i++) {
    for (uint32_t value : {0u, UINT32_MAX, 0x7fffffffu, 0x00010000u}) {
      Bytes broken = file;
      Bytes field = u32 (value);
      std::copy (field.begin (), field.end (), broken.begin () + long (i));
      try_stream (broken);
    }
  }
}
GST_END_TEST

static Suite *
parser_isobmff_fuzz_suite ()
{
  Suite *suite = suite_create ("mse/parser-isobmff-fuzz");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, the_file_itself_is_good);
  tcase_add_test (tcase, any_byte_may_be_broken);
  tcase_add_test (tcase, the_file_may_end_anywhere);
  tcase_add_test (tcase, bytes_may_be_missing_or_doubled);
  tcase_add_test (tcase, four_bytes_may_be_anything);
  return suite;
}
GST_CHECK_MAIN (parser_isobmff_fuzz)
