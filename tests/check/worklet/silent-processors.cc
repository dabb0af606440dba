// SPDX-License-Identifier: LGPL-2.1-or-later
// The audio thread is silent, whatever it renders: each processor that comes
// along, under time lines that another thread writes, with messages, with
// buffers.
#include "support/watched-thread.hh"
#include "support/worklet-fixture.hh"
#include "worklet/buffer-cutter.hh"
#include "worklet/node-options.hh"
#include "worklet/node-param.hh"

#if IS_WATCHING

using namespace webmedia;
using namespace webmedia::worklet;
using namespace webmedia::test;

namespace {

constexpr uint64_t kQuanta = 4000; // of each processor

NodeParam &
param_of (const Node &node, size_t index)
{
  return static_cast<NodeParam &> (*node.parameters[index]->source ());
}

// A node that all its inputs are connected of.
std::unique_ptr<Renderer>
make_renderer (const Definition &definition)
{
  auto scope = std::make_shared<GlobalScope> ();
  const Shape shape = shape_of (definition);
  NodeOptions options;
  options.number_of_inputs = shape.inputs;
  options.number_of_outputs = shape.outputs;
  options.output_channel_count = std::vector<uint32_t> (shape.outputs, 2);
  auto node = Node::create (scope, definition.name, std::move (options),
      [&scope] (const ParamDescriptor &descriptor, float value) {
        return std::make_shared<NodeParam> (scope, descriptor, value);
      });
  fail_unless (bool (node));
  auto renderer = Renderer::create (*node, kRate);
  fail_unless (bool (renderer));
  for (uint32_t i = 0; i < shape.inputs; i++)
    (*renderer)->connect_input (i, 2);
  return std::move (*renderer);
}

// Each method of automation, of all parameters, again and again.
class Writer {
public:
  explicit Writer (Node &node) : node_ (node)
  {
    thread_ = std::thread ([this] {
      while (!is_over_) {
        for (size_t i = 0; i < node_.parameters.size (); i++)
          write (param_of (node_, i), rounds_ + i);
        node_.port ().post_to_processor ({});
        node_.port ().receive ([] (Ptr<GVariant>) {});
        rounds_++;
        std::this_thread::yield ();
      }
    });
  }
  ~Writer ()
  {
    is_over_ = true;
    thread_.join ();
  }
  uint64_t rounds () const { return rounds_; }

private:
  static void write (NodeParam &param, uint64_t round)
  {
    const ParamDescriptor &descriptor = param.descriptor;
    const float low = std::max (descriptor.min_value, -100.0f);
    const float high = std::min (descriptor.max_value, 1000.0f);
    const float curve[] = {low, high, low};
    const double now = param.now ();
    AutomationParam &timeline = param.timeline ();
    (void)param.set_value (descriptor.default_value);
    switch (round % 5) {
    case 0:
      (void)timeline.linear_ramp_to_value_at_time (high, now + 0.01, now);
      break;
    case 1:
      (void)timeline.set_target_at_time (low, now + 0.003, 0.01f, now);
      break;
    case 2:
      (void)timeline.set_value_curve_at_time (curve, now + 0.001, 0.005, now);
      break;
    case 3:
      (void)timeline.cancel_scheduled_values (now, now);
      (void)timeline.exponential_ramp_to_value_at_time (1, now + 0.01, now);
      break;
    case 4:
      (void)timeline.cancel_and_hold_at_time (now + 0.002, now);
      break;
    }
  }

  Node &node_;
  std::atomic<bool> is_over_{false};
  std::atomic<uint64_t> rounds_{0};
  std::thread thread_;
};

// Sound, and silence in every seventh quantum.
void
feed (Renderer &renderer, uint64_t number)
{
  for (uint32_t i = 0; i < renderer.node->options.number_of_inputs; i++) {
    const Bus bus = renderer.input (i);
    for (uint32_t c = 0; c < bus.channels; c++)
      for (uint32_t f = 0; f < renderer.quantum (); f++)
        bus.data[c][f] = static_cast<float> (f % 50) / 50 - 0.5f;
    if (number % 7)
      renderer.activate_input (i);
  }
}

} // namespace

