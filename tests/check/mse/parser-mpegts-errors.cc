// SPDX-License-Identifier: LGPL-2.1-or-later
// What a transport stream must not be.
#include "mse/mpegts-packet.hh"
#include "support/check.hh"
#include "support/mpegts-writer.hh"
#include "support/parse-recorder.hh"

using namespace webmedia;
using namespace webmedia::mse;

using Bytes = std::vector<uint8_t>;

static constexpr uint16_t kVideo = MpegtsWriter::kVideoPid;
static constexpr uint16_t kAudio = MpegtsWriter::kAudioPid;

static Result<>
parse (ParseRecorder &recorder, const Bytes &bytes, size_t chunk = 0)
{
  auto parser = make_mpegts_parser ();
  Result<> parsed = parse_all (*parser, recorder, bytes, chunk);
  if (!parsed)
    return parsed;
  return parser->finish (recorder);
}

// In every chunking.
static void
expect_error (const Bytes &bytes, const char *word)
{
  std::string message;
  for (size_t chunk : kChunkSizes) {
    ParseRecorder recorder;
    Result<> result = parse (recorder, bytes, chunk);
    fail_unless (!result, "no error that has \"%s\"", word);
    fail_unless (result.error ().code == ErrorCode::decode);
    if (message.empty ())
      message = result.error ().message;
    fail_unless (message == result.error ().message);
  }
  fail_unless (message.find (word) != std::string::npos, "\"%s\" lacks \"%s\"",
      message.c_str (), word);
}

static void
expect_frames (const Bytes &bytes, size_t count)
{
  ParseRecorder recorder;
  Result<> result = parse (recorder, bytes);
  fail_unless (
      bool (result), "%s", result ? "" : result.error ().message.c_str ());
  fail_unless_equals_int (recorder.frames.size (), count);
}

// A good stream: two pictures and two frames of sound.
static MpegtsWriter
good_stream ()
{
  MpegtsWriter ts;
  return ts.begin ()
      .video (7200, 3600, h264_picture ('I', 400))
      .audio (3600, adts_frame (100, 1))
      .video (10800, 7200, h264_picture ('P', 200))
      .audio (5520, adts_frame (100, 2));
}

GST_START_TEST (the_good_stream_is_good)
{
  expect_frames (good_stream ().bytes, 4);
}
GST_END_TEST

GST_START_TEST (what_is_no_packet_is_an_error)
{
  expect_error ({'x'}, "no packet begins at byte 0");
  expect_error ({0x1a, 0x45, 0xdf, 0xa3}, "no packet begins");
  MpegtsWriter ts = good_stream ();
  ts.bytes.push_back (0);
  expect_error (ts.bytes, "no packet begins at byte");
  // A byte too many, or too few.
  ts = good_stream ();
  ts.bytes.insert (ts.bytes.begin () + 400, 0);
  expect_error (ts.bytes, "no packet begins at byte 564");
  // With a timecode before each packet, as on discs.
  expect_error (Bytes (192, 0), "no packet begins");
}
GST_END_TEST

GST_START_TEST (damage_is_an_error)
{
  Bytes bytes = good_stream ().bytes;
  Bytes broken = bytes;
  broken[188 * 4 + 1] |= 0x80;
  expect_error (broken, "transport_error_indicator at byte 752");
  broken = bytes;
  broken[188 * 3 + 3] |= 0xc0;
  expect_error (broken, "scrambled");
  broken = bytes;
  broken[188 * 2 + 4] = 184;
  expect_error (broken, "adaptation field");
  broken = bytes;
  broken[4 + 1 + 8] ^= 1;
  expect_error (broken, "PAT that is broken or has a wrong CRC");
  broken = bytes;
  broken[188 + 4 + 1 + 8] ^= 1;
  expect_error (broken, "PMT that is broken or has a wrong CRC");
}
GST_END_TEST

GST_START_TEST (one_program_alone)
{
  MpegtsWriter ts;
  expect_error (ts.pat ({0x1000, 0x1001}).bytes, "several programs");
  expect_error (MpegtsWriter ().pat ({}).bytes, "without a program");
}
GST_END_TEST

