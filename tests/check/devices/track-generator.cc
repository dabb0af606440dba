// SPDX-License-Identifier: LGPL-2.1-or-later
// What is written, and what becomes of it in each track.
#include "devices/track-generator.hh"

#include "devices/json.hh"
#include "devices/overconstrained.hh"
#include "devices/track-constraints.hh"
#include "stream/frame-reader.hh"
#include "support/capture-fixture.hh"
#include "support/fan-out.hh"

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

namespace {

constexpr Time kFrame = FanOut::kFrame;

// A consumer, and the size of what it has seen last.
struct Screen : Reader {
  explicit Screen (
      const std::shared_ptr<stream::Track> &track, const Ptr<GstClock> &clock)
      : Reader (track)
  {
    play (clock, 0);
  }
  // The value of the first byte of the next picture; -1: there is none.
  int next_byte ()
  {
    auto seen = next ();
    guint8 byte = 0;
    if (!seen)
      return -1;
    due = seen->due;
    buffer = seen->buffer;
    gst_buffer_extract (buffer.get (), 0, &byte, 1);
    return byte;
  }
  Ptr<GstBuffer> buffer;
  Time due = 0;
};

struct Fixture {
  Ptr<GstClock> clock = make_clock (kSecond);
  std::shared_ptr<TrackGenerator> generator = TrackGenerator::create (clock);
  std::shared_ptr<stream::Track> track = generator->make_track ();
  Time now = kSecond;

  static Ptr<GstCaps> caps (int width, int height)
  {
    return Ptr<GstCaps>::adopt (gst_caps_new_simple ("video/x-raw", "format",
        G_TYPE_STRING, "GRAY8", "width", G_TYPE_INT, width, "height",
        G_TYPE_INT, height, "framerate", GST_TYPE_FRACTION, 25, 1, nullptr));
  }
  Result<> write (int width, int height, int value = 0x55)
  {
    gsize size = gsize ((width + 3) / 4 * 4 * height);
    auto picture = Ptr<GstBuffer>::adopt (
        gst_buffer_new_allocate (nullptr, size, nullptr));
    gst_buffer_memset (picture.get (), 0, guint8 (value), size);
    return generator->write (std::move (picture), caps (width, height));
  }
  void write_ok (int width, int height, int value = 0x55)
  {
    Result<> written = write (width, height, value);
    fail_unless (
        bool (written), "%s", written ? "" : written.error ().message.c_str ());
  }
  void pass (Time time)
  {
    now += time;
    set_time (clock, now);
  }
  static std::string settings (const std::shared_ptr<stream::Track> &of)
  {
    return to_json (track_settings (*of));
  }
  void expect_settings (const char *json)
  {
    fail_unless_equals_string (settings (track).c_str (), json);
  }
  // The name of the constraint that is at fault; "ok".
  std::string apply (const char *json)
  {
    auto constraints = parse_track_constraints (std::string_view (json));
    fail_unless (bool (constraints));
    auto applied = apply_constraints (*track, *constraints);
    if (applied)
      return "ok";
    fail_unless (applied.error ().code == ErrorCode::overconstrained);
    return constraint_in_message (applied.error ().message.c_str ());
  }
  void apply_ok (const char *json)
  {
    fail_unless_equals_string (apply (json).c_str (), "ok");
  }
};

void
expect_type_error (const Result<> &result)
{
  fail_if (bool (result));
  fail_unless (result.error ().code == ErrorCode::type);
}

} // namespace

// Writing

GST_START_TEST (what_is_written_is_seen_at_its_moment)
{
  Fixture f;
  Screen screen (f.track, f.clock);
  f.pass (kFrame);
  auto picture =
      Ptr<GstBuffer>::adopt (gst_buffer_new_allocate (nullptr, 16, nullptr));
  gst_buffer_memset (picture.get (), 0, 7, 16);
  GST_BUFFER_PTS (picture.get ()) = 5 * GST_SECOND;
  GST_BUFFER_DURATION (picture.get ()) = GST_SECOND;
  fail_unless (bool (f.generator->write (picture, Fixture::caps (4, 4))));
  fail_unless_equals_int (screen.next_byte (), 7);
  fail_unless_equals_int64 (screen.due, kSecond + kFrame);
  fail_if (GST_BUFFER_DURATION_IS_VALID (screen.buffer.get ()));
  // The same memory, and the application's buffer is what it was.
  fail_unless (gst_buffer_peek_memory (screen.buffer.get (), 0)
               == gst_buffer_peek_memory (picture.get (), 0));
  fail_unless_equals_uint64 (GST_BUFFER_PTS (picture.get ()), 5 * GST_SECOND);
  // The time of the frame is kept. WPT: VideoTrackGenerator
  auto meta = gst_buffer_get_reference_timestamp_meta (
      screen.buffer.get (), TrackGenerator::timestamp_caps ().get ());
  fail_unless (meta != nullptr);
  fail_unless_equals_uint64 (meta->timestamp, 5 * GST_SECOND);
  fail_unless_equals_uint64 (meta->duration, GST_SECOND);
}
GST_END_TEST

