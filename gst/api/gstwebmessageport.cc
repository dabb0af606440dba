// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/error.hh"
#include "api/message-port.hh"
#include "api/transfer.hh"
#include "base/weak-ref.hh"

using namespace webmedia;

namespace {

struct State {
  std::shared_ptr<port::MessagePort> port;
  std::shared_ptr<TaskQueue> tasks;
};

} // namespace

/**
 * GstWebMessagePort:
 *
 * One end of a [class@MessageChannel]: the web's
 * [MessagePort](https://html.spec.whatwg.org/multipage/web-messaging.html#message-ports).
 *
 * Messages are [struct@GLib.Variant] values, handed over by reference: bytes
 * are never copied. Objects go along in a transfer list; they leave the
 * sender's hands. The receiver gets new objects in their place, whose events go
 * to the main context that is thread-default where the message is delivered.
 *
 * There are two ways to get messages out of a port:
 *
 * * As events. Connect to [signal@MessagePort::message], then call
 *   [method@MessagePort.start]; messages wait until then. Connecting does
 *   not start the port, as `addEventListener()` does not on the web. Signals
 *   are emitted in the main context that was thread-default when the object
 *   was made.
 * * In a thread that has no main loop, [method@MessagePort.receive] waits
 *   for the next message of a port that was not started. Such a thread should
 *   have a thread-default context of its own
 *   ([method@GLib.MainContext.push_thread_default]), lest events of the
 *   objects that it receives go to the application's main loop.
 *
 * A port is closed by [method@MessagePort.close], or when its last reference
 * is dropped. A port does not keep itself alive while messages are expected:
 * hold a reference as long as you listen. All methods can be called from any
 * thread.
 */
struct _GstWebMessagePort {
  GstObject parent;
  State *state;
};

G_DEFINE_FINAL_TYPE (GstWebMessagePort, gst_web_message_port, GST_TYPE_OBJECT)

enum { SIGNAL_MESSAGE, SIGNAL_MESSAGEERROR, SIGNAL_CLOSE, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
gst_web_message_port_dispose (GObject *object)
{
  auto self = GST_WEB_MESSAGE_PORT (object);
  self->state->port->close ();
  G_OBJECT_CLASS (gst_web_message_port_parent_class)->dispose (object);
}

static void
gst_web_message_port_finalize (GObject *object)
{
  auto self = GST_WEB_MESSAGE_PORT (object);
  delete self->state;
  G_OBJECT_CLASS (gst_web_message_port_parent_class)->finalize (object);
}

static void
gst_web_message_port_class_init (GstWebMessagePortClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  object_class->dispose = gst_web_message_port_dispose;
  object_class->finalize = gst_web_message_port_finalize;

  /**
   * GstWebMessagePort::message:
   * @self: the port
   * @event: the message
   *
   * A message has arrived.
   */
  signals[SIGNAL_MESSAGE] = g_signal_new ("message", G_TYPE_FROM_CLASS (klass),
      G_SIGNAL_RUN_LAST, 0, nullptr, nullptr, nullptr, G_TYPE_NONE, 1,
      GST_TYPE_WEB_MESSAGE_EVENT);
  /**
   * GstWebMessagePort::messageerror:
   * @self: the port
   *
   * A message has arrived that can't be read: a [struct@GLib.Variant] whose
   * bytes are not in normal form, or an object that can't be made here. It is
   * lost.
   */
  signals[SIGNAL_MESSAGEERROR] =
      g_signal_new ("messageerror", G_TYPE_FROM_CLASS (klass),
          G_SIGNAL_RUN_LAST, 0, nullptr, nullptr, nullptr, G_TYPE_NONE, 0);
  /**
   * GstWebMessagePort::close:
   * @self: the port
   *
   * The other port was closed, and all its messages were taken from this one.
   * Not emitted for a port that was itself closed.
   */
  signals[SIGNAL_CLOSE] = g_signal_new ("close", G_TYPE_FROM_CLASS (klass),
      G_SIGNAL_RUN_LAST, 0, nullptr, nullptr, nullptr, G_TYPE_NONE, 0);
}

// A port that nobody wrapped has no other end.
static void
gst_web_message_port_init (GstWebMessagePort *self)
{
  self->state = new State{
      port::MessagePort::create_channel ().first, TaskQueue::create ()};
}

static void
emit_message (GstWebMessagePort *self, port::Message message)
{
  if (auto event = wrap_message (std::move (message)))
    g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, event.get ());
  else
    g_signal_emit (self, signals[SIGNAL_MESSAGEERROR], 0);
}

