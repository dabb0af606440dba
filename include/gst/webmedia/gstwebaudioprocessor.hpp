// SPDX-License-Identifier: LGPL-2.1-or-later
// Processors for AudioWorklet in C++ (C++17): a thin dress over
// gstwebaudioprocessor.h, with nothing to link. An example, whole:
//
//   class Gain : public gst::web::AudioProcessor {
//   public:
//     static constexpr gst::web::ParamDescriptor parameters[] = {
//         gst::web::param ("gain", 1.0f, 0.0f, 10.0f)};
//     using AudioProcessor::AudioProcessor;
//
//     bool process (const gst::web::Quantum &quantum)
//     {
//       ...
//       return quantum.input (0).n_channels > 0;
//     }
//   };
//
//   static void evaluate (GstWebAudioScope *scope)
//   {
//     gst::web::register_processor<Gain> (scope, "my-gain", "Multiplies");
//   }
//   GST_WEB_AUDIO_MODULE (evaluate);
//
// An exception that the constructor, process() or get_tail() throws is the
// node's `processorerror`. One that message() throws is a warning.
#ifndef __GST_WEB_AUDIO_PROCESSOR_HPP__
#define __GST_WEB_AUDIO_PROCESSOR_HPP__

#include <gst/webmedia/gstwebaudioprocessor.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <new>
#include <type_traits>
#include <utility>

namespace gst::web {

using Options = GstWebAudioOptions;
using Input = GstWebAudioInput;
using Output = GstWebAudioOutput;
using ParamDescriptor = GstWebAudioParamDescriptor;

constexpr ParamDescriptor
param (const char *name, float default_value = 0.0f,
    float min_value = -G_MAXFLOAT, float max_value = G_MAXFLOAT,
    GstWebAutomationRate automation_rate = GST_WEB_AUTOMATION_RATE_A)
{
  return {name, default_value, min_value, max_value, automation_rate};
}

// The values of a parameter: `values[frame]`, however many there are.
class Values {
public:
  explicit Values (const GstWebAudioParamValues &values)
      : values_ (values.values),
        step_ (values.n_values > 1)
  {}
  float operator[] (size_t frame) const { return values_[frame * step_]; }
  // Whether one value holds for the whole quantum.
  bool is_constant () const { return step_ == 0; }
  const float *data () const { return values_; }

private:
  const float *values_;
  size_t step_;
};

// What process() is given.
class Quantum {
public:
  explicit Quantum (const GstWebAudioQuantum &quantum) : quantum_ (quantum) {}

  size_t frames () const { return quantum_.n_frames; }
  uint64_t current_frame () const { return quantum_.current_frame; }
  double current_time () const { return quantum_.current_time; }
  float sample_rate () const { return quantum_.sample_rate; }
  size_t inputs () const { return quantum_.n_inputs; }
  size_t outputs () const { return quantum_.n_outputs; }
  const Input &input (size_t n) const { return quantum_.inputs[n]; }
  const Output &output (size_t n) const { return quantum_.outputs[n]; }
  // By its place among the descriptors.
  Values parameter (size_t n) const { return Values (quantum_.parameters[n]); }
  const GstWebAudioQuantum &c () const { return quantum_; }

private:
  const GstWebAudioQuantum &quantum_;
};

// What message() is given. Nothing here allocates.
class Message {
public:
  explicit Message (const GstWebAudioMessage &message) : message_ (message) {}

  bool is (const char *type) const
  {
    return std::strcmp (message_.type, type) == 0;
  }
  // A number of any kind, or a boolean; `otherwise` where it is none.
  double number (double otherwise) const
  {
    if (message_.type[0] == '\0' || message_.type[1] != '\0')
      return otherwise;
    switch (message_.type[0]) {
    case 'd':
      return read<double> ();
    case 'b':
    case 'y':
      return read<guint8> ();
    case 'n':
      return read<gint16> ();
    case 'q':
      return read<guint16> ();
    case 'i':
      return read<gint32> ();
    case 'u':
      return read<guint32> ();
    case 'x':
      return static_cast<double> (read<gint64> ());
    case 't':
      return static_cast<double> (read<guint64> ());
    default:
      return otherwise;
    }
  }
  // Of a string; null where it is none.
  const char *string () const
  {
    return is ("s") ? static_cast<const char *> (message_.data) : nullptr;
  }
  const GstWebAudioMessage &c () const { return message_; }

private:
  template <typename T> T read () const
  {
    T value{};
    std::memcpy (&value, message_.data, sizeof value);
    return value;
  }

