// SPDX-License-Identifier: LGPL-2.1-or-later
// What several tracks do together: come, go, seek, and wait for nobody.
#include "support/playback.hh"

using namespace webmedia::test;

static constexpr int64_t kMs = 1000000;

namespace {

// Whether the bin has a pad of that name; waits for either.
// Threads: thread-safe.
class Pads {
public:
  explicit Pads (GstElement *bin) : bin_ (bin)
  {
    g_signal_connect (bin, "pad-added", G_CALLBACK (on_added), this);
    g_signal_connect (bin, "pad-removed", G_CALLBACK (on_removed), this);
  }

  ~Pads () { g_signal_handlers_disconnect_by_data (bin_, this); }

  void wait (const std::string &names)
  {
    std::unique_lock locker (lock_);
    changed_.wait (locker, [&] { return names_ == names; });
  }

private:
  static void on_added (GstElement *, GstPad *pad, gpointer self)
  {
    static_cast<Pads *> (self)->change ([pad] (std::string &names) {
      names += std::string (GST_PAD_NAME (pad)) + " ";
    });
  }
  static void on_removed (GstElement *, GstPad *pad, gpointer self)
  {
    static_cast<Pads *> (self)->change ([pad] (std::string &names) {
      std::string name = std::string (GST_PAD_NAME (pad)) + " ";
      names.erase (names.find (name), name.size ());
    });
  }
  template <typename F> void change (F change)
  {
    std::lock_guard locker (lock_);
    change (names_);
    changed_.notify_all ();
  }

  GstElement *const bin_;
  std::mutex lock_;
  std::condition_variable changed_;
  std::string names_;
};

} // namespace

static void
remove_buffer (Owner &owner, GstWebSourceBuffer *buffer)
{
  fail_unless (gst_web_media_source_remove_source_buffer (
      owner.source (), buffer, nullptr));
}

static const char kPlay[] = "msebin name=m uri=mse://t "
                            "m.video_0 ! fakesink name=v "
                            "m.audio_0 ! fakesink name=a";

GST_START_TEST (a_source_buffer_that_goes_takes_its_pad_along)
{
  Owner owner ("mse://t");
  Pipeline pipeline (kPlay);
  Recorder video (pipeline.get ("v")), audio (pipeline.get ("a"));
  Pads pads (pipeline.get ("m"));
  pipeline.set_state (GST_STATE_READY);
  auto pictures = owner.add ("video/mp4");
  auto sound = owner.add ("audio/mp4");
  auto parts = split_mp4 (media_bytes ("cmaf-v.mp4"));
  for (size_t i = 0; i < 4; i++)
    owner.append (pictures, parts[i]);
  owner.append (sound, media_bytes ("a.mp4"));
  pipeline.play ();
  audio.wait_count (376);
  pads.wait ("video_0 audio_0 ");
  remove_buffer (owner, sound);
  pads.wait ("video_0 ");
  std::string events = audio.events ();
  fail_unless (events.ends_with ("eos"), "%s", events.c_str ());
  guint count;
  g_object_get (pipeline.get ("m"), "n-audio", &count, nullptr);
  fail_unless_equals_int (count, 0);
  // The other one goes on.
  for (size_t i = 4; i < parts.size (); i++)
    owner.append (pictures, parts[i]);
  owner.end ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int (video.count (), 200);
}
GST_END_TEST;

GST_START_TEST (a_pad_without_a_link_goes_too)
{
  Owner owner ("mse://t");
  Pipeline pipeline (
      "msebin name=m uri=mse://t m.video_0 ! fakesink name=v sync=true");
  Pads pads (pipeline.get ("m"));
  pipeline.set_state (GST_STATE_READY);
  auto pictures = owner.add ("video/mp4");
  auto sound = owner.add ("audio/mp4");
  owner.append (pictures, media_bytes ("v.mp4"));
  owner.append (sound, media_bytes ("a.mp4"));
  pipeline.play ();
  pads.wait ("video_0 audio_0 ");
  remove_buffer (owner, sound);
  pads.wait ("video_0 ");
}
GST_END_TEST;

// Pictures and sound are of different lengths: both begin the next round at the
// same running time.
GST_START_TEST (a_segment_of_all_tracks_is_done_once)
{
  Owner owner ("mse://t");
  Pipeline pipeline (kPlay);
  Recorder video (pipeline.get ("v")), audio (pipeline.get ("a"));
  pipeline.set_state (GST_STATE_READY);
  owner.append (owner.add ("video/mp4"), media_bytes ("cmaf-av.mp4"));
  pipeline.set_state (GST_STATE_PAUSED);
  video.clear ();
  constexpr int kLoop = GST_SEEK_FLAG_ACCURATE | GST_SEEK_FLAG_SEGMENT;
  fail_unless (pipeline.seek (
      1000 * kMs, GstSeekFlags (kLoop | GST_SEEK_FLAG_FLUSH), 2000 * kMs));
  pipeline.play ();
  for (uint64_t round = 0; round < 3; round++) {
    GstMessage *done = pipeline.wait (GstMessageType (
        GST_MESSAGE_SEGMENT_DONE | GST_MESSAGE_EOS | GST_MESSAGE_ERROR));
    fail_unless_equals_string (GST_MESSAGE_TYPE_NAME (done), "segment-done");
    gst_message_unref (done);
    for (Recorder *each : {&video, &audio})
      fail_unless_equals_uint64 (each->segment ().base, round * 1000 * kMs);
    fail_unless_equals_int (video.count (), 25);
    video.clear ();
    if (round < 2)
      fail_unless (
          pipeline.seek (1000 * kMs, GstSeekFlags (kLoop), 2000 * kMs));
  }
}
GST_END_TEST;

