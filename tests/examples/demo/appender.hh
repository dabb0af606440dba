// SPDX-License-Identifier: LGPL-2.1-or-later
// What an adaptive player decides: which segment comes next, in which quality,
// and what to remove.
#pragma once

#include "worker.hh"

#include <optional>

namespace demo {

// Threads: thread-bound (the worker's).
class Appender {
public:
  Appender (const Presentation &presentation, const Plan &plan,
      GstWebMediaSource *source, GstWebMessagePort *port);

  // Adds the SourceBuffers and appends the init segments.
  bool open (GError **error);

  // Does what is due with the playhead there: at most one append a stream.
  bool advance (double playhead, GError **error);

private:
  struct State {
    Ptr<GstWebSourceBuffer> buffer;
    int initialized = -1;      // the quality of the last init segment
    std::vector<int> appended; // for each segment, its quality, or -1
    double not_before = 0;     // the next segment is still on its way
  };

  int best_quality (size_t stream, double playhead) const;
  std::optional<int> next_segment (size_t stream, double playhead) const;
  bool append_init (size_t stream, int quality, GError **error);
  bool append_segment (size_t stream, int segment, int quality, GError **error);
  bool remove_behind (size_t stream, double playhead, GError **error);
  bool end_when_complete (double playhead, GError **error);
  bool append (size_t stream, GBytes *bytes, Report &report, GError **error);
  void send (size_t stream, Report &report);

  const Presentation &presentation_;
  const Plan plan_;
  GstWebMediaSource *const source_;
  GstWebMessagePort *const port_;
  std::vector<State> states_;
  double playhead_ = 0;
  bool ended_ = false;
};

} // namespace demo
