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
          "The stream itself: it goes before `uri` (default: none)",
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
  switch (id) {
  case SETTING_URI:
    change_setting (element_, settings_.uri, string_of (value));
    break;
  case SETTING_STREAM:
    change_setting (element_, settings_.stream,
        Ptr<GstWebMediaStream>::share (
            static_cast<GstWebMediaStream *> (g_value_get_object (value))));
    break;
  case SETTING_LOSSLESS:
    change_setting (
        element_, settings_.lossless, g_value_get_boolean (value) != FALSE);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (element_, id, pspec);
  }
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
find_stream (GstElement *element, const Settings &settings, const char *or_else)
{
  if (settings.stream)
    return settings.stream;
  if (settings.uri.empty ()) {
    GST_ELEMENT_ERROR (element, RESOURCE, NOT_FOUND,
        ("No stream to work with."),
        ("set the property uri to mediastream://NAME, with any name that the "
         "other side has, too, or stream to a GstWebMediaStream%s",
            or_else));
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

} // namespace webmedia::elements
