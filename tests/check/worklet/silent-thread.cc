// SPDX-License-Identifier: LGPL-2.1-or-later
// The audio thread allocates nothing, frees nothing, locks nothing and makes no
// system call: a million quanta with someone who looks. What allocates and
// locks is counted by functions that stand in front of the C library's and
// GLib's; system calls are trapped by a filter of the thread.
#include "support/worklet-fixture.hh"
#include "worklet/node-param.hh"
#include "worklet/runtime-native.hh"

#include <gst/webmedia/gstwebaudioprocessor.hpp>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  #define IS_WATCHING 0
#else
  #define IS_WATCHING 1
#endif

#if IS_WATCHING
  #include <cstddef>
  #include <dlfcn.h>
  #include <linux/filter.h>
  #include <linux/seccomp.h>
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

using namespace webmedia;
using namespace webmedia::worklet;
using namespace webmedia::test;

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

// Runs `loop` on a thread that is watched. That thread can't end, as this
// would be a system call: it stays until the process goes.
enum class Watched { done, no_filter };
Watched
watch (std::function<void ()> loop)
{
  allocations = locks = system_calls = 0;
  auto state = std::make_shared<std::atomic<int>> (0);
  std::thread audio ([state, loop = std::move (loop)] {
    // The memory that malloc has for a thread comes with its first call.
    static void *volatile first;
    first = malloc (16);
    free (first);
    const bool has_filter = trap_system_calls ();
    if (has_filter) {
      is_watched = true;
      loop ();
      is_watched = false;
    }
    state->store (has_filter ? 1 : 2);
    while (true)
      pause ();
  });
  audio.detach ();
  while (*state == 0)
    std::this_thread::yield ();
  return *state == 1 ? Watched::done : Watched::no_filter;
}

// As a module would have it: a parameter, messages both ways.
class Gain : public gst::web::AudioProcessor {
public:
  static constexpr gst::web::ParamDescriptor parameters[] = {
      gst::web::param ("gain", 1, 0, 10)};
  using AudioProcessor::AudioProcessor;

  bool process (const gst::web::Quantum &quantum)
  {
    const auto &input = quantum.input (0);
    const auto &output = quantum.output (0);
    const gst::web::Values gain = quantum.parameter (0);
    for (guint c = 0; c < input.n_channels; c++)
      for (size_t i = 0; i < quantum.frames (); i++)
        output.channels[c][i] = input.channels[c][i] * gain[i] * factor_;
    post_number (factor_);
    return false;
  }
  void message (const gst::web::Message &message)
  {
    factor_ = static_cast<float> (message.number (1));
  }

private:
  float factor_ = 1;
};

// A value for each frame, in every other quantum.
struct Ramp final : ParamControl {
  size_t fill (const QuantumTime &time, float *values, size_t count) override
  {
    if (time.frame / time.frames % 2)
      return 0;
    for (size_t i = 0; i < count; i++)
      values[i] = static_cast<float> (i) / 128;
    return count;
  }
};

NodeParam &
param_of (const Renderer &renderer)
{
  return static_cast<NodeParam &> (*renderer.node->parameters[0]->source ());
}

std::unique_ptr<Renderer>
make_renderer (const GstWebAudioProcessorClass &klass)
{
  auto scope = std::make_shared<GlobalScope> ();
  fail_unless (
      bool (scope->register_processor (*make_native_definition (klass))));
  auto node = Node::create (scope, klass.name, {},
      [&scope] (const ParamDescriptor &descriptor, float value) {
        auto param = std::make_shared<NodeParam> (scope, descriptor, value);
        param->set_control (std::make_shared<Ramp> ());
        return param;
      });
  auto renderer = Renderer::create (*node, kRate);
  fail_unless (bool (renderer));
  (*renderer)->connect_input (0, 2);
  return std::move (*renderer);
}

