// SPDX-License-Identifier: LGPL-2.1-or-later
// Lists of tracks, which of them play, and activeSourceBuffers.
#include "mse/media-source.hh"

#include "support/isobmff-writer.hh"
#include "support/media-source-fixture.hh"

#include <cstring>

using namespace webmedia;
using namespace webmedia::mse;

namespace {

constexpr const char *kVideo = "video/mp4";
constexpr const char *kAudio = "audio/mp4";

struct Fixture : MediaSourceFixture {
  Fixture () { attach (); }

  // A source buffer with what a file has.
  std::shared_ptr<SourceBuffer> add_file (const char *type, const char *file)
  {
    auto buffer = add (type);
    fail_unless_ok (buffer->append_buffer (media_data (file).get (), true));
    return buffer;
  }

  std::shared_ptr<SourceBuffer> add_bytes (
      const char *type, const std::vector<uint8_t> &bytes)
  {
    auto buffer = add (type);
    fail_unless_ok (buffer->append_buffer (make_data (bytes).get (), true));
    return buffer;
  }

  void expect_track_events (const char *events)
  {
    std::string queued = log->take_tracks ();
    fail_unless_equals_string (queued.c_str (), events);
  }

  void expect_active (const MediaSource::Buffers &buffers)
  {
    fail_unless (source->active_source_buffers () == buffers);
  }

  void forget ()
  {
    log->take ();
    log->take_tracks ();
  }
};

TrackSpec
track_spec (uint32_t id, const char *handler)
{
  TrackSpec track;
  track.id = id;
  track.handler = handler;
  if (strcmp (handler, "soun") == 0)
    track.sample_entries = aac_entry ();
  track.language = "und";
  return track;
}

// Two of each, sound last.
std::vector<uint8_t>
four_tracks ()
{
  return initialization_segment ({track_spec (1, "vide"),
      track_spec (2, "vide"), track_spec (3, "soun"), track_spec (4, "soun")});
}

std::shared_ptr<Track>
only (const SourceBuffer &buffer)
{
  fail_unless_equals_int (buffer.tracks ().size (), 1);
  return buffer.tracks ()[0];
}

} // namespace

GST_START_TEST (the_first_track_of_each_kind_plays)
{
  Fixture f;
  auto buffer = f.add_bytes (kVideo, four_tracks ());
  // In the file's order.
  const TrackSelection wanted[] = {TrackSelection::on, TrackSelection::off,
      TrackSelection::on, TrackSelection::off};
  auto tracks = buffer->tracks ();
  fail_unless_equals_int (tracks.size (), 4);
  for (size_t i = 0; i < 4; i++)
    fail_unless (tracks[i]->selection == wanted[i]);
}
GST_END_TEST

// Audio first, then video; each at the source buffer's list and the element's,
// before the source buffer is active.
GST_START_TEST (tracks_are_added_with_the_first_initialization_segment)
{
  Fixture f;
  auto buffer = f.add (kVideo);
  f.forget ();
  auto file = media_data ("av.mp4");
  fail_unless_ok (buffer->append_buffer (file.get (), true));
  f.expect_track_events (
      "addtrack:audio addtrack:audio addtrack:video addtrack:video");
  f.expect_events ("updatestart active-add update updateend");
  fail_unless_equals_int (f.source->tracks ().size (), 2);
  // Not with another one.
  fail_unless_ok (buffer->append_buffer (file.get (), true));
  f.expect_track_events ("");
}
GST_END_TEST

GST_START_TEST (active_source_buffers_are_in_the_order_of_all)
{
  Fixture f;
  auto audio = f.add (kAudio);
  auto video = f.add (kVideo);
  f.expect_active ({});
  fail_unless_ok (video->append_buffer (media_data ("v.mp4").get (), true));
  f.expect_active ({video});
  fail_unless_ok (audio->append_buffer (media_data ("a.mp4").get (), true));
  f.expect_active ({audio, video});
}
GST_END_TEST

