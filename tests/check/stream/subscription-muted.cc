// SPDX-License-Identifier: LGPL-2.1-or-later
// What a consumer gets of a track that is muted.
// https://w3c.github.io/mediacapture-main/#track-enabled and what follows
#include "support/fan-out.hh"

#include <algorithm>

using namespace webmedia;
using namespace webmedia::stream;
using namespace webmedia::test;

namespace {

constexpr Time kFrame = FanOut::kFrame;

// All bytes are that.
bool
shows (const std::optional<Seen> &seen, uint8_t value)
{
  uint8_t bytes[16];
  gsize size =
      seen ? gst_buffer_extract (seen->buffer.get (), 0, bytes, 16) : 0;
  return size > 0 && std::count (bytes, bytes + size, value) == int64_t (size);
}

// What a new consumer gets first.
std::optional<Seen>
see (FanOut &camera)
{
  Reader reader (camera.track);
  reader.play (camera.clock, 0);
  return reader.next ();
}

} // namespace

GST_START_TEST (what_comes_while_it_is_muted_is_black_and_silent)
{
  for (Kind kind : {Kind::video, Kind::audio}) {
    FanOut camera (kind);
    Reader reader (camera.track);
    reader.play (camera.clock, 0);
    camera.input->set_muted (true);
    camera.put_frame (0);
    // It is not heard or seen later either.
    camera.input->set_muted (false);
    camera.put_frame (kFrame);
    fail_unless (shows (reader.next (), 0));
    auto seen = reader.next ();
    fail_unless (shows (seen, 0x55));
    fail_unless_equals_int64 (seen->due, kFrame);
  }
}
GST_END_TEST

GST_START_TEST (who_looks_at_a_picture_sees_black_once_it_is_muted)
{
  FanOut camera;
  Reader reader (camera.track);
  reader.play (camera.clock, 0);
  camera.put_frame (0);
  fail_unless (shows (reader.next (), 0x55));
  camera.set_now (kSecond);
  camera.input->set_muted (true);
  auto black = reader.next ();
  fail_unless (shows (black, 0));
  fail_unless_equals_int64 (black->due, kSecond);
  fail_unless_equals_int (int (reader.output->stats ().waiting), 0);
  camera.input->set_muted (false);
  // Captured before, and late by a producer's latency.
  camera.put_frame (kSecond - kFrame / 2);
  fail_unless_equals_int64 (reader.next ()->due, kSecond + 1);
  camera.put_frame (2 * kSecond);
  auto seen = reader.next ();
  fail_unless (shows (seen, 0x55));
  fail_unless_equals_int64 (seen->due, 2 * kSecond);
}
GST_END_TEST

// What is captured then comes that much later.
GST_START_TEST (black_is_of_what_is_captured_as_it_comes)
{
  FanOut camera;
  camera.producer->latency = 200 * kMillisecond;
  Reader reader (camera.track);
  reader.play (camera.clock, 0);
  camera.set_now (200 * kMillisecond);
  camera.put_frame (0);
  fail_unless_equals_int64 (reader.next ()->due, 0);
  camera.set_now (kSecond);
  camera.input->set_muted (true);
  fail_unless_equals_int64 (reader.next ()->due, 800 * kMillisecond);
  camera.input->set_muted (false);
  camera.put_frame (801 * kMillisecond);
  fail_unless_equals_int64 (reader.next ()->due, 801 * kMillisecond);
  // It is not of before the end of what is to be seen.
  camera.set_now (kSecond + 10 * kMillisecond);
  camera.input->set_muted (true);
  fail_unless_equals_int64 (reader.next ()->due, 801 * kMillisecond + kFrame);
}
GST_END_TEST

GST_START_TEST (black_that_comes_as_a_consumer_begins_is_seen)
{
  FanOut camera;
  camera.producer->latency = 200 * kMillisecond;
  camera.put_frame (0);
  Reader reader (camera.track);
  camera.set_now (kSecond);
  reader.play (camera.clock, 0);
  fail_unless (shows (reader.next (), 0x55));
  camera.set_now (kSecond + kFrame);
  camera.input->set_muted (true);
  auto black = reader.next ();
  fail_unless (shows (black, 0));
  fail_unless_equals_int64 (black->due, 800 * kMillisecond + kFrame);
}
GST_END_TEST

