// SPDX-License-Identifier: LGPL-2.1-or-later
// The latency of microphones, as their elements have it.
#include "devices/source-latency-gst.hh"

#include "support/capture-fixture.hh"

#include <gst/audio/gstaudiosrc.h>

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

// A source of GStreamer's kind, of which nobody hears anything.
struct TestAudioSrc {
  GstAudioSrc parent;
};
struct TestAudioSrcClass {
  GstAudioSrcClass parent;
};

G_DEFINE_TYPE (TestAudioSrc, test_audio_src, GST_TYPE_AUDIO_SRC)

static void
test_audio_src_init (TestAudioSrc *)
{}

static void
test_audio_src_class_init (TestAudioSrcClass *klass)
{
  gst_element_class_add_pad_template (
      GST_ELEMENT_CLASS (klass), gst_pad_template_new ("src", GST_PAD_SRC,
                                     GST_PAD_ALWAYS, gst_caps_new_any ()));
}

// With a property as PipeWire's own has.
struct TestStreamSrc {
  GstElement parent;
  GstStructure *properties;
};
struct TestStreamSrcClass {
  GstElementClass parent;
};

G_DEFINE_TYPE (TestStreamSrc, test_stream_src, GST_TYPE_ELEMENT)

static void
test_stream_src_init (TestStreamSrc *)
{}

static void
test_stream_src_class_init (TestStreamSrcClass *klass)
{
  auto object = G_OBJECT_CLASS (klass);
  object->get_property = [] (GObject *self, guint, GValue *value,
                             GParamSpec *) {
    g_value_set_boxed (
        value, reinterpret_cast<TestStreamSrc *> (self)->properties);
  };
  object->set_property = [] (GObject *self, guint, const GValue *value,
                             GParamSpec *) {
    auto source = reinterpret_cast<TestStreamSrc *> (self);
    g_clear_pointer (&source->properties, gst_structure_free);
    source->properties =
        static_cast<GstStructure *> (g_value_dup_boxed (value));
  };
  object->finalize = [] (GObject *self) {
    auto source = reinterpret_cast<TestStreamSrc *> (self);
    g_clear_pointer (&source->properties, gst_structure_free);
    G_OBJECT_CLASS (test_stream_src_parent_class)->finalize (self);
  };
  g_object_class_install_property (object, 1,
      g_param_spec_boxed (
          "stream-properties", "", "", GST_TYPE_STRUCTURE, G_PARAM_READWRITE));
}

namespace {

constexpr TestDeviceSpec kOfUnknownLatency{.classes = "Audio/Source",
    .label = "Of unknown latency",
    .caps = kMicrophone.caps,
    .properties = "props, test.no-latency=(boolean)true"};

Ptr<GstElement>
own (gpointer element)
{
  return Ptr<GstElement>::adopt (GST_ELEMENT (gst_object_ref_sink (element)));
}

// What the test's microphone says of itself: as many samples as at
// 44.1 kHz, at the system's default of 48.
double
said (double target)
{
  return double (Time (int (target * 44100 + 1e-6) * 1e9 / 48000)) / 1e9;
}

struct LatencyFixture : CaptureFixture {
  using CaptureFixture::CaptureFixture;
  static void expect (const TrackPtr &track, double target)
  {
    double is = setting (track, Property::latency);
    fail_unless (std::abs (is - said (target)) < 1e-8, "%.9f is not %.9f", is,
        said (target));
  }
  static gint64 microseconds ()
  {
    gint64 time = 0;
    g_object_get (
        sources_now ().front ().get (), "latency-time", &time, nullptr);
    return time;
  }
};

} // namespace

GST_START_TEST (a_source_of_gstreamers_can_be_set)
{
  auto source = own (g_object_new (test_audio_src_get_type (), nullptr));
  auto found = find_latency (source.get ());
  const SourceLatency wanted{{0.001, 0.1}, 0.01};
  fail_unless (found && *found == wanted);
  set_latency (source.get (), 0.0025);
  gint64 time = 0;
  g_object_get (source.get (), "latency-time", &time, nullptr);
  fail_unless_equals_int64 (time, 2500);
  // What somebody has set it to is its own.
  g_object_set (source.get (), "latency-time", gint64 (500), "buffer-time",
      gint64 (1000000), nullptr);
  fail_unless (
      find_latency (source.get ()) == SourceLatency ({{0.0005, 0.5}, 0.0005}));
  fail_unless_equals_int64 (measure_latency (source.get ()), 0); // it is closed
}
GST_END_TEST

