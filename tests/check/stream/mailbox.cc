// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/mailbox.hh"

#include "support/check.hh"

#include <atomic>
#include <thread>

using namespace webmedia;
using namespace webmedia::stream;

namespace {

constexpr Time kFrame = 40 * kMillisecond;
constexpr Mailbox::Limits kPictures = {Overflow::oldest, 2};
constexpr Mailbox::Limits kSound = {Overflow::oldest, SIZE_MAX, 3 * kFrame};
constexpr Mailbox::Limits kEncoded = {Overflow::up_to_key, 4};
constexpr Mailbox::Limits kLossless = {Overflow::producer_waits, 2};

TimedBuffer
frame (int number, bool key = true)
{
  auto buffer = Ptr<GstBuffer>::adopt (gst_buffer_new ());
  if (!key)
    GST_BUFFER_FLAG_SET (buffer.get (), GST_BUFFER_FLAG_DELTA_UNIT);
  return {.buffer = buffer, .time = number * kFrame, .duration = kFrame};
}

// "0 2! event" and so on: numbers of frames, those that have lost what was
// before them, and events; up to where it would have to wait.
std::string
take_all (Mailbox &mailbox)
{
  std::string text;
  mailbox.end ();
  for (;;) {
    Mailbox::Taken taken = mailbox.take ();
    if (taken.status != Mailbox::Status::item)
      return text;
    text += text.empty () ? "" : " ";
    auto *buffer = std::get_if<TimedBuffer> (&taken.item);
    text += buffer ? std::to_string (buffer->time / kFrame)
                         + (buffer->discont ? "!" : "")
                   : GST_EVENT_TYPE_NAME (
                       std::get<Ptr<GstEvent>> (taken.item).get ());
  }
}

Ptr<GstEvent>
caps_event ()
{
  auto caps = Ptr<GstCaps>::adopt (gst_caps_new_empty_simple ("video/x-raw"));
  return Ptr<GstEvent>::adopt (gst_event_new_caps (caps.get ()));
}

} // namespace

GST_START_TEST (the_same_buffer_comes_out)
{
  Mailbox mailbox (kPictures);
  TimedBuffer in = frame (0);
  GstBuffer *buffer = in.buffer.get ();
  fail_unless (mailbox.put (std::move (in)));
  auto out = std::get<TimedBuffer> (mailbox.take ().item);
  fail_unless (out.buffer.get () == buffer);
  fail_unless (gst_buffer_is_writable (buffer));
}
GST_END_TEST

GST_START_TEST (events_keep_their_place)
{
  Mailbox mailbox (kLossless);
  mailbox.put_between (caps_event ());
  mailbox.put (frame (0));
  mailbox.put_between (caps_event ());
  mailbox.put (frame (1));
  fail_unless_equals_string (take_all (mailbox).c_str (), "caps 0 caps 1");
}
GST_END_TEST

// One waits for what comes behind what the other has no room for.
GST_START_TEST (one_is_fuller_while_a_sibling_waits)
{
  auto siblings = std::make_shared<Siblings> ();
  Mailbox pictures (kLossless, {}, siblings);
  Mailbox sound (kLossless, {}, siblings);
  std::thread consumer ([&] {
    auto taken = sound.take ();
    fail_unless (taken.status == Mailbox::Status::item);
  });
  for (int i = 0; i < 6; i++)
    fail_unless (pictures.put (frame (i)));
  sound.put (frame (0));
  consumer.join ();
  fail_unless_equals_int (int (pictures.stats ().waiting), 6);
  // Full again, as it is before: nothing is lost, nor gets in.
  std::thread producer ([&] { fail_unless (pictures.put (frame (6))); });
  for (int i = 0; i < 7; i++)
    fail_unless (
        std::get<TimedBuffer> (pictures.take ().item).time == i * kFrame);
  producer.join ();
  fail_unless_equals_int (int (pictures.stats ().dropped), 0);
}
GST_END_TEST

// Eight times; while it flushes, what has no room is lost instead.
GST_START_TEST (a_sibling_that_waits_for_ever_does_not_fill_the_memory)
{
  auto siblings = std::make_shared<Siblings> ();
  Mailbox pictures (kLossless, {}, siblings);
  pictures.set_consumer_flushing (true);
  siblings->begin_wait ();
  for (int i = 0; i < 17; i++)
    fail_unless (pictures.put (frame (i)));
  fail_unless_equals_int (int (pictures.stats ().waiting), 16);
  fail_unless_equals_int (int (pictures.stats ().dropped), 1);
  siblings->end_wait ();
}
GST_END_TEST

