// SPDX-License-Identifier: LGPL-2.1-or-later
// A wait that only somebody else can end, as PROGRESS messages: gst-launch
// prints them, so that a mistyped name is not a silent stop.
#pragma once

#include <gst/gst.h>
#include <string>
#include <utility>

namespace webmedia {

// From the first begin() to end(), or to its own end, which cancels it.
// Threads: thread-bound (whoever waits).
class Progress {
public:
  explicit Progress (gpointer element) : element_ (GST_OBJECT (element)) {}
  ~Progress () { cancel (); }
  Progress (const Progress &) = delete;
  Progress &operator= (const Progress &) = delete;

  // Says what is waited for. Nothing when it said so already.
  void begin (const std::string &text)
  {
    if (!text_.empty ())
      return;
    text_ = text;
    post (GST_PROGRESS_TYPE_START, text_);
  }
  void end () { close (GST_PROGRESS_TYPE_COMPLETE, ": done"); }
  void cancel () { close (GST_PROGRESS_TYPE_CANCELED, ": given up"); }

private:
  void post (GstProgressType type, const std::string &text)
  {
    gst_element_post_message (GST_ELEMENT (element_),
        gst_message_new_progress (element_, type, "open", text.c_str ()));
  }
  // gst-launch prints the text, and not the type.
  void close (GstProgressType type, const char *outcome)
  {
    std::string text = std::exchange (text_, {});
    if (!text.empty ())
      post (type, text + outcome);
  }

  GstObject *const element_; // owns this, or waits longer
  std::string text_;         // empty: nothing is waited for
};

} // namespace webmedia
