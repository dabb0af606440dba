// SPDX-License-Identifier: LGPL-2.1-or-later
// What elements see of a live track: an Input where they feed it, an Output
// where they consume it. Only virtual functions and plain values: plugins call
// it through the library's one bridge, with no symbols exported for it.
#pragma once

#include "base/ptr.hh"
#include "base/time.hh"
#include "stream/siblings.hh"

#include <memory>
#include <string>

namespace webmedia::devices {
class Constrainable;
}

namespace webmedia::stream {

enum class Kind { audio, video };

// Whether a consumer that is slow loses what is old, or its producer waits. It
// does so only where both want it.
enum class Delivery { live, lossless };

// Of what is serialized with buffers: what has a place between them and means
// something to a consumer.
inline bool
is_for_consumers (GstEvent *event)
{
  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_TAG:
  case GST_EVENT_GAP:
  case GST_EVENT_TOC:
  case GST_EVENT_CUSTOM_DOWNSTREAM:
  case GST_EVENT_CUSTOM_DOWNSTREAM_STICKY:
    return true;
  default:
    return false;
  }
}

// Pictures or sound that is not encoded.
inline bool
is_raw (GstCaps *caps)
{
  return g_str_has_suffix (
      gst_structure_get_name (gst_caps_get_structure (caps, 0)), "/x-raw");
}

class Source;

// Who feeds a source. Called on any thread, with no lock held.
class Producer {
public:
  virtual ~Producer () = default;
  // A query that goes upstream: LATENCY, CAPS.
  virtual bool query (GstQuery *query) = 0;
  // RECONFIGURE, force-key-unit.
  virtual void send_event (Ptr<GstEvent> event) = 0;
  // All tracks have been stopped: nobody wants it any more.
  virtual void stop () = 0;
  // Whether something is on its way from it to its input, however long that
  // takes: nothing is missing then.
  virtual bool is_delivering () { return false; }
  // What a clone of a live track is of; null: of the same source.
  virtual std::shared_ptr<Source> source_of_clone () { return nullptr; }
  // Source::is_wanted() may be another.
  virtual void on_wanted () {}
  // What can be asked of it, if anything. It goes with the producer.
  virtual devices::Constrainable *constrainable () { return nullptr; }
};

// The producer's end of a source. It ends the source when it goes.
// Threads: thread-safe; buffers come from one thread.
class Input {
public:
  virtual ~Input () = default;

  // The producer's segment, clock and base time, before the first buffer and
  // wherever they change.
  virtual void set_timeline (
      const GstSegment &segment, Ptr<GstClock> clock, Time base_time) = 0;
  // The clock that it will have, where something should come already.
  virtual void set_clock (Ptr<GstClock> clock) = 0;
  // The CAPS, tags and what else is serialized, in their place between buffers.
  virtual void put (Ptr<GstEvent> event) = 0;
  // EOS when nobody wants it any more. It waits only where it is lossless: for
  // a consumer, and for those of its consumers that are lossless.
  virtual GstFlowReturn put (Ptr<GstBuffer> buffer) = 0;
  // A picture that can't be said to be of any time yet (in PAUSED).
  virtual void preroll (Ptr<GstBuffer> picture) = 0;
  // Ends put()'s waits, or lets it wait again.
  virtual void set_flushing (bool flushing) = 0;
  // Nothing follows for now: what is held back until it does is handed on. On
  // the thread of the buffers.
  virtual void drain () {}
  // What was not taken yet is dropped.
  virtual void flush () = 0;
  // With FLUSH_STOP, after flush(): consumers that are lossless are flushed,
  // too, as their running time is the producer's own. Each flush once.
  virtual void flush_consumers (GstEvent *stop) = 0;
  // CAPS, ACCEPT_CAPS, ALLOCATION: what all consumers say together. False:
  // there are none that can say.
  virtual bool query (GstQuery *query) = 0;
  // Nothing comes for now, or again.
  virtual void set_muted (bool muted) = 0;
  // Something should come, as of a live producer in PLAYING: it is muted when
  // nothing comes for 25 frames of its caps' frame rate, or of the last sound's
  // duration, a quarter of a second at least; the next buffer unmutes it. What
  // is played has a second at least, and where its caps have no rate, durations
  // tell.
  virtual void set_watch (bool watch) = 0;
  // So many frames were left out, for the frame rate to be a lower one.
  virtual void count_discarded (uint64_t frames) = 0;
  // Sound of that duration was lost before what comes next.
  virtual void count_lost (Time duration) = 0;
  // Nothing comes ever again: what is there is taken to its end.
  virtual void end () = 0;
};

