// SPDX-License-Identifier: LGPL-2.1-or-later
// Transferable objects: GObjects here, shared_ptr<Transferable> in the engine.
#pragma once

#include "base/ptr.hh"
#include "base/transferable.hh"

namespace webmedia {

// The engine's side of `object`; null when it is not of a transferable type.
std::shared_ptr<Transferable> peek_transferable (GObject *object);

// A new object for what was received. Its events go to the main context that
// is thread-default here. Null when its kind has no type in this library.
Ptr<GObject> wrap_transferable (std::shared_ptr<Transferable> transferable);

} // namespace webmedia
