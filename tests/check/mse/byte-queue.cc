// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/byte-queue.hh"
#include "support/check.hh"

using namespace webmedia;
using namespace webmedia::mse;

// Appends `size` bytes that go on counting.
static void
push_counting (ByteQueue &queue, size_t size, uint8_t &next)
{
  std::vector<uint8_t> bytes (size);
  for (uint8_t &byte : bytes)
    byte = next++;
  GstBuffer *buffer = gst_buffer_new_memdup (bytes.data (), size);
  fail_unless (queue.push (buffer));
  gst_buffer_unref (buffer);
}

static void
check_counts (const uint8_t *bytes, size_t size, uint8_t start)
{
  fail_unless (bytes != nullptr);
  for (size_t i = 0; i < size; i++) {
    if (bytes[i] != uint8_t (start + i))
      fail_unless_equals_int (bytes[i], uint8_t (start + i));
  }
}

GST_START_TEST (peeks_in_place_and_across_appends)
{
  ByteQueue queue;
  uint8_t next = 0;
  for (size_t size : {1000, 3, 700, 1, 1, 300})
    push_counting (queue, size, next);
  fail_unless_equals_int (queue.size (), 2005);
  fail_unless (queue.peek (0, 10) == queue.peek (0, 20));
  for (size_t offset = 0; offset < 2005; offset += 7) {
    for (size_t size : {size_t (1), size_t (8), size_t (900), 2005 - offset}) {
      if (size > 2005 - offset)
        continue;
      check_counts (queue.peek (offset, size), size, uint8_t (offset));
    }
  }
  fail_unless (queue.peek (2000, 6) == nullptr);
  fail_unless (queue.peek (3000, 1) == nullptr);
  fail_unless (queue.peek (SIZE_MAX, 1) == nullptr);
  fail_unless (queue.peek (1, SIZE_MAX) == nullptr);
  fail_unless (queue.peek (2005, 0) != nullptr);
}
GST_END_TEST

GST_START_TEST (skips_and_knows_where_it_is)
{
  ByteQueue queue;
  uint8_t next = 0;
  push_counting (queue, 500, next);
  push_counting (queue, 500, next);
  queue.skip (0);
  queue.skip (499);
  check_counts (queue.peek (0, 2), 2, uint8_t (499));
  queue.skip (1);
  fail_unless_equals_int (queue.position (), 500);
  fail_unless_equals_int (queue.contiguous (0), 500);
  queue.skip (500);
  fail_unless_equals_int (queue.size (), 0);
  fail_unless_equals_int (queue.contiguous (0), 0);
  push_counting (queue, 1, next);
  fail_unless_equals_int (queue.size (), 1);
  fail_unless_equals_int (queue.position (), 1000);
  queue.clear ();
  fail_unless_equals_int (queue.size (), 0);
  fail_unless_equals_int (queue.position (), 0);
}
GST_END_TEST

// With bytes left over each time, as appends do that end inside a frame.
GST_START_TEST (goes_on_over_many_appends_that_are_never_used_up)
{
  for (size_t behind : {1, 3, 50}) {
    ByteQueue queue;
    uint8_t next = 0, front = 0;
    std::vector<Ptr<Block>> keep;
    for (size_t i = 0; i < 200; i++) {
      push_counting (queue, 300, next);
      if (i < behind)
        continue;
      check_counts (queue.peek (0, queue.size ()), queue.size (), front);
      Slice slice = queue.slice (290, 20, keep);
      std::vector<uint8_t> copy (slice.size);
      slice.block->copy_to (copy.data (), slice.offset, slice.size);
      check_counts (copy.data (), copy.size (), uint8_t (front + 290));
      queue.skip (i == behind ? 299 : 300);
      front = uint8_t (front + (i == behind ? 299 : 300));
      fail_unless_equals_int (queue.size (), 300 * behind + 1);
    }
  }
}
GST_END_TEST

