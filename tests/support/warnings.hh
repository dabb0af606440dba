// SPDX-License-Identifier: LGPL-2.1-or-later
// What the log has warned of.
#pragma once

#include "base/mutex.hh"

#include <gst/gst.h>
#include <string>
#include <vector>

namespace webmedia::test {

// Before GStreamer is: later it would leak its list of log functions, as it
// would if one of them were removed.
inline const guint default_log_removed =
    gst_debug_remove_log_function (nullptr);

// The warnings of one category. It is to be static: the log forgets it when
// GStreamer ends.
// Threads: thread-safe.
class Warnings {
public:
  explicit Warnings (const char *category) : category_ (category)
  {
    gst_debug_set_active (TRUE);
    gst_debug_set_threshold_for_name (category, GST_LEVEL_WARNING);
    gst_debug_add_log_function (on_log, this, nullptr);
  }
  Warnings (const Warnings &) = delete;
  Warnings &operator= (const Warnings &) = delete;

  std::vector<std::string> told () const
  {
    MutexLocker locker (lock_);
    return told_;
  }

private:
  static void on_log (GstDebugCategory *category, GstDebugLevel level,
      const gchar *, const gchar *, gint, GObject *, GstDebugMessage *message,
      gpointer data)
  {
    auto self = static_cast<Warnings *> (data);
    if (level != GST_LEVEL_WARNING
        || self->category_ != gst_debug_category_get_name (category))
      return;
    MutexLocker locker (self->lock_);
    self->told_.emplace_back (gst_debug_message_get (message));
  }

  const std::string category_;
  mutable Mutex lock_;
  std::vector<std::string> told_ GUARDED_BY (lock_);
};

} // namespace webmedia::test
