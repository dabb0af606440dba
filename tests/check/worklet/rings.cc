// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/rings.hh"

#include "support/check.hh"

#include <cstring>
#include <string>
#include <thread>
#include <vector>

using namespace webmedia::worklet;

namespace {

struct Item : LinkedQueue<Item>::Link {
  Item (int its_writer, int its_number)
      : writer (its_writer),
        number (its_number)
  {}
  int writer;
  int number;
};

std::string
text_of (const RecordRing::Record &record)
{
  return {static_cast<const char *> (record.data), record.size};
}

} // namespace

GST_START_TEST (a_queue_gives_back_what_it_was_given)
{
  LinkedQueue<Item> queue;
  fail_unless (queue.is_empty () && !queue.pop ());
  for (int round = 0; round < 3; round++) {
    for (int i = 0; i < round + 1; i++)
      queue.push (new Item (0, i));
    fail_unless (!queue.is_empty ());
    for (int i = 0; i < round + 1; i++) {
      std::unique_ptr<Item> item (queue.pop ());
      fail_unless (item && item->number == i);
    }
    fail_unless (!queue.pop () && queue.is_empty ());
  }
  queue.push (new Item (0, 7)); // goes with the queue
}
GST_END_TEST;

GST_START_TEST (a_queue_keeps_the_order_of_each_of_its_writers)
{
  constexpr int kWriters = 3;
  constexpr int kItems = 100000;
  LinkedQueue<Item> queue;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < kWriters; writer++)
    threads.emplace_back ([&queue, writer] {
      for (int i = 0; i < kItems; i++)
        queue.push (new Item (writer, i));
    });
  int next[kWriters] = {};
  for (int total = 0; total < kWriters * kItems;) {
    std::unique_ptr<Item> item (queue.pop ());
    if (!item) {
      std::this_thread::yield ();
      continue;
    }
    fail_unless_equals_int (item->number, next[item->writer]++);
    total++;
  }
  for (auto &thread : threads)
    thread.join ();
  fail_unless (!queue.pop ());
}
GST_END_TEST;

GST_START_TEST (a_record_is_whole_and_aligned)
{
  RecordRing ring (256);
  RecordRing::Record record;
  fail_unless (ring.is_empty () && !ring.read (record));
  for (int i = 0; i < 1000; i++) {
    const std::string text (static_cast<size_t> (i % 90), 'a' + i % 26);
    fail_unless (ring.write (
        static_cast<uint32_t> (i), "ab", 2, text.data (), text.size ()));
    fail_unless (!ring.is_empty ());
    fail_unless (ring.read (record));
    fail_unless_equals_int (record.kind, i);
    fail_unless (text_of (record) == "ab" + text);
    fail_unless (reinterpret_cast<uintptr_t> (record.data) % 8 == 0);
    fail_unless (!ring.read (record));
  }
}
GST_END_TEST;

GST_START_TEST (a_full_ring_refuses_and_loses_nothing)
{
  RecordRing ring (64);
  RecordRing::Record record;
  uint64_t value = 0;
  int written = 0;
  while (ring.write (1, &value, sizeof value, nullptr, 0))
    value = static_cast<uint64_t> (++written);
  fail_unless_equals_int (written, 4); // of 16 bytes each
  fail_unless (!ring.write (1, nullptr, 0, nullptr, 0));
  for (int i = 0; i < written; i++) {
    fail_unless (ring.read (record));
    std::memcpy (&value, record.data, sizeof value);
    fail_unless_equals_uint64 (value, i);
  }
  fail_unless (!ring.read (record)); // which gives the last one's room back
  fail_unless (ring.write (1, nullptr, 0, nullptr, 0));
  char large[64] = "";
  fail_unless (!ring.write (1, large, sizeof large, nullptr, 0));
  fail_unless (!ring.write (1, large, SIZE_MAX, nullptr, 0));
}
GST_END_TEST;

GST_START_TEST (records_cross_threads_whole_and_in_order)
{
  constexpr uint32_t kRecords = 300000;
  RecordRing ring (1024);
  std::thread writer ([&ring] {
    for (uint32_t i = 0; i < kRecords; i++) {
      std::string text (i % 60, static_cast<char> ('0' + i % 10));
      while (!ring.write (i, text.data (), text.size (), nullptr, 0))
        std::this_thread::yield ();
    }
  });
  RecordRing::Record record;
  for (uint32_t i = 0; i < kRecords;) {
    if (!ring.read (record)) {
      std::this_thread::yield ();
      continue;
    }
    fail_unless_equals_int (record.kind, i);
    fail_unless (text_of (record)
                 == std::string (i % 60, static_cast<char> ('0' + i % 10)));
    i++;
  }
  writer.join ();
  fail_unless (!ring.read (record));
}
GST_END_TEST;

static Suite *
rings_suite ()
{
  Suite *suite = suite_create ("worklet/rings");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_queue_gives_back_what_it_was_given);
  tcase_add_test (tcase, a_queue_keeps_the_order_of_each_of_its_writers);
  tcase_add_test (tcase, a_record_is_whole_and_aligned);
  tcase_add_test (tcase, a_full_ring_refuses_and_loses_nothing);
  tcase_add_test (tcase, records_cross_threads_whole_and_in_order);
  return suite;
}
GST_CHECK_MAIN (rings)
