// SPDX-License-Identifier: LGPL-2.1-or-later
// What the audio thread and the others exchange without waiting for each other.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace webmedia::worklet {

// Objects that their makers have allocated, linked in the order in which they
// were pushed. It has no bound, as it needs no memory of its own.
// T derives from LinkedQueue<T>::Link.
// Threads: push() from any; pop() from one at a time. Neither waits, but where
// a pusher stands still between its two writes, pop() sees the end until it
// goes on.
template <typename T> class LinkedQueue {
public:
  struct Link {
    std::atomic<Link *> next{nullptr};
  };

  LinkedQueue () : head_ (&sentinel_), tail_ (&sentinel_) {}
  ~LinkedQueue ()
  {
    while (T *object = pop ())
      delete object;
  }
  LinkedQueue (const LinkedQueue &) = delete;
  LinkedQueue &operator= (const LinkedQueue &) = delete;

  void push (T *object) { link (object); }

  // The first one, or null. The caller owns it.
  T *pop ()
  {
    Link *head = head_;
    Link *next = head->next.load (std::memory_order_acquire);
    if (head == &sentinel_) {
      if (!next)
        return nullptr;
      head_ = next;
      head = next;
      next = head->next.load (std::memory_order_acquire);
    }
    if (!next) {
      // The last one: the sentinel takes its place.
      if (head != tail_.load (std::memory_order_acquire))
        return nullptr;
      link (&sentinel_);
      next = head->next.load (std::memory_order_acquire);
      if (!next)
        return nullptr;
    }
    head_ = next;
    return static_cast<T *> (head);
  }
  // Whether pop() may have something; for the thread that pops.
  bool is_empty () const
  {
    return head_ == &sentinel_
           && !sentinel_.next.load (std::memory_order_acquire);
  }

private:
  void link (Link *object)
  {
    object->next.store (nullptr, std::memory_order_relaxed);
    Link *before = tail_.exchange (object, std::memory_order_acq_rel);
    before->next.store (object, std::memory_order_release);
  }

  Link sentinel_;
  Link *head_; // the popper's
  alignas (64) std::atomic<Link *> tail_;
};

// Records of bytes in a ring of fixed size, 8-byte aligned.
// Threads: write() from one thread, read() from one other. Neither waits.
class RecordRing {
public:
  // A record: `kind` is the writer's to define.
  struct Record {
    uint32_t kind;
    uint32_t size;
    const void *data; // 8-byte aligned; until the next read()
  };

  explicit RecordRing (size_t capacity); // rounded up to a power of 2

  // One record of two pieces; false where there is no room: nothing was
  // written.
  bool write (uint32_t kind, const void *first, size_t first_size,
      const void *second, size_t second_size);
  // The next record, after which the one before is gone; false: there is none.
  bool read (Record &record);
  bool is_empty () const;
  size_t capacity () const { return mask_ + 1; }

private:
  struct Header {
    uint32_t kind;
    uint32_t size;
  };

  const size_t mask_;
  const std::unique_ptr<uint64_t[]> words_;
  alignas (64) std::atomic<size_t> written_{0}; // bytes, ever
  size_t known_read_ = 0;                       // the writer's
  alignas (64) std::atomic<size_t> read_{0};    // bytes, ever
  size_t reading_ = 0;                          // the reader's: behind record
};

} // namespace webmedia::worklet
