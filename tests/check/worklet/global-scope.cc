// SPDX-License-Identifier: LGPL-2.1-or-later
// The clock of a scope.
#include "worklet/global-scope.hh"

#include "support/worklet-fixture.hh"
#include "worklet/node-param.hh"

#include <thread>

using namespace webmedia;
using namespace webmedia::worklet;
using namespace webmedia::test;

GST_START_TEST (the_time_is_that_of_the_frame)
{
  GlobalScope scope;
  fail_unless (scope.current_time () == 0);
  fail_unless_equals_int (scope.clock ().rate, 0);
  fail_unless (bool (scope.attach (44100)));
  fail_unless (scope.current_time () == 0);
  fail_unless_equals_int (scope.clock ().rate, 44100);
  fail_unless_equals_int (scope.ahead (), 0);
}
GST_END_TEST;

// It never goes back, and never leaps by as much as a frame.
GST_START_TEST (the_time_goes_on_at_another_rate)
{
  Rendering r;
  double last = 0;
  uint64_t frames = 0;
  r.script.process = [&] (const GstWebAudioQuantum &quantum) {
    const double time = quantum.current_time;
    fail_unless (time == r.scope->current_time ());
    fail_unless_equals_uint64 (quantum.current_frame, frames);
    fail_unless (time > last - 1e-9, "%g is before %g", time, last);
    fail_unless (time < last + 1 / double (quantum.sample_rate));
    // Whole frames of this rate.
    const double clock = time * double (quantum.sample_rate);
    fail_unless (std::fabs (clock - std::round (clock)) < 1e-6);
    last = time + double (quantum.n_frames) / double (quantum.sample_rate);
    frames += quantum.n_frames;
    return Answer::keep_alive;
  };
  r.start ();
  for (uint32_t rate :
      {48000u, 96000u, 44100u, 8000u, 8000u, 384000u, 48000u}) {
    r.renderer.reset ();
    auto made = Renderer::create (r.node, rate);
    fail_unless (bool (made));
    r.renderer = std::move (*made);
    r.render (37);
  }
  fail_unless_equals_uint64 (r.renderer->calls (), 37);
  fail_unless (last > 0.7);
}
GST_END_TEST;

// Nothing is due again, and nothing has passed before it was.
GST_START_TEST (what_is_due_at_another_rate_comes_once)
{
  Rendering r;
  std::vector<float> values;
  r.script.process = [&] (const GstWebAudioQuantum &quantum) {
    const GstWebAudioParamValues &given = quantum.parameters[0];
    for (guint i = 0; i < quantum.n_frames; i++)
      values.push_back (given.values[given.n_values == 1 ? 0 : i]);
    return Answer::keep_alive;
  };
  std::shared_ptr<NodeParam> param;
  r.start (
      {}, {{"level"}}, [&] (const ParamDescriptor &descriptor, float value) {
        param = std::make_shared<NodeParam> (r.scope, descriptor, value);
        return param;
      });
  AutomationParam &timeline = param->timeline ();
  // One before the other rate, one after it.
  fail_unless (bool (timeline.set_value_at_time (1, 100 / 48000.0, 0)));
  fail_unless (bool (timeline.set_value_at_time (2, 300 / 48000.0, 0)));
  r.render (2);
  fail_unless (param->now () == 256 / 48000.0);
  r.renderer.reset ();
  auto made = Renderer::create (r.node, 96000);
  fail_unless (bool (made));
  r.renderer = std::move (*made);
  fail_unless (param->now () == 256 / 48000.0);
  r.render (2);
  auto first_of = [&] (float value) {
    return std::find (values.begin (), values.end (), value) - values.begin ();
  };
  fail_unless_equals_int (first_of (1), 100);
  fail_unless_equals_int (first_of (2), 256 + 2 * 44);
  fail_unless (std::is_sorted (values.begin (), values.end ()));
}
GST_END_TEST;

// Whoever asks while it changes.
GST_START_TEST (any_thread_sees_the_time_go_on)
{
  Rendering r;
  r.start ();
  std::atomic<bool> is_over{false};
  std::atomic<int> backwards{0}, looked{0};
  std::thread reader ([&] {
    double last = 0;
    while (!is_over) {
      const double now = r.scope->current_time ();
      backwards += now < last;
      last = now;
      looked++;
    }
  });
  for (int i = 0; i < 5000; i++) {
    r.renderer.reset ();
    auto made = Renderer::create (r.node, i % 2 ? 44100 : 96000);
    fail_unless (bool (made));
    r.renderer = std::move (*made);
    r.render ();
    // It has its turns.
    for (const int before = looked; i % 50 == 0 && looked < before + 2;)
      std::this_thread::yield ();
  }
  is_over = true;
  reader.join ();
  fail_unless_equals_int (backwards, 0);
}
GST_END_TEST;

static Suite *
global_scope_suite ()
{
  Suite *suite = suite_create ("worklet/global-scope");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, the_time_is_that_of_the_frame);
  tcase_add_test (tcase, the_time_goes_on_at_another_rate);
  tcase_add_test (tcase, what_is_due_at_another_rate_comes_once);
  tcase_add_test (tcase, any_thread_sees_the_time_go_on);
  return suite;
}
GST_CHECK_MAIN (global_scope)
