// SPDX-License-Identifier: LGPL-2.1-or-later
// What the byte stream format asks to refuse, and what is broken.
// https://www.w3.org/TR/mse-byte-stream-format-isobmff/
#include "support/check.hh"
#include "support/isobmff-writer.hh"
#include "support/parse-recorder.hh"

#include <cstring>

using namespace webmedia;
using namespace webmedia::mse;

namespace {
struct BadStream {
  const char *why; // part of the message
  Bytes bytes;
  AppendState state; // where it is noticed
  size_t frames = 0; // that come before
};
} // namespace

static constexpr AppendState kWaiting = AppendState::waiting_for_segment;
static constexpr AppendState kInit = AppendState::parsing_init_segment;
static constexpr AppendState kMedia = AppendState::parsing_media_segment;

static const std::vector<SampleSpec> kSamples = {
    {40, 10, kSyncFlags}, {40, 5, kNonSyncFlags}};

// An initialization segment with one thing changed.
template <typename Function>
static Bytes
changed (Function change)
{
  TrackSpec track;
  change (track);
  return initialization_segment ({track});
}

static Bytes
with_entry (const Bytes &entry, const char *handler = "vide")
{
  return changed ([&] (TrackSpec &track) {
    track.sample_entries = entry;
    track.handler = handler;
  });
}

// A fragment with these boxes in its only traf, and an mdat.
static Bytes
fragment (const Bytes &boxes)
{
  return video_init () + moof (box ("traf", boxes))
         + box ("mdat", payload (64));
}

static Bytes
edit (uint32_t duration, uint32_t media_time, uint32_t rate)
{
  return box (
      "edts", full_box ("elst", 0, 0,
                  u32 (1) + u32 (duration) + u32 (media_time) + u32 (rate)));
}

static std::vector<BadStream>
bad_initialization_segments ()
{
  TrackSpec other;
  other.id = 1;
  Bytes moov_without_mvex = box ("moov",
      full_box ("mvhd", 0, 0, zeros (8) + u32 (1000) + zeros (84)) + trak ({}));
  return {
      {"no box of a byte stream", text ("garbage garbage!"), kWaiting},
      {"no box of a byte stream", zeros (64), kWaiting},
      {"its size can't be", u32 (7) + text ("free"), kWaiting},
      {"its size can't be", u32 (1) + text ("free") + u64 (15), kWaiting},
      {"its size can't be", u32 (1) + text ("free") + u64 (UINT64_MAX),
          kWaiting},
      {"to the end of the file", u32 (0) + text ("free"), kWaiting},
      {"MP4 family", ftyp ("qt  "), kInit},
      {"MP4 family", box ("ftyp"), kInit},
      {"moov yet", ftyp () + moof ({}), kInit},
      {"not fragmented", ftyp () + box ("mdat", payload (8)), kInit},
      {"not fragmented", box ("mdat", payload (8)), kWaiting},
      {"no mvex", ftyp () + moov_without_mvex, kInit},
      {"moov itself describes samples",
          changed ([] (TrackSpec &track) { track.stts = 3; }), kInit},
      {"another file", changed ([] (TrackSpec &track) {
         track.dref = full_box ("url ", 0, 0, text ("http://x") + u8 (0));
       }),
          kInit},
      {"no trex", changed ([] (TrackSpec &track) { track.has_trex = false; }),
          kInit},
      {"two tracks", initialization_segment ({{}, other}), kInit},
      {"rate 1",
          changed ([] (TrackSpec &track) { track.edts = edit (0, 0, 0x8000); }),
          kInit},
      {"elst", changed ([] (TrackSpec &track) {
         track.edts = edit (0, 0x80000000, 0x10000);
       }),
          kInit},
      {"avcC", with_entry (avc_entry ("avc1", false)), kInit},
      {"avcC", with_entry (video_entry ("avc1", {})), kInit},
      {"hvcC", with_entry (video_entry ("hvc1", {})), kInit},
      {"parameter sets in hvcC",
          with_entry (video_entry ("hvc1", box ("hvcC", zeros (23)))), kInit},
      {"av1C", with_entry (video_entry ("av01", {})), kInit},
      {"vpcC", with_entry (video_entry ("vp09", {})), kInit},
      {"esds", with_entry (audio_entry ("mp4a", {}), "soun"), kInit},
      {"AudioSpecificConfig",
          with_entry (audio_entry ("mp4a", esds (0x40, {})), "soun"), kInit},
      {"dOps", with_entry (audio_entry ("Opus", {}), "soun"), kInit},
      {"dfLa", with_entry (audio_entry ("fLaC", {}), "soun"), kInit},
      {"sinf", with_entry (avc_entry ("encv")), kInit},
      {"IV",
          with_entry (
              avc_entry ("encv", true, sinf ("avc1", "cenc", tenc (0, 9)))),
          kInit},
      {"stsd", with_entry (box ("avc1", zeros (20))), kInit},
      {"is no box", ftyp () + box ("moov", u32 (100) + text ("trak")), kInit},
      {"mvhd", ftyp () + box ("moov", box ("mvex")), kInit},
  };
}

