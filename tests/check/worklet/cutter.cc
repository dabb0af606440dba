// SPDX-License-Identifier: LGPL-2.1-or-later
// Pieces of any length in, pieces of the same lengths out, and the same sound.
#include "worklet/cutter.hh"

#include "support/worklet-fixture.hh"

using namespace webmedia;
using namespace webmedia::worklet;
using namespace webmedia::test;

namespace {

constexpr size_t kFrames = 20 * 4096;

// A filter that remembers, so that each frame depends on all before it.
struct Filter {
  float last[2] = {};

  Answer operator() (const GstWebAudioQuantum &quantum)
  {
    for (guint c = 0; c < quantum.inputs[0].n_channels; c++)
      for (guint i = 0; i < quantum.n_frames; i++)
        quantum.outputs[0].channels[c][i] = last[c] =
            quantum.inputs[0].channels[c][i] + 0.9f * last[c];
    return Answer::finished;
  }
};

enum class Layout { interleaved, planar };

std::vector<float>
make_sound (Layout layout)
{
  std::vector<float> sound (2 * kFrames);
  uint32_t random = 1;
  for (size_t i = 0; i < kFrames; i++)
    for (size_t c = 0; c < 2; c++) {
      random = random * 1664525 + 1013904223;
      const size_t at = layout == Layout::planar ? c * kFrames + i : 2 * i + c;
      sound[at] = static_cast<float> (random >> 8) / (1 << 24) - 0.5f;
    }
  return sound;
}

Samples
part (std::vector<float> &sound, Layout layout, size_t from)
{
  if (layout == Layout::planar)
    return Samples::planar (sound.data () + from, 2, kFrames);
  return Samples::interleaved (sound.data () + 2 * from, 2);
}

// What comes out of the filter for a sound that is pushed in such pieces, in
// place; and that each piece is complete as soon as it can be.
std::vector<float>
filter (Layout layout, const std::function<size_t ()> &next, uint32_t latency,
    uint32_t quantum = kDefaultQuantum)
{
  Rendering r (quantum);
  r.script.process = Filter{};
  r.start ();
  r.renderer->connect_input (0, 2);
  Cutter cutter (*r.renderer);
  std::vector<float> sound = make_sound (layout);
  std::vector<size_t> ends;
  size_t completed = 0;
  for (size_t from = 0; from < kFrames;) {
    const size_t frames = std::min (next (), kFrames - from);
    const Samples samples = part (sound, layout, from);
    const InputPiece in{samples, true};
    completed += cutter.push ({&in, 1}, {&samples, 1}, frames);
    from += frames;
    ends.push_back (from);
    const size_t whole = from / quantum * quantum;
    size_t expected = completed;
    while (expected < ends.size () && ends[expected] <= whole)
      expected++;
    fail_unless_equals_uint64 (completed, expected);
    fail_unless (completed == 0 || ends[completed - 1] <= whole);
    fail_unless_equals_uint64 (cutter.pending (), ends.size () - completed);
  }
  completed += cutter.finish ();
  fail_unless_equals_uint64 (completed, ends.size ());
  fail_unless_equals_int (cutter.latency (), latency);
  fail_unless_equals_uint64 (cutter.finish (), 0);
  return sound;
}

std::function<size_t ()>
always (size_t frames)
{
  return [frames] {
    return frames;
  };
}

} // namespace

GST_START_TEST (the_sound_is_the_same_in_whatever_pieces_it_comes)
{
  for (Layout layout : {Layout::interleaved, Layout::planar}) {
    const std::vector<float> whole = filter (layout, always (kFrames), 0);
    for (size_t frames : {1, 7, 127, 128, 480, 4096})
      fail_unless (
          filter (layout, always (frames), frames % 128 ? 127 : 0) == whole,
          "pieces of %zu frames", frames);
    uint32_t random = 7;
    auto next = [&random] {
      random = random * 1664525 + 1013904223;
      return size_t ((random >> 16) % 700 + 1);
    };
    fail_unless (filter (layout, next, 127) == whole);
  }
}
GST_END_TEST;

GST_START_TEST (the_reference_is_the_filter_itself)
{
  const std::vector<float> in = make_sound (Layout::interleaved);
  const std::vector<float> out =
      filter (Layout::interleaved, always (480), 127);
  float last[2] = {};
  for (size_t i = 0; i < in.size (); i++) {
    last[i % 2] = in[i] + 0.9f * last[i % 2];
    fail_unless (std::fabs (out[i] - last[i % 2]) < 1e-5);
  }
}
GST_END_TEST;

