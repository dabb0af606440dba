// SPDX-License-Identifier: LGPL-2.1-or-later
// Processors that are machine code: what the public C header describes.
#pragma once

#include "worklet/global-scope.hh"

#include <cstddef>

namespace webmedia::worklet {

// Where version 1 ends: what every class has.
inline constexpr gsize kFirstClassSize =
    offsetof (GstWebAudioProcessorClass, destroy)
    + sizeof (GstWebAudioProcessorClass::destroy);

// A copy of the class. `keep` stays as long as the definition and its
// processors: the module that it comes from. TypeError: it lacks something, or
// its size is none that there ever was, or a number is not finite.
Result<std::shared_ptr<const Definition>> make_native_definition (
    const GstWebAudioProcessorClass &klass, std::shared_ptr<void> keep = {});

// registerProcessor() of such a class, with its mistakes in the specification's
// order.
enum class Found { at_once, when_published };
Result<> register_native_processor (GlobalScope &scope,
    const GstWebAudioProcessorClass &klass, std::shared_ptr<void> keep,
    Found found = Found::at_once);

} // namespace webmedia::worklet
