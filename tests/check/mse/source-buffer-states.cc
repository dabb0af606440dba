// SPDX-License-Identifier: LGPL-2.1-or-later
// What a source buffer's attributes are at first and can be set to, what it
// refuses while it is updating, and what opens a source that has ended.
#include "mse/source-buffer.hh"

#include "support/media-source-fixture.hh"
#include "support/segments.hh"

#include <functional>
#include <thread>

using namespace webmedia;
using namespace webmedia::mse;

namespace {

struct Fixture : BufferFixture {
  Fixture () : file (read_media ("v.mp4")), segments (split_segments (file)) {}

  // Everything that an update keeps from being done, but abort().
  void expect_refusals ()
  {
    const ErrorCode code = ErrorCode::invalid_state;
    fail_unless (buffer->updating ());
    fail_unless_error (try_append (file), code);
    fail_unless_error (buffer->remove (0, 1, true), code);
    fail_unless_error (buffer->set_mode (AppendMode::sequence), code);
    fail_unless_error (buffer->set_timestamp_offset (kSecond), code);
    fail_unless_error (buffer->set_append_window_start (kSecond), code);
    fail_unless_error (buffer->set_append_window_end (kSecond), code);
    fail_unless_error (buffer->change_type ("video/mp4"), code);
    fail_unless_error (source->set_duration (kSecond), code);
    fail_unless_error (source->end_of_stream (EndOfStreamError::none), code);
    fail_unless (source->ready_state () == ReadyState::open);
    fail_unless_equals_int64 (buffer->timestamp_offset (), 0);
    fail_unless_equals_int64 (buffer->append_window_start (), 0);
    fail_unless_equals_int64 (buffer->append_window_end (), kTimeInfinite);
    fail_unless (buffer->updating ());
  }

  std::vector<uint8_t> file;
  Segments segments;
};

std::vector<uint8_t>
half (const std::vector<uint8_t> &bytes, bool second = false)
{
  auto middle = bytes.begin () + long (bytes.size () / 2);
  return second ? std::vector<uint8_t> (middle, bytes.end ())
                : std::vector<uint8_t> (bytes.begin (), middle);
}

// The same when the duration changes.
struct DurationHearer final : Interrupter {
  void on_duration () override { on_change (); }

  std::function<void ()> on_change;
};

} // namespace

GST_START_TEST (attributes_have_their_first_values)
{
  Fixture f;
  fail_unless (!f.buffer->updating ());
  fail_unless (f.buffer->buffered ()->empty ());
  fail_unless (f.buffer->tracks ().empty ());
  for (const auto &bytes : {f.segments.init, f.segments.media[0]}) {
    fail_unless_equals_int64 (f.buffer->timestamp_offset (), 0);
    fail_unless_equals_int64 (f.buffer->append_window_start (), 0);
    fail_unless_equals_int64 (f.buffer->append_window_end (), kTimeInfinite);
    f.append (bytes);
  }
  fail_unless_equals_int64 (f.buffer->timestamp_offset (), 0);
}
GST_END_TEST

GST_START_TEST (attributes_are_what_they_were_set_to)
{
  Fixture f;
  for (Time offset : {10500 * kMillisecond, -10400 * kMillisecond, Time (0)}) {
    fail_unless_ok (f.buffer->set_timestamp_offset (offset));
    fail_unless_equals_int64 (f.buffer->timestamp_offset (), offset);
  }
  for (Time wrong : {kTimeInfinite, kTimeNone})
    fail_unless_error (f.buffer->set_timestamp_offset (wrong), ErrorCode::type);
  fail_unless_equals_int64 (f.buffer->timestamp_offset (), 0);
  for (Time start : {100 * kSecond, 200 * kSecond}) {
    fail_unless_ok (f.buffer->set_append_window_start (start));
    fail_unless_ok (f.buffer->set_append_window_end (600 * kSecond - start));
    fail_unless_equals_int64 (f.buffer->append_window_start (), start);
    fail_unless_equals_int64 (
        f.buffer->append_window_end (), 600 * kSecond - start);
  }
  // What is refused leaves the other values as they are.
  const ErrorCode code = ErrorCode::type;
  fail_unless_error (f.buffer->set_append_window_start (600 * kSecond), code);
  fail_unless_error (f.buffer->set_append_window_end (199 * kSecond), code);
  fail_unless_error (f.buffer->set_append_window_end (200 * kSecond), code);
  fail_unless_error (f.buffer->set_append_window_end (-100 * kSecond), code);
  fail_unless_equals_int64 (f.buffer->append_window_start (), 200 * kSecond);
  fail_unless_equals_int64 (f.buffer->append_window_end (), 400 * kSecond);
  fail_unless_ok (f.buffer->set_append_window_end (kTimeInfinite));
}
GST_END_TEST

