// SPDX-License-Identifier: LGPL-2.1-or-later
// The properties of `audioworklet`.
#pragma once

#include "base/ptr.hh"

#include <atomic>
#include <gst/webmedia/webmedia.h>
#include <string>

namespace webmedia::elements {

// Same order as the enumeration of the property.
enum class OnError { silence, error };

struct WorkletSettings {
  std::string module;            // empty: none
  std::string processor;         // empty: none yet
  std::string processor_options; // JSON; empty: none
  std::string node_options;      // JSON; empty: none
  guint quantum = 128;
  OnError on_error = OnError::silence;
  Ptr<GstWebAudioWorklet> worklet;  // null: the element's own
  Ptr<GstWebAudioWorkletNode> node; // null: the element's own
};

enum WorkletSetting : guint {
  SETTING_MODULE = 1,
  SETTING_PROCESSOR,
  SETTING_PROCESSOR_OPTIONS,
  SETTING_NODE_OPTIONS,
  SETTING_QUANTUM,
  SETTING_ON_ERROR,
  SETTING_MAX_TAIL_TIME,
  SETTING_WORKLET, // reading these two is the element's
  SETTING_NODE,
  PROP_LATENCY, // the element's own
};

void install_worklet_settings (GObjectClass *klass);

// Guarded by the element's object lock, but for what each buffer asks for.
// Threads: thread-safe.
class ElementWorkletSettings {
public:
  explicit ElementWorkletSettings (gpointer element)
      : element_ (GST_OBJECT (element))
  {}

  WorkletSettings copy () const;
  OnError on_error () const;
  GstClockTime max_tail_time () const { return max_tail_time_.load (); }
  // False: the id is unknown.
  bool set_property (guint id, const GValue *value);
  bool get_property (guint id, GValue *value) const;

private:
  GstObject *const element_;
  WorkletSettings settings_;
  std::atomic<GstClockTime> max_tail_time_{10 * GST_SECOND};
};

} // namespace webmedia::elements
