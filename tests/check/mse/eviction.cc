// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/eviction.hh"

#include "mse/frame-processor.hh"
#include "mse/track-reader.hh"
#include "support/check.hh"
#include "support/frames.hh"

using namespace webmedia;
using namespace webmedia::mse;

namespace {

constexpr Time kFrame = FrameMaker::kDuration;
// Each group of pictures lies in memory of its own of this size.
constexpr uint64_t kGop = 1 << 20;
constexpr int kGopFrames = 100; // four seconds

// Ranges, counted in groups of pictures.
TimeRanges
gops (std::initializer_list<TimeRange> numbers)
{
  TimeRanges ranges;
  for (const TimeRange &range : numbers)
    ranges.add (
        range.start * kGopFrames * kFrame, range.end * kGopFrames * kFrame);
  return ranges;
}

// A source buffer's tracks, as far as storing and evicting goes.
struct Fixture {
  explicit Fixture (size_t count = 1)
  {
    std::vector<FrameProcessor::Target> targets;
    for (size_t i = 0; i < count; i++) {
      tracks.push_back (make_track (TrackKind::video, account));
      targets.push_back ({tracks.back (), make_config ("a/b")});
    }
    processor.set_targets (std::move (targets));
  }

  // Stores the groups of pictures [from, to), one after the other.
  void append (int from, int to, uint16_t track = 0)
  {
    std::string pattern = "I" + std::string (kGopFrames - 1, 'P');
    for (int i = from; i < to; i++) {
      FrameBatch batch =
          maker.gop (i * kGopFrames, pattern.c_str ()).take (track);
      fail_unless (bool (processor.process (batch, state)));
    }
  }

  // Evicts until `count` groups of pictures are left, with the playhead in the
  // middle of the one of number `playhead`.
  bool evict (uint64_t count, int playhead)
  {
    return evict_frames (tracks, *account, count * kGop,
        (playhead * kGopFrames + kGopFrames / 2) * kFrame);
  }

  TimeRanges buffered (size_t track = 0)
  {
    return tracks[track]->buffer.buffered ();
  }

  std::shared_ptr<MemoryAccount> account = std::make_shared<MemoryAccount> ();
  std::vector<std::shared_ptr<Track>> tracks;
  FrameProcessor processor;
  ProcessingState state;
  FrameMaker maker{kGop / kGopFrames}; // fills it, or it would be copied
};

} // namespace

GST_START_TEST (nothing_goes_while_there_is_room)
{
  Fixture f;
  f.append (0, 6);
  fail_unless (f.evict (6, 5));
  fail_unless (f.buffered () == gops ({{0, 6}}));
}
GST_END_TEST

GST_START_TEST (what_was_played_goes_first_and_oldest_first)
{
  Fixture f;
  f.append (10, 14);
  f.append (0, 6);
  fail_unless (f.evict (8, 4));
  fail_unless (f.buffered () == gops ({{2, 6}, {10, 14}}));
}
GST_END_TEST

GST_START_TEST (then_goes_what_is_far_ahead_from_the_end_backwards)
{
  Fixture f;
  f.append (10, 14);
  f.append (0, 6);
  fail_unless (f.evict (4, 4));
  fail_unless (f.buffered () == gops ({{4, 6}, {10, 12}}));
  fail_unless (f.evict (2, 4));
  fail_unless (f.buffered () == gops ({{4, 6}}));
}
GST_END_TEST

GST_START_TEST (what_leads_to_the_last_append_stays)
{
  Fixture f;
  f.append (0, 6);
  fail_unless (!f.evict (5, 0));
  fail_unless (f.buffered () == gops ({{0, 6}}));
}
GST_END_TEST

GST_START_TEST (the_last_append_stays_though_it_was_played)
{
  Fixture f;
  f.append (3, 6);
  f.append (1, 2);
  f.append (0, 1);
  fail_unless (f.evict (4, 4));
  fail_unless (f.buffered () == gops ({{0, 1}, {3, 6}}));
}
GST_END_TEST

GST_START_TEST (what_is_played_next_stays)
{
  Fixture f;
  f.append (5, 7);
  f.append (0, 1);
  fail_unless (!f.evict (0, 3));
  fail_unless (f.buffered () == gops ({{0, 1}, {5, 6}}));
}
GST_END_TEST

// A reader can be ahead of the playhead, which is the slowest one's.
GST_START_TEST (what_a_reader_stands_in_stays)
{
  Fixture f;
  f.append (2, 8);
  f.append (0, 1);
  TrackReader reader (f.tracks[0]);
  reader.seek (4 * kGopFrames * kFrame);
  fail_unless (reader.read ().status == Reader::Status::frame);
  fail_unless (!f.evict (2, 2));
  fail_unless (f.buffered () == gops ({{0, 1}, {2, 5}}));
}
GST_END_TEST

// Frames of four bytes each, in the memory of a whole group.
GST_START_TEST (what_stays_of_a_large_append_does_not_pin_it)
{
  Fixture f;
  f.maker = FrameMaker (4);
  f.append (0, 1);
  fail_unless (f.account->bytes () > 1000);
  fail_unless (evict_frames (f.tracks, *f.account, 1000, 0));
  fail_unless_equals_uint64 (f.account->bytes (), kGopFrames * 4);
  fail_unless (f.buffered () == gops ({{0, 1}}));
}
GST_END_TEST

GST_START_TEST (all_tracks_lose_their_ends_alike)
{
  Fixture f (2);
  f.append (10, 14, 0);
  f.append (10, 14, 1);
  f.append (0, 2, 0);
  f.append (0, 2, 1);
  fail_unless (f.evict (8, 0));
  for (size_t track : {0, 1})
    fail_unless (f.buffered (track) == gops ({{0, 2}, {10, 12}}));
}
GST_END_TEST

static Suite *
eviction_suite ()
{
  Suite *suite = suite_create ("mse/eviction");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, nothing_goes_while_there_is_room);
  tcase_add_test (tcase, what_was_played_goes_first_and_oldest_first);
  tcase_add_test (tcase, then_goes_what_is_far_ahead_from_the_end_backwards);
  tcase_add_test (tcase, what_leads_to_the_last_append_stays);
  tcase_add_test (tcase, the_last_append_stays_though_it_was_played);
  tcase_add_test (tcase, what_is_played_next_stays);
  tcase_add_test (tcase, what_a_reader_stands_in_stays);
  tcase_add_test (tcase, what_stays_of_a_large_append_does_not_pin_it);
  tcase_add_test (tcase, all_tracks_lose_their_ends_alike);
  return suite;
}
GST_CHECK_MAIN (eviction)
