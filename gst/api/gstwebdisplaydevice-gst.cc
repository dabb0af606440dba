// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/error.hh"
#include "base/ptr.hh"
#include "devices/kept-x-display.hh"

#include <gst/webmedia/gstwebdisplaydevice.h>

using namespace webmedia;

/**
 * GstWebDisplayDevice:
 *
 * A screen or a window of the X Window System, to be captured with `ximagesrc`:
 * what a [iface@PermissionPolicy] can have its user choose.
 */
struct _GstWebDisplayDevice {
  GstDevice parent;
  char *display; // null: the one of the process
  guint64 window;
  gboolean show_cursor;
};

G_DEFINE_FINAL_TYPE (
    GstWebDisplayDevice, gst_web_display_device, GST_TYPE_DEVICE)

static GstElement *
gst_web_display_device_create_element (GstDevice *device, const gchar *name)
{
  auto self = GST_WEB_DISPLAY_DEVICE (device);
  GstElement *source = gst_element_factory_make ("ximagesrc", name);
  if (source)
    g_object_set (source, "display-name", self->display, "xid", self->window,
        "show-pointer", self->show_cursor, "use-damage", FALSE, nullptr);
  return source;
}

static void
gst_web_display_device_finalize (GObject *object)
{
  g_free (GST_WEB_DISPLAY_DEVICE (object)->display);
  G_OBJECT_CLASS (gst_web_display_device_parent_class)->finalize (object);
}

static void
gst_web_display_device_class_init (GstWebDisplayDeviceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_web_display_device_finalize;
  GST_DEVICE_CLASS (klass)->create_element =
      gst_web_display_device_create_element;
}

static void
gst_web_display_device_init (GstWebDisplayDevice *)
{}

// What it gives out, by opening it for a moment; null: it can't be opened. Live
// sources give out nothing before they play.
static Ptr<GstCaps>
probe_caps (GstElement *source)
{
  Ptr<GstCaps> caps;
  if (gst_element_set_state (source, GST_STATE_PAUSED)
      != GST_STATE_CHANGE_FAILURE) {
    auto pad = Ptr<GstPad>::adopt (gst_element_get_static_pad (source, "src"));
    caps = Ptr<GstCaps>::adopt (gst_pad_query_caps (pad.get (), nullptr));
  }
  gst_element_set_state (source, GST_STATE_NULL);
  g_object_set (source, "display-name", nullptr, nullptr); // it would leak
  return caps;
}

/**
 * gst_web_display_device_new:
 * @display: (nullable): the name of a display, such as `:0`; %NULL: that of the
 *     process
 * @window: the id of a window; 0: the whole screen
 * @show_cursor: whether the pointer is in the picture. Of a track that captures
 *     it the constraint `cursor` can change that: `always` or `never`
 * @error: %GST_WEB_ERROR_NOT_FOUND when there is no such display,
 *     %GST_WEB_ERROR_NOT_SUPPORTED when `ximagesrc` is not installed
 *
 * Returns: (transfer full): a screen or a window
 */
GstDevice *
gst_web_display_device_new (
    const gchar *display, guint64 window, gboolean show_cursor, GError **error)
{
  const char *name = display ? display : g_getenv ("DISPLAY");
  if (!name) {
    set_error (error, make_error (ErrorCode::not_found,
                          "There is no display: DISPLAY is not set"));
    return nullptr;
  }
  auto source =
      Ptr<GstElement>::adopt (gst_element_factory_make ("ximagesrc", nullptr));
  if (!source) {
    set_error (
        error, make_error (ErrorCode::not_supported,
                   "ximagesrc is not installed; it is in gst-plugins-good"));
    return nullptr;
  }
  gst_object_ref_sink (source.get ());
  g_object_set (source.get (), "display-name", name, "xid", window, nullptr);
  devices::keep_x_display (source.get (), name);
  auto caps = probe_caps (source.get ());
  if (!caps) {
    set_error (error, make_error (ErrorCode::not_found,
                          "The display \"%s\" can't be opened", name));
    return nullptr;
  }
  StructurePtr properties (gst_structure_new ("display", "display-surface",
      G_TYPE_STRING, window ? "window" : "monitor", "cursor", G_TYPE_STRING,
      show_cursor ? "always" : "never", nullptr));
  auto self = GST_WEB_DISPLAY_DEVICE (
      g_object_new (GST_TYPE_WEB_DISPLAY_DEVICE, "display-name",
          window ? "Window" : "Screen", "device-class", "Video/Source/Screen",
          "caps", caps.get (), "properties", properties.get (), nullptr));
  self->display = g_strdup (name);
  self->window = window;
  self->show_cursor = show_cursor;
  return GST_DEVICE (gst_object_ref_sink (self));
}
