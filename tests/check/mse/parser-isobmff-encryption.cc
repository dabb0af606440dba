// SPDX-License-Identifier: LGPL-2.1-or-later
// Common encryption (ISO 23001-7): what tells a decryptor how to decrypt.
#include "support/check.hh"
#include "support/isobmff-writer.hh"
#include "support/parse-recorder.hh"

#include <cstring>

using namespace webmedia;
using namespace webmedia::mse;

static const std::vector<SampleSpec> kSamples = {
    {40, 10, kSyncFlags}, {40, 20, kNonSyncFlags}};

static Bytes
pssh (uint8_t first)
{
  return full_box ("pssh", 0, 0, payload (16, first) + u32 (2) + u16 (0xbeef));
}

static TrackSpec
encrypted_track (const char *scheme, const Bytes &tenc)
{
  TrackSpec track;
  track.sample_entries = avc_entry ("encv", true, sinf ("avc1", scheme, tenc));
  return track;
}

static Bytes
cenc_init (const Bytes &extra = {})
{
  return ftyp () + moov ({encrypted_track ("cenc", tenc (0, 8))}, extra);
}

// Two samples: the first has two subsamples, the second none.
static Bytes
senc ()
{
  return full_box ("senc", 0, 2,
      u32 (2) + payload (8, 1) + u16 (2) + u16 (3) + u32 (2) + u16 (1) + u32 (4)
          + payload (8, 9) + u16 (0));
}

