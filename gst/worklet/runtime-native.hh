// SPDX-License-Identifier: LGPL-2.1-or-later
// Processors that are machine code: what the public C header describes.
#pragma once

#include "worklet/global-scope.hh"

namespace webmedia::worklet {

// A copy of the class. `keep` stays as long as the definition and its
// processors: the module that it comes from. TypeError: it lacks something, or
// its size is none that there ever was.
Result<std::shared_ptr<const Definition>> make_native_definition (
    const GstWebAudioProcessorClass &klass, std::shared_ptr<void> keep = {});

} // namespace webmedia::worklet