  const GstWebAudioMessage &message_;
};

// The base of processors: it has the port.
class AudioProcessor {
public:
  AudioProcessor (const Options &, GstWebAudioHost *host) : host_ (host) {}
  AudioProcessor (const AudioProcessor &) = delete;
  AudioProcessor &operator= (const AudioProcessor &) = delete;

  void message (const Message &) {}

protected:
  // Each false where there is no room: the message is lost and counted.
  bool post_number (double value)
  {
    return host_->post_message (host_, "d", &value, sizeof value);
  }
  bool post_numbers (const double *values, size_t count)
  {
    return host_->post_message (host_, "ad", values, count * sizeof *values);
  }
  bool post_string (const char *text)
  {
    return host_->post_message (host_, "s", text, std::strlen (text) + 1);
  }
  bool post_message (const char *type, const void *data, size_t size)
  {
    return host_->post_message (host_, type, data, size);
  }
  // What `throw` is, for code without exceptions.
  void throw_error (
      const char *text, const char *file = nullptr, guint line = 0)
  {
    host_->throw_error (host_, text, file, line);
  }

private:
  GstWebAudioHost *host_;
};

namespace detail {

// Runs `function`; what it throws is told the host.
template <typename Result, typename Function>
Result
guard (GstWebAudioHost *host, Result otherwise, Function function)
{
#ifdef __cpp_exceptions
  try {
    return function ();
  } catch (const std::exception &exception) {
    host->throw_error (host, exception.what (), nullptr, 0);
  } catch (...) {
    host->throw_error (host, "an exception of unknown type", nullptr, 0);
  }
  return otherwise;
#else
  return function ();
#endif
}

// With its host, as what it throws is told there.
template <typename P> struct Instance {
  Instance (const Options &options, GstWebAudioHost *its_host)
      : host (its_host),
        processor (options, its_host)
  {}
  GstWebAudioHost *host;
  P processor;
};

template <typename P, typename = void> struct Parameters {
  static constexpr const ParamDescriptor *data = nullptr;
  static constexpr guint count = 0;
};
template <typename P>
struct Parameters<P, std::void_t<decltype (P::parameters)>> {
  static constexpr const ParamDescriptor *data = P::parameters;
  static constexpr guint count =
      static_cast<guint> (std::extent_v<decltype (P::parameters)>);
};

template <typename P, typename = void> struct Tail {
  static constexpr guint64 (*get) (gpointer) = nullptr;
};
template <typename P>
struct Tail<P, std::void_t<decltype (std::declval<P &> ().tail ())>> {
  static guint64 get (gpointer self)
  {
    return static_cast<Instance<P> *> (self)->processor.tail ();
  }
};

template <typename P>
gpointer
construct (const Options *options, GstWebAudioHost *host, gpointer)
{
  return guard<gpointer> (
      host, nullptr, [&] { return new Instance<P> (*options, host); });
}

template <typename P>
gboolean
process (gpointer self, const GstWebAudioQuantum *quantum)
{
  auto *instance = static_cast<Instance<P> *> (self);
  return guard<gboolean> (instance->host, FALSE, [&] {
    return instance->processor.process (Quantum (*quantum)) ? TRUE : FALSE;
  });
}

template <typename P>
void
message (gpointer self, const GstWebAudioMessage *message)
{
  auto *instance = static_cast<Instance<P> *> (self);
  guard<int> (instance->host, 0, [&] {
    instance->processor.message (Message (*message));
    return 0;
  });
}

template <typename P>
void
destroy (gpointer self)
{
  delete static_cast<Instance<P> *> (self);
}

} // namespace detail

// The class structure of a processor: `parameters`, `message()` and `tail()`
// are P's own where it has them.
template <typename P>
GstWebAudioProcessorClass
make_class (const char *name, const char *description = nullptr)
{
  GstWebAudioProcessorClass klass{};
  klass.size = sizeof klass;
  klass.name = name;
  klass.description = description;
  klass.n_parameters = detail::Parameters<P>::count;
  klass.parameters = detail::Parameters<P>::data;
  klass.construct = detail::construct<P>;
  klass.process = detail::process<P>;
  klass.message = detail::message<P>;
  klass.get_tail = detail::Tail<P>::get;
  klass.destroy = detail::destroy<P>;
  return klass;
}

template <typename P>
bool
register_processor (GstWebAudioScope *scope, const char *name,
    const char *description = nullptr)
{
  const GstWebAudioProcessorClass klass = make_class<P> (name, description);
  return scope->register_processor (scope, &klass);
}

} // namespace gst::web

#endif
