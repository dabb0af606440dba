// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/media-stream.hh"

#include "support/check.hh"

using namespace webmedia;
using namespace webmedia::stream;

namespace {

struct Fed {
  explicit Fed (Kind kind)
  {
    auto source = std::make_shared<Source> (
        SourceInfo{.kind = kind, .label = "of a test"});
    input = source->open ({});
    track = Track::create (std::move (source));
  }
  std::unique_ptr<Input> input;
  std::shared_ptr<Track> track;
};

// What the skin, and an element, hear.
struct Log final : StreamListener, TrackSetObserver {
  void on_added (const std::shared_ptr<Track> &, Cause cause) override
  {
    text += cause == Cause::user_agent ? "addtrack " : "(added) ";
  }
  void on_removed (const std::shared_ptr<Track> &, Cause cause) override
  {
    text += cause == Cause::user_agent ? "removetrack " : "(removed) ";
  }
  void on_active () override { text += "active "; }
  void on_tracks () override
  {
    // No lock is held.
    text += std::to_string (stream->list ().size ()) + " tracks ";
  }
  std::string take () { return std::exchange (text, ""); }

  MediaStream *stream = nullptr;
  std::string text;
};

struct Fixture {
  Fixture ()
  {
    log->stream = stream.get ();
    stream->set_listener (log);
  }
  void observe () { stream->add_observer (log); }
  void expect (const char *text)
  {
    fail_unless_equals_string (log->take ().c_str (), text);
  }

  std::shared_ptr<MediaStream> stream = MediaStream::create ();
  std::shared_ptr<Log> log = std::make_shared<Log> ();
  Fed sound{Kind::audio}, pictures{Kind::video};
};

constexpr Cause kApplication = Cause::application;

} // namespace

// WPT: MediaStream-id
GST_START_TEST (an_id_is_a_uuid_of_its_own)
{
  Fixture f;
  fail_unless_equals_int (f.stream->id.size (), 36);
  fail_unless (g_uuid_string_is_valid (f.stream->id.c_str ()));
  fail_unless (MediaStream::create ()->id != f.stream->id);
}
GST_END_TEST

// WPT: MediaStream-audio-only, -video-only
GST_START_TEST (tracks_are_listed_by_kind_in_their_order)
{
  Fixture f;
  fail_unless (f.stream->tracks ().empty ());
  f.stream->add ({f.pictures.track, f.sound.track}, kApplication);
  fail_unless (
      f.stream->tracks () == (Tracks{f.pictures.track, f.sound.track}));
  fail_unless (f.stream->tracks (Kind::audio) == Tracks{f.sound.track});
  fail_unless (f.stream->tracks (Kind::video) == Tracks{f.pictures.track});
}
GST_END_TEST

// WPT: MediaStream-add-audio-track
GST_START_TEST (a_track_is_in_a_stream_once)
{
  Fixture f;
  f.observe ();
  f.stream->add ({f.sound.track, f.sound.track}, kApplication);
  f.expect ("(added) active 1 tracks active ");
  f.stream->add ({f.sound.track}, kApplication);
  f.stream->add (f.sound.track);
  f.expect ("");
}
GST_END_TEST

// WPT: MediaStream-gettrackid
GST_START_TEST (a_track_is_found_by_its_id)
{
  Fixture f;
  f.stream->add ({f.sound.track, f.pictures.track}, kApplication);
  fail_unless (f.stream->find (f.pictures.track->id) == f.pictures.track);
  fail_unless (f.stream->find ("foo") == nullptr);
}
GST_END_TEST

// WPT: MediaStream-removetrack
GST_START_TEST (an_application_fires_nothing_and_an_element_does)
{
  Fixture f;
  f.stream->add ({f.sound.track}, kApplication);
  f.stream->add (f.pictures.track);
  f.expect ("(added) active addtrack ");
  f.stream->remove (f.sound.track, kApplication);
  f.stream->remove (f.pictures.track);
  f.expect ("(removed) removetrack active ");
  f.stream->remove (f.pictures.track);
  f.expect ("");
}
GST_END_TEST

