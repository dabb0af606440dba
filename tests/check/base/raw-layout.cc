// SPDX-License-Identifier: LGPL-2.1-or-later
// What metas say, and what there is.
#include "base/raw-layout.hh"

#include "support/guarded.hh"

#include <algorithm>
#include <string>
#include <vector>

using namespace webmedia;
using namespace webmedia::test;

namespace {

constexpr int kSizes[][2] = {{1, 1}, {3, 6}, {34, 18}};

// All other formats have whole rows, of any width.
bool
may_lack_rows (const GstVideoInfo &info)
{
  GstVideoFormat format = GST_VIDEO_INFO_FORMAT (&info);
  return format == GST_VIDEO_FORMAT_UYVP
         || format == GST_VIDEO_FORMAT_NV12_10LE32
         || format == GST_VIDEO_FORMAT_NV16_10LE32;
}

GstVideoInfo
picture_info (GstVideoFormat format, int width, int height,
    GstVideoInterlaceMode mode = GST_VIDEO_INTERLACE_MODE_PROGRESSIVE)
{
  GstVideoInfo info;
  fail_unless (gst_video_info_set_interlaced_format (
      &info, format, mode, guint (width), guint (height)));
  return info;
}

GstAudioInfo
sound_info (GstAudioFormat format, int channels, bool is_planar)
{
  GstAudioInfo info;
  gst_audio_info_set_format (&info, format, 8000, channels, nullptr);
  info.layout = is_planar ? GST_AUDIO_LAYOUT_NON_INTERLEAVED
                          : GST_AUDIO_LAYOUT_INTERLEAVED;
  return info;
}

// Of GRAY8, 4 by 4, with one plane.
GstVideoMeta *
add_meta (const Ptr<GstBuffer> &buffer, gsize offset, gint stride)
{
  gsize offsets[GST_VIDEO_MAX_PLANES]{offset};
  gint strides[GST_VIDEO_MAX_PLANES]{stride};
  return gst_buffer_add_video_meta_full (buffer.get (),
      GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_GRAY8, 4, 4, 1, offsets,
      strides);
}

bool
fits_gray (gsize size, gsize offset, gint stride)
{
  auto buffer = make_guarded (size);
  add_meta (buffer, offset, stride);
  return bool (check_layout (
      buffer.get (), picture_info (GST_VIDEO_FORMAT_GRAY8, 4, 4)));
}

// Converts it.
void
read_all (const GstVideoInfo &info, GstBuffer *buffer)
{
  GstVideoInfo plain = picture_info (GST_VIDEO_FORMAT_ARGB, info.width,
      info.height, GST_VIDEO_INFO_INTERLACE_MODE (&info));
  GstVideoInfo of = info;
  GstVideoConverter *converter = gst_video_converter_new (&of, &plain, nullptr);
  fail_unless (converter != nullptr);
  auto made = Ptr<GstBuffer>::adopt (
      gst_buffer_new_allocate (nullptr, plain.size, nullptr));
  GstVideoFrame from, to;
  fail_unless (gst_video_frame_map (&from, &info, buffer, GST_MAP_READ));
  fail_unless (gst_video_frame_map (&to, &plain, made.get (), GST_MAP_WRITE));
  gst_video_converter_frame (converter, &from, &to);
  gst_video_frame_unmap (&to);
  gst_video_frame_unmap (&from);
  gst_video_converter_free (converter);
}

// A buffer whose planes are those of its caps, but for one.
Ptr<GstBuffer>
with_plane (const GstVideoInfo &info, guint plane, gsize offset, gint stride)
{
  auto buffer = make_guarded (3 * info.size);
  gsize offsets[GST_VIDEO_MAX_PLANES];
  gint strides[GST_VIDEO_MAX_PLANES];
  std::copy_n (info.offset, GST_VIDEO_MAX_PLANES, offsets);
  std::copy_n (info.stride, GST_VIDEO_MAX_PLANES, strides);
  offsets[plane] = offset;
  strides[plane] = stride;
  gst_buffer_add_video_meta_full (buffer.get (), GST_VIDEO_FRAME_FLAG_NONE,
      GST_VIDEO_INFO_FORMAT (&info), guint (info.width), guint (info.height),
      GST_VIDEO_INFO_N_PLANES (&info), offsets, strides);
  return buffer;
}

// A plane as far behind as it is accepted.
void
read_at_edge (const GstVideoInfo &info, guint plane)
{
  auto edge = with_plane (info, plane, 0, info.stride[plane]);
  GstVideoMeta *meta = gst_buffer_get_video_meta (edge.get ());
  gsize good = 0, bad = 3 * info.size;
  while (bad - good > 1) {
    gsize half = (good + bad) / 2;
    meta->offset[plane] = half;
    (check_layout (edge.get (), info) ? good : bad) = half;
  }
  fail_unless (good >= 2 * info.size);
  meta->offset[plane] = good;
  read_all (info, edge.get ());
}

Ptr<GstBuffer>
make_sound (const GstAudioInfo &info, gsize size)
{
  auto sound = make_guarded (size);
  gst_buffer_add_audio_meta (
      sound.get (), &info, size / gsize (info.bpf), nullptr);
  return sound;
}

GstAudioMeta *
meta_of (const Ptr<GstBuffer> &sound)
{
  return gst_buffer_get_audio_meta (sound.get ());
}

} // namespace