GST_START_TEST (the_newest_pictures_win)
{
  Mailbox mailbox (kPictures);
  mailbox.put_between (caps_event ());
  for (int i = 0; i < 5; i++)
    fail_unless (mailbox.put (frame (i)));
  auto stats = mailbox.stats ();
  fail_unless_equals_int (int (stats.dropped), 3);
  fail_unless_equals_int (int (stats.waiting), 2);
  fail_unless_equals_string (take_all (mailbox).c_str (), "caps 3! 4");
  fail_unless_equals_int (int (mailbox.stats ().delivered), 2);
}
GST_END_TEST

GST_START_TEST (events_of_what_was_dropped_stay)
{
  Mailbox mailbox (kPictures);
  mailbox.put (frame (0));
  mailbox.put_between (caps_event ());
  mailbox.put (frame (1));
  mailbox.put (frame (2));
  fail_unless_equals_string (take_all (mailbox).c_str (), "caps 1! 2");
}
GST_END_TEST

GST_START_TEST (sound_is_bounded_by_its_time)
{
  Mailbox mailbox (kSound);
  for (int i = 0; i < 5; i++)
    mailbox.put (frame (i));
  fail_unless_equals_string (take_all (mailbox).c_str (), "2! 3 4");
}
GST_END_TEST

GST_START_TEST (a_buffer_that_is_longer_than_allowed_gets_in_alone)
{
  Mailbox mailbox (kSound);
  TimedBuffer whole = frame (7);
  whole.duration = 100 * kFrame;
  mailbox.put (frame (0));
  mailbox.put (std::move (whole));
  fail_unless_equals_string (take_all (mailbox).c_str (), "7!");
}
GST_END_TEST

// What refers to what was dropped can't be decoded.
GST_START_TEST (what_is_encoded_goes_on_at_a_key_frame)
{
  Mailbox mailbox (kEncoded);
  for (int i = 0; i < 12; i++)
    mailbox.put (frame (i, i % 8 == 0));
  fail_unless_equals_int (int (mailbox.stats ().dropped), 8);
  fail_unless_equals_string (take_all (mailbox).c_str (), "8! 9 10 11");
}
GST_END_TEST

GST_START_TEST (a_key_frame_needs_nothing_of_what_it_replaces)
{
  Mailbox mailbox (kEncoded);
  for (int i = 0; i < 5; i++)
    mailbox.put (frame (i, i % 4 == 0));
  fail_unless_equals_string (take_all (mailbox).c_str (), "4!");
}
GST_END_TEST

GST_START_TEST (a_producer_that_loses_nothing_waits_for_room)
{
  Mailbox mailbox (kLossless);
  std::thread producer ([&mailbox] {
    for (int i = 0; i < 100; i++)
      fail_unless (mailbox.put (frame (i)));
    mailbox.end ();
  });
  for (int i = 0; i < 100; i++) {
    auto buffer = std::get<TimedBuffer> (mailbox.take ().item);
    fail_unless_equals_int (int (buffer.time / kFrame), i);
    fail_if (buffer.discont);
    fail_unless (mailbox.stats ().waiting <= 2);
  }
  producer.join ();
  fail_unless (mailbox.take ().status == Mailbox::Status::ended);
  fail_unless_equals_int (int (mailbox.stats ().dropped), 0);
}
GST_END_TEST

// Its pipeline was paused: it puts no more than that one.
GST_START_TEST (a_flush_of_the_producer_lets_in_what_waits)
{
  Mailbox mailbox (kLossless);
  mailbox.put (frame (0));
  mailbox.put (frame (1));
  std::thread producer ([&mailbox] { fail_unless (mailbox.put (frame (2))); });
  mailbox.set_producer_flushing (true);
  producer.join ();
  mailbox.set_producer_flushing (false);
  fail_unless_equals_string (take_all (mailbox).c_str (), "0 1 2");
}
GST_END_TEST

GST_START_TEST (a_flush_of_the_consumer_loses_what_has_no_room)
{
  Mailbox mailbox (kLossless);
  mailbox.put (frame (0));
  mailbox.put (frame (1));
  std::thread producer ([&mailbox] { fail_unless (mailbox.put (frame (2))); });
  mailbox.set_consumer_flushing (true);
  producer.join ();
  mailbox.set_consumer_flushing (false);
  fail_unless_equals_int (int (mailbox.stats ().dropped), 1);
  fail_unless (mailbox.take ().status == Mailbox::Status::item);
  mailbox.put (frame (3));
  fail_unless_equals_string (take_all (mailbox).c_str (), "1 3!");
}
GST_END_TEST

