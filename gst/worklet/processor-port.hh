// SPDX-License-Identifier: LGPL-2.1-or-later
// The port between a node and its processor, and between an AudioWorklet and
// its global scope: two rings.
#pragma once

#include "base/mutex.hh"
#include "port/message.hh"
#include "worklet/rings.hh"

#include <functional>

namespace webmedia::worklet {

// Room for what processors post until it is read.
inline constexpr size_t kPortCapacity = 256 * 1024;

// "Control" is any thread but the audio thread. Messages arrive in the order in
// which they were posted. To the processor the port has no bound; from the
// processor it has: what finds no room is dropped and counted.
// Threads: as each method says.
class ProcessorPort {
public:
  // On its way to the processor.
  struct Incoming : LinkedQueue<Incoming>::Link {
    port::Message message;
    const char *type = "";      // of the data: its type string
    const void *data = nullptr; // serialised, aligned as its type needs
    size_t size = 0;
    Ptr<GBytes> bytes; // what holds these
  };

  explicit ProcessorPort (size_t capacity = kPortCapacity);
  ~ProcessorPort ();

  // Any control thread. What was used up is freed here. False: it can't be read
  // (a `messageerror` at the receiver), and is not sent.
  bool post_to_processor (port::Message message) EXCLUDES (lock_);
  // Any control thread: as post_from_processor(), but it allocates, and has
  // always room. For what runs before the processor does.
  bool post_as_processor (const char *type, const void *data, size_t size)
      EXCLUDES (lock_);
  // Any control thread: frees what the audio thread is done with.
  void collect () EXCLUDES (lock_);
  // Any control thread, one at a time: takes all that the processor has posted,
  // in order. The handler may not call back into it.
  size_t receive (const std::function<void (Ptr<GVariant>)> &handler)
      EXCLUDES (lock_);
  // Of the processor, for want of room.
  uint64_t dropped () const
  {
    return dropped_.load (std::memory_order_relaxed);
  }
  bool has_posted () const
  {
    return !from_.is_empty () || has_early_.load (std::memory_order_relaxed);
  }

  // Any thread: how many have come since the last one was taken.
  uint64_t waiting () const
  {
    return posted_.load () - taken_.load (std::memory_order_relaxed);
  }
  // Any thread: how many have come, and been taken, since there is a port.
  uint64_t posted () const { return posted_.load (); }
  uint64_t taken () const { return taken_.load (std::memory_order_relaxed); }
  // The rest is for the audio thread.
  // Null: there is none. What was taken is given back by done().
  Incoming *take ();
  void done (Incoming *incoming) { used_.push (incoming); }
  bool post_from_processor (const char *type, const void *data, size_t size);
  // Takes those that are there at the start, until it is to stop: what a
  // handler causes is for the next quantum.
  template <typename Handle, typename Stop>
  void deliver (Handle handle, Stop is_to_stop)
  {
    for (uint64_t number = waiting (); number > 0 && !is_to_stop (); number--) {
      Incoming *incoming = take ();
      // Another one stands before it, half pushed.
      if (!incoming)
        return;
      handle (*incoming);
      done (incoming);
    }
  }

private:
  LinkedQueue<Incoming> to_;
  std::atomic<uint64_t> posted_{0};
  std::atomic<uint64_t> taken_{0};
  LinkedQueue<Incoming> used_; // the audio thread's garbage
  RecordRing from_;
  std::atomic<uint64_t> dropped_{0};

  Mutex lock_; // who reads from_ and used_
  std::vector<Ptr<GVariant>> early_ GUARDED_BY (lock_);
  std::atomic<bool> has_early_{false};
};

} // namespace webmedia::worklet
