// SPDX-License-Identifier: LGPL-2.1-or-later
// The pipeline that an element is in, or whatever else holds it.
#pragma once

#include "base/ptr.hh"

#include <gst/gst.h>

namespace webmedia {

// The element itself where nothing does.
inline Ptr<GstElement>
find_top (GstElement *element)
{
  auto top = Ptr<GstElement>::share (element);
  while (auto parent = Ptr<GstObject>::adopt (
             gst_object_get_parent (GST_OBJECT_CAST (top.get ()))))
    top = Ptr<GstElement>::share (GST_ELEMENT_CAST (parent.get ()));
  return top;
}

} // namespace webmedia
