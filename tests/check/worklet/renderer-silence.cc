// SPDX-License-Identifier: LGPL-2.1-or-later
// For how long a processor is called while its inputs are silent.
#include "support/worklet-fixture.hh"

using namespace webmedia;
using namespace webmedia::worklet;
using namespace webmedia::test;

// What is no rule of the web's, but of `max-tail-time`: silence is waited out.
GST_START_TEST (a_tail_may_have_a_limit_up_to_sound_or_a_message)
{
  Rendering r;
  r.script.process = [] (const GstWebAudioQuantum &) {
    return Answer::keep_alive;
  };
  r.start ();
  r.renderer->connect_input (0, 1);
  r.renderer->set_tail_limit (5 * 128 - 1);
  r.render (20);
  fail_unless_equals_uint64 (r.renderer->calls (), 5);
  fail_if (r.renderer->keeps_alive ());
  fail_if (r.renderer->is_active ());
  r.feed (0);
  r.render (20);
  fail_unless_equals_uint64 (r.renderer->calls (), 5 + 6);
  r.node->port ().post_to_processor ({});
  r.render (20);
  fail_unless_equals_uint64 (r.renderer->calls (), 5 + 6 + 5);
  r.renderer->set_tail_limit (0);
  r.feed (0);
  r.render (20);
  fail_unless_equals_uint64 (r.renderer->calls (), 5 + 6 + 5 + 1);
}
GST_END_TEST;

// What is left of it would come out later, in other sound.
GST_START_TEST (a_tail_that_is_said_is_not_cut_by_silence)
{
  Rendering r;
  r.script.process = [] (const GstWebAudioQuantum &) {
    return Answer::keep_alive;
  };
  r.script.tail = 9 * 128;
  r.start ();
  r.renderer->connect_input (0, 1);
  uint64_t expected = 0;
  for (uint64_t limit : {5 * 128, 0}) {
    r.renderer->set_tail_limit (limit);
    r.feed (0);
    r.render (20);
    fail_unless_equals_uint64 (r.renderer->calls (), expected += 1 + 9);
    fail_if (r.renderer->keeps_alive ());
  }
  // It was over: what is said later is of sound that comes later.
  r.script.tail = 30 * 128;
  r.render (20);
  fail_unless_equals_uint64 (r.renderer->calls (), expected);
  r.feed (0);
  r.render (4);
  r.script.tail = 7 * 128 - 1;
  r.render (20);
  fail_unless_equals_uint64 (r.renderer->calls (), expected += 1 + 7);
  r.renderer->set_tail_limit (8 * 128);
  r.feed (0);
  r.render (20);
  fail_unless_equals_uint64 (r.renderer->calls (), expected += 1 + 8);
  r.node->port ().post_to_processor ({});
  r.render (20);
  fail_unless_equals_uint64 (r.renderer->calls (), expected += 8);
}
GST_END_TEST;

GST_START_TEST (who_has_no_inputs_has_no_tail)
{
  Rendering r;
  r.script.process = [] (const GstWebAudioQuantum &) {
    return Answer::keep_alive;
  };
  NodeOptions options;
  options.number_of_inputs = 0;
  r.start (options);
  r.renderer->set_tail_limit (0);
  r.render (20);
  fail_unless_equals_uint64 (r.renderer->calls (), 20);
}
GST_END_TEST;

static Suite *
renderer_silence_suite ()
{
  Suite *suite = suite_create ("worklet/renderer-silence");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_tail_may_have_a_limit_up_to_sound_or_a_message);
  tcase_add_test (tcase, a_tail_that_is_said_is_not_cut_by_silence);
  tcase_add_test (tcase, who_has_no_inputs_has_no_tail);
  return suite;
}
GST_CHECK_MAIN (renderer_silence)
