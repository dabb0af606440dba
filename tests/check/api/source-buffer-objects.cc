// SPDX-License-Identifier: LGPL-2.1-or-later
// The objects of source buffers and of their tracks: the same each time, for as
// long as anybody can reach them.
#include "api/bridge.hh"
#include "support/check.hh"
#include "support/parse-recorder.hh"

#include <gst/webmedia/webmedia.h>

#include <functional>
#include <semaphore>
#include <thread>

using namespace webmedia;

namespace {

// Acts in the middle of an append, on its thread, when tracks are known.
struct Interrupter final : mse::PlayerObserver {
  void on_tracks () override
  {
    if (interrupt)
      interrupt ();
  }
  void on_duration () override {}
  void on_ended () override {}
  void on_error (const Error &) override {}

  std::function<void ()> interrupt;
};

struct Fixture {
  Fixture ()
      : source (Ptr<GstWebMediaSource>::adopt (gst_web_media_source_new ()))
  {
    GObject *handle =
        G_OBJECT (gst_web_media_source_get_handle (source.get ()));
    fail_unless (gst_web_bridge_attach (handle, &player, nullptr));
    player->set_observer (interrupter);
  }

  Ptr<GstWebSourceBuffer> add ()
  {
    auto buffer =
        Ptr<GstWebSourceBuffer>::adopt (gst_web_media_source_add_source_buffer (
            source.get (), "video/mp4", nullptr));
    fail_unless (bool (buffer));
    return buffer;
  }

  void remove (GstWebSourceBuffer *buffer)
  {
    fail_unless (gst_web_media_source_remove_source_buffer (
        source.get (), buffer, nullptr));
  }

  GstWebSourceBufferList *all ()
  {
    return gst_web_media_source_get_source_buffers (source.get ());
  }
  GstWebSourceBufferList *active ()
  {
    return gst_web_media_source_get_active_source_buffers (source.get ());
  }

  std::shared_ptr<Interrupter> interrupter = std::make_shared<Interrupter> ();
  std::shared_ptr<mse::Player> player;
  Ptr<GstWebMediaSource> source;
};

Ptr<GstWebSourceBuffer>
item (GstWebSourceBufferList *list, guint index)
{
  return Ptr<GstWebSourceBuffer>::adopt (
      gst_web_source_buffer_list_get (list, index));
}

Ptr<GstWebVideoTrack>
track_of (GstWebSourceBuffer *buffer)
{
  auto list = gst_web_source_buffer_get_video_tracks (buffer);
  return Ptr<GstWebVideoTrack>::adopt (gst_web_video_track_list_get (list, 0));
}

Ptr<GstBuffer>
media_data ()
{
  auto file = mse::read_media ("v.mp4");
  return Ptr<GstBuffer>::adopt (
      gst_buffer_new_memdup (file.data (), file.size ()));
}

void
run_context ()
{
  while (g_main_context_iteration (nullptr, FALSE)) {
  }
}

} // namespace

// It is in the list of active ones still, and hears of its own end. Nobody but
// the library has it. Another one's removal, of which the application hears
// only now, leaves it alone.
GST_START_TEST (one_that_waits_for_its_removal_stays_the_same)
{
  Fixture f;
  auto held = f.add ();
  gpointer object = held.get ();
  std::string events;
  const std::pair<const char *, GCallback> signals[] = {
      {"abort", G_CALLBACK (+[] (std::string *all) { *all += 'a'; })},
      {"update", G_CALLBACK (+[] (std::string *all) { *all += 'u'; })},
      {"updateend", G_CALLBACK (+[] (std::string *all) { *all += 'e'; })},
  };
  for (const auto &[name, callback] : signals)
    g_signal_connect_swapped (object, name, callback, &events);
  std::binary_semaphore reached{0}, go_on{0};
  f.interrupter->interrupt = [&, told = false] () mutable {
    if (std::exchange (told, true))
      return;
    reached.release ();
    go_on.acquire ();
  };
  fail_unless (gst_web_source_buffer_append_buffer (
      held.get (), media_data ().get (), nullptr));
  reached.acquire ();
  f.remove (f.add ().get ());

  std::thread remover ([&f, removed = std::move (held)] {
    f.remove (removed.get ()); // which waits for the append
  });
  while (gst_web_source_buffer_list_get_length (f.all ()) > 0)
    g_thread_yield ();
  run_context (); // the other one is gone
  fail_unless_equals_int (
      gst_web_source_buffer_list_get_length (f.active ()), 1);
  fail_unless (item (f.active (), 0).get () == object);

  go_on.release ();
  remover.join ();
  g_object_add_weak_pointer (G_OBJECT (object), &object);
  fail_unless_equals_string (events.c_str (), "");
  run_context ();
  fail_unless_equals_string (events.c_str (), "ae");
  // Nobody can reach it any more.
  fail_unless (object == nullptr);
  fail_unless_equals_int (
      gst_web_source_buffer_list_get_length (f.active ()), 0);
}
GST_END_TEST

namespace {

// An application that keeps nothing but its handlers.
struct Handlers {
  explicit Handlers (GstWebSourceBuffer *buffer) : object (buffer)
  {
    const std::pair<const char *, GCallback> signals[] = {
        {"update", G_CALLBACK (+[] (std::string *all) { *all += 'u'; })},
        {"updateend", G_CALLBACK (+[] (std::string *all) { *all += 'e'; })},
    };
    for (const auto &[name, callback] : signals)
      g_signal_connect_swapped (object, name, callback, &events);
    g_object_add_weak_pointer (G_OBJECT (object), &object);
  }

