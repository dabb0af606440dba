// SPDX-License-Identifier: LGPL-2.1-or-later
// Programs, their streams and times, as no muxer makes them.
#include "mse/mpegts-timeline.hh"
#include "support/check.hh"
#include "support/mpegts-writer.hh"
#include "support/parse-recorder.hh"

#include <string>

using namespace webmedia;
using namespace webmedia::mse;

using Bytes = std::vector<uint8_t>;

static constexpr uint16_t kVideo = MpegtsWriter::kVideoPid;
static constexpr uint16_t kAudio = MpegtsWriter::kAudioPid;
static constexpr int64_t kRollover = int64_t (1) << 33;
static constexpr int64_t kFrame = 3600; // of 25 a second, in ticks
static constexpr int64_t kSound = 1920; // of 1024 samples at 48 kHz

static Time
time_of (int64_t ticks)
{
  return ticks_to_time (ticks, kMpegtsClock);
}

// One parser that is fed piece by piece.
struct Feed {
  std::unique_ptr<ByteStreamParser> parser = make_mpegts_parser ();
  ByteQueue queue;
  ParseRecorder recorder;

  void append (const Bytes &bytes)
  {
    expect_ok (parse_more (*parser, queue, recorder, bytes, 0));
  }
  void finish () { expect_ok (parser->finish (recorder)); }
  AppendState state () const { return parser->state (); }
  static void expect_ok (const Result<> &result)
  {
    fail_unless (
        bool (result), "%s", result ? "" : result.error ().message.c_str ());
  }
};

static ParseRecorder
parse (const Bytes &bytes)
{
  Feed feed;
  feed.append (bytes);
  feed.finish ();
  return std::move (feed.recorder);
}

static Bytes
join (const Bytes &a, const Bytes &b)
{
  Bytes both = a;
  both.insert (both.end (), b.begin (), b.end ());
  return both;
}

GST_START_TEST (the_state_is_exact)
{
  MpegtsWriter ts;
  ts.begin ({{0x0f, kAudio}}).audio (0, adts_frame (100));
  fail_unless_equals_int (ts.bytes.size (), 188 * 4);
  Feed feed;
  fail_unless (feed.state () == AppendState::waiting_for_segment);
  feed.append ({ts.bytes[0]});
  fail_unless (feed.state () == AppendState::parsing_init_segment);
  feed.append ({ts.bytes.begin () + 1, ts.bytes.end () - 1});
  fail_unless (feed.state () == AppendState::parsing_init_segment);
  fail_unless (feed.recorder.segments.empty ());
  feed.append ({ts.bytes.back ()});
  fail_unless (feed.state () == AppendState::waiting_for_segment);
  fail_unless_equals_string (feed.recorder.order.c_str (), "imf");
  // Sound says how long it lasts; a picture waits for the next one.
  ts.bytes.clear ();
  ts.audio (kSound, adts_frame (300));
  feed.append (ts.packets (0, 1));
  fail_unless (feed.state () == AppendState::parsing_media_segment);
  feed.append (ts.packets (1));
  fail_unless (feed.state () == AppendState::waiting_for_segment);

  Feed pictures;
  pictures.append (MpegtsWriter ()
                       .begin ({{0x1b, kVideo}})
                       .video (0, 0, h264_picture ('I'))
                       .video (kFrame, kFrame, h264_picture ('P'))
                       .bytes);
  fail_unless (pictures.state () == AppendState::parsing_media_segment);
  pictures.parser->reset ();
  fail_unless (pictures.state () == AppendState::waiting_for_segment);
}
GST_END_TEST

