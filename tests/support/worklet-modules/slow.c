// SPDX-License-Identifier: LGPL-2.1-or-later
// A module whose evaluation lasts until a test lets it end.
#include <gst/webmedia/gstwebaudioprocessor.h>

#include <sched.h>

// 1: it has registered all that it has; the test makes it 2.
GST_WEB_AUDIO_EXPORT int slow_step = 0;

static gpointer
construct (const GstWebAudioOptions *options, GstWebAudioHost *host,
    gpointer user_data)
{
  return host;
}

static gboolean
process (gpointer self, const GstWebAudioQuantum *quantum)
{
  return FALSE;
}

static void
destroy (gpointer self)
{}

static void
scope_message (gpointer user_data, const GstWebAudioMessage *incoming)
{
  GstWebAudioScope *scope = user_data;
  scope->post_message (scope, "s", "slow", sizeof "slow");
}

static void
evaluate (GstWebAudioScope *scope)
{
  const GstWebAudioProcessorClass klass = {
      .size = sizeof klass,
      .name = "test-slow",
      .construct = construct,
      .process = process,
      .destroy = destroy,
  };
  scope->set_message_handler (scope, scope_message, scope);
  scope->register_processor (scope, &klass);
  __atomic_store_n (&slow_step, 1, __ATOMIC_SEQ_CST);
  while (__atomic_load_n (&slow_step, __ATOMIC_SEQ_CST) != 2)
    sched_yield ();
}

GST_WEB_AUDIO_MODULE (evaluate);
