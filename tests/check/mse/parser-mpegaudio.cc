// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/check.hh"
#include "support/ffprobe-packets.hh"
#include "support/parse-recorder.hh"

#include <algorithm>

using namespace webmedia;
using namespace webmedia::mse;
using namespace std::string_literals;

using Bytes = std::vector<uint8_t>;

static const struct {
  const char *name;
  bool adts;
  uint32_t rate;
  uint32_t samples;
} files[] = {
    {"adts.aac", true, 48000, 1024},
    {"adts-id3.aac", true, 48000, 1024},
    {"cbr.mp3", false, 44100, 1152},
    {"xing.mp3", false, 44100, 1152},
};

static std::unique_ptr<ByteStreamParser>
make (bool adts)
{
  return adts ? make_aac_parser () : make_mpeg_parser ();
}

static void
expect_ok (const Result<> &result)
{
  fail_unless (
      bool (result), "%s", result ? "" : result.error ().message.c_str ());
}

static void
expect_error (const Result<> &result, const char *word)
{
  fail_unless (!result);
  fail_unless (result.error ().code == ErrorCode::decode);
  fail_unless (result.error ().message.find (word) != std::string::npos, "%s",
      result.error ().message.c_str ());
}

GST_START_TEST (every_frame_is_the_one_that_ffprobe_finds)
{
  const auto &file = files[__i__];
  Bytes bytes = read_media (file.name);
  std::vector<ProbedPacket> packets =
      ffprobe_packets (file.name, 0, file.adts ? "aac" : "mp3");
  ParseRecorder recorder;
  expect_ok (parse_all (*make (file.adts), recorder, bytes, 0));
  fail_unless (packets.size () > 300);
  fail_unless_equals_int (recorder.frames.size (), packets.size ());
  fail_unless_equals_int (recorder.segments.size (), 1);
  fail_unless_equals_int (recorder.media_segments, 1);

  auto from = bytes.begin ();
  for (size_t i = 0; i < packets.size (); i++) {
    const RecordedFrame &frame = recorder.frames[i];
    // Ours begin after the ADTS header.
    Bytes whole = frame.bytes;
    if (file.adts) {
      auto at = std::search (
          from, bytes.end (), frame.bytes.begin (), frame.bytes.end ());
      whole.insert (whole.begin (), at - 7, at);
      from = at + ptrdiff_t (frame.bytes.size ());
    }
    fail_unless_equals_int (whole.size (), packets[i].size);
    fail_unless (md5_of (whole) == packets[i].md5, "frame %zu", i);
    Time pts = ticks_to_time (int64_t (i) * file.samples, file.rate);
    fail_unless_equals_int64 (frame.pts, pts);
    fail_unless_equals_int64 (frame.dts, pts);
    fail_unless_equals_int64 (frame.pts + frame.duration,
        ticks_to_time (int64_t (i + 1) * file.samples, file.rate));
    fail_unless (frame.keyframe);
  }
}
GST_END_TEST

GST_START_TEST (any_chunking_gives_the_same)
{
  const auto &file = files[__i__];
  Bytes bytes = read_media (file.name);
  ParseRecorder whole;
  expect_ok (parse_all (*make (file.adts), whole, bytes, 0));
  for (size_t chunk : kChunkSizes) {
    ParseRecorder pieces;
    auto parser = make (file.adts);
    expect_ok (parse_all (*parser, pieces, bytes, chunk));
    fail_unless (pieces.frames == whole.frames, "chunks of %zu", chunk);
    fail_unless_equals_int (pieces.segments.size (), 1);
    fail_unless (parser->state () == AppendState::waiting_for_segment);
  }
}
GST_END_TEST

// An ADTS frame of 48 kHz, AAC-LC.
static Bytes
adts_frame (unsigned payload, unsigned channels = 2, bool crc = false,
    unsigned raw_blocks = 1)
{
  unsigned size = payload + (crc ? 9 : 7);
  Bytes frame{0xff, uint8_t (crc ? 0xf0 : 0xf1),
      uint8_t (0x40 | 3 << 2 | channels >> 2),
      uint8_t ((channels & 3) << 6 | size >> 11), uint8_t (size >> 3),
      uint8_t ((size & 7) << 5 | 0x1f), uint8_t (0xfc | (raw_blocks - 1))};
  frame.resize (size, 0xab);
  for (unsigned i = 0; i < payload; i++)
    frame[size - payload + i] = uint8_t (i);
  return frame;
}

