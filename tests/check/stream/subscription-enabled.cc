// SPDX-License-Identifier: LGPL-2.1-or-later
// What a consumer gets of a track that is not enabled, or was not.
#include "stream/frame-reader.hh"

#include "support/fan-out.hh"

#include <algorithm>
#include <vector>

using namespace webmedia;
using namespace webmedia::stream;
using namespace webmedia::test;

namespace {

constexpr Time kFrame = FanOut::kFrame;
constexpr const char *kEncoded = "video/x-vp8,width=4,height=4,framerate=25/1";

// All bytes are that.
bool
shows (const Seen &seen, uint8_t value)
{
  std::vector<uint8_t> bytes (gst_buffer_get_size (seen.buffer.get ()));
  gst_buffer_extract (seen.buffer.get (), 0, bytes.data (), bytes.size ());
  return !bytes.empty ()
         && std::ranges::count (bytes, value) == int64_t (bytes.size ());
}

} // namespace

GST_START_TEST (enabled_is_of_the_very_next_buffer)
{
  FanOut camera;
  Reader reader (camera.track);
  reader.play (camera.clock, 0);
  camera.put_frame (0);
  fail_unless (shows (*reader.next (), 0x55));
  camera.put_frame (kFrame);
  camera.track->set_enabled (false);
  camera.put_frame (2 * kFrame);
  for (int i = 1; i <= 2; i++) {
    auto black = reader.next ();
    fail_unless (shows (*black, 0));
    fail_unless_equals_int64 (black->due, i * kFrame);
    fail_if (black->new_segment);
    fail_if (black->has (GST_BUFFER_FLAG_DISCONT));
  }
  camera.track->set_enabled (true);
  camera.put_frame (3 * kFrame);
  auto seen = reader.next ();
  fail_unless (shows (*seen, 0x55));
  fail_unless_equals_int64 (seen->due, 3 * kFrame);
  fail_unless_equals_int (reader.segments, 1);
  fail_unless_equals_int (int (reader.events.size ()), 1);
}
GST_END_TEST

GST_START_TEST (a_clone_is_enabled_by_itself)
{
  FanOut camera;
  auto clone = camera.track->clone ();
  Reader original (camera.track), cloned (clone);
  original.play (camera.clock, 0);
  cloned.play (camera.clock, 0);
  clone->set_enabled (false);
  camera.put_frame (0);
  fail_unless (shows (*original.next (), 0x55));
  fail_unless (shows (*cloned.next (), 0));
}
GST_END_TEST

GST_START_TEST (sound_that_is_not_enabled_is_silent_and_as_long)
{
  FanOut microphone (Kind::audio);
  Reader reader (microphone.track);
  reader.play (microphone.clock, 0);
  microphone.track->set_enabled (false);
  microphone.put (FanOut::make_frame (0, 640));
  auto silence = reader.next ();
  fail_unless (shows (*silence, 0));
  fail_unless_equals_uint64 (gst_buffer_get_size (silence->buffer.get ()), 640);
  fail_unless (silence->has (GST_BUFFER_FLAG_GAP));
}
GST_END_TEST

GST_START_TEST (the_last_picture_is_black_for_who_comes_late)
{
  FanOut camera;
  camera.put_frame (0);
  camera.track->set_enabled (false);
  Reader reader (camera.track);
  reader.play (camera.clock, 0);
  fail_unless (shows (*reader.next (), 0));
}
GST_END_TEST

// There is no black of it; and what refers to what was not seen is no use.
GST_START_TEST (what_is_encoded_pauses_and_goes_on_with_a_key_frame)
{
  FanOut camera;
  camera.put_caps (kEncoded);
  Reader reader (camera.track);
  reader.play (camera.clock, 0);
  camera.put_frame (0);
  fail_unless (bool (reader.next ()));
  camera.track->set_enabled (false);
  camera.put_frame (kFrame);
  camera.put_frame (2 * kFrame, false);
  camera.input->put (
      Ptr<GstEvent>::adopt (gst_event_new_tag (gst_tag_list_new_empty ())));
  fail_unless (reader.output->take ().status == Output::Status::event);
  fail_unless_equals_int (int (reader.output->stats ().waiting), 0);
  fail_unless_equals_int (camera.producer->keys, 0);
  camera.track->set_enabled (true);
  camera.put_frame (3 * kFrame, false);
  camera.put_frame (4 * kFrame, false);
  camera.put_frame (5 * kFrame);
  auto seen = reader.next ();
  fail_unless_equals_int64 (seen->due, 5 * kFrame);
  fail_unless (seen->has (GST_BUFFER_FLAG_DISCONT));
  fail_unless_equals_int (camera.producer->keys, 1);
}
GST_END_TEST

// What was captured then

