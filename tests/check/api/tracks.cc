// SPDX-License-Identifier: LGPL-2.1-or-later
// Track objects and their lists, as an application with a main loop sees them.
#include "api/bridge.hh"
#include "support/check.hh"
#include "support/isobmff-writer.hh"
#include "support/parse-recorder.hh"

#include <gst/webmedia/webmedia.h>

using namespace webmedia;

namespace {

// An open media source, and a record of its lists' signals.
struct Fixture {
  Fixture ()
      : source (Ptr<GstWebMediaSource>::adopt (gst_web_media_source_new ()))
  {
    GstWebMediaSourceHandle *handle =
        gst_web_media_source_get_handle (source.get ());
    fail_unless (gst_web_bridge_attach (G_OBJECT (handle), &player, nullptr));
    run_context ();
    connect (gst_web_media_source_get_audio_tracks (source.get ()), "element");
    connect (gst_web_media_source_get_video_tracks (source.get ()), "element");
    connect (gst_web_media_source_get_text_tracks (source.get ()), "element");
    connect_buffers (
        gst_web_media_source_get_active_source_buffers (source.get ()));
  }

  Ptr<GstWebSourceBuffer> add (const char *type, const char *file)
  {
    auto buffer = Ptr<GstWebSourceBuffer>::adopt (
        gst_web_media_source_add_source_buffer (source.get (), type, nullptr));
    fail_unless (bool (buffer));
    connect (gst_web_source_buffer_get_audio_tracks (buffer.get ()), "buffer");
    connect (gst_web_source_buffer_get_video_tracks (buffer.get ()), "buffer");
    connect (gst_web_source_buffer_get_text_tracks (buffer.get ()), "buffer");
    std::vector<uint8_t> bytes = mse::read_media (file);
    auto data = Ptr<GstBuffer>::adopt (
        gst_buffer_new_memdup (bytes.data (), bytes.size ()));
    fail_unless (gst_web_source_buffer_append_buffer_sync (
        buffer.get (), data.get (), nullptr));
    return buffer;
  }

  void connect (gpointer list, const char *name)
  {
    g_object_set_data (G_OBJECT (list), "name", const_cast<char *> (name));
    g_signal_connect (list, "addtrack",
        G_CALLBACK (+[] (GObject *emitter, GObject *track, gpointer self) {
          static_cast<Fixture *> (self)->note (emitter, "addtrack", track);
        }),
        this);
    g_signal_connect (list, "removetrack",
        G_CALLBACK (+[] (GObject *emitter, GObject *track, gpointer self) {
          static_cast<Fixture *> (self)->note (emitter, "removetrack", track);
        }),
        this);
    g_signal_connect (list, "change",
        G_CALLBACK (+[] (GObject *emitter, gpointer self) {
          static_cast<Fixture *> (self)->note (emitter, "change");
        }),
        this);
  }

  void connect_buffers (GstWebSourceBufferList *list)
  {
    g_object_set_data (G_OBJECT (list), "name", const_cast<char *> ("active"));
    g_signal_connect (list, "addsourcebuffer",
        G_CALLBACK (+[] (GObject *emitter, gpointer self) {
          static_cast<Fixture *> (self)->note (emitter, "add");
        }),
        this);
    g_signal_connect (list, "removesourcebuffer",
        G_CALLBACK (+[] (GObject *emitter, gpointer self) {
          static_cast<Fixture *> (self)->note (emitter, "remove");
        }),
        this);
  }

  void note (GObject *list, const char *event, GObject *track = nullptr)
  {
    events += static_cast<const char *> (g_object_get_data (list, "name"));
    events += std::string (".") + event;
    if (track)
      events += std::string (" ") + G_OBJECT_TYPE_NAME (track);
    events += '\n';
  }

  static void run_context ()
  {
    while (g_main_context_iteration (nullptr, FALSE)) {
    }
  }

  void expect_events (const char *expected)
  {
    run_context ();
    fail_unless_equals_string (events.c_str (), expected);
    events.clear ();
  }

  std::shared_ptr<mse::Player> player;
  Ptr<GstWebMediaSource> source;
  std::string events;
};

template <typename T>
Ptr<T>
own (T *object)
{
  return Ptr<T>::adopt (object);
}

} // namespace

