// SPDX-License-Identifier: LGPL-2.1-or-later
// The element `audioworklet` between two pads that a test has in its hands.
#pragma once

#include "support/parsed-children.hh"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <gst/audio/audio.h>
#include <gst/check/gstharness.h>
#include <semaphore>
#include <string>
#include <utility>
#include <vector>

namespace webmedia::test {

using Sound = std::vector<std::vector<float>>; // channels of frames

constexpr int kRate = 48000;
// Frames of a buffer: of every kind, beside a quantum.
constexpr size_t kSplits[] = {1, 7, 127, 128, 480, 4096};

// The same in each run, from -1 to 1.
inline Sound
make_noise (size_t channels, size_t frames)
{
  Sound sound (channels, std::vector<float> (frames));
  uint32_t state = 1;
  for (auto &channel : sound)
    for (float &sample : channel) {
      state = state * 1664525 + 1013904223;
      sample = static_cast<float> (static_cast<int32_t> (state)) * 0x1p-31f;
    }
  return sound;
}

inline GstClockTime
time_of (size_t frames)
{
  return gst_util_uint64_scale (frames, GST_SECOND, kRate);
}

// Its description as gst-launch-1.0 has it. 48 kHz.
// Threads: thread-bound.
class WorkletHarness {
public:
  WorkletHarness (
      const std::string &description, size_t channels, bool is_planar = false)
      : harness_ (gst_harness_new_parse (description.c_str ())),
        children_ (description, harness_->element)
  {
    set_format (channels, is_planar);
  }
  ~WorkletHarness ()
  {
    gst_harness_teardown (harness_);
    children_.give_back ();
  }
  WorkletHarness (const WorkletHarness &) = delete;
  WorkletHarness &operator= (const WorkletHarness &) = delete;

  GstHarness *operator* () { return harness_; }
  GstElement *element () // owned by this
  {
    GstElement *found = gst_harness_find_element (harness_, "audioworklet");
    gst_object_unref (found);
    return found;
  }

  void set_format (size_t channels, bool is_planar = false, int rate = kRate)
  {
    gst_audio_info_set_format (&info_, GST_AUDIO_FORMAT_F32, rate,
        static_cast<int> (channels), nullptr);
    if (is_planar)
      info_.layout = GST_AUDIO_LAYOUT_NON_INTERLEAVED;
    gst_harness_set_src_caps (harness_, gst_audio_info_to_caps (&info_));
  }

  GstBuffer *make_buffer (const Sound &sound, size_t from, size_t frames)
  {
    const size_t bpf = static_cast<size_t> (info_.bpf);
    GstBuffer *buffer =
        gst_buffer_new_allocate (nullptr, frames * bpf, nullptr);
    if (info_.layout == GST_AUDIO_LAYOUT_NON_INTERLEAVED)
      gst_buffer_add_audio_meta (buffer, &info_, frames, nullptr);
    GstMapInfo map;
    gst_buffer_map (buffer, &map, GST_MAP_WRITE);
    auto *data = reinterpret_cast<float *> (map.data);
    for (size_t c = 0; c < sound.size (); c++)
      for (size_t i = 0; i < frames; i++)
        data[place (c, i, frames)] = sound[c][from + i];
    gst_buffer_unmap (buffer, &map);
    GST_BUFFER_PTS (buffer) = time (from);
    GST_BUFFER_DURATION (buffer) = time (from + frames) - time (from);
    return buffer;
  }
  GstFlowReturn push (const Sound &sound, size_t from, size_t frames)
  {
    return gst_harness_push (harness_, make_buffer (sound, from, frames));
  }
  // All of it, in buffers of so many frames.
  void push_all (const Sound &sound, size_t split)
  {
    const size_t frames = sound[0].size ();
    for (size_t i = 0; i < frames; i += split)
      fail_unless_equals_int (
          push (sound, i, std::min (split, frames - i)), GST_FLOW_OK);
  }
  void end () { gst_harness_push_event (harness_, gst_event_new_eos ()); }

  // What came out by now, and where each buffer begins and how long it is.
  struct Piece {
    GstClockTime pts;
    size_t frames;
    bool is_gap;
  };
  std::vector<Piece> pieces;
  Sound take ()
  {
    Sound sound;
    while (GstBuffer *buffer = gst_harness_try_pull (harness_)) {
      take_one (buffer, sound);
      gst_buffer_unref (buffer);
    }
    return sound;
  }

private:
  GstClockTime time (size_t frames) const
  {
    return gst_util_uint64_scale_int (frames, GST_SECOND, info_.rate);
  }
  size_t place (size_t channel, size_t frame, size_t frames) const
  {
    return info_.layout == GST_AUDIO_LAYOUT_INTERLEAVED
               ? frame * static_cast<size_t> (info_.channels) + channel
               : channel * frames + frame;
  }
  // The output is laid out as the input.
  void take_one (GstBuffer *buffer, Sound &sound)
  {
    GstCaps *caps = gst_pad_get_current_caps (harness_->sinkpad);
    GstAudioInfo info;
    fail_unless (gst_audio_info_from_caps (&info, caps));
    gst_caps_unref (caps);
    GstAudioBuffer audio;
    fail_unless (gst_audio_buffer_map (&audio, &info, buffer, GST_MAP_READ));
    const auto channels = static_cast<size_t> (info.channels);
    sound.resize (std::max (sound.size (), channels));
    const bool is_planar = info.layout == GST_AUDIO_LAYOUT_NON_INTERLEAVED;
    for (size_t c = 0; c < channels; c++)
      for (size_t i = 0; i < audio.n_samples; i++)
        sound[c].push_back (
            is_planar
                ? static_cast<float *> (audio.planes[c])[i]
                : static_cast<float *> (audio.planes[0])[i * channels + c]);
    pieces.push_back ({GST_BUFFER_PTS (buffer), audio.n_samples,
        GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP) != 0});
    gst_audio_buffer_unmap (&audio);
  }

  GstHarness *const harness_;
  ParsedChildren children_;
  GstAudioInfo info_;
};

// Frame by frame, to within this.
inline void
check_equal (const Sound &sound, const Sound &expected, double tolerance)
{
  fail_unless_equals_int (sound.size (), expected.size ());
  for (size_t c = 0; c < sound.size (); c++) {
    fail_unless_equals_int (sound[c].size (), expected[c].size ());
    for (size_t i = 0; i < sound[c].size (); i++)
      if (!(std::abs (sound[c][i] - expected[c][i]) <= tolerance))
        fail_unless (false, "channel %zu, frame %zu: %g is not %g", c, i,
            sound[c][i], expected[c][i]);
  }
}

// Holds up the thread that tells of a message of the element.
class MessageGate {
public:
  explicit MessageGate (GstElement *element)
  {
    using Wait = void (*) (GstElement *, GVariant *, gpointer);
    Wait wait = [] (GstElement *, GVariant *, gpointer data) {
      auto gate = static_cast<MessageGate *> (data);
      gate->reached_.release ();
      gate->open_.acquire ();
    };
    g_signal_connect (element, "message", G_CALLBACK (wait), this);
  }
  void wait_until_reached () { reached_.acquire (); }
  void open () { open_.release (); }

private:
  std::binary_semaphore reached_{0}, open_{0};
};

} // namespace webmedia::test
