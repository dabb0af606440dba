// SPDX-License-Identifier: LGPL-2.1-or-later
// The rules of the render loop: who is called, with what, in which order.
#include "worklet/renderer.hh"

#include "support/worklet-fixture.hh"

#include <algorithm>
#include <atomic>
#include <thread>

using namespace webmedia;
using namespace webmedia::worklet;
using namespace webmedia::test;

// "return false": called once, and again for as long as an input is active.
GST_START_TEST (a_processor_that_has_finished_resumes_with_its_input)
{
  Rendering r;
  r.script.process = [] (const GstWebAudioQuantum &) {
    return Answer::finished;
  };
  r.start ();
  r.renderer->connect_input (0, 2);
  r.render (93);
  fail_unless_equals_uint64 (r.renderer->calls (), 1);
  for (int i = 0; i < 95; i++) {
    r.feed (0);
    r.render ();
  }
  fail_unless_equals_uint64 (r.renderer->calls (), 1 + 95);
  r.render (10);
  fail_unless_equals_uint64 (r.renderer->calls (), 1 + 95);
  r.feed (0);
  r.render ();
  fail_unless_equals_uint64 (r.renderer->calls (), 1 + 95 + 1);
}
GST_END_TEST;

// "If any input is actively processing", whichever it is.
GST_START_TEST (any_input_resumes_a_processor_that_has_finished)
{
  Rendering r;
  std::vector<guint> channels;
  r.script.process = [&] (const GstWebAudioQuantum &quantum) {
    for (guint i = 0; i < quantum.n_inputs; i++)
      channels.push_back (quantum.inputs[i].n_channels);
    return Answer::finished;
  };
  NodeOptions options;
  options.number_of_inputs = 3;
  r.start (options);
  for (uint32_t i = 0; i < 3; i++)
    r.renderer->connect_input (i, i + 1);
  r.render (5);
  fail_unless (channels == std::vector<guint> ({0, 0, 0}));
  for (uint32_t i = 0; i < 3; i++) {
    channels.clear ();
    r.feed (i);
    r.render (5);
    std::vector<guint> expected (3);
    expected[i] = i + 1;
    fail_unless (channels == expected);
  }
}
GST_END_TEST;

GST_START_TEST (a_processor_that_keeps_alive_is_called_without_an_input)
{
  Rendering r;
  int left = 5;
  r.script.process = [&] (const GstWebAudioQuantum &) {
    return --left > 0 ? Answer::keep_alive : Answer::finished;
  };
  r.start ();
  fail_unless (r.renderer->keeps_alive ());
  r.render (20);
  fail_unless_equals_uint64 (r.renderer->calls (), 5);
  fail_unless (!r.renderer->keeps_alive ());
}
GST_END_TEST;

// The array is empty if and only if nothing active feeds the input.
GST_START_TEST (an_input_is_empty_while_nothing_active_feeds_it)
{
  Rendering r;
  int empty = 0, fed = 0;
  r.script.process = [&] (const GstWebAudioQuantum &quantum) {
    fail_unless_equals_int (quantum.n_inputs, 1);
    const GstWebAudioInput &input = quantum.inputs[0];
    if (input.n_channels == 0) {
      empty++;
    } else {
      fed++;
      fail_unless_equals_int (input.n_channels, 2);
      fail_unless_equals_float (input.channels[1][127], 2);
    }
    return Answer::keep_alive;
  };
  r.start ();
  r.render (3); // not connected
  r.renderer->connect_input (0, 2);
  r.render (121); // connected, but silent
  for (int i = 0; i < 95; i++) {
    r.feed (0);
    r.render ();
  }
  r.render (95);
  r.renderer->connect_input (0, 0);
  r.renderer->activate_input (0);
  r.render ();
  fail_unless_equals_int (fed, 95);
  fail_unless_equals_int (empty, 3 + 121 + 95 + 1);
}
GST_END_TEST;

