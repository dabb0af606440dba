// SPDX-License-Identifier: LGPL-2.1-or-later
// Crossfades of sound that is not as it should be.
#include "support/playback.hh"

#include <gst/audio/audio.h>
#include <gst/check/gstharness.h>

namespace {

constexpr const char *kMono =
    "audio/x-raw, format=S16LE, rate=48000, channels=1, layout=interleaved";
constexpr int16_t kOld = 16000;
constexpr int16_t kNew = 100;

GstClockTime
time_of (guint64 frame)
{
  return gst_util_uint64_scale_round (frame, GST_SECOND, 48000);
}

// Memory that nobody can map.
GstMemory *
make_closed_memory (gsize size)
{
  auto init_class = [] (gpointer klass, gpointer) {
    GST_ALLOCATOR_CLASS (klass)->free = [] (GstAllocator *, GstMemory *memory) {
      g_free (memory);
    };
  };
  auto init = [] (GTypeInstance *instance, gpointer) {
    auto allocator = GST_ALLOCATOR (instance);
    allocator->mem_map = [] (GstMemory *, gsize, GstMapFlags) -> gpointer {
      return nullptr;
    };
    allocator->mem_share = [] (GstMemory *, gssize, gssize part) {
      return make_closed_memory (gsize (part));
    };
  };
  static GType type = g_type_register_static_simple (GST_TYPE_ALLOCATOR,
      "ClosedAllocator", sizeof (GstAllocatorClass), init_class,
      sizeof (GstAllocator), init, GTypeFlags (0));
  static auto allocator =
      GST_ALLOCATOR (gst_object_ref_sink (g_object_new (type, nullptr)));
  GST_OBJECT_FLAG_SET (allocator, GST_OBJECT_FLAG_MAY_BE_LEAKED);
  auto memory = g_new0 (GstMemory, 1);
  gst_memory_init (
      memory, GstMemoryFlags (0), allocator, nullptr, size, 0, 0, size);
  return memory;
}

struct Fixture {
  explicit Fixture (const char *caps = kMono)
      : harness (gst_harness_new ("audiosplice")),
        bus (gst_bus_new ())
  {
    gst_harness_use_systemclock (harness);
    gst_harness_set_src_caps_str (harness, caps);
    gst_element_set_bus (harness->element, bus);
    GstCaps *parsed = gst_caps_from_string (caps);
    fail_unless (gst_audio_info_from_caps (&info, parsed));
    gst_caps_unref (parsed);
  }
  ~Fixture ()
  {
    gst_element_set_bus (harness->element, nullptr);
    gst_object_unref (bus);
    gst_harness_teardown (harness);
  }

  void expect_splice (gint64 start, gint64 end)
  {
    fail_unless (gst_harness_push_event (harness,
        gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
            gst_structure_new ("GstWebAudioSplice", "time", G_TYPE_INT64, start,
                "end", G_TYPE_INT64, end, nullptr))));
  }

  // Frames [from, to) of 16 bits, of one value in all channels.
  GstBuffer *make (int16_t value, guint64 from, guint64 to)
  {
    size_t size = size_t (to - from) * size_t (info.bpf);
    std::vector<int16_t> samples (size / sizeof (value), value);
    GstBuffer *buffer = gst_buffer_new_memdup (samples.data (), size);
    GST_BUFFER_PTS (buffer) = time_of (from);
    return buffer;
  }
  GstBuffer *make_closed (guint64 from, guint64 to)
  {
    GstBuffer *buffer = gst_buffer_new ();
    gst_buffer_append_memory (
        buffer, make_closed_memory (gsize (to - from) * gsize (info.bpf)));
    GST_BUFFER_PTS (buffer) = time_of (from);
    return buffer;
  }

  void push_caps (const char *caps)
  {
    GstCaps *parsed = gst_caps_from_string (caps);
    fail_unless (gst_audio_info_from_caps (&info, parsed));
    fail_unless (gst_harness_push_event (harness, gst_event_new_caps (parsed)));
    gst_caps_unref (parsed);
  }
  void push (GstBuffer *buffer)
  {
    fail_unless_equals_int (gst_harness_push (harness, buffer), GST_FLOW_OK);
  }
  void push_new (GstBuffer *buffer)
  {
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
    push (buffer);
  }