GST_START_TEST (a_frame_that_is_read_and_written_again_keeps_its_timestamp)
{
  for (const char *constraints : {"{}", R"({"width":2})"}) {
    Fixture from, to;
    Screen screen (from.track, from.clock), last (to.track, to.clock);
    to.apply_ok (constraints);
    auto picture =
        Ptr<GstBuffer>::adopt (gst_buffer_new_allocate (nullptr, 16, nullptr));
    GST_BUFFER_PTS (picture.get ()) = 5 * GST_SECOND;
    fail_unless (bool (from.generator->write (picture, Fixture::caps (4, 4))));
    screen.next_byte ();
    fail_unless (
        bool (to.generator->write (screen.buffer, Fixture::caps (4, 4))));
    last.next_byte ();
    auto meta = gst_buffer_get_reference_timestamp_meta (
        last.buffer.get (), TrackGenerator::timestamp_caps ().get ());
    fail_unless (meta && meta->timestamp == 5 * GST_SECOND);
  }
}
GST_END_TEST

GST_START_TEST (two_frames_of_one_moment_are_two)
{
  Fixture f;
  Screen screen (f.track, f.clock);
  f.write_ok (4, 4, 1);
  f.write_ok (4, 4, 2);
  fail_unless_equals_int (screen.next_byte (), 1);
  Time due = screen.due;
  fail_unless_equals_int (screen.next_byte (), 2);
  fail_unless (screen.due > due);
}
GST_END_TEST

// WebKit: "Writable gets closed when writing something else than a VideoFrame"
GST_START_TEST (what_is_no_frame_fails_and_so_does_all_after_it)
{
  Fixture f;
  auto sound = make_caps ("audio/x-raw,format=S16LE,rate=8000,channels=1,"
                          "layout=interleaved");
  auto buffer =
      Ptr<GstBuffer>::adopt (gst_buffer_new_allocate (nullptr, 16, nullptr));
  expect_type_error (f.generator->write (buffer, sound));
  Result<> later = f.write (4, 4);
  expect_type_error (later);
  fail_unless (
      later.error ().message.find ("audio/x-raw") != std::string::npos);
  // Its tracks are ended by closing it.
  fail_if (f.track->is_ended ());
  f.generator->close ();
  fail_unless (f.track->is_ended ());
  // No caps, no buffer, or too few bytes.
  for (int i = 0; i < 3; i++) {
    Fixture other;
    expect_type_error (other.generator->write (i == 1 ? nullptr : buffer,
        i == 0 ? nullptr : Fixture::caps (i == 1 ? 4 : 5, 4)));
  }
}
GST_END_TEST

GST_START_TEST (what_is_closed_ends_its_tracks_and_takes_nothing)
{
  Fixture f;
  Screen screen (f.track, f.clock);
  auto clone = f.track->clone ();
  TrackLog log (f.track), log_of_clone (clone);
  f.write_ok (4, 4, 1);
  f.generator->close ();
  log.wait ("ended ");
  log_of_clone.wait ("ended ");
  expect_type_error (f.write (4, 4));
  // What was written before is seen.
  fail_unless_equals_int (screen.next_byte (), 1);
  fail_unless (
      screen.output->try_take ().status == stream::Output::Status::ended);
  f.generator->close ();
  fail_unless (f.track->clone ()->is_ended ());
}
GST_END_TEST

