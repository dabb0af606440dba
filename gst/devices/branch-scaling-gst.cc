// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/branch-scaling-gst.hh"

#include "devices/frame-crop.hh"

#include <gst/video/video.h>

namespace webmedia::devices {

namespace {

Ptr<GstCaps>
caps_of_size (int width, int height)
{
  GstCaps *caps = gst_caps_new_simple ("video/x-raw", "width", G_TYPE_INT,
      width, "height", G_TYPE_INT, height, nullptr);
  gst_caps_set_features (caps, 0, gst_caps_features_new_any ());
  return Ptr<GstCaps>::adopt (caps);
}

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

// Lets in what is of its size.
struct Door {
  int width, height;
  bool is_shut = false;

  static GstPadProbeReturn probe (
      GstPad *, GstPadProbeInfo *info, gpointer data)
  {
    auto self = static_cast<Door *> (data);
    if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM) {
      GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
      if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
        return GST_PAD_PROBE_OK;
      GstCaps *caps;
      gst_event_parse_caps (event, &caps);
      self->is_shut = !self->lets_in (gst_caps_get_structure (caps, 0));
    }
    return self->is_shut ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
  }
  static void free (gpointer data) { delete static_cast<Door *> (data); }

  bool lets_in (const GstStructure *picture) const
  {
    int is_width, is_height;
    return !gst_structure_get_int (picture, "width", &is_width)
           || !gst_structure_get_int (picture, "height", &is_height)
           || (is_width == width && is_height == height);
  }
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

  // Of that size in any memory, where it is left as it is: consumers that ask
  // what there can be are not to be told of any other.
  Ptr<GstCaps> made_of (const GstStructure *surface) const
  {
    int width, height;
    if (!gst_structure_get_int (surface, "width", &width)
        || !gst_structure_get_int (surface, "height", &height))
      return Ptr<GstCaps>::adopt (gst_caps_new_any ());
    FrameSize size = fit->size_of (width, height);
    return size.width == width && size.height == height
               ? caps_of_size (width, height)
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
keep_to_size (GstPad *first, int width, int height)
{
  gst_pad_add_probe (first,
      GstPadProbeType (GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM
                       | GST_PAD_PROBE_TYPE_BUFFER
                       | GST_PAD_PROBE_TYPE_BUFFER_LIST),
      Door::probe, new Door{width, height}, Door::free);
}

Ptr<GstCaps>
without_size (const GstCaps *caps)
{
  auto any = Ptr<GstCaps>::adopt (gst_caps_copy (caps));
  for (guint i = 0; i < gst_caps_get_size (any.get ()); i++)
    gst_structure_remove_fields (gst_caps_get_structure (any.get (), i),
        "width", "height", "pixel-aspect-ratio", "framerate", nullptr);
  return any;
}

// A videocrop has no room for less than what it cuts off, of the size of
// before.
static GstPadProbeReturn
answer_without_size (GstPad *, GstPadProbeInfo *info, gpointer)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);
  if (GST_QUERY_TYPE (query) != GST_QUERY_CAPS)
    return GST_PAD_PROBE_OK;
  GstCaps *filter, *caps = nullptr;
  gst_query_parse_caps (query, &filter);
  gst_query_parse_caps_result (query, &caps);
  if (!caps)
    return GST_PAD_PROBE_OK;
  auto any = without_size (caps);
  if (filter)
    any = Ptr<GstCaps>::adopt (
        gst_caps_intersect_full (any.get (), filter, GST_CAPS_INTERSECT_FIRST));
  gst_query_set_caps_result (query, any.get ());
  return GST_PAD_PROBE_OK;
}

void
crop_to_ratio (GstPad *crop, int width, int height)
{
  gst_pad_add_probe (crop,
      GstPadProbeType (
          GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM | GST_PAD_PROBE_TYPE_PULL),
      answer_without_size, nullptr, nullptr);
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
