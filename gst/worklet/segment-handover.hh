// SPDX-License-Identifier: LGPL-2.1-or-later
// How segments come to the audio thread, and back when it is done with them.
#pragma once

#include "worklet/automation-segment.hh"

#include <algorithm>
#include <atomic>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

namespace webmedia::worklet {

// Segments, and what curves point to. Nothing in there is moved or written
// again, so blocks share it.
// Threads: thread-bound (the writer); the segments themselves, any.
struct SegmentStore {
  using Points = std::shared_ptr<const std::vector<float>>;

  std::deque<Segment> segments; // in the order in which they were made
  std::vector<Points> points;
};

// An order of segments, which only gets more at its end: what is in there is
// never written again. They stay as long as the block.
// Threads: segments() from any thread; all else from one, the writer.
class SegmentBlock {
public:
  explicit SegmentBlock (size_t capacity,
      std::shared_ptr<SegmentStore> store = std::make_shared<SegmentStore> ())
      : store_ (std::move (store)),
        capacity_ (capacity),
        data_ (std::make_unique_for_overwrite<const Segment *[]> (capacity))
  {}

  Segments segments () const
  {
    return {data_.get (), count_.load (std::memory_order_acquire)};
  }

  bool has_room (size_t more) const { return size_ + more <= capacity_; }
  void append (const Segment &segment)
  {
    data_[size_++] = &store_->segments.emplace_back (segment);
  }
  // The last one once more.
  void repeat ()
  {
    data_[size_] = data_[size_ - 1];
    size_++;
  }
  // The very segments of another block of the same store.
  void share (const Segments &others, size_t from, size_t to)
  {
    std::copy (others.data + from, others.data + to, data_.get () + size_);
    size_ += to - from;
  }
  // What a curve points to.
  void keep (SegmentStore::Points points)
  {
    store_->points.push_back (std::move (points));
  }
  // What was appended, all of it at once, for the thread that appends.
  Segments appended () const { return {data_.get (), size_}; }
  // From now on segments() has it.
  void commit () { count_.store (size_, std::memory_order_release); }

private:
  friend class SegmentHandover;

  const std::shared_ptr<SegmentStore> store_;
  const size_t capacity_;
  const std::unique_ptr<const Segment *[]> data_;
  std::atomic<size_t> count_{0};
  size_t size_ = 0;
  SegmentBlock *below_ = nullptr; // in the stack of garbage
};

// One writer makes blocks and frees them, one reader has the newest. Neither
// waits. It has no bound, as blocks are what is linked.
// Threads: publish() and collect() by one thread, the writer; current() by
// another, the reader.
class SegmentHandover {
public:
  SegmentHandover () = default;
  ~SegmentHandover ()
  {
    collect ();
    delete next_.load ();
    delete current_;
  }
  SegmentHandover (const SegmentHandover &) = delete;
  SegmentHandover &operator= (const SegmentHandover &) = delete;

  // It stays until the next one is published.
  void publish (std::unique_ptr<SegmentBlock> block)
  {
    // What was not taken, the reader will never see.
    delete next_.exchange (block.release (), std::memory_order_acq_rel);
    collect ();
  }
  // Frees what the reader has given back.
  void collect ()
  {
    SegmentBlock *block =
        garbage_.exchange (nullptr, std::memory_order_acquire);
    while (block)
      delete std::exchange (block, block->below_);
  }

  // The newest one; null where none was ever published.
  const SegmentBlock *current ()
  {
    // Most of the time there is none: then nothing is written.
    if (next_.load (std::memory_order_relaxed)) {
      SegmentBlock *old = std::exchange (
          current_, next_.exchange (nullptr, std::memory_order_acq_rel));
      if (old)
        give_back (old);
    }
    return current_;
  }

private:
  void give_back (SegmentBlock *block)
  {
    // Only collect() can be in between, once, and it leaves nothing there.
    block->below_ = garbage_.load (std::memory_order_relaxed);
    while (!garbage_.compare_exchange_weak (block->below_, block,
        std::memory_order_release, std::memory_order_relaxed)) {
    }
  }

  std::atomic<SegmentBlock *> next_{nullptr};
  std::atomic<SegmentBlock *> garbage_{nullptr};
  SegmentBlock *current_ = nullptr; // the reader's
};

} // namespace webmedia::worklet
