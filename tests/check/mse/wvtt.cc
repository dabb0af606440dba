// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/wvtt.hh"
#include "support/check.hh"
#include "support/isobmff-writer.hh"

using namespace webmedia;
using namespace webmedia::mse;

// gst-check's macros keep pointers only: the strings must live on.
static void
check_sample (const Bytes &sample, const char *markup)
{
  std::string result = wvtt_to_markup (sample.data (), sample.size ());
  fail_unless_equals_string (result.c_str (), markup);
}

static void
check (const char *cue_text, const char *markup)
{
  std::string result = webvtt_to_markup (cue_text);
  fail_unless_equals_string (result.c_str (), markup);
}

GST_START_TEST (plain_text_stays)
{
  check ("Hello\nworld", "Hello\nworld");
  check ("", "");
}
GST_END_TEST

GST_START_TEST (known_tags_become_markup)
{
  check ("<b>a</b> <i>b</i> <u>c</u>", "<b>a</b> <i>b</i> <u>c</u>");
  check ("<i.loud>a</i>", "<i>a</i>");
  check ("<c.yellow.bg_blue>a</c>", "<span foreground=\"#ffff00\">a</span>");
  check ("<c.unknown>a</c><c>b</c>", "ab");
  check ("<v Fred>Hi <lang en>there</lang></v>", "Hi there");
  check ("<ruby>base<rt>over</ruby>", "baseover");
  check ("a <00:00:01.000>b", "a b");
}
GST_END_TEST

GST_START_TEST (markup_is_always_whole)
{
  check ("<b>a<i>b", "<b>a<i>b</i></b>");
  check ("a</b>", "a");
  check ("<b>a</i></b>", "<b>a</b>");
  check ("<unknown>a</unknown>", "a");
  check ("a<b", "a<b></b>");
}
GST_END_TEST

GST_START_TEST (special_characters_are_escaped)
{
  check ("a &amp; b &lt;c&gt;", "a &amp; b &lt;c&gt;");
  check ("a & b > c &foo;", "a &amp; b &gt; c &amp;foo;");
  check ("a&nbsp;b", "a\u00a0b");
  check ("\xff", "\ufffd");
}
GST_END_TEST

GST_START_TEST (cues_of_a_sample_are_lines)
{
  Bytes sample =
      box ("vttc", box ("iden", text ("1")) + box ("sttg", text ("line:0"))
                       + box ("payl", text ("one")))
      + box ("vttx", text ("a note"))
      + box ("vttc", box ("payl", text ("two")));
  check_sample (sample, "one\ntwo");
}
GST_END_TEST

GST_START_TEST (an_empty_sample_is_a_gap)
{
  Bytes sample = box ("vtte");
  check_sample (sample, "");
  Ptr<Block> block = Block::create (sample.size ());
  block->append (sample.data (), sample.size ());
  fail_if (bool (make_wvtt_buffer (*block.get (), 0, block->size ())));
}
GST_END_TEST

GST_START_TEST (a_broken_sample_gives_what_is_whole)
{
  Bytes sample = box ("vttc", box ("payl", text ("one")));
  Bytes broken = sample + sample;
  broken.resize (broken.size () - 1);
  check_sample (broken, "one");
  check_sample ({}, "");
}
GST_END_TEST

GST_START_TEST (a_buffer_has_the_text)
{
  Bytes sample = box ("vttc", box ("payl", text ("<b>one")));
  Ptr<Block> block = Block::create (sample.size () + 3);
  block->append (sample.data (), 3);
  block->append (sample.data (), sample.size ());
  Ptr<GstBuffer> buffer =
      make_wvtt_buffer (*block.get (), 3, block->size () - 3);
  fail_unless_equals_int (gst_buffer_get_size (buffer.get ()), 10);
  fail_unless (gst_buffer_memcmp (buffer.get (), 0, "<b>one</b>", 10) == 0);
}
GST_END_TEST

static Suite *
wvtt_suite ()
{
  Suite *suite = suite_create ("mse/wvtt");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, plain_text_stays);
  tcase_add_test (tcase, known_tags_become_markup);
  tcase_add_test (tcase, markup_is_always_whole);
  tcase_add_test (tcase, special_characters_are_escaped);
  tcase_add_test (tcase, cues_of_a_sample_are_lines);
  tcase_add_test (tcase, an_empty_sample_is_a_gap);
  tcase_add_test (tcase, a_broken_sample_gives_what_is_whole);
  tcase_add_test (tcase, a_buffer_has_the_text);
  return suite;
}
GST_CHECK_MAIN (wvtt)