// The thread that appends waits for the track's lock.
GST_START_TEST (an_append_keeps_everything_else_out)
{
  Fixture f;
  f.append (f.segments.init);
  auto track = f.buffer->tracks ()[0];
  f.log->wait_updateend ();
  f.log->take ();
  {
    MutexLocker locker (track->buffer.lock_);
    fail_unless_ok (f.try_append (f.file, false));
    f.expect_refusals ();
  }
  f.log->wait_updateend ();
  fail_unless (!f.buffer->updating ());
  f.expect_events ("updatestart update updateend");
}
GST_END_TEST

// What the media source refuses while any of its source buffers is updating.
GST_START_TEST (an_update_of_either_source_buffer_keeps_the_source_out)
{
  for (size_t busy : {0, 1}) {
    Fixture f;
    const std::shared_ptr<SourceBuffer> both[] = {
        f.buffer, f.add ("video/mp4")};
    for (const auto &each : both)
      fail_unless_ok (
          each->append_buffer (make_data (f.segments.init).get (), true));
    Time duration = f.source->duration ();
    auto track = both[busy]->tracks ()[0];
    f.log->wait_updateend ();
    // A refusal may fail the test when the append can go on only.
    std::vector<Result<>> results;
    bool busy_one, other_one;
    {
      MutexLocker locker (track->buffer.lock_);
      results.push_back (
          both[busy]->append_buffer (make_data (f.file).get (), false));
      busy_one = both[busy]->updating ();
      other_one = both[1 - busy]->updating ();
      results.push_back (f.source->set_duration (7 * kSecond));
      results.push_back (f.source->end_of_stream (EndOfStreamError::network));
    }
    f.log->wait_updateend ();
    fail_unless (busy_one && !other_one);
    fail_unless_ok (results[0]);
    for (size_t i : {1, 2})
      fail_unless_error (results[i], ErrorCode::invalid_state);
    fail_unless_equals_int64 (f.source->duration (), duration);
    fail_unless (f.source->ready_state () == ReadyState::open);
    f.end ();
  }
}
GST_END_TEST

GST_START_TEST (a_removal_keeps_everything_out_even_abort)
{
  Fixture f;
  f.append (f.file);
  auto track = f.buffer->tracks ()[0];
  f.log->wait_updateend ();
  f.log->take ();
  {
    MutexLocker locker (track->buffer.lock_);
    fail_unless_ok (f.buffer->remove (kSecond, 2 * kSecond, false));
    f.expect_refusals ();
    fail_unless_error (f.buffer->abort (), ErrorCode::invalid_state);
  }
  f.log->wait_updateend ();
  fail_unless (!f.buffer->updating ());
  f.expect_events ("updatestart update updateend");
}
GST_END_TEST

GST_START_TEST (a_removal_from_nothing_has_its_events)
{
  Fixture f;
  fail_unless_ok (f.source->set_duration (10 * kSecond));
  fail_unless_ok (f.buffer->remove (kSecond, 2 * kSecond, true));
  f.expect_events ("updatestart update updateend");
}
GST_END_TEST

