// SPDX-License-Identifier: LGPL-2.1-or-later
// A wait that only somebody else can end, as PROGRESS messages: gst-launch
// prints them, so that a mistyped name is not a silent stop.
#pragma once

#include <gst/gst.h>
#include <string>

namespace webmedia::elements {

// From the first begin() to end(), or to its own end, which cancels it.
// Threads: thread-bound (whoever waits).
class Progress {
public:
  explicit Progress (gpointer element) : element_ (GST_OBJECT (element)) {}
  ~Progress ();
  Progress (const Progress &) = delete;
  Progress &operator= (const Progress &) = delete;

  // Says what is waited for. Nothing when it said so already.
  void begin (const std::string &text);
  void end () { post (GST_PROGRESS_TYPE_COMPLETE, ": done"); }
  void cancel () { post (GST_PROGRESS_TYPE_CANCELED, ": given up"); }

private:
  void post (GstProgressType type, const char *outcome);

  GstObject *const element_; // owns this, or waits longer
  std::string text_;         // empty: nothing is waited for
};

} // namespace webmedia::elements
