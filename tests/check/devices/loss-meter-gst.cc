// SPDX-License-Identifier: LGPL-2.1-or-later
// Sound that a device has lost.
#include "devices/loss-meter-gst.hh"

#include "support/capture-fixture.hh"

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

namespace {

constexpr Time kPiece = 10 * kMillisecond;

// A piece of that time. The first one of a stream is marked, too.
Time
lost_before (LossMeter &meter, Time start, bool jumps, Time duration = kPiece)
{
  auto sound = Ptr<GstBuffer>::adopt (gst_buffer_new ());
  GST_BUFFER_PTS (sound.get ()) =
      start == kTimeNone ? GST_CLOCK_TIME_NONE : GstClockTime (start);
  GST_BUFFER_DURATION (sound.get ()) =
      duration == kTimeNone ? GST_CLOCK_TIME_NONE : GstClockTime (duration);
  if (jumps)
    GST_BUFFER_FLAG_SET (sound.get (), GST_BUFFER_FLAG_DISCONT);
  return meter.lost_before (sound.get ());
}

void
tell (LossMeter &meter, GstEvent *event)
{
  meter.on_event (Ptr<GstEvent>::adopt (event).get ());
}

// Loses some pieces of the only device that is open, as a ring buffer does.
class Leak {
public:
  explicit Leak (int pieces)
      : pieces_ (pieces),
        pad_ (Ptr<GstPad>::adopt (gst_element_get_static_pad (
            sources_now ().front ().get (), "src"))),
        id_ (gst_pad_add_probe (
            pad_.get (), GST_PAD_PROBE_TYPE_BUFFER, probe, this, nullptr))
  {}
  ~Leak () { gst_pad_remove_probe (pad_.get (), id_); }

  // How long it lasts, all in all, once it is over.
  Time wait () const
  {
    while (!is_over_)
      g_thread_yield ();
    return length_;
  }

private:
  static GstPadProbeReturn probe (
      GstPad *, GstPadProbeInfo *info, gpointer data)
  {
    auto self = static_cast<Leak *> (data);
    GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
    if (self->pieces_-- > 0) {
      self->length_ += Time (GST_BUFFER_DURATION (buffer));
      return GST_PAD_PROBE_DROP;
    }
    if (self->is_over_.exchange (true))
      return GST_PAD_PROBE_OK;
    buffer = gst_buffer_make_writable (buffer);
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
    info->data = buffer;
    return GST_PAD_PROBE_OK;
  }

  int pieces_;
  std::atomic<bool> is_over_ = false;
  std::atomic<Time> length_ = 0;
  const Ptr<GstPad> pad_;
  const gulong id_;
};

void
wait_frames (const TrackPtr &track, uint64_t more)
{
  uint64_t before = track->stats ().delivered;
  while (track->stats ().delivered < before + more)
    g_thread_yield ();
}

uint64_t
lost_frames (const TrackPtr &track)
{
  auto stats = track->stats ();
  return stats.total - stats.delivered;
}

} // namespace

GST_START_TEST (what_is_jumped_over_is_lost)
{
  LossMeter meter;
  fail_unless_equals_int64 (lost_before (meter, 5 * kPiece, true), 0);
  fail_unless_equals_int64 (lost_before (meter, 6 * kPiece, false), 0);
  fail_unless_equals_int64 (lost_before (meter, 9 * kPiece, true), 2 * kPiece);
  fail_unless_equals_int64 (lost_before (meter, 10 * kPiece, false), 0);
  fail_unless_equals_int64 (lost_before (meter, 12 * kPiece, true), kPiece);
}
GST_END_TEST

// Times that waver are no loss, nor are those that go back.
GST_START_TEST (nothing_else_is_lost)
{
  LossMeter meter;
  lost_before (meter, 0, true);
  fail_unless_equals_int64 (lost_before (meter, 2 * kPiece, false), 0);
  fail_unless_equals_int64 (lost_before (meter, 3 * kPiece, true), 0);
  fail_unless_equals_int64 (lost_before (meter, kPiece, true), 0);
  // Where times are missing, nobody knows.
  lost_before (meter, kTimeNone, false);
  fail_unless_equals_int64 (lost_before (meter, 9 * kPiece, true), 0);
  lost_before (meter, 10 * kPiece, false, kTimeNone);
  fail_unless_equals_int64 (lost_before (meter, 20 * kPiece, true), 0);
}
GST_END_TEST

GST_START_TEST (where_it_begins_anew_nothing_is_lost)
{
  LossMeter meter;
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  GstEvent *events[] = {gst_event_new_stream_start ("other"),
      gst_event_new_segment (&segment), gst_event_new_flush_stop (TRUE),
      gst_event_new_gap (GstClockTime (kPiece), GST_SECOND)};
  Time start = 0;
  for (GstEvent *event : events) {
    lost_before (meter, start, false);
    tell (meter, event);
    start += 10 * kPiece;
    fail_unless_equals_int64 (lost_before (meter, start, true), 0);
  }
  tell (meter, gst_event_new_tag (gst_tag_list_new_empty ()));
  fail_unless_equals_int64 (
      lost_before (meter, start + 2 * kPiece, true), kPiece);
}
GST_END_TEST

// https://w3c.github.io/mediacapture-extensions/#dom-mediastreamtrackaudiostats-totalframes
GST_START_TEST (a_track_counts_what_its_microphone_loses)
{
  CaptureFixture f (kMicrophone);
  auto track = f.open (R"({"sampleRate":{"exact":48000}})");
  auto clone = track->clone ();
  auto disabled = track->clone ();
  for (const auto &each : {track, clone, disabled})
    wait_frames (each, 4800);
  disabled->set_enabled (false);
  Leak leak (5);
  Time lost = leak.wait ();
  for (const auto &each : {track, clone}) {
    wait_frames (each, 4800);
    fail_unless_equals_uint64 (lost_frames (each),
        gst_util_uint64_scale_int_round (guint64 (lost), 48000, GST_SECOND));
    auto stats = each->stats ();
    Time rest = stats.total_duration - stats.delivered_duration - lost;
    fail_unless (std::abs (rest) < 2 * kSecond / 48000);
  }
  fail_unless_equals_uint64 (lost_frames (disabled), 0);
}
GST_END_TEST

GST_START_TEST (a_device_that_is_released_loses_nothing)
{
  CaptureFixture f (kMicrophone);
  auto track = f.open ();
  wait_frames (track, 4800);
  track->set_enabled (false);
  f.wait_timer ();
  f.advance (3 * kSecond);
  f.wait_released ();
  track->set_enabled (true);
  wait_frames (track, 4800);
  fail_unless_equals_uint64 (lost_frames (track), 0);
}
GST_END_TEST

static Suite *
loss_meter_gst_suite ()
{
  Suite *suite = suite_create ("loss-meter-gst");
  TCase *tc = tcase_create ("all");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, what_is_jumped_over_is_lost);
  tcase_add_test (tc, nothing_else_is_lost);
  tcase_add_test (tc, where_it_begins_anew_nothing_is_lost);
  tcase_add_test (tc, a_track_counts_what_its_microphone_loses);
  tcase_add_test (tc, a_device_that_is_released_loses_nothing);
  return suite;
}

GST_CHECK_MAIN (loss_meter_gst);
