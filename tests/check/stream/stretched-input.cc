// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/stretched-input.hh"

#include "support/check.hh"

#include <cmath>
#include <gst/audio/audio.h>
#include <vector>

using namespace webmedia;
using namespace webmedia::stream;

namespace {

constexpr int kRate = 48000;
constexpr int kFrames = 480; // of a piece of 10 ms
constexpr int kTone = 500;

// What the track gets.
class Track final : public Input {
public:
  void set_timeline (const GstSegment &told, Ptr<GstClock>, Time) override
  {
    segment = told;
  }
  void set_clock (Ptr<GstClock>) override {}
  void put (Ptr<GstEvent> event) override
  {
    events.push_back (std::move (event));
  }
  GstFlowReturn put (Ptr<GstBuffer> buffer) override
  {
    buffers.push_back (std::move (buffer));
    return flow;
  }
  void preroll (Ptr<GstBuffer>) override {}
  void set_flushing (bool) override {}
  void flush () override { flushes++; }
  void flush_consumers (GstEvent *) override {}
  bool query (GstQuery *) override { return false; }
  void set_muted (bool) override {}
  void set_watch (bool) override {}
  void count_discarded (uint64_t) override {}
  void count_lost (Time) override {}
  void end () override { is_ended = true; }

  GstSegment segment{};
  std::vector<Ptr<GstEvent>> events;
  std::vector<Ptr<GstBuffer>> buffers;
  GstFlowReturn flow = GST_FLOW_OK;
  int flushes = 0;
  bool is_ended = false;
};

// A tone, in pieces, at a rate of play.
struct Player {
  explicit Player (const char *format = "S16LE", bool interleaved = true)
  {
    set_caps (format, interleaved, kRate);
  }

  void play_at (double rate)
  {
    GstSegment segment;
    gst_segment_init (&segment, GST_FORMAT_TIME);
    segment.rate = rate;
    input.set_timeline (segment, nullptr, 0);
  }
  // From its next piece on.
  void set_caps (const char *format, bool interleaved, int rate)
  {
    caps = Ptr<GstCaps>::adopt (gst_caps_new_simple ("audio/x-raw", "format",
        G_TYPE_STRING, format, "rate", G_TYPE_INT, rate, "channels", G_TYPE_INT,
        1, "layout", G_TYPE_STRING,
        interleaved ? "interleaved" : "non-interleaved", nullptr));
    gst_audio_info_from_caps (&info, caps.get ());
    input.put (Ptr<GstEvent>::adopt (gst_event_new_caps (caps.get ())));
  }

  Ptr<GstBuffer> make_piece ()
  {
    int frame_size = GST_AUDIO_INFO_BPF (&info);
    auto piece = Ptr<GstBuffer>::adopt (gst_buffer_new_allocate (
        nullptr, gsize (kFrames * frame_size), nullptr));
    GstMapInfo map;
    gst_buffer_map (piece.get (), &map, GST_MAP_WRITE);
    memset (map.data, 0, map.size);
    for (int i = 0; i < kFrames && frame_size == 2; i++) {
      double turns = double (kTone) * (sent * kFrames + i) / info.rate;
      reinterpret_cast<gint16 *> (map.data)[i] =
          gint16 (loudness * std::sin (2 * G_PI * (turns + 0.01)));
    }
    gst_buffer_unmap (piece.get (), &map);
    if (GST_AUDIO_INFO_LAYOUT (&info) == GST_AUDIO_LAYOUT_NON_INTERLEAVED)
      gst_buffer_add_audio_meta (piece.get (), &info, kFrames, nullptr);
    sent++;
    GST_BUFFER_PTS (piece.get ()) = position;
    GST_BUFFER_DURATION (piece.get ()) =
        kFrames * GST_SECOND / guint64 (info.rate);
    position += GST_BUFFER_DURATION (piece.get ());
    return piece;
  }
  void play (int pieces)
  {
    for (int i = 0; i < pieces; i++)
      fail_unless (input.put (make_piece ()) == GST_FLOW_OK);
  }

