// SPDX-License-Identifier: LGPL-2.1-or-later
// What is behind the element: what it waits for, what it asks, and that it may
// be another one by and by.
#include "support/worklet-element-fixture.hh"

using namespace webmedia::test;

static Sound
part (const Sound &sound, size_t from, size_t to)
{
  Sound some;
  for (const auto &channel : sound)
    some.emplace_back (channel.begin () + static_cast<ptrdiff_t> (from),
        channel.begin () + static_cast<ptrdiff_t> (to));
  return some;
}

static void
push_from (WorkletHarness &harness, const Sound &sound, size_t from, size_t to)
{
  constexpr size_t kAtOnce = 256;
  for (size_t i = from; i < to; i += kAtOnce)
    fail_unless_equals_int (
        harness.push (sound, i, std::min (kAtOnce, to - i)), GST_FLOW_OK);
}

// What is to be heard before it comes before it.
GST_START_TEST (the_end_of_a_segment_is_not_held_up)
{
  const Sound noise = make_noise (2, 1000);
  GstEvent *ends[] = {gst_event_new_segment_done (GST_FORMAT_TIME, 0),
      gst_event_new_stream_group_done (1)};
  for (GstEvent *end : ends) {
    WorkletHarness harness ("audioworklet processor=gain", 2);
    harness.push (noise, 0, 1000);
    gst_harness_push_event (*harness, gst_event_ref (end));
    check_equal (harness.take (), noise, 0);
    bool has_come = false;
    while (GstEvent *event = gst_harness_try_pull_event (*harness)) {
      has_come |= event == end;
      gst_event_unref (event);
    }
    fail_unless (has_come);
    gst_event_unref (end);
  }
}
GST_END_TEST

// A pad may be linked to another element, which takes what this one gives, or
// does not.
GST_START_TEST (what_is_behind_may_be_another_one)
{
  const Sound noise = make_noise (2, 3000);
  const std::string planar =
      "audio/x-raw,format=" GST_AUDIO_NE (F32) ",channels=2,"
                                               "layout=non-interleaved,rate=";
  auto take_rate = [&planar] (WorkletHarness &harness, const char *rate) {
    GstPad *sink = (*harness)->sinkpad;
    GstPad *src = gst_pad_get_peer (sink);
    gst_pad_unlink (src, sink);
    gst_harness_set_sink_caps_str (*harness, (planar + rate).c_str ());
    gst_pad_link_full (src, sink, GST_PAD_LINK_CHECK_NOTHING);
    gst_object_unref (src);
  };
  for (size_t before : {1000, 1024}) {
    WorkletHarness harness ("audioworklet processor=gain", 2);
    GstBus *bus = gst_bus_new ();
    gst_element_set_bus (harness.element (), bus);
    push_from (harness, noise, 0, before);
    harness.take ();
    take_rate (harness, "48000");
    push_from (harness, noise, 1024, 2048);
    if (before < 1024) // what waited comes first, as it was made
      gst_buffer_unref (gst_harness_try_pull (*harness));
    check_equal (harness.take (), part (noise, 1024, 2048), 0);
    take_rate (harness, "44100");
    fail_unless_equals_int (
        harness.push (noise, 2048, 256), GST_FLOW_NOT_NEGOTIATED);
    GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
    fail_unless (message != nullptr);
    GError *error = nullptr;
    gst_message_parse_error (message, &error, nullptr);
    fail_unless (strstr (error->message, "rate is 48000, but has to be 44100"),
        "%s", error->message);
    g_error_free (error);
    gst_message_unref (message);
    gst_element_set_bus (harness.element (), nullptr);
    gst_object_unref (bus);
  }
}
GST_END_TEST

// Who seeks in vain may try the same once more; so may who has one way to seek,
// as again and again to the same place. By two outputs it is one seek.
GST_START_TEST (a_seek_may_come_once_more)
{
  static int seeks;
  auto answer = [] (GstPad *, GstObject *, GstEvent *event) -> gboolean {
    gst_event_unref (event);
    return ++seeks > 2;
  };
  using Answer = gboolean (*) (GstPad *, GstObject *, GstEvent *);
  GstEvent *seek = gst_event_new_seek (1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
      GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, 0);
  for (const char *processor : {"gain", "splitter"}) {
    WorkletHarness harness (
        std::string ("audioworklet processor=") + processor, 1);
    gst_pad_set_event_function (
        (*harness)->srcpad, static_cast<Answer> (answer));
    seeks = 0;
    for (bool is_done : {false, false, true, true})
      fail_unless_equals_int (
          gst_harness_push_upstream_event (*harness, gst_event_ref (seek)),
          is_done);
    fail_unless_equals_int (seeks, g_str_equal (processor, "gain") ? 4 : 3);
  }
  gst_event_unref (seek);
}
GST_END_TEST

static Suite *
audioworklet_downstream_suite (void)
{
  Suite *suite = suite_create ("audioworklet-downstream");
  TCase *chain = tcase_create ("general");
  suite_add_tcase (suite, chain);
  tcase_add_test (chain, the_end_of_a_segment_is_not_held_up);
  tcase_add_test (chain, what_is_behind_may_be_another_one);
  tcase_add_test (chain, a_seek_may_come_once_more);
  return suite;
}

GST_CHECK_MAIN (audioworklet_downstream)
