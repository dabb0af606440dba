// SPDX-License-Identifier: LGPL-2.1-or-later
// Samples of buffers as numbers, to compute with.
#pragma once

#include "base/ptr.hh"
#include "base/time.hh"

#include <gst/audio/audio.h>
#include <optional>
#include <vector>

namespace webmedia::elements {

// Whether a buffer is laid out as its caps say: none may be mapped or cut that
// is not. Planes are found by their GstAudioMeta alone.
bool is_laid_out (GstBuffer *buffer, const GstAudioInfo &info);

// Its frames, by its size where its GstAudioMeta is not to be believed.
size_t frames_of (GstBuffer *buffer, const GstAudioInfo &info);
// How long frames last, and the nearest frame: 0 for a time before all.
Time to_time (size_t frames, int rate);
size_t to_frames (Time time, int rate);

// Samples in doubles, channel by channel in each frame.
// Threads: reentrant.
class Sound {
public:
  Sound () = default; // empty: what is appended must be assigned
  // Frames [from, from + count) of a buffer; nothing where it can't be read.
  static std::optional<Sound> read (
      GstBuffer *buffer, const GstAudioInfo &info, size_t from, size_t count);

  size_t frames () const
  {
    return samples_.empty () ? 0 : samples_.size () / channels ();
  }
  int rate () const { return GST_AUDIO_INFO_RATE (&info_); }
  size_t channels () const { return size_t (GST_AUDIO_INFO_CHANNELS (&info_)); }
  double *frame (size_t i) { return &samples_[i * channels ()]; }

  // Adds what follows, of the same rate and channels.
  void append (const Sound &other);
  void drop_front (size_t count);
  void truncate (size_t count);
  // With the channels of `info`; nothing where no rule says how.
  std::optional<Sound> with_channels (const GstAudioInfo &info) const;
  // The value of a channel at a place between two frames.
  double value (double place, size_t channel) const;
  // Puts all of it into a buffer that is writable, from a frame on; false
  // where it can't be written. `info` has its rate and its channels.
  bool write (GstBuffer *buffer, const GstAudioInfo &info, size_t from) const;
  // A buffer of it.
  Ptr<GstBuffer> make_buffer (const GstAudioInfo &info) const;

private:
  explicit Sound (const GstAudioInfo &like);

  GstAudioInfo info_{}; // doubles, interleaved
  std::vector<double> samples_;
};

} // namespace webmedia::elements
