// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/playback.hh"

using namespace webmedia::test;

static const char kFeed[] = "appsrc name=in ! msesink name=sink uri=mse://t ";
static const char kPlay[] = "webmsesrc uri=mse://t ! fakesink name=out";

GST_START_TEST (the_type_is_found_from_few_bytes_at_a_time)
{
  Pipeline pipeline (std::string (kFeed) + kPlay);
  Recorder out (pipeline.get ("out"));
  pipeline.play ();
  Bytes file = media_bytes ("cmaf-v.mp4");
  for (size_t i = 0; i < 40; i++)
    pipeline.push ({file[i]});
  pipeline.push (Bytes (file.begin () + 40, file.end ()));
  pipeline.end_input ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int (out.count (), 200);
}
GST_END_TEST;

GST_START_TEST (a_timestamp_offset_moves_the_media)
{
  Pipeline pipeline (std::string (kFeed) + kPlay);
  Recorder out (pipeline.get ("out"));
  g_object_set (
      pipeline.get ("sink"), "timestamp-offset", gint64 (500000000), nullptr);
  pipeline.play ();
  pipeline.push (media_bytes ("cmaf-v.mp4"));
  pipeline.end_input ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int64 (out.outputs ()[0].pts, 500000000);
}
GST_END_TEST;

// The seventh second alone, then the second one.
GST_START_TEST (a_sequence_begins_at_zero_and_goes_on)
{
  Pipeline pipeline (std::string (kFeed) + "mode=sequence " + kPlay);
  Recorder out (pipeline.get ("out"));
  auto parts = split_mp4 (media_bytes ("cmaf-v.mp4"));
  pipeline.play ();
  pipeline.push (parts[0]);
  pipeline.push (parts[7]);
  pipeline.push (parts[2]);
  pipeline.end_input ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  auto outputs = out.outputs ();
  fail_unless_equals_int (outputs.size (), 50);
  fail_unless_equals_int64 (outputs[0].pts, 0);
  fail_unless_equals_int64 (outputs[25].pts, 1000000000);
}
GST_END_TEST;

GST_START_TEST (a_sequence_begins_where_the_offset_says)
{
  Pipeline pipeline (std::string (kFeed)
                     + "mode=sequence timestamp-offset=500000000 " + kPlay);
  Recorder out (pipeline.get ("out"));
  auto parts = split_mp4 (media_bytes ("cmaf-v.mp4"));
  pipeline.play ();
  pipeline.push (parts[0]);
  pipeline.push (parts[3]);
  pipeline.end_input ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int64 (out.outputs ()[0].pts, 500000000);
}
GST_END_TEST;

GST_START_TEST (sound_without_times_takes_either_mode)
{
  for (const char *mode : {"segments", "sequence"}) {
    Pipeline pipeline (std::string (kFeed) + "mode=" + mode + " " + kPlay);
    Recorder out (pipeline.get ("out"));
    pipeline.play ();
    pipeline.push (media_bytes ("adts.aac"));
    pipeline.end_input ();
    fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
    fail_unless_equals_int (out.count (), 376);
  }
}
GST_END_TEST;

GST_START_TEST (a_bad_stream_is_an_error_message)
{
  static const struct {
    const char *type;
    const char *text;
    const char *message; // part of it
  } kBad[] = {
      {nullptr, "neither fish nor flesh", "property `type`"},
      {"video/mp4", "neither fish nor flesh", ""},
      {"video/fish", "any", "fish"},
  };
  Pipeline pipeline (std::string (kFeed) + kPlay);
  g_object_set (pipeline.get ("sink"), "type", kBad[__i__].type, nullptr);
  pipeline.play ();
  const char *text = kBad[__i__].text;
  pipeline.push (Bytes (text, text + strlen (text)));
  pipeline.end_input ();
  std::string error = pipeline.wait_end ();
  fail_unless (error != "");
  fail_unless (error.find (kBad[__i__].message) != std::string::npos, "%s",
      error.c_str ());
}
GST_END_TEST;

