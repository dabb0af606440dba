// SPDX-License-Identifier: LGPL-2.1-or-later
// The element with nodes that applications make, between two pads.
#pragma once

#include "support/worklet-element-fixture.hh"
#include "support/worklet-objects.hh"

namespace webmedia::test {

inline Own<GstElement>
make_worklet_element (GstWebAudioWorkletNode *node = nullptr)
{
  auto element = GST_ELEMENT (
      gst_object_ref_sink (gst_element_factory_make ("audioworklet", nullptr)));
  if (node)
    g_object_set (element, "node", node, nullptr);
  return Own<GstElement> (element);
}

// Renders it: what becomes of so many frames of `value`. Silence is not marked
// as such.
class Playing {
public:
  explicit Playing (GstElement *element, int rate = kRate, float value = 0)
      : harness_ (gst_harness_new_with_element (element, "sink", "src")),
        value_ (value)
  {
    gchar *caps = g_strdup_printf (
        "audio/x-raw,format=" GST_AUDIO_NE (F32) ",rate=%d,channels=1,"
                                                 "layout=interleaved",
        rate);
    gst_harness_set_src_caps_str (harness_, caps);
    g_free (caps);
  }
  ~Playing () { gst_harness_teardown (harness_); }
  Playing (const Playing &) = delete;
  Playing &operator= (const Playing &) = delete;

  GstFlowReturn push (size_t frames, bool is_gap = false)
  {
    const std::vector<float> sound (frames, value_);
    GstBuffer *buffer = gst_buffer_new_memdup (sound.data (), frames * 4);
    GST_BUFFER_PTS (buffer) = time_of (pushed_);
    GST_BUFFER_DURATION (buffer) = time_of (frames);
    if (is_gap)
      GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_GAP);
    pushed_ += frames;
    return gst_harness_push (harness_, buffer);
  }
  // The same gap by one event.
  bool push_gap_event (size_t frames)
  {
    const GstClockTime start = time_of (pushed_);
    pushed_ += frames;
    return gst_harness_push_event (
        harness_, gst_event_new_gap (start, time_of (frames)));
  }
  // What so many frames become.
  std::vector<float> render (size_t frames)
  {
    fail_unless_equals_int (push (frames), GST_FLOW_OK);
    GstBuffer *buffer = gst_harness_pull (harness_);
    std::vector<float> sound (frames);
    fail_unless_equals_uint64 (
        gst_buffer_extract (buffer, 0, sound.data (), frames * 4), frames * 4);
    gst_buffer_unref (buffer);
    return sound;
  }
  GstHarness *operator* () { return harness_; }

private:
  GstHarness *const harness_;
  const float value_;
  size_t pushed_ = 0;
};

} // namespace webmedia::test
