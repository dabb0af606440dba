// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/blank.hh"

#include "support/dmabuf-pool.hh"
#include "support/fan-out.hh"
#include "support/guarded.hh"

using namespace webmedia;
using namespace webmedia::stream;
using namespace webmedia::test;

// Where black is made in, behind which nothing can be written.
struct GuardedAllocator {
  GstAllocator parent;
};
struct GuardedAllocatorClass {
  GstAllocatorClass parent;
};

static GType guarded_allocator_get_type (void);
G_DEFINE_TYPE (GuardedAllocator, guarded_allocator, GST_TYPE_ALLOCATOR)

static void
guarded_allocator_init (GuardedAllocator *)
{}

static void
guarded_allocator_class_init (GuardedAllocatorClass *klass)
{
  GST_ALLOCATOR_CLASS (klass)->alloc = [] (GstAllocator *, gsize size,
                                           GstAllocationParams *) {
    return gst_buffer_get_memory (make_guarded (size).get (), 0);
  };
}

namespace {

// From then on, by default.
struct Guard {
  Guard ()
  {
    gst_allocator_set_default (GST_ALLOCATOR (gst_object_ref_sink (
        g_object_new (guarded_allocator_get_type (), nullptr))));
  }
  ~Guard ()
  {
    gst_allocator_set_default (gst_allocator_find (GST_ALLOCATOR_SYSMEM));
  }
};

Ptr<GstBuffer>
make_blank (const char *caps, gsize size)
{
  Blank blank;
  blank.set_caps (make_caps (caps).get ());
  return blank.make (FanOut::make_frame (0, size).get ());
}

// Of a buffer of such caps, converted to what everybody can read.
void
check_is_black (const char *text)
{
  auto caps = make_caps (text);
  GstVideoInfo info, plain;
  fail_unless (gst_video_info_from_caps (&info, caps.get ()));
  auto black = make_blank (text, info.size);
  fail_unless (bool (black), "%s", text);
  fail_unless_equals_uint64 (gst_buffer_get_size (black.get ()), info.size);

  gst_video_info_set_interlaced_format (&plain, GST_VIDEO_FORMAT_ARGB,
      GST_VIDEO_INFO_INTERLACE_MODE (&info), guint (info.width),
      guint (info.height));
  plain.fps_n = info.fps_n;
  plain.fps_d = info.fps_d;
  auto seen = Ptr<GstBuffer>::adopt (
      gst_buffer_new_allocate (nullptr, plain.size, nullptr));
  GstVideoFrame from, to;
  fail_unless (gst_video_frame_map (&from, &info, black.get (), GST_MAP_READ));
  fail_unless (gst_video_frame_map (&to, &plain, seen.get (), GST_MAP_WRITE));
  GstVideoConverter *converter =
      gst_video_converter_new (&info, &plain, nullptr);
  gst_video_converter_frame (converter, &from, &to);
  gst_video_converter_free (converter);
  auto pixels = static_cast<const uint8_t *> (to.data[0]);
  for (int y = 0; y < GST_VIDEO_FRAME_HEIGHT (&to); y++)
    for (int x = 0; x < info.width; x++) {
      const uint8_t *argb =
          pixels + y * GST_VIDEO_FRAME_PLANE_STRIDE (&to, 0) + x * 4;
      fail_unless (
          argb[0] == 255 && argb[1] <= 1 && argb[2] <= 1 && argb[3] <= 1,
          "%s: %d %d %d %d at %d, %d", text, argb[0], argb[1], argb[2], argb[3],
          x, y);
    }
  gst_video_frame_unmap (&to);
  gst_video_frame_unmap (&from);
}

void
check_bytes (GstBuffer *buffer, int value)
{
  GstMapInfo map;
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  for (gsize i = 0; i < map.size; i++)
    fail_unless_equals_int (map.data[i], value);
  gst_buffer_unmap (buffer, &map);
}

} // namespace

