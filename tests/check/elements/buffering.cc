// SPDX-License-Identifier: LGPL-2.1-or-later
// What an application hears of when a track has nothing to play.
#include "support/playback.hh"

#include <gst/check/gsttestclock.h>

using namespace webmedia::test;

namespace {

constexpr GstClockTime kStart = 5 * GST_SECOND; // of the clock
constexpr auto kFlush =
    GstSeekFlags (GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE);

// A pipeline of tracks without a sink that keeps time: the clock moves where
// the test moves it, and only what waits for media asks it anything.
class Player {
public:
  explicit Player (const std::string &description)
      : pipeline (description),
        clock_ (GST_TEST_CLOCK (gst_test_clock_new_with_start_time (kStart)))
  {
    gst_pipeline_use_clock (GST_PIPELINE (*pipeline), GST_CLOCK (clock_));
    gst_object_unref (clock_);
    pipeline.set_state (GST_STATE_READY);
  }

  // Waits until it would hear of a stop at that running time.
  void wait_timer (GstClockTime time)
  {
    for (GstClockTime next = GST_CLOCK_TIME_NONE; next != kStart + time;) {
      GstClockID id;
      gst_test_clock_wait_for_next_pending_id (clock_, &id);
      next = gst_clock_id_get_time (id);
      gst_clock_id_unref (id);
    }
  }
  bool has_timer () { return gst_test_clock_peek_id_count (clock_) > 0; }
  // Nothing happens until then.
  void pass (GstClockTime time)
  {
    gst_test_clock_set_time (clock_, kStart + time);
  }
  // The next stop is now.
  void run_dry () { gst_test_clock_crank (clock_); }

  // The percentage of the next BUFFERING message; -1: there is an EOS first.
  int wait_percent (const char *element)
  {
    GstMessage *message = pipeline.wait (GstMessageType (
        GST_MESSAGE_BUFFERING | GST_MESSAGE_EOS | GST_MESSAGE_ERROR));
    int percent = -1;
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_BUFFERING) {
      gst_message_parse_buffering (message, &percent);
      fail_unless_equals_string (GST_MESSAGE_SRC_NAME (message), element);
    } else {
      fail_unless_equals_string (GST_MESSAGE_TYPE_NAME (message), "eos");
    }
    gst_message_unref (message);
    return percent;
  }

  Pipeline pipeline;

private:
  GstTestClock *const clock_;
};

// Eight seconds of pictures (an initialization segment, then eight others) and
// of sound (eight parts). Made once somebody plays.
class Media {
public:
  static constexpr size_t kParts = 8;

  explicit Media (Owner &owner, bool has_sound = true)
      : owner_ (owner),
        audio_ (has_sound ? owner.add ("audio/aac") : nullptr)
  {}

  // Returns until where it is shown.
  GstClockTime append_video (size_t parts)
  {
    for (; parts > 0; parts--)
      owner_.append (video_, pictures_[next_picture_++]);
    return end_of (video_);
  }
  void begin_video () { owner_.append (video_, pictures_[next_picture_++]); }
  GstClockTime append_audio (size_t parts)
  {
    for (; parts > 0; parts--) {
      size_t begin = sound_.size () * next_sound_++ / kParts;
      size_t end = sound_.size () * next_sound_ / kParts;
      owner_.append (audio_, Bytes (&sound_[begin], sound_.data () + end));
    }
    return end_of (audio_);
  }
  void append_rest ()
  {
    append_video (pictures_.size () - next_picture_);
    append_audio (kParts - next_sound_);
  }
  void remove_audio ()
  {
    fail_unless (gst_web_media_source_remove_source_buffer (
        owner_.source (), audio_, nullptr));
  }

private:
  static GstClockTime end_of (GstWebSourceBuffer *buffer)
  {
    GstWebTimeRanges *ranges =
        gst_web_source_buffer_get_buffered (buffer, nullptr);
    GstClockTime end = gst_web_time_ranges_end (ranges, 0);
    gst_web_time_ranges_unref (ranges);
    return end;
  }

  Owner &owner_;
  GstWebSourceBuffer *const video_ = owner_.add ("video/mp4");
  GstWebSourceBuffer *const audio_;
  const std::vector<Bytes> pictures_ = split_mp4 (media_bytes ("cmaf-v.mp4"));
  const Bytes sound_ = media_bytes ("adts.aac");
  size_t next_picture_ = 0, next_sound_ = 0;
};

struct Scene {
  explicit Scene (const std::string &description)
      : player (description),
        media (owner)
  {}