static void
check_number (
    const SampleProtection &protection, const char *field, unsigned expected)
{
  guint value = 0;
  fail_unless (gst_structure_get_uint (protection.get (), field, &value));
  fail_unless_equals_int (value, expected);
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

GST_START_TEST (caps_are_those_of_encrypted_streams)
{
  ParseRecorder recorder = parse_isobmff (cenc_init (pssh (0x10)));
  const TrackDescription &track = recorder.segments[0].tracks[0];
  GstStructure *caps = gst_caps_get_structure (track.config->caps.get (), 0);
  fail_unless (gst_structure_has_name (caps, "application/x-cenc"));
  fail_unless_equals_string (
      gst_structure_get_string (caps, "original-media-type"), "video/x-h264");
  fail_unless_equals_string (
      gst_structure_get_string (caps, "cipher-mode"), "cenc");
  fail_unless_equals_string (
      gst_structure_get_string (caps, GST_PROTECTION_SYSTEM_ID_CAPS_FIELD),
      "10111213-1415-1617-1819-1a1b1c1d1e1f");
  fail_unless_equals_string (track.codec.c_str (), "avc1.64001e");
  fail_unless_equals_int (track.config->protection.size (), 1);
  Bytes box = pssh (0x10);
  GstBuffer *data = track.config->protection[0].init_data.get ();
  fail_unless_equals_int (gst_buffer_get_size (data), box.size ());
  fail_unless (gst_buffer_memcmp (data, 0, box.data (), box.size ()) == 0);
}
GST_END_TEST

GST_START_TEST (samples_have_their_iv_and_subsamples)
{
  ParseRecorder recorder =
      parse_isobmff (cenc_init () + media_segment (1, 0, kSamples, senc ()));
  fail_unless_equals_int (recorder.frames.size (), 2);
  const SampleProtection &one = recorder.frames[0].protection;
  const SampleProtection &two = recorder.frames[1].protection;
  fail_unless (one && two);
  fail_unless (gst_structure_has_name (one.get (), "application/x-cenc"));
  fail_unless_equals_string (
      gst_structure_get_string (one.get (), "cipher-mode"), "cenc");
  check_number (one, "iv_size", 8);
  check_bytes (one, "iv", payload (8, 1));
  check_bytes (one, "kid", payload (16, 0xa0));
  check_number (one, "subsample_count", 2);
  check_bytes (one, "subsamples", u16 (3) + u32 (2) + u16 (1) + u32 (4));
  check_bytes (two, "iv", payload (8, 9));
  check_number (two, "subsample_count", 0);
}
GST_END_TEST

GST_START_TEST (a_constant_iv_and_a_pattern_serve_all_samples)
{
  TrackSpec track =
      encrypted_track ("cbcs", tenc (0x19, 0, payload (16, 0x40)));
  ParseRecorder recorder = parse_isobmff (
      initialization_segment ({track}) + media_segment (1, 0, kSamples));
  for (const RecordedFrame &frame : recorder.frames) {
    check_number (frame.protection, "iv_size", 16);
    check_number (frame.protection, "constant_iv_size", 16);
    check_bytes (frame.protection, "iv", payload (16, 0x40));
    check_number (frame.protection, "crypt_byte_block", 1);
    check_number (frame.protection, "skip_byte_block", 9);
    check_number (frame.protection, "subsample_count", 0);
    fail_unless_equals_string (
        gst_structure_get_string (frame.protection.get (), "cipher-mode"),
        "cbcs");
  }
}
GST_END_TEST

GST_START_TEST (a_group_of_samples_may_be_clear)
{
  Bytes sgpd = full_box ("sgpd", 1, 0,
      text ("seig") + u32 (20) + u32 (1) + u8 (0) + u8 (0) + u8 (0) + u8 (0)
          + zeros (16));
  Bytes sbgp = full_box (
      "sbgp", 0, 0, text ("seig") + u32 (1) + u32 (1) + u32 (0x10001));
  // The clear sample has no IV, but its count of subsamples.
  Bytes info =
      full_box ("senc", 0, 2, u32 (2) + u16 (0) + payload (8, 9) + u16 (0));
  ParseRecorder recorder = parse_isobmff (
      cenc_init () + media_segment (1, 0, kSamples, sgpd + sbgp + info));
  fail_if (bool (recorder.frames[0].protection));
  fail_unless (bool (recorder.frames[1].protection));
  check_bytes (recorder.frames[1].protection, "iv", payload (8, 9));
}
GST_END_TEST

GST_START_TEST (a_clear_lead_has_another_description)
{
  TrackSpec track = encrypted_track ("cenc", tenc (0, 8));
  track.sample_entries += avc_entry ();
  track.entry_count = 2;
  Bytes run = trun (kSamples, 0);
  Bytes head = tfhd (1, 0x20002, u32 (2)) + tfdt (0);
  int32_t data = int32_t (moof (box ("traf", head + run)).size ()) + 8;
  ParseRecorder recorder = parse_isobmff (
      initialization_segment ({track})
      + moof (box ("traf", head + trun (kSamples, data)))
      + box ("mdat", payload (30)) + media_segment (1, 80, kSamples, senc ()));
  fail_unless_equals_int (recorder.frames.size (), 4);
  fail_if (bool (recorder.frames[0].protection));
  fail_unless (bool (recorder.frames[2].protection));
  fail_unless_equals_int (recorder.configs.size (), 2);
  GstCaps *caps = recorder.configs[0].config->caps.get ();
  fail_unless (gst_structure_has_name (
      gst_caps_get_structure (caps, 0), "video/x-h264"));
  fail_unless (
      recorder.configs[1].config == recorder.segments[0].tracks[0].config);
}
GST_END_TEST

// A media segment with boxes at the end of its moof.
static Bytes
segment_with (const Bytes &extra)
{
  Bytes run = trun (kSamples, 0) + senc ();
  int32_t data = int32_t (moof (traf (1, 0, run) + extra).size ()) + 8;
  return moof (traf (1, 0, trun (kSamples, data) + senc ()) + extra)
         + box ("mdat", payload (30));
}

GST_START_TEST (new_keys_come_with_a_fragment)
{
  ParseRecorder recorder =
      parse_isobmff (cenc_init (pssh (0x10)) + segment_with ({})
                     + segment_with (pssh (0x20)) + segment_with (pssh (0x20))
                     + segment_with ({}) + segment_with (pssh (0x30)));
  fail_unless_equals_int (recorder.configs.size (), 2);
  const auto &systems = recorder.configs[0].config->protection;
  fail_unless_equals_int (systems.size (), 2);
  fail_unless_equals_string (
      systems[1].system_id.c_str (), "20212223-2425-2627-2829-2a2b2c2d2e2f");
  fail_unless (recorder.configs[1].config->protection[1].system_id[0] == '3');
  fail_unless_equals_string (systems[0].origin, "isobmff/moov");
  fail_unless_equals_string (systems[1].origin, "isobmff/moof");
}
GST_END_TEST

GST_START_TEST (keys_of_fragments_alone_name_the_system)
{
  ParseRecorder recorder =
      parse_isobmff (cenc_init () + segment_with (pssh (0x20)));
  auto system = [] (const TrackConfig &config) {
    return gst_structure_get_string (
        gst_caps_get_structure (config.caps.get (), 0),
        GST_PROTECTION_SYSTEM_ID_CAPS_FIELD);
  };
  fail_unless (system (*recorder.segments[0].tracks[0].config) == nullptr);
  fail_unless_equals_int (recorder.configs.size (), 1);
  fail_unless_equals_string (system (*recorder.configs[0].config),
      "20212223-2425-2627-2829-2a2b2c2d2e2f");
}
GST_END_TEST

static void
check_init_data (const std::vector<InitData> &found, const Bytes &expected)
{
  fail_unless_equals_int (found.size (), 1);
  fail_unless_equals_string (found[0].type.c_str (), "cenc");
  GstBuffer *data = found[0].data.get ();
  fail_unless_equals_int (gst_buffer_get_size (data), expected.size ());
  fail_unless (
      gst_buffer_memcmp (data, 0, expected.data (), expected.size ()) == 0);
}

// https://www.w3.org/TR/eme-initdata-cenc/
GST_START_TEST (initialization_data_is_all_pssh_boxes_of_a_place)
{
  Bytes some = pssh (0x10) + pssh (0x50), others = pssh (0x20) + pssh (0x60);
  ParseRecorder recorder =
      parse_isobmff (cenc_init (some) + segment_with ({})
                     + segment_with (others) + segment_with (others));
  check_init_data (recorder.segments[0].init_data, some);
  // Each time that it is encountered, the same or not.
  fail_unless_equals_string (recorder.order.c_str (), "imfmefmef");
  check_init_data ({recorder.init_data[0]}, others);
  check_init_data ({recorder.init_data[1]}, others);
  recorder = parse_isobmff (cenc_init () + segment_with ({}));
  fail_unless (recorder.segments[0].init_data.empty ());
  fail_unless (recorder.init_data.empty ());
}
GST_END_TEST

static void
check_refused (const Bytes &bytes, const char *why)
{
  ParseRecorder recorder;
  auto result = parse_all (*make_isobmff_parser (), recorder, bytes, 0);
  fail_if (bool (result), "%s was taken", why);
  fail_unless (strstr (result.error ().message.c_str (), why), "%s",
      result.error ().message.c_str ());
  fail_unless_equals_int (recorder.frames.size (), 0);
}

GST_START_TEST (what_a_decryptor_would_miss_is_refused)
{
  check_refused (
      cenc_init () + media_segment (1, 0, kSamples), "senc does not say");
  check_refused (
      cenc_init ()
          + media_segment (1, 0, kSamples, full_box ("senc", 0, 0, u32 (1))),
      "senc has 1 samples");
  check_refused (
      cenc_init ()
          + media_segment (1, 0, kSamples, full_box ("senc", 0, 0, u32 (2))),
      "senc does not say");
  check_refused (cenc_init ()
                     + media_segment (1, 0, kSamples,
                         full_box ("saio", 0, 0, u32 (1) + u32 (0))),
      "outside of a senc");
  // ffmpeg 5 leaves it out of the fragments.
  ParseRecorder recorder;
  fail_if (bool (parse_all (
      *make_isobmff_parser (), recorder, read_media ("encrypted.mp4"), 0)));
  fail_unless_equals_int (recorder.segments.size (), 1);
}
GST_END_TEST

GST_START_TEST (a_scheme_that_we_do_not_know_is_no_track_of_ours)
{
  TrackSpec track = encrypted_track ("odkm", Bytes ());
  ParseRecorder recorder = parse_isobmff (initialization_segment ({track}));
  fail_unless_equals_int (recorder.segments[0].tracks.size (), 0);
  fail_unless (
      recorder.segments[0].unsupported == (std::vector<std::string>{"encv"}));
}
GST_END_TEST

static Suite *
parser_isobmff_encryption_suite ()
{
  Suite *suite = suite_create ("mse/parser-isobmff-encryption");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, caps_are_those_of_encrypted_streams);
  tcase_add_test (tcase, samples_have_their_iv_and_subsamples);
  tcase_add_test (tcase, a_constant_iv_and_a_pattern_serve_all_samples);
  tcase_add_test (tcase, a_group_of_samples_may_be_clear);
  tcase_add_test (tcase, a_clear_lead_has_another_description);
  tcase_add_test (tcase, new_keys_come_with_a_fragment);
  tcase_add_test (tcase, keys_of_fragments_alone_name_the_system);
  tcase_add_test (tcase, initialization_data_is_all_pssh_boxes_of_a_place);
  tcase_add_test (tcase, what_a_decryptor_would_miss_is_refused);
  tcase_add_test (tcase, a_scheme_that_we_do_not_know_is_no_track_of_ours);
  return suite;
}
GST_CHECK_MAIN (parser_isobmff_encryption)