GST_START_TEST (a_stream_too_short_to_tell_its_type_is_an_error)
{
  Pipeline pipeline (std::string (kFeed) + kPlay);
  pipeline.play ();
  pipeline.push ({0, 0, 0});
  pipeline.end_input ();
  fail_unless (pipeline.wait_end ().find ("short") != std::string::npos);
}
GST_END_TEST;

// A transport stream without tables, of one packet: each side says why.
GST_START_TEST (a_stream_that_is_not_complete_is_an_error_at_its_end)
{
  Pipeline feeder (kFeed), player (kPlay);
  g_object_set (feeder.get ("sink"), "type", "video/mp2t", nullptr);
  player.play ();
  feeder.play ();
  Bytes packet = {0x47, 0x41, 0x00, 0x10, 0, 0, 1, 0xe0, 0, 0, 0x80, 0x80, 5,
      0x21, 0, 1, 0, 1};
  packet.resize (188, 0xff);
  feeder.push (packet);
  feeder.end_input ();
  for (Pipeline *each : {&feeder, &player}) {
    std::string error = each->wait_end ();
    fail_unless (error.find ("without a PAT") != std::string::npos, "%s",
        error.c_str ());
  }
}
GST_END_TEST;

GST_START_TEST (leaving_before_the_end_is_an_error_for_the_player)
{
  Pipeline player (kPlay);
  Recorder out (player.get ("out"));
  player.play ();
  {
    Pipeline feeder (kFeed);
    feeder.play ();
    feeder.push (media_bytes ("cmaf-v.mp4"));
    out.wait_count (200);
  }
  fail_unless (player.wait_end ().find ("rest") != std::string::npos);
}
GST_END_TEST;

GST_START_TEST (leaving_after_the_end_is_none)
{
  Pipeline player (kPlay);
  Recorder out (player.get ("out"));
  {
    Pipeline feeder (kFeed);
    player.set_state (GST_STATE_READY);
    feeder.play ();
    feeder.push (media_bytes ("cmaf-v.mp4"));
    feeder.end_input ();
    fail_unless_equals_string (feeder.wait_end ().c_str (), "");
  }
  player.play ();
  fail_unless_equals_string (player.wait_end ().c_str (), "");
  fail_unless_equals_int (out.count (), 200);
}
GST_END_TEST;

GST_START_TEST (one_pipeline_does_both_five_times)
{
  Pipeline pipeline ("filesrc location=" + media_path ("cmaf-v.mp4")
                     + " ! msesink uri=mse://t " + kPlay);
  Recorder out (pipeline.get ("out"));
  for (int i = 0; i < 5; i++) {
    out.clear ();
    pipeline.play ();
    std::string error = pipeline.wait_end ();
    fail_unless (error.empty (), "%s", error.c_str ());
    fail_unless_equals_int (out.count (), 200);
    pipeline.set_state (GST_STATE_READY);
  }
  for (int i = 0; i < 5; i++) {
    out.clear ();
    pipeline.play ();
    out.wait_count (20); // and stop in the middle
    pipeline.set_state (GST_STATE_READY);
  }
  GstBus *bus = gst_element_get_bus (*pipeline);
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR) == nullptr);
  gst_object_unref (bus);
}
GST_END_TEST;

static void
chain (GstPad *pad, const Bytes &bytes)
{
  fail_unless_equals_int (
      gst_pad_chain (pad, gst_buffer_new_memdup (bytes.data (), bytes.size ())),
      GST_FLOW_OK);
}

static void
send_segment (GstPad *pad)
{
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_BYTES);
  fail_unless (gst_pad_send_event (pad, gst_event_new_segment (&segment)));
}