GST_START_TEST (what_is_no_sound_nor_picture_is_ignored)
{
  // Metadata, private data, sections; null packets and other tables.
  MpegtsWriter ts;
  ts.packet (0x11, true, reinterpret_cast<const uint8_t *> ("\0\x42"), 2)
      .begin ({{0x0f, kAudio}, {0x15, 0x102}, {0x06, 0x103}, {0x86, 0x104}})
      .pes (0x102, {.pts = 0, .stream_id = 0xbd}, {'I', 'D', '3'})
      .packet (0x1fff, false, ts.bytes.data (), 184)
      .audio (0, adts_frame (9));
  ParseRecorder recorder = parse (ts.bytes);
  fail_unless_equals_int (recorder.segments[0].tracks.size (), 1);
  fail_unless_equals_int (recorder.segments[0].unsupported.size (), 0);
  fail_unless_equals_int (recorder.frames.size (), 1);

  // MPEG-2 video, AAC in LATM, DTS, and Opus by its registration.
  recorder = parse (MpegtsWriter ()
                        .begin ({{0x02, 0x200}, {0x11, 0x201}, {0x82, 0x202},
                            {0x06, 0x203, {5, 4, 'O', 'p', 'u', 's'}}})
                        .bytes);
  fail_unless_equals_int (recorder.segments.size (), 1);
  fail_unless (recorder.segments[0].unsupported
               == (std::vector<std::string>{"MPEG-2 video (stream type 0x02)",
                   "AAC in LATM (stream type 0x11)", "DTS (stream type 0x82)",
                   "stream type 0x06"}));
}
GST_END_TEST

GST_START_TEST (tracks_have_an_id_and_a_language)
{
  ParseRecorder recorder =
      parse (MpegtsWriter ()
                 .begin ({{0x0f, kAudio, {10, 4, 'd', 'e', 'u', 0}},
                     {0x0f, 0x300, {10, 4, 'u', 'n', 'd', 0}},
                     {0x06, 0x301, {0x6a, 1, 0, 10, 4, 'g', 's', 'w', 0}},
                     {0x06, 0x302, {5, 4, 'E', 'A', 'C', '3'}}})
                 .audio (0, adts_frame (9))
                 .bytes);
  const auto &tracks = recorder.segments[0].tracks;
  fail_unless_equals_int (tracks.size (), 4);
  fail_unless_equals_int (tracks[0].id, kAudio);
  fail_unless_equals_string (tracks[0].language.c_str (), "de");
  fail_unless_equals_string (tracks[1].language.c_str (), "");
  fail_unless_equals_string (tracks[2].language.c_str (), "gsw");
  fail_unless_equals_string (tracks[2].codec.c_str (), "ac-3");
  fail_unless_equals_string (tracks[3].codec.c_str (), "ec-3");
}
GST_END_TEST

GST_START_TEST (the_first_sound_for_everybody_is_main)
{
  for (uint8_t audio_type = 0; audio_type < 4; audio_type++) {
    ParseRecorder recorder =
        parse (MpegtsWriter ()
                   .begin ({{0x0f, kAudio, {10, 4, 'd', 'e', 'u', audio_type}},
                       {0x0f, 0x300}})
                   .audio (0, adts_frame (9))
                   .bytes);
    const auto &tracks = recorder.segments[0].tracks;
    fail_unless_equals_int (tracks.size (), 2);
    fail_unless_equals_string (
        tracks[0].web_kind.c_str (), audio_type <= 1 ? "main" : "");
    fail_unless_equals_string (tracks[1].web_kind.c_str (), "");
  }
}
GST_END_TEST

// A second of sound, from `start` on.
static void
add_sound (MpegtsWriter &ts, int64_t start, int count)
{
  for (int i = 0; i < count; i++)
    ts.audio (start + i * kSound, adts_frame (9, uint8_t (i)));
}