GST_START_TEST (pictures_are_black_in_any_format)
{
  for (const char *format : {"I420", "NV12", "YUY2", "UYVY", "RGB", "BGRx",
           "RGBA", "AYUV", "v210", "I420_10LE", "P010_10LE", "Y444", "GRAY8",
           "GRAY16_LE", "RGB16", "A420", "ARGB64"}) {
    auto caps = std::string ("video/x-raw,width=34,height=18,framerate=30/1,"
                             "format=")
                + format;
    check_is_black (caps.c_str ());
  }
}
GST_END_TEST

GST_START_TEST (pictures_are_black_in_any_colorimetry)
{
  for (const char *colorimetry :
      {"bt601", "bt709", "bt2020", "1:4:7:1", "sRGB", "1:3:5:1"}) {
    auto caps = std::string ("video/x-raw,format=I420,width=32,height=16,"
                             "framerate=25/1,colorimetry=")
                + colorimetry;
    check_is_black (caps.c_str ());
  }
}
GST_END_TEST

// Full range has its black at 0, the other at 16.
GST_START_TEST (black_is_that_of_the_range)
{
  auto first_byte = [] (const char *caps) {
    uint8_t byte = 0;
    gst_buffer_extract (make_blank (caps, 48).get (), 0, &byte, 1);
    return int (byte);
  };
  fail_unless_equals_int (
      first_byte ("video/x-raw,format=I420,width=8,height=4,framerate=25/1,"
                  "colorimetry=bt709"),
      16);
  fail_unless_equals_int (
      first_byte ("video/x-raw,format=I420,width=8,height=4,framerate=25/1,"
                  "colorimetry=1:3:5:1"),
      0);
}
GST_END_TEST

GST_START_TEST (pictures_are_black_whatever_their_scan_and_rate)
{
  for (const char *more : {"interlace-mode=interleaved,framerate=25/1",
           "interlace-mode=interleaved,field-order=top-field-first,"
           "framerate=30000/1001",
           "interlace-mode=mixed,framerate=25/1", "framerate=0/1",
           "framerate=0/1,max-framerate=60/1",
           "framerate=25/1,pixel-aspect-ratio=12/11"})
    for (const char *format : {"I420", "NV12", "YUY2", "v210"}) {
      auto caps = std::string ("video/x-raw,width=32,height=16,format=")
                  + format + "," + more;
      check_is_black (caps.c_str ());
    }
}
GST_END_TEST

GST_START_TEST (sound_is_silent_in_any_format)
{
  struct {
    const char *format;
    int silence;
  } formats[] = {{"S16LE", 0}, {"S16BE", 0}, {"U8", 0x80}, {"S8", 0},
      {"F32LE", 0}, {"F64LE", 0}, {"S24LE", 0}, {"S32LE", 0}};
  for (const auto &[format, silence] : formats) {
    auto caps = std::string ("audio/x-raw,rate=48000,channels=2,"
                             "channel-mask=(bitmask)3,layout=interleaved,"
                             "format=")
                + format;
    auto blank = make_blank (caps.c_str (), 960);
    fail_unless (bool (blank), "%s", format);
    fail_unless_equals_uint64 (gst_buffer_get_size (blank.get ()), 960);
    check_bytes (blank.get (), silence);
  }
}
GST_END_TEST

// 16 bits without a sign are silent in the middle.
GST_START_TEST (silence_is_a_value_of_the_format)
{
  auto blank = make_blank ("audio/x-raw,rate=48000,channels=1,"
                           "layout=interleaved,format=U16LE",
      4);
  uint8_t bytes[4];
  gst_buffer_extract (blank.get (), 0, bytes, 4);
  fail_unless (bytes[0] == 0 && bytes[1] == 0x80 && bytes[3] == 0x80);
}
GST_END_TEST