GST_START_TEST (what_came_while_it_was_not_enabled_never_comes_out)
{
  for (Kind kind : {Kind::video, Kind::audio}) {
    FanOut camera (kind);
    auto clone = camera.track->clone ();
    Reader reader (camera.track), cloned (clone);
    for (Reader *each : {&reader, &cloned})
      each->play (camera.clock, 0);
    camera.track->set_enabled (false);
    camera.put_frame (0);
    camera.track->set_enabled (true);
    camera.put_frame (kFrame);
    fail_unless (shows (*reader.next (), 0));
    fail_unless (shows (*reader.next (), 0x55));
    for (int i = 0; i < 2; i++)
      fail_unless (shows (*cloned.next (), 0x55));
  }
}
GST_END_TEST

GST_START_TEST (what_came_encoded_then_is_not_handed_out_later)
{
  FanOut camera;
  camera.put_caps (kEncoded);
  Reader reader (camera.track);
  reader.play (camera.clock, 0);
  camera.track->set_enabled (false);
  camera.put_frame (0);
  camera.put_frame (kFrame, false);
  camera.track->set_enabled (true);
  camera.put_frame (2 * kFrame, false);
  camera.put_frame (3 * kFrame);
  auto seen = reader.next ();
  fail_unless_equals_int64 (seen->due, 3 * kFrame);
}
GST_END_TEST

GST_START_TEST (the_last_picture_of_then_is_black_for_who_comes_later)
{
  FanOut camera;
  auto enabled = camera.track->clone ();
  camera.track->set_enabled (false);
  camera.put_frame (0);
  auto late = camera.track->clone ();
  camera.track->set_enabled (true);
  late->set_enabled (true);
  auto see = [&camera] (const std::shared_ptr<Track> &track) {
    Reader reader (track);
    reader.play (camera.clock, 0);
    return *reader.next ();
  };
  fail_unless (shows (see (camera.track), 0));
  fail_unless (shows (see (late), 0));
  fail_unless (shows (see (late->clone ()), 0));
  fail_unless (shows (see (enabled), 0x55));
  fail_unless (shows (see (enabled->clone ()), 0x55));
  camera.put_frame (kFrame);
  for (const auto &track : {camera.track, late, enabled})
    fail_unless (shows (see (track), 0x55));
  // It was seen before: that it is not shown for a while hides nothing.
  camera.track->set_enabled (false);
  camera.track->set_enabled (true);
  fail_unless (shows (see (camera.track), 0x55));
}
GST_END_TEST

GST_START_TEST (a_paused_picture_of_then_is_black)
{
  FanOut canvas;
  canvas.track->set_enabled (false);
  canvas.input->preroll (FanOut::make_frame (0));
  canvas.track->set_enabled (true);
  Reader reader (canvas.track);
  fail_unless (shows (*reader.next (), 0));
}
GST_END_TEST

GST_START_TEST (the_frames_that_wait_for_a_read_are_black_as_they_came)
{
  FanOut camera;
  auto clock = Ptr<GstClock>::adopt (gst_system_clock_obtain ());
  camera.set_clock (
      clock, Time (gst_clock_get_time (clock.get ())) + 3600 * kSecond);
  auto reader = FrameReader::create (camera.track, 5);
  camera.track->set_enabled (false);
  for (int i = 0; i < 4; i++)
    camera.put_frame (i * kFrame);
  camera.track->set_enabled (true);
  camera.put_frame (4 * kFrame);
  for (int i = 0; i < 5; i++) {
    auto frame = reader->read ([] { return false; });
    fail_unless (frame && *frame);
    auto buffer = Ptr<GstBuffer>::share (gst_sample_get_buffer (frame->get ()));
    fail_unless (shows ({std::move (buffer), 0, false}, i < 4 ? 0 : 0x55));
  }
}
GST_END_TEST

static Suite *
subscription_enabled_suite ()
{
  Suite *suite = suite_create ("stream/subscription-enabled");
  TCase *enabled = tcase_create ("enabled");
  suite_add_tcase (suite, enabled);
  tcase_add_test (enabled, enabled_is_of_the_very_next_buffer);
  tcase_add_test (enabled, a_clone_is_enabled_by_itself);
  tcase_add_test (enabled, sound_that_is_not_enabled_is_silent_and_as_long);
  tcase_add_test (enabled, the_last_picture_is_black_for_who_comes_late);
  tcase_add_test (enabled, what_is_encoded_pauses_and_goes_on_with_a_key_frame);
  TCase *then = tcase_create ("then");
  suite_add_tcase (suite, then);
  tcase_add_test (then, what_came_while_it_was_not_enabled_never_comes_out);
  tcase_add_test (then, what_came_encoded_then_is_not_handed_out_later);
  tcase_add_test (then, the_last_picture_of_then_is_black_for_who_comes_later);
  tcase_add_test (then, a_paused_picture_of_then_is_black);
  tcase_add_test (then, the_frames_that_wait_for_a_read_are_black_as_they_came);
  return suite;
}
GST_CHECK_MAIN (subscription_enabled)
