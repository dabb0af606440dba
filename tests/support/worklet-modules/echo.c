// SPDX-License-Identifier: LGPL-2.1-or-later
// A module in C: sends back what it is sent, from its processors and from its
// scope.
#include <gst/webmedia/gstwebaudioprocessor.h>

#include <string.h>

static gpointer
construct (const GstWebAudioOptions *options, GstWebAudioHost *host,
    gpointer user_data)
{
  if (options->number_of_inputs > 2) {
    GST_WEB_AUDIO_THROW (host, "two inputs are enough");
    return NULL;
  }
  return host;
}

static gboolean
process (gpointer self, const GstWebAudioQuantum *quantum)
{
  return FALSE;
}

static void
message (gpointer self, const GstWebAudioMessage *incoming)
{
  GstWebAudioHost *host = self;
  host->post_message (host, incoming->type, incoming->data, incoming->size);
}

static void
destroy (gpointer self)
{}

static gboolean
register_echo (GstWebAudioScope *scope, const char *name)
{
  const GstWebAudioProcessorClass klass = {
      .size = sizeof klass,
      .name = name,
      .construct = construct,
      .process = process,
      .message = message,
      .destroy = destroy,
  };
  return scope->register_processor (scope, &klass);
}

// A string in parentheses is a name to register.
static void
scope_message (gpointer user_data, const GstWebAudioMessage *incoming)
{
  GstWebAudioScope *scope = user_data;
  if (strcmp (incoming->type, "(s)") == 0) {
    const guint8 is_registered = register_echo (scope, incoming->data) != 0;
    scope->post_message (scope, "b", &is_registered, sizeof is_registered);
    return;
  }
  scope->post_message (scope, incoming->type, incoming->data, incoming->size);
}

static void
evaluate (GstWebAudioScope *scope)
{
  const gdouble rate = scope->sample_rate;
  register_echo (scope, "test-echo");
  scope->post_message (scope, "d", &rate, sizeof rate);
  scope->set_message_handler (scope, scope_message, scope);
}

GST_WEB_AUDIO_MODULE (evaluate);