  gsize frames () const
  {
    gsize all = 0;
    for (const auto &buffer : track->buffers)
      all += gst_buffer_get_size (buffer.get ());
    return all / gsize (GST_AUDIO_INFO_BPF (&info));
  }

  Time lasts () const
  {
    Time all = 0;
    for (const auto &buffer : track->buffers)
      all += Time (GST_BUFFER_DURATION (buffer.get ()));
    return all;
  }

  // Each piece that came out begins where the one before it ended.
  void expect_no_gap () const
  {
    GstClockTime next = GST_BUFFER_PTS (track->buffers.front ().get ());
    for (const auto &buffer : track->buffers) {
      GstClockTime pts = GST_BUFFER_PTS (buffer.get ());
      fail_unless (pts == next, "%" GST_TIME_FORMAT " is not %" GST_TIME_FORMAT,
          GST_TIME_ARGS (pts), GST_TIME_ARGS (next));
      next = pts + GST_BUFFER_DURATION (buffer.get ());
    }
  }
  // Of what came out last, the loudest sample of so many.
  int loudest_of_last (gsize count) const
  {
    int most = 0;
    for (auto buffer = track->buffers.rbegin ();
         buffer != track->buffers.rend () && count > 0; ++buffer) {
      GstMapInfo map;
      gst_buffer_map (buffer->get (), &map, GST_MAP_READ);
      for (gsize i = map.size / 2; i > 0 && count > 0; i--, count--)
        most = std::max (
            most, std::abs (reinterpret_cast<gint16 *> (map.data)[i - 1]));
      gst_buffer_unmap (buffer->get (), &map);
    }
    return most;
  }

  // How often it rises through zero.
  int waves () const
  {
    int count = 0;
    gint16 last = 0;
    for (const auto &buffer : track->buffers) {
      GstMapInfo map;
      gst_buffer_map (buffer.get (), &map, GST_MAP_READ);
      for (gsize i = 0; i < map.size / 2; i++) {
        gint16 value = reinterpret_cast<gint16 *> (map.data)[i];
        count += last < 0 && value >= 0;
        last = value;
      }
      gst_buffer_unmap (buffer.get (), &map);
    }
    return count;
  }

  std::shared_ptr<Track> track = std::make_shared<Track> ();
  int failures = 0;
  StretchedInput input{track, [this] {
                         failures++;
                       }};
  Ptr<GstCaps> caps;
  GstAudioInfo info;
  int sent = 0;
  GstClockTime position = 0; // of the next piece
  double loudness = 10000;
};

// An element that is not installed, as long as it lasts.
class Missing {
public:
  explicit Missing (const char *name) : feature_ (take (name)) {}
  ~Missing ()
  {
    gst_registry_add_feature (gst_registry_get (), feature_.get ());
  }
  static Ptr<GstPluginFeature> take (const char *name)
  {
    GstRegistry *registry = gst_registry_get ();
    auto feature = Ptr<GstPluginFeature>::adopt (
        gst_registry_lookup_feature (registry, name));
    gst_registry_remove_feature (registry, feature.get ());
    return feature;
  }

private:
  const Ptr<GstPluginFeature> feature_;
};

// An element of that name that takes all caps, and fails with the first buffer.
class Failing {
public:
  explicit Failing (const char *name) : name_ (name)
  {
    GstElement *identity = gst_element_factory_make ("identity", nullptr);
    GTypeQuery query;
    g_type_query (G_OBJECT_TYPE (identity), &query);
    gst_object_unref (identity);
    GType type = g_type_register_static_simple (
        query.type, "TestFailing", query.class_size, [] (gpointer, gpointer) {},
        query.instance_size,
        [] (GTypeInstance *self, gpointer) {
          g_object_set (self, "error-after", 1, nullptr);
        },
        GTypeFlags (0));
    gst_element_register (nullptr, name, GST_RANK_NONE, type);
  }
  ~Failing () { Missing::take (name_); }

private:
  const char *const name_;
};

} // namespace