GST_START_TEST (a_flush_of_the_consumer_ends_its_wait)
{
  Mailbox mailbox (kPictures);
  std::thread consumer ([&mailbox] {
    fail_unless (mailbox.take ().status == Mailbox::Status::flushing);
  });
  mailbox.set_consumer_flushing (true);
  consumer.join ();
  for (int i = 0; i < 5; i++)
    mailbox.put (frame (i));
  fail_unless (mailbox.take ().status == Mailbox::Status::flushing);
  mailbox.set_consumer_flushing (false);
  fail_unless_equals_string (take_all (mailbox).c_str (), "3! 4");
}
GST_END_TEST

// Nor is a key frame asked for.
GST_START_TEST (what_is_held_has_nothing_to_take_and_no_end)
{
  Mailbox mailbox (kPictures);
  mailbox.set_held (true);
  mailbox.require_key ();
  fail_unless (mailbox.take (false).status == Mailbox::Status::none);
  mailbox.put_between (caps_event ());
  mailbox.put (frame (0));
  fail_unless (mailbox.take (false).status == Mailbox::Status::none);
  mailbox.end ();
  fail_unless (mailbox.take (false).status == Mailbox::Status::none);
  mailbox.set_consumer_flushing (true);
  fail_unless (mailbox.take ().status == Mailbox::Status::flushing);
  mailbox.set_consumer_flushing (false);
  mailbox.set_held (false);
  fail_unless_equals_string (take_all (mailbox).c_str (), "caps 0");
}
GST_END_TEST

GST_START_TEST (who_waits_for_what_is_held_is_woken)
{
  for (bool flushes : {true, false}) {
    Mailbox mailbox (kPictures);
    mailbox.put (frame (0));
    mailbox.set_held (true);
    std::thread consumer ([&] {
      fail_unless (
          mailbox.take ().status
          == (flushes ? Mailbox::Status::flushing : Mailbox::Status::item));
    });
    if (flushes)
      mailbox.set_consumer_flushing (true);
    else
      mailbox.set_held (false);
    consumer.join ();
  }
}
GST_END_TEST

// What is behind a flush of the producer waits until what is before it has
// gone: only then is it lost to a consumer that flushes, too. Tried often:
// there is no telling whether the producer waits.
GST_START_TEST (a_producer_waits_for_who_is_held_and_flushing)
{
  for (int i = 0; i < 200; i++) {
    bool flushes = i % 2; // longer than it is held
    Mailbox mailbox (kLossless);
    mailbox.put (frame (0));
    mailbox.put (frame (1));
    mailbox.set_held (true);
    mailbox.set_consumer_flushing (true);
    std::atomic<bool> runs{false};
    std::thread producer ([&] {
      runs = true;
      fail_unless (mailbox.put (frame (2)));
    });
    while (!runs)
      std::this_thread::yield ();
    for (int j = 0; j < 100; j++) {
      fail_unless_equals_int (int (mailbox.stats ().dropped), 0);
      std::this_thread::yield ();
    }
    mailbox.set_consumer_flushing (flushes);
    mailbox.set_held (false);
    if (flushes)
      producer.join ();
    mailbox.set_consumer_flushing (false);
    for (int j = 0; j < (flushes ? 2 : 3); j++)
      fail_unless (
          std::get<TimedBuffer> (mailbox.take ().item).time == j * kFrame);
    if (!flushes)
      producer.join ();
    fail_unless_equals_int (int (mailbox.stats ().dropped), flushes);
  }
}
GST_END_TEST

// A wake-up is for many buffers.
GST_START_TEST (a_producer_that_waits_goes_on_when_half_is_empty)
{
  Mailbox mailbox ({Overflow::producer_waits, 8});
  std::atomic<int> put = 0;
  std::thread producer ([&] {
    for (int i = 0; i < 20; i++, put++)
      fail_unless (mailbox.put (frame (i)));
  });
  while (put < 8)
    std::this_thread::yield ();
  // It may not have come to wait yet: then it sees the room at once.
  for (int i = 0; i < 20; i++)
    fail_unless_equals_int64 (
        std::get<TimedBuffer> (mailbox.take ().item).time, i * kFrame);
  producer.join ();
}
GST_END_TEST

GST_START_TEST (the_end_comes_after_what_is_there)
{
  Mailbox mailbox (kPictures);
  mailbox.put (frame (0));
  mailbox.end ();
  fail_if (mailbox.put (frame (1)));
  fail_unless (mailbox.take ().status == Mailbox::Status::item);
  fail_unless (mailbox.take ().status == Mailbox::Status::ended);
}
GST_END_TEST