GST_START_TEST (outputs_are_zeros_when_process_is_called)
{
  Rendering r;
  r.script.process = [] (const GstWebAudioQuantum &quantum) {
    for (guint n = 0; n < quantum.n_outputs; n++)
      for (guint c = 0; c < quantum.outputs[n].n_channels; c++)
        for (guint i = 0; i < quantum.n_frames; i++) {
          fail_unless_equals_float (quantum.outputs[n].channels[c][i], 0);
          quantum.outputs[n].channels[c][i] = 7;
        }
    return Answer::keep_alive;
  };
  NodeOptions options;
  options.number_of_outputs = 3;
  options.output_channel_count = {{1, 2, 32}};
  r.start (options);
  r.render (3);
  fail_unless (r.renderer->is_active ());
  fail_unless_equals_float (r.sample (2, 31, 127), 7);
}
GST_END_TEST;

GST_START_TEST (outputs_are_silent_while_nothing_is_called)
{
  Rendering r;
  r.script.process = [] (const GstWebAudioQuantum &quantum) {
    quantum.outputs[0].channels[0][5] = 1;
    return Answer::finished;
  };
  r.start ();
  r.render ();
  fail_unless_equals_float (r.sample (0, 0, 5), 1);
  r.render ();
  fail_unless (!r.renderer->is_active ());
  fail_unless_equals_float (r.sample (0, 0, 5), 0);
}
GST_END_TEST;

// In a quantum: messages, then process(), then the clock, then promise jobs.
GST_START_TEST (a_quantum_has_its_order)
{
  Rendering r;
  std::string order;
  uint64_t frame_in_process = 0;
  r.script.message = [&] (const Incoming &) {
    order += "m";
  };
  r.script.process = [&] (const GstWebAudioQuantum &quantum) {
    order += "p";
    frame_in_process = quantum.current_frame;
    fail_unless_equals_uint64 (
        r.scope->current_frame (), quantum.current_frame);
    fail_unless (
        quantum.current_time == double (quantum.current_frame) / kRate);
    fail_unless_equals_float (quantum.sample_rate, kRate);
    // What is posted now is of the next quantum.
    if (quantum.current_frame == 0)
      r.node->port ().post_to_processor ({});
    return Answer::keep_alive;
  };
  r.script.quantum_end = [&] {
    order += "e";
    fail_unless_equals_uint64 (
        r.scope->current_frame (), frame_in_process + 128);
  };
  r.start ();
  r.scope->add_message_handler ([&] (const Incoming &) { order += "s"; });
  r.node->port ().post_to_processor ({});
  r.scope->port ().post_to_processor ({});
  r.node->port ().post_to_processor ({});
  r.render (3);
  fail_unless_equals_string (order.c_str (), "smmpempepe");
}
GST_END_TEST;

GST_START_TEST (what_a_message_causes_is_for_the_next_quantum)
{
  Rendering r;
  int messages = 0;
  r.script.message = [&] (const Incoming &) {
    messages++;
    r.node->port ().post_to_processor ({});
  };
  r.start ();
  r.node->port ().post_to_processor ({});
  r.render ();
  fail_unless_equals_int (messages, 1);
  r.render (4);
  fail_unless_equals_int (messages, 5);
}
GST_END_TEST;

