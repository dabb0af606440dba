// SPDX-License-Identifier: LGPL-2.1-or-later
// https://www.webmproject.org/docs/webm-encryption/
#include "mse/webm-encryption.hh"

#include "support/check.hh"
#include "support/parse-recorder.hh"
#include "support/webm-writer.hh"

#include <cstring>

using namespace webmedia;
using namespace webmedia::mse;

static const Bytes kKeyId = bytes_of ("sixteen bytes id");
static const Bytes kIv = bytes_of ("an IV, 8");

struct EncodingSpec {
  uint64_t order = 0, scope = 1, type = 1, algorithm = 5, mode = 1;
  Bytes key_id = kKeyId;
};

static Bytes
encoding (const EncodingSpec &spec)
{
  return element (0x6240,
      join ({uint_element (0x5031, spec.order),
          uint_element (0x5032, spec.scope), uint_element (0x5033, spec.type),
          element (0x5035,
              join ({uint_element (0x47e1, spec.algorithm),
                  element (0x47e2, spec.key_id),
                  element (0x47e7, uint_element (0x47e8, spec.mode))}))}));
}

static Bytes
encodings (const EncodingSpec &spec = {})
{
  return element (0x6d80, encoding (spec));
}

// Frames with what stands before their bytes.
static Bytes
clear_frame (const Bytes &payload)
{
  return join ({{0}, payload});
}

static Bytes
encrypted_frame (const Bytes &payload)
{
  return join ({{1}, kIv, payload});
}

static Bytes
partitioned_frame (const std::vector<uint32_t> &offsets, const Bytes &payload)
{
  Bytes head = join ({{3}, kIv, {uint8_t (offsets.size ())}});
  for (uint32_t offset : offsets)
    for (int shift : {24, 16, 8, 0})
      head.push_back (uint8_t (offset >> shift));
  return join ({head, payload});
}

static ParseRecorder
parse (const Bytes &bytes)
{
  return parse_alike (make_webm_parser, bytes);
}

static void
check_bytes (const SampleProtection &protection, const char *field,
    const Bytes &expected)
{
  const GValue *value = gst_structure_get_value (protection.get (), field);
  fail_unless (value != nullptr);
  GstBuffer *buffer = gst_value_get_buffer (value);
  fail_unless_equals_int (gst_buffer_get_size (buffer), expected.size ());
  fail_unless (
      gst_buffer_memcmp (buffer, 0, expected.data (), expected.size ()) == 0);
}

GST_START_TEST (a_track_is_what_matroskademux_makes_of_it)
{
  ParseRecorder recorder = parse (init_segment ({video_entry (1, encodings ()),
      opus_entry (2, encodings ()), opus_entry (3)}));
  const InitializationSegment &segment = recorder.segments[0];
  const TrackConfig &config = *segment.tracks[0].config;
  const GstStructure *caps = gst_caps_get_structure (config.caps.get (), 0);
  fail_unless (gst_structure_has_name (caps, "application/x-webm-enc"));
  fail_unless_equals_string (
      gst_structure_get_string (caps, "original-media-type"), "video/x-vp8");
  fail_unless_equals_string (
      gst_structure_get_string (caps, "encryption-algorithm"), "AES");
  fail_unless_equals_string (
      gst_structure_get_string (caps, "encoding-scope"), "frame");
  fail_unless_equals_string (
      gst_structure_get_string (caps, "cipher-mode"), "CTR");
  fail_unless_equals_int (config.protection.size (), 1);
  fail_unless_equals_string (config.protection[0].system_id.c_str (),
      GST_PROTECTION_UNSPECIFIED_SYSTEM_ID);
  fail_unless (segment.tracks[2].config->protection.empty ());
  // https://www.w3.org/TR/eme-initdata-webm/
  fail_unless_equals_int (segment.init_data.size (), 2);
  for (const InitData &each : segment.init_data) {
    fail_unless_equals_string (each.type.c_str (), "webm");
    fail_unless_equals_int (
        gst_buffer_get_size (each.data.get ()), kKeyId.size ());
    fail_unless (
        gst_buffer_memcmp (each.data.get (), 0, kKeyId.data (), kKeyId.size ())
        == 0);
  }
}
GST_END_TEST

// Without durations, so that each frame is held until the next one comes.
GST_START_TEST (each_frame_keeps_its_protection)
{
  Bytes one = bytes_of ("one"), two = bytes_of ("two"), three (70000, 3);
  Bytes stream = join ({init_segment (
                            {video_entry (1, encodings ()), opus_entry (2)}),
      cluster (0, {simple_block (1, 0, clear_frame (one)),
                      simple_block (2, 0, opus_packet (9)),
                      simple_block (1, 40, encrypted_frame (two)),
                      simple_block (2, 20, opus_packet (9)),
                      simple_block (1, 80, partitioned_frame ({1}, three))}),
      cluster (120, {simple_block (1, 0, clear_frame ({})),
                        simple_block (1, 40, encrypted_frame (one))})});
  for (size_t chunk : {0, 1, 100}) {
    ParseRecorder recorder;
    auto parser = make_webm_parser ();
    fail_unless (bool (parse_all (*parser, recorder, stream, chunk)));
    auto frames = recorder.track (0);
    fail_unless_equals_int (frames.size (), 4);
    fail_unless (frames[0].bytes == one);
    fail_if (bool (frames[0].protection));
    fail_unless (frames[1].bytes == two);
    fail_unless (gst_structure_has_name (
        frames[1].protection.get (), "application/x-cenc"));
    check_bytes (frames[1].protection, "iv", kIv);
    check_bytes (frames[1].protection, "kid", kKeyId);
    guint count = 9;
    fail_unless (gst_structure_get_uint (
        frames[1].protection.get (), "subsample_count", &count));
    fail_unless_equals_int (count, 0);
    fail_unless (frames[2].bytes == three);
    check_bytes (frames[2].protection, "subsamples", {0, 1, 0, 1, 0x11, 0x6f});
    fail_unless (frames[3].bytes == one);
    fail_unless (bool (frames[3].protection));
    fail_unless_equals_int (recorder.track (1).size (), 2);
    for (const RecordedFrame &frame : recorder.track (1))
      fail_if (bool (frame.protection));
  }
}
GST_END_TEST

