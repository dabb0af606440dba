// SPDX-License-Identifier: LGPL-2.1-or-later
#include "support/ffprobe-packets.hh"

#include "base/ptr.hh"
#include "support/check.hh"

namespace webmedia::mse {

static int64_t
number (const char *text)
{
  return g_ascii_strtoll (text, nullptr, 10);
}

std::vector<ProbedPacket>
ffprobe_packets (const char *name, unsigned stream, const char *demuxer)
{
  CString path (
      g_build_filename (g_getenv ("WEBMEDIA_TEST_MEDIA"), name, nullptr));
  std::string index = std::to_string (stream);
  std::vector<const char *> command{"ffprobe", "-v", "error", "-select_streams",
      index.c_str (), "-show_data_hash", "MD5", "-show_entries",
      "packet=pts,dts,duration,size,flags,data_hash", "-of",
      "compact=nk=1:p=0"};
  if (demuxer)
    command.insert (command.end (), {"-f", demuxer});
  command.insert (command.end (), {path.get (), nullptr});

  gchar *output = nullptr;
  gint status = -1;
  gboolean spawned = g_spawn_sync (nullptr,
      const_cast<gchar **> (command.data ()), nullptr, G_SPAWN_SEARCH_PATH,
      nullptr, nullptr, &output, nullptr, &status, nullptr);
  fail_unless (spawned && status == 0, "ffprobe cannot read %s", path.get ());

  std::vector<ProbedPacket> packets;
  gchar **lines = g_strsplit (output, "\n", -1);
  for (gchar **line = lines; *line; line++) {
    gchar **fields = g_strsplit (*line, "|", -1);
    guint count = g_strv_length (fields);
    if (count >= 6)
      packets.push_back (
          {number (fields[0]), number (fields[1]), number (fields[2]),
              uint64_t (number (fields[3])), fields[4][0] == 'K', {}});
    // Side data put the hash on a line of its own, or are put after it.
    for (guint i = 1; i < count; i++)
      if (g_str_has_prefix (fields[i], "MD5:") && !packets.empty ())
        packets.back ().md5 = fields[i] + strlen ("MD5:");
    g_strfreev (fields);
  }
  g_strfreev (lines);
  g_free (output);
  return packets;
}

std::string
md5_of (const std::vector<uint8_t> &bytes)
{
  CString hash (g_compute_checksum_for_data (
      G_CHECKSUM_MD5, bytes.data (), bytes.size ()));
  return hash.get ();
}

} // namespace webmedia::mse
