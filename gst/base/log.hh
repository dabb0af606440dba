// SPDX-License-Identifier: LGPL-2.1-or-later
// GST_DEBUG categories of the library: `GST_DEBUG=webmedia*:6` shows all.
#pragma once

#include <gst/gst.h>

namespace webmedia {

// The category `webmedia-NAME`, made on first use.
inline GstDebugCategory *
make_debug_category (const char *name, const char *description)
{
  return _gst_debug_category_new (name, 0, description);
}

} // namespace webmedia

// Gives a source file its GST_CAT_DEFAULT.
#define WEBMEDIA_DEBUG_CATEGORY(name, description)                             \
  static GstDebugCategory *webmedia_debug_category ()                          \
  {                                                                            \
    static GstDebugCategory *category =                                        \
        ::webmedia::make_debug_category (name, description);                   \
    return category;                                                           \
  }
#define GST_CAT_DEFAULT webmedia_debug_category ()
