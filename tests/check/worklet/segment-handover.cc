// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/segment-handover.hh"
#include "support/check.hh"

#include <atomic>
#include <thread>

using namespace webmedia::worklet;

using Points = std::shared_ptr<const std::vector<float>>;

// A block of one segment, and what goes when it does.
static std::unique_ptr<SegmentBlock>
make_block (double value, std::weak_ptr<const std::vector<float>> &life)
{
  auto block = std::make_unique<SegmentBlock> (4);
  Points points = std::make_shared<const std::vector<float>> (2);
  life = points;
  block->keep (std::move (points));
  block->append ({.start = 0, .offset = value});
  block->commit ();
  return block;
}

GST_START_TEST (what_is_appended_is_there_when_it_is_committed)
{
  SegmentBlock block (3);
  block.append ({.start = 0, .offset = 1});
  fail_unless_equals_int (block.segments ().count, 0);
  block.commit ();
  fail_unless_equals_int (block.segments ().count, 1);
  block.append ({.start = 1, .offset = 2});
  block.append ({.start = 2, .offset = 3});
  fail_unless_equals_int (block.segments ().count, 1);
  fail_unless_equals_int (block.appended ().count, 3);
  fail_unless (!block.has_room (1));
  block.commit ();
  fail_unless (block.segments ().value_at (1) == 2);
}
GST_END_TEST

GST_START_TEST (blocks_of_one_store_share_segments)
{
  auto store = std::make_shared<SegmentStore> ();
  auto one = std::make_unique<SegmentBlock> (3, store);
  one->append ({.start = 0, .offset = 1});
  one->append ({.start = 1, .offset = 2});
  one->commit ();
  SegmentBlock other (4, store);
  other.share (one->segments (), 0, 1);
  other.append ({.start = 0.5, .offset = 3});
  other.repeat ();
  other.share (one->segments (), 1, 2);
  other.commit ();
  const Segments segments = other.segments ();
  fail_unless_equals_int (segments.count, 4);
  fail_unless (segments.data[0] == one->segments ().data[0]);
  fail_unless (segments.data[3] == one->segments ().data[1]);
  fail_unless (segments.data[1] == segments.data[2]);
  // They stay as long as one of the blocks.
  store.reset ();
  one.reset ();
  fail_unless (segments.value_at (0) == 1 && segments.value_at (0.75) == 3);
  fail_unless (segments.value_at (1) == 2);
}
GST_END_TEST

GST_START_TEST (what_was_not_taken_goes_with_the_next)
{
  SegmentHandover handover;
  std::weak_ptr<const std::vector<float>> first, second;
  fail_unless (handover.current () == nullptr);
  handover.publish (make_block (1, first));
  handover.publish (make_block (2, second));
  fail_unless (first.expired () && !second.expired ());
  fail_unless (handover.current ()->segments ().value_at (0) == 2);
}
GST_END_TEST

GST_START_TEST (what_the_reader_is_done_with_is_freed_by_the_writer)
{
  std::weak_ptr<const std::vector<float>> lives[4];
  {
    SegmentHandover handover;
    for (int i = 0; i < 3; i++) {
      handover.publish (make_block (i, lives[i]));
      handover.current ();
    }
    // The second one has not been given back when the third one was published.
    fail_unless (lives[0].expired () && !lives[1].expired ());
    handover.collect ();
    fail_unless (lives[1].expired () && !lives[2].expired ());
    handover.publish (make_block (3, lives[3]));
    fail_unless (!lives[2].expired ());
  }
  fail_unless (lives[2].expired () && lives[3].expired ());
}
GST_END_TEST

GST_START_TEST (no_block_goes_while_it_is_read)
{
  SegmentHandover handover;
  std::weak_ptr<const std::vector<float>> life;
  handover.publish (make_block (0, life));
  std::atomic<bool> has_ended{false};
  std::thread reader ([&] {
    double last = 0;
    while (!has_ended) {
      const double value = handover.current ()->segments ().value_at (0);
      fail_unless (value >= last);
      last = value;
    }
  });
  for (int i = 1; i <= 20000; i++)
    handover.publish (make_block (i, life));
  has_ended = true;
  reader.join ();
  fail_unless (handover.current ()->segments ().value_at (0) == 20000);
}
GST_END_TEST

static Suite *
segment_handover_suite ()
{
  Suite *suite = suite_create ("worklet/segment-handover");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, what_is_appended_is_there_when_it_is_committed);
  tcase_add_test (tcase, blocks_of_one_store_share_segments);
  tcase_add_test (tcase, what_was_not_taken_goes_with_the_next);
  tcase_add_test (tcase, what_the_reader_is_done_with_is_freed_by_the_writer);
  tcase_add_test (tcase, no_block_goes_while_it_is_read);
  return suite;
}
GST_CHECK_MAIN (segment_handover)
