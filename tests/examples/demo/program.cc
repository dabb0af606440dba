// SPDX-License-Identifier: LGPL-2.1-or-later
#include "program.hh"

#include "util.hh"

#include <clocale>

namespace demo {

namespace {

// The folder; null: an error message was printed.
Ptr<gchar>
parse_arguments (const Program &program, int argc, char **argv)
{
  gchar *out = nullptr;
  const std::string files = std::string ("Where ") + program.files + " go (.)";
  const GOptionEntry entries[] = {
      {"out", 0, 0, G_OPTION_ARG_FILENAME, &out, files.c_str (), "DIR"},
      {},
  };
  GOptionContext *context = g_option_context_new (nullptr);
  g_option_context_set_summary (context, program.summary);
  g_option_context_add_main_entries (context, entries, nullptr);
  g_option_context_add_group (context, gst_init_get_option_group ());
  GError *error = nullptr;
  g_option_context_parse (context, &argc, &argv, &error);
  if (!error && argc > 1)
    error = g_error_new (G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "%s: no such option; see --help", argv[1]);
  g_option_context_free (context);
  Ptr<gchar> folder (out ? out : g_strdup ("."));
  if (!error)
    return folder;
  g_printerr ("%s: %s\n", program.name, error->message);
  g_error_free (error);
  return nullptr;
}

} // namespace

int
run_program (const Program &program, int argc, char **argv)
{
  setlocale (LC_ALL, "");
  setlocale (LC_NUMERIC, "C"); // of numbers in SVG
  const Ptr<gchar> out = parse_arguments (program, argc, argv);
  if (!out)
    return 2;
  const std::string problem =
      g_mkdir_with_parents (out.get (), 0777) == 0
          ? program.run (out.get ())
          : std::string ("cannot make the folder ") + out.get ();
  if (problem.empty ())
    return 0;
  g_printerr ("%s: %s\n", program.name, problem.c_str ());
  return 1;
}

} // namespace demo
