// SPDX-License-Identifier: LGPL-2.1-or-later
// Events and changes of state that come while the source waits or sends.
#include "support/playback.hh"

#include <atomic>
#include <memory>

using namespace webmedia::test;

static constexpr const char *kType = "video/mp4; codecs=\"avc1.64000c\"";
static constexpr const char *kAudioType = "audio/mp4; codecs=\"mp4a.40.2\"";

namespace {

// Set by one thread, once; others wait for it.
class Signal {
public:
  void set ()
  {
    std::lock_guard locker (lock_);
    set_ = true;
    changed_.notify_all ();
  }
  void wait ()
  {
    std::unique_lock locker (lock_);
    changed_.wait (locker, [this] { return set_; });
  }

private:
  std::mutex lock_;
  std::condition_variable changed_;
  bool set_ = false;
};

// Holds the thread that posts the first message of a type.
class Gate {
public:
  Gate (Pipeline &pipeline, GstMessageType type) : type_ (type)
  {
    GstBus *bus = gst_element_get_bus (*pipeline);
    gst_bus_set_sync_handler (bus, handle, this, nullptr);
    gst_object_unref (bus);
  }

  Signal reached, open, passed;

private:
  static GstBusSyncReply handle (GstBus *, GstMessage *message, gpointer data)
  {
    auto self = static_cast<Gate *> (data);
    if (GST_MESSAGE_TYPE (message) == self->type_
        && !self->held_.exchange (true)) {
      self->reached.set ();
      self->open.wait ();
      self->passed.set ();
    }
    return GST_BUS_PASS;
  }

  const GstMessageType type_;
  std::atomic<bool> held_{false};
};

} // namespace

// What gst-launch-1.0 -e does.
GST_START_TEST (an_eos_that_is_sent_ends_playback)
{
  for (const char *element : {"webmsesrc", "msebin"}) {
    Owner owner ("mse://t");
    Pipeline pipeline (
        std::string (element) + " uri=mse://t ! fakesink name=out");
    Recorder out (pipeline.get ("out"));
    pipeline.set_state (GST_STATE_READY);
    auto buffer = owner.add (kType);
    auto parts = split_mp4 (media_bytes ("cmaf-v.mp4"));
    owner.append (buffer, parts[0]);
    owner.append (buffer, parts[1]);
    pipeline.play ();
    out.wait_count (25); // now it waits for more
    fail_unless (gst_element_send_event (*pipeline, gst_event_new_eos ()));
    fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  }
}
GST_END_TEST;

GST_START_TEST (null_closes_the_source_whatever_message_is_on_its_way)
{
  for (const char *element : {"webmsesrc", "msebin"}) {
    Owner owner ("mse://t");
    auto pipeline = std::make_unique<Pipeline> (
        std::string (element) + " uri=mse://t ! fakesink");
    Gate gate (*pipeline, GST_MESSAGE_DURATION_CHANGED);
    pipeline->set_state (GST_STATE_READY);
    fail_unless (gst_web_media_source_set_duration (
        owner.source (), 5 * GST_SECOND, nullptr));
    gate.reached.wait ();
    pipeline->set_state (GST_STATE_NULL);
    fail_unless_equals_int (
        gst_web_media_source_get_ready_state (owner.source ()),
        GST_WEB_READY_STATE_CLOSED);
    pipeline.reset (); // the message has still its way to go back
    gate.open.set ();
    gate.passed.wait ();
  }
}
GST_END_TEST;

static GstPadProbeReturn
flush_once (GstPad *pad, GstPadProbeInfo *info, gpointer flushed)
{
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info))
      != GST_EVENT_STREAM_START)
    return GST_PAD_PROBE_OK;
  gst_pad_push_event (pad, gst_event_new_flush_start ());
  static_cast<Signal *> (flushed)->set ();
  return GST_PAD_PROBE_REMOVE;
}

// A seek of another thread begins with that flush.
GST_START_TEST (a_flush_before_the_caps_is_no_error)
{
  Owner owner ("mse://t");
  Pipeline pipeline ("webmsesrc name=src uri=mse://t ! fakesink name=out");
  Recorder out (pipeline.get ("out"));
  pipeline.set_state (GST_STATE_READY);
  auto buffer = owner.add (kType);
  owner.append (buffer, media_bytes ("cmaf-v.mp4"));
  owner.end ();
  GstPad *pad = gst_element_get_static_pad (pipeline.get ("src"), "src");
  Signal flushed;
  gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, flush_once, &flushed, nullptr);
  pipeline.play ();
  flushed.wait ();
  GST_PAD_STREAM_LOCK (pad); // the streaming thread has come to its end
  GST_PAD_STREAM_UNLOCK (pad);
  gst_object_unref (pad);
  // By the element: the pad takes no events now.
  fail_unless (gst_element_seek_simple (pipeline.get ("src"), GST_FORMAT_TIME,
      GstSeekFlags (GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE), 0));
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
  fail_unless_equals_int (out.count (), 200);
}
GST_END_TEST;