GST_START_TEST (media_needs_tables)
{
  expect_error (MpegtsWriter ().video (0, 0, h264_picture ('I')).bytes,
      "without a PAT and a PMT");
  expect_error (MpegtsWriter ().pat ().audio (0, adts_frame (9)).bytes,
      "without a PAT and a PMT");
  // Of a PMT, only that which follows its PAT is one.
  expect_error (MpegtsWriter ()
                    .audio (0, adts_frame (9))
                    .pmt ({{0x0f, kAudio}})
                    .pat ()
                    .bytes,
      "without a PAT and a PMT");
  // AC-3 as mpegtsmux writes it.
  expect_error (
      MpegtsWriter ().pes (kAudio, {.pts = 0, .stream_id = 0xfd}, {0}).bytes,
      "without a PAT and a PMT");
}
GST_END_TEST

// Where more may come.
static void
parse_on (const Bytes &bytes, bool good)
{
  ParseRecorder recorder;
  Result<> result = parse_all (*make_mpegts_parser (), recorder, bytes, 0);
  fail_unless (bool (result) == good, "%s",
      result ? "no error" : result.error ().message.c_str ());
}

GST_START_TEST (tables_come_within_a_second)
{
  // In any order, and where the clock rolls over.
  for (int64_t base : {int64_t (0), (int64_t (1) << 33) - 45000}) {
    auto at = [base] (int64_t ticks) {
      return (base + ticks) & ((int64_t (1) << 33) - 1);
    };
    MpegtsWriter ts;
    ts.video (at (10000), at (10000), h264_picture ('I'))
        .audio (at (0), adts_frame (9))
        .video (at (90000), at (90000), h264_picture ('P'));
    parse_on (ts.bytes, true);
    ts.audio (at (90001), adts_frame (9));
    parse_on (ts.bytes, false);
    expect_error (ts.begin ().bytes, "more than a second of sound or pictures");
  }
  // Nor in any number of bytes, be they media or not.
  Bytes data (184, 1);
  MpegtsWriter ts;
  while (ts.bytes.size () + 188 <= 4 * 1024 * 1024)
    ts.packet (0x123, true, data.data (), data.size ());
  parse_on (ts.bytes, true);
  ts.packet (0x123, true, data.data (), data.size ());
  parse_on (ts.bytes, false);
}
GST_END_TEST

GST_START_TEST (what_came_before_tables_is_held_to_them)
{
  // At its own place.
  expect_error (MpegtsWriter ()
                    .audio (0, adts_frame (9))
                    .video (0, 0, adts_frame (100))
                    .audio (1920, adts_frame (9))
                    .begin ()
                    .video (3600, 3600, h264_picture ('I'))
                    .bytes,
      "no NAL unit");
  expect_error (MpegtsWriter ()
                    .audio (0, adts_frame (9))
                    .pes (kVideo, {}, h264_picture ('I'))
                    .begin ()
                    .bytes,
      "without a PTS at byte 188");
  // What came after them, after a PCR.
  expect_error (MpegtsWriter ()
                    .audio (0, adts_frame (9))
                    .pat ()
                    .pmt ({{0x0f, kAudio}})
                    .audio (1920, adts_frame (9))
                    .bytes,
      "before a PCR");
}
GST_END_TEST

GST_START_TEST (a_pes_packet_has_a_pts)
{
  expect_error (
      MpegtsWriter ().begin ().pes (kVideo, {}, h264_picture ('I')).bytes,
      "without a PTS");
  // What is no track does not need one.
  expect_frames (MpegtsWriter ()
                     .begin ()
                     .pes (0x123, {}, {1, 2, 3})
                     .audio (0, adts_frame (9))
                     .bytes,
      1);
}
GST_END_TEST

