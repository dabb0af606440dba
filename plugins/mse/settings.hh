// SPDX-License-Identifier: LGPL-2.1-or-later
// The properties that the elements share: what they play or append to.
#pragma once

#include "base/ptr.hh"
#include "base/uri-handler.hh"

#include <gst/webmedia/webmedia.h>
#include <initializer_list>
#include <string>

namespace webmedia::elements {

// As ids of properties; an element's own ones begin at kFirstOwnProperty.
enum Setting : guint {
  SETTING_HANDLE = 1,
  SETTING_URI,
  SETTING_TRACK,
  SETTING_TYPE,
  SETTING_MODE,
  SETTING_TIMESTAMP_OFFSET,
  SETTING_QUOTA,
};
constexpr guint kFirstOwnProperty = SETTING_QUOTA + 1;

// What they were set to; an empty text is one that was not set.
struct Settings {
  Ptr<GstWebMediaSourceHandle> handle;
  std::string uri;
  std::string track;
  std::string type;
  GstWebAppendMode mode = GST_WEB_APPEND_MODE_SEGMENTS;
  GstClockTimeDiff timestamp_offset = 0;
  guint64 quota = 0;
};

void install_settings (GObjectClass *klass, std::initializer_list<Setting> ids);

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

// Of the addresses of what they play.
inline constexpr char kScheme[] = "mse";

} // namespace webmedia::elements
