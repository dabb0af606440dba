// SPDX-License-Identifier: LGPL-2.1-or-later
// What sounds after the end of the inputs.
#include "worklet/cutter.hh"

#include "support/worklet-fixture.hh"

using namespace webmedia;
using namespace webmedia::worklet;
using namespace webmedia::test;

namespace {

constexpr uint64_t kLimit = 10 * kRate;

// A delay line; it keeps itself alive as long as there is something in it.
struct Delay {
  explicit Delay (size_t frames) : line (frames) {}

  Answer operator() (const GstWebAudioQuantum &quantum)
  {
    const bool is_fed = quantum.inputs[0].n_channels > 0;
    for (guint i = 0; i < quantum.n_frames; i++) {
      quantum.outputs[0].channels[0][i] = line[at];
      line[at] = is_fed ? quantum.inputs[0].channels[0][i] : 0;
      at = (at + 1) % line.size ();
    }
    idle = is_fed ? 0 : idle + quantum.n_frames;
    return idle < line.size () ? Answer::keep_alive : Answer::finished;
  }

  std::vector<float> line;
  size_t at = 0;
  size_t idle = 0;
};

// What comes out for 10000 frames of ones, tail and all, in pieces of `piece`.
std::vector<float>
play (Rendering &r, size_t piece, uint64_t limit = kLimit, size_t gap = 0)
{
  r.start ();
  r.renderer->connect_input (0, 1);
  Cutter cutter (*r.renderer);
  std::vector<float> sound (10000, 1);
  for (size_t from = 0; from < sound.size (); from += piece) {
    const Samples samples = Samples::interleaved (sound.data () + from, 1);
    const InputPiece in{samples, from < sound.size () - gap};
    cutter.push (
        {&in, 1}, {&samples, 1}, std::min (piece, sound.size () - from));
  }
  cutter.finish ();
  cutter.begin_tail (limit);
  std::vector<float> more (piece);
  const Samples place = Samples::interleaved (more.data (), 1);
  do {
    const size_t count = cutter.tail ({&place, 1}, piece);
    sound.insert (sound.end (), more.begin (),
        more.begin () + static_cast<ptrdiff_t> (count));
  } while (!cutter.is_tail_over ());
  fail_unless_equals_uint64 (cutter.tail ({&place, 1}, piece), 0);
  return sound;
}

void
check_delayed (const std::vector<float> &sound, size_t delay)
{
  fail_unless_equals_uint64 (sound.size (), 10000 + delay);
  for (size_t i = 0; i < sound.size (); i++)
    fail_unless_equals_float (sound[i], i < delay ? 0 : 1);
}

} // namespace

GST_START_TEST (a_delay_of_24000_frames_after_10000_gives_34000)
{
  for (size_t piece : {1, 128, 480, 4096})
    for (bool says_how_long : {false, true}) {
      Rendering r;
      r.script.process = Delay (24000);
      if (says_how_long)
        r.script.tail = 24000;
      check_delayed (play (r, piece), 24000);
    }
}
GST_END_TEST;

GST_START_TEST (who_is_done_with_its_input_gives_as_much_as_it_got)
{
  Rendering r;
  r.script.process = [] (const GstWebAudioQuantum &quantum) {
    for (guint i = 0; i < quantum.n_frames; i++)
      quantum.outputs[0].channels[0][i] = 1; // also behind the end
    return Answer::finished;
  };
  check_delayed (play (r, 480), 0);
}
GST_END_TEST;

// "return true" for ever, as many processors do.
GST_START_TEST (silence_at_the_end_is_no_tail)
{
  Rendering r;
  r.script.process = [] (const GstWebAudioQuantum &quantum) {
    pass_through (quantum);
    return Answer::keep_alive;
  };
  check_delayed (play (r, 480), 0);
  fail_unless_equals_uint64 (r.renderer->calls (), 79 + (kLimit + 127) / 128);
}
GST_END_TEST;

GST_START_TEST (silence_before_more_sound_is_a_part_of_the_tail)
{
  Rendering r;
  r.script.process = [] (const GstWebAudioQuantum &quantum) {
    pass_through (quantum);
    if (quantum.current_frame == 256 * 128)
      quantum.outputs[0].channels[0][5] = 1;
    return Answer::keep_alive;
  };
  const std::vector<float> sound = play (r, 480);
  fail_unless_equals_uint64 (sound.size (), 256 * 128 + 6);
  for (size_t i = 10000; i < sound.size (); i++)
    fail_unless_equals_float (sound[i], i == sound.size () - 1 ? 1 : 0);
}
GST_END_TEST;

