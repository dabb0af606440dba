// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bench/seek.hh"

#include "bench/commands.hh"

#include <cstdio>
#include <glib.h>

namespace bench {

int
run_seek (int argc, char **argv)
{
  int seeks = 200;
  const GOptionEntry entries[] = {
      {"seeks", 0, 0, G_OPTION_ARG_INT, &seeks,
          "how many seeks while playing (200)", "N"},
      {},
  };
  GOptionContext *context = g_option_context_new ("- measure seeks");
  g_option_context_add_main_entries (context, entries, nullptr);
  GError *error = nullptr;
  bool parsed = g_option_context_parse (context, &argc, &argv, &error);
  if (!parsed)
    fprintf (stderr, "%s\n", error->message);
  g_clear_error (&error);
  g_option_context_free (context);
  if (!parsed)
    return 2;
  seek_in_buffer ();
  return seek_while_playing (seeks) ? 0 : 1;
}

} // namespace bench
