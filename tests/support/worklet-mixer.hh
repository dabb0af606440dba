// SPDX-License-Identifier: LGPL-2.1-or-later
// An audioworklet of several inputs, each of which is pushed into.
#pragma once

#include "support/worklet-element-fixture.hh"

#include <thread>

namespace webmedia::test {

// A mixer of mono inputs, or a recorder.
class Mixer {
public:
  explicit Mixer (int inputs, const char *processor = "mixer")
      : element_ (gst_element_factory_make ("audioworklet", nullptr))
  {
    gst_object_ref_sink (element_);
    g_object_set (element_, "processor", processor, nullptr);
    const bool has_output = g_str_equal (processor, "mixer");
    for (int i = 1; i < inputs; i++)
      gst_object_unref (
          gst_element_request_pad_simple (element_, name (i).c_str ()));
    for (int i = 0; i < inputs; i++) {
      inputs_.push_back (gst_harness_new_with_element (
          element_, name (i).c_str (), i || !has_output ? nullptr : "src"));
      set_rate (i, kRate);
    }
  }
  ~Mixer ()
  {
    for (size_t i = inputs_.size (); i-- > 0;)
      gst_harness_teardown (inputs_[i]);
    gst_object_unref (element_);
  }
  GstElement *element () { return element_; }

