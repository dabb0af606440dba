// SPDX-License-Identifier: LGPL-2.1-or-later
// `mediastream`: from one pipeline into others.
#include "bench/mediastream.hh"

#include "bench/commands.hh"

#include <cstdio>
#include <cstring>
#include <glib.h>

namespace bench {

namespace {

const struct {
  const char *name;
  void (*measure) (const StreamOptions &options);
} parts[] = {
    {"cost", measure_cost},
    {"latency", measure_latency},
    {"join", measure_joiner},
    {"slow", measure_slow},
    {"end", measure_end},
};

} // namespace

std::vector<std::unique_ptr<Transport>>
StreamOptions::contenders () const
{
  std::vector<std::unique_ptr<Transport>> all;
  for (auto make : {make_streams, make_queue, make_proxy, make_app, make_inter})
    if (auto made = make (); wants (made->name ()))
      all.push_back (std::move (made));
  return all;
}

static bool
parse_options (int argc, char **argv, StreamOptions &options, std::string &part)
{
  gboolean alone = FALSE;
  char *names[3] = {};
  const GOptionEntry entries[] = {
      {"part", 0, 0, G_OPTION_ARG_STRING, &names[0],
          "only this: cost, latency, join, slow, end", "NAME"},
      {"contender", 0, 0, G_OPTION_ARG_STRING, &names[1],
          "only this: webmedia, queue, proxy, appsrc, inter", "NAME"},
      {"medium", 0, 0, G_OPTION_ARG_STRING, &names[2],
          "only this, of cost and latency: audio, video", "NAME"},
      {"consumers", 0, 0, G_OPTION_ARG_INT, &options.consumers,
          "only so many, of cost and latency (1 and 8)", "N"},
      {"alone", 0, 0, G_OPTION_ARG_NONE, &alone,
          "no runs of the queue between: for a profiler", nullptr},
      {"rounds", 0, 0, G_OPTION_ARG_INT, &options.rounds,
          "rounds (9 of cost, 5 of latency and join, 1 of slow, 20 of end)",
          "N"},
      {"seconds", 0, 0, G_OPTION_ARG_DOUBLE, &options.seconds,
          "time of a run (0.5 of cost and join, 1 of latency, 5 of slow)", "S"},
      {},
  };
  GOptionContext *context =
      g_option_context_new ("- measure what goes from pipeline to pipeline");
  g_option_context_add_main_entries (context, entries, nullptr);
  GError *error = nullptr;
  bool parsed = g_option_context_parse (context, &argc, &argv, &error);
  if (!parsed)
    fprintf (stderr, "%s\n", error->message);
  g_clear_error (&error);
  g_option_context_free (context);
  std::string *const texts[] = {&part, &options.contender, &options.medium};
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    *texts[i] = names[i] ? names[i] : "";
  for (char *name : names)
    g_free (name);
  options.alone = alone;
  if (parsed && options.contenders ().empty ()) {
    fprintf (stderr, "no such contender\n");
    parsed = false;
  }
  return parsed;
}

int
run_mediastream (int argc, char **argv)
{
  StreamOptions options;
  std::string wanted;
  if (!parse_options (argc, argv, options, wanted))
    return 2;
  bool known = false;
  for (const auto &part : parts)
    if (wanted.empty () || wanted == part.name) {
      known = true;
      part.measure (options);
    }
  return known ? 0 : 2;
}

} // namespace bench