// Again until abort() is not too late: the events tell.
GST_START_TEST (abort_ends_an_append_with_abort_and_updateend)
{
  for (bool aborted = false; !aborted;) {
    Fixture f;
    fail_unless_ok (f.buffer->set_append_window_end (100 * kSecond));
    fail_unless_ok (f.buffer->set_append_window_start (kSecond));
    fail_unless_ok (f.try_append (f.file, false));
    fail_unless_ok (f.buffer->abort ());
    fail_unless (!f.buffer->updating ());
    fail_unless_equals_int64 (f.buffer->append_window_start (), 0);
    fail_unless_equals_int64 (f.buffer->append_window_end (), kTimeInfinite);
    std::string events = f.log->take ();
    aborted = events.find (" abort ") != std::string::npos;
    fail_unless (g_str_has_prefix (events.c_str (), "updatestart "));
    fail_unless (g_str_has_suffix (
        events.c_str (), aborted ? "abort updateend" : "update updateend"));
    fail_unless_equals_int (f.observer->errors, 0);
    fail_unless (f.source->ready_state () == ReadyState::open);
    // The next one is whole.
    f.append (f.file);
    fail_unless_equals_int (f.buffer->buffered ()->size (), 1);
    fail_unless_equals_int (f.buffer->tracks ()[0]->buffer.frame_count (), 200);
  }
}
GST_END_TEST

// https://www.w3.org/TR/media-source-2/#dom-mediasource-removesourcebuffer
// Step 2 comes before steps 9 and 10.
GST_START_TEST (removing_the_source_buffer_aborts_its_append)
{
  // Also where nothing is left to be parsed by then.
  for (bool whole : {true, false}) {
    Fixture f;
    auto interrupter = std::make_shared<Interrupter> ();
    interrupter->interrupt = [&f, interrupted = false] () mutable {
      if (std::exchange (interrupted, true))
        return;
      fail_unless_ok (f.source->remove_source_buffer (f.buffer));
      fail_unless (!f.buffer->updating ());
      fail_unless (f.source->source_buffers ().empty ());
      fail_unless_error (f.try_append (f.file), ErrorCode::invalid_state);
    };
    f.player->set_observer (interrupter);
    fail_unless_error (
        f.try_append (whole ? f.file : f.segments.init), ErrorCode::abort);
    f.expect_events ("updatestart active-add abort updateend active-remove "
                     "remove");
    fail_unless (!f.buffer->updating ());
    fail_unless (f.source->ready_state () == ReadyState::open);
  }
}
GST_END_TEST

// Whether the append has come to the track's lock by then or not. Again until
// it was not too late to abort it.
GST_START_TEST (a_removal_by_another_thread_comes_after_the_abort)
{
  for (bool aborted = false; !aborted;) {
    Fixture f;
    f.append (f.segments.init);
    auto track = f.buffer->tracks ()[0];
    f.log->wait_updateend ();
    f.log->take ();
    std::thread remover;
    {
      MutexLocker locker (track->buffer.lock_);
      fail_unless_ok (f.try_append (f.file, false));
      remover = std::thread (
          [&f] { fail_unless_ok (f.source->remove_source_buffer (f.buffer)); });
      while (!f.buffer->is_removed ())
        std::this_thread::yield ();
    }
    remover.join ();
    fail_unless (!f.buffer->updating ());
    std::string events = f.log->take ();
    aborted = events == "updatestart abort updateend active-remove remove";
    fail_unless (
        aborted
            || events == "updatestart update updateend active-remove remove",
        "%s", events.c_str ());
  }
}
GST_END_TEST

// The owner goes on one thread, the source buffer is removed on another: the
// removal, and what it tells, comes after the append, too. In the broken order
// only where threads are unlucky, so a few times.
GST_START_TEST (a_removal_while_the_owner_goes_waits_for_the_append)
{
  for (int i = 0; i < 20; i++) {
    Fixture f;
    f.append (f.segments.init);
    auto track = f.buffer->tracks ()[0];
    f.log->wait_updateend ();
    f.log->take ();
    std::thread owner, remover;
    {
      MutexLocker locker (track->buffer.lock_);
      fail_unless_ok (f.try_append (f.file, false));
      owner = std::thread ([&f] { f.source->abandon (f.log); });
      while (!f.buffer->is_removed ())
        std::this_thread::yield ();
      remover = std::thread (
          [&f] { fail_unless_ok (f.source->remove_source_buffer (f.buffer)); });
      while (!f.source->source_buffers ().empty ())
        std::this_thread::yield ();
    }
    owner.join ();
    remover.join ();
    std::string events = f.log->take ();
    fail_unless (events == "updatestart abort updateend active-remove remove"
                     || events
                            == "updatestart update updateend active-remove "
                               "remove",
        "%s", events.c_str ());
  }
}
GST_END_TEST

