// SPDX-License-Identifier: LGPL-2.1-or-later
// GstBuffers in, the same or others out.
#include "worklet/buffer-cutter.hh"

#include "support/worklet-fixture.hh"

#include <cstring>
#include <deque>

using namespace webmedia;
using namespace webmedia::worklet;
using namespace webmedia::test;

namespace {

GstAudioInfo
make_info (int channels, GstAudioLayout layout)
{
  GstAudioInfo info;
  gst_audio_info_set_format (
      &info, GST_AUDIO_FORMAT_F32, kRate, channels, nullptr);
  info.layout = layout;
  return info;
}

// Frame f, from `start` on, of channel c is f + c / 4.
Ptr<GstBuffer>
make_buffer (const GstAudioInfo &info, size_t start, size_t frames)
{
  const auto channels = static_cast<size_t> (info.channels);
  const bool is_planar = info.layout == GST_AUDIO_LAYOUT_NON_INTERLEAVED;
  auto buffer = Ptr<GstBuffer>::adopt (
      gst_buffer_new_allocate (nullptr, frames * channels * 4, nullptr));
  GstMapInfo map;
  gst_buffer_map (buffer.get (), &map, GST_MAP_WRITE);
  auto *data = reinterpret_cast<float *> (map.data);
  for (size_t i = 0; i < frames; i++)
    for (size_t c = 0; c < channels; c++)
      data[is_planar ? c * frames + i : i * channels + c] =
          static_cast<float> (start + i) + static_cast<float> (c) / 4;
  gst_buffer_unmap (buffer.get (), &map);
  if (is_planar)
    gst_buffer_add_audio_meta (buffer.get (), &info, frames, nullptr);
  GST_BUFFER_PTS (buffer.get ()) = start;
  return buffer;
}

// That it holds what make_buffer() makes, times `gain`.
void
check_buffer (GstBuffer *buffer, const GstAudioInfo &info, size_t start,
    size_t frames, float gain)
{
  GstAudioBuffer audio;
  fail_unless (gst_audio_buffer_map (&audio, &info, buffer, GST_MAP_READ));
  fail_unless_equals_uint64 (audio.n_samples, frames);
  const bool is_planar = info.layout == GST_AUDIO_LAYOUT_NON_INTERLEAVED;
  const auto channels = static_cast<size_t> (info.channels);
  for (size_t i = 0; i < frames; i++)
    for (size_t c = 0; c < channels; c++) {
      const auto *plane =
          static_cast<float *> (audio.planes[is_planar ? c : 0]);
      const float value = plane[is_planar ? i : i * channels + c];
      const float expected =
          gain * (static_cast<float> (start + i) + static_cast<float> (c) / 4);
      if (value != expected) // only then, as each check is noted
        fail_unless_equals_float (value, expected);
    }
  gst_audio_buffer_unmap (&audio);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), start);
}

struct Doubling : Rendering {
  Doubling ()
  {
    script.process = [] (const GstWebAudioQuantum &quantum) {
      pass_through (quantum, 2);
      return Answer::finished;
    };
    start ();
  }
};

} // namespace

GST_START_TEST (a_buffer_is_rendered_in_place)
{
  for (auto layout :
      {GST_AUDIO_LAYOUT_INTERLEAVED, GST_AUDIO_LAYOUT_NON_INTERLEAVED})
    for (size_t frames : {1, 127, 128, 480, 4096}) {
      Doubling r;
      BufferCutter cutter (*r.renderer);
      const GstAudioInfo info = make_info (3, layout);
      cutter.set_input_format (0, &info);
      cutter.set_output_format (0, info);
      std::deque<GstBuffer *> pushed;
      size_t popped = 0;
      auto pop = [&] {
        Ptr<GstBuffer> out;
        while (cutter.pop ({&out, 1})) {
          fail_unless (out.get () == pushed.front ());
          pushed.pop_front ();
          fail_unless (gst_buffer_is_writable (out.get ()));
          check_buffer (out.get (), info, frames * popped++, frames, 2);
        }
      };
      for (size_t i = 0; i < 300; i++) {
        Ptr<GstBuffer> buffer = make_buffer (info, i * frames, frames);
        pushed.push_back (buffer.get ());
        const InputFrames in{buffer.get (), 0};
        fail_unless (cutter.push ({&in, 1}, {&buffer, 1}, frames));
        pop ();
        fail_unless_equals_uint64 (
            popped, (i + 1) * frames / 128 * 128 / frames);
      }
      cutter.finish ();
      pop ();
      fail_unless_equals_uint64 (popped, 300);
    }
}
GST_END_TEST;

