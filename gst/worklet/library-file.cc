// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worklet/library-file.hh"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <gmodule.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#if __has_include(<link.h>)
  #include <link.h>
#endif

namespace webmedia::worklet {

namespace {

// Open for reading. Nothing waits for whoever would write to a pipe.
class OpenFile {
public:
  explicit OpenFile (const std::string &path)
      : fd_ (open (path.c_str (), O_RDONLY | O_NONBLOCK | O_CLOEXEC))
  {}
  ~OpenFile ()
  {
    if (fd_ >= 0)
      close (fd_);
  }
  OpenFile (const OpenFile &) = delete;
  OpenFile &operator= (const OpenFile &) = delete;

  bool is_open () const { return fd_ >= 0; }
  bool get_status (struct stat *status) const
  {
    return fstat (fd_, status) == 0;
  }
  template <typename T> bool read (uint64_t offset, T *value) const
  {
    return pread (fd_, value, sizeof *value, static_cast<off_t> (offset))
           == static_cast<ssize_t> (sizeof *value);
  }

private:
  const int fd_;
};

} // namespace

// Where the last part ends that the loader maps; 0 where it is no library of
// this machine, or has none.
static uint64_t
find_end (const OpenFile &file)
{
  uint64_t end = 0;
#ifdef ELFMAG
  constexpr unsigned char kClass =
      sizeof (void *) == 8 ? ELFCLASS64 : ELFCLASS32;
  constexpr unsigned char kOrder =
      G_BYTE_ORDER == G_LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB;
  ElfW (Ehdr) header;
  if (!file.read (0, &header) || memcmp (header.e_ident, ELFMAG, SELFMAG) != 0
      || header.e_ident[EI_CLASS] != kClass || header.e_ident[EI_DATA] != kOrder
      || header.e_phentsize != sizeof (ElfW (Phdr)))
    return 0;
  for (size_t i = 0; i < header.e_phnum; i++) {
    ElfW (Phdr) part;
    if (!file.read (header.e_phoff + i * sizeof part, &part))
      return 0;
    uint64_t part_end;
    if (part.p_type != PT_LOAD)
      continue;
    if (__builtin_add_overflow (part.p_offset, part.p_filesz, &part_end))
      part_end = UINT64_MAX;
    end = std::max (end, part_end);
  }
#endif
  return end;
}

// What may have been meant instead of it.
static std::string
tell_libraries_beside (const std::string &path)
{
  constexpr size_t kMost = 20;
  gchar *const folder = g_path_get_dirname (path.c_str ());
  GDir *const dir = g_dir_open (folder, 0, nullptr);
  g_free (folder);
  if (!dir)
    return "nor its folder";
  std::vector<std::string> names;
  while (const gchar *name = g_dir_read_name (dir))
    if (g_str_has_suffix (name, "." G_MODULE_SUFFIX))
      names.emplace_back (name);
  g_dir_close (dir);
  if (names.empty ())
    return "nor another library in its folder";
  std::sort (names.begin (), names.end ());
  std::string told = "its folder has: ";
  for (size_t i = 0; i < names.size (); i++) {
    if (i > 0)
      told += ", ";
    if (i == kMost)
      return told + "and others";
    told += names[i];
  }
  return told;
}

Result<>
check_library_file (const std::string &path)
{
  const OpenFile file (path);
  if (!file.is_open () && errno == ENOENT)
    return make_error (ErrorCode::abort, "There is no file \"%s\"; %s",
        path.c_str (), tell_libraries_beside (path).c_str ());
  struct stat status;
  if (!file.is_open () || !file.get_status (&status))
    return make_error (ErrorCode::abort, "\"%s\" can't be read: %s",
        path.c_str (), g_strerror (errno));
  if (!S_ISREG (status.st_mode))
    return make_error (ErrorCode::abort,
        "\"%s\" is %s; it must be the file of a shared library", path.c_str (),
        S_ISDIR (status.st_mode) ? "a directory" : "a device or a pipe");
  const auto size = static_cast<uint64_t> (status.st_size);
  if (const uint64_t end = find_end (file); end > size)
    return make_error (ErrorCode::abort,
        "\"%s\" is cut off: it has %" G_GUINT64_FORMAT
        " bytes, but what is to be loaded ends at %" G_GUINT64_FORMAT,
        path.c_str (), static_cast<guint64> (size), static_cast<guint64> (end));
  return ok;
}

} // namespace webmedia::worklet
