// SPDX-License-Identifier: LGPL-2.1-or-later
#include "api/audio-worklet.hh"
#include "api/error.hh"
#include "api/message-port.hh"
#include "base/mutex.hh"
#include "worklet/runtime-native.hh"

using namespace webmedia;

namespace {

struct State {
  std::shared_ptr<worklet::AudioWorklet> engine; // null: a binding made it

  Mutex lock;
  Ptr<GstWebMessagePort> port GUARDED_BY (lock); // null: nobody asked yet
};

} // namespace

/**
 * GstWebAudioWorkletGlobalScope:
 *
 * Where processors are registered, and their clock: the web's
 * [AudioWorkletGlobalScope](https://webaudio.github.io/web-audio-api/#AudioWorkletGlobalScope).
 * An AudioWorklet has one, [property@AudioWorklet:global-scope]. The clock
 * counts the frames that were rendered.
 *
 * All methods can be called from any thread, also while it is rendered, but not
 * by a processor, which is given the clock.
 */
struct _GstWebAudioWorkletGlobalScope {
  GstObject parent;
  State *state;
};

G_DEFINE_FINAL_TYPE (GstWebAudioWorkletGlobalScope,
    gst_web_audio_worklet_global_scope, GST_TYPE_OBJECT)

enum {
  PROP_CURRENT_FRAME = 1,
  PROP_CURRENT_TIME,
  PROP_SAMPLE_RATE,
  PROP_RENDER_QUANTUM_SIZE,
  PROP_PORT,
};

static const worklet::GlobalScope &
scope_of (GstWebAudioWorkletGlobalScope *self)
{
  return *self->state->engine->scope;
}

