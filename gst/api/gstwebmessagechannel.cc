// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/message-port.hh"

#include <gst/webmedia/gstwebmessagechannel.h>

using namespace webmedia;

/**
 * GstWebMessageChannel:
 *
 * Makes a pair of entangled ports: the web's
 * [MessageChannel](https://html.spec.whatwg.org/multipage/web-messaging.html#message-channels).
 * What is posted to one port comes out of the other. The usual way is to keep
 * one, and to give the other to another thread.
 */
struct _GstWebMessageChannel {
  GstObject parent;
  GstWebMessagePort *port1;
  GstWebMessagePort *port2;
};

G_DEFINE_FINAL_TYPE (
    GstWebMessageChannel, gst_web_message_channel, GST_TYPE_OBJECT)

enum { PROP_PORT1 = 1, PROP_PORT2 };

static void
gst_web_message_channel_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  auto self = GST_WEB_MESSAGE_CHANNEL (object);
  switch (id) {
  case PROP_PORT1:
    g_value_set_object (value, self->port1);
    break;
  case PROP_PORT2:
    g_value_set_object (value, self->port2);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
gst_web_message_channel_finalize (GObject *object)
{
  auto self = GST_WEB_MESSAGE_CHANNEL (object);
  g_object_unref (self->port1);
  g_object_unref (self->port2);
  G_OBJECT_CLASS (gst_web_message_channel_parent_class)->finalize (object);
}

static void
gst_web_message_channel_class_init (GstWebMessageChannelClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  const auto flags = GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  object_class->get_property = gst_web_message_channel_get_property;
  object_class->finalize = gst_web_message_channel_finalize;

  /**
   * GstWebMessageChannel:port1: (getter get_port1)
   *
   * The first port, always the same object.
   */
  g_object_class_install_property (object_class, PROP_PORT1,
      g_param_spec_object ("port1", "Port 1", "The first port",
          GST_TYPE_WEB_MESSAGE_PORT, flags));
  /**
   * GstWebMessageChannel:port2: (getter get_port2)
   *
   * The second port, always the same object.
   */
  g_object_class_install_property (object_class, PROP_PORT2,
      g_param_spec_object ("port2", "Port 2", "The second port",
          GST_TYPE_WEB_MESSAGE_PORT, flags));
}

static GstWebMessagePort *
wrap (std::shared_ptr<Transferable> port)
{
  return GST_WEB_MESSAGE_PORT (wrap_message_port (std::move (port)).release ());
}

static void
gst_web_message_channel_init (GstWebMessageChannel *self)
{
  auto ports = port::MessagePort::create_channel ();
  self->port1 = wrap (std::move (ports.first));
  self->port2 = wrap (std::move (ports.second));
}

/**
 * gst_web_message_channel_new:
 *
 * Makes a channel. The events of both ports go to the main context that is
 * thread-default here, unless they are transferred.
 *
 * Returns: (transfer full): a channel with two new ports
 */
GstWebMessageChannel *
gst_web_message_channel_new (void)
{
  return GST_WEB_MESSAGE_CHANNEL (gst_object_ref_sink (
      g_object_new (GST_TYPE_WEB_MESSAGE_CHANNEL, nullptr)));
}

/**
 * gst_web_message_channel_get_port1:
 * @self: a channel
 *
 * Returns: (transfer none): the first port, always the same object
 */
GstWebMessagePort *
gst_web_message_channel_get_port1 (GstWebMessageChannel *self)
{
  g_return_val_if_fail (GST_IS_WEB_MESSAGE_CHANNEL (self), nullptr);
  return self->port1;
}

/**
 * gst_web_message_channel_get_port2:
 * @self: a channel
 *
 * Returns: (transfer none): the second port, always the same object
 */
GstWebMessagePort *
gst_web_message_channel_get_port2 (GstWebMessageChannel *self)
{
  g_return_val_if_fail (GST_IS_WEB_MESSAGE_CHANNEL (self), nullptr);
  return self->port2;
}