GST_START_TEST (planes_of_sound_stay_planes)
{
  auto caps = make_caps ("audio/x-raw,rate=48000,channels=2,format=F32LE,"
                         "channel-mask=(bitmask)3,layout=non-interleaved");
  GstAudioInfo info;
  fail_unless (gst_audio_info_from_caps (&info, caps.get ()));
  auto sound = FanOut::make_frame (0, 8 * 100);
  gst_buffer_add_audio_meta (sound.get (), &info, 100, nullptr);
  Blank blank;
  blank.set_caps (caps.get ());
  auto silence = blank.make (sound.get ());
  GstAudioBuffer mapped;
  fail_unless (
      gst_audio_buffer_map (&mapped, &info, silence.get (), GST_MAP_READ));
  fail_unless_equals_int (int (mapped.n_samples), 100);
  fail_unless_equals_int (mapped.n_planes, 2);
  gst_audio_buffer_unmap (&mapped);
  check_bytes (silence.get (), 0);
}
GST_END_TEST

// What claims more than it has, or other sound, is not believed.
GST_START_TEST (silence_has_the_frames_that_there_is_memory_for)
{
  for (const char *layout : {"interleaved", "non-interleaved"}) {
    CString text (g_strdup_printf ("audio/x-raw,rate=48000,channels=2,"
                                   "format=F32LE,channel-mask=(bitmask)3,"
                                   "layout=%s",
        layout));
    auto caps = make_caps (text.get ());
    GstAudioInfo info;
    fail_unless (gst_audio_info_from_caps (&info, caps.get ()));
    Blank blank;
    blank.set_caps (caps.get ());
    for (int lie = 0; lie < 3; lie++) {
      auto sound = FanOut::make_frame (0, 8 * 100);
      auto meta = gst_buffer_add_audio_meta (sound.get (), &info, 100, nullptr);
      if (lie == 0)
        meta->samples = gsize (1) << 61;
      else if (lie == 1)
        meta->samples = 101;
      else
        meta->info.channels = 7;
      GstAudioBuffer mapped;
      auto silence = blank.make (sound.get ());
      fail_unless (
          gst_audio_buffer_map (&mapped, &info, silence.get (), GST_MAP_READ));
      fail_unless_equals_int (int (mapped.n_samples), 100);
      gst_audio_buffer_unmap (&mapped);
    }
  }
}
GST_END_TEST

// GStreamer lays out too few rows of colours for two fields of such a height.
GST_START_TEST (black_stays_in_its_memory)
{
  Guard guard;
  for (const char *format : {"P010_10LE", "P012_LE", "P016_LE"}) {
    CString caps (g_strdup_printf ("video/x-raw,format=%s,width=64,height=66,"
                                   "framerate=25/1,interlace-mode=interleaved",
        format));
    fail_unless (bool (make_blank (caps.get (), 1)));
  }
  // And too short rows of such a width.
  for (const char *format : {"UYVP", "NV12_10LE32", "NV16_10LE32"})
    for (int width : {1, 3, 9, 15}) {
      CString caps (g_strdup_printf (
          "video/x-raw,format=%s,width=%d,height=2,framerate=25/1", format,
          width));
      GstVideoInfo info;
      fail_unless (
          gst_video_info_from_caps (&info, make_caps (caps.get ()).get ()));
      fail_unless_equals_uint64 (
          gst_buffer_get_size (make_blank (caps.get (), 1).get ()), info.size);
    }
}
GST_END_TEST

GST_START_TEST (times_and_flags_are_those_of_what_it_stands_for)
{
  Blank blank;
  blank.set_caps (make_caps ("video/x-raw,format=I420,width=8,height=4,"
                             "framerate=25/1,interlace-mode=interleaved")
                      .get ());
  auto picture = FanOut::make_frame (7 * kSecond, 48);
  GST_BUFFER_DTS (picture.get ()) = 6 * GST_SECOND;
  GST_BUFFER_FLAG_SET (picture.get (),
      guint (GST_BUFFER_FLAG_DISCONT) | guint (GST_VIDEO_BUFFER_FLAG_INTERLACED)
          | guint (GST_VIDEO_BUFFER_FLAG_TFF));
  auto black = blank.make (picture.get ());
  fail_unless_equals_uint64 (GST_BUFFER_PTS (black.get ()), 7 * GST_SECOND);
  fail_unless_equals_uint64 (GST_BUFFER_DTS (black.get ()), 6 * GST_SECOND);
  fail_unless_equals_uint64 (
      GST_BUFFER_DURATION (black.get ()), FanOut::kFrame);
  fail_unless_equals_uint64 (
      GST_BUFFER_FLAGS (black.get ()) & ~guint (GST_BUFFER_FLAG_TAG_MEMORY),
      GST_BUFFER_FLAGS (picture.get ()) & ~guint (GST_BUFFER_FLAG_TAG_MEMORY));
}
GST_END_TEST

