// SPDX-License-Identifier: LGPL-2.1-or-later
#include "element-error.hh"

#include "base/ptr.hh"

#include <gst/webmedia/webmedia.h>

namespace webmedia::elements {

// Whether the element, or a bin around it, is on its way down to READY or
// NULL. What fails on the way up does so in NULL.
static bool
is_being_stopped (GstElement *element)
{
  auto each = Ptr<GstObject>::share (GST_OBJECT (element));
  if (GST_STATE (element) == GST_STATE_NULL)
    return false;
  while (each) {
    if (GST_IS_ELEMENT (each.get ())
        && GST_STATE_TARGET (each.get ()) <= GST_STATE_READY)
      return true;
    each = Ptr<GstObject>::adopt (gst_object_get_parent (each.get ()));
  }
  return false;
}

void
post_error (GstElement *element, const Error &error)
{
  if (is_being_stopped (element))
    return;
  switch (error.code) {
  case ErrorCode::decode:
    GST_ELEMENT_ERROR (
        element, STREAM, DECODE, ("%s", error.message.c_str ()), (NULL));
    break;
  case ErrorCode::not_supported:
    GST_ELEMENT_ERROR (element, STREAM, TYPE_NOT_FOUND,
        ("%s", error.message.c_str ()), (NULL));
    break;
  case ErrorCode::not_found:
    GST_ELEMENT_ERROR (
        element, RESOURCE, NOT_FOUND, ("%s", error.message.c_str ()), (NULL));
    break;
  default:
    GST_ELEMENT_ERROR (
        element, RESOURCE, READ, ("%s", error.message.c_str ()), (NULL));
  }
}

void
post_error (GstElement *element, const GError *error)
{
  // Same order: api/gstweberror.cc asserts it.
  ErrorCode code = error->domain == GST_WEB_ERROR ? ErrorCode (error->code)
                                                  : ErrorCode::invalid_state;
  post_error (element, Error{code, error->message});
}

} // namespace webmedia::elements
