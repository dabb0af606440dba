// SPDX-License-Identifier: LGPL-2.1-or-later
// What a coded frame group does to the sound or the cue that it begins in, and
// what readers get of it.
#include "mse/track-reader.hh"

#include "support/check.hh"
#include "support/frames.hh"

#include <cstdlib>
#include <random>

using namespace webmedia;
using namespace webmedia::mse;

namespace {

constexpr Time kMs = kMillisecond;

struct Fixture : TrackFixture {
  explicit Fixture (TrackKind kind, const char *caps = "audio/x-test")
      : TrackFixture (kind)
  {
    processor.set_targets ({{track, make_config (caps)}});
  }
  // Whatever a test leaves can go, with all bytes of it.
  ~Fixture () { expect_all_goes (); }

  // A coded frame group of `count` frames.
  void group (Time start, Time duration, int count)
  {
    for (int i = 0; i < count; i++) {
      Time pts = start + i * duration;
      maker.frame (pts, pts, duration, true);
    }
    append_group (maker.take ());
  }

  // What is stored, as "start-end", in milliseconds.
  std::string stored () const
  {
    std::string all;
    Cursor cursor;
    MutexLocker locker (track->buffer.lock_);
    while (track->buffer.seek_next_locked (cursor, true)
           == TrackBuffer::Next::frame) {
      const CodedFrame &frame = cursor.chunk->frames[cursor.frame];
      all += std::to_string (frame.pts / kMs) + "-"
             + std::to_string (frame.end () / kMs) + " ";
      cursor.advance ();
    }
    return all;
  }

  // What a reader gets from `start` up to a gap: "start-end", ">T" where it is
  // faded out from T on, "!" before a discontinuity.
  std::string played (Time start = 0)
  {
    std::string all;
    TrackReader reader (track);
    reader.seek (start);
    TimeRanges buffered = track->buffer.buffered ();
    const TimeRange *range = buffered.find (start);
    fail_unless (range != nullptr);
    for (Time end = kTimeNone; end < range->end;) {
      Reader::Read read = reader.read ();
      fail_unless (read.status == Reader::Status::frame);
      if (read.splice == kTimeNone)
        end = read.pts + read.duration;
      if (!all.empty ()
          && GST_BUFFER_FLAG_IS_SET (
              read.buffer.get (), GST_BUFFER_FLAG_DISCONT))
        all += "!";
      all += std::to_string (read.pts / kMs) + "-"
             + std::to_string ((read.pts + read.duration) / kMs);
      if (read.splice != kTimeNone)
        all += ">" + std::to_string (read.splice / kMs);
      all += " ";
    }
    return all;
  }

  void expect (const char *frames, const char *reads)
  {
    fail_unless_equals_string (stored ().c_str (), frames);
    fail_unless_equals_string (played ().c_str (), reads);
  }

  void expect_all_goes ()
  {
    remove (kTimeNone, kTimeInfinite);
    fail_unless_equals_uint64 (account->bytes (), 0);
  }
};

} // namespace

GST_START_TEST (a_cue_ends_where_a_group_begins)
{
  Fixture f (TrackKind::text);
  f.group (0, 40 * kMs, 4);
  f.group (100 * kMs, 20 * kMs, 1);
  f.expect ("0-40 40-80 80-100 100-120 120-160 ",
      "0-40 40-80 80-100 100-120 120-160 ");
  // The new cue covers others.
  f.group (50 * kMs, 60 * kMs, 1);
  f.expect ("0-40 40-50 50-110 120-160 ", "0-40 40-50 50-110 120-160 ");
}
GST_END_TEST

GST_START_TEST (of_cues_that_overlap_the_first_ends)
{
  Fixture f (TrackKind::text);
  f.append (f.maker.frame (0, 0, 100 * kMs, true)
                .frame (20 * kMs, 20 * kMs, 60 * kMs, true)
                .take ());
  f.group (50 * kMs, 10 * kMs, 1);
  fail_unless_equals_string (f.stored ().c_str (), "0-50 20-80 50-60 ");
}
GST_END_TEST

GST_START_TEST (a_cue_that_begins_at_once_is_replaced)
{
  Fixture f (TrackKind::text);
  f.group (0, 40 * kMs, 3);
  f.group (40 * kMs, 10 * kMs, 1);
  f.expect ("0-40 40-50 80-120 ", "0-40 40-50 80-120 ");
}
GST_END_TEST

