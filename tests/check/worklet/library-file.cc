// SPDX-License-Identifier: LGPL-2.1-or-later
// What is no library that can be loaded, and would crash or hold up the loader.
#include "worklet/library-file.hh"

#include "support/check.hh"

#include <cstring>
#include <glib/gstdio.h>
#include <string>
#include <sys/stat.h>

using namespace webmedia;
using worklet::check_library_file;

namespace {

// A file of this name, in a folder of its own.
class Folder {
public:
  Folder () : path_ (g_dir_make_tmp ("library-file-XXXXXX", nullptr)) {}
  ~Folder ()
  {
    g_unlink (file ().c_str ());
    g_rmdir (path_);
    g_free (path_);
  }
  Folder (const Folder &) = delete;
  Folder &operator= (const Folder &) = delete;

  std::string file () const { return std::string (path_) + "/module.so"; }
  std::string write (const std::string &bytes) const
  {
    fail_unless (g_file_set_contents (
        file ().c_str (), bytes.data (), gssize (bytes.size ()), nullptr));
    return file ();
  }

private:
  gchar *const path_;
};

std::string
read_module ()
{
  const std::string path =
      std::string (g_getenv ("WEBMEDIA_TEST_MODULES")) + "/libworklet-gain.so";
  gchar *bytes;
  gsize size;
  fail_unless (g_file_get_contents (path.c_str (), &bytes, &size, nullptr));
  const std::string contents (bytes, size);
  g_free (bytes);
  return contents;
}

void
check_refused (const std::string &path, const char *mention)
{
  const Result<> result = check_library_file (path);
  fail_if (bool (result), "%s is taken", path.c_str ());
  fail_unless (result.error ().code == ErrorCode::abort);
  fail_unless (strstr (result.error ().message.c_str (), mention) != nullptr
                   && strstr (result.error ().message.c_str (), path.c_str ())
                          != nullptr,
      "%s", result.error ().message.c_str ());
}

} // namespace

GST_START_TEST (what_is_no_file_is_told)
{
  const Folder folder;
  check_refused (folder.file (), "There is no file");
  check_refused (folder.file (), "nor another library in its folder");
  check_refused (folder.file () + "/module.so", "nor its folder");
  const std::string modules = g_getenv ("WEBMEDIA_TEST_MODULES");
  check_refused (modules + "/libgain.so", "its folder has: ");
  check_refused (modules + "/libgain.so", ", libworklet-gain.so");
  check_refused ("/", "is a directory");
  check_refused ("/dev/null", "is a device or a pipe");
  // Nobody writes to it: who opens it to read would wait.
  fail_unless (mkfifo (folder.file ().c_str (), 0600) == 0);
  check_refused (folder.file (), "is a device or a pipe");
}
GST_END_TEST

GST_START_TEST (what_has_been_cut_off_is_told)
{
  const Folder folder;
  const std::string module = read_module ();
  fail_unless (bool (check_library_file (folder.write (module))));
  // Its parts are named in the first thousand bytes.
  size_t refused = 0;
  for (size_t size = 1024; size < module.size (); size += 1024) {
    folder.write (module.substr (0, size));
    if (check_library_file (folder.file ()))
      break;
    check_refused (folder.file (), "is cut off");
    refused++;
  }
  fail_unless (refused >= 2, "%zu", refused);
}
GST_END_TEST

// The loader tells what is wrong.
GST_START_TEST (what_is_no_library_at_all_is_left_to_the_loader)
{
  const Folder folder;
  const std::string module = read_module ();
  for (size_t size : {0, 1, 4, 16, 63})
    fail_unless (
        bool (check_library_file (folder.write (module.substr (0, size)))));
  fail_unless (bool (check_library_file (folder.write ("export default 1"))));
  fail_unless (
      bool (check_library_file (folder.write (std::string (100000, '\x7f')))));
}
GST_END_TEST

static Suite *
library_file_suite (void)
{
  Suite *suite = suite_create ("worklet/library-file");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, what_is_no_file_is_told);
  tcase_add_test (tcase, what_has_been_cut_off_is_told);
  tcase_add_test (tcase, what_is_no_library_at_all_is_left_to_the_loader);
  return suite;
}

GST_CHECK_MAIN (library_file)
