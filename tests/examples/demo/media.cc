// SPDX-License-Identifier: LGPL-2.1-or-later
#include "media.hh"

#include "media-recipe.hh"

#include <algorithm>

namespace demo {

namespace {

// Runs commands side by side. Says what the first that failed had to say.
bool
run_all (const std::vector<Command> &commands, std::string &error)
{
  std::vector<Ptr<GSubprocess>> processes;
  for (const Command &command : commands) {
    std::vector<const gchar *> words;
    for (const std::string &word : command)
      words.push_back (word.c_str ());
    words.push_back (nullptr);
    GError *reason = nullptr;
    processes.emplace_back (g_subprocess_newv (words.data (),
        GSubprocessFlags (
            G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE),
        &reason));
    if (reason && error.empty ())
      error = reason->message;
    g_clear_error (&reason);
  }
  for (const auto &process : processes) {
    gchar *output = nullptr;
    if (!process)
      continue;
    g_subprocess_communicate_utf8 (
        process.get (), nullptr, nullptr, &output, nullptr, nullptr);
    Ptr<gchar> owner (output);
    if (!g_subprocess_get_successful (process.get ()) && error.empty ())
      error = format ("ffmpeg failed: %s", output ? output : "");
  }
  return error.empty ();
}

bool
ffmpeg_speaks ()
{
  const gchar *words[] = {"ffmpeg", "-hide_banner", "-filters", nullptr};
  Ptr<GSubprocess> process (g_subprocess_newv (words,
      GSubprocessFlags (
          G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE),
      nullptr));
  gchar *output = nullptr;
  if (process)
    g_subprocess_communicate_utf8 (
        process.get (), nullptr, nullptr, &output, nullptr, nullptr);
  Ptr<gchar> owner (output);
  return output && g_strstr_len (output, -1, " flite ");
}

// Makes the media, unless the very same commands made what is there.
bool
make_media (const std::string &folder, std::string &error)
{
  Ptr<gchar> program (g_find_program_in_path ("ffmpeg"));
  if (!program) {
    error = "ffmpeg, which makes the media, is not installed";
    return false;
  }
  bool voice = ffmpeg_speaks ();
  std::vector<Command> commands{
      mp4_recipe (folder, voice), webm_recipe (folder)};
  std::string recipe;
  for (const Command &command : commands)
    for (const std::string &word : command)
      recipe += word + "\n";

  std::string stamp = folder + "/recipe";
  gchar *known = nullptr;
  g_file_get_contents (stamp.c_str (), &known, nullptr, nullptr);
  Ptr<gchar> owner (known);
  if (known && recipe == known)
    return true;

  g_print ("Making the media, once: H.264 in two qualities, AAC (%s), "
           "VP9, Opus …\n",
      voice ? "a voice that counts" : "a tone: this ffmpeg has no voice");
  if (g_mkdir_with_parents (folder.c_str (), 0777) != 0) {
    error = "cannot make the folder " + folder;
    return false;
  }
  if (!run_all (commands, error))
    return false;
  if (!g_file_set_contents (stamp.c_str (), recipe.c_str (), -1, nullptr)) {
    error = "cannot write " + stamp;
    return false;
  }
  return true;
}

Ptr<GBytes>
read_file (const std::string &path, std::string &error)
{
  gchar *data = nullptr;
  gsize size = 0;
  GError *reason = nullptr;
  if (!g_file_get_contents (path.c_str (), &data, &size, &reason)) {
    error = reason->message;
    g_error_free (reason);
    return Ptr<GBytes> (g_bytes_new (nullptr, 0));
  }
  return Ptr<GBytes> (g_bytes_new_take (data, size));
}

Quality
read_quality (const std::string &folder, int number, const std::string &name,
    std::string &error)
{
  Quality quality{
      name, read_file (folder + format ("/%d-init.mp4", number), error), {}};
  // What is left of the sound after the last full segment is not used.
  for (int i = 0; i * kSegmentSeconds < kMp4Seconds; i++) {
    double start = i * kSegmentSeconds;
    quality.segments.push_back ({{start, start + kSegmentSeconds},
        read_file (folder + format ("/%d-%02d.m4s", number, i + 1), error)});
  }
  return quality;
}

// A cluster of the WebM file, as far as the demo looks into it.
struct Cluster {
  gsize offset;
  double time;
};

guint64
big_endian (const guint8 *data, int size)
{
  guint64 value = 0;
  for (int i = 0; i < size; i++)
    value = value << 8 | data[i];
  return value;
}

// Finds clusters by their ID, which is followed by a size of `width` bytes and
// the Timecode (ID 0xe7) in milliseconds, the way this very muxer writes them.
std::vector<Cluster>
find_clusters (const guint8 *data, gsize size)
{
  std::vector<Cluster> clusters;
  for (gsize at = 0; at + 24 < size; at++) {
    if (big_endian (data + at, 4) != 0x1f43b675)
      continue;
    int width = 1;
    while (width < 8 && !(data[at + 4] & (0x80 >> (width - 1))))
      width++;
    const guint8 *timecode = data + at + 4 + width;
    int digits = timecode[1] & 0x7f;
    if (timecode[0] == 0xe7 && digits >= 1 && digits <= 8)
      clusters.push_back (
          {at, double (big_endian (timecode + 2, digits)) / 1000});
  }
  return clusters;
}

Quality
read_webm (const std::string &folder, std::string &error)
{
  Ptr<GBytes> file = read_file (folder + "/av.webm", error);
  gsize size = 0;
  auto data =
      static_cast<const guint8 *> (g_bytes_get_data (file.get (), &size));
  auto clusters = find_clusters (data, size);
  if (clusters.empty ()) {
    if (error.empty ())
      error = folder + "/av.webm has no clusters";
    return {};
  }
  auto cut = [&] (gsize from, gsize to) {
    return Ptr<GBytes> (g_bytes_new_from_bytes (file.get (), from, to - from));
  };
  Quality quality{"270p", cut (0, clusters[0].offset), {}};
  for (gsize i = 0; i < clusters.size (); i++) {
    bool last = i + 1 == clusters.size ();
    double end = last ? double (kWebmSeconds) : clusters[i + 1].time;
    gsize to = last ? size : clusters[i + 1].offset;
    quality.segments.push_back (
        {{clusters[i].time, end}, cut (clusters[i].offset, to)});
  }
  return quality;
}

} // namespace

std::vector<Presentation>
load_media (const std::string &folder, std::string &error)
{
  std::vector<Presentation> media;
  if (!make_media (folder, error))
    return media;

  Stream video{"video", "video/mp4; codecs=\"avc1.64001e\"", {}};
  video.qualities.push_back (read_quality (folder, 0, "180p", error));
  video.qualities.push_back (read_quality (folder, 1, "360p", error));
  Stream audio{"audio", "audio/mp4; codecs=\"mp4a.40.2\"", {}};
  audio.qualities.push_back (read_quality (folder, 2, "AAC", error));
  media.push_back ({"MP4",
      "H.264 in two qualities and AAC, a SourceBuffer each", kMp4Seconds, {}});
  media[0].streams.push_back (std::move (video));
  media[0].streams.push_back (std::move (audio));

  Stream both{"video + audio", "video/webm; codecs=\"vp9, opus\"", {}};
  both.qualities.push_back (read_webm (folder, error));
  media.push_back (
      {"WebM", "VP9 and Opus in one SourceBuffer", kWebmSeconds, {}});
  media[1].streams.push_back (std::move (both));
  if (!error.empty ())
    media.clear ();
  return media;
}

} // namespace demo
