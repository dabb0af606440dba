// SPDX-License-Identifier: LGPL-2.1-or-later
// The public objects of AudioWorklet in tests, and processors of the
// application's own.
#pragma once

#include "support/check.hh"

#include <cmath>
#include <gst/webmedia/gstwebaudioprocessor.hpp>
#include <gst/webmedia/webmedia.h>
#include <memory>
#include <string>
#include <vector>

namespace webmedia::test {

struct Unref {
  template <typename T> void operator() (T *object) const
  {
    g_object_unref (object);
  }
};
template <typename T> using Own = std::unique_ptr<T, Unref>;

inline std::string
module_path (const char *name)
{
  return std::string (g_getenv ("WEBMEDIA_TEST_MODULES")) + "/libworklet-"
         + name + ".so";
}

inline Own<GstWebAudioWorklet>
make_worklet (guint rate = 0)
{
  GError *error = nullptr;
  Own<GstWebAudioWorklet> made (gst_web_audio_worklet_new (rate, 0, &error));
  g_assert_no_error (error);
  return made;
}

inline void
check_error (GError *error, GstWebError code, const char *mention = "")
{
  fail_unless (g_error_matches (error, GST_WEB_ERROR, code), "it is %s",
      error ? error->message : "none");
  fail_unless (strstr (error->message, mention) != nullptr,
      "\"%s\" does not mention %s", error->message, mention);
  g_error_free (error);
}

// A processor that is part of the application.
template <typename P>
void
register_processor (GstWebAudioWorklet *worklet, const char *name)
{
  const GstWebAudioProcessorClass klass = gst::web::make_class<P> (name);
  GError *error = nullptr;
  gst_web_audio_worklet_global_scope_register_processor (
      gst_web_audio_worklet_get_global_scope (worklet), &klass, nullptr,
      &error);
  g_assert_no_error (error);
}

// `options` as text of a GVariant, or null.
inline Own<GstWebAudioWorkletNode>
make_node (GstWebAudioWorklet *worklet, const char *name,
    const char *options = nullptr, GError **error = nullptr)
{
  return Own<GstWebAudioWorkletNode> (gst_web_audio_worklet_node_new (worklet,
      name, options ? g_variant_new_parsed (options) : nullptr, error));
}

inline GstWebAudioParam *
param_of (const Own<GstWebAudioWorkletNode> &node, const char *name)
{
  return gst_web_audio_param_map_get (
      gst_web_audio_worklet_node_get_parameters (node.get ()), name);
}

inline void
post (GstWebMessagePort *port, const char *value)
{
  GError *error = nullptr;
  gst_web_message_port_post_message (
      port, g_variant_new_parsed (value), nullptr, 0, &error);
  g_assert_no_error (error);
}

inline void
run_loop ()
{
  while (g_main_context_iteration (nullptr, FALSE)) {
  }
}

// What comes out of a port, printed; it is started.
class Heard {
public:
  explicit Heard (GstWebMessagePort *port)
      : port_ (GST_WEB_MESSAGE_PORT (g_object_ref (port)))
  {
    auto keep = [] (GstWebMessagePort *, GstWebMessageEvent *event,
                    gpointer data) {
      auto self = static_cast<Heard *> (data);
      gchar *text =
          g_variant_print (gst_web_message_event_get_data (event), FALSE);
      self->text_ += (self->text_.empty () ? "" : " ") + std::string (text);
      g_free (text);
    };
    using Keep = void (*) (GstWebMessagePort *, GstWebMessageEvent *, gpointer);
    handler_ = g_signal_connect (
        port, "message", G_CALLBACK (static_cast<Keep> (keep)), this);
    gst_web_message_port_start (port);
  }
  ~Heard () { g_signal_handler_disconnect (port_.get (), handler_); }
  Heard (const Heard &) = delete;
  Heard &operator= (const Heard &) = delete;

  // All since the last call, with spaces between.
  std::string take ()
  {
    run_loop ();
    return std::exchange (text_, {});
  }
  void expect (const char *expected)
  {
    const std::string text = take ();
    fail_unless_equals_string (text.c_str (), expected);
  }

private:
  const Own<GstWebMessagePort> port_;
  gulong handler_;
  std::string text_;
};

// Counts `processorerror`, and keeps the last one.
class Errors {
public:
  explicit Errors (GstWebAudioWorkletNode *node)
  {
    auto keep = [] (GstWebAudioWorkletNode *, GstWebErrorEvent *event,
                    gpointer data) {
      auto self = static_cast<Errors *> (data);
      self->count++;
      self->last.reset (GST_WEB_ERROR_EVENT (g_object_ref (event)));
    };
    using Keep =
        void (*) (GstWebAudioWorkletNode *, GstWebErrorEvent *, gpointer);
    g_signal_connect (
        node, "processorerror", G_CALLBACK (static_cast<Keep> (keep)), this);
  }

  int count = 0;
  Own<GstWebErrorEvent> last;
};

// Posts back what numbers it gets, times the factor of its options.
class Echo : public gst::web::AudioProcessor {
public:
  Echo (const gst::web::Options &options, GstWebAudioHost *host)
      : AudioProcessor (options, host)
  {
    if (options.processor_options)
      g_variant_lookup (options.processor_options, "factor", "d", &factor_);
  }
  bool process (const gst::web::Quantum &) { return true; }
  void message (const gst::web::Message &message)
  {
    post_number (message.number (0) * factor_);
  }

private:
  double factor_ = 1;
};

// Puts out the value of its parameter.
class Level : public gst::web::AudioProcessor {
public:
  static constexpr gst::web::ParamDescriptor parameters[] = {
      gst::web::param ("level", 0.5f, 0, 2),
      gst::web::param ("held", 0, -1, 1, GST_WEB_AUTOMATION_RATE_K),
  };
  using AudioProcessor::AudioProcessor;

  bool process (const gst::web::Quantum &quantum)
  {
    const gst::web::Values level = quantum.parameter (0);
    const gst::web::Output &output = quantum.output (0);
    for (guint c = 0; c < output.n_channels; c++)
      for (size_t i = 0; i < quantum.frames (); i++)
        output.channels[c][i] = level[i];
    return true;
  }
};

} // namespace webmedia::test