// WPT: "A writer rejects when generator's track and clones are stopped"
GST_START_TEST (the_last_track_that_is_stopped_closes_it)
{
  Fixture f;
  f.write_ok (4, 4);
  auto clone = f.track->clone ();
  f.track->stop ();
  f.write_ok (4, 4);
  clone->stop ();
  expect_type_error (f.write (4, 4));
  // Also while it is muted.
  Fixture muted;
  muted.generator->set_muted (true);
  muted.write_ok (4, 4);
  muted.track->stop ();
  expect_type_error (muted.write (4, 4));
}
GST_END_TEST

GST_START_TEST (tracks_end_when_it_goes)
{
  Fixture f;
  Screen screen (f.track, f.clock);
  f.write_ok (4, 4, 1);
  f.generator.reset ();
  fail_unless (f.track->is_ended ());
  fail_unless_equals_int (screen.next_byte (), 1);
  // And it goes with nothing but a track left.
  Fixture other;
  std::weak_ptr<stream::Source> source = other.track->source;
  other.generator.reset ();
  other.track.reset ();
  fail_unless (source.expired ());
}
GST_END_TEST

GST_START_TEST (what_was_written_before_is_for_who_looks_and_not_for_who_reads)
{
  Fixture f;
  f.write_ok (4, 4, 1);
  Screen screen (f.track, f.clock);
  fail_unless_equals_int (screen.next_byte (), 1);
  auto reader = stream::FrameReader::create (f.track, 1);
  f.write_ok (8, 4, 2);
  auto frame = reader->read ([] { return false; });
  fail_unless_equals_int (
      int (gst_buffer_get_size (gst_sample_get_buffer (frame->get ()))), 32);
}
GST_END_TEST

// Muting

// WPT: "Tests that VideoTrackGenerator forwards frames only when unmuted"
GST_START_TEST (what_is_written_while_it_is_muted_is_dropped)
{
  Fixture f;
  Screen screen (f.track, f.clock);
  auto reader = stream::FrameReader::create (f.track, 10);
  TrackLog log (f.track);
  f.write_ok (4, 4, 1);
  fail_unless_equals_int (screen.next_byte (), 1);
  f.pass (kFrame);
  fail_unless (f.generator->set_muted (true));
  fail_if (f.generator->set_muted (true));
  log.wait ("mute ");
  fail_unless (f.track->muted ());
  f.pass (kFrame);
  f.write_ok (4, 4, 2);
  f.pass (kFrame);
  fail_unless (f.generator->set_muted (false));
  log.wait ("unmute ");
  f.write_ok (4, 4, 3);
  fail_unless_equals_int (screen.next_byte (), 0);
  fail_unless_equals_int64 (screen.due, kSecond + kFrame);
  fail_unless_equals_int (screen.next_byte (), 3);
  fail_unless_equals_int64 (screen.due, kSecond + 3 * kFrame);
  // Who reads gets what was written alone.
  for (int value : {1, 3}) {
    auto frame = reader->read ([] { return false; });
    guint8 byte = 0;
    gst_buffer_extract (gst_sample_get_buffer (frame->get ()), 0, &byte, 1);
    fail_unless_equals_int (byte, value);
  }
}
GST_END_TEST

GST_START_TEST (clones_are_muted_with_it)
{
  Fixture f;
  f.write_ok (4, 4, 1);
  auto before = f.track->clone ();
  Screen of_before (before, f.clock);
  fail_unless_equals_int (of_before.next_byte (), 1); // there to be seen
  f.generator->set_muted (true);
  fail_unless (before->muted ());
  auto while_muted = f.track->clone ();
  fail_unless (while_muted->muted ());
  Screen of_muted (while_muted, f.clock);
  fail_unless_equals_int (of_muted.next_byte (), -1);
  f.generator->set_muted (false);
  fail_if (while_muted->muted ());
  fail_if (before->muted ());
  f.write_ok (4, 4, 2);
  fail_unless_equals_int (of_muted.next_byte (), 2);
}
GST_END_TEST

// What is constrainable

GST_START_TEST (capabilities_are_of_all_that_can_be_written)
{
  Fixture f;
  std::string told = to_json (track_capabilities (*f.track));
  fail_unless_equals_string (told.c_str (),
      R"({"width":{"min":1,"max":65535},"height":{"min":1,"max":65535},)"
      R"("aspectRatio":{"min":1.5259e-05,"max":65535},)"
      R"("frameRate":{"min":0,"max":1000},)"
      R"("resizeMode":["none","crop-and-scale"]})");
  f.track->stop ();
  fail_unless (track_capabilities (*f.track).empty ());
}
GST_END_TEST

