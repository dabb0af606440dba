// SPDX-License-Identifier: LGPL-2.1-or-later
// Calls into modules, which may be compiled with exceptions.
#pragma once

#include <gst/webmedia/gstwebaudioprocessor.h>

namespace webmedia::worklet {

// Each calls the function of that name. What it throws is told the host, by
// its throw_error(), and no further; then the result is null, false or 0.
gpointer guarded_construct (const GstWebAudioProcessorClass &klass,
    const GstWebAudioOptions *options, GstWebAudioHost *host);
gboolean guarded_process (const GstWebAudioProcessorClass &klass, gpointer self,
    const GstWebAudioQuantum *quantum, GstWebAudioHost *host);
void guarded_message (const GstWebAudioProcessorClass &klass, gpointer self,
    const GstWebAudioMessage *message, GstWebAudioHost *host);
guint64 guarded_tail (const GstWebAudioProcessorClass &klass, gpointer self,
    GstWebAudioHost *host);
void guarded_destroy (const GstWebAudioProcessorClass &klass, gpointer self,
    GstWebAudioHost *host);

// These two say what was thrown, "" for nothing. The text is cut off.
struct Thrown {
  char text[256] = "";
};
Thrown guarded_evaluate (
    const GstWebAudioModule &module, GstWebAudioScope *scope);
Thrown guarded_handler (
    void (*message) (gpointer user_data, const GstWebAudioMessage *message),
    gpointer user_data, const GstWebAudioMessage *incoming);

} // namespace webmedia::worklet
