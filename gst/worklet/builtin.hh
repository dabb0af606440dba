// SPDX-License-Identifier: LGPL-2.1-or-later
// The processors that come with the library, as modules would have them: all
// they know of it is the C++ header for processors. Their options are entries
// of the node's processorOptions.
#pragma once

#include <gst/webmedia/gstwebaudioprocessor.hpp>

namespace webmedia::worklet {

// In alphabetical order: builtin_definitions() has them in this one.
GstWebAudioProcessorClass biquad_class ();
GstWebAudioProcessorClass bit_crusher_class ();
GstWebAudioProcessorClass compressor_class ();
GstWebAudioProcessorClass delay_class ();
GstWebAudioProcessorClass gain_class ();
GstWebAudioProcessorClass meter_class ();
GstWebAudioProcessorClass mixer_class ();
GstWebAudioProcessorClass noise_gate_class ();
GstWebAudioProcessorClass oscillator_class ();
GstWebAudioProcessorClass panner_class ();
GstWebAudioProcessorClass recorder_class ();
GstWebAudioProcessorClass splitter_class ();

} // namespace webmedia::worklet
