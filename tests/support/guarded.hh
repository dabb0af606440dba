// SPDX-License-Identifier: LGPL-2.1-or-later
// Memory behind which nothing can be read or written: GStreamer is built
// without a sanitizer, so what it does there would not be seen.
#pragma once

#include "base/ptr.hh"

#include "support/check.hh"

#include <gst/gst.h>
#include <sys/mman.h>
#include <unistd.h>

namespace webmedia::test {

// A buffer of that size, of zeros; a step out of it ends the program.
inline Ptr<GstBuffer>
make_guarded (gsize size)
{
  struct Pages {
    void *begin;
    gsize size;
  };
  auto page = gsize (sysconf (_SC_PAGESIZE));
  gsize inside = (size + page - 1) / page * page;
  void *all = mmap (
      nullptr, inside + page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  fail_unless (all != MAP_FAILED);
  auto begin = static_cast<guint8 *> (all);
  fail_unless (
      inside == 0 || mprotect (begin, inside, PROT_READ | PROT_WRITE) == 0);
  auto data = begin + inside - size;
  auto free_pages = [] (gpointer of) {
    auto pages = static_cast<Pages *> (of);
    munmap (pages->begin, pages->size);
    delete pages;
  };
  return Ptr<GstBuffer>::adopt (gst_buffer_new_wrapped_full (GstMemoryFlags (0),
      data, size, 0, size, new Pages{all, inside + page}, free_pages));
}

} // namespace webmedia::test
