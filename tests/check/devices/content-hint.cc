// SPDX-License-Identifier: LGPL-2.1-or-later
// What content hints make of sound that constraints leave open.
#include "devices/content-hint.hh"

#include "devices/track-constraints.hh"
#include "support/capture-fixture.hh"

#include <thread>

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

namespace {

struct HintFixture : CaptureFixture {
  HintFixture () : CaptureFixture (kMicrophone) {}

  // "ag-": which of echo cancellation, gain control and noise suppression are
  // on, in this order.
  static std::string voice (const TrackPtr &track)
  {
    Settings settings = of (track)->settings ();
    std::string text;
    for (auto [property, letter] :
        {std::pair (Property::echo_cancellation, 'e'),
            std::pair (Property::auto_gain_control, 'g'),
            std::pair (Property::noise_suppression, 'n')})
      text += settings[property] == Value (true) ? letter : '-';
    return text;
  }
  static void expect (const TrackPtr &track, const char *wanted)
  {
    fail_unless_equals_string (voice (track).c_str (), wanted);
  }
  // Until a hint of this track, which changes it, is in force.
  static void hint (const TrackPtr &track, TrackLog &log, const char *word)
  {
    fail_unless (set_content_hint (*track, word));
    log.wait ("configurationchange ");
  }
};

// Somebody to hear, who hears nothing.
struct Probe {
  Probe () { gst_element_set_state (element.get (), GST_STATE_PLAYING); }
  ~Probe () { gst_element_set_state (element.get (), GST_STATE_NULL); }
  Ptr<GstElement> element = Ptr<GstElement>::adopt (GST_ELEMENT (
      gst_object_ref_sink (gst_element_factory_make ("webrtcechoprobe", "p"))));
};

} // namespace

GST_START_TEST (a_word_has_its_defaults)
{
  const Value on = true, off = false;
  const Settings none, all_off{{Property::echo_cancellation, off},
                           {Property::auto_gain_control, off},
                           {Property::noise_suppression, off}};
  fail_unless (defaults_of_hint ("music") == all_off);
  fail_unless (defaults_of_hint ("speech-recognition") == all_off);
  fail_unless (defaults_of_hint ("speech")
               == Settings ({{Property::echo_cancellation, on},
                   {Property::auto_gain_control, on}}));
  for (const char *word : {"", "motion", "detail", "text"})
    fail_unless (defaults_of_hint (word) == none);
}
GST_END_TEST

GST_START_TEST (a_hint_changes_what_constraints_leave_open)
{
  HintFixture f;
  Probe probe;
  f.registry->set_echo_probe ("p");
  auto track = f.open ();
  TrackLog log (track);
  Taker taker (track);
  f.expect (track, "e--");
  f.hint (track, log, "music");
  f.expect (track, "---");
  f.hint (track, log, "speech");
  f.expect (track, "eg-");
  taker.next (); // what is there already
  fail_unless (bool (taker.next ()));
  f.hint (track, log, "speech-recognition");
  f.expect (track, "---");
  fail_if (set_content_hint (*track, "speech-recognition"));
  fail_if (set_content_hint (*track, "motion"));
  fail_unless (f.of (track)->constraints () == TrackConstraints ());
  fail_unless_equals_int (f.opened (), 1);
  fail_if (track->is_ended ());
}
GST_END_TEST

GST_START_TEST (what_was_asked_for_is_no_hints_to_change)
{
  HintFixture f;
  auto track = f.open ();
  auto other = track->clone ();
  TrackLog log (track), log_of_other (other);
  f.apply (track, R"({"autoGainControl":{"exact":false},
      "noiseSuppression":true})");
  fail_unless (set_content_hint (*track, "speech"));
  f.hint (other, log_of_other, "speech"); // after it
  f.expect (track, "--n");
  log.expect_nothing ();
  fail_unless (set_content_hint (*track, "music"));
  f.hint (other, log_of_other, "music");
  f.expect (track, "--n");
  log.expect_nothing ();
  // It is remembered until it may be.
  f.apply (track, "{}");
  f.expect (track, "---");
  fail_unless (set_content_hint (*track, "speech"));
  log.wait ("configurationchange ");
  f.expect (track, "-g-");
  f.apply (track, R"({"autoGainControl":{"exact":false}})");
  f.expect (track, "---");
  f.apply (track, R"({"channelCount":1})");
  f.expect (track, "-g-");
}
GST_END_TEST

// Only what a hint names is another: "speech" says nothing about noise.
GST_START_TEST (a_hint_forgets_nothing_but_what_it_names)
{
  HintFixture f;
  auto track = f.open (R"({"noiseSuppression":{"ideal":true}})");
  auto other = track->clone ();
  TrackLog log (track), log_of_other (other);
  f.expect (track, "--n");
  f.hint (track, log, "speech");
  f.expect (track, "-gn");
  f.hint (other, log_of_other, "speech");
  f.hint (other, log_of_other, "music");
  f.expect (other, "--n");
}
GST_END_TEST

