// SPDX-License-Identifier: LGPL-2.1-or-later
// What takes appends: one class each, all given the same bytes.
#pragma once

#include "bench/media.hh"

#include <gst/gst.h>
#include <memory>

namespace bench {

// What one contender has to take in a round.
struct Work {
  const Media *media;
  Cut cut;
  std::vector<Bytes> appends;
  size_t frames = 0;               // that all appends hold
  std::vector<size_t> frames_upto; // that are whole after each append
};

// What it did. Times are nanoseconds.
struct Round {
  std::string failure; // empty: none
  double total = 0;
  std::vector<double> each; // of every append
  size_t frames = 0;        // seen, or stored
};

class Contender {
public:
  virtual ~Contender () = default;
  virtual const char *name () const = 0;
  // Everything from a fresh start; only the appends are timed.
  virtual Round run (const Work &work) = 0;
  // Kilobytes of memory at its peak, beyond the file's; below 0: unknown.
  virtual int64_t peak_memory (const Work &work) = 0;
};

// Times `append (bytes, index)` for every append of `work`; ends early when it
// returns false.
template <typename Append>
void time_appends (const Work &work, Round &round, Append append);

std::unique_ptr<Contender> make_memcpy ();
// The library of this project, by its public API.
std::unique_ptr<Contender> make_webmedia ();
// A demuxer element, called synchronously in this thread.
std::unique_ptr<Contender> make_demuxer ();
// appsrc ! demuxer ! appsink, waiting for the frames of each append.
std::unique_ptr<Contender> make_appsrc ();
// Chromium, which runs from its making to its end.
std::unique_ptr<Contender> make_chromium ();

// Proves that what the library stores is right and is the bytes that were
// appended, not copies: reads all frames back. `copied`: the share of the
// bytes that lie elsewhere.
std::string check_stored (const Work &work, double &copied);
// Fills in the frames of `work`, by the demuxer.
std::string count_frames (Work &work);

// A buffer over bytes that outlive it.
GstBuffer *wrap_bytes (Bytes bytes);

// Memory of a contender that runs inside this process: in a child of its own.
int64_t peak_memory_in_child (Contender &contender, const Work &work);

} // namespace bench

#include "bench/figures.hh"

template <typename Append>
void
bench::time_appends (const Work &work, Round &round, Append append)
{
  round.each.reserve (work.appends.size ());
  uint64_t start = now (), last = start;
  for (size_t i = 0; i < work.appends.size (); i++) {
    if (!append (work.appends[i], i))
      break;
    uint64_t end = now ();
    round.each.push_back (double (end - last));
    last = end;
  }
  round.total = double (last - start);
}
