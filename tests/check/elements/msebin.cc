// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/playback.hh"

#include <semaphore>

using namespace webmedia::test;

static constexpr int64_t kMs = 1000000;
static const char kPlay[] = "msebin name=m uri=mse://t "
                            "m.video_0 ! fakesink name=v "
                            "m.audio_0 ! fakesink name=a";

static void
note (std::string *log, const char *what)
{
  *log += *log == "" ? what : std::string (" ") + what;
}

static void
on_pad (GstElement *, GstPad *pad, gpointer log)
{
  note (static_cast<std::string *> (log), GST_PAD_NAME (pad));
}

static void
on_no_more_pads (GstElement *, gpointer log)
{
  note (static_cast<std::string *> (log), "no-more-pads");
}

GST_START_TEST (all_tracks_appear_together)
{
  std::string log;
  Owner owner ("mse://t");
  Pipeline pipeline (kPlay);
  g_signal_connect (pipeline.get ("m"), "pad-added", G_CALLBACK (on_pad), &log);
  g_signal_connect (
      pipeline.get ("m"), "no-more-pads", G_CALLBACK (on_no_more_pads), &log);
  pipeline.set_state (GST_STATE_READY);
  auto video = owner.add ("video/mp4");
  auto audio = owner.add ("audio/mp4");
  pipeline.play ();
  owner.append (video, media_bytes ("v.mp4"));
  guint count;
  g_object_get (pipeline.get ("m"), "n-video", &count, nullptr);
  fail_unless_equals_int (count, 0);
  owner.append (audio, media_bytes ("a.mp4"));
  gst_message_unref (pipeline.wait (GST_MESSAGE_STREAM_COLLECTION));
  owner.end ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  fail_unless_equals_string (log.c_str (), "video_0 audio_0 no-more-pads");
  g_object_get (pipeline.get ("m"), "n-video", &count, nullptr);
  fail_unless_equals_int (count, 1);
}
GST_END_TEST;

// Waits until the bin tells of this ready state.
static void
wait_ready_state (GstElement *bin, GstWebMediaElementReadyState wanted)
{
  struct Wait {
    GstWebMediaElementReadyState wanted;
    std::binary_semaphore reached{0};
  } wait{wanted};
  auto look = +[] (GstElement *each, GParamSpec *, gpointer data) {
    auto self = static_cast<Wait *> (data);
    GstWebMediaElementReadyState state;
    g_object_get (each, "ready-state", &state, nullptr);
    if (state == self->wanted)
      self->reached.release ();
  };
  gulong id =
      g_signal_connect (bin, "notify::ready-state", G_CALLBACK (look), &wait);
  look (bin, nullptr, &wait);
  wait.reached.acquire ();
  g_signal_handler_disconnect (bin, id);
}

GST_START_TEST (the_ready_state_says_whether_it_starves)
{
  Owner owner ("mse://t");
  Pipeline pipeline ("msebin name=m uri=mse://t m.video_0 ! fakesink");
  GstElement *bin = pipeline.get ("m");
  wait_ready_state (bin, GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_NOTHING);
  pipeline.set_state (GST_STATE_READY);
  auto video = owner.add ("video/mp4");
  gst_web_media_source_set_duration (
      owner.source (), GST_WEB_CLOCK_TIME_INFINITE, nullptr);
  owner.append (video, media_bytes ("v.mp4"));
  wait_ready_state (bin, GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_ENOUGH_DATA);
  // It plays as fast as it can.
  pipeline.play ();
  wait_ready_state (bin, GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_CURRENT_DATA);
  owner.end ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  fail_unless (pipeline.seek (0, GST_SEEK_FLAG_FLUSH));
  wait_ready_state (bin, GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_ENOUGH_DATA);
  pipeline.set_state (GST_STATE_NULL);
  wait_ready_state (bin, GST_WEB_MEDIA_ELEMENT_READY_STATE_HAVE_NOTHING);
}
GST_END_TEST;

GST_START_TEST (a_pad_tells_of_its_stream_before_its_data)
{
  Owner owner ("mse://t");
  Pipeline pipeline (kPlay);
  Recorder out (pipeline.get ("v"));
  pipeline.set_state (GST_STATE_READY);
  owner.append (owner.add ("video/mp4"), media_bytes ("av.mp4"));
  owner.end ();
  pipeline.play ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  fail_unless_equals_string (out.events ().c_str (),
      "stream-start caps stream-collection segment eos");
}
GST_END_TEST;

GST_START_TEST (a_handle_works_for_one_bin)
{
  Owner owner ("mse://t");
  Pipeline first ("msebin name=m fakesink"), second ("msebin name=m fakesink");
  auto handle = gst_web_media_source_get_handle (owner.source ());
  g_object_set (first.get ("m"), "handle", handle, nullptr);
  g_object_set (second.get ("m"), "handle", handle, nullptr);
  first.set_state (GST_STATE_READY);
  fail_unless (gst_element_set_state (*second, GST_STATE_READY)
               == GST_STATE_CHANGE_FAILURE);
  fail_unless (second.wait_end () != "");
  first.set_state (GST_STATE_NULL);
  fail_unless (gst_element_set_state (*first, GST_STATE_READY)
               == GST_STATE_CHANGE_FAILURE);
}
GST_END_TEST;

