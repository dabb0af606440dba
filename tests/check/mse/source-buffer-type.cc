// SPDX-License-Identifier: LGPL-2.1-or-later
// SourceBuffer.changeType(), and changes of the codec without it.
#include "support/media-source-fixture.hh"
#include "support/segments.hh"
#include "support/typed-media.hh"

#include <cstring>

using namespace webmedia;
using namespace webmedia::mse;
using namespace webmedia::test;

namespace {

constexpr Time kSplice = 2 * kSecond;

// The first track is the video.
constexpr TypedMedia kBoth[] = {
    {"video/mp4; codecs=\"avc1.64000c, mp4a.40.2\"", "av.mp4", "video/x-h264"},
    {"video/mp2t; codecs=\"avc1.64000c, mp4a.40.2\"", "av.ts", "video/x-h264"},
    {"video/webm; codecs=\"vp8, vorbis\"", "vp8-vorbis.webm", "video/x-vp8"},
    {"video/webm; codecs=\"vp9, opus\"", "vp9-opus.webm", "video/x-vp9"},
    {"video/webm; codecs=\"av01.0.00M.08, opus\"", "av1-opus.webm",
        "video/x-av1"},
};

// What a file gives by itself.
struct Alone {
  explicit Alone (const TypedMedia &media)
  {
    BufferFixture f (media.type);
    f.append (read_media (media.file));
    f.end ();
    const TrackBuffer &track = f.buffer->tracks ()[0]->buffer;
    start = track.buffered ()[0].start;
    length = track.buffered ().highest_end (0) - start;
    frames = track.frame_count ();
  }
  Time start, length;
  size_t frames;
};

struct Output {
  std::string caps;
  Time pts;
};

constexpr Time kSample = kSecond / 44100;

// Reads the first track to its end, or to the first gap, without sound that is
// only there to be faded out.
std::vector<Output>
read_all (BufferFixture &f)
{
  std::vector<Output> outputs;
  std::string caps;
  auto track = f.buffer->tracks ()[0];
  auto reader = f.player->open (track->id, 0);
  TimeRange range = track->buffer.buffered ()[0];
  reader->seek (range.start);
  for (;;) {
    auto read = reader->read ();
    if (read.status != Reader::Status::frame || read.pts >= range.end)
      return outputs;
    if (read.caps)
      caps =
          gst_structure_get_name (gst_caps_get_structure (read.caps.get (), 0));
    if (read.splice == kTimeNone || read.pts < read.splice)
      outputs.push_back ({caps, read.pts});
  }
}

// Appends A, changes to B and puts it over A at `kSplice`, then back to A, at
// the end. Frames must come out of the right codec at every time, once.
void
check_pair (const TypedMedia &a, const TypedMedia &b)
{
  Alone alone_a (a), alone_b (b);
  BufferFixture f (a.type);
  f.append (read_media (a.file));
  Time splice = alone_a.start + kSplice;
  fail_unless_ok (f.buffer->change_type (b.type));
  fail_unless_ok (f.buffer->set_mode (AppendMode::sequence));
  fail_unless_ok (f.buffer->set_timestamp_offset (splice));
  f.append (read_media (b.file));
  Time back = splice + alone_b.length;
  fail_unless_ok (f.buffer->change_type (a.type));
  fail_unless_ok (f.buffer->set_timestamp_offset (back));
  f.append (read_media (a.file));
  f.end ();

  TimeRanges ranges = f.buffer->tracks ()[0]->buffer.buffered ();
  fail_unless_equals_int (ranges.size (), 1);
  fail_unless_equals_int64 (ranges[0].start, alone_a.start);
  fail_unless_equals_int64 (ranges[0].end, back + alone_a.length);

  auto outputs = read_all (f);
  size_t of_b = 0, changes = 0;
  for (size_t i = 0; i < outputs.size (); i++) {
    // A splice is moved to the nearest sample.
    Time pts = outputs[i].pts + kSample;
    bool inside = pts >= splice && pts < back;
    fail_unless (outputs[i].caps == (inside ? b.caps : a.caps),
        "%s to %s: frame %zu is %s", a.file, b.file, i,
        outputs[i].caps.c_str ());
    of_b += inside;
    changes += i > 0 && outputs[i].caps != outputs[i - 1].caps;
  }
  fail_unless_equals_int (of_b, alone_b.frames);
  fail_unless_equals_int (
      outputs.size (), f.buffer->tracks ()[0]->buffer.frame_count ());
  fail_unless_equals_int (changes, g_str_equal (a.caps, b.caps) ? 0 : 2);
}

} // namespace

GST_START_TEST (types_are_checked)
{
  BufferFixture f ("video/mp4");
  fail_unless_error (f.buffer->change_type (""), ErrorCode::type);
  const ErrorCode code = ErrorCode::not_supported;
  fail_unless_error (f.buffer->change_type ("video/x-msvideo"), code);
  fail_unless_error (
      f.buffer->change_type ("audio/mpeg; codecs=\"mp3\""), code);
  fail_unless_error (
      f.buffer->change_type ("video/webm; codecs=\"avc1.64000c\""), code);
  // Nothing has changed.
  f.append (read_media ("v.mp4"));
}
GST_END_TEST

