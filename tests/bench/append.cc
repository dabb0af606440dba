// SPDX-License-Identifier: LGPL-2.1-or-later
// `append`: all contenders take the same bytes, in rounds that alternate.
#include "bench/append-report.hh"
#include "bench/commands.hh"

#include <cstdio>
#include <cstring>

namespace bench {

namespace {

struct Options {
  gboolean alone = FALSE;
  gboolean chromium = FALSE;
  int rounds = 9;
  int seconds = 0;
  std::vector<std::string> files;
  std::vector<Cut> cuts = {Cut::segments, Cut::pieces};
};

using Contenders = std::vector<std::unique_ptr<Contender>>;

} // namespace

static bool
parse_options (int argc, char **argv, Options &options)
{
  char **files = nullptr;
  char *cut = nullptr;
  const GOptionEntry entries[] = {
      {"chromium", 0, 0, G_OPTION_ARG_NONE, &options.chromium,
          "compare with Chromium, too", nullptr},
      {"alone", 0, 0, G_OPTION_ARG_NONE, &options.alone,
          "no contenders: for a profiler", nullptr},
      {"rounds", 0, 0, G_OPTION_ARG_INT, &options.rounds,
          "least number of rounds (9)", "N"},
      {"seconds", 0, 0, G_OPTION_ARG_INT, &options.seconds,
          "least time for each table (0)", "N"},
      {"file", 0, 0, G_OPTION_ARG_STRING_ARRAY, &files,
          "only this file: lo.mp4, lo.webm, hi.mp4, hi.webm", "NAME"},
      {"cut", 0, 0, G_OPTION_ARG_STRING, &cut,
          "only this: segments, or pieces of 1000 bytes", "CUT"},
      {},
  };
  GOptionContext *context = g_option_context_new ("- measure appends");
  g_option_context_add_main_entries (context, entries, nullptr);
  GError *error = nullptr;
  bool parsed = g_option_context_parse (context, &argc, &argv, &error);
  if (!parsed)
    fprintf (stderr, "%s\n", error->message);
  g_clear_error (&error);
  g_option_context_free (context);
  for (char **file = files; file && *file; file++)
    options.files.push_back (*file);
  g_strfreev (files);
  if (options.files.empty ())
    options.files = {"lo.mp4", "lo.webm", "hi.mp4", "hi.webm"};
  if (cut && !strcmp (cut, "segments"))
    options.cuts = {Cut::segments};
  else if (cut && !strcmp (cut, "pieces"))
    options.cuts = {Cut::pieces};
  else if (cut)
    parsed = false;
  g_free (cut);
  return parsed;
}

// What Chromium's quota holds; and many rounds say more than long ones.
static size_t
limit_for (const std::string &name, Cut cut)
{
  constexpr size_t kMegabyte = 1000000;
  if (name.starts_with ("lo"))
    return 10 * kMegabyte;
  return (cut == Cut::segments ? 100 : 20) * kMegabyte;
}

static bool
prepare (Job &job)
{
  Work &work = job.work;
  work.appends =
      cut_media (*work.media, work.cut, limit_for (work.media->name, work.cut));
  std::string failure = work.appends.empty () ? "cannot be cut into segments"
                                              : count_frames (work);
  if (failure.empty ())
    failure = check_stored (work, job.copied);
  if (!failure.empty ())
    fprintf (stderr, "%s, %s: %s\n", work.media->name.c_str (),
        cut_name (work.cut), failure.c_str ());
  return failure.empty ();
}

static void
add_contender (Job &job, Contender &contender)
{
  job.results.push_back (
      {.name = contender.name (), .peak = contender.peak_memory (job.work)});
}

static void
run_rounds (Job &job, const Contenders &contenders, const Options &options)
{
  const uint64_t start = now ();
  const uint64_t least = uint64_t (options.seconds) * 1000000000;
  const size_t count = contenders.size ();
  for (int i = 0; i < options.rounds || now () - start < least; i++)
    for (size_t n = 0; n < count; n++) {
      // Each goes first as often as any other.
      size_t turn = (n + size_t (i)) % count;
      Result &result = job.results[turn];
      if (!result.failure.empty ())
        continue;
      Round round = contenders[turn]->run (job.work);
      result.failure = round.failure;
      result.totals.push_back (round.total);
      result.each.insert (
          result.each.end (), round.each.begin (), round.each.end ());
    }
}

int
run_append (int argc, char **argv)
{
  Options options;
  if (!parse_options (argc, argv, options))
    return 2;

  Contenders contenders;
  contenders.push_back (make_webmedia ());
  if (!options.alone) {
    contenders.push_back (make_memcpy ());
    contenders.push_back (make_demuxer ());
    contenders.push_back (make_appsrc ());
  }

  // Memory is measured in children, which can be forked only while no other
  // thread has run here: for all jobs, before the first round.
  std::vector<std::unique_ptr<Media>> files;
  std::vector<Job> jobs;
  for (const std::string &name : options.files) {
    files.push_back (std::make_unique<Media> ());
    if (!load_media (name, *files.back ()))
      return 1;
    for (Cut cut : options.cuts) {
      Job job{.work = {.media = files.back ().get (), .cut = cut}};
      if (!prepare (job))
        return 1;
      for (const auto &contender : contenders)
        add_contender (job, *contender);
      jobs.push_back (std::move (job));
    }
  }

  if (options.chromium)
    contenders.push_back (make_chromium ());
  for (Job &job : jobs) {
    if (options.chromium)
      add_contender (job, *contenders.back ());
    run_rounds (job, contenders, options);
    print_job (job);
    print_verdicts (job);
  }
  return 0;
}

} // namespace bench
