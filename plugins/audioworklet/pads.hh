// SPDX-License-Identifier: LGPL-2.1-or-later
// The pads of the element: the first input is `sink`, the others are `sink_1`
// and on; so are the outputs.
#pragma once

#include "stream.hh"

namespace webmedia::elements {

// Templates, and requests for more pads.
void install_pads (GstElementClass *klass);
// `sink` and `src` are there as long as the node has an input and an output.
void set_first_pad (
    GstElement *element, GstPadDirection direction, bool is_there);
// By their numbers, `least` or more; null: there is none of this number.
std::vector<Ptr<GstPad>> list_pads (
    GstElement *element, GstPadDirection direction, size_t least);

// The element's own: whether inputs or outputs that nobody named are added.
bool may_have_more (GstElement *element, bool inputs);
// The same; null: it is not in PAUSED.
std::shared_ptr<Stream> stream_of (gpointer element);
// The same: from when it begins to start until it has stopped; the pads that
// there are then it keeps.
bool has_begun (GstElement *element);

} // namespace webmedia::elements
