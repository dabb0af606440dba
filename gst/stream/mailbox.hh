// SPDX-License-Identifier: LGPL-2.1-or-later
// What one consumer of a live track has not taken yet.
#pragma once

#include "base/quick-condition.hh"
#include "stream/item.hh"
#include "stream/siblings.hh"

#include <deque>
#include <vector>

namespace webmedia::stream {

// What goes when a consumer is slower than its producer.
enum class Overflow {
  oldest,         // what is oldest: raw pictures, and sound
  up_to_key,      // all there is, up to the next key frame: what is encoded
  producer_waits, // nothing
};

// Hears that there is something to take, or that nothing comes any more: on any
// thread; as it subscribes, with a lock of the source held. It must not call
// back.
class Arrivals {
public:
  virtual ~Arrivals () = default;
  virtual void on_arrival () = 0;
};

class Mailbox;

// Has the consumer of a mailbox look around once, for as long as there is that
// mailbox, and keeps nothing alive: anybody may be the last to have it.
// Threads: thread-safe.
class Rouse {
public:
  void operator() () EXCLUDES (lock_);

private:
  friend class Mailbox;
  Mutex lock_; // before that of the mailbox
  Mailbox *mailbox_ GUARDED_BY (lock_) = nullptr;
};

// Between the thread of a producer and that of a consumer: bounded, by the
// number of buffers and by their time. Events and timelines keep their place
// between buffers. Between two buffers, the newest of what lasts replaces what
// is older of its kind; other events are dropped only where there are very
// many. Threads: thread-safe; one producer and one consumer.
class Mailbox final : private Siblings::Member {
public:
  struct Limits {
    Overflow overflow;
    size_t buffers = SIZE_MAX; // at least 1
    Time time = kTimeInfinite; // of all buffers; one buffer may be longer
  };
  // Said once, to a consumer that would have to wait: needs_key, what is there
  // begins with a key frame, and none has come; roused, rouse() was called.
  enum class Status { item, needs_key, roused, ended, flushing, none };
  struct Taken {
    Status status;
    Item item{};
    bool has_more = false; // something stands behind it
  };
  struct Stats {
    uint64_t delivered;
    uint64_t dropped;
    size_t waiting; // buffers
  };

  // What is left to do once something was put in, for who does that with a lock
  // held: it is done when this goes, without it. What was dropped is let go of,
  // and who waits is told, which may be the last to have it.
  class After {
  public:
    After () = default;
    [[gnu::hot]] ~After ()
    {
      for (const auto &each : arrivals_)
        each->on_arrival ();
    }
    After (const After &) = delete;
    After &operator= (const After &) = delete;

  private:
    friend class Mailbox;
    std::vector<Item> gone_;
    std::vector<std::shared_ptr<Arrivals>> arrivals_;
  };

  // With siblings: the others of a consumer that loses nothing.
  explicit Mailbox (const Limits &limits, std::weak_ptr<Arrivals> arrivals = {},
      std::shared_ptr<Siblings> siblings = nullptr);
  ~Mailbox ();
  void set_limits (const Limits &limits) EXCLUDES (lock_);

  // The next buffer must be a key frame.
  void require_key () EXCLUDES (lock_);

  // For the producer. put() waits for room where nothing is dropped, but not
  // for a consumer that is flushing and not held: that one loses what has no
  // room. False: the mailbox was ended. Where nothing is waited for, it calls
  // nobody before `after` goes.
  bool put (TimedBuffer buffer, After &after) EXCLUDES (lock_);
  bool put (TimedBuffer buffer)
  {
    After after;
    return put (std::move (buffer), after);
  }
  // Of what is no buffer. It never waits with what lasts.
  void put_between (Item item, After &after) EXCLUDES (lock_);
  void put_between (Item item)
  {
    After after;
    put_between (std::move (item), after);
  }
  // Nothing more comes. What is there is still taken.
  void end () EXCLUDES (lock_);
  // Ends the producer's wait: the buffer that waits gets in all the same. Or
  // has it wait again.
  void set_producer_flushing (bool flushing) EXCLUDES (lock_);
  // Drops all buffers that were not taken, as a flush of the producer does.
  void clear () EXCLUDES (lock_);

  // For the consumer: waits for an item, or has none.
  Taken take (bool waits = true) EXCLUDES (lock_);
  // What was taken last is to be taken again.
  void put_back (TimedBuffer buffer) EXCLUDES (lock_);
  void set_consumer_flushing (bool flushing) EXCLUDES (lock_);
  // There is nothing to take for the consumer as long as it is so, nor an end.
  void set_held (bool held) EXCLUDES (lock_);
  // Has a consumer that waits, or will, look around once. On any thread.
  void rouse () EXCLUDES (lock_);
  const std::shared_ptr<Rouse> &rouser () const { return rouser_; }

  Stats stats () const EXCLUDES (lock_);

private:
  // Of events and timelines. There are fewer kinds of what lasts.
  static constexpr size_t kBetween = 100;
  // How many times its limits it may hold while a sibling waits.
  static constexpr size_t kStretch = 8;

  void on_sibling_waits () override EXCLUDES (lock_);
  void wake_consumer ();
  void wake_consumer (After &after);
  Taken take_locked (bool waits) REQUIRES (lock_);
  bool is_full_locked (const TimedBuffer &next) const REQUIRES (lock_);
  bool is_crowded_locked () const REQUIRES (lock_);
  bool may_wait_locked () const REQUIRES (lock_);
  bool is_half_empty_locked () const REQUIRES (lock_);
  void need_key_locked () REQUIRES (lock_);
  void drop_oldest_locked (After &after) REQUIRES (lock_);
  void drop_replaced_locked (const Item &newer, size_t begin, size_t &end,
      After &after) REQUIRES (lock_);
  void drop_passing_locked (After &after) REQUIRES (lock_);
  bool make_room_locked (const TimedBuffer &next, bool full, After &after)
      REQUIRES (lock_);

  const std::weak_ptr<Arrivals> arrivals_;
  const bool tells_;
  const std::shared_ptr<Siblings> siblings_;
  const std::shared_ptr<Rouse> rouser_ = std::make_shared<Rouse> ();
  mutable Mutex lock_;
  Limits limits_ GUARDED_BY (lock_);
  QuickCondition filled_; // for the consumer
  std::deque<Item> items_ GUARDED_BY (lock_);
  size_t count_ GUARDED_BY (lock_) = 0;       // of buffers
  Time time_ GUARDED_BY (lock_) = 0;          // of these together
  bool lost_ GUARDED_BY (lock_) = false;      // what was put last was dropped
  bool needs_key_ GUARDED_BY (lock_) = false; // begins, or goes on, with one
  bool asked_for_key_ GUARDED_BY (lock_) = false;
  bool ended_ GUARDED_BY (lock_) = false;
  bool producer_flushing_ GUARDED_BY (lock_) = false;
  bool consumer_flushing_ GUARDED_BY (lock_) = false;
  bool held_ GUARDED_BY (lock_) = false;
  bool roused_ GUARDED_BY (lock_) = false;
  uint64_t delivered_ GUARDED_BY (lock_) = 0;
  uint64_t dropped_ GUARDED_BY (lock_) = 0;
  Condition emptied_; // for the producer
};

} // namespace webmedia::stream
