// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/raw-layout.hh"

#include "base/ptr.hh"

#include <algorithm>

namespace webmedia {

namespace {

// The part of a plane that holds a picture: as many rows, a stride apart, each
// of so many bytes.
struct Extent {
  gint64 rows;
  gint64 bytes;
};

gint64
plane_size (const GstVideoInfo &info, guint plane)
{
  gsize end = plane + 1 < GST_VIDEO_INFO_N_PLANES (&info)
                  ? GST_VIDEO_INFO_PLANE_OFFSET (&info, plane + 1)
                  : GST_VIDEO_INFO_SIZE (&info);
  return gint64 (end) - gint64 (GST_VIDEO_INFO_PLANE_OFFSET (&info, plane));
}

// By default, where one plane follows the other.
gint64
rows_in (const GstVideoInfo &info, guint plane)
{
  return plane_size (info, plane)
         / std::max (1, GST_VIDEO_INFO_PLANE_STRIDE (&info, plane));
}

// Rows of an interlaced picture's fields have colours of their own.
gint64
rows_of (const GstVideoInfo &info, guint component)
{
  auto scaled = [&] (gint64 height) {
    return gint64 (
        GST_VIDEO_FORMAT_INFO_SCALE_HEIGHT (info.finfo, component, height));
  };
  gint64 height = GST_VIDEO_INFO_FIELD_HEIGHT (&info);
  if (!GST_VIDEO_INFO_IS_INTERLACED (&info)
      || GST_VIDEO_INFO_INTERLACE_MODE (&info)
             == GST_VIDEO_INTERLACE_MODE_ALTERNATE
      || GST_VIDEO_FORMAT_INFO_H_SUB (info.finfo, component) == 0)
    return scaled (height);
  return 2 * scaled ((height + 1) / 2);
}

// Of tiles: all of them, in one row. None: there are less than the picture has.
Extent
extent_of_tiles (const GstVideoInfo &info, guint plane, gint stride)
{
  gint own = GST_VIDEO_INFO_PLANE_STRIDE (&info, plane);
  gint64 columns = GST_VIDEO_TILE_X_TILES (stride),
         rows = GST_VIDEO_TILE_Y_TILES (stride),
         own_columns = GST_VIDEO_TILE_X_TILES (own),
         own_rows = GST_VIDEO_TILE_Y_TILES (own);
  if (columns < own_columns || rows < own_rows || own_columns * own_rows == 0)
    return {0, 0};
  return {
      1, plane_size (info, plane) / (own_columns * own_rows) * columns * rows};
}

// A palette is in a plane that no component is in; what has no stride of
// pixels, as v210, has rows as long as they are by default.
Extent
extent_of (const GstVideoInfo &info, guint plane, gint stride)
{
  if (GST_VIDEO_FORMAT_INFO_IS_TILED (info.finfo))
    return extent_of_tiles (info, plane, stride);
  Extent extent{0, 0};
  for (guint i = 0; i < GST_VIDEO_INFO_N_COMPONENTS (&info); i++) {
    if (GST_VIDEO_INFO_COMP_PLANE (&info, i) != plane)
      continue;
    gint64 width = GST_VIDEO_INFO_COMP_WIDTH (&info, i),
           step = GST_VIDEO_INFO_COMP_PSTRIDE (&info, i);
    gint64 bytes = step > 0
                       ? width * step
                       : gint64 (GST_VIDEO_INFO_PLANE_STRIDE (&info, plane));
    extent.rows = std::max (extent.rows, rows_of (info, i));
    extent.bytes = std::max (extent.bytes, bytes);
  }
  if (extent.rows == 0)
    return {1, plane_size (info, plane)};
  extent.rows = std::min (extent.rows, rows_in (info, plane));
  return extent;
}

// GStreamer's own function, which does not say its name.
bool
is_mapped_by_default (const GstVideoMeta *meta)
{
  static const auto default_map = [] {
    auto buffer = Ptr<GstBuffer>::adopt (gst_buffer_new ());
    return gst_buffer_add_video_meta (buffer.get (), GST_VIDEO_FRAME_FLAG_NONE,
        GST_VIDEO_FORMAT_GRAY8, 16, 16)
        ->map;
  }();
  return meta->map == default_map;
}

// A plane is mapped with the memory that it begins in, and with no other.
bool
has_plane (const GstVideoMeta *meta, const GstVideoInfo &info, guint plane)
{
  guint index, length;
  gsize skip;
  if (!gst_buffer_find_memory (
          meta->buffer, meta->offset[plane], 1, &index, &length, &skip))
    return false;
  auto size = gint64 (gst_buffer_get_sizes_range (
      meta->buffer, index, gint (length), nullptr, nullptr));
  Extent extent = extent_of (info, plane, meta->stride[plane]);
  return extent.rows > 0
         && gint64 (skip) + (extent.rows - 1) * meta->stride[plane]
                <= size - extent.bytes;
}

bool
is_of (const GstVideoMeta *meta, const GstVideoInfo &info)
{
  return meta->format == GST_VIDEO_INFO_FORMAT (&info)
         && meta->n_planes == GST_VIDEO_INFO_N_PLANES (&info)
         && meta->width >= guint (GST_VIDEO_INFO_WIDTH (&info))
         && meta->height >= guint (GST_VIDEO_INFO_HEIGHT (&info));
}

bool
is_of (const GstAudioMeta *meta, const GstAudioInfo &info)
{
  return GST_AUDIO_INFO_FORMAT (&meta->info) == GST_AUDIO_INFO_FORMAT (&info)
         && GST_AUDIO_INFO_LAYOUT (&meta->info) == GST_AUDIO_INFO_LAYOUT (&info)
         && GST_AUDIO_INFO_CHANNELS (&meta->info)
                == GST_AUDIO_INFO_CHANNELS (&info);
}

} // namespace

Result<>
check_layout (GstBuffer *picture, const GstVideoInfo &info)
{
  if (!has_whole_rows (info))
    return make_error (ErrorCode::type,
        "A picture of %s that is %d pixels wide can't be converted: GStreamer "
        "reads behind the end of its rows. Of an even width it can.",
        GST_VIDEO_INFO_NAME (&info), GST_VIDEO_INFO_WIDTH (&info));
  gsize size = gst_buffer_get_size (picture);
  const GstVideoMeta *meta = gst_buffer_get_video_meta (picture);
  if (!meta && size < GST_VIDEO_INFO_SIZE (&info))
    return make_error (ErrorCode::type,
        "A picture of these caps has %" G_GSIZE_FORMAT
        " bytes, this one has %" G_GSIZE_FORMAT ".",
        GST_VIDEO_INFO_SIZE (&info), size);
  if (!meta)
    return ok;
  if (!is_of (meta, info))
    return make_error (ErrorCode::type,
        "The GstVideoMeta of this picture is of %s, %u by %u, its caps are of "
        "%s, %d by %d: that must be the same format, and no larger.",
        gst_video_format_to_string (meta->format), meta->width, meta->height,
        GST_VIDEO_INFO_NAME (&info), GST_VIDEO_INFO_WIDTH (&info),
        GST_VIDEO_INFO_HEIGHT (&info));
  if (!is_mapped_by_default (meta))
    return ok;
  for (guint i = 0; i < meta->n_planes; i++) {
    if (meta->stride[i] < 0)
      return make_error (ErrorCode::type,
          "By its GstVideoMeta, rows of this picture are %d bytes apart, as "
          "it is upside down: no such picture can be converted.",
          meta->stride[i]);
    if (!has_plane (meta, info, i))
      return make_error (ErrorCode::type,
          "By its GstVideoMeta, plane %u of this picture begins at byte "
          "%" G_GSIZE_FORMAT ", with rows %d bytes apart: not all of it is in "
          "one memory of the %" G_GSIZE_FORMAT " bytes that there are.",
          i, meta->offset[i], meta->stride[i], size);
  }
  return ok;
}

bool
has_fields (const GstVideoInfo &info)
{
  for (guint i = 0; i < GST_VIDEO_INFO_N_COMPONENTS (&info); i++)
    if (rows_in (info, GST_VIDEO_INFO_COMP_PLANE (&info, i))
        < rows_of (info, i))
      return false;
  return true;
}

// UYVP has two pixels in five bytes; the others three numbers in four, and two
// of colours for each two pixels.
bool
has_whole_rows (const GstVideoInfo &info)
{
  gint64 paired = (gint64 (GST_VIDEO_INFO_WIDTH (&info)) + 1) / 2 * 2;
  switch (GST_VIDEO_INFO_FORMAT (&info)) {
  case GST_VIDEO_FORMAT_UYVP:
    return paired / 2 * 5 <= GST_VIDEO_INFO_PLANE_STRIDE (&info, 0);
  case GST_VIDEO_FORMAT_NV12_10LE32:
  case GST_VIDEO_FORMAT_NV16_10LE32:
    return (paired + 2) / 3 * 4 <= GST_VIDEO_INFO_PLANE_STRIDE (&info, 1);
  default:
    return true;
  }
}

Result<gsize>
count_frames (GstBuffer *sound, const GstAudioInfo &info)
{
  gsize size = gst_buffer_get_size (sound);
  gsize most = size / gsize (GST_AUDIO_INFO_BPF (&info));
  bool is_planar =
      GST_AUDIO_INFO_LAYOUT (&info) == GST_AUDIO_LAYOUT_NON_INTERLEAVED;
  const GstAudioMeta *meta = gst_buffer_get_audio_meta (sound);
  if (!meta && !is_planar)
    return most;
  if (!meta)
    return make_error (ErrorCode::type,
        "Sound that is not interleaved must have a GstAudioMeta: this has "
        "none.");
  if (!is_of (meta, info))
    return make_error (ErrorCode::type,
        "The GstAudioMeta of this sound is of %s, %d channels, its caps are of "
        "%s, %d channels: that must be the same, and so must the layout.",
        GST_AUDIO_INFO_NAME (&meta->info),
        GST_AUDIO_INFO_CHANNELS (&meta->info), GST_AUDIO_INFO_NAME (&info),
        GST_AUDIO_INFO_CHANNELS (&info));
  bool fits = meta->samples <= most;
  gsize plane = fits ? meta->samples * gsize (GST_AUDIO_INFO_BPS (&info)) : 0;
  for (int i = 0; fits && is_planar && i < GST_AUDIO_INFO_CHANNELS (&info); i++)
    fits = meta->offsets[i] <= size - plane;
  if (!fits)
    return make_error (ErrorCode::type,
        "By its GstAudioMeta, this sound has %" G_GSIZE_FORMAT
        " frames: not all of their samples are in its %" G_GSIZE_FORMAT
        " bytes.",
        meta->samples, size);
  return meta->samples;
}

} // namespace webmedia