GST_START_TEST (the_clock_comes_before_media)
{
  MpegtsWriter ts;
  ts.pat ().pmt ({{0x0f, kAudio}});
  expect_error (
      MpegtsWriter (ts).audio (0, adts_frame (9)).bytes, "before a PCR");
  // Another PID's is another program's.
  expect_error (MpegtsWriter (ts).pcr (0x300).audio (0, adts_frame (9)).bytes,
      "before a PCR");
  expect_frames (MpegtsWriter (ts).pcr ().audio (0, adts_frame (9)).bytes, 1);

  // After an abort it must come again.
  auto parser = make_mpegts_parser ();
  ParseRecorder recorder;
  fail_unless (bool (parse_all (*parser, recorder,
      MpegtsWriter (ts).pcr ().audio (0, adts_frame (9)).bytes, 0)));
  parser->reset ();
  fail_unless (!parse_all (
      *parser, recorder, MpegtsWriter ().audio (0, adts_frame (9)).bytes, 0));
}
GST_END_TEST

GST_START_TEST (cut_off_pes_packets_are_an_error)
{
  Bytes sound = adts_frame (1000);
  MpegtsWriter whole;
  whole.begin ({{0x0f, kAudio}}).audio (0, sound).audio (1920, sound);
  expect_frames (whole.bytes, 2);
  // PAT, PMT, PCR and six packets of sound each.
  fail_unless_equals_int (whole.bytes.size (), 188 * 15);

  auto without = [&whole] (size_t packet) {
    Bytes bytes = whole.packets (0, packet);
    Bytes rest = whole.packets (packet + 1);
    bytes.insert (bytes.end (), rest.begin (), rest.end ());
    return bytes;
  };
  expect_error (without (8), "cut off"); // the last of the first
  expect_error (without (5), "packets are missing");
  expect_error (without (9), "no PES packet begins");
  expect_error (without (3), "no PES packet begins");
  // A PES packet that is longer than it says.
  MpegtsWriter ts;
  ts.begin ({{0x0f, kAudio}}).audio (0, sound);
  ts.bytes[188 * 3 + 188 - 184 + 5] -= 10;
  expect_error (ts.bytes, "longer than it says");
}
GST_END_TEST

GST_START_TEST (cut_off_sections_are_an_error)
{
  Bytes descriptors (200, 1);
  for (size_t i = 0; i < descriptors.size (); i += 50) {
    descriptors[i] = 0xf0;
    descriptors[i + 1] = 48;
  }
  MpegtsWriter ts;
  ts.pat ()
      .pmt ({{0x0f, kAudio, descriptors}})
      .pcr ()
      .audio (0, adts_frame (9));
  expect_frames (ts.bytes, 1);
  // Without its second packet, another one begins.
  Bytes broken = ts.packets (0, 2);
  Bytes again = ts.packets (1);
  broken.insert (broken.end (), again.begin (), again.end ());
  expect_error (broken, "section that is cut off");
}
GST_END_TEST

GST_START_TEST (packets_sent_twice_are_read_once)
{
  MpegtsWriter ts = good_stream ();
  Bytes twice;
  for (size_t i = 0; i < ts.bytes.size () / 188; i++)
    for (int n = 0; n < 2; n++) {
      Bytes packet = ts.packets (i, i + 1);
      twice.insert (twice.end (), packet.begin (), packet.end ());
    }
  ParseRecorder once, doubled;
  fail_unless (bool (parse (once, ts.bytes)));
  Result<> result = parse (doubled, twice);
  fail_unless (
      bool (result), "%s", result ? "" : result.error ().message.c_str ());
  fail_unless (once.frames == doubled.frames);
}
GST_END_TEST

GST_START_TEST (streams_are_what_the_pmt_says)
{
  auto video = [] (const Bytes &payload) {
    return MpegtsWriter ().begin ({{0x1b, kVideo}}).video (0, 0, payload).bytes;
  };
  expect_error (video (adts_frame (100)), "no NAL unit");
  expect_error (video ({0, 0, 1}), "no NAL unit");
  expect_error (video ({0, 0, 0, 1, 0x67, 66, 0, 10, 0}), "broken SPS");
  auto audio = [] (uint8_t type, const Bytes &payload) {
    return MpegtsWriter ().begin ({{type, kAudio}}).audio (0, payload).bytes;
  };
  expect_error (audio (0x0f, h264_picture ('I')), "no ADTS frame begins");
  expect_error (audio (0x03, h264_picture ('I')), "no MPEG audio frame");
  expect_error (audio (0x81, h264_picture ('I')), "no AC-3 frame begins");
  expect_error (MpegtsWriter ()
                    .begin ()
                    .pes (kVideo, {.pts = 0, .stream_id = 0xf0}, {1, 2})
                    .bytes,
      "neither sound nor pictures");
  expect_error (
      MpegtsWriter ().pat ().pmt ({{0x0f, 0x101}, {0x03, 0x101}}).bytes,
      "a PID to several streams");
}
GST_END_TEST

