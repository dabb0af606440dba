// SPDX-License-Identifier: LGPL-2.1-or-later
// The track buffer against a plain model of it, and what once was wrong.
#include "mse/track-reader.hh"

#include "support/check.hh"
#include "support/frames.hh"

#include <cstdlib>
#include <random>

using namespace webmedia;
using namespace webmedia::mse;

namespace {

constexpr Time kFrame = FrameMaker::kDuration;

struct Fixture : TrackFixture {
  using TrackFixture::TrackFixture;

  // Every frame that a reader that never waits gets, from zero on.
  std::vector<CodedFrame> read_all () const
  {
    std::vector<CodedFrame> frames;
    Cursor cursor;
    MutexLocker locker (track->buffer.lock_);
    while (track->buffer.seek_next_locked (cursor, true)
           == TrackBuffer::Next::frame) {
      frames.push_back (cursor.chunk->frames[cursor.frame]);
      cursor.advance ();
    }
    return frames;
  }

  // Their places in units of 40 ms.
  std::string read_numbers () const
  {
    std::string numbers;
    for (const CodedFrame &frame : read_all ())
      numbers += std::to_string (frame.pts / kFrame) + " ";
    return numbers;
  }
};

// What the spec's variables and lists would be, in the simplest form: groups
// of pictures in any order, each in decode order from its random access point.
struct Model {
  struct Frame {
    Time pts, dts, duration;
    bool keyframe;
    Time end () const { return pts + duration; }
  };
  using Gop = std::vector<Frame>;

  void reset ()
  {
    last_dts = highest_end = kTimeNone;
    last_duration = 0;
    need_random_access = true;
  }

  void cut (Time start, Time end)
  {
    auto inside = [&] (const Frame &f) {
      return f.pts >= start && f.pts < end;
    };
    for (Gop &gop : gops) {
      auto first = std::find_if (gop.begin (), gop.end (), inside);
      if (first == gop.end ())
        continue;
      Time key = gop[0].pts;
      if (end <= key)
        std::erase_if (gop,
            [&] (const Frame &f) { return f.pts >= start && f.pts < key; });
      else
        gop.erase (first, gop.end ());
    }
    std::erase_if (gops, [] (const Gop &gop) { return gop.empty (); });
  }

  void remove (Time start, Time end)
  {
    Time next = kTimeInfinite;
    for (const Gop &gop : gops)
      if (gop[0].pts >= end)
        next = std::min (next, gop[0].pts);
    bool had_last = has_last ();
    cut (start, next);
    if (had_last && !has_last ())
      reset ();
  }

  bool has_last () const
  {
    for (const Gop &gop : gops)
      for (const Frame &frame : gop)
        if (frame.pts == last.pts && frame.dts == last.dts)
          return true;
    return false;
  }

  void add (Frame frame)
  {
    frame.pts += offset;
    frame.dts += offset;
    if (last_dts != kTimeNone
        && (frame.dts < last_dts || frame.dts - last_dts > 2 * last_duration))
      reset ();
    if (frame.pts < window_start || frame.end () > window_end + kMicrosecond) {
      need_random_access = true;
      return;
    }
    if (need_random_access && !frame.keyframe)
      return;
    need_random_access = false;
    if (last_dts == kTimeNone)
      overlap (frame.pts);
    if (highest_end == kTimeNone)
      cut (frame.pts, frame.end ());
    else if (highest_end <= frame.pts)
      cut (highest_end, frame.end ());
    if (frame.keyframe) {
      // A random access point ends the group of pictures that it is put into.
      for (Gop &gop : gops)
        if (gop[0].pts < frame.pts)
          gop.erase (std::find_if (gop.begin (), gop.end (),
                         [&] (const Frame &f) { return f.pts > frame.pts; }),
              gop.end ());
      gops.push_back ({});
    }
    gops.back ().push_back (frame);
    last = frame;
    last_dts = frame.dts;
    last_duration = frame.duration;
    highest_end = std::max (highest_end, frame.end ());
    max_duration = std::max (max_duration, frame.duration);
  }

  // Step 1.13, of video.
  void overlap (Time pts)
  {
    for (const Gop &gop : gops)
      for (const Frame &frame : gop)
        if (frame.pts <= pts && pts < frame.end ()
            && pts < frame.pts + kMicrosecond) {
          cut (frame.pts, frame.pts + 1);
          return;
        }
  }

  std::vector<Frame> sorted () const
  {
    std::vector<Frame> frames;
    for (const Gop &gop : gops)
      frames.insert (frames.end (), gop.begin (), gop.end ());
    std::sort (frames.begin (), frames.end (),
        [] (const Frame &a, const Frame &b) { return a.pts < b.pts; });
    return frames;
  }

  TimeRanges ranges () const
  {
    TimeRanges ranges;
    for (const Frame &frame : sorted ())
      ranges.add (frame.pts, frame.end (), 2 * max_duration);
    return ranges;
  }