class Output;

// Who consumes a track. Called on any thread, with no lock held.
class Consumer {
public:
  virtual ~Consumer () = default;
  // CAPS, ACCEPT_CAPS, ALLOCATION, to be asked downstream.
  virtual bool query (GstQuery *query) = 0;
  // Before what is taken gets its time, on the thread that takes: calls
  // change_clock(), while it plays.
  virtual void tell_clock (Output &) {}
  // FLUSH_STOP of its producer, where it is lossless: what it was given is to
  // be flushed before it takes what follows. It may not wait.
  virtual void flush (GstEvent *) {}
  // What it shares with the consumers that it can't go on without.
  virtual std::shared_ptr<Siblings> siblings () { return nullptr; }

  // The running time of the last live picture that it got, of this track or of
  // one before it: the next one is due later. Of the thread that takes.
  const std::shared_ptr<Time> shown = std::make_shared<Time> (-1);
};

// The consumer's end of a track. It lets go of the track when it goes.
// Threads: thread-safe; take() is one thread's.
class Output {
public:
  enum class Status { buffer, event, ended, flushing, none };
  struct Taken {
    Status status;
    Ptr<GstBuffer> buffer{};
    Ptr<GstEvent> event{};
    // With a buffer: what its times are to be read by, where that is new; until
    // more is taken.
    const GstSegment *new_segment = nullptr;
    bool new_latency = false; // query() says another one than before
    bool has_more = false;    // something stood behind it
  };
  struct Stats {
    uint64_t delivered;
    uint64_t dropped; // by this consumer, as it was slow
    size_t waiting;   // buffers
  };

  virtual ~Output () = default;

  // Lossless only where both ends want it.
  virtual Delivery delivery () const = 0;
  // The consumer's clock and base time, from PLAYING on.
  virtual void set_clock (Ptr<GstClock> clock, Time base_time) = 0;
  // It does not play, and its running time stands: a picture that it takes all
  // the same is of that. False: nothing here is to be seen in PAUSED, as it is
  // sound, or lossless.
  virtual bool pause (Time running_time) = 0;
  // take() waits for it not to be so, with whatever there is.
  virtual void set_held (bool held) = 0;
  // These are what holds now, while it plays: maybe others. From
  // Consumer::tell_clock () alone.
  virtual void change_clock (GstClock *clock, Time base_time) = 0;
  // The next buffer, in the running time of the consumer, or event; waits for
  // it. A wait ends by the end of the track, too, or by set_flushing(true).
  virtual Taken take () = 0;
  // The same without a wait; none: not yet.
  virtual Taken try_take () = 0;
  virtual void set_flushing (bool flushing) = 0;
  // The caps of what comes next; null when not known yet.
  virtual Ptr<GstCaps> caps () const = 0;
  // Those, and what else the producer can have, within a filter or null; null
  // when neither is known.
  virtual Ptr<GstCaps> possible_caps (GstCaps *filter) = 0;
  // Whether the producer can change them to what this consumer takes, with as
  // many of the others as possible: it does when it is told to RECONFIGURE.
  virtual bool can_change_caps () = 0;
  // LATENCY, from the producer.
  virtual bool query (GstQuery *query) = 0;
  // RECONFIGURE, force-key-unit: to the producer.
  virtual void send_event (Ptr<GstEvent> event) = 0;
  virtual Stats stats () const = 0;
};

} // namespace webmedia::stream
