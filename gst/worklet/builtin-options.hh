// SPDX-License-Identifier: LGPL-2.1-or-later
// Reading the processorOptions of the library's own processors.
#pragma once

#include "worklet/builtin.hh"

#include <optional>

namespace webmedia::worklet {

// The number that is called so, of whatever kind; none where it is not there,
// or is none.
std::optional<double> find_number (
    const gst::web::Options &options, const char *name);
// The index in `choices` of the string that is called so; 0 where it is not
// there. Where it is none of them, the host is told which there are.
size_t find_choice (const gst::web::Options &options, GstWebAudioHost *host,
    const char *name, const char *const *choices, size_t count);
// The number; `otherwise` where it is not there. Where it is none from `min` to
// `max`, the host is told.
double number_in_range (const gst::web::Options &options, GstWebAudioHost *host,
    const char *name, double otherwise, double min, double max);

} // namespace webmedia::worklet
