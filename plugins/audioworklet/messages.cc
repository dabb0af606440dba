// SPDX-License-Identifier: LGPL-2.1-or-later
#include "messages.hh"

namespace webmedia::elements {

enum { SIGNAL_MESSAGE, SIGNAL_PROCESSORERROR, SIGNAL_POST_MESSAGE, N_SIGNALS };
static guint signals[N_SIGNALS];

void
install_message_signals (GObjectClass *klass)
{
  const GType type = G_TYPE_FROM_CLASS (klass);
  signals[SIGNAL_MESSAGE] = g_signal_new ("message", type, G_SIGNAL_RUN_LAST, 0,
      nullptr, nullptr, nullptr, G_TYPE_NONE, 1, G_TYPE_VARIANT);
  signals[SIGNAL_PROCESSORERROR] =
      g_signal_new ("processorerror", type, G_SIGNAL_RUN_LAST, 0, nullptr,
          nullptr, nullptr, G_TYPE_NONE, 1, GST_TYPE_STRUCTURE);
  auto post = [] (GstElement *element, GVariant *message) -> gboolean {
    return messages_of (element).post (Ptr<GVariant>::share (message));
  };
  using Post = gboolean (*) (GstElement *, GVariant *);
  signals[SIGNAL_POST_MESSAGE] = g_signal_new_class_handler ("post-message",
      type, GSignalFlags (G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION),
      G_CALLBACK (static_cast<Post> (post)), nullptr, nullptr, nullptr,
      G_TYPE_BOOLEAN, 1, G_TYPE_VARIANT);
}

void
Messages::set_node (std::shared_ptr<worklet::NodeView> node)
{
  std::shared_ptr<worklet::NodeView> before;
  {
    MutexLocker locker (lock_);
    before = std::exchange (node_, node);
    is_waiting_ = true;
    has_failed_.store (false);
  }
  if (before)
    before->remove_listener (this);
  if (!node)
    return;
  node->add_listener (weak_from_this ());
  // In order: nobody posts before these.
  for (;;) {
    std::vector<Ptr<GVariant>> waiting;
    {
      MutexLocker locker (lock_);
      waiting = std::exchange (waiting_, {});
      is_waiting_ = !waiting.empty ();
    }
    if (waiting.empty ())
      return;
    for (auto &message : waiting)
      node->post_message ({std::move (message), {}});
  }
}

bool
Messages::post (Ptr<GVariant> message)
{
  std::shared_ptr<worklet::NodeView> node;
  {
    MutexLocker locker (lock_);
    if (is_waiting_) {
      waiting_.push_back (std::move (message));
      return true;
    }
    node = node_;
  }
  return node->post_message ({std::move (message), {}});
}

void
Messages::deliver ()
{
  std::shared_ptr<worklet::NodeView> node;
  {
    MutexLocker locker (lock_);
    node = node_;
  }
  if (node)
    node->tell_news (true);
}

// A node may tell of itself when the element has let go of it.
Ptr<GstElement>
Messages::lock_element ()
{
  {
    MutexLocker locker (lock_);
    if (!node_)
      return nullptr;
  }
  return element_->lock ();
}

void
Messages::on_message (const Ptr<GVariant> &message)
{
  const auto element = lock_element ();
  if (!element)
    return;
  const CString text (g_variant_print (message.get (), FALSE));
  gst_element_post_message (element.get (),
      gst_message_new_element (GST_OBJECT (element.get ()),
          gst_structure_new ("audioworklet-message", "message", G_TYPE_VARIANT,
              message.get (), "text", G_TYPE_STRING, text.get (), nullptr)));
  g_signal_emit (element.get (), signals[SIGNAL_MESSAGE], 0, message.get ());
}

// With the processor's place, where that is known.
static void
post_error (GstElement *element, GstMessageType type, const char *what,
    const worklet::ProcessorError &error)
{
  const std::string place = error.place ();
  gst_element_message_full (element, type, GST_LIBRARY_ERROR,
      GST_LIBRARY_ERROR_FAILED,
      g_strdup_printf ("%s: %s", what, error.message.c_str ()),
      place.empty () ? nullptr : g_strdup (place.c_str ()), __FILE__,
      GST_FUNCTION, __LINE__);
}

// What is in the console on the web: the processor goes on.
void
Messages::on_message_error (const worklet::ProcessorError &error)
{
  if (const auto element = lock_element ())
    post_error (element.get (), GST_MESSAGE_WARNING,
        "A message's handler has thrown", error);
}

void
Messages::on_overflow (Port port, uint64_t dropped)
{
  if (const auto element = lock_element ())
    gst_element_post_message (element.get (),
        gst_message_new_element (GST_OBJECT (element.get ()),
            gst_structure_new ("audioworklet-overflow", "port", G_TYPE_STRING,
                port == Port::node ? "node" : "worklet", "dropped",
                G_TYPE_UINT64, guint64{dropped}, nullptr)));
}

void
Messages::on_error (const worklet::ProcessorError &error)
{
  const auto element = lock_element ();
  if (!element)
    return;
  const bool is_fatal = settings_->on_error () == OnError::error;
  tell_error (element.get (), error, is_fatal);
  has_failed_.store (is_fatal);
}

void
Messages::tell_error (
    GstElement *element, const worklet::ProcessorError &error, bool is_fatal)
{
  const StructurePtr details (gst_structure_new ("processorerror", "message",
      G_TYPE_STRING, error.message.c_str (), "filename", G_TYPE_STRING,
      error.filename.c_str (), "lineno", G_TYPE_UINT, error.line, "colno",
      G_TYPE_UINT, error.column, "stack", G_TYPE_STRING, error.stack.c_str (),
      nullptr));
  gst_element_post_message (
      element, gst_message_new_element (
                   GST_OBJECT (element), gst_structure_copy (details.get ())));
  g_signal_emit (element, signals[SIGNAL_PROCESSORERROR], 0, details.get ());
  post_error (element, is_fatal ? GST_MESSAGE_ERROR : GST_MESSAGE_WARNING,
      "The processor has thrown", error);
}

} // namespace webmedia::elements