  GstBuffer *pull ()
  {
    GstBuffer *buffer = gst_harness_try_pull (harness);
    fail_unless (buffer != nullptr);
    return buffer;
  }
  // The first sample of the next buffer, which begins at a frame.
  int16_t pull_first (guint64 frame)
  {
    GstBuffer *buffer = pull ();
    fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), time_of (frame));
    int16_t value = 0;
    fail_unless_equals_int (
        gst_buffer_extract (buffer, 0, &value, sizeof (value)), sizeof (value));
    gst_buffer_unref (buffer);
    return value;
  }
  void drop () { gst_buffer_unref (pull ()); }

  // There is one warning, which says this.
  void expect_warning (const char *text)
  {
    GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING);
    fail_unless (message != nullptr, "no warning");
    GError *error;
    gst_message_parse_warning (message, &error, nullptr);
    fail_unless (
        strstr (error->message, text) != nullptr, "%s", error->message);
    g_error_free (error);
    gst_message_unref (message);
    fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING) == nullptr);
  }
  void expect_no_warning ()
  {
    fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING) == nullptr);
  }

  GstHarness *harness;
  GstBus *bus;
  GstAudioInfo info;
};

constexpr const char *kNoFade = "No crossfade at 0:00:00.020833333: ";

} // namespace

GST_START_TEST (old_sound_that_no_one_can_read_is_cut_with_a_warning)
{
  Fixture f;
  f.expect_splice (gint64 (time_of (1000)), gint64 (time_of (1200)));
  f.push (f.make_closed (0, 1100));
  f.push (f.make_closed (1100, 1200)); // one warning for both
  f.push_new (f.make (kNew, 1000, 2000));
  GstBuffer *old = f.pull ();
  fail_unless_equals_int (gst_buffer_get_size (old), 2000);
  gst_buffer_unref (old);
  fail_unless_equals_int (f.pull_first (1000), kNew);
  f.expect_warning (kNoFade);
}
GST_END_TEST

GST_START_TEST (a_fade_ends_where_old_sound_can_not_be_read)
{
  Fixture f;
  f.expect_splice (gint64 (time_of (1000)), gint64 (time_of (1400)));
  f.push (f.make (kOld, 0, 1100));
  f.push (f.make_closed (1100, 1150));
  f.push (f.make (kOld, 1150, 1400)); // would be faded out too early
  f.push_new (f.make (kNew, 1000, 1100));
  f.push (f.make (kNew, 1100, 1200));
  f.drop ();
  fail_unless_equals_int (f.pull_first (1000), kOld);
  fail_unless_equals_int (f.pull_first (1100), kNew);
  f.expect_warning (kNoFade);
}
GST_END_TEST

GST_START_TEST (new_sound_that_no_one_can_read_passes_with_a_warning)
{
  Fixture f;
  f.expect_splice (gint64 (time_of (1000)), gint64 (time_of (1200)));
  f.push (f.make (kOld, 0, 1200));
  GstBuffer *closed = f.make_closed (1000, 1100);
  f.push_new (gst_buffer_ref (closed));
  f.push (f.make (kNew, 1100, 2000));
  f.drop ();
  GstBuffer *out = f.pull ();
  fail_unless (out == closed);
  gst_buffer_unref (out);
  gst_buffer_unref (closed);
  fail_unless_equals_int (f.pull_first (1100), kNew);
  f.expect_warning (kNoFade);
}
GST_END_TEST