// Who hears of one append appends to another source buffer, and who hears of
// that removes the first one.
GST_START_TEST (a_removal_inside_two_appends_waits_for_neither)
{
  Fixture f;
  auto audio = f.add ("audio/mp4");
  f.append (f.segments.init);
  fail_unless_ok (f.source->set_duration (GST_MSECOND));
  bool nested = false, removed = false;
  auto hearer = std::make_shared<DurationHearer> ();
  hearer->on_change = [&] {
    if (std::exchange (nested, true))
      return;
    fail_unless_ok (audio->append_buffer (media_data ("a.mp4").get (), true));
  };
  hearer->interrupt = [&] {
    if (!std::exchange (removed, true))
      fail_unless_ok (f.source->remove_source_buffer (f.buffer));
  };
  f.player->set_observer (hearer);
  fail_unless_error (f.try_append (f.file), ErrorCode::abort);
  fail_unless (removed);
  fail_unless (!audio->ranges (false).empty ());
}
GST_END_TEST

// A handler of the first duration that there is removes the source buffer: no
// tracks are made any more.
GST_START_TEST (a_removal_before_there_are_tracks_makes_none)
{
  Fixture f;
  auto hearer = std::make_shared<DurationHearer> ();
  hearer->on_change = [&f] {
    fail_unless_ok (f.source->remove_source_buffer (f.buffer));
  };
  f.player->set_observer (hearer);
  fail_unless_error (f.try_append (f.file), ErrorCode::abort);
  fail_unless (f.buffer->tracks ().empty ());
  f.expect_events ("updatestart abort updateend remove");
}
GST_END_TEST

GST_START_TEST (what_touches_an_ended_source_opens_it)
{
  Fixture f;
  const std::function<Result<> ()> calls[] = {
      [&f] { return f.try_append ({}); },
      [&f] { return f.try_append (f.segments.media[0]); },
      [&f] { return f.buffer->remove (0, kSecond, true); },
      [&f] { return f.buffer->set_timestamp_offset (2 * kSecond); },
      [&f] { return f.buffer->set_mode (AppendMode::segments); },
      [&f] { return f.buffer->change_type ("video/mp4"); },
  };
  f.append (f.file);
  for (const auto &call : calls) {
    f.end ();
    fail_unless (f.source->ready_state () == ReadyState::ended);
    f.log->take ();
    fail_unless_ok (call ());
    fail_unless (f.source->ready_state () == ReadyState::open);
    fail_unless (f.log->take ().starts_with ("sourceopen"));
  }
}
GST_END_TEST

GST_START_TEST (the_window_and_abort_leave_an_ended_source_ended)
{
  Fixture f;
  f.append (f.file);
  f.end ();
  f.log->take ();
  fail_unless_ok (f.buffer->set_append_window_start (kSecond));
  fail_unless_ok (f.buffer->set_append_window_end (2 * kSecond));
  const ErrorCode code = ErrorCode::invalid_state;
  fail_unless_error (f.buffer->abort (), code);
  // What was wrong with a removal is told before it opens the source.
  fail_unless_error (f.buffer->remove (-1, 2, true), ErrorCode::type);
  f.expect_events ("");
  fail_unless (f.source->ready_state () == ReadyState::ended);
  f.player->detach ();
  fail_unless_error (f.buffer->abort (), code);
}
GST_END_TEST

// What another thread does with the attributes is not put back over it.
GST_START_TEST (a_window_that_is_set_while_the_stream_ends_stays)
{
  BufferFixture f ("video/mp2t");
  auto file = read_media ("av.ts");
  std::atomic<bool> stop{false};
  std::atomic<int> made{0};
  std::thread setter ([&] {
    for (Time time = 1; !stop; time++)
      if (f.buffer->set_append_window_end (time * kSecond)) {
        fail_unless_equals_int64 (
            f.buffer->append_window_end (), time * kSecond);
        made++;
      }
  });
  for (int i = 0; i < 300 || made < 100; i++) {
    f.append (file);
    f.end ();
  }
  stop = true;
  setter.join ();
}
GST_END_TEST

