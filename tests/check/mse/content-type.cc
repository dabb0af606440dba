// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/content-type.hh"
#include "support/check.hh"

using namespace webmedia;
using namespace webmedia::mse;

static void
expect_support (std::initializer_list<const char *> types, bool expected)
{
  for (const char *type : types)
    fail_unless (is_type_supported (type) == expected, "%s should %sbe taken",
        type, expected ? "" : "not ");
}

GST_START_TEST (platform_tests_that_say_no)
{
  expect_support (
      {"", "video", "video/", "video/webm", "video/webm;", "video/webm;codecs",
          "video/webm;codecs=", "video/webm;codecs=\"",
          "video/webm;codecs=\"\"", "video/webm;codecs=\",\""},
      false);
  expect_support (
      {"audio/webm;codecs=\"vp8\"", "audio/mp4;codecs=\"avc1.4d001e\""}, false);
  expect_support (
      {"audio/mp4;codecs=\"vorbis\"", "audio/webm;codecs=\"mp4a.40.2\"",
          "video/mp4;codecs=\"vp8\"", "video/webm;codecs=\"mp4a.40.2\"",
          "video/mp4;codecs=\"vorbis\""},
      false);
  expect_support (
      {"audio/mp4;codecs=\"mp4a\"", "audio/mp4;codecs=\"mp4a.40\"",
          "audio/mp4;codecs=\"mp4a.40.\"", "audio/mp4;codecs=\"mp4a.67.3\""},
      false);
}
GST_END_TEST

GST_START_TEST (platform_tests_that_say_yes)
{
  expect_support (
      {"video/webm;codecs=\"vp8\"", "video/webm;codecs=\"vorbis\"",
          "video/webm;codecs=\"vp8,vorbis\"",
          "video/webm;codecs=\"vorbis, vp8\"", "audio/webm;codecs=\"vorbis\""},
      true);
  expect_support (
      {"video/mp4;codecs=\"avc1.4d001e\"", "video/mp4;codecs=\"avc1.42001e\"",
          "audio/mp4;codecs=\"mp4a.40.2\"", "audio/mp4;codecs=\"mp4a.40.5\"",
          "audio/mp4;codecs=\"mp4a.67\"", "video/mp4;codecs=\"mp4a.40.2\"",
          "video/mp4;codecs=\"avc1.4d001e,mp4a.40.2\"",
          "video/mp4;codecs=\"mp4a.40.2 , avc1.4d001e \"",
          "video/mp4;codecs=\"avc1.4d001e,mp4a.40.5\""},
      true);
}
GST_END_TEST

GST_START_TEST (every_codec_in_the_container_that_holds_it)
{
  expect_support (
      {"video/webm;codecs=vp9", "video/webm;codecs=vp09.00.10.08",
          "video/webm;codecs=\"vp09.02.10.10.01.09.16.09.01,opus\"",
          "video/webm;codecs=\"av01.0.04M.08\"", "audio/webm;codecs=opus"},
      true);
  expect_support (
      {"video/mp4;codecs=avc3.64001F", "video/mp4;codecs=hvc1.1.6.L93.B0",
          "video/mp4;codecs=hev1.A4.41.H120.B0.23",
          "video/mp4;codecs=av01.0.04M.10.0.112.09.16.09.0",
          "video/mp4;codecs=vp09.00.10.08", "video/mp4;codecs=vp08.00.10.08",
          "audio/mp4;codecs=mp4a.40.29", "audio/mp4;codecs=mp4a.69",
          "audio/mp4;codecs=mp4a.6B", "audio/mp4;codecs=mp3",
          "audio/mp4;codecs=opus", "audio/mp4;codecs=Opus",
          "audio/mp4;codecs=flac", "audio/mp4;codecs=fLaC",
          "audio/mp4;codecs=ac-3", "audio/mp4;codecs=ec-3",
          "video/mp4;codecs=wvtt", "video/mp4;codecs=stpp",
          "video/mp4;codecs=stpp.ttml.im1t"},
      true);
  expect_support ({"audio/mpeg", "audio/aac"}, true);
}
GST_END_TEST

GST_START_TEST (a_transport_stream_holds_what_broadcasts_do)
{
  expect_support (
      {"video/mp2t;codecs=\"avc1.64001f,mp4a.40.2\"",
          "video/MP2T;codecs=hvc1.1.6.L93.B0", "video/mp2t;codecs=mp4a.40.2",
          "audio/mp2t;codecs=mp4a.40.5", "audio/mp2t;codecs=mp3",
          "audio/mp2t;codecs=mp4a.6B", "audio/mp2t;codecs=ac-3",
          "audio/mp2t;codecs=ec-3"},
      true);
  expect_support (
      {"video/mp2t", "audio/mp2t;codecs=avc1.64001f", "video/mp2t;codecs=vp9",
          "video/mp2t;codecs=opus", "video/mp2t;codecs=flac",
          "video/mp2t;codecs=av01.0.04M.08", "video/mp2t;codecs=wvtt"},
      false);
  fail_unless (bool (check_supported ("video/mp2t")));
  fail_unless (!check_supported ("video/mp2t")->generates_timestamps ());
}
GST_END_TEST