GST_START_TEST (a_silent_stream_is_waited_for_a_second)
{
  MpegtsWriter ts;
  ts.begin ();
  add_sound (ts, 0, 46);
  Feed feed;
  feed.append (ts.bytes);
  fail_unless (feed.recorder.segments.empty ());
  fail_unless (feed.state () == AppendState::parsing_init_segment);
  ts.bytes.clear ();
  add_sound (ts, 46 * kSound, 2);
  feed.append (ts.bytes);
  fail_unless_equals_string (feed.recorder.order.c_str (), "imf");
  fail_unless_equals_int (feed.recorder.frames.size (), 48);
  const auto &video = feed.recorder.segments[0].tracks[0];
  fail_unless_equals_string (video.codec.c_str (), "avc1");
  fail_unless (feed.recorder.configs.empty ());
  // What it is, its first picture tells.
  ts.bytes.clear ();
  ts.video (0, 0, h264_picture ('I'));
  feed.append (ts.bytes);
  feed.finish ();
  fail_unless_equals_int (feed.recorder.configs.size (), 1);
  fail_unless_equals_int (feed.recorder.configs[0].track, 0);
  fail_unless_equals_int (feed.recorder.segments.size (), 1);
}
GST_END_TEST

static gint
width_of (const TrackConfig &config)
{
  gint width = 0;
  gst_structure_get_int (
      gst_caps_get_structure (config.caps.get (), 0), "width", &width);
  return width;
}

GST_START_TEST (what_comes_before_the_tables_is_read_behind_them)
{
  MpegtsWriter media;
  media.video (2 * kFrame, kFrame, h264_picture ('I', 400))
      .audio (kFrame, adts_frame (300, 1))
      .pcr ()
      .audio (kFrame + kSound, adts_frame (100, 2))
      .video (3 * kFrame, 2 * kFrame, h264_picture ('P', 200))
      .video (4 * kFrame, 3 * kFrame, h264_picture ('P', 200));
  Bytes tables = MpegtsWriter ().begin ().bytes;
  ParseRecorder good = parse (join (tables, media.bytes));
  fail_unless_equals_int (good.frames.size (), 5);
  // Behind any packet, so also inside PES packets.
  size_t count = media.bytes.size () / 188;
  for (size_t at = 0; at <= count; at++) {
    ParseRecorder moved =
        parse (join (media.packets (0, at), join (tables, media.packets (at))));
    fail_unless (moved.frames == good.frames, "behind %zu packets", at);
    fail_unless (moved.order == good.order, "behind %zu packets", at);
  }
  // What began before the byte stream did is left out.
  ParseRecorder cut = parse (join (media.packets (1), tables));
  fail_unless_equals_int (cut.frames.size (), 4);
  fail_unless (!cut.frames[0].keyframe || cut.frames[0].track == 1);
}
GST_END_TEST

GST_START_TEST (abort_forgets_what_came_before_the_tables)
{
  Feed feed;
  feed.append (MpegtsWriter ().audio (0, adts_frame (9)).bytes);
  fail_unless (feed.state () == AppendState::parsing_init_segment);
  feed.parser->reset ();
  fail_unless (feed.state () == AppendState::waiting_for_segment);
  feed.append (MpegtsWriter ()
                   .begin ({{0x0f, kAudio}})
                   .audio (kSound, adts_frame (9))
                   .bytes);
  fail_unless_equals_int (feed.recorder.frames.size (), 1);
  fail_unless_equals_int64 (feed.recorder.frames[0].pts, time_of (kSound));
}
GST_END_TEST

GST_START_TEST (another_parameter_set_is_another_configuration)
{
  MpegtsWriter ts;
  ts.begin ({{0x1b, kVideo}});
  int64_t at = 0;
  for (unsigned width : {20u, 20u, 40u, 20u})
    for (char type : {'I', 'P'}) {
      ts.video (at, at, h264_picture (type, 40, width));
      at += kFrame;
    }
  ParseRecorder recorder = parse (ts.bytes);
  fail_unless_equals_int (recorder.frames.size (), 8);
  fail_unless_equals_int (recorder.segments.size (), 1);
  fail_unless_equals_int (
      width_of (*recorder.segments[0].tracks[0].config), 320);
  fail_unless_equals_int (recorder.configs.size (), 2);
  fail_unless_equals_int (width_of (*recorder.configs[0].config), 640);
  fail_unless_equals_int (width_of (*recorder.configs[1].config), 320);
}
GST_END_TEST