GST_START_TEST (without_a_meta_a_picture_has_the_bytes_of_its_caps)
{
  auto info = picture_info (GST_VIDEO_FORMAT_I420, 16, 16);
  fail_unless (bool (check_layout (make_guarded (384).get (), info)));
  auto told = check_layout (make_guarded (383).get (), info);
  fail_if (bool (told));
  fail_unless (told.error ().message.find ("384 bytes, this one has 383")
               != std::string::npos);
}
GST_END_TEST

GST_START_TEST (a_plane_ends_with_the_last_pixel_of_its_last_row)
{
  fail_unless (fits_gray (16, 0, 4));
  fail_if (fits_gray (15, 0, 4));
  fail_unless (fits_gray (16 + 3, 3, 4));
  fail_if (fits_gray (16 + 3, 4, 4));
  fail_unless (fits_gray (3 * 100 + 4, 0, 100));
  fail_if (fits_gray (3 * 100 + 4, 0, 101));
  fail_if (fits_gray (16, 1000, 4));
  fail_if (fits_gray (16, G_MAXSIZE, 4));
  fail_if (fits_gray (16, 0, G_MAXINT));
  // All rows in one place.
  fail_unless (fits_gray (4, 0, 0));
}
GST_END_TEST

GST_START_TEST (what_is_upside_down_is_refused)
{
  fail_if (fits_gray (16, 12, -4));
  fail_if (fits_gray (16, 0, G_MININT));
}
GST_END_TEST

// A plane is mapped with the memory that it begins in, no matter what follows.
GST_START_TEST (a_plane_is_in_one_memory)
{
  auto info = picture_info (GST_VIDEO_FORMAT_GRAY8, 4, 4);
  auto buffer = make_guarded (16);
  buffer = Ptr<GstBuffer>::adopt (
      gst_buffer_append (buffer.release (), make_guarded (16).release ()));
  GstVideoMeta *meta = add_meta (buffer, 0, 4);
  fail_unless (bool (check_layout (buffer.get (), info)));
  meta->offset[0] = 16;
  fail_unless (bool (check_layout (buffer.get (), info)));
  meta->offset[0] = 15;
  fail_if (bool (check_layout (buffer.get (), info)));
}
GST_END_TEST

GST_START_TEST (a_meta_is_of_the_same_format_and_no_smaller)
{
  auto buffer = make_guarded (16);
  GstVideoMeta *meta = add_meta (buffer, 0, 4);
  auto fits = [&buffer] (GstVideoFormat format, int width, int height) {
    return bool (
        check_layout (buffer.get (), picture_info (format, width, height)));
  };
  fail_unless (fits (GST_VIDEO_FORMAT_GRAY8, 4, 4));
  fail_unless (fits (GST_VIDEO_FORMAT_GRAY8, 3, 2));
  fail_if (fits (GST_VIDEO_FORMAT_GRAY8, 5, 4));
  fail_if (fits (GST_VIDEO_FORMAT_GRAY8, 4, 5));
  fail_if (fits (GST_VIDEO_FORMAT_RGB16, 2, 2));
  meta->n_planes = 4;
  fail_if (fits (GST_VIDEO_FORMAT_GRAY8, 4, 4));
}
GST_END_TEST

