// SPDX-License-Identifier: LGPL-2.1-or-later
// What comes of a microphone: its rate and format, and voices. And that a
// device of which nothing comes is muted.
#include "devices/capture.hh"

#include "support/capture-fixture.hh"

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

namespace {

// As PipeWire has them.
constexpr TestDeviceSpec kOpenMicrophone{.classes = "Audio/Source",
    .label = "Microphone of any rate",
    .caps = "audio/x-raw, format={F32LE,S32LE,S16LE}, layout=interleaved, "
            "rate=[1,2147483647], channels=[1,2147483647]"};

std::string
format (const Taker &taker)
{
  return gst_structure_get_string (
      gst_caps_get_structure (taker.caps.get (), 0), "format");
}

// The voice processor of the only pipeline that has an open device; null:
// it has none.
Ptr<GstElement>
voice_processor ()
{
  auto top =
      Ptr<GstObject>::share (GST_OBJECT (sources_now ().front ().get ()));
  while (
      auto parent = Ptr<GstObject>::adopt (gst_object_get_parent (top.get ())))
    top = parent;
  GstIterator *all = gst_bin_iterate_all_by_element_factory_name (
      GST_BIN (top.get ()), "webrtcdsp");
  GValue item = G_VALUE_INIT;
  Ptr<GstElement> found;
  if (gst_iterator_next (all, &item) == GST_ITERATOR_OK) {
    found = Ptr<GstElement>::share (GST_ELEMENT (g_value_get_object (&item)));
    g_value_unset (&item);
  }
  gst_iterator_free (all);
  return found;
}

bool
has (const Ptr<GstElement> &element, const char *property)
{
  gboolean on = FALSE;
  g_object_get (element.get (), property, &on, nullptr);
  return on;
}

bool
is_set (const TrackPtr &track, Property property)
{
  return CaptureFixture::of (track)->settings ()[property] == Value (true);
}

// What is played, at that rate.
class EchoProbe {
public:
  explicit EchoProbe (int rate)
  {
    gst_element_set_state (probe_.get (), GST_STATE_PLAYING);
    auto caps =
        Ptr<GstCaps>::adopt (gst_caps_new_simple ("audio/x-raw", "format",
            G_TYPE_STRING, "S16LE", "layout", G_TYPE_STRING, "interleaved",
            "channels", G_TYPE_INT, 1, "rate", G_TYPE_INT, rate, nullptr));
    auto pad =
        Ptr<GstPad>::adopt (gst_element_get_static_pad (probe_.get (), "sink"));
    gst_pad_send_event (pad.get (), gst_event_new_stream_start ("played"));
    gst_pad_send_event (pad.get (), gst_event_new_caps (caps.get ()));
  }
  ~EchoProbe () { gst_element_set_state (probe_.get (), GST_STATE_NULL); }

private:
  const Ptr<GstElement> probe_ =
      Ptr<GstElement>::adopt (GST_ELEMENT (gst_object_ref_sink (
          gst_element_factory_make ("webrtcechoprobe", "played"))));
};

} // namespace

// https://w3c.github.io/mediacapture-main/#dfn-selectsettings, after step 6
GST_START_TEST (a_microphone_of_any_rate_has_the_systems_default)
{
  CaptureFixture f (kOpenMicrophone);
  auto track = f.open ();
  Taker taker (track);
  fail_unless (bool (taker.next ()));
  fail_unless_equals_int (taker.number ("rate"), 48000);
  fail_unless_equals_int (taker.number ("channels"), 2);
  fail_unless_equals_string (format (taker).c_str (), "S16LE");
  fail_unless (f.setting (track, Property::sample_rate) == 48000);
  fail_unless (f.setting (track, Property::sample_size) == 16);
  fail_unless (f.setting (track, Property::channel_count) == 2);
  // And so has each that asks for something else.
  auto mono = f.open (R"({"channelCount":{"exact":1}})");
  Taker takes_mono (mono);
  fail_unless (bool (takes_mono.next ()));
  fail_unless_equals_int (takes_mono.number ("rate"), 48000);
  fail_unless_equals_int (takes_mono.number ("channels"), 1);
}
GST_END_TEST