GST_START_TEST (tracks_come_with_the_first_initialization_segment)
{
  Fixture f;
  auto buffer = f.add ("video/mp4", "av.mp4");
  f.expect_events ("buffer.addtrack GstWebAudioTrack\n"
                   "element.addtrack GstWebAudioTrack\n"
                   "buffer.addtrack GstWebVideoTrack\n"
                   "element.addtrack GstWebVideoTrack\n"
                   "active.add\n");
  auto list = gst_web_source_buffer_get_audio_tracks (buffer.get ());
  fail_unless_equals_int (gst_web_audio_track_list_get_length (list), 1);
  auto track = own (gst_web_audio_track_list_get (list, 0));
  fail_unless (gst_web_audio_track_list_get (list, 1) == nullptr);
  // The same object each time, at both lists.
  auto everything = gst_web_media_source_get_audio_tracks (f.source.get ());
  const char *id = gst_web_audio_track_get_id (track.get ());
  fail_unless (*id != 0);
  fail_unless (own (gst_web_audio_track_list_get_by_id (everything, id)).get ()
               == track.get ());
  fail_unless (gst_web_audio_track_list_get_by_id (everything, "?") == nullptr);
  fail_unless (gst_web_audio_track_get_enabled (track.get ()));
  fail_unless_equals_string (
      gst_web_audio_track_get_kind (track.get ()), "main");
  auto pictures = own (gst_web_video_track_list_get (
      gst_web_source_buffer_get_video_tracks (buffer.get ()), 0));
  fail_unless_equals_string (
      gst_web_video_track_get_kind (pictures.get ()), "main");
  fail_unless (own (gst_web_audio_track_get_source_buffer (track.get ())).get ()
               == buffer.get ());
}
GST_END_TEST

GST_START_TEST (label_and_language_are_those_of_the_file)
{
  Fixture f;
  auto buffer = own (gst_web_media_source_add_source_buffer (
      f.source.get (), "audio/mp4", nullptr));
  mse::TrackSpec spec = mse::audio_track (1);
  spec.language = "deu";
  mse::Bytes bytes = mse::initialization_segment ({spec});
  auto data = own (gst_buffer_new_memdup (bytes.data (), bytes.size ()));
  fail_unless (gst_web_source_buffer_append_buffer_sync (
      buffer.get (), data.get (), nullptr));
  auto track = own (gst_web_audio_track_list_get (
      gst_web_source_buffer_get_audio_tracks (buffer.get ()), 0));
  fail_unless_equals_string (
      gst_web_audio_track_get_language (track.get ()), "de");
  fail_unless_equals_string (
      gst_web_audio_track_get_label (track.get ()), "A label");
  char *label = nullptr, *language = nullptr;
  g_object_get (track.get (), "label", &label, "language", &language, nullptr);
  fail_unless_equals_string (label, "A label");
  fail_unless_equals_string (language, "de");
  g_free (label);
  g_free (language);
}
GST_END_TEST

GST_START_TEST (what_plays_rules_which_source_buffers_are_active)
{
  Fixture f;
  auto audio = f.add ("audio/mp4", "a.mp4");
  auto video = f.add ("video/mp4", "v.mp4");
  Fixture::run_context ();
  f.events.clear ();
  auto sound = own (gst_web_audio_track_list_get (
      gst_web_media_source_get_audio_tracks (f.source.get ()), 0));
  auto pictures = own (gst_web_video_track_list_get (
      gst_web_media_source_get_video_tracks (f.source.get ()), 0));
  gst_web_audio_track_set_enabled (sound.get (), FALSE);
  f.expect_events ("buffer.change\nelement.change\nactive.remove\n");
  auto active =
      gst_web_media_source_get_active_source_buffers (f.source.get ());
  fail_unless_equals_int (gst_web_source_buffer_list_get_length (active), 1);
  fail_unless (
      own (gst_web_source_buffer_list_get (active, 0)).get () == video.get ());
  g_object_set (sound.get (), "enabled", TRUE, nullptr);
  g_object_set (pictures.get (), "selected", FALSE, nullptr);
  f.expect_events ("buffer.change\nelement.change\nactive.add\n"
                   "buffer.change\nelement.change\nactive.remove\n");
  fail_unless (
      own (gst_web_source_buffer_list_get (active, 0)).get () == audio.get ());
}
GST_END_TEST

GST_START_TEST (selected_index_follows_the_selection)
{
  Fixture f;
  f.add ("video/mp4", "v.mp4");
  f.add ("video/webm", "vp9.webm");
  auto list = gst_web_media_source_get_video_tracks (f.source.get ());
  fail_unless_equals_int (
      gst_web_video_track_list_get_selected_index (list), 0);
  auto other = own (gst_web_video_track_list_get (list, 1));
  gst_web_video_track_set_selected (other.get (), FALSE);
  gst_web_video_track_set_selected (other.get (), TRUE);
  gint selected = -2;
  g_object_get (list, "selected-index", &selected, nullptr);
  fail_unless_equals_int (selected, 1);
  gst_web_video_track_set_selected (other.get (), FALSE);
  fail_unless_equals_int (
      gst_web_video_track_list_get_selected_index (list), -1);
}
GST_END_TEST