GST_START_TEST (tracks_stay_together_through_a_seek_without_a_flush)
{
  Owner owner ("mse://t");
  Pipeline pipeline (kPlay);
  Recorder video (pipeline.get ("v")), audio (pipeline.get ("a"));
  pipeline.set_state (GST_STATE_READY);
  owner.append (owner.add ("video/mp4"), media_bytes ("cmaf-av.mp4"));
  pipeline.play ();
  video.wait_count (100);
  fail_unless (pipeline.seek (6000 * kMs, GST_SEEK_FLAG_ACCURATE));
  owner.end ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  fail_unless_equals_uint64 (video.segment ().start, 6000 * kMs);
  fail_unless_equals_uint64 (audio.segment ().start, 6000 * kMs);
  fail_unless_equals_uint64 (video.segment ().base, audio.segment ().base);
  fail_unless (video.segment ().base > 0);
}
GST_END_TEST;

GST_START_TEST (an_instant_change_of_the_rate_reaches_every_track)
{
  Owner owner ("mse://t");
  Pipeline pipeline ("msebin name=m uri=mse://t "
                     "m.video_0 ! fakesink name=v sync=true "
                     "m.audio_0 ! fakesink name=a sync=true");
  Recorder video (pipeline.get ("v")), audio (pipeline.get ("a"));
  pipeline.set_state (GST_STATE_READY);
  owner.append (owner.add ("video/mp4"), media_bytes ("cmaf-av.mp4"));
  owner.end ();
  pipeline.play ();
  video.wait_count (5);
  audio.wait_count (5);
  fail_unless (gst_element_seek (*pipeline, 100, GST_FORMAT_TIME,
      GST_SEEK_FLAG_INSTANT_RATE_CHANGE, GST_SEEK_TYPE_NONE, -1,
      GST_SEEK_TYPE_NONE, -1));
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  for (Recorder *each : {&video, &audio})
    fail_unless (each->events ().starts_with (
        "stream-start caps stream-collection segment instant-rate-change"));
}
GST_END_TEST;

// Two seconds of cues, then none for six: who waits for text until the
// pictures' time comes is told all along that there is none.
GST_START_TEST (text_without_cues_is_told_of_by_gaps)
{
  Owner owner ("mse://t");
  Pipeline pipeline ("msebin name=m uri=mse://t m.video_0 ! fakesink name=v "
                     "m.text_0 ! fakesink name=t async=false");
  Recorder video (pipeline.get ("v")), text (pipeline.get ("t"));
  pipeline.set_state (GST_STATE_READY);
  auto pictures = owner.add ("video/mp4");
  auto cues = owner.add ("video/mp4; codecs=wvtt");
  auto parts = split_mp4 (media_bytes ("webvtt.mp4"));
  owner.append (cues, parts[0]);
  owner.append (cues, parts[1]);
  owner.append (pictures, media_bytes ("cmaf-v.mp4"));
  pipeline.play ();
  video.wait_count (200);
  text.wait_gap (7960 * kMs);
  text.wait_count (1);
  // What comes late is played, and the end is the end.
  owner.append (cues, parts[4]);
  owner.end ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
}
GST_END_TEST;

// The same for elements that play one track each.
GST_START_TEST (text_of_an_element_of_its_own_follows_the_others)
{
  Owner owner ("mse://t");
  Pipeline pipeline (
      "webmsesrc uri=mse://t track=video ! fakesink name=v "
      "webmsesrc uri=mse://t track=text ! fakesink name=t async=false");
  Recorder video (pipeline.get ("v")), text (pipeline.get ("t"));
  pipeline.set_state (GST_STATE_READY);
  auto pictures = owner.add ("video/mp4");
  auto cues = owner.add ("video/mp4; codecs=wvtt");
  owner.append (cues, split_mp4 (media_bytes ("webvtt.mp4"))[0]);
  owner.append (pictures, media_bytes ("cmaf-v.mp4"));
  pipeline.play ();
  video.wait_count (200);
  text.wait_gap (7960 * kMs);
  owner.end ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
}
GST_END_TEST;

static Suite *
msebin_changes_suite (void)
{
  Suite *suite = suite_create ("msebin-changes");
  TCase *tcase = tcase_create ("changes");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_source_buffer_that_goes_takes_its_pad_along);
  tcase_add_test (tcase, a_pad_without_a_link_goes_too);
  tcase_add_test (tcase, a_segment_of_all_tracks_is_done_once);
  tcase_add_test (tcase, tracks_stay_together_through_a_seek_without_a_flush);
  tcase_add_test (tcase, an_instant_change_of_the_rate_reaches_every_track);
  tcase_add_test (tcase, text_without_cues_is_told_of_by_gaps);
  tcase_add_test (tcase, text_of_an_element_of_its_own_follows_the_others);
  return suite;
}

GST_CHECK_MAIN (msebin_changes)