// It knows where the planes are, and nobody else does.
GST_START_TEST (a_meta_with_a_function_of_its_own_is_believed)
{
  auto buffer = make_guarded (16);
  GstVideoMeta *meta = add_meta (buffer, 1000, 4);
  meta->map = [] (GstVideoMeta *, guint, GstMapInfo *, gpointer *, gint *,
                  GstMapFlags) -> gboolean {
    return FALSE;
  };
  fail_unless (bool (check_layout (
      buffer.get (), picture_info (GST_VIDEO_FORMAT_GRAY8, 4, 4))));
}
GST_END_TEST

// Of each format, in sizes that are rounded.
GST_START_TEST (what_gstreamer_lays_out_fits)
{
  guint count;
  const GstVideoFormat *formats = gst_video_formats_raw (&count);
  for (guint i = 0; i < count; i++)
    for (auto mode : {GST_VIDEO_INTERLACE_MODE_PROGRESSIVE,
             GST_VIDEO_INTERLACE_MODE_INTERLEAVED})
      for (auto [width, height] : kSizes) {
        auto info = picture_info (formats[i], width, height, mode);
        auto buffer = make_guarded (info.size);
        gst_buffer_add_video_meta_full (buffer.get (),
            GST_VIDEO_FRAME_FLAG_NONE, formats[i], guint (width),
            guint (height), GST_VIDEO_INFO_N_PLANES (&info), info.offset,
            info.stride);
        auto fits = check_layout (buffer.get (), info);
        fail_unless (has_whole_rows (info) || may_lack_rows (info));
        fail_unless (bool (fits) == has_whole_rows (info),
            "%s, %d by %d, %d: %s", gst_video_format_to_string (formats[i]),
            width, height, int (mode),
            fits ? "" : fits.error ().message.c_str ());
      }
}
GST_END_TEST

// 4 rows of colours in each field of 8 and of 7 rows; of 10 rows 5 are not
// enough.
GST_START_TEST (fields_have_all_rows_of_their_colours)
{
  auto has = [] (GstVideoFormat format, int height) {
    return has_fields (
        picture_info (format, 8, height, GST_VIDEO_INTERLACE_MODE_INTERLEAVED));
  };
  for (int height : {7, 8, 10, 33, 34})
    for (auto format : {GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_NV12,
             GST_VIDEO_FORMAT_YUY2, GST_VIDEO_FORMAT_ARGB})
      fail_unless (has (format, height));
  fail_unless (has (GST_VIDEO_FORMAT_P010_10LE, 8));
  fail_if (has (GST_VIDEO_FORMAT_P010_10LE, 10));
}
GST_END_TEST

GST_START_TEST (what_is_accepted_can_be_read)
{
  guint count;
  const GstVideoFormat *formats = gst_video_formats_raw (&count);
  for (guint i = 0; i < count; i++)
    for (auto [width, height] : kSizes) {
      auto info = picture_info (formats[i], width, height);
      GST_INFO ("%s, %d by %d", GST_VIDEO_INFO_NAME (&info), width, height);
      if (!has_whole_rows (info)) {
        fail_unless (may_lack_rows (info));
        continue;
      }
      for (guint plane = 0; plane < GST_VIDEO_INFO_N_PLANES (&info); plane++)
        read_at_edge (info, plane);
    }
}
GST_END_TEST

// Of any other width they are read.
GST_START_TEST (rows_that_are_laid_out_too_short_are_refused)
{
  struct {
    GstVideoFormat format;
    std::vector<int> refused; // to 16 pixels
  } formats[] = {{GST_VIDEO_FORMAT_UYVP, {1, 3, 9, 11}},
      {GST_VIDEO_FORMAT_NV12_10LE32, {3, 9, 15}},
      {GST_VIDEO_FORMAT_NV16_10LE32, {3, 9, 15}},
      {GST_VIDEO_FORMAT_NV12_10LE40, {}}, {GST_VIDEO_FORMAT_v210, {}},
      {GST_VIDEO_FORMAT_YUY2, {}}};
  for (const auto &[format, refused] : formats)
    for (int width = 1; width <= 16; width++) {
      auto info = picture_info (format, width, 2);
      auto picture = make_guarded (info.size);
      auto fits = check_layout (picture.get (), info);
      bool is_refused =
          std::count (refused.begin (), refused.end (), width) > 0;
      fail_unless (bool (fits) == !is_refused, "%s, %d pixels wide",
          GST_VIDEO_INFO_NAME (&info), width);
      if (fits)
        read_all (info, picture.get ());
      else
        fail_unless (fits.error ().message.find (GST_VIDEO_INFO_NAME (&info)
                                                 + std::string (" that is ")
                                                 + std::to_string (width))
                     != std::string::npos);
    }
}
GST_END_TEST

