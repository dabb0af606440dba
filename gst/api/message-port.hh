// SPDX-License-Identifier: LGPL-2.1-or-later
// GstWebMessagePort and GstWebMessageEvent as the rest of api/ makes them.
#pragma once

#include "base/ptr.hh"
#include "port/message-port.hh"

#include <gst/webmedia/gstwebmessageevent.h>
#include <gst/webmedia/gstwebmessageport.h>

namespace webmedia {

std::shared_ptr<Transferable> peek_message_port (GObject *object);
Ptr<GObject> wrap_message_port (std::shared_ptr<Transferable> port);

// Null when the message has an object that can't be made here.
Ptr<GstWebMessageEvent> wrap_message (port::Message message);

} // namespace webmedia
