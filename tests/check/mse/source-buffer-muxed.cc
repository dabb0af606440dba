// SPDX-License-Identifier: LGPL-2.1-or-later
// What is buffered of sound and pictures, in one source buffer and in two:
// relations between the frames of real files, within a microsecond.
#include "mse/source-buffer.hh"

#include "support/frame-model.hh"
#include "support/segments.hh"

using namespace webmedia;
using namespace webmedia::mse;

namespace {

// Each of several segments.
constexpr MediaFile kMuxed[] = {
    {"video/mp4", "av.mp4"},        // B-frames: pictures from 80 ms on
    {"video/mp4", "cmaf-av.mp4"},   // negative composition offsets
    {"video/mp4", "edit-list.mp4"}, // sound from before 0 on
    {"video/mp4", "gst-av.mp4"},    // a track a segment
    {"video/webm", "vp9-opus.webm"},
    {"video/webm", "live.webm"},
    {"video/webm", "gst-vp8-vorbis.webm"},
};

constexpr struct {
  MediaFile sound, pictures;
} kSeparate[] = {
    {{"audio/mp4", "a.mp4"}, {"video/mp4", "v.mp4"}},
    {{"audio/mp4", "opus.mp4"}, {"video/mp4", "cmaf-v.mp4"}},
    {{"audio/webm", "opus.webm"}, {"video/webm", "vp9.webm"}},
    {{"audio/webm", "opus.webm"}, {"video/mp4", "v.mp4"}},
};

// The tracks of a source buffer, or of two.
struct Model {
  Model (const MediaFile &one, const MediaFile &other)
      : tracks{FrameModel (one), FrameModel (other)}
  {
    keep_window ();
  }
  explicit Model (const std::vector<uint8_t> &bytes)
      : tracks{FrameModel (bytes, 0), FrameModel (bytes, 1)}
  {}
  explicit Model (const MediaFile &muxed) : Model (read_media (muxed.name))
  {
    keep_window ();
  }

  void move (Time offset)
  {
    for (FrameModel &track : tracks)
      track.move (offset);
  }
  void remove (const TimeRange &range)
  {
    for (FrameModel &track : tracks)
      track.remove (range.start, range.end);
  }
  void keep_window ()
  {
    for (FrameModel &track : tracks)
      track.keep_window (0, kTimeInfinite);
  }
  Time highest_end () const
  {
    return std::max (tracks[0].ranges ().highest_end (0),
        tracks[1].ranges ().highest_end (0));
  }
  // What all tracks have; once no more comes, to the end of the longest.
  TimeRanges buffered (bool ended) const
  {
    TimeRanges common{{0, highest_end ()}};
    for (const FrameModel &track : tracks) {
      TimeRanges ranges = track.ranges ();
      if (ended)
        ranges.extend_last (highest_end ());
      common = common.intersection (ranges);
    }
    return common;
  }

  FrameModel tracks[2];
};

// An initialization segment and one of the media segments.
std::vector<uint8_t>
whole (const Segments &segments, size_t which)
{
  auto bytes = segments.init;
  const auto &segment = segments.media[which];
  bytes.insert (bytes.end (), segment.begin (), segment.end ());
  return bytes;
}

// An offset moves the first frame to a time; that of either track may be the
// first.
void
expect_first_at (const Model &model, Time offset, Time time)
{
  bool found = false;
  for (const FrameModel &track : model.tracks)
    if (!track.frames ().empty ()) {
      Time start = track.frames ()[0].pts + offset;
      found |= std::abs (start - time) <= kMicrosecond;
    }
  fail_unless (found, "an offset of %" G_GINT64_FORMAT, offset);
}

void
expect_tracks (const BufferFixture &f, const Model &model)
{
  fail_unless_equals_int (f.buffer->tracks ().size (), 2);
  for (size_t i : {0, 1})
    expect_ranges (f.track_ranges (i), model.tracks[i].ranges ());
}

} // namespace

GST_START_TEST (two_source_buffers_have_what_both_have)
{
  for (const auto &files : kSeparate) {
    Model model (files.sound, files.pictures);
    BufferFixture f (files.sound);
    auto pictures = f.add (files.pictures.type);
    f.append (read_media (files.sound.name));
    fail_unless_ok (pictures->append_buffer (
        media_data (files.pictures.name).get (), true));
    for (bool ended : {false, true}) {
      if (ended)
        f.end ();
      expect_ranges (f.ranges (), model.tracks[0].ranges ());
      expect_ranges (*pictures->buffered (), model.tracks[1].ranges ());
      expect_ranges (f.source->buffered (), model.buffered (ended));
    }
    fail_unless (model.buffered (true) != model.buffered (false));
    expect_near (f.source->duration (), model.highest_end ());
  }
}
GST_END_TEST

