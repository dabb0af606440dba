// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/builtin-fixture.hh"

#include <cstring>

using namespace webmedia;
using namespace webmedia::test;
using namespace webmedia::worklet;

// All pieces, put together; they follow each other.
static Sound
put_together (const std::vector<Ptr<GVariant>> &messages, size_t piece)
{
  Sound sound;
  guint64 next = 0;
  for (size_t m = 0; m < messages.size (); m++) {
    guint64 frame = 0;
    guint32 channels = 0;
    GVariant *bytes = nullptr;
    fail_unless (
        g_variant_is_of_type (messages[m].get (), G_VARIANT_TYPE ("(tuay)")));
    g_variant_get (messages[m].get (), "(tu@ay)", &frame, &channels, &bytes);
    const auto held = Ptr<GVariant>::adopt (bytes);
    std::vector<float> samples (g_variant_get_size (bytes) / sizeof (float));
    std::memcpy (samples.data (), g_variant_get_data (bytes),
        g_variant_get_size (bytes));
    fail_unless_equals_uint64 (frame, next);
    const size_t frames = samples.size () / channels;
    fail_unless (m + 1 == messages.size () || frames == piece);
    next += frames;
    sound.resize (channels);
    for (size_t i = 0; i < samples.size (); i++)
      sound[i % channels].push_back (samples[i]);
  }
  return sound;
}

GST_START_TEST (all_that_came_in_is_posted)
{
  const Sound input = make_noise (2, 10000);
  for (const auto &split : kSplits) {
    NodeOptions options;
    options.number_of_outputs = 0;
    Effect effect ("recorder", options);
    effect.run (std::vector<Sound>{input}, 10000, split);
    fail_unless_equals_uint64 (effect.node->port ().dropped (), 0);
    Sound sound = put_together (effect.messages (), 1024);
    fail_unless_equals_int (sound.size (), 2);
    // The last quantum is filled up with silence.
    fail_unless_equals_int (sound[0].size (), 79 * 128);
    for (auto &channel : sound)
      channel.resize (10000);
    fail_unless (sound == input);
  }
}
GST_END_TEST

GST_START_TEST (pieces_are_as_long_as_was_asked_for)
{
  const Sound input = make_noise (1, 1280);
  for (size_t frames : {1, 100, 128, 1000, 1280, 48000}) {
    NodeOptions options = with_options (
        ("{'frames': <" + std::to_string (frames) + ">}").c_str ());
    Effect effect ("recorder", std::move (options));
    fail_unless (effect.run (input) == input);
    fail_unless (put_together (effect.messages (), frames) == input);
  }
}
GST_END_TEST

GST_START_TEST (many_channels_make_shorter_pieces)
{
  const Sound input = make_noise (32, 3200);
  NodeOptions options = with_options ("{'frames': <48000>}");
  options.number_of_outputs = 0;
  Effect effect ("recorder", std::move (options));
  effect.renderer->connect_input (0, 32);
  // As a port holds little of it, it is read all the time.
  std::vector<Ptr<GVariant>> messages;
  for (size_t at = 0; at < 3200; at += 128) {
    for (size_t c = 0; c < 32; c++)
      std::copy_n (
          input[c].data () + at, 128, effect.renderer->input (0).data[c]);
    effect.renderer->activate_input (0);
    effect.renderer->render ();
    for (auto &message : effect.messages ())
      messages.push_back (std::move (message));
  }
  effect.renderer->render ();
  for (auto &message : effect.messages ())
    messages.push_back (std::move (message));
  fail_unless (put_together (messages, 1024) == input);
}
GST_END_TEST

static Suite *
builtin_recorder_suite ()
{
  Suite *suite = suite_create ("worklet/builtin-recorder");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, all_that_came_in_is_posted);
  tcase_add_test (tcase, pieces_are_as_long_as_was_asked_for);
  tcase_add_test (tcase, many_channels_make_shorter_pieces);
  return suite;
}
GST_CHECK_MAIN (builtin_recorder)