GST_START_TEST (codecs_not_spelt_in_full_are_refused)
{
  expect_support (
      {"video/mp4;codecs=avc1", "video/mp4;codecs=avc1.4d001",
          "video/mp4;codecs=avc1.4d001g", "video/mp4;codecs=avc1.4d.00.1e",
          "video/mp4;codecs=AVC1.4d001e", "video/mp4;codecs=hvc1",
          "video/mp4;codecs=hvc1.1.6.93.B0",
          "video/mp4;codecs=hvc1.1.6.L93.B0.0.0.0.0.0.0",
          "video/mp4;codecs=av01.0.04M", "video/mp4;codecs=av01.3.04M.08",
          "video/mp4;codecs=av01.0.4M.08", "video/mp4;codecs=av01.0.04M.08.0",
          "video/mp4;codecs=vp09", "video/mp4;codecs=vp09.00.10",
          "video/mp4;codecs=vp09.04.10.08", "video/mp4;codecs=vp09.00.10.09",
          "video/mp4;codecs=vp9", "video/webm;codecs=vp08.00.10.08",
          "audio/mp4;codecs=mp4a.40.1", "audio/mp4;codecs=opus.1",
          "audio/mp4;codecs=stpp", "video/mp4;codecs=stpp.svg",
          "video/mp4;codecs=mp4v.20.9"},
      false);
}
GST_END_TEST

GST_START_TEST (mpeg_audio_takes_no_codecs)
{
  expect_support ({"audio/mpeg;codecs=mp3", "audio/aac;codecs=mp4a.40.2",
                      "audio/mpeg;codecs=\"\""},
      false);
}
GST_END_TEST

GST_START_TEST (case_and_unknown_parameters_do_not_matter)
{
  expect_support (
      {"VIDEO/WebM; Codecs=vp8", " video/mp4 ;codecs=avc1.4D001E",
          "video/webm;eotf=\"a;codecs=x\";codecs=\"vp8\"",
          "video/webm;x;codecs=vp8;y=1", "video/webm;codecs=\"v\\p8\""},
      true);
  expect_support ({"video/webm;codecs=vp6;codecs=vp8"}, false);
}
GST_END_TEST

GST_START_TEST (a_type_is_a_value)
{
  Result<ContentType> type =
      parse_content_type ("Video/MP4; codecs=\" avc1.42001e,mp4a.40.2\"");
  fail_unless (bool (type));
  ContentType expected{
      Container::mp4, TrackKind::video, {"avc1.42001e", "mp4a.40.2"}, true};
  fail_unless (*type == expected);
  fail_unless (!type->generates_timestamps ());

  type = parse_content_type ("audio/aac");
  fail_unless (bool (type));
  expected = {Container::adts, TrackKind::audio, {}, false};
  fail_unless (*type == expected);
  fail_unless (type->generates_timestamps ());
}
GST_END_TEST

GST_START_TEST (errors_say_what_was_wrong)
{
  struct {
    const char *type;
    ErrorCode code;
    const char *word;
  } cases[] = {
      {"", ErrorCode::type, "empty"},
      {"video/x-msvideo", ErrorCode::not_supported, "video/x-msvideo"},
      {"video/mp4;codecs=xyz", ErrorCode::not_supported, "\"xyz\""},
      {"audio/webm;codecs=vp8", ErrorCode::not_supported, "\"vp8\""},
      {"audio/mpeg;codecs=mp3", ErrorCode::not_supported, "audio/mpeg"},
  };
  for (const auto &c : cases) {
    Result<ContentType> result = check_supported (c.type);
    fail_unless (!result, "%s", c.type);
    fail_unless (result.error ().code == c.code, "%s", c.type);
    fail_unless (result.error ().message.find (c.word) != std::string::npos,
        "%s", result.error ().message.c_str ());
  }
}
GST_END_TEST

GST_START_TEST (a_bare_type_is_taken_but_not_promised)
{
  fail_unless (bool (check_supported ("video/webm")));
  fail_unless (bool (check_supported ("audio/mp4")));
  fail_unless (!is_type_supported ("video/webm"));
}
GST_END_TEST

GST_START_TEST (codecs_promise_their_family)
{
  ContentType type =
      *check_supported ("video/mp4;codecs=\"avc1.42001e,mp4a.40.2\"");
  fail_unless (codec_promised (type, "avc3.64001f"));
  fail_unless (codec_promised (type, "mp4a.40.5"));
  fail_unless (codec_promised (type, "mp4a.67"));
  fail_unless (!codec_promised (type, "hvc1.1.6.L93.B0"));
  fail_unless (!codec_promised (type, "mp4a.6B"));
  fail_unless (!codec_promised (type, "opus"));

  type = *check_supported ("video/webm;codecs=vp9");
  fail_unless (codec_promised (type, "vp09.00.10.08"));
  fail_unless (!codec_promised (type, "vp8"));
  fail_unless (!codec_promised (type, "opus"));
  fail_unless (!codec_promised (type, "S_TEXT/UTF8"));
}
GST_END_TEST

