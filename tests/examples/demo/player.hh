// SPDX-License-Identifier: LGPL-2.1-or-later
// A pipeline that plays a MediaSource by its handle, and takes down what its
// sinks render.
#pragma once

#include "timeline.hh"

#include <mutex>

namespace demo {

// Threads: thread-bound (the application's); what streaming threads render
// waits in `fresh_` until collect().
class Player {
public:
  // Wall times count from `begin`, a monotonic(). With `show` there are a
  // window and sound, besides the sinks that take down.
  Player (double begin, bool show);
  Player (const Player &) = delete;
  Player &operator= (const Player &) = delete;
  ~Player ();

  // An error message, or an empty string.
  std::string play (GstWebMediaSourceHandle *handle);
  void seek (double to);

  // Moves to `timeline` what was rendered since the last call.
  void collect (Timeline &timeline);

  // Of the last frame that was collected, or where a seek goes.
  double position () const { return position_; }
  bool seeking () const { return seeking_; }

  // Handles what is on the bus. True at the end; `error` tells a bad one.
  bool is_over (std::string &error);

private:
  struct Track {
    Player *player;
    bool video;
    int span = 0;
    GstClockTime segment_start = GST_CLOCK_TIME_NONE;
  };

  static void on_pad_added (GstElement *, GstPad *pad, gpointer player);
  static GstFlowReturn on_sample (GstElement *sink, gpointer track);
  void record (Track &track, GstSample *sample);

  const double begin_;
  const bool show_;
  Ptr<GstElement> pipeline_;
  double position_ = 0;
  bool seeking_ = false;
  int seeks_ = 0;

  std::mutex lock_;
  struct {
    std::vector<Rendered> video, audio;
    std::vector<Thumbnail> thumbnails;
  } fresh_;
  double last_thumbnail_ = -1;
  std::vector<std::unique_ptr<Track>> tracks_; // guarded by lock_ too
};

} // namespace demo
