// SPDX-License-Identifier: LGPL-2.1-or-later
// The live seekable range, and where the player may seek to.
#include "mse/media-source.hh"

#include "support/media-source-fixture.hh"
#include "support/segments.hh"

using namespace webmedia;
using namespace webmedia::mse;

namespace {

void
expect_seekable (const MediaSourceFixture &f, Time start, Time end)
{
  auto spans = f.player->seekable ();
  fail_unless_equals_int (spans.size (), 1);
  fail_unless_equals_int64 (spans[0].start, start);
  fail_unless_equals_int64 (spans[0].end, end);
}

} // namespace

GST_START_TEST (only_an_open_source_takes_a_live_range)
{
  MediaSourceFixture f;
  const ErrorCode code = ErrorCode::invalid_state;
  fail_unless_error (f.source->set_live_seekable_range (0, kSecond), code);
  fail_unless_error (f.source->clear_live_seekable_range (), code);
  f.attach ();
  fail_unless_ok (f.source->set_live_seekable_range (0, kSecond));
  fail_unless_ok (f.source->clear_live_seekable_range ());
  fail_unless_ok (f.source->clear_live_seekable_range ());
  fail_unless_ok (f.source->end_of_stream (EndOfStreamError::none));
  fail_unless_error (f.source->set_live_seekable_range (0, kSecond), code);
  fail_unless_error (f.source->clear_live_seekable_range (), code);
}
GST_END_TEST

GST_START_TEST (a_live_range_is_finite_and_in_order)
{
  MediaSourceFixture f;
  f.attach ();
  const ErrorCode code = ErrorCode::type;
  fail_unless_error (f.source->set_live_seekable_range (-1, 1), code);
  fail_unless_error (f.source->set_live_seekable_range (2, 1), code);
  fail_unless_error (f.source->set_live_seekable_range (kTimeNone, 1), code);
  fail_unless_error (f.source->set_live_seekable_range (0, kTimeNone), code);
  fail_unless_error (
      f.source->set_live_seekable_range (0, kTimeInfinite), code);
  fail_unless_ok (f.source->set_live_seekable_range (1, 1));
}
GST_END_TEST

GST_START_TEST (without_a_duration_nothing_is_seekable)
{
  MediaSourceFixture f;
  f.attach ();
  fail_unless_ok (f.source->set_live_seekable_range (0, kSecond));
  fail_unless (f.player->seekable ().empty ());
}
GST_END_TEST

GST_START_TEST (a_finite_duration_is_seekable_whatever_is_buffered)
{
  MediaSourceFixture f;
  f.attach ();
  fail_unless_ok (f.source->set_duration (7 * kSecond));
  expect_seekable (f, 0, 7 * kSecond);
  fail_unless_ok (f.source->set_live_seekable_range (0, kSecond));
  expect_seekable (f, 0, 7 * kSecond);
}
GST_END_TEST

GST_START_TEST (a_live_presentation_is_seekable_in_its_range)
{
  MediaSourceFixture f;
  f.attach ();
  fail_unless_ok (f.source->set_duration (kTimeInfinite));
  fail_unless (f.player->seekable ().empty ());
  fail_unless_ok (f.source->set_live_seekable_range (kSecond, 2 * kSecond));
  expect_seekable (f, kSecond, 2 * kSecond);
  fail_unless_ok (f.source->set_live_seekable_range (3 * kSecond, 3 * kSecond));
  expect_seekable (f, 3 * kSecond, 3 * kSecond);
  fail_unless_ok (f.source->clear_live_seekable_range ());
  fail_unless (f.player->seekable ().empty ());
}
GST_END_TEST

GST_START_TEST (the_live_range_and_what_is_buffered_are_one)
{
  MediaSourceFixture f;
  f.attach ();
  auto buffer = f.add ("video/mp4");
  auto segments = split_segments (read_media ("v.mp4"));
  fail_unless_ok (
      buffer->append_buffer (make_data (segments.init).get (), true));
  fail_unless_ok (f.source->set_duration (kTimeInfinite));
  fail_unless_ok (
      buffer->append_buffer (make_data (segments.media[3]).get (), true));
  TimeRange range = (*buffer->buffered ())[0];
  fail_unless (range.start > kSecond);
  expect_seekable (f, 0, range.end);
  fail_unless_ok (
      f.source->set_live_seekable_range (40 * kSecond, 42 * kSecond));
  expect_seekable (f, range.start, 42 * kSecond);
  fail_unless_ok (f.source->set_live_seekable_range (0, kSecond));
  expect_seekable (f, 0, range.end);
}
GST_END_TEST

// While it is updating too.
GST_START_TEST (an_append_does_not_hold_it_off)
{
  BufferFixture f;
  Result<> result = make_error (ErrorCode::abort, "not called");
  auto observer = std::make_shared<Interrupter> ([&] {
    result = f.source->set_live_seekable_range (0, kSecond);
    if (result)
      result = f.source->clear_live_seekable_range ();
  });
  f.player->set_observer (observer);
  f.append (read_media ("v.mp4"));
  fail_unless_ok (result);
}
GST_END_TEST

static Suite *
media_source_seekable_suite ()
{
  Suite *suite = suite_create ("mse/media-source-seekable");
  TCase *tcase = tcase_create ("seekable");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, only_an_open_source_takes_a_live_range);
  tcase_add_test (tcase, a_live_range_is_finite_and_in_order);
  tcase_add_test (tcase, without_a_duration_nothing_is_seekable);
  tcase_add_test (tcase, a_finite_duration_is_seekable_whatever_is_buffered);
  tcase_add_test (tcase, a_live_presentation_is_seekable_in_its_range);
  tcase_add_test (tcase, the_live_range_and_what_is_buffered_are_one);
  tcase_add_test (tcase, an_append_does_not_hold_it_off);
  return suite;
}
GST_CHECK_MAIN (media_source_seekable)
