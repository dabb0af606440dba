// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "base/ptr.hh"

namespace webmedia::devices {

// What is of this interface: the element, or one of those in it; null: none is.
inline Ptr<GstElement>
find_interface (const Ptr<GstElement> &element, GType interface)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (element.get (), interface))
    return element;
  if (!GST_IS_BIN (element.get ()))
    return nullptr;
  return Ptr<GstElement>::adopt (
      gst_bin_get_by_interface (GST_BIN (element.get ()), interface));
}

} // namespace webmedia::devices