// However long the silence may be: one call renders a step of it.
GST_START_TEST (a_search_for_sound_gives_control_back)
{
  constexpr uint64_t kStep = Cutter::kSearchStep;
  Rendering r;
  r.script.process = [] (const GstWebAudioQuantum &quantum) {
    std::fill_n (quantum.outputs[0].channels[0], quantum.n_frames, 0.0f);
    if (quantum.current_frame == 128 * (1 + 3 * kStep))
      quantum.outputs[0].channels[0][5] = 1;
    return Answer::keep_alive;
  };
  r.start ();
  r.renderer->connect_input (0, 1);
  Cutter cutter (*r.renderer);
  std::vector<float> sound (128, 1);
  const Samples samples = Samples::interleaved (sound.data (), 1);
  const InputPiece in{samples, true};
  cutter.push ({&in, 1}, {&samples, 1}, sound.size ());
  cutter.begin_tail (UINT64_MAX);
  for (uint64_t step = 1; step <= 3; step++) {
    fail_unless_equals_uint64 (cutter.tail ({&samples, 1}, sound.size ()), 0);
    fail_unless (!cutter.is_tail_over ());
    fail_unless_equals_uint64 (r.renderer->calls (), 1 + step * kStep);
  }
  // What was silent belongs to it as soon as something is heard.
  std::vector<float> heard;
  for (size_t count = 1; count > 0;) {
    count = cutter.tail ({&samples, 1}, sound.size ());
    heard.insert (heard.end (), sound.begin (),
        sound.begin () + static_cast<ptrdiff_t> (count));
  }
  fail_unless (!cutter.is_tail_over ());
  std::vector<float> expected (128 * 3 * kStep + 6, 0);
  expected.back () = 1;
  fail_unless (heard == expected);
}
GST_END_TEST;

GST_START_TEST (a_tail_has_a_limit)
{
  for (bool says_how_long : {false, true}) {
    Rendering r;
    r.script.process = [] (const GstWebAudioQuantum &quantum) {
      std::fill_n (quantum.outputs[0].channels[0], quantum.n_frames, 1.0f);
      return Answer::keep_alive;
    };
    if (says_how_long)
      r.script.tail = UINT64_MAX;
    fail_unless (play (r, 480, 777) == std::vector<float> (10777, 1));
  }
}
GST_END_TEST;

// The tail has begun when the input became silent.
GST_START_TEST (silence_before_the_end_counts)
{
  Rendering r;
  r.script.process = Delay (1000);
  r.script.tail = 1000;
  fail_unless_equals_uint64 (play (r, 400, kLimit, 400).size (), 10600);
  Rendering over;
  over.script.process = Delay (1000);
  over.script.tail = 1000;
  fail_unless_equals_uint64 (play (over, 400, kLimit, 4000).size (), 10000);
}
GST_END_TEST;

GST_START_TEST (after_a_tail_sound_can_come_again)
{
  Rendering r;
  r.script.process = Delay (200);
  play (r, 400);
  Cutter cutter (*r.renderer);
  std::vector<float> sound (256, 1);
  const Samples samples = Samples::interleaved (sound.data (), 1);
  const InputPiece piece{samples, true};
  fail_unless_equals_uint64 (cutter.push ({&piece, 1}, {&samples, 1}, 256), 1);
  fail_unless (sound[255] == 1 && sound[0] == 0);
}
GST_END_TEST;

static Suite *
tail_suite ()
{
  Suite *suite = suite_create ("worklet/tail");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_delay_of_24000_frames_after_10000_gives_34000);
  tcase_add_test (tcase, who_is_done_with_its_input_gives_as_much_as_it_got);
  tcase_add_test (tcase, silence_at_the_end_is_no_tail);
  tcase_add_test (tcase, silence_before_more_sound_is_a_part_of_the_tail);
  tcase_add_test (tcase, a_search_for_sound_gives_control_back);
  tcase_add_test (tcase, a_tail_has_a_limit);
  tcase_add_test (tcase, silence_before_the_end_counts);
  tcase_add_test (tcase, after_a_tail_sound_can_come_again);
  return suite;
}
GST_CHECK_MAIN (tail)
