// SPDX-License-Identifier: LGPL-2.1-or-later
// The properties that the elements share: which stream, and how.
#pragma once

#include "api/bridge.hh"
#include "base/ptr.hh"
#include "base/uri-handler.hh"

#include <string>

namespace webmedia::elements {

// As ids of properties; an element's own ones begin at kFirstOwnProperty.
enum Setting : guint {
  SETTING_URI = 1,
  SETTING_STREAM,
  SETTING_LOSSLESS,
};
constexpr guint kFirstOwnProperty = SETTING_LOSSLESS + 1;

struct Settings {
  std::string uri; // empty: not set
  Ptr<GstWebMediaStream> stream;
  bool lossless = false;

  stream::Delivery delivery () const
  {
    return lossless ? stream::Delivery::lossless : stream::Delivery::live;
  }
};

void install_settings (GObjectClass *klass, const char *lossless_blurb);

// Changes one setting of an element, which its object lock guards. What it was
// goes without the lock.
template <typename T>
void
change_setting (gpointer element, T &setting, T value)
{
  GST_OBJECT_LOCK (element);
  std::swap (setting, value);
  GST_OBJECT_UNLOCK (element);
}

// What a property of a string has; null is no string.
inline std::string
string_of (const GValue *value)
{
  const char *text = g_value_get_string (value);
  return text ? text : "";
}

// The settings of one element, guarded by its object lock. An element copies
// them when it goes to READY.
// Threads: thread-safe.
class ElementSettings {
public:
  explicit ElementSettings (gpointer element) : element_ (GST_OBJECT (element))
  {}

  Settings copy () const;
  // For GObject's functions of the same names; warn where the id is unknown.
  void set_property (guint id, const GValue *value, GParamSpec *pspec);
  void get_property (guint id, GValue *value, GParamSpec *pspec) const;

private:
  GstObject *const element_;
  Settings settings_;
};

// The stream that an element was set to; made, where a name has none yet.
// Null: an error message was posted, with what else there is to be set, if
// anything.
Ptr<GstWebMediaStream> find_stream (
    GstElement *element, const Settings &settings, const char *or_else = "");

// Of the addresses of what they play.
inline constexpr char kScheme[] = "mediastream";

} // namespace webmedia::elements
