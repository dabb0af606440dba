// SPDX-License-Identifier: LGPL-2.1-or-later
// The tracks of a worker's source buffers are streams of the element, and both
// sides say which of them are selected.
// https://www.w3.org/TR/media-source-2/#active-source-buffer-changes
#include "support/isobmff-writer.hh"
#include "support/worker.hh"

#include <atomic>
#include <semaphore>
#include <utility>

using namespace webmedia::test;

namespace {

GstWebAudioTrack *
audio_track (GstWebSourceBuffer *buffer)
{
  return gst_web_audio_track_list_get (
      gst_web_source_buffer_get_audio_tracks (buffer), 0);
}

bool
is_selected (GstStream *stream)
{
  return gst_stream_get_stream_flags (stream) & GST_STREAM_FLAG_SELECT;
}

// Selects these streams of a collection, and one of somebody else.
void
select_streams (GstElement *element, GstStreamCollection *collection,
    const std::vector<guint> &indices)
{
  GList *ids = g_list_append (nullptr, g_strdup ("elsewhere/1"));
  for (guint i : indices)
    ids = g_list_append (
        ids, g_strdup (gst_stream_get_stream_id (
                 gst_stream_collection_get_stream (collection, i))));
  fail_unless (
      gst_element_send_event (element, gst_event_new_select_streams (ids)));
  g_list_free_full (ids, g_free);
}

} // namespace

// Create track mirror: id, kind, language and label.
GST_START_TEST (what_a_worker_says_of_a_track_is_in_its_stream)
{
  WorkerPlayback t ("m.audio_0 ! fakesink");
  webmedia::mse::TrackSpec spec = webmedia::mse::audio_track (1);
  spec.language = "deu";
  auto buffer = t.worker.add_file (
      "audio/mp4", webmedia::mse::initialization_segment ({spec}));
  t.pipeline.play ();
  auto collection = t.wait_streams (1);
  auto stream = gst_stream_collection_get_stream (collection, 0);
  fail_unless_equals_int (
      gst_stream_get_stream_type (stream), GST_STREAM_TYPE_AUDIO);
  fail_unless (is_selected (stream));
  GstTagList *tags = gst_stream_get_tags (stream);
  gchar *language, *title, *kind;
  fail_unless (
      gst_tag_list_get_string (tags, GST_TAG_LANGUAGE_CODE, &language));
  fail_unless (gst_tag_list_get_string (tags, GST_TAG_TITLE, &title));
  fail_unless (gst_tag_list_get_string (tags, GST_TAG_EXTENDED_COMMENT, &kind));
  t.worker.run ([&] {
    auto track = audio_track (buffer);
    std::string id = gst_web_audio_track_get_id (track);
    fail_unless (
        std::string (gst_stream_get_stream_id (stream)).ends_with ("/" + id));
    fail_unless_equals_string (
        language, gst_web_audio_track_get_language (track));
    fail_unless_equals_string (title, gst_web_audio_track_get_label (track));
    fail_unless_equals_string (
        kind, (std::string ("kind=") + gst_web_audio_track_get_kind (track))
                  .c_str ());
    gst_object_unref (track);
  });
  fail_unless_equals_string (language, "de");
  fail_unless_equals_string (kind, "kind=main");
  g_free (language);
  g_free (title);
  g_free (kind);
  gst_tag_list_unref (tags);
  gst_object_unref (collection);
}
GST_END_TEST;

namespace {

// Pictures, two tracks of sound and one of text, each in a source buffer.
struct FourTracks : WorkerPlayback {
  FourTracks () : WorkerPlayback ("m.video_0 ! fakesink m.audio_0 ! fakesink")
  {
    worker.add_file ("video/mp4", media_bytes ("v.mp4"));
    first = worker.add_file ("audio/mp4", media_bytes ("a.mp4"));
    second = worker.add_file ("audio/mp4", media_bytes ("a.mp4"));
    text = worker.add_file ("video/mp4", media_bytes ("webvtt.mp4"));
    pipeline.set_state (GST_STATE_PAUSED);
    streams = wait_streams (4);
    worker.take_events ();
  }
  ~FourTracks () { gst_object_unref (streams); }

