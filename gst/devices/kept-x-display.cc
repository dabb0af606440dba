// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/kept-x-display.hh"

#include "base/mutex.hh"
#include "base/ptr.hh"

#include <gmodule.h>

namespace webmedia::devices {

namespace {

using OpenDisplay = void *(*)(const char *name);
using QueryExtension = int (*) (void *display, int *event, int *error);

struct Kept {
  Mutex lock; // also while it is opened: others have to wait for it
  void *display GUARDED_BY (lock) = nullptr;
};

// The extension is what libXext counts the displays of, for all the others.
void *
open_for_good (GModule *xlib, const char *name)
{
  gpointer open, query;
  if (!g_module_symbol (xlib, "XOpenDisplay", &open)
      || !g_module_symbol (xlib, "XGEQueryExtension", &query))
    return nullptr;
  void *display = reinterpret_cast<OpenDisplay> (open) (name);
  int event, error;
  if (display)
    reinterpret_cast<QueryExtension> (query) (display, &event, &error);
  return display;
}

// The plugin: what it was linked to is found through it.
GModule *
open_plugin (GstElement *source)
{
  auto plugin = Ptr<GstPlugin>::adopt (gst_plugin_feature_get_plugin (
      GST_PLUGIN_FEATURE_CAST (gst_element_get_factory (source))));
  return g_module_open (
      plugin ? gst_plugin_get_filename (plugin.get ()) : nullptr,
      GModuleFlags (G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL));
}

} // namespace

void
keep_x_display (GstElement *source, const char *name)
{
  static Kept kept;
  MutexLocker locker (kept.lock);
  if (kept.display)
    return;
  GModule *xlib = open_plugin (source);
  if (xlib)
    kept.display = open_for_good (xlib, name);
  if (xlib && !kept.display)
    g_module_close (xlib);
}

} // namespace webmedia::devices
