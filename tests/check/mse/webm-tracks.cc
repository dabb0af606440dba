// SPDX-License-Identifier: LGPL-2.1-or-later
// Initialization segments: what they say, and what is wrong with them.
#include "mse/webm-tracks.hh"
#include "support/check.hh"
#include "support/parse-recorder.hh"
#include "support/webm-writer.hh"

using namespace webmedia;
using namespace webmedia::mse;
using namespace std::string_literals;

static constexpr uint32_t kSegment = 0x18538067;
static const Bytes kFrame{1, 2, 3};

static InitializationSegment
parse_init (const Bytes &bytes)
{
  ParseRecorder recorder;
  auto result = parse_all (*make_webm_parser (), recorder, bytes, 0);
  fail_unless (
      bool (result), "%s", result ? "" : result.error ().message.c_str ());
  fail_unless_equals_int (recorder.segments.size (), 1);
  return recorder.segments[0];
}

static void
expect_error (const Bytes &bytes, const char *word)
{
  for (size_t chunk : kChunkSizes) {
    ParseRecorder recorder;
    auto result = parse_all (*make_webm_parser (), recorder, bytes, chunk);
    fail_unless (!result, "%s", word);
    fail_unless (result.error ().code == ErrorCode::decode);
    fail_unless (result.error ().message.find (word) != std::string::npos,
        "%s: %s", word, result.error ().message.c_str ());
    fail_unless (recorder.segments.empty ());
  }
}

GST_START_TEST (tracks_have_kind_id_label_and_language)
{
  InitializationSegment segment = parse_init (
      init_segment ({video_entry (7, text_element (0x536e, "angle")),
          opus_entry (3, text_element (0x22b59c, "ger")),
          opus_entry (4, text_element (0x22b59d, "pt-BR")),
          opus_entry (5, text_element (0x22b59c, "und"))}));
  fail_unless_equals_int (segment.tracks.size (), 4);
  fail_unless_equals_int (segment.unsupported.size (), 0);
  fail_unless (segment.duration == kTimeInfinite);
  fail_unless (segment.tracks[0].kind == TrackKind::video);
  fail_unless_equals_int (segment.tracks[0].id, 7);
  fail_unless_equals_string (segment.tracks[0].label.c_str (), "angle");
  fail_unless_equals_string (segment.tracks[0].codec.c_str (), "vp8");
  // Matroska's default.
  fail_unless_equals_string (segment.tracks[0].language.c_str (), "en");
  fail_unless (segment.tracks[1].kind == TrackKind::audio);
  fail_unless_equals_string (segment.tracks[1].language.c_str (), "de");
  fail_unless_equals_string (segment.tracks[2].language.c_str (), "pt-BR");
  fail_unless_equals_string (segment.tracks[3].language.c_str (), "");
}
GST_END_TEST

GST_START_TEST (default_tracks_are_main)
{
  Bytes no = uint_element (0x88, 0), yes = uint_element (0x88, 1);
  InitializationSegment segment =
      parse_init (init_segment ({video_entry (1, no), opus_entry (2),
          opus_entry (3, yes), opus_entry (4, no)}));
  fail_unless_equals_int (segment.tracks.size (), 4);
  fail_unless_equals_string (segment.tracks[0].web_kind.c_str (), "");
  fail_unless_equals_string (segment.tracks[1].web_kind.c_str (), "main");
  fail_unless_equals_string (segment.tracks[2].web_kind.c_str (), "main");
  fail_unless_equals_string (
      segment.tracks[3].web_kind.c_str (), "translation");
}
GST_END_TEST

GST_START_TEST (the_duration_is_in_ticks)
{
  InitializationSegment segment = parse_init (join ({ebml_header (),
      element_of_unknown_size (
          kSegment, join ({info (100000, 25), tracks ({opus_entry (1)})}))}));
  fail_unless_equals_int64 (segment.duration, 2500 * kMicrosecond);
}
GST_END_TEST

