// SPDX-License-Identifier: LGPL-2.1-or-later
#include "settings.hh"

namespace webmedia::elements {

void
install_settings (GObjectClass *klass, const char *lossless_blurb)
{
  auto flags = GParamFlags (
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);
  g_object_class_install_property (klass, SETTING_URI,
      g_param_spec_string ("uri", "URI",
          "mediastream://NAME, with any name: the stream of that name in this "
          "process. The first element that asks for a name makes it, unless "
          "the application has published its own (default: none)",
          nullptr, flags));
  g_object_class_install_property (klass, SETTING_STREAM,
      g_param_spec_object ("stream", "Stream",
          "The stream itself. It goes before `uri`; one of the two must be set "
          "(default: none)",
          GST_TYPE_WEB_MEDIA_STREAM, flags));
  g_object_class_install_property (klass, SETTING_LOSSLESS,
      g_param_spec_boolean (
          "lossless", "Lossless", lossless_blurb, FALSE, flags));
}

Settings
ElementSettings::copy () const
{
  GST_OBJECT_LOCK (element_);
  Settings known = settings_;
  GST_OBJECT_UNLOCK (element_);
  return known;
}

void
ElementSettings::set_property (guint id, const GValue *value, GParamSpec *pspec)
{
  Settings next = copy ();
  switch (id) {
  case SETTING_URI:
    next.uri = g_value_get_string (value) ? g_value_get_string (value) : "";
    break;
  case SETTING_STREAM:
    next.stream = Ptr<GstWebMediaStream>::share (
        static_cast<GstWebMediaStream *> (g_value_get_object (value)));
    break;
  case SETTING_LOSSLESS:
    next.lossless = g_value_get_boolean (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (element_, id, pspec);
    return;
  }
  GST_OBJECT_LOCK (element_);
  std::swap (settings_, next);
  GST_OBJECT_UNLOCK (element_);
}

void
ElementSettings::get_property (guint id, GValue *value, GParamSpec *pspec) const
{
  Settings known = copy ();
  switch (id) {
  case SETTING_URI:
    g_value_set_string (
        value, known.uri.empty () ? nullptr : known.uri.c_str ());
    break;
  case SETTING_STREAM:
    g_value_set_object (value, known.stream.get ());
    break;
  case SETTING_LOSSLESS:
    g_value_set_boolean (value, known.lossless);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (element_, id, pspec);
  }
}

Ptr<GstWebMediaStream>
find_stream (GstElement *element, const Settings &settings)
{
  if (settings.stream)
    return settings.stream;
  if (settings.uri.empty ()) {
    GST_ELEMENT_ERROR (element, RESOURCE, NOT_FOUND,
        ("No stream to work with."),
        ("set the property uri to a name like mediastream://NAME, or stream "
         "to an object"));
    return nullptr;
  }
  GError *error = nullptr;
  auto stream = Ptr<GstWebMediaStream>::adopt (
      gst_web_media_stream_obtain (settings.uri.c_str (), &error));
  if (error) {
    GST_ELEMENT_ERROR (
        element, RESOURCE, NOT_FOUND, ("%s", error->message), (nullptr));
    g_error_free (error);
  }
  return stream;
}

// Addresses

static gboolean
set_uri (GstURIHandler *handler, const gchar *uri, GError **error)
{
  GST_OBJECT_LOCK (handler);
  bool too_late = GST_STATE (handler) > GST_STATE_READY;
  GST_OBJECT_UNLOCK (handler);
  if (too_late) {
    g_set_error_literal (error, GST_URI_ERROR, GST_URI_ERROR_BAD_STATE,
        "the uri can be changed in the states NULL and READY only");
    return FALSE;
  }
  g_object_set (handler, "uri", uri, nullptr);
  return TRUE;
}

static gchar *
get_uri (GstURIHandler *handler)
{
  gchar *uri;
  g_object_get (handler, "uri", &uri, nullptr);
  return uri;
}

void
init_uri_handler (gpointer interface, gpointer)
{
  auto handler = static_cast<GstURIHandlerInterface *> (interface);
  handler->get_type = [] (GType) {
    return GST_URI_SRC;
  };
  handler->get_protocols = [] (GType) -> const gchar *const * {
    static const gchar *const protocols[] = {"mediastream", nullptr};
    return protocols;
  };
  handler->get_uri = get_uri;
  handler->set_uri = set_uri;
}

} // namespace webmedia::elements