GST_START_TEST (without_codecs_the_container_is_the_promise)
{
  ContentType type = *check_supported ("video/mp4");
  fail_unless (codec_promised (type, "hev1.1.6.L93.B0"));
  fail_unless (codec_promised (type, "wvtt"));
  fail_unless (!codec_promised (type, "vorbis"));

  type = *check_supported ("audio/mp4");
  fail_unless (codec_promised (type, "mp4a.40.2"));
  fail_unless (!codec_promised (type, "avc1.42001e"));

  fail_unless (codec_promised (*check_supported ("audio/aac"), "mp4a.40.5"));
  fail_unless (codec_promised (*check_supported ("audio/mpeg"), "mp3"));
  fail_unless (!codec_promised (*check_supported ("audio/mpeg"), "mp4a.40.2"));
}
GST_END_TEST

static void
expect_sniffed (const std::string &bytes, const char *expected)
{
  bool need_more;
  const char *type =
      sniff_type (reinterpret_cast<const uint8_t *> (bytes.data ()),
          bytes.size (), &need_more);
  fail_unless (!need_more);
  fail_unless_equals_string (type, expected);
}

static void
expect_more_wanted (const std::string &bytes)
{
  bool need_more;
  fail_unless (sniff_type (reinterpret_cast<const uint8_t *> (bytes.data ()),
                   bytes.size (), &need_more)
               == nullptr);
  fail_unless (need_more);
}

GST_START_TEST (formats_are_told_by_their_first_bytes)
{
  using namespace std::string_literals;
  expect_sniffed ("\0\0\0\x18"s + "ftypiso5", "video/mp4");
  expect_sniffed ("\0\0\0\x18"s + "moof", "video/mp4");
  expect_sniffed ("\x1a\x45\xdf\xa3\x9f\x42\x86\x81", "video/webm");
  expect_sniffed ("\xff\xf1\x50\x80\x01\x7f\xfc\x21", "audio/aac");
  expect_sniffed ("\xff\xfb\x90\x64\0\0\0\0"s, "audio/mpeg");
  std::string packet = "\x47\x40" + std::string (186, '\0');
  expect_sniffed (packet + "\x47", "video/mp2t");
  expect_sniffed (packet + "x", nullptr);
  expect_more_wanted (packet);
  expect_sniffed ("RIFF\x24\x08\0\0WAVE"s, nullptr);
  expect_sniffed ("\0\0\0\0\0\0\0\0"s, nullptr);
  expect_more_wanted ("");
  expect_more_wanted ("\0\0\0\x18"s + "fty");
}
GST_END_TEST

GST_START_TEST (metadata_before_mpeg_audio_is_looked_past)
{
  using namespace std::string_literals;
  std::string adts = "\xff\xf1\x50\x80\x01\x7f\xfc\x21";
  std::string mp3 = "\xff\xfb\x90\x64\0\0\0\0"s;
  std::string id3 = "ID3\4\0\0\0\0\1\0"s + std::string (128, 'x');
  std::string id3_with_footer =
      "ID3\4\0\x10\0\0\0\2"s + std::string (2 + 10, 'x');
  std::string icecast = "ICY 200 OK\r\nicy-name: x\r\n\r\n";

  expect_sniffed (id3 + adts, "audio/aac");
  expect_sniffed (id3_with_footer + id3 + mp3, "audio/mpeg");
  expect_sniffed (icecast + id3 + mp3, "audio/mpeg");
  expect_sniffed (id3 + "something else", nullptr);
  expect_more_wanted (id3);
  expect_more_wanted (id3.substr (0, 40));
  expect_more_wanted (icecast.substr (0, icecast.size () - 1));
  expect_more_wanted (icecast + "ID3\4\0\0\0");
}
GST_END_TEST

static Suite *
content_type_suite ()
{
  Suite *suite = suite_create ("mse/content-type");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, platform_tests_that_say_no);
  tcase_add_test (tcase, platform_tests_that_say_yes);
  tcase_add_test (tcase, every_codec_in_the_container_that_holds_it);
  tcase_add_test (tcase, a_transport_stream_holds_what_broadcasts_do);
  tcase_add_test (tcase, codecs_not_spelt_in_full_are_refused);
  tcase_add_test (tcase, mpeg_audio_takes_no_codecs);
  tcase_add_test (tcase, case_and_unknown_parameters_do_not_matter);
  tcase_add_test (tcase, a_type_is_a_value);
  tcase_add_test (tcase, errors_say_what_was_wrong);
  tcase_add_test (tcase, a_bare_type_is_taken_but_not_promised);
  tcase_add_test (tcase, codecs_promise_their_family);
  tcase_add_test (tcase, without_codecs_the_container_is_the_promise);
  tcase_add_test (tcase, formats_are_told_by_their_first_bytes);
  tcase_add_test (tcase, metadata_before_mpeg_audio_is_looked_past);
  return suite;
}
GST_CHECK_MAIN (content_type)
