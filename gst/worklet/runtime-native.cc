// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/runtime-native.hh"

#include "worklet/native-guard.hh"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace webmedia::worklet {

namespace {

// A copy of the class, with the strings and descriptors that it points to.
class NativeDefinition final
    : public Definition,
      public std::enable_shared_from_this<NativeDefinition> {
public:
  NativeDefinition (const GstWebAudioProcessorClass &klass,
      std::vector<ParamDescriptor> descriptors, std::shared_ptr<void> its_keep)
      : Definition (klass.name, klass.description ? klass.description : "",
          std::move (descriptors)),
        keep_ (std::move (its_keep))
  {
    std::memcpy (&klass_, &klass, std::min (klass.size, sizeof klass_));
  }
  std::unique_ptr<Processor> construct (
      const Construction &construction) const override;
  const GstWebAudioProcessorClass &klass () const { return klass_; }

private:
  GstWebAudioProcessorClass klass_{};
  const std::shared_ptr<void> keep_;
};

// Its host is the first member of what the module's calls are given.
class NativeProcessor final : public Processor {
public:
  NativeProcessor (std::shared_ptr<const NativeDefinition> definition,
      const Construction &construction)
      : definition_ (std::move (definition)),
        port_ (*construction.port),
        error_ (*construction.error),
        message_error_ (*construction.message_error)
  {
    host_.table = {sizeof host_.table, post_message, throw_error};
    host_.self = this;
  }
  ~NativeProcessor () override
  {
    slot_ = &message_error_;
    if (self_ && klass ().destroy)
      guarded_destroy (klass (), self_, &host_.table);
  }
  bool construct (const Construction &construction);

  Answer process (const GstWebAudioQuantum &quantum) override
  {
    has_failed_ = false;
    const gboolean keep_alive =
        guarded_process (klass (), self_, &quantum, &host_.table);
    if (has_failed_) [[unlikely]]
      return Answer::failed;
    return keep_alive ? Answer::keep_alive : Answer::finished;
  }
  void on_message (const ProcessorPort::Incoming &message) override;
  Tail tail () override;

private:
  struct Host {
    GstWebAudioHost table;
    NativeProcessor *self;
  };
  static NativeProcessor &of (GstWebAudioHost *host)
  {
    return *reinterpret_cast<Host *> (host)->self;
  }
  static gboolean post_message (
      GstWebAudioHost *host, const gchar *type, gconstpointer data, gsize size)
  {
    return of (host).port_.post_from_processor (type, data, size);
  }
  static void throw_error (GstWebAudioHost *host, const gchar *message,
      const gchar *filename, guint line)
  {
    NativeProcessor &self = of (host);
    self.has_failed_ = true;
    self.slot_->set (message, filename, line);
  }
  const GstWebAudioProcessorClass &klass () const
  {
    return definition_->klass ();
  }

  const std::shared_ptr<const NativeDefinition> definition_;
  ProcessorPort &port_;
  ErrorSlot &error_;
  ErrorSlot &message_error_;
  ErrorSlot *slot_ = &error_; // where what is thrown goes
  bool has_failed_ = false;
  Host host_;
  gpointer self_ = nullptr; // the module's
};

bool
NativeProcessor::construct (const Construction &construction)
{
  const auto &counts = construction.output_channel_count;
  const std::vector<guint> output_counts (
      counts ? counts->begin () : std::vector<uint32_t>::const_iterator (),
      counts ? counts->end () : std::vector<uint32_t>::const_iterator ());
  const GstWebAudioOptions options{
      .size = sizeof options,
      .number_of_inputs = construction.number_of_inputs,
      .number_of_outputs = construction.number_of_outputs,
      .output_channel_count = counts ? output_counts.data () : nullptr,
      .processor_options = construction.processor_options.get (),
      .sample_rate = static_cast<gfloat> (construction.sample_rate),
      .render_quantum_size = construction.quantum,
  };
  self_ = guarded_construct (klass (), &options, &host_.table);
  return self_ && !has_failed_;
}

// https://webaudio.github.io/web-audio-api/#dom-audioworkletnode-onprocessorerror
// DEVIATION: what any method of the class throws is a `processorerror` there.
// message() stands for the port's handler, whose exceptions stop nothing.
void
NativeProcessor::on_message (const ProcessorPort::Incoming &incoming)
{
  if (!klass ().message)
    return;
  const GstWebAudioMessage message{
      .struct_size = sizeof message,
      .type = incoming.type,
      .data = incoming.data,
      .size = incoming.size,
      .variant = incoming.message.data.get (),
  };
  slot_ = &message_error_;
  guarded_message (klass (), self_, &message, &host_.table);
  slot_ = &error_;
}

Processor::Tail
NativeProcessor::tail ()
{
  if (!klass ().get_tail)
    return {};
  has_failed_ = false;
  const uint64_t frames = guarded_tail (klass (), self_, &host_.table);
  return {frames, has_failed_};
}

std::unique_ptr<Processor>
NativeDefinition::construct (const Construction &construction) const
{
  auto processor =
      std::make_unique<NativeProcessor> (shared_from_this (), construction);
  if (!processor->construct (construction))
    return nullptr;
  return processor;
}

} // namespace