GST_START_TEST (each_track_has_the_size_of_samples_that_it_asked_for)
{
  CaptureFixture f (kOpenMicrophone);
  auto small = f.open (R"({"sampleSize":{"exact":16}})");
  auto large = f.open (R"({"sampleSize":{"exact":32}})");
  Taker takes_small (small), takes_large (large);
  fail_unless (bool (takes_small.next ()));
  fail_unless (bool (takes_large.next ()));
  fail_unless_equals_string (format (takes_small).c_str (), "S16LE");
  fail_unless (format (takes_large) != "S16LE");
  fail_unless (f.setting (small, Property::sample_size) == 16);
  fail_unless (f.setting (large, Property::sample_size) == 32);
}
GST_END_TEST

GST_START_TEST (a_voice_goes_through_its_processor)
{
  CaptureFixture f (kMicrophone);
  auto track = f.open ();
  Taker taker (track);
  fail_unless (bool (taker.next ()));
  fail_if (bool (voice_processor ()));
  struct {
    const char *json;
    bool noise, gain;
  } const all[] = {
      {R"({"noiseSuppression":{"exact":true},
           "autoGainControl":{"exact":true}})",
          true, true},
      {R"({"noiseSuppression":{"exact":true}})", true, false},
      {R"({"autoGainControl":{"exact":true}})", false, true},
  };
  for (const auto &each : all) {
    f.apply (track, each.json);
    auto processor = voice_processor ();
    fail_unless (bool (processor), "%s", each.json);
    fail_unless (has (processor, "noise-suppression") == each.noise);
    fail_unless (has (processor, "gain-control") == each.gain);
    fail_if (has (processor, "echo-cancel"));
    fail_unless (is_set (track, Property::noise_suppression) == each.noise);
    fail_unless (is_set (track, Property::auto_gain_control) == each.gain);
    fail_unless (bool (taker.next ()));
  }
  f.apply (track, "{}");
  fail_if (bool (voice_processor ()));
}
GST_END_TEST

GST_START_TEST (an_echo_is_cancelled_of_what_is_played)
{
  EchoProbe probe (48000);
  CaptureFixture f (kMicrophone);
  f.registry->set_echo_probe ("played");
  auto track = f.open (); // by default, where there is a probe
  Taker taker (track);
  for (int i = 0; i < 10; i++)
    fail_unless (bool (taker.next ()));
  fail_unless (is_set (track, Property::echo_cancellation));
  auto processor = voice_processor ();
  fail_unless (processor && has (processor, "echo-cancel"));
  g_autofree gchar *name = nullptr;
  g_object_get (processor.get (), "probe", &name, nullptr);
  fail_unless_equals_string (name, "played");
  f.apply (track, R"({"echoCancellation":{"exact":false}})");
  fail_if (is_set (track, Property::echo_cancellation));
  fail_if (bool (voice_processor ()));
  fail_if (track->is_ended ());
}
GST_END_TEST

// https://w3c.github.io/mediacapture-main/#track-muted
GST_START_TEST (a_device_that_stalls_is_muted_until_it_goes_on)
{
  CaptureFixture f;
  auto track = f.open ();
  TrackLog log (track);
  Taker taker (track);
  int byte = 0;
  while (byte < 100) // white
    byte = pixel (taker.next (), 640, 10, 100);
  make_silent (true);
  log.wait_last ("mute ");
  while (byte > 0) // black, as of then
    byte = pixel (taker.next (), 640, 10, 100);
  fail_if (track->is_ended ());
  make_silent (false);
  log.wait_last ("unmute ");
  while (byte < 100)
    byte = pixel (taker.next (), 640, 10, 100);
  fail_unless_equals_int (f.opened (), 1);
}
GST_END_TEST

GST_START_TEST (a_microphone_that_stalls_is_muted_until_it_goes_on)
{
  CaptureFixture f (kMicrophone);
  auto track = f.open ();
  TrackLog log (track);
  make_silent (true);
  log.wait_last ("mute ");
  make_silent (false);
  log.wait_last ("unmute ");
}
GST_END_TEST

static Suite *
capture_sound_suite (void)
{
  Suite *suite = suite_create ("capture-sound");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, a_microphone_of_any_rate_has_the_systems_default);
  tcase_add_test (tc, each_track_has_the_size_of_samples_that_it_asked_for);
  tcase_add_test (tc, a_voice_goes_through_its_processor);
  tcase_add_test (tc, an_echo_is_cancelled_of_what_is_played);
  tcase_add_test (tc, a_device_that_stalls_is_muted_until_it_goes_on);
  tcase_add_test (tc, a_microphone_that_stalls_is_muted_until_it_goes_on);
  return suite;
}

GST_CHECK_MAIN (capture_sound);
