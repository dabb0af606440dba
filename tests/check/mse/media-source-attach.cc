// SPDX-License-Identifier: LGPL-2.1-or-later
// What a player hears of late is of its own attachment, and what the owner
// leaves when it goes.
#include "mse/media-source.hh"

#include "support/media-source-fixture.hh"

using namespace webmedia;
using namespace webmedia::mse;

namespace {

// A playing side that detaches at the first that it hears of, while another
// one, which counts, waits for its turn.
class Leaver final : public PlayerObserver {
public:
  explicit Leaver (MediaSourceFixture &fixture) : fixture_ (fixture) {}

  void on_tracks () override {}
  void on_duration () override { leave (); }
  void on_ready_state () override { leave (); }
  void on_ended () override { heard_after += "ended "; }
  void on_error (const Error &) override { heard_after += "error "; }

  bool has_left () const { return left_; }

  std::string heard_after;

private:
  void leave ()
  {
    if (std::exchange (left_, true))
      return;
    fixture_.player->detach ();
    fixture_.attach ();
  }

  MediaSourceFixture &fixture_;
  bool left_ = false;
};

struct Fixture : MediaSourceFixture {
  Fixture ()
  {
    attach ();
    video = add ("video/mp4");
    audio = add ("audio/mp4");
    append (*video, "v.mp4");
    append (*audio, "a.mp4");
    expect_ready_states ("metadata enough");
  }

  static void append (SourceBuffer &buffer, const char *file)
  {
    fail_unless_ok (buffer.append_buffer (media_data (file).get (), true));
  }

  // From now on the counts of `observer` are those of the next attachment.
  void make_leaver ()
  {
    leaver = std::make_shared<Leaver> (*this);
    player->set_observer (leaver);
    observer->tracks = observer->durations = observer->ended =
        observer->errors = 0;
  }

  // Neither by the next attachment, nor by the one before after it left.
  void expect_nothing_heard () const
  {
    fail_unless (leaver->has_left ());
    fail_unless_equals_string (leaver->heard_after.c_str (), "");
    fail_unless (source->ready_state () == ReadyState::open);
    fail_unless_equals_int (observer->tracks, 0);
    fail_unless_equals_int (observer->durations, 0);
    fail_unless_equals_int (observer->ended, 0);
    fail_unless_equals_int (observer->errors, 0);
  }

  std::shared_ptr<SourceBuffer> video, audio;
  std::shared_ptr<Leaver> leaver;
};

} // namespace

GST_START_TEST (an_end_is_not_that_of_the_next_attachment)
{
  Fixture f;
  fail_unless_ok (f.source->set_duration (60 * kSecond));
  f.make_leaver ();
  // The duration is heard of before the end.
  fail_unless_ok (f.source->end_of_stream (EndOfStreamError::none));
  f.expect_nothing_heard ();
}
GST_END_TEST

GST_START_TEST (a_removal_is_not_of_the_next_attachments_tracks)
{
  Fixture f;
  fail_unless_ok (f.audio->remove (0, kTimeInfinite, true));
  f.make_leaver ();
  // Without sound there is enough to play.
  fail_unless_ok (f.source->remove_source_buffer (f.audio));
  f.expect_nothing_heard ();
}
GST_END_TEST

namespace {

// One that looks at its media source when it goes: with that one's lock held,
// it would wait for ever.
class LastLook final : public MediaSourceListener {
public:
  LastLook (MediaSource &source, std::string &seen)
      : source_ (source),
        seen_ (seen)
  {}
  ~LastLook () override
  {
    seen_ += source_.ready_state () == ReadyState::open ? "open " : "other ";
  }

  void on_event (MediaSourceEvent) override {}
  void on_track_event (TrackEvent, const std::shared_ptr<Track> &) override {}
  void on_gone (const MediaSource::Buffers &) override {}

private:
  MediaSource &source_;
  std::string &seen_;
};

} // namespace

GST_START_TEST (a_listener_goes_with_no_lock_held)
{
  MediaSourceFixture f;
  f.attach ();
  std::string seen;
  for (int i = 0; i < 2; i++)
    f.source->set_listener (std::make_shared<LastLook> (*f.source, seen));
  fail_unless_equals_string (seen.c_str (), "open ");
  f.source->abandon ();
  fail_unless_equals_string (seen.c_str (), "open open ");
}
GST_END_TEST

static Suite *
media_source_attach_suite ()
{
  Suite *suite = suite_create ("mse/media-source-attach");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, an_end_is_not_that_of_the_next_attachment);
  tcase_add_test (tcase, a_removal_is_not_of_the_next_attachments_tracks);
  tcase_add_test (tcase, a_listener_goes_with_no_lock_held);
  return suite;
}
GST_CHECK_MAIN (media_source_attach)