GST_START_TEST (another_pmt_is_another_initialization_segment)
{
  MpegtsWriter ts;
  ts.begin ({{0x0f, kAudio}}).audio (0, adts_frame (9));
  // The same under another version, and for later.
  ts.pat ().pmt ({{0x0f, kAudio}}, kVideo, 1).audio (kSound, adts_frame (9));
  Feed feed;
  feed.append (ts.bytes);
  fail_unless_equals_string (feed.recorder.order.c_str (), "imf");
  // A stream more. The sound goes on in the middle of a PES packet.
  ts.bytes.clear ();
  ts.audio (2 * kSound, adts_frame (300));
  Bytes sound = ts.bytes;
  ts.bytes.clear ();
  ts.pmt ({{0x1b, kVideo}, {0x0f, kAudio}}, kVideo, 2);
  Bytes pmt = ts.bytes;
  ts.bytes.clear ();
  ts.video (0, 0, h264_picture ('I'));
  ts.video (kFrame, kFrame, h264_picture ('P'));
  feed.append ({sound.begin (), sound.begin () + 188});
  feed.append (pmt);
  feed.append ({sound.begin () + 188, sound.end ()});
  feed.append (ts.bytes);
  feed.finish ();
  fail_unless_equals_string (feed.recorder.order.c_str (), "imfimf");
  fail_unless_equals_int (feed.recorder.segments[1].tracks.size (), 2);
  fail_unless_equals_int (feed.recorder.frames.size (), 5);
  // The sound is the second track now.
  fail_unless_equals_int (feed.recorder.frames[2].track, 1);
  fail_unless_equals_int (feed.recorder.frames[2].bytes.size (), 300);
  fail_unless (feed.recorder.configs.empty ());
}
GST_END_TEST

GST_START_TEST (entry_points_are_random_access_points)
{
  struct {
    char type;
    bool random_access;
    bool keyframe;
  } cases[] = {{'I', false, true}, {'P', false, false}, {'i', false, false},
      {'i', true, true}, {'R', false, true}, {'r', false, true},
      {'G', false, false}, {'G', true, false}, {'P', true, false}};
  MpegtsWriter ts;
  ts.begin ({{0x1b, kVideo}});
  int64_t at = 0;
  for (const auto &c : cases) {
    ts.pes (kVideo, {.pts = at, .random_access = c.random_access},
        h264_picture (c.type));
    at += kFrame;
  }
  ParseRecorder recorder = parse (ts.bytes);
  fail_unless_equals_int (recorder.frames.size (), G_N_ELEMENTS (cases));
  for (size_t i = 0; i < recorder.frames.size (); i++)
    fail_unless (
        recorder.frames[i].keyframe == cases[i].keyframe, "case %zu", i);
}
GST_END_TEST

GST_START_TEST (a_picture_lasts_until_the_next_one)
{
  MpegtsWriter ts;
  ts.begin ({{0x1b, kVideo}});
  // With B-frames in between, an uneven one, a jump, and the end.
  struct {
    int64_t pts, dts, duration;
  } frames[] = {{7200, 0, 3600}, {18000, 3600, 3600}, {10800, 7200, 9000},
      {19800, 16200, 3600}, {23400, 19800, 3600}, {900000, 900000, 3600}};
  for (const auto &frame : frames)
    ts.video (frame.pts, frame.dts, h264_picture ('I'));
  ParseRecorder recorder = parse (ts.bytes);
  fail_unless_equals_int (recorder.frames.size (), 6);
  for (size_t i = 0; i < 6; i++) {
    const RecordedFrame &frame = recorder.frames[i];
    fail_unless_equals_int64 (frame.pts, time_of (frames[i].pts));
    fail_unless_equals_int64 (frame.dts, time_of (frames[i].dts));
    fail_unless_equals_int64 (frame.duration, time_of (frames[i].duration));
  }
}
GST_END_TEST

