// SPDX-License-Identifier: LGPL-2.1-or-later
#include "settings.hh"

#include "api/bridge.hh"

namespace webmedia::elements {

// Properties

static GParamSpec *
make_property (Setting id)
{
  auto flags = GParamFlags (
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);
  switch (id) {
  case SETTING_HANDLE:
    return g_param_spec_object ("handle", "Handle",
        "The MediaSourceHandle of what to play, as a worker thread hands it "
        "over. It works for one element, once. One of `handle` and `uri` must "
        "be set; if both are, this one counts (default: none)",
        GST_TYPE_WEB_MEDIA_SOURCE_HANDLE, flags);
  case SETTING_URI:
    return g_param_spec_string ("uri", "URI",
        "mse://NAME, with any name: the media source of that name in this "
        "process. The first element that asks for a name makes it, unless the "
        "application has published its own (default: none)",
        nullptr, flags);
  case SETTING_TRACK:
    return g_param_spec_string ("track", "Track",
        "The track to play: video, audio, text; video:1 for the second one of "
        "a kind; or a track's id. It is waited for until the media source ends "
        "(default: the first track)",
        nullptr, flags);
  case SETTING_TYPE:
    return g_param_spec_string ("type", "Type",
        "MIME type of the bytes, best with codecs, as addSourceBuffer() takes "
        "it: video/mp4; codecs=\"avc1.64001f\" (default: found from the first "
        "bytes)",
        nullptr, flags);
  case SETTING_MODE:
    return g_param_spec_enum ("mode", "Mode",
        "segments: media goes where its times say; sequence: it begins at 0 "
        "and each part follows the one before, whatever its times. Bytes "
        "without times, as MPEG audio, are a sequence in any case",
        GST_TYPE_WEB_APPEND_MODE, GST_WEB_APPEND_MODE_SEGMENTS, flags);
  case SETTING_TIMESTAMP_OFFSET:
    return g_param_spec_int64 ("timestamp-offset", "Timestamp offset",
        "What is added to all times of the media, in nanoseconds; negative to "
        "move it to an earlier place",
        G_MININT64, G_MAXINT64, 0, flags);
  case SETTING_QUOTA:
    return g_param_spec_uint64 ("quota", "Quota",
        "How many bytes may be stored before appending waits for playback to "
        "advance (0: 150 MiB, or 12 MiB for a type of audio)",
        0, G_MAXUINT64, 0, flags);
  }
  return nullptr;
}

void
install_settings (GObjectClass *klass, std::initializer_list<Setting> ids)
{
  for (Setting id : ids)
    g_object_class_install_property (klass, id, make_property (id));
}

static std::string *
find_text (Settings &settings, guint id)
{
  switch (id) {
  case SETTING_URI:
    return &settings.uri;
  case SETTING_TRACK:
    return &settings.track;
  case SETTING_TYPE:
    return &settings.type;
  default:
    return nullptr;
  }
}

Settings
ElementSettings::copy () const
{
  GST_OBJECT_LOCK (element_);
  Settings copied = settings_;
  GST_OBJECT_UNLOCK (element_);
  return copied;
}

void
ElementSettings::set_property (guint id, const GValue *value, GParamSpec *pspec)
{
  if (id >= kFirstOwnProperty) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (element_, id, pspec);
    return;
  }
  // What was set before goes after the lock.
  std::string text;
  Ptr<GstWebMediaSourceHandle> handle;
  if (G_VALUE_HOLDS_STRING (value) && g_value_get_string (value))
    text = g_value_get_string (value);
  if (id == SETTING_HANDLE)
    handle = Ptr<GstWebMediaSourceHandle>::share (
        static_cast<GstWebMediaSourceHandle *> (g_value_get_object (value)));
  if (handle)
    gst_web_bridge_assign (handle.get ());
  GST_OBJECT_LOCK (element_);
  if (std::string *setting = find_text (settings_, id))
    setting->swap (text);
  else if (id == SETTING_HANDLE)
    std::swap (settings_.handle, handle);
  else if (id == SETTING_MODE)
    settings_.mode = GstWebAppendMode (g_value_get_enum (value));
  else if (id == SETTING_QUOTA)
    settings_.quota = g_value_get_uint64 (value);
  else
    settings_.timestamp_offset = g_value_get_int64 (value);
  GST_OBJECT_UNLOCK (element_);
}

void
ElementSettings::get_property (guint id, GValue *value, GParamSpec *pspec) const
{
  Settings known = copy ();
  if (const std::string *text = find_text (known, id))
    g_value_set_string (value, text->empty () ? nullptr : text->c_str ());
  else if (id == SETTING_HANDLE)
    g_value_set_object (value, known.handle.get ());
  else if (id == SETTING_MODE)
    g_value_set_enum (value, known.mode);
  else if (id == SETTING_TIMESTAMP_OFFSET)
    g_value_set_int64 (value, known.timestamp_offset);
  else if (id == SETTING_QUOTA)
    g_value_set_uint64 (value, known.quota);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (element_, id, pspec);
}

} // namespace webmedia::elements