GST_START_TEST (contiguous_ends_with_the_append)
{
  ByteQueue queue;
  uint8_t next = 0;
  push_counting (queue, 500, next);
  push_counting (queue, 600, next);
  fail_unless_equals_int (queue.contiguous (0), 500);
  fail_unless_equals_int (queue.contiguous (499), 1);
  fail_unless_equals_int (queue.contiguous (500), 600);
  fail_unless_equals_int (queue.contiguous (1100), 0);
}
GST_END_TEST

GST_START_TEST (slices_share_the_appended_memory)
{
  ByteQueue queue;
  uint8_t next = 0;
  push_counting (queue, 500, next);
  queue.skip (100);
  std::vector<Ptr<Block>> keep;
  Slice one = queue.slice (0, 50, keep);
  Slice two = queue.slice (50, 60, keep);
  fail_unless_equals_int (keep.size (), 1);
  fail_unless (one.block == two.block && one.block == keep[0].get ());
  fail_unless_equals_int (one.offset, 100);
  fail_unless_equals_int (two.offset, 150);
  fail_unless (queue.peek (0, 1) == one.block->data () + one.offset);
  queue.clear ();
  check_counts (two.block->data () + two.offset, two.size, 150);
}
GST_END_TEST

GST_START_TEST (a_slice_across_appends_is_a_rope)
{
  ByteQueue queue;
  uint8_t next = 0;
  for (int i = 0; i < 3; i++)
    push_counting (queue, 300, next);
  std::vector<Ptr<Block>> keep;
  Slice slice = queue.slice (290, 320, keep);
  fail_unless (slice.block->data () == nullptr);
  fail_unless_equals_int (slice.offset, 0);
  std::vector<uint8_t> copy (slice.size);
  slice.block->copy_to (copy.data (), 0, slice.size);
  check_counts (copy.data (), copy.size (), uint8_t (290));
}
GST_END_TEST

GST_START_TEST (tiny_appends_are_joined)
{
  ByteQueue queue;
  uint8_t next = 0;
  for (int i = 0; i < 3000; i++)
    push_counting (queue, 1, next);
  fail_unless (queue.contiguous (0) > 1000);
  check_counts (queue.peek (0, 3000), 3000, 0);
  // Reading while more comes does not disturb either.
  std::vector<Ptr<Block>> keep;
  Slice slice = queue.slice (2990, 10, keep);
  push_counting (queue, 1, next);
  std::vector<uint8_t> copy (10);
  slice.block->copy_to (copy.data (), slice.offset, 10);
  check_counts (copy.data (), 10, uint8_t (2990));
}
GST_END_TEST

GST_START_TEST (buffers_of_many_memories_are_one_append)
{
  ByteQueue queue;
  GstBuffer *buffer = gst_buffer_new ();
  std::vector<uint8_t> bytes (600);
  for (size_t i = 0; i < bytes.size (); i++)
    bytes[i] = uint8_t (i);
  for (size_t start = 0; start < 600; start += 200) {
    GstBuffer *part = gst_buffer_new_memdup (bytes.data () + start, 200);
    gst_buffer_append_memory (buffer, gst_buffer_get_memory (part, 0));
    gst_buffer_unref (part);
  }
  fail_unless (queue.push (buffer));
  gst_buffer_unref (buffer);
  check_counts (queue.peek (0, 600), 600, 0);
  buffer = gst_buffer_new ();
  fail_unless (queue.push (buffer));
  gst_buffer_unref (buffer);
  fail_unless_equals_int (queue.size (), 600);
}
GST_END_TEST

static Suite *
byte_queue_suite ()
{
  Suite *suite = suite_create ("mse/byte-queue");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, peeks_in_place_and_across_appends);
  tcase_add_test (tcase, skips_and_knows_where_it_is);
  tcase_add_test (tcase, goes_on_over_many_appends_that_are_never_used_up);
  tcase_add_test (tcase, contiguous_ends_with_the_append);
  tcase_add_test (tcase, slices_share_the_appended_memory);
  tcase_add_test (tcase, a_slice_across_appends_is_a_rope);
  tcase_add_test (tcase, tiny_appends_are_joined);
  tcase_add_test (tcase, buffers_of_many_memories_are_one_append);
  return suite;
}
GST_CHECK_MAIN (byte_queue)
