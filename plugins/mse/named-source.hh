// SPDX-License-Identifier: LGPL-2.1-or-later
// What an element's `uri` property names.
#pragma once

#include "base/ptr.hh"

#include <gst/webmedia/webmedia.h>
#include <string>

namespace webmedia::elements {

struct NamedSource {
  Ptr<GstWebMediaSource> source; // null: see the GError
  bool created = false;          // there was none of that name
};

// The media source of that name; the first element that asks makes it.
NamedSource obtain_source (const std::string &uri, GError **error);

} // namespace webmedia::elements
