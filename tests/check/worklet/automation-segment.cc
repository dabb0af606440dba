// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/automation-segment.hh"
#include "support/check.hh"

#include <cmath>
#include <limits>
#include <vector>

using namespace webmedia::worklet;

using Shape = Segment::Shape;

static constexpr double kBefore = -std::numeric_limits<double>::infinity ();
static constexpr double kRates[] = {8000, 44100, 48000, 96000};
static constexpr size_t kCounts[] = {1, 2, 7, 8, 9, 127, 128, 129, 480, 4096};

static TimeGrid
frames (uint64_t frame, double rate)
{
  return {frame, 1, rate};
}

// In the order of a list.
class Order {
public:
  explicit Order (const std::vector<Segment> &list)
  {
    for (const Segment &segment : list)
      order_.push_back (&segment);
  }
  operator Segments () const { return {order_.data (), order_.size ()}; }

private:
  std::vector<const Segment *> order_;
};

// All that evaluate() gives, one value a time.
template <typename T>
static std::vector<T>
evaluate (const std::vector<Segment> &list, const TimeGrid &grid, size_t count,
    size_t *hint = nullptr)
{
  const Order order (list);
  const Segments segments = order;
  size_t unused = 0;
  // What is behind the last one must stay.
  std::vector<T> values (count + 8, T (-77));
  const size_t n =
      segments.evaluate (grid, count, values.data (), hint ? *hint : unused);
  fail_unless (n == count || n == 1);
  for (size_t i = n; i < values.size (); i++)
    fail_unless (values[i] == T (-77));
  values.resize (count);
  for (size_t i = n; i < count; i++)
    values[i] = values[0];
  return values;
}

// Each value against the formula, at its own time.
static void
compare (const std::vector<Segment> &list, const TimeGrid &grid, size_t count,
    double allowed, double allowed_double = 1e-12)
{
  const Order order (list);
  const Segments segments = order;
  const auto floats = evaluate<float> (list, grid, count);
  const auto doubles = evaluate<double> (list, grid, count);
  for (size_t i = 0; i < count; i++) {
    const double expected = segments.value_at (grid.time (i));
    const double size = std::max (1.0, std::abs (expected));
    fail_unless (std::abs (floats[i] - expected) <= allowed * size,
        "value %zu at %.12f s is %.12g, not %.12g", i, grid.time (i),
        double (floats[i]), expected);
    fail_unless (std::abs (doubles[i] - expected) <= allowed_double * size,
        "double %zu at %.12f s is %.17g, not %.17g", i, grid.time (i),
        doubles[i], expected);
  }
}

static const float kPoints[] = {0, 1, 0.25f, -0.5f, 0.75f};

static const std::vector<Segment> kShapes[] = {
    {{.start = kBefore, .offset = 0.3}},
    {{.start = kBefore, .offset = 0.3},
        {.start = 0.01, .offset = 1, .rate = -0.7, .shape = Shape::linear}},
    {{.start = kBefore, .offset = 0.3}, {.start = 0.01,
                                            .offset = 0.5,
                                            .scale = 0.5,
                                            .rate = -20,
                                            .shape = Shape::approach}},
    {{.start = kBefore, .offset = 0.3},
        {.start = 0.01, .scale = 1e-3, .rate = 60, .shape = Shape::approach},
        {.start = 0.11, .offset = 0.4}},
    {{.start = kBefore, .offset = 0.3},
        {.start = 0.01,
            .rate = 40,
            .points = kPoints,
            .n_points = 5,
            .shape = Shape::curve},
        {.start = 0.11, .offset = 0.75}},
};

GST_START_TEST (every_shape_is_its_formula_at_every_frame)
{
  for (const auto &list : kShapes)
    for (double rate : kRates)
      for (size_t count : kCounts)
        for (uint64_t frame = 0; frame < uint64_t (rate * 0.15);
             frame += std::max<size_t> (count, 61))
          compare (list, frames (frame, rate), count, 1e-7);
}
GST_END_TEST

