// SPDX-License-Identifier: LGPL-2.1-or-later
// What passes a pad, and what it looks like.
#pragma once

#include "../demo/util.hh"

#include <mutex>

namespace demo {

constexpr int kRate = 48000;

// The sound of up to two channels, from the first buffer on, as the left and
// the right one. Floats, interleaved.
// Threads: thread-safe.
class Recording {
public:
  void watch (GstElement *sink);
  std::vector<float> left () const;
  std::vector<float> right () const;

private:
  static GstPadProbeReturn on_buffer (
      GstPad *pad, GstPadProbeInfo *info, gpointer self);

  mutable std::mutex lock_;
  std::vector<float> left_;
  std::vector<float> right_;
};

// Frequencies of spectrograms, from bottom to top, as octaves lie.
constexpr double kLowest = 60;
constexpr double kHighest = 16000;
// From 0 to 1.
double height_of (double frequency);

// So many columns and rows of it, as PNG.
std::vector<guint8> draw_spectrogram (
    const std::vector<float> &samples, int columns, int rows);

} // namespace demo
