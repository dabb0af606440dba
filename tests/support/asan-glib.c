// SPDX-License-Identifier: LGPL-2.1-or-later
// Linked into each test when the address sanitizer is on. GLib allocates its
// first block of quarks before main() and leaks it once there are more, which
// the registry of plugins brings about. No suppression can name it: the stack
// ends in g_malloc() unless each allocation is unwound the slow way, which
// takes five times as long.
#include <sanitizer/lsan_interface.h>
#include <stddef.h>

enum { QUARK_BLOCK = 2048 * sizeof (char *) };

static const void *first_block;
static int started;

void
__sanitizer_malloc_hook (const volatile void *memory, size_t size)
{
  if (!started && !first_block && size == QUARK_BLOCK)
    first_block = (const void *)memory;
}

__attribute__ ((constructor)) static void
ignore_first_block (void)
{
  started = 1;
  if (first_block)
    __lsan_ignore_object (first_block);
}
