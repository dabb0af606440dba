// SPDX-License-Identifier: LGPL-2.1-or-later
// Why sound of one kind is none of another, for people.
#pragma once

#include "base/ptr.hh"

#include <gst/gst.h>
#include <string>

namespace webmedia::elements {

// Whether some of it is audio/x-raw.
bool has_plain_audio (const GstCaps *caps);
// What of `came` is not in `possible`, with both values, and what to put
// `place` ("before" or "behind") this element.
std::string tell_caps_mistake (
    const GstCaps *came, const GstCaps *possible, const char *place);
// The same of what an output gives, and what is behind it takes.
std::string tell_not_taken (
    GstPad *pad, const GstCaps *made, const GstCaps *taken);

} // namespace webmedia::elements