GST_START_TEST (text_tracks_have_a_mode)
{
  Fixture f;
  auto buffer = f.add ("video/mp4", "webvtt.mp4");
  f.expect_events ("buffer.addtrack GstWebTextTrack\n"
                   "element.addtrack GstWebTextTrack\n");
  auto track = own (gst_web_text_track_list_get (
      gst_web_source_buffer_get_text_tracks (buffer.get ()), 0));
  fail_unless_equals_int (gst_web_text_track_get_mode (track.get ()),
      GST_WEB_TEXT_TRACK_MODE_DISABLED);
  fail_unless_equals_int (gst_web_text_track_get_kind (track.get ()),
      GST_WEB_TEXT_TRACK_KIND_SUBTITLES);
  gst_web_text_track_set_mode (track.get (), GST_WEB_TEXT_TRACK_MODE_SHOWING);
  f.expect_events ("buffer.change\nelement.change\nactive.add\n");
  fail_unless_equals_int (gst_web_text_track_get_mode (track.get ()),
      GST_WEB_TEXT_TRACK_MODE_SHOWING);
}
GST_END_TEST

GST_START_TEST (tracks_go_with_their_source_buffer)
{
  Fixture f;
  auto buffer = f.add ("audio/mp4", "a.mp4");
  auto list = gst_web_source_buffer_get_audio_tracks (buffer.get ());
  auto track = own (gst_web_audio_track_list_get (list, 0));
  Fixture::run_context ();
  f.events.clear ();
  fail_unless (gst_web_media_source_remove_source_buffer (
      f.source.get (), buffer.get (), nullptr));
  f.expect_events ("buffer.removetrack GstWebAudioTrack\nbuffer.change\n"
                   "element.removetrack GstWebAudioTrack\nelement.change\n"
                   "active.remove\n");
  fail_unless_equals_int (gst_web_audio_track_list_get_length (list), 0);
  fail_unless (gst_web_audio_track_get_source_buffer (track.get ()) == nullptr);
  // It is of no use any more, and of no harm.
  gst_web_audio_track_set_enabled (track.get (), FALSE);
  fail_unless (!gst_web_audio_track_get_enabled (track.get ()));
  f.expect_events ("");
}
GST_END_TEST

GST_START_TEST (lists_and_tracks_outlive_their_media_source)
{
  Ptr<GstWebVideoTrackList> list;
  Ptr<GstWebVideoTrack> track;
  {
    Fixture f;
    f.add ("video/mp4", "v.mp4");
    auto of_source = gst_web_media_source_get_video_tracks (f.source.get ());
    g_signal_handlers_disconnect_by_data (of_source, &f);
    list = Ptr<GstWebVideoTrackList>::share (of_source);
    track = own (gst_web_video_track_list_get (of_source, 0));
  }
  fail_unless_equals_int (gst_web_video_track_list_get_length (list.get ()), 0);
  fail_unless (gst_web_video_track_list_get (list.get (), 0) == nullptr);
  fail_unless (gst_web_video_track_get_source_buffer (track.get ()) == nullptr);
  gst_web_video_track_set_selected (track.get (), FALSE);
}
GST_END_TEST

GST_START_TEST (objects_that_nothing_made_have_nothing)
{
  const GType types[] = {GST_TYPE_WEB_AUDIO_TRACK, GST_TYPE_WEB_VIDEO_TRACK,
      GST_TYPE_WEB_TEXT_TRACK};
  for (GType type : types) {
    auto object =
        own (G_OBJECT (gst_object_ref_sink (g_object_new (type, nullptr))));
    gchar *id, *language;
    GObject *buffer;
    g_object_get (object.get (), "id", &id, "language", &language,
        "source-buffer", &buffer, nullptr);
    fail_unless_equals_string (id, "");
    fail_unless_equals_string (language, "");
    fail_unless (buffer == nullptr);
    g_free (id);
    g_free (language);
  }
  auto list = own (GST_WEB_AUDIO_TRACK_LIST (gst_object_ref_sink (
      g_object_new (GST_TYPE_WEB_AUDIO_TRACK_LIST, nullptr))));
  fail_unless_equals_int (gst_web_audio_track_list_get_length (list.get ()), 0);
}
GST_END_TEST

static Suite *
tracks_suite ()
{
  Suite *suite = suite_create ("tracks");
  TCase *tcase = tcase_create ("tracks");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, tracks_come_with_the_first_initialization_segment);
  tcase_add_test (tcase, label_and_language_are_those_of_the_file);
  tcase_add_test (tcase, what_plays_rules_which_source_buffers_are_active);
  tcase_add_test (tcase, selected_index_follows_the_selection);
  tcase_add_test (tcase, text_tracks_have_a_mode);
  tcase_add_test (tcase, tracks_go_with_their_source_buffer);
  tcase_add_test (tcase, lists_and_tracks_outlive_their_media_source);
  tcase_add_test (tcase, objects_that_nothing_made_have_nothing);
  return suite;
}

GST_CHECK_MAIN (tracks)