  void set_rate (int input, int rate)
  {
    gst_harness_set_src_caps (inputs_[input],
        gst_caps_new_simple ("audio/x-raw", "format", G_TYPE_STRING,
            GST_AUDIO_NE (F32), "rate", G_TYPE_INT, rate, "channels",
            G_TYPE_INT, 1, "layout", G_TYPE_STRING, "interleaved", nullptr));
  }
  // Of the output.
  int rate ()
  {
    GstCaps *caps = gst_pad_get_current_caps (inputs_[0]->sinkpad);
    GstAudioInfo info;
    fail_unless (gst_audio_info_from_caps (&info, caps));
    gst_caps_unref (caps);
    return info.rate;
  }
  // Frames of this value.
  void push (int input, size_t from, size_t frames, float value)
  {
    push_at (input, time_of (from), frames, value);
  }
  void push_untimed (int input, size_t frames, float value)
  {
    push_at (input, GST_CLOCK_TIME_NONE, frames, value);
  }
  void push_lasting (
      int input, size_t from, size_t frames, float value, GstClockTime duration)
  {
    push_at (input, time_of (from), frames, value, duration);
  }
  void push_at (int input, GstClockTime time, size_t frames, float value,
      GstClockTime duration = GST_CLOCK_TIME_NONE)
  {
    GstBuffer *buffer =
        gst_buffer_new_allocate (nullptr, frames * sizeof (float), nullptr);
    GstMapInfo map;
    gst_buffer_map (buffer, &map, GST_MAP_WRITE);
    std::fill_n (reinterpret_cast<float *> (map.data), frames, value);
    gst_buffer_unmap (buffer, &map);
    GST_BUFFER_PTS (buffer) = time;
    GST_BUFFER_DURATION (buffer) = duration;
    fail_unless_equals_int (
        gst_harness_push (inputs_[input], buffer), GST_FLOW_OK);
  }
  void push_gap (int input, size_t from, size_t frames)
  {
    gst_harness_push_event (
        inputs_[input], gst_event_new_gap (time_of (from), time_of (frames)));
  }
  void end (int input)
  {
    gst_harness_push_event (inputs_[input], gst_event_new_eos ());
  }
  bool is_ending (int input) { return GST_PAD_IS_EOS (inputs_[input]->srcpad); }
  void begin_flush (int input)
  {
    gst_harness_push_event (inputs_[input], gst_event_new_flush_start ());
  }
  void end_flush (int input, GstClockTime start = 0)
  {
    gst_harness_push_event (inputs_[input], gst_event_new_flush_stop (TRUE));
    begin_segment (input, start);
  }
  void begin_segment (int input, GstClockTime start = 0)
  {
    GstSegment segment;
    gst_segment_init (&segment, GST_FORMAT_TIME);
    segment.start = segment.time = start;
    gst_harness_push_event (inputs_[input], gst_event_new_segment (&segment));
  }
  void begin_segment (int input, const GstSegment &segment)
  {
    gst_harness_push_event (inputs_[input], gst_event_new_segment (&segment));
  }
  void unlink (int input)
  {
    GstPad *pad = gst_pad_get_peer (inputs_[input]->srcpad);
    fail_unless (gst_pad_unlink (inputs_[input]->srcpad, pad));
    gst_object_unref (pad);
  }
  void relink (int input)
  {
    GstPad *pad = gst_element_get_static_pad (element_, name (input).c_str ());
    fail_unless_equals_int (
        gst_pad_link (inputs_[input]->srcpad, pad), GST_PAD_LINK_OK);
    gst_object_unref (pad);
  }
  void release (int input)
  {
    GstPad *pad = gst_pad_get_peer (inputs_[input]->srcpad);
    gst_element_release_request_pad (element_, pad);
    gst_object_unref (pad);
  }
  // Silence; whatever comes of it.
  GstFlowReturn try_push (
      int input, GstClockTime time = GST_CLOCK_TIME_NONE, size_t frames = 1024)
  {
    GstBuffer *buffer =
        gst_buffer_new_allocate (nullptr, frames * sizeof (float), nullptr);
    gst_buffer_memset (buffer, 0, 0, frames * sizeof (float));
    GST_BUFFER_PTS (buffer) = time;
    return gst_pad_push (inputs_[input]->srcpad, buffer);
  }
  // The next buffer that goes out is more than downstream wants.
  void refuse_next ()
  {
    auto refuse = [] (GstPad *pad, GstPadProbeInfo *info, gpointer) {
      gst_pad_remove_probe (pad, info->id);
      gst_buffer_unref (GST_PAD_PROBE_INFO_BUFFER (info));
      GST_PAD_PROBE_INFO_FLOW_RETURN (info) = GST_FLOW_EOS;
      return GST_PAD_PROBE_HANDLED;
    };
    using Refuse =
        GstPadProbeReturn (*) (GstPad *, GstPadProbeInfo *, gpointer);
    GstPad *pad = gst_element_get_static_pad (element_, "src");
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER,
        static_cast<Refuse> (refuse), nullptr, nullptr);
    gst_object_unref (pad);
  }
  // Until the output has ended.
  void wait_end ()
  {
    while (!GST_PAD_IS_EOS (inputs_[0]->sinkpad))
      std::this_thread::yield ();
  }
  // Whether one has come to what is before the input.
  bool has_seek (int input)
  {
    bool is_seek = false;
    while (!is_seek) {
      GstEvent *event = gst_harness_try_pull_upstream_event (inputs_[input]);
      if (!event)
        return false;
      is_seek = GST_EVENT_TYPE (event) == GST_EVENT_SEEK;
      gst_event_unref (event);
    }
    return true;
  }
  // As the pad itself answers.
  GstFlowReturn push_tag (int input)
  {
    GstPad *pad = gst_pad_get_peer (inputs_[input]->srcpad);
    const GstFlowReturn flow = GST_PAD_EVENTFULLFUNC (pad) (pad,
        GST_OBJECT (element_), gst_event_new_tag (gst_tag_list_new_empty ()));
    gst_object_unref (pad);
    return flow;
  }
  // When the next buffer goes out, on its thread.
  void flush_in_push (int input)
  {
    auto flush = [] (GstPad *, GstPadProbeInfo *, gpointer harness) {
      gst_harness_push_event (
          static_cast<GstHarness *> (harness), gst_event_new_flush_start ());
      return GST_PAD_PROBE_REMOVE;
    };
    using Flush = GstPadProbeReturn (*) (GstPad *, GstPadProbeInfo *, gpointer);
    GstPad *pad = gst_element_get_static_pad (element_, "src");
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER,
        static_cast<Flush> (flush), inputs_[input], nullptr);
    gst_object_unref (pad);
  }
  // What the left channel has.
  std::vector<float> take ()
  {
    std::vector<float> sound;
    while (GstBuffer *buffer = gst_harness_try_pull (inputs_[0])) {
      if (sound.empty ())
        first_pts_ = GST_BUFFER_PTS (buffer);
      GstMapInfo map;
      gst_buffer_map (buffer, &map, GST_MAP_READ);
      auto *data = reinterpret_cast<float *> (map.data);
      for (size_t i = 0; i < map.size / sizeof (float); i += 2)
        sound.push_back (data[i]);
      gst_buffer_unmap (buffer, &map);
      gst_buffer_unref (buffer);
    }
    return sound;
  }

  GstSegment segment () const // of the output
  {
    GstEvent *event =
        gst_pad_get_sticky_event (inputs_[0]->sinkpad, GST_EVENT_SEGMENT, 0);
    GstSegment segment;
    gst_event_copy_segment (event, &segment);
    gst_event_unref (event);
    return segment;
  }
  GstClockTime first_pts () const { return first_pts_; } // of the last take()

private:
  static std::string name (int input)
  {
    return input ? "sink_" + std::to_string (input) : "sink";
  }

  GstElement *const element_;
  std::vector<GstHarness *> inputs_;
  GstClockTime first_pts_ = GST_CLOCK_TIME_NONE;
};

inline void
check_values (
    const std::vector<float> &sound, size_t from, size_t to, float value)
{
  fail_unless (sound.size () >= to, "there are %zu frames", sound.size ());
  for (size_t i = from; i < to; i++)
    fail_unless (
        sound[i] == value, "frame %zu: %g is not %g", i, sound[i], value);
}

} // namespace webmedia::test
