// SPDX-License-Identifier: LGPL-2.1-or-later
#include "mse/block.hh"
#include "support/check.hh"

using namespace webmedia;
using namespace webmedia::mse;

// A block of our own with bytes that count up.
static Ptr<Block>
counting (size_t size, uint8_t start = 0)
{
  Ptr<Block> block = Block::create (size);
  for (size_t i = 0; i < size; i++) {
    uint8_t byte = uint8_t (start + i);
    block->append (&byte, 1);
  }
  return block;
}

static void
check_counts (const Block &block, uint32_t offset, uint32_t size, uint8_t start)
{
  std::vector<uint8_t> copy (size);
  block.copy_to (copy.data (), offset, size);
  Ptr<GstBuffer> buffer = block.make_buffer (offset, size);
  fail_unless_equals_int (gst_buffer_get_size (buffer.get ()), size);
  for (uint32_t i = 0; i < size; i++)
    fail_unless_equals_int (copy[i], uint8_t (start + i));
  fail_unless (gst_buffer_memcmp (buffer.get (), 0, copy.data (), size) == 0);
}

GST_START_TEST (wrapped_memory_is_not_copied)
{
  GstMemory *memory = gst_allocator_alloc (nullptr, 100, nullptr);
  GstMapInfo map;
  fail_unless (gst_memory_map (memory, &map, GST_MAP_WRITE));
  const uint8_t *bytes = map.data;
  for (size_t i = 0; i < map.size; i++)
    map.data[i] = uint8_t (i);
  gst_memory_unmap (memory, &map);
  Ptr<Block> block = Block::wrap (memory);
  gst_memory_unref (memory);
  fail_unless (block->data () == bytes);
  fail_unless_equals_int (block->size (), 100);
  check_counts (*block.get (), 10, 20, 10);

  // Nor is it for a buffer, which keeps it alive.
  Ptr<GstBuffer> buffer = block->make_buffer (50, 10);
  block = nullptr;
  fail_unless (gst_buffer_map (buffer.get (), &map, GST_MAP_READ));
  fail_unless (map.data == bytes + 50);
  fail_unless_equals_int (map.data[9], 59);
  gst_buffer_unmap (buffer.get (), &map);
}
GST_END_TEST

GST_START_TEST (a_block_of_our_own_is_filled_up)
{
  Ptr<Block> block = Block::create (10);
  fail_unless_equals_int (block->size (), 0);
  fail_unless_equals_int (block->spare (), 10);
  const uint8_t bytes[] = {0, 1, 2, 3};
  block->append (bytes, 4);
  fail_unless_equals_int (block->size (), 4);
  fail_unless_equals_int (block->spare (), 6);
  check_counts (*block.get (), 0, 4, 0);
}
GST_END_TEST

GST_START_TEST (a_rope_is_read_across_its_parts)
{
  Ptr<Block> one = counting (10), two = counting (5, 8),
             three = counting (9, 11);
  // 2 to 7, 8 to 10, 11 to 19.
  Ptr<Block> rope = Block::gather (
      {{one.get (), 2, 6}, {two.get (), 0, 3}, {three.get (), 0, 9}});
  one = two = three = nullptr;
  fail_unless (rope->data () == nullptr);
  fail_unless_equals_int (rope->size (), 18);
  for (uint32_t offset = 0; offset < 18; offset++) {
    for (uint32_t size = 1; size <= 18 - offset; size++)
      check_counts (*rope.get (), offset, size, uint8_t (2 + offset));
  }
}
GST_END_TEST

GST_START_TEST (too_many_parts_are_copied_together)
{
  Ptr<Block> block = counting (64);
  std::vector<Slice> parts;
  for (uint32_t i = 0; i < 64; i++)
    parts.push_back ({block.get (), i, 1});
  Ptr<Block> copy = Block::gather (parts);
  fail_unless (copy->data () != nullptr);
  check_counts (*copy.get (), 0, 64, 0);
}
GST_END_TEST

GST_START_TEST (an_account_counts_a_block_once)
{
  MemoryAccount account;
  Ptr<Block> block = counting (100);
  block->store (account, 0, 10);
  block->store (account, 10, 10);
  fail_unless_equals_int (account.bytes (), 100);
  block->unstore (account, 0, 10);
  fail_unless_equals_int (account.bytes (), 100);
  block->unstore (account, 10, 10);
  fail_unless_equals_int (account.bytes (), 0);
}
GST_END_TEST

GST_START_TEST (a_stored_rope_counts_its_parts)
{
  MemoryAccount account;
  Ptr<Block> one = counting (10), two = counting (20);
  Ptr<Block> rope = Block::gather ({{one.get (), 5, 5}, {two.get (), 0, 7}});
  rope->store (account, 0, 12);
  fail_unless_equals_int (account.bytes (), 30);
  rope->unstore (account, 0, 12);
  fail_unless_equals_int (account.bytes (), 0);
}
GST_END_TEST

static Suite *
block_suite ()
{
  Suite *suite = suite_create ("mse/block");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, wrapped_memory_is_not_copied);
  tcase_add_test (tcase, a_block_of_our_own_is_filled_up);
  tcase_add_test (tcase, a_rope_is_read_across_its_parts);
  tcase_add_test (tcase, too_many_parts_are_copied_together);
  tcase_add_test (tcase, an_account_counts_a_block_once);
  tcase_add_test (tcase, a_stored_rope_counts_its_parts);
  return suite;
}
GST_CHECK_MAIN (block)
