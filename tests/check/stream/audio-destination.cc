// SPDX-License-Identifier: LGPL-2.1-or-later
// Sound that an application pushes, by a clock that the test moves.
#include "stream/audio-destination.hh"

#include "support/fan-out.hh"

using namespace webmedia;
using namespace webmedia::stream;
using namespace webmedia::test;

namespace {

constexpr const char *kFormat =
    "audio/x-raw,format=S16LE,rate=1000,channels=2,layout=interleaved";

// Blocks of 10 ms.
struct Fixture {
  Fixture ()
  {
    reader = std::make_unique<Reader> (destination->track ());
    reader->play (clock, 0);
  }
  static std::shared_ptr<AudioDestination> make (Ptr<GstClock> clock)
  {
    auto made = AudioDestination::create (clock, make_caps (kFormat));
    fail_unless (bool (made));
    return *made;
  }
  Result<> push (gsize samples = 10)
  {
    return destination->push (Ptr<GstBuffer>::adopt (
        gst_buffer_new_allocate (nullptr, samples * 4, nullptr)));
  }
  void move_to (Time time) { set_time (clock, kSecond + time); }
  void expect (Time due, bool discont)
  {
    auto seen = reader->next ();
    fail_unless (seen.has_value ());
    fail_unless_equals_int64 (seen->due, kSecond + due);
    fail_unless_equals_int64 (
        int64_t (GST_BUFFER_DURATION (seen->buffer.get ())), 10 * kMillisecond);
    fail_unless (seen->has (GST_BUFFER_FLAG_DISCONT) == discont);
  }

  Ptr<GstClock> clock = make_clock (kSecond);
  std::shared_ptr<AudioDestination> destination = make (clock);
  std::unique_ptr<Reader> reader;
};

} // namespace

// As late as a block may come, which is no reason to go without it.
GST_START_TEST (the_latency_says_how_late_blocks_come)
{
  Fixture f;
  auto query = Ptr<GstQuery>::adopt (gst_query_new_latency ());
  fail_unless (f.reader->output->query (query.get ()));
  GstClockTime least;
  gst_query_parse_latency (query.get (), nullptr, &least, nullptr);
  fail_unless_equals_uint64 (least, 40 * kMillisecond);
}
GST_END_TEST

GST_START_TEST (blocks_follow_each_other)
{
  Fixture f;
  for (int i = 0; i < 5; i++) {
    // Never punctual.
    f.move_to ((10 * i + (i % 2 ? 3 : 0)) * kMillisecond);
    fail_unless (bool (f.push ()));
    f.expect (10 * i * kMillisecond, i == 0);
  }
}
GST_END_TEST

GST_START_TEST (a_late_block_begins_anew)
{
  Fixture f;
  fail_unless (bool (f.push ()));
  f.expect (0, true);
  f.move_to (50 * kMillisecond); // 40 late
  fail_unless (bool (f.push ()));
  f.expect (10 * kMillisecond, false);
  f.move_to (61 * kMillisecond); // 41 late
  fail_unless (bool (f.push ()));
  f.expect (61 * kMillisecond, true);
}
GST_END_TEST

GST_START_TEST (who_is_a_second_ahead_must_wait)
{
  Fixture f;
  fail_unless (bool (f.push (1000)));
  fail_unless (bool (f.push ()));
  auto pushed = f.push ();
  fail_unless (!pushed && pushed.error ().code == ErrorCode::quota_exceeded);
  f.move_to (10 * kMillisecond);
  fail_unless (bool (f.push ()));
}
GST_END_TEST

GST_START_TEST (a_block_has_whole_samples)
{
  Fixture f;
  for (gsize size : {0, 1, 39}) {
    auto pushed = f.destination->push (Ptr<GstBuffer>::adopt (
        gst_buffer_new_allocate (nullptr, size, nullptr)));
    fail_unless (!pushed && pushed.error ().code == ErrorCode::type);
  }
}
GST_END_TEST

GST_START_TEST (the_block_of_the_caller_is_left_alone)
{
  Fixture f;
  auto block =
      Ptr<GstBuffer>::adopt (gst_buffer_new_allocate (nullptr, 40, nullptr));
  fail_unless (bool (f.destination->push (block)));
  fail_if (GST_BUFFER_PTS_IS_VALID (block.get ()));
  auto seen = f.reader->next ();
  fail_unless (gst_buffer_peek_memory (seen->buffer.get (), 0)
               == gst_buffer_peek_memory (block.get (), 0));
}
GST_END_TEST

GST_START_TEST (it_ends_with_its_tracks)
{
  Fixture f;
  auto clone = f.destination->track ()->clone ();
  f.destination->track ()->stop ();
  fail_unless (bool (f.push ()));
  clone->stop ();
  auto pushed = f.push ();
  fail_unless (!pushed && pushed.error ().code == ErrorCode::invalid_state);
  // And they with it.
  Fixture g;
  auto track = g.destination->track ();
  g.destination.reset ();
  fail_unless (track->is_ended ());
}
GST_END_TEST

GST_START_TEST (only_raw_sound_is_a_format)
{
  for (const char *text :
      {"audio/x-opus", "video/x-raw,format=RGBA,width=1,height=1",
          "audio/x-raw,format=S16LE,rate=[1,2],channels=1,layout=interleaved",
          "audio/x-raw,format=F32LE,rate=8000,channels=1,"
          "layout=non-interleaved"}) {
    auto made = AudioDestination::create (make_clock (), make_caps (text));
    fail_unless (!made && made.error ().code == ErrorCode::type, "%s", text);
  }
}
GST_END_TEST

GST_START_TEST (what_can_not_be_sound_is_refused)
{
  for (const char *caps :
      {"audio/x-raw,format=S16LE,layout=interleaved,rate=0,channels=2",
          "audio/x-raw,format=S16LE,layout=interleaved,rate=48000,"
          "channels=536870912,channel-mask=(bitmask)0",
          "audio/x-raw,format=ENCODED,layout=interleaved,rate=48000,"
          "channels=2"}) {
    auto made = AudioDestination::create (make_clock (), make_caps (caps));
    fail_if (bool (made), "%s", caps);
    fail_unless (made.error ().code == ErrorCode::type);
  }
}
GST_END_TEST

static Suite *
audio_destination_suite (void)
{
  Suite *suite = suite_create ("audio-destination");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, the_latency_says_how_late_blocks_come);
  tcase_add_test (tc, blocks_follow_each_other);
  tcase_add_test (tc, a_late_block_begins_anew);
  tcase_add_test (tc, who_is_a_second_ahead_must_wait);
  tcase_add_test (tc, a_block_has_whole_samples);
  tcase_add_test (tc, the_block_of_the_caller_is_left_alone);
  tcase_add_test (tc, it_ends_with_its_tracks);
  tcase_add_test (tc, only_raw_sound_is_a_format);
  tcase_add_test (tc, what_can_not_be_sound_is_refused);
  return suite;
}

GST_CHECK_MAIN (audio_destination);