// A frame of layer III, 128 kbit/s, 44.1 kHz: 417 bytes.
static Bytes
mp3_frame (bool mono = false)
{
  Bytes frame (417);
  frame[0] = 0xff;
  frame[1] = 0xfb;
  frame[2] = 0x90;
  frame[3] = mono ? 0xc0 : 0x40;
  return frame;
}

static Bytes
join (std::initializer_list<Bytes> parts)
{
  Bytes all;
  for (const Bytes &part : parts)
    all.insert (all.end (), part.begin (), part.end ());
  return all;
}

static Bytes
bytes_of (const std::string &text)
{
  return {text.begin (), text.end ()};
}

static const std::string id3v2 = "ID3\4\0\0\0\0\1\0"s + std::string (128, 'x');
static const std::string id3v2_footer =
    "ID3\4\0\x10\0\0\0\3abc3DI\4\0\x10\0\0\0\3"s;
static const std::string id3v1 = "TAG" + std::string (125, '\xff');
static const std::string ape = "APETAGEX\xd0\7\0\0\x23\0\0\0\1\0\0\0\0\0\0\xa0"s
                               + std::string (8 + 3, '\0')
                               + "APETAGEX\xd0\7\0\0\x23\0\0\0\1\0\0\0\0\0\0"
                                 "\x80"s
                               + std::string (8, '\0');
static const std::string icecast = "ICY 200 OK\r\nicy-name:x\r\n\r\n";

GST_START_TEST (metadata_may_lie_before_between_and_after_frames)
{
  size_t chunk = kChunkSizes[__i__];
  for (const std::string &tag : {id3v2, id3v2_footer, id3v1, ape, icecast}) {
    Bytes metadata = bytes_of (tag);
    ParseRecorder recorder;
    auto parser = make_mpeg_parser ();
    expect_ok (parse_all (*parser, recorder,
        join ({metadata, metadata, mp3_frame (), metadata, mp3_frame (),
            metadata}),
        chunk));
    fail_unless_equals_int (recorder.frames.size (), 2);
    fail_unless_equals_int (recorder.segments.size (), 1);
    fail_unless (parser->state () == AppendState::waiting_for_segment);

    ParseRecorder aac;
    expect_ok (parse_all (*make_aac_parser (), aac,
        join ({metadata, adts_frame (9), metadata, adts_frame (9)}), chunk));
    fail_unless_equals_int (aac.frames.size (), 2);
  }
}
GST_END_TEST

GST_START_TEST (the_state_follows_header_and_frame)
{
  Bytes frame = adts_frame (20);
  auto parser = make_aac_parser ();
  ParseRecorder recorder;
  ByteQueue queue;
  auto append = [&] (size_t from, size_t to) {
    expect_ok (parse_more (*parser, queue, recorder,
        {frame.begin () + ptrdiff_t (from), frame.begin () + ptrdiff_t (to)},
        0));
  };
  append (0, 1);
  fail_unless (parser->state () == AppendState::parsing_init_segment);
  append (1, 7);
  fail_unless (parser->state () == AppendState::parsing_media_segment);
  fail_unless_equals_string (recorder.order.c_str (), "im");
  append (7, 26);
  fail_unless (parser->state () == AppendState::parsing_media_segment);
  fail_unless (recorder.frames.empty ());
  append (26, 27);
  fail_unless (parser->state () == AppendState::waiting_for_segment);
  fail_unless_equals_string (recorder.order.c_str (), "imf");
  append (0, 27);
  fail_unless_equals_string (recorder.order.c_str (), "imfmf");
}
GST_END_TEST

GST_START_TEST (other_headers_are_other_init_segments)
{
  ParseRecorder recorder;
  expect_ok (parse_all (*make_mpeg_parser (), recorder,
      join ({mp3_frame (), mp3_frame (), mp3_frame (true), mp3_frame (true)}),
      0));
  fail_unless_equals_string (recorder.order.c_str (), "imfimf");
  fail_unless_equals_int (recorder.segments.size (), 2);
  fail_unless_equals_int64 (recorder.frames[3].pts,
      ticks_to_time (2 * 1152, 44100) + ticks_to_time (1152, 44100));
}
GST_END_TEST