GST_START_TEST (a_removed_buffer_refuses_it)
{
  BufferFixture f ("video/mp4");
  fail_unless_ok (f.source->remove_source_buffer (f.buffer));
  fail_unless_error (
      f.buffer->change_type ("video/mp4"), ErrorCode::invalid_state);
  // Step 1 comes before step 2, and step 2 before step 4.
  fail_unless_error (f.buffer->change_type (""), ErrorCode::type);
  fail_unless_error (f.buffer->change_type ("x/y"), ErrorCode::invalid_state);
}
GST_END_TEST

GST_START_TEST (an_updating_buffer_refuses_it)
{
  BufferFixture f ("video/mp4");
  Result<> result = ok;
  auto observer = std::make_shared<Interrupter> (
      [&] { result = f.buffer->change_type ("video/webm"); });
  f.player->set_observer (observer);
  f.append (read_media ("v.mp4"));
  fail_unless_error (result, ErrorCode::invalid_state);
}
GST_END_TEST

GST_START_TEST (it_opens_a_source_that_has_ended)
{
  BufferFixture f ("video/mp4");
  f.end ();
  f.log->take ();
  fail_unless_error (f.buffer->change_type ("x/y"), ErrorCode::not_supported);
  f.expect_events ("");
  fail_unless_ok (f.buffer->change_type ("video/mp4"));
  f.expect_events ("sourceopen");
}
GST_END_TEST

GST_START_TEST (it_forgets_the_half_of_a_segment)
{
  BufferFixture f ("video/mp4");
  auto segments = split_segments (read_media ("v.mp4"));
  f.append (segments.init);
  auto half = segments.media[0];
  half.resize (half.size () / 2);
  f.append (half);
  size_t frames = f.buffer->tracks ()[0]->buffer.frame_count ();
  fail_unless (frames > 0 && frames < 25);
  fail_unless_ok (f.buffer->change_type ("video/webm"));
  fail_unless_equals_int (
      f.buffer->tracks ()[0]->buffer.frame_count (), frames);
  f.append (read_media ("vp9.webm"));
}
GST_END_TEST

GST_START_TEST (an_initialization_segment_must_follow)
{
  BufferFixture f ("video/mp4");
  auto segments = split_segments (read_media ("v.mp4"));
  f.append (segments.init);
  f.append (segments.media[0]);
  fail_unless_ok (f.buffer->change_type ("video/mp4"));
  fail_unless_error (f.try_append (segments.media[1]), ErrorCode::decode);
  // It still must, after the append error.
  fail_unless_error (f.try_append (segments.media[1]), ErrorCode::decode);
  f.append (segments.init);
  f.append (segments.media[1]);
}
GST_END_TEST

GST_START_TEST (the_bytes_must_be_of_the_new_type)
{
  BufferFixture f ("video/mp4");
  f.append (read_media ("v.mp4"));
  fail_unless_ok (f.buffer->change_type ("video/webm"));
  fail_unless_error (f.try_append (read_media ("v.mp4")), ErrorCode::decode);
  BufferFixture g ("video/mp4");
  g.append (read_media ("v.mp4"));
  fail_unless_error (g.try_append (read_media ("vp9.webm")), ErrorCode::decode);
}
GST_END_TEST

GST_START_TEST (the_tracks_must_be_as_many_of_each_kind)
{
  BufferFixture f ("video/mp4");
  f.append (read_media ("v.mp4"));
  fail_unless_ok (f.buffer->change_type ("audio/mp4"));
  fail_unless_error (f.try_append (read_media ("a.mp4")), ErrorCode::decode);
  fail_unless_ok (f.buffer->change_type ("video/webm"));
  fail_unless_error (
      f.try_append (read_media ("vp9-opus.webm")), ErrorCode::decode);
  f.append (read_media ("vp9.webm"));
}
GST_END_TEST

GST_START_TEST (the_codecs_of_the_latest_type_rule)
{
  BufferFixture f ("video/mp4; codecs=\"avc1.64000c\"");
  f.append (read_media ("v.mp4"));
  fail_unless_error (f.try_append (read_media ("h265.mp4")), ErrorCode::decode);
  fail_unless_ok (
      f.buffer->change_type ("video/mp4; codecs=\"hvc1.1.6.L60.90\""));
  f.append (read_media ("h265.mp4"));
  fail_unless_error (f.try_append (read_media ("v.mp4")), ErrorCode::decode);
}
GST_END_TEST