// PipeWire's: in samples of its server, which has one of its own.
GST_START_TEST (a_stream_asks_its_server)
{
  auto source = own (g_object_new (test_stream_src_get_type (), nullptr));
  auto asked = [&source] () -> std::string {
    GstStructure *properties;
    g_object_get (source.get (), "stream-properties", &properties, nullptr);
    const char *text = gst_structure_get_string (properties, "node.latency");
    std::string frames = text ? text : "";
    frames += gst_structure_has_field (properties, "media.role") ? " role" : "";
    gst_structure_free (properties);
    return frames;
  };
  const SourceLatency wanted{{0.001, 2048 / 48000.}, 1024 / 48000.};
  fail_unless (find_latency (source.get ()) == wanted);
  set_latency (source.get (), 0.01);
  fail_unless_equals_string (asked ().c_str (), "480/48000");
  // What it is told else stays.
  gst_util_set_object_arg (G_OBJECT (source.get ()), "stream-properties",
      "props,media.role=(string)Music");
  set_latency (source.get (), 128 / 48000.);
  fail_unless_equals_string (asked ().c_str (), "128/48000 role");
  set_latency (source.get (), wanted.usual);
  fail_unless_equals_string (asked ().c_str (), " role");
  fail_unless_equals_int64 (measure_latency (source.get ()), 0);
}
GST_END_TEST

GST_START_TEST (other_sources_say_nothing)
{
  for (const char *factory : {"audiotestsrc", "videotestsrc", "fakesink"}) {
    auto element = own (gst_element_factory_make (factory, nullptr));
    fail_if (bool (find_latency (element.get ())));
    set_latency (element.get (), 0.01);
    fail_unless_equals_int64 (measure_latency (element.get ()), 0);
  }
}
GST_END_TEST

GST_START_TEST (a_microphone_has_the_latency_that_is_asked_for)
{
  LatencyFixture f (kMicrophone);
  auto track = f.open (R"({"latency":{"exact":0.04}})");
  fail_unless_equals_int (f.opened (), 1);
  fail_unless (f.of (track)->capabilities ()[Property::latency].range
               == Interval ({0.001, 0.1}));
  f.expect (track, 0.04);
  fail_unless_equals_int64 (f.microseconds (), 40000);
  Taker taker (track);
  auto buffer = taker.next ();
  fail_unless_equals_uint64 (
      GST_BUFFER_DURATION (buffer.get ()), 1764 * GST_SECOND / 48000);
  // As the source has it when nobody asks.
  f.apply (track, "{}");
  f.expect (track, 0.01);
  fail_unless_equals_int64 (f.microseconds (), 10000);
  f.apply (track, R"({"latency":0})");
  f.expect (track, 0.001);
  auto refused =
      f.of (track)->apply (constraints (R"({"latency":{"min":0.2}})"), {});
  fail_if (bool (refused));
  fail_unless_equals_string (
      constraint_in_message (refused.error ().message.c_str ()), "latency");
  f.expect (track, 0.001);
}
GST_END_TEST

// What is required is a target: sources go by periods of their own.
GST_START_TEST (the_setting_is_what_the_source_says)
{
  LatencyFixture f (kMicrophone);
  auto track =
      f.open (R"({"sampleRate":{"exact":48000},"latency":{"exact":0.01}})");
  f.expect (track, 0.01);
  fail_unless (f.setting (track, Property::latency) < 0.0092);
  auto clone = track->clone ();
  f.expect (clone, 0.01);
  f.apply (clone, R"({"latency":{"exact":0.01}})");
  track->stop ();
  fail_unless (f.setting (track, Property::latency) == -1);
}
GST_END_TEST

GST_START_TEST (tracks_of_a_microphone_have_one_latency)
{
  LatencyFixture f (kMicrophone);
  auto track = f.open (R"({"latency":{"max":0.02}})");
  auto clone = track->clone ();
  TrackLog log (track), log_of_clone (clone);
  f.expect (track, 0.01);
  f.apply (clone, R"({"latency":{"exact":0.015}})");
  log.wait ("configurationchange ");
  f.expect (track, 0.015);
  f.expect (clone, 0.015);
  fail_unless_equals_int (f.opened (), 2);
  auto refused =
      f.of (clone)->apply (constraints (R"({"latency":{"exact":0.05}})"), {});
  fail_if (bool (refused));
  fail_unless_equals_string (
      constraint_in_message (refused.error ().message.c_str ()), "latency");
  f.expect (clone, 0.015);
  // A wish makes nobody else's a failure, nor the device start anew.
  f.apply (clone, R"({"latency":{"ideal":0.015},"channelCount":{"exact":1}})");
  fail_unless_equals_int (f.opened (), 2);
  Taker takes (track), takes_clone (clone);
  fail_unless (takes.next () && takes_clone.next ());
  log.expect_nothing ();
  log_of_clone.expect_nothing ();
}
GST_END_TEST

