// SPDX-License-Identifier: LGPL-2.1-or-later
// A thread that is watched: what it allocates and locks is counted by functions
// that stand in front of the C library's and GLib's; its system calls are
// trapped by a filter, where there may be one. One source file of a program
// includes it.
#pragma once

#include "support/check.hh"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  // A sanitizer has these places itself.
  #define IS_WATCHING 0
#else
  #define IS_WATCHING 1
#endif

#if IS_WATCHING
  #include <atomic>
  #include <cstddef>
  #include <dlfcn.h>
  #include <functional>
  #include <linux/filter.h>
  #include <linux/seccomp.h>
  #include <memory>
  #include <pthread.h>
  #include <signal.h>
  #include <sys/prctl.h>
  #include <sys/syscall.h>
  #include <thread>
  #include <unistd.h>

namespace {

thread_local bool is_watched = false;
std::atomic<int> allocations{0};
std::atomic<int> locks{0};
std::atomic<int> system_calls{0};

void
note (std::atomic<int> &what)
{
  if (is_watched)
    what.fetch_add (1, std::memory_order_relaxed);
}

} // namespace

extern "C" {
void *__libc_malloc (size_t size);
void *__libc_calloc (size_t count, size_t size);
void *__libc_realloc (void *memory, size_t size);
void *__libc_memalign (size_t alignment, size_t size);
void __libc_free (void *memory);

void *
malloc (size_t size)
{
  note (allocations);
  return __libc_malloc (size);
}

void *
calloc (size_t count, size_t size)
{
  note (allocations);
  return __libc_calloc (count, size);
}

void *
realloc (void *memory, size_t size)
{
  note (allocations);
  return __libc_realloc (memory, size);
}

void *
aligned_alloc (size_t alignment, size_t size)
{
  note (allocations);
  return __libc_memalign (alignment, size);
}

int
posix_memalign (void **memory, size_t alignment, size_t size)
{
  note (allocations);
  *memory = __libc_memalign (alignment, size);
  return 0;
}

void
free (void *memory)
{
  note (allocations);
  __libc_free (memory);
}

  // The function of the library behind this one.
  #define WATCH(Result, name, Type)                                            \
    Result name (Type *object)                                                 \
    {                                                                          \
      note (locks);                                                            \
      static const auto next =                                                 \
          reinterpret_cast<Result (*) (Type *)> (dlsym (RTLD_NEXT, #name));    \
      return next (object);                                                    \
    }
// clang-format off
WATCH (int, pthread_mutex_lock, pthread_mutex_t)
WATCH (int, pthread_mutex_trylock, pthread_mutex_t)
WATCH (int, pthread_mutex_unlock, pthread_mutex_t)
WATCH (int, pthread_rwlock_rdlock, pthread_rwlock_t)
WATCH (int, pthread_rwlock_wrlock, pthread_rwlock_t)
WATCH (int, pthread_cond_signal, pthread_cond_t)
WATCH (int, pthread_cond_broadcast, pthread_cond_t)
WATCH (void, g_mutex_lock, GMutex)
WATCH (void, g_mutex_unlock, GMutex)
WATCH (void, g_rec_mutex_lock, GRecMutex)
WATCH (void, g_rw_lock_reader_lock, GRWLock)
WATCH (void, g_rw_lock_writer_lock, GRWLock)
WATCH (void, g_cond_signal, GCond)
WATCH (void, g_cond_broadcast, GCond)
// clang-format on
}

namespace webmedia::test {

namespace {

// Turns every system call of this thread into a signal, for good.
bool
trap_system_calls ()
{
  struct sigaction action {};
  action.sa_flags = SA_SIGINFO;
  action.sa_sigaction = [] (int, siginfo_t *, void *) {
    system_calls.fetch_add (1, std::memory_order_relaxed);
  };
  sigaction (SIGSYS, &action, nullptr);
  // But for the return from that signal, and for the end of the thread's work.
  sock_filter code[] = {
      BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (seccomp_data, nr)),
      BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigreturn, 1, 0),
      BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, SYS_pause, 0, 1),
      BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_TRAP),
  };
  const sock_fprog program{G_N_ELEMENTS (code), code};
  return prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
         && prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

// Runs `loop` on a thread that is watched. Whether its system calls were, too.
// A thread with a filter can't end, as this would be a system call: it stays
// until the process goes.
enum class Filter { wanted, none };
bool
watch (std::function<void ()> loop, Filter filter = Filter::wanted)
{
  allocations = locks = system_calls = 0;
  enum State { running, done, done_with_filter };
  auto state = std::make_shared<std::atomic<int>> (running);
  std::thread audio ([state, filter, loop = std::move (loop)] {
    // The memory that malloc has for a thread comes with its first call.
    static void *volatile first;
    first = malloc (16);
    free (first);
    const bool has_filter = filter == Filter::wanted && trap_system_calls ();
    is_watched = true;
    loop ();
    is_watched = false;
    state->store (has_filter ? done_with_filter : done);
    while (has_filter)
      pause ();
  });
  audio.detach ();
  while (*state == running)
    std::this_thread::yield ();
  return *state == done_with_filter;
}

// What was seen is nothing.
[[maybe_unused]] void
check_silent (bool has_filter)
{
  fail_unless_equals_int (allocations, 0);
  fail_unless_equals_int (locks, 0);
  fail_unless_equals_int (system_calls, 0);
  if (!has_filter)
    g_printerr ("no filter here: system calls were not counted\n");
}

} // namespace

} // namespace webmedia::test

#else

// The program of tests that can't be: they are skipped.
int
main ()
{
  g_printerr ("a sanitizer stands where allocations are counted\n");
  return 77;
}

#endif