GST_START_TEST (a_source_that_stalls_is_black)
{
  FanOut camera;
  camera.input->set_watch (true);
  Reader reader (camera.track);
  reader.play (camera.clock, 0);
  camera.put_frame (0);
  fail_unless (shows (reader.next (), 0x55));
  camera.set_now (25 * kFrame);
  gst_clock_id_unref (gst_test_clock_process_next_clock_id (
      GST_TEST_CLOCK (camera.clock.get ())));
  fail_unless (camera.track->muted ());
  auto black = reader.next ();
  fail_unless (shows (black, 0));
  fail_unless_equals_int64 (black->due, 25 * kFrame);
  fail_unless (shows (see (camera), 0));
  camera.put_frame (26 * kFrame);
  fail_unless (shows (reader.next (), 0x55));
  fail_unless (shows (see (camera), 0x55));
}
GST_END_TEST

GST_START_TEST (the_last_picture_of_what_is_muted_is_black_for_who_comes_late)
{
  FanOut camera;
  camera.put_frame (0);
  camera.input->set_muted (true);
  fail_unless (shows (see (camera), 0));
  camera.put_frame (kFrame);
  fail_unless (shows (see (camera), 0));
  camera.input->set_muted (false);
  fail_unless (shows (see (camera), 0));
  camera.put_frame (2 * kFrame);
  fail_unless (shows (see (camera), 0x55));
}
GST_END_TEST

// As a device's, that is opened while it is muted.
GST_START_TEST (a_track_that_begins_muted_has_not_seen_what_came_before)
{
  FanOut camera;
  camera.input->set_muted (true);
  camera.put_frame (0);
  for (bool is_muted : {true, false}) {
    camera.input->set_muted (is_muted);
    auto track = Track::create (camera.source);
    Reader reader (track);
    reader.play (camera.clock, 0);
    fail_unless (shows (reader.next (), 0));
  }
}
GST_END_TEST

// There is no black of it.
GST_START_TEST (what_is_encoded_gives_nothing_while_it_is_muted)
{
  FanOut camera;
  camera.put_caps ("video/x-vp8,width=4,height=4,framerate=25/1");
  Reader reader (camera.track);
  reader.play (camera.clock, 0);
  camera.put_frame (0);
  fail_unless (shows (reader.next (), 0x55));
  camera.input->set_muted (true);
  camera.put_frame (kFrame);
  camera.input->set_muted (false);
  camera.put_frame (2 * kFrame, false);
  camera.put_frame (3 * kFrame);
  auto seen = reader.next ();
  fail_unless_equals_int64 (seen->due, 3 * kFrame);
  fail_unless (seen->has (GST_BUFFER_FLAG_DISCONT));
}
GST_END_TEST

// https://w3c.github.io/mediacapture-fromelement/#dom-htmlmediaelement-capturestream
GST_START_TEST (what_a_media_element_plays_keeps_its_last_picture)
{
  FanOut of_caps;
  auto source = std::make_shared<Source> (
      SourceInfo{.kind = Kind::video, .label = "", .is_played = true});
  auto producer = std::make_shared<TestProducer> ();
  auto input = source->open (producer);
  auto track = Track::create (source);
  input->set_timeline (of_caps.segment, of_caps.clock, 0);
  input->put (Ptr<GstEvent>::adopt (gst_event_new_caps (
      make_caps ("video/x-raw,format=GRAY8,width=4,height=4,framerate=25/1")
          .get ())));
  Reader reader (track);
  reader.play (of_caps.clock, 0);
  input->put (FanOut::make_frame (0));
  fail_unless (shows (reader.next (), 0x55));
  input->set_muted (true);
  fail_unless_equals_int (int (reader.output->stats ().waiting), 0);
  Reader late (track);
  late.play (of_caps.clock, 0);
  fail_unless (shows (late.next (), 0x55));
}
GST_END_TEST

static Suite *
subscription_muted_suite ()
{
  Suite *suite = suite_create ("stream/subscription-muted");
  TCase *muted = tcase_create ("muted");
  suite_add_tcase (suite, muted);
  tcase_add_test (muted, what_comes_while_it_is_muted_is_black_and_silent);
  tcase_add_test (muted, who_looks_at_a_picture_sees_black_once_it_is_muted);
  tcase_add_test (muted, black_is_of_what_is_captured_as_it_comes);
  tcase_add_test (muted, black_that_comes_as_a_consumer_begins_is_seen);
  tcase_add_test (muted, a_source_that_stalls_is_black);
  tcase_add_test (
      muted, the_last_picture_of_what_is_muted_is_black_for_who_comes_late);
  tcase_add_test (
      muted, a_track_that_begins_muted_has_not_seen_what_came_before);
  tcase_add_test (muted, what_is_encoded_gives_nothing_while_it_is_muted);
  tcase_add_test (muted, what_a_media_element_plays_keeps_its_last_picture);
  return suite;
}
GST_CHECK_MAIN (subscription_muted)