GST_START_TEST (a_cue_inside_of_its_own_group_stays_whole)
{
  Fixture f (TrackKind::text);
  f.append (f.maker.frame (0, 0, 100 * kMs, true)
                .frame (50 * kMs, 50 * kMs, 100 * kMs, true)
                .take ());
  fail_unless_equals_string (f.stored ().c_str (), "0-100 50-150 ");
}
GST_END_TEST

GST_START_TEST (sound_that_a_group_begins_in_is_faded_out)
{
  Fixture f (TrackKind::audio);
  f.group (0, 40 * kMs, 5);
  f.group (90 * kMs, 40 * kMs, 2);
  // The frame at 160 ends the hole that the shorter group left.
  f.expect ("0-40 40-80 80-90 90-130 130-170 ",
      "0-40 40-80 80-120>90 !90-130 130-170 ");
  fail_unless (f.track->buffer.buffered () == TimeRanges ({{0, 170 * kMs}}));
  fail_unless_equals_int (int (f.track->buffer.frame_count ()), 5);
  // Also from the middle of what is overlapped, but not from behind it.
  fail_unless_equals_string (
      f.played (85 * kMs).c_str (), "80-120>90 !90-130 130-170 ");
  fail_unless_equals_string (f.played (90 * kMs).c_str (), "90-130 130-170 ");
}
GST_END_TEST

GST_START_TEST (a_frame_that_begins_at_once_is_faded_out)
{
  Fixture f (TrackKind::audio);
  f.group (0, 40 * kMs, 4);
  f.group (80 * kMs, 40 * kMs, 2);
  f.expect (
      "0-40 40-80 80-120 120-160 ", "0-40 40-80 80-120>80 !80-120 120-160 ");
  fail_unless_equals_string (f.played (100 * kMs).c_str (), "80-120 120-160 ");
}
GST_END_TEST

GST_START_TEST (frames_that_begin_within_five_milliseconds_are_faded_out)
{
  Fixture f (TrackKind::audio);
  f.group (0, 2 * kMs, 20);
  f.group (10 * kMs + kMs / 2, 4 * kMs, 8);
  fail_unless_equals_string (f.played ().c_str (),
      "0-2 2-4 4-6 6-8 8-10 10-12>10 12-14>10 14-16>10 !10-14 14-18 18-22 "
      "22-26 26-30 30-34 34-38 38-42 ");
  fail_unless (
      f.track->buffer.buffered () == TimeRanges ({{0, 42 * kMs + kMs / 2}}));
}
GST_END_TEST

// The example of the specification, and a time between two samples.
GST_START_TEST (a_group_begins_at_the_nearest_sample)
{
  const struct {
    Time pts, moved;
  } cases[] = {
      {10012550000, 10012500000},
      {10012562500, 10012625000},
      {10012562499, 10012500000},
      {10000050000, 10000000000},
  };
  for (const auto &each : cases) {
    Fixture f (TrackKind::audio, "audio/x-test, rate=(int)8000");
    f.group (10 * kSecond, 40 * kMs, 2);
    f.group (each.pts, 40 * kMs, 1);
    Cursor cursor{.time = each.moved};
    MutexLocker locker (f.track->buffer.lock_);
    fail_unless (f.track->buffer.seek_next_locked (cursor, false)
                 == TrackBuffer::Next::frame);
    const CodedFrame &frame = cursor.chunk->frames[cursor.frame];
    fail_unless_equals_int64 (frame.pts, each.moved);
    fail_unless_equals_int64 (frame.dts, each.moved);
    fail_unless_equals_int64 (Time (frame.duration), 40 * kMs);
  }
}
GST_END_TEST

GST_START_TEST (an_overlap_of_less_than_a_millisecond_is_none)
{
  Fixture f (TrackKind::audio);
  f.group (0, 40 * kMs, 2);
  f.group (80 * kMs - kMs + 1, 40 * kMs, 1);
  f.expect ("0-40 40-80 79-119 ", "0-40 40-80 79-119 ");
}
GST_END_TEST