GST_START_TEST (a_source_buffer_is_active_while_a_track_of_it_plays)
{
  Fixture f;
  auto audio = f.add_file (kAudio, "a.mp4");
  auto video = f.add_file (kVideo, "v.mp4");
  f.forget ();
  select_track (only (*audio), TrackSelection::off);
  f.expect_track_events ("change:audio change:audio");
  f.expect_events ("active-remove");
  f.expect_active ({video});
  // What is set already changes nothing.
  select_track (only (*audio), TrackSelection::off);
  f.expect_track_events ("");
  select_track (only (*audio), TrackSelection::on);
  select_track (only (*video), TrackSelection::off);
  f.expect_events ("active-add active-remove");
  f.expect_active ({audio});
  select_track (only (*audio), TrackSelection::off);
  f.expect_active ({});
  fail_unless (f.source->buffered ().empty ());
  select_track (only (*video), TrackSelection::on);
  select_track (only (*audio), TrackSelection::on);
  f.expect_active ({audio, video});
}
GST_END_TEST

GST_START_TEST (another_track_keeps_a_source_buffer_active)
{
  Fixture f;
  auto buffer = f.add_file (kVideo, "av.mp4");
  auto tracks = buffer->tracks ();
  f.forget ();
  select_track (tracks[1], TrackSelection::off);
  f.expect_track_events ("change:audio change:audio");
  select_track (tracks[1], TrackSelection::on);
  select_track (tracks[0], TrackSelection::off);
  f.expect_track_events ("change:audio change:audio change:video change:video");
  f.expect_events ("");
  f.expect_active ({buffer});
}
GST_END_TEST

GST_START_TEST (one_video_track_of_a_list_is_selected)
{
  Fixture f;
  auto buffer = f.add_bytes (kVideo, four_tracks ());
  auto tracks = buffer->tracks ();
  f.forget ();
  select_track (tracks[1], TrackSelection::on);
  fail_unless (tracks[0]->selection == TrackSelection::off);
  fail_unless (tracks[1]->selection == TrackSelection::on);
  // One change of each list.
  f.expect_track_events ("change:video change:video");
  // Audio tracks are enabled beside each other.
  select_track (tracks[3], TrackSelection::on);
  fail_unless (tracks[2]->selection == TrackSelection::on);
  f.expect_active ({buffer});
}
GST_END_TEST

GST_START_TEST (a_selected_video_track_replaces_that_of_another_source_buffer)
{
  Fixture f;
  auto one = f.add_file (kVideo, "v.mp4");
  auto two = f.add_file (kVideo, "v-270.mp4");
  // The first of each list plays, until one of them is selected.
  f.expect_active ({one, two});
  select_track (only (*two), TrackSelection::off);
  f.forget ();
  select_track (only (*two), TrackSelection::on);
  fail_unless (only (*one)->selection == TrackSelection::off);
  f.expect_events ("active-remove active-add");
  f.expect_active ({two});
  // Both source buffers' lists, and the element's.
  f.expect_track_events ("change:video change:video change:video");
}
GST_END_TEST

GST_START_TEST (text_tracks_are_disabled_at_first)
{
  Fixture f;
  auto text = f.add_file (kVideo, "webvtt.mp4");
  auto track = only (*text);
  fail_unless (track->kind == TrackKind::text);
  fail_unless (track->selection == TrackSelection::off);
  f.expect_track_events ("addtrack:text addtrack:text");
  f.expect_active ({});
  // The player has its track nevertheless, and all it takes to begin.
  fail_unless (f.player->has_metadata ());
  fail_unless_equals_int (f.player->tracks ().size (), 1);
  fail_unless (f.player->open (track->id, 0) != nullptr);
  f.forget ();
  select_track (track, TrackSelection::hidden);
  f.expect_events ("active-add");
  f.expect_active ({text});
  select_track (track, TrackSelection::on);
  f.expect_events ("");
  f.expect_track_events ("change:text change:text change:text change:text");
  select_track (track, TrackSelection::off);
  f.expect_events ("active-remove");
}
GST_END_TEST