// Step 8: the mode becomes "sequence" with its steps, and stays.
GST_START_TEST (a_format_without_timestamps_sets_the_mode)
{
  BufferFixture f ("audio/mp4");
  f.append (read_media ("a.mp4"));
  Time end = f.buffer->highest_end ();
  fail_unless_ok (f.buffer->change_type ("audio/mpeg"));
  fail_unless (f.buffer->mode () == AppendMode::sequence);
  fail_unless_error (
      f.buffer->set_mode (AppendMode::segments), ErrorCode::type);
  f.append (read_media ("cbr.mp3"));
  auto ranges = *f.buffer->buffered ();
  fail_unless_equals_int (ranges.size (), 1);
  fail_unless (ranges[0].end > end + 7 * kSecond);
  fail_unless_ok (f.buffer->change_type ("audio/mp4"));
  fail_unless (f.buffer->mode () == AppendMode::sequence);
  fail_unless_ok (f.buffer->set_mode (AppendMode::segments));
}
GST_END_TEST

GST_START_TEST (the_usual_quota_is_the_types)
{
  BufferFixture f ("audio/mp4");
  uint64_t audio = f.buffer->quota ();
  fail_unless_ok (f.buffer->change_type ("video/mp4"));
  fail_unless (f.buffer->quota () > audio);
  fail_unless_ok (f.buffer->change_type ("audio/mpeg"));
  fail_unless (f.buffer->quota () == audio);
  f.buffer->set_quota (12345);
  fail_unless_ok (f.buffer->change_type ("video/mp4"));
  fail_unless (f.buffer->quota () == 12345);
}
GST_END_TEST

GST_START_TEST (all_pairs_of_video_play_through)
{
  for (const TypedMedia &b : kVideoTypes)
    check_pair (kVideoTypes[__i__], b);
}
GST_END_TEST

GST_START_TEST (all_pairs_of_audio_play_through)
{
  for (const TypedMedia &b : kAudioTypes)
    check_pair (kAudioTypes[__i__], b);
}
GST_END_TEST

GST_START_TEST (all_pairs_of_both_play_through)
{
  for (const TypedMedia &b : kBoth)
    check_pair (kBoth[__i__], b);
}
GST_END_TEST

// Where no type names codecs, the byte stream may change them by itself.
GST_START_TEST (codecs_change_implicitly_inside_a_format)
{
  static const struct {
    const char *type;
    std::initializer_list<const char *> files;
  } formats[] = {
      {"video/mp4", {"v.mp4", "h265.mp4", "av1.mp4", "vp9.mp4"}},
      {"audio/mp4",
          {"a.mp4", "mp3.mp4", "opus.mp4", "flac.mp4", "ac3.mp4", "eac3.mp4"}},
      {"video/webm", {"vp8-vorbis.webm", "vp9-opus.webm"}},
      {"video/mp2t", {"v.ts", "h265.ts"}},
      {"audio/mp2t", {"a.ts", "mp3.ts", "ac3.ts"}},
      // Or where it names all of them.
      {"video/webm; codecs=\"vp8, vp9, vorbis, opus\"",
          {"vp8-vorbis.webm", "vp9-opus.webm"}},
  };
  for (const auto &format : formats)
    for (const char *a : format.files)
      for (const char *b : format.files) {
        BufferFixture f (format.type);
        fail_unless_ok (f.buffer->set_mode (AppendMode::sequence));
        f.append (read_media (a));
        f.append (read_media (b));
        f.end ();
        fail_unless_equals_int (
            f.buffer->tracks ()[0]->buffer.buffered ().size (), 1);
        auto outputs = read_all (f);
        fail_unless_equals_int (
            outputs.size (), f.buffer->tracks ()[0]->buffer.frame_count ());
        fail_unless ((outputs.front ().caps != outputs.back ().caps)
                         == (strcmp (a, b) != 0)
                     || outputs.back ().caps == "audio/mpeg");
      }
}
GST_END_TEST

static Suite *
source_buffer_type_suite ()
{
  Suite *suite = suite_create ("mse/source-buffer-type");
  TCase *tcase = tcase_create ("type");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, types_are_checked);
  tcase_add_test (tcase, a_removed_buffer_refuses_it);
  tcase_add_test (tcase, an_updating_buffer_refuses_it);
  tcase_add_test (tcase, it_opens_a_source_that_has_ended);
  tcase_add_test (tcase, it_forgets_the_half_of_a_segment);
  tcase_add_test (tcase, an_initialization_segment_must_follow);
  tcase_add_test (tcase, the_bytes_must_be_of_the_new_type);
  tcase_add_test (tcase, the_tracks_must_be_as_many_of_each_kind);
  tcase_add_test (tcase, the_codecs_of_the_latest_type_rule);
  tcase_add_test (tcase, a_format_without_timestamps_sets_the_mode);
  tcase_add_test (tcase, the_usual_quota_is_the_types);
  tcase_add_loop_test (
      tcase, all_pairs_of_video_play_through, 0, G_N_ELEMENTS (kVideoTypes));
  tcase_add_loop_test (
      tcase, all_pairs_of_audio_play_through, 0, G_N_ELEMENTS (kAudioTypes));
  tcase_add_loop_test (
      tcase, all_pairs_of_both_play_through, 0, G_N_ELEMENTS (kBoth));
  tcase_add_test (tcase, codecs_change_implicitly_inside_a_format);
  return suite;
}
GST_CHECK_MAIN (source_buffer_type)
