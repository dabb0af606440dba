// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/source.hh"

#include "support/fan-out.hh"

using namespace webmedia;
using namespace webmedia::stream;
using namespace webmedia::test;

namespace {

constexpr Time kFrame = FanOut::kFrame;
constexpr const char *kEncoded = "video/x-vp8,width=4,height=4,framerate=25/1";

std::vector<std::unique_ptr<Reader>>
make_readers (FanOut &camera, int count, Delivery delivery = Delivery::live)
{
  std::vector<std::unique_ptr<Reader>> readers;
  for (int i = 0; i < count; i++) {
    readers.push_back (std::make_unique<Reader> (camera.track, delivery));
    readers.back ()->play (camera.clock, camera.base_time);
  }
  return readers;
}

Ptr<GstEvent>
tag_event (const char *title)
{
  return Ptr<GstEvent>::adopt (
      gst_event_new_tag (gst_tag_list_new (GST_TAG_TITLE, title, nullptr)));
}

} // namespace

// By reference

GST_START_TEST (all_consumers_get_the_same_buffer)
{
  for (Kind kind : {Kind::video, Kind::audio}) {
    FanOut producer (kind);
    auto readers = make_readers (producer, 8);
    for (int i = 0; i < 10; i++) {
      auto buffer = FanOut::make_frame (i * kFrame);
      producer.put (buffer);
      for (auto &reader : readers)
        fail_unless (reader->next ()->buffer == buffer);
    }
  }
}
GST_END_TEST

// Of one clock and another base time, too.
GST_START_TEST (who_plays_since_another_time_gets_the_same_buffer)
{
  FanOut camera;
  camera.set_clock (make_clock (100 * kSecond), 90 * kSecond);
  auto readers = make_readers (camera, 8);
  for (int i = 0; i < 8; i++)
    readers[size_t (i)]->play (camera.clock, (92 + i) * kSecond);
  auto buffer = FanOut::make_frame (20 * kSecond);
  camera.put (buffer);
  for (int i = 0; i < 8; i++) {
    auto seen = readers[size_t (i)]->next ();
    fail_unless (seen->buffer == buffer);
    fail_unless_equals_int64 (seen->due, (110 - 92 - i) * kSecond);
  }
}
GST_END_TEST

GST_START_TEST (where_a_copy_is_needed_memory_is_shared)
{
  FanOut camera;
  std::vector<std::unique_ptr<Reader>> readers = make_readers (camera, 4);
  for (auto &reader : readers)
    reader->play (make_clock (), 0);
  auto buffer = FanOut::make_frame (kFrame);
  camera.put (buffer);
  for (auto &reader : readers) {
    auto seen = reader->next ();
    fail_unless (gst_buffer_peek_memory (seen->buffer.get (), 0)
                 == gst_buffer_peek_memory (buffer.get (), 0));
    fail_if (seen->buffer == buffer);
  }
}
GST_END_TEST

// It may write to it.
GST_START_TEST (sounds_only_consumer_has_a_buffer_of_its_own)
{
  FanOut microphone (Kind::audio);
  auto readers = make_readers (microphone, 1);
  microphone.put (FanOut::make_frame (0));
  fail_unless (gst_buffer_is_writable (readers[0]->next ()->buffer.get ()));
}
GST_END_TEST

// Isolation

GST_START_TEST (a_slow_consumer_loses_only_its_own)
{
  FanOut camera;
  auto readers = make_readers (camera, 4);
  constexpr int kCount = 100;
  for (int i = 0; i < kCount; i++) {
    camera.put_frame (i * kFrame);
    for (size_t fast = 1; fast < 4; fast++) {
      auto seen = readers[fast]->next ();
      fail_unless_equals_int64 (seen->due, i * kFrame);
      fail_if (seen->has (GST_BUFFER_FLAG_DISCONT));
    }
    if (i % 10 != 9)
      continue;
    auto seen = readers[0]->next ();
    fail_unless_equals_int64 (seen->due, (i - 1) * kFrame);
    fail_unless (seen->has (GST_BUFFER_FLAG_DISCONT));
    seen = readers[0]->next ();
    fail_unless_equals_int64 (seen->due, i * kFrame);
    fail_if (seen->has (GST_BUFFER_FLAG_DISCONT));
  }
  auto stats = readers[0]->output->stats ();
  fail_unless_equals_int (int (stats.delivered), kCount / 5);
  fail_unless_equals_int (int (stats.dropped), kCount - kCount / 5);
  fail_unless_equals_int (int (readers[1]->output->stats ().dropped), 0);
}
GST_END_TEST

GST_START_TEST (a_consumer_that_never_takes_holds_two_pictures)
{
  FanOut camera;
  auto readers = make_readers (camera, 1);
  std::vector<Ptr<GstBuffer>> all;
  for (int i = 0; i < 100; i++) {
    all.push_back (FanOut::make_frame (i * kFrame));
    camera.put (all.back ());
    camera.input->put (tag_event ("again"));
    camera.set_segment (camera.segment);
  }
  int held = 0;
  for (const auto &buffer : all)
    held += GST_MINI_OBJECT_REFCOUNT_VALUE (buffer.get ()) > 1;
  fail_unless_equals_int (held, 2); // the last one for who comes late, too
}
GST_END_TEST