GST_START_TEST (a_gap_and_the_same_group_splice_nothing)
{
  Fixture f (TrackKind::audio);
  f.append (f.maker.frame (0, 0, 40 * kMs, true)
                .frame (30 * kMs, 30 * kMs, 40 * kMs, true)
                .take ());
  f.group (70 * kMs, 40 * kMs, 1);
  f.expect ("0-40 30-70 70-110 ", "0-40 30-70 70-110 ");
}
GST_END_TEST

GST_START_TEST (a_removal_of_the_new_sound_brings_the_old_frame_back)
{
  Fixture f (TrackKind::audio);
  f.group (0, 40 * kMs, 5);
  f.group (90 * kMs, 40 * kMs, 2);
  f.remove (90 * kMs, kTimeInfinite);
  f.expect ("0-40 40-80 80-120 ", "0-40 40-80 80-120 ");
  fail_unless (f.track->buffer.buffered () == TimeRanges ({{0, 120 * kMs}}));
  // And it can be overlapped again.
  f.group (100 * kMs, 40 * kMs, 1);
  f.expect ("0-40 40-80 80-100 100-140 ", "0-40 40-80 80-120>100 !100-140 ");
}
GST_END_TEST

GST_START_TEST (a_removal_of_the_old_sound_leaves_the_new)
{
  Fixture f (TrackKind::audio);
  f.group (0, 40 * kMs, 5);
  f.group (90 * kMs, 40 * kMs, 2);
  f.remove (0, 90 * kMs);
  fail_unless_equals_string (f.stored ().c_str (), "90-130 130-170 ");
  fail_unless_equals_string (f.played (90 * kMs).c_str (), "90-130 130-170 ");
  f.expect_all_goes ();
  // Of a frame that was replaced: what led to it.
  f.group (0, 40 * kMs, 3);
  f.group (80 * kMs, 40 * kMs, 1);
  f.remove (40 * kMs, 80 * kMs);
  f.expect ("0-40 80-120 ", "0-40 80-120 ");
}
GST_END_TEST

GST_START_TEST (eviction_of_either_side_forgets_the_splice)
{
  for (bool last : {false, true}) {
    Fixture f (TrackKind::audio);
    f.group (0, 40 * kMs, 3);
    f.processor.set_targets ({{f.track, make_config ("audio/x-other")}});
    f.group (90 * kMs, 40 * kMs, 1);
    // What is added to is in use.
    f.group (kSecond, 40 * kMs, 1);
    if (!last) {
      (void)f.track->buffer.evict_before (90 * kMs, 0);
      fail_unless_equals_string (f.played (90 * kMs).c_str (), "90-130 ");
    } else {
      f.remove (kSecond, kTimeInfinite);
      fail_unless (f.track->buffer.evict_last (0));
      f.expect ("0-40 40-80 80-120 ", "0-40 40-80 80-120 ");
    }
  }
}
GST_END_TEST

GST_START_TEST (what_replaces_the_new_sound_is_faded_in)
{
  Fixture f (TrackKind::audio);
  f.group (0, 40 * kMs, 5);
  for (int i = 0; i < 3; i++) {
    f.group (90 * kMs, 40 * kMs, 2);
    f.expect ("0-40 40-80 80-90 90-130 130-170 ",
        "0-40 40-80 80-120>90 !90-130 130-170 ");
  }
}
GST_END_TEST

GST_START_TEST (a_frame_that_was_cut_is_cut_again)
{
  Fixture f (TrackKind::audio);
  f.group (0, 40 * kMs, 3);
  f.group (110 * kMs, 40 * kMs, 1);
  f.group (100 * kMs, 40 * kMs, 1);
  f.expect ("0-40 40-80 80-100 100-140 ", "0-40 40-80 80-120>100 !100-140 ");
}
GST_END_TEST

GST_START_TEST (sound_that_was_faded_in_is_faded_out)
{
  Fixture f (TrackKind::audio);
  f.group (0, 40 * kMs, 3);
  f.group (90 * kMs, 40 * kMs, 1);
  f.group (93 * kMs, 40 * kMs, 1);
  f.expect ("0-40 40-80 80-90 90-93 93-133 ",
      "0-40 40-80 80-120>90 !90-130>93 !93-133 ");
  f.remove (93 * kMs, kTimeInfinite);
  f.expect ("0-40 40-80 80-90 90-130 ", "0-40 40-80 80-120>90 !90-130 ");
}
GST_END_TEST