GST_START_TEST (any_quantum_cuts)
{
  const auto whole = filter (Layout::interleaved, always (4096), 0);
  for (uint32_t quantum : {1u, 3u, 100u, 4096u, 5000u}) {
    const bool fits = 4096 % quantum == 0;
    fail_unless (filter (Layout::interleaved, always (4096),
                     fits ? 0 : quantum - 1, quantum)
                 == whole);
  }
}
GST_END_TEST;

// Mono, and what is neither interleaved nor dense.
GST_START_TEST (any_layout_is_taken)
{
  Rendering r;
  r.script.process = [] (const GstWebAudioQuantum &quantum) {
    pass_through (quantum, 2);
    return Answer::finished;
  };
  r.start ();
  for (uint32_t channels : {1u, 3u, 6u}) {
    r.renderer->connect_input (0, channels);
    Cutter cutter (*r.renderer);
    std::vector<float> in (channels * 256), out (channels * 300, 9);
    for (size_t i = 0; i < in.size (); i++)
      in[i] = static_cast<float> (i);
    const InputPiece piece{Samples::interleaved (in.data (), channels), true};
    const Samples place = Samples::planar (out.data (), channels, 300);
    fail_unless_equals_uint64 (cutter.push ({&piece, 1}, {&place, 1}, 256), 1);
    for (uint32_t c = 0; c < channels; c++)
      for (size_t i = 0; i < 300; i++)
        fail_unless_equals_float (
            out[c * 300 + i], i < 256 ? 2 * in[i * channels + c] : 9);
  }
}
GST_END_TEST;

// A quantum is active if any of its frames is; the others are zeros.
GST_START_TEST (silence_between_sound_is_zeros)
{
  Rendering r;
  int calls = 0;
  r.script.process = [&] (const GstWebAudioQuantum &quantum) {
    calls++;
    pass_through (quantum);
    return Answer::finished;
  };
  r.start ();
  r.renderer->connect_input (0, 1);
  Cutter cutter (*r.renderer);
  std::vector<float> sound (100, 1), out (2500, 9);
  const Samples samples = Samples::interleaved (sound.data (), 1);
  const InputPiece active{samples, true}, gap{samples, false};
  size_t at = 0;
  auto push = [&] (const InputPiece &piece) {
    const Samples place = Samples::interleaved (out.data () + at, 1);
    at += 100;
    return cutter.push ({&piece, 1}, {&place, 1}, 100);
  };
  // Quanta end at 128, 256, 384, 512, ...:
  // gap gap | gap sound | sound gap | gap gap | ...
  fail_unless_equals_uint64 (push (gap), 0);
  fail_unless_equals_uint64 (push (gap), 1);
  fail_unless_equals_int (calls, 1); // as an active source, from the start
  fail_unless (!cutter.is_silent (0));
  fail_unless_equals_uint64 (push (active), 1);
  fail_unless_equals_uint64 (push (gap), 1);
  fail_unless (!cutter.is_silent (0));
  fail_unless_equals_uint64 (push (gap), 0);
  fail_unless_equals_uint64 (push (gap), 2);
  fail_unless (!cutter.is_silent (0)); // its first frames are of a call
  fail_unless (cutter.is_silent (1));
  while (at < out.size ())
    push (gap);
  fail_unless_equals_int (calls, 3);
  fail_unless (cutter.is_silent (0));
  for (size_t i = 0; i < 2400; i++)
    fail_unless_equals_float (out[i], i / 100 == 2 ? 1 : 0);
}
GST_END_TEST;

GST_START_TEST (several_inputs_and_outputs_keep_step)
{
  NodeOptions options;
  options.number_of_inputs = 2;
  options.number_of_outputs = 2;
  Rendering r;
  r.script.process = [] (const GstWebAudioQuantum &quantum) {
    // Crosswise.
    for (guint n = 0; n < 2; n++)
      if (quantum.inputs[n].n_channels)
        for (guint i = 0; i < quantum.n_frames; i++)
          quantum.outputs[1 - n].channels[0][i] =
              quantum.inputs[n].channels[0][i];
    return Answer::finished;
  };
  r.start (options);
  r.renderer->connect_input (0, 1);
  r.renderer->connect_input (1, 2);
  Cutter cutter (*r.renderer);
  std::vector<float> rising (500), falling (1000), out[2];
  for (size_t i = 0; i < 500; i++) {
    rising[i] = static_cast<float> (i);
    falling[2 * i] = -static_cast<float> (i);
  }
  for (auto &samples : out)
    samples.assign (500, 99);
  const InputPiece in[] = {{Samples::interleaved (rising.data (), 1), true},
      {Samples::interleaved (falling.data (), 2), true}};
  const Samples places[] = {Samples::interleaved (out[0].data (), 1),
      Samples::interleaved (out[1].data (), 1)};
  fail_unless_equals_uint64 (cutter.push (in, places, 500), 0);
  fail_unless_equals_uint64 (cutter.finish (), 1);
  for (size_t i = 0; i < 500; i++) {
    fail_unless_equals_float (out[0][i], -static_cast<float> (i));
    fail_unless_equals_float (out[1][i], static_cast<float> (i));
  }
}
GST_END_TEST;

