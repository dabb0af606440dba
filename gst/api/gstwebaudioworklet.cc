// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/audio-worklet.hh"
#include "api/error.hh"
#include "api/message-port.hh"
#include "base/mutex.hh"

using namespace webmedia;

namespace {

struct State {
  std::shared_ptr<worklet::AudioWorklet> engine;
  Ptr<GstWebAudioWorkletGlobalScope> scope;

  Mutex lock;
  Ptr<GstWebMessagePort> port GUARDED_BY (lock); // null: nobody asked yet
};

} // namespace

/**
 * GstWebAudioWorklet:
 *
 * Where processors of sound come from: the web's
 * [AudioWorklet](https://webaudio.github.io/web-audio-api/#AudioWorklet). It
 * has modules, the global scope in which they are evaluated, and a port to what
 * they have there.
 *
 * ```c
 * GstWebAudioWorklet *worklet = gst_web_audio_worklet_new (0, 0, NULL);
 * gst_web_audio_worklet_add_module (worklet, "./libgain.so", NULL, &error);
 * GstWebAudioWorkletNode *node =
 *     gst_web_audio_worklet_node_new (worklet, "gain", NULL, &error);
 * g_object_set (audioworklet, "node", node, NULL);
 * ```
 *
 * A module is a shared library, made with `gstwebaudioprocessor.h`; it is
 * trusted code. What an application has in itself it registers by
 * gst_web_audio_worklet_global_scope_register_processor(). The processors that
 * come with the library are there in any case.
 *
 * On the web a context has one AudioWorklet, and renders all of its nodes. Here
 * a pipeline renders, each node by an element `audioworklet` of its own, and
 * one of the nodes of an AudioWorklet at a time, as it has one clock: an
 * element more needs an AudioWorklet more.
 *
 * All methods can be called from any thread, but not by a processor.
 */
struct _GstWebAudioWorklet {
  GstObject parent;
  State *state;
};

G_DEFINE_FINAL_TYPE (GstWebAudioWorklet, gst_web_audio_worklet, GST_TYPE_OBJECT)

enum { PROP_PORT = 1, PROP_GLOBAL_SCOPE };

static State &
get (gpointer self)
{
  return *GST_WEB_AUDIO_WORKLET (self)->state;
}

static void
gst_web_audio_worklet_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  switch (id) {
  case PROP_PORT:
    g_value_set_object (
        value, gst_web_audio_worklet_get_port (GST_WEB_AUDIO_WORKLET (object)));
    break;
  case PROP_GLOBAL_SCOPE:
    g_value_set_object (value, get (object).scope.get ());
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
gst_web_audio_worklet_finalize (GObject *object)
{
  delete GST_WEB_AUDIO_WORKLET (object)->state;
  G_OBJECT_CLASS (gst_web_audio_worklet_parent_class)->finalize (object);
}

static void
gst_web_audio_worklet_class_init (GstWebAudioWorkletClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  const auto flags = GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  object_class->get_property = gst_web_audio_worklet_get_property;
  object_class->finalize = gst_web_audio_worklet_finalize;

  /**
   * GstWebAudioWorklet:port: (getter get_port)
   *
   * To the port of the global scope.
   */
  g_object_class_install_property (object_class, PROP_PORT,
      g_param_spec_object ("port", "Port", "To the port of the global scope",
          GST_TYPE_WEB_MESSAGE_PORT, flags));
  /**
   * GstWebAudioWorklet:global-scope: (getter get_global_scope)
   *
   * Where modules are evaluated.
   */
  g_object_class_install_property (object_class, PROP_GLOBAL_SCOPE,
      g_param_spec_object ("global-scope", "Global scope",
          "Where modules are evaluated",
          GST_TYPE_WEB_AUDIO_WORKLET_GLOBAL_SCOPE, flags));
}

static void
set_engine (
    GstWebAudioWorklet *self, std::shared_ptr<worklet::AudioWorklet> engine)
{
  delete self->state;
  self->state = new State;
  self->state->scope = wrap_global_scope (engine);
  self->state->engine = std::move (engine);
}

// What a binding constructs is that of no arguments.
static void
gst_web_audio_worklet_init (GstWebAudioWorklet *self)
{
  set_engine (self, *worklet::AudioWorklet::create (worklet::kDefaultQuantum));
}

const std::shared_ptr<worklet::AudioWorklet> &
webmedia::engine_of (GstWebAudioWorklet *self)
{
  return self->state->engine;
}

Ptr<GstWebAudioWorklet>
webmedia::wrap_worklet (std::shared_ptr<worklet::AudioWorklet> engine)
{
  auto self = Ptr<GstWebAudioWorklet>::adopt (
      GST_WEB_AUDIO_WORKLET (gst_object_ref_sink (
          g_object_new (GST_TYPE_WEB_AUDIO_WORKLET, nullptr))));
  set_engine (self.get (), std::move (engine));
  return self;
}

/**
 * gst_web_audio_worklet_new:
 * @sample_rate: the rate at which it renders, in Hz; 0: that of the sound
 * @render_quantum_size: how many frames are rendered at once; 0: 128
 * @error: %GST_WEB_ERROR_NOT_SUPPORTED when a quantum would last more than six
 *     seconds
 *
 * The `audioWorklet` of a context with the options
 * [sampleRate](https://webaudio.github.io/web-audio-api/#dom-audiocontextoptions-samplerate)
 * and
 * [renderSizeHint](https://webaudio.github.io/web-audio-api/#dom-audiocontextoptions-rendersizehint).
 *
 * With a rate, the processor of a node is constructed with the node, as on the
 * web: it gets its messages before anything plays, keeps its state from one
 * pipeline to the next, and takes sound of this rate alone. Without one it is
 * constructed where the sound begins; messages wait until then.
 *
 * Returns: (transfer full): an AudioWorklet with no module
 */
GstWebAudioWorklet *
gst_web_audio_worklet_new (
    guint sample_rate, guint render_quantum_size, GError **error)
{
  auto engine = worklet::AudioWorklet::create (
      render_quantum_size ? render_quantum_size : worklet::kDefaultQuantum,
      sample_rate);
  if (!check (engine, error))
    return nullptr;
  return wrap_worklet (std::move (*engine)).release ();
}

static bool
add_module (GstWebAudioWorklet *self, const char *url,
    GCancellable *cancellable, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return false;
  return check (engine_of (self)->add_module (url), error);
}

/**
 * gst_web_audio_worklet_add_module:
 * @self: an AudioWorklet
 * @module_url: (type filename): the path of a shared library, or its `file:`
 *     URI
 * @cancellable: (nullable): to stop before it begins
 * @error: %GST_WEB_ERROR_ABORT when it can't be loaded, %GST_WEB_ERROR_TYPE
 *     when it is no module, %GST_WEB_ERROR_NOT_SUPPORTED when it was made for a
 *     later version of the library or the URI has another scheme,
 *     %G_IO_ERROR_CANCELLED when cancelled
 *
 * Loads a module, which registers its processors in the global scope. A module
 * that was added before is not evaluated again. It blocks; with a main loop,
 * gst_web_audio_worklet_add_module_async() does not.
 *
 * What the module does wrong in registering is no error of this call, as on the
 * web: it is logged as a warning (`GST_DEBUG=webmedia-worklet:2`), and the name
 * is not registered.
 *
 * https://webaudio.github.io/web-audio-api/#dom-worklet-addmodule
 *
 * Returns: %TRUE when it was added
 */
gboolean
gst_web_audio_worklet_add_module (GstWebAudioWorklet *self,
    const gchar *module_url, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_WORKLET (self), FALSE);
  g_return_val_if_fail (module_url != nullptr, FALSE);
  return add_module (self, module_url, cancellable, error);
}