GST_START_TEST (a_run_may_be_parted_at_a_splice)
{
  Fixture f (TrackKind::audio);
  f.group (0, 40 * kMs, 6);
  f.group (50 * kMs, 30 * kMs, 1);
  // A splice stays where a run is split for what comes before it.
  f.group (180 * kMs, 20 * kMs, 1);
  f.group (10 * kMs, 30 * kMs, 1);
  f.expect ("0-10 10-40 40-50 50-80 80-120 120-160 160-180 180-200 200-240 ",
      "0-40>10 !10-40 40-80>50 !50-80 80-120 120-160 160-200>180 !180-200 "
      "200-240 ");
}
GST_END_TEST

GST_START_TEST (what_is_faded_out_is_owned_anew)
{
  Fixture f (TrackKind::audio);
  f.group (0, 40 * kMs, 3);
  f.group (90 * kMs, 40 * kMs, 2);
  fail_unless_equals_uint64 (f.account->bytes (), 2 << 20);
  f.track->buffer.reown_sparse ();
  fail_unless_equals_uint64 (f.account->bytes (), 6 * 4);
  f.expect ("0-40 40-80 80-90 90-130 130-170 ",
      "0-40 40-80 80-120>90 !90-130 130-170 ");
}
GST_END_TEST

GST_START_TEST (each_sound_has_its_caps)
{
  Fixture f (TrackKind::audio, "audio/x-one");
  f.group (0, 40 * kMs, 2);
  f.processor.set_targets ({{f.track, make_config ("audio/x-two")}});
  f.group (50 * kMs, 40 * kMs, 2);
  TrackReader reader (f.track);
  const char *const wanted[] = {"audio/x-one", "", "audio/x-two", ""};
  for (const char *type : wanted) {
    Reader::Read read = reader.read ();
    fail_unless_equals_string (read.caps ? gst_structure_get_name (
                                   gst_caps_get_structure (read.caps.get (), 0))
                                         : "",
        type);
  }
}
GST_END_TEST

namespace {

// Frames of sound, and which of them were cut, by the simplest means.
class SoundModel {
public:
  void reset () { highest_end_ = kTimeNone; }

  void add (Time pts, Time duration)
  {
    Time end = pts + duration;
    if (highest_end_ == kTimeNone) {
      for (size_t i = frames_.size (); i-- > 0;) {
        Frame &frame = frames_[i];
        if (frame.pts > pts)
          continue;
        if (frame.end - pts >= kMs) {
          if (frame.pts < pts)
            frame.end = frame.cut = pts;
          remove_only (pts, pts + 5 * kMs);
        }
        break;
      }
    }
    Time start = highest_end_ == kTimeNone ? pts : highest_end_;
    if (start <= pts || end > start)
      remove_only (start, std::max (end, start + 1));
    frames_.push_back ({pts, end, end, kTimeNone});
    std::sort (frames_.begin (), frames_.end (),
        [] (const Frame &a, const Frame &b) { return a.pts < b.pts; });
    mend ();
    highest_end_ = std::max (highest_end_, end);
    last_ = pts;
  }

  void remove (Time start, Time end)
  {
    for (const Frame &frame : frames_)
      if (frame.pts >= end) {
        end = frame.pts;
        break;
      }
    bool had = has (last_);
    remove_only (start, end);
    mend ();
    if (had && !has (last_))
      reset ();
  }

  std::string stored () const
  {
    std::string all;
    for (const Frame &frame : frames_)
      all += std::to_string (frame.pts / kMs) + "-"
             + std::to_string (frame.end / kMs) + " ";
    return all;
  }

  // What a reader gets of each.
  std::vector<std::string> read () const
  {
    std::vector<std::string> all;
    for (const Frame &frame : frames_) {
      std::string each = std::to_string (frame.pts / kMs) + "-"
                         + std::to_string (frame.whole / kMs);
      if (frame.cut != kTimeNone)
        each += ">" + std::to_string (frame.cut / kMs);
      all.push_back (each + " ");
    }
    return all;
  }

private:
  struct Frame {
    Time pts, end, whole, cut;
  };

  void remove_only (Time start, Time end)
  {
    std::erase_if (frames_, [=] (const Frame &frame) {
      return frame.pts >= start && frame.pts < end;
    });
  }