static void
gst_web_audio_worklet_global_scope_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  auto self = GST_WEB_AUDIO_WORKLET_GLOBAL_SCOPE (object);
  switch (id) {
  case PROP_CURRENT_FRAME:
    g_value_set_uint64 (
        value, gst_web_audio_worklet_global_scope_get_current_frame (self));
    break;
  case PROP_CURRENT_TIME:
    g_value_set_uint64 (
        value, gst_web_audio_worklet_global_scope_get_current_time (self));
    break;
  case PROP_SAMPLE_RATE:
    g_value_set_float (
        value, gst_web_audio_worklet_global_scope_get_sample_rate (self));
    break;
  case PROP_RENDER_QUANTUM_SIZE:
    g_value_set_uint (value,
        gst_web_audio_worklet_global_scope_get_render_quantum_size (self));
    break;
  case PROP_PORT:
    g_value_set_object (
        value, gst_web_audio_worklet_global_scope_get_port (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
gst_web_audio_worklet_global_scope_finalize (GObject *object)
{
  delete GST_WEB_AUDIO_WORKLET_GLOBAL_SCOPE (object)->state;
  G_OBJECT_CLASS (gst_web_audio_worklet_global_scope_parent_class)
      ->finalize (object);
}

static void
gst_web_audio_worklet_global_scope_class_init (
    GstWebAudioWorkletGlobalScopeClass *klass)
{
  auto object_class = G_OBJECT_CLASS (klass);
  const auto flags = GParamFlags (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  object_class->get_property = gst_web_audio_worklet_global_scope_get_property;
  object_class->finalize = gst_web_audio_worklet_global_scope_finalize;

  /**
   * GstWebAudioWorkletGlobalScope:current-frame: (getter get_current_frame)
   *
   * The frame that is rendered next.
   */
  g_object_class_install_property (object_class, PROP_CURRENT_FRAME,
      g_param_spec_uint64 ("current-frame", "Current frame",
          "The frame that is rendered next", 0, G_MAXUINT64, 0, flags));
  /**
   * GstWebAudioWorkletGlobalScope:current-time: (getter get_current_time)
   *
   * When that is, in nanoseconds.
   */
  g_object_class_install_property (object_class, PROP_CURRENT_TIME,
      g_param_spec_uint64 ("current-time", "Current time",
          "When the frame that is rendered next is due, in nanoseconds", 0,
          G_MAXUINT64, 0, flags));
  /**
   * GstWebAudioWorkletGlobalScope:sample-rate: (getter get_sample_rate)
   *
   * Frames a second; 0: not known yet.
   */
  g_object_class_install_property (object_class, PROP_SAMPLE_RATE,
      g_param_spec_float ("sample-rate", "Sample rate",
          "Frames a second; 0: not known yet", 0, G_MAXFLOAT, 0, flags));
  /**
   * GstWebAudioWorkletGlobalScope:render-quantum-size:
   *
   * How many frames are rendered at once.
   */
  g_object_class_install_property (object_class, PROP_RENDER_QUANTUM_SIZE,
      g_param_spec_uint ("render-quantum-size", "Render quantum's size",
          "How many frames are rendered at once", 1, G_MAXUINT,
          worklet::kDefaultQuantum, flags));
  /**
   * GstWebAudioWorkletGlobalScope:port: (getter get_port)
   *
   * To the port of the AudioWorklet.
   */
  g_object_class_install_property (object_class, PROP_PORT,
      g_param_spec_object ("port", "Port", "To the port of the AudioWorklet",
          GST_TYPE_WEB_MESSAGE_PORT, flags));
}

// What a binding constructs is the scope of an AudioWorklet that nobody has.
static void
gst_web_audio_worklet_global_scope_init (GstWebAudioWorkletGlobalScope *self)
{
  self->state = new State;
  self->state->engine =
      *worklet::AudioWorklet::create (worklet::kDefaultQuantum);
}

Ptr<GstWebAudioWorkletGlobalScope>
webmedia::wrap_global_scope (std::shared_ptr<worklet::AudioWorklet> engine)
{
  auto self = Ptr<GstWebAudioWorkletGlobalScope>::adopt (
      GST_WEB_AUDIO_WORKLET_GLOBAL_SCOPE (gst_object_ref_sink (
          g_object_new (GST_TYPE_WEB_AUDIO_WORKLET_GLOBAL_SCOPE, nullptr))));
  self->state->engine = std::move (engine);
  return self;
}

/**
 * gst_web_audio_worklet_global_scope_register_processor: (skip)
 * @self: a global scope
 * @klass: the class of a processor; it is copied, with its strings and
 *     descriptors
 * @notify: (nullable): called with the class's `user_data` when neither the
 *     scope nor a processor needs it any more: on the thread that lets go of
 *     the last of them, which may be a streaming thread, but not while it
 *     renders; and where this call fails, unless the class's `size` is none
 *     that there ever was
 * @error: %GST_WEB_ERROR_NOT_SUPPORTED when there is no name, or it is
 *     registered already, or two parameters have the same name;
 *     %GST_WEB_ERROR_TYPE when the class lacks something, as its constructor or
 *     the name of a parameter, or a parameter's number is not finite, or its
 *     automation rate is none; %GST_WEB_ERROR_INVALID_STATE when a parameter's
 *     default is not from its minimum to its maximum
 *
 * Registers a processor that is part of the application, with no module: at any
 * time, also while the scope is rendered. In C++
 * `gst::web::make_class<MyProcessor> ("name")` of `gstwebaudioprocessor.hpp`
 * makes a class.
 *
 * https://webaudio.github.io/web-audio-api/#dom-audioworkletglobalscope-registerprocessor
 *
 * Returns: %TRUE when it was registered
 */
gboolean
gst_web_audio_worklet_global_scope_register_processor (
    GstWebAudioWorkletGlobalScope *self, const GstWebAudioProcessorClass *klass,
    GDestroyNotify notify, GError **error)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_WORKLET_GLOBAL_SCOPE (self), FALSE);
  g_return_val_if_fail (klass != nullptr, FALSE);
  std::shared_ptr<void> keep;
  if (notify && klass->size >= worklet::kFirstClassSize)
    keep = std::shared_ptr<void> (klass->user_data, notify);
  return check (worklet::register_native_processor (
                    *self->state->engine->scope, *klass, std::move (keep)),
      error);
}

/**
 * gst_web_audio_worklet_global_scope_get_current_frame:
 * @self: a global scope
 *
 * https://webaudio.github.io/web-audio-api/#dom-audioworkletglobalscope-currentframe
 *
 * Returns: the frame that is rendered next. It goes on counting from one
 *     pipeline to the next
 */
guint64
gst_web_audio_worklet_global_scope_get_current_frame (
    GstWebAudioWorkletGlobalScope *self)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_WORKLET_GLOBAL_SCOPE (self), 0);
  return scope_of (self).current_frame ();
}

