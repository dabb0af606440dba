// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/element-view.hh"

namespace webmedia::worklet {

namespace {

class ChoiceImpl final : public Choice {
public:
  ChoiceImpl (std::shared_ptr<AudioWorklet> worklet,
      std::shared_ptr<const Definition> definition)
      : worklet_ (std::move (worklet)),
        definition_ (std::move (definition))
  {}

  const Definition &definition () const override { return *definition_; }
  Shape shape () const override { return shape_of (*definition_); }
  Result<NodeOptions> parse_options (
      const char *node_options, const char *processor_options) const override;
  Result<> try_options (const NodeOptions &options) const override;
  Result<NewNode> create_node (NodeOptions options) override
  {
    return worklet::create_node (
        worklet_, definition_->name, std::move (options));
  }

private:
  const std::shared_ptr<AudioWorklet> worklet_;
  const std::shared_ptr<const Definition> definition_;
};

} // namespace

Result<NodeOptions>
ChoiceImpl::parse_options (
    const char *node_options, const char *processor_options) const
{
  const Shape shape = shape_of (*definition_);
  auto options = parse_node_options (node_options, shape);
  if (!options)
    return options;
  if (processor_options && *processor_options) {
    auto given = parse_processor_options (processor_options, shape);
    if (!given)
      return given.error ();
    options->processor_options = std::move (*given);
  }
  return options;
}

// Their rate does not matter to any of them.
Result<>
ChoiceImpl::try_options (const NodeOptions &options) const
{
  if (!shape ().option_names)
    return ok;
  constexpr uint32_t kAnyRate = 48000;
  ProcessorPort port;
  ErrorSlot error;
  Construction construction;
  construction.number_of_inputs = options.number_of_inputs;
  construction.number_of_outputs = options.number_of_outputs;
  construction.output_channel_count = options.output_channel_count;
  construction.processor_options = options.processor_options;
  construction.sample_rate = kAnyRate;
  construction.port = &port;
  construction.error = &error;
  construction.message_error = &error;
  if (definition_->construct (construction))
    return ok;
  const auto thrown = error.take ();
  return make_error (ErrorCode::type, "\"%s\" can't be constructed: %s",
      definition_->name.c_str (),
      thrown ? thrown->message.c_str () : "it does not say why");
}

static std::string
name_all (const GlobalScope &scope)
{
  std::string names;
  for (const auto &definition : scope.definitions ())
    names += (names.empty () ? "" : ", ") + definition->name;
  return names;
}

Result<std::shared_ptr<Choice>>
choose_processor (std::shared_ptr<AudioWorklet> worklet,
    const std::string &module, const std::string &name)
{
  const GlobalScope &scope = *worklet->scope;
  std::string mistakes;
  if (!module.empty ()) {
    auto report = worklet->add_module (module);
    if (!report)
      return report.error ();
    for (const Error &error : report->errors)
      mistakes += "; in the module: " + error.message;
  }
  if (name.empty ())
    return make_error (ErrorCode::invalid_state,
        "No processor was chosen; there are: %s", name_all (scope).c_str ());
  auto definition = scope.find (name);
  if (!definition)
    return make_error (definition.error ().code, "%s%s",
        definition.error ().message.c_str (), mistakes.c_str ());
  return std::shared_ptr<Choice> (
      std::make_shared<ChoiceImpl> (std::move (worklet), *definition));
}

std::string
describe_builtin_processors ()
{
  std::string text;
  for (const auto &definition : builtin_definitions ()) {
    text += (text.empty () ? "" : "; ") + definition->name;
    std::string parameters;
    for (const ParamDescriptor &parameter : definition->parameters)
      parameters += (parameters.empty () ? " (" : ", ") + parameter.name;
    text += parameters.empty () ? "" : parameters + ")";
  }
  return text;
}

} // namespace webmedia::worklet