// Pushes so many pieces; every seventh is silent.
std::function<void ()>
pushing (Renderer &renderer, Cutter &cutter, std::vector<float> &sound,
    size_t frames, size_t quanta)
{
  return [&renderer, &cutter, &sound, frames, quanta] {
    const Samples samples = Samples::interleaved (sound.data (), 2);
    const uint64_t start = renderer.node->scope->current_frame ();
    const uint64_t end = start + quanta * renderer.quantum ();
    for (int i = 0; renderer.node->scope->current_frame () < end; i++) {
      const InputPiece piece{samples, i % 7 != 0};
      cutter.set_stream_time (i);
      cutter.push ({&piece, 1}, {&samples, 1}, frames);
    }
    cutter.finish ();
    cutter.begin_tail (1000);
    cutter.tail ({&samples, 1}, frames);
  };
}

} // namespace

GST_START_TEST (a_million_quanta_make_no_call_that_could_wait)
{
  constexpr size_t kQuanta = 1000000;
  auto renderer = make_renderer (gst::web::make_class<Gain> ("gain"));
  Cutter cutter (*renderer);
  std::vector<float> sound (2 * 1024, 0.5f);
  ProcessorPort &port = renderer->node->port ();
  NodeParam &param = param_of (*renderer);
  // Meanwhile messages go both ways, and the parameter is automated.
  std::atomic<bool> is_over{false};
  std::atomic<int> received{0};
  std::thread control ([&] {
    while (!is_over) {
      port.post_to_processor ({Ptr<GVariant>::adopt (g_variant_ref_sink (
                                   g_variant_new_double (0.5))),
          {}});
      received += port.receive ([] (Ptr<GVariant>) {});
      const double now = param.now ();
      (void)param.set_value (0.5f);
      (void)param.timeline ().linear_ramp_to_value_at_time (1, now + 0.1, now);
      std::this_thread::yield ();
    }
  });
  Watched result = Watched::done;
  for (size_t frames : {1024, 480, 1})
    if (result == Watched::done)
      result = watch (pushing (*renderer, cutter, sound, frames,
          frames == 1 ? kQuanta / 10 : kQuanta / 2));
  is_over = true;
  control.join ();
  if (result == Watched::no_filter) {
    GST_INFO ("no filter for system calls here");
    return;
  }
  fail_unless (renderer->calls () > kQuanta / 2);
  fail_unless (received > 0);
  fail_unless_equals_int (allocations, 0);
  fail_unless_equals_int (locks, 0);
  fail_unless_equals_int (system_calls, 0);
}
GST_END_TEST;

// Who looks must see.
GST_START_TEST (what_is_forbidden_is_seen)
{
  static GMutex mutex;
  struct Case {
    void (*act) ();
    std::atomic<int> &count;
    int expected;
  };
  static void *volatile memory;
  const Case cases[] = {
      {[] { memory = malloc (16); }, allocations, 1},
      {[] { memory = new char; }, allocations, 1},
      {[] { memory = g_malloc (16); }, allocations, 1},
      {[] { free (memory); }, allocations, 1},
      {[] { g_mutex_lock (&mutex); }, locks, 1},
      {[] {
         static Mutex lock;
         MutexLocker locker (lock);
       },
          locks, 2},
      {[] { syscall (SYS_getppid); }, system_calls, 1},
  };
  for (const Case &c : cases) {
    static void (*act) ();
    act = c.act;
    Rendering r;
    r.script.process = [] (const GstWebAudioQuantum &) {
      act ();
      return Answer::finished;
    };
    r.start ();
    if (watch ([&] { r.render (); }) == Watched::no_filter)
      return;
    fail_unless_equals_int (c.count, c.expected);
  }
}
GST_END_TEST;

static Suite *
silent_thread_suite ()
{
  Suite *suite = suite_create ("worklet/silent-thread");
  TCase *tcase = tcase_create ("general");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_million_quanta_make_no_call_that_could_wait);
  tcase_add_test (tcase, what_is_forbidden_is_seen);
  return suite;
}

#else

// A sanitizer has these places itself.
static Suite *
silent_thread_suite ()
{
  return suite_create ("worklet/silent-thread");
}

#endif

GST_CHECK_MAIN (silent_thread)