GST_START_TEST (a_disabled_text_track_does_not_count_in_what_is_buffered)
{
  Fixture f;
  auto video = f.add_file (kVideo, "v.mp4");
  auto text = f.add_file (kVideo, "webvtt.mp4");
  fail_unless (f.source->buffered () == *video->buffered ());
  select_track (only (*text), TrackSelection::on);
  fail_unless (f.source->buffered ()
               == video->buffered ()->intersection (*text->buffered ()));
}
GST_END_TEST

// The tracks go first, then the source buffer from both lists.
GST_START_TEST (tracks_are_removed_with_their_source_buffer)
{
  Fixture f;
  auto buffer = f.add_file (kVideo, "av.mp4");
  auto video = buffer->tracks ()[0];
  select_track (video, TrackSelection::off);
  f.forget ();
  fail_unless_ok (f.source->remove_source_buffer (buffer));
  f.expect_track_events ("removetrack:audio change:audio removetrack:audio "
                         "change:audio removetrack:video removetrack:video");
  f.expect_events ("active-remove remove");
  fail_unless (buffer->tracks ().empty ());
  fail_unless (f.source->tracks ().empty ());
  // It can still be set, for nobody.
  select_track (video, TrackSelection::on);
  fail_unless (video->selection == TrackSelection::on);
  f.expect_track_events ("");
  f.expect_active ({});
}
GST_END_TEST

GST_START_TEST (a_source_buffer_without_a_track_that_plays_is_removed_quietly)
{
  Fixture f;
  auto buffer = f.add_file (kAudio, "a.mp4");
  select_track (only (*buffer), TrackSelection::off);
  f.forget ();
  fail_unless_ok (f.source->remove_source_buffer (buffer));
  f.expect_events ("remove");
  f.expect_track_events ("removetrack:audio removetrack:audio");
}
GST_END_TEST

GST_START_TEST (detaching_forgets_tracks_without_a_word)
{
  Fixture f;
  auto buffer = f.add_file (kVideo, "av.mp4");
  f.forget ();
  f.player->detach ();
  f.expect_track_events ("");
  f.expect_events ("active-remove remove sourceclose");
  fail_unless (f.source->tracks ().empty ());
  f.expect_active ({});
}
GST_END_TEST

GST_START_TEST (a_track_knows_its_source_buffer)
{
  Fixture f;
  auto buffer = f.add_file (kAudio, "a.mp4");
  auto track = only (*buffer);
  fail_unless (track->owner.lock () == buffer);
  fail_unless (track->language.empty ());
  fail_unless (f.source->tracks () == Tracks ({track}));
}
GST_END_TEST

static Suite *
media_source_tracks_suite ()
{
  Suite *suite = suite_create ("mse/media-source-tracks");
  TCase *tcase = tcase_create ("tracks");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, the_first_track_of_each_kind_plays);
  tcase_add_test (
      tcase, tracks_are_added_with_the_first_initialization_segment);
  tcase_add_test (tcase, active_source_buffers_are_in_the_order_of_all);
  tcase_add_test (tcase, a_source_buffer_is_active_while_a_track_of_it_plays);
  tcase_add_test (tcase, another_track_keeps_a_source_buffer_active);
  tcase_add_test (tcase, one_video_track_of_a_list_is_selected);
  tcase_add_test (
      tcase, a_selected_video_track_replaces_that_of_another_source_buffer);
  tcase_add_test (tcase, text_tracks_are_disabled_at_first);
  tcase_add_test (
      tcase, a_disabled_text_track_does_not_count_in_what_is_buffered);
  tcase_add_test (tcase, tracks_are_removed_with_their_source_buffer);
  tcase_add_test (
      tcase, a_source_buffer_without_a_track_that_plays_is_removed_quietly);
  tcase_add_test (tcase, detaching_forgets_tracks_without_a_word);
  tcase_add_test (tcase, a_track_knows_its_source_buffer);
  return suite;
}
GST_CHECK_MAIN (media_source_tracks)
