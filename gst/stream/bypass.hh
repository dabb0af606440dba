// SPDX-License-Identifier: LGPL-2.1-or-later
// What passes a pad, for who stands further down: sound as it was before its
// volume changed, when it is played.
#pragma once

#include "base/mutex.hh"
#include "base/ptr.hh"
#include "base/time.hh"

#include <deque>
#include <string>
#include <vector>

namespace webmedia::stream {

// It keeps what passes until what has become of that arrives further down:
// there may be a queue in between. So it holds as much as that queue, ten
// seconds or kMostItems at most, of which the oldest goes. Threads:
// thread-safe; take() is one thread's.
class Bypass : public std::enable_shared_from_this<Bypass> {
public:
  static constexpr size_t kMostItems = 4096;

  // From when until when something plays, in running time.
  struct Span {
    Time from = -kTimeInfinite; // not known
    Time to = kTimeInfinite;

    bool operator== (const Span &) const = default;
  };
  // Of a buffer or a gap; without a duration: of a moment.
  static Span span_of (
      const GstSegment &segment, GstClockTime pts, GstClockTime duration);

  // One of the two.
  struct Item {
    Ptr<GstBuffer> buffer{};
    Ptr<GstEvent> event{};
    Span span{};
  };

  static std::shared_ptr<Bypass> create (GstPad *pad);
  ~Bypass ();
  Bypass (const Bypass &) = delete;
  Bypass &operator= (const Bypass &) = delete;

  GstPad *pad () const { return pad_.get (); }

  // What plays at that time, and the events before it. What is over by then
  // has not come through, and is forgotten.
  std::vector<Item> take (const Span &span) EXCLUDES (lock_);
  // The CAPS, tags and SEGMENT that hold for what is taken next.
  std::vector<Ptr<GstEvent>> sticky () const EXCLUDES (lock_);
  // Of the segment that was taken last, or is the first that waits.
  double rate () const EXCLUDES (lock_);
  // This one arrives now: forgets what was before it.
  void skip_to (const std::string &stream_id) EXCLUDES (lock_);

private:
  using Items = std::deque<Item>;

  explicit Bypass (GstPad *pad);
  void begin () EXCLUDES (lock_);
  static GstPadProbeReturn on_probe (
      GstPad *pad, GstPadProbeInfo *info, gpointer weak);
  void on_event (GstEvent *event) EXCLUDES (lock_);
  void on_buffer (GstBuffer *buffer) EXCLUDES (lock_);
  void hold_locked (Item item, Items &gone) REQUIRES (lock_);
  void keep_locked (const Ptr<GstEvent> &event) REQUIRES (lock_);
  void forget_locked (size_t count, Items &gone) REQUIRES (lock_);

  const Ptr<GstPad> pad_;
  gulong probe_ = 0;

  mutable Mutex lock_;
  GstSegment segment_ GUARDED_BY (lock_); // of what passes
  Items items_ GUARDED_BY (lock_);
  std::vector<Ptr<GstEvent>> sticky_ GUARDED_BY (lock_); // CAPS first
};

} // namespace webmedia::stream