GST_START_TEST (a_processor_that_fails_is_silent_for_life_and_says_so_once)
{
  Rendering r;
  r.script.process = [&] (const GstWebAudioQuantum &quantum) {
    quantum.outputs[0].channels[0][0] = 1;
    if (quantum.current_frame < 2 * 128)
      return Answer::keep_alive;
    r.node->error ().set ("it broke", "test.cc", 7, 3, "at test");
    return Answer::failed;
  };
  r.start ();
  r.renderer->connect_input (0, 1);
  r.render (2);
  fail_unless_equals_float (r.sample (0), 1);
  r.render ();
  fail_unless_equals_float (r.sample (0), 0);
  fail_unless (!r.renderer->is_active () && !r.renderer->keeps_alive ());
  r.feed (0);
  r.render (5);
  fail_unless_equals_uint64 (r.renderer->calls (), 3);
  auto error = r.node->error ().take ();
  fail_unless (error.has_value ());
  fail_unless_equals_string (error->message.c_str (), "it broke");
  fail_unless_equals_string (error->filename.c_str (), "test.cc");
  fail_unless_equals_int (error->line, 7);
  fail_unless_equals_int (error->column, 3);
  fail_unless_equals_string (error->stack.c_str (), "at test");
  fail_unless (!r.node->error ().take ());
  // The clock goes on.
  fail_unless_equals_uint64 (r.scope->current_frame (), 8 * 128);
}
GST_END_TEST;

GST_START_TEST (a_constructor_that_fails_leaves_silence_and_an_error)
{
  Rendering r;
  r.script.construct = [] (const Construction &construction) {
    construction.error->set ("no", nullptr, 0);
    return false;
  };
  r.start ();
  r.renderer->connect_input (0, 1);
  r.feed (0);
  r.node->port ().post_to_processor ({});
  r.render (2);
  fail_unless_equals_uint64 (r.renderer->calls (), 0);
  fail_unless_equals_float (r.sample (0), 0);
  auto error = r.node->error ().take ();
  fail_unless (error && error->message == "no" && error->filename.empty ());

  Rendering silent;
  silent.script.construct = [] (const Construction &) {
    return false;
  };
  silent.start ();
  fail_unless (silent.node->error ().take ().has_value ());
}
GST_END_TEST;

GST_START_TEST (the_constructor_sees_the_options)
{
  Rendering r (256);
  r.script.construct = [] (const Construction &construction) {
    fail_unless_equals_int (construction.number_of_inputs, 3);
    fail_unless_equals_int (construction.number_of_outputs, 2);
    fail_unless (
        construction.output_channel_count == std::vector<uint32_t> ({4, 5}));
    gint answer = 0;
    fail_unless (g_variant_lookup (
        construction.processor_options.get (), "answer", "i", &answer));
    fail_unless_equals_int (answer, 42);
    fail_unless_equals_int (construction.sample_rate, kRate);
    fail_unless_equals_int (construction.quantum, 256);
    return true;
  };
  NodeOptions options;
  options.number_of_inputs = 3;
  options.number_of_outputs = 2;
  options.output_channel_count = {{4, 5}};
  options.processor_options = Ptr<GVariant>::adopt (
      g_variant_ref_sink (g_variant_new_parsed ("{'answer': <42>}")));
  r.start (options);
  r.render ();
}
GST_END_TEST;

// WPT audioworkletprocessor-options: what it sees where none are given.
GST_START_TEST (the_constructor_sees_the_defaults_of_the_options)
{
  Rendering r;
  int constructed = 0;
  r.script.construct = [&constructed] (const Construction &construction) {
    constructed++;
    fail_unless_equals_int (construction.number_of_inputs, 1);
    fail_unless_equals_int (construction.number_of_outputs, 1);
    fail_if (construction.output_channel_count.has_value ());
    fail_if (bool (construction.processor_options));
    fail_unless_equals_int (construction.quantum, 128);
    return true;
  };
  r.start ();
  fail_unless_equals_int (constructed, 1);
}
GST_END_TEST;

GST_START_TEST (a_quantum_may_have_any_size)
{
  for (uint32_t size : {1u, 100u, 128u, 4096u, 6 * kRate}) {
    Rendering r (size);
    r.script.process = [&] (const GstWebAudioQuantum &quantum) {
      fail_unless_equals_int (quantum.n_frames, size);
      pass_through (quantum, 2);
      return Answer::finished;
    };
    r.start ();
    r.renderer->connect_input (0, 2);
    r.feed (0);
    r.render ();
    fail_unless_equals_float (r.sample (0, 1, size - 1), 4);
    fail_unless_equals_uint64 (r.scope->current_frame (), size);
  }
  for (uint32_t size : {0u, 6 * kRate + 1}) {
    Rendering r (1);
    r.scope = std::make_shared<GlobalScope> (size);
    fail_unless (bool (r.scope->register_processor (
        std::make_shared<ScriptedDefinition> ("test", r.script))));
    auto node = Node::create (r.scope, "test", {});
    auto renderer = Renderer::create (*node, kRate);
    fail_unless (!renderer);
    fail_unless (renderer.error ().code == ErrorCode::not_supported);
  }
}
GST_END_TEST;