GST_START_TEST (a_flush_forgets_what_is_incomplete_and_the_clock_goes_on)
{
  Rendering r;
  std::vector<float> seen;
  uint64_t clock = 0;
  r.script.process = [&] (const GstWebAudioQuantum &quantum) {
    fail_unless_equals_uint64 (quantum.current_frame, clock);
    clock += 128;
    seen.push_back (quantum.inputs[0].channels[0][0]);
    return Answer::finished;
  };
  r.start ();
  r.renderer->connect_input (0, 1);
  Cutter cutter (*r.renderer);
  std::vector<float> sound (200, 1);
  const Samples samples = Samples::interleaved (sound.data (), 1);
  const InputPiece piece{samples, true};
  fail_unless_equals_uint64 (cutter.push ({&piece, 1}, {&samples, 1}, 200), 0);
  cutter.reset ();
  fail_unless_equals_uint64 (cutter.pending (), 0);
  // That nothing feeds it, either.
  const InputPiece gap{samples, false};
  fail_unless_equals_uint64 (cutter.push ({&gap, 1}, {&samples, 1}, 128), 1);
  fail_unless (cutter.is_silent (0));
  clock += 128;
  sound.assign (200, 2);
  fail_unless_equals_uint64 (cutter.push ({&piece, 1}, {&samples, 1}, 128), 1);
  fail_unless (seen == std::vector<float> ({1, 2}));
}
GST_END_TEST;

GST_START_TEST (parameters_hear_the_stream_time_of_each_quantum)
{
  struct Watch final : ParamSource {
    std::vector<QuantumTime> times;
    size_t fill (const QuantumTime &time, float *values, size_t) override
    {
      times.push_back (time);
      values[0] = 0;
      return 1;
    }
  };
  auto watch = std::make_shared<Watch> ();
  Rendering r;
  r.start ({}, {{.name = "p"}},
      [&] (const ParamDescriptor &, float) { return watch; });
  Cutter cutter (*r.renderer);
  std::vector<float> out (4800);
  const Samples place = Samples::interleaved (out.data (), 1);
  const InputPiece piece;
  // 10 s in the stream, 100 frames of which are in the first quantum.
  cutter.push ({&piece, 1}, {&place, 1}, 28);
  cutter.set_stream_time ({.start = 10 * kSecond});
  cutter.push ({&piece, 1}, {&place, 1}, 4772);
  fail_unless_equals_uint64 (watch->times.size (), 37);
  for (size_t i = 0; i < 37; i++) {
    const QuantumTime &time = watch->times[i];
    fail_unless_equals_uint64 (time.frame, 128 * i);
    const int64_t frame = int64_t (128 * i) - 28;
    fail_unless_equals_int64 (time.stream_time.start, 10 * kSecond);
    fail_unless_equals_int64 (time.stream_time.frames, frame);
  }
}
GST_END_TEST;

static Suite *
cutter_suite ()
{
  Suite *suite = suite_create ("worklet/cutter");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, the_sound_is_the_same_in_whatever_pieces_it_comes);
  tcase_add_test (tcase, the_reference_is_the_filter_itself);
  tcase_add_test (tcase, any_quantum_cuts);
  tcase_add_test (tcase, any_layout_is_taken);
  tcase_add_test (tcase, silence_between_sound_is_zeros);
  tcase_add_test (tcase, several_inputs_and_outputs_keep_step);
  tcase_add_test (
      tcase, a_flush_forgets_what_is_incomplete_and_the_clock_goes_on);
  tcase_add_test (tcase, parameters_hear_the_stream_time_of_each_quantum);
  return suite;
}
GST_CHECK_MAIN (cutter)