static Error
lacks (const char *name, const char *what)
{
  return make_error (ErrorCode::type,
      "The class of the processor \"%s\" lacks %s", name, what);
}

static Result<>
check_size (const GstWebAudioProcessorClass &klass)
{
  if (klass.size < kFirstClassSize)
    return make_error (ErrorCode::type,
        "A processor's class says that it has %zu bytes, but it has %zu or "
        "more: set `size` to sizeof (GstWebAudioProcessorClass)",
        klass.size, kFirstClassSize);
  return ok;
}

// In C it may be any.
static int
number_of (const GstWebAutomationRate &rate)
{
  int number;
  static_assert (sizeof number == sizeof rate);
  std::memcpy (&number, &rate, sizeof number);
  return number;
}

Result<std::shared_ptr<const Definition>>
make_native_definition (
    const GstWebAudioProcessorClass &klass, std::shared_ptr<void> keep)
{
  if (auto result = check_size (klass); !result)
    return result.error ();
  const char *name = klass.name ? klass.name : "";
  if (!klass.construct)
    return lacks (name, "the function `construct`");
  if (!klass.process)
    return lacks (name, "the function `process`");
  if (klass.n_parameters && !klass.parameters)
    return lacks (name, "the descriptors of its parameters");
  std::vector<ParamDescriptor> descriptors;
  for (guint i = 0; i < klass.n_parameters; i++) {
    const GstWebAudioParamDescriptor &given = klass.parameters[i];
    if (!given.name)
      return lacks (name, "the name of a parameter");
    // They are IDL's float.
    for (float value : {given.default_value, given.min_value, given.max_value})
      if (!std::isfinite (value))
        return make_error (ErrorCode::type,
            "The parameter \"%s\" of the processor \"%s\" has the limit or "
            "default %g: these must be finite",
            given.name, name, double (value));
    const int rate = number_of (given.automation_rate);
    if (rate != GST_WEB_AUTOMATION_RATE_A && rate != GST_WEB_AUTOMATION_RATE_K)
      return make_error (ErrorCode::type,
          "The parameter \"%s\" of the processor \"%s\" has the automation "
          "rate %d: it must be GST_WEB_AUTOMATION_RATE_A or "
          "GST_WEB_AUTOMATION_RATE_K",
          given.name, name, rate);
    descriptors.push_back (
        {given.name, given.default_value, given.min_value, given.max_value,
            rate == GST_WEB_AUTOMATION_RATE_K ? AutomationRate::k_rate
                                              : AutomationRate::a_rate});
  }
  // It may be shorter than ours, or longer.
  GstWebAudioProcessorClass named{};
  std::memcpy (&named, &klass, std::min (klass.size, sizeof named));
  named.name = name;
  return std::shared_ptr<const Definition> (
      std::make_shared<const NativeDefinition> (
          named, std::move (descriptors), std::move (keep)));
}

// https://webaudio.github.io/web-audio-api/#dom-audioworkletglobalscope-registerprocessor
Result<>
register_native_processor (GlobalScope &scope,
    const GstWebAudioProcessorClass &klass, std::shared_ptr<void> keep,
    Found found)
{
  if (auto result = check_size (klass); !result)
    return result;
  // Steps 1 and 2.
  if (auto result = scope.check_name (klass.name ? klass.name : ""); !result)
    return result;
  // Steps 3 and 4, and the types of step 5.
  auto definition = make_native_definition (klass, std::move (keep));
  if (!definition)
    return definition.error ();
  return found == Found::at_once
             ? scope.register_processor (std::move (*definition))
             : scope.reserve (std::move (*definition));
}

} // namespace webmedia::worklet
