// SPDX-License-Identifier: LGPL-2.1-or-later
// AudioWorkletNodeOptions as a dictionary, and as JSON.
#pragma once

#include "worklet/node.hh"

namespace webmedia::worklet {

// What a processor is made for, where the options do not say.
struct Shape {
  uint32_t inputs = 1;
  uint32_t outputs = 1;
  std::vector<uint32_t> channels; // of the outputs; empty: as the rules say
  ChannelCountMode mode = ChannelCountMode::max;
  // The options that it knows; of processors that come with the library alone,
  // and so how one tells these.
  std::optional<std::vector<std::string>> option_names;
  std::optional<std::vector<std::string>> parameter_names;
};
Shape shape_of (const Definition &definition);

// The dictionary `AudioWorkletNodeOptions`, an a{sv}, with what the shape gives
// in place of what is not there. Other members are not looked at. TypeError: a
// member has a value that it can't have.
// https://webaudio.github.io/web-audio-api/#dictdef-audioworkletnodeoptions
Result<NodeOptions> read_node_options (
    GVariant *dictionary, const Shape &shape);

// The same of a JSON object, with what the shape gives in place
// of what is not there. Null or empty: nothing is. TypeError: it can't be
// read, or has a member of another name, in it or in one of its objects, which
// the web would not look at: a parameter or an option that the shape does not
// know.
// NotSupportedError: more inputs or outputs than a node can have.
Result<NodeOptions> parse_node_options (const char *json, const Shape &shape);

// An object as a{sv}. TypeError: it is none, or has a name that the shape does
// not know.
Result<Ptr<GVariant>> parse_processor_options (
    const char *json, const Shape &shape);

} // namespace webmedia::worklet