GST_START_TEST (the_end_wakes_who_waits)
{
  Mailbox mailbox (kPictures);
  std::thread consumer ([&mailbox] {
    fail_unless (mailbox.take ().status == Mailbox::Status::ended);
  });
  mailbox.end ();
  consumer.join ();
}
GST_END_TEST

GST_START_TEST (a_flush_of_the_producer_drops_buffers_and_no_events)
{
  Mailbox mailbox (kPictures);
  mailbox.put_between (caps_event ());
  mailbox.put (frame (0));
  mailbox.clear ();
  fail_unless_equals_int (int (mailbox.stats ().waiting), 0);
  mailbox.put (frame (1));
  fail_unless_equals_string (take_all (mailbox).c_str (), "caps 1!");
}
GST_END_TEST

GST_START_TEST (after_a_flush_what_is_encoded_goes_on_at_a_key_frame)
{
  Mailbox mailbox (kEncoded);
  mailbox.put (frame (0));
  mailbox.clear ();
  mailbox.put (frame (1, false));
  mailbox.put (frame (2));
  mailbox.put (frame (3, false));
  fail_unless_equals_string (take_all (mailbox).c_str (), "2! 3");
}
GST_END_TEST

GST_START_TEST (a_consumer_that_needs_a_key_frame_hears_of_it_once_a_loss)
{
  Mailbox mailbox (kEncoded);
  mailbox.require_key ();
  mailbox.put (frame (0, false));
  fail_unless (mailbox.take ().status == Mailbox::Status::needs_key);
  mailbox.put (frame (1));
  fail_unless (mailbox.take ().status == Mailbox::Status::item);
  for (int i = 2; i < 7; i++)
    mailbox.put (frame (i, false)); // one too many
  fail_unless (mailbox.take ().status == Mailbox::Status::needs_key);
  fail_unless_equals_string (take_all (mailbox).c_str (), "");
}
GST_END_TEST

// Lossless, it may wait for its first one as well.
GST_START_TEST (what_a_key_frame_is_needed_for_needs_no_room)
{
  Mailbox mailbox ({Overflow::producer_waits, 1});
  mailbox.put (frame (0));
  mailbox.require_key ();
  mailbox.put (frame (1, false));
  fail_unless_equals_string (take_all (mailbox).c_str (), "0");
}
GST_END_TEST

// A producer says so again and again, and nobody takes it.
GST_START_TEST (of_what_lasts_the_newest_is_kept)
{
  for (const Mailbox::Limits &limits : {kPictures, kEncoded}) {
    Mailbox mailbox (limits);
    for (int i = 0; i < 1000; i++) {
      mailbox.put_between (std::make_shared<Timeline> ());
      mailbox.put_between (caps_event ());
      mailbox.put_between (
          Ptr<GstEvent>::adopt (gst_event_new_tag (gst_tag_list_new_empty ())));
      mailbox.put (frame (i));
    }
    mailbox.end ();
    int items = 0;
    while (mailbox.take ().status == Mailbox::Status::item)
      items++;
    fail_unless (items <= 4 * (int (limits.buffers) + 1), "%d", items);
  }
}
GST_END_TEST

GST_START_TEST (what_lasts_is_replaced_between_two_buffers_only)
{
  Mailbox mailbox (kLossless);
  mailbox.put_between (caps_event ());
  mailbox.put_between (
      Ptr<GstEvent>::adopt (gst_event_new_tag (gst_tag_list_new_empty ())));
  mailbox.put_between (caps_event ());
  mailbox.put (frame (0));
  mailbox.put_between (caps_event ());
  mailbox.put (frame (1));
  fail_unless_equals_string (take_all (mailbox).c_str (), "tag caps 0 caps 1");
}
GST_END_TEST

// Each is something else.
GST_START_TEST (sticky_events_of_other_names_are_all_kept)
{
  Mailbox mailbox (kPictures);
  for (const char *name : {"a", "b", "a"})
    mailbox.put_between (Ptr<GstEvent>::adopt (gst_event_new_custom (
        GST_EVENT_CUSTOM_DOWNSTREAM_STICKY, gst_structure_new_empty (name))));
  fail_unless_equals_string (take_all (mailbox).c_str (),
      "custom-downstream-sticky custom-downstream-sticky");
}
GST_END_TEST

GST_START_TEST (gaps_that_nobody_takes_are_bounded)
{
  Mailbox mailbox (kPictures);
  mailbox.put_between (caps_event ());
  for (int i = 0; i < 1000; i++)
    mailbox.put_between (
        Ptr<GstEvent>::adopt (gst_event_new_gap (GstClockTime (i), 1)));
  std::string text = take_all (mailbox);
  fail_unless (text.starts_with ("caps gap"));
  fail_unless (text.size () < 4 * 101);
}
GST_END_TEST