static std::vector<BadStream>
bad_media_segments ()
{
  TrackSpec second;
  second.id = 2;
  Bytes two = initialization_segment ({{}, second});
  Bytes good = media_segment (1, 0, kSamples);
  Bytes runs = trun (kSamples, 200);
  Bytes too_far = traf (1, 0, trun (kSamples, 5000));
  return {
      {"before any initialization", good, kWaiting},
      {"before any initialization", box ("styp", zeros (8)), kWaiting},
      {"no moof before it", video_init () + box ("mdat", payload (8)),
          kWaiting},
      {"no moof before it",
          video_init () + box ("styp", zeros (8)) + box ("mdat", payload (8)),
          kMedia},
      {"followed by a moof", video_init () + box ("styp", zeros (8)) + ftyp (),
          kMedia},
      {"no traf", video_init () + moof ({}), kMedia},
      {"no tfhd", fragment (tfdt (0) + runs), kMedia},
      {"no tfdt", fragment (tfhd (1) + runs), kMedia},
      {"moov does not have", fragment (tfhd (7) + tfdt (0) + runs), kMedia},
      {"not addressed relative",
          fragment (tfhd (1, 0x20001, u64 (0)) + tfdt (0) + runs), kMedia},
      {"not addressed relative",
          two
              + moof (box ("traf", tfhd (1, 0) + tfdt (0) + runs)
                      + box ("traf", tfhd (2, 0) + tfdt (0) + runs)),
          kMedia},
      {"no data-offset",
          fragment (
              tfhd (1) + tfdt (0)
              + full_box ("trun", 0, 0x300, u32 (1) + u32 (40) + u32 (8))),
          kMedia},
      {"before the mdat", fragment (tfhd (1) + tfdt (0) + trun (kSamples, 8)),
          kMedia},
      {"before the mdat",
          fragment (tfhd (1) + tfdt (0) + trun (kSamples, -500)), kMedia},
      {"trun is cut off",
          fragment (tfhd (1) + tfdt (0)
                    + full_box ("trun", 0, 0xf01, u32 (9) + u32 (200))),
          kMedia},
      {"trun is cut off",
          fragment (tfhd (1) + tfdt (0)
                    + full_box ("trun", 0, 0xf01,
                        u32 (UINT32_MAX) + u32 (200) + zeros (32))),
          kMedia},
      {"out of range",
          fragment (tfhd (1) + tfdt (uint64_t (INT64_MAX / 4)) + runs), kMedia},
      {"tfdt", fragment (tfhd (1) + tfdt (UINT64_MAX) + runs), kMedia},
      {"sample description 2 of 1",
          fragment (tfhd (1, 0x20002, u32 (2)) + tfdt (0) + runs), kMedia},
      {"is no box", video_init () + box ("moof", traf (1, 0, runs) + zeros (3)),
          kMedia},
      {"is no box", fragment (tfhd (1) + tfdt (0) + zeros (9)), kMedia},
      {"outside of the mdats",
          video_init () + moof (too_far) + box ("free", zeros (6000)), kMedia},
      {"do not hold all samples",
          video_init () + moof (too_far) + box ("mdat", payload (20)) + good,
          kMedia},
      // The second sample begins in an mdat that ends before it does.
      {"outside of the mdats",
          video_init () + moof (traf (1, 0, trun (kSamples, 128)))
              + box ("mdat", payload (12)) + box ("mdat", payload (12)),
          kMedia, 1},
      {"sbgp",
          fragment (tfhd (1) + tfdt (0)
                    + full_box ("sbgp", 0, 0,
                        text ("rap ") + u32 (1) + u32 (2) + u32 (1))
                    + runs),
          kMedia},
      {"no box of a byte stream", video_init () + good + text ("garbage!"),
          kWaiting, 2},
  };
}

