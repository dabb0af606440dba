// SPDX-License-Identifier: LGPL-2.1-or-later
// A producer of a live track and its consumers, with clocks that stand still.
#pragma once

#include "stream/source.hh"
#include "stream/track.hh"

#include "support/check.hh"

#include <functional>
#include <gst/check/gsttestclock.h>
#include <optional>
#include <string>

namespace webmedia::test {

struct TestProducer final : stream::Producer {
  bool query (GstQuery *query) override;
  void send_event (Ptr<GstEvent> event) override;
  void stop () override { stops++; }
  bool is_delivering () override
  {
    if (on_asked)
      on_asked ();
    return is_on_its_way;
  }

  std::atomic<bool> is_on_its_way{false};
  std::function<bool (GstQuery *)> answer{}; // if any, it alone
  std::function<void (const Ptr<GstEvent> &)> on_event{};
  std::function<void ()> on_asked{}; // whether something is on its way
  Time latency = 0;
  Ptr<GstCaps> possible{}; // what it can have; null: it does not say
  std::atomic<int> stops{0};
  std::atomic<int> keys{0}; // that it was asked for
  std::atomic<int> reconfigures{0};
};

struct TestConsumer final : stream::Consumer {
  bool query (GstQuery *query) override { return answer && answer (query); }
  void flush (GstEvent *event) override
  {
    if (on_flush)
      on_flush (event);
  }

  std::function<bool (GstQuery *)> answer;
  std::function<void (GstEvent *)> on_flush;
};

Ptr<GstClock> make_clock (Time now = 0);
void set_time (const Ptr<GstClock> &clock, Time now);
Ptr<GstCaps> make_caps (const char *text);

// What a consumer's sink would know of a buffer.
struct Seen {
  Ptr<GstBuffer> buffer;
  Time due; // running time
  bool new_segment;

  bool has (GstBufferFlags flag) const
  {
    return GST_BUFFER_FLAG_IS_SET (buffer.get (), flag);
  }
};

// A consumer: of its own clock and base time once it plays.
class Reader {
public:
  explicit Reader (const std::shared_ptr<stream::Track> &track,
      stream::Delivery delivery = stream::Delivery::live,
      std::shared_ptr<TestConsumer> with = nullptr)
      : consumer (std::move (with)),
        output (track->subscribe (delivery, consumer))
  {}

  void play (Ptr<GstClock> clock, Time base_time)
  {
    output->set_clock (std::move (clock), base_time);
  }
  // The next buffer. With none in the mailbox, or at the end: nothing.
  std::optional<Seen> next ();
  // Up to its end.
  std::vector<Seen> drain ();

  std::shared_ptr<TestConsumer> consumer;
  std::shared_ptr<stream::Output> output;
  std::vector<std::string> events; // types of what has come
  int segments = 0;
  GstSegment segment{};

private:
  bool take (std::optional<Seen> &seen, bool waits = true);
};

// A producer.
class FanOut {
public:
  explicit FanOut (stream::Kind kind = stream::Kind::video,
      stream::Delivery delivery = stream::Delivery::live)
      : FanOut (stream::SourceInfo{
          .kind = kind, .label = "test", .delivery = delivery})
  {}
  explicit FanOut (const stream::SourceInfo &info);

  // From here on.
  void set_segment (const GstSegment &with);
  void set_clock (Ptr<GstClock> with, Time base);
  // The running time of now.
  void set_now (Time now) { set_time (clock, base_time + now); }
  void put_caps (const char *text);

  GstFlowReturn put (Ptr<GstBuffer> buffer) { return input->put (buffer); }
  // A frame of 40 ms.
  GstFlowReturn put_frame (Time pts, bool key = true);
  static Ptr<GstBuffer> make_frame (Time pts, gsize size = 16);
  static constexpr Time kFrame = 40 * kMillisecond;

  Ptr<GstClock> clock = make_clock ();
  Time base_time = 0;
  GstSegment segment{};
  std::shared_ptr<TestProducer> producer = std::make_shared<TestProducer> ();
  std::shared_ptr<stream::Source> source;
  std::unique_ptr<stream::Input> input;
  std::shared_ptr<stream::Track> track;
};

} // namespace webmedia::test
