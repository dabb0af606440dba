// SPDX-License-Identifier: LGPL-2.1-or-later
// For a buffer that it renders in place, the element allocates and frees
// nothing, and makes no system call, as `identity` does not.
#include "support/watched-thread.hh"

#if IS_WATCHING

  #include <gst/audio/audio.h>
  #include <string>
  #include <vector>

using namespace webmedia::test;

namespace {

constexpr int kBuffers = 10000;
constexpr int kRate = 48000;

// An element between two pads, whose buffers go round: so what is allocated is
// the element's, or that of GStreamer's pads.
// Threads: thread-bound.
class Round {
public:
  Round (const std::string &description, gsize frames, bool is_planar)
      : frames_ (frames),
        element_ (gst_parse_bin_from_description (
            description.c_str (), TRUE, nullptr)),
        src_ (gst_pad_new ("src", GST_PAD_SRC)),
        sink_ (gst_pad_new ("sink", GST_PAD_SINK))
  {
    gst_object_ref_sink (element_);
    gst_pad_set_element_private (sink_, this);
    gst_pad_set_chain_function (sink_, take);
    link (src_, "sink");
    link (sink_, "src");
    gst_element_set_state (element_, GST_STATE_PLAYING);
    gst_audio_info_set_format (&info_, GST_AUDIO_FORMAT_F32, kRate, 2, nullptr);
    if (is_planar)
      info_.layout = GST_AUDIO_LAYOUT_NON_INTERLEAVED;
    begin ();
    // Pieces wait for the quantum that they are in.
    for (int i = 0; i < 4; i++)
      free_.push_back (make_buffer ());
  }
  ~Round ()
  {
    gst_pad_set_active (src_, FALSE);
    gst_element_set_state (element_, GST_STATE_NULL);
    gst_pad_set_active (sink_, FALSE);
    for (GstBuffer *buffer : free_)
      gst_buffer_unref (buffer);
    gst_object_unref (element_);
    gst_object_unref (src_);
    gst_object_unref (sink_);
  }
  Round (const Round &) = delete;
  Round &operator= (const Round &) = delete;

  void run (int count)
  {
    for (int i = 0; i < count; i++) {
      GstBuffer *buffer = free_.front ();
      free_.erase (free_.begin ());
      GST_BUFFER_PTS (buffer) =
          gst_util_uint64_scale_int (pushed_ * frames_, GST_SECOND, kRate);
      pushed_++;
      if (gst_pad_push (src_, buffer) != GST_FLOW_OK)
        failures_++;
    }
  }
  // Somebody else has them, too: so they can't be rendered in place.
  void share ()
  {
    for (GstBuffer *buffer : free_)
      shared_.push_back (gst_buffer_ref (buffer));
  }
  void unshare ()
  {
    for (GstBuffer *buffer : shared_)
      gst_buffer_unref (buffer);
  }
  int failures () const { return failures_; }

private:
  static GstFlowReturn take (GstPad *pad, GstObject *, GstBuffer *buffer)
  {
    auto self = static_cast<Round *> (gst_pad_get_element_private (pad));
    self->free_.push_back (buffer);
    return GST_FLOW_OK;
  }
  void link (GstPad *pad, const char *name)
  {
    gst_pad_set_active (pad, TRUE);
    GstPad *peer = gst_element_get_static_pad (element_, name);
    fail_unless_equals_int (
        pad == src_ ? gst_pad_link (pad, peer) : gst_pad_link (peer, pad),
        GST_PAD_LINK_OK);
    gst_object_unref (peer);
  }
  void begin ()
  {
    gst_pad_push_event (src_, gst_event_new_stream_start ("round"));
    GstCaps *caps = gst_audio_info_to_caps (&info_);
    fail_unless (gst_pad_push_event (src_, gst_event_new_caps (caps)));
    gst_caps_unref (caps);
    GstSegment segment;
    gst_segment_init (&segment, GST_FORMAT_TIME);
    gst_pad_push_event (src_, gst_event_new_segment (&segment));
  }
  GstBuffer *make_buffer ()
  {
    GstBuffer *buffer = gst_buffer_new_allocate (nullptr, frames_ * 8, nullptr);
    GstMapInfo map;
    gst_buffer_map (buffer, &map, GST_MAP_WRITE);
    auto samples = reinterpret_cast<float *> (map.data);
    for (gsize i = 0; i < frames_ * 2; i++)
      samples[i] = static_cast<float> (i % 100) / 100;
    gst_buffer_unmap (buffer, &map);
    if (info_.layout == GST_AUDIO_LAYOUT_NON_INTERLEAVED)
      gst_buffer_add_audio_meta (buffer, &info_, frames_, nullptr);
    return buffer;
  }

  const gsize frames_;
  GstElement *const element_;
  GstPad *const src_;
  GstPad *const sink_;
  GstAudioInfo info_;
  std::vector<GstBuffer *> free_; // there is always room for all
  std::vector<GstBuffer *> shared_;
  gsize pushed_ = 0;
  int failures_ = 0;
};

struct Counts {
  int allocations;
  int locks;
  int system_calls; // -1: they were not counted
};

Counts
count (Round &round, Filter filter = Filter::wanted)
{
  round.run (500);
  const bool has_filter = watch ([&round] { round.run (kBuffers); }, filter);
  fail_unless_equals_int (round.failures (), 0);
  return {allocations, locks, has_filter ? int (system_calls) : -1};
}

struct Format {
  gsize frames;
  bool is_planar;
};
const Format kFormats[] = {{1024, false}, {1024, true}, {480, false}};

} // namespace

GST_START_TEST (a_buffer_costs_no_more_calls_than_of_identity)
{
  for (const Format &format : kFormats) {
    Round plain ("identity", format.frames, format.is_planar);
    const Counts usual = count (plain);
    for (const char *processor :
        {"gain gain::value=0.5", "biquad", "bit-crusher",
            "delay delayTime::value=0.01", "noise-gate", "panner"}) {
      Round round (std::string ("audioworklet processor=") + processor,
          format.frames, format.is_planar);
      const Counts counts = count (round);
      g_debug ("%s, %zu: %d allocations, %d locks, %d system calls; identity: "
               "%d, %d, %d",
          processor, format.frames, counts.allocations, counts.locks,
          counts.system_calls, usual.allocations, usual.locks,
          usual.system_calls);
      fail_unless (counts.allocations <= usual.allocations, "%d, not %d",
          counts.allocations, usual.allocations);
      fail_unless (counts.system_calls <= usual.system_calls, "%d, not %d",
          counts.system_calls, usual.system_calls);
      // Its own lock, and what it looks up: a few for each, however GStreamer
      // counts them for identity.
      fail_unless (counts.locks <= usual.locks + 10 * kBuffers, "%d, not %d",
          counts.locks, usual.locks);
    }
  }
}
GST_END_TEST

// Who looks must see.
GST_START_TEST (a_buffer_that_is_not_its_own_is_allocated_anew)
{
  Round round ("audioworklet processor=gain", 1024, false);
  round.run (10);
  round.share ();
  watch ([&round] { round.run (4); }, Filter::none);
  fail_unless (allocations >= 4);
  round.unshare ();
}
GST_END_TEST

static Suite *
audioworklet_silent_suite ()
{
  Suite *suite = suite_create ("elements/audioworklet-silent");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_buffer_costs_no_more_calls_than_of_identity);
  tcase_add_test (tcase, a_buffer_that_is_not_its_own_is_allocated_anew);
  return suite;
}

GST_CHECK_MAIN (audioworklet_silent)

#endif