static void
check_all (const std::vector<BadStream> &streams)
{
  for (size_t i = 0; i < streams.size (); i++) {
    const BadStream &stream = streams[i];
    for (size_t chunk : {size_t (0), size_t (1), size_t (7)}) {
      auto parser = make_isobmff_parser ();
      ParseRecorder recorder;
      auto result = parse_all (*parser, recorder, stream.bytes, chunk);
      fail_if (bool (result), "stream %zu (%s) was taken", i, stream.why);
      const Error &error = result.error ();
      fail_unless (error.code == ErrorCode::decode);
      fail_unless (strstr (error.message.c_str (), stream.why),
          "stream %zu: \"%s\" is not in \"%s\"", i, stream.why,
          error.message.c_str ());
      fail_unless (
          parser->state () == stream.state, "stream %zu (%s)", i, stream.why);
      fail_unless_equals_int (recorder.frames.size (), stream.frames);
    }
  }
}

GST_START_TEST (bad_initialization_segments_are_refused)
{
  check_all (bad_initialization_segments ());
}
GST_END_TEST

GST_START_TEST (bad_media_segments_are_refused)
{
  check_all (bad_media_segments ());
}
GST_END_TEST

GST_START_TEST (the_plain_mp4_of_a_muxer_is_refused_with_advice)
{
  ParseRecorder recorder;
  auto result = parse_all (
      *make_isobmff_parser (), recorder, read_media ("plain.mp4"), 1000);
  fail_if (bool (result));
  fail_unless (strstr (result.error ().message.c_str (), "frag_keyframe"), "%s",
      result.error ().message.c_str ());
}
GST_END_TEST

GST_START_TEST (absolute_data_offsets_are_refused)
{
  ParseRecorder recorder;
  auto result = parse_all (*make_isobmff_parser (), recorder,
      read_media ("base-data-offset.mp4"), 1000);
  fail_if (bool (result));
  fail_unless (
      strstr (result.error ().message.c_str (), "default-base-is-moof"), "%s",
      result.error ().message.c_str ());
  fail_unless_equals_int (recorder.segments.size (), 1);
}
GST_END_TEST

GST_START_TEST (after_an_error_and_a_reset_all_goes_on)
{
  auto parser = make_isobmff_parser ();
  ParseRecorder recorder;
  ByteQueue queue;
  auto result = parse_more (
      *parser, queue, recorder, video_init () + text ("garbage garbage"), 1);
  fail_if (bool (result));
  parser->reset ();
  queue.clear ();
  result =
      parse_more (*parser, queue, recorder, media_segment (1, 0, kSamples), 1);
  fail_unless (bool (result));
  fail_unless_equals_int (recorder.frames.size (), 2);
}
GST_END_TEST

static Suite *
parser_isobmff_errors_suite ()
{
  Suite *suite = suite_create ("mse/parser-isobmff-errors");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, bad_initialization_segments_are_refused);
  tcase_add_test (tcase, bad_media_segments_are_refused);
  tcase_add_test (tcase, the_plain_mp4_of_a_muxer_is_refused_with_advice);
  tcase_add_test (tcase, absolute_data_offsets_are_refused);
  tcase_add_test (tcase, after_an_error_and_a_reset_all_goes_on);
  return suite;
}
GST_CHECK_MAIN (parser_isobmff_errors)