// WebKit: "Track settings are updated according enqueued video frames"
GST_START_TEST (settings_are_those_of_the_last_frame)
{
  Fixture f;
  f.expect_settings (R"({"resizeMode":"none"})");
  f.write_ok (100, 80);
  f.expect_settings (R"({"width":100,"height":80,"aspectRatio":1.25,)"
                     R"("resizeMode":"none"})");
  f.pass (100 * kMillisecond);
  f.write_ok (200, 100);
  f.expect_settings (R"({"width":200,"height":100,"aspectRatio":2,)"
                     R"("frameRate":10,"resizeMode":"none"})");
  // Of what came lately: now there is no rate.
  f.pass (10 * kSecond);
  f.expect_settings (R"({"width":200,"height":100,"aspectRatio":2,)"
                     R"("resizeMode":"none"})");
  f.track->stop ();
  f.expect_settings ("{}");
}
GST_END_TEST

GST_START_TEST (constraints_crop_and_scale_one_track_alone)
{
  Fixture f;
  auto clone = f.track->clone ();
  Screen screen (f.track, f.clock), screen_of_clone (clone, f.clock);
  f.apply_ok (R"({"width":32,"height":32})");
  f.write_ok (128, 64, 9);
  fail_unless_equals_int (screen.next_byte (), 9);
  fail_unless_equals_int (
      int (gst_buffer_get_size (screen.buffer.get ())), 32 * 32);
  f.expect_settings (R"({"width":32,"height":32,"aspectRatio":1,)"
                     R"("resizeMode":"crop-and-scale"})");
  fail_unless_equals_int (screen_of_clone.next_byte (), 9);
  fail_unless_equals_string (Fixture::settings (clone).c_str (),
      R"({"width":128,"height":64,"aspectRatio":2,"resizeMode":"none"})");
  // One side alone keeps the shape.
  f.apply_ok (R"({"width":{"max":64}})");
  f.write_ok (128, 64);
  f.expect_settings (R"({"width":64,"height":32,"aspectRatio":2,)"
                     R"("resizeMode":"crop-and-scale"})");
  // And without them all is as it was.
  f.apply_ok ("{}");
  f.write_ok (128, 64);
  f.expect_settings (R"({"width":128,"height":64,"aspectRatio":2,)"
                     R"("resizeMode":"none"})");
}
GST_END_TEST

GST_START_TEST (a_clone_has_the_constraints_and_settings_of_its_track)
{
  Fixture f;
  f.apply_ok (R"({"width":{"max":16}})");
  f.write_ok (32, 32, 5);
  auto clone = f.track->clone ();
  fail_unless_equals_string (
      to_json (track_constraints (*clone)).c_str (), R"({"width":{"max":16}})");
  fail_unless (Fixture::settings (clone) == Fixture::settings (f.track));
  Screen screen (clone, f.clock);
  fail_unless_equals_int (screen.next_byte (), 5);
  fail_unless_equals_int (
      int (gst_buffer_get_size (screen.buffer.get ())), 16 * 16);
}
GST_END_TEST

GST_START_TEST (frames_are_never_made_larger)
{
  Fixture f;
  f.apply_ok (R"({"width":{"min":64},"height":{"exact":64}})");
  f.write_ok (16, 16);
  f.expect_settings (R"({"width":16,"height":16,"aspectRatio":1,)"
                     R"("resizeMode":"none"})");
  // It holds from the first frame on that can meet it.
  f.write_ok (256, 128);
  auto settings = track_settings (*f.track);
  fail_unless (settings[Property::height] == Value (64.));
}
GST_END_TEST

GST_START_TEST (what_nothing_can_be_is_overconstrained)
{
  Fixture f;
  f.apply_ok (R"({"width":{"max":16}})");
  fail_unless_equals_string (
      f.apply (R"({"width":{"min":70000}})").c_str (), "width");
  fail_unless_equals_string (
      f.apply (R"({"frameRate":{"min":2000}})").c_str (), "frameRate");
  fail_unless_equals_string (
      f.apply (R"({"deviceId":{"exact":"x"}})").c_str (), "deviceId");
  fail_unless_equals_string (
      f.apply (R"({"resizeMode":{"exact":"INVALID"}})").c_str (), "resizeMode");
  // Nothing has changed.
  fail_unless_equals_string (to_json (track_constraints (*f.track)).c_str (),
      R"({"width":{"max":16}})");
  f.apply_ok (R"({"width":{"ideal":70000}})");
}
GST_END_TEST