GST_START_TEST (reset_starts_time_over_and_keeps_the_config)
{
  auto parser = make_mpeg_parser ();
  ParseRecorder recorder;
  Bytes half = mp3_frame ();
  half.resize (100);
  expect_ok (parse_all (*parser, recorder, join ({mp3_frame (), half}), 0));
  parser->reset ();
  fail_unless (parser->state () == AppendState::waiting_for_segment);
  expect_ok (parse_all (*parser, recorder, mp3_frame (), 0));
  fail_unless_equals_int (recorder.segments.size (), 1);
  fail_unless_equals_int (recorder.frames.size (), 2);
  fail_unless_equals_int64 (recorder.frames[1].pts, 0);
}
GST_END_TEST

GST_START_TEST (seek_tables_are_not_played)
{
  struct {
    size_t offset;
    const char *magic;
    bool mono;
  } cases[] = {{36, "Xing", false}, {36, "Info", false}, {21, "Xing", true},
      {36, "VBRI", true}};
  for (const auto &c : cases) {
    Bytes table = mp3_frame (c.mono);
    memcpy (table.data () + c.offset, c.magic, 4);
    ParseRecorder recorder;
    expect_ok (parse_all (
        *make_mpeg_parser (), recorder, join ({table, mp3_frame (c.mono)}), 0));
    fail_unless_equals_int (recorder.frames.size (), 1);
    fail_unless_equals_int64 (recorder.frames[0].pts, 0);
  }
}
GST_END_TEST

GST_START_TEST (layers_and_versions_have_their_sizes)
{
  struct {
    uint8_t header[4];
    uint32_t size;
    uint32_t samples;
    uint32_t rate;
  } cases[] = {
      {{0xff, 0xff, 0xc4, 0x00}, 384 / 8 * 384000 / 48000, 384, 48000},
      {{0xff, 0xfd, 0xa4, 0x00}, 144 * 192000 / 48000, 1152, 48000},
      {{0xff, 0xfb, 0x92, 0x00}, 144 * 128000 / 44100 + 1, 1152, 44100},
      {{0xff, 0xf3, 0x84, 0xc0}, 72 * 64000 / 24000, 576, 24000},
      {{0xff, 0xe3, 0x88, 0xc0}, 72 * 64000 / 8000, 576, 8000},
      {{0xff, 0xf5, 0x80, 0xc0}, 144 * 64000 / 22050, 1152, 22050},
  };
  for (const auto &c : cases) {
    Bytes frame (c.header, c.header + 4);
    frame.resize (c.size);
    ParseRecorder recorder;
    expect_ok (
        parse_all (*make_mpeg_parser (), recorder, join ({frame, frame}), 0));
    fail_unless_equals_int (recorder.frames.size (), 2);
    fail_unless_equals_int (recorder.frames[0].bytes.size (), c.size);
    fail_unless_equals_int64 (
        recorder.frames[1].pts, ticks_to_time (c.samples, c.rate));
  }
}
GST_END_TEST

static const GstStructure *
caps_of (const ParseRecorder &recorder)
{
  return gst_caps_get_structure (
      recorder.segments.back ().tracks[0].config->caps.get (), 0);
}

GST_START_TEST (adts_becomes_raw_where_raw_can_say_it)
{
  ParseRecorder recorder;
  expect_ok (parse_all (*make_aac_parser (), recorder,
      join ({adts_frame (9), adts_frame (9, 2, true)}), 0));
  fail_unless_equals_int (recorder.segments.size (), 1);
  fail_unless_equals_string (
      recorder.segments[0].tracks[0].codec.c_str (), "mp4a.40.2");
  fail_unless_equals_string (
      gst_structure_get_string (caps_of (recorder), "stream-format"), "raw");
  const GValue *codec_data =
      gst_structure_get_value (caps_of (recorder), "codec_data");
  uint8_t config[2];
  gst_buffer_extract (gst_value_get_buffer (codec_data), 0, config, 2);
  fail_unless (config[0] == 0x11 && config[1] == 0x90);
  // Without the header, and without the CRC.
  for (const RecordedFrame &frame : recorder.frames) {
    fail_unless_equals_int (frame.bytes.size (), 9);
    fail_unless_equals_int (frame.bytes[8], 8);
  }
}
GST_END_TEST

