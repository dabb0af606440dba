// SPDX-License-Identifier: LGPL-2.1-or-later
// What travels from one message port to the other.
#pragma once

#include "base/ptr.hh"
#include "base/transferable.hh"

#include <vector>

namespace webmedia::port {

// A value and the objects that move along with it.
// Threads: reentrant.
struct Message {
  Ptr<GVariant> data; // shared with the sender, never copied; null is `null`
  std::vector<std::shared_ptr<Transferable>> transferred;
};

} // namespace webmedia::port
