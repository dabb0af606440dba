// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bench/commands.hh"

#include <cstdio>
#include <cstring>
#include <gst/gst.h>

static const struct {
  const char *name;
  int (*run) (int argc, char **argv);
  const char *help;
} commands[] = {
    {"append", bench::run_append,
        "appends, beside memcpy, the demuxer, appsrc and Chromium"},
    {"audioworklet", bench::run_audioworklet,
        "a gain, beside volume, audioamplify, LADSPA, LV2 and identity"},
    {"constraints", bench::run_constraints,
        "settings of eight cameras with 200 modes each"},
    {"mediastream", bench::run_mediastream,
        "from pipeline to pipelines, beside queue, proxy, appsrc and inter"},
    {"seek", bench::run_seek,
        "lookups in ten hours, and seeks of a pipeline that plays"},
};

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  setvbuf (stdout, nullptr, _IOLBF, 0);
  for (const auto &command : commands)
    if (argc > 1 && !strcmp (argv[1], command.name))
      return command.run (argc - 1, argv + 1);

  bool asked = argc > 1 && !strcmp (argv[1], "--help");
  FILE *out = asked ? stdout : stderr;
  fprintf (out, "Usage: ./run bench NAME [OPTION...]\n\n");
  for (const auto &command : commands)
    fprintf (out, "  %-12s %s\n", command.name, command.help);
  fprintf (out, "\n`./run bench NAME --help` lists the options; "
                "docs/benchmarks.md says how to read what is printed.\n");
  return asked ? 0 : 2;
}