GST_START_TEST (no_hint_leaves_settings_until_constraints_are_applied)
{
  HintFixture f;
  auto track = f.open ();
  TrackLog log (track);
  f.hint (track, log, "speech");
  fail_unless (set_content_hint (*track, ""));
  f.expect (track, "-g-");
  f.apply (track, "{}");
  f.expect (track, "---");
  log.expect_nothing ();
  // One that is taken back at once was there all the same.
  fail_unless (set_content_hint (*track, "speech"));
  fail_unless (set_content_hint (*track, ""));
  log.wait ("configurationchange ");
  f.expect (track, "-g-");
}
GST_END_TEST

// Whoever has the turn first.
GST_START_TEST (a_hint_that_was_taken_back_does_not_follow_what_is_applied)
{
  HintFixture f;
  auto track = f.open (), other = track->clone ();
  for (int i = 0; i < 12; i++) {
    hold_open (true);
    std::thread restarts ([&] {
      f.apply (other, i % 2 ? R"({"latency":0.02})" : R"({"latency":0.03})");
    });
    wait_held ();
    fail_unless (set_content_hint (*track, "speech"));
    fail_unless (set_content_hint (*track, ""));
    std::thread applies ([&] { f.apply (track, "{}"); });
    hold_open (false);
    restarts.join ();
    applies.join ();
    // What the hint has left to do is done before the other's.
    fail_unless (set_content_hint (*other, i % 2 ? "music" : "speech"));
    while (f.voice (other) != (i % 2 ? "---" : "-g-"))
      g_thread_yield ();
    f.expect (track, "---");
  }
}
GST_END_TEST

GST_START_TEST (a_hint_outlasts_what_could_not_be_applied)
{
  HintFixture f;
  auto track = f.open (), other = track->clone ();
  TrackLog log (track);
  hold_open (true);
  std::thread restarts ([&] { f.apply (other, R"({"latency":0.02})"); });
  wait_held ();
  fail_unless (set_content_hint (*track, "speech"));
  std::thread applies ([&] {
    fail_if (bool (f.of (track)->apply (
        constraints (R"({"channelCount":{"exact":7}})"), {})));
  });
  hold_open (false);
  restarts.join ();
  applies.join ();
  while (f.voice (track) != "-g-")
    g_thread_yield ();
}
GST_END_TEST

GST_START_TEST (a_clone_keeps_the_defaults)
{
  HintFixture f;
  auto track = f.open ();
  TrackLog log (track);
  fail_unless (set_content_hint (*track, "speech"));
  auto clone = track->clone (); // it may not be in force yet
  TrackLog log_of_clone (clone);
  log.wait ("configurationchange ");
  while (f.voice (clone) != "-g-") // before it has a log, maybe
    g_thread_yield ();
  f.apply (clone, R"({"autoGainControl":{"exact":false}})");
  f.apply (clone, "{}");
  f.expect (clone, "-g-");
  // From then on each has its own.
  f.apply (track, "{}");
  f.hint (track, log, "music");
  f.expect (track, "---");
  f.apply (clone, "{}");
  f.expect (clone, "-g-");
  fail_unless_equals_string (clone->content_hint (), "speech");
  Taker taker (clone);
  fail_unless (bool (taker.next ()));
}
GST_END_TEST

// The voice processor has nobody to hear.
GST_START_TEST (a_hint_that_cannot_be_followed_changes_nothing)
{
  HintFixture f;
  f.registry->set_echo_probe ("nobody's");
  auto track = f.open (R"({"echoCancellation":{"exact":false}})");
  auto other = track->clone ();
  TrackLog log (track), log_of_other (other);
  fail_unless (set_content_hint (*track, "music"));
  f.apply (track, "{}");
  f.expect (track, "---");
  fail_unless (set_content_hint (*track, "speech"));
  f.hint (other, log_of_other, "speech"); // of which echo is ruled out
  f.expect (other, "-g-");
  f.expect (track, "---");
  Taker taker (track);
  for (int i = 0; i < 4; i++)
    fail_unless (bool (taker.next ()));
  fail_if (track->is_ended ());
  log.expect_nothing ();
}
GST_END_TEST

// Of pictures it is for who encodes them.
GST_START_TEST (hints_of_pictures_change_no_settings)
{
  CaptureFixture f;
  auto track = f.open ();
  Settings before = f.of (track)->settings ();
  for (const char *word : {"motion", "detail", "text", ""}) {
    fail_unless (set_content_hint (*track, word));
    fail_unless_equals_string (track->content_hint (), word);
    f.apply (track, "{}");
    fail_unless (f.of (track)->settings () == before);
  }
}
GST_END_TEST

static Suite *
content_hint_suite (void)
{
  Suite *suite = suite_create ("content-hint");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, a_word_has_its_defaults);
  tcase_add_test (tc, a_hint_changes_what_constraints_leave_open);
  tcase_add_test (tc, what_was_asked_for_is_no_hints_to_change);
  tcase_add_test (tc, a_hint_forgets_nothing_but_what_it_names);
  tcase_add_test (tc, no_hint_leaves_settings_until_constraints_are_applied);
  tcase_add_test (
      tc, a_hint_that_was_taken_back_does_not_follow_what_is_applied);
  tcase_add_test (tc, a_hint_outlasts_what_could_not_be_applied);
  tcase_add_test (tc, a_clone_keeps_the_defaults);
  tcase_add_test (tc, a_hint_that_cannot_be_followed_changes_nothing);
  tcase_add_test (tc, hints_of_pictures_change_no_settings);
  return suite;
}

GST_CHECK_MAIN (content_hint);
