// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/photo.hh"

#include "support/check.hh"
#include "support/faulty-encoder.hh"
#include "support/guarded.hh"

#include <gst/video/video.h>
#include <thread>

using namespace webmedia;
using namespace webmedia::stream;
using namespace webmedia::test;

static Ptr<GstSample>
make_frame ()
{
  auto caps = Ptr<GstCaps>::adopt (gst_caps_from_string (
      "video/x-raw,format=I420,width=16,height=16,framerate=25/1"));
  auto picture = Ptr<GstBuffer>::adopt (
      gst_buffer_new_allocate (nullptr, 16 * 16 * 3 / 2, nullptr));
  gst_buffer_memset (picture.get (), 0, 0x80, 16 * 16 * 3 / 2);
  return Ptr<GstSample>::adopt (
      gst_sample_new (picture.get (), caps.get (), nullptr, nullptr));
}

static std::string
failure (const Result<Ptr<GstSample>> &photo, ErrorCode code)
{
  fail_if (bool (photo));
  fail_unless (photo.error ().code == code);
  return photo.error ().message;
}

GST_START_TEST (a_frame_becomes_a_file)
{
  auto photo = encode_photo (make_frame (), nullptr);
  fail_unless (bool (photo));
  auto size = photo_size (photo->get ());
  fail_unless (size && size->width == 16 && size->height == 16);
  guint8 begin[2] = {};
  gst_buffer_extract (gst_sample_get_buffer (photo->get ()), 0, begin, 2);
  fail_unless (begin[0] == 0xff && begin[1] == 0xd8);
}
GST_END_TEST

// It would be read behind its memory.
GST_START_TEST (a_frame_that_lies_outside_of_its_memory_is_an_error)
{
  auto caps = Ptr<GstCaps>::adopt (gst_caps_from_string (
      "video/x-raw,format=I420,width=64,height=64,framerate=25/1"));
  GstVideoInfo info;
  fail_unless (gst_video_info_from_caps (&info, caps.get ()));
  auto picture = make_guarded (info.size);
  gst_buffer_add_video_meta_full (picture.get (), GST_VIDEO_FRAME_FLAG_NONE,
      GST_VIDEO_FORMAT_I420, 64, 64, 3, info.offset, info.stride)
      ->stride[2] = 1 << 20;
  auto frame = Ptr<GstSample>::adopt (
      gst_sample_new (picture.get (), caps.get (), nullptr, nullptr));
  std::string told =
      failure (encode_photo (frame, nullptr), ErrorCode::unknown);
  fail_unless (
      told.find ("GstVideoMeta") != std::string::npos, "%s", told.c_str ());
}
GST_END_TEST

// GStreamer has no words for it.
GST_START_TEST (an_encoder_that_gives_nothing_is_an_error)
{
  encode_with (Fault::ends);
  std::string told =
      failure (encode_photo (make_frame (), nullptr), ErrorCode::unknown);
  fail_unless (
      told.find ("gives nothing") != std::string::npos, "%s", told.c_str ());
}
GST_END_TEST

GST_START_TEST (an_encoder_that_fails_says_why)
{
  encode_with (Fault::fails);
  std::string told =
      failure (encode_photo (make_frame (), nullptr), ErrorCode::unknown);
  fail_unless (
      told.find ("out of ink") != std::string::npos, "%s", told.c_str ());
}
GST_END_TEST

GST_START_TEST (an_encoder_that_hangs_is_not_waited_for_by_who_is_cancelled)
{
  encode_with (Fault::hangs);
  auto cancellable = Ptr<GCancellable>::adopt (g_cancellable_new ());
  std::thread other ([&cancellable] {
    wait_until_it_hangs ();
    g_cancellable_cancel (cancellable.get ());
  });
  failure (encode_photo (make_frame (), cancellable.get ()), ErrorCode::abort);
  other.join ();
  let_go (); // or the exit waits for it
}
GST_END_TEST

GST_START_TEST (what_was_cancelled_before_is_cancelled)
{
  encode_with (Fault::hangs);
  let_go ();
  auto cancellable = Ptr<GCancellable>::adopt (g_cancellable_new ());
  g_cancellable_cancel (cancellable.get ());
  auto photo = encode_photo (make_frame (), cancellable.get ());
  fail_if (bool (photo));
}
GST_END_TEST

static Suite *
photo_suite ()
{
  Suite *suite = suite_create ("photo");
  TCase *tc = tcase_create ("general");
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, a_frame_becomes_a_file);
  tcase_add_test (tc, a_frame_that_lies_outside_of_its_memory_is_an_error);
  tcase_add_test (tc, an_encoder_that_gives_nothing_is_an_error);
  tcase_add_test (tc, an_encoder_that_fails_says_why);
  tcase_add_test (
      tc, an_encoder_that_hangs_is_not_waited_for_by_who_is_cancelled);
  tcase_add_test (tc, what_was_cancelled_before_is_cancelled);
  return suite;
}

GST_CHECK_MAIN (photo)