// Planes are found by their GstAudioMeta alone.
GST_START_TEST (sound_that_is_not_as_its_caps_say_is_not_faded)
{
  const char *planar = "audio/x-raw, format=S16LE, rate=48000, channels=2, "
                       "channel-mask=(bitmask)3, layout=non-interleaved";
  enum { without_meta, of_another_format, too_short };
  for (int wrong : {without_meta, of_another_format, too_short})
    for (bool is_old : {true, false}) {
      Fixture f (wrong == without_meta ? planar : kMono);
      auto make = [&] (int16_t value, guint64 from, guint64 to, bool odd) {
        GstBuffer *buffer = f.make (value, from, to);
        gsize frames = gsize (to - from);
        GstAudioInfo info = f.info;
        if (odd && wrong == of_another_format)
          gst_audio_info_set_format (
              &info, GST_AUDIO_FORMAT_U8, 48000, 1, nullptr);
        if (!odd || wrong != without_meta)
          gst_buffer_add_audio_meta (buffer, &info, frames, nullptr);
        if (odd && wrong == too_short)
          gst_buffer_set_size (buffer, 100);
        return buffer;
      };
      f.expect_splice (gint64 (time_of (1000)), gint64 (time_of (1200)));
      // What is cut off has another size then.
      f.push (
          make (kOld, wrong == too_short && is_old ? 1000 : 0, 1200, is_old));
      f.push_new (make (kNew, 1000, 2000, !is_old));
      if (!is_old || wrong != too_short)
        f.drop ();
      fail_unless_equals_int (f.pull_first (1000), kNew);
      f.expect_warning (kNoFade);
    }
}
GST_END_TEST

// Nothing is cut where nobody knows where the frames are.
GST_START_TEST (sound_that_is_not_as_its_caps_say_is_not_cut)
{
  Fixture f;
  fail_unless (gst_harness_push_event (f.harness,
      gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
          gst_structure_new ("GstWebAudioTrim", "start", G_TYPE_INT64,
              gint64 (0), "first", G_TYPE_INT64, gint64 (time_of (500)), "last",
              G_TYPE_INT64, gint64 (time_of (1000)), "end", G_TYPE_INT64,
              gint64 (time_of (1000)), nullptr))));
  GstBuffer *buffer = f.make (kNew, 0, 1000);
  gst_buffer_add_audio_meta (buffer, &f.info, 1000, nullptr);
  gst_buffer_set_size (buffer, 100);
  f.push (buffer);
  GstBuffer *out = f.pull ();
  fail_unless_equals_int (gst_buffer_get_size (out), 100);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (out), 0);
  gst_buffer_unref (out);
}
GST_END_TEST

GST_START_TEST (sound_that_comes_much_later_stays_discontinuous)
{
  Fixture f;
  f.expect_splice (gint64 (time_of (1000)), gint64 (time_of (1200)));
  f.push (f.make (kOld, 0, 1200));
  f.push_new (f.make (kNew, 48000, 49000));
  f.drop ();
  fail_unless_equals_int (f.pull_first (1000), kOld);
  GstBuffer *out = f.pull ();
  fail_unless (GST_BUFFER_FLAG_IS_SET (out, GST_BUFFER_FLAG_DISCONT));
  gst_buffer_unref (out);
  f.expect_no_warning ();
}
GST_END_TEST

GST_START_TEST (channels_without_places_fade)
{
  const char *const masks[] = {"4", "3", "7"};
  for (int channels : {1, 2, 3})
    for (bool placed : {false, true}) { // the new ones
      std::string format = "audio/x-raw, format=S16LE, rate=48000, "
                           "layout=interleaved, channels="
                           + std::to_string (channels)
                           + ", channel-mask=(bitmask)";
      Fixture f ((format + "0").c_str ());
      f.expect_splice (gint64 (time_of (1000)), gint64 (time_of (1200)));
      f.push (f.make (kOld, 0, 1200));
      if (placed)
        f.push_caps ((format + masks[channels - 1]).c_str ());
      f.push_new (f.make (kNew, 1000, 2000));
      f.drop ();
      fail_unless_equals_int (f.pull_first (1000), kOld);
      f.expect_no_warning ();
    }
}
GST_END_TEST

// GStreamer converts 63 channels at most.
GST_START_TEST (more_channels_than_can_be_converted_do_not_fade)
{
  const std::string many = "audio/x-raw, format=S16LE, rate=48000, "
                           "layout=interleaved, channel-mask=(bitmask)0, "
                           "channels=";
  for (int from : {1, 64, 70})
    for (int to : {1, 64, 70}) {
      if (from == 1 && to == 1)
        continue;
      Fixture f ((many + std::to_string (from)).c_str ());
      f.expect_splice (gint64 (time_of (1000)), gint64 (time_of (1200)));
      f.push (f.make (kOld, 0, 1200));
      if (from != to)
        f.push_caps ((many + std::to_string (to)).c_str ());
      f.push_new (f.make (kNew, 1000, 2000));
      f.drop ();
      fail_unless_equals_int (f.pull_first (1000), kNew);
      f.expect_warning (kNoFade);
    }
}
GST_END_TEST