GST_START_TEST (memory_is_made_once)
{
  Blank blank;
  auto picture = FanOut::make_frame (0, 48);
  blank.set_caps (
      make_caps ("video/x-raw,format=I420,width=8,height=4,framerate=25/1")
          .get ());
  auto once = blank.make (picture.get ());
  auto again = blank.make (picture.get ());
  fail_unless (gst_buffer_peek_memory (once.get (), 0)
               == gst_buffer_peek_memory (again.get (), 0));
  // Of sound, buffers of all lengths.
  blank.set_caps (make_caps ("audio/x-raw,format=U8,rate=8000,channels=1,"
                             "layout=interleaved")
                      .get ());
  once = blank.make (FanOut::make_frame (0, 100).get ());
  again = blank.make (FanOut::make_frame (0, 60).get ());
  fail_unless_equals_uint64 (gst_buffer_get_size (again.get ()), 60);
  fail_unless (gst_buffer_peek_memory (again.get (), 0)->parent
               == gst_buffer_peek_memory (once.get (), 0));
}
GST_END_TEST

// A consumer may draw on its buffer.
GST_START_TEST (what_a_consumer_writes_is_not_seen_again)
{
  Blank blank;
  auto picture = FanOut::make_frame (0, 16);
  blank.set_caps (
      make_caps ("video/x-raw,format=GRAY8,width=4,height=4,framerate=25/1,"
                 "colorimetry=1:1:5:1")
          .get ());
  auto drawn = blank.make (picture.get ());
  GstMapInfo map;
  fail_unless (gst_buffer_is_writable (drawn.get ()));
  fail_unless (gst_buffer_map (drawn.get (), &map, GST_MAP_WRITE));
  memset (map.data, 0xee, map.size);
  gst_buffer_unmap (drawn.get (), &map);
  check_bytes (drawn.get (), 0xee);
  drawn.reset ();
  check_bytes (blank.make (picture.get ()).get (), 0);
}
GST_END_TEST

namespace {

constexpr const char *kDmaBuf = "video/x-raw(memory:DMABuf),format=NV12,"
                                "width=34,height=18,framerate=25/1";

// A producer's pool of them.
struct DmaBufs {
  explicit DmaBufs (guint max = 0) : pool (make_dma_buf_pool (kDmaBuf, max))
  {
    blank.set_caps (make_caps (kDmaBuf).get ());
  }
  ~DmaBufs () { stop_pool (pool); }

  Ptr<GstBuffer> take (GstClockTime pts = 0)
  {
    return Ptr<GstBuffer>::adopt (take_dma_buf (pool, pts));
  }

  GstBufferPool *const pool;
  Blank blank;
};

// All of its planes, by where they lie in its own memory.
bool
is_black_nv12 (GstBuffer *buffer)
{
  GstVideoInfo info;
  GstVideoFrame frame;
  fail_unless (gst_video_info_from_caps (&info, make_caps (kDmaBuf).get ()));
  fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ));
  bool is_black = true;
  for (guint plane = 0; plane < 2; plane++)
    for (int y = 0; y < 18 >> plane; y++) {
      auto row = static_cast<const uint8_t *> (frame.data[plane])
                 + y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, plane);
      for (int x = 0; x < 34; x++)
        is_black = is_black && row[x] == (plane == 0 ? 16 : 128);
    }
  gst_video_frame_unmap (&frame);
  return is_black;
}

} // namespace