  std::vector<Gop> gops;
  Frame last{};
  Time last_dts = kTimeNone, last_duration = 0, highest_end = kTimeNone;
  Time max_duration = 0, offset = 0, window_start = 0;
  Time window_end = kTimeInfinite / 2;
  bool need_random_access = true;
};

class Comparison {
public:
  explicit Comparison (unsigned seed) : random_ (seed), seed_ (seed)
  {
    // Without leading frames: put over others they stay beside these, as the
    // spec has it, and groups interleave.
    const char *const patterns[] = {
        "I", "IP", "IPPPPP", "IPBBPBB", "IPBPBPBPB"};
    pattern_ = patterns[pick (5)];
    f_.config = make_config ("c/d");
  }

  void run ()
  {
    for (int i = 0; i < 60; i++) {
      step ();
      compare (i);
    }
    f_.remove (kTimeNone, kTimeInfinite);
    model_.remove (kTimeNone, kTimeInfinite);
    compare (60);
    fail_unless_equals_uint64 (f_.account->bytes (), 0);
  }

private:
  unsigned pick (unsigned count) { return unsigned (random_ () % count); }
  Time place () { return Time (pick (80)) * kFrame; }

  void step ()
  {
    switch (pick (8)) {
    case 0: {
      Time start = place (), end = start + (1 + pick (12)) * kFrame;
      f_.remove (start, end);
      model_.remove (start, end);
      break;
    }
    case 1:
      f_.processor.reset ();
      model_.reset ();
      break;
    case 2:
      f_.state.timestamp_offset = model_.offset = place () - 20 * kFrame;
      break;
    case 3:
      f_.state.window_start = model_.window_start = place () / 4;
      model_.window_end = model_.window_start + place () + 10 * kFrame;
      f_.state.window_end = model_.window_end;
      break;
    case 4:
      f_.state.window_start = model_.window_start = 0;
      f_.state.window_end = kTimeInfinite;
      model_.window_end = kTimeInfinite / 2;
      break;
    default:
      append ();
    }
  }

  void append ()
  {
    int start = int (pick (60));
    for (int gops = 1 + int (pick (4)); gops > 0; gops--) {
      f_.maker.gop (start, pattern_);
      start += int (strlen (pattern_)) + (pick (8) == 0 ? int (pick (4)) : 0);
    }
    FrameBatch batch = f_.maker.take ();
    if (pick (3) == 0) // some are lost
      std::erase_if (
          batch.frames, [this] (const ParsedFrame &) { return !pick (6); });
    for (const ParsedFrame &frame : batch.frames)
      model_.add ({frame.pts, frame.dts, frame.duration, frame.keyframe});
    f_.append (std::move (batch));
  }

  void compare (int i)
  {
    // A frame can be stored twice in one group, as the spec has it: when its
    // times are repeated or go back less than the decode timestamps tell.
    auto wanted = model_.sorted ();
    auto got = f_.read_all ();
    size_t count = wanted.size ();
    auto tidy = [] (auto &frames) {
      std::sort (frames.begin (), frames.end (),
          [] (const auto &a, const auto &b) { return a.pts < b.pts; });
      frames.erase (
          std::unique (frames.begin (), frames.end (),
              [] (const auto &a, const auto &b) { return a.pts == b.pts; }),
          frames.end ());
    };
    tidy (wanted);
    tidy (got);
    std::string a, b;
    for (const auto &frame : wanted)
      a += std::to_string (frame.pts / kFrame) + " ";
    for (const auto &frame : got)
      b += std::to_string (frame.pts / kFrame) + " ";
    fail_unless (a == b, "seed %u \"%s\" step %d: read\n%s\nnot\n%s", seed_,
        pattern_, i, b.c_str (), a.c_str ());
    fail_unless_equals_int (int (f_.track->buffer.frame_count ()), int (count));
    TimeRanges ranges = f_.track->buffer.buffered ();
    fail_unless (ranges == model_.ranges (),
        "seed %u \"%s\" step %d: %s not %s", seed_, pattern_, i,
        ranges.to_string ().c_str (), model_.ranges ().to_string ().c_str ());
    Time highest = wanted.empty () ? kTimeNone : wanted.back ().pts;
    fail_unless_equals_int64 (f_.track->buffer.highest_pts (), highest);
  }

  std::mt19937 random_;
  const unsigned seed_;
  const char *pattern_;
  Fixture f_;
  Model model_;
};

} // namespace

GST_START_TEST (random_appends_and_removals_leave_what_the_model_has)
{
  const char *rounds = g_getenv ("WEBMEDIA_STRESS");
  unsigned count = rounds ? unsigned (atoi (rounds)) * 100 : 200;
  for (unsigned seed = 1; seed <= count; seed++)
    Comparison (seed).run ();
}
GST_END_TEST