  struct Ends {
    GstClockTime end; // of sound
    GstClockTime pictures_end;
  };
  // Plays until there is no more sound, and all is told that is to be told.
  Ends stop ()
  {
    GstClockTime pictures_end = media.append_video (4);
    GstClockTime end = media.append_audio (2);
    player.pipeline.play ();
    player.wait_timer (end);
    player.run_dry ();
    fail_unless_equals_int (player.wait_percent ("m"), 0);
    return {end, pictures_end};
  }

  Owner owner{"mse://t"};
  Player player;
  Media media;
};

} // namespace

static const char kBoth[] = "msebin name=m uri=mse://t "
                            "m.video_0 ! queue max-size-time=0 ! fakesink "
                            "m.audio_0 ! queue max-size-time=0 ! fakesink";

GST_START_TEST (a_track_that_has_nothing_more_to_show_stops_playback)
{
  Scene scene (kBoth);
  auto &[owner, player, media] = scene;
  scene.stop ();
  media.append_audio (1);
  fail_unless_equals_int (player.wait_percent ("m"), 100);
}
GST_END_TEST;

GST_START_TEST (what_comes_while_the_last_frames_are_shown_is_in_time)
{
  Scene scene (kBoth);
  auto &[owner, player, media] = scene;
  media.append_video (4);
  GstClockTime end = media.append_audio (2);
  player.pipeline.play ();
  player.wait_timer (end);
  media.append_rest ();
  owner.end ();
  fail_unless_equals_int (player.wait_percent ("m"), -1);
  fail_if (player.has_timer ());
}
GST_END_TEST;

GST_START_TEST (nothing_is_waited_for_while_it_is_paused)
{
  Scene scene (kBoth);
  auto &[owner, player, media] = scene;
  media.append_video (4);
  GstClockTime end = media.append_audio (2);
  player.pipeline.play ();
  player.wait_timer (end);
  player.pipeline.set_state (GST_STATE_PAUSED, false);
  fail_if (player.has_timer ());
  media.append_video (1);
  end = media.append_audio (1);
  player.pipeline.play ();
  player.wait_timer (end);
}
GST_END_TEST;

// Playback stopped where the sound did: the pictures that are there go on from
// there, whether there are more or not.
GST_START_TEST (another_track_that_waits_further_on_does_not_hold_it)
{
  Scene scene (kBoth);
  auto &[owner, player, media] = scene;
  GstClockTime pictures_end = scene.stop ().pictures_end;
  media.append_audio (4);
  fail_unless_equals_int (player.wait_percent ("m"), 100);
  player.wait_timer (pictures_end);
  player.run_dry ();
  fail_unless_equals_int (player.wait_percent ("m"), 0);
  media.append_rest ();
  fail_unless_equals_int (player.wait_percent ("m"), 100);
}
GST_END_TEST;

GST_START_TEST (the_end_lets_playback_go_on)
{
  Scene scene (kBoth);
  auto &[owner, player, media] = scene;
  scene.stop ();
  owner.end ();
  fail_unless_equals_int (player.wait_percent ("m"), 100);
  fail_unless_equals_int (player.wait_percent ("m"), -1);
}
GST_END_TEST;

GST_START_TEST (a_track_that_is_removed_is_not_waited_for)
{
  Scene scene (kBoth);
  auto &[owner, player, media] = scene;
  GstClockTime pictures_end = scene.stop ().pictures_end;
  media.remove_audio ();
  fail_unless_equals_int (player.wait_percent ("m"), 100);
  player.wait_timer (pictures_end);
}
GST_END_TEST;

GST_START_TEST (a_seek_to_what_is_there_lets_playback_go_on)
{
  Scene scene (kBoth);
  auto &[owner, player, media] = scene;
  GstClockTime end = media.append_video (4);
  end = std::min (end, media.append_audio (4));
  player.pipeline.play ();
  player.wait_timer (end);
  player.run_dry ();
  fail_unless_equals_int (player.wait_percent ("m"), 0);
  fail_unless (player.pipeline.seek (0, kFlush));
  fail_unless_equals_int (player.wait_percent ("m"), 100);
}
GST_END_TEST;

