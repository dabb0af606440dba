// SPDX-License-Identifier: LGPL-2.1-or-later
#include "progress.hh"

#include <utility>

namespace webmedia::elements {

Progress::~Progress ()
{
  cancel ();
}

void
Progress::begin (const std::string &text)
{
  if (!text_.empty ())
    return;
  text_ = text;
  gst_element_post_message (GST_ELEMENT (element_),
      gst_message_new_progress (
          element_, GST_PROGRESS_TYPE_START, "open", text_.c_str ()));
}

// gst-launch prints the text, and not the type.
void
Progress::post (GstProgressType type, const char *outcome)
{
  std::string text = std::exchange (text_, {});
  if (text.empty ())
    return;
  text += outcome;
  gst_element_post_message (GST_ELEMENT (element_),
      gst_message_new_progress (element_, type, "open", text.c_str ()));
}

} // namespace webmedia::elements
