// SPDX-License-Identifier: LGPL-2.1-or-later
#include "bench/contender.hh"

#include <cstring>
#include <sys/wait.h>
#include <unistd.h>

namespace bench {

GstBuffer *
wrap_bytes (Bytes bytes)
{
  return gst_buffer_new_wrapped_full (GST_MEMORY_FLAG_READONLY,
      const_cast<uint8_t *> (bytes.data ()), bytes.size (), 0, bytes.size (),
      nullptr, nullptr);
}

int64_t
peak_memory_in_child (Contender &contender, const Work &work)
{
  int pipe_ends[2];
  if (pipe (pipe_ends) != 0)
    return -1;
  pid_t child = fork ();
  if (child == 0) {
    PeakMemory memory;
    Round round = contender.run (work);
    int64_t peak = round.failure.empty () ? memory.kilobytes () : -1;
    ssize_t written = write (pipe_ends[1], &peak, sizeof peak);
    _exit (written == sizeof peak ? 0 : 1);
  }
  close (pipe_ends[1]);
  int64_t peak = -1;
  if (read (pipe_ends[0], &peak, sizeof peak) != sizeof peak)
    peak = -1;
  close (pipe_ends[0]);
  int status = 0;
  if (child > 0)
    waitpid (child, &status, 0);
  return child > 0 && status == 0 ? peak : -1;
}

namespace {

// The floor: every append copied once, and forgotten.
class Memcpy final : public Contender {
public:
  const char *name () const override { return "memcpy"; }

  Round run (const Work &work) override
  {
    Round round;
    time_appends (work, round, [] (Bytes bytes, size_t) {
      void *copy = malloc (bytes.size ());
      memcpy (copy, bytes.data (), bytes.size ());
      // The compiler must not see that nobody reads it.
      asm volatile("" : : "r"(copy) : "memory");
      free (copy);
      return true;
    });
    return round;
  }

  int64_t peak_memory (const Work &work) override
  {
    return peak_memory_in_child (*this, work);
  }
};

} // namespace

std::unique_ptr<Contender>
make_memcpy ()
{
  return std::make_unique<Memcpy> ();
}

} // namespace bench