  bool has (Time pts) const
  {
    return std::any_of (frames_.begin (), frames_.end (),
        [pts] (const Frame &frame) { return frame.pts == pts; });
  }

  // A frame whose other side is gone is whole again, as far as there is room.
  void mend ()
  {
    for (size_t i = frames_.size (); i-- > 0;) {
      Frame &frame = frames_[i];
      if (frame.cut == kTimeNone || has (frame.cut))
        continue;
      frame.cut = kTimeNone;
      frame.end = frame.whole;
      if (i + 1 < frames_.size ())
        frame.end = std::min (frame.end, frames_[i + 1].pts);
      frame.whole = frame.end;
    }
  }

  std::vector<Frame> frames_;
  Time highest_end_ = kTimeNone;
  Time last_ = kTimeNone;
};

} // namespace

GST_START_TEST (random_groups_and_removals_leave_what_the_model_has)
{
  const char *rounds = g_getenv ("WEBMEDIA_STRESS");
  unsigned count = rounds ? unsigned (atoi (rounds)) * 100 : 200;
  for (unsigned seed = 1; seed <= count; seed++) {
    std::mt19937 random (seed);
    auto pick = [&random] (unsigned below) {
      return Time (random () % below);
    };
    Fixture f (TrackKind::audio);
    SoundModel model;
    for (int step = 0; step < 40; step++) {
      Time start = pick (400) * kMs;
      if (pick (4) == 0) {
        Time end = start + (1 + pick (100)) * kMs;
        f.remove (start, end);
        model.remove (start, end);
      } else {
        const Time durations[] = {2, 3, 20, 40, 93};
        Time duration = durations[pick (5)] * kMs;
        int frames = 1 + int (pick (8));
        f.group (start, duration, frames);
        model.reset ();
        for (int i = 0; i < frames; i++)
          model.add (start + i * duration, duration);
      }
      fail_unless (f.stored () == model.stored (),
          "seed %u step %d: has\n%s\nnot\n%s", seed, step, f.stored ().c_str (),
          model.stored ().c_str ());
      std::string played;
      for (const TimeRange &range : f.track->buffer.buffered ())
        played += f.played (range.start);
      for (const std::string &each : model.read ())
        fail_unless (played.find (each) != std::string::npos,
            "seed %u step %d: %s is not in\n%s", seed, step, each.c_str (),
            played.c_str ());
    }
  }
}
GST_END_TEST

static Suite *
track_buffer_splice_suite ()
{
  Suite *suite = suite_create ("mse/track-buffer-splice");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_cue_ends_where_a_group_begins);
  tcase_add_test (tcase, of_cues_that_overlap_the_first_ends);
  tcase_add_test (tcase, a_cue_that_begins_at_once_is_replaced);
  tcase_add_test (tcase, a_cue_inside_of_its_own_group_stays_whole);
  tcase_add_test (tcase, sound_that_a_group_begins_in_is_faded_out);
  tcase_add_test (tcase, a_frame_that_begins_at_once_is_faded_out);
  tcase_add_test (
      tcase, frames_that_begin_within_five_milliseconds_are_faded_out);
  tcase_add_test (tcase, a_group_begins_at_the_nearest_sample);
  tcase_add_test (tcase, an_overlap_of_less_than_a_millisecond_is_none);
  tcase_add_test (tcase, a_gap_and_the_same_group_splice_nothing);
  tcase_add_test (tcase, a_removal_of_the_new_sound_brings_the_old_frame_back);
  tcase_add_test (tcase, a_removal_of_the_old_sound_leaves_the_new);
  tcase_add_test (tcase, eviction_of_either_side_forgets_the_splice);
  tcase_add_test (tcase, what_replaces_the_new_sound_is_faded_in);
  tcase_add_test (tcase, a_frame_that_was_cut_is_cut_again);
  tcase_add_test (tcase, sound_that_was_faded_in_is_faded_out);
  tcase_add_test (tcase, a_run_may_be_parted_at_a_splice);
  tcase_add_test (tcase, what_is_faded_out_is_owned_anew);
  tcase_add_test (tcase, each_sound_has_its_caps);
  tcase_add_test (tcase, random_groups_and_removals_leave_what_the_model_has);
  return suite;
}
GST_CHECK_MAIN (track_buffer_splice)
