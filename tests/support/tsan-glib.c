// SPDX-License-Identifier: LGPL-2.1-or-later
// Linked into each test when the thread sanitizer is on. GLib's locks are
// futexes of its own, so the sanitizer does not see them and takes each hand-
// over through GLib or GStreamer for a race. These functions stand in front of
// GLib's (the libraries above it call them by symbol too) and tell it: what
// was done before a release has happened before what follows an acquire.
#include <dlfcn.h>
#include <gst/gst.h>

void __tsan_acquire (void *address);
void __tsan_release (void *address);

// The function of the library behind this one.
#define NEXT(name)                                                             \
  static __typeof__ (name) *known;                                             \
  __typeof__ (name) *next = __atomic_load_n (&known, __ATOMIC_RELAXED);        \
  if (!next) {                                                                 \
    next = (__typeof__ (next))dlsym (RTLD_NEXT, #name);                        \
    __atomic_store_n (&known, next, __ATOMIC_RELAXED);                         \
  }

// Locks: taking one acquires, giving it back releases.
#define LOCK(name, Type)                                                       \
  void name (Type *lock)                                                       \
  {                                                                            \
    NEXT (name);                                                               \
    next (lock);                                                               \
    __tsan_acquire (lock);                                                     \
  }
#define TRYLOCK(name, Type)                                                    \
  gboolean name (Type *lock)                                                   \
  {                                                                            \
    NEXT (name);                                                               \
    if (!next (lock))                                                          \
      return FALSE;                                                            \
    __tsan_acquire (lock);                                                     \
    return TRUE;                                                               \
  }
#define UNLOCK(name, Type)                                                     \
  void name (Type *lock)                                                       \
  {                                                                            \
    NEXT (name);                                                               \
    __tsan_release (lock);                                                     \
    next (lock);                                                               \
  }
#define UNREF(name, Type)                                                      \
  void name (Type object)                                                      \
  {                                                                            \
    NEXT (name);                                                               \
    __tsan_release ((void *)object);                                           \
    __tsan_acquire ((void *)object);                                           \
    next (object);                                                             \
  }

#undef g_mutex_trylock
LOCK (g_mutex_lock, GMutex)
TRYLOCK (g_mutex_trylock, GMutex)
UNLOCK (g_mutex_unlock, GMutex)
LOCK (g_rec_mutex_lock, GRecMutex)
TRYLOCK (g_rec_mutex_trylock, GRecMutex)
UNLOCK (g_rec_mutex_unlock, GRecMutex)
LOCK (g_rw_lock_reader_lock, GRWLock)
UNLOCK (g_rw_lock_reader_unlock, GRWLock)
LOCK (g_rw_lock_writer_lock, GRWLock)
UNLOCK (g_rw_lock_writer_unlock, GRWLock)

void
g_cond_wait (GCond *condition, GMutex *mutex)
{
  NEXT (g_cond_wait);
  __tsan_release (mutex);
  next (condition, mutex);
  __tsan_acquire (mutex);
}

gboolean
g_cond_wait_until (GCond *condition, GMutex *mutex, gint64 end)
{
  NEXT (g_cond_wait_until);
  __tsan_release (mutex);
  gboolean signalled = next (condition, mutex, end);
  __tsan_acquire (mutex);
  return signalled;
}

// Counted objects: all that was done with one comes before its end.
UNREF (g_object_unref, gpointer)
UNREF (gst_object_unref, gpointer)
UNREF (gst_mini_object_unref, GstMiniObject *)
UNREF (g_bytes_unref, GBytes *)
UNREF (g_variant_unref, GVariant *)
UNREF (g_main_context_unref, GMainContext *)

// Whoever is left alone with one may write to it: behind all that others did
// before they let go of it.
gboolean
gst_mini_object_is_writable (const GstMiniObject *object)
{
  NEXT (gst_mini_object_is_writable);
  gboolean writable = next (object);
  if (writable)
    __tsan_acquire ((void *)object);
  return writable;
}

// A weak reference: who gets the object sees what its setter did.
void
g_weak_ref_set (GWeakRef *weak, gpointer object)
{
  NEXT (g_weak_ref_set);
  __tsan_release (weak);
  next (weak, object);
}

gpointer
g_weak_ref_get (GWeakRef *weak)
{
  NEXT (g_weak_ref_get);
  gpointer object = next (weak);
  __tsan_acquire (weak);
  return object;
}

// Loops and messages.
void
g_main_loop_quit (GMainLoop *loop)
{
  NEXT (g_main_loop_quit);
  __tsan_release (loop);
  next (loop);
}

void
g_main_loop_run (GMainLoop *loop)
{
  NEXT (g_main_loop_run);
  next (loop);
  __tsan_acquire (loop);
}

gboolean
gst_bus_post (GstBus *bus, GstMessage *message)
{
  NEXT (gst_bus_post);
  __tsan_release (bus);
  return next (bus, message);
}

GstMessage *
gst_bus_timed_pop_filtered (
    GstBus *bus, GstClockTime timeout, GstMessageType types)
{
  NEXT (gst_bus_timed_pop_filtered);
  GstMessage *message = next (bus, timeout, types);
  __tsan_acquire (bus);
  return message;
}

// Sources and pools: what the one who hands a call over did comes before it.
typedef struct {
  GSourceFunc function;
  GFunc pool_function;
  gpointer data;
  GDestroyNotify notify;
} Call;

static Call *
call_new (GSourceFunc function, gpointer data, GDestroyNotify notify)
{
  Call *call = g_new0 (Call, 1);
  call->function = function;
  call->data = data;
  call->notify = notify;
  __tsan_release (call);
  return call;
}

static gboolean
call_run (gpointer data)
{
  Call *call = data;
  __tsan_acquire (call);
  gboolean again = call->function (call->data);
  __tsan_release (call);
  return again;
}

static void
call_free (gpointer data)
{
  Call *call = data;
  __tsan_acquire (call);
  if (call->notify)
    call->notify (call->data);
  g_free (call);
}

void
g_source_set_callback (
    GSource *source, GSourceFunc function, gpointer data, GDestroyNotify notify)
{
  NEXT (g_source_set_callback);
  // Other kinds of sources call functions of other types.
  if (source->source_funcs == &g_idle_funcs
      || source->source_funcs == &g_timeout_funcs)
    next (source, call_run, call_new (function, data, notify), call_free);
  else
    next (source, function, data, notify);
}

guint
g_idle_add_full (
    gint priority, GSourceFunc function, gpointer data, GDestroyNotify notify)
{
  NEXT (g_idle_add_full);
  return next (
      priority, call_run, call_new (function, data, notify), call_free);
}

guint
g_timeout_add_full (gint priority, guint interval, GSourceFunc function,
    gpointer data, GDestroyNotify notify)
{
  NEXT (g_timeout_add_full);
  return next (priority, interval, call_run, call_new (function, data, notify),
      call_free);
}

void
g_main_context_invoke_full (GMainContext *context, gint priority,
    GSourceFunc function, gpointer data, GDestroyNotify notify)
{
  NEXT (g_main_context_invoke_full);
  next (context, priority, call_run, call_new (function, data, notify),
      call_free);
}

static void
pool_run (gpointer item, gpointer data)
{
  Call *call = data;
  __tsan_acquire (item);
  call->pool_function (item, call->data);
}

GThreadPool *
g_thread_pool_new (GFunc function, gpointer data, gint threads,
    gboolean exclusive, GError **error)
{
  NEXT (g_thread_pool_new);
  Call *call = call_new (NULL, data, NULL); // lives as long as the process
  call->pool_function = function;
  return next (pool_run, call, threads, exclusive, error);
}

gboolean
g_thread_pool_push (GThreadPool *pool, gpointer item, GError **error)
{
  NEXT (g_thread_pool_push);
  __tsan_release (item);
  return next (pool, item, error);
}