GST_START_TEST (a_flush_forgets_the_part_of_a_segment)
{
  Pipeline pipeline (std::string ("msesink name=sink uri=mse://t ") + kPlay);
  Recorder out (pipeline.get ("out"));
  GstPad *pad = gst_element_get_static_pad (pipeline.get ("sink"), "sink");
  auto parts = split_mp4 (media_bytes ("cmaf-v.mp4"));
  pipeline.play ();
  fail_unless (gst_pad_send_event (pad, gst_event_new_stream_start ("test")));
  send_segment (pad);
  chain (pad, parts[0]);
  chain (pad, parts[1]);
  out.wait_count (25);
  // From the start again, after the first bytes of a segment.
  chain (pad, Bytes (parts[2].begin (), parts[2].begin () + 50));
  fail_unless (gst_pad_send_event (pad, gst_event_new_flush_start ()));
  fail_unless (gst_pad_send_event (pad, gst_event_new_flush_stop (FALSE)));
  send_segment (pad);
  for (size_t i = 2; i < parts.size (); i++)
    chain (pad, parts[i]);
  fail_unless (gst_pad_send_event (pad, gst_event_new_eos ()));
  gst_object_unref (pad);
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int (out.count (), 200);
}
GST_END_TEST;

// A seek of the pipeline is for its players.
GST_START_TEST (a_pipeline_that_does_both_can_seek)
{
  Pipeline pipeline ("filesrc location=" + media_path ("cmaf-v.mp4")
                     + " ! msesink uri=mse://t " + kPlay);
  Recorder out (pipeline.get ("out"));
  pipeline.set_state (GST_STATE_PAUSED);
  fail_unless (pipeline.seek (
      4000000000, GstSeekFlags (GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE)));
  pipeline.play ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  fail_unless_equals_uint64 (out.segment ().start, 4000000000);
}
GST_END_TEST;

// Those who push go on with an EOS after an error.
GST_START_TEST (a_bad_stream_is_one_error_whatever_comes_after_it)
{
  GstElement *sink = gst_element_factory_make ("msesink", nullptr);
  gst_object_ref_sink (sink);
  GstBus *bus = gst_bus_new ();
  gst_element_set_bus (sink, bus);
  g_object_set (sink, "uri", "mse://t", nullptr);
  gst_element_set_state (sink, GST_STATE_PLAYING);
  GstPad *pad = gst_element_get_static_pad (sink, "sink");
  gst_pad_send_event (pad, gst_event_new_stream_start ("bad"));
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_BYTES);
  gst_pad_send_event (pad, gst_event_new_segment (&segment));
  const Bytes bad (4096, 'x');
  for (int i = 0; i < 3; i++)
    fail_unless_equals_int (
        gst_pad_chain (pad, gst_buffer_new_memdup (bad.data (), bad.size ())),
        GST_FLOW_ERROR);
  fail_if (gst_pad_send_event (pad, gst_event_new_eos ()));
  int errors = 0;
  while (GstMessage *message = gst_bus_pop (bus)) {
    errors += GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR;
    fail_if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
    gst_message_unref (message);
  }
  fail_unless_equals_int (errors, 1);
  gst_element_set_state (sink, GST_STATE_NULL);
  gst_element_set_bus (sink, nullptr);
  gst_object_unref (bus);
  gst_object_unref (pad);
  gst_object_unref (sink);
}
GST_END_TEST;

static Suite *
msesink_suite (void)
{
  Suite *suite = suite_create ("msesink");
  TCase *tcase = tcase_create ("sink");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, the_type_is_found_from_few_bytes_at_a_time);
  tcase_add_test (tcase, a_timestamp_offset_moves_the_media);
  tcase_add_test (tcase, a_sequence_begins_at_zero_and_goes_on);
  tcase_add_test (tcase, a_sequence_begins_where_the_offset_says);
  tcase_add_test (tcase, sound_without_times_takes_either_mode);
  tcase_add_loop_test (tcase, a_bad_stream_is_an_error_message, 0, 3);
  tcase_add_test (tcase, a_bad_stream_is_one_error_whatever_comes_after_it);
  tcase_add_test (tcase, a_stream_too_short_to_tell_its_type_is_an_error);
  tcase_add_test (tcase, a_stream_that_is_not_complete_is_an_error_at_its_end);
  tcase_add_test (tcase, leaving_before_the_end_is_an_error_for_the_player);
  tcase_add_test (tcase, leaving_after_the_end_is_none);
  tcase_add_test (tcase, one_pipeline_does_both_five_times);
  tcase_add_test (tcase, a_flush_forgets_the_part_of_a_segment);
  tcase_add_test (tcase, a_pipeline_that_does_both_can_seek);
  return suite;
}

GST_CHECK_MAIN (msesink)
