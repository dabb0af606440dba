// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/resampler.hh"

#include "support/fan-out.hh"

#include <algorithm>
#include <cmath>

using namespace webmedia;
using namespace webmedia::stream;
using namespace webmedia::test;

namespace {

constexpr int kRate = 8000;
constexpr Time kPiece = 10 * kMillisecond;
constexpr int kFrames = 80; // of a piece
constexpr double kTone = 440;

// Two clocks of which one runs faster, and a tone that goes from the one's
// pipeline to the other's.
class Drift {
public:
  explicit Drift (
      double parts, GstAudioLayout layout = GST_AUDIO_LAYOUT_INTERLEAVED)
      : speed_ (1 + parts)
  {
    gst_audio_info_set_format (&info_, GST_AUDIO_FORMAT_F32, kRate, 1, nullptr);
    info_.layout = layout;
    auto caps = Ptr<GstCaps>::adopt (gst_audio_info_to_caps (&info_));
    producer_.input->put (
        Ptr<GstEvent>::adopt (gst_event_new_caps (caps.get ())));
    reader.play (theirs_, 0);
  }

  // The next piece of the tone, and what the consumer gets of it.
  std::optional<Seen> step (
      const std::function<void (GstBuffer *)> &mark = [] (GstBuffer *) {})
  {
    auto piece = FanOut::make_frame (now_, kFrames * sizeof (float));
    GST_BUFFER_DURATION (piece.get ()) = GstClockTime (kPiece);
    GstMapInfo map;
    gst_buffer_map (piece.get (), &map, GST_MAP_WRITE);
    for (int i = 0; i < kFrames; i++) {
      double turns = kTone * double (sent_++) / kRate;
      reinterpret_cast<float *> (map.data)[i] =
          float (std::sin (2 * G_PI * turns));
    }
    gst_buffer_unmap (piece.get (), &map);
    if (info_.layout == GST_AUDIO_LAYOUT_NON_INTERLEAVED)
      gst_buffer_add_audio_meta (piece.get (), &info_, kFrames, nullptr);
    mark (piece.get ());
    now_ += kPiece;
    producer_.set_now (now_);
    set_time (theirs_, their_now ());
    producer_.put (piece);
    return reader.next ();
  }
  Time their_now () const { return Time (double (now_) * speed_); }

private:
  const double speed_;
  GstAudioInfo info_;
  FanOut producer_{Kind::audio};
  const Ptr<GstClock> theirs_ = make_clock ();
  Time now_ = 0;
  int64_t sent_ = 0;

public:
  std::shared_ptr<Track> track = producer_.track;
  Reader reader{track};
};

std::vector<float>
samples (const Seen &seen)
{
  std::vector<float> all (
      gst_buffer_get_size (seen.buffer.get ()) / sizeof (float));
  gst_buffer_extract (
      seen.buffer.get (), 0, all.data (), all.size () * sizeof (float));
  return all;
}

Time
time_of (uint64_t frames)
{
  return Time (gst_util_uint64_scale (frames, kSecond, kRate));
}

// How it went in an hour.
struct Hour {
  Time earliest = kTimeInfinite; // of when it came, less when it is due
  Time latest = -kTimeInfinite;
  Time largest_gap = 0; // between buffers, either way
  float largest_step = 0;
  int disconts = 0;
  uint64_t frames = 0;
};

Hour
run_hour (double parts)
{
  Drift drift (parts);
  Hour hour;
  Time begin = 0, end = 0;
  float last = 0;
  for (int i = 0; i < 3600 * 100; i++) {
    auto seen = drift.step ();
    fail_unless (seen.has_value ());
    if (hour.frames == 0)
      begin = end = seen->due;
    else
      hour.disconts += seen->has (GST_BUFFER_FLAG_DISCONT);
    Time late = drift.their_now () - seen->due;
    hour.earliest = std::min (hour.earliest, late);
    hour.latest = std::max (hour.latest, late);
    hour.largest_gap = std::max (hour.largest_gap, std::abs (seen->due - end));
    for (float sample : samples (*seen)) {
      if (hour.frames++ > 0)
        hour.largest_step =
            std::max (hour.largest_step, std::abs (sample - last));
      last = sample;
    }
    end = begin + time_of (hour.frames);
  }
  return hour;
}

} // namespace

// Samples follow each other in the consumer's clock, and come as late as they
// did in the beginning.
GST_START_TEST (an_hour_between_two_clocks_keeps_the_latency)
{
  double parts = __i__ == 0 ? -200e-6 : 200e-6;
  Hour hour = run_hour (parts);
  GST_INFO ("latency %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT " ns, step %f",
      hour.earliest, hour.latest, double (hour.largest_step));
  fail_unless (hour.earliest >= kPiece - kMillisecond);
  fail_unless (hour.latest - hour.earliest <= 5 * kMillisecond,
      "the latency changes by %" G_GINT64_FORMAT " ns",
      hour.latest - hour.earliest);
  fail_unless (hour.largest_gap <= 1, "a gap of %" G_GINT64_FORMAT " ns",
      hour.largest_gap);
  fail_unless_equals_int (hour.disconts, 0);
  // As the tone's own, where it is steepest.
  auto steepest = float (2 * G_PI * kTone / kRate);
  fail_unless (hour.largest_step <= 1.01f * steepest, "a step of %f, not %f",
      double (hour.largest_step), double (steepest));
  double expected = 3600.0 * kRate * (1 + parts);
  fail_unless (std::abs (double (hour.frames) - expected) < kRate * 0.005);
}
GST_END_TEST

