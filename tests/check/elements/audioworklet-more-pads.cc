// SPDX-License-Identifier: LGPL-2.1-or-later
// An output that is full.
#include "support/worklet-element-fixture.hh"

using namespace webmedia::test;

// As fakesink does, and what clips at the end of a segment.
GST_START_TEST (a_source_ends_when_downstream_takes_no_more)
{
  for (const char *sink :
      {"fakesink num-buffers=3", "identity eos-after=3 ! fakesink"}) {
    Pipeline pipeline (
        std::string ("audioworklet processor=oscillator ! ") + sink);
    pipeline.play ();
    fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  }
}
GST_END_TEST

static Suite *
audioworklet_more_pads_suite ()
{
  Suite *suite = suite_create ("elements/audioworklet-more-pads");
  TCase *chain = tcase_create ("general");
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, a_source_ends_when_downstream_takes_no_more);
  return suite;
}
GST_CHECK_MAIN (audioworklet_more_pads)