GST_START_TEST (codec_private_completes_codec_and_caps)
{
  Bytes features = element (0x63a2, {1, 1, 2, 2, 1, 31, 3, 1, 10, 4, 1, 1});
  Bytes av1c = element (0x63a2, {0x81, 0x04, 0x4c, 0x00, 0x0a, 0x01, 0x00});
  InitializationSegment segment =
      parse_init (init_segment ({video_entry (1, features, "V_VP9"),
          video_entry (2, av1c, "V_AV1"), video_entry (3, {}, "V_VP9")}));
  fail_unless_equals_string (segment.tracks[0].codec.c_str (), "vp09.02.31.10");
  GstStructure *vp9 =
      gst_caps_get_structure (segment.tracks[0].config->caps.get (), 0);
  fail_unless_equals_string (gst_structure_get_string (vp9, "profile"), "2");
  fail_unless_equals_string (segment.tracks[1].codec.c_str (), "av01.0.04M.10");
  GstStructure *av1 =
      gst_caps_get_structure (segment.tracks[1].config->caps.get (), 0);
  fail_unless (gst_structure_has_field (av1, "codec_data"));
  fail_unless_equals_string (segment.tracks[2].codec.c_str (), "vp9");
}
GST_END_TEST

GST_START_TEST (blocks_of_unsupported_tracks_are_ignored)
{
  Bytes subtitle =
      element (0xae, join ({uint_element (0xd7, 9), uint_element (0x83, 0x11),
                         text_element (0x86, "S_TEXT/UTF8")}));
  Bytes h264 = video_entry (2, {}, "V_MPEG4/ISO/AVC");
  ParseRecorder recorder;
  auto result = parse_all (*make_webm_parser (), recorder,
      join ({init_segment ({subtitle, h264, opus_entry (3)}),
          cluster (0, {simple_block (9, 0, kFrame), simple_block (2, 0, kFrame),
                          simple_block (3, 0, opus_packet (4))})}),
      0);
  fail_unless (bool (result));
  fail_unless_equals_int (recorder.segments[0].tracks.size (), 1);
  fail_unless (recorder.segments[0].unsupported
               == (std::vector<std::string>{"S_TEXT/UTF8", "V_MPEG4/ISO/AVC"}));
  fail_unless_equals_int (recorder.frames.size (), 1);
  fail_unless_equals_int (recorder.frames[0].track, 0);
}
GST_END_TEST

GST_START_TEST (elements_around_info_and_tracks_are_ignored)
{
  Bytes void_element = element (0xec, Bytes (70));
  Bytes seek_head = element (0x114d9b74, Bytes (30));
  Bytes tags = element (0x1254c367, Bytes (30));
  Bytes content = join ({void_element, seek_head, info (), tags, void_element,
      tracks ({opus_entry (1)})});
  parse_init (join ({ebml_header (), element (kSegment, content)}));
  parse_init (join ({ebml_header ("matroska"), void_element,
      element_of_unknown_size (kSegment, content)}));
}
GST_END_TEST