GST_START_TEST (a_rate_changes_at_once_only_while_something_plays)
{
  Owner owner ("mse://t");
  Pipeline pipeline ("webmsesrc name=src uri=mse://t ! fakesink name=out");
  Recorder out (pipeline.get ("out"));
  pipeline.set_state (GST_STATE_READY);
  auto buffer = owner.add (kType);
  auto change = [&] {
    return gst_element_seek (pipeline.get ("src"), 2, GST_FORMAT_TIME,
        GST_SEEK_FLAG_INSTANT_RATE_CHANGE, GST_SEEK_TYPE_NONE, 0,
        GST_SEEK_TYPE_NONE, 0);
  };
  pipeline.set_state (GST_STATE_PAUSED, false);
  fail_if (change ());
  owner.append (buffer, media_bytes ("cmaf-v.mp4"));
  out.wait_count (1);
  fail_unless (change ());
}
GST_END_TEST;

GST_START_TEST (a_track_that_goes_before_it_is_read_ends)
{
  Owner owner ("mse://t");
  Pipeline pipeline ("msebin name=m uri=mse://t m.video_0 ! fakesink "
                     "m.audio_0 ! fakesink");
  // The tracks are known then, and nothing reads them.
  Gate gate (pipeline, GST_MESSAGE_STREAM_COLLECTION);
  pipeline.play ();
  auto video = owner.add (kType);
  auto audio = owner.add (kAudioType);
  owner.append (video, media_bytes ("cmaf-v.mp4"));
  owner.append (audio, split_mp4 (media_bytes ("a.mp4"))[0]);
  gate.reached.wait ();
  fail_unless (gst_web_media_source_remove_source_buffer (
      owner.source (), audio, nullptr));
  owner.end ();
  gate.open.set ();
  fail_unless_equals_string (pipeline.wait_end ().c_str (), "");
}
GST_END_TEST;

// https://www.w3.org/TR/media-source-2/#sourcebuffer-prepare-append
static void
check_refused (const char *description, bool damaged)
{
  Owner owner ("mse://f");
  Pipeline pipeline (description);
  auto parts = split_mp4 (media_bytes ("cmaf-v.mp4"));
  auto append = [&parts] (GstWebSourceBuffer *buffer, GError **error) {
    GstBuffer *data =
        gst_buffer_new_memdup (parts[0].data (), parts[0].size ());
    bool done = gst_web_source_buffer_append_buffer_sync (buffer, data, error);
    gst_buffer_unref (data);
    return done;
  };
  pipeline.set_state (GST_STATE_PAUSED, false);
  auto buffer = owner.add ("video/mp4");
  owner.append (buffer, parts[0]);
  owner.append (buffer, parts[1]);
  if (damaged) {
    GstBuffer *garbage = gst_buffer_new_memdup ("garbage and more", 16);
    fail_if (gst_web_source_buffer_append_buffer_sync (buffer, garbage, NULL));
    gst_buffer_unref (garbage);
  }
  // The element's own: others may come before it.
  for (bool own = false; !own;) {
    GstMessage *message = pipeline.wait (GST_MESSAGE_ERROR);
    own = gst_object_has_as_ancestor (
        GST_MESSAGE_SRC (message), GST_OBJECT (pipeline.get ("src")));
    gst_message_unref (message);
  }
  GError *error = nullptr;
  fail_if (append (buffer, &error));
  g_assert_error (error, GST_WEB_ERROR, GST_WEB_ERROR_INVALID_STATE);
  g_clear_error (&error);

  pipeline.set_state (GST_STATE_NULL);
  pipeline.set_state (GST_STATE_READY);
  fail_unless (append (owner.add ("video/mp4"), &error));
}

GST_START_TEST (after_an_error_appends_are_refused_until_it_attaches_anew)
{
  check_refused ("webmsesrc name=src uri=mse://f ! fakesink", true);
  check_refused ("msebin name=src uri=mse://f ! fakesink", true);
  // The error is GstBaseSrc's own.
  check_refused ("webmsesrc name=src uri=mse://f"
                 " ! identity error-after=1 ! fakesink",
      false);
  check_refused ("msebin name=src uri=mse://f"
                 " ! identity error-after=1 ! fakesink",
      false);
}
GST_END_TEST;

static Suite *
msesrc_states_suite (void)
{
  Suite *suite = suite_create ("msesrc-states");
  TCase *tcase = tcase_create ("states");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, an_eos_that_is_sent_ends_playback);
  tcase_add_test (tcase, null_closes_the_source_whatever_message_is_on_its_way);
  tcase_add_test (tcase, a_flush_before_the_caps_is_no_error);
  tcase_add_test (tcase, a_rate_changes_at_once_only_while_something_plays);
  tcase_add_test (tcase, a_track_that_goes_before_it_is_read_ends);
  tcase_add_test (
      tcase, after_an_error_appends_are_refused_until_it_attaches_anew);
  return suite;
}

GST_CHECK_MAIN (msesrc_states)
