// SPDX-License-Identifier: LGPL-2.1-or-later
// What the player hears of an end that comes earlier, and of durations that
// several threads set.
#include "support/isobmff-writer.hh"
#include "support/media-source-fixture.hh"
#include "support/segments.hh"

#include <thread>

using namespace webmedia;
using namespace webmedia::mse;

namespace {

class CutObserver final : public PlayerObserver {
public:
  void on_tracks () override {}
  void on_duration () override { durations++; }
  void on_cut (Time end) override
  {
    cut = end;
    before = durations;
    if (reader)
      reader_waited = reader->waits ();
  }
  void on_ended () override {}
  void on_error (const Error &) override {}

  // The cut since the last call.
  Time take () { return std::exchange (cut, kTimeNone); }

  Time cut = kTimeNone;
  int durations = 0, before = 0;
  Reader *reader = nullptr;
  bool reader_waited = false;
};

// An open media source with a source buffer, and a second of pictures in it.
struct Fixture : MediaSourceFixture {
  Fixture () : heard (std::make_shared<CutObserver> ())
  {
    attach ();
    player->set_observer (heard);
    buffer = add ("video/mp4");
    fail_unless_ok (buffer->append_buffer (media_data ("v.mp4").get (), true));
    stored = buffer->buffered ()->highest_end (0);
    heard->take ();
  }

  const std::shared_ptr<CutObserver> heard;
  std::shared_ptr<SourceBuffer> buffer;
  Time stored;
};

} // namespace

GST_START_TEST (an_earlier_end_is_a_cut_and_a_later_one_is_not)
{
  Fixture f;
  fail_unless_ok (f.source->set_duration (kTimeInfinite));
  fail_unless_equals_int64 (f.heard->take (), kTimeNone);
  fail_unless_ok (f.source->set_duration (60 * kSecond));
  fail_unless_equals_int64 (f.heard->take (), 60 * kSecond);
  fail_unless_equals_int (f.heard->durations, f.heard->before + 1);
  fail_unless_ok (f.source->set_duration (60 * kSecond));
  fail_unless_equals_int64 (f.heard->take (), kTimeNone);
  fail_unless_ok (f.source->set_duration (3600 * kSecond));
  fail_unless_equals_int64 (f.heard->take (), kTimeNone);
  // All of the last frame stays.
  fail_unless_ok (f.source->set_duration (f.buffer->highest_pts ()));
  fail_unless_equals_int64 (f.heard->take (), f.stored);
}
GST_END_TEST

// Steps 2 to 4 are of all source buffers, in whatever order they were added.
GST_START_TEST (the_longest_source_buffer_rules_the_duration)
{
  auto segments = split_segments (read_media ("v.mp4"));
  for (size_t longest : {0, 1}) {
    MediaSourceFixture f;
    f.attach ();
    const std::shared_ptr<SourceBuffer> both[] = {
        f.add ("video/mp4"), f.add ("video/mp4")};
    for (const auto &each : both) {
      fail_unless_ok (
          each->append_buffer (make_data (segments.init).get (), true));
      fail_unless_ok (
          each->append_buffer (make_data (segments.media[0]).get (), true));
    }
    Time short_end = both[0]->highest_end ();
    const auto &other = both[longest];
    for (const auto &segment : segments.media)
      fail_unless_ok (other->append_buffer (make_data (segment).get (), true));
    fail_unless (other->highest_pts () > short_end + kSecond);
    fail_unless_ok (f.source->set_duration (60 * kSecond));
    for (Time early : {short_end, other->highest_pts () - 1}) {
      fail_unless_error (
          f.source->set_duration (early), ErrorCode::invalid_state);
      fail_unless_equals_int64 (f.source->duration (), 60 * kSecond);
    }
    fail_unless_ok (f.source->set_duration (other->highest_pts ()));
    fail_unless_equals_int64 (f.source->duration (), other->highest_end ());
  }
}
GST_END_TEST

// https://www.w3.org/TR/media-source-2/#sourcebuffer-init-segment-received
// Step 1.
GST_START_TEST (the_first_initialization_segment_says_the_duration)
{
  const Bytes mehd = full_box ("mehd", 0, 0, u32 (2500));
  const Bytes with = ftyp () + moov ({{}}, box ("mvex", mehd));
  const Bytes without = video_init ();
  auto start = [] (MediaSourceFixture &f, const Bytes &bytes) {
    auto buffer = f.add ("video/mp4");
    fail_unless_ok (buffer->append_buffer (make_data (bytes).get (), true));
  };
  {
    MediaSourceFixture f;
    f.attach ();
    start (f, with);
    fail_unless_equals_int64 (f.source->duration (), 2500 * kMillisecond);
    fail_unless_equals_int (f.observer->durations, 1);
    start (f, without); // no later one does
    fail_unless_equals_int64 (f.source->duration (), 2500 * kMillisecond);
    fail_unless_equals_int (f.observer->durations, 1);
  }
  {
    MediaSourceFixture f;
    f.attach ();
    start (f, without);
    fail_unless_equals_int64 (f.source->duration (), kTimeInfinite);
    start (f, with);
    fail_unless_equals_int64 (f.source->duration (), kTimeInfinite);
  }
  for (Time set : {Time (0), 7 * kSecond, kTimeInfinite})
    for (const Bytes &bytes : {with, without}) {
      MediaSourceFixture f;
      f.attach ();
      fail_unless_ok (f.source->set_duration (set));
      start (f, bytes);
      fail_unless_equals_int64 (f.source->duration (), set);
    }
}
GST_END_TEST