GST_START_TEST (sound_may_lie_across_pes_packets)
{
  Bytes one = adts_frame (100, 1), two = adts_frame (200, 2),
        three = adts_frame (50, 3);
  Bytes all = join (join (one, two), three);
  for (size_t cut = 1; cut < all.size (); cut++) {
    ptrdiff_t at = ptrdiff_t (cut);
    int64_t later = cut <= one.size ()                 ? kSound
                    : cut <= one.size () + two.size () ? 2 * kSound
                                                       : 3 * kSound;
    MpegtsWriter ts;
    ts.begin ({{0x0f, kAudio}})
        .audio (0, {all.begin (), all.begin () + at})
        .audio (later, {all.begin () + at, all.end ()});
    ParseRecorder recorder = parse (ts.bytes);
    fail_unless_equals_int (recorder.frames.size (), 3);
    for (int i = 0; i < 3; i++) {
      const RecordedFrame &frame = recorder.frames[size_t (i)];
      fail_unless (frame.bytes[0] == i + 1);
      fail_unless (std::abs (frame.pts - time_of (i * kSound)) <= 1,
          "cut at %zu, frame %d", cut, i);
    }
  }
}
GST_END_TEST

GST_START_TEST (sound_ends_before_a_next_packet_may_begin)
{
  // The muxer rounds times to milliseconds: 21.333 is 21, then 43, 64.
  MpegtsWriter ts;
  ts.begin ({{0x0f, kAudio}});
  static constexpr int64_t starts[] = {0, 21, 43, 64, 85, 107};
  for (int64_t ms : starts)
    ts.audio (ms * 90, adts_frame (9));
  auto frames = parse (ts.bytes).frames;
  for (size_t i = 0; i < frames.size (); i++) {
    fail_unless_equals_int64 (frames[i].pts, time_of (int64_t (i) * kSound));
    // Alone, the next one would begin at its own PTS.
    if (i >= 2 && i + 1 < frames.size ())
      fail_unless (
          frames[i].pts + frames[i].duration <= time_of (starts[i + 1] * 90));
  }
  // One that rounds nothing gives whole durations.
  MpegtsWriter exact;
  exact.begin ({{0x0f, kAudio}});
  add_sound (exact, 0, 10);
  frames = parse (exact.bytes).frames;
  for (size_t i = 0; i < frames.size (); i++)
    fail_unless_equals_int64 (
        frames[i].pts + frames[i].duration, time_of (int64_t (i + 1) * kSound));
}
GST_END_TEST

// An E-AC-3 frame of 6 blocks, 48 kHz, stereo.
static Bytes
eac3_frame (bool dependent, size_t size)
{
  Bytes frame (size, 0x55);
  frame[0] = 0x0b;
  frame[1] = 0x77;
  frame[2] = uint8_t ((dependent ? 0x40 : 0) | (size / 2 - 1) >> 8);
  frame[3] = uint8_t (size / 2 - 1);
  frame[4] = 0x34;
  frame[5] = 16 << 3;
  return frame;
}

GST_START_TEST (dependent_substreams_belong_to_their_frame)
{
  Bytes unit = join (eac3_frame (false, 100), eac3_frame (true, 60));
  ParseRecorder recorder = parse (MpegtsWriter ()
                                      .begin ({{0x87, kAudio}})
                                      .audio (0, join (unit, unit))
                                      .bytes);
  fail_unless_equals_int (recorder.frames.size (), 2);
  fail_unless (recorder.frames[0].bytes == unit);
  fail_unless (recorder.frames[1].bytes == unit);
  fail_unless_equals_int64 (recorder.frames[1].pts, 32 * kMillisecond);
}
GST_END_TEST

GST_START_TEST (a_discontinuity_is_closed)
{
  MpegtsWriter ts;
  ts.begin ({{0x1b, kVideo}});
  for (int64_t i = 0; i < 3; i++)
    ts.video (i * kFrame, i * kFrame, h264_picture ('I'));
  int64_t other = 5'000'000'000;
  ts.pes (kVideo, {.pts = other, .discontinuity = true}, h264_picture ('I'));
  ts.video (other + kFrame, other + kFrame, h264_picture ('P'));
  auto frames = parse (ts.bytes).frames;
  fail_unless_equals_int (frames.size (), 5);
  for (size_t i = 0; i < frames.size (); i++)
    fail_unless_equals_int64 (frames[i].pts, time_of (int64_t (i) * kFrame));
}
GST_END_TEST