GST_START_TEST (frames_are_counted_by_the_meta)
{
  auto info = sound_info (GST_AUDIO_FORMAT_S16, 2, false);
  fail_unless_equals_uint64 (
      *count_frames (make_guarded (43).get (), info), 10);
  auto sound = make_sound (info, 40);
  meta_of (sound)->samples = 7;
  fail_unless_equals_uint64 (*count_frames (sound.get (), info), 7);
  for (gsize lie : {gsize (11), gsize (1) << 62, G_MAXSIZE}) {
    meta_of (sound)->samples = lie;
    fail_if (bool (count_frames (sound.get (), info)));
  }
}
GST_END_TEST

GST_START_TEST (planes_lie_in_the_memory)
{
  auto info = sound_info (GST_AUDIO_FORMAT_F32, 2, true);
  fail_if (bool (count_frames (make_guarded (80).get (), info)));
  auto sound = make_sound (info, 80);
  fail_unless_equals_uint64 (*count_frames (sound.get (), info), 10);
  meta_of (sound)->samples = 5;
  meta_of (sound)->offsets[1] = 60;
  fail_unless_equals_uint64 (*count_frames (sound.get (), info), 5);
  for (gsize lie : {gsize (61), gsize (80), gsize (1) << 62, G_MAXSIZE}) {
    meta_of (sound)->offsets[1] = lie;
    fail_if (bool (count_frames (sound.get (), info)));
  }
  meta_of (sound)->offsets[1] = 60;
  meta_of (sound)->samples = 11;
  fail_if (bool (count_frames (sound.get (), info)));
}
GST_END_TEST

// Frames of a sample less, or of a channel less, are more.
GST_START_TEST (a_meta_is_of_the_same_sound)
{
  for (bool is_planar : {false, true}) {
    auto info = sound_info (GST_AUDIO_FORMAT_F32, 2, is_planar);
    auto other = [&] (GstAudioFormat format, int channels, bool planar) {
      auto sound = make_sound (sound_info (format, channels, planar), 80);
      return !count_frames (sound.get (), info);
    };
    fail_if (other (GST_AUDIO_FORMAT_F32, 2, is_planar));
    fail_unless (other (GST_AUDIO_FORMAT_U8, 2, is_planar));
    fail_unless (other (GST_AUDIO_FORMAT_F32, 1, is_planar));
    fail_unless (other (GST_AUDIO_FORMAT_F32, 2, !is_planar));
  }
}
GST_END_TEST

static Suite *
raw_layout_suite ()
{
  Suite *suite = suite_create ("base/raw-layout");
  TCase *pictures = tcase_create ("pictures");
  suite_add_tcase (suite, pictures);
  tcase_add_test (pictures, without_a_meta_a_picture_has_the_bytes_of_its_caps);
  tcase_add_test (pictures, a_plane_ends_with_the_last_pixel_of_its_last_row);
  tcase_add_test (pictures, what_is_upside_down_is_refused);
  tcase_add_test (pictures, a_plane_is_in_one_memory);
  tcase_add_test (pictures, a_meta_is_of_the_same_format_and_no_smaller);
  tcase_add_test (pictures, a_meta_with_a_function_of_its_own_is_believed);
  tcase_add_test (pictures, what_gstreamer_lays_out_fits);
  tcase_add_test (pictures, fields_have_all_rows_of_their_colours);
  tcase_add_test (pictures, what_is_accepted_can_be_read);
  tcase_add_test (pictures, rows_that_are_laid_out_too_short_are_refused);
  TCase *sound = tcase_create ("sound");
  suite_add_tcase (suite, sound);
  tcase_add_test (sound, frames_are_counted_by_the_meta);
  tcase_add_test (sound, planes_lie_in_the_memory);
  tcase_add_test (sound, a_meta_is_of_the_same_sound);
  return suite;
}
GST_CHECK_MAIN (raw_layout)