GST_START_TEST (frames_before_an_error_count)
{
  Bytes bytes = good_stream ().video (14400, 10800, {1, 2, 3, 4}).bytes;
  bytes.push_back ('x');
  ParseRecorder recorder;
  auto parser = make_mpegts_parser ();
  fail_unless (!parse_all (*parser, recorder, bytes, 0));
  // The second picture still waited for a next one.
  fail_unless_equals_int (recorder.frames.size (), 3);
  // Then all goes on.
  parser->reset ();
  fail_unless (bool (parse_all (*parser, recorder, good_stream ().bytes, 0)));
  fail_unless (bool (parser->finish (recorder)));
  fail_unless_equals_int (recorder.frames.size (), 7);
  fail_unless_equals_int (recorder.segments.size (), 1);
}
GST_END_TEST

// Whole and in pieces give the same, be it good or bad.
static void
try_stream (const Bytes &bytes)
{
  ParseRecorder whole, pieces;
  Result<> one = parse (whole, bytes), two = parse (pieces, bytes, 77);
  fail_unless (bool (one) == bool (two));
  if (!one)
    fail_unless (one.error ().message == two.error ().message, "%s / %s",
        one.error ().message.c_str (), two.error ().message.c_str ());
  fail_unless (whole.frames == pieces.frames);
  fail_unless (whole.frames.size () < 100);
}

GST_START_TEST (any_byte_may_be_broken)
{
  Bytes bytes = good_stream ().bytes;
  for (size_t i = 0; i < bytes.size (); i++)
    for (uint8_t value : {uint8_t (0), uint8_t (0xff), uint8_t (bytes[i] + 1),
             uint8_t (bytes[i] ^ 0x40)}) {
      Bytes broken = bytes;
      broken[i] = value;
      try_stream (broken);
    }
}
GST_END_TEST

GST_START_TEST (packets_may_be_missing_or_moved)
{
  MpegtsWriter ts = good_stream ();
  size_t count = ts.bytes.size () / 188;
  for (size_t from = 0; from < count; from++)
    for (size_t to = from; to <= count; to++) {
      Bytes broken = ts.packets (0, from), rest = ts.packets (to);
      broken.insert (broken.end (), rest.begin (), rest.end ());
      try_stream (broken);
      rest = ts.packets (from, to);
      broken.insert (broken.end (), rest.begin (), rest.end ());
      try_stream (broken);
    }
}
GST_END_TEST

static Suite *
parser_mpegts_errors_suite ()
{
  Suite *suite = suite_create ("mse/parser-mpegts-errors");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, the_good_stream_is_good);
  tcase_add_test (tcase, what_is_no_packet_is_an_error);
  tcase_add_test (tcase, damage_is_an_error);
  tcase_add_test (tcase, one_program_alone);
  tcase_add_test (tcase, media_needs_tables);
  tcase_add_test (tcase, tables_come_within_a_second);
  tcase_add_test (tcase, what_came_before_tables_is_held_to_them);
  tcase_add_test (tcase, a_pes_packet_has_a_pts);
  tcase_add_test (tcase, the_clock_comes_before_media);
  tcase_add_test (tcase, cut_off_pes_packets_are_an_error);
  tcase_add_test (tcase, cut_off_sections_are_an_error);
  tcase_add_test (tcase, packets_sent_twice_are_read_once);
  tcase_add_test (tcase, streams_are_what_the_pmt_says);
  tcase_add_test (tcase, frames_before_an_error_count);
  tcase_add_test (tcase, any_byte_may_be_broken);
  tcase_add_test (tcase, packets_may_be_missing_or_moved);
  return suite;
}
GST_CHECK_MAIN (parser_mpegts_errors)