GST_START_TEST (abort_and_an_offset_forget_the_rollover)
{
  MpegtsWriter ts;
  ts.begin ({{0x0f, kAudio}})
      .audio (kRollover - kSound, adts_frame (9))
      .audio (0, adts_frame (9));
  Feed feed;
  feed.append (ts.bytes);
  fail_unless_equals_int64 (
      feed.recorder.frames.back ().pts, time_of (kRollover));
  auto next = [&] {
    ts.bytes.clear ();
    ts.pcr ().audio (kSound, adts_frame (9));
    feed.append (ts.bytes);
    return feed.recorder.frames.back ().pts;
  };
  fail_unless_equals_int64 (next (), time_of (kRollover + kSound));
  feed.parser->restart_timeline ();
  fail_unless_equals_int64 (next (), time_of (kSound));
  feed.append (MpegtsWriter ()
                   .audio (kRollover - 1, adts_frame (9))
                   .audio (0, adts_frame (9))
                   .bytes);
  feed.parser->reset ();
  fail_unless_equals_int64 (next (), time_of (kSound));
}
GST_END_TEST

GST_START_TEST (only_the_end_completes_a_packet_of_unknown_length)
{
  // 19 bytes of PES header with both times: the last one fills its packet.
  Bytes picture = h264_picture ('P');
  Bytes exact = h264_picture ('P', 184 - 19 - (picture.size () - 40));
  for (bool full : {false, true}) {
    MpegtsWriter ts;
    ts.begin ({{0x1b, kVideo}})
        .video (7200, 3600, h264_picture ('I'))
        .video (10800, 7200, full ? exact : picture);
    // drain() cannot know whether more would have come.
    Feed feed;
    feed.append (ts.bytes);
    Feed::expect_ok (feed.parser->drain (feed.recorder));
    fail_unless_equals_int (feed.recorder.frames.size (), full ? 1 : 2);
    fail_unless_equals_int (parse (ts.bytes).frames.size (), 2);
  }
  // One that says its length and has less is never complete.
  MpegtsWriter ts;
  ts.begin ({{0x0f, kAudio}}).audio (0, adts_frame (300));
  fail_unless_equals_int (parse (ts.packets (0, 4)).frames.size (), 0);
}
GST_END_TEST

static Suite *
parser_mpegts_program_suite ()
{
  Suite *suite = suite_create ("mse/parser-mpegts-program");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, the_state_is_exact);
  tcase_add_test (tcase, what_is_no_sound_nor_picture_is_ignored);
  tcase_add_test (tcase, tracks_have_an_id_and_a_language);
  tcase_add_test (tcase, the_first_sound_for_everybody_is_main);
  tcase_add_test (tcase, a_silent_stream_is_waited_for_a_second);
  tcase_add_test (tcase, what_comes_before_the_tables_is_read_behind_them);
  tcase_add_test (tcase, abort_forgets_what_came_before_the_tables);
  tcase_add_test (tcase, another_parameter_set_is_another_configuration);
  tcase_add_test (tcase, another_pmt_is_another_initialization_segment);
  tcase_add_test (tcase, entry_points_are_random_access_points);
  tcase_add_test (tcase, a_picture_lasts_until_the_next_one);
  tcase_add_test (tcase, sound_may_lie_across_pes_packets);
  tcase_add_test (tcase, sound_ends_before_a_next_packet_may_begin);
  tcase_add_test (tcase, dependent_substreams_belong_to_their_frame);
  tcase_add_test (tcase, a_discontinuity_is_closed);
  tcase_add_test (tcase, abort_and_an_offset_forget_the_rollover);
  tcase_add_test (tcase, only_the_end_completes_a_packet_of_unknown_length);
  return suite;
}
GST_CHECK_MAIN (parser_mpegts_program)
