// SPDX-License-Identifier: LGPL-2.1-or-later
#include "save.hh"

namespace demo {

namespace {

std::string
write_file (const std::string &path, const std::string &text)
{
  GError *error = nullptr;
  if (g_file_set_contents (
          path.c_str (), text.data (), gssize (text.size ()), &error))
    return "";
  std::string reason = error->message;
  g_error_free (error);
  return reason;
}

std::string
convert_to_png (const std::string &svg, const std::string &png)
{
  GError *error = nullptr;
  Ptr<GSubprocess> process (
      g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "rsvg-convert",
          "--unlimited", "--output", png.c_str (), svg.c_str (), nullptr));
  if (process)
    g_subprocess_wait_check (process.get (), nullptr, &error);
  if (!error)
    return "";
  std::string reason = std::string ("rsvg-convert: ") + error->message;
  g_error_free (error);
  return reason;
}

} // namespace

std::string
save_picture (const Svg &svg, const std::string &name)
{
  std::string path = name + ".svg";
  std::string problem = write_file (path, svg.finish ());
  return problem.empty () ? convert_to_png (path, name + ".png") : problem;
}

} // namespace demo