/**
 * gst_web_audio_worklet_add_module_async:
 * @self: an AudioWorklet
 * @module_url: (type filename): as for gst_web_audio_worklet_add_module()
 * @cancellable: (nullable): to stop it
 * @callback: (scope async): what to call when it is done
 * @user_data: what to call it with
 *
 * The same as gst_web_audio_worklet_add_module(), without a wait: the module is
 * loaded and evaluated on another thread.
 */
void
gst_web_audio_worklet_add_module_async (GstWebAudioWorklet *self,
    const gchar *module_url, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (GST_IS_WEB_AUDIO_WORKLET (self));
  g_return_if_fail (module_url != nullptr);
  auto task =
      Ptr<GTask>::adopt (g_task_new (self, cancellable, callback, user_data));
  g_task_set_source_tag (
      task.get (), gpointer (gst_web_audio_worklet_add_module_async));
  g_task_set_task_data (task.get (), g_strdup (module_url), g_free);
  g_task_run_in_thread (task.get (),
      [] (GTask *running, gpointer source, gpointer url, GCancellable *stop) {
        GError *error = nullptr;
        if (add_module (GST_WEB_AUDIO_WORKLET (source),
                static_cast<const char *> (url), stop, &error))
          g_task_return_boolean (running, TRUE);
        else
          g_task_return_error (running, error);
      });
}

/**
 * gst_web_audio_worklet_add_module_finish:
 * @self: an AudioWorklet
 * @result: what the callback was called with
 * @error: as gst_web_audio_worklet_add_module()
 *
 * Returns: %TRUE when it was added
 */
gboolean
gst_web_audio_worklet_add_module_finish (
    GstWebAudioWorklet *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * gst_web_audio_worklet_get_port:
 * @self: an AudioWorklet
 *
 * The other side is [property@AudioWorkletGlobalScope:port], which modules have
 * as their scope's messages. It is there from the start: what is posted waits
 * until somebody listens. Its events go to the main context that is
 * thread-default where it is asked for first.
 *
 * https://webaudio.github.io/web-audio-api/#dom-audioworklet-port
 *
 * Returns: (transfer none): the port, always the same object
 */
GstWebMessagePort *
gst_web_audio_worklet_get_port (GstWebAudioWorklet *self)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_WORKLET (self), nullptr);
  State &state = get (self);
  MutexLocker locker (state.lock);
  if (!state.port)
    state.port = Ptr<GstWebMessagePort>::adopt (GST_WEB_MESSAGE_PORT (
        wrap_message_port (state.engine->open_port ()).release ()));
  return state.port.get ();
}

/**
 * gst_web_audio_worklet_get_global_scope:
 * @self: an AudioWorklet
 *
 * On the web a script finds it as its `globalThis`.
 *
 * Returns: (transfer none): the scope, always the same object
 */
GstWebAudioWorkletGlobalScope *
gst_web_audio_worklet_get_global_scope (GstWebAudioWorklet *self)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_WORKLET (self), nullptr);
  return get (self).scope.get ();
}
