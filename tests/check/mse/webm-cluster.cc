// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/webm-cluster.hh"
#include "support/check.hh"
#include "support/parse-recorder.hh"
#include "support/webm-writer.hh"

using namespace webmedia;
using namespace webmedia::mse;

static void
expect_ok (const Result<> &result)
{
  fail_unless (
      bool (result), "%s", result ? "" : result.error ().message.c_str ());
}

// Parses in every chunking, which must agree.
static ParseRecorder
parse (const Bytes &bytes)
{
  ParseRecorder whole;
  expect_ok (parse_all (*make_webm_parser (), whole, bytes, 0));
  for (size_t chunk : kChunkSizes) {
    ParseRecorder pieces;
    expect_ok (parse_all (*make_webm_parser (), pieces, bytes, chunk));
    fail_unless (pieces.frames == whole.frames, "chunks of %zu", chunk);
    fail_unless_equals_int (pieces.media_segments, whole.media_segments);
  }
  return whole;
}

static const Bytes kFrame{1, 2, 3};
static const Bytes kOpus = init_segment ({opus_entry (1)});
static const Bytes kVideo = init_segment ({video_entry (1)});
static const Bytes kBoth = init_segment ({video_entry (1), opus_entry (2)});

GST_START_TEST (every_lacing_gives_its_frames_in_turn)
{
  std::vector<Bytes> frames{opus_packet (5), opus_packet (300),
      opus_packet (255), opus_packet (254), opus_packet (510), opus_packet (2)};
  std::vector<Bytes> equal (7, opus_packet (40));
  struct {
    uint8_t flags;
    Bytes payload;
    const std::vector<Bytes> &frames;
  } cases[] = {
      {0x02, xiph_lace (frames), frames},
      {0x04, fixed_lace (equal), equal},
      {0x06, ebml_lace (frames), frames},
      {0x02, xiph_lace ({frames[0]}), frames},
      {0x06, Bytes (join ({{0}, frames[0]})), frames},
  };
  for (const auto &c : cases) {
    for (bool group : {false, true}) {
      Bytes child = group ? block_group ({block (1, 3, c.flags, c.payload)})
                          : simple_block (1, 3, c.payload, c.flags);
      ParseRecorder recorder = parse (join ({kOpus, cluster (100, {child})}));
      fail_unless (!recorder.frames.empty ());
      for (size_t i = 0; i < recorder.frames.size (); i++) {
        const RecordedFrame &frame = recorder.frames[i];
        fail_unless (frame.bytes == c.frames[i]);
        fail_unless_equals_int64 (
            frame.pts, (103 + 20 * Time (i)) * kMillisecond);
        fail_unless_equals_int64 (frame.duration, 20 * kMillisecond);
        fail_unless (frame.keyframe);
      }
    }
  }
  // The loop above must have seen all.
  ParseRecorder recorder = parse (join (
      {kOpus, cluster (0, {simple_block (1, 0, ebml_lace (frames), 0x06)})}));
  fail_unless_equals_int (recorder.frames.size (), frames.size ());
}
GST_END_TEST

GST_START_TEST (lace_sizes_beyond_the_block_are_an_error)
{
  struct {
    uint8_t flags;
    Bytes payload;
  } cases[] = {
      {0x02, {}},
      {0x02, {1, 4, 0xfc, 0xfc, 0xfc}},
      {0x02, {1, 255, 255}},
      {0x04, {1, 0xfc, 0xfc, 0xfc}},
      {0x06, {1, 0x84, 0xfc}},
      {0x06, {2, 0x81, 0x80, 0xfc, 0xfc}}, // 1 - 63 bytes
      {0x06, {2, 0x81, 0xfe, 0xfc, 0xfc}}, // 1 + 63 bytes
      {0x06, {2, 0x81}},
      {0x06, {1, 0x00, 0xfc}},
  };
  for (const auto &c : cases) {
    ParseRecorder recorder;
    auto result = parse_all (*make_webm_parser (), recorder,
        join ({kOpus, cluster (0, {simple_block (1, 0, c.payload, c.flags)})}),
        0);
    fail_unless (!result);
    fail_unless (
        result.error ().message.find ("laced frames") != std::string::npos,
        "%s", result.error ().message.c_str ());
  }
}
GST_END_TEST