GST_START_TEST (each_processor_is_silent_under_a_thread_that_writes)
{
  for (const auto &definition : builtin_definitions ()) {
    auto renderer = make_renderer (*definition);
    uint64_t quanta = 0;
    {
      Writer writer (*renderer->node);
      const bool has_filter = watch ([&] {
        for (; quanta < kQuanta || writer.rounds () < 50; quanta++) {
          feed (*renderer, quanta);
          renderer->begin ();
          renderer->render ();
          renderer->end ();
        }
        (void)renderer->tail ();
      });
      if (allocations || locks || system_calls)
        g_printerr ("%s is not silent\n", definition->name.c_str ());
      check_silent (has_filter);
    }
    fail_if (renderer->node->error ().is_set ());
    fail_unless (renderer->calls () > quanta / 2);
  }
}
GST_END_TEST;

// Where another thread is in, begin() waits by a system call, but neither
// allocates nor locks.
GST_START_TEST (a_pump_makes_the_audio_thread_do_nothing_more)
{
  constexpr int kTimes = 2000;
  Rendering r;
  std::atomic<int> handled{0};
  r.script.message = [&] (const Incoming &) {
    handled++;
  };
  r.script.process = [] (const GstWebAudioQuantum &) {
    return Answer::keep_alive;
  };
  r.start ();
  auto node = Node::create (r.scope, "test", {});
  auto idle = Renderer::create_idle (*node, kRate);
  fail_unless (bool (idle));
  std::atomic<bool> is_over{false};
  std::thread pumping ([&] {
    while (!is_over) {
      (*node)->port ().post_to_processor ({});
      pump (**idle, false);
    }
  });
  watch (
      [&] {
        for (int i = 0; i < kTimes || handled < kTimes; i++) {
          r.renderer->begin ();
          r.render ();
          r.renderer->end ();
        }
      },
      Filter::none);
  is_over = true;
  pumping.join ();
  fail_unless_equals_int (allocations, 0);
  fail_unless_equals_int (locks, 0);
}
GST_END_TEST;

// Buffers are mapped before the first quantum of a row, and are not touched
// until the last one has been rendered.
GST_START_TEST (a_row_of_quanta_of_a_buffer_is_silent)
{
  constexpr int kQuantaOfBuffer = 8;
  Rendering r;
  int calls = 0;
  r.script.process = [&] (const GstWebAudioQuantum &quantum) {
    is_watched = true;
    pass_through (quantum);
    return Answer::keep_alive;
  };
  r.script.quantum_end = [&] {
    is_watched = ++calls % kQuantaOfBuffer != 0;
  };
  r.start ();
  BufferCutter cutter (*r.renderer);
  for (auto layout :
      {GST_AUDIO_LAYOUT_INTERLEAVED, GST_AUDIO_LAYOUT_NON_INTERLEAVED}) {
    GstAudioInfo info;
    gst_audio_info_set_format (&info, GST_AUDIO_FORMAT_F32, kRate, 2, nullptr);
    info.layout = layout;
    cutter.set_input_format (0, &info);
    cutter.set_output_format (0, info);
    for (int i = 0; i < 20; i++) {
      constexpr size_t kFrames = kQuantaOfBuffer * kDefaultQuantum;
      auto buffer = Ptr<GstBuffer>::adopt (
          gst_buffer_new_allocate (nullptr, kFrames * 2 * 4, nullptr));
      gst_buffer_memset (buffer.get (), 0, 0, kFrames * 2 * 4);
      if (layout == GST_AUDIO_LAYOUT_NON_INTERLEAVED)
        gst_buffer_add_audio_meta (buffer.get (), &info, kFrames, nullptr);
      const InputFrames input{buffer.get (), 0};
      fail_unless (cutter.push ({&input, 1}, {&buffer, 1}, kFrames));
      Ptr<GstBuffer> popped[1];
      fail_unless (cutter.pop (popped));
    }
  }
  fail_if (is_watched);
  fail_unless_equals_int (calls, 2 * 20 * kQuantaOfBuffer);
  fail_unless_equals_int (allocations, 0);
  fail_unless_equals_int (locks, 0);
}
GST_END_TEST;

static Suite *
silent_processors_suite ()
{
  Suite *suite = suite_create ("worklet/silent-processors");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, each_processor_is_silent_under_a_thread_that_writes);
  tcase_add_test (tcase, a_pump_makes_the_audio_thread_do_nothing_more);
  tcase_add_test (tcase, a_row_of_quanta_of_a_buffer_is_silent);
  return suite;
}
GST_CHECK_MAIN (silent_processors)

#endif
