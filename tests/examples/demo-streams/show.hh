// SPDX-License-Identifier: LGPL-2.1-or-later
// Those of the demo: a camera with a microphone, and who consumes them.
#pragma once

#include "meter.hh"

namespace demo {

// A pipeline, and whoever looks at it.
// Threads: thread-bound (the application's).
class Act {
public:
  // Nothing plays yet. `description` is of gst_parse_launch(); its
  // mediastreamsrc or -sink is called "stream", and what there is to see passes
  // the sink pad of "shown".
  Act (std::string name, std::string what, const std::string &description);
  Act (const Act &) = delete;
  Act &operator= (const Act &) = delete;
  ~Act ();

  const std::string name;
  const std::string what; // it does, for who looks at the picture

  // A property of an element of it, before it plays.
  void set (
      const char *element, const char *property, const std::string &value);
  void play (GstWebMediaStream *stream, double begin);
  bool plays () const { return plays_; }
  // What it gets or gives ends now.
  void end ();
  // Of a consumer.
  Meter::Reading reading ();
  std::vector<double> ticks () const { return shown_.ticks (); }
  std::vector<Picture> pictures () const { return shown_.pictures (); }

  // Whether its pipeline has had its EOS.
  bool is_over () const { return is_over_; }
  std::string error () const { return error_; }

private:
  static gboolean on_message (GstBus *bus, GstMessage *message, gpointer self);

  Ptr<GstElement> pipeline_;
  Ptr<GstElement> stream_;
  Meter meter_;
  Camera shown_;
  bool plays_ = false;
  bool is_over_ = false;
  std::string error_;
};

} // namespace demo