GST_START_TEST (silence_that_is_faded_in_is_none)
{
  Fixture f;
  f.expect_splice (gint64 (time_of (1000)), gint64 (time_of (1200)));
  f.push (f.make (kOld, 0, 1200));
  GstBuffer *silence = f.make (0, 1000, 2000);
  GST_BUFFER_FLAG_SET (silence, GST_BUFFER_FLAG_GAP);
  f.push_new (silence);
  f.drop ();
  GstBuffer *out = f.pull ();
  fail_unless (!GST_BUFFER_FLAG_IS_SET (out, GST_BUFFER_FLAG_GAP));
  gst_buffer_unref (out);
}
GST_END_TEST

GST_START_TEST (what_is_held_comes_out_before_a_segment_is_done)
{
  Fixture f;
  f.expect_splice (gint64 (time_of (1000)), gint64 (time_of (1200)));
  f.push (f.make (kOld, 0, 1200));
  fail_unless (gst_harness_push_event (
      f.harness, gst_event_new_segment_done (GST_FORMAT_TIME, -1)));
  f.drop ();
  fail_unless_equals_int (f.pull_first (1000), kOld);
}
GST_END_TEST

GST_START_TEST (times_that_are_nonsense_do_not_overflow)
{
  const gint64 times[] = {G_MININT64, -1, 0, G_MAXINT64 - 1, G_MAXINT64};
  for (gint64 time : times)
    for (gint64 end : times)
      for (gint64 pts : times) {
        Fixture f;
        f.expect_splice (time, end);
        for (gint64 next : {gint64 (0), pts, gint64 (0)}) {
          GstBuffer *buffer = f.make (kOld, 0, 1200);
          GST_BUFFER_PTS (buffer) = GstClockTime (next);
          f.push (buffer);
        }
      }
}
GST_END_TEST

GST_START_TEST (short_buffers_that_fade_in_fade_out_again)
{
  Fixture f;
  f.expect_splice (gint64 (time_of (1000)), gint64 (time_of (1400)));
  f.push (f.make (kOld, 0, 1400));
  f.expect_splice (gint64 (time_of (1040)), gint64 (time_of (1200)));
  f.push_new (f.make (kNew, 1000, 1080)); // held from 1040 on
  f.push (f.make (kNew, 1080, 1160));
  // As loud as the one that fades out, as far as the old sound is in it.
  f.push_new (f.make (kNew, 1040, 1080));
  f.push (f.make (kNew, 1080, 2000));
  f.drop ();
  fail_unless_equals_int (f.pull_first (1000), kOld);
  int16_t before = f.pull_first (1040);
  fail_unless (before > kOld / 2);
  fail_unless (f.pull_first (1080) > before / 2);
}
GST_END_TEST

static Suite *
audiosplice_odd_suite ()
{
  Suite *suite = suite_create ("elements/audiosplice-odd");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, old_sound_that_no_one_can_read_is_cut_with_a_warning);
  tcase_add_test (tcase, a_fade_ends_where_old_sound_can_not_be_read);
  tcase_add_test (tcase, new_sound_that_no_one_can_read_passes_with_a_warning);
  tcase_add_test (tcase, sound_that_is_not_as_its_caps_say_is_not_faded);
  tcase_add_test (tcase, sound_that_is_not_as_its_caps_say_is_not_cut);
  tcase_add_test (tcase, sound_that_comes_much_later_stays_discontinuous);
  tcase_add_test (tcase, channels_without_places_fade);
  tcase_add_test (tcase, more_channels_than_can_be_converted_do_not_fade);
  tcase_add_test (tcase, silence_that_is_faded_in_is_none);
  tcase_add_test (tcase, what_is_held_comes_out_before_a_segment_is_done);
  tcase_add_test (tcase, times_that_are_nonsense_do_not_overflow);
  tcase_add_test (tcase, short_buffers_that_fade_in_fade_out_again);
  return suite;
}
GST_CHECK_MAIN (audiosplice_odd)