GST_START_TEST (groups_tell_duration_and_keyframe)
{
  ParseRecorder recorder = parse (join ({kVideo,
      cluster (
          0, {block_group ({block (1, 0, 0, kFrame), uint_element (0x9b, 50)}),
                 block_group ({uint_element (0xfb, 50),
                     block (1, 50, 0, kFrame), uint_element (0x75a2, 5),
                     element (0x75a1, kFrame), uint_element (0x9b, 7)}),
                 simple_block (1, 80, kFrame, 0),
                 simple_block (1, 90, kFrame)})}));
  fail_unless_equals_int (recorder.frames.size (), 4);
  fail_unless (recorder.frames[0].keyframe);
  fail_unless_equals_int64 (recorder.frames[0].duration, 50 * kMillisecond);
  fail_unless (!recorder.frames[1].keyframe);
  fail_unless_equals_int64 (recorder.frames[1].duration, 7 * kMillisecond);
  fail_unless (!recorder.frames[2].keyframe);
  fail_unless_equals_int64 (recorder.frames[2].duration, 10 * kMillisecond);
  fail_unless (recorder.frames[3].keyframe);
  fail_unless (recorder.frames[3].bytes == kFrame);
}
GST_END_TEST

GST_START_TEST (a_default_duration_counts_in_whole_ticks)
{
  ParseRecorder recorder = parse (join (
      {init_segment ({video_entry (1, uint_element (0x23e383, 33333333))}),
          cluster (0, {simple_block (1, 0, kFrame)})}));
  fail_unless_equals_int64 (recorder.frames[0].duration, 33 * kMillisecond);
}
GST_END_TEST

GST_START_TEST (without_durations_one_frame_is_held)
{
  auto parser = make_webm_parser ();
  ParseRecorder recorder;
  ByteQueue queue;
  Bytes media =
      cluster (0, {simple_block (1, 0, kFrame), simple_block (1, 33, kFrame),
                      simple_block (1, 67, kFrame)});
  Bytes tail (media.end () - 2, media.end ());
  media.resize (media.size () - 2);
  expect_ok (parse_more (*parser, queue, recorder, join ({kVideo, media}), 1));
  fail_unless_equals_int (recorder.frames.size (), 1);
  fail_unless_equals_int64 (recorder.frames[0].duration, 33 * kMillisecond);
  expect_ok (parse_more (*parser, queue, recorder, tail, 0));
  // The end of the cluster releases the last one, with the least of the
  // distances that differ by rounding.
  fail_unless_equals_int (recorder.frames.size (), 3);
  fail_unless_equals_int64 (recorder.frames[1].duration, 34 * kMillisecond);
  fail_unless_equals_int64 (recorder.frames[2].duration, 33 * kMillisecond);
}
GST_END_TEST

GST_START_TEST (drain_releases_and_reset_drops_what_is_held)
{
  Bytes media = live_cluster (
      0, {simple_block (1, 0, kFrame), simple_block (1, 40, kFrame)});
  auto parser = make_webm_parser ();
  ParseRecorder recorder;
  ByteQueue queue;
  expect_ok (parse_more (*parser, queue, recorder, join ({kVideo, media}), 0));
  fail_unless_equals_int (recorder.frames.size (), 1);
  expect_ok (parser->drain (recorder));
  fail_unless_equals_int (recorder.frames.size (), 2);
  fail_unless_equals_int64 (recorder.frames[1].duration, 40 * kMillisecond);
  expect_ok (parser->drain (recorder));
  fail_unless_equals_int (recorder.frames.size (), 2);

  expect_ok (parse_more (*parser, queue, recorder, media, 0));
  fail_unless_equals_int (recorder.frames.size (), 3);
  parser->reset ();
  queue.clear ();
  expect_ok (parser->drain (recorder));
  fail_unless_equals_int (recorder.frames.size (), 3);
  // The initialization segment is kept.
  expect_ok (parse_more (*parser, queue, recorder, media, 0));
  fail_unless_equals_int (recorder.frames.size (), 4);
}
GST_END_TEST