GST_START_TEST (sound_of_one_clock_is_not_touched)
{
  FanOut producer (Kind::audio);
  Reader reader (producer.track);
  reader.play (producer.clock, 0);
  auto piece = FanOut::make_frame (0);
  producer.put (piece);
  fail_unless (reader.next ()->buffer == piece);
}
GST_END_TEST

GST_START_TEST (planar_sound_says_how_many_samples_it_has)
{
  Drift drift (100e-6, GST_AUDIO_LAYOUT_NON_INTERLEAVED);
  for (int i = 0; i < 100; i++) {
    auto seen = drift.step ();
    auto meta = gst_buffer_get_audio_meta (seen->buffer.get ());
    fail_unless (meta != nullptr);
    fail_unless_equals_uint64 (meta->samples, samples (*seen).size ());
  }
}
GST_END_TEST

GST_START_TEST (metas_of_the_buffer_stay)
{
  Drift drift (100e-6);
  auto caps = make_caps ("timestamp/x-test");
  auto seen = drift.step ([&caps] (GstBuffer *piece) {
    gst_buffer_add_reference_timestamp_meta (piece, caps.get (), 7, 1);
  });
  auto meta = gst_buffer_get_reference_timestamp_meta (
      seen->buffer.get (), caps.get ());
  fail_unless (meta && meta->timestamp == 7);
}
GST_END_TEST

GST_START_TEST (what_was_heard_is_not_in_the_silence)
{
  Drift drift (100e-6);
  for (int i = 0; i < 10; i++)
    drift.step ();
  drift.track->set_enabled (false);
  for (int i = 0; i < 10; i++) {
    auto silence = samples (*drift.step ());
    fail_unless (std::all_of (silence.begin (), silence.end (),
        [] (float sample) { return sample == 0; }));
  }
}
GST_END_TEST

GST_START_TEST (the_filter_is_part_of_the_latency)
{
  Drift drift (100e-6);
  auto ask = [&drift] {
    auto query = Ptr<GstQuery>::adopt (gst_query_new_latency ());
    fail_unless (drift.reader.output->query (query.get ()));
    GstClockTime min;
    gst_query_parse_latency (query.get (), nullptr, &min, nullptr);
    return min;
  };
  fail_unless_equals_uint64 (ask (), 0);
  auto first = drift.step ();
  fail_unless (ask () > 0);
  fail_unless (ask () < GstClockTime (kPiece));
  // That is what is missing of the first one.
  fail_unless (
      std::abs (time_of (kFrames - samples (*first).size ()) - Time (ask ()))
      <= time_of (1));
}
GST_END_TEST

GST_START_TEST (more_channels_than_can_be_converted_are_not_touched)
{
  Resampler resampler;
  resampler.set_caps (make_caps ("audio/x-raw,format=S16LE,rate=48000,"
                                 "layout=interleaved,channels=64,"
                                 "channel-mask=(bitmask)0")
                          .get ());
  auto piece = FanOut::make_frame (0, 480 * 128);
  Time due = 0;
  bool jumps = false;
  fail_unless (resampler.make (piece, due, jumps) == piece);
}
GST_END_TEST

// It stays as it is, and what follows is resampled again.
GST_START_TEST (what_lies_about_its_samples_is_not_touched)
{
  for (int lie = 0; lie < 3; lie++) {
    Drift drift (100e-6);
    fail_unless (drift.step ().has_value ());
    GstBuffer *sent = nullptr;
    auto seen = drift.step ([&] (GstBuffer *piece) {
      sent = piece;
      GstAudioInfo info;
      gst_audio_info_set_format (&info,
          lie == 1 ? GST_AUDIO_FORMAT_U8 : GST_AUDIO_FORMAT_F32, kRate,
          lie == 2 ? 2 : 1, nullptr);
      gst_buffer_add_audio_meta (
          piece, &info, lie == 0 ? kFrames + 1 : kFrames / 2, nullptr);
    });
    fail_unless (seen
                 && gst_buffer_peek_memory (seen->buffer.get (), 0)
                        == gst_buffer_peek_memory (sent, 0));
    auto next = drift.step ();
    fail_unless (next && next->has (GST_BUFFER_FLAG_DISCONT));
    fail_unless (!drift.step ()->has (GST_BUFFER_FLAG_DISCONT));
  }
}
GST_END_TEST

static Suite *
resampler_suite (void)
{
  Suite *suite = suite_create ("resampler");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 300);
  tcase_add_loop_test (tc, an_hour_between_two_clocks_keeps_the_latency, 0, 2);
  tcase_add_test (tc, sound_of_one_clock_is_not_touched);
  tcase_add_test (tc, planar_sound_says_how_many_samples_it_has);
  tcase_add_test (tc, metas_of_the_buffer_stay);
  tcase_add_test (tc, what_was_heard_is_not_in_the_silence);
  tcase_add_test (tc, the_filter_is_part_of_the_latency);
  tcase_add_test (tc, more_channels_than_can_be_converted_are_not_touched);
  tcase_add_test (tc, what_lies_about_its_samples_is_not_touched);
  return suite;
}

GST_CHECK_MAIN (resampler);