/**
 * gst_web_audio_worklet_global_scope_get_current_time:
 * @self: a global scope
 *
 * What times of [class@AudioParam] are measured in; rounded down, so that an
 * event at this time falls on the frame. It never goes back: where the sound
 * comes to have another rate, it goes on at the next whole frame of that.
 *
 * https://webaudio.github.io/web-audio-api/#dom-audioworkletglobalscope-currenttime
 *
 * Returns: when the frame that is rendered next is due; 0 while the rate is not
 *     known
 */
GstClockTime
gst_web_audio_worklet_global_scope_get_current_time (
    GstWebAudioWorkletGlobalScope *self)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_WORKLET_GLOBAL_SCOPE (self), 0);
  const auto now = scope_of (self).clock ();
  return now.rate ? gst_util_uint64_scale (now.frames, GST_SECOND, now.rate)
                  : 0;
}

/**
 * gst_web_audio_worklet_global_scope_get_sample_rate:
 * @self: a global scope
 *
 * https://webaudio.github.io/web-audio-api/#dom-audioworkletglobalscope-samplerate
 *
 * Returns: frames a second; 0: it is that of the sound, which is not known yet
 */
gfloat
gst_web_audio_worklet_global_scope_get_sample_rate (
    GstWebAudioWorkletGlobalScope *self)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_WORKLET_GLOBAL_SCOPE (self), 0);
  return static_cast<gfloat> (scope_of (self).sample_rate ());
}

/**
 * gst_web_audio_worklet_global_scope_get_render_quantum_size:
 * @self: a global scope
 *
 * https://webaudio.github.io/web-audio-api/#dom-audioworkletglobalscope-renderquantumsize
 *
 * Returns: how many frames are rendered at once
 */
guint
gst_web_audio_worklet_global_scope_get_render_quantum_size (
    GstWebAudioWorkletGlobalScope *self)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_WORKLET_GLOBAL_SCOPE (self), 0);
  return scope_of (self).quantum ();
}

/**
 * gst_web_audio_worklet_global_scope_get_port:
 * @self: a global scope
 *
 * The other side of [property@AudioWorklet:port], for code of the application
 * that acts in the scope. What comes to it comes to the modules as well, which
 * have it as their scope's messages; objects that come along, here alone. Its
 * events go to the main context that is thread-default where it is asked for
 * first.
 *
 * https://webaudio.github.io/web-audio-api/#dom-audioworkletglobalscope-port
 *
 * Returns: (transfer none): the port, always the same object
 */
GstWebMessagePort *
gst_web_audio_worklet_global_scope_get_port (
    GstWebAudioWorkletGlobalScope *self)
{
  g_return_val_if_fail (GST_IS_WEB_AUDIO_WORKLET_GLOBAL_SCOPE (self), nullptr);
  State &state = *self->state;
  MutexLocker locker (state.lock);
  if (!state.port)
    state.port = Ptr<GstWebMessagePort>::adopt (GST_WEB_MESSAGE_PORT (
        wrap_message_port (state.engine->open_scope_port ()).release ()));
  return state.port.get ();
}