GST_START_TEST (a_removal_before_an_open_group_takes_its_leading_frames_only)
{
  Fixture f;
  // I6 is decoded before B4 and B5, which come out before it.
  f.append (f.maker.gop (0, "IPPP")
                .frame (6 * kFrame, 3 * kFrame, kFrame, true)
                .frame (4 * kFrame, 4 * kFrame, kFrame, false)
                .frame (5 * kFrame, 5 * kFrame, kFrame, false)
                .gop (7, "PPP")
                .take ());
  fail_unless_equals_string (
      f.read_numbers ().c_str (), "0 1 2 3 6 4 5 7 8 9 ");
  f.remove (0, 5 * kFrame);
  fail_unless_equals_string (f.read_numbers ().c_str (), "6 7 8 9 ");
  fail_unless_equals_int (int (f.track->buffer.frame_count ()), 4);
  // What is appended next still belongs to that group.
  f.append (f.maker.gop (10, "PP").take ());
  fail_unless_equals_string (f.read_numbers ().c_str (), "6 7 8 9 10 11 ");
}
GST_END_TEST

GST_START_TEST (a_segment_that_ends_in_leading_frames_keeps_the_rest)
{
  Fixture f;
  f.append (f.maker.frame (6 * kFrame, 3 * kFrame, kFrame, true)
                .frame (4 * kFrame, 4 * kFrame, kFrame, false)
                .frame (5 * kFrame, 5 * kFrame, kFrame, false)
                .gop (7, "PPP")
                .take ());
  f.append_group (f.maker.gop (0, "IPPPP").take ());
  fail_unless_equals_string (f.read_numbers ().c_str (), "0 1 2 3 4 6 7 8 9 ");
}
GST_END_TEST

GST_START_TEST (frames_fill_a_hole_in_a_run)
{
  Fixture f (TrackKind::audio);
  f.append (f.maker.run (0, 4).run (5, 4).take ());
  f.append_group (f.maker.run (4, 1).take ());
  fail_unless_equals_string (f.read_numbers ().c_str (), "0 1 2 3 4 5 6 7 8 ");
  // A reader that was in the run finds them, too.
  Fixture g (TrackKind::text);
  g.append (g.maker.run (0, 1).run (2, 1).run (4, 1).take ());
  TrackReader reader (g.track);
  fail_unless_equals_int64 (reader.read ().pts, 0);
  g.append_group (g.maker.run (1, 1).take ());
  g.append_group (g.maker.run (3, 1).take ());
  for (int i = 1; i < 5; i++)
    fail_unless_equals_int64 (reader.read ().pts, i * kFrame);
}
GST_END_TEST

GST_START_TEST (a_run_does_not_grow_past_the_next_chunk)
{
  Fixture f (TrackKind::audio);
  f.append (f.maker.run (2, 1).take ());
  f.append_group (f.maker.run (0, 2).take ());
  f.append_group (f.maker.run (3, 1).take ());
  fail_unless_equals_string (f.read_numbers ().c_str (), "0 1 2 3 ");
}
GST_END_TEST

GST_START_TEST (after_its_last_frame_was_removed_a_group_starts_anew)
{
  Fixture f;
  f.append (f.maker.gop (0, "IPP").take ());
  f.remove (kFrame, kTimeInfinite);
  f.append (f.maker.gop (3, "PP").gop (5, "IP").take ());
  fail_unless_equals_string (f.read_numbers ().c_str (), "0 5 6 ");
  // The frames that were dropped are not of the group.
  fail_unless_equals_int64 (f.state.group_end, 7 * kFrame);
}
GST_END_TEST

GST_START_TEST (hostile_times_do_not_overflow)
{
  const Time times[] = {INT64_MIN, INT64_MIN + 1, -kTimeLimit, -1, 0, 1,
      kTimeLimit, INT64_MAX - 1, INT64_MAX};
  for (Time offset : times)
    for (Time pts : times)
      for (Time dts : times) {
        Fixture f;
        f.state.timestamp_offset = offset;
        for (Time duration : times)
          f.maker.frame (pts, dts, duration, true)
              .frame (dts, pts, duration, false)
              .frame (pts, pts, duration, true);
        f.append (f.maker.take ());
        TimeRanges ranges = f.track->buffer.buffered ();
        for (size_t i = 0; i < ranges.size (); i++)
          fail_unless (ranges[i].start < ranges[i].end);
        for (Time time : times) {
          (void)f.track->buffer.random_access_point (time, false);
          (void)f.track->buffer.random_access_point (time, true);
          Cursor cursor{.time = time};
          MutexLocker locker (f.track->buffer.lock_);
          (void)f.track->buffer.seek_next_locked (cursor, false);
        }
        f.remove (pts, dts);
        f.remove (kTimeNone, kTimeInfinite);
        fail_unless_equals_uint64 (f.account->bytes (), 0);
      }
}
GST_END_TEST

static Suite *
track_buffer_suite ()
{
  Suite *suite = suite_create ("mse/track-buffer");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, random_appends_and_removals_leave_what_the_model_has);
  tcase_add_test (
      tcase, a_removal_before_an_open_group_takes_its_leading_frames_only);
  tcase_add_test (tcase, a_segment_that_ends_in_leading_frames_keeps_the_rest);
  tcase_add_test (tcase, frames_fill_a_hole_in_a_run);
  tcase_add_test (tcase, a_run_does_not_grow_past_the_next_chunk);
  tcase_add_test (tcase, after_its_last_frame_was_removed_a_group_starts_anew);
  tcase_add_test (tcase, hostile_times_do_not_overflow);
  return suite;
}
GST_CHECK_MAIN (track_buffer)