// A part of a buffer, to another one of another layout.
GST_START_TEST (a_part_of_a_buffer_is_rendered_to_another)
{
  Doubling r;
  BufferCutter cutter (*r.renderer);
  const GstAudioInfo in_info = make_info (2, GST_AUDIO_LAYOUT_NON_INTERLEAVED);
  const GstAudioInfo out_info = make_info (2, GST_AUDIO_LAYOUT_INTERLEAVED);
  cutter.set_input_format (0, &in_info);
  cutter.set_output_format (0, out_info);
  const Ptr<GstBuffer> in = make_buffer (in_info, 0, 1000);
  Ptr<GstBuffer> out = make_buffer (out_info, 100, 500);
  const InputFrames frames{in.get (), 100};
  fail_unless (cutter.push ({&frames, 1}, {&out, 1}, 500));
  cutter.finish ();
  fail_unless (cutter.pop ({&out, 1}));
  check_buffer (out.get (), out_info, 100, 500, 2);
  // More than there is.
  const InputFrames beyond{in.get (), 501};
  fail_unless (!cutter.push ({&beyond, 1}, {&out, 1}, 500));
  fail_unless_equals_uint64 (cutter.pending (), 0);
}
GST_END_TEST;

// Planes may be anywhere, if they are equally far from each other.
GST_START_TEST (planes_are_where_the_meta_says)
{
  constexpr size_t kFrames = 128;
  const GstAudioInfo info = make_info (3, GST_AUDIO_LAYOUT_NON_INTERLEAVED);
  struct Case {
    size_t offsets[3];
    bool is_even;
  };
  const Case cases[] = {
      {{0, 512, 1024}, true},
      {{64, 64 + 600, 64 + 1200}, true},
      {{64, 64 + 512, 64 + 1100}, false},
      {{1200, 600, 0}, false},
      {{2, 514, 1026}, false},
      {{0, 514, 1028}, false},
  };
  for (const Case &c : cases) {
    Doubling r;
    BufferCutter cutter (*r.renderer);
    cutter.set_input_format (0, &info);
    cutter.set_output_format (0, info);
    auto buffer = Ptr<GstBuffer>::adopt (
        gst_buffer_new_allocate (nullptr, 2000, nullptr));
    size_t offsets[3];
    std::copy_n (c.offsets, 3, offsets);
    gst_buffer_add_audio_meta (buffer.get (), &info, kFrames, offsets);
    GstMapInfo map;
    gst_buffer_map (buffer.get (), &map, GST_MAP_WRITE);
    for (size_t k = 0; k < 3; k++)
      for (size_t i = 0; i < kFrames; i++) {
        const float sample =
            static_cast<float> (i) + static_cast<float> (k) / 4;
        memcpy (
            map.data + offsets[k] + i * sizeof sample, &sample, sizeof sample);
      }
    gst_buffer_unmap (buffer.get (), &map);
    GST_BUFFER_PTS (buffer.get ()) = 0;
    const InputFrames in{buffer.get (), 0};
    fail_unless (cutter.push ({&in, 1}, {&buffer, 1}, kFrames) == c.is_even);
    fail_unless_equals_uint64 (cutter.pending (), c.is_even);
    if (c.is_even) {
      fail_unless (cutter.pop ({&buffer, 1}));
      check_buffer (buffer.get (), info, 0, kFrames, 2);
    }
  }
}
GST_END_TEST;

// So many that their bytes are counted from 0 again, for one.
GST_START_TEST (more_frames_than_there_is_memory_for_are_refused)
{
  constexpr size_t kFrames = 128;
  for (auto layout :
      {GST_AUDIO_LAYOUT_INTERLEAVED, GST_AUDIO_LAYOUT_NON_INTERLEAVED})
    for (size_t lie : {kFrames + 1, size_t (1) << 61, size_t (1) << 62}) {
      const GstAudioInfo info = make_info (2, layout);
      Doubling r;
      BufferCutter cutter (*r.renderer);
      cutter.set_input_format (0, &info);
      cutter.set_output_format (0, info);
      auto buffer = make_buffer (info, 0, kFrames);
      if (!gst_buffer_get_audio_meta (buffer.get ()))
        gst_buffer_add_audio_meta (buffer.get (), &info, kFrames, nullptr);
      gst_buffer_get_audio_meta (buffer.get ())->samples = lie;
      const InputFrames in{buffer.get (), 0};
      fail_if (cutter.push ({&in, 1}, {&buffer, 1}, kFrames + 1));
    }
}
GST_END_TEST;

GST_START_TEST (gaps_feed_nothing_and_silence_is_a_gap)
{
  Doubling r;
  BufferCutter cutter (*r.renderer);
  const GstAudioInfo info = make_info (1, GST_AUDIO_LAYOUT_INTERLEAVED);
  cutter.set_input_format (0, &info);
  cutter.set_output_format (0, info);
  for (int i = 0; i < 4; i++) {
    const bool is_gap = i % 2;
    Ptr<GstBuffer> buffer = make_buffer (info, 0, 256);
    if (is_gap)
      GST_BUFFER_FLAG_SET (buffer.get (), GST_BUFFER_FLAG_GAP);
    const InputFrames in{buffer.get (), 0};
    fail_unless (cutter.push ({&in, 1}, {&buffer, 1}, 256));
    fail_unless (cutter.pop ({&buffer, 1}));
    fail_unless (
        is_gap
        == bool (GST_BUFFER_FLAG_IS_SET (buffer.get (), GST_BUFFER_FLAG_GAP)));
    check_buffer (buffer.get (), info, 0, 256, is_gap ? 0 : 2);
  }
  fail_unless_equals_uint64 (r.renderer->calls (), 4);
}
GST_END_TEST;