  // By their order in the streams: "v12t", or what of it plays.
  std::string selected ()
  {
    std::string letters;
    for (guint i = 0; i < 4; i++)
      if (is_selected (gst_stream_collection_get_stream (streams, i)))
        letters += "v12t"[i];
    return letters;
  }

  GstWebSourceBuffer *first, *second, *text;
  GstStreamCollection *streams;
};

} // namespace

// Update track state, from the element to the worker.
GST_START_TEST (what_is_selected_at_the_element_is_selected_at_the_worker)
{
  FourTracks t;
  fail_unless_equals_string (t.selected ().c_str (), "v12");
  select_streams (*t.pipeline, t.streams, {0, 2, 3});
  t.worker.expect_events (
      "buffer.change element.change active.addsourcebuffer "
      "buffer.change element.change active.removesourcebuffer ");
  fail_unless_equals_string (t.selected ().c_str (), "v2t");
  t.worker.run ([&] {
    auto one = audio_track (t.first), other = audio_track (t.second);
    fail_unless (!gst_web_audio_track_get_enabled (one));
    fail_unless (gst_web_audio_track_get_enabled (other));
    auto text = gst_web_text_track_list_get (
        gst_web_source_buffer_get_text_tracks (t.text), 0);
    fail_unless_equals_int (
        gst_web_text_track_get_mode (text), GST_WEB_TEXT_TRACK_MODE_SHOWING);
    fail_unless_equals_int (count_active (t.worker.source ()), 3);
    for (gpointer each : {gpointer (one), gpointer (other), gpointer (text)})
      gst_object_unref (each);
  });
  // The pipeline is told which ones they are now.
  GstMessage *message = nullptr;
  do {
    gst_clear_message (&message);
    message = t.pipeline.wait (GST_MESSAGE_STREAMS_SELECTED);
  } while (GST_MESSAGE_TYPE (message) != GST_MESSAGE_STREAMS_SELECTED);
  fail_unless_equals_int (gst_message_streams_selected_get_size (message), 3);
  gst_message_unref (message);
  // Nothing new, and nothing at all.
  select_streams (*t.pipeline, t.streams, {0, 2, 3});
  t.worker.expect_events ("");
  select_streams (t.bin (), t.streams, {});
  fail_unless_equals_string (t.selected ().c_str (), "");
  t.worker.run (
      [&] { fail_unless_equals_int (count_active (t.worker.source ()), 0); });
}
GST_END_TEST;

// One video track is selected, by one change; what is hidden stays so.
GST_START_TEST (of_two_pictures_one_is_selected)
{
  WorkerPlayback t ("m.video_0 ! fakesink");
  auto one = t.worker.add_file ("video/mp4", media_bytes ("v.mp4"));
  auto other = t.worker.add_file ("video/mp4", media_bytes ("v.mp4"));
  auto cues = t.worker.add_file ("video/mp4", media_bytes ("webvtt.mp4"));
  auto text = gst_web_text_track_list_get (
      gst_web_source_buffer_get_text_tracks (cues), 0);
  gst_web_text_track_set_mode (text, GST_WEB_TEXT_TRACK_MODE_HIDDEN);
  t.pipeline.set_state (GST_STATE_PAUSED, false);
  auto streams = t.wait_streams (3);
  t.worker.take_events ();
  auto expect = [&] (bool is_one, bool is_other) {
    gint selected[2] = {-2, -2};
    for (auto [buffer, index] : {std::pair{one, 0}, std::pair{other, 1}})
      selected[index] = gst_web_video_track_list_get_selected_index (
          gst_web_source_buffer_get_video_tracks (buffer));
    fail_unless_equals_int (selected[0], is_one ? 0 : -1);
    fail_unless_equals_int (selected[1], is_other ? 0 : -1);
    fail_unless_equals_int (
        gst_web_text_track_get_mode (text), GST_WEB_TEXT_TRACK_MODE_HIDDEN);
  };
  expect (true, true);
  select_streams (t.bin (), streams, {0, 1});
  expect (true, false);
  t.worker.take_events ();
  select_streams (t.bin (), streams, {1});
  expect (false, true);
  t.worker.expect_events ("buffer.change buffer.change element.change "
                          "active.removesourcebuffer active.addsourcebuffer ");
  gst_object_unref (text);
  gst_object_unref (streams);
}
GST_END_TEST;

