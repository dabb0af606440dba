// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/message-port.hh"
#include "api/transfer.hh"

/**
 * GstWebMessageEvent:
 *
 * A message that has arrived at a [class@MessagePort]: the web's
 * [MessageEvent](https://html.spec.whatwg.org/multipage/comms.html#messageevent).
 * It does not change any more.
 */
struct _GstWebMessageEvent {
  GObject parent;
  GVariant *data;
  GPtrArray *ports;
  GPtrArray *transferred;
};

G_DEFINE_FINAL_TYPE (GstWebMessageEvent, gst_web_message_event, G_TYPE_OBJECT)

enum { PROP_DATA = 1, PROP_PORTS, PROP_TRANSFERRED };

static void
gst_web_message_event_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  auto self = GST_WEB_MESSAGE_EVENT (object);
  switch (id) {
  case PROP_DATA:
    g_value_set_variant (value, self->data);
    break;
  case PROP_PORTS:
    g_value_set_boxed (value, self->ports);
    break;
  case PROP_TRANSFERRED:
    g_value_set_boxed (value, self->transferred);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
gst_web_message_event_finalize (GObject *object)
{
  auto self = GST_WEB_MESSAGE_EVENT (object);
  g_clear_pointer (&self->data, g_variant_unref);
  g_ptr_array_unref (self->ports);
  g_ptr_array_unref (self->transferred);
  G_OBJECT_CLASS (gst_web_message_event_parent_class)->finalize (object);
}

static void
gst_web_message_event_class_init (GstWebMessageEventClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  const auto flags = GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  object_class->get_property = gst_web_message_event_get_property;
  object_class->finalize = gst_web_message_event_finalize;

  /**
   * GstWebMessageEvent:data: (getter get_data)
   *
   * What was posted.
   */
  g_object_class_install_property (object_class, PROP_DATA,
      g_param_spec_variant ("data", "Data", "What was posted",
          G_VARIANT_TYPE_ANY, nullptr, flags));
  /**
   * GstWebMessageEvent:ports: (type GPtrArray(GstWebMessagePort))
   *
   * The ports that came along.
   */
  g_object_class_install_property (object_class, PROP_PORTS,
      g_param_spec_boxed ("ports", "Ports", "The ports that came along",
          G_TYPE_PTR_ARRAY, flags));
  /**
   * GstWebMessageEvent:transferred: (type GPtrArray(GObject))
   *
   * All objects that came along.
   */
  g_object_class_install_property (object_class, PROP_TRANSFERRED,
      g_param_spec_boxed ("transferred", "Transferred",
          "All objects that came along, in the order of the transfer list",
          G_TYPE_PTR_ARRAY, flags));
}

static void
gst_web_message_event_init (GstWebMessageEvent *self)
{
  self->ports = g_ptr_array_new_with_free_func (g_object_unref);
  self->transferred = g_ptr_array_new_with_free_func (g_object_unref);
}

webmedia::Ptr<GstWebMessageEvent>
webmedia::wrap_message (port::Message message)
{
  auto self = Ptr<GstWebMessageEvent>::adopt (GST_WEB_MESSAGE_EVENT (
      g_object_new (GST_TYPE_WEB_MESSAGE_EVENT, nullptr)));
  for (auto &transferable : message.transferred) {
    Ptr<GObject> object = wrap_transferable (std::move (transferable));
    if (!object)
      return nullptr;
    if (GST_IS_WEB_MESSAGE_PORT (object.get ()))
      g_ptr_array_add (self->ports, g_object_ref (object.get ()));
    g_ptr_array_add (self->transferred, object.release ());
  }
  self->data = message.data.release ();
  return self;
}

/**
 * gst_web_message_event_get_data:
 * @self: an event
 *
 * What was posted: the very same [struct@GLib.Variant], not a copy.
 *
 * Returns: (transfer none) (nullable): the data
 */
GVariant *
gst_web_message_event_get_data (GstWebMessageEvent *self)
{
  g_return_val_if_fail (GST_IS_WEB_MESSAGE_EVENT (self), nullptr);
  return self->data;
}

/**
 * gst_web_message_event_get_ports:
 * @self: an event
 *
 * The ports that came along, in the order of the transfer list. They are also
 * in [property@MessageEvent:transferred].
 *
 * Returns: (transfer none) (element-type GstWebMessagePort): the ports
 */
GPtrArray *
gst_web_message_event_get_ports (GstWebMessageEvent *self)
{
  g_return_val_if_fail (GST_IS_WEB_MESSAGE_EVENT (self), nullptr);
  return self->ports;
}

/**
 * gst_web_message_event_get_transferred:
 * @self: an event
 *
 * All objects that came along, in the order of the transfer list. On the web
 * they are found inside of the data; a [struct@GLib.Variant] can't hold them,
 * but it can name one by its place in this list with a value of type `h`
 * ([ctor@GLib.Variant.new_handle]).
 *
 * Returns: (transfer none) (element-type GObject): the objects
 */
GPtrArray *
gst_web_message_event_get_transferred (GstWebMessageEvent *self)
{
  g_return_val_if_fail (GST_IS_WEB_MESSAGE_EVENT (self), nullptr);
  return self->transferred;
}