// Nothing is negotiated anew for them.
GST_START_TEST (pictures_in_other_memory_are_black_in_such_memory)
{
  DmaBufs camera;
  auto picture = camera.take (7 * GST_SECOND);
  auto black = camera.blank.make (picture.get ());
  fail_unless (black && is_dma_buf (black.get ()));
  fail_unless (is_black_nv12 (black.get ()));
  fail_if (is_black_nv12 (picture.get ()));
  fail_unless_equals_uint64 (GST_BUFFER_PTS (black.get ()), 7 * GST_SECOND);
  // Rows lie as in what it stands for.
  GstVideoMeta *meta = gst_buffer_get_video_meta (black.get ());
  GstVideoMeta *stood_for = gst_buffer_get_video_meta (picture.get ());
  fail_unless (meta && meta->stride[0] == stood_for->stride[0]);
  fail_unless (meta->stride[0] > 36);
  // It is made once, whoever shares the memory of a picture.
  auto copy = Ptr<GstBuffer>::adopt (gst_buffer_copy (picture.get ()));
  fail_unless (
      gst_buffer_peek_memory (camera.blank.make (copy.get ()).get (), 0)
      == gst_buffer_peek_memory (black.get (), 0));
}
GST_END_TEST

GST_START_TEST (black_of_a_pool_goes_back_when_nobody_shows_it)
{
  DmaBufs camera (2);
  auto picture = camera.take ();
  auto black = camera.blank.make (picture.get ());
  fail_unless (bool (black));
  fail_if (bool (camera.take ()));
  camera.blank.let_go ();
  fail_if (bool (camera.take ()), "it is still shown");
  fail_unless (is_black_nv12 (black.get ()));
  black.reset ();
  fail_unless (bool (camera.take ()));
}
GST_END_TEST

// As long as the producer needs them all there is none.
GST_START_TEST (a_pool_that_is_empty_gives_no_black)
{
  DmaBufs camera (2);
  auto first = camera.take (), second = camera.take ();
  fail_if (bool (camera.blank.make (first.get ())));
  second.reset ();
  fail_unless (bool (camera.blank.make (first.get ())));
  fail_if (bool (camera.take ()));
}
GST_END_TEST

GST_START_TEST (another_pool_has_black_of_its_own)
{
  DmaBufs before (1), after;
  auto picture = before.take ();
  fail_if (bool (after.blank.make (picture.get ())));
  picture = after.take ();
  auto black = after.blank.make (picture.get ());
  GstBufferPool *other = make_dma_buf_pool (kDmaBuf);
  picture = Ptr<GstBuffer>::adopt (take_dma_buf (other, 0));
  auto anew = after.blank.make (picture.get ());
  fail_unless (anew && is_black_nv12 (anew.get ()));
  fail_if (gst_buffer_peek_memory (anew.get (), 0)
           == gst_buffer_peek_memory (black.get (), 0));
  stop_pool (other);
}
GST_END_TEST

// What is acquired of it was captured, and is for who captures.
GST_START_TEST (a_pool_that_captures_is_left_alone)
{
  static int asked;
  static GstFlowReturn (*plain) (
      GstBufferPool *, GstBuffer **, GstBufferPoolAcquireParams *);
  asked = 0;
  DmaBufs camera;
  auto picture = camera.take ();
  GstBufferPoolClass *klass = GST_BUFFER_POOL_GET_CLASS (camera.pool);
  plain = klass->acquire_buffer;
  klass->acquire_buffer = [] (GstBufferPool *pool, GstBuffer **buffer,
                              GstBufferPoolAcquireParams *params) {
    asked++;
    return plain (pool, buffer, params);
  };
  fail_if (bool (camera.blank.make (picture.get ())));
  fail_unless_equals_int (asked, 0);
  klass->acquire_buffer = plain;
}
GST_END_TEST

// A consumer that draws on it draws on memory of its own.
GST_START_TEST (what_is_drawn_on_black_of_a_pool_is_not_seen_again)
{
  DmaBufs camera;
  auto picture = camera.take ();
  auto drawn = camera.blank.make (picture.get ());
  GstMapInfo map;
  fail_unless (gst_buffer_map (drawn.get (), &map, GST_MAP_WRITE));
  memset (map.data, 0xee, map.size);
  gst_buffer_unmap (drawn.get (), &map);
  fail_unless (is_black_nv12 (camera.blank.make (picture.get ()).get ()));
}
GST_END_TEST