  std::string events;
  gpointer object;
};

// Its events wait in the context.
void
append_all (GstWebSourceBuffer *buffer)
{
  fail_unless (gst_web_source_buffer_append_buffer (
      buffer, media_data ().get (), nullptr));
  while (gst_web_source_buffer_get_updating (buffer))
    g_thread_yield ();
}

} // namespace

// Where the application hears of two removals in a row, the first one's end is
// not that of the other one.
GST_START_TEST (one_hears_all_before_its_own_removal_is_heard_of)
{
  Fixture f;
  auto first = f.add (), second = f.add ();
  Handlers of_first (first.get ()), of_second (second.get ());
  append_all (first.get ());
  f.remove (first.get ());
  append_all (second.get ());
  f.remove (second.get ());
  first.reset ();
  second.reset ();
  run_context ();
  fail_unless_equals_string (of_first.events.c_str (), "ue");
  fail_unless_equals_string (of_second.events.c_str (), "ue");
  fail_unless (of_first.object == nullptr && of_second.object == nullptr);
}
GST_END_TEST

GST_START_TEST (one_that_cant_be_added_leaves_the_others_alone)
{
  Fixture f;
  auto removed = f.add ();
  Handlers handlers (removed.get ());
  append_all (removed.get ());
  f.remove (removed.get ());
  removed.reset ();
  fail_unless (gst_web_media_source_add_source_buffer (
                   f.source.get (), "video/unheard-of", nullptr)
               == nullptr);
  run_context ();
  fail_unless_equals_string (handlers.events.c_str (), "ue");
  fail_unless (handlers.object == nullptr);
}
GST_END_TEST

// Who has a list can reach what is in it.
GST_START_TEST (they_outlast_the_media_source_with_its_lists)
{
  Fixture f;
  auto buffer = f.add ();
  fail_unless (gst_web_source_buffer_append_buffer_sync (
      buffer.get (), media_data ().get (), nullptr));
  auto all = Ptr<GstWebSourceBufferList>::share (f.all ());
  auto active = Ptr<GstWebSourceBufferList>::share (f.active ());
  auto track = track_of (buffer.get ());
  f.source.reset ();
  fail_unless (item (all.get (), 0).get () == buffer.get ());
  fail_unless (item (active.get (), 0).get () == buffer.get ());
  fail_unless (track_of (buffer.get ()).get () == track.get ());
}
GST_END_TEST

// When the element has played it and goes, no list leads to it any more: also
// where one is kept by what it calls itself.
GST_START_TEST (after_the_media_source_they_go_with_the_element)
{
  Fixture f;
  auto buffer = f.add ();
  fail_unless (gst_web_source_buffer_append_buffer_sync (
      buffer.get (), media_data ().get (), nullptr));
  fail_unless (gst_web_media_source_end_of_stream (
      f.source.get (), GST_WEB_END_OF_STREAM_ERROR_NONE, nullptr));
  run_context ();
  auto all = Ptr<GstWebSourceBufferList>::share (f.all ());
  g_signal_connect_data (
      buffer.get (), "updateend",
      G_CALLBACK (+[] (GstWebSourceBuffer *, GObject *) {}),
      g_object_ref (f.active ()),
      [] (gpointer list, GClosure *) { g_object_unref (list); },
      GConnectFlags (0));
  gpointer object = buffer.get (), active = f.active ();
  g_object_add_weak_pointer (G_OBJECT (object), &object);
  g_object_add_weak_pointer (G_OBJECT (active), &active);
  buffer.reset ();
  f.source.reset ();
  run_context ();
  fail_unless (object != nullptr && active != nullptr); // it may play
  f.player.reset ();
  run_context ();
  fail_unless (object == nullptr);
  fail_unless (active == nullptr);
}
GST_END_TEST

// A source buffer keeps its tracks when the element is detached.
GST_START_TEST (a_track_of_one_that_is_gone_stays_the_same)
{
  Fixture f;
  auto buffer = f.add ();
  fail_unless (gst_web_source_buffer_append_buffer_sync (
      buffer.get (), media_data ().get (), nullptr));
  auto before = track_of (buffer.get ());
  f.player.reset ();
  run_context ();
  fail_unless (track_of (buffer.get ()).get () == before.get ());
  gpointer last = before.get ();
  g_object_add_weak_pointer (G_OBJECT (last), &last);
  before.reset ();
  fail_unless (last == nullptr); // whoever has it keeps it
  auto after = track_of (buffer.get ());
  fail_unless (bool (after));
  fail_unless (track_of (buffer.get ()).get () == after.get ());
}
GST_END_TEST

static Suite *
source_buffer_objects_suite ()
{
  Suite *suite = suite_create ("api/source-buffer-objects");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, one_that_waits_for_its_removal_stays_the_same);
  tcase_add_test (tcase, one_hears_all_before_its_own_removal_is_heard_of);
  tcase_add_test (tcase, one_that_cant_be_added_leaves_the_others_alone);
  tcase_add_test (tcase, they_outlast_the_media_source_with_its_lists);
  tcase_add_test (tcase, after_the_media_source_they_go_with_the_element);
  tcase_add_test (tcase, a_track_of_one_that_is_gone_stays_the_same);
  return suite;
}
GST_CHECK_MAIN (source_buffer_objects)