GST_START_TEST (clusters_of_unknown_size_end_where_others_begin)
{
  Bytes one = live_cluster (0, {simple_block (2, 0, opus_packet (9))});
  Bytes cues = element (0x1c53bb6b, Bytes (40));
  ParseRecorder recorder = parse (join ({kBoth, one, one, cues, one, kBoth, one,
      cluster (5, {}), one, element (0x1043a770, Bytes (3)), one}));
  fail_unless_equals_int (recorder.frames.size (), 6);
  fail_unless_equals_int (recorder.media_segments, 7);
  fail_unless_equals_int (recorder.segments.size (), 2);
}
GST_END_TEST

GST_START_TEST (other_elements_are_ignored)
{
  Bytes void_element = element (0xec, Bytes (300));
  ParseRecorder recorder = parse (join ({kBoth, void_element,
      cluster (0, {void_element, uint_element (0xa7, 5), uint_element (0xab, 5),
                      element (0x5854, {}), element (0xbf, Bytes (4)),
                      simple_block (2, 0, opus_packet (9)), void_element}),
      element (0x1254c367, Bytes (30)), element (0x1c53bb6b, Bytes (30)),
      element (0x1043a770, Bytes (30)), element (0x1941a469, Bytes (30)),
      element (0x114d9b74, Bytes (30)), info (),
      cluster (20, {simple_block (2, 0, opus_packet (9))})}));
  fail_unless_equals_int (recorder.frames.size (), 2);
  fail_unless_equals_int (recorder.media_segments, 2);
}
GST_END_TEST

GST_START_TEST (times_are_signed_ticks_of_the_latest_init)
{
  Bytes media = cluster (10, {simple_block (1, -20, opus_packet (9)),
                                 simple_block (1, 32767, opus_packet (9))});
  ParseRecorder recorder = parse (
      join ({kOpus, media, init_segment ({opus_entry (1)}, 100000), media}));
  fail_unless_equals_int64 (recorder.frames[0].pts, -10 * kMillisecond);
  fail_unless_equals_int64 (recorder.frames[1].pts, 32777 * kMillisecond);
  fail_unless_equals_int64 (recorder.frames[2].pts, -kMillisecond);
  fail_unless_equals_int64 (recorder.frames[3].pts, 3277700 * kMicrosecond);
}
GST_END_TEST

GST_START_TEST (the_state_is_exact)
{
  Bytes media = cluster (0, {simple_block (1, 0, opus_packet (9))});
  auto parser = make_webm_parser ();
  ParseRecorder recorder;
  ByteQueue queue;
  Bytes all = join ({kOpus, media, element (0x1c53bb6b, Bytes (10)), media});
  size_t init_end = kOpus.size ();
  size_t media_end = init_end + media.size ();
  size_t cues_end = media_end + 15;
  for (size_t i = 0; i < all.size (); i++) {
    expect_ok (parse_more (*parser, queue, recorder, {all[i]}, 0));
    size_t seen = i + 1;
    AppendState expected = AppendState::waiting_for_segment;
    if (seen >= 4 && seen < init_end)
      expected = AppendState::parsing_init_segment;
    else if (seen >= init_end + 4 && seen < media_end)
      expected = AppendState::parsing_media_segment;
    else if (seen >= cues_end + 4 && seen < all.size ())
      expected = AppendState::parsing_media_segment;
    fail_unless (parser->state () == expected, "after byte %zu", i);
    fail_unless_equals_int (recorder.segments.size (), seen >= init_end);
  }
  fail_unless_equals_string (recorder.order.c_str (), "imfmf");
}
GST_END_TEST