GST_START_TEST (errors_do_not_grow_with_time)
{
  // After 20 days, inside of segments that last for days or milliseconds.
  for (double rate : kRates) {
    const auto late = uint64_t (rate * 86400 * 20) + 13;
    const double start = double (late - 50) / rate;
    const std::vector<Segment> lists[] = {
        {{.start = kBefore},
            {.start = 1, .rate = 1 / 1800000.0, .shape = Shape::linear}},
        {{.start = kBefore},
            {.start = start, .offset = 1, .rate = -90, .shape = Shape::linear}},
        {{.start = kBefore}, {.start = start,
                                 .offset = -0.5,
                                 .scale = 1,
                                 .rate = -300,
                                 .shape = Shape::approach}},
        {{.start = kBefore}, {.start = 1,
                                 .offset = 0.5,
                                 .scale = 0.5,
                                 .rate = -1e-7,
                                 .shape = Shape::approach}},
    };
    for (const auto &list : lists)
      for (uint64_t quantum = 0; quantum < 20; quantum++)
        compare (list, frames (late + quantum * 128, rate), 128, 1e-7, 1e-7);
  }
}
GST_END_TEST

GST_START_TEST (a_segment_starts_at_the_frame_whose_time_is_not_before_it)
{
  for (double rate : kRates)
    for (uint64_t at : {1u, 63u, 127u, 128u, 1000u, 123456789u}) {
      const double exact = double (at) / rate;
      const double starts[] = {
          std::nextafter (exact, 0), exact, std::nextafter (exact, 1e9)};
      for (size_t i = 0; i < 3; i++) {
        const std::vector<Segment> list = {
            {.start = kBefore, .offset = 1}, {.start = starts[i], .offset = 2}};
        const uint64_t first = at > 64 ? at - 64 : 0;
        const auto values = evaluate<float> (list, frames (first, rate), 128);
        const uint64_t change = at + (i == 2);
        for (uint64_t frame = first; frame < first + 128; frame++)
          fail_unless (values[frame - first] == (frame < change ? 1 : 2));
      }
    }
}
GST_END_TEST

GST_START_TEST (of_segments_that_start_at_once_the_last_one_holds)
{
  const std::vector<Segment> list = {{.start = kBefore, .offset = 1},
      {.start = 0.5, .offset = 2}, {.start = 0.5, .offset = 3},
      {.start = 0.5, .offset = 4}, {.start = 0.75, .offset = 5}};
  const auto values = evaluate<double> (list, frames (0, 8), 8);
  const std::vector<double> expected = {1, 1, 1, 1, 4, 4, 5, 5};
  fail_unless (values == expected);
}
GST_END_TEST

GST_START_TEST (more_segments_than_frames_are_passed)
{
  std::vector<Segment> list = {{.start = kBefore}};
  for (int i = 1; i <= 1000; i++)
    list.push_back ({.start = i / 1000.0, .offset = double (i)});
  const auto values = evaluate<double> (list, frames (0, 100), 128);
  for (size_t i = 0; i < 128; i++)
    fail_unless (values[i] == std::min<double> (double (i) * 10, 1000));
}
GST_END_TEST

GST_START_TEST (one_value_is_given_where_it_holds_for_all)
{
  size_t hint = 0;
  float values[128];
  const std::vector<Segment> list = {{.start = kBefore, .offset = 1},
      {.start = 1,
          .offset = 0.5,
          .scale = 2,
          .rate = -1,
          .shape = Shape::approach},
      {.start = 100, .rate = 0, .shape = Shape::linear}};
  const Order order (list);
  const Segments segments = order;
  fail_unless_equals_int (
      segments.evaluate (frames (0, 100), 100, values, hint), 1);
  fail_unless (values[0] == 1);
  // The next segment is in the last of these frames.
  fail_unless_equals_int (
      segments.evaluate (frames (0, 100), 101, values, hint), 101);
  fail_unless_equals_int (
      segments.evaluate (frames (200, 100), 128, values, hint), 128);
  // By then it has come to what it approaches.
  fail_unless_equals_int (
      segments.evaluate (frames (5000, 100), 128, values, hint), 1);
  fail_unless (values[0] == 0.5f);
  fail_unless_equals_int (
      segments.evaluate (frames (20000, 100), 128, values, hint), 1);
  fail_unless (values[0] == 0);
}
GST_END_TEST