GST_START_TEST (at_rate_one_what_comes_is_handed_on)
{
  Player p;
  p.play_at (1);
  auto piece = p.make_piece ();
  p.input.put (piece);
  fail_unless_equals_int (int (p.track->buffers.size ()), 1);
  fail_unless (p.track->buffers.front ().get () == piece.get ());
  fail_unless (p.track->segment.rate == 1);
}
GST_END_TEST

// "Time-stretched": as many samples as it takes time for, at the pitch of
// before.
GST_START_TEST (at_another_rate_it_takes_its_time_and_keeps_its_pitch)
{
  for (double rate : {2., 1.5, 0.5}) {
    Player p;
    p.play_at (rate);
    fail_unless (p.track->segment.rate == 1);
    fail_unless (p.track->segment.applied_rate == rate);
    p.play (200);
    double seconds = double (p.frames ()) / kRate;
    // What scaletempo still holds is missing.
    fail_unless (seconds > 2 / rate - 0.15 && seconds <= 2 / rate + 0.05,
        "%g s at %g", seconds, rate);
    double tone = p.waves () / seconds;
    fail_unless (std::abs (tone - kTone) < 0.05 * kTone, "%g Hz", tone);
    fail_unless_equals_uint64 (
        GST_BUFFER_PTS (p.track->buffers.front ().get ()), 0);
    p.expect_no_gap ();
    fail_unless_equals_int (int (p.track->events.size ()), 1); // the CAPS
  }
}
GST_END_TEST

GST_START_TEST (every_format_comes_out_as_it_came)
{
  for (const char *format : {"S24LE", "U8", "F32LE", "F64LE", "S32BE"})
    for (bool interleaved : {true, false}) {
      Player p (format, interleaved);
      p.play_at (2);
      p.play (100);
      fail_unless (p.frames () > gsize (kRate / 3), "%s", format);
      fail_unless (p.frames () < gsize (kRate * 6 / 10), "%s", format);
      GstCaps *caps;
      gst_event_parse_caps (p.track->events.back ().get (), &caps);
      fail_unless (gst_caps_is_equal (caps, p.caps.get ()));
      bool has_meta =
          gst_buffer_get_audio_meta (p.track->buffers.back ().get ());
      fail_unless (interleaved || has_meta);
    }
}
GST_END_TEST

GST_START_TEST (a_flush_forgets_what_was_not_stretched_yet)
{
  Player p;
  p.play_at (2);
  p.play (100);
  p.input.flush ();
  fail_unless_equals_int (p.track->flushes, 1);
  p.track->buffers.clear ();
  p.play_at (2);
  fail_unless (p.track->buffers.empty ());
  p.position = 10 * GST_SECOND;
  p.loudness = 0;
  p.play (100);
  fail_unless_equals_uint64 (
      GST_BUFFER_PTS (p.track->buffers.front ().get ()), 5 * GST_SECOND);
  fail_unless (p.frames () > gsize (kRate / 3));
  fail_unless_equals_int (p.loudest_of_last (p.frames ()), 0);
}
GST_END_TEST

GST_START_TEST (what_does_not_follow_has_its_own_times)
{
  Player p;
  p.play_at (2);
  p.play (100);
  p.position = 5 * GST_SECOND;
  p.play (1);
  // What was before it is whole.
  fail_unless_equals_uint64 (p.frames (), gsize (kRate / 2));
  p.expect_no_gap ();
  p.track->buffers.clear ();
  p.play (100);
  fail_unless_equals_uint64 (
      GST_BUFFER_PTS (p.track->buffers.front ().get ()), 5 * GST_SECOND / 2);
}
GST_END_TEST