GST_START_TEST (the_first_duration_is_a_cut)
{
  MediaSourceFixture f;
  f.attach ();
  auto heard = std::make_shared<CutObserver> ();
  f.player->set_observer (heard);
  fail_unless_ok (f.source->set_duration (60 * kSecond));
  fail_unless_equals_int64 (heard->take (), 60 * kSecond);
}
GST_END_TEST

GST_START_TEST (readers_end_after_the_player_has_heard_of_the_cut)
{
  Fixture f;
  fail_unless_ok (f.source->set_duration (60 * kSecond));
  auto reader = f.player->open (f.player->tracks ()[0].id, 0);
  reader->seek (30 * kSecond);
  f.heard->reader = reader.get ();
  fail_unless_ok (f.source->end_of_stream (EndOfStreamError::none));
  fail_unless_equals_int64 (f.heard->take (), f.stored);
  fail_unless (f.heard->reader_waited);
  fail_unless (!reader->waits ());
  fail_unless (reader->read ().status == Reader::Status::end);
}
GST_END_TEST

namespace {

// The duration that the player has read when it heard of one last.
class DurationObserver final : public PlayerObserver {
public:
  explicit DurationObserver (MediaSource &source) : source_ (source) {}

  void on_tracks () override {}
  void on_duration () override
  {
    MutexLocker locker (lock_);
    last_ = source_.duration ();
  }
  void on_ended () override {}
  void on_error (const Error &) override {}

  Time last ()
  {
    MutexLocker locker (lock_);
    return last_;
  }

private:
  MediaSource &source_;
  Mutex lock_;
  Time last_ GUARDED_BY (lock_) = kTimeNone;
};

} // namespace

GST_START_TEST (a_duration_that_one_thread_sets_is_that_of_all)
{
  MediaSourceFixture f;
  f.attach ();
  auto heard = std::make_shared<DurationObserver> (*f.source);
  f.player->set_observer (heard);
  auto buffer = f.add ("video/mp4");
  auto expect = [&] (Time duration) {
    fail_unless_equals_int64 (f.source->duration (), duration);
    fail_unless_equals_int64 (heard->last (), duration);
  };
  auto run = [] (const std::function<void ()> &work) {
    std::thread (work).join ();
  };
  run ([&] { fail_unless_ok (f.source->set_duration (5 * kSecond)); });
  expect (5 * kSecond);
  // An append makes it grow, a removal lets it shrink.
  run ([&] {
    auto file = media_data ("v.mp4");
    fail_unless_ok (buffer->append_buffer (file.get (), true));
  });
  expect (buffer->buffered ()->highest_end (0));
  run ([&] {
    fail_unless_error (
        f.source->set_duration (kSecond), ErrorCode::invalid_state);
    fail_unless_ok (buffer->remove (kSecond, kTimeInfinite, true));
    fail_unless_ok (f.source->set_duration (2 * kSecond));
  });
  expect (2 * kSecond);
  run ([&] {
    fail_unless_ok (f.source->end_of_stream (EndOfStreamError::none));
  });
  expect (buffer->buffered ()->highest_end (0));
}
GST_END_TEST

// One appends, another sets all kinds of durations.
GST_START_TEST (the_duration_is_never_below_what_another_thread_appends)
{
  MediaSourceFixture f;
  f.attach ();
  auto heard = std::make_shared<DurationObserver> (*f.source);
  f.player->set_observer (heard);
  auto buffer = f.add ("video/mp4");
  auto segments = split_segments (read_media ("v.mp4"));
  std::atomic<bool> done{false};
  std::thread setter ([&] {
    for (unsigned i = 0; !done; i++) {
      Time highest = std::max<Time> (buffer->highest_pts (), 0); // or none
      auto result = f.source->set_duration (
          i % 3 == 0 ? highest + 1 : highest + (int (i % 64) - 32) * kSecond);
      if (!result)
        fail_unless (result.error ().code == ErrorCode::invalid_state
                     || result.error ().code == ErrorCode::type);
    }
  });
  fail_unless_ok (
      buffer->append_buffer (make_data (segments.init).get (), true));
  for (int round = 0; round < 5; round++) {
    fail_unless_ok (buffer->set_timestamp_offset (round * 8 * kSecond));
    for (const auto &segment : segments.media) {
      fail_unless_ok (buffer->append_buffer (make_data (segment).get (), true));
      Time end = buffer->highest_end ();
      for (int i = 0; i < 100; i++)
        fail_unless (f.source->duration () >= end);
    }
  }
  done = true;
  setter.join ();
  fail_unless_equals_int64 (heard->last (), f.source->duration ());
}
GST_END_TEST

static Suite *
media_source_duration_suite ()
{
  Suite *suite = suite_create ("mse/media-source-duration");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, an_earlier_end_is_a_cut_and_a_later_one_is_not);
  tcase_add_test (tcase, the_longest_source_buffer_rules_the_duration);
  tcase_add_test (tcase, the_first_initialization_segment_says_the_duration);
  tcase_add_test (tcase, the_first_duration_is_a_cut);
  tcase_add_test (tcase, readers_end_after_the_player_has_heard_of_the_cut);
  tcase_add_test (tcase, a_duration_that_one_thread_sets_is_that_of_all);
  tcase_add_test (
      tcase, the_duration_is_never_below_what_another_thread_appends);
  return suite;
}
GST_CHECK_MAIN (media_source_duration)
