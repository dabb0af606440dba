// SPDX-License-Identifier: LGPL-2.1-or-later
// The outputs of a node as pads.
#pragma once

#include "api/bridge.hh"

#include <gst/audio/audio.h>
#include <gst/base/gstflowcombiner.h>
#include <vector>

namespace webmedia::elements {

// Threads: thread-bound (who renders).
class Outputs {
public:
  // Null: the node has an output that no pad was asked for.
  explicit Outputs (std::vector<Ptr<GstPad>> pads);
  ~Outputs ();
  Outputs (const Outputs &) = delete;
  Outputs &operator= (const Outputs &) = delete;

  size_t count () const { return pads_.size (); }
  const GstAudioInfo &info (size_t i) const { return infos_[i]; }
  const Ptr<GstPad> &pad (size_t i) const { return pads_[i]; }

  // The caps of each, pushed where they are others than before: of so many
  // channels at this rate. Channels lie as in `like`, and have its positions
  // where they are as many; null: as downstream likes best.
  // NotSupportedError: downstream takes none such.
  Result<> negotiate (uint32_t rate, const std::vector<uint32_t> &channels,
      const GstAudioInfo *like);
  // One buffer each; with what `like` says of itself, if it is given.
  std::vector<Ptr<GstBuffer>> allocate (size_t frames, GstBuffer *like) const;
  void truncate (std::vector<Ptr<GstBuffer>> &buffers, size_t frames) const;

  // Whether what is behind one of them, which may be another element by now,
  // does not take its caps.
  bool are_refused () const;
  // Whether all pads have this sticky event.
  bool have_event (GstEventType type) const;
  // The next negotiate() pushes the caps of all pads.
  void forget_formats ();

  // To all pads.
  void push_stream_start (GstElement *element, GstEvent *like);
  bool push_event (const Ptr<GstEvent> &event);
  // What all pads together answer.
  GstFlowReturn push (std::vector<Ptr<GstBuffer>> &buffers);
  void reset_flow () { gst_flow_combiner_reset (combiner_); }

private:
  std::vector<Ptr<GstPad>> pads_;
  std::vector<GstAudioInfo> infos_;
  GstFlowCombiner *const combiner_;
};

// What inputs and outputs are: 32-bit floats of the machine, of both layouts.
inline constexpr char kAudioCaps[] =
    "audio/x-raw, format = (string) " GST_AUDIO_NE (
        F32) ", "
             "rate = (int) [ 1, 2147483647 ], channels = (int) [ 1, 32 ], "
             "layout = (string) { interleaved, non-interleaved }";

} // namespace webmedia::elements
