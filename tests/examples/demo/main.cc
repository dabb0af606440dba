// SPDX-License-Identifier: LGPL-2.1-or-later
// webmedia-demo: two worker threads append, two pipelines play, and a picture
// shows what happened. See --help.
#include "picture.hh"
#include "session.hh"

#include <array>
#include <clocale>
#include <csignal>
#include <glib-unix.h>

namespace demo {

namespace {

constexpr guint kTickMilliseconds = 50;

// Far more than all of it takes: a demo that hangs must say so.
constexpr double kDeadline = 55;

// Into the unknown, where the pipeline has to wait; and back a little, to
// where all is still there. None of the targets is a keyframe.
constexpr std::array<Script, 2> kScripts{{
    {{.ahead = 8, .behind = 4, .swapped = 2, .better_at = 4}, 9, 18.4},
    {{.ahead = 6, .behind = 5, .swapped = 4, .better_at = 0}, 11, 8.2},
}};

struct Options {
  std::string out = ".";
  std::string media = DEMO_MEDIA_DIR;
  bool show = false;
};

struct Show {
  GMainLoop *loop;
  double begin;
  Terminal &terminal;
  std::vector<std::unique_ptr<Session>> sessions;
  std::string error;
};

gboolean
tick (gpointer data)
{
  auto show = static_cast<Show *> (data);
  double wall = monotonic () - show->begin;
  bool over = true;
  std::vector<Progress> lines;
  for (const auto &session : show->sessions) {
    session->tick ();
    lines.push_back (session->progress ());
    over &= session->is_over ();
    if (show->error.empty ())
      show->error = session->error ();
  }
  show->terminal.show (wall, lines);
  if (!over && wall > kDeadline)
    show->error = format ("playback did not end in %.0f s", kDeadline);
  if (over || !show->error.empty ())
    g_main_loop_quit (show->loop);
  return G_SOURCE_CONTINUE;
}

// Control-C: the terminal is put in order on the way out.
gboolean
interrupt (gpointer data)
{
  auto show = static_cast<Show *> (data);
  show->error = "interrupted";
  g_main_loop_quit (show->loop);
  return G_SOURCE_CONTINUE;
}

// Plays all, and draws it. An error message, or an empty string.
std::string
run (const Options &options)
{
  if (options.show && !g_getenv ("DISPLAY") && !g_getenv ("WAYLAND_DISPLAY"))
    return "--show needs a display: neither DISPLAY nor WAYLAND_DISPLAY is set";
  std::string error;
  std::vector<Presentation> media = load_media (options.media, error);
  if (!error.empty ())
    return error;
  if (g_mkdir_with_parents (options.out.c_str (), 0777) != 0)
    return "cannot make the folder " + options.out;

  GMainLoop *loop = g_main_loop_new (nullptr, FALSE);
  Terminal terminal;
  Show show{loop, monotonic (), terminal, {}, ""};
  for (size_t i = 0; i < media.size (); i++)
    show.sessions.push_back (std::make_unique<Session> (
        media[i], kScripts[i], show.begin, options.show, terminal));
  guint ticks = g_timeout_add (kTickMilliseconds, tick, &show);
  guint signals = g_unix_signal_add (SIGINT, interrupt, &show);
  g_main_loop_run (loop);
  g_source_remove (signals);
  g_source_remove (ticks);
  g_main_loop_unref (loop);
  if (!show.error.empty ())
    return show.error;

  std::vector<const Timeline *> timelines;
  for (const auto &session : show.sessions) {
    const Timeline &timeline = session->timeline ();
    timelines.push_back (&timeline);
    std::string fault = find_fault (timeline);
    if (!fault.empty ())
      error = timeline.name + ": " + fault;
    g_print ("%-5s %zu frames displayed, %zu buffers of sound played\n",
        timeline.name.c_str (), timeline.video.size (), timeline.audio.size ());
  }
  std::string problem = write_picture (timelines, options.out);
  if (problem.empty ())
    g_print ("The picture: %s/demo.png, %s/demo.svg\n", options.out.c_str (),
        options.out.c_str ());
  return error.empty () ? problem : error;
}

// False when the program has nothing more to do, with its exit status.
bool
parse_arguments (int argc, char **argv, Options &options, int &status)
{
  gchar *out = nullptr, *media = nullptr;
  gboolean show = FALSE;
  const GOptionEntry entries[] = {
      {"show", 0, 0, G_OPTION_ARG_NONE, &show,
          "Play to the screen and the loudspeaker too", nullptr},
      {"out", 0, 0, G_OPTION_ARG_FILENAME, &out,
          "Where demo.png and demo.svg go (.)", "DIR"},
      {"media", 0, 0, G_OPTION_ARG_FILENAME, &media, "Where the media is kept",
          "DIR"},
      {},
  };
  GOptionContext *context = g_option_context_new (nullptr);
  g_option_context_set_summary (context,
      "Two worker threads append media like adaptive players; the "
      "application's "
      "thread\ngets their MediaSources' handles by message ports and plays "
      "them. Ends by itself\nin half a minute, with a picture of what "
      "happened.");
  g_option_context_add_main_entries (context, entries, nullptr);
  g_option_context_add_group (context, gst_init_get_option_group ());
  GError *error = nullptr;
  bool good = g_option_context_parse (context, &argc, &argv, &error);
  if (good && argc > 1) {
    good = false;
    error = g_error_new (G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "%s: no such option; see --help", argv[1]);
  }
  if (!good) {
    g_printerr ("webmedia-demo: %s\n", error->message);
    g_error_free (error);
    status = 2;
  }
  options.show = show;
  if (out)
    options.out = out;
  if (media)
    options.media = media;
  g_free (out);
  g_free (media);
  g_option_context_free (context);
  return good;
}

} // namespace

} // namespace demo

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  setlocale (LC_NUMERIC, "C"); // of numbers in SVG
  demo::Options options;
  int status = 0;
  if (!demo::parse_arguments (argc, argv, options, status))
    return status;
  std::string error = demo::run (options);
  if (error.empty ())
    return 0;
  g_printerr ("webmedia-demo: %s\n", error.c_str ());
  return 1;
}