GST_START_TEST (observers_hear_of_every_change_by_anyone)
{
  Fixture f;
  f.stream->set_listener (nullptr);
  f.observe ();
  f.stream->add ({f.sound.track}, kApplication);
  f.expect ("1 tracks active ");
  f.stream->add (f.pictures.track);
  f.expect ("2 tracks ");
  f.stream->remove (f.sound.track, kApplication);
  f.expect ("1 tracks ");
  f.stream->remove (f.pictures.track);
  f.expect ("0 tracks active ");
}
GST_END_TEST

GST_START_TEST (an_observer_may_go)
{
  Fixture f;
  f.observe ();
  f.log = std::make_shared<Log> ();
  f.stream->set_listener (nullptr);
  f.stream->add ({f.sound.track}, kApplication);
}
GST_END_TEST

// WPT: MediaStream-clone, MediaStream-idl
GST_START_TEST (a_stream_is_active_while_a_track_has_not_ended)
{
  Fixture f;
  f.observe ();
  fail_unless (!f.stream->is_active ());
  f.stream->add ({f.sound.track, f.pictures.track}, kApplication);
  fail_unless (f.stream->is_active ());
  f.log->take ();
  f.sound.track->stop ();
  f.expect ("");
  fail_unless (f.stream->is_active ());
  f.pictures.input->end ();
  f.expect ("active active ");
  fail_unless (!f.stream->is_active ());
  fail_unless_equals_int (f.stream->tracks ().size (), 2);
}
GST_END_TEST

// WPT: MediaStream-finished-add
GST_START_TEST (an_inactive_stream_takes_tracks)
{
  Fixture f;
  f.sound.track->stop ();
  f.stream->add ({f.sound.track}, kApplication);
  f.expect ("(added) ");
  fail_unless (!f.stream->is_active ());
  f.stream->add ({f.pictures.track}, kApplication);
  f.expect ("(added) active ");
}
GST_END_TEST

GST_START_TEST (a_track_that_was_removed_is_none_of_its_business)
{
  Fixture f;
  f.stream->add ({f.sound.track}, kApplication);
  f.stream->remove (f.sound.track, kApplication);
  f.log->take ();
  f.sound.track->stop ();
  f.expect ("");
}
GST_END_TEST

GST_START_TEST (a_track_outlives_its_stream)
{
  Fixture f;
  f.stream->add ({f.sound.track}, kApplication);
  f.stream.reset ();
  fail_unless (!f.sound.track->is_ended ());
  f.sound.track->stop ();
}
GST_END_TEST

// WPT: MediaStream-clone
GST_START_TEST (clones_of_a_stream_have_tracks_of_their_own)
{
  Fixture f;
  f.sound.track->stop ();
  f.stream->add ({f.sound.track, f.pictures.track}, kApplication);
  Tracks clones = f.stream->clone_tracks ();
  fail_unless_equals_int (clones.size (), 2);
  fail_unless (clones[0]->is_ended ());
  fail_unless (!clones[1]->is_ended ());
  fail_unless (clones[1]->id != f.pictures.track->id);
  f.pictures.track->stop ();
  fail_unless (!clones[1]->is_ended ());
}
GST_END_TEST

static Suite *
media_stream_suite (void)
{
  Suite *suite = suite_create ("media-stream");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, an_id_is_a_uuid_of_its_own);
  tcase_add_test (tc, tracks_are_listed_by_kind_in_their_order);
  tcase_add_test (tc, a_track_is_in_a_stream_once);
  tcase_add_test (tc, a_track_is_found_by_its_id);
  tcase_add_test (tc, an_application_fires_nothing_and_an_element_does);
  tcase_add_test (tc, observers_hear_of_every_change_by_anyone);
  tcase_add_test (tc, an_observer_may_go);
  tcase_add_test (tc, a_stream_is_active_while_a_track_has_not_ended);
  tcase_add_test (tc, an_inactive_stream_takes_tracks);
  tcase_add_test (tc, a_track_that_was_removed_is_none_of_its_business);
  tcase_add_test (tc, a_track_outlives_its_stream);
  tcase_add_test (tc, clones_of_a_stream_have_tracks_of_their_own);
  return suite;
}

GST_CHECK_MAIN (media_stream);