GST_START_TEST (adts_stays_adts_where_raw_cannot_say_it)
{
  for (const Bytes &frame : {adts_frame (9, 0), adts_frame (9, 2, false, 4)}) {
    ParseRecorder recorder;
    expect_ok (parse_all (*make_aac_parser (), recorder, frame, 0));
    fail_unless_equals_string (
        gst_structure_get_string (caps_of (recorder), "stream-format"), "adts");
    fail_unless (recorder.frames[0].bytes == frame);
  }
  ParseRecorder recorder;
  expect_ok (parse_all (
      *make_aac_parser (), recorder, adts_frame (9, 2, false, 4), 0));
  fail_unless_equals_int64 (
      recorder.frames[0].duration, ticks_to_time (4096, 48000));
}
GST_END_TEST

GST_START_TEST (what_is_no_frame_is_an_error)
{
  Bytes garbage = bytes_of ("garbage in place of a frame");
  for (bool adts : {false, true}) {
    Bytes frame = adts ? adts_frame (9) : mp3_frame ();
    ParseRecorder recorder;
    expect_error (parse_all (*make (adts), recorder, garbage, 0), "byte 0");
    expect_error (
        parse_all (*make (adts), recorder, join ({frame, garbage}), 0),
        "no frame and no metadata");
    // What came before the error counts.
    fail_unless_equals_int (recorder.frames.size (), 1);
  }
  ParseRecorder recorder;
  expect_error (
      parse_all (*make_mpeg_parser (), recorder, adts_frame (9), 0), "MPEG");
  expect_error (
      parse_all (*make_aac_parser (), recorder, mp3_frame (), 0), "ADTS");
  Bytes short_frame = adts_frame (9);
  short_frame[3] = 0x80;
  short_frame[4] = 0;
  expect_error (
      parse_all (*make_aac_parser (), recorder, short_frame, 0), "shorter");
  Bytes free_format = mp3_frame ();
  free_format[2] = 0;
  expect_error (parse_all (*make_mpeg_parser (), recorder, free_format, 0),
      "free format");
}
GST_END_TEST

GST_START_TEST (damage_is_an_error_or_other_frames)
{
  const auto &file = files[__i__];
  GRand *random = g_rand_new_with_seed (guint32 (__i__));
  Bytes bytes = read_media (file.name);
  bytes.resize (20000);
  for (unsigned round = 0; round < 300; round++) {
    Bytes damaged = bytes;
    for (unsigned flips = 1 + round % 8; flips > 0; flips--)
      damaged[size_t (g_rand_int_range (random, 0, 20000))] =
          uint8_t (g_rand_int (random));
    ParseRecorder recorder;
    auto parser = make (file.adts);
    auto result = parse_all (
        *parser, recorder, damaged, kChunkSizes[1 + unsigned (round) % 4]);
    if (!result)
      expect_error (result, "MPEG audio");
    parser->reset ();
  }
  g_rand_free (random);
}
GST_END_TEST

static Suite *
parser_mpegaudio_suite ()
{
  Suite *suite = suite_create ("mse/parser-mpegaudio");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, every_frame_is_the_one_that_ffprobe_finds, 0,
      G_N_ELEMENTS (files));
  tcase_add_loop_test (
      tcase, any_chunking_gives_the_same, 0, G_N_ELEMENTS (files));
  tcase_add_loop_test (tcase, metadata_may_lie_before_between_and_after_frames,
      0, G_N_ELEMENTS (kChunkSizes));
  tcase_add_test (tcase, the_state_follows_header_and_frame);
  tcase_add_test (tcase, other_headers_are_other_init_segments);
  tcase_add_test (tcase, reset_starts_time_over_and_keeps_the_config);
  tcase_add_test (tcase, seek_tables_are_not_played);
  tcase_add_test (tcase, layers_and_versions_have_their_sizes);
  tcase_add_test (tcase, adts_becomes_raw_where_raw_can_say_it);
  tcase_add_test (tcase, adts_stays_adts_where_raw_cannot_say_it);
  tcase_add_test (tcase, what_is_no_frame_is_an_error);
  tcase_add_loop_test (
      tcase, damage_is_an_error_or_other_frames, 0, G_N_ELEMENTS (files));
  return suite;
}
GST_CHECK_MAIN (parser_mpegaudio)
