// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/frame-scaler.hh"

#include "base/log.hh"
#include "base/raw-layout.hh"
#include "devices/frame-crop.hh"
#include "stream/raw-info.hh"

WEBMEDIA_DEBUG_CATEGORY ("webmedia-scaler", "Written frames that are scaled")

namespace webmedia::devices {

namespace {

// Half of the lines of an interlaced picture are one field's, and of colours
// there are fewer. GstVideoConverter (1.22) crashes where a field has hardly
// any. With less than these, and without memory for them, what lies in memory
// stays as it is, and is scaled as one picture.
constexpr int kLeastInterlaced = 32;

} // namespace

FrameScaler::~FrameScaler ()
{
  close_pool ();
}

void
FrameScaler::close_pool ()
{
  if (pool_)
    gst_buffer_pool_set_active (pool_.get (), FALSE);
  pool_.reset ();
}

// Pictures come back to it when the last consumer has let go of them.
bool
FrameScaler::open_pool ()
{
  pool_ = Ptr<GstBufferPool>::adopt (gst_video_buffer_pool_new ());
  GstStructure *config = gst_buffer_pool_get_config (pool_.get ());
  gst_buffer_pool_config_set_params (
      config, made_caps_.get (), guint (GST_VIDEO_INFO_SIZE (&to_)), 0, 0);
  return gst_buffer_pool_set_config (pool_.get (), config)
         && gst_buffer_pool_set_active (pool_.get (), TRUE);
}

bool
FrameScaler::set_caps (const Ptr<GstCaps> &caps, int width, int height)
{
  if (caps_ == caps && GST_VIDEO_INFO_WIDTH (&to_) == width
      && GST_VIDEO_INFO_HEIGHT (&to_) == height)
    return bool (converter_);
  close_pool ();
  converter_.reset ();
  caps_ = caps;
  if (!stream::is_in_memory (caps.get ())
      || !stream::read_video_info (caps.get (), from_)
      || !gst_video_info_set_interlaced_format (&to_,
          GST_VIDEO_INFO_FORMAT (&from_),
          GST_VIDEO_INFO_INTERLACE_MODE (&from_), guint (width),
          guint (height)))
    return false;
  if (!has_whole_rows (from_) || !has_whole_rows (to_)) {
    GST_WARNING ("frames of %s are not scaled from %d to %d pixels in width: "
                 "of one of these GStreamer lays out rows too short",
        GST_VIDEO_INFO_NAME (&to_), GST_VIDEO_INFO_WIDTH (&from_), width);
    return false;
  }
  to_.colorimetry = from_.colorimetry;
  to_.chroma_site = from_.chroma_site;
  made_caps_ = Ptr<GstCaps>::adopt (gst_caps_copy (caps.get ()));
  gst_caps_set_simple (made_caps_.get (), "width", G_TYPE_INT, width, "height",
      G_TYPE_INT, height, nullptr);
  if (std::min (GST_VIDEO_INFO_HEIGHT (&from_), height) < kLeastInterlaced
      || !has_fields (from_) || !has_fields (to_))
    for (GstVideoInfo *info : {&from_, &to_})
      GST_VIDEO_INFO_INTERLACE_MODE (info) =
          GST_VIDEO_INTERLACE_MODE_PROGRESSIVE;
  FrameCrop crop = crop_to (GST_VIDEO_INFO_WIDTH (&from_),
      GST_VIDEO_INFO_HEIGHT (&from_), width, height);
  converter_.reset (gst_video_converter_new (&from_, &to_,
      gst_structure_new ("crop", GST_VIDEO_CONVERTER_OPT_SRC_X, G_TYPE_INT,
          crop.left, GST_VIDEO_CONVERTER_OPT_SRC_Y, G_TYPE_INT, crop.top,
          GST_VIDEO_CONVERTER_OPT_SRC_WIDTH, G_TYPE_INT,
          GST_VIDEO_INFO_WIDTH (&from_) - crop.left - crop.right,
          GST_VIDEO_CONVERTER_OPT_SRC_HEIGHT, G_TYPE_INT,
          GST_VIDEO_INFO_HEIGHT (&from_) - crop.top - crop.bottom, nullptr)));
  if (converter_ && !open_pool ())
    converter_.reset ();
  return bool (converter_);
}

Ptr<GstBuffer>
FrameScaler::make (GstBuffer *picture)
{
  GstBuffer *made = nullptr;
  if (!converter_)
    return nullptr;
  if (Result<> fits = check_layout (picture, from_); !fits) {
    GST_WARNING ("a frame is not scaled: %s", fits.error ().message.c_str ());
    return nullptr;
  }
  if (gst_buffer_pool_acquire_buffer (pool_.get (), &made, nullptr)
      != GST_FLOW_OK)
    return nullptr;
  auto scaled = Ptr<GstBuffer>::adopt (made);
  GstVideoFrame from, to;
  if (!gst_video_frame_map (&from, &from_, picture, GST_MAP_READ))
    return nullptr;
  bool is_mapped = gst_video_frame_map (&to, &to_, made, GST_MAP_WRITE);
  if (is_mapped) {
    gst_video_converter_frame (converter_.get (), &from, &to);
    gst_video_frame_unmap (&to);
  }
  gst_video_frame_unmap (&from);
  if (!is_mapped)
    return nullptr;
  gst_buffer_copy_into (made, picture, GST_BUFFER_COPY_FLAGS, 0, gsize (-1));
  return scaled;
}

} // namespace webmedia::devices