GST_START_TEST (lossless_waits_with_gaps)
{
  Mailbox mailbox (kLossless);
  std::thread producer ([&mailbox] {
    for (int i = 0; i < 1000; i++)
      mailbox.put_between (
          Ptr<GstEvent>::adopt (gst_event_new_gap (GstClockTime (i), 1)));
    mailbox.end ();
  });
  int count = 0;
  while (mailbox.take ().status == Mailbox::Status::item)
    count++;
  producer.join ();
  fail_unless_equals_int (count, 1000);
}
GST_END_TEST

// What is put is taken or counted as dropped, whoever is faster.
GST_START_TEST (nothing_is_lost_without_being_counted)
{
  for (const Mailbox::Limits &limits : {kPictures, kSound, kEncoded}) {
    constexpr int kCount = 20000;
    Mailbox mailbox (limits);
    std::thread producer ([&mailbox] {
      for (int i = 0; i < kCount; i++)
        fail_unless (mailbox.put (frame (i, i % 5 == 0)));
      mailbox.end ();
    });
    Time last = -1;
    uint64_t taken = 0, gaps = 0;
    for (;;) {
      Mailbox::Taken next = mailbox.take ();
      if (next.status != Mailbox::Status::item)
        break;
      auto &buffer = std::get<TimedBuffer> (next.item);
      Time number = buffer.time / kFrame;
      fail_unless (number > last);
      fail_unless_equals_int (buffer.discont, number != last + 1);
      gaps += uint64_t (number - last - 1);
      last = number;
      taken++;
    }
    producer.join ();
    auto stats = mailbox.stats ();
    fail_unless_equals_uint64 (stats.delivered, taken);
    fail_unless_equals_uint64 (stats.delivered + stats.dropped, kCount);
    fail_unless (gaps <= stats.dropped);
  }
}
GST_END_TEST

static Suite *
mailbox_suite ()
{
  Suite *suite = suite_create ("stream/mailbox");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, the_same_buffer_comes_out);
  tcase_add_test (tcase, events_keep_their_place);
  tcase_add_test (tcase, one_is_fuller_while_a_sibling_waits);
  tcase_add_test (
      tcase, a_sibling_that_waits_for_ever_does_not_fill_the_memory);
  tcase_add_test (tcase, the_newest_pictures_win);
  tcase_add_test (tcase, events_of_what_was_dropped_stay);
  tcase_add_test (tcase, sound_is_bounded_by_its_time);
  tcase_add_test (tcase, a_buffer_that_is_longer_than_allowed_gets_in_alone);
  tcase_add_test (tcase, what_is_encoded_goes_on_at_a_key_frame);
  tcase_add_test (tcase, a_key_frame_needs_nothing_of_what_it_replaces);
  tcase_add_test (tcase, a_producer_that_loses_nothing_waits_for_room);
  tcase_add_test (tcase, a_flush_of_the_producer_lets_in_what_waits);
  tcase_add_test (tcase, a_flush_of_the_consumer_loses_what_has_no_room);
  tcase_add_test (tcase, a_producer_that_waits_goes_on_when_half_is_empty);
  tcase_add_test (tcase, a_flush_of_the_consumer_ends_its_wait);
  tcase_add_test (tcase, what_is_held_has_nothing_to_take_and_no_end);
  tcase_add_test (tcase, who_waits_for_what_is_held_is_woken);
  tcase_add_test (tcase, a_producer_waits_for_who_is_held_and_flushing);
  tcase_add_test (tcase, the_end_comes_after_what_is_there);
  tcase_add_test (tcase, the_end_wakes_who_waits);
  tcase_add_test (tcase, a_flush_of_the_producer_drops_buffers_and_no_events);
  tcase_add_test (tcase, after_a_flush_what_is_encoded_goes_on_at_a_key_frame);
  tcase_add_test (
      tcase, a_consumer_that_needs_a_key_frame_hears_of_it_once_a_loss);
  tcase_add_test (tcase, what_a_key_frame_is_needed_for_needs_no_room);
  tcase_add_test (tcase, of_what_lasts_the_newest_is_kept);
  tcase_add_test (tcase, what_lasts_is_replaced_between_two_buffers_only);
  tcase_add_test (tcase, sticky_events_of_other_names_are_all_kept);
  tcase_add_test (tcase, gaps_that_nobody_takes_are_bounded);
  tcase_add_test (tcase, lossless_waits_with_gaps);
  tcase_add_test (tcase, nothing_is_lost_without_being_counted);
  return suite;
}
GST_CHECK_MAIN (mailbox)