GST_START_TEST (a_scope_has_one_renderer_and_one_clock)
{
  Rendering r;
  r.start ();
  r.render (4);
  auto other = Renderer::create (r.node, kRate);
  fail_unless (!other);
  fail_unless (other.error ().code == ErrorCode::invalid_state);
  uint64_t seen_frame = 0;
  r.script.process = [&] (const GstWebAudioQuantum &quantum) {
    seen_frame = quantum.current_frame;
    return Answer::finished;
  };
  r.restart ();
  r.render ();
  fail_unless_equals_uint64 (seen_frame, 4 * 128);
}
GST_END_TEST;

// One that nobody renders yet has its processor, and its messages.
GST_START_TEST (an_idle_renderer_has_its_messages_and_begins_later)
{
  Rendering r;
  int messages = 0;
  uint64_t seen_frame = 1;
  r.script.message = [&] (const Incoming &) {
    messages++;
  };
  r.script.process = [&] (const GstWebAudioQuantum &quantum) {
    seen_frame = quantum.current_frame;
    return Answer::keep_alive;
  };
  r.start ();
  auto node = Node::create (r.scope, "test", {});
  auto idle = Renderer::create_idle (*node, kRate);
  fail_unless (bool (idle));
  (*node)->port ().post_to_processor ({});
  fail_unless (pump (**idle));
  fail_unless_equals_int (messages, 1);
  // Not while another one of the scope renders.
  (*node)->port ().post_to_processor ({});
  r.renderer->begin ();
  fail_if (pump (**idle));
  r.renderer->end ();
  fail_unless_equals_int (messages, 1);
  fail_unless (pump (**idle));
  fail_unless_equals_int (messages, 2);
  r.render (2);
  fail_if (bool ((*idle)->attach ()));
  r.renderer->detach ();
  fail_unless (bool ((*idle)->attach ()));
  (*idle)->render ();
  fail_unless_equals_uint64 (seen_frame, 2 * 128);
}
GST_END_TEST;

// Code of a scope needs no locks: whichever node it is of.
GST_START_TEST (nodes_of_a_scope_are_called_one_at_a_time)
{
  constexpr int kMessages = 500;
  Rendering r;
  std::atomic<int> inside{0};
  std::atomic<int> handled{0};
  auto check_alone = [&] {
    fail_unless_equals_int (inside++, 0);
    // Long enough for another one to come.
    int most = 1;
    for (int i = 0; i < 5000; i++)
      most = std::max (most, inside.load ());
    fail_unless_equals_int (most, 1);
    inside--;
  };
  r.script.construct = [&] (const Construction &) {
    check_alone ();
    return true;
  };
  r.script.message = [&] (const Incoming &) {
    check_alone ();
    handled++;
  };
  r.script.process = [&] (const GstWebAudioQuantum &) {
    check_alone ();
    return Answer::keep_alive;
  };
  r.start ();
  auto node = Node::create (r.scope, "test", {});
  auto idle = Renderer::create_idle (*node, kRate);
  std::atomic<bool> is_done{false};
  std::thread audio ([&] {
    while (!is_done) {
      r.renderer->begin ();
      r.render ();
      r.renderer->end ();
      std::this_thread::yield ();
    }
  });
  for (int i = 0; i < kMessages; i++) {
    (*node)->port ().post_to_processor ({});
    pump (**idle, false);
    if (i % 100 == 0)
      fail_unless (bool (Renderer::create_idle (*node, kRate)));
  }
  is_done = true;
  audio.join ();
  fail_unless_equals_int (handled, kMessages);
}
GST_END_TEST;

