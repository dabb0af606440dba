// SPDX-License-Identifier: LGPL-2.1-or-later
// What an element does when the media is cut to end before where it plays.
#pragma once

#include "hub-client.hh"

#include <functional>
#include <gst/base/gstbasesrc.h>

namespace webmedia::elements {

// Has `element` seek to the end that the media was cut to, where it plays
// beyond it. `find_track` finds one of the tracks that it plays, or null.
// Takes the state locks of the pipeline and of the element.
void follow_cut (GstElement *element, HubClient &client,
    const std::function<Ptr<GstBaseSrc> ()> &find_track);

} // namespace webmedia::elements
