// SPDX-License-Identifier: LGPL-2.1-or-later
// The one file that is compiled with exceptions: it catches what modules throw.
#include "worklet/native-guard.hh"

#include <cxxabi.h>
#include <exception>

namespace webmedia::worklet {

// Runs `function`; `tell` is given what it throws. The end of a thread goes on.
template <typename Function, typename Tell>
static auto
guard (Function function, Tell tell) -> decltype (function ())
{
  try {
    return function ();
  } catch (abi::__forced_unwind &) {
    throw;
  } catch (const std::exception &exception) {
    tell (exception.what ());
  } catch (...) {
    tell ("an exception of unknown type");
  }
  return decltype (function ()) ();
}

static auto
telling (GstWebAudioHost *host)
{
  return [host] (const char *text) {
    host->throw_error (host, text, nullptr, 0);
  };
}

gpointer
guarded_construct (const GstWebAudioProcessorClass &klass,
    const GstWebAudioOptions *options, GstWebAudioHost *host)
{
  return guard (
      [&] { return klass.construct (options, host, klass.user_data); },
      telling (host));
}

gboolean
guarded_process (const GstWebAudioProcessorClass &klass, gpointer self,
    const GstWebAudioQuantum *quantum, GstWebAudioHost *host)
{
  return guard ([&] { return klass.process (self, quantum); }, telling (host));
}

void
guarded_message (const GstWebAudioProcessorClass &klass, gpointer self,
    const GstWebAudioMessage *message, GstWebAudioHost *host)
{
  guard ([&] { klass.message (self, message); }, telling (host));
}

guint64
guarded_tail (const GstWebAudioProcessorClass &klass, gpointer self,
    GstWebAudioHost *host)
{
  return guard ([&] { return klass.get_tail (self); }, telling (host));
}

void
guarded_destroy (const GstWebAudioProcessorClass &klass, gpointer self,
    GstWebAudioHost *host)
{
  guard ([&] { klass.destroy (self); }, telling (host));
}

static auto
telling (Thrown &thrown)
{
  return [&thrown] (const char *text) {
    g_strlcpy (thrown.text, *text ? text : "an exception without a text",
        sizeof thrown.text);
  };
}

Thrown
guarded_evaluate (const GstWebAudioModule &module, GstWebAudioScope *scope)
{
  Thrown thrown;
  guard ([&] { module.evaluate (scope); }, telling (thrown));
  return thrown;
}

Thrown
guarded_handler (
    void (*message) (gpointer user_data, const GstWebAudioMessage *message),
    gpointer user_data, const GstWebAudioMessage *incoming)
{
  Thrown thrown;
  guard ([&] { message (user_data, incoming); }, telling (thrown));
  return thrown;
}

} // namespace webmedia::worklet