// Or not all of one is in its memory.
GST_START_TEST (a_pool_of_other_pictures_gives_no_black)
{
  DmaBufs camera;
  auto picture = camera.take ();
  camera.blank.set_caps (
      make_caps ("video/x-raw(memory:DMABuf),format=NV12,width=64,height=64,"
                 "framerate=25/1")
          .get ());
  fail_if (bool (camera.blank.make (picture.get ())));
}
GST_END_TEST

GST_START_TEST (nothing_is_made_of_what_it_does_not_know)
{
  for (const char *caps : {"video/x-h264,width=4,height=4", "audio/x-opus",
           // No pool is known that has such memory.
           "video/x-raw(memory:DMABuf),format=I420,width=8,height=4,"
           "framerate=25/1",
           "audio/x-raw(memory:DMABuf),format=S16LE,layout=interleaved,"
           "rate=8000,channels=1",
           // Or of what can't be.
           "video/x-raw,format=I420,width=36000,height=36000,framerate=25/1",
           "video/x-raw,format=I420,width=0,height=0,framerate=25/1",
           "audio/x-raw,format=ENCODED,layout=interleaved,rate=8000,channels=1",
           "audio/x-raw,format=S16LE,layout=interleaved,rate=0,channels=1"})
    fail_if (bool (make_blank (caps, 48)), "%s", caps);
}
GST_END_TEST

GST_START_TEST (it_is_made_anew_for_new_caps)
{
  Blank blank;
  auto picture = FanOut::make_frame (0, 48);
  blank.set_caps (
      make_caps ("video/x-raw,format=I420,width=8,height=4,framerate=25/1")
          .get ());
  fail_unless_equals_uint64 (
      gst_buffer_get_size (blank.make (picture.get ()).get ()), 48);
  blank.set_caps (
      make_caps ("video/x-raw,format=I420,width=16,height=4,framerate=25/1")
          .get ());
  fail_unless_equals_uint64 (
      gst_buffer_get_size (blank.make (picture.get ()).get ()), 96);
}
GST_END_TEST

static Suite *
blank_suite ()
{
  Suite *suite = suite_create ("stream/blank");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, pictures_are_black_in_any_format);
  tcase_add_test (tcase, pictures_are_black_in_any_colorimetry);
  tcase_add_test (tcase, black_is_that_of_the_range);
  tcase_add_test (tcase, pictures_are_black_whatever_their_scan_and_rate);
  tcase_add_test (tcase, sound_is_silent_in_any_format);
  tcase_add_test (tcase, silence_is_a_value_of_the_format);
  tcase_add_test (tcase, planes_of_sound_stay_planes);
  tcase_add_test (tcase, silence_has_the_frames_that_there_is_memory_for);
  tcase_add_test (tcase, black_stays_in_its_memory);
  tcase_add_test (tcase, times_and_flags_are_those_of_what_it_stands_for);
  tcase_add_test (tcase, memory_is_made_once);
  tcase_add_test (tcase, what_a_consumer_writes_is_not_seen_again);
  tcase_add_test (tcase, pictures_in_other_memory_are_black_in_such_memory);
  tcase_add_test (tcase, black_of_a_pool_goes_back_when_nobody_shows_it);
  tcase_add_test (tcase, a_pool_that_is_empty_gives_no_black);
  tcase_add_test (tcase, another_pool_has_black_of_its_own);
  tcase_add_test (tcase, a_pool_that_captures_is_left_alone);
  tcase_add_test (tcase, what_is_drawn_on_black_of_a_pool_is_not_seen_again);
  tcase_add_test (tcase, a_pool_of_other_pictures_gives_no_black);
  tcase_add_test (tcase, nothing_is_made_of_what_it_does_not_know);
  tcase_add_test (tcase, it_is_made_anew_for_new_caps);
  return suite;
}
GST_CHECK_MAIN (blank)
