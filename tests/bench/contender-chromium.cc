// SPDX-License-Identifier: LGPL-2.1-or-later
// Chromium's appendBuffer, each awaited by its updateend: chromium/driver.py
// runs the browser and is told what to append.
#include "bench/contender.hh"

#include "base/ptr.hh"

#include <cstdlib>
#include <cstring>
#include <gio/gio.h>

using webmedia::CString;
using webmedia::Ptr;

namespace bench {

namespace {

class Chromium final : public Contender {
public:
  Chromium ()
  {
    GError *error = nullptr;
    process_ = Ptr<GSubprocess>::adopt (
        g_subprocess_new (GSubprocessFlags (G_SUBPROCESS_FLAGS_STDIN_PIPE
                                            | G_SUBPROCESS_FLAGS_STDOUT_PIPE),
            &error, "/usr/bin/python3", CHROMIUM_DRIVER, nullptr));
    if (!process_) {
      failure_ = error->message;
      g_error_free (error);
      return;
    }
    answers_ = Ptr<GDataInputStream>::adopt (g_data_input_stream_new (
        g_subprocess_get_stdout_pipe (process_.get ())));
  }

  ~Chromium () override
  {
    if (!process_)
      return;
    // At the end of its input it ends the browser.
    g_output_stream_close (
        g_subprocess_get_stdin_pipe (process_.get ()), nullptr, nullptr);
    g_subprocess_wait (process_.get (), nullptr, nullptr);
  }

  const char *name () const override { return "chromium"; }

  Round run (const Work &work) override
  {
    Round round;
    std::string answer = failure_.empty () ? ask (work) : "failed " + failure_;
    if (!answer.starts_with ("ok ")) {
      round.failure = answer.empty () ? "the driver ended" : answer;
      return round;
    }
    char *rest = answer.data () + strlen ("ok ");
    peak_ = strtoll (rest, &rest, 10);
    while (*rest) {
      char *end;
      double time = strtod (rest, &end);
      if (end == rest)
        break;
      rest = end;
      round.each.push_back (time);
      round.total += time;
    }
    if (round.each.size () != work.appends.size ())
      round.failure = "did not make every append";
    return round;
  }

  int64_t peak_memory (const Work &work) override
  {
    return run (work).failure.empty () ? peak_ : -1;
  }

private:
  std::string ask (const Work &work)
  {
    CString type (g_strescape (work.media->type.c_str (), nullptr));
    std::string job = "{\"file\": \"" + work.media->path + "\", \"type\": \""
                      + type.get () + "\", \"sizes\": [";
    for (size_t i = 0; i < work.appends.size (); i++)
      job += (i > 0 ? "," : "") + std::to_string (work.appends[i].size ());
    job += "]}\n";
    gsize written;
    if (!g_output_stream_write_all (
            g_subprocess_get_stdin_pipe (process_.get ()), job.data (),
            job.size (), &written, nullptr, nullptr))
      return "";
    CString line (g_data_input_stream_read_line (
        answers_.get (), nullptr, nullptr, nullptr));
    return line ? line.get () : "";
  }

  Ptr<GSubprocess> process_;
  Ptr<GDataInputStream> answers_;
  std::string failure_;
  int64_t peak_ = -1;
};

} // namespace

std::unique_ptr<Contender>
make_chromium ()
{
  return std::make_unique<Chromium> ();
}

} // namespace bench