GST_START_TEST (what_is_at_its_end_comes_to_its_end)
{
  for (double rate : {2., 1.5, 0.5}) {
    Player p;
    p.play_at (rate);
    p.play (200);
    p.input.drain ();
    fail_unless_equals_uint64 (
        p.frames (), uint64_t (std::llround (2 * kRate / rate)));
    p.expect_no_gap ();
    // Sound, and not the silence that drove it out.
    fail_unless (p.loudest_of_last (kRate / 25) > 9000);
    p.input.drain (); // nothing is left
    fail_unless_equals_uint64 (
        p.frames (), uint64_t (std::llround (2 * kRate / rate)));
  }
}
GST_END_TEST

GST_START_TEST (what_is_not_in_the_segment_is_not_played)
{
  Player p;
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.rate = 2;
  segment.start = 105 * GST_MSECOND;
  segment.stop = 505 * GST_MSECOND;
  p.input.set_timeline (segment, nullptr, 0);
  fail_unless_equals_uint64 (p.track->segment.start, segment.start);
  fail_unless_equals_uint64 (p.track->segment.stop, 305 * GST_MSECOND);
  p.play (100);
  p.input.drain ();
  fail_unless_equals_uint64 (
      GST_BUFFER_PTS (p.track->buffers.front ().get ()), segment.start);
  fail_unless_equals_uint64 (p.frames (), gsize (kRate / 5));
}
GST_END_TEST

GST_START_TEST (caps_may_change_and_the_rate_may_go_back)
{
  Player p;
  p.play_at (2);
  p.play (50);
  p.set_caps ("S16LE", true, kRate / 2);
  fail_unless_equals_int (int (p.track->events.size ()), 2);
  p.play (100); // two seconds, at this rate of samples
  p.play_at (1);
  p.expect_no_gap ();
  fail_unless_equals_uint64 (p.frames (), gsize (kRate / 4 + kRate / 2));
  p.track->buffers.clear ();
  p.play (3);
  fail_unless_equals_int (int (p.track->buffers.size ()), 3);
}
GST_END_TEST

GST_START_TEST (who_pushes_is_told_of_the_end_and_gaps_are_stretched)
{
  Player p;
  p.play_at (2);
  p.input.put (
      Ptr<GstEvent>::adopt (gst_event_new_gap (10 * GST_SECOND, GST_SECOND)));
  GstClockTime time, duration;
  gst_event_parse_gap (p.track->events.back ().get (), &time, &duration);
  fail_unless_equals_uint64 (time, 5 * GST_SECOND);
  fail_unless_equals_uint64 (duration, GST_SECOND / 2);
  p.track->flow = GST_FLOW_EOS;
  GstFlowReturn flow = GST_FLOW_OK;
  for (int i = 0; i < 100 && flow == GST_FLOW_OK; i++)
    flow = p.input.put (p.make_piece ());
  fail_unless (flow == GST_FLOW_EOS);
  p.input.end ();
  fail_unless (p.track->is_ended);
}
GST_END_TEST

GST_START_TEST (nothing_is_sound_backwards_or_at_any_rate)
{
  fail_unless (StretchedInput::is_possible (1));
  fail_unless (StretchedInput::is_possible (0.5));
  fail_if (StretchedInput::is_possible (-1));
  fail_if (StretchedInput::is_possible (0));
  // Nor is what nobody can hear: it is not stretched for hours.
  fail_unless (StretchedInput::is_possible (1. / 16));
  fail_unless (StretchedInput::is_possible (16));
  for (double rate : {0.06, 1e-9, 16.1, 1e8, HUGE_VAL, std::nan ("")})
    fail_if (StretchedInput::is_possible (rate), "%g", rate);
}
GST_END_TEST

