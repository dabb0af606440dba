// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/transfer.hh"

#include "api/message-port.hh"
#include "api/mse.hh"

namespace webmedia {

namespace {

struct TransferableType {
  Transferable::Kind kind;
  GType (*get_type) ();
  std::shared_ptr<Transferable> (*peek) (GObject *object);
  Ptr<GObject> (*wrap) (std::shared_ptr<Transferable> transferable);
};

// One line for each kind.
const TransferableType types[] = {
    {Transferable::Kind::message_port, gst_web_message_port_get_type,
        peek_message_port, wrap_message_port},
    {Transferable::Kind::media_source_handle,
        gst_web_media_source_handle_get_type, peek_media_source_handle,
        wrap_media_source_handle},
};

} // namespace

std::shared_ptr<Transferable>
peek_transferable (GObject *object)
{
  for (const auto &type : types)
    if (G_TYPE_CHECK_INSTANCE_TYPE (object, type.get_type ()))
      return type.peek (object);
  return nullptr;
}

Ptr<GObject>
wrap_transferable (std::shared_ptr<Transferable> transferable)
{
  for (const auto &type : types)
    if (type.kind == transferable->kind ())
      return type.wrap (std::move (transferable));
  return nullptr;
}

} // namespace webmedia