GST_START_TEST (a_seek_reaches_every_track_once)
{
  Owner owner ("mse://t");
  Pipeline pipeline (kPlay);
  Recorder video (pipeline.get ("v")), audio (pipeline.get ("a"));
  pipeline.set_state (GST_STATE_READY);
  owner.append (owner.add ("video/mp4"), media_bytes ("cmaf-av.mp4"));
  owner.end ();
  pipeline.set_state (GST_STATE_PAUSED, true);
  video.clear ();
  audio.clear ();
  // Between keyframes: sound starts where the pictures do.
  fail_unless (pipeline.seek (
      3700 * kMs, GstSeekFlags (GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_KEY_UNIT)));
  pipeline.play ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  for (Recorder *each : {&video, &audio}) {
    fail_unless_equals_uint64 (each->segment ().start, 3000 * kMs);
    fail_unless_equals_string (each->events ().c_str (), "segment eos");
  }
  fail_unless_equals_int (video.count (), 125);
}
GST_END_TEST;

GST_START_TEST (a_later_source_buffer_adds_a_pad)
{
  Owner owner ("mse://t");
  Pipeline pipeline ("msebin name=m uri=mse://t m.video_0 ! fakesink name=v "
                     "m.audio_0 ! fakesink name=a async=false");
  Recorder video (pipeline.get ("v")), audio (pipeline.get ("a"));
  pipeline.set_state (GST_STATE_READY);
  auto pictures = owner.add ("video/mp4");
  auto segments = split_mp4 (media_bytes ("cmaf-v.mp4"));
  owner.append (pictures, segments[0]);
  owner.append (pictures, segments[1]);
  pipeline.play ();
  video.wait_count (1);
  // The sound starts where the pictures are by now.
  owner.append (owner.add ("audio/mp4"), media_bytes ("a.mp4"));
  audio.wait_count (1); // while there are pictures left to play
  for (size_t i = 2; i < segments.size (); i++)
    owner.append (pictures, segments[i]);
  owner.end ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  // The pictures' pad hears of the new collection, too.
  std::string events = video.events ();
  fail_unless (
      events.find ("stream-collection") != events.rfind ("stream-collection"));
}
GST_END_TEST;

GST_START_TEST (the_loss_of_the_owner_is_one_error_message)
{
  Owner owner ("mse://t");
  Pipeline pipeline (kPlay);
  Recorder video (pipeline.get ("v"));
  pipeline.set_state (GST_STATE_READY);
  owner.append (owner.add ("video/mp4"), media_bytes ("av.mp4"));
  pipeline.play ();
  video.wait_count (200);
  owner.drop ();
  fail_unless (pipeline.wait_end ().find ("owner") != std::string::npos);
  pipeline.set_state (GST_STATE_READY);
  GstBus *bus = gst_element_get_bus (*pipeline);
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR) == nullptr);
  gst_object_unref (bus);
}
GST_END_TEST;

static void
link_pad (GstElement *, GstPad *pad, gpointer sink)
{
  GstPad *peer = gst_element_get_static_pad (GST_ELEMENT (sink), "sink");
  fail_unless_equals_int (gst_pad_link (pad, peer), GST_PAD_LINK_OK);
  gst_object_unref (peer);
}

GST_START_TEST (five_rounds_between_ready_and_playing_are_alike)
{
  Owner owner ("mse://t");
  Pipeline pipeline ("msebin name=m uri=mse://t fakesink name=v");
  Recorder out (pipeline.get ("v"));
  g_signal_connect (pipeline.get ("m"), "pad-added", G_CALLBACK (link_pad),
      pipeline.get ("v"));
  pipeline.set_state (GST_STATE_READY);
  owner.append (owner.add ("video/mp4"), media_bytes ("v.mp4"));
  owner.end ();
  for (int i = 0; i < 5; i++) {
    out.clear ();
    pipeline.play ();
    fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
    fail_unless_equals_int (out.count (), 200);
    pipeline.set_state (GST_STATE_READY);
  }
}
GST_END_TEST;

static Suite *
msebin_suite (void)
{
  Suite *suite = suite_create ("msebin");
  TCase *tcase = tcase_create ("bin");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, all_tracks_appear_together);
  tcase_add_test (tcase, the_ready_state_says_whether_it_starves);
  tcase_add_test (tcase, a_pad_tells_of_its_stream_before_its_data);
  tcase_add_test (tcase, a_handle_works_for_one_bin);
  tcase_add_test (tcase, a_seek_reaches_every_track_once);
  tcase_add_test (tcase, a_later_source_buffer_adds_a_pad);
  tcase_add_test (tcase, the_loss_of_the_owner_is_one_error_message);
  tcase_add_test (tcase, five_rounds_between_ready_and_playing_are_alike);
  return suite;
}

GST_CHECK_MAIN (msebin)
