// SPDX-License-Identifier: LGPL-2.1-or-later
#include "show.hh"

namespace demo {

Act::Act (std::string called, std::string does, const std::string &description)
    : name (std::move (called)),
      what (std::move (does))
{
  GError *error = nullptr;
  pipeline_.reset (gst_parse_launch (description.c_str (), &error));
  if (pipeline_)
    gst_object_ref_sink (pipeline_.get ());
  if (error) {
    error_ = name + ": " + error->message;
    g_error_free (error);
    return;
  }
  stream_.reset (gst_bin_get_by_name (GST_BIN (pipeline_.get ()), "stream"));
  meter_.watch (stream_.get ());
}

Act::~Act ()
{
  if (!pipeline_)
    return;
  Ptr<GstBus> bus (gst_element_get_bus (pipeline_.get ()));
  if (plays_)
    gst_bus_remove_watch (bus.get ());
  gst_element_set_state (pipeline_.get (), GST_STATE_NULL);
}

void
Act::set (const char *element, const char *property, const std::string &value)
{
  Ptr<GstElement> found (
      gst_bin_get_by_name (GST_BIN (pipeline_.get ()), element));
  g_object_set (found.get (), property, value.c_str (), nullptr);
}

void
Act::play (GstWebMediaStream *stream, double begin)
{
  g_object_set (stream_.get (), "stream", stream, nullptr);
  Ptr<GstElement> shown (
      gst_bin_get_by_name (GST_BIN (pipeline_.get ()), "shown"));
  Ptr<GstPad> pad (gst_element_get_static_pad (shown.get (), "sink"));
  shown_.watch (pad.get (), begin);
  Ptr<GstBus> bus (gst_element_get_bus (pipeline_.get ()));
  gst_bus_add_watch (bus.get (), on_message, this);
  plays_ = true;
  gst_element_set_state (pipeline_.get (), GST_STATE_PLAYING);
}

void
Act::end ()
{
  gst_element_send_event (pipeline_.get (), gst_event_new_eos ());
}

gboolean
Act::on_message (GstBus *, GstMessage *message, gpointer data)
{
  auto self = static_cast<Act *> (data);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    self->is_over_ = true;
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    GError *error;
    gst_message_parse_error (message, &error, nullptr);
    self->error_ = self->name + ": " + error->message;
    g_error_free (error);
  }
  return G_SOURCE_CONTINUE;
}

Meter::Reading
Act::reading ()
{
  return meter_.read (stream_.get ());
}

} // namespace demo
