// SPDX-License-Identifier: LGPL-2.1-or-later
#include "devices/frame-scaler.hh"

#include "devices/frame-crop.hh"
#include "support/fan-out.hh"
#include "support/guarded.hh"
#include "support/warnings.hh"

using namespace webmedia;
using namespace webmedia::devices;
using namespace webmedia::test;

namespace {

// Of 8 by 4 pixels: each column has its number, times 10.
Ptr<GstBuffer>
make_columns ()
{
  auto picture =
      Ptr<GstBuffer>::adopt (gst_buffer_new_allocate (nullptr, 32, nullptr));
  for (gsize i = 0; i < 32; i++)
    gst_buffer_memset (picture.get (), i, guint8 (i % 8 * 10), 1);
  return picture;
}

Ptr<GstCaps>
columns_caps ()
{
  return make_caps ("video/x-raw,format=GRAY8,width=8,height=4,framerate=0/1,"
                    "pixel-aspect-ratio=4/3");
}

int
pixel (const Ptr<GstBuffer> &picture, gsize stride, gsize x, gsize y)
{
  guint8 value = 0;
  fail_unless (
      gst_buffer_extract (picture.get (), y * stride + x, &value, 1) == 1);
  return value;
}

} // namespace

GST_START_TEST (what_has_another_shape_is_cropped_in_the_middle)
{
  FrameCrop wide = crop_to (640, 480, 640, 360);
  fail_unless_equals_int (wide.top, 60);
  fail_unless_equals_int (wide.bottom, 60);
  fail_unless_equals_int (wide.left + wide.right, 0);
  FrameCrop high = crop_to (640, 480, 100, 200);
  fail_unless_equals_int (high.left, 200);
  fail_unless_equals_int (high.right, 200);
  fail_unless_equals_int (high.top + high.bottom, 0);
  // Never all of it.
  FrameCrop thin = crop_to (640, 480, 1, 480);
  fail_unless_equals_int (thin.left + thin.right, 639);
}
GST_END_TEST

GST_START_TEST (a_part_of_the_same_size_is_the_very_pixels)
{
  FrameScaler scaler;
  fail_unless (scaler.set_caps (columns_caps (), 4, 4));
  auto made = scaler.make (make_columns ().get ());
  fail_unless (bool (made));
  fail_unless (gst_caps_is_equal (scaler.caps ().get (),
      make_caps ("video/x-raw,format=GRAY8,width=4,height=4,framerate=0/1,"
                 "pixel-aspect-ratio=4/3")
          .get ()));
  for (gsize y = 0; y < 4; y++)
    for (gsize x = 0; x < 4; x++)
      fail_unless_equals_int (pixel (made, 4, x, y), int (x + 2) * 10);
}
GST_END_TEST

GST_START_TEST (a_whole_picture_is_scaled)
{
  FrameScaler scaler;
  fail_unless (scaler.set_caps (columns_caps (), 4, 2));
  auto made = scaler.make (make_columns ().get ());
  for (gsize x = 1; x < 4; x++)
    fail_unless (pixel (made, 4, x, 0) > pixel (made, 4, x - 1, 0));
  // And another size after it.
  fail_unless (scaler.set_caps (columns_caps (), 2, 1));
  fail_unless (bool (scaler.make (make_columns ().get ())));
}
GST_END_TEST

GST_START_TEST (what_is_not_in_plain_memory_is_not_scaled)
{
  FrameScaler scaler;
  auto caps = make_caps ("video/x-raw(memory:GLMemory),format=RGBA,width=8,"
                         "height=4,framerate=0/1");
  fail_if (scaler.set_caps (caps, 4, 2));
  fail_if (bool (scaler.make (make_columns ().get ())));
}
GST_END_TEST

// GstVideoConverter crashes with a field that has no line to spare.
GST_START_TEST (hardly_any_lines_of_interlaced_pictures_are_scaled)
{
  constexpr int kHeights[][2] = {
      {2, 1}, {3, 2}, {4, 2}, {7, 2}, {59, 4}, {480, 1}, {480, 2}, {64, 32}};
  for (const char *mode : {"interleaved", "mixed"}) {
    for (auto [from, to] : kHeights) {
      FrameScaler scaler;
      CString text (g_strdup_printf (
          "video/x-raw,format=I420,width=64,height=%d,framerate=0/1,"
          "interlace-mode=%s",
          from, mode));
      auto caps = make_caps (text.get ());
      fail_unless (scaler.set_caps (caps, 32, to));
      GstVideoInfo info;
      fail_unless (gst_video_info_from_caps (&info, caps.get ()));
      auto picture = Ptr<GstBuffer>::adopt (
          gst_buffer_new_allocate (nullptr, info.size, nullptr));
      gst_buffer_memset (picture.get (), 0, 0x80, info.size);
      GST_BUFFER_FLAG_SET (picture.get (), GST_VIDEO_BUFFER_FLAG_INTERLACED);
      auto made = scaler.make (picture.get ());
      fail_unless (bool (made), "%s: %d to %d", mode, from, to);
      fail_unless_equals_int (pixel (made, 32, 0, 0), 0x80);
      // What is told of it stays the same.
      GstStructure *told = gst_caps_get_structure (scaler.caps ().get (), 0);
      fail_unless_equals_string (
          gst_structure_get_string (told, "interlace-mode"), mode);
    }
  }
}
GST_END_TEST

