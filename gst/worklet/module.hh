// SPDX-License-Identifier: LGPL-2.1-or-later
// Loadable modules with native processors.
#pragma once

#include "worklet/global-scope.hh"

namespace webmedia::worklet {

struct ModuleReport {
  std::vector<std::string> registered; // names, in order
  std::vector<Error> errors;           // of what was not: told, not fatal
};

// addModule() of a shared library: loads it, and evaluates it in the scope.
// AbortError: there is no such file or it can't be loaded; TypeError: it is not
// a module; NotSupportedError: it was made for a later version. Mistakes of the
// module's own are in the report: they do not fail addModule(), as on the web.
// Threads: any but the audio thread.
Result<ModuleReport> add_native_module (
    const std::shared_ptr<GlobalScope> &scope, const std::string &path);

} // namespace webmedia::worklet