// The same, where each element plays one track.
GST_START_TEST (an_element_of_one_track_takes_a_selection_too)
{
  Worker worker;
  Pipeline pipeline ("webmsesrc name=s track=audio ! fakesink");
  g_object_set (pipeline.get ("s"), "handle", worker.handle (), nullptr);
  pipeline.set_state (GST_STATE_READY);
  auto buffer = worker.add_file ("audio/mp4", media_bytes ("a.mp4"));
  pipeline.set_state (GST_STATE_PAUSED);
  worker.take_events ();
  for (const char *name : {"", "s"}) {
    GstElement *element = *name ? pipeline.get (name) : *pipeline;
    select_streams (element, nullptr, {});
    worker.expect_events (
        "buffer.change element.change active.removesourcebuffer ");
    worker.run ([&] {
      auto track = audio_track (buffer);
      gst_web_audio_track_set_enabled (track, TRUE);
      gst_object_unref (track);
    });
    worker.take_events ();
  }
}
GST_END_TEST;

namespace {

// Waits for the flags of a stream to change.
struct Notice {
  explicit Notice (GstStream *of) : stream (of)
  {
    g_signal_connect_swapped (stream, "notify::stream-flags",
        G_CALLBACK (+[] (Notice *self) { self->told.release (); }), this);
  }
  ~Notice () { g_signal_handlers_disconnect_by_data (stream, this); }

  GstStream *stream;
  std::counting_semaphore<> told{0};
};

} // namespace

// Update track state, from the worker to the element; any thread may do it.
GST_START_TEST (what_the_worker_selects_is_selected_at_the_element)
{
  FourTracks t;
  Notice notice (gst_stream_collection_get_stream (t.streams, 1));
  auto track = audio_track (t.first);
  t.worker.run ([&] { gst_web_audio_track_set_enabled (track, FALSE); });
  notice.told.acquire ();
  fail_unless_equals_string (t.selected ().c_str (), "v2");
  t.worker.expect_events (
      "buffer.change element.change active.removesourcebuffer ");
  gst_web_audio_track_set_enabled (track, TRUE);
  notice.told.acquire ();
  fail_unless_equals_string (t.selected ().c_str (), "v12");
  t.worker.expect_events (
      "buffer.change element.change active.addsourcebuffer ");
  gst_object_unref (track);
}
GST_END_TEST;

GST_START_TEST (an_element_of_one_track_tells_of_its_selection)
{
  Worker worker;
  Pipeline pipeline ("webmsesrc name=s track=audio ! fakesink name=out");
  g_object_set (pipeline.get ("s"), "handle", worker.handle (), nullptr);
  pipeline.set_state (GST_STATE_READY);
  auto buffer = worker.add_file ("audio/mp4", media_bytes ("a.mp4"));
  pipeline.set_state (GST_STATE_PAUSED);
  GstPad *pad = gst_element_get_static_pad (pipeline.get ("s"), "src");
  GstStream *stream = gst_pad_get_stream (pad);
  fail_unless (is_selected (stream));
  {
    Notice notice (stream);
    auto track = audio_track (buffer);
    worker.run ([&] { gst_web_audio_track_set_enabled (track, FALSE); });
    notice.told.acquire ();
    gst_object_unref (track);
  }
  fail_unless (!is_selected (stream));
  gst_object_unref (stream);
  gst_object_unref (pad);
}
GST_END_TEST;