// Of channels that are 1, 2 (which most are) and 3, to the last frame.
GST_START_TEST (samples_may_begin_at_any_byte)
{
  constexpr size_t kFrames = 127;
  for (uint32_t channels : {1u, 2u, 3u}) {
    Doubling r;
    BufferCutter cutter (*r.renderer);
    const GstAudioInfo info =
        make_info (channels, GST_AUDIO_LAYOUT_INTERLEAVED);
    cutter.set_input_format (0, &info);
    cutter.set_output_format (0, info);
    const Ptr<GstBuffer> even = make_buffer (info, 0, kFrames);
    const size_t size = gst_buffer_get_size (even.get ());
    auto odd = Ptr<GstBuffer>::adopt (
        gst_buffer_new_allocate (nullptr, size + 1, nullptr));
    GstMapInfo map;
    gst_buffer_map (odd.get (), &map, GST_MAP_WRITE);
    gst_buffer_extract (even.get (), 0, map.data + 1, size);
    gst_buffer_unmap (odd.get (), &map);
    gst_buffer_resize (odd.get (), 1, gssize (size));
    GST_BUFFER_PTS (odd.get ()) = GST_BUFFER_PTS (even.get ());
    const InputFrames in{odd.get (), 0};
    fail_unless (cutter.push ({&in, 1}, {&odd, 1}, kFrames));
    cutter.finish ();
    fail_unless (cutter.pop ({&odd, 1}));
    auto aligned = Ptr<GstBuffer>::adopt (gst_buffer_copy_deep (odd.get ()));
    check_buffer (aligned.get (), info, 0, kFrames, 2);
  }
}
GST_END_TEST

GST_START_TEST (a_flush_lets_the_buffers_go)
{
  Doubling r;
  BufferCutter cutter (*r.renderer);
  const GstAudioInfo info = make_info (1, GST_AUDIO_LAYOUT_INTERLEAVED);
  cutter.set_input_format (0, &info);
  cutter.set_output_format (0, info);
  Ptr<GstBuffer> buffer = make_buffer (info, 0, 100);
  const InputFrames in{buffer.get (), 0};
  fail_unless (cutter.push ({&in, 1}, {&buffer, 1}, 100));
  fail_unless (!buffer); // it was taken
  buffer = Ptr<GstBuffer>::share (in.buffer);
  fail_unless (!gst_buffer_is_writable (buffer.get ()));
  cutter.reset ();
  fail_unless (gst_buffer_is_writable (buffer.get ()));
  fail_unless (!cutter.pop ({&buffer, 1}));
}
GST_END_TEST;

GST_START_TEST (a_tail_fills_buffers)
{
  Rendering r;
  r.script.process = [] (const GstWebAudioQuantum &quantum) {
    std::fill_n (quantum.outputs[0].channels[0], quantum.n_frames, 3.0f);
    return Answer::keep_alive;
  };
  r.script.tail = 250;
  r.start ();
  BufferCutter cutter (*r.renderer);
  const GstAudioInfo info = make_info (1, GST_AUDIO_LAYOUT_INTERLEAVED);
  cutter.set_input_format (0, &info);
  cutter.set_output_format (0, info);
  cutter.finish ();
  cutter.begin_tail (kRate);
  Ptr<GstBuffer> buffer = make_buffer (info, 0, 200);
  fail_unless_equals_int (cutter.tail ({&buffer, 1}, 200), 200);
  fail_unless_equals_int (cutter.tail ({&buffer, 1}, 200), 50);
  fail_unless_equals_int (cutter.tail ({&buffer, 1}, 200), 0);
}
GST_END_TEST;

static Suite *
buffer_cutter_suite ()
{
  Suite *suite = suite_create ("worklet/buffer-cutter");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_buffer_is_rendered_in_place);
  tcase_add_test (tcase, a_part_of_a_buffer_is_rendered_to_another);
  tcase_add_test (tcase, planes_are_where_the_meta_says);
  tcase_add_test (tcase, more_frames_than_there_is_memory_for_are_refused);
  tcase_add_test (tcase, gaps_feed_nothing_and_silence_is_a_gap);
  tcase_add_test (tcase, samples_may_begin_at_any_byte);
  tcase_add_test (tcase, a_flush_lets_the_buffers_go);
  tcase_add_test (tcase, a_tail_fills_buffers);
  return suite;
}
GST_CHECK_MAIN (buffer_cutter)