Ptr<GObject>
webmedia::wrap_message_port (std::shared_ptr<Transferable> port)
{
  auto self = GST_WEB_MESSAGE_PORT (
      gst_object_ref_sink (g_object_new (GST_TYPE_WEB_MESSAGE_PORT, nullptr)));
  self->state->port =
      std::static_pointer_cast<port::MessagePort> (std::move (port));

  auto weak = WeakRef<GstWebMessagePort>::create (self);
  port::MessagePort::Handlers handlers;
  handlers.message = [weak] (port::Message message) {
    if (auto object = weak->lock ())
      emit_message (object.get (), std::move (message));
  };
  handlers.messageerror = [weak] {
    if (auto object = weak->lock ())
      g_signal_emit (object.get (), signals[SIGNAL_MESSAGEERROR], 0);
  };
  handlers.close = [weak] {
    if (auto object = weak->lock ())
      g_signal_emit (object.get (), signals[SIGNAL_CLOSE], 0);
  };
  self->state->port->connect (self->state->tasks, std::move (handlers));
  return Ptr<GObject>::adopt (G_OBJECT (self));
}

std::shared_ptr<Transferable>
webmedia::peek_message_port (GObject *object)
{
  return GST_WEB_MESSAGE_PORT (object)->state->port;
}

/**
 * gst_web_message_port_post_message:
 * @self: a port
 * @message: (nullable): the message; a floating reference is taken over
 * @transfer: (array length=n_transfer) (nullable): the objects to transfer:
 *     ports and media source handles
 * @n_transfer: how many they are
 * @error: return location for an error
 *
 * Posts a message to the other port. A message whose other port is closed is
 * dropped quietly, and what it transfers with it.
 *
 * The transferred objects are detached: every later use of them fails. When
 * the call fails, none of them is. It fails with %GST_WEB_ERROR_DATA_CLONE
 * when the list has an object that is not transferable, was transferred or
 * closed before, comes twice, or is this port.
 *
 * Returns: %TRUE when the message was posted
 */
gboolean
gst_web_message_port_post_message (GstWebMessagePort *self, GVariant *message,
    GObject **transfer, guint n_transfer, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_MESSAGE_PORT (self), FALSE);
  g_return_val_if_fail (transfer || n_transfer == 0, FALSE);

  port::Message posted;
  if (message)
    posted.data = Ptr<GVariant>::adopt (g_variant_ref_sink (message));
  for (guint i = 0; i < n_transfer; i++) {
    auto transferable = peek_transferable (transfer[i]);
    if (!transferable)
      return set_error (error,
          make_error (ErrorCode::data_clone,
              "%s can't be transferred; ports and media source handles can",
              transfer[i] ? G_OBJECT_TYPE_NAME (transfer[i]) : "NULL"));
    posted.transferred.push_back (std::move (transferable));
  }
  return check (self->state->port->post_message (std::move (posted)), error);
}

/**
 * gst_web_message_port_start:
 * @self: a port
 *
 * Lets messages be emitted as [signal@MessagePort::message], those first that
 * were waiting. There is no way back. A port that was closed or transferred
 * ignores it.
 */
void
gst_web_message_port_start (GstWebMessagePort *self)
{
  g_return_if_fail (GST_IS_WEB_MESSAGE_PORT (self));
  self->state->port->start ();
}

/**
 * gst_web_message_port_close:
 * @self: a port
 *
 * Disconnects the port. Messages that it has posted still arrive, followed by
 * [signal@MessagePort::close]; those that it has not taken are dropped.
 */
void
gst_web_message_port_close (GstWebMessagePort *self)
{
  g_return_if_fail (GST_IS_WEB_MESSAGE_PORT (self));
  self->state->port->close ();
}

/**
 * gst_web_message_port_receive:
 * @self: a port that was not started
 * @cancellable: (nullable): ends the wait from another thread
 * @error: return location for an error
 *
 * Waits for the next message: for threads without a main loop.
 *
 * It fails with %GST_WEB_ERROR_ABORT when the other port was closed and
 * nothing is left to receive, with %G_IO_ERROR_CANCELLED when cancelled, with
 * %GST_WEB_ERROR_INVALID_STATE when this port was started, closed or
 * transferred, and with %GST_WEB_ERROR_DATA_CLONE where
 * [signal@MessagePort::messageerror] would be emitted; after the last one the
 * next message can be received.
 *
 * Returns: (transfer full): the message, or %NULL with @error set
 */
GstWebMessageEvent *
gst_web_message_port_receive (
    GstWebMessagePort *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_MESSAGE_PORT (self), nullptr);

  TaskQueue::BlockingCall call (self->state->tasks);
  auto message = self->state->port->receive (cancellable);
  if (!message) {
    if (message.error ().code != ErrorCode::abort
        || !g_cancellable_set_error_if_cancelled (cancellable, error))
      set_error (error, message.error ());
    return nullptr;
  }
  auto event = wrap_message (std::move (*message));
  if (!event)
    set_error (error, make_error (ErrorCode::data_clone,
                          "The message has an object that can't be made here"));
  return event.release ();
}
