// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/branch-scaling-gst.hh"

#include "devices/frame-crop.hh"

#include <gst/video/video.h>

namespace webmedia::devices {

namespace {

// Crops what comes to the ratio of what it is scaled to.
struct Cropper {
  int width, height;

  static GstPadProbeReturn probe (
      GstPad *pad, GstPadProbeInfo *info, gpointer data)
  {
    GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
    if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
      return GST_PAD_PROBE_OK;
    GstCaps *caps;
    GstVideoInfo from;
    gst_event_parse_caps (event, &caps);
    auto element = Ptr<GstElement>::adopt (gst_pad_get_parent_element (pad));
    auto self = static_cast<Cropper *> (data);
    if (!element || !gst_video_info_from_caps (&from, caps))
      return GST_PAD_PROBE_OK;
    FrameCrop crop = crop_to (GST_VIDEO_INFO_WIDTH (&from),
        GST_VIDEO_INFO_HEIGHT (&from), self->width, self->height);
    g_object_set (element.get (), "left", crop.left, "right", crop.right, "top",
        crop.top, "bottom", crop.bottom, nullptr);
    return GST_PAD_PROBE_OK;
  }
  static void free (gpointer data) { delete static_cast<Cropper *> (data); }
};

// Has what comes from a display scaled as that is to be, from the first picture
// of each size on: it is told before that, by the caps.
struct Fitter {
  std::shared_ptr<const SurfaceFit> fit;
  Ptr<GstElement> filter; // which says what the scaler is to make

  static GstPadProbeReturn probe (
      GstPad *, GstPadProbeInfo *info, gpointer data)
  {
    GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
    if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
      return GST_PAD_PROBE_OK;
    GstCaps *caps;
    gst_event_parse_caps (event, &caps);
    auto self = static_cast<Fitter *> (data);
    auto made = self->made_of (gst_caps_get_structure (caps, 0));
    g_object_set (self->filter.get (), "caps", made.get (), nullptr);
    return GST_PAD_PROBE_OK;
  }
  static void free (gpointer data) { delete static_cast<Fitter *> (data); }

  // Any, where it is left as it is.
  Ptr<GstCaps> made_of (const GstStructure *surface) const
  {
    int width, height;
    if (!gst_structure_get_int (surface, "width", &width)
        || !gst_structure_get_int (surface, "height", &height))
      return Ptr<GstCaps>::adopt (gst_caps_new_any ());
    FrameSize size = fit->size_of (width, height);
    return size.width == width && size.height == height
               ? Ptr<GstCaps>::adopt (gst_caps_new_any ())
               : scaled_caps (int (size.width), int (size.height));
  }
};

} // namespace

Ptr<GstCaps>
scaled_caps (int width, int height)
{
  return Ptr<GstCaps>::adopt (gst_caps_new_simple ("video/x-raw", "width",
      G_TYPE_INT, width, "height", G_TYPE_INT, height, "pixel-aspect-ratio",
      GST_TYPE_FRACTION, 1, 1, nullptr));
}

void
crop_to_ratio (GstPad *crop, int width, int height)
{
  gst_pad_add_probe (crop, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, Cropper::probe,
      new Cropper{width, height}, Cropper::free);
}

// The filter asks for other caps upstream when its own change: nobody there is
// to heed that, as it is what came from there that changed them.
void
fit_scaled (GstPad *scale, const Ptr<GstElement> &filter,
    std::shared_ptr<const SurfaceFit> fit)
{
  gst_pad_add_probe (scale, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, Fitter::probe,
      new Fitter{std::move (fit), filter}, Fitter::free);
  auto pad =
      Ptr<GstPad>::adopt (gst_element_get_static_pad (filter.get (), "sink"));
  gst_pad_add_probe (
      pad.get (), GST_PAD_PROBE_TYPE_EVENT_UPSTREAM,
      [] (GstPad *, GstPadProbeInfo *info, gpointer) {
        return GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info))
                       == GST_EVENT_RECONFIGURE
                   ? GST_PAD_PROBE_DROP
                   : GST_PAD_PROBE_OK;
      },
      nullptr, nullptr);
}

} // namespace webmedia::devices
