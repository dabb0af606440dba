// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/global-scope.hh"

#include <set>

namespace webmedia::worklet {

GlobalScope::~GlobalScope ()
{
  HandlerEntry *entry = handlers_.load ();
  while (entry)
    delete std::exchange (entry, entry->next);
}

Result<>
check_parameters (const std::vector<ParamDescriptor> &parameters)
{
  std::set<std::string> names;
  for (const ParamDescriptor &parameter : parameters) {
    const char *name = parameter.name.c_str ();
    if (!names.insert (parameter.name).second)
      return make_error (ErrorCode::not_supported,
          "There are two parameters with the name \"%s\"", name);
    if (!(parameter.min_value <= parameter.default_value
            && parameter.default_value <= parameter.max_value))
      return make_error (ErrorCode::invalid_state,
          "The default of the parameter \"%s\", %g, is not from its minimum, "
          "%g, to its maximum, %g",
          name, parameter.default_value, parameter.min_value,
          parameter.max_value);
  }
  return ok;
}

// Steps 3 and 4 (is it a constructor, has it a prototype) are the language's.
Result<>
GlobalScope::register_processor (std::shared_ptr<const Definition> definition)
{
  // Step 1.
  const std::string &name = definition->name;
  if (name.empty ())
    return make_error (
        ErrorCode::not_supported, "A processor needs a name to register");
  // Step 5.
  if (auto result = check_parameters (definition->parameters); !result)
    return result;
  // Step 2, with what follows.
  MutexLocker locker (lock_);
  if (!definitions_.emplace (name, definition).second)
    return make_error (ErrorCode::not_supported,
        "The name \"%s\" is registered already", name.c_str ());
  return ok;
}

std::vector<std::shared_ptr<const Definition>>
GlobalScope::definitions () const
{
  std::map<std::string, std::shared_ptr<const Definition>> all;
  {
    MutexLocker locker (lock_);
    all = definitions_;
  }
  for (const auto &builtin : builtin_definitions ())
    all.emplace (builtin->name, builtin);
  std::vector<std::shared_ptr<const Definition>> list;
  for (const auto &[name, definition] : all)
    list.push_back (definition);
  return list;
}

Result<std::shared_ptr<const Definition>>
GlobalScope::find (const std::string &name) const
{
  std::string names;
  const auto all = definitions ();
  for (const auto &definition : all) {
    if (definition->name == name)
      return definition;
    names += (names.empty () ? "" : ", ") + definition->name;
  }
  return make_error (ErrorCode::invalid_state,
      "No processor \"%s\" is registered; %s%s", name.c_str (),
      names.empty () ? "there is none" : "there are: ", names.c_str ());
}

double
GlobalScope::current_time () const
{
  const uint32_t rate = sample_rate ();
  return rate ? static_cast<double> (current_frame ()) / rate : 0;
}

void
GlobalScope::add_message_handler (Handler handler)
{
  auto *entry = new HandlerEntry{std::move (handler), handlers_.load ()};
  while (!handlers_.compare_exchange_weak (entry->next, entry))
    ;
}

void
GlobalScope::keep (std::shared_ptr<void> object)
{
  MutexLocker locker (lock_);
  kept_.push_back (std::move (object));
}

Result<>
GlobalScope::attach (uint32_t rate)
{
  if (is_attached_.exchange (true))
    return make_error (ErrorCode::invalid_state,
        "This AudioWorklet is rendered already: it has one clock; make another "
        "one for another element");
  rate_.store (rate, std::memory_order_relaxed);
  return ok;
}

} // namespace webmedia::worklet
