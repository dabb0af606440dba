// SPDX-License-Identifier: LGPL-2.1-or-later
// Whose time a mediastreamsrc keeps, and whether it is live.
#include "support/live.hh"

using namespace webmedia::test;

static constexpr int64_t kMs = 1000000;

namespace {

void
wait_playing (Consumer &consumer)
{
  GstState state;
  gst_element_get_state (*consumer, &state, nullptr, GST_CLOCK_TIME_NONE);
  fail_unless_equals_int (state, GST_STATE_PLAYING);
}

} // namespace

// Lossless is what both ends want.
GST_START_TEST (a_lossless_consumer_of_a_live_producer_is_live)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://live", clock);
  Consumer consumer (
      "mediastreamsrc uri=mediastream://live lossless=true ! fakesink name=out",
      clock);
  clock.advance (7000 * kMs);
  fail_unless_equals_int (gst_element_set_state (*consumer, GST_STATE_PAUSED),
      GST_STATE_CHANGE_NO_PREROLL);
  consumer.play ();
  consumer.wait_joined ();
  feed.push_picture (7000 * kMs);
  fail_unless_equals_int64 (consumer.next_running_time (), 0);
  clock.advance (40 * kMs);
  feed.push_picture (7040 * kMs);
  fail_unless_equals_int64 (consumer.next_running_time (), 40 * kMs);
  GstQuery *query = gst_query_new_latency ();
  fail_unless (gst_pad_peer_query (consumer.pad (), query));
  gboolean live;
  gst_query_parse_latency (query, &live, nullptr, nullptr);
  fail_unless (live);
  gst_query_unref (query);
}
GST_END_TEST

// Its pipeline waits in PAUSED for a first buffer by then.
GST_START_TEST (a_live_track_that_comes_later_starts_a_lossless_consumer)
{
  LiveClock clock;
  Consumer consumer (
      "mediastreamsrc uri=mediastream://later lossless=true ! fakesink "
      "name=out",
      clock);
  consumer.play ();
  Feed feed ("mediastreamsink uri=mediastream://later", clock);
  consumer.wait_joined ();
  clock.advance (7000 * kMs);
  feed.push_picture (7000 * kMs);
  fail_unless_equals_int64 (consumer.next_running_time (), 0);
  wait_playing (consumer);
  clock.advance (40 * kMs);
  feed.push_picture (7040 * kMs);
  fail_unless_equals_int64 (consumer.next_running_time (), 40 * kMs);
  fail_unless_equals_int (gst_element_set_state (*consumer, GST_STATE_PAUSED),
      GST_STATE_CHANGE_NO_PREROLL);
}
GST_END_TEST

// The flush begins the running time of the whole pipeline anew.
GST_START_TEST (a_flush_of_another_branch_is_followed)
{
  LiveClock clock;
  Feed feed ("mediastreamsink uri=mediastream://flushed", clock);
  Consumer consumer (
      "mediastreamsrc uri=mediastream://flushed ! fakesink name=out "
      "videotestsrc ! video/x-raw,width=16,height=16 ! "
      "fakesink name=other sync=true",
      clock);
  consumer.play ();
  consumer.wait_joined ();
  feed.push_picture (0);
  fail_unless_equals_int64 (consumer.next_running_time (), 0);
  wait_playing (consumer);
  clock.advance (5000 * kMs);
  feed.push_picture (5000 * kMs);
  fail_unless_equals_int64 (consumer.next_running_time (), 5000 * kMs);
  Recorder other (consumer.get ("other"));
  fail_unless (gst_element_seek_simple (
      consumer.get ("other"), GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, 0));
  other.wait_count (1);
  wait_playing (consumer);
  clock.advance (40 * kMs);
  feed.push_picture (5040 * kMs);
  fail_unless_equals_int64 (consumer.next_running_time (), 40 * kMs);
  gst_element_set_state (*consumer, GST_STATE_NULL); // before `other` goes
}
GST_END_TEST

static Suite *
mediastream_time_suite ()
{
  Suite *suite = suite_create ("mediastream-time");
  TCase *all = tcase_create ("all");
  suite_add_tcase (suite, all);
  tcase_add_test (all, a_lossless_consumer_of_a_live_producer_is_live);
  tcase_add_test (
      all, a_live_track_that_comes_later_starts_a_lossless_consumer);
  tcase_add_test (all, a_flush_of_another_branch_is_followed);
  return suite;
}

GST_CHECK_MAIN (mediastream_time)