// Running time begins anew with it, and the clock has gone on.
GST_START_TEST (what_a_seek_leaves_to_show_is_shown)
{
  Scene scene (kBoth);
  auto &[owner, player, media] = scene;
  GstClockTime end = media.append_video (4);
  end = std::min (end, media.append_audio (3));
  player.pipeline.play ();
  player.wait_timer (end);
  constexpr GstClockTime now = 2500 * GST_MSECOND, target = 2 * GST_SECOND;
  player.pass (now);
  fail_unless (player.pipeline.seek (int64_t (target), kFlush));
  player.wait_timer (now + end - target);
  media.append_rest ();
  owner.end ();
  fail_unless_equals_int (player.wait_percent ("m"), -1);
}
GST_END_TEST;

GST_START_TEST (a_seek_to_what_is_not_there_is_no_stop)
{
  Scene scene (kBoth);
  auto &[owner, player, media] = scene;
  GstClockTime end = media.append_video (4);
  end = std::min (end, media.append_audio (3));
  player.pipeline.play ();
  player.wait_timer (end);
  player.run_dry ();
  fail_unless_equals_int (player.wait_percent ("m"), 0);
  constexpr GstClockTime target = 3500 * GST_MSECOND;
  fail_unless (player.pipeline.seek (int64_t (target), kFlush));
  fail_unless_equals_int (player.wait_percent ("m"), 100);
  GstClockTime now = end;
  end = media.append_video (2);
  end = std::min (end, media.append_audio (2));
  player.wait_timer (now + end - target);
  player.run_dry ();
  fail_unless_equals_int (player.wait_percent ("m"), 0);
}
GST_END_TEST;

GST_START_TEST (a_query_tells_whether_it_has_stopped)
{
  Scene scene (kBoth);
  auto &[owner, player, media] = scene;
  media.append_video (2);
  GstClockTime end = media.append_audio (1);
  player.pipeline.play ();
  player.wait_timer (end);
  auto percent = [&player] {
    GstQuery *query = gst_query_new_buffering (GST_FORMAT_TIME);
    fail_unless (gst_element_query (player.pipeline.get ("m"), query));
    gboolean busy;
    int result;
    gst_query_parse_buffering_percent (query, &busy, &result);
    fail_unless_equals_int (busy, result < 100);
    gst_query_unref (query);
    return result;
  };
  fail_unless_equals_int (percent (), 100);
  player.run_dry ();
  fail_unless_equals_int (player.wait_percent ("m"), 0);
  fail_unless_equals_int (percent (), 0);
  media.append_audio (1);
  fail_unless_equals_int (player.wait_percent ("m"), 100);
  fail_unless_equals_int (percent (), 100);
}
GST_END_TEST;

// Before they have it, the pipeline's base time is that of before the seek.
GST_START_TEST (nothing_is_waited_for_until_sinks_have_what_a_seek_asks_for)
{
  Scene scene ("msebin name=m uri=mse://t "
               "m.video_0 ! queue name=q max-size-time=0 max-size-buffers=0 "
               "max-size-bytes=0 ! fakesink name=s m.audio_0 ! fakesink");
  auto &[owner, player, media] = scene;
  Recorder pictures (player.pipeline.get ("q"));
  media.append_video (4);
  GstClockTime end = media.append_audio (2);
  player.pipeline.play ();
  player.wait_timer (end);
  GstPad *pad = gst_element_get_static_pad (player.pipeline.get ("s"), "sink");
  gulong block = gst_pad_add_probe (
      pad,
      GstPadProbeType (GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER),
      [] (GstPad *, GstPadProbeInfo *, gpointer) { return GST_PAD_PROBE_OK; },
      nullptr, nullptr);
  pictures.wait_count (75);
  pictures.clear ();
  fail_unless (player.pipeline.seek (GST_SECOND, kFlush));
  pictures.wait_count (50);
  media.append_video (1);
  pictures.wait_count (75);
  fail_if (player.has_timer ());
  gst_pad_remove_probe (pad, block);
  gst_object_unref (pad);
  player.wait_timer (end - GST_SECOND);
}
GST_END_TEST;

GST_START_TEST (a_pad_that_is_unlinked_is_not_waited_for_any_more)
{
  Scene scene ("msebin name=m uri=mse://t m.video_0 ! fakesink "
               "m.audio_0 ! fakesink name=s");
  auto &[owner, player, media] = scene;
  GstClockTime pictures_end = scene.stop ().pictures_end;
  GstPad *sink = gst_element_get_static_pad (player.pipeline.get ("s"), "sink");
  GstPad *pad = gst_pad_get_peer (sink);
  fail_unless (gst_pad_unlink (pad, sink));
  fail_unless_equals_int (player.wait_percent ("m"), 100);
  player.wait_timer (pictures_end);
  fail_unless_equals_int (gst_pad_link (pad, sink), GST_PAD_LINK_OK);
  player.run_dry ();
  fail_unless_equals_int (player.wait_percent ("m"), 0);
  gst_object_unref (pad);
  gst_object_unref (sink);
}
GST_END_TEST;