GST_START_TEST (a_muxed_file_has_what_its_tracks_have_in_common)
{
  for (const MediaFile &file : kMuxed) {
    Model model (file);
    auto segments = split_segments (read_media (file.name));
    BufferFixture f (file);
    f.append (segments.init);
    for (const auto &segment : segments.media)
      f.append (segment);
    for (bool ended : {false, true}) {
      if (ended)
        f.end ();
      expect_tracks (f, model);
      expect_ranges (f.ranges (), model.buffered (ended));
      expect_ranges (f.source->buffered (), model.buffered (ended));
    }
    fail_unless (model.buffered (true) != model.buffered (false));
    expect_near (f.source->duration (), model.highest_end ());
  }
}
GST_END_TEST

GST_START_TEST (a_removal_ends_at_a_random_access_point_of_each_track)
{
  static const struct {
    TimeRange range;
    size_t left;
  } removals[] = {
      {{0, 3 * kSecond}, 1},
      {{kSecond, 3 * kSecond}, 2},
      {{kSecond, kTimeInfinite}, 1},
      {{0, kTimeInfinite}, 0},
  };
  for (const MediaFile &file : kMuxed)
    for (const auto &removal : removals) {
      Model model (file);
      BufferFixture f (file);
      f.append_all (file.name);
      auto [start, end] = removal.range;
      fail_unless_ok (f.buffer->remove (start, end, true));
      model.remove (removal.range);
      expect_tracks (f, model);
      expect_ranges (f.ranges (), model.buffered (false));
      fail_unless_equals_int (f.ranges ().size (), removal.left);
      if (end != kTimeInfinite)
        continue;
      // The duration is cut to the end of the frames that had begun.
      fail_unless_ok (f.source->set_duration (start));
      expect_near (f.source->duration (), model.highest_end ());
      f.end ();
      expect_near (f.source->duration (), model.highest_end ());
      expect_ranges (f.ranges (), model.buffered (true));
    }
}
GST_END_TEST

GST_START_TEST (an_offset_moves_both_tracks_by_as_much)
{
  for (const MediaFile &file : kMuxed)
    for (Time offset :
        {5 * kSecond, 10500 * kMillisecond, 2 * kMicrosecond, -2 * kSecond}) {
      Model model (read_media (file.name));
      model.move (offset);
      model.keep_window ();
      BufferFixture f (file);
      fail_unless_ok (f.buffer->set_timestamp_offset (offset));
      f.append_all (file.name);
      expect_tracks (f, model);
      expect_ranges (f.ranges (), model.buffered (true));
      expect_near (f.source->duration (), model.highest_end ());
    }
}
GST_END_TEST

GST_START_TEST (a_sequence_of_both_begins_with_its_first_frame_at_zero)
{
  for (const MediaFile &file : kMuxed) {
    auto segments = split_segments (read_media (file.name));
    for (size_t which : {0, 1, 2}) {
      Model model (whole (segments, which));
      BufferFixture f (file);
      fail_unless_ok (f.buffer->set_mode (AppendMode::sequence));
      f.append (segments.init);
      f.append (segments.media[which]);
      f.end ();
      Time offset = f.buffer->timestamp_offset ();
      expect_first_at (model, offset, 0);
      model.move (offset);
      model.keep_window ();
      expect_tracks (f, model);
    }
  }
}
GST_END_TEST

// The second segment, and then the first one.
GST_START_TEST (a_sequence_of_both_goes_on_where_the_longer_track_ends)
{
  for (const MediaFile &file : kMuxed) {
    auto segments = split_segments (read_media (file.name));
    BufferFixture f (file);
    fail_unless_ok (f.buffer->set_mode (AppendMode::sequence));
    f.append (segments.init);
    TimeRanges expected[2];
    Time end = 0;
    for (size_t which : {1, 0}) {
      Model model (whole (segments, which));
      // Nothing of a track goes on where its first frame comes.
      if (model.tracks[0].frames ().empty ()
          || model.tracks[1].frames ().empty ())
        break;
      f.append (segments.media[which]);
      f.end ();
      Time offset = f.buffer->timestamp_offset ();
      expect_first_at (model, offset, end);
      model.move (offset);
      model.keep_window ();
      for (size_t i : {0, 1}) {
        const FrameModel &track = model.tracks[i];
        for (const TimeRange &range : track.ranges ())
          expected[i].add (range.start, range.end, 2 * track.longest ());
        expect_ranges (f.track_ranges (i), expected[i]);
      }
      end = model.highest_end ();
      expect_near (f.source->duration (), end);
    }
  }
}
GST_END_TEST

static Suite *
source_buffer_muxed_suite ()
{
  Suite *suite = suite_create ("mse/source-buffer-muxed");
  TCase *tcase = tcase_create ("muxed");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, two_source_buffers_have_what_both_have);
  tcase_add_test (tcase, a_muxed_file_has_what_its_tracks_have_in_common);
  tcase_add_test (tcase, a_removal_ends_at_a_random_access_point_of_each_track);
  tcase_add_test (tcase, an_offset_moves_both_tracks_by_as_much);
  tcase_add_test (
      tcase, a_sequence_of_both_begins_with_its_first_frame_at_zero);
  tcase_add_test (
      tcase, a_sequence_of_both_goes_on_where_the_longer_track_ends);
  return suite;
}
GST_CHECK_MAIN (source_buffer_muxed)