// It would be read behind its memory.
GST_START_TEST (what_lies_outside_of_its_memory_is_not_scaled)
{
  FrameScaler scaler;
  auto caps = make_caps ("video/x-raw,format=I420,width=64,height=64,"
                         "framerate=0/1");
  fail_unless (scaler.set_caps (caps, 32, 32));
  GstVideoInfo info;
  fail_unless (gst_video_info_from_caps (&info, caps.get ()));
  for (bool lies : {true, false}) {
    auto picture = make_guarded (info.size);
    gst_buffer_add_video_meta_full (picture.get (), GST_VIDEO_FRAME_FLAG_NONE,
        GST_VIDEO_FORMAT_I420, 64, 64, 3, info.offset, info.stride)
        ->offset[2] += lies ? 1 : 0;
    fail_unless (bool (scaler.make (picture.get ())) == !lies);
  }
}
GST_END_TEST

// Of such a height, GStreamer lays out too few rows of colours for two fields.
GST_START_TEST (what_has_no_memory_for_fields_is_scaled_as_one_picture)
{
  FrameScaler scaler;
  auto caps = make_caps ("video/x-raw,format=P010_10LE,width=64,height=66,"
                         "framerate=0/1,interlace-mode=interleaved");
  GstVideoInfo info;
  fail_unless (gst_video_info_from_caps (&info, caps.get ()));
  fail_unless (scaler.set_caps (caps, 32, 64));
  fail_unless (bool (scaler.make (make_guarded (info.size).get ())));
}
GST_END_TEST

// They would be read, or written to, behind their memory.
GST_START_TEST (what_has_no_whole_rows_is_not_scaled)
{
  auto scales = [] (int from, int to) {
    FrameScaler scaler;
    CString text (g_strdup_printf (
        "video/x-raw,format=UYVP,width=%d,height=8,framerate=0/1", from));
    auto caps = make_caps (text.get ());
    GstVideoInfo info;
    fail_unless (gst_video_info_from_caps (&info, caps.get ()));
    bool set = scaler.set_caps (caps, to, 8);
    fail_unless (bool (scaler.make (make_guarded (info.size).get ())) == set);
    return set;
  };
  fail_unless (scales (16, 10));
  fail_unless (scales (7, 5));
  fail_if (scales (16, 9));
  fail_if (scales (9, 8));
}
GST_END_TEST

// For each size that pictures are to have, not for each picture.
GST_START_TEST (that_it_has_no_whole_rows_is_told_once)
{
  static const Warnings warnings ("webmedia-scaler");
  FrameScaler scaler;
  auto caps =
      make_caps ("video/x-raw,format=UYVP,width=16,height=8,framerate=0/1");
  fail_unless (scaler.set_caps (caps, 10, 8));
  fail_unless_equals_uint64 (warnings.told ().size (), 0);
  for (int picture = 0; picture < 3; picture++)
    fail_if (scaler.set_caps (caps, 9, 8));
  fail_unless_equals_uint64 (warnings.told ().size (), 1);
  fail_if (scaler.set_caps (caps, 11, 8));
  fail_unless_equals_uint64 (warnings.told ().size (), 2);
}
GST_END_TEST

static Suite *
frame_scaler_suite ()
{
  Suite *suite = suite_create ("devices/frame-scaler");
  TCase *scaling = tcase_create ("scaling");
  suite_add_tcase (suite, scaling);
  tcase_add_test (scaling, what_has_another_shape_is_cropped_in_the_middle);
  tcase_add_test (scaling, a_part_of_the_same_size_is_the_very_pixels);
  tcase_add_test (scaling, a_whole_picture_is_scaled);
  tcase_add_test (scaling, what_is_not_in_plain_memory_is_not_scaled);
  tcase_add_test (scaling, hardly_any_lines_of_interlaced_pictures_are_scaled);
  tcase_add_test (scaling, what_lies_outside_of_its_memory_is_not_scaled);
  tcase_add_test (
      scaling, what_has_no_memory_for_fields_is_scaled_as_one_picture);
  tcase_add_test (scaling, what_has_no_whole_rows_is_not_scaled);
  tcase_add_test (scaling, that_it_has_no_whole_rows_is_told_once);
  return suite;
}
GST_CHECK_MAIN (frame_scaler)
