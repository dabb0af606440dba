// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/module.hh"

#include "worklet/library-file.hh"
#include "worklet/native-guard.hh"
#include "worklet/runtime-native.hh"

#include <dlfcn.h>
#include <thread>

namespace webmedia::worklet {

namespace {

// What a module is given as its scope. It stays as long as the scope, as the
// module may keep it for its message handler.
struct ModuleScope {
  GstWebAudioScope table;
  GlobalScope *scope;
  std::shared_ptr<void> library;
  std::atomic<std::thread::id> evaluating{}; // none: it has been
  // Of that thread. The audio thread calls no code of a module that is still
  // evaluated: so its handlers wait, as its processors do.
  ModuleReport report;
  std::vector<GlobalScope::Handler> handlers;

  // What handlers do later may be done on the audio thread.
  bool is_evaluated () const
  {
    return evaluating.load () != std::this_thread::get_id ();
  }
  gboolean refuse (const Error &error)
  {
    if (!is_evaluated ())
      report.errors.push_back (error);
    return FALSE;
  }
};

ModuleScope &
of (GstWebAudioScope *scope)
{
  return *reinterpret_cast<ModuleScope *> (scope);
}

gboolean
register_processor (
    GstWebAudioScope *scope, const GstWebAudioProcessorClass *klass)
{
  ModuleScope &self = of (scope);
  const bool is_evaluated = self.is_evaluated ();
  auto result = register_native_processor (*self.scope, *klass, self.library,
      is_evaluated ? Found::at_once : Found::when_published);
  if (!result)
    return self.refuse (result.error ());
  if (!is_evaluated)
    self.report.registered.push_back (klass->name);
  return TRUE;
}

gboolean
post_message (
    GstWebAudioScope *scope, const gchar *type, gconstpointer data, gsize size)
{
  ModuleScope &self = of (scope);
  ProcessorPort &port = self.scope->port ();
  return self.is_evaluated () ? port.post_from_processor (type, data, size)
                              : port.post_as_processor (type, data, size);
}

void
set_message_handler (GstWebAudioScope *scope,
    void (*message) (gpointer user_data, const GstWebAudioMessage *message),
    gpointer user_data)
{
  auto handler = [message, user_data] (
                     const ProcessorPort::Incoming &incoming) {
    const GstWebAudioMessage given{
        .struct_size = sizeof given,
        .type = incoming.type,
        .data = incoming.data,
        .size = incoming.size,
        .variant = incoming.message.data.get (),
    };
    // An error of it stops nothing, and nobody is there to hear of it.
    guarded_handler (message, user_data, &given);
  };
  ModuleScope &self = of (scope);
  if (self.is_evaluated ())
    self.scope->add_message_handler (std::move (handler));
  else
    self.handlers.push_back (std::move (handler));
}

} // namespace

static Result<std::shared_ptr<void>>
open_library (const std::string &path)
{
  // Only what has a slash is a file's name to the loader.
  const CString full (g_canonicalize_filename (path.c_str (), nullptr));
  if (Result<> result = check_library_file (full.get ()); !result)
    return result.error ();
  void *handle = dlopen (full.get (), RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    return make_error (ErrorCode::abort,
        "\"%s\" can't be loaded as a shared library: %s", full.get (),
        dlerror ());
  return std::shared_ptr<void> (
      handle, [] (void *opened) { dlclose (opened); });
}

static Result<const GstWebAudioModule *>
find_module (void *library, const std::string &path)
{
  const auto *module = static_cast<const GstWebAudioModule *> (
      dlsym (library, GST_WEB_AUDIO_MODULE_SYMBOL));
  if (!module || module->magic != GST_WEB_AUDIO_MODULE_MAGIC)
    return make_error (ErrorCode::type,
        "\"%s\" is a shared library, but no module for AudioWorklet: it must "
        "export `" GST_WEB_AUDIO_MODULE_SYMBOL "`, which the macro "
        "GST_WEB_AUDIO_MODULE defines",
        path.c_str ());
  if (module->abi_version > GST_WEB_AUDIO_ABI_VERSION || !module->abi_version)
    return make_error (ErrorCode::not_supported,
        "The module \"%s\" was made for version %u of the interface, but this "
        "library has version %u: build it with the header of this library",
        path.c_str (), module->abi_version, GST_WEB_AUDIO_ABI_VERSION);
  if (!module->evaluate)
    return make_error (ErrorCode::type,
        "The module \"%s\" has no function to evaluate it", path.c_str ());
  return module;
}

// https://webaudio.github.io/web-audio-api/#dom-worklet-addmodule
// (HTML's addModule(), whose script is machine code)
Result<ModuleReport>
add_native_module (
    const std::shared_ptr<GlobalScope> &scope, const std::string &path)
{
  auto library = open_library (path);
  if (!library)
    return library.error ();
  auto module = find_module (library->get (), path);
  if (!module)
    return module.error ();
  auto given = std::make_shared<ModuleScope> ();
  given->table = {sizeof given->table,
      static_cast<gfloat> (scope->sample_rate ()), scope->quantum (),
      register_processor, post_message, set_message_handler};
  given->scope = scope.get ();
  given->library = *library;
  given->evaluating = std::this_thread::get_id ();
  scope->keep (given);
  const Thrown thrown = guarded_evaluate (**module, &given->table);
  given->evaluating = std::thread::id ();
  // What it did until it threw has been done.
  ModuleReport report = std::move (given->report);
  if (*thrown.text)
    report.errors.push_back (make_error (ErrorCode::unknown,
        "The module \"%s\" has thrown: %s", path.c_str (), thrown.text));
  scope->publish (report.registered);
  for (GlobalScope::Handler &handler : std::exchange (given->handlers, {}))
    scope->add_message_handler (std::move (handler));
  return report;
}

} // namespace webmedia::worklet
