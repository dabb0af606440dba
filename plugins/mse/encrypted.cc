// SPDX-License-Identifier: LGPL-2.1-or-later
#include "encrypted.hh"

namespace webmedia::elements {

void
install_encrypted_signal (GObjectClass *klass)
{
  g_signal_new ("encrypted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
      nullptr, nullptr, nullptr, G_TYPE_NONE, 2, G_TYPE_STRING,
      GST_TYPE_BUFFER);
}

// DEVIATION: the event is told on a thread of GStreamer's, not queued for an
// event loop, which the element has none of; the message is for those who have.
void
tell_encrypted (GstElement *element, HubClient &client)
{
  client.tell_init_data ([element] (const mse::InitData &data) {
    g_signal_emit_by_name (
        element, "encrypted", data.type.c_str (), data.data.get ());
    gst_element_post_message (
        element, gst_message_new_element (GST_OBJECT (element),
                     gst_structure_new ("encrypted", "init-data-type",
                         G_TYPE_STRING, data.type.c_str (), "init-data",
                         GST_TYPE_BUFFER, data.data.get (), nullptr)));
  });
}

} // namespace webmedia::elements