GST_START_TEST (what_cannot_be_stretched_is_told_and_not_handed_on)
{
  Player p;
  fail_unless (StretchedInput::is_possible (2));
  {
    Missing missing ("audioconvert");
    p.play_at (2);
    p.play (3);
  }
  fail_unless_equals_int (p.failures, 1);
  {
    Missing missing ("scaletempo");
    Failing failing ("scaletempo");
    p.play_at (2);
    p.play (3);
  }
  fail_unless_equals_int (p.failures, 2);
  fail_unless (p.track->buffers.empty ());
  // Of what comes then it is not known.
  p.play_at (2);
  p.play (100);
  fail_unless_equals_int (p.failures, 2);
  fail_if (p.track->buffers.empty ());
}
GST_END_TEST

GST_START_TEST (what_is_played_backwards_is_not_handed_on)
{
  Player p;
  p.play_at (-1);
  p.play (10);
  p.input.put (Ptr<GstEvent>::adopt (gst_event_new_gap (0, GST_SECOND)));
  fail_unless (p.track->buffers.empty ());
  fail_unless_equals_int (int (p.track->events.size ()), 1); // the CAPS
}
GST_END_TEST

// A piece that has not what it says is lost, and nothing else.
GST_START_TEST (what_lies_about_its_samples_is_lost)
{
  for (bool interleaved : {true, false}) {
    Player p ("F32LE", interleaved);
    p.play_at (2);
    p.play (100);
    auto piece = p.make_piece ();
    if (interleaved)
      gst_buffer_add_audio_meta (piece.get (), &p.info, kFrames, nullptr);
    gst_buffer_get_audio_meta (piece.get ())->samples = kFrames + 1;
    fail_unless (p.input.put (piece) == GST_FLOW_OK);
    fail_unless (std::abs (p.lasts () - 500 * kMillisecond) < kMillisecond);
    p.play (100);
    p.input.drain ();
    fail_unless (std::abs (p.lasts () - 1000 * kMillisecond) < kMillisecond);
    fail_unless_equals_int (p.failures, 0);
  }
}
GST_END_TEST

// GStreamer clips by durations, and would cut more than there is.
GST_START_TEST (what_lasts_longer_than_its_samples_is_clipped_by_them)
{
  Player p;
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.rate = 2;
  segment.start = segment.position = 5 * GST_MSECOND;
  segment.stop = 100 * GST_MSECOND;
  p.input.set_timeline (segment, nullptr, 0);
  for (int i = 0; i < 12; i++) {
    auto piece = p.make_piece ();
    GST_BUFFER_DURATION (piece.get ()) =
        i % 2 == 0 ? GST_SECOND : G_MAXUINT64 / 2;
    p.input.put (piece);
  }
  p.input.drain ();
  gsize frames = p.frames (); // of 95 ms
  fail_unless (frames >= 2279 && frames <= 2281, "%d", int (frames));
}
GST_END_TEST

static Suite *
stretched_input_suite ()
{
  Suite *suite = suite_create ("stretched-input");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, at_rate_one_what_comes_is_handed_on);
  tcase_add_test (tc, at_another_rate_it_takes_its_time_and_keeps_its_pitch);
  tcase_add_test (tc, every_format_comes_out_as_it_came);
  tcase_add_test (tc, a_flush_forgets_what_was_not_stretched_yet);
  tcase_add_test (tc, what_does_not_follow_has_its_own_times);
  tcase_add_test (tc, caps_may_change_and_the_rate_may_go_back);
  tcase_add_test (tc, who_pushes_is_told_of_the_end_and_gaps_are_stretched);
  tcase_add_test (tc, what_is_at_its_end_comes_to_its_end);
  tcase_add_test (tc, what_is_not_in_the_segment_is_not_played);
  tcase_add_test (tc, nothing_is_sound_backwards_or_at_any_rate);
  tcase_add_test (tc, what_is_played_backwards_is_not_handed_on);
  tcase_add_test (tc, what_cannot_be_stretched_is_told_and_not_handed_on);
  tcase_add_test (tc, what_lies_about_its_samples_is_lost);
  tcase_add_test (tc, what_lasts_longer_than_its_samples_is_clipped_by_them);
  return suite;
}

GST_CHECK_MAIN (stretched_input)
