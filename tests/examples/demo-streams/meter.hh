// SPDX-License-Identifier: LGPL-2.1-or-later
// Looks at what passes a pad.
#pragma once

#include "../demo/util.hh"

#include <mutex>

namespace demo {

// How old what a consumer is handed is, and how much it loses.
// Threads: thread-safe.
class Meter {
public:
  struct Reading {
    double median = 0; // age when it came, of the last ones, in milliseconds
    double highest = 0;
    guint64 delivered = 0;
    guint64 dropped = 0;
    guint waiting = 0;
  };

  // The first video pad of this mediastreamsrc, as soon as it comes.
  void watch (GstElement *in);
  // As long as it has that pad, and what it was then.
  Reading read (GstElement *in);

private:
  static void on_pad_added (GstElement *in, GstPad *pad, gpointer self);
  static GstPadProbeReturn on_buffer (
      GstPad *pad, GstPadProbeInfo *info, gpointer self);

  mutable std::mutex lock_;
  std::string pad_;
  std::vector<double> ages_; // of the last ones, a ring
  size_t count_ = 0;
  Reading last_;
};

struct Picture {
  double wall;
  Ptr<GstSample> sample;
};

// Notes when pictures pass a pad, and keeps some of them.
// Threads: thread-safe.
class Camera {
public:
  void watch (GstPad *pad, double begin);
  std::vector<double> ticks () const;
  std::vector<Picture> pictures () const;

private:
  static GstPadProbeReturn on_buffer (
      GstPad *pad, GstPadProbeInfo *info, gpointer self);

  mutable std::mutex lock_;
  double begin_ = 0;
  double next_ = 0; // when another one is kept
  std::vector<double> ticks_;
  std::vector<Picture> pictures_;
};

} // namespace demo