GST_START_TEST (a_scope_may_have_a_rate)
{
  Rendering r;
  r.scope = std::make_shared<GlobalScope> (128, 44100);
  fail_unless_equals_int (r.scope->sample_rate (), 44100);
  fail_unless (bool (r.scope->register_processor (
      std::make_shared<ScriptedDefinition> ("test", r.script))));
  auto node = Node::create (r.scope, "test", {});
  auto other = Renderer::create (*node, kRate);
  fail_unless (!other);
  fail_unless (other.error ().code == ErrorCode::not_supported);
  fail_unless (bool (Renderer::create (*node, 44100)));
}
GST_END_TEST;

GST_START_TEST (blocks_are_aligned)
{
  Rendering r;
  auto check = [] (const float *block) {
    fail_unless (reinterpret_cast<uintptr_t> (block) % kAlignment == 0);
  };
  r.script.process = [&] (const GstWebAudioQuantum &quantum) {
    for (guint c = 0; c < 3; c++) {
      check (quantum.inputs[0].channels[c]);
      check (quantum.outputs[0].channels[c]);
    }
    return Answer::finished;
  };
  r.start ();
  r.renderer->connect_input (0, 3);
  r.feed (0);
  r.render ();
  fail_unless_equals_uint64 (r.renderer->calls (), 1);
}
GST_END_TEST;

GST_START_TEST (what_is_nearly_nothing_is_not_nothing)
{
  Rendering r;
  r.script.process = [] (const GstWebAudioQuantum &quantum) {
    quantum.outputs[0].channels[0][0] = quantum.inputs[0].channels[0][0] * 0.5f;
    return Answer::finished;
  };
  r.start ();
  r.renderer->connect_input (0, 1);
  r.renderer->input (0).data[0][0] = 1e-39f;
  r.renderer->activate_input (0);
  r.render ();
  fail_unless (r.sample (0) > 0 && r.sample (0) < 1e-39f);
}
GST_END_TEST;

static Suite *
renderer_suite ()
{
  Suite *suite = suite_create ("worklet/renderer");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_processor_that_has_finished_resumes_with_its_input);
  tcase_add_test (tcase, any_input_resumes_a_processor_that_has_finished);
  tcase_add_test (
      tcase, a_processor_that_keeps_alive_is_called_without_an_input);
  tcase_add_test (tcase, an_input_is_empty_while_nothing_active_feeds_it);
  tcase_add_test (tcase, outputs_are_zeros_when_process_is_called);
  tcase_add_test (tcase, outputs_are_silent_while_nothing_is_called);
  tcase_add_test (tcase, a_quantum_has_its_order);
  tcase_add_test (tcase, what_a_message_causes_is_for_the_next_quantum);
  tcase_add_test (
      tcase, a_processor_that_fails_is_silent_for_life_and_says_so_once);
  tcase_add_test (tcase, a_constructor_that_fails_leaves_silence_and_an_error);
  tcase_add_test (tcase, the_constructor_sees_the_options);
  tcase_add_test (tcase, the_constructor_sees_the_defaults_of_the_options);
  tcase_add_test (tcase, a_quantum_may_have_any_size);
  tcase_add_test (tcase, a_scope_has_one_renderer_and_one_clock);
  tcase_add_test (tcase, an_idle_renderer_has_its_messages_and_begins_later);
  tcase_add_test (tcase, nodes_of_a_scope_are_called_one_at_a_time);
  tcase_add_test (tcase, a_scope_may_have_a_rate);
  tcase_add_test (tcase, blocks_are_aligned);
  tcase_add_test (tcase, what_is_nearly_nothing_is_not_nothing);
  return suite;
}
GST_CHECK_MAIN (renderer)