GST_START_TEST (partitions_are_subsamples)
{
  const struct {
    std::vector<uint32_t> offsets;
    size_t size;
    Bytes subsamples;
  } cases[] = {
      {{0}, 5, {0, 0, 0, 0, 0, 5}},
      {{2, 3}, 5, {0, 2, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0}},
      {{0, 3, 4}, 5, {0, 0, 0, 0, 0, 3, 0, 1, 0, 0, 0, 1}},
      {{1, 1}, 5, {0, 1, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0}},
      {{5}, 5, {0, 5, 0, 0, 0, 0}},
      {{65536}, 65540, {0xff, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 0, 4}},
  };
  for (const auto &each : cases) {
    Bytes frame = partitioned_frame (each.offsets, Bytes (each.size));
    ParseRecorder recorder =
        parse (join ({init_segment ({video_entry (1, encodings ())}),
            cluster (0, {simple_block (1, 0, frame)})}));
    fail_unless_equals_int (recorder.frames.size (), 1);
    fail_unless_equals_int (recorder.frames[0].bytes.size (), each.size);
    check_bytes (recorder.frames[0].protection, "subsamples", each.subsamples);
  }
}
GST_END_TEST

GST_START_TEST (laced_frames_have_a_head_each)
{
  Bytes one = opus_packet (9), two = opus_packet (30);
  Bytes lace = xiph_lace ({clear_frame (one), clear_frame (two)});
  ParseRecorder recorder =
      parse (join ({init_segment ({opus_entry (1, encodings ())}),
          cluster (0, {simple_block (1, 0, lace, 0x82)})}));
  fail_unless_equals_int (recorder.frames.size (), 2);
  fail_unless (recorder.frames[0].bytes == one);
  fail_unless (recorder.frames[1].bytes == two);
  fail_unless_equals_int64 (recorder.frames[1].pts, 20 * kMillisecond);
}
GST_END_TEST

static void
check_refused (const Bytes &bytes, const char *why)
{
  ParseRecorder recorder;
  auto result = parse_all (*make_webm_parser (), recorder, bytes, 0);
  fail_if (bool (result), "%s was taken", why);
  fail_unless (strstr (result.error ().message.c_str (), why), "%s",
      result.error ().message.c_str ());
  fail_unless_equals_int (recorder.frames.size (), 0);
}

GST_START_TEST (what_webm_does_not_have_is_refused)
{
  auto init = [] (const Bytes &more) {
    return init_segment ({video_entry (1, more)});
  };
  check_refused (init (encodings ({.type = 0})), "is compressed");
  const char *otherwise = "encrypted otherwise";
  check_refused (init (encodings ({.order = 1})), otherwise);
  check_refused (init (encodings ({.scope = 2})), otherwise);
  check_refused (init (encodings ({.algorithm = 1})), otherwise);
  check_refused (init (encodings ({.mode = 2})), otherwise);
  check_refused (
      init (element (0x6d80, join ({encoding ({}), encoding ({.order = 1})}))),
      otherwise);
  check_refused (init (encodings ({.key_id = {}})), "ContentEncKeyID");
  check_refused (
      init (element (0x6d80, element (0x6240, {0x50}))), "malformed");
}
GST_END_TEST

GST_START_TEST (broken_heads_are_refused)
{
  const Bytes frames[] = {{1, 2, 3}, {3, 0, 0, 0, 0, 0, 0, 0, 0},
      partitioned_frame ({}, Bytes (5)), partitioned_frame ({6}, Bytes (5)),
      partitioned_frame ({3, 2}, Bytes (5)), partitioned_frame ({1, 2}, {})};
  for (const Bytes &frame : frames)
    check_refused (join ({init_segment ({video_entry (1, encodings ())}),
                       cluster (0, {simple_block (1, 0, frame)})}),
        "encrypted frame");
}
GST_END_TEST

static Suite *
webm_encryption_suite ()
{
  Suite *suite = suite_create ("mse/webm-encryption");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_track_is_what_matroskademux_makes_of_it);
  tcase_add_test (tcase, each_frame_keeps_its_protection);
  tcase_add_test (tcase, partitions_are_subsamples);
  tcase_add_test (tcase, laced_frames_have_a_head_each);
  tcase_add_test (tcase, what_webm_does_not_have_is_refused);
  tcase_add_test (tcase, broken_heads_are_refused);
  return suite;
}
GST_CHECK_MAIN (webm_encryption)