// removeSourceBuffer(), steps 3 to 8, at both sides.
GST_START_TEST (a_track_that_a_worker_removes_is_no_stream_any_more)
{
  FourTracks t;
  auto track = audio_track (t.second);
  t.worker.run ([&] {
    fail_unless (gst_web_media_source_remove_source_buffer (
        t.worker.source (), t.second, nullptr));
    fail_unless (gst_web_audio_track_get_source_buffer (track) == nullptr);
  });
  auto left = t.wait_streams (3);
  fail_unless (gst_stream_collection_get_stream (left, 1)
               == gst_stream_collection_get_stream (t.streams, 1));
  fail_unless (gst_stream_collection_get_stream (left, 2)
               == gst_stream_collection_get_stream (t.streams, 3));
  t.worker.expect_events (
      "buffer.removetrack buffer.change element.removetrack element.change "
      "active.removesourcebuffer removesourcebuffer ");
  gst_object_unref (left);
  gst_object_unref (track);
}
GST_END_TEST;

// Where it goes no lock is held: whoever hears of its end may ask for what that
// guards.
GST_START_TEST (a_collection_that_is_replaced_goes_without_a_lock)
{
  struct Look {
    GstPad *pad = nullptr;
    std::binary_semaphore added{0};
    std::atomic<bool> went{false};
  } look;
  WorkerPlayback t ("fakesink");
  // Nothing is sent, or the pad would have it, too.
  g_signal_connect (t.bin (), "pad-added",
      G_CALLBACK (+[] (GstElement *, GstPad *pad, Look *self) {
        gst_pad_add_probe (
            pad, GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM,
            [] (GstPad *, GstPadProbeInfo *, gpointer) {
              return GST_PAD_PROBE_OK;
            },
            nullptr, nullptr);
        if (self->pad)
          return;
        self->pad = GST_PAD (gst_object_ref (pad));
        self->added.release ();
      }),
      &look);
  t.worker.add_file ("video/mp4", media_bytes ("v.mp4"));
  t.pipeline.play ();
  GstStreamCollection *first = t.wait_streams (1);
  look.added.acquire ();
  g_object_weak_ref (
      G_OBJECT (first),
      [] (gpointer data, GObject *) {
        auto self = static_cast<Look *> (data);
        gst_caps_unref (gst_pad_query_caps (self->pad, nullptr));
        self->went = true;
      },
      &look);
  gst_object_unref (first);
  fail_unless (!look.went);
  t.worker.add_file ("audio/mp4", media_bytes ("a.mp4"));
  gst_object_unref (t.wait_streams (2));
  fail_unless (look.went);
  gst_object_unref (look.pad);
}
GST_END_TEST

static Suite *
worker_tracks_suite (void)
{
  Suite *suite = suite_create ("worker-tracks");
  TCase *tcase = tcase_create ("worker");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, what_a_worker_says_of_a_track_is_in_its_stream);
  tcase_add_test (
      tcase, what_is_selected_at_the_element_is_selected_at_the_worker);
  tcase_add_test (tcase, of_two_pictures_one_is_selected);
  tcase_add_test (tcase, an_element_of_one_track_takes_a_selection_too);
  tcase_add_test (tcase, what_the_worker_selects_is_selected_at_the_element);
  tcase_add_test (tcase, an_element_of_one_track_tells_of_its_selection);
  tcase_add_test (tcase, a_track_that_a_worker_removes_is_no_stream_any_more);
  tcase_add_test (tcase, a_collection_that_is_replaced_goes_without_a_lock);
  return suite;
}

GST_CHECK_MAIN (worker_tracks)