// It may have no duration.
GST_START_TEST (a_consumer_that_never_takes_holds_a_fifth_of_a_second)
{
  for (bool has_duration : {true, false}) {
    FanOut microphone (Kind::audio);
    auto readers = make_readers (microphone, 1);
    for (int i = 0; i < 100; i++) {
      auto sound = FanOut::make_frame (i * kFrame, 640); // 40 ms of 8 kHz
      if (!has_duration)
        GST_BUFFER_DURATION (sound.get ()) = GST_CLOCK_TIME_NONE;
      microphone.put (sound);
    }
    fail_unless_equals_int (int (readers[0]->output->stats ().waiting), 5);
  }
}
GST_END_TEST

GST_START_TEST (encoded_sound_loses_what_is_oldest)
{
  FanOut microphone (Kind::audio);
  microphone.put_caps ("audio/x-opus,rate=48000,channels=1");
  auto readers = make_readers (microphone, 1);
  for (int i = 0; i < 100; i++)
    microphone.put_frame (i * kFrame);
  fail_unless_equals_int (int (readers[0]->output->stats ().waiting), 5);
  fail_unless_equals_int64 (readers[0]->next ()->due, 95 * kFrame);
}
GST_END_TEST

GST_START_TEST (hostile_durations_do_no_harm)
{
  FanOut microphone (Kind::audio);
  auto readers = make_readers (microphone, 1);
  for (int i = 0; i < 10; i++) {
    auto sound = FanOut::make_frame (i * kFrame);
    GST_BUFFER_DURATION (sound.get ()) = GST_CLOCK_TIME_NONE - 1;
    microphone.put (sound);
  }
  fail_unless_equals_int (int (readers[0]->output->stats ().waiting), 1);
  fail_unless_equals_int64 (readers[0]->next ()->due, 9 * kFrame);
}
GST_END_TEST

// Nor is it of the start.
GST_START_TEST (what_is_later_than_all_times_stays_late)
{
  for (guint64 late : {guint64 (G_MAXINT64) - 1, guint64 (G_MAXINT64) + 2,
           GST_CLOCK_TIME_NONE - 1}) {
    FanOut camera (Kind::video, Delivery::lossless);
    Reader reader (camera.track, Delivery::lossless);
    camera.put (FanOut::make_frame (kFrame));
    auto picture = FanOut::make_frame (0);
    GST_BUFFER_PTS (picture.get ()) = late;
    camera.put (picture);
    fail_unless_equals_int64 (reader.next ()->due, kFrame);
    fail_unless_equals_int64 (reader.next ()->due, kTimeLimit);
  }
}
GST_END_TEST

GST_START_TEST (events_keep_their_place_for_all)
{
  FanOut camera;
  auto readers = make_readers (camera, 3);
  camera.put_frame (0);
  camera.input->put (tag_event ("a"));
  camera.put_frame (kFrame);
  for (auto &reader : readers) {
    reader->next ();
    fail_unless (reader->events == std::vector<std::string> ({"caps"}));
    reader->next ();
    fail_unless (reader->events == std::vector<std::string> ({"caps", "tag"}));
  }
}
GST_END_TEST

// What was raw is not shown to who comes after.
GST_START_TEST (with_new_caps_the_last_picture_goes)
{
  FanOut camera;
  camera.put_frame (0);
  camera.put_caps (kEncoded);
  Reader reader (camera.track);
  fail_unless_equals_int (int (reader.output->stats ().waiting), 0);
}
GST_END_TEST

GST_START_TEST (frames_are_counted)
{
  FanOut camera, microphone (Kind::audio);
  camera.put_frame (0);
  camera.put_frame (kFrame);
  fail_unless_equals_uint64 (camera.source->counts ().frames, 2);
  fail_unless_equals_uint64 (camera.source->counts ().duration, 2 * kFrame);
  microphone.put (FanOut::make_frame (0, 640));
  fail_unless_equals_uint64 (microphone.source->counts ().frames, 320);
}
GST_END_TEST

static Suite *
source_suite ()
{
  Suite *suite = suite_create ("stream/source");
  TCase *reference = tcase_create ("reference");
  suite_add_tcase (suite, reference);
  tcase_add_test (reference, all_consumers_get_the_same_buffer);
  tcase_add_test (reference, who_plays_since_another_time_gets_the_same_buffer);
  tcase_add_test (reference, where_a_copy_is_needed_memory_is_shared);
  tcase_add_test (reference, sounds_only_consumer_has_a_buffer_of_its_own);
  TCase *isolation = tcase_create ("isolation");
  suite_add_tcase (suite, isolation);
  tcase_add_test (isolation, a_slow_consumer_loses_only_its_own);
  tcase_add_test (isolation, a_consumer_that_never_takes_holds_two_pictures);
  tcase_add_test (
      isolation, a_consumer_that_never_takes_holds_a_fifth_of_a_second);
  tcase_add_test (isolation, encoded_sound_loses_what_is_oldest);
  tcase_add_test (isolation, hostile_durations_do_no_harm);
  tcase_add_test (isolation, what_is_later_than_all_times_stays_late);
  tcase_add_test (isolation, events_keep_their_place_for_all);
  tcase_add_test (isolation, with_new_caps_the_last_picture_goes);
  tcase_add_test (isolation, frames_are_counted);
  return suite;
}
GST_CHECK_MAIN (source)