GST_START_TEST (what_breaks_the_rules_of_init_segments_is_an_error)
{
  Bytes all_tracks = tracks ({opus_entry (1)});
  Bytes media = cluster (0, {simple_block (1, 0, opus_packet (4))});
  auto segment = [] (const std::vector<Bytes> &parts) {
    return join (
        {ebml_header (), element_of_unknown_size (kSegment, {}), join (parts)});
  };
  expect_error (media, "Cluster before any initialization segment");
  expect_error (element (0xec, Bytes (9)), "no EBML header");
  expect_error (element (kSegment, info ()), "no EBML header");
  expect_error (bytes_of ("\0garbage"s),
      "no element begins at byte 0; are these bytes of the type");
  expect_error (bytes_of ("garbage"), "no EBML header");
  expect_error (join ({ebml_header (), media}), "no Segment follows");
  expect_error (segment ({media}), "without Info and Tracks");
  expect_error (segment ({info (), media}), "without Info and Tracks");
  expect_error (segment ({info (), ebml_header ()}), "without Info and Tracks");
  expect_error (segment ({all_tracks, info ()}), "without Info before it");
  expect_error (segment ({element (0xa3, kFrame)}), "no element of a Segment");
  expect_error (
      segment ({element_of_unknown_size (0x1549a966, {})}), "unknown size");
  expect_error (segment ({info (0)}), "malformed Info");

  Bytes content = join ({info (), all_tracks});
  Bytes small = element (kSegment, Bytes (content.size () - 1));
  small.resize (small.size () - (content.size () - 1));
  expect_error (join ({ebml_header (), small, content}),
      "Segment too small for its Tracks");
  small = element (kSegment, Bytes (5));
  small.resize (small.size () - 5);
  expect_error (join ({ebml_header (), small, content}),
      "Segment too small for its Info");
}
GST_END_TEST

GST_START_TEST (headers_of_other_formats_are_an_error)
{
  expect_error (join ({ebml_header ("webm2"), Bytes (9)}), "DocType");
  auto header = [] (uint32_t id, uint64_t value) {
    return element (0x1a45dfa3,
        join ({text_element (0x4282, "webm"), uint_element (id, value)}));
  };
  expect_error (header (0x42f7, 2), "later version");
  expect_error (header (0x42f2, 5), "later version");
  expect_error (header (0x42f3, 9), "later version");
  expect_error (header (0x4285, 9), "later version");
  expect_error (element (0x1a45dfa3, {0x42, 0x82, 0x90}), "malformed");
}
GST_END_TEST

GST_START_TEST (broken_tracks_are_an_error)
{
  Bytes encodings = element (0x6d80, element (0x6240, {}));
  struct {
    Bytes entry;
    const char *word;
  } cases[] = {
      {opus_entry (1, encodings), "is compressed"},
      {video_entry (0), "no TrackNumber"},
      {element (0xae, {0xd7, 0x85}), "malformed"},
      {element (0xae, join ({uint_element (0xd7, 1), uint_element (0x83, 2),
                          text_element (0x86, "A_OPUS")})),
          "A_OPUS"},
      {element (0xae, join ({uint_element (0xd7, 1), uint_element (0x83, 2),
                          text_element (0x86, "A_VORBIS"),
                          element (0x63a2, {2, 255, 255})})),
          "A_VORBIS"},
      {element (0xae, join ({uint_element (0xd7, 1), uint_element (0x83, 1),
                          text_element (0x86, "V_VP8")})),
          "V_VP8"},
      {video_entry (1, {}, "V_AV1"), "V_AV1"},
      {video_entry (1, uint_element (0x23e383, uint64_t (1) << 60)),
          "more than a day"},
  };
  for (const auto &c : cases)
    expect_error (init_segment ({c.entry}), c.word);
  expect_error (init_segment ({opus_entry (1), video_entry (1)}),
      "two tracks have the number 1");
}
GST_END_TEST

static Suite *
webm_tracks_suite ()
{
  Suite *suite = suite_create ("mse/webm-tracks");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, tracks_have_kind_id_label_and_language);
  tcase_add_test (tcase, default_tracks_are_main);
  tcase_add_test (tcase, the_duration_is_in_ticks);
  tcase_add_test (tcase, codec_private_completes_codec_and_caps);
  tcase_add_test (tcase, blocks_of_unsupported_tracks_are_ignored);
  tcase_add_test (tcase, elements_around_info_and_tracks_are_ignored);
  tcase_add_test (tcase, what_breaks_the_rules_of_init_segments_is_an_error);
  tcase_add_test (tcase, headers_of_other_formats_are_an_error);
  tcase_add_test (tcase, broken_tracks_are_an_error);
  return suite;
}
GST_CHECK_MAIN (webm_tracks)
