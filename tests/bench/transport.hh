// SPDX-License-Identifier: LGPL-2.1-or-later
// What carries live media from one pipeline to others: one class each.
#pragma once

#include "bench/stream-ends.hh"

#include "base/ptr.hh"

#include <memory>
#include <string>

namespace bench {

// Its part of one side: a pipeline, and in it an end for each medium.
struct Side {
  GstElement *pipeline;
  std::vector<GstElement *> ends;
};

struct Way {
  std::vector<Medium> media;
  bool paced; // live; otherwise nothing may be lost
};

class Transport {
public:
  virtual ~Transport () = default;
  virtual std::string name () const = 0;
  // Not a transport: what has the sinks in the producer's pipeline.
  virtual bool is_one_pipeline () const { return false; }
  // Loses what is not taken in time, whatever one does.
  virtual bool is_lossy () const { return false; }
  // Adds what is needed between the ends, and links them.
  virtual void connect (const Way &way, const Side &producer,
      const std::vector<Side> &consumers) = 0;
};

// The floor: one queue for each sink, behind a tee where there are several.
std::unique_ptr<Transport> make_queue ();
// The elements of this project.
std::unique_ptr<Transport> make_streams ();
std::unique_ptr<Transport> make_proxy ();
// appsink's callback pushes into one appsrc for each consumer.
std::unique_ptr<Transport> make_app ();
// intervideosink, interaudiosink and their sources, as they are by default.
std::unique_ptr<Transport> make_inter ();

// A producer and its consumers, which start and stop apart.
class Rig {
public:
  // The first consumer is `slow`: it takes that many nanoseconds for a buffer.
  Rig (Transport &transport, const Way &way, int consumers, uint64_t slow = 0);
  ~Rig ();
  Rig (const Rig &) = delete;
  Rig &operator= (const Rig &) = delete;

  // Where it is one pipeline, the first of these starts all.
  void start_consumers ();
  void start_producer ();
  // By EOS, or just by its state. It is not waited for.
  void end_producer (bool by_eos);
  // Empty: nothing went wrong.
  std::string stop ();

  Made made (size_t medium = 0) const
  {
    return look_at_source (producer_.ends[medium]);
  }
  // After stop().
  const Got &got (size_t consumer, size_t medium = 0) const
  {
    return look_at_sink (consumers_[consumer].ends[medium]);
  }
  size_t consumers () const { return consumers_.size (); }
  uint64_t ended (size_t consumer, size_t medium = 0) const
  {
    return ended_at_sink (consumers_[consumer].ends[medium]);
  }
  uint64_t count (size_t consumer) const
  {
    return count_at_sink (consumers_[consumer].ends[0]);
  }

private:
  std::vector<webmedia::Ptr<GstElement>> pipelines_; // the producer's first
  Side producer_;
  std::vector<Side> consumers_;
  bool is_stopped_ = false;
};

// For transports.
GstElement *add_element (GstElement *pipeline, const char *factory);
// One of the producer's ends, for each of `count` consumers.
GstElement *add_tee (GstElement *pipeline, GstElement *end, size_t count);

} // namespace bench