GST_START_TEST (what_breaks_the_rules_of_clusters_is_an_error)
{
  Bytes opus = opus_packet (9);
  Bytes good = simple_block (2, 5, opus);
  struct {
    Bytes media;
    const char *word;
    size_t frames;
  } cases[] = {
      {element (0x1f43b675, join ({good})), "before the Timecode", 0},
      {cluster (0, {good, timecode (0), good}), "Timecode after", 1},
      {cluster (0, {good, simple_block (2, 4, opus)}), "earlier", 1},
      {cluster (0, {good, simple_block (3, 6, opus)}), "does not exist", 1},
      {cluster (0, {good, element (0xa3, {0x82, 0})}), "without a header", 1},
      {cluster (0, {good, block_group ({uint_element (0x9b, 1)})}),
          "without a Block", 1},
      {cluster (0, {good, element (0xa0, {0xa1, 0x85, 0x82})}), "BlockGroup",
          1},
      {cluster (0, {good, element (0xa3, {0x82, 0, 6, 0x80, 0x03})}),
          "Opus packet", 1},
      {cluster (0, {good, element (0xaf, opus)}), "EncryptedBlock", 1},
      {cluster (0, {good, element (0x1549a966, {})}), "no Cluster holds", 1},
      {cluster (0, {good, element_of_unknown_size (0xa0, {})}), "unknown size",
          1},
      {cluster (0, {good, {0x00, 0x01}}), "no element begins", 1},
      {element (0x1f43b675, join ({timecode (0), {0xa3, 0xff - 1}})),
          "longer than its Cluster", 0},
      {element (0x1f43b675, join ({timecode (0), {0xa3}})),
          "longer than its Cluster", 0},
      {cluster (uint64_t (1) << 60, {good}), "Timecode too large", 0},
      {join ({cluster (0, {good}), bytes_of ("garbage")}), "element", 1},
      {join ({cluster (0, {good}), element (0x18538067, {})}), "no element", 1},
  };
  for (const auto &c : cases) {
    for (size_t chunk : kChunkSizes) {
      ParseRecorder recorder;
      auto parser = make_webm_parser ();
      // Enough to follow for no parse to wait.
      auto result = parse_all (
          *parser, recorder, join ({kBoth, c.media, Bytes (300)}), chunk);
      fail_unless (!result, "%s", c.word);
      fail_unless (result.error ().code == ErrorCode::decode);
      fail_unless (result.error ().message.find (c.word) != std::string::npos,
          "%s: %s", c.word, result.error ().message.c_str ());
      // What came before the error counts.
      fail_unless_equals_int (recorder.frames.size (), c.frames);
    }
  }
}
GST_END_TEST

GST_START_TEST (after_an_error_reset_makes_all_well)
{
  Bytes good = cluster (0, {simple_block (1, 0, opus_packet (9))});
  auto parser = make_webm_parser ();
  ParseRecorder recorder;
  fail_unless (!parse_all (
      *parser, recorder, join ({kOpus, good, bytes_of ("garbage")}), 0));
  parser->reset ();
  expect_ok (parse_all (*parser, recorder, join ({good, kOpus, good}), 0));
  fail_unless_equals_int (recorder.frames.size (), 3);
}
GST_END_TEST

static Suite *
webm_cluster_suite ()
{
  Suite *suite = suite_create ("mse/webm-cluster");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, every_lacing_gives_its_frames_in_turn);
  tcase_add_test (tcase, lace_sizes_beyond_the_block_are_an_error);
  tcase_add_test (tcase, groups_tell_duration_and_keyframe);
  tcase_add_test (tcase, a_default_duration_counts_in_whole_ticks);
  tcase_add_test (tcase, without_durations_one_frame_is_held);
  tcase_add_test (tcase, drain_releases_and_reset_drops_what_is_held);
  tcase_add_test (tcase, clusters_of_unknown_size_end_where_others_begin);
  tcase_add_test (tcase, other_elements_are_ignored);
  tcase_add_test (tcase, times_are_signed_ticks_of_the_latest_init);
  tcase_add_test (tcase, the_state_is_exact);
  tcase_add_test (tcase, what_breaks_the_rules_of_clusters_is_an_error);
  tcase_add_test (tcase, after_an_error_reset_makes_all_well);
  return suite;
}
GST_CHECK_MAIN (webm_cluster)
