// SPDX-License-Identifier: LGPL-2.1-or-later
// webmedia-demo-worklet: speech and a tone through processors of AudioWorklet,
// and a picture of the sound before and after. See --help.
#include "../demo/program.hh"
#include "sheet.hh"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <glib-unix.h>
#include <unistd.h>

namespace demo {

namespace {

constexpr guint kTickMilliseconds = 50;
// Far more than all of it takes: a demo that hangs must say so.
constexpr double kDeadline = 30;

struct Show {
  GMainLoop *loop;
  Chain chain;
  double begin = monotonic ();
  double next_line = 0; // where there is no terminal
  bool is_live = isatty (STDOUT_FILENO) != 0;
  std::string error{};

  void tick ();
  void show_levels ();
};

// From -60 dB to 0.
std::string
bar (double rms, double peak)
{
  constexpr int kCells = 30;
  auto place = [] (double level) {
    const double decibels = 20 * std::log10 (std::max (level, 1e-6));
    return int (std::clamp ((decibels + 60) / 60, 0.0, 1.0) * kCells);
  };
  std::string text;
  for (int i = 0; i < kCells; i++)
    text += i < place (rms) ? "█" : i + 1 == place (peak) ? "│" : "·";
  return text;
}

void
Show::show_levels ()
{
  const Levels levels = chain.levels ();
  const std::string line = format ("%5.2f s  L %s  R %s  %zu levels",
      chain.position (), bar (levels.rms[0], levels.peak[0]).c_str (),
      bar (levels.rms[1], levels.peak[1]).c_str (), chain.received ());
  if (is_live)
    g_print ("\r%s", line.c_str ());
  else if (chain.position () >= next_line) {
    g_print ("%s\n", line.c_str ());
    next_line += 1;
  }
}

void
Show::tick ()
{
  const size_t sent = chain.sent ().size ();
  const bool plays = chain.tick ();
  show_levels ();
  for (size_t i = sent; i < chain.sent ().size (); i++)
    g_print ("%s%5.2f s  to %s\n", is_live ? "\r\033[K" : "",
        chain.sent ()[i].time, chain.sent ()[i].text.c_str ());
  error = chain.error ();
  if (plays && monotonic () - begin > kDeadline)
    error = format ("it did not end in %.0f s", kDeadline);
  if (!plays || !error.empty ())
    g_main_loop_quit (loop);
}

// Plays it, and draws it. An error message, or an empty string.
std::string
run (const std::string &out)
{
  GMainLoop *loop = g_main_loop_new (nullptr, FALSE);
  Show show{.loop = loop, .chain = {}};
  std::string problem = show.chain.play ();
  if (!problem.empty ())
    return problem;
  auto on_tick = [] (gpointer data) -> gboolean {
    static_cast<Show *> (data)->tick ();
    return G_SOURCE_CONTINUE;
  };
  auto on_interrupt = [] (gpointer data) -> gboolean {
    auto interrupted = static_cast<Show *> (data);
    interrupted->error = "interrupted";
    g_main_loop_quit (interrupted->loop);
    return G_SOURCE_CONTINUE;
  };
  const guint ticks = g_timeout_add (kTickMilliseconds, on_tick, &show);
  const guint signals = g_unix_signal_add (SIGINT, on_interrupt, &show);
  g_main_loop_run (loop);
  g_source_remove (signals);
  g_source_remove (ticks);
  g_main_loop_unref (loop);
  g_print ("\n");
  if (!show.error.empty ())
    return show.error;
  if (show.chain.received () < size_t (kLength * 10))
    return format ("the meter sent %zu levels only", show.chain.received ());
  const std::string name = out + "/demo-audioworklet";
  problem = write_sheet (show.chain, name);
  if (problem.empty ())
    g_print ("The picture: %s.png, %s.svg\n", name.c_str (), name.c_str ());
  return problem;
}

} // namespace

} // namespace demo

int
main (int argc, char **argv)
{
  return demo::run_program (
      {.name = "webmedia-demo-worklet",
          .summary =
              "Speech and a tone go through processors of AudioWorklet. Time "
              "lines drive their\nparameters, messages go both ways, and the "
              "levels are shown meanwhile. Ends by\nitself in ten seconds, "
              "with a picture of the sound before and after.",
          .files = "demo-audioworklet.png and .svg",
          .run = demo::run},
      argc, argv);
}