GST_START_TEST (a_pad_that_nobody_ever_took_is_not_waited_for)
{
  Scene scene ("msebin name=m uri=mse://t m.audio_0 ! fakesink");
  auto &[owner, player, media] = scene;
  media.begin_video ();
  GstClockTime end = media.append_audio (2);
  player.pipeline.play ();
  player.wait_timer (end);
}
GST_END_TEST;

GST_START_TEST (a_pad_that_nobody_takes_is_not_waited_for)
{
  Scene scene ("msebin name=m uri=mse://t m.video_0 ! fakesink");
  auto &[owner, player, media] = scene;
  GstClockTime end = media.append_video (4);
  media.append_audio (1);
  player.pipeline.play ();
  player.wait_timer (end);
}
GST_END_TEST;

GST_START_TEST (cues_are_not_waited_for)
{
  Owner owner ("mse://t");
  Player player ("msebin name=m uri=mse://t m.video_0 ! fakesink "
                 "m.text_0 ! fakesink async=false");
  GstWebSourceBuffer *cues = owner.add ("video/mp4; codecs=wvtt");
  owner.append (cues, split_mp4 (media_bytes ("webvtt.mp4"))[0]);
  Media media (owner, false);
  GstClockTime end = media.append_video (4);
  player.pipeline.play ();
  player.wait_timer (end);
  player.run_dry ();
  fail_unless_equals_int (player.wait_percent ("m"), 0);
  media.append_video (1);
  fail_unless_equals_int (player.wait_percent ("m"), 100);
}
GST_END_TEST;

GST_START_TEST (an_element_of_one_track_tells_of_that)
{
  Scene scene ("webmsesrc name=s uri=mse://t track=audio ! fakesink");
  auto &[owner, player, media] = scene;
  media.append_video (2);
  GstClockTime end = media.append_audio (2);
  player.pipeline.play ();
  player.wait_timer (end);
  player.run_dry ();
  fail_unless_equals_int (player.wait_percent ("s"), 0);
  media.append_audio (1);
  fail_unless_equals_int (player.wait_percent ("s"), 100);
}
GST_END_TEST;

// An application would start it again.
GST_START_TEST (a_pipeline_that_is_stopped_does_not_go_on)
{
  Scene scene (kBoth);
  auto &[owner, player, media] = scene;
  scene.stop ();
  player.pipeline.set_state (GST_STATE_READY);
  media.append_audio (1);
  GstBus *bus = gst_element_get_bus (*player.pipeline);
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_BUFFERING) == nullptr);
  gst_object_unref (bus);
}
GST_END_TEST;

static Suite *
buffering_suite (void)
{
  Suite *suite = suite_create ("buffering");
  TCase *tcase = tcase_create ("buffering");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_track_that_has_nothing_more_to_show_stops_playback);
  tcase_add_test (tcase, what_comes_while_the_last_frames_are_shown_is_in_time);
  tcase_add_test (tcase, nothing_is_waited_for_while_it_is_paused);
  tcase_add_test (tcase, another_track_that_waits_further_on_does_not_hold_it);
  tcase_add_test (tcase, the_end_lets_playback_go_on);
  tcase_add_test (tcase, a_track_that_is_removed_is_not_waited_for);
  tcase_add_test (tcase, a_seek_to_what_is_there_lets_playback_go_on);
  tcase_add_test (tcase, what_a_seek_leaves_to_show_is_shown);
  tcase_add_test (tcase, a_seek_to_what_is_not_there_is_no_stop);
  tcase_add_test (tcase, a_query_tells_whether_it_has_stopped);
  tcase_add_test (
      tcase, nothing_is_waited_for_until_sinks_have_what_a_seek_asks_for);
  tcase_add_test (tcase, a_pad_that_is_unlinked_is_not_waited_for_any_more);
  tcase_add_test (tcase, a_pad_that_nobody_ever_took_is_not_waited_for);
  tcase_add_test (tcase, a_pad_that_nobody_takes_is_not_waited_for);
  tcase_add_test (tcase, cues_are_not_waited_for);
  tcase_add_test (tcase, an_element_of_one_track_tells_of_that);
  tcase_add_test (tcase, a_pipeline_that_is_stopped_does_not_go_on);
  return suite;
}

GST_CHECK_MAIN (buffering)
