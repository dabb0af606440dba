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
  std::vector<Ptr<GVariant>> waiting;
  {
    MutexLocker locker (lock_);
    node_ = node;
    if (node)
      waiting = std::exchange (waiting_, {});
    // In order: nobody posts before these.
    for (auto &message : waiting)
      node->post_message (std::move (message), false);
  }
}

bool
Messages::post (Ptr<GVariant> message)
{
  std::shared_ptr<worklet::NodeView> node;
  {
    MutexLocker locker (lock_);
    node = node_;
    if (!node) {
      waiting_.push_back (std::move (message));
      return true;
    }
  }
  const bool is_suspended = GST_STATE (element_) != GST_STATE_PLAYING;
  if (!node->post_message (std::move (message), is_suspended))
    return false;
  // It may have answered already.
  deliver (std::nullopt);
  return true;
}

bool
Messages::deliver (std::optional<OnError> on_error)
{
  std::shared_ptr<worklet::NodeView> node;
  {
    MutexLocker locker (lock_);
    node = node_;
  }
  if (!node || !node->has_news ())
    return true;
  // Messages stay in order: who is in goes on for those who come meanwhile.
  if (wanted_.fetch_add (1) > 0)
    return true;
  bool is_well = true;
  int seen;
  do {
    seen = wanted_.load ();
    is_well &= deliver_once (*node, on_error);
  } while (!wanted_.compare_exchange_strong (seen, 0));
  return is_well;
}

bool
Messages::deliver_once (
    worklet::NodeView &node, std::optional<OnError> on_error)
{
  node.receive (
      [this] (Ptr<GVariant> message) { tell_message (std::move (message)); });
  if (auto error = node.take_message_error ())
    tell_error (*error, false);
  if (!on_error)
    return true;
  auto error = node.take_error ();
  return !error || tell_error (*error, *on_error == OnError::error);
}

void
Messages::tell_message (Ptr<GVariant> message)
{
  const CString text (g_variant_print (message.get (), FALSE));
  gst_element_post_message (element_,
      gst_message_new_element (GST_OBJECT (element_),
          gst_structure_new ("audioworklet-message", "message", G_TYPE_VARIANT,
              message.get (), "text", G_TYPE_STRING, text.get (), nullptr)));
  g_signal_emit (element_, signals[SIGNAL_MESSAGE], 0, message.get ());
}

bool
Messages::tell_error (const worklet::ProcessorError &error, bool is_fatal)
{
  const StructurePtr details (gst_structure_new ("processorerror", "message",
      G_TYPE_STRING, error.message.c_str (), "filename", G_TYPE_STRING,
      error.filename.c_str (), "lineno", G_TYPE_UINT, error.line, "colno",
      G_TYPE_UINT, error.column, "stack", G_TYPE_STRING, error.stack.c_str (),
      nullptr));
  gst_element_post_message (
      element_, gst_message_new_element (GST_OBJECT (element_),
                    gst_structure_copy (details.get ())));
  g_signal_emit (element_, signals[SIGNAL_PROCESSORERROR], 0, details.get ());
  const char *where = error.filename.c_str ();
  if (is_fatal)
    GST_ELEMENT_ERROR (element_, LIBRARY, FAILED,
        ("The processor has thrown: %s", error.message.c_str ()),
        ("%s:%u", where, error.line));
  else
    GST_ELEMENT_WARNING (element_, LIBRARY, FAILED,
        ("The processor has thrown: %s", error.message.c_str ()),
        ("%s:%u", where, error.line));
  return !is_fatal;
}

} // namespace webmedia::elements