// The source reads as many samples as before.
GST_START_TEST (another_target_that_makes_no_difference_is_no_news)
{
  LatencyFixture f (kMicrophone);
  auto track = f.open (R"({"sampleRate":{"exact":48000}})");
  auto clone = track->clone ();
  f.apply (track, R"({"sampleRate":{"exact":48000}})"); // the clone is there
  TrackLog log (track), log_of_clone (clone);
  f.apply (clone, R"({"latency":{"exact":0.010005}})");
  fail_unless_equals_int64 (f.microseconds (), 10005);
  f.expect (track, 0.01);
  f.expect (clone, 0.01);
  log.expect_nothing ();
  f.apply (clone, R"({"latency":{"exact":0.02}})");
  log.wait ("configurationchange ");
  log_of_clone.expect_nothing ();
}
GST_END_TEST

GST_START_TEST (what_is_applied_while_it_is_released_holds_from_then_on)
{
  LatencyFixture f (kMicrophone);
  auto track = f.open (R"({"sampleRate":{"exact":48000}})");
  TrackLog log (track);
  f.expect (track, 0.01);
  track->set_enabled (false);
  f.wait_timer ();
  f.advance (3 * kSecond);
  f.wait_released ();
  f.apply (track, R"({"sampleRate":{"exact":48000},"latency":{"exact":0.02}})");
  // Until the source says otherwise.
  fail_unless (f.setting (track, Property::latency) == 0.02);
  track->set_enabled (true);
  log.wait ("mute unmute configurationchange ");
  f.expect (track, 0.02);
}
GST_END_TEST

GST_START_TEST (of_a_source_that_cannot_be_set_there_is_no_latency)
{
  LatencyFixture f (kOfUnknownLatency);
  auto track = f.open (R"({"latency":0.01})"); // which is a wish
  fail_if (f.of (track)->capabilities ().contains (Property::latency));
  fail_if (f.of (track)->settings ().contains (Property::latency));
  auto refused =
      f.of (track)->apply (constraints (R"({"latency":{"max":1}})"), {});
  fail_if (bool (refused));
  fail_unless_equals_string (
      constraint_in_message (refused.error ().message.c_str ()), "latency");
  Taker taker (track);
  fail_unless (bool (taker.next ()));
}
GST_END_TEST

// As its plugin may be installed meanwhile.
GST_START_TEST (a_latency_that_nothing_could_tell_is_asked_for_anew)
{
  LatencyFixture f (kMicrophone);
  auto has_latency = [&f] {
    return find_domain (
               f.registry->space_of (f.device)->common, Property::latency)
           != nullptr;
  };
  make_missing (true);
  fail_if (has_latency ());
  make_missing (false);
  fail_unless (has_latency ());
  // What is known needs no element any more.
  make_missing (true);
  fail_unless (has_latency ());
  make_missing (false);
}
GST_END_TEST

static Suite *
source_latency_gst_suite (void)
{
  Suite *suite = suite_create ("source-latency-gst");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, a_source_of_gstreamers_can_be_set);
  tcase_add_test (tc, a_stream_asks_its_server);
  tcase_add_test (tc, other_sources_say_nothing);
  tcase_add_test (tc, a_microphone_has_the_latency_that_is_asked_for);
  tcase_add_test (tc, the_setting_is_what_the_source_says);
  tcase_add_test (tc, tracks_of_a_microphone_have_one_latency);
  tcase_add_test (tc, another_target_that_makes_no_difference_is_no_news);
  tcase_add_test (tc, what_is_applied_while_it_is_released_holds_from_then_on);
  tcase_add_test (tc, of_a_source_that_cannot_be_set_there_is_no_latency);
  tcase_add_test (tc, a_latency_that_nothing_could_tell_is_asked_for_anew);
  return suite;
}

GST_CHECK_MAIN (source_latency_gst);
