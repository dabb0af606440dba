// SPDX-License-Identifier: LGPL-2.1-or-later
// How segments come to the audio thread, and back when it is done with them.
#pragma once

#include "worklet/automation-segment.hh"

#include <atomic>
#include <memory>
#include <utility>
#include <vector>

namespace webmedia::worklet {

// Segments that only get more: what is in there is never written again.
// Threads: append() and commit() from one thread; segments() from any.
class SegmentBlock {
public:
  explicit SegmentBlock (size_t capacity)
      : capacity_ (capacity),
        data_ (std::make_unique<Segment[]> (capacity))
  {}

  Segments segments () const
  {
    return {data_.get (), count_.load (std::memory_order_acquire)};
  }

  bool has_room (size_t more) const { return size_ + more <= capacity_; }
  void append (const Segment &segment) { data_[size_++] = segment; }
  // What a curve points to stays as long as the block.
  void keep (std::shared_ptr<const std::vector<float>> points)
  {
    kept_.push_back (std::move (points));
  }
  // What was appended, all of it at once, for the thread that appends.
  Segments appended () const { return {data_.get (), size_}; }
  // From now on segments() has it.
  void commit () { count_.store (size_, std::memory_order_release); }

private:
  friend class SegmentHandover;

  const size_t capacity_;
  const std::unique_ptr<Segment[]> data_;
  std::atomic<size_t> count_{0};
  size_t size_ = 0;
  std::vector<std::shared_ptr<const std::vector<float>>> kept_;
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
