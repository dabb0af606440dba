// SPDX-License-Identifier: LGPL-2.1-or-later
// The audio thread allocates nothing, frees nothing, locks nothing and makes no
// system call: a million quanta with someone who looks.
#include "support/watched-thread.hh"
#include "support/worklet-fixture.hh"
#include "worklet/node-param.hh"
#include "worklet/runtime-native.hh"

#include <gst/webmedia/gstwebaudioprocessor.hpp>

#if IS_WATCHING

using namespace webmedia;
using namespace webmedia::worklet;
using namespace webmedia::test;

namespace {

// As a module would have it: a parameter, messages both ways.
class Gain : public gst::web::AudioProcessor {
public:
  static constexpr gst::web::ParamDescriptor parameters[] = {
      gst::web::param ("gain", 1, 0, 10)};
  using AudioProcessor::AudioProcessor;

  bool process (const gst::web::Quantum &quantum)
  {
    const auto &input = quantum.input (0);
    const auto &output = quantum.output (0);
    const gst::web::Values gain = quantum.parameter (0);
    for (guint c = 0; c < input.n_channels; c++)
      for (size_t i = 0; i < quantum.frames (); i++)
        output.channels[c][i] = input.channels[c][i] * gain[i] * factor_;
    post_number (factor_);
    return false;
  }
  void message (const gst::web::Message &message)
  {
    factor_ = static_cast<float> (message.number (1));
  }

private:
  float factor_ = 1;
};

// A value for each frame, in every other quantum.
struct Ramp final : ParamControl {
  size_t fill (const QuantumTime &time, float *values, size_t count) override
  {
    if (time.frame / time.frames % 2)
      return 0;
    for (size_t i = 0; i < count; i++)
      values[i] = static_cast<float> (i) / 128;
    return count;
  }
};

NodeParam &
param_of (const Renderer &renderer)
{
  return static_cast<NodeParam &> (*renderer.node->parameters[0]->source ());
}

std::unique_ptr<Renderer>
make_renderer (const GstWebAudioProcessorClass &klass)
{
  auto scope = std::make_shared<GlobalScope> ();
  fail_unless (
      bool (scope->register_processor (*make_native_definition (klass))));
  auto node = Node::create (scope, klass.name, {},
      [&scope] (const ParamDescriptor &descriptor, float value) {
        auto param = std::make_shared<NodeParam> (scope, descriptor, value);
        param->set_control (std::make_shared<Ramp> ());
        return param;
      });
  auto renderer = Renderer::create (*node, kRate);
  fail_unless (bool (renderer));
  (*renderer)->connect_input (0, 2);
  return std::move (*renderer);
}

// Pushes so many pieces; every seventh is silent.
std::function<void ()>
pushing (Renderer &renderer, Cutter &cutter, std::vector<float> &sound,
    size_t frames, size_t quanta)
{
  return [&renderer, &cutter, &sound, frames, quanta] {
    const Samples samples = Samples::interleaved (sound.data (), 2);
    const uint64_t start = renderer.node->scope->current_frame ();
    const uint64_t end = start + quanta * renderer.quantum ();
    for (int i = 0; renderer.node->scope->current_frame () < end; i++) {
      const InputPiece piece{samples, i % 7 != 0};
      cutter.set_stream_time ({.start = i});
      cutter.push ({&piece, 1}, {&samples, 1}, frames);
    }
    cutter.finish ();
    cutter.begin_tail (1000);
    cutter.tail ({&samples, 1}, frames);
  };
}

} // namespace

GST_START_TEST (a_million_quanta_make_no_call_that_could_wait)
{
  constexpr size_t kQuanta = 1000000;
  auto renderer = make_renderer (gst::web::make_class<Gain> ("gain"));
  Cutter cutter (*renderer);
  std::vector<float> sound (2 * 1024, 0.5f);
  ProcessorPort &port = renderer->node->port ();
  NodeParam &param = param_of (*renderer);
  // Meanwhile messages go both ways, and the parameter is automated.
  std::atomic<bool> is_over{false};
  std::atomic<int> received{0};
  std::thread control ([&] {
    while (!is_over) {
      port.post_to_processor ({Ptr<GVariant>::adopt (g_variant_ref_sink (
                                   g_variant_new_double (0.5))),
          {}});
      received += port.receive ([] (Ptr<GVariant>) {});
      const double now = param.now ();
      (void)param.set_value (0.5f);
      (void)param.timeline ().linear_ramp_to_value_at_time (1, now + 0.1, now);
      std::this_thread::yield ();
    }
  });
  for (size_t frames : {1024, 480, 1})
    check_silent (watch (pushing (*renderer, cutter, sound, frames,
        frames == 1 ? kQuanta / 10 : kQuanta / 2)));
  is_over = true;
  control.join ();
  fail_unless (renderer->calls () > kQuanta / 2);
  fail_unless (received > 0);
}
GST_END_TEST;

// Who looks must see, also without the filter.
GST_START_TEST (what_is_forbidden_is_seen)
{
  static GMutex mutex;
  struct Case {
    void (*act) ();
    std::atomic<int> &count;
    int expected;
  };
  static void *volatile memory;
  const Case cases[] = {
      {[] { memory = malloc (16); }, allocations, 1},
      {[] { memory = new char; }, allocations, 1},
      {[] { memory = g_malloc (16); }, allocations, 1},
      {[] { free (memory); }, allocations, 1},
      {[] {
         g_mutex_lock (&mutex);
         g_mutex_unlock (&mutex);
       },
          locks, 2},
      {[] {
         static Mutex lock;
         MutexLocker locker (lock);
       },
          locks, 2},
      {[] { syscall (SYS_getppid); }, system_calls, 1},
  };
  for (Filter filter : {Filter::none, Filter::wanted})
    for (const Case &c : cases) {
      const bool is_of_filter = &c.count == &system_calls;
      if (is_of_filter && filter == Filter::none)
        continue;
      static void (*act) ();
      act = c.act;
      Rendering r;
      r.script.process = [] (const GstWebAudioQuantum &) {
        act ();
        return Answer::finished;
      };
      r.start ();
      const bool has_filter = watch ([&] { r.render (); }, filter);
      if (has_filter || !is_of_filter)
        fail_unless_equals_int (c.count, c.expected);
    }
}
GST_END_TEST;

static Suite *
silent_thread_suite ()
{
  Suite *suite = suite_create ("worklet/silent-thread");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_million_quanta_make_no_call_that_could_wait);
  tcase_add_test (tcase, what_is_forbidden_is_seen);
  return suite;
}

GST_CHECK_MAIN (silent_thread)

#endif
