// SPDX-License-Identifier: LGPL-2.1-or-later
// One presentation in the application's thread: a worker on the other side of
// a message port, the pipeline that plays its MediaSource, and the record.
#pragma once

#include "player.hh"
#include "terminal.hh"
#include "worker.hh"

namespace demo {

struct Script {
  Plan plan;
  double seek_at; // when the playhead gets here,
  double seek_to; // it goes there
};

// Threads: thread-bound (the application's).
class Session {
public:
  Session (const Presentation &presentation, const Script &script, double begin,
      bool show, Terminal &terminal);
  Session (const Session &) = delete;
  Session &operator= (const Session &) = delete;
  ~Session ();

  // Several times a second: looks at the pipeline, tells the worker where the
  // playhead is, seeks when the script says so.
  void tick ();

  Progress progress () const;
  bool is_over () const { return over_; }
  const std::string &error () const { return error_; }
  const Timeline &timeline () const { return timeline_; }

private:
  static void on_message (
      GstWebMessagePort *, GstWebMessageEvent *event, gpointer session);
  void on_report (const Report &report);
  void note (const std::string &mark);
  void log (const std::string &text);
  void fail (const std::string &reason);

  const Presentation &presentation_;
  const Script script_;
  const double begin_;
  Terminal &terminal_;
  Timeline timeline_;
  bool sought_ = false;
  bool over_ = false;
  std::string error_;
  Ptr<GstWebMessagePort> port_;
  Player player_;
  std::unique_ptr<Worker> worker_;
};

} // namespace demo
