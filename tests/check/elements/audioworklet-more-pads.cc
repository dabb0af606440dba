// SPDX-License-Identifier: LGPL-2.1-or-later
// Pads that several threads ask for, and an output that is full.
#include "support/worklet-element-fixture.hh"

#include <barrier>
#include <thread>

using namespace webmedia::test;

GST_START_TEST (threads_that_ask_for_pads_have_one_each)
{
  auto element = GST_ELEMENT (
      gst_object_ref_sink (gst_element_factory_make ("audioworklet", nullptr)));
  for (int round = 0; round < 200; round++) {
    GstPad *pads[4];
    std::barrier begin (4);
    std::vector<std::thread> threads;
    for (GstPad *&pad : pads)
      threads.emplace_back ([element, &begin, &pad] {
        begin.arrive_and_wait ();
        pad = gst_element_request_pad_simple (element, "sink_%u");
      });
    for (std::thread &thread : threads)
      thread.join ();
    fail_unless_equals_int (element->numsinkpads, 5);
    for (GstPad *pad : pads) {
      fail_unless (GST_PAD_PARENT (pad) == element);
      gst_element_release_request_pad (element, pad);
      gst_object_unref (pad);
    }
  }
  gst_object_unref (element);
}
GST_END_TEST

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
  tcase_add_test (chain, threads_that_ask_for_pads_have_one_each);
  tcase_add_test (chain, a_source_ends_when_downstream_takes_no_more);
  return suite;
}
GST_CHECK_MAIN (audioworklet_more_pads)
