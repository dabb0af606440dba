// SPDX-License-Identifier: LGPL-2.1-or-later
// What the player hears of an end that comes earlier.
#include "support/media-source-fixture.hh"

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
  auto reader = f.player->open (f.player->tracks ()[0].id);
  reader->seek (30 * kSecond);
  f.heard->reader = reader.get ();
  fail_unless_ok (f.source->end_of_stream (EndOfStreamError::none));
  fail_unless_equals_int64 (f.heard->take (), f.stored);
  fail_unless (f.heard->reader_waited);
  fail_unless (!reader->waits ());
  fail_unless (reader->read ().status == Reader::Status::end);
}
GST_END_TEST

static Suite *
media_source_duration_suite ()
{
  Suite *suite = suite_create ("mse/media-source-duration");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, an_earlier_end_is_a_cut_and_a_later_one_is_not);
  tcase_add_test (tcase, the_first_duration_is_a_cut);
  tcase_add_test (tcase, readers_end_after_the_player_has_heard_of_the_cut);
  return suite;
}
GST_CHECK_MAIN (media_source_duration)