GST_START_TEST (frames_stay_as_they_are_where_that_is_required)
{
  Fixture f;
  f.apply_ok (R"({"width":{"exact":16},"resizeMode":{"exact":"none"}})");
  f.write_ok (32, 32);
  f.expect_settings (R"({"width":32,"height":32,"aspectRatio":1,)"
                     R"("resizeMode":"none"})");
}
GST_END_TEST

GST_START_TEST (a_frame_rate_leaves_frames_out)
{
  Fixture f;
  auto count = [&f] (int frames) {
    auto reader = stream::FrameReader::create (f.track, 1000);
    for (int i = 0; i < frames; i++) {
      f.write_ok (4, 4);
      // Written unevenly.
      f.pass (i % 2 ? 18 * kMillisecond : 22 * kMillisecond);
    }
    f.track->stop ();
    int read = 0;
    while (auto frame = reader->read ([] { return false; })) {
      if (!*frame)
        break;
      read++;
    }
    return read;
  };
  f.apply_ok (R"({"frameRate":25})");
  int half = count (100);
  fail_unless (half >= 49 && half <= 51, "%d frames", half);
  f = Fixture ();
  f.apply_ok (R"({"frameRate":{"max":50}})");
  fail_unless_equals_int (count (100), 100);
  f = Fixture ();
  f.apply_ok (R"({"frameRate":{"min":1}})");
  fail_unless_equals_int (count (100), 100);
}
GST_END_TEST

GST_START_TEST (another_size_of_frames_is_told_and_what_was_applied_is_not)
{
  Fixture f;
  TrackLog log (f.track);
  f.write_ok (64, 64);
  f.apply_ok (R"({"width":{"max":32}})");
  f.write_ok (64, 64);
  log.expect_nothing ();
  f.write_ok (64, 32);
  log.wait ("configurationchange ");
  // It comes out the same.
  f.apply_ok (R"({"width":{"exact":16},"height":{"exact":16}})");
  f.write_ok (64, 32);
  f.write_ok (32, 32);
  log.expect_nothing ();
}
GST_END_TEST

static Suite *
track_generator_suite ()
{
  Suite *suite = suite_create ("devices/track-generator");
  TCase *writing = tcase_create ("writing");
  suite_add_tcase (suite, writing);
  tcase_add_test (writing, what_is_written_is_seen_at_its_moment);
  tcase_add_test (
      writing, a_frame_that_is_read_and_written_again_keeps_its_timestamp);
  tcase_add_test (writing, two_frames_of_one_moment_are_two);
  tcase_add_test (writing, what_is_no_frame_fails_and_so_does_all_after_it);
  tcase_add_test (writing, what_is_closed_ends_its_tracks_and_takes_nothing);
  tcase_add_test (writing, the_last_track_that_is_stopped_closes_it);
  tcase_add_test (writing, tracks_end_when_it_goes);
  tcase_add_test (
      writing, what_was_written_before_is_for_who_looks_and_not_for_who_reads);
  TCase *muting = tcase_create ("muting");
  suite_add_tcase (suite, muting);
  tcase_add_test (muting, what_is_written_while_it_is_muted_is_dropped);
  tcase_add_test (muting, clones_are_muted_with_it);
  TCase *constraints = tcase_create ("constraints");
  suite_add_tcase (suite, constraints);
  tcase_add_test (constraints, capabilities_are_of_all_that_can_be_written);
  tcase_add_test (constraints, settings_are_those_of_the_last_frame);
  tcase_add_test (constraints, constraints_crop_and_scale_one_track_alone);
  tcase_add_test (
      constraints, a_clone_has_the_constraints_and_settings_of_its_track);
  tcase_add_test (constraints, frames_are_never_made_larger);
  tcase_add_test (constraints, what_nothing_can_be_is_overconstrained);
  tcase_add_test (constraints, frames_stay_as_they_are_where_that_is_required);
  tcase_add_test (constraints, a_frame_rate_leaves_frames_out);
  tcase_add_test (
      constraints, another_size_of_frames_is_told_and_what_was_applied_is_not);
  return suite;
}
GST_CHECK_MAIN (track_generator)