GST_START_TEST (a_part_of_an_initialization_segment_tells_nothing)
{
  Fixture f;
  f.append (half (f.segments.init));
  f.expect_events ("updatestart update updateend");
  fail_unless (!f.player->has_metadata ());
  fail_unless_equals_int64 (f.source->duration (), kTimeNone);
  f.append (half (f.segments.init, true));
  f.expect_events ("updatestart active-add update updateend");
  fail_unless (f.player->has_metadata ());
  fail_unless (f.source->duration () != kTimeNone);
  // The rest, cut in the middle of a segment.
  f.append (half (f.segments.media[0]));
  f.append (half (f.segments.media[0], true));
  fail_unless_equals_int (f.buffer->tracks ()[0]->buffer.frame_count (), 25);
}
GST_END_TEST

GST_START_TEST (abort_forgets_a_part_of_an_initialization_segment)
{
  Fixture f;
  f.append (half (f.segments.init));
  fail_unless_ok (f.buffer->abort ());
  f.append (f.segments.init);
  f.append (f.segments.media[0]);
  fail_unless_equals_int (f.buffer->tracks ()[0]->buffer.frame_count (), 25);
  fail_unless_equals_int (f.observer->errors, 0);
}
GST_END_TEST

// https://www.w3.org/TR/media-source-2/#sourcebuffer-prepare-append
GST_START_TEST (an_element_that_has_failed_refuses_appends)
{
  Fixture f;
  f.append (f.file);
  fail_unless_ok (f.source->end_of_stream (EndOfStreamError::none));
  f.log->take ();
  f.player->set_element_error ();
  fail_unless_error (f.try_append (f.file), ErrorCode::invalid_state);
  f.expect_events (""); // an ended source does not open
  fail_if (f.buffer->updating ());
  fail_unless_ok (f.buffer->remove (0, kSecond, true)); // that opens it
  fail_unless_error (f.try_append (f.file), ErrorCode::invalid_state);

  auto failed = std::exchange (f.player, nullptr);
  failed->detach ();
  f.attach ();
  failed->set_element_error (); // is that of another attachment
  f.buffer = f.add ("video/mp4");
  f.append (f.file);
}
GST_END_TEST

static Suite *
source_buffer_states_suite ()
{
  Suite *suite = suite_create ("mse/source-buffer-states");
  TCase *tcase = tcase_create ("states");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, attributes_have_their_first_values);
  tcase_add_test (tcase, attributes_are_what_they_were_set_to);
  tcase_add_test (tcase, an_append_keeps_everything_else_out);
  tcase_add_test (
      tcase, an_update_of_either_source_buffer_keeps_the_source_out);
  tcase_add_test (tcase, a_removal_keeps_everything_out_even_abort);
  tcase_add_test (tcase, a_removal_from_nothing_has_its_events);
  tcase_add_test (tcase, abort_ends_an_append_with_abort_and_updateend);
  tcase_add_test (tcase, removing_the_source_buffer_aborts_its_append);
  tcase_add_test (tcase, a_removal_by_another_thread_comes_after_the_abort);
  tcase_add_test (tcase, a_removal_while_the_owner_goes_waits_for_the_append);
  tcase_add_test (tcase, a_removal_inside_two_appends_waits_for_neither);
  tcase_add_test (tcase, a_removal_before_there_are_tracks_makes_none);
  tcase_add_test (tcase, what_touches_an_ended_source_opens_it);
  tcase_add_test (tcase, the_window_and_abort_leave_an_ended_source_ended);
  tcase_add_test (tcase, a_window_that_is_set_while_the_stream_ends_stays);
  tcase_add_test (tcase, a_part_of_an_initialization_segment_tells_nothing);
  tcase_add_test (tcase, abort_forgets_a_part_of_an_initialization_segment);
  tcase_add_test (tcase, an_element_that_has_failed_refuses_appends);
  return suite;
}
GST_CHECK_MAIN (source_buffer_states)