GST_START_TEST (what_approaches_nothing_comes_to_zero)
{
  // In floats and in doubles, and not by way of numbers that are slow.
  const std::vector<Segment> list = {{.start = kBefore},
      {.start = 0, .scale = 1, .rate = -1000, .shape = Shape::approach}};
  const auto values = evaluate<float> (list, frames (0, 48000), 48000);
  for (size_t i = 0; i < values.size (); i++) {
    const double expected = std::exp (-1000 * double (i) / 48000);
    fail_unless (std::abs (values[i] - expected) <= 1e-7 * expected + 1e-45);
  }
  fail_unless (values.back () == 0);
}
GST_END_TEST

GST_START_TEST (any_place_may_follow_any_other)
{
  std::vector<Segment> list = {{.start = kBefore, .offset = -1}};
  for (int i = 0; i < 500; i++)
    list.push_back ({.start = i * 0.013,
        .offset = i * 0.001,
        .rate = 0.5,
        .shape = i % 2 ? Shape::linear : Shape::constant});
  size_t hint = 0;
  uint64_t frame = 1;
  for (int seek = 0; seek < 2000; seek++) {
    frame = frame * 6364136223846793005u + 1442695040888963407u;
    const TimeGrid grid = frames ((frame >> 33) % (48000 * 7), 48000);
    const auto values = evaluate<float> (list, grid, 128, &hint);
    const auto expected = evaluate<float> (list, grid, 128);
    fail_unless (values == expected);
    fail_unless (hint < list.size ());
  }
  // Also where the segments are others by now.
  hint = 100000;
  fail_unless (evaluate<float> (list, frames (0, 48000), 1, &hint)[0] == 0);
}
GST_END_TEST

GST_START_TEST (times_may_be_nanoseconds_apart)
{
  const std::vector<Segment> list = {{.start = kBefore},
      {.start = 1, .rate = 1, .shape = Shape::linear},
      {.start = 2, .offset = 1}};
  const auto values = evaluate<double> (list, {999'999'000, 500, 1e9}, 4000);
  for (size_t i = 0; i < values.size (); i++) {
    const double time = double (999'999'000 + i * 500) / 1e9;
    fail_unless (std::abs (values[i] - std::max (time - 1, 0.0)) < 1e-15);
  }
  // All at once.
  fail_unless (evaluate<double> (list, {1'500'000'000, 0, 1e9}, 9)[8] == 0.5);
}
GST_END_TEST

// One exponential is not the start of products without end.
GST_START_TEST (errors_do_not_grow_with_the_number_of_frames)
{
  const std::vector<Segment> list = {
      {.start = 0, .scale = 1, .rate = -0.1, .shape = Shape::approach}};
  const Order order (list);
  std::vector<double> values (1000000);
  size_t hint = 0;
  const TimeGrid grid = {0, 1, 48000};
  Segments (order).evaluate (grid, values.size (), values.data (), hint);
  double most = 0;
  for (size_t i = 0; i < values.size (); i++) {
    const double expected = list[0].value_at (grid.time (i));
    most = std::max (most, std::abs (values[i] / expected - 1));
  }
  fail_unless (most < 1e-13, "%g", most);
}
GST_END_TEST

static Suite *
automation_segment_suite ()
{
  Suite *suite = suite_create ("worklet/automation-segment");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, every_shape_is_its_formula_at_every_frame);
  tcase_add_test (tcase, errors_do_not_grow_with_time);
  tcase_add_test (
      tcase, a_segment_starts_at_the_frame_whose_time_is_not_before_it);
  tcase_add_test (tcase, of_segments_that_start_at_once_the_last_one_holds);
  tcase_add_test (tcase, more_segments_than_frames_are_passed);
  tcase_add_test (tcase, one_value_is_given_where_it_holds_for_all);
  tcase_add_test (tcase, what_approaches_nothing_comes_to_zero);
  tcase_add_test (tcase, any_place_may_follow_any_other);
  tcase_add_test (tcase, times_may_be_nanoseconds_apart);
  tcase_add_test (tcase, errors_do_not_grow_with_the_number_of_frames);
  return suite;
}
GST_CHECK_MAIN (automation_segment)
