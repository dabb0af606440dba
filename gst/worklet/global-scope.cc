// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/global-scope.hh"

#include <gst/gst.h>
#include <set>
#include <thread>
#include <time.h>

namespace webmedia::worklet {

// Of a clock that goes in steps of some milliseconds, and costs next to
// nothing.
static int64_t
coarse_time ()
{
  timespec time;
  clock_gettime (CLOCK_MONOTONIC_COARSE, &time);
  return int64_t (time.tv_sec) * 1000 + time.tv_nsec / 1000000;
}

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

static Error
taken (const std::string &name)
{
  return make_error (ErrorCode::not_supported,
      "The name \"%s\" is registered already", name.c_str ());
}

Result<>
GlobalScope::check_name (const std::string &name) const
{
  // Step 1.
  if (name.empty ())
    return make_error (
        ErrorCode::not_supported, "A processor needs a name to register");
  // Step 2.
  MutexLocker locker (lock_);
  if (definitions_.contains (name) || reserved_.contains (name))
    return taken (name);
  return ok;
}

// Steps 3 and 4 (is it a constructor, has it a prototype) are the language's.
Result<>
GlobalScope::check (const Definition &definition) const
{
  if (auto result = check_name (definition.name); !result)
    return result;
  // Step 5.
  return check_parameters (definition.parameters);
}

// Another thread may have been here since the checks.
Result<>
GlobalScope::add_locked (
    Definitions &definitions, std::shared_ptr<const Definition> definition)
{
  const std::string &name = definition->name;
  if (definitions_.contains (name) || reserved_.contains (name))
    return taken (name);
  definitions.emplace (name, definition);
  return ok;
}

Result<>
GlobalScope::register_processor (std::shared_ptr<const Definition> definition)
{
  if (auto result = check (*definition); !result)
    return result;
  MutexLocker locker (lock_);
  return add_locked (definitions_, std::move (definition));
}

Result<>
GlobalScope::reserve (std::shared_ptr<const Definition> definition)
{
  if (auto result = check (*definition); !result)
    return result;
  MutexLocker locker (lock_);
  return add_locked (reserved_, std::move (definition));
}

void
GlobalScope::publish (const std::vector<std::string> &names)
{
  MutexLocker locker (lock_);
  for (const std::string &name : names)
    definitions_.insert (reserved_.extract (name));
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

// All three belong together: who attaches changes two of them.
GlobalScope::Clock
GlobalScope::clock () const
{
  while (true) {
    const unsigned changes = changes_.load ();
    const uint32_t rate = rate_.load ();
    const auto ahead = static_cast<uint64_t> (ahead_.load ());
    const uint64_t frame = frame_.load ();
    if (changes % 2 == 0 && changes_.load () == changes)
      return rate ? Clock{frame + ahead, rate} : Clock{0, 0};
    std::this_thread::yield ();
  }
}

double
GlobalScope::current_time () const
{
  const Clock now = clock ();
  return now.rate ? static_cast<double> (now.frames) / now.rate : 0;
}

void
GlobalScope::add_message_handler (Handler handler)
{
  auto *entry = new HandlerEntry{std::move (handler), handlers_.load ()};
  while (!handlers_.compare_exchange_weak (entry->next, entry))
    ;
}

// https://webaudio.github.io/web-audio-api/#rendering-loop
// (the associated task queue, of the scope's own port)
void
GlobalScope::deliver_messages (bool until_wanted)
{
  HandlerEntry *first = handlers_.load (std::memory_order_acquire);
  if (!first)
    return;
  port_.deliver (
      [first] (const ProcessorPort::Incoming &incoming) {
        for (auto *entry = first; entry; entry = entry->next)
          entry->handler (incoming);
      },
      [this, until_wanted] { return until_wanted && role_.is_wanted (); });
}

bool
GlobalScope::is_idle () const
{
  return is_suspended_.load ()
         || coarse_time () - rendered_.load (std::memory_order_relaxed)
                > kPatience;
}

void
GlobalScope::note_rendered ()
{
  rendered_.store (coarse_time (), std::memory_order_relaxed);
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
  if (fixed_rate_ && rate != fixed_rate_)
    return make_error (ErrorCode::not_supported,
        "This AudioWorklet renders at %u Hz, but the sound has %u Hz: put "
        "audioresample before it",
        fixed_rate_, rate);
  if (is_attached_.exchange (true))
    return make_error (ErrorCode::invalid_state,
        "This AudioWorklet is rendered already: it has one clock; make another "
        "one for another element");
  const Clock now = clock ();
  if (rate == now.rate)
    return ok;
  const uint64_t frames =
      now.rate ? gst_util_uint64_scale_ceil (now.frames, rate, now.rate)
               : current_frame ();
  changes_.fetch_add (1);
  rate_.store (rate);
  ahead_.store (static_cast<int64_t> (frames - current_frame ()));
  changes_.fetch_add (1);
  return ok;
}

} // namespace webmedia::worklet
